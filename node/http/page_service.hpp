/// The page of a node inside `serve`: its files, signing in, and the API behind them.
///
/// Order of checks: who is named by Host; whether somebody is signed in; whether the page itself
/// asks; whether that role may. Each refuses before the next is looked at, so a stranger learns
/// nothing, not even which paths there are.
#pragma once

#include "node/http/api.hpp"
#include "node/http/gate.hpp"
#include "node/http/http_server.hpp"
#include "node/http/pulse.hpp"
#include "node/http/sign_in.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

/// Where the page is and how others get there.
struct PageDoor {
    Address address;
    /// Null: on loopback, in clear.
    std::unique_ptr<PageTls> tls;
    /// By which names other PCs open it, the one that is printed first. Under TLS at least one.
    std::vector<std::string> names;
};

class PageService final : private HttpHandler {
public:
    struct Parts {
        asio::io_context& network;
        NodeFolder& folder;
        Storage& storage;
        CommandDesk& desk;
        /// A number that grows when something may have come from elsewhere, and whether an exchange
        /// is under way.
        std::function<std::uint64_t()> arrivals;
        std::function<bool()> exchanging;
    };

    /// Binds at once. Failure: port_in_use, bad_address.
    PageService(Parts parts, PageDoor door);
    PageService(const PageService&) = delete;
    PageService& operator=(const PageService&) = delete;

    /// Where it is, as one types it into a browser.
    [[nodiscard]] std::string link() const;
    /// Where the first person begins; nothing where somebody has an account.
    [[nodiscard]] std::optional<std::string> setup_link();

    void start();
    void ask_stop();
    void cut() { server_.cut(); }
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience);

private:
    [[nodiscard]] std::optional<HttpAnswer> refuse(const HttpRequest& head) override;
    [[nodiscard]] std::size_t body_max(const HttpRequest& head) const override;
    [[nodiscard]] asio::awaitable<HttpAnswer> answer(HttpRequest request) override;
    [[nodiscard]] asio::awaitable<HttpAnswer> answer_api(HttpRequest request, Target target);
    [[nodiscard]] HttpAnswer answer_file(const HttpRequest& request, const Target& target) const;
    [[nodiscard]] HttpAnswer failed(Error error) const;
    [[nodiscard]] json::object look();
    void complete(json::object& state);

    Parts parts_;
    PageDoor door_;
    std::string program_;
    Sessions sessions_;
    SignIn sign_in_;
    Api api_;
    Pulse pulse_;
    HttpServer server_;
    Gate gate_;
};

/// What `--http`, `--tls-cert`, `--tls-key` and `--public-name` say of the page.
struct PageDoorOptions {
    std::string address;
    std::string certificate;
    std::string key;
    std::vector<std::string> names;
    bool hub = false;
};
/// A station's page is on loopback; a hub's on any other address asks for both files. Failure
/// page_not_local, page_needs_certificate, page_certificate_bad, page_certificate_nameless,
/// missing_option, bad_value.
[[nodiscard]] PageDoor page_door(const PageDoorOptions& options);

}  // namespace jiuying::node
