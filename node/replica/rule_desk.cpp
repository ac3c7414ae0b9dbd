#include "node/replica/rule_desk.hpp"

#include "node/replica/order_desk.hpp"
#include "node/replica/shown.hpp"
#include "node/replica/summary_codec.hpp"
#include "node/store/order_family.hpp"
#include "schema/assert.hpp"
#include "sync/crypto/hash.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::EventKind;
using schema::Finding;
using schema::MainState;
using schema::Post;
using schema::RecordId;
using schema::Trigger;
namespace fields = schema::work_order_event;

constexpr std::string_view hub_actor = "hub";
constexpr std::size_t swept_max = 5000;  ///< Orders that one commit looks at.
constexpr std::size_t matter_max = 200;  ///< Appeals on one matter that are looked at.
constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr std::uint8_t t2_bit = 1U << 1U;
constexpr std::uint8_t t3_bit = 1U << 2U;

bool is_at_unit(MainState main) {
    return main == MainState::dispatched || main == MainState::in_progress;
}

}  // namespace

/// By how the appeal names its enterprise: credit codes, and the record that stands for the firm.
std::set<std::string> Replica::State::RuleDesk::firm_keys(const RecordId& appeal) {
    constexpr int merges_max = 16;
    std::set<std::string> keys;
    const LoadedRecord* record = state_.find_appeal(appeal);
    if (record == nullptr) return keys;
    if (auto code = text_in(*record, schema::appeal::uscc); !code.empty()) keys.insert(code);
    auto firm = record_in(shown_in(*record, schema::appeal::enterprise));
    const schema::Entity* kind = state_.store.stored_entity(EntityId::enterprise);
    for (int hop = 0; firm && kind != nullptr && hop < merges_max; ++hop) {
        const auto name = state_.store.find_name(*firm, *kind);
        const LoadedRecord* known = name ? state_.store.find(*name) : nullptr;
        keys.insert({firm->bytes.begin(), firm->bytes.end()});
        if (known == nullptr || known->entity == nullptr) break;
        if (auto code = text_in(*known, schema::enterprise::uscc); !code.empty()) {
            keys.insert(code);
        }
        firm = record_in(shown_in(*known, schema::enterprise::merged_into));
    }
    return keys;
}

/// What people confirmed to belong to the same matter: by links, or by a merge.
std::vector<RecordId> Replica::State::RuleDesk::neighbours(const RecordId& id) {
    constexpr int confirmed = 1;  // Of the choices of appeal_link's decision.
    constexpr int resend = 1;     // Of those of its kind.
    std::vector<RecordId> all;
    sqlite::Database& db = state_.store.database();
    const auto keep = [&](const RecordId& other) { all.push_back(other); };
    db.statement(
          "SELECT other FROM appeal_link WHERE \"order\" = ? AND decision = ? AND kind <> ? AND "
          "other IS NOT NULL")
        .each<RecordId>(keep, id, confirmed, resend);
    db.statement(
          "SELECT \"order\" FROM appeal_link WHERE other = ? AND decision = ? AND kind <> ? AND "
          "\"order\" IS NOT NULL")
        .each<RecordId>(keep, id, confirmed, resend);
    db.statement(
          "SELECT appeal.id FROM order_state JOIN appeal ON appeal.rid = order_state.rid "
          "WHERE merged_into = ?")
        .each<RecordId>(keep, id);
    db.statement(
          "SELECT merged_into FROM order_state JOIN appeal ON appeal.rid = order_state.rid "
          "WHERE appeal.id = ? AND merged_into IS NOT NULL")
        .each<RecordId>(keep, id);
    return all;
}

std::vector<RecordId> Replica::State::RuleDesk::matter_of(const RecordId& id) {
    std::vector<RecordId> matter{id};
    const std::set<std::string> firm = firm_keys(id);
    if (firm.empty()) return matter;
    std::set<RecordId> seen{id};
    for (std::size_t at = 0; at < matter.size() && matter.size() < matter_max; ++at) {
        for (const RecordId& next : neighbours(matter[at])) {
            if (!seen.insert(next).second) continue;
            const auto of = firm_keys(next);
            const bool same =
                std::ranges::any_of(of, [&](const std::string& key) { return firm.contains(key); });
            if (!same) continue;
            const auto order = state_.read_order(next);
            if (order && order->state.main != MainState::voided) matter.push_back(next);
        }
    }
    std::ranges::sort(matter);
    return matter;
}

/// \p carrier: of several appeals on one matter the one on which T2 stands: the earliest that is
/// open, else the latest of all.
schema::RuleFacts Replica::State::RuleDesk::facts_of(const Order& order,
                                                     std::optional<RecordId>& carrier) {
    schema::RuleFacts facts;
    facts.now = std::max(state_.environment.now_ms(),
                         static_cast<std::int64_t>(sync::wall_ms(state_.clock.last())));
    facts.settings = &state_.facts().settings().at(facts.now);
    const schema::OrderState& state = order.state;
    if (is_at_unit(state.main)) {
        facts.unit_due = state.extended_due_at();
        if (!facts.unit_due) facts.unit_due = state_.facts().clocks().unit_due(state, facts.now);
    }
    if (!state.intake.enterprise) return facts;
    const RecordId self = state.intake.id;
    const std::vector<RecordId> matter = matter_of(self);
    if (matter.size() < 2) return facts;
    struct Member {
        std::int64_t registered_at = 0;
        RecordId id;
        bool open = false;
    };
    std::vector<Member> members;
    for (const RecordId& id : matter) {
        const bool own = id == self;
        const auto other = own ? std::nullopt : state_.read_order(id);
        if (!own && !other) continue;
        const schema::OrderState& one = own ? state : other->state;
        members.push_back({one.registered_at(), id, one.is_open()});
        if (own) continue;
        facts.matter_has_t2 = facts.matter_has_t2 || one.has_trigger(Trigger::repeated);
    }
    std::ranges::sort(members, {}, [](const Member& one) {
        return std::pair{one.registered_at, one.id};
    });
    const auto open = std::ranges::find(members, true, &Member::open);
    carrier = open != members.end() ? open->id : members.back().id;
    facts.matter_is_elsewhere = *carrier != self;
    // The cause: the latest of the others.
    for (const Member& one : members) {
        if (one.id != self) facts.same_matter = one.id;
    }
    return facts;
}

std::vector<Finding> Replica::State::RuleDesk::standing(const Order& order) {
    std::optional<RecordId> carrier;
    return schema::standing_triggers(order.state, facts_of(order, carrier));
}

/// Somebody in service, by name: who holds the enterprises' desk, else a supervisor, a dispatcher,
/// a leader. Empty where the list of staff has none of them: the scan shows that.
std::string Replica::State::RuleDesk::owner_for(const Order& order, std::int64_t now) {
    const schema::StaffBook& staff = state_.facts().staff();
    const std::string& named = order.state.holders[static_cast<std::size_t>(Post::supervisor)];
    if (!named.empty() && staff.holds(named, Post::supervisor, now) &&
        !staff.unit_of(named, now).empty()) {
        return named;
    }
    for (const Post post :
         {Post::enterprise_desk, Post::supervisor, Post::dispatcher, Post::leader}) {
        const auto holders = staff.holders_of(post, now);
        if (!holders.empty()) return holders.front();
    }
    return {};
}

RecordId Replica::State::RuleDesk::event_id(const RecordId& order, const Finding& finding,
                                            std::uint32_t round) {
    std::string text{"jiuying rule v1"};
    const auto number = [&](std::uint64_t value) {
        for (unsigned i = 0; i < 8; ++i) {
            text.push_back(static_cast<char>(value >> (8U * i) & 0xFFU));
        }
    };
    // A hub that was put back must not name two events alike: its epoch is part of the cause.
    number(state_.own_author().epoch);
    text.append(order.bytes.begin(), order.bytes.end());
    number(static_cast<std::uint64_t>(finding.kind));
    number(finding.level);
    number(finding.kind == EventKind::ladder_step ? round : 0);
    text.append(finding.rule);
    const sync::Hash32 hash = sync::blake2b({sync::as_view(text)});
    std::array<std::uint8_t, 10> random{};
    std::copy_n(hash.begin(), random.size(), random.begin());
    std::int64_t made = 0;  // The order's own first 48 bits.
    for (std::size_t i = 0; i < 6; ++i) made = made << 8 | order.bytes[i];
    return schema::make_record_id(made, random);
}

void Replica::State::RuleDesk::write(const Order& order, const Finding& finding) {
    const RecordId& id = order.state.intake.id;
    schema::WorkOrderEvent event;
    event.kind = finding.kind;
    OrderDesk{state_}.sign(event, std::string{hub_actor});
    event.happened_at = std::min(finding.at, event.recorded_at);
    event.level = finding.level;
    event.reason = finding.rule;
    event.target = finding.cause;
    event.due_at = finding.objections_to;
    if (finding.kind == EventKind::watch_opened) {
        event.person = owner_for(order, event.recorded_at);
        if (finding.extended) event.reason = "extended";
    } else if (finding.kind == EventKind::ladder_step) {
        event.unit = order.state.lead_unit;
        // A notice is copied to a leader.
        const auto leaders = state_.facts().staff().holders_of(Post::leader, event.recorded_at);
        if (finding.level > 1 && !leaders.empty()) event.person = leaders.front();
    }
    const auto told = schema::fields_of(event);
    JY_ASSERT(told.has_value());
    NewRecord record{EntityId::work_order_event, {}};
    record.id = event_id(id, finding, order.state.round);
    const schema::Entity* kind = state_.store.stored_entity(EntityId::work_order_event);
    if (kind != nullptr && state_.store.find_name(*record.id, *kind)) return;
    record.values.push_back({fields::order, std::string(id.bytes.begin(), id.bytes.end())});
    record.values.push_back({fields::after, after_heads(order.heads)});
    for (const schema::EventField& one : *told) record.values.push_back({one.field, one.value});
    Draft draft{std::string{hub_actor}, {}, {}, state_.store.scope_id(order.scope)};
    draft.records.push_back(std::move(record));
    JY_ASSERT(state_.write(draft).has_value());
}

std::size_t Replica::State::RuleDesk::heed_order(const Order& order, bool passes_on) {
    std::optional<RecordId> carrier;
    const schema::RuleFacts facts = facts_of(order, carrier);
    const std::vector<Finding> found = schema::findings(order.state, facts);
    for (const Finding& one : found) write(order, one);
    std::size_t written = found.size();
    const bool elsewhere = facts.matter_is_elsewhere && !facts.matter_has_t2 && carrier;
    if (passes_on && elsewhere && !order.state.has_trigger(Trigger::repeated)) {
        if (const auto other = state_.read_order(*carrier)) written += heed_order(*other, false);
    }
    return written;
}

std::size_t Replica::State::RuleDesk::heed(const RecordId& id, const std::optional<Order>& order) {
    if (order) return heed_order(*order, true);
    // Without events only an enterprise's appeal has anything to be found.
    const LoadedRecord* appeal = state_.find_appeal(id);
    if (appeal == nullptr || appeal->entity == nullptr || !is_of_enterprise(*appeal)) return 0;
    const auto* registered = schema::number_of(shown_in(*appeal, schema::appeal::registered_at));
    const std::int64_t now = state_.environment.now_ms();
    const schema::WorkSettings& settings = state_.facts().settings().at(now);
    const bool old = registered != nullptr && schema::t3_boundary(*registered, settings) <= now;
    if (!old && neighbours(id).empty()) return 0;
    const auto read = state_.read_order(id);
    return read ? heed_order(*read, true) : 0;
}

std::size_t Replica::State::RuleDesk::sweep() {
    const std::int64_t now = state_.environment.now_ms();
    const schema::WorkSettings& settings = state_.facts().settings().at(now);
    std::vector<RecordId> due;
    const auto look = [&](const RecordId& id, std::int64_t registered_at, bool of_enterprise,
                          const std::optional<std::int64_t>& unit_due, MainState main,
                          const std::vector<std::uint8_t>& bytes) {
        const auto kept = decode_summary(sync::as_text(bytes));
        const schema::OrderSummary summary = kept.value_or(schema::OrderSummary{});
        const std::uint8_t trigger = settings.t2_needs_t3 ? t2_bit : t3_bit;
        const bool old = of_enterprise && (summary.triggers & trigger) == 0 &&
                         schema::t3_boundary(registered_at, settings) <= now;
        bool climbs = false;
        if (unit_due && is_at_unit(main)) {
            const std::int64_t urged = *unit_due - settings.urge_before_hours * hour_ms;
            const std::int64_t blamed = *unit_due + settings.criticism_working_days * day_ms;
            climbs = (now >= urged && now <= *unit_due && (summary.ladder & 1U) == 0) ||
                     (now > *unit_due && (summary.ladder & 2U) == 0) ||
                     (now > blamed && (summary.ladder & 4U) == 0);
        }
        if (old || climbs || (!kept && !bytes.empty())) due.push_back(id);
    };
    state_.store.database()
        .statement(
            "SELECT a.id, coalesce(a.registered_at, 0), a.requester_kind IS ? OR a.enterprise IS "
            "NOT NULL OR a.uscc IS NOT NULL, o.unit_due, coalesce(o.main, 0), "
            "coalesce(o.summary, x'') FROM appeal a LEFT JOIN order_state o ON o.rid = a.rid "
            "WHERE a.number IS NOT NULL AND coalesce(o.main, 0) < ?")
        .each<RecordId, std::int64_t, bool, std::optional<std::int64_t>, MainState,
              std::vector<std::uint8_t>>(look, enterprise_kind, MainState::closed);
    // The rest comes with the next look: no commit grows with the number of orders.
    if (due.size() > swept_max) due.resize(swept_max);
    std::size_t written = 0;
    for (const RecordId& id : due) {
        if (const auto order = state_.read_order(id)) written += heed_order(*order, true);
    }
    return written;
}

std::uint64_t Replica::run_rules() {
    State& state = *state_;
    if (!state.is_hub()) return 0;
    const auto written = state.writing([&] { return State::RuleDesk(state).sweep(); });
    state.store.forget_loaded();
    return written;
}

bool Replica::run_rules_if_due() {
    constexpr std::int64_t every_ms = 10 * 60 * 1000;
    State& state = *state_;
    const std::int64_t now = state.environment.now_ms();
    const bool ran_lately =
        state.rules_ran_at && now >= *state.rules_ran_at && now - *state.rules_ran_at < every_ms;
    if (!state.is_hub() || ran_lately) return false;
    state.rules_ran_at = now;
    run_rules();
    return true;
}

std::vector<schema::RecordId> Replica::same_matter(const RecordId& id) {
    return State::RuleDesk(*state_).matter_of(id);
}

std::vector<schema::Finding> Replica::standing_triggers(const RecordId& id) {
    State& state = *state_;
    const auto order = state.read_order(id);
    return order ? State::RuleDesk(state).standing(*order) : std::vector<schema::Finding>();
}

}  // namespace jiuying::node
