/// Fuzzes the life cycle: any events give a legal order, refused ones change nothing, and what was
/// judged stays judged.
///
/// Input: u8 flags of the intake, then events of 12 bytes each; see event_from().
#include "schema/assert.hpp"
#include "schema/workflow_table.hpp"

#include <array>
#include <span>
#include <vector>

using namespace jiuying;
using namespace jiuying::schema;

namespace {

constexpr std::size_t event_bytes = 12;
constexpr std::size_t events_max = 400;
constexpr std::int64_t start = 1'790'000'000'000;
constexpr std::int64_t hour_ms = 3'600'000;

/// One who may do everything at the hub, and staff of three units who hold no post but one.
constexpr std::array<const char*, 8> people{"hub",   "hub.2",   "shg",    "water",
                                            "roads", "visitor", "nobody", ""};
constexpr std::array<const char*, 6> units{"", "WATER", "ROADS", "SHG01", "OLD", "NONE"};

StaffBook make_staff() {
    StaffBook book;
    for (const auto* unit : {"HUB", "SHG01", "WATER", "ROADS"}) book.add_unit(unit);
    book.add_unit("OLD", {0, 1}, "WATER");
    for (const auto* person : {"hub", "hub.2"}) {
        book.add_staff(person, "HUB");
        for (const Post post : {Post::dispatcher, Post::supervisor, Post::replier, Post::visitor,
                                Post::leader, Post::recorder}) {
            book.add_post(person, post);
        }
    }
    book.add_staff("shg", "SHG01");
    book.add_staff("water", "WATER");
    book.add_staff("roads", "ROADS");
    book.add_staff("visitor", "SHG01");
    book.add_post("visitor", Post::visitor);
    book.add_delegation("SHG01", "01");
    book.sort();
    return book;
}

/// Three days for a unit; working days of 24 hours.
class Deadlines final : public WorkDeadlines {
public:
    std::optional<std::int64_t> unit_due(const OrderState& state, std::int64_t) const override {
        if (!state.dates.unit_dispatched_at) return std::nullopt;
        return working_days_after(*state.dates.unit_dispatched_at, 3, 0);
    }
    std::int64_t working_days_after(std::int64_t from, std::uint32_t days,
                                    std::int64_t) const override {
        std::int64_t end = 0;
        return __builtin_add_overflow(from, days * 24 * hour_ms, &end) ? INT64_MAX : end;
    }
};

std::int64_t instant(std::uint8_t byte, std::int64_t now) {
    constexpr std::array<std::int64_t, 4> wild{INT64_MIN, INT64_MAX, 0, -1};
    if (byte < wild.size()) return wild[byte];
    return now + (static_cast<std::int64_t>(byte) - 128) * 6 * hour_ms;
}

WorkOrderEvent event_from(std::span<const std::uint8_t, event_bytes> in, std::int64_t& now) {
    now += (in[0] & 0x1FU) * hour_ms;
    WorkOrderEvent event;
    // A few beyond those that there are: a newer program's.
    event.kind = EventKind{static_cast<std::uint8_t>(in[1] % 48)};
    event.id.bytes[15] = in[2] & 0x3FU;
    event.at_hub = (in[2] & 0x40U) != 0;
    event.told = (in[2] & 0x80U) != 0;
    event.actor = people[in[3] & 7U];
    event.person = people[(in[3] >> 3U) & 7U];
    event.recorded_at = (in[0] & 0xE0U) == 0xE0U ? instant(in[4], now) : now;
    event.happened_at = (in[0] & 0x20U) != 0 ? instant(in[4], now) : event.recorded_at;
    event.unit = units[in[5] % units.size()];
    if (in[5] >= 128) event.co_units.emplace_back(units[(in[5] >> 4U) % units.size()]);
    if ((in[6] & 1U) != 0) event.reason = (in[6] & 2U) != 0 ? "false_close" : "reason";
    if ((in[6] & 4U) != 0) event.basis = "basis";
    if ((in[6] & 8U) != 0) event.words = "words";
    if ((in[6] & 16U) != 0) event.answer = "answer";
    if ((in[6] & 32U) != 0) event.due_at = instant(in[7], now);
    if ((in[6] & 64U) != 0) event.target.emplace().bytes[15] = in[8] & 0x3FU;
    if ((in[6] & 128U) != 0) event.category = "01@2026";
    event.method = ContactMethod{static_cast<std::uint8_t>(in[8] >> 6U)};
    if ((in[9] & 1U) != 0) event.reached = (in[9] & 2U) != 0;
    if ((in[9] & 4U) != 0) event.solved = (in[9] & 8U) != 0;
    event.grade = Grade{static_cast<std::uint8_t>((in[9] >> 4U) % 6)};
    event.ground = Ground{static_cast<std::uint8_t>((in[10] & 7U) % 6)};
    event.level = in[10] >> 5U;
    event.ruling = Ruling{static_cast<std::uint8_t>((in[10] >> 3U) & 3U)};
    event.post = Post{static_cast<std::uint8_t>((in[11] & 7U) % 7)};
    event.type = AppealType{static_cast<std::uint8_t>(((in[11] >> 3U) & 7U) % 7)};
    event.complexity = Complexity{static_cast<std::uint8_t>((in[11] >> 6U) % 3)};
    return event;
}

void check_laws(const OrderState& state) {
    JY_ASSERT(state.main != MainState::draft && state.main <= MainState::last_of_list);
    const bool with_unit =
        state.main >= MainState::dispatched && state.main <= MainState::suspended;
    JY_ASSERT(!with_unit || !state.lead_unit.empty());
    JY_ASSERT(!with_unit || !state.sendings.empty());
    JY_ASSERT(state.rounds.empty() ? state.round == 1 : state.rounds.size() == state.round);
    const bool closed = state.main == MainState::closed || state.main == MainState::archived;
    JY_ASSERT(!closed || (state.dates.closed_at && state.rounds.back().replied_at));
    JY_ASSERT(!closed || state.onsite || state.ground != Ground::none);
    JY_ASSERT(state.supervision <= 3 && state.escalation <= 3);
    JY_ASSERT(state.visits.size() <= OrderState::side_records_max);
    for (const auto& [id, conflict] : state.conflicts) {
        JY_ASSERT(state.verdicts.at(conflict.index).refused.has_value());
    }
}

OrderState without_verdicts(OrderState state) {
    state.verdicts.clear();
    state.conflicts.clear();
    return state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const StaffBook staff = make_staff();
    static const Deadlines deadlines;
    if (size == 0) return 0;
    WorkSettings settings;
    if ((bytes[0] & 1U) != 0) settings.deadlines = &deadlines;
    Intake intake;
    intake.home_unit = "SHG01";
    intake.registered_at = start;
    if ((bytes[0] & 2U) != 0) intake.received_at = start;
    intake.type = AppealType{static_cast<std::uint8_t>((bytes[0] >> 2U & 7U) % 7)};
    intake.enterprise = (bytes[0] & 32U) != 0;
    intake.anonymous = (bytes[0] & 64U) != 0;
    intake.from_leader = (bytes[0] & 128U) != 0;

    std::vector<WorkOrderEvent> events;
    std::int64_t now = start;
    for (std::size_t at = 1; at + event_bytes <= size && events.size() < events_max;
         at += event_bytes) {
        events.push_back(
            event_from(std::span<const std::uint8_t, event_bytes>{bytes + at, event_bytes}, now));
    }
    const OrderState whole = fold(intake, events, staff, settings);
    check_laws(whole);
    JY_ASSERT(whole.verdicts.size() == events.size());
    JY_ASSERT(fold(intake, events, staff, settings) == whole);
    if (events.empty()) return 0;
    const std::span<const WorkOrderEvent> before{events.data(), events.size() - 1};
    const OrderState prefix = fold(intake, before, staff, settings);
    check_laws(prefix);
    const auto asked = may(prefix, events.back(), staff, settings);
    JY_ASSERT(asked == whole.verdicts.back().refused);
    if (asked) JY_ASSERT(without_verdicts(whole) == without_verdicts(prefix));
    return 0;
}
