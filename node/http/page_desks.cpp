#include "node/http/page_desks.hpp"

#include "node/commands/firm_lookup.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_looks.hpp"
#include "node/commands/order_views.hpp"
#include "node/commands/values.hpp"
#include "node/http/page_acts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EventKind;
using schema::MainState;

constexpr std::size_t rows_shown = 200;
constexpr std::size_t rows_max = 1'000;

/// The title of an appeal and the firm that it is of.
void name_appeal(CommandContext& context, const RecordView& appeal, json::object& row) {
    row["title"] = text_or_null(text_of_field(appeal, schema::appeal::title));
    row["enterprise"] = nullptr;
    const auto firm = record_of_field(appeal, schema::appeal::enterprise);
    if (!firm) return;
    const auto known = context.replica.show(firm_master(context, *firm), false);
    if (known) row["enterprise"] = text_of_field(*known, schema::enterprise::name);
}

/// The words of an order's instructions and of the feedback to them.
void add_words(const OrderView& order, json::array& instructions) {
    for (json::value& item : instructions) {
        json::object& task = item.as_object();
        const std::string id{task.at("event").as_string()};
        task["detail"] = nullptr;
        task["by"] = nullptr;
        task["feedback"] = nullptr;
        for (const OrderEventView& shown : order.events) {
            const schema::WorkOrderEvent& event = shown.event;
            if (event.kind == EventKind::instruction && to_text(event.id) == id) {
                task["detail"] = event.words;
                task["by"] = event.actor;
            }
            const bool answers = event.kind == EventKind::instruction_done && event.target &&
                                 !shown.verdict.refused && to_text(*event.target) == id;
            if (answers)
                task["feedback"] = json::object{{"detail", event.words}, {"actor", event.actor}};
        }
    }
}

/// The first \p limit orders that \p wanted takes, and how many it took.
template <class Wanted>
FirstOrders first_orders(CommandContext& context, std::size_t limit, Wanted wanted) {
    FirstOrders found{limit};
    context.replica.each_order(context.environment.now_ms(), [&](const ScannedOrder& order) {
        if (wanted(order)) found.add(order);
    });
    return found;
}

json::object supervision_rows(CommandContext& context, const json::object& args) {
    const std::int64_t now = context.environment.now_ms();
    FirstOrders found =
        first_orders(context, limit_in(args, rows_shown, rows_max), [](const ScannedOrder& order) {
            const schema::OrderSummary& summary = order.summary;
            const bool raised = summary.supervision != 0 || summary.escalation != 0;
            return (summary.is_open() && (raised || summary.objection_pending)) ||
                   summary.instruction_open;
        });
    const std::uint64_t total = found.total();
    json::array orders;
    for (const ScannedOrder& scanned : found.take()) {
        const auto order = context.replica.order(scanned.id);
        const auto appeal = context.replica.show(scanned.id, false);
        if (!order || !appeal) continue;
        json::object row = hit_json(context, scanned, schema::Bucket::supervised, now);
        name_appeal(context, *appeal, row);
        json::object all = order_json(*order);
        for (const char* member :
             {"supervision", "escalation", "round", "rule_escalations", "notices", "past_leads"}) {
            row[member] = std::move(all.at(member));
        }
        json::array& instructions = all.at("instructions").as_array();
        add_words(*order, instructions);
        row["instructions"] = std::move(instructions);
        row["overdue"] = scanned.summary.is_open() && !scanned.summary.answered_at &&
                         schema::first_due(scanned.summary).value_or(INT64_MAX) <= now;
        orders.push_back(std::move(row));
    }
    return {{"total", total}, {"as_of", schema::format_time(now)}, {"orders", std::move(orders)}};
}

json::object visit_rows(CommandContext& context, const json::object& args,
                        const std::string& person, Roles roles) {
    const std::int64_t now = context.environment.now_ms();
    FirstOrders found =
        first_orders(context, limit_in(args, rows_shown, rows_max), [](const ScannedOrder& order) {
            return order.summary.main == MainState::visit_pending || order.summary.sample_open;
        });
    const std::uint64_t total = found.total();
    std::uint64_t mine = 0;
    json::array orders;
    for (const ScannedOrder& scanned : found.take()) {
        const auto order = context.replica.order(scanned.id);
        const auto appeal = context.replica.show(scanned.id, false);
        if (!order || !appeal) continue;
        json::object row = hit_json(context, scanned, schema::Bucket::visit_pending, now);
        name_appeal(context, *appeal, row);
        row["contact"] = text_or_null(text_of_field(*appeal, schema::appeal::contact));
        row["phone"] = text_or_null(text_of_field(*appeal, schema::appeal::phone));
        row["human"] = scanned.enterprise;  // By a person on the phone or at the door (A40).
        row["watched"] = scanned.summary.watched;
        row["visited"] = scanned.summary.visited;
        json::array attempts;
        json::object all = order_json(*order);
        for (json::value& visit : all.at("visits").as_array()) {
            if (visit.at("round").to_number<std::uint32_t>() == order->state.round) {
                attempts.push_back(std::move(visit));
            }
        }
        row["attempts"] = std::move(attempts);
        const bool role = may_act(roles, EventKind::visited);
        const auto kept = kept_from(context, *order, person, EventKind::visited);
        row["may"] = role && !kept;
        row["why"] = kept ? json::value(schema::guard_text(*kept).name) : json::value(nullptr);
        if (role && !kept) ++mine;
        orders.push_back(std::move(row));
    }
    return {{"total", total}, {"mine", mine}, {"orders", std::move(orders)}};
}

/// Why a trigger fired, for a person: the rating, or the firm's other request.
void tell_cause(CommandContext& context, const OrderView& order, json::object& trigger) {
    const json::value cause = trigger.at("cause");
    trigger["visit"] = nullptr;
    trigger["order"] = nullptr;
    if (!cause.is_string()) return;
    const std::string id{cause.get_string()};
    json::object all = order_json(order);
    for (json::value& visit : all.at("visits").as_array()) {
        if (visit.at("event").as_string() == id) trigger["visit"] = visit;
    }
    schema::RecordId other;
    if (!schema::parse_uuid(id, other.bytes)) return;
    const auto named = context.replica.order(other);
    const auto appeal = named ? context.replica.show(other, false) : std::nullopt;
    if (!appeal) return;  // A visit; or hidden from the reader.
    trigger["order"] =
        json::object{{"id", id},
                     {"number", named->number},
                     {"title", text_or_null(text_of_field(*appeal, schema::appeal::title))}};
}

json::object watch_rows(CommandContext& context, const json::object& args) {
    json::object answer = commands::watch_list(context, args);
    for (json::value& item : answer.at("entries").as_array()) {
        json::object& entry = item.as_object();
        schema::RecordId id;
        if (!schema::parse_uuid(entry.at("id").as_string(), id.bytes)) continue;
        const auto order = context.replica.order(id);
        const auto appeal = context.replica.show(id, false);
        if (!order || !appeal) continue;
        name_appeal(context, *appeal, entry);
        entry["lead_unit"] = text_or_null(order->state.lead_unit);
        for (json::value& trigger : entry.at("triggers").as_array()) {
            tell_cause(context, *order, trigger.as_object());
        }
    }
    return answer;
}

}  // namespace

bool is_desk(std::string_view command) {
    return command == "page.supervision" || command == "page.visits" || command == "page.watch";
}

json::object desk_rows(CommandContext& context, std::string_view command, const json::object& args,
                       const std::string& person, Roles roles) {
    if (command == "page.supervision") return supervision_rows(context, args);
    if (command == "page.visits") return visit_rows(context, args, person, roles);
    return watch_rows(context, args);
}

void explain_refused(json::object& noted) {
    for (json::value& item : noted.at("refused").as_array()) {
        json::object& row = item.as_object();
        const ErrorEntry* entry = find_error(row.at("code").as_string());
        if (entry == nullptr) continue;
        row["zh"] = entry->what.zh;
        row["en"] = entry->what.en;
    }
}

}  // namespace jiuying::node
