/// Between what people and scripts write and what the store keeps, field by field.
///
/// One place for the command line, JSON on stdin, rows of files and the page's API: a value that
/// is refused is refused everywhere, for the same reason and with the same code. Pure.
#pragma once

#include "node/cli/errors.hpp"
#include "schema/appeal_rules.hpp"
#include "schema/registry.hpp"
#include "schema/result.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace jiuying::node {

namespace json = boost::json;

/// Why a value may not stand in a field.
struct Refusal {
    Error error{};
    std::string limit;  ///< "200 字符" where a bound was exceeded; never the value.
};

/// Reads \p text as a value of \p field. Empty text is the empty value. White space around times,
/// numbers, choices and codes doesn't count (schema::trimmed); what people tell is kept as it is. A
/// date as a due (`due_at`, `ext_due_at`, `target_date`) is read by read_due(). For a set: words
/// separated by commas, 、 or spaces, each with + (or nothing) to add it and - to remove it.
[[nodiscard]] std::variant<schema::Value, Refusal> read_value(const schema::Field& field,
                                                              std::string_view text);

/// A time until which something is to be done, as people write it. A date alone is the whole of
/// that day: the instant is its end, 24:00. So is 24:00 where it is written out.
[[nodiscard]] Result<std::int64_t> read_due(std::string_view text);

/// As above for JSON: text, a number, true or false, and for a set an array of texts.
[[nodiscard]] std::variant<schema::Value, Refusal> read_value(const schema::Field& field,
                                                              const json::value& given);

/// As above; a Refusal is thrown as a Failure that names the field.
[[nodiscard]] schema::Value require_value(const schema::Field& field, const json::value& given);

/// What `--json` shows: text; number; boolean; choice as its identifier; time in RFC 3339; record
/// as its id; bytes in hex; a set as an array. Null for the empty value.
[[nodiscard]] json::value to_json(const schema::Field& field, const schema::Value& value);
/// One version of a set field: {"add":[...],"remove":[...]}. Other fields as to_json.
[[nodiscard]] json::value version_to_json(const schema::Field& field, const schema::Value& value);

/// The field that a person named: with - for _, or by its Chinese label. Null if there is none.
[[nodiscard]] const schema::Field* named_field(const schema::Entity& entity, std::string_view name);

/// Whether people fill the field in themselves (numbers, registration times and links are ours).
[[nodiscard]] bool is_filled_in(const schema::Entity& entity, const schema::Field& field);

using schema::is_blank;

/// The 16 bytes of a record's id as a value, and back (false for anything else).
[[nodiscard]] schema::Value record_value(const schema::RecordId& id);
[[nodiscard]] bool record_in(const schema::Value& value, schema::RecordId& id);

}  // namespace jiuying::node
