// The daily scan, the day-end gate, the ages of what is open.
#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_looks.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node::commands {
namespace {

using schema::Bucket;

constexpr std::size_t hits_shown = 20;
constexpr std::size_t hits_max = 10'000;

json::object counts_json(const schema::OrderCounts& counts) {
    return {{"orders", counts.orders},     {"open", counts.open},
            {"in_time", counts.in_time},   {"overdue", counts.overdue},
            {"answered", counts.answered}, {"suspended", counts.suspended},
            {"closed", counts.closed},     {"ended", counts.ended},
            {"on_time", counts.on_time},   {"late", counts.late}};
}

/// A hub asks for all its stations, a station for itself.
struct SilentStation {
    std::string code;
    std::int64_t last_contact = 0;
};

std::vector<SilentStation> silent_stations(CommandContext& context, std::int64_t as_of) {
    std::vector<SilentStation> silent;
    const auto add = [&](const std::string& code, std::int64_t last_contact) {
        if (schema::is_silent(last_contact, as_of)) silent.push_back({code, last_contact});
    };
    if (context.replica.profile().role == Profile::Role::hub) {
        for (const PeerFacts& peer : context.replica.peers()) {
            if (peer.status == "active") add(peer.station_code, peer.last_contact_ms);
        }
    } else {
        add(context.replica.profile().station_code,
            context.replica.exchange_status().last_contact_ms);
    }
    std::ranges::sort(silent, {}, [](const SilentStation& station) {
        return std::tie(station.code, station.last_contact);
    });
    return silent;
}

json::object station_hits(CommandContext& context, std::size_t limit, std::int64_t as_of) {
    const std::vector<SilentStation> silent = silent_stations(context, as_of);
    json::array hits;
    for (const SilentStation& station : silent) {
        if (hits.size() == limit) break;
        ScannedOrder none;
        none.station = station.code;
        const schema::NextAction action = schema::next_action(Bucket::silent_station, none.summary);
        hits.push_back(
            json::object{{"station", station.code},
                         {"last_contact", time_or_null(station.last_contact)},
                         {"owner", owner_json(context.replica.owner_of(none, action.owner, as_of))},
                         {"action", action_json(action)}});
    }
    return {{"total", silent.size()}, {"hits", std::move(hits)}};
}

json::object bucket_json(CommandContext& context, Bucket bucket, FirstOrders& orders,
                         std::size_t limit, std::int64_t as_of) {
    json::object shown{{"bucket", schema::name_of(bucket)},
                       {"zh", schema::wording(bucket).zh},
                       {"en", schema::wording(bucket).en}};
    if (bucket == Bucket::silent_station) {
        json::object stations = station_hits(context, limit, as_of);
        shown["total"] = stations.at("total");
        shown["hits"] = std::move(stations.at("hits"));
        return shown;
    }
    json::array hits;
    for (const ScannedOrder& order : orders.take()) {
        hits.push_back(hit_json(context, order, bucket, as_of));
    }
    shown["total"] = orders.total();
    shown["hits"] = std::move(hits);
    return shown;
}

std::optional<Bucket> bucket_in(const json::object& args) {
    const auto given = text_in(args, "bucket");
    if (!given) return std::nullopt;
    const auto bucket = schema::parse_bucket(*given);
    if (!bucket) throw Failure{Error::bad_value, Detail::option, "--bucket"};
    return bucket;
}

/// The instants of the day named, from 0:00 to 24:00.
struct Day {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};
Day day_in(CommandContext& context, const json::object& args) {
    std::int64_t at = context.environment.now_ms();
    if (const auto given = text_in(args, "date")) {
        const Result<std::int64_t> told = schema::parse_time(*given);
        if (!told) throw Failure{Error::bad_date, Detail::option, "--date"};
        at = *told;
    }
    const auto date = schema::date_of(schema::WallTime{std::chrono::milliseconds{at}});
    return {schema::start_of(date).time_since_epoch().count(),
            schema::end_of(date).time_since_epoch().count()};
}

/// What this station has not sent though it met its hub that day; null at a hub.
json::value unsynced_json(CommandContext& context, const Day& day, bool& passed) {
    if (context.replica.profile().role == Profile::Role::hub) return nullptr;
    const StatusFacts facts = context.replica.exchange_status();
    const bool linked = facts.last_contact_ms >= day.begin && facts.last_contact_ms <= day.end;
    passed = passed && (!linked || facts.unsent == 0);
    return json::object{{"changes", facts.unsent}, {"linked", linked}};
}

}  // namespace

json::object scan(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const std::optional<Bucket> only = bucket_in(args);
    const std::size_t limit = limit_in(args, hits_shown, hits_max);
    std::vector<FirstOrders> found(schema::bucket_count, FirstOrders{limit});
    schema::OrderCounts citizen;
    schema::OrderCounts unit;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const auto told = schema::citizen_verdict(order.summary, as_of);
        schema::count(citizen, order.summary, told);
        if (const auto of_unit = schema::unit_verdict(order.summary, as_of)) {
            schema::count(unit, order.summary, of_unit);
        }
        const schema::Buckets buckets =
            schema::buckets_of(order.summary, {as_of, order.repeated, order.contested});
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (buckets.has(Bucket{static_cast<std::uint8_t>(i)})) found[i].add(order);
        }
    });
    json::array buckets;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Bucket bucket{static_cast<std::uint8_t>(i)};
        if (only && bucket != *only) continue;
        buckets.push_back(bucket_json(context, bucket, found[i], limit, as_of));
    }
    return {{"as_of", schema::format_time(as_of)},
            {"rules", schema::scan_rules},
            {"counts", counts_json(citizen)},
            {"unit_counts", counts_json(unit)},
            {"buckets", std::move(buckets)}};
}

json::object scan_gate(CommandContext& context, const json::object& args) {
    const Day day = day_in(context, args);
    const std::size_t limit = limit_in(args, hits_max, hits_max);
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    std::uint64_t received = 0;
    FirstOrders untouched{limit};
    context.replica.each_order(day.end, [&](const ScannedOrder& order) {
        const schema::OrderSummary& summary = order.summary;
        if (hub && !summary.received_at) return;  // Still on its way at 24:00.
        const std::int64_t came = hub ? *summary.received_at : summary.registered_at;
        if (came < day.begin || came >= day.end) return;
        ++received;
        if (!summary.first_action_at) untouched.add(order);
    });
    bool passed = untouched.total() == 0;
    json::value unsynced = unsynced_json(context, day, passed);
    json::array listed;
    const std::uint64_t total = untouched.total();
    for (const ScannedOrder& order : untouched.take()) {
        listed.push_back(hit_json(context, order, Bucket::undispatched, day.end));
    }
    return {{"date", schema::format_date(day.begin)},
            {"as_of", schema::format_time(day.end)},
            {"rules", schema::scan_rules},
            {"over", context.environment.now_ms() >= day.end},
            {"passed", passed},
            {"received", received},
            {"touched", received - total},
            {"untouched_total", total},
            {"untouched", std::move(listed)},
            {"unsynced", std::move(unsynced)}};
}

json::object scan_backlog(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    struct Age {
        std::uint64_t count = 0;
        std::uint64_t suspended = 0;
    };
    std::array<Age, schema::age_names.size()> ages{};
    Age open;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        if (!order.summary.is_open()) return;
        const bool suspended = order.summary.main == schema::MainState::suspended;
        for (Age* age : {&ages.at(schema::age_of(order.summary.registered_at, as_of)), &open}) {
            ++age->count;
            if (suspended) ++age->suspended;
        }
    });
    json::array rows;
    for (std::size_t i = 0; i < ages.size(); ++i) {
        rows.push_back(json::object{{"days", schema::age_names.at(i)},
                                    {"count", ages.at(i).count},
                                    {"suspended", ages.at(i).suspended}});
    }
    return {{"as_of", schema::format_time(as_of)},
            {"open", open.count},
            {"suspended", open.suspended},
            {"ages", std::move(rows)}};
}

}  // namespace jiuying::node::commands
