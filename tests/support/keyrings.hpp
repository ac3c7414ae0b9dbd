/// Keyrings for tests: credentials that open at once, and a folder of their own.
#pragma once

#include "node/keys/keyring.hpp"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace jiuying::test {

inline constexpr node::Argon2Cost quick_cost{node::Argon2Cost::memory_kib_min,
                                             node::Argon2Cost::passes_min};

[[nodiscard]] inline node::Credential words(std::string_view text) {
    return node::Passphrase{text};
}

[[nodiscard]] inline node::Credential key_file(std::uint8_t byte) {
    sync::Array<32> bytes;
    bytes.fill(byte);
    return node::KeyFile{sync::Key32{bytes}};
}

/// A folder for a keyring, gone at the end.
struct KeyringRoom {
    node::SystemEnvironment environment;
    std::filesystem::path folder;
    std::filesystem::path path;
    std::filesystem::path backup;

    explicit KeyringRoom(std::string_view name)
        : folder(std::filesystem::temp_directory_path() /
                 ("jiuying-" + std::string{name} + "-" + std::to_string(::getpid()))),
          path(folder / "keys"),
          backup(folder / "keys.bak") {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~KeyringRoom() { std::filesystem::remove_all(folder); }
    KeyringRoom(const KeyringRoom&) = delete;
    KeyringRoom& operator=(const KeyringRoom&) = delete;
};

}  // namespace jiuying::test
