/// A program under measurement: its output, processor time and peak memory.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace jiuying::bench {

/// A started program. Its standard output and error are collected in files beside \p name.
class Child {
public:
    /// Throws std::runtime_error if it cannot be started.
    Child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& output);
    ~Child();  ///< Killed if it still runs.
    Child(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Notes the peak memory by now. True once the program has ended.
    [[nodiscard]] bool poll();
    /// SIGTERM, then waits. Throws if it does not end within ten seconds.
    void stop();

    [[nodiscard]] int exit_code() const { return exit_code_; }  ///< -1: by a signal.
    /// User and system time, of a running program by now.
    [[nodiscard]] double cpu_seconds() const;
    /// VmHWM as last seen, in MB of 10^6 bytes, as the limits are. The last few milliseconds before
    /// its end may be missed.
    [[nodiscard]] double peak_mb() const { return peak_mb_; }
    [[nodiscard]] std::string standard_output() const;
    [[nodiscard]] std::string standard_error() const;

private:
    [[nodiscard]] std::filesystem::path output(const char* which) const;

    std::filesystem::path output_;
    pid_t pid_ = -1;
    bool ended_ = false;
    int exit_code_ = -1;
    double cpu_seconds_ = 0;
    double peak_mb_ = 0;
};

/// Waits until all have ended, noting their peaks every two milliseconds. Throws after \p limit
/// seconds.
void wait_for(std::span<Child> children, double limit);

}  // namespace jiuying::bench
