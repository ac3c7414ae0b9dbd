#include "tests/bench/child.hpp"

#include "tests/bench/stopwatch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace jiuying::bench {
namespace {

using namespace std::chrono_literals;

std::string slurp(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

/// 0 when the process is gone. The system counts in kB of 1,024 bytes.
double high_water_mb(pid_t pid) {
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1.024e-3;
    }
    return 0;
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Child::Child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
             const std::filesystem::path& output_file)
    : output_(output_file) {
    std::vector<char*> words{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    const int mode = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, output("out").c_str(), mode, 0600);
    posix_spawn_file_actions_addopen(&files, 2, output("err").c_str(), mode, 0600);
    const int failed = posix_spawn(&pid_, program.c_str(), &files, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) throw std::runtime_error("cannot start " + program.string());
}

Child::Child(Child&& other) noexcept
    : output_(std::move(other.output_)),
      pid_(std::exchange(other.pid_, -1)),
      ended_(std::exchange(other.ended_, true)),
      exit_code_(other.exit_code_),
      cpu_seconds_(other.cpu_seconds_),
      peak_mb_(other.peak_mb_) {}

Child::~Child() {
    if (ended_ || pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

std::filesystem::path Child::output(const char* which) const {
    return output_.string() + "." + which;
}

bool Child::poll() {
    if (ended_) return true;
    peak_mb_ = std::max(peak_mb_, high_water_mb(pid_));
    int status = 0;
    rusage usage{};
    if (wait4(pid_, &status, WNOHANG, &usage) != pid_) return false;
    ended_ = true;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    cpu_seconds_ = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    return true;
}

void Child::stop() {
    (void)poll();
    if (!ended_) kill(pid_, SIGTERM);
    wait_for({this, 1}, 10);
}

double Child::cpu_seconds() const {
    if (ended_) return cpu_seconds_;
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::string Child::standard_output() const { return slurp(output("out")); }
std::string Child::standard_error() const { return slurp(output("err")); }

void wait_for(std::span<Child> children, double limit) {
    const Stopwatch watch;
    for (bool any = true; any;) {
        any = false;
        for (Child& child : children) any = !child.poll() || any;
        if (!any) return;
        if (watch.seconds() > limit) throw std::runtime_error("a program does not end");
        std::this_thread::sleep_for(2ms);
    }
}

}  // namespace jiuying::bench
