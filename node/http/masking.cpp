#include "node/http/masking.hpp"

#include "node/cli/paper.hpp"
#include "schema/registry.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace jiuying::node {
namespace {

namespace json = boost::json;

/// Kinds of records that are about persons: the staff list and other reference data is not.
constexpr schema::EntityId about_persons[] = {
    schema::EntityId::appeal, schema::EntityId::enterprise, schema::EntityId::work_order_event,
    schema::EntityId::note};

struct Names {
    std::set<std::string_view> personal;
    std::set<std::string_view> content;
};

const Names& names() {
    static const Names all = [] {
        Names found;
        for (const schema::EntityId id : about_persons) {
            for (const schema::Field& field : schema::find_entity(schema::registry(), id)->fields) {
                if (field.privacy == schema::Privacy::personal) found.personal.insert(field.name);
                if (field.privacy == schema::Privacy::content) found.content.insert(field.name);
            }
        }
        return found;
    }();
    return all;
}

void mask_named(std::string_view field, json::value& value) {
    if (value.is_object()) {  // A version of a set, or of a composite value.
        for (auto& member : value.get_object()) mask_named(field, member.value());
        return;
    }
    if (value.is_array()) {
        for (json::value& one : value.get_array()) mask_named(field, one);
        return;
    }
    if (!value.is_string()) return;
    const std::string text{value.get_string()};
    std::string shown = masked(field, text);
    // A personal field that no rule is known for is not shown at all.
    if (names().personal.contains(field) && shown == text && !text.empty()) shown = "****";
    if (shown != text) {
        value = shown;
    } else if (names().content.contains(field)) {
        value = masked_numbers(text);
    }
}

}  // namespace

void mask(json::value& answer) {
    if (answer.is_array()) {
        for (json::value& one : answer.get_array()) mask(one);
        return;
    }
    if (!answer.is_object()) return;
    json::object& object = answer.get_object();
    // A version of a field, or the values of a conflict about it: which field stands beside.
    const json::value* of = object.if_contains("field");
    if (of != nullptr && of->is_string()) {
        const std::string field{of->get_string()};
        if (json::value* value = object.if_contains("value")) mask_named(field, *value);
        if (json::value* values = object.if_contains("values");
            values != nullptr && values->is_array()) {
            for (json::value& one : values->get_array()) {
                if (!one.is_object()) continue;
                if (json::value* value = one.get_object().if_contains("value")) {
                    mask_named(field, *value);
                }
            }
        }
    }
    for (auto& member : object) {
        if (member.value().is_structured()) {
            mask(member.value());
        } else {
            mask_named(member.key(), member.value());
        }
    }
}

}  // namespace jiuying::node
