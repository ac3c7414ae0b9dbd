#include "node/replica/erasures.hpp"

#include "node/replica/erasure_book.hpp"
#include "node/replica/roster_book.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::MainState;
using schema::RecordId;

/// Whoever handles an order must be able to reach the person.
bool is_over(MainState state) {
    switch (state) {
        case MainState::closed:
        case MainState::archived:
        case MainState::not_accepted:
        case MainState::merged:
        case MainState::withdrawn: return true;
        default: return false;
    }
}

bool has_value(const LoadedRecord& record, schema::FieldId field) {
    const sync::FieldGraph* graph = sync::find_graph(record.state, field);
    return graph != nullptr && std::ranges::any_of(graph->versions, [](const auto& version) {
               return !schema::empty(version.value);
           });
}

std::string bytes_of(const RecordId& id) { return {id.bytes.begin(), id.bytes.end()}; }

}  // namespace

Result<RecordId> Erasures::request(const std::string& actor, const RecordId& target,
                                   const std::string& reason) {
    Replica::State& state = *replica_.state_;
    const auto asked = state.writing([&]() -> Result<RecordId> {
        state.store.flush();
        const auto known = state.store.database()
                               .statement("SELECT id FROM erasure WHERE target = ? ORDER BY id")
                               .maybe<RecordId>(target);
        if (known) return *known;
        const auto name = state.store.find_name(target);
        const LoadedRecord* record = name ? state.store.find(*name) : nullptr;
        if (record == nullptr || record->entity == nullptr) return Errc::not_found;
        if (record->entity->home == schema::Home::reference) return Errc::wrong_scope;
        switch (record->entity->id) {
            case EntityId::appeal: {
                const auto order = state.read_order(target);
                if (order && !is_over(order->state.main)) return Errc::wrong_state;
                break;
            }
            case EntityId::meeting:
                if (!has_value(*record, schema::meeting::closed_at)) return Errc::wrong_state;
                break;
            case EntityId::hard_case:
                if (!has_value(*record, schema::hard_case::struck_at)) return Errc::wrong_state;
                break;
            case EntityId::contact_log: break;
            default: return Errc::wrong_scope;  // A part of those, or no person's.
        }
        Draft draft;
        draft.actor = actor;
        namespace fields = schema::erasure;
        draft.records.push_back({EntityId::erasure,
                                 {{fields::target, bytes_of(target)},
                                  {fields::asked_at, state.environment.now_ms()},
                                  {fields::actor, actor},
                                  {fields::reason, reason}}});
        const auto written = state.write(draft);
        if (!written) return written.error();
        replica_.audit({actor, "erasure.request", schema::to_text(target)});
        return written->records.front();
    });
    state.scrub();
    return asked;
}

std::vector<ErasureFacts> Erasures::list() {
    Replica::State& state = *replica_.state_;
    std::vector<ErasureFacts> all;
    state.store.database()
        .statement(
            "SELECT e.id, e.target, e.asked_at, e.actor, e.reason, coalesce(d.done, 0), a.number "
            "FROM erasure e LEFT JOIN erased d ON d.target = e.target "
            "LEFT JOIN appeal a ON a.id = e.target WHERE e.target NOT NULL ORDER BY e.id")
        .each<RecordId, RecordId, std::optional<std::int64_t>, std::optional<std::string>,
              std::optional<std::string>, bool, std::optional<std::string>>(
            [&](const RecordId& id, const RecordId& target, std::optional<std::int64_t> asked_at,
                std::optional<std::string> actor, std::optional<std::string> reason, bool done,
                std::optional<std::string> number) {
                ErasureFacts facts;
                facts.id = id;
                facts.target = target;
                facts.number = number.value_or("");
                const auto name = state.store.find_name(target);
                const LoadedRecord* record = name ? state.store.find(*name) : nullptr;
                if (record != nullptr) facts.kind = record->state.entity;
                facts.asked_at = asked_at.value_or(0);
                facts.actor = actor.value_or("");
                facts.reason = reason.value_or("");
                facts.done_here = done;
                all.push_back(std::move(facts));
            });
    if (state.is_hub()) {
        for (ErasureFacts& facts : all) add_machines(facts);
    }
    return all;
}

void Erasures::add_machines(ErasureFacts& facts) {
    Replica::State& state = *replica_.state_;
    std::set<schema::NodeId> said;
    state.store.database()
        .statement("SELECT rid FROM erasure_done WHERE erasure = ?")
        .each<RecordKey>(
            [&](RecordKey key) {
                said.insert(state.store.authors()[record_name(key).creation.author].node);
            },
            facts.id);
    Replica::State::RosterBook roster{state};
    for (const PeerFacts& peer : replica_.peers()) {
        if (peer.status == "invited") continue;
        if (said.contains(peer.node)) {
            ++facts.told;
            continue;
        }
        const auto entry = roster.entry_of(peer.node);
        facts.waits.push_back({peer.node, peer.station_code,
                               entry ? entry->standing : sync::Standing::active,
                               peer.last_contact_ms});
    }
}

std::optional<std::int64_t> Erasures::erased_at(const RecordId& target) {
    return replica_.state_->store.database()
        .statement("SELECT asked_at FROM erasure WHERE target = ? ORDER BY id")
        .maybe<std::int64_t>(target);
}

}  // namespace jiuying::node
