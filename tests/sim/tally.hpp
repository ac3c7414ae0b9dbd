/// How often each thing really happened in the simulated worlds. A fault kind that never hit has
/// tested nothing, so the test of many seeds requires each of these to be above zero.
#pragma once

#include "tests/support/fault_disk.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace jiuying::sim {

enum class Happening : std::uint8_t {
    // Work
    appeal_registered,
    field_edited,
    field_edited_often,  ///< Again and again, before anybody else heard of it.
    note_added,
    order_step,
    order_shared,
    order_shared_again,  ///< With a station that had let go of it.
    order_let_go,
    arrival_noted,       ///< Of a dispatch, by its unit's station.
    worked_for_another,  ///< On an order of another station's.
    segment_restated,    ///< Seen at a station, each time that somebody looked.
    import_of_many,
    reference_edited,
    conflict_arose,
    conflict_settled,
    settled_out_of_date,  ///< By a person who had opened an older state of it.
    edit_lost_visibly,
    transaction_rejected,
    notice_given,
    clock_verdict_given,
    // Exchange
    session_done,
    session_cut,
    cut_inside_segment,
    resumed_from_part,
    session_timed_out,
    session_stopped,  ///< By a program that was asked to end.
    one_way_stall,
    stale_bytes_injected,
    piece_lost,
    piece_doubled,
    pieces_swapped,
    session_replayed,
    sessions_overlapped,  ///< The hub still held an older session of the same station.
    enrolment_repeated,   ///< The invitation was redeemed and the station had not heard of it.
    storage_failed_in_session,
    // Node
    killed_at_rest,
    killed_inside_save,
    killed_inside_session,
    killed_inside_indexing,
    killed_inside_sealing,
    killed_inside_enrolment,
    power_cut,
    save_refused_by_disk,
    reappeared_after_crash,  ///< A save that failed and was found whole after a restart.
    clock_jumped,
    clock_jumped_years,
    clock_reset_to_1970,
    months_passed,  ///< In which nobody did anything.
    // Backups, pruning, further machines, versions (life_more.cpp)
    snapshot_written,  ///< And its copy read back: the hub has that scope twice.
    killed_inside_backup,
    log_pruned,
    killed_inside_prune,
    program_upgraded,
    value_waited,    ///< Of a field that a program was too old to know; seen at its upgrade.
    segment_waited,  ///< That a program was too old to read.
    table_cell_turned,
    table_cell_mended,
    // A dishonest station (mallory.hpp), by Trick
    trick_forged_origin,
    trick_words_of_another,
    trick_name_of_another,
    trick_fork,
    trick_gap,
    trick_replay,
    trick_tiny_flood,
    trick_huge_segment,
    trick_key_flood,
    trick_base_from_future,
    trick_base_of_unknown_epoch,
    trick_clock_at_its_end,
    // A second computer of a station
    machine_joined,       ///< By a snapshot.
    cut_inside_snapshot,  ///< What it had of it then was there already, and it went on from there.
    // Enterprises and their salons (salons.hpp)
    meeting_held,
    matter_taken_down,
    matter_confirmed,  ///< Two appeals of one firm are said to be one matter.
    bad_rating,
    visited_apart,  ///< One matter by two people.
    trigger_fired,
    watch_ended,
    package_replayed,
    // Old copies and sticks (old_lives.hpp)
    station_put_back,
    hub_put_back,
    second_chain,  ///< A station wrote on from an old state, and the hub had other things there.
    range_given_again,  ///< What a station lost came back through its inbox.
    save_lost_with_its_last_copy,
    alarm_raised,
    stick_written,
    stick_lost,
    stick_damaged,
    stick_read_twice,
    stick_out_of_turn,
    // Sticks alone, on failing disks (stick_lives.hpp)
    stick_carried_by_another,
    stick_refused_by_disk,  ///< While it was written or read.
    killed_inside_stick,
    segment_came_early,
    last_of_list
};

[[nodiscard]] std::string_view name_of(Happening happening);

class Tally {
public:
    void count(Happening happening, std::uint64_t times = 1) {
        counts_[static_cast<std::size_t>(happening)] += times;
    }
    [[nodiscard]] std::uint64_t operator[](Happening happening) const {
        return counts_[static_cast<std::size_t>(happening)];
    }
    Tally& operator+=(const Tally& other);
    /// One line each, with the disk's: of lives, of districts that are put back, and of those that
    /// only sticks join.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string old_text() const;
    [[nodiscard]] std::string stick_text() const;
    [[nodiscard]] std::string machine_text() const;
    [[nodiscard]] std::string salon_text() const;
    /// Names of what never happened of that, joined.
    [[nodiscard]] std::string missing() const;
    [[nodiscard]] std::string machine_missing() const;
    [[nodiscard]] std::string salon_missing() const;
    [[nodiscard]] std::string old_missing() const;
    [[nodiscard]] std::string stick_missing() const;

    test::DiskTally disk;

private:
    [[nodiscard]] std::string lines(std::size_t first, std::size_t end) const;
    [[nodiscard]] std::string none_of(std::size_t first, std::size_t end) const;

    std::array<std::uint64_t, static_cast<std::size_t>(Happening::last_of_list)> counts_{};
};

}  // namespace jiuying::sim
