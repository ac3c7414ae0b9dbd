/// Reading the arguments of a command. They come from our own front or from a script through the
/// page's API, so a wrong type is a Failure (bad_value) that names the argument.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::node {

namespace json = boost::json;

/// Nothing where the member is absent or null.
[[nodiscard]] std::optional<std::string> text_in(const json::object& args, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> number_in(const json::object& args, std::string_view key);
[[nodiscard]] bool flag_in(const json::object& args, std::string_view key);

/// The instant that is written there; Failure bad_date that names the option.
[[nodiscard]] std::optional<std::int64_t> instant_in(const json::object& args,
                                                     std::string_view key);

/// Failure missing_option where the member is absent.
[[nodiscard]] std::string require_text(const json::object& args, std::string_view key);
[[nodiscard]] const json::object& require_object(const json::object& args, std::string_view key);
[[nodiscard]] const json::array& require_array(const json::object& args, std::string_view key);

}  // namespace jiuying::node
