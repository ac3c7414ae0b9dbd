/// A connection, TCP or local, on which every wait has a deadline.
///
/// Belongs to one coroutine, which alone reads and writes; `wake` and `cut` may come from others on
/// the same thread. Network failures are answers, never exceptions.
#pragma once

#include "node/base/clock.hpp"
#include "sync/crypto/bytes.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>

namespace jiuying::node {

namespace asio = boost::asio;

class Link {
public:
    using Socket = asio::generic::stream_protocol::socket;

    /// What is read at once, and so the most that is held of a peer that sends too much.
    static constexpr std::size_t read_size = 32U << 10U;
    /// What must leave within one write limit: a peer that takes less than that has stopped.
    static constexpr std::size_t write_piece = 16U << 10U;

    explicit Link(Socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {}

    [[nodiscard]] asio::any_io_executor executor() { return socket_.get_executor(); }

    enum class Input : std::uint8_t { bytes, timed_out, hung_up, woken };
    /// Waits for bytes, for \p deadline or for `wake`, whichever is first.
    [[nodiscard]] asio::awaitable<Input> read(Instant deadline);
    /// What the last `read` brought.
    [[nodiscard]] sync::View received() const { return sync::View{chunk_}.first(size_); }

    /// False, and the connection is closed, if the peer is gone or takes nothing for \p limit.
    [[nodiscard]] asio::awaitable<bool> write(sync::Bytes bytes, std::chrono::milliseconds limit);

    /// Ends the sending direction and hears the peer out for a moment, so that what was sent last
    /// arrives; then closes.
    [[nodiscard]] asio::awaitable<void> leave(std::chrono::milliseconds patience);

    /// Ends the present or the next `read`; a write under way goes on.
    void wake();
    /// Closes at once; a read or write under way fails.
    void cut();

private:
    Socket socket_;
    asio::steady_timer timer_;
    std::array<std::uint8_t, read_size> chunk_{};
    std::size_t size_ = 0;
    bool reading_ = false;
    bool woken_ = false;
};

}  // namespace jiuying::node
