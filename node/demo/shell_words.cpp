#include "node/demo/shell_words.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <system_error>

namespace jiuying::node {

namespace fs = std::filesystem;

std::string typed(const std::string& word) {
    constexpr std::string_view plain = "/._-+=:,@";
    const bool quiet = std::ranges::all_of(word, [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || plain.find(c) != std::string_view::npos ||
               (c & 0x80) != 0;
    });
    if (quiet && !word.empty()) return word;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return quoted + "'";
}

std::string typed_program(const fs::path& program) {
    std::error_code error;
    const char* variable = std::getenv("PATH");
    std::istringstream folders{variable == nullptr ? "" : variable};
    for (std::string folder; std::getline(folders, folder, ':');) {
        const fs::path found = fs::path{folder} / program.filename();
        if (!fs::exists(found, error)) continue;
        if (fs::equivalent(found, program, error)) return program.filename().string();
        break;  // The shell would start that one.
    }
    const fs::path near = fs::proximate(program, error);
    const bool below = !error && !near.empty() && *near.begin() != "..";
    if (!below) return typed(program.string());
    return typed(near.has_parent_path() ? near.string() : "./" + near.string());
}

}  // namespace jiuying::node
