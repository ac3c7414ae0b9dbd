#include "tests/support/order_people.hpp"

#include "schema/assert.hpp"

namespace jiuying::tests {
namespace {

schema::RecordId add(TestNode& hub, schema::EntityId entity, std::vector<node::FieldValue> values) {
    node::Draft draft;
    draft.actor = "admin";
    draft.records.push_back({entity, std::move(values)});
    const auto committed = hub->commit(draft);
    JY_ASSERT(committed.has_value());
    return committed->records.front();
}

std::optional<schema::GuardFailure> act(TestNode& node, const std::string& actor,
                                        const schema::RecordId& order,
                                        const schema::WorkOrderEvent& event) {
    node.environment->now += 1000;
    const auto acted = node->act(actor, order, event);
    JY_ASSERT(acted.has_value());
    return acted->refused;
}

}  // namespace

OrderTown::OrderTown(const TempFolder& folder)
    : hub(make_hub(folder)), station(make_station(folder, hub, "SHG01")) {
    using namespace schema;
    add(hub, EntityId::unit, {{unit::code, std::string("SHG01")}});
    add(hub, EntityId::unit, {{unit::code, std::string("JS")}});
    add(hub, EntityId::unit, {{unit::code, std::string("OLD")}, {unit::active, std::int64_t{0}}});
    const auto person = [&](const char* code, const char* of_unit, const char* posts) {
        people[code] = add(hub, EntityId::staff,
                           {{staff::code, std::string(code)},
                            {staff::unit, std::string(of_unit)},
                            {staff::posts, std::string(posts)}});
    };
    person("PD1", "QZX", "派单岗");
    person("HF1", "QZX", "回访岗");
    person("HD1", "QZX", "replier");
    person("DB1", "QZX", "supervisor");
    person("LD1", "QZX", "领导");
    person("W1", "SHG01", "登记岗、回访岗");
    person("J1", "JS", "");
    station.environment->now = hub.environment->now;
}

void OrderTown::at_hub(const std::string& actor, const schema::RecordId& order,
                       const schema::WorkOrderEvent& event) {
    const auto refused = refused_at_hub(actor, order, event);
    JY_ASSERT(!refused);
}
void OrderTown::at_station(const std::string& actor, const schema::RecordId& order,
                           const schema::WorkOrderEvent& event) {
    const auto refused = refused_at_station(actor, order, event);
    JY_ASSERT(!refused);
}
std::optional<schema::GuardFailure> OrderTown::refused_at_hub(const std::string& actor,
                                                              const schema::RecordId& order,
                                                              const schema::WorkOrderEvent& event) {
    return act(hub, actor, order, event);
}
std::optional<schema::GuardFailure> OrderTown::refused_at_station(
    const std::string& actor, const schema::RecordId& order, const schema::WorkOrderEvent& event) {
    return act(station, actor, order, event);
}

schema::WorkOrderEvent triaged() {
    schema::WorkOrderEvent event;
    event.kind = schema::EventKind::triaged;
    event.type = schema::AppealType::complaint;
    event.complexity = schema::Complexity::simple;
    return event;
}

schema::WorkOrderEvent dispatched(const std::string& unit) {
    schema::WorkOrderEvent event;
    event.kind = schema::EventKind::dispatched;
    event.unit = unit;
    return event;
}

schema::WorkOrderEvent contacted() {
    schema::WorkOrderEvent event;
    event.kind = schema::EventKind::first_contact;
    event.method = schema::ContactMethod::phone;
    event.reached = true;
    return event;
}

schema::WorkOrderEvent replied() {
    schema::WorkOrderEvent event;
    event.kind = schema::EventKind::replied;
    event.answer = "已经换了灯泡";
    event.solved = true;
    return event;
}

}  // namespace jiuying::tests
