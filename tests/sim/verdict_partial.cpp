// Machines that do not hold the whole history: a station that pruned its log, or one that joined by
// a snapshot. What they show must be what the hub shows, whose history is judged in full.
#include "tests/sim/order_work.hpp"
#include "tests/sim/verdict.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace jiuying::sim {
namespace {

using node::RecordView;
using schema::FieldId;
using schema::RecordId;

/// Whether stations have that field at all.
bool is_for_stations(const SimNode& node, const RecordView& view, FieldId id) {
    const schema::Entity* entity = schema::find_entity(node.registry, view.entity);
    const schema::Field* field = entity == nullptr ? nullptr : schema::find_field(*entity, id);
    return field == nullptr || field->audience == schema::Audience::station;
}

using Shown = std::multiset<std::tuple<FieldId, std::string, std::uint64_t, bool, schema::Value>>;

/// What stands, and what lost and must stay visible, with where it was written.
Shown visible(const SimNode& node, const RecordView& view) {
    Shown all;
    for (const node::VersionView& version : view.history) {
        const bool meant =
            (version.current || version.lost) && is_for_stations(node, view, version.field);
        if (!meant) continue;
        all.emplace(version.field, version.station, version.dot.txn, version.lost, version.value);
    }
    return all;
}

}  // namespace

bool Verdict::is_partial(SimNode& node) {
    return !node.is_hub() && (node->status().pruned != 0 ||
                              Autopsy(node.disk).rows_of("SELECT count(*) FROM horizon") != 0);
}

void Verdict::check_as_at_hub(const RecordId& id, SimNode& node, const RecordView& view) {
    SimNode& hub = world_.hub();
    const auto there = hub->show(id, true);
    const std::string where = node.code + ", whose log does not begin at its beginning, ";
    for (const node::FieldShown& shown : there->fields) {
        if (!is_for_stations(hub, *there, shown.id)) continue;
        const schema::Value* here = view.find(shown.id);
        if (here == nullptr || *here != shown.value) {
            throw Violation(where + "shows another value of field " + std::to_string(shown.id));
        }
    }
    for (const node::FieldShown& shown : view.fields) {
        if (there->find(shown.id) == nullptr) {
            throw Violation(where + "shows a value that the hub has not");
        }
    }
    if (visible(node, view) != visible(hub, *there)) {
        throw Violation(where + "tells another history of what counts");
    }
}

/// A further machine of a station, at which nobody wrote.
void Verdict::check_machine(SimNode& machine) {
    const schema::ScopeId scope = machine.profile.scope;
    const auto first = std::ranges::find_if(world_.nodes(), [&](const auto& node) {
        return !node->is_hub() && node->profile.scope == scope;
    });
    SimNode& station = **first;
    for (const schema::ScopeId& one : {scope, machine.profile.district_scope}) {
        const auto here = machine->digest(one);
        const auto there = world_.hub()->digest(one);
        if (here.digest != there.digest || here.records != there.records) {
            throw Violation(machine.code + " and the hub show different states");
        }
    }
    std::set<sync::ConflictId> here;
    std::set<sync::ConflictId> there;
    for (const auto& conflict : machine->conflicts()) here.insert(conflict.id);
    for (const auto& conflict : station->conflicts()) there.insert(conflict.id);
    if (here != there) throw Violation(machine.code + " lists other conflicts than its sister");
    const node::StatusFacts status = machine->status();
    if (status.filling) throw Violation(machine.code + " did not get all of its snapshot");
    if (status.unsent != 0 || status.diverged) {
        throw Violation(machine.code + " believes that something is left to do");
    }
    for (const auto& [id, known] : oracle_.records) {
        const auto view = machine->show(id, true);
        const bool at_sister = station->show(id, false).has_value();
        if (view.has_value() != at_sister) {
            throw Violation(machine.code + " has other records than its sister");
        }
        if (view) check_as_at_hub(id, machine, *view);
    }
    check_orders(machine, world_.hub());
    check_tables(machine);
}

/// What the hub sent back: a value that no rule allows and that stands has its notice on both
/// sides, unless it stands in an order that the station let go of.
void Verdict::check_notices(SimNode& station) {
    const auto listed = [&](SimNode& node) {
        std::set<std::tuple<RecordId, FieldId, std::uint64_t, bool>> all;
        for (const node::NoticeView& notice : node->notices()) {
            if (notice.station != station.code) continue;
            if (!notice.rejection && !station->show(notice.record, false)) continue;
            all.emplace(notice.record, notice.field == nullptr ? FieldId{0} : notice.field->id,
                        notice.txn, notice.rejection);
        }
        return all;
    };
    const auto here = listed(station);
    if (here != listed(world_.hub())) {
        throw Violation(station.code + " and the hub list different notices");
    }
    for (const auto& [id, known] : oracle_.records) {
        if (known.entity != schema::EntityId::appeal || known.home != station.code) continue;
        const auto view = station->show(id, true);
        if (!view) continue;
        for (const node::VersionView& version : view->history) {
            if (!version.current || version.field != schema::appeal::region) continue;
            const std::string* code = schema::text_of(version.value);
            const bool wrong = code != nullptr && !code->empty() && *code != "340207001";
            if (!wrong || version.station != station.code || version.rejected) continue;
            if (!here.contains({id, version.field, version.dot.txn, false})) {
                throw Violation(station.code + " was not told that a region does not exist");
            }
        }
    }
}

}  // namespace jiuying::sim
