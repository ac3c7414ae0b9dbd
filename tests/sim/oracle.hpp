/// What people were told: a model of the acknowledged work, kept outside the nodes.
///
/// It knows nothing of dots, heads or clocks. It knows who saved which value when, whether the
/// call returned, and which versions stood on that person's screen; what follows from that by the
/// rules of the design is what the nodes must show in the end.
#pragma once

#include "node/replica/records.hpp"
#include "tests/sim/sim_environment.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace jiuying::sim {

/// A saved version, named as every replica can name it. The hub is "QZX".
struct VersionKey {
    std::string station;
    std::uint64_t txn = 0;
    auto operator<=>(const VersionKey&) const = default;
};

/// One field of one save.
struct Write {
    VersionKey key;  ///< txn 0: the call did not return, so nobody was told a number.
    schema::FieldId field = 0;
    schema::Value value;
    std::set<VersionKey> knew;  ///< Versions of the field that its writer had before them.
    Ms at = 0;
    bool may_be_none = false;  ///< The same value again, which is no edit.
    /// Whether the hub has to reject it, as its author may not write what was saved with it.
    /// Nothing: nobody was told whether that was saved.
    std::optional<bool> to_be_rejected = false;
    std::uint64_t after_txn = 0;  ///< Where txn is 0: it had a higher number than that.
    [[nodiscard]] bool acknowledged() const { return key.txn != 0; }
};

struct KnownRecord {
    schema::EntityId entity{};
    std::string home;    ///< Code of the station whose scope it is in; empty: reference data.
    std::string number;  ///< Of an appeal.
    std::vector<Write> writes;
};

/// A registration whose call did not return. It may exist or not; its title is unique.
struct LimboAppeal {
    std::string station;
    std::string title;
};

struct Oracle {
    std::map<schema::RecordId, KnownRecord> records;
    std::vector<LimboAppeal> limbo;
    /// The last transaction that each station acknowledged.
    std::map<std::string, std::uint64_t> last_txn;
    /// Versions of a field that people at a node had on their screens before its log was pruned:
    /// by its code, record and field.
    std::map<std::tuple<std::string, schema::RecordId, schema::FieldId>, std::set<VersionKey>> seen;
    /// Nodes of which nothing is promised, and the scopes that are theirs alone.
    std::set<schema::NodeId> dishonest;
    std::set<schema::ScopeId> dishonest_scopes;
    /// Whether no clock jumped or ran wrong: then `later` means something.
    bool clocks_were_right = true;
    /// Even then two saves nearer than this in true time may come in any order of their clocks.
    Ms order_is_sure = 2 * second;

    [[nodiscard]] std::vector<schema::RecordId> of(schema::EntityId entity,
                                                   const std::string& home) const;
    /// What whoever writes \p field there knows of it, by the screen now and earlier ones.
    [[nodiscard]] std::set<VersionKey> known_at(const std::string& code,
                                                const node::RecordView& view,
                                                schema::FieldId field) const;
};

/// The versions of \p field in a record's history.
[[nodiscard]] std::set<VersionKey> versions_in(const node::RecordView& view, schema::FieldId field);

/// What the writes of one field amount to, given which of them exist and which were rejected.
struct Expected {
    std::vector<const Write*> heads;  ///< That nobody replaced knowingly.
    bool several_values = false;
};
[[nodiscard]] Expected expect(const std::vector<const Write*>& existing,
                              const std::set<VersionKey>& rejected);

}  // namespace jiuying::sim
