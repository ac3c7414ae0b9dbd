/// Assertions that stay on in release builds: a bug must stop the program, not the data.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace jiuying {

/// Ends the program with the place of the broken promise. Prints no data.
[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "jiuying: internal error, saved data is safe: %s (%s:%d)\n", condition,
                 file, line);
    std::abort();
}

}  // namespace jiuying

#define JY_ASSERT(condition)            \
    ((condition) ? static_cast<void>(0) \
                 : ::jiuying::assertion_failed(#condition, __FILE__, __LINE__))
