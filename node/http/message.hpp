/// A request and its answer as the rest of the page sees them, without a library's types: Beast
/// stays in http_server.cpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::node {

namespace asio = boost::asio;

enum class Method : std::uint8_t { get, post };

[[nodiscard]] constexpr std::string_view name_of(Method method) {
    return method == Method::get ? "GET" : "POST";
}

/// What of a request somebody looks at. Headers that are absent are empty.
struct HttpRequest {
    Method method = Method::get;
    std::string peer;    ///< Address of who asks.
    std::string target;  ///< Origin form, as it came: path and query, not decoded.
    std::string host;
    std::string origin;
    std::string fetch_site;  ///< Sec-Fetch-Site, from browsers.
    std::string content_type;
    std::string cookie;
    std::string token;       ///< X-JY-Token: proves that the page itself asks.
    std::string known;       ///< If-None-Match.
    bool by_itself = false;  ///< X-JY-Auto: the page asks without a person having done anything.
    std::string body;
};

/// Events that go on coming to one reader, each as text of a `text/event-stream`.
class LiveFeed {
public:
    virtual ~LiveFeed() = default;
    /// The next piece to send; nothing when it is over. Ends early when end() is called.
    [[nodiscard]] virtual asio::awaitable<std::optional<std::string>> next() = 0;
    virtual void end() = 0;
};

struct HttpAnswer {
    unsigned status = 200;
    std::string type = "application/json; charset=utf-8";
    std::string body;
    /// Instead of body: bytes that live as long as the program.
    std::span<const std::uint8_t> fixed;
    std::vector<std::pair<std::string, std::string>> headers;
    /// Instead of both. Shared by the connection that sends it and the service that ends it.
    std::shared_ptr<LiveFeed> live;
    bool close = false;  ///< Say nothing more on this connection.
};

/// What stands behind the server. All calls come on the network's thread.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    /// Before the body is read: an answer where the request goes no further.
    [[nodiscard]] virtual std::optional<HttpAnswer> refuse(const HttpRequest& head) = 0;
    /// The most that a body may have for it.
    [[nodiscard]] virtual std::size_t body_max(const HttpRequest& head) const = 0;
    /// Never throws but what a bug throws.
    [[nodiscard]] virtual asio::awaitable<HttpAnswer> answer(HttpRequest request) = 0;
};

}  // namespace jiuying::node
