#include "tests/bench/hub_program.hpp"
#include "tests/bench/raw_sqlite.hpp"

#include <filesystem>
#include <optional>

namespace jiuying::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr double limit = 1200;  ///< Seconds: replaying a large log on a slow machine.

Child start(const Setting& setting, const Town::Place& place, const char* program,
            std::vector<std::string> words) {
    const std::string output = place.data.string() + "-" + words[0];
    for (const std::string& word :
         {std::string{"--json"}, std::string{"--data"}, place.data.string(),
          std::string{"--key-file"}, place.key_file.string()}) {
        words.push_back(word);
    }
    return {setting.programs / program, words, output};
}

void check(const Child& child) {
    if (child.exit_code() == 0) return;
    throw std::runtime_error("a command failed: " + child.standard_error() +
                             child.standard_output());
}

void run(const Setting& setting, const Town::Place& place, const char* program,
         std::vector<std::string> words) {
    Child child = start(setting, place, program, std::move(words));
    wait_for({&child, 1}, limit);
    check(child);
}

struct Joined {
    double seconds = 0;
    double first_seconds = 0;  ///< Until the first open order is in the table.
    double peak_mb = 0;
};

/// `sync now` of a machine, looking at its database from outside.
Joined join(const Setting& setting, const Town::Place& place, const std::string& address) {
    const Stopwatch watch;
    Joined joined;
    Child child = start(setting, place, "jiuying", {"sync", "now", "--hub", address});
    node::sqlite::OpenOptions options;
    options.read_only = true;
    std::optional<Outside> outside;
    while (!child.poll()) {
        if (watch.seconds() > limit) throw std::runtime_error("joining does not end");
        std::this_thread::sleep_for(2ms);
        if (joined.first_seconds != 0) continue;
        if (!outside) outside.emplace(place, options);
        if (outside->db()
                .statement("SELECT count(*) FROM (SELECT 1 FROM appeal LIMIT 1)")
                .one<int>() != 0) {
            joined.first_seconds = watch.seconds();
            outside.reset();
        }
    }
    joined.seconds = watch.seconds();
    joined.peak_mb = child.peak_mb();
    check(child);
    return joined;
}

double disk_of(const Town::Place& place) {
    double bytes = 0;
    for (const auto& file : fs::directory_iterator(place.data)) {
        if (file.is_regular_file()) bytes += static_cast<double>(file.file_size());
    }
    return bytes;
}

/// As join, at a hub that serves for just this.
Joined join_at_hub(const Setting& setting, Town& town, std::size_t machine, double* hub_mb) {
    town.close_all();
    HubProgram hub{setting, town.hub()};
    const Joined joined = join(setting, town.station(machine), hub.address());
    (void)hub.child().poll();
    if (hub_mb != nullptr) *hub_mb = hub.child().peak_mb();
    hub.child().stop();
    return joined;
}

}  // namespace

void measure_snapshot(const Setting& setting, Report& report) {
    const fs::path folder = setting.scratch / "snapshot";
    fs::create_directories(folder);
    Town town{folder / "town", 1};
    (void)town.add_machine(0);
    // Both are known to the hub now, so the second one gets all that follows by its log.
    (void)join_at_hub(setting, town, 0, nullptr);
    (void)join_at_hub(setting, town, 1, nullptr);
    town.open_all();
    std::vector<const Item*> items;
    for (const Item& item : setting.items) items.push_back(&item);
    record_all(town.station(0), items);
    edit_all(town.station(0), items);
    (void)join_at_hub(setting, town, 0, nullptr);
    const Joined replayed = join_at_hub(setting, town, 1, nullptr);
    town.open_all();
    (void)town.add_machine(0);
    double hub_mb = 0;
    const Joined filled = join_at_hub(setting, town, 2, &hub_mb);
    run(setting, town.hub(), "jiuying-hub",
        {"snapshot", "write", "--station", "ST10", "--to", (folder / "copies").string()});
    town.open_all();
    edit_status(town.station(0), town.station(0).appeals.front(), 1);
    (void)join_at_hub(setting, town, 0, nullptr);
    const double before = disk_of(town.station(0));
    const Stopwatch watch;
    run(setting, town.station(0), "jiuying", {"prune"});
    const double prune_seconds = watch.seconds();
    RawTable table{folder / "raw.db"};
    (void)table.write_all(setting.items);
    const auto raw = static_cast<double>(table.size());
    report.ratio("joining by snapshot, times faster than by the log",
                 replayed.seconds / filled.seconds, Wanted::at_least, 3);
    report.ratio("joining by snapshot, first open order, s", filled.first_seconds, Wanted::at_most,
                 2);
    report.ratio("joining by snapshot, peak memory, MB", filled.peak_mb, Wanted::at_most, 96);
    report.ratio("pruned station, disk to raw table", disk_of(town.station(0)) / raw,
                 Wanted::at_most, 2.2);
    report.figure("snapshot", "seconds", filled.seconds);
    report.figure("snapshot", "seconds_by_log", replayed.seconds);
    report.figure("snapshot", "peak_mb_by_log", replayed.peak_mb);
    report.figure("snapshot", "peak_mb_of_hub", hub_mb);
    report.figure("snapshot", "disk_before_prune_to_raw", before / raw);
    report.figure("snapshot", "prune_seconds", prune_seconds);
    fs::remove_all(folder);
}

}  // namespace jiuying::bench
