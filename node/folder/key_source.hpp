/// Where the passphrase or key of a node's folder comes from. Never from an argument.
#pragma once

#include "node/cli/lang.hpp"
#include "node/keys/credential.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace jiuying::node {

struct KeySource {
    std::optional<std::filesystem::path> passphrase_file;
    std::optional<std::filesystem::path> key_file;
    bool may_prompt = false;  ///< Ask on the terminal if neither file is given.
    Lang lang = Lang::zh;     ///< Of the question.
};

/// Adds what systemd handed over to this service: the files `jiuying-key` and `jiuying-passphrase`
/// in the folder that it names in CREDENTIALS_DIRECTORY, as far as they are there.
void add_service_credentials(KeySource& source);

/// Every credential that the source names, the cheap ones (key files) first; asks for a passphrase
/// if there is none and it may. \p choosing asks twice. Failure: passphrase_missing,
/// key_file_bad, missing_file, weak_passphrase (choosing).
[[nodiscard]] std::vector<Credential> credentials(const KeySource& source, bool choosing);

}  // namespace jiuying::node
