/// Defects that are planted on purpose, to prove that the simulator finds such things.
///
/// Each is one line at its place and breaks a promise that simulated worlds check
/// (tests/sim/planted_test.cpp); which of them no unit test sees, tests/sim/planted_units.sh knows.
/// They exist only in builds with JIUYING_PLANTED; in all others `on` is false while compiling, and
/// nothing of them is left in a program.
#pragma once

#include <cstdint>

namespace jiuying::planted {

enum class Defect : std::uint8_t {
    none,
    commit_without_sync,    ///< A save counts as done before the disk has it.
    recovery_without_sync,  ///< What a killed commit left is told to others before the disk has it.
    delivered_by_first,     ///< A record is delivered when its first transaction has its receipt.
    nonce_repeats,          ///< Every segment is sealed with the same nonce.
    clock_forgets_tail,     ///< After a restart the clock may stand before what was written.
    bases_of_now,           ///< A decision covers versions that its author had not seen.
    decided_too_early,      ///< Versions are dropped that a rejection brings back.
    verdict_of_first,       ///< A clock verdict marks the first transaction of its range only.
    cover_of_sixteen,       ///< Only the first sixteen versions of a field can be replaced.
    hlc_cut_short,          ///< `last` compares the low five bytes of the clock readings.
    receipt_before_commit,  ///< The hub says what a round came to though its commit failed.
    clock_follows_nobody,   ///< A clock that is behind stays behind what its owner has seen.
    base_check_of_newest,   ///< The hub takes its own earlier versions for made up.
    digest_before_rejection,  ///< A rejection changes a record and not the digest of its scope.
    put_back_unnoticed,       ///< A station that was put back never gets again what it had sent.
    branch_keeps_its_name,  ///< What a second machine wrote takes the names of what the first did.
    lost_hub_log_ignored,   ///< A hub that was put back does not take its own words from stations.
    prunes_unsent,          ///< Pruning takes what the hub does not have.
    snapshot_without_horizon,  ///< A snapshot does not say where its logs begin.
    unread_taken_in_part,  ///< Of what waited for a newer program only the first segment is taken.
    old_receipt_wins,      ///< A receipt from an old stick replaces a later one.
    early_segment_let_go,  ///< What waited for an earlier stick is dropped when that one comes.
    differing_not_mended,  ///< A table that is not what the log says is found and left so.
    forged_origin_believed,  ///< A station may say that its words are another's.
    future_base_believed,    ///< A station may build on what its hub never wrote.
    notice_of_last_only,     ///< Only the last transaction of a segment is looked through.
    last_of_list
};

#ifdef JIUYING_PLANTED
inline Defect active = Defect::none;
[[nodiscard]] inline bool on(Defect defect) { return active == defect; }
#else
[[nodiscard]] constexpr bool on(Defect) { return false; }
#endif

}  // namespace jiuying::planted
