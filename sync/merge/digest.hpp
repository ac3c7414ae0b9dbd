/// The digest of a scope: whether two replicas that hold the same logs show the same state.
///
/// A record's digest is BLAKE2b-256 over its id and, for each field that stations get, the field
/// id, the head dots and the shown value. A scope's digest is the sum of them mod 2^256, so that a
/// write changes it by one subtraction and one addition. Hashed per record instead of per field:
/// docs/decisions/0003-digest-per-record.md.
#pragma once

#include "sync/merge/record_state.hpp"

namespace jiuying::sync {

[[nodiscard]] Hash32 record_digest(const RecordState& record, const schema::Entity* entity,
                                   const Authors& authors);

/// Sum of record digests, least significant byte first.
struct ScopeDigest {
    Hash32 sum{};
    std::uint64_t records = 0;
    void add(const Hash32& record);
    void subtract(const Hash32& record);
    bool operator==(const ScopeDigest&) const = default;
};

}  // namespace jiuying::sync
