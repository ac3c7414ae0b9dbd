#include "node/net/listener.hpp"

#include "node/net/acceptor.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

using boost::system::error_code;
using asio::ip::tcp;

/// When no file handle is free, trying again at once would only burn the processor.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

Listener::Listener(asio::io_context& network, const Address& address, Replica& replica,
                   Storage& storage, Environment& environment, ListenerLimits limits,
                   std::function<void(const SessionReport&)> report)
    : acceptor_(listen_at(network, address)),
      replica_(replica),
      storage_(storage),
      environment_(environment),
      limits_(limits),
      report_(std::move(report)),
      door_(limits.door),
      budget_(limits.held_in_all),
      pause_(network),
      tasks_(network.get_executor()) {}

Address Listener::address() const { return address_of(acceptor_); }

void Listener::start() { tasks_.spawn(accept_all()); }

void Listener::ask_stop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (SessionControl* session : sessions_) session->ask_stop();
}

void Listener::cut() {
    for (SessionControl* session : sessions_) session->cut();
}

/// What counts as one address: a network of 64 bits is one subscriber in IPv6.
std::string Listener::rate_key(const asio::ip::address& address) const {
    if (limits_.spare_loopback && address.is_loopback()) return {};
    if (!address.is_v6()) return address.to_string();
    if (address.to_v6().is_v4_mapped()) {
        const auto inner = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        return rate_key(inner);
    }
    auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

sync::SessionLimits Listener::session_limits() {
    sync::SessionLimits limits = limits_.session;
    limits.budget = &budget_;
    const auto part = limits_.credit_in_all / static_cast<std::uint32_t>(sessions_.size());
    limits.credit = std::min(limits.credit, std::max(limits_.credit_min, part));
    return limits;
}

asio::awaitable<void> Listener::accept_all() {
    while (!stopping_) {
        error_code failed;
        auto accepting = acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        tcp::socket socket = co_await std::move(accepting);
        if (stopping_) break;
        if (failed) {
            co_await rest(pause_, accept_pause);
            continue;
        }
        error_code gone;
        const tcp::endpoint from = socket.remote_endpoint(gone);
        if (gone) continue;
        const std::string key = rate_key(from.address());
        const Door::Answer answer = door_.knock(key, environment_.monotonic());
        // A closed socket is all that a stranger gets; a station tries again later.
        if (answer == Door::Answer::too_often) continue;
        if (answer == Door::Answer::crowded && !send_away_oldest()) {
            door_.settled();
            continue;
        }
        socket.set_option(tcp::no_delay{true}, gone);
        tasks_.spawn(serve_one(std::move(socket)));
    }
}

void Listener::settle(SessionControl& control) {
    if (std::erase(strangers_, &control) != 0) door_.settled();
}

void Listener::replace_former(const schema::NodeId& node, SessionControl& control) {
    SessionControl*& place = by_node_[node];
    SessionControl* former = std::exchange(place, &control);
    if (former != nullptr) former->cut();
}

/// The former session of the same caller may not know yet that its link is dead. What has come of a
/// segment there is not asked for again.
void Listener::greet_caller(const sync::Hash32& key, const std::shared_ptr<SessionRunner>& runner) {
    std::erase_if(callers_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<SessionRunner>& place = callers_[key];
    if (const auto former = place.lock()) former->keep_part();
    place = runner;
}

/// A station says who it is within a moment, so it is hardly ever the one that waited longest;
/// those who come to keep all places taken lose theirs to the next caller.
bool Listener::send_away_oldest() {
    if (strangers_.empty()) return false;
    SessionControl& oldest = *strangers_.front();
    settle(oldest);
    oldest.cut();
    return true;
}

asio::awaitable<void> Listener::serve_one(tcp::socket socket) {
    Link link{Link::Socket{std::move(socket)}};
    SessionControl control{link};
    sessions_.insert(&control);
    strangers_.push_back(&control);
    if (stopping_) control.ask_stop();
    SessionReport report;
    try {
        report = co_await talk(link, control);
    } catch (const std::exception&) {
        // One connection's trouble is not the others'. Before a session stands only the database
        // can fail.
        report.reason = sync::CloseReason::storage_failed;
    }
    sessions_.erase(&control);
    std::erase_if(by_node_, [&](const auto& entry) { return entry.second == &control; });
    settle(control);
    report_(report);
}

asio::awaitable<SessionReport> Listener::talk(Link& link, SessionControl& control) {
    std::shared_ptr<SessionRunner> runner;
    bool placed = false;
    std::function<void()> begin = [this, &runner, &placed, limits = session_limits()] {
        const auto take_place = [this, &placed] { return placed = door_.take_place(); };
        const auto greet = [this, &runner](const sync::Hash32& key) { greet_caller(key, runner); };
        runner = std::make_shared<SessionRunner>(
            SessionRunner::hub(replica_, limits, take_place, greet));
    };
    co_await storage_.run(begin);
    SessionReport report;
    std::function<void()> admitted = [this, &control, &report, &runner] {
        report.admitted = true;
        settle(control);
        replace_former(runner->peer()->node, control);
    };
    DriveLimits drive = limits_.drive;
    drive.end_at = environment_.monotonic() + limits_.session_longest;
    std::exception_ptr thrown;
    try {
        report.reason =
            co_await drive_session(link, *runner, storage_, environment_, control, drive, admitted);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (placed) door_.give_back_place();
    if (thrown) std::rethrow_exception(thrown);
    report.traffic = runner->traffic();
    co_return report;
}

}  // namespace jiuying::node
