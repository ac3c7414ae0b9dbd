#include "schema/order_rules.hpp"

#include "schema/calendar.hpp"
#include "schema/workflow_checks.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::schema {
namespace {

using checks::day_ms;
using checks::plus;

constexpr std::int64_t hour_ms = 3'600'000;

/// T1: the first accepted bad rating, in whatever round. A visit that a person ruled out does not
/// count: another one of its round was chosen.
const Visit* first_bad_rating(const OrderState& state) {
    for (const Visit& visit : state.visits) {
        if (visit.grade < Grade::dissatisfied) continue;  // Who was not reached gave none.
        const auto overruled = [&](const Visit& other) {
            return other.round == visit.round && other.ruled && other.event != visit.event;
        };
        if (std::ranges::none_of(state.visits, overruled)) return &visit;
    }
    return nullptr;
}

bool is_at_unit(const OrderState& state) {
    return state.main == MainState::dispatched || state.main == MainState::in_progress;
}

std::int64_t working_days_after(const RuleFacts& facts, std::int64_t start, std::uint32_t days) {
    if (facts.settings->deadlines == nullptr) return plus(start, days * day_ms);
    return facts.settings->deadlines->working_days_after(start, days, facts.now);
}

const SupervisionNotice* step_of(const OrderState& state, std::string_view rule) {
    for (const SupervisionNotice& notice : state.notices) {
        if (notice.round == state.round && notice.rule == rule) return &notice;
    }
    return nullptr;
}

constexpr std::string_view urge = "urge";
constexpr std::string_view notice = "notice";
constexpr std::string_view criticism = "criticism";

void climb_ladder(const OrderState& state, const RuleFacts& facts, std::vector<Finding>& found) {
    if (!is_at_unit(state) || !facts.unit_due) return;
    const std::int64_t due = *facts.unit_due;
    const auto step = [&](std::uint8_t level, std::string_view rule, std::int64_t at) {
        Finding one{EventKind::ladder_step, level, rule, at, {}, false, {}};
        // Urging is no reproach: there is nothing to object to.
        if (level > 1) {
            one.objections_to =
                working_days_after(facts, facts.now, facts.settings->objection_working_days);
        }
        found.push_back(one);
    };
    if (facts.now <= due) {
        const std::int64_t from = plus(due, -(facts.settings->urge_before_hours * hour_ms));
        const bool urges = facts.settings->urge_before_hours != 0 && facts.now >= from;
        if (urges && step_of(state, urge) == nullptr) step(1, urge, from);
        return;
    }
    const SupervisionNotice* told = step_of(state, notice);
    if (told == nullptr) return step(2, notice, due);
    // No criticism without a notice that stands, nor while the unit may still object to it.
    if (told->withdrawn || told->objection_pending()) return;
    if (told->objections_to && facts.now <= *told->objections_to) return;
    const std::int64_t at = working_days_after(facts, due, facts.settings->criticism_working_days);
    if (facts.now > at && step_of(state, criticism) == nullptr) step(3, criticism, at);
}

void escalate(const OrderState& state, const RuleFacts& facts, std::vector<Finding>& found) {
    const auto raise = [&](std::string_view rule, std::size_t count, std::uint32_t from) {
        if (count < from) return;
        const auto level = static_cast<std::uint8_t>(std::min<std::size_t>(count - from + 1, 3));
        const bool known = std::ranges::any_of(state.rule_escalations, [&](const auto& one) {
            return one.rule == rule && one.level == level;
        });
        if (!known)
            found.push_back({EventKind::rule_escalated, level, rule, facts.now, {}, {}, {}});
    };
    raise("rework", state.round - 1, facts.settings->escalate_after_reworks);
    if (!state.lead_fixed) {
        raise("transfer", state.past_leads.size(), facts.settings->escalate_after_transfers);
    }
}

/// A random order of their own for each seed: splitmix64 (Vigna) over the id's halves.
std::uint64_t draw(const RecordId& id, std::uint64_t seed) {
    std::uint64_t state = seed;
    const auto mix = [&](std::uint64_t word) {
        state += word + 0x9E3779B97F4A7C15U;
        std::uint64_t z = state;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        state = z ^ (z >> 31U);
    };
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 8; ++i) word = word << 8U | id.bytes[half * 8 + i];
        mix(word);
    }
    return state;
}

}  // namespace

std::int64_t t3_boundary(std::int64_t registered_at, const WorkSettings& settings) {
    const std::int64_t span = settings.t3_days * day_ms;
    if (settings.t3_by_hours) return plus(registered_at, span);
    constexpr std::int64_t ends = std::int64_t{1} << 52U;  // A clock may have claimed anything.
    const std::int64_t start = std::clamp(registered_at, -ends, ends);
    const auto day = date_of(WallTime{std::chrono::milliseconds{start}});
    return plus(end_of(day).time_since_epoch().count(), span);
}

std::vector<Finding> standing_triggers(const OrderState& state, const RuleFacts& facts) {
    std::vector<Finding> found;
    const auto add = [&](Trigger trigger, std::int64_t at, std::optional<RecordId> cause) {
        found.push_back({EventKind::watch_opened,
                         static_cast<std::uint8_t>(trigger),
                         {},
                         at,
                         std::move(cause),
                         false,
                         {}});
    };
    if (!state.intake.enterprise || state.main == MainState::voided) return found;
    if (const Visit* bad = first_bad_rating(state)) {
        add(Trigger::dissatisfied, bad->at, bad->event);
    }
    const std::int64_t boundary = t3_boundary(state.registered_at(), *facts.settings);
    const bool long_open = facts.now >= boundary && state.was_open_at(boundary);
    const bool together = facts.settings->t2_needs_t3;
    if (facts.same_matter && (!together || long_open)) {
        add(Trigger::repeated, together ? boundary : facts.now, facts.same_matter);
    }
    if (long_open && !together) {
        add(Trigger::open_long, boundary, std::nullopt);
        found.back().extended = std::ranges::any_of(state.extensions, &Extension::granted);
    }
    return found;
}

std::vector<Finding> findings(const OrderState& state, const RuleFacts& facts) {
    std::vector<Finding> found;
    for (const Finding& one : standing_triggers(state, facts)) {
        const auto trigger = Trigger{one.level};
        if (state.has_trigger(trigger)) continue;
        const bool once_a_matter = facts.matter_has_t2 || facts.matter_is_elsewhere;
        if (trigger == Trigger::repeated && once_a_matter) continue;
        found.push_back(one);
    }
    climb_ladder(state, facts, found);
    escalate(state, facts, found);
    return found;
}

std::vector<RecordId> recheck_sample(std::vector<RecordId> closed, std::uint64_t seed,
                                     std::uint32_t percent) {
    std::ranges::sort(closed);
    const auto repeated = std::ranges::unique(closed);
    closed.erase(repeated.begin(), repeated.end());
    std::ranges::sort(closed, {}, [&](const RecordId& id) {
        return std::pair{draw(id, seed), id};
    });
    const std::size_t wanted = (closed.size() * std::min<std::uint32_t>(percent, 100) + 99) / 100;
    closed.resize(std::min(wanted, closed.size()));
    return closed;
}

}  // namespace jiuying::schema
