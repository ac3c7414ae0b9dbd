// Reference data: written by the hub, the same for all stations.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/reference_checks.hpp"
#include "node/commands/stick_view.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "schema/staff_posts.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::Field;
using schema::FieldId;

constexpr std::size_t rows_max = 1000;
constexpr std::int64_t list_max = 100'000;
/// The field that names a record of reference data, in all of its entities.
constexpr FieldId code_field = 1;

const schema::Entity& reference_entity(const json::object& args) {
    const std::string name = require_text(args, "entity");
    const schema::Entity* entity = schema::find_entity(schema::registry(), name);
    const bool known = entity != nullptr && entity->home == schema::Home::reference;
    if (!known) throw Failure{Error::bad_value, Detail::option, "entity"};
    return *entity;
}

/// What a row says, or why it is refused.
struct Row {
    std::vector<FieldValue> values;
    std::string code;
    std::optional<Error> fault;
    std::string field;
    std::string limit;
};

Row read_row(const schema::Entity& entity, const json::object& given) {
    Row row;
    for (const auto& member : given) {
        const Field* field = named_field(entity, member.key());
        if (field == nullptr || field->kind == schema::Kind::bytes) {
            return {{}, {}, Error::unknown_field_name, member.key(), {}};
        }
        auto read = read_value(*field, member.value());
        if (const auto* refusal = std::get_if<Refusal>(&read)) {
            return {{}, {}, refusal->error, std::string{field->name}, refusal->limit};
        }
        auto& value = std::get<schema::Value>(read);
        if (entity.id == EntityId::staff && field->id == schema::staff::posts) {
            const std::string* posts = schema::text_of(value);
            if (posts != nullptr && !schema::read_posts(*posts).wrong.empty()) {
                return {{}, {}, Error::unknown_post, std::string{field->name}, {}};
            }
        }
        if (field->id == code_field && schema::text_of(value) != nullptr) {
            row.code = *schema::text_of(value);
        }
        row.values.push_back({field->id, std::move(value)});
    }
    if (is_blank(row.code)) return {{}, {}, Error::missing_option, "code", {}};
    return row;
}

}  // namespace

json::object reference_import_rows(CommandContext& context, const json::object& args) {
    const schema::Entity& entity = reference_entity(args);
    const std::string actor = actor_of(context, args);
    const json::array& rows = require_array(args, "rows");
    if (rows.size() > rows_max) throw Failure{Error::bad_value, Detail::option, "rows"};
    std::uint64_t imported = 0;
    std::uint64_t updated = 0;
    std::uint64_t skipped = 0;
    json::array refused;
    // Codes of records made in this commit: the store finds only what was committed.
    std::map<std::string, schema::RecordId> made;
    std::vector<Row> read;
    ReferenceChecks checks{context, entity};
    for (const json::value& item : rows) {
        read.push_back(read_row(entity, item.as_object().at("values").as_object()));
        if (!read.back().fault) checks.note(read.back().code, read.back().values);
    }
    Replica::Batch batch{context.replica};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const json::object& object = rows[i].as_object();
        Row& row = read[i];
        if (!row.fault) {
            if (auto fault = checks.fault(row.code, row.values)) {
                row.fault = fault->error;
                row.field = std::move(fault->field);
                row.limit = std::move(fault->limit);
            }
        }
        if (row.fault) {
            json::object why{{"row", object.at("row")},
                             {"code", entry_of(*row.fault).code},
                             {"field", row.field}};
            if (!row.limit.empty()) why["limit"] = row.limit;
            refused.push_back(std::move(why));
            continue;
        }
        Draft draft;
        draft.actor = actor;
        auto known = context.replica.find_by_text(entity.id, code_field, row.code);
        const auto earlier = made.find(row.code);
        if (!known && earlier != made.end()) known = earlier->second;
        const bool edits = known.has_value();
        if (edits) {
            draft.edits.push_back({*known, std::move(row.values)});
        } else {
            draft.records.push_back({entity.id, std::move(row.values)});
        }
        const Committed committed = require(context.replica.commit(draft));
        if (!edits) made[row.code] = committed.records.front();
        ++(committed.txn == 0 ? skipped : edits ? updated : imported);
    }
    if (imported + updated != 0) {
        context.replica.audit(
            {actor, "reference.import", std::string{entity.name}, schema::audit::done,
             "new " + std::to_string(imported) + ", changed " + std::to_string(updated) +
                 ", refused " + std::to_string(refused.size())});
    }
    batch.commit();
    return {{"imported", imported},
            {"updated", updated},
            {"skipped", skipped},
            {"refused", std::move(refused)}};
}

json::object reference_list(CommandContext& context, const json::object& args) {
    const schema::Entity& entity = reference_entity(args);
    const std::int64_t limit = number_in(args, "limit").value_or(list_max);
    if (limit < 0 || limit > list_max) throw Failure{Error::bad_value, Detail::option, "--limit"};
    std::vector<RecordView> records =
        context.replica.all(entity.id, static_cast<std::size_t>(limit));
    std::ranges::sort(records, {},
                      [](const RecordView& r) { return text_of_field(r, code_field); });
    json::array all;
    for (const RecordView& record : records) all.push_back(fields_json(record));
    const auto total = all.size();
    return {{"total", total}, {"entity", entity.name}, {"records", std::move(all)}};
}

namespace {

void add_machine(const MachineFacts& machine, json::object& shown) {
    shown["backlog"] = machine.backlog;
    if (!machine.said) return;
    shown["version"] = machine.said->version;
    if (machine.said->total_mib == 0) return;
    constexpr unsigned mib = 20;
    shown["disk_free"] = machine.said->free_mib << mib;
    shown["disk_total"] = machine.said->total_mib << mib;
}

}  // namespace

json::object station_list(CommandContext& context, const json::object&) {
    json::array stations;
    for (const PeerFacts& peer : context.replica.peers()) {
        json::object shown{{"code", peer.station_code},
                           {"name", peer.name},
                           {"status", peer.status},
                           {"seq", peer.seq},
                           {"last_contact", time_or_null(peer.last_contact_ms)},
                           {"clock_offset_ms", nullptr},
                           {"version", nullptr},
                           {"disk_free", nullptr},
                           {"disk_total", nullptr},
                           {"backlog", nullptr}};
        if (peer.clock_offset_ms) shown["clock_offset_ms"] = *peer.clock_offset_ms;
        if (peer.machine) add_machine(*peer.machine, shown);
        for (auto& member : stick_view(context, peer.node, peer.station_code)) {
            shown[member.key()] = std::move(member.value());
        }
        stations.push_back(std::move(shown));
    }
    const auto total = stations.size();
    return {{"total", total}, {"stations", std::move(stations)}};
}

}  // namespace jiuying::node::commands
