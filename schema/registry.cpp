#include "schema/registry.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace jiuying::schema {
namespace {

Result<void> check_text(const Field& field, const std::string& text) {
    // Four bytes a character at most, so a longer text needs no counting.
    if (text.size() > std::size_t{4} * field.max) return Errc::out_of_bounds;
    if (field.max_bytes != 0 && text.size() > field.max_bytes) return Errc::out_of_bounds;
    if (text.find('\0') != std::string::npos) return Errc::malformed;
    if (!is_utf8(text)) return Errc::not_utf8;
    if (count_code_points(text) > field.max) return Errc::out_of_bounds;
    return {};
}

Result<void> check_number(const Field& field, std::int64_t value) {
    switch (field.kind) {
        case Kind::number: {
            const bool fits = value >= 0 && (field.max == 0 || value <= field.max);
            if (!fits) return Errc::out_of_bounds;
            return {};
        }
        case Kind::boolean:
            if (value != 0 && value != 1) return Errc::out_of_bounds;
            return {};
        case Kind::choice:
            if (choice_name(field, value).empty()) return Errc::out_of_bounds;
            return {};
        case Kind::time: return {};
        default: return Errc::malformed;
    }
}

std::string_view name_of(Kind kind) {
    constexpr std::array<std::string_view, 8> names{"text", "number", "boolean", "choice",
                                                    "time", "record", "bytes",   "set"};
    return names[static_cast<std::size_t>(kind)];
}
std::string_view name_of(Merge merge) {
    constexpr std::array<std::string_view, 7> names{"owner", "last", "append", "set",
                                                    "min",   "max",  "ask"};
    return names[static_cast<std::size_t>(merge)];
}
std::string_view name_of(Writer writer) {
    constexpr std::array<std::string_view, 4> names{"any", "home side", "station", "hub"};
    return names[static_cast<std::size_t>(writer)];
}
std::string_view name_of(Privacy privacy) {
    constexpr std::array<std::string_view, 3> names{"open", "content", "personal"};
    return names[static_cast<std::size_t>(privacy)];
}
std::string_view name_of(Audience audience) {
    constexpr std::array<std::string_view, 2> names{"station", "hub"};
    return names[static_cast<std::size_t>(audience)];
}
std::string_view name_of(Home home) {
    constexpr std::array<std::string_view, 3> names{"reference data", "of one scope", "derived"};
    return names[static_cast<std::size_t>(home)];
}

}  // namespace

const Entity* find_entity(Registry registry, EntityId id) {
    const auto at = std::ranges::lower_bound(registry, id, {}, &Entity::id);
    return at != registry.end() && at->id == id ? &*at : nullptr;
}

const Entity* find_entity(Registry registry, std::string_view name) {
    const auto at = std::ranges::find(registry, name, &Entity::name);
    return at != registry.end() ? &*at : nullptr;
}

const Field* find_field(const Entity& entity, FieldId id) {
    const auto at = std::ranges::lower_bound(entity.fields, id, {}, &Field::id);
    return at != entity.fields.end() && at->id == id ? &*at : nullptr;
}

const Field* find_field(const Entity& entity, std::string_view name) {
    const auto at = std::ranges::find(entity.fields, name, &Field::name);
    return at != entity.fields.end() ? &*at : nullptr;
}

bool is_open(const Entity* entity, FieldId id) {
    const Field* field = entity == nullptr ? nullptr : find_field(*entity, id);
    return field != nullptr && field->privacy == Privacy::open;
}

std::int64_t choice_number(const Field& field, std::string_view choice) {
    const auto at = std::ranges::find(field.choices, choice);
    return at == field.choices.end() ? 0 : at - field.choices.begin() + 1;
}

std::string_view choice_name(const Field& field, std::int64_t number) {
    if (number < 1 || number > std::ssize(field.choices)) return {};
    return field.choices[static_cast<std::size_t>(number - 1)];
}

Result<void> check_value(const Field& field, const Value& value) {
    if (empty(value)) return {};
    if (const auto* number = number_of(value)) return check_number(field, *number);
    const std::string& text = *text_of(value);
    switch (field.kind) {
        case Kind::text: return check_text(field, text);
        case Kind::record:
            if (text.size() != 16) return Errc::malformed;
            return {};
        case Kind::bytes:
            if (text.size() > field.max) return Errc::out_of_bounds;
            return {};
        case Kind::set: return {};  // Its own codec checks it: sync/merge/set_value.hpp.
        default: return Errc::malformed;
    }
}

std::string registry_page(Registry registry) {
    std::string page =
        "# Registry\n\n"
        "Every entity and field, as `schema/entities.cpp` declares them. This page is printed by\n"
        "`jiuying generate registry`; a test compares it with the tables.\n\n"
        "*Bound* counts characters of a text (and bytes where it says so), bytes of bytes, or is "
        "the\n"
        "largest number; for a choice it lists the choices, numbered from 1. *Writer* is the side\n"
        "that may write the field, *audience* who gets it at all: `station` means the record's\n"
        "station and the hub. An *indexed* field is one by which records are found.\n";
    for (const Entity& entity : registry) {
        page += "\n## " + std::string(entity.name) + " (" + std::string(entity.zh) + ")\n\n";
        page += "Entity " + std::to_string(static_cast<int>(entity.id)) + ", " +
                std::string(entity.en) + ", " + std::string(name_of(entity.home)) + ".\n\n";
        page +=
            "| id | field | 中文 | kind | bound | merge | writer | privacy | audience | indexed "
            "|\n";
        page += "|---|---|---|---|---|---|---|---|---|---|\n";
        for (const Field& field : entity.fields) {
            std::string bound = field.max == 0 ? "" : std::to_string(field.max);
            if (field.max_bytes != 0) {
                bound += ", at most " + std::to_string(field.max_bytes) + " bytes";
            }
            for (const auto choice : field.choices) {
                bound += (bound.empty() ? "" : ", ") + std::string(choice);
            }
            page += "| " + std::to_string(field.id) + " | `" + std::string(field.name) + "` | " +
                    std::string(field.zh) + " | " + std::string(name_of(field.kind)) + " | " +
                    bound + " | " + std::string(name_of(field.merge)) + " | " +
                    std::string(name_of(field.writer)) + " | " +
                    std::string(name_of(field.privacy)) + " | " +
                    std::string(name_of(field.audience)) + " | " + (field.indexed ? "yes" : "") +
                    " |\n";
        }
    }
    return page;
}

}  // namespace jiuying::schema
