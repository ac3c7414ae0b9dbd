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
    "snapshots written and copied",
    "kills inside a snapshot or its copy",
    "logs pruned",
    "kills inside a prune",
    "programs upgraded",
    "values of unknown fields waited",
    "segments for newer programs waited",
    "cells turned in tables",
    "cells mended at a contact",
    "origins forged",
    "words of others in an own log",
    "logs of others signed",
    "forks of a dishonest station",
    "gaps of a dishonest station",
    "old segments sent again",
    "floods of tiny segments",
    "huge segments",
    "floods of keys",
    "bases from the future",
    "bases of unknown epochs",
    "clocks at their end",
    "machines joined by a snapshot",
    "cuts inside a snapshot",
    "meetings held",
    "matters taken down",
    "matters confirmed to be one",
    "bad ratings",
    "matters visited by two people",
    "triggers of the watch list",
    "watches ended",
    "packages that came again",
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
    "sticks out of turn",
    "sticks carried by another station",
    "sticks refused by the disk",
    "kills while a stick is written or read",
    "segments that came early"};

constexpr auto first_machine = static_cast<std::size_t>(Happening::machine_joined);
constexpr auto first_salon = static_cast<std::size_t>(Happening::meeting_held);
constexpr auto first_old = static_cast<std::size_t>(Happening::station_put_back);
constexpr auto first_stick = static_cast<std::size_t>(Happening::stick_written);
constexpr auto end_old = static_cast<std::size_t>(Happening::stick_carried_by_another);

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

}  // namespace

std::string_view name_of(Happening happening) { return names[static_cast<std::size_t>(happening)]; }

namespace {

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

std::string Tally::lines(std::size_t first, std::size_t end) const {
    std::string all;
    for (std::size_t i = first; i < end; ++i) all += line(names[i], counts_[i]);
    return all;
}

std::string Tally::text() const {
    std::string all = lines(0, first_machine);
    for (const auto& [name, times] : of_disk(disk)) all += line(name, times);
    return all;
}

std::string Tally::old_text() const {
    return line(name_of(Happening::session_done), (*this)[Happening::session_done]) +
           lines(first_old, end_old);
}

std::string Tally::machine_text() const { return lines(first_machine, first_salon); }

std::string Tally::salon_text() const { return lines(first_salon, first_old); }

std::string Tally::stick_text() const {
    std::string all = lines(first_stick, counts_.size());
    for (const auto& [name, times] : of_disk(disk)) all += line(name, times);
    return all;
}

namespace {

void add_missing(std::string& all, std::string_view name, std::uint64_t times) {
    if (times == 0) all += (all.empty() ? "" : ", ") + std::string(name);
}

}  // namespace

std::string Tally::none_of(std::size_t first, std::size_t end) const {
    std::string all;
    for (std::size_t i = first; i < end; ++i) add_missing(all, names[i], counts_[i]);
    return all;
}

std::string Tally::missing() const {
    std::string all = none_of(0, first_machine);
    for (const auto& [name, times] : of_disk(disk)) add_missing(all, name, times);
    return all;
}

std::string Tally::machine_missing() const { return none_of(first_machine, first_salon); }

std::string Tally::salon_missing() const { return none_of(first_salon, first_old); }

std::string Tally::old_missing() const { return none_of(first_old, end_old); }

std::string Tally::stick_missing() const { return none_of(first_stick, counts_.size()); }

}  // namespace jiuying::sim
