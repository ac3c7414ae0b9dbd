#include "node/control/client.hpp"

#include "node/base/clock.hpp"
#include "node/cli/errors.hpp"
#include "node/commands/failure_wire.hpp"
#include "node/control/frames.hpp"
#include "node/control/socket_path.hpp"
#include "node/folder/node_folder.hpp"

#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace jiuying::node {
namespace {

namespace json = boost::json;

/// `serve` answers a greeting at once, however busy it is.
constexpr int greeting_patience_ms = 10'000;
/// A command may take as long as it takes.
constexpr int no_limit = -1;

[[noreturn]] void throw_lost() { throw Failure{Error::local_service_lost}; }

/// The other side closed the connection.
struct Closed {};

/// The socket, blocking, with the framing on top.
class Channel {
public:
    explicit Channel(FileHandle socket) : socket_(std::move(socket)) {}

    void send(const json::object& document) {
        const auto frame = control::to_frame(document, control::request_bytes_max);
        if (!frame) throw Failure{Error::record_too_large, Detail::limit, "8 MiB"};
        for (sync::View rest = *frame; !rest.empty();) {
            const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent <= 0) throw Closed{};
            rest = rest.subspan(static_cast<std::size_t>(sent));
        }
    }

    json::object receive(int patience_ms) {
        for (;;) {
            auto document = reader_.next();
            if (!document) throw_lost();
            if (*document) return std::move(**document);
            wait(patience_ms);
            std::array<std::uint8_t, 64U << 10U> chunk;
            const auto size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
            if (size < 0 && errno == EINTR) continue;
            if (size <= 0) throw Closed{};
            reader_.feed(sync::View{chunk}.first(static_cast<std::size_t>(size)));
        }
    }

private:
    void wait(int patience_ms) const {
        pollfd waited{socket_.get(), POLLIN, 0};
        int ready = 0;
        do {
            ready = ::poll(&waited, 1, patience_ms);
        } while (ready < 0 && errno == EINTR);
        if (ready <= 0) throw_lost();
    }

    FileHandle socket_;
    control::FrameReader reader_{control::answer_bytes_max};
};

class RemoteBackend final : public Backend {
public:
    explicit RemoteBackend(Channel channel) : channel_(std::move(channel)) {}

    json::object call(std::string_view name, const json::object& args,
                      const Progress& progress) override {
        try {
            return ask(name, args, progress);
        } catch (const Closed&) {
            throw_lost();
        }
    }

private:
    json::object ask(std::string_view name, const json::object& args, const Progress& progress) {
        try {
            channel_.send({{"name", name}, {"args", args}});
        } catch (const Closed&) {
            // A goodbye that was said before this request is still there to be read.
        }
        for (;;) {
            json::object answer = channel_.receive(no_limit);
            if (answer.contains("bye")) throw ServiceLeft{};
            if (json::value* result = answer.if_contains("result"); result != nullptr) {
                if (!result->is_object()) throw_lost();
                return std::move(result->get_object());
            }
            if (const json::value* error = answer.if_contains("error")) throw_from_wire(*error);
            const json::value* told = answer.if_contains("progress");
            if (told == nullptr || !told->is_object()) throw_lost();
            if (progress) progress(told->get_object());
        }
    }

    Channel channel_;
};

/// A handle of -1 when nobody listens there.
FileHandle connect_to(const std::filesystem::path& path) {
    const control::SocketPath name{path};
    FileHandle socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) throw_errno("connecting to", path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.text().size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, name.text().data(), name.text().size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    int failed = 0;
    do {
        failed = ::connect(socket.get(), generic, sizeof address);
    } while (failed != 0 && errno == EINTR);
    if (failed == 0) return socket;
    if (errno == EACCES || errno == EPERM) {
        throw Failure{Error::no_permission, Detail::path, path.string()};
    }
    return {};  // No socket, one left by a `serve` that was killed, or no such folder.
}

/// Both sides prove themselves.
void greet(Channel& channel, const sync::Key32& key) {
    const json::object greeting = channel.receive(greeting_patience_ms);
    const auto of_serve = control::hex_in(greeting, "challenge");
    if (!of_serve) throw_lost();
    SystemEnvironment environment;
    const auto of_caller = environment.random_bytes<32>();
    using control::Side;
    channel.send(
        {{"proof", control::to_hex(control::proof_of(Side::caller, key, *of_serve, of_caller))},
         {"challenge", control::to_hex(of_caller)}});
    const json::object answer = channel.receive(greeting_patience_ms);
    if (const json::value* error = answer.if_contains("error")) throw_from_wire(*error);
    const auto proof = control::hex_in(answer, "proof");
    const auto expected = control::proof_of(Side::serve, key, *of_serve, of_caller);
    if (!proof || !sync::equal_in_constant_time(*proof, expected)) throw_lost();
}

}  // namespace

std::unique_ptr<Backend> connect_control(const std::filesystem::path& data,
                                         const sync::Key32& control_key) {
    FileHandle socket = connect_to(FolderLayout{data}.control());
    if (socket.get() < 0) return nullptr;
    Channel channel{std::move(socket)};
    try {
        greet(channel, control_key);
    } catch (const Closed&) {
        return nullptr;  // It is ending, or was killed just now.
    }
    return std::make_unique<RemoteBackend>(std::move(channel));
}

void tell_wrong_key(const std::filesystem::path& data) noexcept {
    try {
        FileHandle socket = connect_to(FolderLayout{data}.control());
        if (socket.get() < 0) return;
        Channel channel{std::move(socket)};
        (void)channel.receive(greeting_patience_ms);
        SystemEnvironment environment;
        const auto nothing = environment.random_bytes<32>();
        channel.send(
            {{"proof", control::to_hex(nothing)}, {"challenge", control::to_hex(nothing)}});
        (void)channel.receive(greeting_patience_ms);
    } catch (...) {
        // Whoever has the wrong key is told so in any case.
    }
}

}  // namespace jiuying::node
