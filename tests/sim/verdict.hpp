/// The promises that hold once faults have stopped and every station has exchanged three times:
/// no acknowledged save is lost or doubled, station and hub show the same, every edit is applied,
/// in a conflict, knowingly replaced or visibly lost, and the tables are what the logs say.
#pragma once

#include "tests/sim/oracle.hpp"
#include "tests/sim/watch.hpp"
#include "tests/sim/world.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jiuying::sim {

/// Judges a world that has come to rest. Throws Violation.
class Verdict {
public:
    Verdict(World& world, Oracle& oracle, Watch& watch)
        : world_(world), oracle_(oracle), watch_(watch) {}
    void check();

private:
    void adopt_limbo();
    void check_agreement(SimNode& station);
    void check_delivered(SimNode& station);
    void check_counts();
    void check_records();
    void check_record(const schema::RecordId& id, const KnownRecord& known);
    void check_found(const schema::RecordId& id, SimNode& node, const node::RecordView& view);
    void check_field(const schema::RecordId& id, const KnownRecord& known, schema::FieldId field,
                     SimNode& node, const node::RecordView& view);
    void check_heads(const std::string& where, const schema::Field& field,
                     const std::vector<const Write*>& existing,
                     const std::set<VersionKey>& rejected, const schema::RecordId& id,
                     SimNode& node, const node::RecordView& view);
    void check_conflict(const std::string& where, const schema::Field& field,
                        const Expected& expected, const schema::RecordId& id, SimNode& node);
    void check_tables(SimNode& node);
    void check_notices(SimNode& station);
    // verdict_partial.cpp
    [[nodiscard]] static bool is_partial(SimNode& node);
    void check_as_at_hub(const schema::RecordId& id, SimNode& node, const node::RecordView& view);
    void check_machine(SimNode& machine);
    /// Those that must have the record: the hub, its home, and whoever works on its order.
    [[nodiscard]] std::vector<SimNode*> holders(const schema::RecordId& id,
                                                const KnownRecord& known);
    /// Whether \p station works on \p order, which is not its own, or still waits for a ruling on
    /// what it did there.
    struct Part {
        bool open = false;
        bool waits = false;
    };
    [[nodiscard]] Part part_of(const SimNode& station, const schema::RecordId& order);
    void check_absent(const schema::RecordId& id, const KnownRecord& known);

    World& world_;
    Oracle& oracle_;
    Watch& watch_;
    std::set<std::string> partial_;  ///< Codes of stations that do not hold the whole history.
    /// Conflicts as each node lists them, by record and field.
    std::map<std::string,
             std::map<std::pair<schema::RecordId, schema::FieldId>, node::ConflictView>>
        conflicts_;
};

}  // namespace jiuying::sim
