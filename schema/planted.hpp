/// Defects that are planted on purpose, to prove that the simulator finds such things.
///
/// Each is one line at its place, is found by no unit test, and breaks a promise that simulated
/// worlds check (tests/sim/planted_test.cpp). They exist only in builds with JIUYING_PLANTED; in
/// all others `on` is false while compiling, and nothing of them is left in a program.
#pragma once

#include <cstdint>

namespace jiuying::planted {

enum class Defect : std::uint8_t {
    none,
    commit_without_sync,    ///< A save counts as done before the disk has it.
    recovery_without_sync,  ///< What a killed commit left is told to others before the disk has it.
    log_end_not_kept,       ///< A received segment is stored, how far the log reaches is not.
    sealed_is_delivered,    ///< Delivered without the hub's receipt.
    nonce_repeats,          ///< Every segment is sealed with the same nonce.
    clock_forgets_tail,     ///< After a restart the clock may stand before what was written.
    rollback_keeps_counters,  ///< A failed save uses up its transaction number.
    bases_of_now,             ///< A decision covers versions that its author had not seen.
    decided_too_early,        ///< Versions are dropped that a rejection brings back.
    verdict_of_first,         ///< A clock verdict marks the first transaction of its range only.
    seal_drops_tail,          ///< What did not fit into a segment is deleted with what did.
    last_of_list
};

#ifdef JIUYING_PLANTED
inline Defect active = Defect::none;
[[nodiscard]] inline bool on(Defect defect) { return active == defect; }
#else
[[nodiscard]] constexpr bool on(Defect) { return false; }
#endif

}  // namespace jiuying::planted
