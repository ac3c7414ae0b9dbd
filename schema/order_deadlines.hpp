/// Both clocks of a work order, computed from its events and never stored as truth.
///
/// `citizen_due` runs from the registration at the station: it is the promise to the person, and no
/// transfer inside resets it. `unit_due` runs from the dispatch: it is fair to the unit, since what
/// was lost in transit is a figure of its own, charged to the link. A clock stops at the reply that
/// review accepts and is judged by the reply's own time; a rework round has clocks of its own and
/// leaves the verdict of the round before alone. A superior's limit (`ext_due_at`) counts when it
/// is earlier, and is shown beside ours either way.
///
/// The life cycle's fold fills a DeadlineInput with plain instants; everything else is a pure
/// function of it, the policy version, the calendar version and the instant of looking.
#pragma once

#include "schema/deadline.hpp"
#include "schema/deadline_policy.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::schema {

/// A span in which work could not go on. Whether it stops a clock is for the policy to say.
struct Pause {
    enum class Kind : std::uint8_t {
        need_info,  ///< The person was asked for more; before dispatch, so of the citizen's clock.
        suspended,  ///< 挂账, with a leader's approval.
    };
    Kind kind = Kind::suspended;
    WallTime from{};
    std::optional<WallTime> until;  ///< Nothing: it lasts.
};

/// One round of handling: the first from registration, each later one from a rework or reopening.
struct RoundTimes {
    WallTime opened_at{};                    ///< Of the first round: not read (registered_at is).
    std::optional<WallTime> dispatched_at;   ///< To the unit that has it now; a later round that
                                             ///< needed no dispatch starts at opened_at.
    std::optional<WallTime> arrived_at;      ///< When what dispatched it reached the station.
    std::optional<WallTime> replied_at;      ///< Own time of the reply that review accepted.
    std::optional<WallTime> in_review_at;    ///< Own time of a reply that review has yet to judge.
    std::optional<WallTime> extended_until;  ///< End of the latest approved extension.
};

struct DeadlineInput {
    AppealType type = AppealType::inquiry;
    std::optional<Complexity> complexity;  ///< Nothing before triage.
    /// An exception to the policy's row that a person decided with a reason code.
    std::optional<CountRule> exception;

    WallTime registered_at{};  ///< After `time_corrected`, where the entry's clock was unsure.
    std::optional<WallTime> registered_as_told;  ///< What that clock said, if it was corrected.
    std::optional<WallTime> received_at;         ///< When the hub got the order.
    std::optional<WallTime> ext_due_at;          ///< The superior's limit.

    std::vector<RoundTimes>
        rounds;  ///< By opened_at. Empty stands for a first round without events.
    std::vector<Pause> pauses;
    /// Withdrawn, voided, merged or not accepted: nothing is due any more.
    std::optional<WallTime> ended_at;
};

enum class Verdict : std::uint8_t {
    running,    ///< Open, in time.
    in_review,  ///< Open; the reply is there, in time, if review accepts it.
    stopped,    ///< Open; the clock stands still.
    overdue,    ///< Open, and the due is past.
    on_time,    ///< Answered at the due or before.
    late,       ///< Answered after it.
    ended,      ///< Ended without an answer being due.
};
[[nodiscard]] std::string_view name_of(Verdict verdict);
[[nodiscard]] constexpr bool is_open(Verdict verdict) {
    return verdict == Verdict::running || verdict == Verdict::in_review ||
           verdict == Verdict::stopped || verdict == Verdict::overdue;
}

/// What stops a clock, as far as it is known at the instant of looking.
struct ClockStops {
    std::optional<WallTime> replied_at;    ///< Own time of the reply that review accepted.
    std::optional<WallTime> in_review_at;  ///< Own time of a reply that review has yet to judge.
    bool ended = false;
    bool stands = false;  ///< In a pause that began in time.
};
/// The verdict at \p as_of on a clock that ends at \p ends_at.
[[nodiscard]] Verdict verdict_of(WallTime ends_at, const ClockStops& stops, WallTime as_of);

struct Clock {
    WallTime starts_at{};
    CountRule rule;
    Due by_rule;    ///< What the rule alone gives.
    Due by_pauses;  ///< The same after the clock stood still.
    Due counts;     ///< What counts: extension and superior's limit considered.
    enum class Source : std::uint8_t { rule, extension, external };
    Source source = Source::rule;  ///< Where `counts` comes from.
    std::chrono::milliseconds stood_still{};

    Verdict verdict = Verdict::running;
    /// As if no extension had been approved; printed beside the other.
    Verdict verdict_without_extension = Verdict::running;
};

struct RoundDeadlines {
    Clock citizen;
    std::optional<Clock> unit;  ///< Nothing before the first dispatch.
    /// When what sent the order to its unit in this round reached the unit's station, and how long
    /// it was under way: a figure of the link's. Never negative; two clocks that disagree give
    /// zero.
    std::optional<WallTime> arrived_at;
    std::optional<std::chrono::milliseconds> transit;
};

struct OrderDeadlines {
    std::string policy_version;
    std::string calendar_version;
    std::vector<RoundDeadlines> rounds;  ///< Never empty; the last one is the present.
    std::optional<WallTime> ext_due_at;
    /// From registered to received. Never negative, as above.
    std::optional<std::chrono::milliseconds> transit_to_hub;
    std::vector<CalendarDoubt> doubts;  ///< Of all that counts.

    [[nodiscard]] const RoundDeadlines& present() const { return rounds.back(); }
};

/// Everything as it stood at \p as_of: replies, rounds and pauses after it are left aside.
/// Errc::out_of_bounds for a start or an amount outside the bounds of counting.
[[nodiscard]] Result<OrderDeadlines> deadlines_of(const DeadlineInput& input,
                                                  const DeadlinePolicy& policy,
                                                  const Calendar& calendar, WallTime as_of);

/// The latest instant to which \p due may be extended under \p policy: the cap, counted from the
/// last day of the unextended due. Errors as due_of().
[[nodiscard]] Result<Due> extension_limit(const Due& due, const DeadlinePolicy& policy,
                                          const Calendar& calendar);

/// The rule of \p round (from 0) for the citizen's clock and for the unit's.
[[nodiscard]] CountRule citizen_rule(const DeadlineInput& input, const DeadlinePolicy& policy,
                                     std::size_t round);
[[nodiscard]] CountRule unit_rule(const DeadlineInput& input, const DeadlinePolicy& policy,
                                  std::size_t round);

}  // namespace jiuying::schema
