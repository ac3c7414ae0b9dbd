#include "node/folder/key_source.hpp"

#include "node/base/files.hpp"
#include "node/cli/errors.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace jiuying::node {
namespace {

constexpr std::uint8_t control_c = 3;

/// A terminal that shows nothing of what is typed, until this ends.
class SilentTerminal {
public:
    explicit SilentTerminal(int terminal) : terminal_(terminal) {
        if (tcgetattr(terminal_, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        // Control-C comes as a character that ends the line: a killed program would leave the
        // terminal silent.
        silent.c_lflag &= ~static_cast<tcflag_t>(ISIG);
        silent.c_cc[VEOL] = control_c;
        changed_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        if (changed_) tcsetattr(terminal_, TCSAFLUSH, &before_);
    }

private:
    int terminal_;
    termios before_{};
    bool changed_ = false;
};

void say(int terminal, std::string_view text) {
    // Nothing can be done about a terminal that takes no text.
    [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

/// A line from the terminal, wiped by its owner. Failure if there is no terminal.
Passphrase ask(std::string_view question) {
    const FileHandle terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.get() < 0) throw Failure{Error::passphrase_missing};
    say(terminal.get(), question);
    sync::Bytes line;
    line.reserve(Passphrase::bytes_max + 1);  // Never moved, so that no copy stays behind.
    {
        const SilentTerminal silent{terminal.get()};
        std::uint8_t byte = 0;
        while (line.size() <= Passphrase::bytes_max) {
            const ssize_t got = ::read(terminal.get(), &byte, 1);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0 || byte == '\n') break;
            if (byte == control_c) {
                sync::wipe(line);
                throw Failure{Error::interrupted};
            }
            line.push_back(byte);
        }
    }
    say(terminal.get(), "\n");
    Passphrase passphrase{sync::View{line}};
    sync::wipe(line);
    return passphrase;
}

Passphrase ask_twice(Lang lang) {
    Passphrase first = ask(pick(lang, "请设一个口令(至少 8 个字，输入时不显示)：",
                                "Choose a passphrase (8 characters or more, not shown): "));
    const Passphrase second = ask(pick(lang, "请再输入一次：", "Once more: "));
    if (!sync::equal_in_constant_time(first.view(), second.view())) {
        throw Failure{Error::wrong_passphrase};
    }
    return first;
}

/// Runs \p read and gives its failures the names of the catalogue.
template <class Read>
auto from_file(const std::filesystem::path& path, Error malformed, Read&& read) {
    try {
        auto result = read(path);
        if (!result) throw Failure{malformed, Detail::path, path.string()};
        return *std::move(result);
    } catch (const std::filesystem::filesystem_error& error) {
        if (error.code() == std::errc::file_too_large) {
            throw Failure{malformed, Detail::path, path.string()};
        }
        const bool denied = error.code() == std::errc::permission_denied;
        throw Failure{denied ? Error::no_permission : Error::missing_file, Detail::path,
                      path.string()};
    }
}

}  // namespace

void add_service_credentials(KeySource& source) {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0') return;
    const auto named = [&](const char* name) -> std::optional<std::filesystem::path> {
        std::filesystem::path path = std::filesystem::path{folder} / name;
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
        return path;
    };
    source.key_file = named("jiuying-key");
    source.passphrase_file = named("jiuying-passphrase");
}

std::vector<Credential> credentials(const KeySource& source, bool choosing) {
    std::vector<Credential> found;
    if (source.key_file) {
        found.emplace_back(from_file(*source.key_file, Error::key_file_bad, read_key_file));
    }
    if (source.passphrase_file) {
        found.emplace_back(
            from_file(*source.passphrase_file, Error::wrong_passphrase, read_passphrase_file));
    }
    if (found.empty()) {
        if (!source.may_prompt) throw Failure{Error::passphrase_missing};
        found.emplace_back(choosing ? ask_twice(source.lang)
                                    : ask(pick(source.lang, "口令：", "Passphrase: ")));
    }
    for (const Credential& credential : found) {
        const auto* passphrase = std::get_if<Passphrase>(&credential);
        if (choosing && passphrase != nullptr && !passphrase->may_be_chosen()) {
            throw Failure{Error::weak_passphrase};
        }
    }
    return found;
}

}  // namespace jiuying::node
