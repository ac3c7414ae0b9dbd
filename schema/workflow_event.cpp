#include "schema/workflow_event.hpp"

#include "schema/appeal_rules.hpp"
#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::schema {
namespace {

namespace field = work_order_event;

const Entity& event_entity() {
    static const Entity* const entity = find_entity(registry(), EntityId::work_order_event);
    JY_ASSERT(entity != nullptr);
    return *entity;
}

std::string_view choice_of(FieldId id, std::uint8_t number) {
    const Field* spec = find_field(event_entity(), id);
    JY_ASSERT(spec != nullptr);
    return choice_name(*spec, number);
}

/// Collects what was said; the first value out of bounds stops it.
class Writing {
public:
    void text(FieldId id, const std::string& value) {
        if (!value.empty()) put(id, value);
    }
    void number(FieldId id, std::int64_t value) { put(id, value); }
    template <class Choice>
    void choice(FieldId id, Choice value) {
        if (static_cast<std::uint8_t>(value) != 0) put(id, static_cast<std::int64_t>(value));
    }
    void truth(FieldId id, const std::optional<bool>& value) {
        if (value) put(id, std::int64_t{*value ? 1 : 0});
    }
    Result<std::vector<EventField>> take() {
        if (failure_) return *failure_;
        return std::move(fields_);
    }
    void fail(Errc why) {
        if (!failure_) failure_ = why;
    }

private:
    void put(FieldId id, Value value) {
        const Field* spec = find_field(event_entity(), id);
        JY_ASSERT(spec != nullptr);
        if (const auto checked = check_value(*spec, value); !checked) return fail(checked.error());
        fields_.push_back({id, std::move(value)});
    }

    std::vector<EventField> fields_;
    std::optional<Errc> failure_;
};

/// One text, its parts divided by commas: an event's fields are written once and never merge, so
/// they need no set.
void write_co_units(Writing& writing, const std::vector<std::string>& units) {
    std::string joined;
    for (const std::string& unit : units) {
        if (unit.empty() || unit.find(',') != std::string::npos) writing.fail(Errc::malformed);
        joined.append(joined.empty() ? "" : ",").append(unit);
    }
    if (units.size() > WorkOrderEvent::co_units_max) writing.fail(Errc::out_of_bounds);
    writing.text(field::co_units, joined);
}

std::vector<std::string> split_co_units(std::string_view joined) {
    std::vector<std::string> units;
    while (!joined.empty() && units.size() < WorkOrderEvent::co_units_max) {
        const std::size_t comma = std::min(joined.find(','), joined.size());
        if (comma != 0) units.emplace_back(joined.substr(0, comma));
        joined.remove_prefix(std::min(comma + 1, joined.size()));
    }
    return units;
}

std::string* text_fact(WorkOrderEvent& event, FieldId id) {
    switch (id) {
        case field::detail: return &event.words;
        case field::unit: return &event.unit;
        case field::person: return &event.person;
        case field::reason: return &event.reason;
        case field::basis: return &event.basis;
        case field::answer: return &event.answer;
        case field::category: return &event.category;
        case field::policy: return &event.policy;
        default: return nullptr;
    }
}

void read_text(WorkOrderEvent& event, FieldId id, const std::string& text) {
    if (std::string* fact = text_fact(event, id)) {
        // Spaces say nothing: whoever asks for a text asks for one that can be read.
        *fact = is_blank(text) ? std::string{} : text;
    } else if (id == field::intake) {
        event.intake = read_intake_facts(text);
    } else if (id == field::co_units) {
        event.co_units = split_co_units(text);
    } else if (id == field::target) {
        RecordId target;
        std::ranges::copy(text, target.bytes.begin());
        event.target = target;
    }
}

void read_number(WorkOrderEvent& event, FieldId id, std::int64_t number) {
    const auto small = static_cast<std::uint8_t>(number);
    switch (id) {
        case field::kind: event.kind = EventKind{small}; break;
        case field::happened_at: event.happened_at = number; break;
        case field::due_at: event.due_at = number; break;
        case field::method: event.method = ContactMethod{small}; break;
        case field::reached: event.reached = number != 0; break;
        case field::solved: event.solved = number != 0; break;
        case field::grade: event.grade = Grade{small}; break;
        case field::ground: event.ground = Ground{small}; break;
        case field::told: event.told = number != 0; break;
        case field::level: event.level = small; break;
        case field::post: event.post = Post{small}; break;
        case field::ruling: event.ruling = Ruling{small}; break;
        case field::type: event.type = AppealType{small}; break;
        case field::complexity: event.complexity = Complexity{small}; break;
        default: break;
    }
}

}  // namespace

Result<std::vector<EventField>> fields_of(const WorkOrderEvent& event) {
    Writing writing;
    writing.choice(field::kind, event.kind);
    if (event.happened_at != event.recorded_at) {
        writing.number(field::happened_at, event.happened_at);
    }
    writing.text(field::detail, event.words);
    writing.text(field::unit, event.unit);
    write_co_units(writing, event.co_units);
    writing.text(field::person, event.person);
    writing.text(field::reason, event.reason);
    writing.text(field::basis, event.basis);
    writing.text(field::answer, event.answer);
    if (event.due_at) writing.number(field::due_at, *event.due_at);
    if (event.target) {
        writing.text(field::target, {event.target->bytes.begin(), event.target->bytes.end()});
    }
    writing.choice(field::method, event.method);
    writing.truth(field::reached, event.reached);
    writing.truth(field::solved, event.solved);
    writing.choice(field::grade, event.grade);
    writing.choice(field::ground, event.ground);
    if (event.told) writing.number(field::told, 1);
    if (event.level != 0) writing.number(field::level, event.level);
    writing.choice(field::post, event.post);
    writing.choice(field::ruling, event.ruling);
    writing.choice(field::type, event.type);
    writing.choice(field::complexity, event.complexity);
    writing.text(field::category, event.category);
    writing.text(field::policy, event.policy);
    if (event.intake) writing.text(field::intake, text_of(*event.intake));
    return writing.take();
}

Result<void> read_field(WorkOrderEvent& event, FieldId field, const Value& value) {
    const Field* spec = find_field(event_entity(), field);
    if (spec == nullptr || empty(value)) return {};
    if (const auto checked = check_value(*spec, value); !checked) {
        // A choice that only a newer program has: the fact counts as not given.
        const bool newer = spec->kind == Kind::choice && number_of(value) != nullptr;
        if (newer) return {};
        return checked.error();
    }
    if (const std::string* text = text_of(value)) {
        read_text(event, field, *text);
    } else {
        read_number(event, field, *number_of(value));
    }
    return {};
}

std::string_view name_of(EventKind kind) {
    const auto name = choice_of(field::kind, static_cast<std::uint8_t>(kind));
    return name.empty() ? "unknown" : name;
}

std::string_view name_of(Post post) {
    return choice_of(field::post, static_cast<std::uint8_t>(post));
}

EventKind event_kind(std::string_view name) {
    const std::int64_t number = choice_number(*find_field(event_entity(), field::kind), name);
    return EventKind{static_cast<std::uint8_t>(number)};
}

}  // namespace jiuying::schema
