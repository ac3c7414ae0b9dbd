// Counts of orders: the ledger, totals, closing on the spot, how soon somebody acted. Whole numbers
// are counted, ratios taken last, and each stands beside its base (domain B6).
#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_looks.hpp"
#include "node/commands/region_versions.hpp"
#include "node/commands/values.hpp"
#include "schema/ratio.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::MainState;

constexpr std::size_t listed_max = 1'000;

std::string reason_name(std::int64_t reason) {
    const auto name =
        schema::choice_name(field_of(EntityId::rejection, schema::rejection::reason), reason);
    return name.empty() ? "unknown" : std::string{name};
}

/// Of one station: who was left without an answer.
struct Unanswered {
    std::uint64_t closed = 0;
    std::uint64_t merged = 0;  ///< Whose master was closed.
};

/// Counts them. A person whose appeal was merged into another's order has an answer of his own to
/// get (domain B2, row 6); when the master is closed it is late.
std::map<std::string, Unanswered> unanswered_at(CommandContext& context, std::int64_t as_of) {
    const auto is_closed = [](const ScannedOrder& order) {
        return order.summary.main == MainState::closed || order.summary.main == MainState::archived;
    };
    std::map<std::string, Unanswered> stations;
    std::map<schema::RecordId, schema::RecordId> masters;  // Of merged ones.
    std::vector<std::pair<schema::RecordId, std::string>> waiting;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const bool answered = order.summary.replied_at.has_value();
        if (is_closed(order) && !answered) ++stations[order.station].closed;
        if (order.summary.main != MainState::merged || !order.merged_into) return;
        masters.emplace(order.id, *order.merged_into);
        if (!answered) waiting.emplace_back(*order.merged_into, order.station);
    });
    if (waiting.empty()) return stations;
    std::multimap<schema::RecordId, std::string> by_master;
    for (auto& [id, station] : waiting) {
        constexpr int hops_max = 64;
        for (int hop = 0; hop < hops_max && masters.contains(id); ++hop) id = masters.at(id);
        by_master.emplace(id, std::move(station));
    }
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        if (!is_closed(order)) return;
        const auto [first, last] = by_master.equal_range(order.id);
        for (auto at = first; at != last; ++at) ++stations[at->second].merged;
    });
    return stations;
}

json::object ledger_row_json(const LedgerRow& row, const Unanswered& unanswered) {
    json::object reasons;
    for (const auto& [reason, count] : row.reasons) reasons[reason_name(reason)] = count;
    json::array missing;
    for (const std::string& number : row.missing) missing.push_back(json::string(number));
    return {{"station", row.station},
            {"intake", row.intake},
            {"received", row.received},
            {"in_transit", row.in_transit},
            {"refused", row.refused},
            {"reasons", std::move(reasons)},
            {"balanced", row.intake == row.received + row.in_transit + row.refused},
            {"missing_total", row.missing_total},
            {"missing", std::move(missing)},
            {"closed_without_reply", unanswered.closed},
            {"merged_without_reply", unanswered.merged}};
}

using KeyOf = std::string (*)(const ScannedOrder&);

/// The code without its version, so that a new version of the list splits no row.
std::string plain_code(std::string_view code) {
    return std::string{code.substr(0, code.find('@'))};
}

struct By {
    std::string_view name;
    KeyOf key;
};
constexpr By ways[] = {
    {"type", [](const ScannedOrder& o) { return std::string{name_of(o.summary.type)}; }},
    {"category", [](const ScannedOrder& o) { return plain_code(o.summary.category); }},
    {"region", [](const ScannedOrder& o) { return o.region; }},
    {"channel", [](const ScannedOrder& o) { return o.channel; }},
    {"station", [](const ScannedOrder& o) { return o.station; }},
    {"state", [](const ScannedOrder& o) { return std::string{name_of(o.summary.main)}; }},
    {"complexity",
     [](const ScannedOrder& o) { return std::string{name_of(o.summary.complexity)}; }},
    {"queue",
     [](const ScannedOrder& o) { return std::string{o.enterprise ? "enterprise" : "citizen"}; }},
};

const By& way_in(const json::object& args) {
    const std::string given = require_text(args, "by");
    const auto* way = std::ranges::find(ways, given, &By::name);
    if (way == std::end(ways)) throw Failure{Error::bad_value, Detail::option, "--by"};
    return *way;
}

/// Times of one step, in whole minutes.
class Minutes {
public:
    void add(std::int64_t from, std::int64_t to) {
        ms_.push_back(std::max<std::int64_t>(to - from, 0));
    }

    json::object json() {
        std::ranges::sort(ms_);
        return {{"count", ms_.size()}, {"p50", at(50)}, {"p95", at(95)}};
    }

private:
    /// The least of them that so many percent do not exceed.
    [[nodiscard]] json::value at(std::size_t percent) const {
        if (ms_.empty()) return nullptr;
        constexpr std::int64_t minute_ms = 60'000;
        return ms_[(ms_.size() * percent + 99) / 100 - 1] / minute_ms;
    }
    std::vector<std::int64_t> ms_;
};

/// What an order waits for beyond the policy's limit for that step; nothing if it does not.
struct Alert {
    std::string_view step;
    std::int64_t limit = 0;
};
std::optional<Alert> alert_of(CommandContext& context, const schema::OrderSummary& order,
                              std::int64_t as_of) {
    using Limits = schema::StepLimits;
    const auto late = [&](std::string_view step, schema::CountRule Limits::*rule,
                          const schema::OrderSummary::Instant& from) -> std::optional<Alert> {
        const auto limit = from ? context.replica.step_due(rule, *from) : std::nullopt;
        if (!limit || as_of <= *limit) return std::nullopt;
        return Alert{step, *limit};
    };
    switch (order.main) {
        case MainState::need_info:
            return late("info_reminder", &Limits::info_reminder, order.entered_at);
        case MainState::dispatched:
            return late("sign_for", &Limits::sign_for, order.unit_dispatched_at);
        case MainState::in_progress:
            if (order.unit_contacted || order.round != 1) return std::nullopt;
            return late("first_contact", &Limits::first_contact, order.signed_at);
        case MainState::return_pending:
            return late("rule_on_return", &Limits::rule_on_return, order.entered_at);
        case MainState::replied: return late("review", &Limits::review, order.entered_at);
        case MainState::visit_pending:
            if (order.visited) return std::nullopt;
            return late("return_visit", &Limits::return_visit, order.entered_at);
        default: return std::nullopt;
    }
}

}  // namespace

json::object report_ledger(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    std::map<std::string, Unanswered> unanswered = unanswered_at(context, as_of);
    json::array rows;
    bool complete = true;
    for (const LedgerRow& row : context.replica.ledger()) {
        rows.push_back(ledger_row_json(row, unanswered[row.station]));
        const Unanswered& waiting = unanswered[row.station];
        complete = complete && row.missing_total == 0 && waiting.closed == 0 && waiting.merged == 0;
    }
    return {{"complete", complete}, {"stations", std::move(rows)}};
}

json::object report_totals(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const By& way = way_in(args);
    const ReportPeriod period = period_in(args);
    std::map<std::string, std::uint64_t> counts;
    std::uint64_t total = 0;
    std::uint64_t voided = 0;
    const auto version = instant_in(args, "version");
    if (version && way.name != "region")
        throw Failure{Error::bad_value, Detail::option, "--version"};
    const auto regions = version ? std::optional{RegionVersions{context, *version}} : std::nullopt;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        if (!period.holds(order.summary.registered_at)) return;
        if (order.summary.main == MainState::voided) {
            ++voided;
            return;
        }
        ++total;
        ++counts[regions ? regions->now(way.key(order)) : way.key(order)];
    });
    const std::uint64_t other = counts.contains("") ? counts.at("") : 0;
    counts.erase("");
    std::vector<std::pair<std::string, std::uint64_t>> sorted{counts.begin(), counts.end()};
    std::ranges::stable_sort(sorted, std::greater{},
                             &std::pair<std::string, std::uint64_t>::second);
    json::array rows;
    for (const auto& [key, count] : sorted) {
        rows.push_back(
            json::object{{"key", key}, {"count", count}, {"share", schema::percent(count, total)}});
    }
    json::object answer{{"by", way.name}, {"as_of", schema::format_time(as_of)}};
    period.tell(answer);
    answer["total"] = total;
    answer["rows"] = std::move(rows);
    answer["other"] = other;
    answer["other_share"] = schema::percent(other, total);
    answer["voided"] = voided;
    return answer;
}

json::object report_onsite(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const ReportPeriod period = period_in(args);
    struct Row {
        std::uint64_t registered = 0;
        std::uint64_t onsite = 0;
    };
    std::map<std::string, Row> stations;
    Row all;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const bool counts =
            period.holds(order.summary.registered_at) && order.summary.main != MainState::voided;
        if (!counts) return;
        for (Row* row : {&stations[order.station], &all}) {
            ++row->registered;
            if (order.summary.onsite) ++row->onsite;
        }
    });
    const auto row_json = [](const Row& row) {
        return json::object{{"registered", row.registered},
                            {"onsite", row.onsite},
                            {"rate", schema::percent(row.onsite, row.registered)}};
    };
    json::array rows;
    for (const auto& [station, row] : stations) {
        json::object shown = row_json(row);
        shown["station"] = station;
        rows.push_back(std::move(shown));
    }
    json::object answer{{"as_of", schema::format_time(as_of)}};
    period.tell(answer);
    answer["stations"] = std::move(rows);
    answer["total"] = row_json(all);
    return answer;
}

json::object report_first_action(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const ReportPeriod period = period_in(args);
    Minutes received;
    Minutes dispatched;
    Minutes contacted;
    Minutes acted;
    FirstOrders late{limit_in(args, listed_max, listed_max)};
    std::uint64_t orders = 0;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const schema::OrderSummary& o = order.summary;
        if (!period.holds(o.registered_at) || o.main == MainState::voided) return;
        ++orders;
        if (o.received_at) received.add(o.registered_at, *o.received_at);
        if (o.first_action_at) acted.add(o.registered_at, *o.first_action_at);
        if (o.dispatched_at) {
            dispatched.add(o.received_at.value_or(o.registered_at), *o.dispatched_at);
            if (o.contacted_at) contacted.add(*o.dispatched_at, *o.contacted_at);
        }
        if (alert_of(context, o, as_of)) late.add(order);
    });
    json::array alerts;
    const std::uint64_t total = late.total();
    for (const ScannedOrder& order : late.take()) {
        json::object shown = hit_json(context, order, schema::Bucket::in_time, as_of);
        const auto alert = alert_of(context, order.summary, as_of);
        shown["step"] = alert->step;
        shown["limit"] = schema::format_time(alert->limit);
        alerts.push_back(std::move(shown));
    }
    json::object answer{{"as_of", schema::format_time(as_of)}};
    period.tell(answer);
    answer["orders"] = orders;
    answer["registered_to_first_action"] = acted.json();
    answer["registered_to_received"] = received.json();
    answer["received_to_dispatched"] = dispatched.json();
    answer["dispatched_to_contacted"] = contacted.json();
    answer["alerts_total"] = total;
    answer["alerts"] = std::move(alerts);
    return answer;
}

}  // namespace jiuying::node::commands
