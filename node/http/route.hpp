/// What may be asked under /api/: one table, from which requests are answered and the reference
/// page is written.
///
/// Nearly all of it is a thin mapping onto the commands of node/commands: the path's words and the
/// members of query or body become the command's arguments, its answer is the response. Pure.
#pragma once

#include "node/cli/errors.hpp"
#include "node/http/message.hpp"
#include "node/http/role.hpp"
#include "node/http/target.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jiuying::node {

namespace json = boost::json;

/// Which node answers it.
enum class At : std::uint8_t { both, station, hub };
/// How the body becomes the command's arguments.
enum class Takes : std::uint8_t {
    members,  ///< Those that are named in the table, and no other.
    values,   ///< All of it is the argument `values`: fields of a new record.
    facts,    ///< Any members: an act of the life cycle and its facts.
};

struct Route {
    Method method = Method::get;
    std::string_view path;     ///< `/api/appeals/{id}`
    std::string_view command;  ///< Of node/commands; one of the page's own begins with `page.`.
    Action action{};
    At at = At::both;
    Takes takes = Takes::members;
    /// Names divided by blanks: of the query, or of the body. `limit:n` is a number, `:b` yes or
    /// no.
    std::string_view members;
    bool person = true;  ///< Asked by a person: keeps the session awake.
    Wording about;

    [[nodiscard]] constexpr Route only(At where) const {
        Route route = *this;
        route.at = where;
        return route;
    }
    [[nodiscard]] constexpr Route taking(Takes what) const {
        Route route = *this;
        route.takes = what;
        return route;
    }
};

[[nodiscard]] std::span<const Route> routes();

struct Found {
    const Route* route = nullptr;
    std::string word;  ///< What stands for `{id}`.
};
/// Nothing if there is no such path, or not for that method.
[[nodiscard]] std::optional<Found> find_route(Method method, const Target& target);

/// The command's arguments. Failure unknown_option, bad_value, bad_json_input.
[[nodiscard]] json::object arguments_of(const Found& found, const Target& target,
                                        std::string_view body);

/// docs/reference/api.md.
[[nodiscard]] std::string api_page();

}  // namespace jiuying::node
