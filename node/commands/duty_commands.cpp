// The duty roster: who is there, at any hour of any day (A12).
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;

constexpr std::size_t list_max = 100'000;

std::int64_t require_instant(const json::object& args, std::string_view key) {
    const auto at = instant_in(args, key);
    if (!at) throw Failure{Error::missing_option, Detail::option, "--" + std::string{key}};
    return *at;
}

std::int64_t time_of(const RecordView& record, schema::FieldId field) {
    const schema::Value* value = record.find(field);
    const std::int64_t* at = value == nullptr ? nullptr : schema::number_of(*value);
    return at == nullptr ? 0 : *at;
}

/// Those that overlap the time from \p begin to \p end, by their start.
json::array duties(CommandContext& context, std::int64_t begin, std::int64_t end) {
    std::vector<RecordView> records = context.replica.all(EntityId::duty, list_max);
    std::erase_if(records, [&](const RecordView& record) {
        return time_of(record, schema::duty::to) <= begin ||
               time_of(record, schema::duty::from) >= end;
    });
    std::ranges::stable_sort(records, {}, [](const RecordView& record) {
        return std::pair{time_of(record, schema::duty::from),
                         text_of_field(record, schema::duty::code)};
    });
    json::array all;
    for (const RecordView& record : records) all.push_back(fields_json(record));
    return all;
}

}  // namespace

json::object duty_add(CommandContext& context, const json::object& args) {
    using namespace schema::duty;
    Draft draft;
    draft.actor = actor_of(context, args);
    const std::string person = require_text(args, "staff");
    const std::int64_t begin = require_instant(args, "from");
    const std::int64_t end = require_instant(args, "to");
    const auto& book = context.replica.facts().staff();
    const std::string own_unit{book.unit_of(person, begin)};
    if (own_unit.empty()) throw Failure{Error::unknown_staff, Detail::option, "--staff"};
    if (end <= begin) {
        throw Failure{Error::value_out_of_bounds, Detail::option, "--to"}.with(Detail::limit,
                                                                               "> --from");
    }
    const std::string in_unit = text_in(args, "unit").value_or(own_unit);
    if (!book.is_active(in_unit, begin) && in_unit != own_unit) {
        throw Failure{Error::unknown_unit, Detail::option, "--unit"};
    }
    const std::string name = person + "@" + schema::format_time(begin);
    NewRecord record{
        EntityId::duty,
        {{code, name}, {staff, person}, {schema::duty::unit, in_unit}, {from, begin}, {to, end}}};
    if (const json::value* given = args.if_contains("post")) {
        record.values.push_back({post, require_value(field_of(EntityId::duty, post), *given)});
    }
    if (const auto known = context.replica.find_by_text(EntityId::duty, code, name)) {
        draft.edits.push_back({*known, std::move(record.values)});
    } else {
        draft.records.push_back(std::move(record));
    }
    draft.audit = AuditEntry{draft.actor, "duty.add", person};
    (void)require(context.replica.commit(draft));
    return {{"code", name}, {"staff", person}, {"unit", in_unit}};
}

json::object duty_list(CommandContext& context, const json::object& args) {
    json::array all = duties(context, instant_in(args, "from").value_or(INT64_MIN),
                             instant_in(args, "to").value_or(INT64_MAX));
    const auto total = all.size();
    return {{"total", total}, {"duties", std::move(all)}};
}

json::object duty_now(CommandContext& context, const json::object& args) {
    const std::int64_t at = instant_in(args, "at").value_or(context.environment.now_ms());
    json::array all = duties(context, at, at + 1);
    return {{"at", schema::format_time(at)}, {"on_duty", std::move(all)}};
}

}  // namespace jiuying::node::commands
