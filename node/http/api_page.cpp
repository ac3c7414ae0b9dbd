// docs/reference/api.md, made from the tables.
#include "node/http/route.hpp"

namespace jiuying::node {
namespace {

std::string_view place_of(const Route& route) {
    switch (route.at) {
        case At::station: return "station";
        case At::hub: return "hub";
        case At::both: break;
    }
    return "both";
}

std::string members_of(const Route& route) {
    if (route.takes == Takes::values) return "the record's fields";
    if (route.takes == Takes::facts) return "`kind` and its facts";
    return std::string{route.members};
}

std::string words_of(Wording words) { return std::string{words.zh}.append(" / ").append(words.en); }

std::string role_table() {
    std::string page{"| Action |"};
    for (const RoleEntry& role : role_entries()) page.append(" ").append(role.name).append(" |");
    page.append("\n|---|");
    for (std::size_t count = role_entries().size(); count > 0; --count) page.append("---|");
    page.append("\n");
    for (const ActionEntry& action : action_entries()) {
        page.append("| `").append(action.name).append("` ").append(words_of(action.words));
        page.append(" |");
        for (const RoleEntry& role : role_entries()) {
            page.append(action.who.has(role.role) ? " yes |" : " |");
        }
        page.append("\n");
    }
    return page;
}

}  // namespace

std::string api_page() {
    std::string page{
        "# The page's API\n\n"
        "Made by `jiuying generate api` from `node/http/route_table.cpp` and "
        "`node/http/role.cpp`.\n"
        "JSON over HTTP/1.1 on loopback, at a hub also under TLS 1.3, for the page and for "
        "programs. "
        "Answers have\n"
        "the shapes of [answers.md](answers.md), with personal data masked; errors are those of "
        "the\n"
        "command line, in Chinese with the English under `en`.\n\n"
        "- `Host` must be `127.0.0.1:PORT`, `localhost:PORT` or `[::1]:PORT`, under TLS a name of "
        "the\n"
        "  certificate or of `--public-name` with the port; anything else: 403.\n"
        "- `POST /auth/login` `{\"user\",\"password\"}` sets the session's cookie and answers its "
        "`token`;\n"
        "  `POST /auth/setup` `{\"setup_code\",\"user\",\"name\",\"password\"}` makes an account "
        "or gives it a\n"
        "  new password; `POST /auth/logout`; `GET /auth/session` says who is signed in.\n"
        "- Without a session every path under `/api/` answers 401, known or not.\n"
        "- What changes something is a POST with `Content-Type: application/json`, the header\n"
        "  `X-JY-Token` and no foreign `Origin`; else 403.\n"
        "- Members of a GET stand in the query, those of a POST in the JSON body; `:n` is a "
        "number,\n"
        "  `:b` yes or no. One that is not named: JY-0102. Words to search for go in a body, never "
        "in\n"
        "  an address.\n"
        "- `X-JY-Auto: 1` marks what a page asks by itself: it keeps no session awake.\n"
        "- At a hub, who is only a recorder or handler sees the orders of the own unit alone, and "
        "what that\n  person recorded, as long as nobody has dispatched it.\n\n"
        "## Paths\n\n"
        "| Request | What | Command | Members | Node | Action |\n|---|---|---|---|---|---|\n"};
    for (const Route& route : routes()) {
        page.append("| `").append(name_of(route.method)).append(" ").append(route.path);
        page.append("` | ").append(words_of(route.about)).append(" | `").append(route.command);
        page.append("` | ").append(members_of(route)).append(" | ").append(place_of(route));
        page.append(" | `").append(name_of(route.action)).append("` |\n");
    }
    page.append("\n## Who may do what\n\nAn act of the life cycle is asked for as `act`, and ");
    page.append("then for its kind: [domain.md](domain.md) says whose it is.\n\n");
    page.append(role_table());
    return page;
}

}  // namespace jiuying::node
