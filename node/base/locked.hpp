/// Memory for keys: never swapped out as far as the system allows, wiped when it ends, with pages
/// around it that nothing can read or write past.
#pragma once

#include "schema/assert.hpp"
#include "sync/crypto/secret.hpp"

#include <sodium/utils.h>

#include <memory>
#include <new>
#include <utility>

namespace jiuying::node {

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
    // It ends where a page ends, so a size that is a multiple of its alignment aligns it.
    static_assert(alignof(T) <= 16);
    sync::sodium_ready();
    void* memory = sodium_malloc(sizeof(T));
    if (memory == nullptr) throw std::bad_alloc{};
    return Locked<T>{new (memory) T(std::forward<Arguments>(arguments)...)};
}

}  // namespace jiuying::node
