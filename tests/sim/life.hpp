/// One simulated life of a district: people work, machines and links fail, then faults stop,
/// every station exchanges three times, and all promises are checked. Everything from one seed.
#pragma once

#include "tests/sim/desk.hpp"
#include "tests/sim/verdict.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace jiuying::sim {

class Life {
public:
    explicit Life(std::uint64_t seed);
    /// Throws Violation.
    void run();
    [[nodiscard]] const Tally& tally() { return world_.tally(); }

private:
    /// Which kinds of fault this life knows. Each is drawn by itself, so that many lives lack what
    /// would hide another fault's effect.
    struct Faults {
        bool cuts = false;
        bool stalls = false;
        bool stale = false;
        bool kills = false;
        bool full = false;
        bool io = false;
        bool clocks = false;
        bool slips = false;  ///< Pieces lost, doubled, swapped.
        bool years = false;  ///< Nobody does anything for weeks to a year, up to three times.
        bool big = false;    ///< Imports whose segments take many messages.
    };

    void one_thing();
    void someone_works();
    void settle_something(SimNode& node);
    const schema::RecordId& often_the_same(const std::vector<schema::RecordId>& records);
    void edit_something(SimNode& node, const schema::RecordId& record);
    void edit_often(SimNode& node, const schema::RecordId& record);
    void answer_at_once(SimNode& station, const schema::RecordId& record);
    void pass_time();
    void work_at_hub();
    bool work_for_others(SimNode& node);
    void work_on_order(SimNode& node, const schema::RecordId& record);
    void something_fails();
    void clock_fails(SimNode& node);
    void someone_dials();
    void reopen_some();
    void fall_again(SimNode& node);
    [[nodiscard]] Weather weather(SimNode& station);
    [[nodiscard]] std::vector<node::FieldValue> appeal_values();
    [[nodiscard]] SimNode& any_node();
    void come_to_rest();
    void count_disks();

    World world_;
    Oracle oracle_;
    Desk desk_;
    Watch watch_;
    test::Dice dice_;
    Faults faults_;
    int silences_ = 0;
    std::vector<OpenedConflict> opened_;  ///< Screens left open.
    std::vector<std::string> opened_at_;
};

}  // namespace jiuying::sim
