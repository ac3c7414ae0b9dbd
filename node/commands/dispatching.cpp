#include "node/commands/dispatching.hpp"

#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/replica/order_facts.hpp"

namespace jiuying::node {
namespace {

using schema::EventKind;

/// When it is to have happened.
std::int64_t instant_of(const CommandContext& context, const schema::WorkOrderEvent& event) {
    return event.happened_at != 0 ? event.happened_at : context.environment.now_ms();
}

/// The unit by the catalogue; another one needs a reason.
void check_unit(CommandContext& context, const OrderView& order, schema::WorkOrderEvent& event) {
    const std::string& category = event.category.empty() ? order.state.category : event.category;
    const auto* entry = context.replica.facts().catalogue().find(
        category, order.state.intake.region, instant_of(context, event));
    if (entry != nullptr && event.unit.empty()) event.unit = entry->unit;
    const bool elsewhere = entry != nullptr && entry->unit != event.unit;
    if (elsewhere && event.reason.empty()) {
        throw Failure{Error::off_catalogue, Detail::unit, entry->unit}.with(Detail::id,
                                                                            entry->code);
    }
    // It would be shown as sent elsewhere.
    if (!elsewhere && !event.reason.empty()) {
        throw Failure{Error::bad_value, Detail::option, "--reason"};
    }
}

void check_policy(CommandContext& context, const OrderView& order,
                  const schema::WorkOrderEvent& event) {
    if (event.policy.empty()) return;
    const OrderFacts& facts = context.replica.facts();
    if (facts.policies().find(event.policy) == nullptr) {
        std::string all;
        for (const auto& edition : facts.policies().editions()) {
            all.append(all.empty() ? "" : ", ").append(edition.policy.version);
        }
        throw Failure{Error::bad_value, Detail::option, "--policy"}.with(Detail::choices, all);
    }
    // An exception to what the order would have: somebody has to say why.
    const bool exception = facts.clocks().policy_of(order.state).version != event.policy;
    if (exception && event.reason.empty()) {
        throw Failure{Error::missing_option, Detail::option, "--reason"};
    }
}

void check_reason(CommandContext& context, const schema::WorkOrderEvent& event) {
    if (event.reason.empty()) return;
    const schema::ReasonBook& book = context.replica.facts().reasons();
    const std::string_view use = event.kind == EventKind::dispatched ? schema::off_catalogue_use
                                                                     : schema::name_of(event.kind);
    if (!book.has_list(use)) return;
    const std::int64_t at = instant_of(context, event);
    if (!book.is_valid(use, event.reason, at)) {
        std::string valid;
        for (const schema::Reason& reason : book.all()) {
            if (reason.use != use || !reason.period.holds(at)) continue;
            valid.append(valid.empty() ? "" : ", ").append(reason.code);
        }
        throw Failure{Error::unknown_reason, Detail::option, "--reason"}.with(Detail::choices,
                                                                              valid);
    }
    if (event.reason == "other" && is_blank(event.words)) {
        throw Failure{Error::missing_option, Detail::option, "--text"};
    }
}

}  // namespace

void check_choices(CommandContext& context, const schema::RecordId& order,
                   schema::WorkOrderEvent& event) {
    const bool gives = event.kind == EventKind::dispatched || event.kind == EventKind::triaged;
    if (gives) {
        const auto view = context.replica.order(order);
        if (!view) throw Failure{Error::record_not_found};
        if (event.kind == EventKind::dispatched) check_unit(context, *view, event);
        check_policy(context, *view, event);
    }
    check_reason(context, event);
}

std::string successor_for(CommandContext& context, const schema::WorkOrderEvent& event) {
    const auto& book = context.replica.facts().staff();
    const std::int64_t now = context.environment.now_ms();
    std::vector<std::string> units{event.unit};
    units.insert(units.end(), event.co_units.begin(), event.co_units.end());
    for (const std::string& unit : units) {
        if (!book.is_active(unit, now)) return std::string{book.successor_of(unit)};
    }
    return {};
}

json::object commands::subject_release(CommandContext& context, const json::object& args) {
    Draft draft;
    draft.actor = actor_of(context, args);
    const schema::RecordId id = require_appeal(context, require_text(args, "id"));
    const auto shown = context.replica.show(id, false);
    if (!shown) throw Failure{Error::record_not_found};
    const auto& book = context.replica.facts().staff();
    const std::int64_t now = context.environment.now_ms();
    const bool may = book.holds(draft.actor, schema::Post::supervisor, now) ||
                     book.holds(draft.actor, schema::Post::leader, now);
    if (!may) throw Failure{Error::event_not_allowed, Detail::guard, "no_post"};
    draft.edits.push_back({id, {{schema::appeal::subject_released, std::int64_t{1}}}});
    draft.audit = AuditEntry{draft.actor, "subject.release", to_text(id)};
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(id)},
            {"number", printed_number(*shown)},
            {"released", true},
            {"changed", committed.txn != 0}};
}

}  // namespace jiuying::node
