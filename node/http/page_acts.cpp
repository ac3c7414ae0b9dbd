// Which acts somebody may do with an order now: asked of the guards before a form is shown, so that
// nobody fills in one that would be refused for who he is or how the order stands.
#include "node/http/page_acts.hpp"
#include "node/cli/order_acts.hpp"
#include "node/commands/lookup.hpp"
#include "node/replica/order_facts.hpp"

#include <set>

namespace jiuying::node {
namespace {

using schema::EventKind;
using schema::GuardFailure;

/// What no fact that is still to be filled in can change.
bool is_about_now(GuardFailure failure) {
    switch (failure) {
        case GuardFailure::not_an_event:
        case GuardFailure::wrong_state:
        case GuardFailure::hub_only:
        case GuardFailure::too_many:
        case GuardFailure::unknown_actor:
        case GuardFailure::no_post:
        case GuardFailure::not_home_station:
        case GuardFailure::not_lead_unit:
        case GuardFailure::not_handling_unit:
        case GuardFailure::handler_visits:
        case GuardFailure::handler_reviews:
        case GuardFailure::lead_fixed:
        case GuardFailure::return_too_late:
        case GuardFailure::returns_used_up:
        case GuardFailure::extension_pending:
        case GuardFailure::no_extension_asked:
        case GuardFailure::already_dispatched:
        case GuardFailure::not_proposed:
        case GuardFailure::read_only:
        case GuardFailure::not_on_watch:
        case GuardFailure::not_the_owner:
        case GuardFailure::on_watch:
        case GuardFailure::instruction_open:
        case GuardFailure::no_visit:
        case GuardFailure::not_dissatisfied:
        case GuardFailure::no_co_task:
        case GuardFailure::reopen_too_late: return true;
        default: return false;
    }
}

/// Who acts, rather than when: what a person without any act is told.
bool is_about_person(GuardFailure failure) {
    return failure == GuardFailure::unknown_actor || failure == GuardFailure::no_post ||
           failure == GuardFailure::not_home_station || failure == GuardFailure::not_lead_unit ||
           failure == GuardFailure::not_handling_unit;
}

}  // namespace

std::optional<GuardFailure> kept_from(CommandContext& context, const OrderView& order,
                                      const std::string& person, EventKind kind) {
    const OrderFacts& facts = context.replica.facts();
    schema::WorkOrderEvent event;
    event.kind = kind;
    event.actor = person;
    event.recorded_at = context.environment.now_ms();
    event.happened_at = event.recorded_at;
    event.at_hub = context.replica.profile().role == Profile::Role::hub;
    const auto refused =
        schema::may(order.state, event, facts.staff(), facts.settings().at(event.recorded_at));
    if (!refused || !is_about_now(*refused)) return std::nullopt;
    return refused;
}

json::object acts_of(CommandContext& context, const json::object& args, const std::string& person,
                     Roles roles) {
    const schema::RecordId id = require_appeal(context, std::string{args.at("id").as_string()});
    const auto order = context.replica.order(id);
    if (!order) throw Failure{Error::record_not_found};
    json::array acts;
    json::value why = nullptr;
    std::set<EventKind> seen;
    for (const OrderVerb& verb : order_acts()) {
        if (!may_act(roles, verb.kind) || !seen.insert(verb.kind).second) continue;
        if (schema::find_transition(verb.kind, order->state.main) == nullptr) continue;
        const auto refused = kept_from(context, *order, person, verb.kind);
        const bool nothing_asked =
            verb.kind == EventKind::instruction_done && order->state.instructions.empty();
        if (!nothing_asked && !refused) {
            acts.push_back(json::string(schema::name_of(verb.kind)));
        } else if (refused && is_about_person(*refused) && why.is_null()) {
            why = json::string(schema::guard_text(*refused).name);
        }
    }
    return {{"id", args.at("id")}, {"acts", std::move(acts)}, {"why", std::move(why)}};
}

}  // namespace jiuying::node
