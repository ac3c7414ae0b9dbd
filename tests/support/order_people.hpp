/// A hub and a station with people who may act on orders, for tests of replicas.
#pragma once

#include "tests/support/nodes.hpp"

#include <map>
#include <optional>
#include <string>

namespace jiuying::tests {

/// The hub has a dispatcher (PD1), a visitor (HF1), a replier (HD1), a supervisor (DB1) and a
/// leader (LD1); the station SHG01 a worker (W1); unit JS works at the hub's desk (J1); unit OLD is
/// retired.
struct OrderTown {
    explicit OrderTown(const TempFolder& folder);

    /// Acts and expects it to be done.
    void at_hub(const std::string& actor, const schema::RecordId& order,
                const schema::WorkOrderEvent& event);
    void at_station(const std::string& actor, const schema::RecordId& order,
                    const schema::WorkOrderEvent& event);
    /// Which guard refuses it; nothing if it was done.
    [[nodiscard]] std::optional<schema::GuardFailure> refused_at_hub(
        const std::string& actor, const schema::RecordId& order,
        const schema::WorkOrderEvent& event);
    [[nodiscard]] std::optional<schema::GuardFailure> refused_at_station(
        const std::string& actor, const schema::RecordId& order,
        const schema::WorkOrderEvent& event);
    [[nodiscard]] schema::RecordId person(const std::string& code) const { return people.at(code); }

    TestNode hub;
    TestNode station;
    std::map<std::string, schema::RecordId> people;
};

[[nodiscard]] schema::WorkOrderEvent triaged();
[[nodiscard]] schema::WorkOrderEvent dispatched(const std::string& unit);
[[nodiscard]] schema::WorkOrderEvent contacted();
[[nodiscard]] schema::WorkOrderEvent replied();

}  // namespace jiuying::tests
