// The local socket: who gets in, what a caller gets back, what is refused.
#include "node/cli/errors.hpp"
#include "node/control/client.hpp"
#include "node/control/server.hpp"
#include "node/control/socket_path.hpp"
#include "node/folder/node_folder.hpp"
#include "node/net/writer.hpp"
#include "tests/support/nodes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <mutex>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace jiuying;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace json = boost::json;
namespace fs = std::filesystem;
using node::ControlServer;
using node::Error;
using node::Failure;

namespace {

const sync::Key32 key{sync::Array<32>{1, 2, 3}};
const sync::Key32 other_key{sync::Array<32>{3, 2, 1}};

/// A `serve` that knows three commands and no replica.
class RunningServer {
public:
    explicit RunningServer(fs::path data, node::ControlLimits limits = {})
        : path_(node::FolderLayout{data}.control()),
          server_(
              std::in_place, network_, path_, key, environment_,
              [this](std::string name, json::object args, node::Progress progress) {
                  return run(std::move(name), std::move(args), std::move(progress));
              },
              limits) {
        server_->start();
        thread_ = std::thread{[this] { network_.run(); }};
    }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() { stop(); }

    void stop() {
        if (!server_) return;
        asio::post(network_, [this] {
            server_->ask_stop();
            asio::co_spawn(network_, end(), asio::detached);
        });
        thread_.join();
        server_.reset();
    }
    [[nodiscard]] int finished() const { return finished_.load(); }

private:
    asio::awaitable<void> end() {
        const bool gentle = co_await server_->ended_within(5s);
        if (!gentle) std::abort();
    }

    asio::awaitable<json::object> run(std::string name, json::object args,
                                      node::Progress progress) {
        json::object result;
        std::function<void()> task = [&] {
            if (name == "echo") result = args;
            if (name == "fail") throw Failure{Error::record_not_found, Detail::id, "SHG01-1"};
            if (name == "break") throw std::runtime_error("with a secret in it");
            if (name == "long") result["text"] = std::string(20'000'000, 'x');
            if (name == "slow") {
                for (int step = 1; step <= 3; ++step) {
                    std::this_thread::sleep_for(50ms);
                    progress({{"step", step}});
                }
                result["steps"] = 3;
            }
            ++finished_;
        };
        co_await writer_.run(std::move(task));
        co_return result;
    }

    using Detail = node::Detail;
    fs::path path_;
    node::SystemEnvironment environment_;
    asio::io_context network_;
    node::Writer writer_;
    std::optional<ControlServer> server_;
    std::thread thread_;
    std::atomic<int> finished_{0};
};

struct Folder : tests::TempFolder {
    fs::path path{file("")};
};

Error error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.error();
    }
    return Error{};
}

/// A caller that does not keep to the rules.
class RawCaller {
public:
    explicit RawCaller(const fs::path& data)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const node::control::SocketPath name{node::FolderLayout{data}.control()};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(name.text().begin(), name.text().end(), address.sun_path);
        connected = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                              sizeof address) == 0;
    }
    void send(const std::string& bytes) const {
        (void)!::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    /// All that is said until the other side closes.
    [[nodiscard]] std::string hear() const {
        std::string heard;
        std::array<char, 4096> chunk{};
        for (;;) {
            const auto size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
            if (size <= 0) return heard;
            heard.append(chunk.data(), static_cast<std::size_t>(size));
        }
    }
    bool connected = false;

private:
    node::FileHandle socket_;
};

}  // namespace

TEST_CASE("where nobody serves a command works on its own") {
    Folder folder;
    CHECK(node::connect_control(folder.path, key) == nullptr);
    CHECK(node::connect_control(folder.path / "missing", key) == nullptr);
}

TEST_CASE("a command through serve gets the answer, and the next one on the same connection") {
    Folder folder;
    RunningServer server{folder.path};
    auto backend = node::connect_control(folder.path, key);
    REQUIRE(backend);
    const json::object args{{"title", "路灯不亮"}, {"n", 7}};
    CHECK(backend->call("echo", args, {}) == args);
    CHECK(backend->call("echo", {}, {}) == json::object{});
    CHECK(backend->call("long", {}, {}).at("text").as_string().size() == 20'000'000);
}

TEST_CASE("a failure arrives as it was thrown, and others without their text") {
    Folder folder;
    RunningServer server{folder.path};
    auto backend = node::connect_control(folder.path, key);
    try {
        (void)backend->call("fail", {}, {});
        FAIL("no failure");
    } catch (const Failure& failure) {
        CHECK(failure.error() == Error::record_not_found);
        REQUIRE(failure.details().size() == 1);
        CHECK(failure.details()[0].second == "SHG01-1");
    }
    try {
        (void)backend->call("break", {}, {});
        FAIL("no failure");
    } catch (const Failure& failure) {
        CHECK(failure.error() == Error::unexpected);
        CHECK(failure.json(node::Lang::en).find("secret") == std::string::npos);
    }
    CHECK(backend->call("echo", {}, {}) == json::object{});
}

TEST_CASE("progress arrives while the command runs, in order, before its answer") {
    Folder folder;
    RunningServer server{folder.path};
    auto backend = node::connect_control(folder.path, key);
    std::string steps;
    const auto result = backend->call("slow", {}, [&](const json::object& told) {
        steps += std::to_string(told.at("step").as_int64());
    });
    CHECK(steps == "123");
    CHECK(result.at("steps") == 3);
}

TEST_CASE("who does not know the keys is refused, in words") {
    Folder folder;
    RunningServer server{folder.path};
    CHECK(error_of([&] { (void)node::connect_control(folder.path, other_key); }) ==
          Error::wrong_passphrase);
    CHECK(node::connect_control(folder.path, key));
}

TEST_CASE("the socket is for its owner only") {
    Folder folder;
    RunningServer server{folder.path};
    struct stat facts {};
    REQUIRE(::stat(node::FolderLayout{folder.path}.control().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600);
}

TEST_CASE("nothing runs for a caller who skips the proof, sends garbage or too much") {
    Folder folder;
    RunningServer server{folder.path};
    const std::string request = R"({"name":"echo","args":{}})";
    const auto framed = [](const std::string& text) {
        return std::string{'\0', '\0', '\0', static_cast<char>(text.size())} + text;
    };
    const auto bytes = GENERATE_COPY(
        framed(request), framed(R"({"proof":"00","challenge":"00"})"), framed("[]"),
        framed("nonsense"), std::string(200, '\xff'), std::string("\x7f\xff\xff\xff", 4),
        framed(R"({"proof":1,"challenge":null})"), framed(std::string(100, '[')));
    const RawCaller caller{folder.path};
    REQUIRE(caller.connected);
    caller.send(bytes);
    const std::string heard = caller.hear();
    CHECK(heard.find("result") == std::string::npos);
    CHECK(server.finished() == 0);
    CHECK(node::connect_control(folder.path, key));
}

TEST_CASE("a caller who says nothing is left after a while") {
    Folder folder;
    node::ControlLimits limits;
    limits.greeting = 200ms;
    RunningServer server{folder.path, limits};
    const RawCaller caller{folder.path};
    const auto began = std::chrono::steady_clock::now();
    (void)caller.hear();
    CHECK(std::chrono::steady_clock::now() - began < 3s);
}

TEST_CASE("a request beyond the limit is refused before it is sent") {
    Folder folder;
    RunningServer server{folder.path};
    auto backend = node::connect_control(folder.path, key);
    const json::object args{{"text", std::string(9'000'000, 'x')}};
    CHECK(error_of([&] { (void)backend->call("echo", args, {}); }) == Error::record_too_large);
    CHECK(backend->call("echo", {}, {}) == json::object{});
}

TEST_CASE("several commands at once each get their own answer") {
    Folder folder;
    node::ControlLimits limits;
    limits.callers = 4;  // The others wait their turn.
    RunningServer server{folder.path, limits};
    std::vector<std::future<bool>> commands;
    for (int i = 0; i < 12; ++i) {
        commands.push_back(std::async(std::launch::async, [&, i] {
            auto backend = node::connect_control(folder.path, key);
            bool right = true;
            for (int round = 0; round < 20; ++round) {
                const json::object args{{"who", i}, {"round", round}};
                right = right && backend->call("echo", args, {}) == args;
            }
            return right;
        }));
    }
    for (auto& command : commands) CHECK(command.get());
}

TEST_CASE("a caller that goes away in the middle harms nothing, and its command is finished") {
    Folder folder;
    RunningServer server{folder.path};
    std::thread caller{[&] {
        auto backend = node::connect_control(folder.path, key);
        struct Gone {};
        try {
            (void)backend->call("slow", {}, [](const json::object&) { throw Gone{}; });
        } catch (const Gone&) {
        }
    }};
    caller.join();
    for (int i = 0; i < 300 && server.finished() == 0; ++i) std::this_thread::sleep_for(10ms);
    CHECK(server.finished() == 1);
    CHECK(node::connect_control(folder.path, key)->call("echo", {}, {}) == json::object{});
}

TEST_CASE("a socket left by a killed serve is taken over") {
    Folder folder;
    {
        const node::FileHandle dead{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = node::FolderLayout{folder.path}.control().string();
        std::copy(path.begin(), path.end(), address.sun_path);
        REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
    }
    CHECK(node::connect_control(folder.path, key) == nullptr);
    RunningServer server{folder.path};
    CHECK(node::connect_control(folder.path, key));
    server.stop();
    CHECK_FALSE(fs::exists(node::FolderLayout{folder.path}.control()));
}

TEST_CASE("one that hangs up before it says a word is nobody: a command then works on its own") {
    Folder folder;
    const node::FileHandle ending{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = node::FolderLayout{folder.path}.control().string();
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(ending.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(ending.get(), 1) == 0);
    std::thread hangs_up{[&] {
        const node::FileHandle caller{::accept4(ending.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    }};
    CHECK(node::connect_control(folder.path, key) == nullptr);
    hangs_up.join();
}

TEST_CASE("a folder of any depth has room for the socket") {
    Folder folder;
    const fs::path deep = folder.path / std::string(100, 'd') / std::string(100, 'e');
    fs::create_directories(deep);
    RunningServer server{deep};
    CHECK(node::connect_control(deep, key));
}

TEST_CASE("a serve that stops answers the command under way and says goodbye to the idle caller") {
    Folder folder;
    RunningServer server{folder.path};
    auto idle = node::connect_control(folder.path, key);
    auto busy = node::connect_control(folder.path, key);
    std::promise<void> began;
    auto answer = std::async(std::launch::async, [&] {
        bool told = false;
        return busy->call("slow", {}, [&](const json::object&) {
            if (!std::exchange(told, true)) began.set_value();
        });
    });
    began.get_future().get();
    server.stop();
    CHECK(answer.get().at("steps") == 3);
    CHECK_THROWS_AS(idle->call("echo", {}, {}), node::ServiceLeft);
}
