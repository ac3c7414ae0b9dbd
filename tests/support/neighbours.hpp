/// Three stations of one district, with units and people of their own, and an order of one of them
/// that another works on.
#pragma once

#include "tests/support/forger.hpp"
#include "tests/support/order_people.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace jiuying::tests {

inline std::string bytes_of(const schema::RecordId& id) {
    return {id.bytes.begin(), id.bytes.end()};
}

inline schema::WorkOrderEvent only(schema::EventKind kind) {
    schema::WorkOrderEvent event;
    event.kind = kind;
    return event;
}

inline schema::WorkOrderEvent given_to(const std::string& unit) {
    schema::WorkOrderEvent event = dispatched(unit);
    event.kind = schema::EventKind::reassigned;
    event.reason = "wrong_unit";
    return event;
}

/// The town's station SHG01 is the home; SXZ01 works on its orders, BDZ01 has no part in them.
struct Neighbours : OrderTown {
    explicit Neighbours(const TempFolder& folder)
        : OrderTown(folder),
          other(make_station(folder, hub, "SXZ01")),
          third(make_station(folder, hub, "BDZ01")) {
        using namespace schema;
        for (const char* code : {"SXZ01", "BDZ01"}) {
            node::Draft draft;
            draft.actor = "admin";
            draft.records.push_back(
                {EntityId::unit,
                 {{unit::code, std::string(code)}, {unit::station, std::string(code)}}});
            REQUIRE(hub->commit(draft).has_value());
            node::Draft person;
            person.actor = "admin";
            person.records.push_back({EntityId::staff,
                                      {{staff::code, std::string(code).substr(0, 2) + "1"},
                                       {staff::unit, std::string(code)}}});
            REQUIRE(hub->commit(person).has_value());
        }
        for (TestNode* node : all()) node->environment->now = hub.environment->now;
    }
    [[nodiscard]] std::vector<TestNode*> all() { return {&station, &other, &third}; }

    /// All have what the others have for them.
    void settle() {
        for (int round = 0; round < 3; ++round) {
            for (TestNode* node : all()) REQUIRE(exchange(*node, hub));
        }
    }
    schema::RecordId shared_order() {
        const auto id = add_appeal(station, "路灯不亮", "村口路灯坏了", "19900000001");
        settle();
        at_hub("PD1", id, triaged());
        at_hub("PD1", id, dispatched("SXZ01"));
        settle();
        return id;
    }
    /// Signs for it at SXZ01.
    void sign(const schema::RecordId& id) {
        other.environment->now += 1000;
        const auto acted = other->act("SX1", id, only(schema::EventKind::signed_for));
        REQUIRE(acted.has_value());
        REQUIRE_FALSE(acted->refused);
    }
    void check_equal() {
        for (TestNode* node : all()) {
            const schema::ScopeId& scope = (*node)->profile().scope;
            CHECK((*node)->digest(scope).digest == hub->digest(scope).digest);
            CHECK((*node)->digest(scope).records == hub->digest(scope).records);
            CHECK((*node)->digest(scope).heads == hub->digest(scope).heads);
        }
    }
    void check_sound(const TempFolder& folder) {
        CHECK(problems_of(hub, folder).empty());
        for (TestNode* node : all()) CHECK(problems_of(*node, folder).empty());
    }

    TestNode other;
    TestNode third;
};

}  // namespace jiuying::tests
