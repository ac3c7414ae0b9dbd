/// What a command of the programs works at: how to talk, where the node is, who does the work.
///
/// Results go to stdout (one JSON document with `--json`, else prose), talk and progress to stderr.
/// Not thread-safe.
#pragma once

#include "node/base/clock.hpp"
#include "node/cli/backend.hpp"
#include "node/cli/command_spec.hpp"
#include "node/cli/errors.hpp"
#include "node/folder/node_folder.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jiuying::node {

namespace json = boost::json;

/// Who hears what a command says, where nobody sits at a terminal: the page inside `serve`.
class DeskHost {
public:
    virtual ~DeskHost() = default;
    virtual void answered(const json::object& document, std::string_view prose) = 0;
    virtual void told(std::string_view line) = 0;
    /// The contents of a file that was handed over instead of standing on this PC's disk. They
    /// outlive the command.
    [[nodiscard]] virtual std::optional<std::span<const std::uint8_t>> file(
        const std::string& name) = 0;
};

class Desk {
public:
    Desk(Program program, Lang lang, bool wants_json, const Arguments& arguments);
    /// Works through \p backend, and says to \p host what a terminal would get. All outlive it.
    Desk(Program program, Lang lang, const Arguments& arguments, std::unique_ptr<Backend> backend,
         DeskHost& host);
    ~Desk();

    [[nodiscard]] Program program() const { return program_; }
    [[nodiscard]] std::string_view program_name() const { return name_of(program_); }
    [[nodiscard]] Lang lang() const { return lang_; }
    [[nodiscard]] bool wants_json() const { return wants_json_; }
    [[nodiscard]] std::string_view pick(std::string_view zh, std::string_view en) const {
        return node::pick(lang_, zh, en);
    }
    [[nodiscard]] Environment& environment() { return environment_; }

    /// The folder named by --data or the variable JIUYING_DATA. Failure missing_option.
    [[nodiscard]] std::filesystem::path data() const;
    /// As a person types it in the next command: `--data DATA`.
    [[nodiscard]] std::string data_option() const;
    [[nodiscard]] KeySource key_source() const;

    /// Runs a command of node/commands, in the `serve` that has the folder open or else in this
    /// process. Adds `role` and `as`.
    json::object call(std::string_view name, json::object args = {}, const Progress& progress = {});

    /// Opens the keys of the folder. A `serve` that runs there is told of a passphrase or key that
    /// opens nothing, and writes it down. Failures as unlock().
    [[nodiscard]] UnlockedKeys unlock_keys();
    [[nodiscard]] UnlockedKeys unlock_keys(std::span<const Credential> known);
    /// Until leave(), calls are made with \p keys, which outlive that.
    void work_with(const UnlockedKeys& keys);
    /// Lets go of the folder, if a call in this process has it open.
    void leave();

    /// Opens the folder for `serve`, which alone has it then. Failure serve_running, database_busy,
    /// wrong_role.
    [[nodiscard]] std::unique_ptr<NodeFolder> open_folder();

    /// Prints the result: the document with --json, else the prose.
    void answer(const json::object& document, std::string_view prose);
    /// Prints a finished page (help, registry) as it is.
    void print(std::string_view page);
    /// Says on stderr what a result means that is no failure, with the code that `explain` knows.
    /// Returns its exit code.
    int remark(Error error) const;
    /// Says a line on stderr.
    void tell(std::string_view line) const;
    /// See DeskHost::file; nothing where the file is one of this PC.
    [[nodiscard]] std::optional<std::span<const std::uint8_t>> handed_over(
        const std::string& name) const;

private:
    Backend& backend();
    std::unique_ptr<Backend> connect(const UnlockedKeys& keys);
    static void refuse_second_serve(const UnlockedKeys& keys);

    Program program_;
    Lang lang_;
    bool wants_json_;
    const Arguments& arguments_;
    SystemEnvironment environment_;
    const UnlockedKeys* keys_ = nullptr;  ///< Of work_with().
    std::unique_ptr<Backend> backend_;
    DeskHost* host_ = nullptr;
};

}  // namespace jiuying::node
