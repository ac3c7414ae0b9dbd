/// The files of the district's recovery and root key, as the command line names them.
#pragma once

#include "node/cli/desk.hpp"
#include "node/keys/recovery_key.hpp"

#include <filesystem>
#include <string>

namespace jiuying::node {

/// What stands in a file of at most recovery_file_bytes_max. Failure missing_file, no_permission,
/// recovery_key_bad.
[[nodiscard]] std::string read_key_text(const std::filesystem::path& file);

/// A passphrase: from the file that \p option names, or asked for; \p chosen: twice, as one that is
/// being chosen.
[[nodiscard]] Passphrase passphrase_of(Desk& desk, const Arguments& arguments,
                                       std::string_view option, bool chosen);
/// Out of the way if it is there: nothing is overwritten that something may be sealed to or signed
/// by. Failure file_exists.
void refuse_existing(const std::filesystem::path& file);

/// The public half. Failure as above, newer_version.
[[nodiscard]] sync::BoxKey read_recovery_file(const std::filesystem::path& file);

}  // namespace jiuying::node
