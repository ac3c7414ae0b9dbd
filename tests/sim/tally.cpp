#include "tests/sim/tally.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::sim {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Happening::last_of_list)> names{
    "appeals registered",
    "fields edited",
    "fields edited again and again",
    "notes added",
    "steps of orders",
    "orders shared",
    "orders shared again",
    "orders let go",
    "arrivals noted",
    "work for another station",
    "restated segments seen",
    "imports of many",
    "reference edits",
    "conflicts",
    "conflicts settled",
    "settled out of date",
    "edits lost visibly",
    "transactions rejected",
    "notices given",
    "clock verdicts",
    "sessions done",
    "sessions cut",
    "cuts inside a segment",
    "resumed from a part",
    "sessions timed out",
    "sessions stopped",
    "one-way stalls",
    "stale bytes injected",
    "pieces lost",
    "pieces doubled",
    "pieces swapped with the next",
    "sessions replayed",
    "sessions overlapped",
    "enrolments repeated",
    "storage failures in a session",
    "kills at rest",
    "kills inside a save",
    "kills inside a session",
    "kills while words are indexed",
    "kills while a station seals",
    "kills inside an enrolment",
    "power cuts",
    "saves refused by the disk",
    "saves found after a crash",
    "clock jumps",
    "clock jumps of years",
    "clock resets to 1970",
    "weeks to a year of silence",
    "stations put back",
    "hubs put back",
    "second chains",
    "ranges given again",
    "saves lost with their last copy",
    "alarms",
    "sticks written",
    "sticks lost",
    "sticks damaged",
    "sticks read twice",
    "sticks out of turn"};

constexpr auto first_old = static_cast<std::size_t>(Happening::station_put_back);

std::vector<std::pair<std::string_view, std::uint64_t>> of_disk(const test::DiskTally& disk) {
    return {{"power cuts with unsynced writes", disk.power_cuts},
            {"kills inside a write", disk.kills_in_write},
            {"kills inside a sync", disk.kills_in_sync},
            {"unsynced writes kept", disk.kept},
            {"unsynced writes dropped", disk.dropped},
            {"unsynced writes torn", disk.torn},
            {"writes to a full disk", disk.full},
            {"failed writes", disk.failed_writes},
            {"failed syncs", disk.failed_syncs}};
}

std::string line(std::string_view name, std::uint64_t times) {
    std::string number = std::to_string(times);
    number.insert(0, number.size() < 9 ? 9 - number.size() : 0, ' ');
    return number + "  " + std::string(name) + "\n";
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    disk += other.disk;
    return *this;
}

std::string Tally::text() const {
    std::string all;
    for (std::size_t i = 0; i < first_old; ++i) all += line(names[i], counts_[i]);
    for (const auto& [name, times] : of_disk(disk)) all += line(name, times);
    return all;
}

std::string Tally::old_text() const {
    std::string all = line(names[static_cast<std::size_t>(Happening::session_done)],
                           (*this)[Happening::session_done]);
    for (std::size_t i = first_old; i < counts_.size(); ++i) all += line(names[i], counts_[i]);
    return all;
}

namespace {

void add_missing(std::string& all, std::string_view name, std::uint64_t times) {
    if (times == 0) all += (all.empty() ? "" : ", ") + std::string(name);
}

}  // namespace

std::string Tally::missing() const {
    std::string all;
    for (std::size_t i = 0; i < first_old; ++i) add_missing(all, names[i], counts_[i]);
    for (const auto& [name, times] : of_disk(disk)) add_missing(all, name, times);
    return all;
}

std::string Tally::old_missing() const {
    std::string all;
    for (std::size_t i = first_old; i < counts_.size(); ++i) {
        add_missing(all, names[i], counts_[i]);
    }
    return all;
}

}  // namespace jiuying::sim
