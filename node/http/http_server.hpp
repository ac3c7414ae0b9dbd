/// HTTP/1.1 on one address, with a limit on everything that a stranger could stretch: connections,
/// requests on each, the time of each phase, the size of head and body, what waits to be read. With
/// a certificate it speaks TLS and nothing else.
///
/// All on one thread. What is asked and answered is \p handler's. Every answer carries the headers
/// that keep other pages and programs of the browser away from it.
#pragma once

#include "node/base/clock.hpp"
#include "node/http/message.hpp"
#include "node/http/page_tls.hpp"
#include "node/net/address.hpp"
#include "node/net/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <set>
#include <string>

namespace jiuying::node {

struct HttpLimits {
    std::size_t connections = 64;
    /// Of them from one address: one PC that holds them open leaves some to the others.
    std::size_t per_peer = 64;
    std::size_t requests = 100;  ///< On one connection; then it is closed.
    std::uint32_t head_bytes = 8U << 10U;
    std::chrono::milliseconds handshake{5'000};
    std::chrono::milliseconds head{5'000};
    std::chrono::milliseconds body{30'000};
    std::chrono::milliseconds idle{30'000};
    std::chrono::milliseconds write{30'000};  ///< A reader who takes nothing for that long is gone.
};

class HttpServer {
public:
    /// Binds at once. Failure: port_in_use, no_permission, bad_address. \p tls null: in clear.
    HttpServer(asio::io_context& network, const Address& address, HttpHandler& handler,
               PageTls* tls = nullptr, HttpLimits limits = {});
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Where it listens, or did until it was asked to stop: the actual port where 0 was asked for.
    [[nodiscard]] const Address& address() const { return address_; }
    void start();
    /// Accepts nobody more; answers under way are finished, live feeds end.
    void ask_stop();
    void cut();
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return tasks_.emptied_within(patience);
    }

private:
    struct Connection;

    [[nodiscard]] asio::awaitable<void> accept_all();
    [[nodiscard]] asio::awaitable<void> serve_one(asio::ip::tcp::socket socket, std::string peer);
    [[nodiscard]] asio::awaitable<bool> shake_hands(Connection& connection);
    [[nodiscard]] asio::awaitable<void> say_goodbye(Connection& connection);
    [[nodiscard]] std::size_t from(const std::string& peer) const;
    [[nodiscard]] asio::awaitable<bool> answer_next(Connection& connection, bool last);
    [[nodiscard]] asio::awaitable<bool> awaited(Connection& connection);
    [[nodiscard]] asio::awaitable<bool> say(Connection& connection, HttpAnswer answer);
    [[nodiscard]] asio::awaitable<bool> feed(Connection& connection, HttpAnswer answer);

    asio::ip::tcp::acceptor acceptor_;
    Address address_;
    HttpHandler& handler_;
    PageTls* tls_;
    HttpLimits limits_;
    bool stopping_ = false;
    std::set<Connection*> connections_;  ///< Owned by their coroutines.
    asio::steady_timer left_;            ///< Cancelled when one is gone.
    TaskGroup tasks_;
};

}  // namespace jiuying::node
