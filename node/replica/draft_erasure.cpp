#include "node/replica/draft_erasure.hpp"

#include "node/replica/shown.hpp"
#include "schema/appeal_rules.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jiuying::node {
namespace {

namespace json = boost::json;
using schema::EntityId;

constexpr std::size_t uuid_size = 36;

/// By what a draft is known to be of a record.
struct Marks {
    std::string id;
    std::string number;
    std::string words;

    [[nodiscard]] bool has_name_in(std::string_view text) const {
        return text.find(id) != text.npos || (!number.empty() && text.find(number) != text.npos);
    }
};

/// The field that has what was said.
std::optional<schema::FieldId> words_field(EntityId entity) {
    switch (entity) {
        case EntityId::appeal: return schema::appeal::text;
        case EntityId::meeting: return schema::meeting::minutes;
        case EntityId::contact_log: return schema::contact_log::text;
        case EntityId::hard_case: return schema::hard_case::title;
        default: return std::nullopt;
    }
}

Marks marks_of(Store& store, const schema::RecordId& target) {
    Marks marks{schema::to_text(target), {}, {}};
    const auto name = store.find_name(target);
    const LoadedRecord* record = name ? store.find(*name) : nullptr;
    if (record == nullptr) return marks;
    const auto field = words_field(record->state.entity);
    if (field) marks.words = schema::trimmed(text_in(*record, *field));
    if (record->state.entity == EntityId::appeal) {
        marks.number = text_in(*record, schema::appeal::number);
    }
    return marks;
}

bool is_of(const json::value& value, const Marks& marks);

/// A grid's rows are a JSON text in the draft: those that are of the record go, the others stay.
/// True if any went.
bool thin_out(json::string& text, const Marks& marks) {
    std::error_code failed;
    json::value inner = json::parse(text, failed);
    if (failed || !inner.is_array()) return false;
    json::array& rows = inner.get_array();
    json::array kept;
    for (json::value& row : rows) {
        if (!is_of(row, marks)) kept.push_back(std::move(row));
    }
    if (kept.size() == rows.size()) return false;
    text = json::serialize(kept);
    return true;
}

bool is_of(const json::value& value, const Marks& marks) {
    if (value.is_string()) {
        const std::string_view text{value.get_string()};
        return marks.has_name_in(text) ||
               (!marks.words.empty() && schema::trimmed(text) == marks.words);
    }
    if (value.is_array()) {
        return std::ranges::any_of(value.get_array(),
                                   [&](const json::value& one) { return is_of(one, marks); });
    }
    return value.is_object() && std::ranges::any_of(value.get_object(), [&](const auto& member) {
               return is_of(member.value(), marks);
           });
}

/// What is left of a draft; nothing where all of it goes.
std::optional<std::string> left_of(const std::string& row, const Marks& marks) {
    std::error_code failed;
    json::value draft = json::parse(row, failed);
    json::object* facts = failed ? nullptr : draft.if_object();
    json::value* id = facts == nullptr ? nullptr : facts->if_contains("id");
    json::value* content = facts == nullptr ? nullptr : facts->if_contains("content");
    if (id == nullptr || content == nullptr || !content->is_string()) return row;
    json::value typed = json::parse(content->get_string(), failed);
    if (failed || !typed.is_object()) return row;
    bool thinned = false;
    for (auto& member : typed.get_object()) {
        json::string* text = member.value().if_string();
        if (text != nullptr) thinned = thin_out(*text, marks) || thinned;
    }
    if (is_of(*id, marks) || is_of(typed, marks)) return std::nullopt;
    if (!thinned) return row;
    *content = json::serialize(typed);
    return json::serialize(draft);
}

}  // namespace

void forget_drafts_of(Store& store, const schema::RecordId& target) {
    std::vector<std::pair<std::string, std::string>> rows;
    store.database()
        .statement("SELECT key, CAST(value AS TEXT) FROM meta WHERE substr(key, 1, ?) = ?")
        .each<std::string, std::string>(
            [&](std::string key, std::string row) {
                rows.emplace_back(std::move(key), std::move(row));
            },
            static_cast<std::int64_t>(draft_prefix.size()), draft_prefix);
    if (rows.empty()) return;
    const Marks marks = marks_of(store, target);
    for (const auto& [key, row] : rows) {
        const auto left = left_of(row, marks);
        if (!left) {
            store.database().statement("DELETE FROM meta WHERE key = ?").run(key);
        } else if (*left != row) {
            store.set_meta(key, sync::as_view(*left));
        }
    }
}

bool names_one_of(std::string_view text, const std::set<schema::RecordId>& records) {
    if (records.empty()) return false;
    for (std::size_t dash = text.find('-'); dash != text.npos; dash = text.find('-', dash + 1)) {
        constexpr std::size_t before_dash = 8;
        if (dash < before_dash) continue;
        schema::RecordId id;
        if (schema::parse_uuid(text.substr(dash - before_dash, uuid_size), id.bytes) &&
            records.contains(id)) {
            return true;
        }
    }
    return false;
}

}  // namespace jiuying::node
