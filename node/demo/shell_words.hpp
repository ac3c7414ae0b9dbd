/// What to type: words and programs as a person gives them to a shell.
#pragma once

#include <filesystem>
#include <string>

namespace jiuying::node {

/// A word, quoted where the shell would otherwise not take it as it stands.
[[nodiscard]] std::string typed(const std::string& word);

/// How a person starts a program from where they are: by its name if the shell finds it.
[[nodiscard]] std::string typed_program(const std::filesystem::path& program);

}  // namespace jiuying::node
