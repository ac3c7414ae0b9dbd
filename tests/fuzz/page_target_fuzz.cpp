// What a browser may send in its first line and its body: the target, the table, the arguments.
#include "node/http/gate.hpp"
#include "node/http/route.hpp"
#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <string_view>

using namespace jiuying;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    const std::size_t line = std::min(text.find('\n'), text.size());
    const std::string_view body = text.substr(std::min(line + 1, text.size()));
    (void)node::cookie_in(text, "sid");
    const auto target = node::parse_target(text.substr(0, line));
    if (!target) return 0;
    for (const std::string& step : target->steps) {
        JY_ASSERT(schema::is_utf8(step) && !step.empty() && step != "..");
        JY_ASSERT(step.find('/') == step.npos);
    }
    for (const node::Method method : {node::Method::get, node::Method::post}) {
        const auto found = node::find_route(method, *target);
        if (!found) continue;
        try {
            const auto args = node::arguments_of(*found, *target, body);
            JY_ASSERT(!args.contains("as") && !args.contains("role"));
        } catch (const node::Failure&) {
            // Refused with a reason.
        }
    }
    return 0;
}
