// bench [--appeals N] [--orders N] [--texts FILE.csv.gz] [--json OUT] [--rounds N] [--growth]
//       [--scratch DIR] [--only orders|bundles|snapshot|cipher|meeting]
//
// Measures the workload 'appeals-sync' (docs/reference/benchmarks.md). One JSON document on
// stdout, a table on stderr. Ends with 0 also when a target is missed.
#include "tests/bench/measures.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/texts.hpp"

#include <boost/json/serialize.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using namespace jiuying;
namespace fs = std::filesystem;

constexpr std::uint64_t workload_seed = 1;

struct Options {
    std::size_t appeals = 10'000;
    std::optional<fs::path> texts, json, scratch;
    int rounds = 3;
    std::size_t growth = 4;
    std::size_t orders = 50'000;
    std::string only;
};

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--growth") {
            options.growth = 10;
            continue;
        }
        if (i + 1 == argc) return std::nullopt;
        const char* value = argv[++i];
        if (name == "--appeals") {
            options.appeals = std::strtoul(value, nullptr, 10);
        } else if (name == "--orders") {
            options.orders = std::strtoul(value, nullptr, 10);
        } else if (name == "--only") {
            options.only = value;
            const bool known = options.only == "orders" || options.only == "bundles" ||
                               options.only == "snapshot" || options.only == "cipher" ||
                               options.only == "meeting";
            if (!known) return std::nullopt;
        } else if (name == "--rounds") {
            options.rounds = std::atoi(value);
        } else if (name == "--texts") {
            options.texts = value;
        } else if (name == "--json") {
            options.json = value;
        } else if (name == "--scratch") {
            options.scratch = value;
        } else {
            return std::nullopt;
        }
    }
    constexpr std::size_t fewest = 400;  // A hundred edits at each of four stations.
    constexpr std::size_t fewest_orders = 1'000;
    if (options.appeals < fewest || options.rounds < 1) return std::nullopt;
    if (options.orders < fewest_orders) return std::nullopt;
    return options;
}

/// A folder that goes when the measuring is over.
class Scratch {
public:
    explicit Scratch(const fs::path& parent) {
        std::string pattern = (parent / "jiuying-bench-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
        path_ = pattern;
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

void run(const Options& options) {
    const auto items = options.texts
                           ? bench::make_workload(
                                 bench::load_texts(*options.texts, options.appeals), workload_seed)
                           : bench::make_workload(options.appeals, workload_seed);
    const Scratch scratch{options.scratch.value_or(fs::temp_directory_path())};
    bench::Setting setting;
    setting.items = items;
    setting.scratch = scratch.path();
    setting.programs = fs::read_symlink("/proc/self/exe").parent_path();
    setting.rounds = options.rounds;
    setting.growth = options.growth;
    setting.orders = options.orders;
    bench::Report report;
    report.figure("workload", "appeals", static_cast<double>(items.size()));
    report.figure("workload", "changes", static_cast<double>(items.size() * 4));
    report.figure("workload", "stations", static_cast<double>(bench::stations));
    report.text("workload", "texts", options.texts ? "from a file" : "invented");
    report.figure("machine", "processors", std::thread::hardware_concurrency());
    const bench::Stopwatch watch;
    const auto measure = [&](const char* what, auto how) {
        std::fprintf(stderr, "measuring %s ...\n", what);
        how(setting, report);
    };
    if (options.only.empty()) {
        measure("durable saves", bench::measure_save);
        measure("the push of four stations", bench::measure_push);
        measure("the memory of a station", bench::measure_memory);
        measure("conflicts", bench::measure_conflicts);
        measure("growth", bench::measure_growth);
    }
    const auto meant = [&](const char* part) {
        return options.only.empty() || options.only == part;
    };
    if (meant("bundles")) measure("bundles", bench::measure_bundle);
    if (meant("snapshot")) measure("snapshots and pruning", bench::measure_snapshot);
    if (meant("cipher")) measure("encryption", bench::measure_cipher);
    if (meant("orders")) measure("work orders", bench::measure_orders);
    if (meant("meeting")) measure("requests of a meeting", bench::measure_meeting);
    report.figure("machine", "seconds_measuring", watch.seconds());
    const std::string document = boost::json::serialize(report.to_json());
    std::fprintf(stderr, "\n%s", report.table().c_str());
    std::printf("%s\n", document.c_str());
    if (options.json) std::ofstream{*options.json} << document << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse(argc, argv);
    if (!options) {
        std::fprintf(stderr,
                     "usage: bench [--appeals N] [--orders N] [--texts FILE.csv.gz] [--json OUT] "
                     "[--rounds N] [--growth] [--scratch DIR] "
                     "[--only orders|bundles|snapshot|cipher|meeting]\n"
                     "N appeals: at least 400, N orders: at least 1000\n");
        return 2;
    }
    try {
        run(*options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
