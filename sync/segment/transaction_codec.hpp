/// The canonical bytes of one transaction: what the hash chain covers and what a node stores until
/// its transactions are sealed into segments.
///
/// Two parts. The public part says who touched what and when: it is kept for ever. The private
/// part is the values, which erasure may destroy later while the chain still verifies. There is
/// one spelling only: decoding and encoding again gives the same bytes, and what is not canonical
/// is refused. Bytes: docs/reference/segment-format.md, section 2. Pure; not thread-safe where
/// an Authors table is handed in.
#pragma once

#include "schema/registry.hpp"
#include "schema/result.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/types.hpp"

namespace jiuying::sync {

/// Limits beside those of Transaction.
inline constexpr std::size_t actor_bytes_max = schema::staff_code_bytes_max;
inline constexpr std::size_t changes_max = 8192;  ///< In one transaction.

struct EncodedTransaction {
    Bytes public_part;
    Bytes private_part;
};

/// Puts changes and bases into canonical order: changes by (record, field), bases by (author, txn).
void canonicalize(Transaction& transaction, const Authors& authors);

/// Whether the transaction could have been written by \p log_author: canonical order, limits,
/// no field, record or id of a new record twice, no own base or creation from the future, UTF-8 in
/// `actor`.
/// Errc::malformed, too_large or not_utf8 otherwise.
[[nodiscard]] Result<void> check(const Transaction& transaction, const Authors& authors,
                                 AuthorIx log_author);

/// Asserts that check() finds nothing. `entity` and `id` of records not created here are not
/// written: they are known from the creation.
[[nodiscard]] EncodedTransaction encode(const Transaction& transaction, const Authors& authors,
                                        AuthorIx log_author);

/// Reads what encode() wrote; authors named in it are interned. Errors as in check(), and
/// Errc::truncated.
[[nodiscard]] Result<Transaction> decode(View public_part, View private_part, Authors& authors,
                                         AuthorIx log_author);

namespace detail {

/// The parts of check() that do not depend on the texts: for readers that checked those before.
[[nodiscard]] Result<void> check_structure(const Transaction& transaction, const Authors& authors,
                                           AuthorIx log_author);
/// Append one part each, unchecked.
void append_public_part(Bytes& out, const Transaction& transaction, const Authors& authors,
                        AuthorIx log_author);
void append_private_part(Bytes& out, const Transaction& transaction);

}  // namespace detail

}  // namespace jiuying::sync
