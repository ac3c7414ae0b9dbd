#include "node/base/private_memory.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace jiuying::node {

void keep_memory_private() {
    constexpr rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // Whose search for leaks reads the memory of its own process.
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    // Under a limit every later allocation could fail. Only what is used is locked, so large stacks
    // that nobody fills cost nothing.
    rlimit lockable{};
    if (::getrlimit(RLIMIT_MEMLOCK, &lockable) == 0 && lockable.rlim_cur == RLIM_INFINITY) {
        (void)::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
    }
}

}  // namespace jiuying::node
