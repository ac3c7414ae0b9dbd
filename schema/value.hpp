/// A field's value as it is kept and sent, whatever the field means.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace jiuying::schema {

/// Nothing, a number, or bytes (text, ids and composite values alike; the registry tells which).
/// Two values are equal when their wire forms are. Ordered for `min` and `max`: nothing first.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

[[nodiscard]] inline bool empty(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}
[[nodiscard]] inline const std::string* text_of(const Value& value) {
    return std::get_if<std::string>(&value);
}
[[nodiscard]] inline const std::int64_t* number_of(const Value& value) {
    return std::get_if<std::int64_t>(&value);
}

}  // namespace jiuying::schema
