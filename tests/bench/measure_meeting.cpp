#include "tests/bench/hub_program.hpp"

#include <boost/json.hpp>

#include <array>
#include <fstream>
#include <vector>

namespace jiuying::bench {
namespace {

constexpr std::size_t requests = 1'000;

/// Runs a command of the station to its end and gives what it answers.
boost::json::object answer_of(const Setting& setting, const Town::Place& station,
                              std::vector<std::string> words, const std::string& name) {
    for (const std::string& word :
         {std::string{"--data"}, station.data.string(), std::string{"--key-file"},
          station.key_file.string(), std::string{"--json"}}) {
        words.push_back(word);
    }
    std::array<Child, 1> child{
        Child{setting.programs / "jiuying", words, station.data.string() + "-" + name}};
    wait_for(child, patience);
    if (child[0].exit_code() != 0) {
        throw std::runtime_error(name + " failed: " + child[0].standard_error());
    }
    return boost::json::parse(child[0].standard_output()).as_object();
}

}  // namespace

/// A note-taker's thousand requests of forty firms, each one durable by itself; the start of the
/// program and the unlocking of its keys are inside.
void measure_meeting(const Setting& setting, Report& report) {
    Town town{setting.scratch / "meeting", 1};
    town.close_all();
    const Town::Place& station = town.station(0);
    const std::filesystem::path lines = setting.scratch / "meeting.jsonl";
    {
        std::ofstream out{lines};
        for (std::size_t i = 0; i < requests; ++i) {
            const Item& item = setting.items[i % setting.items.size()];
            out << boost::json::serialize(
                       boost::json::object{{"title", item.title},
                                           {"text", item.text},
                                           {"contact", item.contact},
                                           {"phone", item.phone},
                                           {"enterprise", "firm " + std::to_string(i % 40)}})
                << '\n';
        }
    }
    const auto made = answer_of(setting, station,
                                {"meeting", "add", "--kind", "salon", "--title", "bench"}, "add");
    const std::string id{made.at("id").as_string()};
    const Stopwatch watch;
    const auto done =
        answer_of(setting, station, {"meeting", "note", id, "--from", lines.string()}, "note");
    const double seconds = watch.seconds();
    if (done.at("saved").to_number<std::size_t>() != requests) {
        throw std::runtime_error("not all requests of the meeting were saved");
    }
    report.figure("meeting", "seconds_for_1000", seconds);
    report.ratio("requests of a meeting, durable saves a second",
                 static_cast<double>(requests) / seconds, Wanted::at_least, 200);
}

}  // namespace jiuying::bench
