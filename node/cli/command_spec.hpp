/// The grammar of both programs as data: commands, options, and what each is for.
///
/// Parsing (CLI11), help and suggestions are loops over these tables, so they can't disagree.
#pragma once

#include "node/cli/errors.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

enum class Program : std::uint8_t { station, hub };

[[nodiscard]] constexpr std::string_view name_of(Program program) {
    return program == Program::hub ? "jiuying-hub" : "jiuying";
}

struct OptionSpec {
    std::string name;   ///< `--title`; without dashes it is a word in its place, `ID`.
    std::string value;  ///< What stands behind it, for the help: `CODE`. Empty: a switch.
    Wording about;
    bool required = false;
    bool many = false;  ///< May be given more than once.

    [[nodiscard]] bool is_word() const { return !name.starts_with("-"); }
    [[nodiscard]] bool is_switch() const { return !is_word() && value.empty(); }
};

/// What was typed behind a command.
class Arguments {
public:
    void add(const std::string& option, std::string value) {
        given_[option].push_back(std::move(value));
    }
    [[nodiscard]] bool has(std::string_view option) const { return given_.contains(option); }
    /// The value, the last one if there are several. Nothing if the option is absent.
    [[nodiscard]] std::optional<std::string> find(std::string_view option) const {
        const auto at = given_.find(option);
        if (at == given_.end()) return std::nullopt;
        return at->second.back();
    }
    /// Of a required option or one whose absence means empty.
    [[nodiscard]] std::string get(std::string_view option) const {
        return find(option).value_or("");
    }
    [[nodiscard]] std::vector<std::string> all(std::string_view option) const {
        const auto at = given_.find(option);
        return at == given_.end() ? std::vector<std::string>{} : at->second;
    }
    /// A whole number of at least \p least. Failure bad_value.
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view option,
                                                     std::int64_t least = 0) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> given_;
};

class Desk;

struct CommandSpec {
    std::string path;  ///< `appeal add`, `status`.
    Wording about;
    std::vector<OptionSpec> options;
    /// Does it and returns the exit code. Throws Failure.
    int (*run)(Desk& desk, const Arguments& arguments) = nullptr;
};

/// Options that every command understands.
[[nodiscard]] const std::vector<OptionSpec>& common_options();

/// All commands of \p program, in the order of its help.
[[nodiscard]] const std::vector<CommandSpec>& commands_of(Program program);

}  // namespace jiuying::node
