/// A district that never had a link: everything goes by sticks, which come late, in any order,
/// twice, in parts, damaged, or never, and are read and written on disks that fail. Everything
/// follows from one seed.
///
/// What is checked as it goes on: a receipt never goes back; what came whole, in whatever order,
/// need not come again; nothing is delivered that the hub does not have. In the end each station
/// sends one whole stick and gets one back, twice: then both sides show the same.
#pragma once

#include "tests/sim/stick.hpp"
#include "tests/sim/world.hpp"

#include <map>
#include <string>
#include <vector>

namespace jiuying::sim {

class StickLives {
public:
    explicit StickLives(std::uint64_t seed);
    /// Throws Violation.
    void run();
    [[nodiscard]] Tally& tally() { return world_.tally(); }

private:
    struct Save {
        std::string home;
        schema::RecordId record;
        schema::FieldId field = 0;
        std::string value;
    };

    void one_thing();
    void someone_writes();
    void disk_fails(SimNode& node);
    void stick_goes();
    void stick_comes();
    void someone_else_reads(const Stick& stick);
    void read(SimNode& to, const Stick& stick);
    void mend(SimNode& node);
    void come_to_rest();
    void judge();
    void check_receipt(SimNode& station);
    [[nodiscard]] SimNode& any_node();

    World world_;
    test::Dice dice_;
    std::vector<Save> saves_;
    std::vector<Stick> sticks_;
    std::map<std::string, std::uint64_t> receipted_;
    /// Of each station's log: transactions that came to the hub whole, first and last.
    std::map<std::string, std::map<std::uint64_t, std::uint64_t>> arrived_;
    std::uint64_t serial_ = 0;
    bool disks_fail_ = false;
};

}  // namespace jiuying::sim
