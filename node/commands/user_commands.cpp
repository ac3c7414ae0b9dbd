// Who may sign in at this node's page.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/http/role.hpp"
#include "node/http/setup_code.hpp"
#include "node/replica/accounts.hpp"
#include "schema/registry.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

constexpr std::size_t name_bytes_max = 180;

json::array names_json(Roles roles) {
    json::array names;
    for (const std::string& name : names_of(roles)) names.push_back(json::string(name));
    return names;
}

json::object shown(const Account& account) {
    return {{"user", account.code},
            {"name", account.name},
            {"roles", names_json(Roles{account.roles})},
            {"locked", account.locked}};
}

Account require_user(CommandContext& context, const json::object& args) {
    const std::string code = require_text(args, "user");
    auto account = Accounts{context.replica}.find(code);
    if (!account) throw Failure{Error::unknown_user, Detail::id, code};
    return *std::move(account);
}

std::string user_in(const json::object& args) {
    std::string code = require_text(args, "user");
    const bool printable = std::ranges::none_of(
        code, [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; });
    if (code.empty() || code.size() > schema::staff_code_bytes_max || !printable) {
        throw Failure{Error::bad_value, Detail::option, "--user"};
    }
    return code;
}

/// What is told; else those that the person has; else those of whoever works at such a node.
Roles roles_in(CommandContext& context, const json::object& args,
               const std::optional<Account>& known) {
    if (const auto told = text_in(args, "roles")) {
        const auto roles = parse_roles(*told);
        if (!roles || !may_stand_together(*roles)) {
            throw Failure{Error::bad_roles, Detail::option, "--roles"};
        }
        return *roles;
    }
    if (known) return Roles{known->roles};
    return first_roles(context.replica.profile().role == Profile::Role::hub);
}

}  // namespace

json::object user_list(CommandContext& context, const json::object&) {
    Accounts accounts{context.replica};
    json::array users;
    for (const Account& account : accounts.list()) users.push_back(shown(account));
    json::array waiting;
    for (const SetupCode& code : accounts.setup_codes()) {
        waiting.push_back(json::object{
            {"user", code.user}, {"name", code.name}, {"roles", names_json(Roles{code.roles})}});
    }
    const auto total = users.size();
    return {{"total", total}, {"users", std::move(users)}, {"invited", std::move(waiting)}};
}

json::object user_invite(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const std::string user = user_in(args);
    Accounts accounts{context.replica};
    const auto known = accounts.find(user);
    const Roles roles = roles_in(context, args, known);
    std::string name = text_in(args, "name").value_or(known ? known->name : std::string{});
    if (name.size() > name_bytes_max)
        throw Failure{Error::value_too_long, Detail::option, "--name"};
    if (accounts.setup_codes().size() >= Accounts::setup_codes_max ||
        (!known && accounts.list().size() >= Accounts::accounts_max)) {
        throw Failure{Error::users_full};
    }
    const std::string code = make_setup_code(context.environment);
    Replica::Batch batch{context.replica};
    std::string detail;
    for (const std::string& role : names_of(roles))
        detail.append(detail.empty() ? "" : ",").append(role);
    context.replica.audit({actor, "user.invite", user, schema::audit::done, detail});
    accounts.save_setup({hash_of_setup_code(code), user, std::move(name), roles.bits});
    batch.commit();
    return {{"user", user}, {"setup_code", code}, {"roles", names_json(roles)}};
}

json::object user_remove(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const std::string user = user_in(args);
    Accounts accounts{context.replica};
    Replica::Batch batch{context.replica};
    bool found = accounts.remove(user);
    for (const SetupCode& code : accounts.setup_codes()) {
        if (code.user != user) continue;
        accounts.remove_setup(code);
        found = true;
    }
    if (!found) throw Failure{Error::unknown_user, Detail::id, user};
    context.replica.audit({actor, "user.remove", user});
    batch.commit();
    return {{"user", user}, {"removed", true}};
}

json::object user_unlock(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    Account account = require_user(context, args);
    Replica::Batch batch{context.replica};
    context.replica.audit({actor, "user.unlock", account.code});
    account.locked = false;
    account.failures = 0;
    Accounts{context.replica}.save(account);
    batch.commit();
    return shown(account);
}

}  // namespace jiuying::node::commands
