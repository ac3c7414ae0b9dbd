/// The measures of the workload 'appeals-sync', each against its yardstick in the same run.
#pragma once

#include "tests/bench/report.hpp"
#include "tests/bench/workload.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace jiuying::bench {

inline constexpr std::size_t stations = 4;

struct Setting {
    std::span<const Item> items;
    std::filesystem::path scratch;   ///< An empty folder, on the disk that is to be measured.
    std::filesystem::path programs;  ///< Where `jiuying` and `jiuying-hub` are.
    int rounds = 3;
    std::size_t growth = 4;       ///< How many times larger the larger district is.
    std::size_t orders = 50'000;  ///< That the hub scans.
};

/// Durable save of one appeal against raw one-row transactions, taken in turns.
void measure_save(const Setting& setting, Report& report);

/// The programs themselves over loopback: a hub that serves and four stations that sync at once,
/// then a hundred edits, then nothing new. Against raw SQLite with one commit for everything.
void measure_push(const Setting& setting, Report& report);

/// What a station needs in memory to import everything, and to serve and send it.
void measure_memory(const Setting& setting, Report& report);

/// A thousand appeals edited on both sides, until both list the same conflicts.
void measure_conflicts(const Setting& setting, Report& report);

/// The push of four stations once more, by stick.
void measure_bundle(const Setting& setting, Report& report);

/// Work orders: the hub's scan of all of them, a station's list by due time, and opening a long
/// one.
void measure_orders(const Setting& setting, Report& report);

/// A new machine of a station with all appeals: by a snapshot, and by replaying their log. What a
/// station that pruned its log needs on its disk.
void measure_snapshot(const Setting& setting, Report& report);

/// Commits, bulk import and search on an encrypted database against a plain one; unlocking.
void measure_cipher(const Setting& setting, Report& report);

/// A thousand requests taken down at one meeting.
void measure_meeting(const Setting& setting, Report& report);

/// What an idle and an incremental exchange cost in a small and in a larger district.
void measure_growth(const Setting& setting, Report& report);

}  // namespace jiuying::bench
