/// The name under which the system finds a local socket, whose length it limits to 107 bytes.
#pragma once

#include "node/base/files.hpp"

#include <filesystem>
#include <string>

namespace jiuying::node::control {

/// Stands for a path of any length while it lives.
class SocketPath {
public:
    /// Throws filesystem_error if the folder of \p path cannot be opened.
    explicit SocketPath(const std::filesystem::path& path);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    FileHandle folder_;
    std::string text_;
};

}  // namespace jiuying::node::control
