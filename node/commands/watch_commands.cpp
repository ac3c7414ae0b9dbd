// The watch list, human visits, the sampled re-check, and the program's rules when somebody asks.
#include "node/commands/arguments.hpp"
#include "node/commands/firm_lookup.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/order_looks.hpp"
#include "node/commands/values.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/ratio.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <charconv>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::MainState;
using schema::Trigger;

constexpr std::size_t listed_max = 10'000;

std::string_view trigger_name(Trigger trigger) {
    switch (trigger) {
        case Trigger::dissatisfied: return "T1";
        case Trigger::repeated: return "T2";
        case Trigger::open_long: return "T3";
        case Trigger::none: break;
    }
    return "";
}

json::value time_json(const std::optional<std::int64_t>& ms) {
    if (!ms) return nullptr;
    return json::string(schema::format_time(*ms));
}

json::object entry_json(CommandContext& context, const OrderView& order) {
    const schema::OrderState& state = order.state;
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    const auto standing =
        hub ? context.replica.standing_triggers(order.id) : std::vector<schema::Finding>();
    json::array triggers;
    for (const schema::WatchTrigger& one : state.triggers) {
        json::object shown{{"trigger", trigger_name(one.trigger)},
                           {"at", schema::format_time(one.at)},
                           {"event", to_text(one.event)},
                           {"cause", nullptr},
                           {"extended", one.extended},
                           {"cause_undone", nullptr}};
        if (one.cause) shown["cause"] = to_text(*one.cause);
        // Only the hub has all links and orders that a cause may lie in.
        if (hub) {
            const bool stands = std::ranges::any_of(standing, [&](const schema::Finding& finding) {
                return Trigger{finding.level} == one.trigger;
            });
            shown["cause_undone"] = !stands;
        }
        triggers.push_back(std::move(shown));
    }
    const auto& staff = context.replica.facts().staff();
    const std::int64_t now = context.environment.now_ms();
    const bool in_service =
        !state.watch_owner.empty() && !staff.unit_of(state.watch_owner, now).empty();
    return {{"id", to_text(order.id)},
            {"number", order.number},
            {"state", schema::name_of(state.main)},
            {"watched", state.watched},
            {"owner", text_or_null(state.watch_owner)},
            {"owner_left", state.watched && !in_service},
            {"since", schema::format_time(state.watched_since)},
            {"human_visited", state.has_human_visit(state.watched_since)},
            {"ended_at", time_json(state.watch_ended_at)},
            {"triggers", std::move(triggers)}};
}

}  // namespace

json::object watch_list(CommandContext& context, const json::object& args) {
    const std::size_t limit = limit_in(args, 100, listed_max);
    const std::string owner = text_in(args, "owner").value_or("");
    const bool all = flag_in(args, "all");
    std::vector<schema::RecordId> found;
    std::uint64_t total = 0;
    context.replica.each_order(context.environment.now_ms(), [&](const ScannedOrder& order) {
        const bool listed = order.summary.watched || (all && order.summary.triggers != 0);
        if (!listed || (!owner.empty() && order.summary.watch_owner != owner)) return;
        if (total++ < limit) found.push_back(order.id);
    });
    json::array entries;
    for (const schema::RecordId& id : found) {
        if (const auto order = context.replica.order(id)) {
            entries.push_back(entry_json(context, *order));
        }
    }
    return {{"total", total}, {"entries", std::move(entries)}};
}

json::object rule_run(CommandContext& context, const json::object&) {
    return {{"written", context.replica.run_rules()}};
}

json::object report_watch(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const ReportPeriod period = period_in(args);
    const schema::WorkSettings& settings = context.replica.facts().settings().at(as_of);
    std::uint64_t received = 0;
    std::uint64_t in_days = 0;
    std::uint64_t watched = 0;
    std::uint64_t ended = 0;
    std::array<std::uint64_t, schema::trigger_count> fired{};
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const schema::OrderSummary& summary = order.summary;
        if (!order.enterprise || !period.holds(summary.registered_at)) return;
        if (summary.main == MainState::voided) return;
        ++received;
        const std::int64_t boundary = schema::t3_boundary(summary.registered_at, settings);
        if (summary.closed_at && *summary.closed_at <= boundary) ++in_days;
        for (std::size_t i = 0; i < fired.size(); ++i) {
            if ((summary.triggers >> i & 1U) != 0) ++fired.at(i);
        }
        if (summary.watched) ++watched;
        if (!summary.watched && summary.triggers != 0) ++ended;
    });
    json::object answer{{"as_of", schema::format_time(as_of)},
                        {"received", received},
                        {"t1", fired[0]},
                        {"t2", fired[1]},
                        {"t3", fired[2]},
                        {"watched", watched},
                        {"ended", ended},
                        {"closed_in_days", in_days},
                        {"closed_in_days_rate", schema::percent(in_days, received)}};
    period.tell(answer);
    return answer;
}

json::object report_human(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const ReportPeriod period = period_in(args);
    const std::size_t limit = limit_in(args, 100, listed_max);
    std::uint64_t replied = 0;
    std::uint64_t visited = 0;
    FirstOrders exceptions{limit};
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const schema::OrderSummary& summary = order.summary;
        const bool counts = order.enterprise && summary.replied_at &&
                            period.holds(summary.registered_at) &&
                            summary.main <= MainState::archived;
        if (!counts) return;
        ++replied;
        if (summary.human_visited) {
            ++visited;
        } else {
            exceptions.add(order);
        }
    });
    const std::uint64_t total = exceptions.total();
    json::array listed;
    for (const ScannedOrder& order : exceptions.take()) {
        listed.push_back(hit_json(context, order, schema::Bucket::visit_pending, as_of));
    }
    json::object answer{{"as_of", schema::format_time(as_of)},
                        {"replied", replied},
                        {"human_visited", visited},
                        {"coverage", schema::percent(visited, replied)},
                        {"exceptions_total", total},
                        {"exceptions", std::move(listed)}};
    period.tell(answer);
    return answer;
}

json::object report_recheck(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const ReportPeriod period = period_in(args);
    const auto seed = number_in(args, "seed");
    if (!seed) throw Failure{Error::missing_option, Detail::option, "--seed"};
    const std::int64_t percent = number_in(args, "percent").value_or(10);
    if (percent < 1 || percent > 100) throw Failure{Error::bad_value, Detail::option, "--percent"};
    const bool all = flag_in(args, "all");
    std::vector<schema::RecordId> closed;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const auto& at = order.summary.closed_at;
        if ((order.enterprise || all) && at && period.holds(*at)) closed.push_back(order.id);
    });
    const std::size_t base = closed.size();
    const auto sample = schema::recheck_sample(std::move(closed), static_cast<std::uint64_t>(*seed),
                                               static_cast<std::uint32_t>(percent));
    json::array drawn;
    std::uint64_t done = 0;
    for (const schema::RecordId& id : sample) {
        const auto order = context.replica.order(id);
        if (!order) continue;
        const auto again =
            std::ranges::find_if(order->state.visits, [](const schema::Visit& visit) {
                return visit.after_close && visit.valid() && schema::is_human(visit.method);
            });
        const bool checked = again != order->state.visits.end();
        if (checked) ++done;
        drawn.push_back(json::object{
            {"id", to_text(id)},
            {"number", order->number},
            {"lead_unit", text_or_null(order->state.lead_unit)},
            {"rechecked", checked},
            {"agrees", checked ? json::value(again->satisfied()) : json::value(nullptr)}});
    }
    json::object answer{{"seed", *seed},     {"percent", percent},
                        {"closed", base},    {"drawn", sample.size()},
                        {"rechecked", done}, {"orders", std::move(drawn)}};
    period.tell(answer);
    return answer;
}

}  // namespace jiuying::node::commands
