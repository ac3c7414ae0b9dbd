#include "node/http/seen.hpp"

#include "node/cli/errors.hpp"
#include "sync/crypto/hash.hpp"

namespace jiuying::node {
namespace {

namespace json = boost::json;
constexpr std::size_t mark_bytes = 8;

const json::value& value_of(const json::object& fields, std::string_view field) {
    static const json::value nothing;
    const json::value* value = fields.if_contains(field);
    return value == nullptr ? nothing : *value;
}

}  // namespace

std::string SeenMarks::mark(const std::string& id, const std::string& field,
                            const json::value& value) const {
    const auto hash = sync::Hasher{32, key_.view()}
                          .add(id)
                          .add_byte(0)
                          .add(field)
                          .add_byte(0)
                          .add(json::serialize(value))
                          .finish_as<32>();
    return sync::hex_encode(sync::View{hash}.first(mark_bytes));
}

json::object SeenMarks::of(const std::string& id, const json::object& fields) const {
    json::object marks;
    for (const auto& member : fields) {
        marks[member.key()] = mark(id, std::string{member.key()}, member.value());
    }
    // Of a field that says nothing, whatever its name.
    marks[""] = mark(id, "", nullptr);
    return marks;
}

void SeenMarks::check(const json::object& set, const json::value& seen, const std::string& id,
                      const json::object& fields) const {
    if (!seen.is_object()) throw Failure{Error::missing_option, Detail::option, "seen"};
    const json::object& marks = seen.get_object();
    Failure changed{Error::record_changed};
    bool differs = false;
    for (const auto& member : set) {
        const std::string field{member.key()};
        const json::value* told = marks.if_contains(field);
        if (told == nullptr) told = marks.if_contains("");
        const json::value& now = value_of(fields, field);
        if (now.is_array()) continue;
        const bool empty = now.is_null();
        const std::string here = empty ? mark(id, "", nullptr) : mark(id, field, now);
        const bool same = told != nullptr && told->is_string() &&
                          (told->get_string() == here ||
                           (empty && told->get_string() == mark(id, field, nullptr)));
        if (same) continue;
        differs = true;
        changed.with(Detail::field, field);
    }
    if (differs) throw changed;
}

}  // namespace jiuying::node
