// user list, invite, remove, unlock: who may sign in at the page.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/http/role.hpp"

namespace jiuying::node {
namespace {

std::string role_words(Lang lang, const json::object& user) {
    std::string words;
    for (const json::value& name : array_at(user, "roles")) {
        for (const RoleEntry& role : role_entries()) {
            if (!name.is_string() || name.get_string() != role.name) continue;
            words.append(words.empty() ? "" : pick(lang, "、", ", ")).append(role.words.in(lang));
        }
    }
    return words;
}

int list(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("user.list");
    std::string prose;
    const auto add = [&](const char* key, std::string_view remark) {
        for (const json::value& item : array_at(answer, key)) {
            const json::object& user = item.as_object();
            prose.append(padded(printable(text_at(user, "user")), 14));
            prose.append(padded(printable(text_at(user, "name")), 14));
            prose.append(role_words(desk.lang(), user));
            if (flag_at(user, "locked")) prose.append(desk.pick("  已锁定", "  locked"));
            prose.append(remark).append("\n");
        }
    };
    add("users", "");
    add("invited", desk.pick("  还没有用设置码", "  has not used the setup code yet"));
    if (prose.empty()) prose = desk.pick("还没有用户。\n", "There are no users yet.\n");
    desk.answer(answer, prose);
    return exit_code::ok;
}

int invite(Desk& desk, const Arguments& arguments) {
    json::object args;
    for (const char* key : {"user", "name", "roles"}) {
        if (const auto given = arguments.find(std::string{"--"} + key)) args[key] = *given;
    }
    const json::object answer = desk.call("user.invite", std::move(args));
    std::string prose{desk.pick("设置码 ", "Setup code ")};
    prose.append(text_at(answer, "setup_code"));
    prose.append(
        desk.pick("，只显示这一次，用一次就作废。", ", shown this once, good for one use. "));
    prose.append(desk.pick("请本人在页面上点“用设置码开通”，自己定密码。\n",
                           "The person enters it on the page and chooses a password.\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

int remove(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("user.remove", {{"user", arguments.get("--user")}});
    desk.answer(answer, desk.pick("已去掉，登录着的页面随即退出。\n", "Removed and signed out.\n"));
    return exit_code::ok;
}

int unlock(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("user.unlock", {{"user", arguments.get("--user")}});
    desk.answer(answer,
                desk.pick("已解除锁定，密码没有变。\n", "Unlocked; the password is as it was.\n"));
    return exit_code::ok;
}

}  // namespace

CommandSpecs user_commands() {
    const OptionSpec user = required_option("--user", "CODE", "工号", "staff code");
    return {
        {"user list", {"谁能登录页面", "who may sign in at the page"}, {}, list},
        {"user invite",
         {"给一个人设置码，用来开通或重设密码",
          "give a person a setup code, for a first or new password"},
         {user, option("--name", "NAME", "姓名", "name"),
          option("--roles", "ROLES",
                 "角色，逗号分开：recorder,handler,dispatcher,supervisor,"
                 "visitor,leader；system_admin、security_admin、audit_admin 只能单独用",
                 "roles, by commas; system_admin, security_admin and audit_admin stand alone")},
         invite},
        {"user remove", {"去掉一个用户", "remove a user"}, {user}, remove},
        {"user unlock", {"解除锁定", "unlock a user"}, {user}, unlock},
    };
}

}  // namespace jiuying::node
