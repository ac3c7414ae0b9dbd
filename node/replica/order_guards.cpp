// Guards of steps that look beyond their own order: at others, at stations, at receipts. The fold
// can't ask them again, so they are asked once, where the event is written.
#include "node/replica/order_desk.hpp"
#include "node/replica/shown.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EventKind;
using schema::GuardFailure;
using schema::RecordId;

constexpr std::int64_t minute_ms = 60'000;

}  // namespace

auto Replica::State::OrderDesk::refusal(const Order& order, const RecordId& order_id,
                                        const schema::WorkOrderEvent& event) -> Refused {
    switch (event.kind) {
        case EventKind::merged: return unfit_master(order, order_id, *event.target);
        case EventKind::closed:
            if (order.state.main == schema::MainState::visit_pending) return std::nullopt;
            return unfit_earlier(order, *event.target);
        case EventKind::withdrawn:
        case EventKind::not_accepted:
        case EventKind::void_proposed:
        case EventKind::voided: {
            const bool has_merged =
                state_.store.database()
                    .statement("SELECT 1 FROM order_state WHERE merged_into = ? LIMIT 1")
                    .maybe<int>(order_id)
                    .has_value();
            if (has_merged) return GuardFailure::has_merged;
            return std::nullopt;
        }
        case EventKind::dispatched:
        case EventKind::reassigned:
        case EventKind::unit_added: {
            bool beside = is_beside_subject(order, event.unit);
            for (const std::string& unit : event.co_units) {
                beside = beside || is_beside_subject(order, unit);
            }
            if (beside) return GuardFailure::unit_beside_subject;
            return std::nullopt;
        }
        case EventKind::time_corrected: return unproven_time(order, event);
        default: return std::nullopt;
    }
}

/// The master is the earliest of the orders on a matter, and somebody still works on it.
auto Replica::State::OrderDesk::unfit_master(const Order& order, const RecordId& order_id,
                                             const RecordId& master) -> Refused {
    constexpr int hops_max = 64;  // Circles of before must not hold us up.
    const auto named = state_.read_order(master);
    if (!named || state_.hidden(master)) return GuardFailure::no_target;
    auto next = named->state.merged_into;
    if (named->state.main != schema::MainState::merged) next.reset();
    for (int hop = 0; next && hop < hops_max; ++hop) {
        if (*next == order_id) return GuardFailure::merge_circle;
        const auto above = state_.read_order(*next);
        const bool goes_on = above && above->state.main == schema::MainState::merged;
        next = goes_on ? above->state.merged_into : std::nullopt;
    }
    if (!named->state.is_open()) return GuardFailure::master_ended;
    if (named->state.registered_at() > order.state.registered_at()) {
        return GuardFailure::master_younger;
    }
    return std::nullopt;
}

/// What is repeated was handled to its end; what is not yet is the master of a merge.
auto Replica::State::OrderDesk::unfit_earlier(const Order& order, const RecordId& earlier)
    -> Refused {
    const auto named = state_.read_order(earlier);
    if (!named || state_.hidden(earlier)) return GuardFailure::no_target;
    const schema::MainState main = named->state.main;
    const bool handled = main == schema::MainState::closed || main == schema::MainState::archived;
    if (!handled) return GuardFailure::no_target;
    if (named->state.registered_at() > order.state.registered_at()) {
        return GuardFailure::master_younger;
    }
    return std::nullopt;
}

bool Replica::State::OrderDesk::is_beside_subject(const Order& order, const std::string& unit) {
    const std::string& subject = order.state.intake.subject_unit;
    if (subject.empty() || unit.empty()) return false;
    const std::int64_t now = state_.environment.now_ms();
    const auto station = state_.facts().scope_of_unit(subject, now);
    if (!station || state_.facts().scope_of_unit(unit, now) != station) return false;
    const LoadedRecord* appeal = state_.store.find(record_name(order.key));
    const auto* released =
        appeal == nullptr ? nullptr
                          : schema::number_of(shown_in(*appeal, schema::appeal::subject_released));
    return released == nullptr || *released == 0;
}

/// What a station records after a receipt is not in it. So the order was registered between the
/// last receipt that does not have it and the first that does, by the hub's clock. One told to
/// have been taken down earlier on paper may be as old as it is told.
auto Replica::State::OrderDesk::unproven_time(const Order& order,
                                              const schema::WorkOrderEvent& event) -> Refused {
    if (state_.store.scope_id(order.scope) == state_.profile.scope) return std::nullopt;
    const LoadedRecord* appeal = state_.store.find(record_name(order.key));
    if (appeal == nullptr || !event.due_at) return std::nullopt;
    if (const auto received = state_.received_at(*appeal); received && *event.due_at > *received) {
        return GuardFailure::outside_receipts;
    }
    const auto* graph = sync::find_graph(appeal->state, schema::appeal::number);
    const sync::Dot creation = appeal->state.name.creation;
    if (graph == nullptr) return std::nullopt;
    const auto own = std::ranges::find(graph->versions, creation, &sync::Version::dot);
    if (own == graph->versions.end()) return std::nullopt;
    const auto recorded = static_cast<std::int64_t>(sync::wall_ms(own->hlc));
    if (order.state.intake.registered_at < recorded - minute_ms) return std::nullopt;
    std::int64_t before = INT64_MIN;
    for (const auto& log : state_.store.logs()) {
        if (log->author != creation.author || log->id.stream != sync::Stream::station) continue;
        const auto last = state_.store.database()
                              .statement(
                                  "SELECT max(at) FROM arrival WHERE log = ? AND last < ? "
                                  "AND at IS NOT NULL")
                              .maybe<std::optional<std::int64_t>>(log->ix, creation.txn);
        if (last && *last) before = std::max(before, **last);
    }
    if (*event.due_at < before) return GuardFailure::outside_receipts;
    return std::nullopt;
}

}  // namespace jiuying::node
