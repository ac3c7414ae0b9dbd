#include "node/cli/desk.hpp"

#include "node/cli/local_backend.hpp"
#include "node/commands/boundary.hpp"
#include "node/control/client.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <unistd.h>

namespace jiuying::node {
namespace {

/// How long a command waits for another one that has the folder open.
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds ask_again{50};

}  // namespace

Desk::Desk(Program program, Lang lang, bool wants_json, const Arguments& arguments)
    : program_(program), lang_(lang), wants_json_(wants_json), arguments_(arguments) {}

Desk::Desk(Program program, Lang lang, const Arguments& arguments, std::unique_ptr<Backend> backend,
           DeskHost& host)
    : program_(program),
      lang_(lang),
      wants_json_(true),
      arguments_(arguments),
      backend_(std::move(backend)),
      host_(&host) {}

Desk::~Desk() = default;

std::filesystem::path Desk::data() const {
    if (const auto given = arguments_.find("--data"); given && !given->empty()) return *given;
    const char* variable = std::getenv("JIUYING_DATA");
    if (variable == nullptr || *variable == '\0') {
        throw Failure{Error::missing_option, Detail::option, "--data"};
    }
    return variable;
}

std::string Desk::data_option() const {
    return arguments_.has("--data") ? " --data " + arguments_.get("--data") : "";
}

KeySource Desk::key_source() const {
    KeySource source;
    if (const auto file = arguments_.find("--passphrase-file")) source.passphrase_file = *file;
    if (const auto file = arguments_.find("--key-file")) source.key_file = *file;
    if (!source.key_file && !source.passphrase_file) add_service_credentials(source);
    source.may_prompt = ::isatty(STDIN_FILENO) == 1;
    source.lang = lang_;
    return source;
}

std::unique_ptr<Backend> Desk::connect(const UnlockedKeys& keys) {
    const auto until = environment_.monotonic() + patience;
    for (;;) {
        if (auto remote = connect_control(keys.layout().data, keys.control_key())) return remote;
        try {
            // A `serve` that is just starting has the lock before it has the socket: ask both.
            return std::make_unique<LocalBackend>(
                NodeFolder::open(keys, environment_, std::chrono::milliseconds{0}));
        } catch (const Failure& failure) {
            if (failure.error() != Error::database_busy || environment_.monotonic() >= until) throw;
        }
        std::this_thread::sleep_for(ask_again);
    }
}

Backend& Desk::backend() {
    if (!backend_) {
        backend_ = within_boundary(
            [&] { return keys_ != nullptr ? connect(*keys_) : connect(unlock_keys()); });
    }
    return *backend_;
}

UnlockedKeys Desk::unlock_keys() {
    try {
        return unlock(data(), key_source());
    } catch (const Failure& failure) {
        if (failure.error() == Error::wrong_passphrase) tell_wrong_key(data());
        throw;
    }
}

UnlockedKeys Desk::unlock_keys(std::span<const Credential> known) {
    try {
        return unlock(data(), known);
    } catch (const Failure& failure) {
        if (failure.error() == Error::wrong_passphrase) tell_wrong_key(data());
        throw;
    }
}

void Desk::work_with(const UnlockedKeys& keys) {
    leave();
    keys_ = &keys;
}

void Desk::leave() {
    backend_.reset();
    keys_ = nullptr;
}

json::object Desk::call(std::string_view name, json::object args, const Progress& progress) {
    args["role"] = program_ == Program::hub ? "hub" : "station";
    if (const auto actor = arguments_.find("--as")) args["as"] = *actor;
    for (;;) {
        try {
            return backend().call(name, args, progress);
        } catch (const ServiceLeft&) {
            backend_.reset();  // The command goes to whoever has the folder now, or is run here.
        }
    }
}

/// Another command that has the folder open ends soon; another `serve` doesn't.
void Desk::refuse_second_serve(const UnlockedKeys& keys) {
    const auto other = connect_control(keys.layout().data, keys.control_key());
    if (!other) return;
    try {
        const json::value* serving = other->call("status", {}, {}).if_contains("serving");
        if (serving != nullptr && *serving == true) throw Failure{Error::serve_running};
    } catch (const ServiceLeft&) {
        return;
    }
}

std::unique_ptr<NodeFolder> Desk::open_folder() {
    return within_boundary([&] {
        const UnlockedKeys keys = unlock_keys();
        refuse_second_serve(keys);
        auto folder = NodeFolder::open(keys, environment_, patience, true);
        const bool hub = folder->replica().profile().role == Profile::Role::hub;
        if (hub != (program_ == Program::hub)) throw Failure{Error::wrong_role};
        return folder;
    });
}

void Desk::answer(const json::object& document, std::string_view prose) {
    if (host_ != nullptr) {
        host_->answered(document, prose);
    } else if (wants_json_) {
        print(json::serialize(document) + "\n");
    } else {
        print(prose);
    }
}

void Desk::print(std::string_view page) {
    if (host_ != nullptr) return host_->answered({}, page);
    const bool written =
        std::fwrite(page.data(), 1, page.size(), stdout) == page.size() && std::fflush(stdout) == 0;
    // A reader that has seen enough (`| head`) is no failure; a full disk is.
    if (!written && errno != EPIPE) {
        throw Failure{Error::cannot_write_file, Detail::path, "stdout"};
    }
}

std::optional<std::span<const std::uint8_t>> Desk::handed_over(const std::string& name) const {
    if (host_ == nullptr) return std::nullopt;
    return host_->file(name);
}

int Desk::remark(Error error) const {
    const ErrorEntry& entry = entry_of(error);
    tell(std::string{entry.code}.append(" ").append(entry.what.in(lang_)));
    return entry.exit_code;
}

void Desk::tell(std::string_view line) const {
    if (host_ != nullptr) return host_->told(line);
    std::string text{line};
    text += '\n';
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace jiuying::node
