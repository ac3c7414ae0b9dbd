/// A district whose folders are put back to old states, with sticks beside a poor network: whatever
/// somebody has still is everybody's in the end. Everything follows from one seed.
///
/// What was acknowledged may be lost only where the last copy of it went: when a node is put back
/// and no other holds it. That is looked up at that moment, in the nodes themselves.
#pragma once

#include "tests/sim/stick.hpp"
#include "tests/sim/world.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace jiuying::sim {

class OldLives {
public:
    explicit OldLives(std::uint64_t seed);
    /// Throws Violation.
    void run();
    [[nodiscard]] Tally& tally() { return world_.tally(); }

private:
    /// One acknowledged save: an appeal with its title, or a phone number on one.
    struct Save {
        std::string home;  ///< Code of the station whose appeal it is.
        schema::RecordId record;
        schema::FieldId field = 0;
        std::string value;
        bool may_be_lost = false;
        std::string holders;  ///< As said last, in a trace.
    };
    struct Kept {
        std::unique_ptr<test::FaultDisk> disk;
    };

    void one_thing();
    void someone_writes();
    void keep_a_copy();
    void put_something_back();
    void someone_dials();
    void stick_goes();
    void stick_comes();
    void say_holders();
    void come_to_rest();
    void judge();
    void judge_station(SimNode& station);
    void open_all();
    [[nodiscard]] bool holds(SimNode& node, const Save& save);
    [[nodiscard]] std::string words();
    [[nodiscard]] SimNode& any_node();

    World world_;
    test::Dice dice_;
    std::vector<Save> saves_;
    std::map<std::string, std::vector<Kept>> kept_;  ///< By node: copies of its disk.
    std::vector<Stick> sticks_;
    std::uint64_t serial_ = 0;
};

}  // namespace jiuying::sim
