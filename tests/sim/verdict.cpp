#include "tests/sim/verdict.hpp"

#include "tests/sim/order_work.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace jiuying::sim {
namespace {

using node::RecordView;
using node::VersionView;
using schema::EntityId;
using schema::FieldId;
using schema::Merge;
using schema::RecordId;
using schema::Value;

const VersionView* find_version(const RecordView& view, FieldId field, const VersionKey& key) {
    for (const VersionView& version : view.history) {
        const bool same =
            version.field == field && version.station == key.station && version.dot.txn == key.txn;
        if (same) return &version;
    }
    return nullptr;
}

Value shown_value(const RecordView& view, FieldId field) {
    const Value* value = view.find(field);
    return value == nullptr ? Value{} : *value;
}

/// The texts that a set holds after these edits of lines "+text" and "-text".
std::string live_texts(const std::vector<const Write*>& existing,
                       const std::set<VersionKey>& rejected) {
    const auto has_line = [](const Write& write, const std::string& line) {
        const std::string text = "\n" + *schema::text_of(write.value) + "\n";
        return text.find("\n" + line + "\n") != std::string::npos;
    };
    std::set<std::string> live;
    for (const Write* write : existing) {
        if (rejected.contains(write->key)) continue;
        std::string lines = *schema::text_of(write->value) + "\n";
        while (!lines.empty()) {
            const std::string line = lines.substr(0, lines.find('\n'));
            lines.erase(0, line.size() + 1);
            if (line.size() < 2 || line.front() != '+') continue;
            const bool removed = std::ranges::any_of(existing, [&](const Write* by) {
                return !rejected.contains(by->key) && by->knew.contains(write->key) &&
                       has_line(*by, "-" + line.substr(1));
            });
            if (!removed) live.insert(line.substr(1));
        }
    }
    std::string joined;
    for (const std::string& text : live) joined += (joined.empty() ? "" : "\n") + text;
    return joined;
}

/// For each version that no acknowledged save explains the save whose call did not return and that
/// stands all the same; null if there is none. Each save explains one version: the newest version
/// is the last save that can have had its number.
std::vector<std::pair<const VersionView*, const Write*>> adopt_writes(
    const KnownRecord& known, const schema::Field& field,
    std::vector<const VersionView*> versions) {
    std::vector<std::pair<const VersionView*, const Write*>> adopted;
    std::set<const Write*> spent;
    std::ranges::sort(versions, std::ranges::greater(),
                      [](const VersionView* version) { return version->dot.txn; });
    for (const VersionView* version : versions) {
        const auto may_be = [&](const Write& write) {
            return !write.acknowledged() && !spent.contains(&write) && write.field == field.id &&
                   write.key.station == version->station && write.after_txn < version->dot.txn &&
                   (write.value == version->value || field.merge == Merge::set);
        };
        const auto limbo = std::find_if(known.writes.rbegin(), known.writes.rend(), may_be);
        const Write* write = limbo == known.writes.rend() ? nullptr : &*limbo;
        spent.insert(write);
        adopted.emplace_back(version, write);
    }
    return adopted;
}

/// The hub refuses only what a station had no right to write; an honest edit is never among it.
void check_rejected(const std::string& where, const std::vector<const Write*>& existing,
                    const std::set<VersionKey>& rejected) {
    for (const Write* write : existing) {
        if (rejected.contains(write->key) == write->to_be_rejected.value_or(false)) continue;
        if (!write->to_be_rejected) continue;
        throw Violation(where + (*write->to_be_rejected
                                     ? ": an edit without right was taken for good"
                                     : ": an edit that its author had a right to was rejected"));
    }
}

}  // namespace

void Verdict::check() {
    adopt_limbo();
    for (const auto& node : world_.nodes()) {
        auto& listed = conflicts_[node->code];
        for (node::ConflictView& conflict : (*node)->conflicts()) {
            listed.emplace(std::pair{conflict.record, conflict.field->id}, std::move(conflict));
        }
        watch_.check_segments(*node);
    }
    watch_.check_clocks();
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        check_agreement(world_.station(i));
        check_delivered(world_.station(i));
        check_orders(world_.station(i), world_.hub());
        check_notices(world_.station(i));
        if (is_partial(world_.station(i))) partial_.insert(world_.station(i).code);
    }
    // Nobody put anything back: a node that lost what it had told would be healed, and was wrong.
    for (const RecordView& notice : world_.hub()->all(EntityId::chain_notice, 1'000'000)) {
        if (oracle_.dishonest_scopes.contains(notice.scope)) continue;
        throw Violation("a node went back behind what it had told others");
    }
    check_counts();
    check_records();
    for (const auto& node : world_.nodes()) check_tables(*node);
    for (const auto& machine : world_.machines()) check_machine(*machine);
}

/// Registrations whose call did not return and that exist all the same count as saved from here.
void Verdict::adopt_limbo() {
    for (const RecordView& view : world_.hub()->all(EntityId::appeal, 1'000'000)) {
        if (oracle_.records.contains(view.id)) continue;
        if (oracle_.dishonest_scopes.contains(view.scope)) continue;
        const std::string* title = schema::text_of(*view.find(schema::appeal::title));
        const auto at = std::ranges::find(oracle_.limbo, *title, &LimboAppeal::title);
        if (at == oracle_.limbo.end()) throw Violation("the hub has an appeal nobody registered");
        world_.tally().count(Happening::reappeared_after_crash);
        const std::string* number = schema::text_of(*view.find(schema::appeal::number));
        oracle_.records[view.id] = {EntityId::appeal, at->station, *number, {}};
        oracle_.limbo.erase(at);
    }
}

void Verdict::check_agreement(SimNode& station) {
    SimNode& hub = world_.hub();
    for (const schema::ScopeId& scope : {station.profile.scope, station.profile.district_scope}) {
        const node::DigestFacts there = station->digest(scope);
        node::DigestFacts here = hub->digest(scope);
        // A further machine says in a log of its own what it let go of; its sister gets it
        // forwarded.
        std::erase_if(here.heads, [&](const auto& head) {
            return std::ranges::any_of(world_.machines(), [&](const auto& machine) {
                const schema::NodeId node = node::public_keys(machine->secrets).node;
                return head.first.starts_with(schema::to_text(node));
            });
        });
        const std::string name = scope == station.profile.scope ? "its scope" : "the district";
        if (there.heads != here.heads) {
            throw Violation(station.code + " and the hub hold different logs of " + name);
        }
        if (there.digest != here.digest || there.records != here.records) {
            throw Violation(station.code + " and the hub show different states of " + name);
        }
    }
    const auto key_of = [&](const auto& entry) {
        return std::tuple{entry.first, entry.second.id, entry.second.values.size()};
    };
    std::set<std::tuple<std::pair<RecordId, FieldId>, sync::ConflictId, std::size_t>> at_station;
    std::set<std::tuple<std::pair<RecordId, FieldId>, sync::ConflictId, std::size_t>> at_hub;
    for (const auto& entry : conflicts_[station.code]) at_station.insert(key_of(entry));
    for (const auto& entry : conflicts_[hub.code]) {
        const auto view = hub->show(entry.first.first, false);
        const bool shared = view && station->show(entry.first.first, false);
        if (view && (view->scope == station.profile.scope || shared)) at_hub.insert(key_of(entry));
    }
    if (at_station != at_hub) {
        throw Violation(station.code + " and the hub list different conflicts");
    }
}

void Verdict::check_delivered(SimNode& station) {
    watch_.check_claims(station);
    const node::StatusFacts status = station->status();
    if (status.unsent != 0) throw Violation(station.code + " still has unsent transactions");
    if (status.diverged) throw Violation(station.code + " believes that it has diverged");
    node::AppealFilter filter;
    filter.limit = 1'000'000;
    for (const node::AppealRow& row : station->list(filter).rows) {
        if (!row.delivered) throw Violation(station.code + " has an appeal it calls undelivered");
    }
}

void Verdict::check_counts() {
    std::map<std::string, std::uint64_t> expected;
    std::set<std::string> numbers;
    for (const auto& [id, known] : oracle_.records) {
        if (known.entity != EntityId::appeal) continue;
        ++expected[known.home];
        if (!numbers.insert(known.number).second) {
            throw Violation("the number " + known.number + " was given out twice");
        }
    }
    node::AppealFilter filter;
    filter.limit = 1'000'000;
    std::uint64_t all = 0;
    for (const auto& node : world_.nodes()) {
        all += expected[node->code];
        const node::AppealPage page = (*node)->list(filter);
        std::set<RecordId> ids;
        for (const node::AppealRow& row : page.rows) ids.insert(row.id);
        if (ids.size() != page.rows.size()) throw Violation(node->code + " lists an appeal twice");
        if (node->is_hub()) continue;
        const auto own = std::ranges::count_if(ids, [&](const RecordId& id) {
            return (*node)->show(id, false)->scope == node->profile.scope;
        });
        if (static_cast<std::uint64_t>(own) != expected[node->code]) {
            throw Violation(node->code + " lists " + std::to_string(own) + " appeals instead of " +
                            std::to_string(expected[node->code]));
        }
    }
    for (const node::AppealRow& row : world_.hub()->list(filter).rows) {
        if (oracle_.dishonest_scopes.empty()) break;
        if (oracle_.dishonest_scopes.contains(world_.hub()->show(row.id, false)->scope)) ++all;
    }
    if (world_.hub()->list(filter).total != all) throw Violation("the hub lists too many or few");
}

namespace {

/// The order that a record is or belongs to.
std::optional<RecordId> order_of(const RecordView& view) {
    if (view.entity == EntityId::appeal) return view.id;
    const bool is_side = view.entity == EntityId::note || view.entity == EntityId::work_order_event;
    const Value* named = is_side ? view.find(schema::note::order) : nullptr;
    const std::string* bytes = named == nullptr ? nullptr : schema::text_of(*named);
    RecordId id;
    if (bytes == nullptr || bytes->size() != id.bytes.size()) return std::nullopt;
    std::ranges::copy(*bytes, id.bytes.begin());
    return id;
}

}  // namespace

Verdict::Part Verdict::part_of(const SimNode& station, const RecordId& id) {
    Part part;
    const auto order = world_.hub()->order(id);
    if (!order) return part;
    part.open = order->state.lead_unit == station.code;
    for (const schema::CoTask& task : order->state.co_tasks) {
        part.open = part.open || (task.open() && task.unit == station.code);
    }
    for (const node::OrderEventView& shown : order->events) {
        const bool refused = order->state.conflicts.contains(shown.event.id);
        part.waits = part.waits || (refused && shown.station == station.code);
    }
    return part;
}

std::vector<SimNode*> Verdict::holders(const RecordId& id, const KnownRecord& known) {
    std::vector<SimNode*> nodes{&world_.hub()};
    const auto view = world_.hub()->show(id, false);
    const auto order = view ? order_of(*view) : std::nullopt;
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        SimNode& station = world_.station(i);
        const bool has = known.home.empty() || known.home == station.code ||
                         (order && part_of(station, *order).open);
        if (has) nodes.push_back(&station);
    }
    return nodes;
}

/// What is nobody's business there is not there, or no longer.
void Verdict::check_absent(const RecordId& id, const KnownRecord& known) {
    const auto view = world_.hub()->show(id, false);
    const auto order = view ? order_of(*view) : std::nullopt;
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        SimNode& station = world_.station(i);
        if (known.home.empty() || known.home == station.code) continue;
        const Part part = order ? part_of(station, *order) : Part{};
        if (part.open || part.waits || !station->show(id, false)) continue;
        throw Violation(station.code + " has a record that is not its business");
    }
}

void Verdict::check_records() {
    for (const auto& [id, known] : oracle_.records) check_record(id, known);
}

void Verdict::check_record(const RecordId& id, const KnownRecord& known) {
    std::set<FieldId> fields;
    for (const Write& write : known.writes) fields.insert(write.field);
    check_absent(id, known);
    for (SimNode* node : holders(id, known)) {
        const auto view = (*node)->show(id, true);
        if (!view) throw Violation(node->code + " does not have a record that was acknowledged");
        if (known.entity == EntityId::appeal) check_found(id, *node, *view);
        if (partial_.contains(node->code)) {
            check_as_at_hub(id, *node, *view);
            continue;
        }
        for (const FieldId field : fields) check_field(id, known, field, *node, *view);
    }
}

/// By its number, and by the words of its title, whether they were indexed already or not.
void Verdict::check_found(const RecordId& id, SimNode& node, const RecordView& view) {
    const schema::Value number_shown = shown_value(view, schema::appeal::number);
    const schema::Value title_shown = shown_value(view, schema::appeal::title);
    const std::string* number = schema::text_of(number_shown);
    const std::string* title = schema::text_of(title_shown);
    if (number == nullptr || std::ranges::count(node->find_appeals(*number), id) != 1) {
        throw Violation(node.code + " does not find an appeal by its number");
    }
    if (title == nullptr) return;
    node::AppealFilter filter;
    filter.search = *title;
    filter.limit = 1000;
    const auto rows = node->list(filter).rows;
    if (std::ranges::count(rows, id, &node::AppealRow::id) != 1) {
        throw Violation(node.code + " does not find an appeal by its words");
    }
}

void Verdict::check_field(const RecordId& id, const KnownRecord& known, FieldId field,
                          SimNode& node, const RecordView& view) {
    const schema::Entity* entity = schema::find_entity(world_.hub().registry, known.entity);
    const schema::Field* spec = schema::find_field(*entity, field);
    const std::string where =
        node.code + ", " + std::string(entity->name) + "." + std::string(spec->name);
    std::vector<const Write*> existing;
    std::set<VersionKey> rejected;
    std::set<VersionKey> explained;
    for (const Write& write : known.writes) {
        if (write.field != field || !write.acknowledged()) continue;
        const VersionView* version = find_version(view, field, write.key);
        if (version == nullptr && write.may_be_none) continue;
        if (version == nullptr) {
            throw Violation(where + ": transaction " + std::to_string(write.key.txn) + " of " +
                            write.key.station + " was acknowledged and is lost");
        }
        if (spec->merge != Merge::set && version->value != write.value) {
            throw Violation(where + ": an acknowledged value was changed");
        }
        if (version->rejected) rejected.insert(write.key);
        existing.push_back(&write);
        explained.insert(write.key);
    }
    std::vector<const VersionView*> unexplained;
    for (const VersionView& version : view.history) {
        const bool is_known = explained.contains({version.station, version.dot.txn});
        if (version.field == field && !is_known) unexplained.push_back(&version);
    }
    std::deque<Write> adopted;
    for (const auto& [version, limbo] : adopt_writes(known, *spec, unexplained)) {
        const VersionKey key{version->station, version->dot.txn};
        if (limbo == nullptr) throw Violation(where + ": a version that nobody wrote");
        adopted.push_back(*limbo);
        adopted.back().key = key;
        existing.push_back(&adopted.back());
        if (version->rejected) rejected.insert(key);
    }
    check_rejected(where, existing, rejected);
    check_heads(where, *spec, existing, rejected, id, node, view);
}

void Verdict::check_heads(const std::string& where, const schema::Field& field,
                          const std::vector<const Write*>& existing,
                          const std::set<VersionKey>& rejected, const RecordId& id, SimNode& node,
                          const RecordView& view) {
    const Value shown = shown_value(view, field.id);
    if (field.merge == Merge::append) return;
    if (field.merge == Merge::set) {
        const std::string* texts = schema::text_of(shown);
        const bool any_limbo = std::ranges::any_of(
            existing, [](const Write* write) { return !write->acknowledged(); });
        if (!any_limbo && (texts == nullptr ? "" : *texts) != live_texts(existing, rejected)) {
            throw Violation(where + ": the set holds other texts than people put and took");
        }
        return;
    }
    const Expected expected = expect(existing, rejected);
    if (expected.heads.empty()) {
        if (!schema::empty(shown)) throw Violation(where + ": shows a rejected value");
        return;
    }
    const auto is_shown = [&](const Write* head) { return head->value == shown; };
    if (std::ranges::none_of(expected.heads, is_shown)) {
        throw Violation(where + ": shows a value that was replaced");
    }
    for (const Write* head : expected.heads) {
        const VersionView* version = find_version(view, field.id, head->key);
        const bool visible = version->current || version->lost || head->value == shown;
        if (!visible) throw Violation(where + ": a concurrent edit vanished");
        if (head->value != shown) world_.tally().count(Happening::edit_lost_visibly);
    }
    check_conflict(where, field, expected, id, node);
    if (field.merge == Merge::largest) {
        const auto largest = std::ranges::max(expected.heads, {}, &Write::value);
        if (largest->value != shown) throw Violation(where + ": does not show the largest");
    }
    if (field.merge == Merge::last && oracle_.clocks_were_right) {
        const auto latest = std::ranges::max(expected.heads, {}, &Write::at);
        const bool clearly = std::ranges::all_of(expected.heads, [&](const Write* head) {
            return head == latest || head->at + oracle_.order_is_sure < latest->at;
        });
        if (clearly && latest->value != shown) {
            throw Violation(where + ": an earlier edit won over a later");
        }
    }
}

/// The conflict of a field offers exactly the values that nobody replaced knowingly.
void Verdict::check_conflict(const std::string& where, const schema::Field& field,
                             const Expected& expected, const RecordId& id, SimNode& node) {
    const auto listed = conflicts_[node.code].find({id, field.id});
    const bool contested = listed != conflicts_[node.code].end();
    if (field.merge == Merge::ask && contested != expected.several_values) {
        throw Violation(where + (contested ? ": a conflict that is none"
                                           : ": people were not asked about a conflict"));
    }
    if (!contested) return;
    world_.tally().count(Happening::conflict_arose);
    const auto& values = listed->second.values;
    for (const Write* head : expected.heads) {
        const bool offered = std::ranges::any_of(values, [&](const VersionView& value) {
            return value.value == head->value && value.station == head->key.station;
        });
        if (!offered) throw Violation(where + ": a conflict leaves out one of its values");
    }
    if (values.size() != expected.heads.size()) {
        throw Violation(where + ": a conflict offers a value that was replaced");
    }
}

void Verdict::check_tables(SimNode& node) {
    const node::VerifyReport report = node->verify("scratch.db");
    if (!report.problems.empty()) throw Violation(node.code + ": " + report.problems.front().text);
}

}  // namespace jiuying::sim
