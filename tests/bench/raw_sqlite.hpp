/// The yardstick: what SQLite alone does with the workload on the same disk.
///
/// One table of twelve columns with its integer primary key, prepared statements, WAL,
/// synchronous=FULL, nothing else: no log, no versions, no index, no search.
#pragma once

#include "node/store/sqlite.hpp"
#include "tests/bench/workload.hpp"

#include <filesystem>
#include <span>
#include <vector>

namespace jiuying::bench {

class RawTable {
public:
    /// \p vfs as in sqlite::OpenOptions.
    explicit RawTable(const std::filesystem::path& file, const char* vfs = nullptr);

    /// Inserts \p items, a transaction each. Adds the seconds that each took to \p seconds.
    void insert_each(std::span<const Item> items, std::vector<double>& seconds);

    /// All appeals and the three edits of each in one transaction. Returns the seconds it took.
    double write_all(std::span<const Item> items);

    /// Bytes of the file with the log written back.
    std::uintmax_t size();

private:
    void insert(const Item& item);

    std::filesystem::path file_;
    node::sqlite::Database db_;
    std::int64_t key_ = 0;
};

}  // namespace jiuying::bench
