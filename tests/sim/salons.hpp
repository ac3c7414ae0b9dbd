/// Enterprises in a simulated district: salons are taken down where there is no link, their matters
/// are worked on, visited by people who do not know of each other, confirmed to be one matter, and
/// watched until somebody ends that. Whatever fails, in the end every rule has found what there is
/// to find, once.
///
/// The expectation is computed from what happened (visits, links, days), not by the program's
/// rules.
#pragma once

#include "tests/sim/desk.hpp"
#include "tests/sim/order_work.hpp"
#include "tests/sim/stick.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace jiuying::sim {

class Salons {
public:
    Salons(World& world, Oracle& oracle, Desk& desk, std::uint64_t seed);

    /// The people whom the watch list needs; before anything else happens.
    void begin();
    /// One thing that somebody does.
    void something();
    /// Hub: its rules look at what time has brought. Throws Violation if a second look finds more.
    void look_at_the_clock();
    /// What must hold once all agree. Throws Violation.
    void check();
    /// Every stick that was kept comes three times, in any order; nothing may come of it.
    void replay_all();

private:
    struct Meeting {
        schema::RecordId id;
        std::string at;  ///< The node at which it is taken down.
        std::set<schema::RecordId> orders;
    };

    void hold(SimNode& node);
    void take_down(SimNode& node);
    void work(SimNode& node);
    void confirm();
    void close(SimNode& node);
    void keep_stick();
    [[nodiscard]] std::optional<OrderStep> step(const schema::OrderState& state, SimNode& node,
                                                const std::string& home);
    [[nodiscard]] std::map<schema::RecordId, std::set<schema::RecordId>> matters();
    void check_order(const schema::RecordId& id, std::size_t same_matter);
    void check_meeting(const Meeting& meeting);
    [[nodiscard]] std::size_t program_events();

    World& world_;
    Oracle& oracle_;
    Desk& desk_;
    test::Dice dice_;
    std::vector<std::string> firms_;  ///< Their credit codes.
    std::vector<Meeting> meetings_;
    std::map<schema::RecordId, std::string> orders_;  ///< And the code of their firm.
    std::vector<Stick> sticks_;
};

}  // namespace jiuying::sim
