#include "tests/sim/salons.hpp"

#include "schema/uscc.hpp"

#include <algorithm>

namespace jiuying::sim {
namespace {

using schema::EntityId;
using schema::EventKind;
using schema::Grade;
using schema::MainState;
using schema::OrderState;
using schema::RecordId;
using schema::Trigger;
using schema::WorkOrderEvent;

constexpr std::size_t firms = 5;
constexpr std::size_t sticks_max = 12;
constexpr std::int64_t salon = 1;        // Of the choices of a meeting's kind.
constexpr std::int64_t enterprise = 2;   // Of those of a requester's.
constexpr std::int64_t same_matter = 3;  // Of those of a link's kind,
constexpr std::int64_t confirmed = 1;    // and of its decision.

std::string value_of(const RecordId& id) { return {id.bytes.begin(), id.bytes.end()}; }

std::string credit_code(std::size_t number) {
    std::string first17 = "913402070000000";
    first17 += std::to_string(10 + number);
    return first17 + *schema::uscc_check_character(first17);
}

WorkOrderEvent event_of(EventKind kind) {
    WorkOrderEvent event;
    event.kind = kind;
    event.reason = "sim";
    event.words = "模拟";
    return event;
}

bool is_bad(const WorkOrderEvent& event) {
    return event.kind == EventKind::visited && event.reached && event.grade >= Grade::dissatisfied;
}

const char* name_of_trigger(Trigger trigger) {
    switch (trigger) {
        case Trigger::dissatisfied: return "T1";
        case Trigger::repeated: return "T2";
        default: return "T3";
    }
}

}  // namespace

Salons::Salons(World& world, Oracle& oracle, Desk& desk, std::uint64_t seed)
    : world_(world), oracle_(oracle), desk_(desk), dice_(seed * 0x5851'F42DU + 7) {
    for (std::size_t i = 0; i < firms; ++i) firms_.push_back(credit_code(i));
}

void Salons::begin() {
    const auto staff = [&](const char* code, const char* post) {
        (void)desk_.add_record(world_.hub(), EntityId::staff,
                               {{schema::staff::code, std::string(code)},
                                {schema::staff::unit, std::string("QZX")},
                                {schema::staff::posts, std::string(post)}});
    };
    staff("QY1", "enterprise_desk");
    staff("LD1", "leader");
}

void Salons::something() {
    // What was agreed on a matter is told at once, when the link allows it.
    if (dice_.chance(25)) (void)world_.dial(world_.station(dice_.below(world_.stations())));
    SimNode& node = *world_.nodes()[dice_.below(world_.nodes().size())];
    if (!node.up()) return;
    const std::size_t draw = dice_.below(100);
    if (meetings_.empty() || draw < 2) return hold(node);
    if (draw < 8) return take_down(node);
    if (draw < 14) return confirm();
    if (draw < 17) return close(node);
    if (draw < 20) return keep_stick();
    if (draw < 23) return look_at_the_clock();
    work(dice_.chance(50) ? world_.hub() : node);
}

void Salons::hold(SimNode& node) {
    const auto id = desk_.add_record(node, EntityId::meeting,
                                     {{schema::meeting::kind, salon},
                                      {schema::meeting::title, desk_.words()},
                                      {schema::meeting::date, node.environment.now_ms()}});
    if (!id) return;
    world_.tally().count(Happening::meeting_held);
    meetings_.push_back({*id, node.code, {}});
}

void Salons::take_down(SimNode& node) {
    std::vector<Meeting*> here;
    for (Meeting& meeting : meetings_) {
        if (meeting.at == node.code) here.push_back(&meeting);
    }
    if (here.empty()) return hold(node);
    Meeting& meeting = *dice_.pick(here);
    for (std::int64_t left = dice_.between(1, 4); left > 0 && node.up(); --left) {
        const std::string& firm = dice_.pick(firms_);
        const auto id =
            desk_.register_appeal(node, {{schema::appeal::type, std::int64_t{3}},
                                         {schema::appeal::requester_kind, enterprise},
                                         {schema::appeal::title, desk_.words()},
                                         {schema::appeal::uscc, firm},
                                         {schema::appeal::meeting, value_of(meeting.id)}});
        if (!id) continue;
        world_.tally().count(Happening::matter_taken_down);
        meeting.orders.insert(*id);
        orders_.emplace(*id, firm);
    }
}

/// What the people of the watch list and of visits do beside the usual steps.
std::optional<OrderStep> Salons::step(const OrderState& state, SimNode& node,
                                      const std::string& home) {
    if (node.is_hub() && state.watched && dice_.chance(30)) {
        WorkOrderEvent event = event_of(EventKind::watch_ended);
        const schema::Visit* visit = state.counted_visit(state.round);
        if (visit != nullptr && visit->satisfied()) {
            event.ground = schema::Ground::satisfied;
            return OrderStep{state.watch_owner, event};
        }
        if (dice_.chance(30)) {
            event.ground = schema::Ground::lawfully_unsolvable;
            event.basis = "依据";
            return OrderStep{"LD1", event};
        }
        event = event_of(EventKind::watch_owner);
        event.person = dice_.chance(50) ? "QY1" : "HD1";
        return OrderStep{"PD1", event};
    }
    if (node.is_hub() && state.main == MainState::visit_pending && dice_.chance(70)) {
        const schema::Visit* visit = state.counted_visit(state.round);
        const bool again = visit != nullptr && !visit->satisfied();
        if (again && dice_.chance(60)) return OrderStep{"HF1", event_of(EventKind::rework)};
        WorkOrderEvent event = event_of(EventKind::visited);
        event.method =
            dice_.chance(70) ? schema::ContactMethod::phone : schema::ContactMethod::message;
        event.reached = true;
        event.grade = dice_.chance(40) ? Grade::very_dissatisfied : Grade::satisfied;
        return OrderStep{"HF1", event};
    }
    const bool with_unit =
        state.main == MainState::dispatched || state.main == MainState::in_progress;
    if (node.is_hub() && with_unit && dice_.chance(80)) return std::nullopt;
    Desks desks{node.code, home, {}};
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        desks.units.push_back(world_.station(i).code);
    }
    return next_step(state, node.is_hub(), desks, dice_);
}

void Salons::work(SimNode& node) {
    if (!node.up()) return;
    std::vector<RecordId> shown;
    for (const auto& [id, firm] : orders_) {
        if (node->show(id, false)) shown.push_back(id);
    }
    if (shown.empty()) return;
    // Of a few the one that is furthest: some get to their end.
    std::optional<node::OrderView> order;
    for (int looks = 0; looks < 4; ++looks) {
        auto one = node->order(dice_.pick(shown));
        if (!one || one->state.main >= MainState::closed) continue;
        if (!order || order->state.main < one->state.main) order = std::move(one);
    }
    if (!order) return;
    const RecordId id = order->id;
    const std::string home = oracle_.records.at(id).home;
    const auto next = step(order->state, node, home);
    if (!next || !desk_.act(node, id, next->actor, next->event)) return;
    if (is_bad(next->event)) world_.tally().count(Happening::bad_rating);
    if (next->event.kind == EventKind::watch_ended) world_.tally().count(Happening::watch_ended);
}

/// Somebody at the hub reads two appeals of one firm and says that they are about one matter.
void Salons::confirm() {
    SimNode& hub = world_.hub();
    if (!hub.up()) return;
    std::map<std::string, std::vector<RecordId>> known;
    for (const auto& [id, firm] : orders_) {
        if (hub->show(id, false)) known[firm].push_back(id);
    }
    std::erase_if(known, [](const auto& one) { return one.second.size() < 2; });
    if (known.empty()) return;
    auto at = known.begin();
    std::advance(at, dice_.below(known.size()));
    const RecordId& one = dice_.pick(at->second);
    const RecordId& other = dice_.pick(at->second);
    if (one == other) return;
    const bool linked = desk_.add_about(hub, one, EntityId::appeal_link,
                                        {{schema::appeal_link::order, value_of(one)},
                                         {schema::appeal_link::other, value_of(other)},
                                         {schema::appeal_link::kind, same_matter},
                                         {schema::appeal_link::decision, confirmed}});
    if (linked) world_.tally().count(Happening::matter_confirmed);
}

/// As the command does it: only when all of its matters that this node knows of are settled.
void Salons::close(SimNode& node) {
    const Meeting& meeting = dice_.pick(meetings_);
    if (!node->show(meeting.id, false)) return;
    const auto orders = node->meeting_orders(meeting.id);
    const bool settled = std::ranges::all_of(orders, &node::MeetingOrder::settled);
    if (orders.empty() || !settled) return;
    (void)desk_.edit(node, meeting.id, schema::meeting::closed_at, node.environment.now_ms());
}

void Salons::keep_stick() {
    SimNode& station = world_.station(dice_.below(world_.stations()));
    if (!station.up()) return;
    std::optional<Stick> stick;
    const Outcome outcome = world_.attempt(station, [&](node::Replica& replica) {
        stick = write_stick(replica, station.environment, station.code);
    });
    if (outcome != Outcome::done || !stick) return;
    stick->from = station.code;
    if (sticks_.size() < sticks_max) {
        sticks_.push_back(*std::move(stick));
    } else {
        sticks_[dice_.below(sticks_max)] = *std::move(stick);
    }
}

void Salons::look_at_the_clock() {
    SimNode& hub = world_.hub();
    std::uint64_t again = 0;
    const Outcome outcome = world_.attempt(hub, [&](node::Replica& replica) {
        (void)replica.run_rules();
        again = replica.run_rules();
    });
    if (outcome == Outcome::done && again != 0) {
        throw Violation("the rules find at a second look what they had found");
    }
}

/// The appeals of each matter, by any of them: what links of this simulation say, and merges.
std::map<RecordId, std::set<RecordId>> Salons::matters() {
    std::map<RecordId, std::set<RecordId>> of;
    for (const auto& [id, firm] : orders_) of[id] = {id};
    const auto join = [&](const RecordId& one, const RecordId& other) {
        if (!of.contains(one) || !of.contains(other) || of[one].contains(other)) return;
        std::set<RecordId> all = of[one];
        all.merge(std::set<RecordId>(of[other]));
        for (const RecordId& id : all) of[id] = all;
    };
    for (const node::RecordView& link : world_.hub()->all(EntityId::appeal_link, 1'000'000)) {
        const auto end = [&](schema::FieldId field) {
            RecordId id;
            const schema::Value* value = link.find(field);
            const std::string* bytes = value == nullptr ? nullptr : schema::text_of(*value);
            if (bytes != nullptr && bytes->size() == id.bytes.size()) {
                std::ranges::copy(*bytes, id.bytes.begin());
            }
            return id;
        };
        join(end(schema::appeal_link::order), end(schema::appeal_link::other));
    }
    return of;
}

void Salons::check_order(const RecordId& id, std::size_t same) {
    SimNode& hub = world_.hub();
    const auto order = hub->order(id);
    if (!order) throw Violation("the hub has no order of a matter that was taken down");
    const OrderState& state = order->state;
    std::map<std::uint8_t, std::size_t> fired;
    bool bad_stands = false;
    bool bad_was_told = false;
    std::set<std::string> visitors;
    for (const node::OrderEventView& shown : order->events) {
        if (shown.event.kind == EventKind::watch_opened) ++fired[shown.event.level];
        if (shown.event.kind == EventKind::visited) visitors.insert(shown.event.actor);
        if (!is_bad(shown.event)) continue;
        bad_was_told = true;
        bad_stands = bad_stands || !shown.verdict.refused;
    }
    if (visitors.size() > 1) world_.tally().count(Happening::visited_apart);
    for (const auto& [level, times] : fired) {
        if (times != 1) throw Violation("a trigger of the watch list fired twice");
    }
    const auto expect = [&](Trigger trigger, bool must, bool may) {
        const bool is = fired.contains(static_cast<std::uint8_t>(trigger));
        if (is) world_.tally().count(Happening::trigger_fired);
        if (is != state.has_trigger(trigger)) throw Violation("a trigger that fired is not shown");
        if (must && !is) throw Violation(std::string(name_of_trigger(trigger)) + " did not fire");
        if (is && !may) throw Violation(std::string(name_of_trigger(trigger)) + " has no cause");
    };
    const bool is_void = state.main == MainState::voided;
    expect(Trigger::dissatisfied, bad_stands && !is_void, bad_was_told);
    // One of the matter carries it: that is counted over all of them.
    expect(Trigger::repeated, false, same > 1);
    // Seven days and the rest of the first; what clocks and the last exchanges took is left out.
    const Ms age = hub.environment.now_ms() - state.registered_at();
    const bool old = age > 30 * day && oracle_.clocks_were_right;
    const bool young = age < 7 * day && oracle_.clocks_were_right;
    expect(Trigger::open_long, old && state.is_open(), !young);
}

void Salons::check_meeting(const Meeting& meeting) {
    const auto listed = world_.hub()->meeting_orders(meeting.id);
    std::set<RecordId> ids;
    for (const node::MeetingOrder& order : listed) ids.insert(order.id);
    // A registration that nobody was told of may have come to light.
    if (ids.size() != listed.size() || !std::ranges::includes(ids, meeting.orders)) {
        throw Violation("a meeting lacks a matter that was taken down in it, or has it twice");
    }
}

std::size_t Salons::program_events() {
    std::size_t count = 0;
    for (const auto& [id, firm] : orders_) {
        const auto order = world_.hub()->order(id);
        if (order) count += order->events.size();
    }
    return count;
}

void Salons::check() {
    const auto of = matters();
    for (const auto& [id, firm] : orders_) check_order(id, of.at(id).size());
    for (const auto& [id, all] : of) {
        if (all.size() < 2) continue;
        const bool carried = std::ranges::any_of(all, [&](const RecordId& one) {
            return world_.hub()->order(one)->state.has_trigger(Trigger::repeated);
        });
        const auto counts = std::ranges::count_if(all, [&](const RecordId& one) {
            return world_.hub()->order(one)->state.main != MainState::voided;
        });
        if (counts > 1 && !carried) throw Violation("a matter of two appeals has no T2");
    }
    for (const Meeting& meeting : meetings_) check_meeting(meeting);
}

void Salons::replay_all() {
    SimNode& hub = world_.hub();
    const auto digest = [&] { return hub->digest(hub.profile.district_scope).digest; };
    const std::size_t before = program_events();
    const auto digest_before = digest();
    constexpr int times = 3;
    std::vector<std::size_t> order;
    for (int i = 0; i < times; ++i) {
        for (std::size_t at = 0; at < sticks_.size(); ++at) order.push_back(at);
    }
    dice_.shuffle(order);
    for (const std::size_t at : order) {
        (void)read_stick(*hub.replica, sticks_[at]);
        world_.tally().count(Happening::package_replayed);
    }
    if (program_events() != before || digest() != digest_before) {
        throw Violation("packages that came again changed something");
    }
}

}  // namespace jiuying::sim
