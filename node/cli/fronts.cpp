#include "node/cli/fronts.hpp"

#include "node/base/files.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"
#include "schema/channels.hpp"
#include "schema/order_story.hpp"
#include "schema/registry.hpp"

namespace jiuying::node {
namespace {

std::string plain(const json::value& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return std::string{value.get_string()};
    return json::serialize(value);
}

std::string joined(const json::array& words) {
    std::string all;
    for (const json::value& word : words) {
        if (!all.empty()) all += "、";
        all += printable(plain(word));
    }
    return all;
}

/// A version of a set: what it added and removed.
std::string set_change(const json::object& change) {
    std::string all;
    for (const auto& [key, sign] : {std::pair{"add", "+"}, std::pair{"remove", "-"}}) {
        for (const json::value& word : array_at(change, key)) {
            if (!all.empty()) all += ' ';
            all += sign + printable(plain(word));
        }
    }
    return all;
}

bool is_time(std::string_view text) {
    return text.size() >= 25 && text[4] == '-' && text[10] == 'T' && text.ends_with("+08:00");
}

constexpr std::size_t input_bytes_max = 16U << 20U;

}  // namespace

json::value read_input(const std::string& from) {
    const std::string path = from == "-" ? "/dev/stdin" : from;
    sync::Bytes bytes;
    try {
        bytes = read_file(path, input_bytes_max);
    } catch (const std::filesystem::filesystem_error& error) {
        if (error.code() == std::errc::file_too_large) {
            throw Failure{Error::bad_json_input, Detail::limit, "16 MiB"};
        }
        throw Failure{Error::missing_file, Detail::path, from};
    }
    json::error_code error;
    json::value document = json::parse(sync::as_text(bytes), error);
    const bool usable = !error && (document.is_object() || document.is_array());
    if (!usable) throw Failure{Error::bad_json_input};
    return document;
}

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

std::int64_t number_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (value->is_int64()) return value->get_int64();
    return value->is_uint64() ? static_cast<std::int64_t>(value->get_uint64()) : 0;
}

bool flag_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const json::array& array_at(const json::object& object, std::string_view key) {
    static const json::array none;
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string shown_value(Lang lang, std::string_view field, const json::value& value, bool reveal) {
    if (value.is_array()) return joined(value.get_array());
    if (value.is_object()) return set_change(value.get_object());
    if (value.is_bool()) {
        return std::string{value.get_bool() ? pick(lang, "是", "yes") : pick(lang, "否", "no")};
    }
    const std::string text = plain(value);
    if (text.empty()) return std::string{pick(lang, "(空)", "(empty)")};
    if (is_time(text)) return short_time(text);
    const std::string safe = printable(text);
    if (!reveal) {
        const std::string hidden = masked(field, safe);
        if (hidden != safe) return hidden;
    }
    if (field == "channel") {
        const schema::Channel* known = schema::find_channel(safe);
        return known == nullptr ? safe : std::string{pick(lang, known->zh, known->en)};
    }
    bool choice = field == "state";
    for (const schema::Entity& entity : schema::registry()) {
        const schema::Field* known = schema::find_field(entity, field);
        choice = choice || (known != nullptr && known->kind == schema::Kind::choice);
    }
    return choice && lang == Lang::zh ? std::string{word_for(safe)} : safe;
}

std::string verdict_words(Lang lang, std::string_view name) {
    for (auto verdict = schema::Verdict::running; verdict <= schema::Verdict::ended;
         verdict = schema::Verdict{static_cast<std::uint8_t>(static_cast<int>(verdict) + 1)}) {
        if (schema::name_of(verdict) != name) continue;
        const schema::Sentence words = schema::words_of(verdict);
        return std::string{pick(lang, words.zh, words.en)};
    }
    return std::string{name};
}

std::string field_label(Lang lang, std::string_view entity, std::string_view field) {
    const schema::Entity* known = schema::find_entity(schema::registry(), entity);
    const schema::Field* found = known == nullptr ? nullptr : schema::find_field(*known, field);
    if (found == nullptr) return std::string{field};
    return std::string{pick(lang, found->zh, found->en)};
}

std::string who(const json::object& version) {
    const std::string actor = printable(text_at(version, "actor"));
    const std::string station = printable(text_at(version, "station"));
    return actor.empty() ? station : station + " " + actor;
}

}  // namespace jiuying::node
