#include "schema/order_deadlines.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jiuying::schema {
namespace {

using std::chrono::milliseconds;

enum class Whose : std::uint8_t { citizen, unit };

/// What is known of an instant at `as_of`.
std::optional<WallTime> known(const std::optional<WallTime>& at, WallTime as_of) {
    return at && *at <= as_of ? at : std::nullopt;
}

bool stops(Pause::Kind kind, Whose whose, const ClockRules& rules) {
    if (kind == Pause::Kind::suspended) return rules.suspension_stops_clock;
    return whose == Whose::citizen && rules.need_info_stops_clock;
}

/// The clock of one round while it is being worked out.
class Reckoning {
public:
    Reckoning(const DeadlineInput& input, const RoundTimes& round, const DeadlinePolicy& policy,
              const Calendar& calendar, WallTime as_of)
        : input_(input), round_(round), policy_(policy), calendar_(calendar), as_of_(as_of) {}

    Result<Clock> clock(Whose whose, WallTime starts_at, const CountRule& rule, bool first_round) {
        const std::vector<Standstill> spans = standstills(starts_at, whose);
        Result<Due> due = due_of(starts_at, rule, calendar_, policy_.clocks.same_day);
        Result<PausedDue> paused =
            paused_due_of(starts_at, rule, calendar_, policy_.clocks.same_day, spans);
        if (!due || !paused) return Errc::out_of_bounds;
        Clock clock;
        clock.starts_at = starts_at;
        clock.rule = rule;
        clock.by_rule = std::move(*due);
        clock.by_pauses = std::move(paused->due);
        clock.stood_still = paused->stood_still;
        const bool stands = stands_ && *stands_ < clock.by_pauses.ends_at;
        clock.counts = clock.by_pauses;
        const auto external = first_round && policy_.clocks.external_due != ExternalDue::shown_only
                                  ? input_.ext_due_at
                                  : std::nullopt;
        const Due plain = with_external(clock.counts, external, clock.source);
        extend(clock, whose);
        clock.counts = with_external(clock.counts, external, clock.source);
        clock.verdict = verdict(clock.counts.ends_at, stands);
        clock.verdict_without_extension = verdict(plain.ends_at, stands);
        return clock;
    }

private:
    /// The instant at which a clock stops for good, or to which it is looked at.
    [[nodiscard]] WallTime horizon() const {
        WallTime last = as_of_;
        for (const auto& at : {round_.replied_at, input_.ended_at}) {
            if (at) last = std::min(last, *at);
        }
        return last;
    }

    /// When the clock stood still, as far as is known: in order, and joined where pauses overlap.
    std::vector<Standstill> standstills(WallTime starts_at, Whose whose) {
        const WallTime last = horizon();
        std::vector<Standstill> spans;
        stands_.reset();
        for (const Pause& pause : input_.pauses) {
            if (!stops(pause.kind, whose, policy_.clocks)) continue;
            const Standstill span{std::max(pause.from, starts_at),
                                  std::min(pause.until.value_or(last), last)};
            if (span.until < span.from) continue;
            spans.push_back(span);
            const bool lasts = last == as_of_ && (!pause.until || *pause.until > as_of_);
            if (lasts) stands_ = std::min(stands_.value_or(span.from), span.from);
        }
        std::ranges::sort(spans, {}, &Standstill::from);
        std::vector<Standstill> joined;
        for (const Standstill& span : spans) {
            if (joined.empty() || span.from > joined.back().until) {
                joined.push_back(span);
            } else {
                joined.back().until = std::max(joined.back().until, span.until);
            }
        }
        return joined;
    }

    void extend(Clock& clock, Whose whose) const {
        const bool moves = whose == Whose::unit || policy_.clocks.extension_moves_citizen_due;
        if (!moves || !round_.extended_until) return;
        if (*round_.extended_until <= clock.counts.ends_at) return;
        clock.counts = due_at(*round_.extended_until);
        clock.source = Clock::Source::extension;
    }

    Due with_external(const Due& own, const std::optional<WallTime>& external,
                      Clock::Source& source) const {
        if (!external) return own;
        const bool replaces = policy_.clocks.external_due == ExternalDue::replaces;
        if (!replaces && *external >= own.ends_at) return own;
        source = Clock::Source::external;
        return due_at(*external);
    }

    [[nodiscard]] Verdict verdict(WallTime ends_at, bool stands) const {
        const ClockStops stops{known(round_.replied_at, as_of_), known(round_.in_review_at, as_of_),
                               known(input_.ended_at, as_of_).has_value(), stands};
        return verdict_of(ends_at, stops, as_of_);
    }

    const DeadlineInput& input_;
    const RoundTimes& round_;
    const DeadlinePolicy& policy_;
    const Calendar& calendar_;
    WallTime as_of_;
    std::optional<WallTime> stands_;  ///< Since when the clock has stood still, if it does.
};

milliseconds transit(WallTime sent, WallTime arrived) {
    return std::max(arrived - sent, milliseconds{0});
}

/// When the unit's clock of \p round starts, if it has. While an arrival is not known of, it runs
/// from the dispatch: the unit may have no station.
std::optional<WallTime> unit_start(const RoundTimes& round, std::size_t number,
                                   const ClockRules& rules, WallTime as_of) {
    const auto arrived = known(round.arrived_at, as_of);
    if (rules.unit_clock_starts_at_arrival && round.dispatched_at && arrived) {
        return known(std::max(*round.dispatched_at, *arrived), as_of);
    }
    if (round.dispatched_at || number == 0) return known(round.dispatched_at, as_of);
    return known(round.opened_at, as_of);
}

}  // namespace

std::string_view name_of(Verdict verdict) {
    static constexpr std::array<std::string_view, 7> names{
        "running", "in_review", "stopped", "overdue", "on_time", "late", "ended"};
    const auto index = static_cast<std::size_t>(verdict);
    JY_ASSERT(index < names.size());
    return names[index];
}

Verdict verdict_of(WallTime ends_at, const ClockStops& stops, WallTime as_of) {
    if (stops.replied_at) return *stops.replied_at <= ends_at ? Verdict::on_time : Verdict::late;
    if (stops.ended) return Verdict::ended;
    if (stops.stands) return Verdict::stopped;
    if (stops.in_review_at) {
        return *stops.in_review_at <= ends_at ? Verdict::in_review : Verdict::overdue;
    }
    return as_of > ends_at ? Verdict::overdue : Verdict::running;
}

CountRule citizen_rule(const DeadlineInput& input, const DeadlinePolicy& policy,
                       std::size_t round) {
    if (round > 0 && policy.rework) return *policy.rework;
    if (input.exception) return *input.exception;
    return policy.row(input.type, input.complexity).citizen;
}

CountRule unit_rule(const DeadlineInput& input, const DeadlinePolicy& policy, std::size_t round) {
    if (round > 0 && policy.rework) return *policy.rework;
    if (input.exception) return *input.exception;
    const PolicyRow& row = policy.row(input.type, input.complexity);
    return row.unit.value_or(row.citizen);
}

Result<OrderDeadlines> deadlines_of(const DeadlineInput& input, const DeadlinePolicy& policy,
                                    const Calendar& calendar, WallTime as_of) {
    OrderDeadlines order;
    order.policy_version = policy.version;
    order.calendar_version = calendar.version();
    order.ext_due_at = input.ext_due_at;
    if (const auto received = known(input.received_at, as_of)) {
        order.transit_to_hub = transit(input.registered_at, *received);
    }
    const std::size_t rounds = std::max<std::size_t>(input.rounds.size(), 1);
    order.rounds.reserve(rounds);
    for (std::size_t number = 0; number < rounds; ++number) {
        const RoundTimes round = input.rounds.empty() ? RoundTimes{} : input.rounds[number];
        if (number > 0 && round.opened_at > as_of) break;
        Reckoning reckoning{input, round, policy, calendar, as_of};
        const WallTime opened = number == 0 ? input.registered_at : round.opened_at;
        Result<Clock> citizen = reckoning.clock(Whose::citizen, opened,
                                                citizen_rule(input, policy, number), number == 0);
        if (!citizen) return citizen.error();
        add_doubts(order.doubts, citizen->counts.doubts);
        RoundDeadlines result{std::move(*citizen), {}, {}, {}};
        if (const auto start = unit_start(round, number, policy.clocks, as_of)) {
            Result<Clock> unit =
                reckoning.clock(Whose::unit, *start, unit_rule(input, policy, number), number == 0);
            if (!unit) return unit.error();
            add_doubts(order.doubts, unit->counts.doubts);
            result.unit = std::move(*unit);
        }
        if (round.dispatched_at) result.arrived_at = known(round.arrived_at, as_of);
        if (result.arrived_at) result.transit = transit(*round.dispatched_at, *result.arrived_at);
        order.rounds.push_back(std::move(result));
    }
    return order;
}

Result<Due> extension_limit(const Due& due, const DeadlinePolicy& policy,
                            const Calendar& calendar) {
    const CountRule& cap = policy.handling.extension_cap;
    // Days are counted from the last day itself, hours from the end of the limit.
    return due_of(cap.unit == Unit::hour ? due.ends_at : start_of(due.date), cap, calendar);
}

}  // namespace jiuying::schema
