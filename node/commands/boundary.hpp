/// The one place where exceptions of the disk, the database and the program become a Failure.
#pragma once

#include "node/cli/errors.hpp"

#include <exception>
#include <functional>

namespace jiuying::node {

/// Throws what \p thrown holds as a Failure: itself if it is one, disk_full, database_damaged,
/// database_busy, newer_version, no_permission and so on where the cause is known, `unexpected`
/// otherwise. No text of the exception goes along that could hold recorded content.
[[noreturn]] void rethrow_as_failure(const std::exception_ptr& thrown);

/// Runs \p work; whatever it throws leaves as a Failure.
template <class Work>
decltype(auto) within_boundary(Work&& work) {
    try {
        return std::invoke(std::forward<Work>(work));
    } catch (...) {
        rethrow_as_failure(std::current_exception());
    }
}

}  // namespace jiuying::node
