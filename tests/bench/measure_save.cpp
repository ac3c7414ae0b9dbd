#include "tests/bench/measures.hpp"
#include "tests/bench/raw_sqlite.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

namespace jiuying::bench {

void measure_save(const Setting& setting, Report& report) {
    constexpr std::size_t slices = 40;  // Short ones: what else the machine does hits both alike.
    Town town{setting.scratch / "save", stations};
    RawTable table{setting.scratch / "save.db"};
    const std::size_t slice = std::max<std::size_t>(1, setting.items.size() / slices);
    std::vector<double> raw, ours, ratios;
    for (std::size_t from = 0; from < setting.items.size(); from += slice) {
        const auto items =
            setting.items.subspan(from, std::min(slice, setting.items.size() - from));
        std::vector<double> raw_slice, our_slice;
        table.insert_each(items, raw_slice);
        for (std::size_t i = 0; i < items.size(); ++i) {
            const Stopwatch watch;
            record(town.station(owner_of(from + i, stations)), items[i]);
            our_slice.push_back(watch.seconds());
        }
        ratios.push_back(sum(raw_slice) / sum(our_slice));
        raw.insert(raw.end(), raw_slice.begin(), raw_slice.end());
        ours.insert(ours.end(), our_slice.begin(), our_slice.end());
    }
    const auto figures = [&](std::string_view group, const std::vector<double>& seconds) {
        report.figure(group, "per_second", static_cast<double>(seconds.size()) / sum(seconds));
        report.figure(group, "p50_ms", median(seconds) * 1e3);
        report.figure(group, "p99_ms", quantile(seconds, 0.99) * 1e3);
    };
    figures("raw_one_row", raw);
    figures("durable_save", ours);
    report.ratio("durable save, rate to raw one-row rate", median(ratios), Wanted::at_least, 0.5);
    report.ratio("durable save, p99 to raw p99", quantile(ours, 0.99) / quantile(raw, 0.99),
                 Wanted::at_most, 3);
}

}  // namespace jiuying::bench
