/// What the doctor sees of a node's folder from outside, without opening the node.
#pragma once

#include "node/cli/errors.hpp"
#include "node/folder/node_folder.hpp"

#include <string>
#include <vector>

namespace jiuying::node {

/// A line of the doctor's answer.
struct DoctorRow {
    enum class State : std::uint8_t { ok, warn, fail };
    std::string check;  ///< Its stable name, for scripts: `disk`, `keyring_copies` ...
    State state = State::ok;
    std::string text;  ///< In the language asked for.
    std::string mend;  ///< The command that mends it, or what a person has to do. Empty for ok.
};

/// How the doctor speaks.
struct DoctorVoice {
    Lang lang = Lang::zh;
    std::string program;
    std::string data;  ///< `--data DATA` as it is typed.
    [[nodiscard]] std::string pick(std::string_view zh, std::string_view en) const {
        return std::string{node::pick(lang, zh, en)};
    }
    /// `jiuying WORDS --data DATA`
    [[nodiscard]] std::string command(std::string_view words) const {
        return program + " " + std::string{words} + data;
    }
};

[[nodiscard]] DoctorRow check_folder(const FolderLayout& layout, const DoctorVoice& voice);
[[nodiscard]] DoctorRow check_permissions(const FolderLayout& layout, const DoctorVoice& voice);
[[nodiscard]] DoctorRow check_disk(const FolderLayout& layout, const DoctorVoice& voice);
[[nodiscard]] DoctorRow check_keyring_copies(const FolderLayout& layout, const DoctorVoice& voice);

}  // namespace jiuying::node
