#include "node/control/server.hpp"

#include "node/cli/errors.hpp"
#include "node/commands/failure_wire.hpp"
#include "node/control/socket_path.hpp"
#include "sync/crypto/secret.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <deque>
#include <utility>

#include <sys/stat.h>

namespace jiuying::node {
namespace {

namespace json = boost::json;
using boost::system::error_code;
using local = asio::local::stream_protocol;

constexpr int backlog = 64;
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::hours until_woken{24};

/// Of a caller that could not prove itself: these are not the keys that `serve` has open.
json::object refusal() { return {{"error", to_wire(Failure{Error::wrong_passphrase})}}; }

void check(const error_code& failed, const char* attempted, const std::filesystem::path& path) {
    if (!failed) return;
    errno = failed.value();
    throw_errno(attempted, path);
}

local::acceptor listen_at(asio::io_context& network, const std::filesystem::path& path) {
    const control::SocketPath name{path};
    std::filesystem::remove(path);
    local::acceptor acceptor{network};
    error_code failed;
    acceptor.open(local{}, failed);
    check(failed, "opening", path);
    // Nobody else may reach it even for a moment, whatever becomes of the folder's mode.
    const mode_t before = ::umask(0177);
    acceptor.bind(local::endpoint{name.text()}, failed);
    ::umask(before);
    check(failed, "opening", path);
    acceptor.listen(backlog, failed);
    check(failed, "opening", path);
    return acceptor;
}

}  // namespace

/// Somebody on the socket, as long as the connection stands.
struct ControlServer::Caller {
    explicit Caller(Link::Socket socket) : link(std::move(socket)), news(link.executor()) {}

    Link link;
    control::FrameReader reader{control::greeting_bytes_max};
    asio::steady_timer news;  ///< Cancelled when the outbox or `finished` changes.
    std::deque<json::object> outbox;
    bool finished = true;  ///< No command runs.
};

ControlServer::ControlServer(asio::io_context& network, std::filesystem::path path,
                             const sync::Key32& control_key, Environment& environment, Run run,
                             ControlLimits limits)
    : network_(network),
      path_(std::move(path)),
      acceptor_(listen_at(network, path_)),
      key_(control_key.clone()),
      environment_(environment),
      run_(std::move(run)),
      limits_(limits),
      left_(network),
      tasks_(network.get_executor()) {}

ControlServer::~ControlServer() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void ControlServer::start() { tasks_.spawn(accept_all()); }

void ControlServer::ask_stop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    left_.cancel();
    for (Caller* caller : callers_) caller->link.wake();
}

void ControlServer::cut() {
    for (Caller* caller : callers_) caller->link.cut();
}

asio::awaitable<void> ControlServer::accept_all() {
    while (!stopping_) {
        if (callers_.size() >= limits_.callers) {
            co_await rest(left_, until_woken);
            continue;
        }
        error_code failed;
        auto accepting = acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        local::socket socket = co_await std::move(accepting);
        if (stopping_) break;
        if (failed) {
            co_await rest(left_, accept_pause);
            continue;
        }
        tasks_.spawn(serve_one(Link::Socket{std::move(socket)}));
    }
}

asio::awaitable<void> ControlServer::serve_one(Link::Socket socket) {
    Caller caller{std::move(socket)};
    callers_.insert(&caller);
    bool stays = co_await greet(caller);
    if (stays) caller.reader.allow(control::request_bytes_max);
    while (stays && !stopping_) stays = co_await answer_next(caller);
    if (stopping_ && stays) {
        json::object goodbye{{"bye", true}};
        (void)co_await say(caller, std::move(goodbye));
    }
    callers_.erase(&caller);
    left_.cancel();
    caller.link.cut();  // What was said stays readable at the other end of a local socket.
}

asio::awaitable<bool> ControlServer::greet(Caller& caller) {
    using control::Side;
    const auto of_serve = environment_.random_bytes<32>();
    json::object greeting{{"control", control::version}, {"challenge", control::to_hex(of_serve)}};
    const bool said = co_await say(caller, std::move(greeting));
    if (!said) co_return false;
    const Document answer = co_await hear(caller, limits_.greeting);
    if (!answer) co_return false;
    const auto proof = control::hex_in(*answer, "proof");
    const auto of_caller = control::hex_in(*answer, "challenge");
    bool proved = false;
    if (proof && of_caller) {
        const auto expected = control::proof_of(Side::caller, key_, of_serve, *of_caller);
        proved = sync::equal_in_constant_time(*proof, expected);
    }
    json::object reply = refusal();
    if (proof && !proved) {
        // Who tried to come in belongs into the audit log. Whether that can be written makes no
        // difference to the caller.
        try {
            json::object row{{"action", "keyring.open"}, {"result", "refused"}};
            auto noting = run_("audit.note", std::move(row), {});
            (void)co_await std::move(noting);
        } catch (const std::exception&) {
            // Refused all the same.
        }
    }
    if (proved) {
        const auto ours = control::proof_of(Side::serve, key_, of_serve, *of_caller);
        reply = {{"proof", control::to_hex(ours)}};
    }
    const bool replied = co_await say(caller, std::move(reply));
    co_return proved&& replied;
}

/// Hears a request and says its answers. False when the connection is to end.
asio::awaitable<bool> ControlServer::answer_next(Caller& caller) {
    Document request = co_await hear(caller, limits_.idle);
    if (!request) co_return stopping_;
    const json::value* name = request->if_contains("name");
    json::value* args = request->if_contains("args");
    const bool sound = name != nullptr && name->is_string() && args != nullptr && args->is_object();
    if (!sound) co_return false;
    caller.finished = false;
    tasks_.spawn(run_one(caller, std::string{name->get_string()}, std::move(args->get_object())));
    bool there = true;
    while (!caller.finished || !caller.outbox.empty()) {
        if (caller.outbox.empty()) {
            co_await rest(caller.news, until_woken);
            continue;
        }
        json::object document = std::move(caller.outbox.front());
        caller.outbox.pop_front();
        if (there) there = co_await say(caller, std::move(document));
    }
    co_return there;
}

asio::awaitable<void> ControlServer::run_one(Caller& caller, std::string name, json::object args) {
    const auto push = [this, &caller](json::object document) {
        if (caller.outbox.size() >= limits_.progress) caller.outbox.pop_front();
        caller.outbox.push_back(std::move(document));
        caller.news.cancel();
    };
    // The command may run on another thread. What it tells comes before its end, as both are
    // posted to this one in that order.
    Progress progress = [this, push](const json::object& told) {
        asio::post(network_, [push, document = json::object{{"progress", told}}]() mutable {
            push(std::move(document));
        });
    };
    json::object answer;
    try {
        auto running = run_(std::move(name), std::move(args), std::move(progress));
        json::object result = co_await std::move(running);
        answer["result"] = std::move(result);
    } catch (const Failure& failure) {
        answer["error"] = to_wire(failure);
    } catch (const std::exception&) {
        answer["error"] = to_wire(Failure{Error::unexpected});
    }
    caller.finished = true;
    push(std::move(answer));
}

asio::awaitable<ControlServer::Document> ControlServer::hear(Caller& caller,
                                                             std::chrono::milliseconds limit) {
    const Instant until = environment_.monotonic() + limit;
    for (;;) {
        Result<Document> next = caller.reader.next();
        if (!next) co_return std::nullopt;
        if (*next) co_return std::move(*next);
        const Link::Input input = co_await caller.link.read(until);
        if (input != Link::Input::bytes) co_return std::nullopt;
        caller.reader.feed(caller.link.received());
    }
}

asio::awaitable<bool> ControlServer::say(Caller& caller, json::object document) {
    auto frame = control::to_frame(document, control::answer_bytes_max);
    if (!frame) {
        const Failure failure{Error::record_too_large, Detail::limit, "256 MiB"};
        frame = control::to_frame({{"error", to_wire(failure)}}, control::answer_bytes_max);
    }
    co_return co_await caller.link.write(std::move(*frame), limits_.write);
}

}  // namespace jiuying::node
