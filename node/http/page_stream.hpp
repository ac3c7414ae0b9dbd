/// A connection of a browser, in clear or under TLS, as one type: what reads and writes HTTP is
/// compiled once for both.
///
/// Timeouts are those of beast::tcp_stream, below().expires_after(). Not thread-safe.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <optional>
#include <utility>

namespace jiuying::node {

class PageStream {
public:
    using Below = boost::beast::tcp_stream;
    using Secure = boost::asio::ssl::stream<Below>;
    using executor_type = Below::executor_type;

    /// \p tls null: in clear.
    PageStream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls) {
        if (tls != nullptr) {
            secure_.emplace(std::move(socket), *tls);
        } else {
            clear_.emplace(std::move(socket));
        }
    }

    [[nodiscard]] executor_type get_executor() { return below().get_executor(); }
    [[nodiscard]] Below& below() { return secure_ ? secure_->next_layer() : *clear_; }
    /// Null in clear.
    [[nodiscard]] Secure* secure() { return secure_ ? &*secure_ : nullptr; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, Buffers into) {
                if (secure_) {
                    secure_->async_read_some(into, std::move(handler));
                } else {
                    clear_->async_read_some(into, std::move(handler));
                }
            },
            token, buffers);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, Buffers from) {
                if (secure_) {
                    secure_->async_write_some(from, std::move(handler));
                } else {
                    clear_->async_write_some(from, std::move(handler));
                }
            },
            token, buffers);
    }

private:
    std::optional<Below> clear_;  ///< One of the two.
    std::optional<Secure> secure_;
};

}  // namespace jiuying::node
