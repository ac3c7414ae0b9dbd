// The words of the page that the registry and the life cycle know: one source for labels on paper,
// on the terminal and on the page.
#include "node/cli/notice_words.hpp"
#include "node/cli/order_acts.hpp"
#include "node/commands/choice_words.hpp"
#include "node/http/api.hpp"
#include "schema/registry.hpp"
#include "schema/workflow_guards.hpp"
#include "schema/workflow_state.hpp"
#include "schema/workflow_table.hpp"
#include "schema/workflow_words.hpp"

namespace jiuying::node {
namespace {

json::object wording_json(std::string_view zh, std::string_view en) {
    return {{"zh", zh}, {"en", en}};
}

std::string_view kind_name(schema::Kind kind) {
    switch (kind) {
        case schema::Kind::text: return "text";
        case schema::Kind::number: return "number";
        case schema::Kind::boolean: return "boolean";
        case schema::Kind::choice: return "choice";
        case schema::Kind::time: return "time";
        case schema::Kind::set: return "set";
        default: return "id";
    }
}

/// Identifiers are English already, but for their underscores.
std::string english_of(std::string_view choice) {
    std::string words{choice};
    for (char& letter : words) {
        if (letter == '_') letter = ' ';
    }
    return words;
}

json::object field_json(const schema::Field& field) {
    json::object shown{{"zh", field.zh},
                       {"en", field.en},
                       {"kind", kind_name(field.kind)},
                       {"personal", field.privacy == schema::Privacy::personal}};
    if (field.max != 0) shown["max"] = field.max;
    if (field.choices.empty()) return shown;
    json::array choices;
    for (const std::string_view choice : field.choices) {
        json::object one = wording_json(word_for(choice), english_of(choice));
        one["name"] = choice;
        choices.push_back(std::move(one));
    }
    shown["choices"] = std::move(choices);
    return shown;
}

json::array acts_json() {
    json::array acts;
    for (const OrderVerb& verb : order_acts()) {
        json::object act = wording_json(verb.about.zh, verb.about.en);
        act["kind"] = schema::name_of(verb.kind);
        json::array from;
        for (int state = 0; state <= int(schema::MainState::voided); ++state) {
            const auto main = static_cast<schema::MainState>(state);
            if (schema::find_transition(verb.kind, main) != nullptr) {
                from.push_back(json::string(schema::name_of(main)));
            }
        }
        act["from"] = std::move(from);
        json::array facts;
        std::string_view rest = verb.facts;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            const FactOption& fact = fact_option(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            json::object shown = wording_json(fact.about.zh, fact.about.en);
            shown["field"] = fact.field;
            shown["switch"] = fact.value.empty();
            facts.push_back(std::move(shown));
        }
        act["facts"] = std::move(facts);
        acts.push_back(std::move(act));
    }
    return acts;
}

/// What happened, and what to do next.
json::object two_sentences(std::string_view zh, std::string_view next_zh, std::string_view en,
                           std::string_view next_en) {
    const auto joined = [](std::string_view first, std::string_view second, std::string_view stop) {
        std::string both{first};
        if (!both.empty() && !both.ends_with(stop)) both.append(stop);
        return both.append(stop == "." ? " " : "").append(second);
    };
    return wording_json(joined(zh, next_zh, "。"), joined(en, next_en, "."));
}

/// Why the hub sent something back.
json::object sent_back_json() {
    json::object reasons;
    for (const auto& [entity, field] :
         {std::pair{schema::EntityId::notice, schema::notice::reason},
          std::pair{schema::EntityId::rejection, schema::rejection::reason}}) {
        const auto& kind = *schema::find_entity(schema::registry(), entity);
        for (const std::string_view name : schema::find_field(kind, field)->choices) {
            const NoticeWording& words = notice_wording(name);
            reasons[name] = two_sentences(words.zh, words.next_zh, words.en, words.next_en);
        }
    }
    return reasons;
}

/// Why an event was not accepted.
json::object guards_json() {
    json::object guards;
    for (int failure = 0; failure <= int(schema::GuardFailure::last_of_list); ++failure) {
        const auto& words = schema::guard_text(static_cast<schema::GuardFailure>(failure));
        guards[words.name] =
            two_sentences(words.what_zh, words.next_zh, words.what_en, words.next_en);
    }
    return guards;
}

}  // namespace

json::object page_words() {
    json::object entities;
    for (const schema::EntityId id :
         {schema::EntityId::appeal, schema::EntityId::work_order_event, schema::EntityId::meeting,
          schema::EntityId::enterprise, schema::EntityId::note, schema::EntityId::region,
          schema::EntityId::unit, schema::EntityId::staff, schema::EntityId::category,
          schema::EntityId::delegation, schema::EntityId::dispatch_rule,
          schema::EntityId::contact_log, schema::EntityId::hard_case}) {
        const schema::Entity& entity = *schema::find_entity(schema::registry(), id);
        json::object fields;
        for (const schema::Field& field : entity.fields) fields[field.name] = field_json(field);
        entities[entity.name] = std::move(fields);
    }
    json::object states;
    for (int state = 0; state <= int(schema::MainState::voided); ++state) {
        const auto main = static_cast<schema::MainState>(state);
        const schema::Wording words = schema::wording(main);
        states[schema::name_of(main)] = wording_json(words.zh, words.en);
    }
    json::object events;
    for (int kind = 1; kind <= int(schema::EventKind::last_of_list); ++kind) {
        const auto event = static_cast<schema::EventKind>(kind);
        const schema::Wording words = schema::wording(event);
        events[schema::name_of(event)] = wording_json(words.zh, words.en);
    }
    json::object roles_json;
    for (const RoleEntry& role : role_entries()) {
        roles_json[role.name] = wording_json(role.words.zh, role.words.en);
    }
    json::array reasons;
    for (const RevealReason& reason : reveal_reasons()) {
        json::object one = wording_json(reason.words.zh, reason.words.en);
        one["name"] = reason.name;
        reasons.push_back(std::move(one));
    }
    return {{"fields", std::move(entities)},  {"states", std::move(states)},
            {"events", std::move(events)},    {"acts", acts_json()},
            {"roles", std::move(roles_json)}, {"sent_back", sent_back_json()},
            {"guards", guards_json()},        {"reveal_reasons", std::move(reasons)}};
}

}  // namespace jiuying::node
