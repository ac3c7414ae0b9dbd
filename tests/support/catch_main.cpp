// The one main of the Catch2 programs. Built without -Werror: Catch2 2.13's main is not clean under
// the sanitizers.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#ifdef JIUYING_PLANTED
#include "schema/planted.hpp"

#include <cstdlib>

namespace {

/// A build with the planted defects starts with the one that this variable numbers.
[[maybe_unused]] const bool planted_by_name = [] {
    const char* number = std::getenv("JIUYING_PLANTED_DEFECT");
    if (number != nullptr) {
        jiuying::planted::active = static_cast<jiuying::planted::Defect>(std::atoi(number));
    }
    return true;
}();

}  // namespace
#endif
