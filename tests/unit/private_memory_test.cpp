// What a crash may not leave behind.
#include "node/cli/run.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jiuying;

namespace {

/// Runs the program in a child, and looks there at what it has set.
int left_open_by_the_program() {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)::close(STDOUT_FILENO);
        (void)::open("/dev/null", O_WRONLY);
        std::string name = "jiuying";
        std::string option = "--version";
        std::array argv{name.data(), option.data(), static_cast<char*>(nullptr)};
        if (node::run_program(node::Program::station, 2, argv.data()) != 0) ::_exit(4);
        rlimit core{};
        const bool dumps = ::getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0;
        bool readable = ::prctl(PR_GET_DUMPABLE) != 0;
#ifdef __SANITIZE_ADDRESS__
        readable = false;
#endif
        ::_exit((dumps ? 1 : 0) + (readable ? 2 : 0));
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a program that crashes leaves no memory behind, and nobody can look into it") {
    CHECK(left_open_by_the_program() == 0);
}
