/// Running the two programs as a user would: arguments in, text out.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace jiuying::node {

/// What a finished program left behind.
struct Finished {
    int exit_code = -1;  ///< -1: ended by a signal.
    std::string out;
    std::string err;
};

/// Runs \p program to its end with \p input on its standard input. Throws std::runtime_error if it
/// cannot be started.
[[nodiscard]] Finished run_program(const std::filesystem::path& program,
                                   const std::vector<std::string>& arguments,
                                   const std::string& input = {});

/// A program that keeps running; ended politely by the destructor.
class RunningProgram {
public:
    RunningProgram(const std::filesystem::path& program, const std::vector<std::string>& arguments);
    ~RunningProgram();
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;

    /// The rest of the first line of its standard error that starts with \p prefix; empty if the
    /// program ends before it prints one.
    [[nodiscard]] std::string line_after(const std::string& prefix);
    /// SIGTERM, then waits. Returns the exit code, or -1.
    int stop();

private:
    pid_t pid_ = -1;
    int err_ = -1;
};

}  // namespace jiuying::node
