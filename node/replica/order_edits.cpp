// Changes of an appeal's own fields by people: whose they are, and when they are a step of the
// order. Domain B2, "who wins"; docs/decisions/0024.
#include "node/replica/order_desk.hpp"
#include "node/replica/shown.hpp"
#include "schema/appeal_rules.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::FieldRole;
using schema::IntakeFacts;
using schema::Value;

std::string text_of(const Value& value) {
    const std::string* text = schema::text_of(value);
    return text == nullptr ? std::string{} : *text;
}

std::int64_t number_of(const Value& value) {
    const std::int64_t* number = schema::number_of(value);
    return number == nullptr ? 0 : *number;
}

bool has(const std::vector<FieldValue>& values, FieldRole role) {
    return std::ranges::any_of(
        values, [&](const FieldValue& value) { return schema::role_of(value.field) == role; });
}

/// As is_of_enterprise(), of what the appeal will say.
bool is_enterprise_after(const std::vector<FieldValue>& values, const LoadedRecord& appeal) {
    const auto after = [&](schema::FieldId field) -> const Value& {
        const auto given = std::ranges::find(values, field, &FieldValue::field);
        return given == values.end() ? shown_in(appeal, field) : given->value;
    };
    return number_of(after(schema::appeal::requester_kind)) == enterprise_kind ||
           !schema::empty(after(schema::appeal::enterprise)) ||
           !schema::empty(after(schema::appeal::uscc));
}

/// Of the facts by which steps are judged, those that \p values say.
IntakeFacts facts_in(const std::vector<FieldValue>& values, const LoadedRecord& appeal) {
    using namespace schema::appeal;
    IntakeFacts facts;
    for (const FieldValue& given : values) {
        switch (given.field) {
            case type:
                facts.type = schema::AppealType{static_cast<std::uint8_t>(number_of(given.value))};
                break;
            case category: facts.category = text_of(given.value); break;
            case region: facts.region = text_of(given.value); break;
            case subject_unit: facts.subject_unit = text_of(given.value); break;
            case ext_due_at: facts.ext_due_at = number_of(given.value); break;
            case anonymous: facts.anonymous = number_of(given.value) != 0; break;
            case phone: facts.has_phone = !text_of(given.value).empty(); break;
            case leader_source: facts.from_leader = !text_of(given.value).empty(); break;
            case requester_kind:
            case enterprise:
            case uscc: facts.enterprise = is_enterprise_after(values, appeal); break;
            default: break;
        }
    }
    return facts;
}

}  // namespace

Result<EditedAppeal> Replica::edit_appeal(const std::string& actor, const schema::RecordId& id,
                                          AppealEdit edit) {
    State& state = *state_;
    return state.writing([&]() -> Result<EditedAppeal> {
        const auto order = state.read_order(id);
        if (!order || state.hidden(id)) return Errc::not_found;
        schema::WorkOrderEvent event;
        event.kind = schema::EventKind::facts_corrected;
        event.reason = edit.reason;
        event.words = edit.words;
        event.happened_at = edit.happened_at;
        State::OrderDesk desk{state};
        desk.sign(event, actor);
        const OrderFacts& facts = state.facts();
        EditedAppeal edited;
        const bool corrects = has(edit.values, FieldRole::fact);
        const bool contact_only = !corrects && !has(edit.values, FieldRole::upkeep);
        edited.refused =
            schema::may_edit(order->state, actor, event.recorded_at, contact_only, facts.staff());
        if (edited.refused) return edited;
        LoadedRecord* appeal = state.find_appeal(id);
        if (appeal == nullptr) return Errc::not_found;
        if (!corrects || !order->state.facts_fixed) {
            Result<Committed> committed = state.write({actor, {}, {{id, std::move(edit.values)}}});
            if (!committed) return committed.error();
            edited.txn = committed->txn;
            return edited;
        }
        event.intake = facts_in(edit.values, *appeal);
        edited.refused =
            schema::may(order->state, event, facts.staff(), facts.settings().at(event.recorded_at));
        if (edited.refused) return edited;
        // The same value again is a word on it, too: it settles what came in late.
        for (FieldValue& value : edit.values) {
            const schema::Field* field = schema::find_field(*appeal->entity, value.field);
            if (field == nullptr) return Errc::unknown_field;
            if (field->merge == schema::Merge::set) continue;
            value.bases =
                sync::bases_for(appeal->state, value.field, field->merge, state.store.authors());
        }
        const Result<Acted> acted = desk.write(*order, id, event, {{id, std::move(edit.values)}});
        if (!acted) return acted.error();
        edited.txn = acted->txn;
        edited.step = true;
        return edited;
    });
}

}  // namespace jiuying::node
