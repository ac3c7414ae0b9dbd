/// The files of the district's recovery key, as the command line names them.
#pragma once

#include "node/keys/recovery_key.hpp"

#include <filesystem>
#include <string>

namespace jiuying::node {

/// What stands in a file of at most recovery_file_bytes_max. Failure missing_file, no_permission,
/// recovery_key_bad.
[[nodiscard]] std::string read_key_text(const std::filesystem::path& file);

/// The public half. Failure as above, newer_version.
[[nodiscard]] sync::BoxKey read_recovery_file(const std::filesystem::path& file);

}  // namespace jiuying::node
