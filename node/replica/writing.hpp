/// How the files of a Replica open and end database transactions; part of replica_state.hpp.
#pragma once

#include "node/replica/replica_state.hpp"

#include <type_traits>
#include <utility>

namespace jiuying::node {

template <class Work>
auto Replica::State::writing(Work&& work) {
    settle_snapshot();
    may_have_changed = true;
    return committing(std::forward<Work>(work), [this] { finish(); });
}

template <class Work>
auto Replica::State::noting(Work&& work) {
    return committing(std::forward<Work>(work), [this] { store.commit(); });
}

template <class Work, class End>
auto Replica::State::committing(Work&& work, End&& end) {
    const bool own_transaction = !store.in_transaction();
    if (own_transaction) store.begin();
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            if (own_transaction) end();
        } else {
            auto result = work();
            if (own_transaction) end();
            return result;
        }
    } catch (...) {
        // What a batch had before is lost with it: its owner learns that by the exception.
        snapshot_in_writing.reset();  // It may count what was not kept.
        store.rollback();
        throw;
    }
}

}  // namespace jiuying::node
