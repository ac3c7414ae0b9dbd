// What a crash may not leave behind.
#include "node/base/private_memory.hpp"
#include "node/cli/run.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
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

#ifndef __SANITIZE_ADDRESS__  // Which locks nothing.
namespace {

/// Of this process, KiB.
long locked_memory() {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        long amount = 0;
        if (word == "VmLck:" && status >> amount) return amount;
    }
    return -1;
}

/// Of this process's memory, what no core dump may show: so libsodium marks what it locks.
int regions_for_keys() {
    int regions = 0;
    std::ifstream maps{"/proc/self/smaps"};
    for (std::string line; std::getline(maps, line);) {
        regions += line.starts_with("VmFlags:") && line.find(" dd") != std::string::npos ? 1 : 0;
    }
    return regions;
}

/// Containers may forbid it, whatever the limit says.
bool system_locks() {
    void* const page =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const long before = locked_memory();
    const bool locked = page != MAP_FAILED && ::mlock(page, 4096) == 0 && locked_memory() > before;
    if (page != MAP_FAILED) ::munmap(page, 4096);
    return locked;
}

}  // namespace

TEST_CASE("a service that may lock its memory has all of it kept out of the swap") {
    if (!system_locks()) {
        WARN("this system locks no memory");
        return;
    }
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr rlimit none{RLIM_INFINITY, RLIM_INFINITY};
        if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0) ::_exit(3);
        const long before = locked_memory();
        node::keep_memory_private();
        std::vector<char> used(1U << 22U, 'x');
        const long after = locked_memory();
        ::_exit(before == 0 && after > 4096 && used.back() == 'x' ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 3) {
        WARN("raising the limit of locked memory is not permitted");
        return;
    }
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("the keys that a running node holds lie in locked memory, also without such a limit") {
    const tests::TempFolder folder;
    tests::TestNode hub = tests::make_hub(folder);
    hub.replica.reset();
    const long locked = locked_memory();
    const int kept = regions_for_keys();
    hub.reopen();
    CHECK(regions_for_keys() > kept);
    if (system_locks()) CHECK(locked_memory() > locked);
    hub.replica.reset();
    CHECK(regions_for_keys() == kept);
    CHECK(locked_memory() == locked);
}
#endif
