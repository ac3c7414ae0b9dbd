/// A district for stories of old copies, sticks and broken disks, in which nothing fails by itself
/// and every save is expected to succeed.
#pragma once

#include "tests/sim/stick.hpp"
#include "tests/sim/world.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <set>
#include <string>

namespace jiuying::sim {

struct Town {
    /// All stations joined, over the network.
    explicit Town(std::size_t stations = 1, std::uint64_t seed = 11) : world(seed, stations) {
        world.after_open = [](SimNode& node) { node->begin_service(); };
        for (std::size_t i = 0; i < stations; ++i) REQUIRE(sync(world.station(i)));
    }

    SimNode& hub() { return world.hub(); }
    SimNode& station(std::size_t at = 0) { return world.station(at); }

    schema::RecordId write(SimNode& node, const std::string& title) {
        world.run_for(second);
        const auto done = node->register_appeal(
            "W1", {{schema::appeal::type, std::int64_t{3}}, {schema::appeal::title, title}});
        REQUIRE(done.has_value());
        return done->records.front();
    }
    void edit(SimNode& node, const schema::RecordId& id, schema::FieldId field,
              const std::string& value) {
        world.run_for(second);
        node::Draft draft;
        draft.actor = "W2";
        draft.edits.push_back({id, {{field, value}}});
        REQUIRE(node->commit(draft).has_value());
    }
    std::string shown(SimNode& node, const schema::RecordId& id, schema::FieldId field) {
        const auto view = node->show(id, false);
        const schema::Value* value = view ? view->find(field) : nullptr;
        const std::string* text = value == nullptr ? nullptr : schema::text_of(*value);
        return text == nullptr ? std::string() : *text;
    }
    std::multiset<std::string> titles(SimNode& node) {
        std::multiset<std::string> all;
        node::AppealFilter filter;
        filter.limit = 100'000;
        for (const auto& row : node->list(filter).rows) all.insert(row.title);
        return all;
    }

    bool sync(SimNode& station, const Weather& weather = {}) {
        if (!world.dial(station, weather)) return false;
        world.run_until_quiet();
        return world.last_close(station) == sync::CloseReason::done;
    }
    Stick stick(SimNode& from, SimNode& station) {
        world.run_for(second);
        auto made = write_stick(*from.replica, from.environment, station.profile.station_code);
        REQUIRE(made);
        return *std::move(made);
    }
    /// A stick there, and one back with the receipt.
    void carry_both_ways(SimNode& station) {
        REQUIRE(read_stick(*hub().replica, stick(station, station)));
        REQUIRE(read_stick(*station.replica, stick(hub(), station)));
    }

    std::unique_ptr<test::FaultDisk> copy_of(SimNode& node) {
        node.disk.settle();
        return node.disk.durable_copy();
    }
    void put_back(SimNode& node, const test::FaultDisk& copy, bool noticed = false) {
        world.bury(node, World::Death::process);
        node.disk.become(copy);
        if (noticed) ++node.environment.identity[0];
        world.open(node);
        REQUIRE(node.up());
    }
    /// Unnoticed, after a copy that was noticed had taken that place.
    void put_back_to_its_place(SimNode& node, const test::FaultDisk& copy) {
        --node.environment.identity[0];
        put_back(node, copy);
    }

    /// Everything has a receipt, both sides show the same, and the tables are what the logs say.
    void expect_agreement() {
        for (std::size_t i = 0; i < world.stations(); ++i) {
            SimNode& one = world.station(i);
            INFO(one.code);
            const auto scope = one.profile.scope;
            CHECK(one->digest(scope).digest == hub()->digest(scope).digest);
            CHECK(one->status().unsent == 0);
            CHECK_FALSE(one->status().diverged);
            for (const auto& row : one->list({}).rows) CHECK(row.delivered);
        }
        for (const auto& node : world.nodes()) {
            for (const auto& problem : (*node)->verify("scratch.db").problems) {
                FAIL_CHECK(node->code << ": " << problem.text);
            }
        }
    }
    /// After at most three exchanges of each.
    void agree() {
        for (int round = 0; round < 3; ++round) {
            for (std::size_t i = 0; i < world.stations(); ++i) {
                const bool done = sync(world.station(i));
                // The first may find that the hub lost more than it can say, and ends.
                if (round != 0) REQUIRE(done);
            }
        }
        expect_agreement();
    }
    /// That the hub told apart.
    std::size_t second_chains() {
        std::size_t count = 0;
        for (const auto& notice : hub()->all(schema::EntityId::chain_notice, 1000)) {
            if (notice.find(schema::chain_notice::epoch) != nullptr) ++count;
        }
        return count;
    }
    std::size_t rejections() { return hub()->all(schema::EntityId::rejection, 1000).size(); }
    std::size_t alarms(SimNode& node) { return node->all(schema::EntityId::alarm, 1000).size(); }

    World world;
};

}  // namespace jiuying::sim
