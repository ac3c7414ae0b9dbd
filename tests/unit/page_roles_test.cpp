// The authorisation table and the table of what may be asked: whole, and denying what it does not
// say.
#include "node/commands/command.hpp"
#include "node/http/route.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace jiuying;
namespace json = boost::json;
using node::Action;
using node::Method;
using node::Role;
using node::Roles;

namespace {

const Roles administrators =
    node::roles(Role::system_admin, Role::security_admin, Role::audit_admin);

node::Target target_of(std::string_view path) {
    auto target = node::parse_target(path);
    REQUIRE(target.has_value());
    return *target;
}

json::object asked(Method method, std::string_view path, std::string_view body = {}) {
    const node::Target target = target_of(path);
    const auto found = node::find_route(method, target);
    REQUIRE(found);
    return node::arguments_of(*found, target, body);
}

}  // namespace

TEST_CASE("no administrator reads, records or acts on an appeal", "[page]") {
    for (const Action action : {Action::read_appeals, Action::record, Action::edit, Action::reveal,
                                Action::settle, Action::act, Action::count, Action::oversee}) {
        CHECK_FALSE(node::may(administrators, action));
    }
    for (int kind = 1; kind <= int(schema::EventKind::last_of_list); ++kind) {
        CHECK_FALSE(node::may_act(administrators, static_cast<schema::EventKind>(kind)));
    }
}

TEST_CASE("administering is apart from working and from itself", "[page]") {
    CHECK(node::may_stand_together(node::roles(Role::recorder, Role::handler, Role::visitor)));
    CHECK(node::may_stand_together(node::roles(Role::audit_admin)));
    CHECK_FALSE(node::may_stand_together(Roles{}));
    CHECK_FALSE(node::may_stand_together(node::roles(Role::audit_admin, Role::recorder)));
    CHECK_FALSE(node::may_stand_together(node::roles(Role::system_admin, Role::security_admin)));
    CHECK(node::may(node::roles(Role::security_admin), Action::manage_users));
    CHECK_FALSE(node::may(node::roles(Role::system_admin), Action::manage_users));
    CHECK_FALSE(node::may(node::roles(Role::security_admin), Action::read_audit));
}

TEST_CASE("whose an act is at the page is whose it is in the life cycle", "[page]") {
    using K = schema::EventKind;
    CHECK(node::may_act(node::roles(Role::dispatcher), K::dispatched));
    CHECK_FALSE(node::may_act(node::roles(Role::recorder, Role::handler), K::dispatched));
    CHECK(node::may_act(node::roles(Role::handler), K::replied));
    CHECK_FALSE(node::may_act(node::roles(Role::visitor), K::replied));
    CHECK(node::may_act(node::roles(Role::visitor), K::visited));
    CHECK_FALSE(node::may_act(node::roles(Role::handler), K::visited));
    CHECK(node::may_act(node::roles(Role::leader), K::instruction));
    // Nobody writes what only the program writes, and nothing unknown.
    const Roles all{0xFFFF};
    CHECK_FALSE(node::may_act(all, K::arrived));
    CHECK_FALSE(node::may_act(all, K::unknown));
    CHECK_FALSE(node::may(Roles{}, Action::see_own));
}

TEST_CASE("roles are read in both languages, and an unknown one spoils all", "[page]") {
    CHECK(node::parse_roles("recorder,handler") == node::roles(Role::recorder, Role::handler));
    CHECK(node::parse_roles("录入员、督办员") == node::roles(Role::recorder, Role::supervisor));
    CHECK_FALSE(node::parse_roles("recorder,root"));
    CHECK(node::parse_roles("")->bits == 0);
}

TEST_CASE("hard cases and work lists are for who oversees", "[page]") {
    CHECK(node::may(node::roles(Role::dispatcher), Action::oversee));
    CHECK(node::may(node::roles(Role::supervisor), Action::oversee));
    CHECK(node::may(node::roles(Role::leader), Action::oversee));
    CHECK_FALSE(
        node::may(node::roles(Role::recorder, Role::handler, Role::visitor), Action::oversee));
}

TEST_CASE("a path that is spelled out comes before one with a word in its place", "[page]") {
    CHECK(node::find_route(Method::get, target_of("/api/enterprises/duplicates"))->route->command ==
          "enterprise.duplicates");
    CHECK(node::find_route(Method::get, target_of("/api/enterprises/others"))->route->command ==
          "enterprise.show");
}

TEST_CASE("every path leads to a command that is there, and no two are the same", "[page]") {
    std::set<std::string> seen;
    for (const node::Route& route : node::routes()) {
        INFO(route.path);
        CHECK(route.path.starts_with("/api/"));
        CHECK((route.command.starts_with("page.") || node::is_command(route.command)));
        CHECK(seen.insert(std::string{name_of(route.method)}.append(route.path)).second);
        CHECK_FALSE(route.about.zh.empty());
        std::string path{route.path};
        if (const auto at = path.find("{id}"); at != path.npos) path.replace(at, 4, "word");
        const auto found = node::find_route(route.method, target_of(path));
        REQUIRE(found);
        CHECK(found->route == &route);
    }
    CHECK_FALSE(node::find_route(Method::get, target_of("/api/nothing")));
    CHECK_FALSE(node::find_route(Method::get, target_of("/api")));
    CHECK_FALSE(node::find_route(Method::post, target_of("/api/status")));
    CHECK_FALSE(node::find_route(Method::get, target_of("/api/appeals/x/y/z")));
}

TEST_CASE("arguments are those of the table, and never who acts", "[page]") {
    CHECK(asked(Method::get, "/api/appeals?state=replied&limit=7") ==
          json::object{{"state", "replied"}, {"limit", 7}});
    CHECK_THROWS_AS(asked(Method::get, "/api/appeals?as=W01"), node::Failure);
    CHECK_THROWS_AS(asked(Method::get, "/api/appeals?search=x"), node::Failure);
    CHECK_THROWS_AS(asked(Method::get, "/api/appeals?limit=many"), node::Failure);
    CHECK(asked(Method::post, "/api/appeals/7/act", R"({"kind":"signed","as":"X","role":"hub"})") ==
          json::object{{"kind", "signed"}, {"id", "7"}});
    CHECK(asked(Method::post, "/api/appeals", R"({"title":"t"})") ==
          json::object{{"values", {{"title", "t"}}}});
    CHECK_THROWS_AS(asked(Method::post, "/api/conflicts/1/resolve", R"({"take":"1"})"),
                    node::Failure);
    CHECK_THROWS_AS(asked(Method::post, "/api/appeals", "[]"), node::Failure);
    CHECK_THROWS_AS(asked(Method::post, "/api/appeals", "{"), node::Failure);
    CHECK_THROWS_AS(asked(Method::post, "/api/appeals?x=1", "{}"), node::Failure);
    CHECK(asked(Method::get, "/api/lists/unit") == json::object{{"entity", "unit"}});
}

TEST_CASE("what a unit's account sees at a hub is bounded, a dispatcher's is not", "[page]") {
    CHECK(node::own_unit_only(node::roles(Role::handler, Role::recorder)));
    CHECK_FALSE(node::own_unit_only(node::roles(Role::handler, Role::dispatcher)));
}
