#include "node/replica/order_facts.hpp"

#include "node/replica/fact_values.hpp"
#include "schema/staff_posts.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Period;
using Values = std::map<schema::FieldId, schema::Value>;
using facts::number_in;
using facts::text_in;
using facts::within;

bool is_inactive(const Values& values, schema::FieldId active) {
    return number_in(values, active).value_or(1) == 0;
}

}  // namespace

std::string OrderFacts::unit_of_station(const std::string& code) const {
    const auto at = units_.find(code);
    return at == units_.end() ? code : at->second;
}

std::string OrderFacts::station_of(const schema::ScopeId& scope) const {
    const auto at = stations_.find(scope);
    return at == stations_.end() ? std::string() : at->second;
}

std::string OrderFacts::station_of_machine(const schema::NodeId& machine) const {
    const auto at = machines_.find(machine);
    return at == machines_.end() ? std::string() : at->second;
}

std::optional<schema::ScopeId> OrderFacts::scope_of_unit(std::string unit, std::int64_t now) const {
    constexpr int takeovers_max = 8;
    for (int hop = 0; hop < takeovers_max && !staff_.is_active(unit, now); ++hop) {
        const std::string_view next = staff_.successor_of(unit);
        if (next.empty()) break;
        unit = std::string(next);
    }
    const auto at = unit_stations_.find(unit);
    const std::string& code = at == unit_stations_.end() ? unit : at->second;
    for (const auto& [scope, station] : stations_) {
        if (station == code && !code.empty()) return scope;
    }
    return std::nullopt;
}

bool OrderFacts::has_been_at(std::string unit, const schema::ScopeId& scope) const {
    const std::string code = station_of(scope);
    constexpr int takeovers_max = 8;
    for (int hop = 0; hop <= takeovers_max && !code.empty() && !unit.empty(); ++hop) {
        if (unit == code || ever_at_.contains({unit, code})) return true;
        unit = std::string(staff_.successor_of(unit));
    }
    return false;
}

void FactsReader::add(const sync::Transaction& tx) {
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        Record& record = records_[record_key(touched.name)];
        if (touched.created) {
            record.entity = touched.entity;
            record.id = touched.id;
        }
        for (const sync::Change& change : tx.changes) {
            if (change.record != i) continue;
            record.changes.push_back({tx.hlc, change.field, change.value});
        }
    }
}

void FactsReader::add(const sync::RecordState& standing) {
    Record& record = records_[record_key(standing.name)];
    record.entity = standing.entity;
    record.id = standing.id;
    for (const sync::FieldGraph& graph : standing.fields) {
        for (const sync::Version& version : graph.versions) {
            if ((version.flags & sync::Version::rejected) != 0) continue;
            record.changes.push_back({version.hlc, graph.id, version.value});
        }
    }
}

void FactsReader::emit_staff(const Values& values, Period period, OrderFacts& into) const {
    using namespace schema::staff;
    if (is_inactive(values, active)) return;
    const std::string person = text_in(values, code);
    if (person.empty()) return;
    const Period served = within(values, valid_from, valid_to, period);
    into.staff_.add_staff(person, text_in(values, unit), served);
    for (const schema::HeldPost& held : schema::read_posts(text_in(values, posts)).posts) {
        into.staff_.add_post(person, held.post, facts::both(held.period, served));
    }
}

void FactsReader::emit_unit(const Values& values, Period period, OrderFacts& into) const {
    using namespace schema::unit;
    const std::string own = text_in(values, code);
    if (own.empty()) return;
    // A retired unit is known for what took over from it, in no period of its own.
    Period used = within(values, valid_from, valid_to, period);
    if (is_inactive(values, active)) used = {0, 0};
    into.staff_.add_unit(own, used, text_in(values, successor));
    const std::string at_station = text_in(values, schema::unit::station);
    if (!at_station.empty()) into.ever_at_.emplace(own, at_station);
    const bool now = period.to == INT64_MAX && !at_station.empty();
    if (!now) return;
    into.units_.emplace(at_station, own);
    into.unit_stations_.emplace(own, at_station);
}

void FactsReader::emit(EntityId entity, const Values& values, Period period,
                       OrderFacts& into) const {
    switch (entity) {
        case EntityId::staff: emit_staff(values, period, into); break;
        case EntityId::unit: emit_unit(values, period, into); break;
        case EntityId::delegation: {
            using namespace schema::delegation;
            const Period held = within(values, valid_from, valid_to, period);
            into.staff_.add_delegation(text_in(values, unit), text_in(values, category), held);
            break;
        }
        case EntityId::station: {
            schema::ScopeId scope;
            const std::string bytes = text_in(values, schema::station::scope);
            if (bytes.size() != scope.bytes.size() || period.to != INT64_MAX) break;
            std::ranges::copy(bytes, scope.bytes.begin());
            into.stations_[scope] = text_in(values, schema::station::code);
            break;
        }
        default: emit_rule(entity, values, period, into); break;
    }
}

/// A station's record names the machine that joined last; its history names them all.
void FactsReader::read_machines(const Record& record, const Values& values, OrderFacts& into) {
    const std::string code = text_in(values, schema::station::code);
    for (const Change& change : record.changes) {
        const std::string* bytes = schema::text_of(change.value);
        schema::NodeId machine;
        const bool names = change.field == schema::station::node && bytes != nullptr &&
                           bytes->size() == machine.bytes.size();
        if (!names) continue;
        std::ranges::copy(*bytes, machine.bytes.begin());
        into.machines_[machine] = code;
    }
}

void FactsReader::read_history(Record& record, OrderFacts& into) {
    std::ranges::stable_sort(record.changes, {}, &Change::hlc);
    Values values;
    std::int64_t from = INT64_MIN;
    for (std::size_t i = 0; i < record.changes.size(); ++i) {
        const Change& change = record.changes[i];
        const auto at = static_cast<std::int64_t>(sync::wall_ms(change.hlc));
        const bool later = i > 0 && change.hlc != record.changes[i - 1].hlc;
        if (later && at > from) {
            emit(record.entity, values, {from, at}, into);
            from = at;
        }
        values[change.field] = change.value;
    }
    emit(record.entity, values, {from, INT64_MAX}, into);
    if (record.entity == EntityId::station) read_machines(record, values, into);
    read_rules(record, values, into);
}

std::unique_ptr<OrderFacts> FactsReader::finish() {
    auto facts = std::make_unique<OrderFacts>();
    // By id: where two records speak of one code, the older one counts, at every replica.
    std::vector<Record*> records;
    for (auto& [key, record] : records_) records.push_back(&record);
    std::ranges::sort(records, {}, [](const Record* record) { return record->id; });
    for (Record* record : records) {
        if (!record->changes.empty()) read_history(*record, *facts);
    }
    facts->staff_.sort();
    settle_rules(*facts);
    return facts;
}

}  // namespace jiuying::node
