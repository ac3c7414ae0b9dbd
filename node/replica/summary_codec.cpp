#include "node/replica/summary_codec.hpp"

#include "sync/merge/byte_text.hpp"

namespace jiuying::node {
namespace {

using schema::OrderSummary;

constexpr std::uint8_t form = summary_form.front();

/// Instants are kept by their distance from the registration. A forged clock may claim anything.
std::int64_t minus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// One list of what is kept, for both directions.
template <class Order, class Instant, class Flag, class Text>
void each_part(Order& order, Instant instant, Flag flag, Text text) {
    instant(order.entered_at);
    instant(order.first_action_at);
    instant(order.dispatched_at);
    instant(order.unit_dispatched_at);
    instant(order.signed_at);
    instant(order.contacted_at);
    instant(order.replied_at);
    instant(order.closed_at);
    instant(order.stage_at);
    instant(order.instruction_due);
    instant(order.answered_at);
    instant(order.in_review_at);
    instant(order.citizen_due);
    instant(order.unit_due);
    flag(order.citizen_stands);
    flag(order.unit_stands);
    flag(order.onsite);
    flag(order.sample_open);
    flag(order.unit_contacted);
    flag(order.extension_pending);
    flag(order.visited);
    flag(order.dissatisfied);
    flag(order.instruction_open);
    flag(order.conflict_open);
    flag(order.objection_pending);
    flag(order.watched);
    flag(order.human_visited);
    flag(order.settled);
    text(order.watch_owner);
    text(order.category);
    text(order.lead_unit);
    for (auto& holder : order.holders) text(holder);
}

}  // namespace

std::string encode_summary(const OrderSummary& order) {
    std::string out;
    out.push_back(static_cast<char>(form));
    sync::put_signed(out, order.registered_at);
    sync::put_signed(out, minus(order.holds_from, order.registered_at));
    for (const std::uint64_t number :
         {static_cast<std::uint64_t>(order.main), static_cast<std::uint64_t>(order.type),
          static_cast<std::uint64_t>(order.complexity), std::uint64_t{order.round},
          std::uint64_t{order.supervision}, std::uint64_t{order.escalation},
          std::uint64_t{order.triggers}, std::uint64_t{order.ladder}}) {
        sync::put_number(out, number);
    }
    std::uint64_t present = 0;  // A bit for each flag and each instant that is there.
    unsigned bit = 0;
    std::string values;
    each_part(
        order,
        [&](const OrderSummary::Instant& at) {
            if (at) {
                present |= std::uint64_t{1} << bit;
                sync::put_signed(values, minus(*at, order.registered_at));
            }
            ++bit;
        },
        [&](bool flag) { present |= std::uint64_t{flag} << bit++; },
        [&](const std::string& text) { sync::put_text(values, text); });
    sync::put_number(out, present);
    return out + values;
}

std::optional<OrderSummary> decode_summary(std::string_view bytes) {
    sync::ByteText in{bytes};
    OrderSummary order;
    if (in.byte() != form) return std::nullopt;
    order.registered_at = in.signed_number();
    order.holds_from = plus(order.registered_at, in.signed_number());
    const std::uint64_t main = in.number();
    if (main > static_cast<std::uint64_t>(schema::MainState::last_of_list)) return std::nullopt;
    order.main = schema::MainState{static_cast<std::uint8_t>(main)};
    order.type = schema::AppealType{static_cast<std::uint8_t>(in.number())};
    order.complexity = schema::Complexity{static_cast<std::uint8_t>(in.number())};
    order.round = static_cast<std::uint32_t>(in.number());
    order.supervision = static_cast<std::uint8_t>(in.number());
    order.escalation = static_cast<std::uint8_t>(in.number());
    order.triggers = static_cast<std::uint8_t>(in.number());
    order.ladder = static_cast<std::uint8_t>(in.number());
    const std::uint64_t present = in.number();
    unsigned bit = 0;
    const auto next = [&] { return (present >> bit++ & 1U) != 0; };
    each_part(
        order,
        [&](OrderSummary::Instant& at) {
            if (next()) at = plus(order.registered_at, in.signed_number());
        },
        [&](bool& flag) { flag = next(); }, [&](std::string& text) { text = in.text(); });
    if (!in.good() || !in.at_end()) return std::nullopt;
    return order;
}

}  // namespace jiuying::node
