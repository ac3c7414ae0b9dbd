#include "node/demo/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

extern char** environ;

namespace jiuying::node {
namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
        read = ends[0];
        write = ends[1];
    }
    ~Pipe() {
        close_end(read);
        close_end(write);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    static void close_end(int& end) {
        if (end >= 0) ::close(end);
        end = -1;
    }
    int read = -1;
    int write = -1;
};

pid_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments, int in,
            int out, int err) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const auto give = [&](int ours, int theirs) {
        if (ours >= 0) {
            posix_spawn_file_actions_adddup2(&actions, ours, theirs);
        } else {
            posix_spawn_file_actions_addopen(&actions, theirs, "/dev/null", O_RDWR, 0);
        }
    };
    give(in, STDIN_FILENO);
    give(out, STDOUT_FILENO);
    give(err, STDERR_FILENO);
    std::string path = program.string();
    std::vector<std::string> words = arguments;
    std::vector<char*> argv{path.data()};
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int result = posix_spawn(&pid, path.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (result != 0) throw std::runtime_error("cannot start " + path + ": " + strerror(result));
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Reads what is there; false at the end.
bool drain(int& end, std::string& into) {
    std::array<char, 8192> buffer{};
    const ssize_t got = ::read(end, buffer.data(), buffer.size());
    if (got > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(got));
        return true;
    }
    Pipe::close_end(end);
    return false;
}

}  // namespace

Finished run_program(const std::filesystem::path& program,
                     const std::vector<std::string>& arguments, const std::string& input) {
    Pipe in;
    Pipe out;
    Pipe err;
    const pid_t pid = spawn(program, arguments, in.read, out.write, err.write);
    Pipe::close_end(in.read);
    Pipe::close_end(out.write);
    Pipe::close_end(err.write);
    Finished finished;
    std::size_t sent = 0;
    if (input.empty()) Pipe::close_end(in.write);
    while (out.read >= 0 || err.read >= 0) {
        std::array<pollfd, 3> ends{
            {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}}};
        if (poll(ends.data(), ends.size(), -1) < 0) continue;
        if (ends[0].revents != 0) (void)drain(out.read, finished.out);
        if (ends[1].revents != 0) (void)drain(err.read, finished.err);
        if (ends[2].revents == 0) continue;
        const ssize_t wrote = ::write(in.write, input.data() + sent,
                                      std::min<std::size_t>(input.size() - sent, 4096));
        if (wrote > 0) sent += static_cast<std::size_t>(wrote);
        if (wrote < 0 || sent == input.size()) Pipe::close_end(in.write);
    }
    finished.exit_code = wait_for(pid);
    return finished;
}

RunningProgram::RunningProgram(const std::filesystem::path& program,
                               const std::vector<std::string>& arguments) {
    Pipe err;
    pid_ = spawn(program, arguments, -1, -1, err.write);
    err_ = err.read;
    err.read = -1;
}

RunningProgram::~RunningProgram() {
    stop();
    Pipe::close_end(err_);
}

std::string RunningProgram::line_after(const std::string& prefix) {
    std::string text;
    while (err_ >= 0) {
        std::size_t begin = 0;
        for (std::size_t end = text.find('\n'); end != std::string::npos;
             begin = end + 1, end = text.find('\n', begin)) {
            const std::string line = text.substr(begin, end - begin);
            if (line.starts_with(prefix)) return line.substr(prefix.size());
        }
        text.erase(0, begin);
        if (!drain(err_, text)) break;
    }
    return {};
}

int RunningProgram::stop() {
    if (pid_ < 0) return -1;
    ::kill(pid_, SIGTERM);
    // Its last words must find room, or it could not end.
    std::string rest;
    while (err_ >= 0 && drain(err_, rest)) {
    }
    const int code = wait_for(pid_);
    pid_ = -1;
    return code;
}

}  // namespace jiuying::node
