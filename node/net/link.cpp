#include "node/net/link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

using boost::system::error_code;
using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

/// Of a peer that was told to go and sends on.
constexpr std::size_t last_words_max = 1U << 20U;

}  // namespace

asio::awaitable<Link::Input> Link::read(Instant deadline) {
    size_ = 0;
    if (std::exchange(woken_, false)) co_return Input::woken;
    timer_.expires_at(deadline);
    auto reading = socket_.async_read_some(asio::buffer(chunk_), asio::deferred);
    auto waiting = timer_.async_wait(asio::deferred);
    auto either = make_parallel_group(std::move(reading), std::move(waiting));
    reading_ = true;
    const auto [order, read_error, size, timer_error] =
        co_await either.async_wait(wait_for_one(), asio::use_awaitable);
    reading_ = false;
    if (!read_error && size != 0) {  // Bytes that came with the deadline count.
        size_ = size;
        co_return Input::bytes;
    }
    if (std::exchange(woken_, false)) co_return Input::woken;
    co_return order[0] == 1 && !timer_error ? Input::timed_out : Input::hung_up;
}

asio::awaitable<bool> Link::write(sync::Bytes bytes, std::chrono::milliseconds limit) {
    for (sync::View rest = bytes; !rest.empty();) {
        const sync::View piece = rest.first(std::min(rest.size(), write_piece));
        timer_.expires_after(limit);
        auto writing =
            asio::async_write(socket_, asio::buffer(piece.data(), piece.size()), asio::deferred);
        auto waiting = timer_.async_wait(asio::deferred);
        auto either = make_parallel_group(std::move(writing), std::move(waiting));
        const auto [order, write_error, size, timer_error] =
            co_await either.async_wait(wait_for_one(), asio::use_awaitable);
        if (write_error) {
            cut();
            co_return false;
        }
        rest = rest.subspan(piece.size());
    }
    co_return true;
}

asio::awaitable<void> Link::leave(std::chrono::milliseconds patience) {
    error_code failed;
    socket_.shutdown(Socket::shutdown_send, failed);
    const Instant end = std::chrono::floor<std::chrono::milliseconds>(
        asio::steady_timer::clock_type::now() + patience);
    std::size_t heard = 0;
    while (!failed && heard < last_words_max) {
        const Input input = co_await read(end);
        if (input == Input::woken) continue;
        if (input != Input::bytes) break;
        heard += size_;
    }
    cut();
}

void Link::wake() {
    woken_ = true;
    if (reading_) timer_.cancel();
}

void Link::cut() {
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

}  // namespace jiuying::node
