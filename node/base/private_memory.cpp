#include "node/base/private_memory.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace jiuying::node {

void keep_memory_private() {
    constexpr rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // Whose search for leaks reads the memory of its own process.
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

}  // namespace jiuying::node
