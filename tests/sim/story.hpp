/// A district for small stories, in which nothing fails by itself.
#pragma once

#include "tests/sim/life.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace jiuying::sim {

struct Story {
    explicit Story(std::size_t stations = 2)
        : world(7, stations), desk(world, oracle), watch(world, oracle) {}

    bool sync(SimNode& station, const Weather& weather = {}) {
        if (!world.dial(station, weather)) return false;
        world.run_until_quiet();
        return world.last_close(station) == sync::CloseReason::done;
    }
    void restart(SimNode& node, World::Death death) {
        world.bury(node, death);
        world.open(node);
    }
    /// All promises, after three exchanges of every station.
    void judge() {
        for (int round = 0; round < 3; ++round) {
            for (std::size_t i = 0; i < world.stations(); ++i) REQUIRE(sync(world.station(i)));
        }
        CHECK_NOTHROW(Verdict(world, oracle, watch).check());
    }
    std::string shown(SimNode& node, const schema::RecordId& id, schema::FieldId field) {
        const auto view = node->show(id, false);
        const schema::Value* value = view ? view->find(field) : nullptr;
        const std::string* text = value == nullptr ? nullptr : schema::text_of(*value);
        return text == nullptr ? std::string() : *text;
    }

    World world;
    Oracle oracle;
    Desk desk;
    Watch watch;
};

}  // namespace jiuying::sim
