#include "tests/bench/hub_program.hpp"

#include <array>
#include <fstream>
#include <vector>

namespace jiuying::bench {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& text) {
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string{"\"\""} : std::string{c};
    return cell + "\"";
}

void write_csv(std::span<const Item> items, const fs::path& path) {
    std::ofstream out{path};
    out << "title,text,contact,phone,address,place\n";
    for (const Item& item : items) {
        out << quoted(item.title) << ',' << quoted(item.text) << ',' << quoted(item.contact) << ','
            << quoted(item.phone) << ',' << quoted(item.address) << ',' << quoted(item.place)
            << '\n';
    }
}

std::vector<std::string> with_keys(std::vector<std::string> words, const Town::Place& place) {
    for (const std::string& word : {std::string{"--data"}, place.data.string(),
                                    std::string{"--key-file"}, place.key_file.string()}) {
        words.push_back(word);
    }
    return words;
}

/// Runs a command of the station to its end and gives its peak.
double peak_of(const Setting& setting, const Town::Place& station,
               const std::vector<std::string>& words) {
    std::array<Child, 1> child{Child{setting.programs / "jiuying", with_keys(words, station),
                                     station.data.string() + "-" + words[0]}};
    wait_for(child, patience);
    if (child[0].exit_code() != 0) {
        throw std::runtime_error(words[0] + " failed: " + child[0].standard_error());
    }
    return child[0].peak_mb();
}

}  // namespace

void measure_memory(const Setting& setting, Report& report) {
    Town town{setting.scratch / "memory", 1};
    town.close_all();
    const Town::Place& station = town.station(0);
    const fs::path csv = setting.scratch / "memory.csv";
    write_csv(setting.items, csv);
    report.ratio("peak memory of a station in import, MB",
                 peak_of(setting, station, {"appeal", "import", csv, "--type", "complaint"}),
                 Wanted::at_most, 40);
    HubProgram hub{setting, town.hub()};
    Child serve{setting.programs / "jiuying", with_keys({"serve", "--hub", hub.address()}, station),
                station.data.string() + "-serve"};
    const Stopwatch watch;
    while (!fs::exists(station.data / "control.sock")) {
        if (serve.poll() || watch.seconds() > patience) {
            throw std::runtime_error("the station does not serve: " + serve.standard_error());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    // Through `serve`: it sends everything and is asked for what a person looks at.
    (void)peak_of(setting, station, {"sync", "now"});
    (void)peak_of(setting, station, {"appeal", "list", "--search", "路"});
    (void)serve.poll();
    report.ratio("peak memory of a station in serve, MB", serve.peak_mb(), Wanted::at_most, 40);
    serve.stop();
    hub.child().stop();
}

}  // namespace jiuying::bench
