/// Memory for keys: never swapped out as far as the system allows, wiped when it ends, with pages
/// around it that nothing can read or write past.
#pragma once

#include "schema/assert.hpp"
#include "sync/crypto/secret.hpp"

#include <sodium/utils.h>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace jiuying::node {

/// For sodium_free(). std::bad_alloc when there is none; aligned to 16.
[[nodiscard]] inline void* allocate_locked(std::size_t size) {
    sync::sodium_ready();
    // It ends where a page ends, so a size that is a multiple of its alignment aligns it.
    void* const memory = sodium_malloc((size + 15) / 16 * 16);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

struct FreeLocked {
    template <class T>
    void operator()(T* object) const {
        object->~T();
        sodium_free(object);  // Wipes.
    }
};

/// Where it lies stays the same while it moves; only the owner's pointer does.
template <class T>
using Locked = std::unique_ptr<T, FreeLocked>;

/// std::bad_alloc when there is no memory. Locking itself is an effort: a system that allows none
/// (ulimit -l) gives ordinary memory.
template <class T, class... Arguments>
[[nodiscard]] Locked<T> make_locked(Arguments&&... arguments) {
    static_assert(alignof(T) <= 16);
    void* const memory = allocate_locked(sizeof(T));
    return Locked<T>{new (memory) T(std::forward<Arguments>(arguments)...)};
}

}  // namespace jiuying::node
