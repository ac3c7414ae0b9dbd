#include "tests/bench/hub_program.hpp"
#include "tests/bench/measures.hpp"
#include "tests/bench/raw_sqlite.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

#include <zstd.h>
#include <boost/json/parse.hpp>

#include <stdexcept>
#include <thread>

namespace jiuying::bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t changes_an_appeal = 4;

/// What `sync now --json` says, and what it cost.
struct SyncRun {
    std::uint64_t bytes = 0;  ///< Both ways.
    std::uint64_t round_trips = 0;
    std::uint64_t transactions = 0;
    double cpu_seconds = 0;
    double peak_mb = 0;
    double seconds = 0;  ///< The session's own, from connect to close.
};

Child start_sync(const Setting& setting, const Town::Place& station, const std::string& address) {
    return {setting.programs / "jiuying",
            {"sync", "now", "--json", "--data", station.data, "--key-file", station.key_file,
             "--hub", address},
            station.data.string() + "-sync"};
}

SyncRun result_of(const Child& child) {
    if (child.exit_code() != 0) {
        throw std::runtime_error("sync now failed: " + child.standard_error() +
                                 child.standard_output());
    }
    const json::value said = json::parse(child.standard_output());
    const auto number = [&](const char* pointer) {
        return said.at_pointer(pointer).to_number<std::uint64_t>();
    };
    if (number("/unsent") != 0) throw std::runtime_error("sync now left something unsent");
    SyncRun run;
    run.bytes = number("/sent/bytes") + number("/received/bytes");
    run.round_trips = number("/round_trips");
    run.transactions = number("/sent/transactions");
    run.seconds = said.at_pointer("/seconds").to_number<double>();
    run.cpu_seconds = child.cpu_seconds();
    run.peak_mb = child.peak_mb();
    return run;
}

/// All \p places at once; the second value is the time from the first start to the last end.
std::pair<std::vector<SyncRun>, double> sync_at_once(const Setting& setting,
                                                     std::span<const Town::Place> places,
                                                     const std::string& address) {
    const Stopwatch watch;
    std::vector<Child> children;
    for (const Town::Place& place : places) {
        children.push_back(start_sync(setting, place, address));
    }
    wait_for(children, patience);
    const double seconds = watch.seconds();
    std::vector<SyncRun> runs;
    for (const Child& child : children) runs.push_back(result_of(child));
    return {std::move(runs), seconds};
}

std::vector<const Item*> items_of(std::span<const Item> items, std::size_t station) {
    std::vector<const Item*> mine;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (owner_of(i, stations) == station) mine.push_back(&items[i]);
    }
    return mine;
}

/// Seconds until the hub has indexed what it holds, looking at its database from outside.
double wait_until_indexed(const Town::Place& hub, const Stopwatch& since) {
    Outside outside{hub};
    auto& pending = outside.db().statement("SELECT count(*) FROM (SELECT 1 FROM pending LIMIT 1)");
    while (pending.one<int>() != 0) {
        if (since.seconds() > patience) throw std::runtime_error("the hub does not index");
        std::this_thread::sleep_for(5ms);
    }
    return since.seconds();
}

/// What one round of the push gives.
struct Round {
    double push_seconds = 0, searchable_seconds = 0, cpu_seconds = 0, bytes = 0, hub_mb = 0,
           station_mb = 0, hub_cpu = 0, raw_changes_per_second = 0;
    std::uint64_t round_trips = 0;
    SyncRun idle, incremental;
    double hub_disk = 0, station_disk = 0, raw_disk = 0;
};

double disk_of(const Town::Place& place) {
    double bytes = 0;
    for (const auto& file : fs::directory_iterator(place.data)) {
        if (file.is_regular_file()) bytes += static_cast<double>(file.file_size());
    }
    return bytes;
}

/// A hundred status edits at one station, in as many transactions.
void edit_some(Town::Place& station, std::span<const Item* const> items) {
    constexpr std::size_t edits = 100;
    const std::size_t step = std::max<std::size_t>(1, station.appeals.size() / edits);
    node::Replica::Batch batch{station.replica()};
    for (std::size_t i = 0; i < station.appeals.size() && i / step < edits; i += step) {
        edit_status(station, station.appeals[i], 1 + status_of(*items[i]) % 3);
    }
    batch.commit();
}

Round run_round(const Setting& setting, const fs::path& folder) {
    Round round;
    const auto changes = static_cast<double>(setting.items.size() * changes_an_appeal);
    std::vector<double> raw_seconds;
    const auto measure_raw = [&](const char* name) {
        RawTable table{folder / name};
        raw_seconds.push_back(table.write_all(setting.items));
        round.raw_disk = static_cast<double>(table.size());
    };
    Town town{folder / "town", stations};
    std::vector<std::vector<const Item*>> mine;
    for (std::size_t i = 0; i < stations; ++i) mine.push_back(items_of(setting.items, i));
    town.close_all();
    {
        HubProgram hub{setting, town.hub()};
        (void)sync_at_once(setting, town.stations(), hub.address());  // Enrols them.
        hub.child().stop();
    }
    town.open_all();
    for (std::size_t i = 0; i < stations; ++i) {
        record_all(town.station(i), mine[i]);
        edit_all(town.station(i), mine[i]);
    }
    town.close_all();
    measure_raw("before.db");
    {
        HubProgram hub{setting, town.hub()};
        const double cpu_before = hub.child().cpu_seconds();
        const Stopwatch watch;
        const auto [runs, seconds] = sync_at_once(setting, town.stations(), hub.address());
        round.push_seconds = seconds;
        round.hub_cpu = hub.child().cpu_seconds() - cpu_before;
        round.cpu_seconds = round.hub_cpu;
        for (const SyncRun& run : runs) {
            round.cpu_seconds += run.cpu_seconds;
            round.bytes += static_cast<double>(run.bytes);
            round.station_mb = std::max(round.station_mb, run.peak_mb);
            round.round_trips = std::max(round.round_trips, run.round_trips);
        }
        round.searchable_seconds = wait_until_indexed(town.hub(), watch);
        (void)hub.child().poll();
        round.hub_mb = hub.child().peak_mb();
        hub.child().stop();
    }
    measure_raw("after.db");
    round.raw_changes_per_second = changes / median(raw_seconds);
    town.open_all();
    edit_some(town.station(0), mine[0]);
    town.close_all();
    {
        HubProgram hub{setting, town.hub()};
        const auto sync_one = [&] {
            return sync_at_once(setting, {&town.station(0), 1}, hub.address()).first.front();
        };
        round.incremental = sync_one();
        round.idle = sync_one();
        hub.child().stop();
    }
    round.hub_disk = disk_of(town.hub());
    for (const Town::Place& station : town.stations()) round.station_disk += disk_of(station);
    return round;
}

double middle(std::span<const Round> rounds, auto member) {
    std::vector<double> values;
    for (const Round& round : rounds) values.push_back(static_cast<double>(round.*member));
    return median(values);
}

/// zstd-19 over the columns of what travels as values: no ids, no clocks, no crypto. The time of an
/// edit is a clock here, no value, so those columns are made empty of news.
double wire_bound(std::span<const Item> items) {
    std::vector<Item> values{items.begin(), items.end()};
    for (Item& item : values) {
        std::int64_t at = item.occurred_at_ms;
        for (std::int64_t& edited_at : item.edited_at_ms) edited_at = ++at;
    }
    const std::string columns = columns_of(values);
    std::string packed(ZSTD_compressBound(columns.size()), '\0');
    constexpr int level = 19;
    return static_cast<double>(
        ZSTD_compress(packed.data(), packed.size(), columns.data(), columns.size(), level));
}

void report_rounds(const Setting& setting, std::span<const Round> rounds, Report& report) {
    const auto changes = static_cast<double>(setting.items.size() * changes_an_appeal);
    const auto appeals = static_cast<double>(setting.items.size());
    std::vector<double> push_ratios, search_ratios;
    for (const Round& round : rounds) {
        push_ratios.push_back(changes / round.push_seconds / round.raw_changes_per_second);
        search_ratios.push_back(changes / round.searchable_seconds / round.raw_changes_per_second);
    }
    const double bound = wire_bound(setting.items);
    const double bytes = middle(rounds, &Round::bytes);
    const double cpu = middle(rounds, &Round::cpu_seconds);
    const Round& last = rounds.back();
    report.ratio("push until receipts, changes/s to raw batched", median(push_ratios),
                 Wanted::at_least, 0.35);
    report.ratio("push until searchable, changes/s to raw batched", median(search_ratios),
                 Wanted::at_least, 0.15);
    report.ratio("changes per CPU-second, both sides", changes / cpu, Wanted::at_least, 50'000);
    report.ratio("wire bytes to columnar zstd-19 bound", bytes / bound, Wanted::at_most, 1.4);
    report.ratio("100 status edits, bytes both ways", static_cast<double>(last.incremental.bytes),
                 Wanted::at_most, 1500);
    report.ratio("100 status edits, round trips", static_cast<double>(last.incremental.round_trips),
                 Wanted::at_most, 2);
    report.ratio("idle exchange, bytes both ways", static_cast<double>(last.idle.bytes),
                 Wanted::at_most, 600);
    report.ratio("idle exchange, round trips", static_cast<double>(last.idle.round_trips),
                 Wanted::at_most, 2);
    report.ratio("peak memory of the hub, MB", middle(rounds, &Round::hub_mb), Wanted::at_most, 64);
    report.ratio("peak memory of a station in sync now, MB", middle(rounds, &Round::station_mb),
                 Wanted::at_most, 40);
    report.ratio("disk per appeal to raw table, hub", last.hub_disk / last.raw_disk,
                 Wanted::at_most, 3);
    report.ratio("disk per appeal to raw table, stations", last.station_disk / last.raw_disk,
                 Wanted::at_most, 3);
    report.figure("raw_batched", "changes_per_second",
                  middle(rounds, &Round::raw_changes_per_second));
    report.figure("raw_batched", "bytes_per_appeal", last.raw_disk / appeals);
    report.figure("push", "seconds", middle(rounds, &Round::push_seconds));
    report.figure("push", "changes_per_second", changes / middle(rounds, &Round::push_seconds));
    report.figure("push", "seconds_until_searchable", middle(rounds, &Round::searchable_seconds));
    report.figure("push", "cpu_seconds", cpu);
    report.figure("push", "cpu_seconds_of_hub", middle(rounds, &Round::hub_cpu));
    report.figure("push", "wire_bytes", bytes);
    report.figure("push", "wire_bytes_per_change", bytes / changes);
    report.figure("push", "wire_bound_bytes", bound);
    report.figure("push", "round_trips_most", static_cast<double>(last.round_trips));
    report.figure("incremental", "session_seconds", last.incremental.seconds);
    report.figure("incremental", "transactions",
                  static_cast<double>(last.incremental.transactions));
    report.figure("idle", "session_seconds", last.idle.seconds);
}

}  // namespace

void measure_push(const Setting& setting, Report& report) {
    std::vector<Round> rounds;
    for (int i = 0; i < setting.rounds; ++i) {
        const fs::path folder = setting.scratch / ("push" + std::to_string(i));
        rounds.push_back(run_round(setting, folder));
        fs::remove_all(folder);
    }
    report_rounds(setting, rounds, report);
}

}  // namespace jiuying::bench
