/// What lists, scans and reports ask of one order, taken out of its fold: where it stands and the
/// instants that its clocks are judged by. From `holds_from` on it says the same as the fold, so
/// that a million orders can be looked at without folding them again.
///
/// Times are milliseconds since 1970-01-01 UTC. Pure.
#pragma once

#include "schema/order_deadlines.hpp"
#include "schema/workflow_state.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace jiuying::schema {

struct OrderSummary {
    using Instant = std::optional<std::int64_t>;

    std::int64_t holds_from = 0;  ///< The latest instant told by an event.
    std::int64_t registered_at = 0;
    /// By the hub; told by its receipts, which are no part of the fold: whoever looks fills it in.
    Instant received_at;
    MainState main = MainState::registered;
    AppealType type = AppealType::none;
    Complexity complexity = Complexity::none;
    std::string category;
    std::string lead_unit;
    std::uint32_t round = 1;
    std::uint8_t supervision = 0;
    std::uint8_t escalation = 0;
    std::uint8_t triggers = 0;  ///< A bit for each that has fired, T1 the lowest.
    std::uint8_t ladder = 0;    ///< A bit for each step of this round, the urging the lowest.

    Instant entered_at;  ///< Since when it has been in that state, if an event led there.
    Instant first_action_at;
    Instant dispatched_at;       ///< The first time.
    Instant unit_dispatched_at;  ///< To the unit that has it now.
    Instant signed_at;
    Instant contacted_at;
    Instant replied_at;
    Instant closed_at;
    Instant stage_at;         ///< Of the suspension that lasts.
    Instant instruction_due;  ///< Of the open instruction that is due first.

    // The clocks of the present round.
    Instant answered_at;   ///< Own time of the reply that review accepted.
    Instant in_review_at;  ///< Own time of a reply that review has yet to judge.
    Instant citizen_due;
    Instant unit_due;

    // A clock that stands still: its due is another at every instant.
    bool citizen_stands = false;
    bool unit_stands = false;
    bool onsite = false;
    bool sample_open = false;     ///< Closed on the spot, drawn for a visit, and not visited yet.
    bool unit_contacted = false;  ///< By the unit that has it now.
    bool extension_pending = false;
    bool visited = false;       ///< A visit of this round counts.
    bool dissatisfied = false;  ///< By the visit that counts: of this round, or of the one before.
    bool instruction_open = false;
    bool conflict_open = false;  ///< A refused event that nobody ruled on, or visits disagree.

    bool objection_pending = false;
    bool watched = false;
    bool human_visited = false;  ///< In this round a person spoke to the requester.
    bool settled = false;        ///< OrderState::is_visited(): its meeting waits for it no more.
    std::string watch_owner;     ///< Staff code.

    /// Dispatcher, supervisor, replier, visitor: named, or the last who acted.
    std::array<std::string, 4> holders;

    [[nodiscard]] bool is_open() const { return main < MainState::closed; }
    /// Whether its fold must be asked again to look at it at \p as_of.
    [[nodiscard]] bool is_outdated(std::int64_t as_of) const {
        return as_of < holds_from || citizen_stands || unit_stands;
    }
    bool operator==(const OrderSummary&) const = default;
};

/// \p dues: as of \p state; nothing where they can't be counted.
[[nodiscard]] OrderSummary summary_of(const OrderState& state,
                                      const std::optional<OrderDeadlines>& dues,
                                      std::int64_t holds_from);

/// The verdicts on both clocks at \p as_of, not before holds_from. Nothing where there is no clock.
[[nodiscard]] std::optional<Verdict> citizen_verdict(const OrderSummary& order, std::int64_t as_of);
[[nodiscard]] std::optional<Verdict> unit_verdict(const OrderSummary& order, std::int64_t as_of);

}  // namespace jiuying::schema
