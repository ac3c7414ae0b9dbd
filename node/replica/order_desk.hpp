/// What people write on orders, as far as one must see more than the order's own events: who may,
/// in the light of other orders, stations and receipts, and what has reached the hub of it.
/// Decisions 0024 and 0025.
#pragma once

#include "node/replica/replica_state.hpp"

namespace jiuying::node {

/// Used by the one who writes, inside a database transaction; the questions by anybody.
class Replica::State::OrderDesk {
public:
    using Refused = std::optional<schema::GuardFailure>;

    explicit OrderDesk(State& state) : state_(state) {}

    /// Fills in who writes \p event, when and where.
    void sign(schema::WorkOrderEvent& event, const std::string& actor);
    /// Why \p event, which the fold would accept, is refused all the same.
    [[nodiscard]] Refused refusal(const Order& order, const schema::RecordId& order_id,
                                  const schema::WorkOrderEvent& event);
    /// Writes it, judged as it is, with \p edits of the appeal in the same transaction.
    Result<Acted> write(const Order& order, const schema::RecordId& order_id,
                        const schema::WorkOrderEvent& event, std::vector<Edit> edits);

    /// Whether the station of \p unit is that of the unit which \p order complains about, and
    /// nobody has released the order.
    [[nodiscard]] bool is_beside_subject(const Order& order, const std::string& unit);

    /// Hub: whether \p record is the appeal of an archived order, which nobody changes any more.
    [[nodiscard]] bool is_archived(const LoadedRecord& record);
    /// Hub: what \p tx changes of facts that were fixed by a dispatch its writer had not heard of.
    void add_late_edits(const sync::Transaction& tx, std::size_t position,
                        const LoadedRecord& record, std::vector<Fault>& faults);

    /// Whether the hub has the appeal and all that this node wrote on it: events, notes,
    /// references.
    [[nodiscard]] bool all_delivered(const LoadedRecord& appeal);

private:
    [[nodiscard]] Refused unfit_master(const Order& order, const schema::RecordId& order_id,
                                       const schema::RecordId& master);
    [[nodiscard]] Refused unfit_earlier(const Order& order, const schema::RecordId& earlier);
    [[nodiscard]] Refused unproven_time(const Order& order, const schema::WorkOrderEvent& event);
    [[nodiscard]] bool has_reached_hub(sync::Dot creation);

    State& state_;
};

}  // namespace jiuying::node
