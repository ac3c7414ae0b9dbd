/// Fuzzes the reader of deadline policies: what it lets in is sound, and comes back as it was.
///
/// Input: the rules of a policy as `policy load` takes them.
#include "node/import/policy_rules.hpp"
#include "schema/assert.hpp"
#include "schema/deadline.hpp"

using namespace jiuying;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    const auto read = node::read_policy_text("fuzz@1", text);
    const auto* policy = std::get_if<schema::DeadlinePolicy>(&read);
    if (policy == nullptr) {
        JY_ASSERT(!std::get<node::PolicyFault>(read).place.empty());
        return 0;
    }
    JY_ASSERT(schema::check_policy(*policy).has_value());
    const auto again =
        node::read_policy_text("fuzz@1", boost::json::serialize(node::policy_json(*policy)));
    const auto* same = std::get_if<schema::DeadlinePolicy>(&again);
    JY_ASSERT(same != nullptr && *same == *policy);
    return 0;
}
