#include "node/http/http_server.hpp"

#include "node/http/page_stream.hpp"
#include "node/net/acceptor.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Parser = http::request_parser<http::string_body>;

constexpr std::size_t first_read = 4096;
constexpr std::size_t head_rest_max = 64U << 10U;  ///< Of a buffer: head, and what came with it.
constexpr std::uint64_t any_body_max = 1U << 20U;  ///< Handlers allow less.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::hours until_woken{24};
constexpr std::chrono::seconds goodbye{1};

/// No other page shows, reads or feeds what is answered here, and nothing in it runs or loads but
/// the page's own files.
constexpr std::pair<const char*, const char*> protections[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
     "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'; require-trusted-types-for 'script'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=()"},
};

std::string text_of(const Parser& parser, http::field name) {
    const auto value = parser.get()[name];
    return {value.data(), value.size()};
}
std::string text_of(const Parser& parser, const char* name) {
    const auto value = parser.get()[name];
    return {value.data(), value.size()};
}

/// Nothing where it is no request that a browser or a script of ours sends.
std::optional<HttpRequest> head_of(const Parser& parser) {
    const auto& head = parser.get();
    if (head.version() != 11 || head.count(http::field::host) != 1) return std::nullopt;
    HttpRequest request;
    if (head.method() == http::verb::post) {
        request.method = Method::post;
    } else if (head.method() != http::verb::get) {
        return std::nullopt;
    }
    request.target = {head.target().data(), head.target().size()};
    request.host = text_of(parser, http::field::host);
    request.origin = text_of(parser, http::field::origin);
    request.fetch_site = text_of(parser, "Sec-Fetch-Site");
    request.content_type = text_of(parser, http::field::content_type);
    request.cookie = text_of(parser, http::field::cookie);
    request.token = text_of(parser, "X-JY-Token");
    request.known = text_of(parser, http::field::if_none_match);
    request.by_itself = !text_of(parser, "X-JY-Auto").empty();
    return request;
}

HttpAnswer curt(unsigned status) {
    HttpAnswer answer;
    answer.status = status;
    answer.type = "text/plain; charset=utf-8";
    answer.body = std::to_string(status) + "\n";
    answer.close = true;
    return answer;
}

template <class Body>
void dress(http::response<Body>& response, const HttpAnswer& answer) {
    response.version(11);
    response.result(answer.status);
    response.set(http::field::content_type, answer.type);
    bool cached = false;
    for (const auto& [name, value] : answer.headers) {
        response.set(name, value);
        cached = cached || name == "Cache-Control";
    }
    if (!cached) response.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : protections) response.set(name, value);
    response.keep_alive(!answer.close);
}

}  // namespace

/// Somebody who is connected.
struct HttpServer::Connection {
    Connection(tcp::socket socket, std::string from, PageTls* tls)
        : stream(std::move(socket), tls == nullptr ? nullptr : &tls->context()),
          peer(std::move(from)) {}
    PageStream stream;
    std::string peer;
    beast::flat_buffer buffer{head_rest_max};
    bool answering = false;
    std::shared_ptr<LiveFeed> live;
};

HttpServer::HttpServer(asio::io_context& network, const Address& address, HttpHandler& handler,
                       PageTls* tls, HttpLimits limits)
    : acceptor_(listen_at(network, address)),
      address_(address_of(acceptor_)),
      handler_(handler),
      tls_(tls),
      limits_(limits),
      left_(network),
      tasks_(network.get_executor()) {}

void HttpServer::start() { tasks_.spawn(accept_all()); }

void HttpServer::ask_stop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    left_.cancel();
    for (Connection* connection : connections_) {
        if (connection->live) connection->live->end();
        if (!connection->answering) connection->stream.below().cancel();
    }
}

void HttpServer::cut() {
    for (Connection* connection : connections_) connection->stream.below().close();
}

asio::awaitable<void> HttpServer::accept_all() {
    while (!stopping_) {
        if (connections_.size() >= limits_.connections) {
            co_await rest(left_, until_woken);
            continue;
        }
        error_code failed;
        auto accepting = acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        tcp::socket socket = co_await std::move(accepting);
        if (stopping_) break;
        if (failed) {
            co_await rest(left_, accept_pause);
            continue;
        }
        error_code gone;
        socket.set_option(tcp::no_delay{true}, gone);
        const auto peer = gone ? tcp::endpoint{} : socket.remote_endpoint(gone);
        if (gone || from(peer.address().to_string()) >= limits_.per_peer) continue;
        tasks_.spawn(serve_one(std::move(socket), peer.address().to_string()));
    }
}

std::size_t HttpServer::from(const std::string& peer) const {
    return static_cast<std::size_t>(std::ranges::count(connections_, peer, &Connection::peer));
}

asio::awaitable<void> HttpServer::serve_one(tcp::socket socket, std::string peer) {
    Connection connection{std::move(socket), std::move(peer), tls_};
    connections_.insert(&connection);
    bool stays = co_await shake_hands(connection);
    const bool met = stays;
    for (std::size_t count = 1; stays && !stopping_; ++count) {
        stays = co_await answer_next(connection, count >= limits_.requests);
    }
    if (met) co_await say_goodbye(connection);
    connections_.erase(&connection);
    left_.cancel();
    error_code ignored;
    connection.stream.below().socket().shutdown(tcp::socket::shutdown_both, ignored);
    connection.stream.below().close();
}

asio::awaitable<bool> HttpServer::shake_hands(Connection& connection) {
    PageStream::Secure* secure = connection.stream.secure();
    if (secure == nullptr) co_return true;
    connection.stream.below().expires_after(limits_.handshake);
    error_code failed;
    auto shaking = secure->async_handshake(asio::ssl::stream_base::server,
                                           asio::redirect_error(asio::use_awaitable, failed));
    co_await std::move(shaking);
    co_return !failed;
}

/// So that the browser knows that nobody cut the answer short.
asio::awaitable<void> HttpServer::say_goodbye(Connection& connection) {
    PageStream::Secure* secure = connection.stream.secure();
    if (secure == nullptr) co_return;
    connection.stream.below().expires_after(goodbye);
    error_code ignored;
    auto leaving = secure->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    co_await std::move(leaving);
}

/// Waits for the first bytes of a request: that may take longer than the rest of its head.
asio::awaitable<bool> HttpServer::awaited(Connection& connection) {
    if (connection.buffer.size() != 0) co_return true;
    connection.stream.below().expires_after(limits_.idle);
    error_code failed;
    auto reading = connection.stream.async_read_some(
        connection.buffer.prepare(first_read), asio::redirect_error(asio::use_awaitable, failed));
    const std::size_t size = co_await std::move(reading);
    connection.buffer.commit(size);
    co_return !failed;
}

/// Hears a request and answers it. False when the connection is to end.
asio::awaitable<bool> HttpServer::answer_next(Connection& connection, bool last) {
    const bool begun = co_await awaited(connection);
    if (!begun) co_return false;
    connection.answering = true;
    Parser parser;
    parser.header_limit(limits_.head_bytes);
    parser.body_limit(any_body_max);
    connection.stream.below().expires_after(limits_.head);
    error_code failed;
    auto reading_head = http::async_read_header(connection.stream, connection.buffer, parser,
                                                asio::redirect_error(asio::use_awaitable, failed));
    (void)co_await std::move(reading_head);
    if (failed) {
        if (failed == http::error::end_of_stream || failed == beast::error::timeout) {
            co_return false;
        }
        const unsigned status =
            failed == http::error::header_limit || failed == http::error::buffer_overflow ? 431
            : failed == http::error::body_limit                                           ? 413
                                                                                          : 400;
        auto saying = say(connection, curt(status));
        (void)co_await std::move(saying);
        co_return false;
    }
    std::optional<HttpRequest> request = head_of(parser);
    if (request) request->peer = connection.peer;
    HttpAnswer answer;
    if (!request) {
        const bool verb =
            parser.get().method() != http::verb::get && parser.get().method() != http::verb::post;
        answer = curt(verb ? 405 : 400);
    } else if (auto refused = handler_.refuse(*request)) {
        answer = *std::move(refused);
        answer.close = true;  // Its body is not read.
    } else {
        const std::size_t most = handler_.body_max(*request);
        const auto told = parser.content_length();
        if (told && *told > most) {
            answer = curt(413);
        } else {
            parser.body_limit(most);
            connection.stream.below().expires_after(limits_.body);
            auto reading = http::async_read(connection.stream, connection.buffer, parser,
                                            asio::redirect_error(asio::use_awaitable, failed));
            (void)co_await std::move(reading);
            if (failed == http::error::body_limit) {
                answer = curt(413);
            } else if (failed) {
                co_return false;
            } else {
                request->body = std::move(parser.get().body());
                auto answering = handler_.answer(*std::move(request));
                answer = co_await std::move(answering);
            }
        }
    }
    answer.close = answer.close || last || stopping_ || !parser.get().keep_alive();
    const bool closes = answer.close;
    bool said = false;
    if (answer.live) {
        auto feeding = feed(connection, std::move(answer));
        (void)co_await std::move(feeding);
    } else {
        auto saying = say(connection, std::move(answer));
        said = co_await std::move(saying);
    }
    connection.answering = false;
    co_return said && !closes;
}

asio::awaitable<bool> HttpServer::say(Connection& connection, HttpAnswer answer) {
    http::response<http::span_body<const char>> response;
    dress(response, answer);
    std::string_view bytes = answer.body;
    if (!answer.fixed.empty()) {
        // Bytes of a file are characters of a body.
        bytes = {reinterpret_cast<const char*>(answer.fixed.data()), answer.fixed.size()};
    }
    response.body() = {bytes.data(), bytes.size()};
    response.prepare_payload();
    connection.stream.below().expires_after(limits_.write);
    error_code failed;
    auto writing = http::async_write(connection.stream, response,
                                     asio::redirect_error(asio::use_awaitable, failed));
    (void)co_await std::move(writing);
    co_return !failed;
}

asio::awaitable<bool> HttpServer::feed(Connection& connection, HttpAnswer answer) {
    connection.live = answer.live;
    answer.close = true;
    http::response<http::empty_body> response;
    dress(response, answer);
    http::response_serializer<http::empty_body> serializer{response};
    connection.stream.below().expires_after(limits_.write);
    error_code failed;
    auto heading = http::async_write_header(connection.stream, serializer,
                                            asio::redirect_error(asio::use_awaitable, failed));
    (void)co_await std::move(heading);
    while (!failed && !stopping_) {
        connection.stream.below().expires_never();
        auto awaiting = answer.live->next();
        const std::optional<std::string> piece = co_await std::move(awaiting);
        if (!piece) break;
        connection.stream.below().expires_after(limits_.write);
        auto writing = asio::async_write(connection.stream, asio::buffer(*piece),
                                         asio::redirect_error(asio::use_awaitable, failed));
        (void)co_await std::move(writing);
    }
    connection.live.reset();
    co_return !failed;
}

}  // namespace jiuying::node
