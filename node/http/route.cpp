#include "node/http/route.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jiuying::node {
namespace {

/// What `{id}` is called among the command's arguments.
std::string_view word_name(const Route& route) {
    if (route.command == "reference.list") return "entity";
    if (route.command.starts_with("roster.")) return "machine";
    if (route.command == "calendar.show") return "year";
    if (route.command == "policy.show") return "code";
    return route.command.starts_with("user.") ? "user" : "id";
}

/// Whether the pattern is that path; \p word gets what stands for its variable.
bool matches(std::string_view pattern, const std::vector<std::string>& steps, std::string& word) {
    pattern.remove_prefix(1);
    for (const std::string& step : steps) {
        if (pattern.empty()) return false;
        const std::size_t end = std::min(pattern.find('/'), pattern.size());
        const std::string_view wanted = pattern.substr(0, end);
        if (wanted == "{id}") {
            word = step;
        } else if (wanted != step) {
            return false;
        }
        pattern.remove_prefix(std::min(end + 1, pattern.size()));
    }
    return pattern.empty();
}

struct Member {
    std::string_view name;
    char kind = 't';  ///< Text, number or yes and no.
};

std::optional<Member> member_named(std::string_view members, std::string_view name) {
    while (!members.empty()) {
        const std::size_t end = std::min(members.find(' '), members.size());
        std::string_view word = members.substr(0, end);
        members.remove_prefix(std::min(end + 1, members.size()));
        Member member{word};
        if (const std::size_t colon = word.find(':'); colon != word.npos) {
            member = {word.substr(0, colon), word[colon + 1]};
        }
        if (member.name == name) return member;
    }
    return std::nullopt;
}

Failure bad_member(Error error, std::string_view name) {
    return Failure{error, Detail::option, std::string{name}};
}

json::value from_query(const Member& member, const std::string& text) {
    if (member.kind == 'b') return text == "true" || text == "yes" || text == "1";
    if (member.kind != 'n') return json::string(text);
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) {
        throw bad_member(Error::bad_value, member.name);
    }
    return number;
}

json::object body_of(std::string_view body) {
    if (body.empty()) return {};
    json::parse_options options;
    options.max_depth = 8;
    json::error_code failed;
    json::value document = json::parse(body, failed, {}, options);
    if (failed || !document.is_object()) throw Failure{Error::bad_json_input};
    return std::move(document.get_object());
}

void take_members(const Route& route, json::object body, json::object& args) {
    for (auto& [name, value] : body) {
        const auto member = member_named(route.members, name);
        if (!member) throw bad_member(Error::unknown_option, name);
        const bool fits = member->kind == 'n'   ? value.is_int64() || value.is_uint64()
                          : member->kind == 'b' ? value.is_bool()
                                                : true;
        if (!fits && !value.is_null()) throw bad_member(Error::bad_value, name);
        args[name] = std::move(value);
    }
}

}  // namespace

std::optional<Found> find_route(Method method, const Target& target) {
    for (const Route& route : routes()) {
        if (route.method != method) continue;
        Found found{&route, {}};
        if (matches(route.path, target.steps, found.word)) return found;
    }
    return std::nullopt;
}

json::object arguments_of(const Found& found, const Target& target, std::string_view body) {
    const Route& route = *found.route;
    json::object args;
    if (route.method == Method::get) {
        for (const auto& [name, text] : target.query) {
            const auto member = member_named(route.members, name);
            if (!member) throw bad_member(Error::unknown_option, name);
            args[name] = from_query(*member, text);
        }
    } else {
        json::object given = body_of(body);
        if (route.takes == Takes::values) {
            args["values"] = std::move(given);
        } else if (route.takes == Takes::facts) {
            args = std::move(given);
        } else {
            take_members(route, std::move(given), args);
        }
        if (!target.query.empty()) {
            throw bad_member(Error::unknown_option, target.query.begin()->first);
        }
    }
    if (const std::string_view name = word_name(route); name == "year") {
        args[name] = from_query({name, 'n'}, found.word);
    } else if (!found.word.empty()) {
        args[name] = found.word;
    }
    // Who acts is who is signed in, whatever the request says.
    args.erase("as");
    args.erase("role");
    return args;
}

}  // namespace jiuying::node
