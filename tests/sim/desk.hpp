/// What people do at the nodes of a simulated world, with the oracle told of every answer.
#pragma once

#include "tests/sim/oracle.hpp"
#include "tests/sim/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::sim {

/// A conflict as it stood on someone's screen.
struct OpenedConflict {
    node::ConflictView view;
    std::set<VersionKey> seen;
};

class Desk {
public:
    Desk(World& world, Oracle& oracle) : world_(world), oracle_(oracle) {}

    /// The id if the save was acknowledged.
    std::optional<schema::RecordId> register_appeal(SimNode& node,
                                                    std::vector<node::FieldValue> values);
    std::optional<schema::RecordId> register_appeal(SimNode& node, const std::string& title,
                                                    const std::string& phone = "");
    /// True if acknowledged. False also when the node refuses it or it changes nothing.
    bool edit(SimNode& node, const schema::RecordId& record, std::vector<node::FieldValue> values);
    bool edit(SimNode& node, const schema::RecordId& record, schema::FieldId field,
              const schema::Value& value) {
        return edit(node, record, {{field, value}});
    }
    bool add_note(SimNode& node, const schema::RecordId& appeal, const std::string& text);
    /// A record about an appeal, with the appeal's home.
    bool add_about(SimNode& node, const schema::RecordId& appeal, schema::EntityId entity,
                   const std::vector<node::FieldValue>& values);
    /// A step in the life of an order. False also when a guard refuses it.
    bool act(SimNode& node, const schema::RecordId& order, const std::string& who,
             const schema::WorkOrderEvent& event);
    /// Reference data at the hub, or an enterprise or meeting at any node.
    std::optional<schema::RecordId> add_record(SimNode& node, schema::EntityId entity,
                                               std::vector<node::FieldValue> values);
    /// Several appeals in one durable batch, each text of \p characters. True if acknowledged.
    bool import(SimNode& node, std::size_t appeals, std::size_t characters);
    [[nodiscard]] std::vector<OpenedConflict> open_conflicts(SimNode& node);
    /// Decides a conflict as it stood when it was opened.
    bool settle(SimNode& node, const OpenedConflict& conflict, const schema::Value& value);

    /// A text that no other save has.
    [[nodiscard]] std::string words(std::size_t characters = 0);

private:
    using Save = std::function<Result<node::Committed>(node::Replica&)>;
    std::optional<node::Committed> save(SimNode& node, const Save& work);
    bool change(SimNode& node, const schema::RecordId& record, const node::Draft& draft,
                std::vector<Write> writes);
    [[nodiscard]] std::string fingerprint(SimNode& node);
    void record_writes(SimNode& node, const node::Committed& committed,
                       const schema::RecordId& record, std::vector<Write> writes);

    World& world_;
    Oracle& oracle_;
    std::uint64_t serial_ = 0;
};

}  // namespace jiuying::sim
