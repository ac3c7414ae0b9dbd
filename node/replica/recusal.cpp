// Recusal (A29): whoever belongs to the unit that an appeal is about does not see it, until it is
// released.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"

#include <utility>

namespace jiuying::node {

Replica::Reading::Reading(Replica& replica, std::string person)
    : replica_(replica), before_(std::exchange(replica.state_->reader, std::move(person))) {}

Replica::Reading::~Reading() { replica_.state_->reader = std::move(before_); }

bool Replica::State::reads_for(const std::string& unit) {
    constexpr int takeovers_max = 8;  // A register with a circle in it must not hold us up.
    if (!reader) return false;
    const std::int64_t now = environment.now_ms();
    const OrderFacts& known = facts();
    std::string readers_unit{known.staff().unit_of(*reader, now)};
    if (readers_unit.empty() && !is_hub())
        readers_unit = known.unit_of_station(profile.station_code);
    if (readers_unit.empty()) return false;
    std::string about = unit;
    for (int hop = 0; hop < takeovers_max && !about.empty(); ++hop) {
        if (readers_unit == about) return true;
        if (known.staff().is_active(about, now)) return false;
        about = known.staff().successor_of(about);
    }
    return false;
}

bool Replica::State::hidden(const LoadedRecord& appeal) {
    if (!reader || appeal.state.entity != schema::EntityId::appeal) return false;
    const std::string unit = text_in(appeal, schema::appeal::subject_unit);
    if (unit.empty()) return false;
    const auto* released = schema::number_of(shown_in(appeal, schema::appeal::subject_released));
    if (released != nullptr && *released != 0) return false;
    return reads_for(unit);
}

bool Replica::State::hidden(const schema::RecordId& appeal) {
    if (!reader) return false;
    const schema::Entity* kind = store.stored_entity(schema::EntityId::appeal);
    const auto name = kind == nullptr ? std::nullopt : store.find_name(appeal, *kind);
    const LoadedRecord* record = name ? store.find(*name) : nullptr;
    return record != nullptr && hidden(*record);
}

std::set<RecordKey> Replica::State::hidden_appeals() {
    std::set<RecordKey> hidden_ones;
    if (!reader) return hidden_ones;
    std::map<std::string, std::vector<RecordKey>> about;
    store.database()
        .statement(
            "SELECT rid, subject_unit FROM appeal WHERE subject_unit IS NOT NULL "
            "AND coalesce(subject_released, 0) = 0")
        .each<RecordKey, std::string>(
            [&](RecordKey key, const std::string& unit) { about[unit].push_back(key); });
    for (const auto& [unit, keys] : about) {
        if (!unit.empty() && reads_for(unit)) hidden_ones.insert(keys.begin(), keys.end());
    }
    return hidden_ones;
}

}  // namespace jiuying::node
