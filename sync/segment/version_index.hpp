/// The last version of a field that the log's author wrote in this segment, so that the next one
/// can name it without spelling it out.
#pragma once

#include "sync/types.hpp"

#include <unordered_map>
#include <utility>

namespace jiuying::sync {

struct VersionKey {
    RecordName record;
    FieldId field = 0;
    bool operator==(const VersionKey&) const = default;
};

class VersionIndex {
public:
    /// The txn of the last version, 0 if there is none; \p txn takes its place.
    std::uint64_t exchange(const VersionKey& key, std::uint64_t txn) {
        return std::exchange(last_[key], txn);
    }

private:
    struct Mix {
        std::size_t operator()(const VersionKey& key) const {
            std::uint64_t h = key.record.creation.txn * 0x9E3779B97F4A7C15U;
            h ^= (std::uint64_t{key.field} << 40U) ^ (std::uint64_t{key.record.ordinal} << 56U) ^
                 static_cast<std::uint64_t>(key.record.creation.author);
            h *= 0xD6E8FEB86659FD93U;
            return static_cast<std::size_t>(h ^ (h >> 32U));
        }
    };
    std::unordered_map<VersionKey, std::uint64_t, Mix> last_;
};

}  // namespace jiuying::sync
