/// What the hub's judgements are made of, and how other replicas read them.
#pragma once

#include "node/store/store.hpp"

#include <map>
#include <optional>
#include <vector>

namespace jiuying::node {

/// A judgement of the hub: a range of an author's transactions and the Version flag they get.
struct Mark {
    sync::Author author;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint8_t flag = 0;
};

/// Where in a segment a record last got what another might have first: number, channel, external
/// number. Of two that claim the same, the one that came later is told so, in one segment too.
class Arrivals {
public:
    Arrivals(const std::vector<sync::Transaction>& transactions, const std::vector<bool>& rejected)
        : transactions_(transactions), rejected_(rejected) {}
    /// Whether \p other claimed before record \p position of transaction \p at did.
    [[nodiscard]] bool came_before(RecordKey other, std::size_t at, std::size_t position) const;

private:
    using Place = std::pair<std::size_t, std::size_t>;
    const std::vector<sync::Transaction>& transactions_;
    const std::vector<bool>& rejected_;
    mutable std::optional<std::map<RecordKey, Place>> places_;  ///< Made when first asked for.
};

/// Neighbouring transactions of one author whose stamps are yet to come.
struct ClockRun {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::int64_t offset_ms = 0;  ///< How far ahead at least.
};

/// The flags of a transaction that was rejected for that reason of schema::rejection.
[[nodiscard]] std::uint8_t rejected_for(std::int64_t reason);

/// The judgements that \p tx records, if the hub wrote it.
[[nodiscard]] std::vector<Mark> marks_in(const sync::Transaction& tx);

/// The flag of a mark, beside those of Version: a transaction that had no business where it wrote.
inline constexpr std::uint8_t astray = 4;
/// As above: a transaction that the hub refused because a record that it writes on was not there.
/// At the hub it leaves no trace in any that it does not make, whether they come later or not.
inline constexpr std::uint8_t on_nothing = 8;

}  // namespace jiuying::node
