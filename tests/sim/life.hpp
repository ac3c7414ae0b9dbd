/// One simulated life of a district: people work, machines and links fail, then faults stop,
/// every station exchanges three times, and all promises are checked. Everything from one seed.
#pragma once

#include "tests/sim/desk.hpp"
#include "tests/sim/mallory.hpp"
#include "tests/sim/salons.hpp"
#include "tests/sim/verdict.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jiuying::sim {

/// What a part of the lives has beside the rest: those without it are the same as plain ones.
enum class Cast : std::uint8_t {
    plain,
    machines,  ///< In each fifth a second computer of a station joins.
    salons,    ///< In each third enterprises meet, are visited and watched.
};

class Life {
public:
    explicit Life(std::uint64_t seed, Cast cast = Cast::plain);
    /// Whether the life of that seed has it.
    [[nodiscard]] static bool has(std::uint64_t seed, Cast cast);
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

    /// Drawn from dice of their own, so that lives without them are as they were before these came.
    struct More {
        bool dishonest = false;  ///< A station with good keys and a bad program.
        bool prunes = false;
        bool machine = false;  ///< A second one of a station joins by a snapshot.
        bool mixed = false;    ///< Programs of several versions.
        bool rot = false;      ///< Cells of a station's tables turn.
        bool salons = false;   ///< Enterprises meet, are visited and watched.
    };
    [[nodiscard]] static More more_of(std::uint64_t seed, Cast cast);
    [[nodiscard]] static Programs programs_of(std::uint64_t seed);

    void one_thing();
    void one_more_thing();
    void play_a_trick();
    void hub_backs_up();
    void station_prunes();
    void machine_joins();
    void cell_turns();
    void upgrade(SimNode& node);
    bool write_new_fields(SimNode& node, const schema::RecordId& record);
    [[nodiscard]] std::vector<SimNode*> everyone();
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
    test::Dice more_dice_;
    More more_;
    Programs programs_;
    std::optional<Mallory> mallory_;
    std::optional<Salons> salons_;
    bool chain_refused_ = false;  ///< Of the dishonest station's.
    int silences_ = 0;
    std::vector<OpenedConflict> opened_;  ///< Screens left open.
    std::vector<std::string> opened_at_;
};

}  // namespace jiuying::sim
