#include "node/commands/arguments.hpp"

#include "node/cli/errors.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

const json::value* given(const json::object& args, std::string_view key) {
    const json::value* value = args.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

[[noreturn]] void wrong_type(std::string_view key) {
    throw Failure{Error::bad_value, Detail::option, std::string{key}};
}

const json::value& required(const json::object& args, std::string_view key) {
    const json::value* value = given(args, key);
    if (value == nullptr) throw Failure{Error::missing_option, Detail::option, std::string{key}};
    return *value;
}

}  // namespace

std::optional<std::string> text_in(const json::object& args, std::string_view key) {
    const json::value* value = given(args, key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) wrong_type(key);
    return std::string{value->get_string()};
}

std::optional<std::int64_t> number_in(const json::object& args, std::string_view key) {
    const json::value* value = given(args, key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    wrong_type(key);
}

bool flag_in(const json::object& args, std::string_view key) {
    const json::value* value = given(args, key);
    if (value == nullptr) return false;
    if (!value->is_bool()) wrong_type(key);
    return value->get_bool();
}

std::optional<std::int64_t> instant_in(const json::object& args, std::string_view key) {
    const auto text = text_in(args, key);
    if (!text) return std::nullopt;
    const Result<std::int64_t> at = schema::parse_time(*text);
    if (at) return *at;
    std::string option = "--" + std::string{key};
    std::ranges::replace(option, '_', '-');
    throw Failure{Error::bad_date, Detail::option, std::move(option)};
}

std::string require_text(const json::object& args, std::string_view key) {
    const json::value& value = required(args, key);
    if (!value.is_string()) wrong_type(key);
    return std::string{value.get_string()};
}

const json::object& require_object(const json::object& args, std::string_view key) {
    const json::value& value = required(args, key);
    if (!value.is_object()) wrong_type(key);
    return value.get_object();
}

const json::array& require_array(const json::object& args, std::string_view key) {
    const json::value& value = required(args, key);
    if (!value.is_array()) wrong_type(key);
    return value.get_array();
}

}  // namespace jiuying::node
