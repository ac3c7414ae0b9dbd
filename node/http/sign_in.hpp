/// Signing in and out of the page: POST /auth/login, /auth/setup, /auth/logout, GET /auth/session.
///
/// They stand outside /api/, where nobody gets an answer who is not signed in. Passwords are held
/// against their hashes on a thread of their own, one at a time, so that trying them keeps neither
/// the network nor the database waiting.
#pragma once

#include "node/folder/node_folder.hpp"
#include "node/http/guess_limit.hpp"
#include "node/http/message.hpp"
#include "node/http/sessions.hpp"
#include "node/net/writer.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace jiuying::node {

namespace json = boost::json;

class SignIn {
public:
    /// All three are used until this ends. \p secure: cookies travel under TLS only.
    SignIn(NodeFolder& folder, Storage& storage, Sessions& sessions, bool secure);

    /// A code for the first person, where nobody has an account yet; nothing where somebody has.
    /// In memory only, until the first person used it. Call it where the replica may be used.
    [[nodiscard]] std::optional<std::string> offer_first_code();

    [[nodiscard]] bool is_path(std::string_view path) const;
    [[nodiscard]] asio::awaitable<HttpAnswer> answer(HttpRequest request, std::string path);

    [[nodiscard]] const std::string& cookie_name() const { return cookie_name_; }
    /// What the cookie of \p request says; empty if there is none.
    [[nodiscard]] std::string cookie_of(const HttpRequest& request) const;
    /// Whether the person of \p session may still be signed in. On the replica's thread.
    [[nodiscard]] bool still_there(const PageSession& session);

private:
    [[nodiscard]] json::object who(const std::string& cookie);
    [[nodiscard]] asio::awaitable<json::object> login(json::object given, std::string peer,
                                                      std::string& cookie);
    [[nodiscard]] asio::awaitable<json::object> set_up(json::object given, std::string peer,
                                                       std::string& cookie);
    [[nodiscard]] asio::awaitable<json::object> session_answer(std::string cookie);
    [[nodiscard]] asio::awaitable<Account> checked(std::string user, std::string password,
                                                   std::string peer);
    [[nodiscard]] Account account_by_code(const std::string& code, const json::object& given,
                                          std::optional<SetupCode>& kept);

    NodeFolder& folder_;
    Storage& storage_;
    Sessions& sessions_;
    GuessLimit limit_;
    Writer hashing_;  ///< The thread for passwords.
    std::string cookie_name_;
    bool hub_;
    bool secure_;
    json::object node_;  ///< What this node is, as everybody may know who sees the page.
    std::optional<sync::Array<32>> first_code_;
};

}  // namespace jiuying::node
