#include "tests/bench/hub_program.hpp"
#include "tests/bench/measures.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

#include <boost/json/parse.hpp>

#include <stdexcept>

namespace jiuying::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// The same log once over the network and once by stick.
struct Round {
    double push_seconds = 0;
    double network_bytes = 0;
    double export_seconds = 0;
    double import_seconds = 0;
    double stick_bytes = 0;
    double export_mb = 0;
    double import_mb = 0;
};

std::vector<Child> run_all(std::vector<Child> children) {
    wait_for(children, patience);
    for (const Child& child : children) {
        if (child.exit_code() != 0) {
            throw std::runtime_error("a program failed: " + child.standard_error() +
                                     child.standard_output());
        }
    }
    return children;
}

Child start(const Setting& setting, const char* program, const Town::Place& place,
            std::vector<std::string> words) {
    words.insert(words.end(), {"--json", "--data", place.data, "--key-file", place.key_file});
    return {setting.programs / program, words, place.data.string() + "-bundle"};
}

std::vector<Child> sync_all(const Setting& setting, Town& town, const std::string& address) {
    std::vector<Child> children;
    for (const Town::Place& place : town.stations()) {
        children.push_back(start(setting, "jiuying", place, {"sync", "now", "--hub", address}));
    }
    return run_all(std::move(children));
}

/// A town whose stations know the hub and have recorded the workload.
void fill(const Setting& setting, Town& town) {
    town.close_all();
    {
        HubProgram hub{setting, town.hub()};
        (void)sync_all(setting, town, hub.address());
        hub.child().stop();
    }
    town.open_all();
    for (std::size_t station = 0; station < stations; ++station) {
        std::vector<const Item*> mine;
        for (std::size_t i = 0; i < setting.items.size(); ++i) {
            if (owner_of(i, stations) == station) mine.push_back(&setting.items[i]);
        }
        record_all(town.station(station), mine);
        edit_all(town.station(station), mine);
    }
    town.close_all();
}

void by_network(const Setting& setting, const fs::path& folder, Round& round) {
    Town town{folder, stations};
    fill(setting, town);
    HubProgram hub{setting, town.hub()};
    const Stopwatch watch;
    const std::vector<Child> children = sync_all(setting, town, hub.address());
    round.push_seconds = watch.seconds();
    for (const Child& child : children) {
        const json::value said = json::parse(child.standard_output());
        round.network_bytes += said.at_pointer("/sent/bytes").to_number<double>();
    }
    hub.child().stop();
}

/// The four stations export at once, as they sync at once; the hub imports the folder.
void by_stick(const Setting& setting, const fs::path& folder, Round& round) {
    Town town{folder / "town", stations};
    fill(setting, town);
    const fs::path stick = folder / "stick";
    fs::create_directory(stick);
    const Stopwatch writing;
    std::vector<Child> exports;
    for (const Town::Place& place : town.stations()) {
        exports.push_back(start(setting, "jiuying", place, {"bundle", "export", "--out", stick}));
    }
    exports = run_all(std::move(exports));
    round.export_seconds = writing.seconds();
    for (const Child& child : exports) {
        const json::value said = json::parse(child.standard_output());
        round.stick_bytes += said.at("bytes").to_number<double>();
        round.export_mb = std::max(round.export_mb, child.peak_mb());
    }
    const Stopwatch reading;
    std::vector<Child> imports;
    imports.push_back(start(setting, "jiuying-hub", town.hub(), {"bundle", "import", stick}));
    imports = run_all(std::move(imports));
    round.import_seconds = reading.seconds();
    round.import_mb = imports.front().peak_mb();
    const json::value said = json::parse(imports.front().standard_output());
    if (!said.at("missing").as_array().empty()) throw std::runtime_error("something is missing");
}

double middle(const std::vector<Round>& rounds, double Round::*member) {
    std::vector<double> values;
    for (const Round& round : rounds) values.push_back(round.*member);
    return median(values);
}

}  // namespace

void measure_bundle(const Setting& setting, Report& report) {
    std::vector<Round> rounds;
    for (int i = 0; i < setting.rounds; ++i) {
        const fs::path folder = setting.scratch / ("bundle" + std::to_string(i));
        fs::create_directory(folder);
        Round round;
        by_network(setting, folder / "network", round);
        by_stick(setting, folder, round);
        rounds.push_back(round);
        fs::remove_all(folder);
    }
    const double push = middle(rounds, &Round::push_seconds);
    report.ratio("bundles of the whole log to the network's bytes",
                 middle(rounds, &Round::stick_bytes) / middle(rounds, &Round::network_bytes),
                 Wanted::at_most, 1.05);
    report.ratio("export of bundles to the network's push, changes/s",
                 push / middle(rounds, &Round::export_seconds), Wanted::at_least, 0.7);
    report.ratio("import of bundles to the network's push, changes/s",
                 push / middle(rounds, &Round::import_seconds), Wanted::at_least, 0.7);
    report.figure("bundle", "export_seconds", middle(rounds, &Round::export_seconds));
    report.figure("bundle", "import_seconds", middle(rounds, &Round::import_seconds));
    report.figure("bundle", "bytes", middle(rounds, &Round::stick_bytes));
    report.figure("bundle", "network_push_seconds", push);
    report.figure("bundle", "peak_mb_of_export", middle(rounds, &Round::export_mb));
    report.figure("bundle", "peak_mb_of_import", middle(rounds, &Round::import_mb));
}

}  // namespace jiuying::bench
