/// The target of a request, taken apart: the path by its steps, the query by its members. Pure.
#pragma once

#include "schema/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

struct Target {
    static constexpr std::size_t bytes_max = 2048;
    static constexpr std::size_t steps_max = 8;
    static constexpr std::size_t members_max = 32;

    std::string path;                ///< As it came, without the query.
    std::vector<std::string> steps;  ///< Of the path, decoded; none of them empty, `.` or `..`.
    std::map<std::string, std::string, std::less<>> query;
};

/// Errc::malformed for anything but an absolute path: another form of target, a broken escape, text
/// that is not UTF-8, control characters, a step that is empty or leads upwards, a member twice.
/// Errc::too_large beyond the bounds above.
[[nodiscard]] Result<Target> parse_target(std::string_view text);

}  // namespace jiuying::node
