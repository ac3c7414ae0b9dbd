#include "node/http/sign_in.hpp"

#include "node/commands/audited.hpp"
#include "node/commands/boundary.hpp"
#include "node/http/answers.hpp"
#include "node/http/gate.hpp"
#include "node/http/password.hpp"
#include "node/http/setup_code.hpp"
#include "sync/crypto/hash.hpp"

#include <utility>

namespace jiuying::node {
namespace {

constexpr std::string_view login_path = "/auth/login";
constexpr std::string_view setup_path = "/auth/setup";
constexpr std::string_view logout_path = "/auth/logout";
constexpr std::string_view session_path = "/auth/session";
constexpr std::size_t name_bytes_max = 180;

std::string required(const json::object& given, std::string_view key) {
    const json::value* value = given.if_contains(key);
    if (value == nullptr || !value->is_string() || value->get_string().empty()) {
        throw Failure{Error::missing_option, Detail::option, std::string{key}};
    }
    return std::string{value->get_string()};
}

json::object body_of(const HttpRequest& request) {
    json::error_code failed;
    json::value document = json::parse(request.body, failed);
    if (failed || !document.is_object()) throw Failure{Error::bad_json_input};
    return std::move(document.get_object());
}

/// A session's cookie belongs to this node alone: others on the same PC have other ports, which
/// cookies do not tell apart.
std::string cookie_name_of(const Profile& profile) {
    const auto hash = sync::Hasher{}
                          .add("jiuying page cookie v1")
                          .add(sync::View{profile.scope.bytes})
                          .add(profile.station_code)
                          .finish_as<32>();
    return "sid-" + sync::hex_encode(sync::View{hash}.first(4));
}

}  // namespace

SignIn::SignIn(NodeFolder& folder, Storage& storage, Sessions& sessions, bool secure)
    : folder_(folder),
      storage_(storage),
      sessions_(sessions),
      limit_(folder.environment()),
      cookie_name_(cookie_name_of(folder.replica().profile())),
      hub_(folder.replica().profile().role == Profile::Role::hub),
      secure_(secure) {
    const Profile& profile = folder.replica().profile();
    node_ = {{"role", hub_ ? "hub" : "station"},
             {"station", profile.station_code},
             {"name", profile.name},
             {"district", profile.district},
             {"region", profile.region}};
}

std::optional<std::string> SignIn::offer_first_code() {
    if (!Accounts{folder_.replica()}.list().empty()) return std::nullopt;
    std::string code = make_setup_code(folder_.environment());
    first_code_ = hash_of_setup_code(code);
    return code;
}

bool SignIn::is_path(std::string_view path) const {
    return path == login_path || path == setup_path || path == logout_path || path == session_path;
}

std::string SignIn::cookie_of(const HttpRequest& request) const {
    return cookie_in(request.cookie, cookie_name_).value_or(std::string{});
}

bool SignIn::still_there(const PageSession& session) {
    const auto account = Accounts{folder_.replica()}.find(session.user);
    return account && account->generation == session.generation;
}

json::object SignIn::who(const std::string& cookie) {
    json::object answer{{"node", node_}, {"signed_in", false}};
    if (const PageSession* session = sessions_.find(cookie)) {
        json::array names;
        for (const std::string& name : names_of(session->roles))
            names.push_back(json::string(name));
        answer["signed_in"] = true;
        answer["user"] = session->user;
        answer["name"] = session->name;
        answer["roles"] = std::move(names);
        answer["token"] = session->token;
        answer["seconds_left"] = sessions_.left(*session).count();
    }
    return answer;
}

asio::awaitable<HttpAnswer> SignIn::answer(HttpRequest request, std::string path) {
    std::string cookie = cookie_of(request);
    HttpAnswer answer;
    bool given = false;
    try {
        json::object document;
        if (path == session_path && request.method == Method::get) {
            auto asking = session_answer(cookie);
            document = co_await std::move(asking);
        } else if (request.method != Method::post) {
            throw Failure{Error::no_such_page};
        } else if (path == logout_path) {
            sessions_.end(cookie);
            cookie.clear();
            given = true;
            document = {{"signed_in", false}, {"node", node_}};
        } else {
            json::object body = body_of(request);
            cookie.clear();  // A new session has a new name, whoever sent an old one.
            if (path == login_path) {
                auto working = login(std::move(body), request.peer, cookie);
                document = co_await std::move(working);
            } else {
                auto working = set_up(std::move(body), request.peer, cookie);
                document = co_await std::move(working);
            }
            given = true;
        }
        answer = answer_of(document);
    } catch (const Failure& failure) {
        answer = answer_of(failure, hub_ ? "jiuying-hub" : "jiuying");
    }
    if (given && answer.status == 200) {
        const std::string age = cookie.empty() ? "; Max-Age=0" : "";
        answer.headers.emplace_back("Set-Cookie", cookie_name_ + "=" + cookie +
                                                      "; Path=/; HttpOnly; SameSite=Strict" +
                                                      (secure_ ? "; Secure" : "") + age);
    }
    co_return answer;
}

asio::awaitable<json::object> SignIn::session_answer(std::string cookie) {
    bool empty = false;
    std::function<void()> look = [&] {
        within_boundary([&] { empty = Accounts{folder_.replica()}.list().empty(); });
    };
    co_await storage_.run(std::move(look));
    json::object answer = who(cookie);
    answer["needs_setup"] = empty;
    co_return answer;
}

asio::awaitable<json::object> SignIn::login(json::object given, std::string peer,
                                            std::string& cookie) {
    std::string user = required(given, "user");
    std::string password = required(given, "password");
    if (password.size() > password_bytes_max) throw Failure{Error::wrong_login};
    auto checking = checked(std::move(user), std::move(password), std::move(peer));
    const Account account = co_await std::move(checking);
    cookie = sessions_.begin(account.code, account.name, Roles{account.roles}, account.generation);
    co_return who(cookie);
}

/// The account that has this password. Failure wrong_login, login_locked, too_many_logins.
asio::awaitable<Account> SignIn::checked(std::string user, std::string password, std::string peer) {
    if (!limit_.take(peer)) throw Failure{Error::too_many_logins};
    std::optional<Account> account;
    std::function<void()> look = [&] {
        within_boundary([&] { account = Accounts{folder_.replica()}.find(user); });
    };
    co_await storage_.run(look);
    bool fits = false;
    std::function<void()> stretch = [&] {
        fits =
            within_boundary([&] { return password_fits(account ? &*account : nullptr, password); });
    };
    co_await hashing_.run(std::move(stretch));
    std::optional<Error> refused;
    std::function<void()> conclude = [&] {
        within_boundary([&] {
            Replica& replica = folder_.replica();
            CommandContext context{replica, {}, folder_.environment(), {}, {}, true, {}};
            account = Accounts{replica}.find(user);
            const bool was_locked = account && account->locked;
            const bool locked = account && limit_.is_locked(*account);
            Replica::Batch batch{replica};
            if (!account || locked || !fits) {
                refused = locked ? Error::login_locked : Error::wrong_login;
                const bool locks = account && !locked && limit_.failed(*account);
                if (account && !locked) Accounts{replica}.save(*account);
                AuditEntry row{account ? account->code : std::string{}, "page.login",
                               account ? account->code : std::string{}, schema::audit::refused,
                               locks ? "locked" : ""};
                audit_seldom(context, row);
            } else {
                if (account->failures != 0 || was_locked) {
                    account->failures = 0;
                    account->locked = false;
                    Accounts{replica}.save(*account);
                }
                replica.audit({account->code, "page.login", account->code});
            }
            batch.commit();
        });
    };
    co_await storage_.run(std::move(conclude));
    if (refused) throw Failure{*refused};
    limit_.give_back(peer);
    co_return *account;
}

/// Whose code it is, with the roles that it gives; not saved yet.
Account SignIn::account_by_code(const std::string& code, const json::object& given,
                                std::optional<SetupCode>& kept) {
    Accounts accounts{folder_.replica()};
    const auto hash = hash_of_setup_code(code);
    kept = accounts.find_setup(hash);
    Account account;
    if (kept) {
        account = accounts.find(kept->user).value_or(Account{});
        account.code = kept->user;
        account.roles = kept->roles;
        if (!kept->name.empty()) account.name = kept->name;
        if (const json::value* name = given.if_contains("name")) {
            if (account.name.empty() && name->is_string()) account.name = name->get_string();
        }
        return account;
    }
    const bool first =
        first_code_ && sync::equal_in_constant_time(*first_code_, hash) && accounts.list().empty();
    if (!first) throw Failure{Error::setup_code_bad};
    account.code = required(given, "user");
    account.name = required(given, "name");
    account.roles = first_roles(hub_).bits;
    return account;
}

asio::awaitable<json::object> SignIn::set_up(json::object given, std::string peer,
                                             std::string& cookie) {
    const std::string code = required(given, "setup_code");
    const std::string password = required(given, "password");
    if (!limit_.take(peer)) throw Failure{Error::too_many_logins};
    Account account;
    std::optional<SetupCode> kept;
    std::function<void()> look = [&] {
        within_boundary([&] { account = account_by_code(code, given, kept); });
    };
    co_await storage_.run(look);
    if (account.code.size() > schema::staff_code_bytes_max ||
        account.name.size() > name_bytes_max) {
        throw Failure{Error::value_too_long, Detail::field, "user"};
    }
    if (!may_be_chosen(password, account.code, account.name)) throw Failure{Error::weak_password};
    std::function<void()> stretch = [&] {
        within_boundary([&] { set_password(account, password, folder_.environment()); });
    };
    co_await hashing_.run(std::move(stretch));
    std::function<void()> save = [&] {
        within_boundary([&] {
            // Of two who come with the same code at once, one is the first.
            const Account now = account_by_code(code, given, kept);
            account.generation = now.generation + 1;
            Replica& replica = folder_.replica();
            Replica::Batch batch{replica};
            replica.audit({account.code, "page.setup", account.code});
            Accounts{replica}.save(account);
            if (kept) Accounts{replica}.remove_setup(*kept);
            batch.commit();
        });
    };
    co_await storage_.run(std::move(save));
    limit_.give_back(peer);
    first_code_.reset();
    sessions_.end_all_of(account.code);
    cookie = sessions_.begin(account.code, account.name, Roles{account.roles}, account.generation);
    co_return who(cookie);
}

}  // namespace jiuying::node
