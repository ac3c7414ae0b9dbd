#include "node/commands/values.hpp"

#include "node/commands/choice_words.hpp"
#include "node/import/date_words.hpp"
#include "schema/time_text.hpp"
#include "schema/uscc.hpp"
#include "schema/utf8.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/merge/set_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jiuying::node {
namespace {

using schema::Field;
using schema::Kind;
using schema::Value;
using Read = std::variant<Value, Refusal>;

std::string limit_of(const Field& field) {
    std::string limit = std::to_string(field.max);
    // Three bytes a Chinese character: the bound in characters alone would mislead.
    if (field.max_bytes != 0) limit += " (" + std::to_string(field.max_bytes) + " bytes)";
    return limit;
}

Read read_text(const Field& field, std::string_view text) {
    const bool is_code = field.name == "uscc";
    const bool is_place = field.name == "point";
    // Codes and numbers that something is looked up by. What people tell is kept as they wrote it.
    const bool is_key = is_code || is_place || field.privacy == schema::Privacy::open;
    Value value{std::string{is_key ? schema::trimmed(text) : text}};
    const std::string& kept = *schema::text_of(value);
    if (kept.empty()) return Value{};
    const Result<void> fits = schema::check_value(field, value);
    if (!fits) {
        if (fits.error() == Errc::out_of_bounds) {
            return Refusal{Error::value_too_long, limit_of(field)};
        }
        return Refusal{Error::not_utf8, {}};
    }
    if (is_place && !schema::is_point(kept)) {
        return Refusal{Error::value_out_of_bounds, "31.334500,118.376200"};
    }
    if (is_code && !schema::check_uscc(kept)) return Refusal{Error::bad_credit_code, {}};
    return value;
}

Read read_number(const Field& field, std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || !schema::check_value(field, Value{number})) {
        return Refusal{Error::value_out_of_bounds, limit_of(field)};
    }
    return Value{number};
}

Read read_boolean(std::string_view text) {
    constexpr std::array<std::string_view, 5> yes{"true", "1", "是", "yes", "有"};
    constexpr std::array<std::string_view, 5> no{"false", "0", "否", "no", "无"};
    if (std::ranges::find(yes, text) != yes.end()) return Value{std::int64_t{1}};
    if (std::ranges::find(no, text) != no.end()) return Value{std::int64_t{0}};
    return Refusal{Error::value_out_of_bounds, {}};
}

Read read_record(std::string_view text) {
    schema::RecordId id;
    if (!schema::parse_uuid(text, id.bytes)) return Refusal{Error::value_out_of_bounds, {}};
    return record_value(id);
}

/// Adds the line for one word of a set; false if it is too long or not text.
bool add_word(const Field& field, std::string_view word, bool remove, std::string& lines) {
    Field as_text = field;
    as_text.kind = Kind::text;
    const bool fits = schema::check_value(as_text, Value{std::string{word}}).has_value();
    if (!fits || word.find('\n') != word.npos) return false;
    if (!lines.empty()) lines += '\n';
    lines += remove ? '-' : '+';
    lines += word;
    return true;
}

Read read_set(const Field& field, std::string_view text) {
    constexpr std::array<std::string_view, 8> separators{",", " ",  "\t", "\n",
                                                         ";", "、", "，", "；"};
    std::string lines;
    while (!text.empty()) {
        std::size_t end = text.size();
        std::size_t gap = 0;
        for (const std::string_view separator : separators) {
            const std::size_t at = text.find(separator);
            if (at < end) {
                end = at;
                gap = separator.size();
            }
        }
        std::string_view word = text.substr(0, end);
        text.remove_prefix(end + gap);
        const bool remove = word.starts_with('-');
        if (remove || word.starts_with('+')) word.remove_prefix(1);
        if (word.empty()) continue;
        if (!add_word(field, word, remove, lines)) {
            return Refusal{Error::value_too_long, limit_of(field)};
        }
    }
    if (lines.empty()) return Value{};
    return Value{lines};
}

Result<std::int64_t> read_time(std::string_view word) {
    const Result<std::int64_t> time = schema::parse_time(word);
    return time ? time : schema::parse_time(plain_time(word));
}

}  // namespace

Result<std::int64_t> read_due(std::string_view text) {
    constexpr std::int64_t day_ms = 86'400'000;
    const std::string_view word = schema::trimmed(text);
    std::string plain = plain_time(word);
    const std::size_t midnight = plain.find(" 24:00");
    const bool at_midnight =
        midnight != plain.npos && plain.find_first_not_of("0:", midnight + 6) == plain.npos;
    if (at_midnight) plain.resize(midnight);
    const bool is_date = plain.find(':') == plain.npos;
    const Result<std::int64_t> time = is_date ? schema::parse_time(plain) : read_time(word);
    if (!time) return time.error();
    return is_date ? *time + day_ms : *time;
}

Read read_value(const Field& field, std::string_view text) {
    if (field.kind == Kind::text) return read_text(field, text);
    const std::string_view word = schema::trimmed(text);
    if (word.empty()) return Value{};
    switch (field.kind) {
        case Kind::number: return read_number(field, word);
        case Kind::boolean: return read_boolean(word);
        case Kind::choice: {
            if (const std::int64_t number = choice_of(field, word)) return Value{number};
            return Refusal{field.name == "type" ? Error::unknown_type : Error::value_out_of_bounds,
                           {}};
        }
        case Kind::time: {
            const bool is_due =
                field.name == "due_at" || field.name == "ext_due_at" || field.name == "target_date";
            const Result<std::int64_t> time = is_due ? read_due(word) : read_time(word);
            if (!time) return Refusal{Error::bad_date, {}};
            return Value{*time};
        }
        case Kind::record: return read_record(word);
        case Kind::set: return read_set(field, word);
        default: return Refusal{Error::write_not_allowed, {}};
    }
}

Read read_value(const Field& field, const json::value& given) {
    if (given.is_null()) return Value{};
    if (given.is_string()) return read_value(field, std::string_view{given.get_string()});
    const bool numeric = field.kind == Kind::number || field.kind == Kind::text;
    if (given.is_int64() && numeric) return read_value(field, std::to_string(given.get_int64()));
    if (given.is_bool() && field.kind == Kind::boolean) {
        return Value{std::int64_t{given.get_bool() ? 1 : 0}};
    }
    if (given.is_array() && field.kind == Kind::set) {
        std::string lines;
        for (const json::value& word : given.get_array()) {
            if (!word.is_string()) return Refusal{Error::bad_value, {}};
            if (!add_word(field, word.get_string(), false, lines)) {
                return Refusal{Error::value_too_long, limit_of(field)};
            }
        }
        if (lines.empty()) return Value{};
        return Value{lines};
    }
    return Refusal{Error::bad_value, {}};
}

Value require_value(const Field& field, const json::value& given) {
    Read read = read_value(field, given);
    if (auto* value = std::get_if<Value>(&read)) return std::move(*value);
    const Refusal& refusal = std::get<Refusal>(read);
    Failure failure{refusal.error, Detail::field, std::string{field.name}};
    if (!refusal.limit.empty()) failure.with(Detail::limit, refusal.limit);
    throw failure;
}

json::value to_json(const Field& field, const Value& value) {
    if (const std::int64_t* number = schema::number_of(value)) {
        switch (field.kind) {
            case Kind::boolean: return *number != 0;
            case Kind::choice: {
                const std::string_view name = schema::choice_name(field, *number);
                if (!name.empty()) return json::string(name);
                return *number;
            }
            case Kind::time: return json::string(schema::format_time(*number));
            default: return *number;
        }
    }
    const std::string* text = schema::text_of(value);
    if (text == nullptr) return nullptr;
    schema::RecordId id;
    if (field.kind == Kind::record && record_in(value, id)) {
        return json::string(schema::to_text(id));
    }
    if (field.kind == Kind::bytes || field.kind == Kind::record) {
        return json::string(sync::hex_encode(sync::as_view(*text)));
    }
    if (field.kind != Kind::set) return json::string(*text);
    json::array words;
    for (std::size_t at = 0; at < text->size();) {
        const std::size_t end = std::min(text->find('\n', at), text->size());
        words.emplace_back(json::string(std::string_view{*text}.substr(at, end - at)));
        at = end + 1;
    }
    return words;
}

json::value version_to_json(const Field& field, const Value& value) {
    const std::string* bytes = schema::text_of(value);
    if (field.kind != Kind::set || bytes == nullptr) return to_json(field, value);
    const Result<sync::SetChange> change = sync::decode_set_change(*bytes, ~0U);
    json::array added;
    json::array removed;
    if (change) {
        for (const std::string& text : change->adds) added.emplace_back(json::string(text));
        for (const auto& element : change->removes) {
            removed.emplace_back(json::string(element.text));
        }
    }
    return json::object{{"add", std::move(added)}, {"remove", std::move(removed)}};
}

const Field* named_field(const schema::Entity& entity, std::string_view name) {
    std::string spelled{name};
    std::ranges::replace(spelled, '-', '_');
    if (const Field* field = schema::find_field(entity, spelled)) return field;
    for (const Field& field : entity.fields) {
        if (field.zh == name) return &field;
    }
    return nullptr;
}

bool is_filled_in(const schema::Entity& entity, const Field& field) {
    if (field.kind == Kind::record || field.kind == Kind::bytes) return false;
    if (entity.id != schema::EntityId::appeal) return true;
    return field.id != schema::appeal::number && field.id != schema::appeal::number_suffix &&
           field.id != schema::appeal::registered_at && field.id != schema::appeal::query_code &&
           field.id != schema::appeal::subject_released;
}

Value record_value(const schema::RecordId& id) {
    return std::string{id.bytes.begin(), id.bytes.end()};
}

bool record_in(const Value& value, schema::RecordId& id) {
    const std::string* bytes = schema::text_of(value);
    if (bytes == nullptr || bytes->size() != id.bytes.size()) return false;
    std::ranges::copy(*bytes, reinterpret_cast<char*>(id.bytes.data()));
    return true;
}

}  // namespace jiuying::node
