/// The last version of a field that the log's author wrote in this segment, so that the next one
/// can name it without spelling it out.
///
/// Kept in order, not by hash: its keys are chosen by those who write the log, and whoever knows a
/// hash without a secret can choose keys that all fall together.
#pragma once

#include "sync/types.hpp"

#include <map>
#include <tuple>
#include <utility>

namespace jiuying::sync {

struct VersionKey {
    RecordName record;
    FieldId field = 0;
};

/// Any order will do that is one; authors stand in that of their local numbers, which is nobody
/// else's.
struct VersionKeyOrder {
    bool operator()(const VersionKey& a, const VersionKey& b) const {
        const auto parts = [](const VersionKey& key) {
            return std::tuple{key.record.creation.txn, key.record.creation.author,
                              key.record.ordinal, key.field};
        };
        return parts(a) < parts(b);
    }
};

/// \p Order is VersionKeyOrder, but for a test that counts how often it is asked.
template <class Order>
class OrderedVersionIndex {
public:
    explicit OrderedVersionIndex(Order order = {}) : last_(std::move(order)) {}

    /// The txn of the last version, 0 if there is none; \p txn takes its place.
    std::uint64_t exchange(const VersionKey& key, std::uint64_t txn) {
        return std::exchange(last_[key], txn);
    }

private:
    std::map<VersionKey, std::uint64_t, Order> last_;
};
using VersionIndex = OrderedVersionIndex<VersionKeyOrder>;

}  // namespace jiuying::sync
