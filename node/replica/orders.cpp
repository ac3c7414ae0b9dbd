// Work orders: from the records of their events to a folded state, and from a person's act to one
// more event.
#include "node/replica/order_desk.hpp"
#include "node/replica/rule_desk.hpp"
#include "node/replica/shown.hpp"
#include "sync/merge/event_order.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;
using schema::WorkOrderEvent;
namespace fields = schema::work_order_event;

constexpr std::size_t heads_max = 256;  ///< That `after` has room for.
constexpr std::uint64_t all_txns = std::uint64_t{1} << 62U;

/// One event as it is stored, before its place is known.
struct Stored {
    RecordKey key = 0;
    WorkOrderEvent event;
    sync::EventLink link;
    std::vector<RecordId> after;
};

std::vector<RecordId> ids_in(std::string_view bytes) {
    std::vector<RecordId> ids;
    RecordId id;
    const std::size_t size = id.bytes.size();
    for (; bytes.size() >= size && ids.size() < heads_max; bytes.remove_prefix(size)) {
        std::copy_n(bytes.begin(), size, id.bytes.begin());
        ids.push_back(id);
    }
    return ids;
}

/// The version that the event's own transaction wrote: what others add to it later is no part of
/// it.
const sync::Version* own_version(const sync::RecordState& record, const sync::FieldGraph& graph) {
    const auto own = std::ranges::find(graph.versions, record.name.creation, &sync::Version::dot);
    const bool counts = own != graph.versions.end() && (own->flags & sync::Version::rejected) == 0;
    return counts ? &*own : nullptr;
}

/// Nothing if the hub refused its transaction, or if it says of no kind.
std::optional<Stored> read_event(const LoadedRecord& record, const Store& store,
                                 const schema::NodeId& hub) {
    const sync::FieldGraph* kind = sync::find_graph(record.state, fields::kind);
    const sync::Version* wrote = kind == nullptr ? nullptr : own_version(record.state, *kind);
    if (wrote == nullptr) return std::nullopt;
    Stored stored;
    stored.key = record_key(record.state.name);
    WorkOrderEvent& event = stored.event;
    event.id = record.state.id;
    event.actor = store.actor_code(wrote->actor);
    event.at_hub = store.authors()[wrote->dot.author].node == hub;
    event.recorded_at = static_cast<std::int64_t>(sync::wall_ms(wrote->hlc));
    event.happened_at = event.recorded_at;
    stored.link = {wrote->dot, record.state.name.ordinal, {}, wrote->hlc, event.at_hub};
    const auto order = store.erased().empty() ? std::nullopt : order_of(record);
    const bool erased = order && store.erased().contains(*order);
    for (const sync::FieldGraph& graph : record.state.fields) {
        const sync::Version* version = own_version(record.state, graph);
        if (version == nullptr) continue;
        // A value of the wrong kind is as if it had not been written.
        (void)schema::read_field(event, graph.id, version->value);
        // That it was written is a fact of the work: a reply stays a reply.
        const bool is_gone = erased && schema::empty(version->value);
        if (is_gone && !schema::is_open(record.entity, graph.id)) {
            (void)schema::read_field(event, graph.id, std::string(schema::erased_words));
        }
        const std::string* bytes = schema::text_of(version->value);
        if (graph.id == fields::after && bytes != nullptr) stored.after = ids_in(*bytes);
    }
    return stored;
}

}  // namespace

schema::Value after_heads(std::span<const RecordId> heads) {
    if (heads.empty()) return {};
    std::string bytes;
    for (const RecordId& id : heads.last(std::min(heads.size(), heads_max))) {
        bytes.append(id.bytes.begin(), id.bytes.end());
    }
    return bytes;
}

namespace {

/// Whether the reference logs that are here do not begin at their beginning or are on their way.
bool lacks_reference(Store& store) {
    const auto filled = store.meta(filled_key);
    if (filled && !filled->empty() && filled->front() != 0) return true;
    return store.database()
        .statement(
            "SELECT 1 FROM filling UNION ALL SELECT 1 FROM horizon JOIN log ON log.ix = "
            "horizon.log WHERE log.stream = ? LIMIT 1")
        .maybe<int>(sync::Stream::reference)
        .has_value();
}

}  // namespace

const OrderFacts& Replica::State::facts() {
    if (!order_facts) {
        FactsReader collected;
        // Until they are, what stands counts as if it had always stood.
        if (lacks_reference(store)) {
            for (const RecordKey key : reference_keys(store, registry)) {
                const LoadedRecord* record = store.find(record_name(key));
                if (record != nullptr) collected.add(record->state);
            }
        }
        for (const auto& log : store.logs()) {
            if (log->id.stream != sync::Stream::reference) continue;
            if (log->id.author.node != profile.hub.node) continue;
            each_transaction(*log, 0, all_txns,
                             [&](const sync::Transaction& tx) { collected.add(tx); });
        }
        order_facts = collected.finish();
    }
    return *order_facts;
}

const OrderFacts& Replica::facts() { return state_->facts(); }

std::optional<std::int64_t> Replica::State::received_at(const LoadedRecord& record) {
    const sync::Dot creation = record.state.name.creation;
    if (store.authors()[creation.author].node == profile.hub.node) {
        const auto* at = schema::number_of(shown_in(record, schema::appeal::registered_at));
        return at == nullptr ? std::nullopt : std::optional{*at};
    }
    return arrived_at(creation);
}

std::optional<std::int64_t> Replica::State::arrived_at(sync::Dot creation) {
    for (const auto& log : store.logs()) {
        if (log->author != creation.author || log->id.stream != sync::Stream::station) continue;
        // At a station's log txn and seq are the same number.
        const auto found = store.database()
                               .statement(
                                   "SELECT at FROM arrival WHERE log = ? AND last >= ? "
                                   "ORDER BY last LIMIT 1")
                               .maybe<std::optional<std::int64_t>>(log->ix, creation.txn);
        if (found) return *found;
    }
    return std::nullopt;
}

schema::Intake Replica::State::intake_of(const LoadedRecord& appeal) {
    using namespace schema::appeal;
    const auto number_of = [&](schema::FieldId field) {
        const std::int64_t* number = schema::number_of(shown_in(appeal, field));
        return number == nullptr ? std::int64_t{0} : *number;
    };
    schema::Intake intake;
    intake.id = appeal.state.id;
    const schema::ScopeId& scope = store.scope_id(appeal.scope);
    std::string station = scope == profile.scope ? profile.station_code : facts().station_of(scope);
    if (station.empty()) station = hub_desk;  // What is of no station is the hub's.
    intake.home_unit = facts().unit_of_station(station);
    intake.registered_at = number_of(registered_at);
    // By whom: the creation's actor stands at its number.
    if (const auto* graph = sync::find_graph(appeal.state, number)) {
        if (const auto* wrote = own_version(appeal.state, *graph)) {
            intake.recorder = store.actor_code(wrote->actor);
        }
    }
    // The instant of the receipt is known at the station only; that there is one, everywhere.
    if (delivered(appeal)) intake.received_at = intake.registered_at;
    intake.type = schema::AppealType{static_cast<std::uint8_t>(number_of(type))};
    intake.category = text_in(appeal, category);
    intake.region = text_in(appeal, region);
    intake.subject_unit = text_in(appeal, subject_unit);
    intake.policy = text_in(appeal, policy);
    if (const std::int64_t due = number_of(ext_due_at); due != 0) intake.ext_due_at = due;
    intake.enterprise = is_of_enterprise(appeal);
    intake.anonymous = number_of(anonymous) != 0;
    // That it was told is a fact of the work: an erasure does not undo what was decided by it.
    const bool erased = store.erased().contains(appeal.state.id);
    const auto was_told = [&](schema::FieldId field) {
        const bool is_gone = erased && sync::find_graph(appeal.state, field) != nullptr;
        return is_gone || !text_in(appeal, field).empty();
    };
    intake.has_phone = was_told(phone);
    intake.from_leader = was_told(leader_source);
    return intake;
}

std::optional<Order> Replica::State::read_order(const RecordId& id) {
    if (store.in_transaction()) {
        store.flush();  // Events and reference data of this very commit count, too.
        if (store.order_changes().reference) order_facts.reset();
    }
    const schema::Entity* kind = store.stored_entity(EntityId::appeal);
    const auto name = kind == nullptr ? std::nullopt : store.find_name(id, *kind);
    const LoadedRecord* appeal = name ? store.find(*name) : nullptr;
    if (appeal == nullptr || appeal->state.entity != EntityId::appeal) return std::nullopt;
    Order order;
    order.scope = appeal->scope;
    order.key = record_key(*name);
    order.number = printed_number(*appeal);
    order.delivered = delivered(*appeal);
    order.received_at = received_at(*appeal);
    std::vector<Stored> known;
    std::map<RecordId, sync::Dot> dots;
    store.database()
        .statement("SELECT rid FROM work_order_event WHERE \"order\" = ? AND scope = ? ORDER BY id")
        .each<RecordKey>(
            [&](RecordKey key) {
                const LoadedRecord* record = store.find(record_name(key));
                auto event =
                    record == nullptr ? std::nullopt : read_event(*record, store, profile.hub.node);
                if (!event) return;
                dots[event->event.id] = event->link.dot;
                known.push_back(std::move(*event));
            },
            id, appeal->scope);
    std::set<RecordId> named;
    for (Stored& stored : known) {
        for (const RecordId& before : stored.after) {
            const auto dot = dots.find(before);
            if (dot == dots.end()) continue;
            stored.link.after.push_back(dot->second);
            named.insert(before);
        }
    }
    std::vector<sync::EventLink> links;
    for (const Stored& stored : known) links.push_back(stored.link);
    for (const std::size_t at : sync::event_order(links, store.authors())) {
        const RecordId& event = known[at].event.id;
        if (!named.contains(event)) order.heads.push_back(event);
        order.keys.push_back(known[at].key);
        order.events.push_back(std::move(known[at].event));
    }
    order.state =
        schema::fold(intake_of(*appeal), order.events, facts().staff(), facts().settings());
    return order;
}

Result<Acted> Replica::act(const std::string& actor, const RecordId& order_id,
                           WorkOrderEvent event) {
    State& state = *state_;
    return state.writing([&]() -> Result<Acted> {
        auto order = state.read_order(order_id);
        if (!order || state.hidden(order_id)) return Errc::not_found;
        State::OrderDesk desk{state};
        // What a rule has to say of this order it says before anybody decides on it.
        if (state.is_hub() && State::RuleDesk(state).heed(order_id, order) != 0) {
            order = state.read_order(order_id);
        }
        desk.sign(event, actor);
        const OrderFacts& facts = state.facts();
        // A notice by hand may be objected to as long as one by rule.
        if (event.kind == schema::EventKind::supervised && event.level > 1 && !event.due_at) {
            event.due_at = facts.clocks().working_days_after(
                event.recorded_at, facts.settings().at(event.recorded_at).objection_working_days,
                event.recorded_at);
        }
        // An instruction is a task with an end.
        if (event.kind == schema::EventKind::instruction && !event.due_at) {
            event.due_at = facts.clocks().working_days_after(
                event.recorded_at, facts.settings().at(event.recorded_at).instruction_working_days,
                event.recorded_at);
        }
        // From here on the order keeps it, whatever comes into force later.
        const bool gives_policy =
            event.kind == schema::EventKind::triaged || event.kind == schema::EventKind::dispatched;
        if (gives_policy && event.policy.empty() && order->state.policy.empty()) {
            event.policy = facts.clocks().policy_of(order->state, event.recorded_at).version;
        }
        const bool classes =
            event.kind == schema::EventKind::triaged && event.type == schema::AppealType::none;
        if (classes) event.type = order->state.type;
        const bool fixes = event.kind == schema::EventKind::dispatched ||
                           event.kind == schema::EventKind::closed_onsite;
        event.intake.reset();
        if (fixes && !order->state.facts_fixed) {
            event.intake = schema::facts_of(order->state.intake);
        }
        Acted acted;
        acted.main = order->state.main;
        // The program's own word, which nobody tells it to say.
        if (event.kind == schema::EventKind::arrived || schema::is_of_rules(event.kind)) {
            acted.refused = schema::GuardFailure::not_an_event;
            return acted;
        }
        acted.refused =
            schema::may(order->state, event, facts.staff(), facts.settings().at(event.recorded_at));
        if (!acted.refused) acted.refused = desk.refusal(*order, order_id, event);
        if (acted.refused) return acted;
        return desk.write(*order, order_id, event, {});
    });
}

namespace {

OrderEventView event_view(const schema::WorkOrderEvent& event,
                          const schema::EventVerdict& verdict) {
    OrderEventView shown;
    shown.event = event;
    shown.verdict = verdict;
    return shown;
}

}  // namespace

/// All events of \p order, with where they were written.
std::vector<OrderEventView> Replica::State::event_views(const Order& order) {
    std::vector<OrderEventView> views;
    for (std::size_t i = 0; i < order.events.size(); ++i) {
        views.push_back(event_view(order.events[i], order.state.verdicts[i]));
        const LoadedRecord* record = store.find(record_name(order.keys[i]));
        if (record == nullptr) continue;
        OrderEventView& shown = views.back();
        shown.station = place_of(store.authors()[record->state.name.creation.author]);
        shown.delivered = delivered(*record);
        const auto* kind = sync::find_graph(record->state, fields::kind);
        const sync::Version* wrote = kind == nullptr ? nullptr : own_version(record->state, *kind);
        shown.suspect_clock = wrote != nullptr && (wrote->flags & sync::Version::suspect) != 0;
    }
    return views;
}

std::optional<OrderView> Replica::order(const RecordId& id) {
    const auto order = state_->read_order(id);
    if (!order) return std::nullopt;
    if (state_->hidden(id)) return std::nullopt;
    OrderView view{id,
                   order->number,
                   order->delivered,
                   order->received_at,
                   order->state,
                   state_->event_views(*order)};
    state_->store.forget_loaded();
    return view;
}

std::optional<OrderDues> Replica::dues(const OrderView& order, std::int64_t as_of) {
    std::vector<WorkOrderEvent> events;
    for (const OrderEventView& shown : order.events) events.push_back(shown.event);
    const OrderClocks& clocks = state_->facts().clocks();
    auto deadlines = clocks.of(order.state, events, as_of, order.received_at);
    if (!deadlines) return std::nullopt;
    OrderDues dues{*std::move(deadlines), {}, order.received_at};
    dues.story = clocks.story(dues.deadlines, order.state, events);
    return dues;
}

/// Orders that wait for a person's word, and those of which it is not known yet.
std::vector<RecordId> Replica::State::questioned_orders() {
    std::vector<RecordId> ids;
    store.database()
        .statement(
            "SELECT appeal.id FROM order_state JOIN appeal ON appeal.rid = order_state.rid "
            "WHERE open_events > 0 OR facts < ? OR facts > ? ORDER BY appeal.id")
        .each<RecordId>([&](const RecordId& id) { ids.push_back(id); }, version_of_facts(),
                        version_of_facts());
    std::erase_if(ids, [&](const RecordId& id) { return hidden(id); });
    return ids;
}

std::vector<EventConflictView> Replica::event_conflicts() {
    State& state = *state_;
    std::vector<EventConflictView> all;
    for (const RecordId& id : state.questioned_orders()) {
        const auto order = state.read_order(id);
        if (!order) continue;
        const std::vector<OrderEventView> events = state.event_views(*order);
        for (std::size_t i = 0; i < events.size(); ++i) {
            const auto open = order->state.conflicts.find(events[i].event.id);
            if (open == order->state.conflicts.end()) continue;
            EventConflictView conflict{sync::event_conflict_id(id, events[i].event.id),
                                       id,
                                       order->number,
                                       events[i],
                                       open->second.failure,
                                       std::nullopt,
                                       order->state.main};
            for (std::size_t k = i; k-- > 0 && !conflict.before;) {
                const bool decides = !events[k].verdict.refused &&
                                     events[k].event.kind != schema::EventKind::arrived;
                if (decides) conflict.before = events[k];
            }
            all.push_back(std::move(conflict));
        }
        state.store.forget_loaded();
    }
    return all;
}

std::vector<VisitConflictView> Replica::visit_conflicts() {
    State& state = *state_;
    std::vector<VisitConflictView> all;
    for (const RecordId& id : state.questioned_orders()) {
        const auto order = state.read_order(id);
        const auto visits = order ? order->state.visits_to_decide() : std::vector<schema::Visit>();
        if (visits.empty()) continue;
        const RecordId worst = order->state.counted_visit(order->state.round)->event;
        VisitConflictView conflict{
            sync::event_conflict_id(id, worst), id, order->number, {}, 0, order->state.main};
        for (OrderEventView& shown : state.event_views(*order)) {
            const auto is_it = [&](const schema::Visit& visit) {
                return visit.event == shown.event.id;
            };
            if (std::ranges::none_of(visits, is_it)) continue;
            if (shown.event.id == worst) conflict.counts = conflict.visits.size();
            conflict.visits.push_back(std::move(shown));
        }
        all.push_back(std::move(conflict));
        state.store.forget_loaded();
    }
    return all;
}

}  // namespace jiuying::node
