// What is measured between two replicas of this process: no program start, no socket in it.
#include "tests/bench/measures.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

#include <set>
#include <stdexcept>

namespace jiuying::bench {
namespace {

constexpr std::size_t batch_size = 1000;

/// A district of one station that holds \p appeals, all of them in sync.
std::unique_ptr<Town> make_district(const Setting& setting, const std::string& name,
                                    std::size_t appeals) {
    auto town = std::make_unique<Town>(setting.scratch / name, 1);
    std::vector<const Item*> items;
    for (std::size_t done = 0; done < appeals; done += items.size()) {
        items.clear();
        for (std::size_t i = done; i < std::min(appeals, done + batch_size); ++i) {
            items.push_back(&setting.items[i % setting.items.size()]);
        }
        record_all(town->station(0), items);
    }
    (void)run_session(town->station(0).replica(), town->hub().replica());
    (void)run_session(town->station(0).replica(), town->hub().replica());
    return town;
}

using ConflictIds = std::set<std::array<std::uint8_t, 16>>;

ConflictIds ids_of(const std::vector<node::ConflictView>& conflicts) {
    ConflictIds ids;
    for (const node::ConflictView& conflict : conflicts) ids.insert(conflict.id.bytes);
    return ids;
}

/// One edit more of each of the first \p count appeals, all in one commit.
void edit_phones(Town::Place& place, std::span<const schema::RecordId> appeals, int round,
                 char side) {
    node::Replica::Batch batch{place.replica()};
    for (std::size_t i = 0; i < appeals.size(); ++i) {
        edit_text(place, appeals[i], schema::appeal::phone,
                  std::string{"199000"} + side + std::to_string(round) + std::to_string(i));
    }
    batch.commit();
}

/// Milliseconds from the start of the session until both lists agree; throws if one value of the
/// two is missing from a list.
double settle(Town& town, std::size_t expected, int round) {
    Town::Place& station = town.station(0);
    const auto appeals = std::span{station.appeals}.first(expected);
    edit_phones(station, appeals, round, '1');
    edit_phones(town.hub(), appeals, round, '2');
    const Stopwatch watch;
    (void)run_session(station.replica(), town.hub().replica());
    const auto here = station.replica().conflicts();
    const auto there = town.hub().replica().conflicts();
    const bool agree = ids_of(here) == ids_of(there) && here.size() == expected;
    const double seconds = watch.seconds();
    if (!agree) throw std::runtime_error("the conflict lists do not agree");
    for (const auto* list : {&here, &there}) {
        for (const node::ConflictView& conflict : *list) {
            const bool both =
                conflict.values.size() == 2 && conflict.values[0].value != conflict.values[1].value;
            if (!both) throw std::runtime_error("a losing value is gone");
        }
    }
    return seconds * 1e3;
}

struct Exchange {
    double bytes = 0;
    double seconds = 0;
};

Exchange exchange_of(Town& town) {
    const Stopwatch watch;
    const sync::Traffic traffic = run_session(town.station(0).replica(), town.hub().replica());
    return {static_cast<double>(traffic.sent_bytes + traffic.received_bytes), watch.seconds()};
}

/// A hundred edits, spread over everything that is stored, then the exchange.
Exchange incremental_of(Town& town, int round) {
    constexpr std::size_t edits = 100;
    Town::Place& station = town.station(0);
    {
        node::Replica::Batch batch{station.replica()};
        for (std::size_t i = 0; i < edits; ++i) {
            edit_status(station, station.appeals[i * station.appeals.size() / edits],
                        1 + round % 3);
        }
        batch.commit();
    }
    return exchange_of(town);
}

/// Many exchanges of two districts in turns.
struct Series {
    std::vector<double> bytes, seconds;
    void add(const Exchange& one) {
        bytes.push_back(one.bytes);
        seconds.push_back(one.seconds);
    }
};

}  // namespace

void measure_conflicts(const Setting& setting, Report& report) {
    constexpr std::size_t double_edited = 1000;
    constexpr int rounds = 5;
    const std::size_t count = std::min(double_edited, setting.items.size());
    std::vector<double> milliseconds;
    for (int round = 0; round < rounds; ++round) {
        const std::string name = "conflicts" + std::to_string(round);
        const auto town = make_district(setting, name, std::max(count, std::size_t{2000}));
        milliseconds.push_back(settle(*town, count, round));
    }
    // The limit is for a thousand; a smaller run says how many it had.
    report.ratio(std::to_string(count) + " double-edited appeals settled, ms", median(milliseconds),
                 Wanted::at_most, 150);
    report.figure("conflicts", "double_edited", static_cast<double>(count));
    report.figure("conflicts", "losing_values_kept", static_cast<double>(count));
    report.figure("conflicts", "least_ms", quantile(milliseconds, 0));
}

void measure_growth(const Setting& setting, Report& report) {
    constexpr int turns = 25;
    constexpr double undisturbed = 0.25;  ///< What else the machine does only ever adds time.
    const std::size_t appeals = setting.items.size();
    const auto small = make_district(setting, "small", appeals);
    const auto large = make_district(setting, "large", appeals * setting.growth);
    Series small_idle, large_idle, small_edits, large_edits;
    for (int turn = 0; turn < turns; ++turn) {
        small_idle.add(exchange_of(*small));
        large_idle.add(exchange_of(*large));
        small_edits.add(incremental_of(*small, turn));
        large_edits.add(incremental_of(*large, turn));
    }
    const auto compare = [&](std::string_view what, const Series& in_small,
                             const Series& in_large) {
        const std::string of{what};
        report.ratio("growth of " + of + " bytes, larger to smaller district",
                     median(in_large.bytes) / median(in_small.bytes), Wanted::at_most, 1.2);
        report.ratio(
            "growth of " + of + " time, larger to smaller district",
            quantile(in_large.seconds, undisturbed) / quantile(in_small.seconds, undisturbed),
            Wanted::at_most, 1.2);
        report.figure("growth", of + "_bytes", median(in_small.bytes));
        report.figure("growth", of + "_bytes_larger", median(in_large.bytes));
        report.figure("growth", of + "_ms", median(in_small.seconds) * 1e3);
        report.figure("growth", of + "_ms_larger", median(in_large.seconds) * 1e3);
    };
    report.figure("growth", "appeals", static_cast<double>(appeals));
    report.figure("growth", "appeals_larger", static_cast<double>(appeals * setting.growth));
    compare("idle", small_idle, large_idle);
    compare("incremental", small_edits, large_edits);
}

}  // namespace jiuying::bench
