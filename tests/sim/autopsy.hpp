/// What stands on a node's disk for certain, read without the node's own code: a copy of the disk
/// after the worst power cut, opened by plain SQL.
#pragma once

#include "node/store/sqlite.hpp"
#include "sync/segment/segment.hpp"
#include "tests/support/fault_vfs.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace jiuying::sim {

class Autopsy {
public:
    explicit Autopsy(const test::FaultDisk& disk);

    /// The last sequence number held of the station log of that scope.
    [[nodiscard]] std::uint64_t station_log_end(const schema::ScopeId& scope);
    /// How far the station knows its transactions judged.
    [[nodiscard]] std::uint64_t decided();
    /// Size of the segment from \p peer of which a cut left a part here; 0: there is none.
    [[nodiscard]] std::uint64_t part_from(const schema::NodeId& peer);
    /// Every sealed segment, own and received, as it travels.
    [[nodiscard]] std::vector<sync::Bytes> segments();
    [[nodiscard]] std::uint64_t rows_of(const char* count_sql);

    struct Stamp {
        std::uint64_t txn = 0;
        sync::Hlc hlc{};
    };
    /// The transactions of every author held here, by transaction number. Needs a hub's disk: it
    /// has all keys. Throws std::runtime_error if a segment does not open.
    [[nodiscard]] std::map<sync::Author, std::vector<Stamp>> stamps(const sync::Hash32& hub_key,
                                                                    sync::View district);

private:
    std::unique_ptr<test::FaultDisk> disk_;
    test::FaultVfs vfs_;
    node::sqlite::Database db_;
};

}  // namespace jiuying::sim
