/// A second chain of an author is known under another name (branch_epoch): what its transactions
/// say of themselves is read under that name, too. Pure.
#pragma once

#include "schema/registry.hpp"
#include "sync/merge/record_state.hpp"
#include "sync/types.hpp"

#include <span>

namespace jiuying::sync {

/// From its transaction `first_txn` on, what is called `from` is `to`.
struct Renaming {
    AuthorIx from{};
    std::uint64_t first_txn = 0;
    AuthorIx to{};
};

/// The name of \p dot after \p renamings; where several fit, the one that begins last counts.
[[nodiscard]] Dot renamed(Dot dot, std::span<const Renaming> renamings);

/// Renames records, bases, the origin and, in sets, the elements that are taken out; then puts all
/// into canonical order. \p registry tells which fields are sets.
void rename(Transaction& transaction, std::span<const Renaming> renamings, const Authors& authors,
            schema::Registry registry);

/// The same of all that \p state knows.
void rename(RecordState& state, std::span<const Renaming> renamings, const Authors& authors,
            schema::Registry registry);

}  // namespace jiuying::sync
