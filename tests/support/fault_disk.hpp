/// A disk in memory that keeps only what was synced for certain: the model under the test VFS.
///
/// Each file has what survives everything (`durable`), what a running program reads (`now`), and
/// the changes between the two. A kill of the process loses nothing that was written, but may come
/// in the middle of a write. A power cut keeps, drops or tears each unsynced change by itself, in
/// sectors of 512 or 4096 bytes; files made, emptied or removed without a sync may come back as
/// they were. Everything follows from one seed. Results are SQLite's codes. Not thread-safe.
/// Source of the rules: Pillai et al., "All File Systems Are Not Created Equal", 2014; for failed
/// syncs Rebello et al., "Can Applications Recover from fsync Failures?", 2020.
#pragma once

#include "tests/support/blocks.hpp"
#include "tests/support/dice.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jiuying::test {

/// How often each kind of misfortune really happened.
struct DiskTally {
    std::uint64_t writes = 0;
    std::uint64_t syncs = 0;
    std::uint64_t kills_in_write = 0;  ///< Left a part of the write behind.
    std::uint64_t kills_in_sync = 0;
    std::uint64_t power_cuts = 0;  ///< With something unsynced at stake.
    std::uint64_t kept = 0;        ///< Unsynced changes that a power cut kept,
    std::uint64_t dropped = 0;     ///< dropped,
    std::uint64_t torn = 0;        ///< or left in part.
    std::uint64_t full = 0;        ///< Writes refused for want of room.
    std::uint64_t failed_writes = 0;
    std::uint64_t failed_syncs = 0;
    std::uint64_t failed_reads = 0;
    DiskTally& operator+=(const DiskTally& other);
};

class FaultDisk {
public:
    using Bytes = std::vector<std::uint8_t>;

    explicit FaultDisk(std::uint64_t seed) : dice_(seed) {}
    FaultDisk(const FaultDisk&) = delete;
    FaultDisk& operator=(const FaultDisk&) = delete;

    // --- What a test does to it ----------------------------------------------------------------
    /// The process dies now: every later call fails until restart or power_cut.
    void kill() { dead_ = true; }
    /// The process dies in its \p change-th write, sync, truncation, creation or removal from now;
    /// 1 is the next. That one may still happen, or a part of it.
    void kill_at(std::uint64_t change) { kill_in_ = change; }
    /// The process dies at its \p sync-th sync from now: before it, when all is written and nothing
    /// of it durable, or right after it, before it can tell anybody.
    void kill_at_sync(std::uint64_t sync) { kill_at_sync_ = sync; }
    [[nodiscard]] bool dead() const { return dead_; }
    /// A new process on the running machine; no file of the old one may still be open.
    void restart();
    /// The machine loses power and starts again.
    void power_cut();
    /// The worst power cut that an honest disk allows: whatever was not synced is gone.
    void lose_unsynced();
    /// Makes everything durable as it is, names included.
    void settle();
    /// Room for \p more bytes beyond what is stored now; nothing: for any number.
    void limit_room(std::optional<std::uint64_t> more);
    /// The \p nth write from now fails once; nothing of it happens.
    void fail_write(std::uint64_t nth) { failing_write_ = nth; }
    /// The \p nth sync from now fails once; what was to be written waits for the next, or is
    /// undone.
    void fail_sync(std::uint64_t nth) { failing_sync_ = nth; }
    /// The \p nth read from now and every one after it fails, as from a dying drive, until mend.
    void fail_read(std::uint64_t nth) { failing_read_ = nth; }
    void mend();  ///< Takes back kill_at, limit_room, fail_write, fail_sync and fail_read.

    /// Holds what \p other does, as if its files had been copied over these. No file may be open.
    void become(const FaultDisk& other);
    /// A disk that holds what is sure to survive here.
    [[nodiscard]] std::unique_ptr<FaultDisk> durable_copy() const;
    [[nodiscard]] const DiskTally& tally() const { return tally_; }
    [[nodiscard]] bool exists(const std::string& name) const { return names_.contains(name); }
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    /// Grows whenever what is sure to survive may be another than before.
    [[nodiscard]] std::uint64_t durable_version() const { return durable_version_; }
    [[nodiscard]] int open_files() const { return open_files_; }

    // --- What a program does with it -------------------------------------------------------------
    /// A change that is not durable yet: bytes at a place, or a new size.
    struct Change {
        std::uint64_t offset = 0;
        Bytes bytes;
        std::optional<std::uint64_t> new_size = std::nullopt;
    };
    struct File {
        Blocks now;
        Blocks durable;
        std::vector<Change> unsynced;
        std::vector<std::unique_ptr<Bytes>> shared_memory;  ///< Goes with the process.
        int open_databases = 0;
    };
    using FilePtr = std::shared_ptr<File>;

    /// The file of that name, made if \p create. An empty name: one that nobody else sees.
    int open(const std::string& name, bool create, bool exclusive, FilePtr& file);
    void close() { --open_files_; }
    int read(const File& file, std::span<std::uint8_t> into, std::uint64_t offset);
    int write(File& file, std::span<const std::uint8_t> bytes, std::uint64_t offset);
    int truncate(File& file, std::uint64_t size);
    /// \p with_names: also what files are called, as a sync of the folder does.
    int sync(File& file, bool with_names);
    int remove(const std::string& name, bool durably);
    std::uint64_t random() { return dice_.next(); }

private:
    /// A change of the folder that is not durable yet.
    struct NameChange {
        std::string name;
        FilePtr file;  ///< Null: removed.
    };
    enum class Fate : std::uint8_t { happens, dies_before, dies_amid, dies_after };

    Fate next_change();
    [[nodiscard]] std::uint64_t stored() const;
    void put(File& file, std::span<const std::uint8_t> bytes, std::uint64_t offset);
    void sync_names();
    void survive(File& file);
    void survive_change(File& file, const Change& change);
    void forget_process();

    std::map<std::string, FilePtr> names_;
    std::map<std::string, FilePtr> durable_names_;
    std::vector<NameChange> unsynced_names_;
    Dice dice_;
    DiskTally tally_;
    bool dead_ = false;
    int open_files_ = 0;
    std::uint64_t changes_ = 0;
    std::uint64_t durable_version_ = 0;
    std::uint64_t kill_in_ = 0;
    std::uint64_t kill_at_sync_ = 0;
    std::uint64_t failing_write_ = 0;
    std::uint64_t failing_sync_ = 0;
    std::uint64_t failing_read_ = 0;
    std::optional<std::uint64_t> room_end_;  ///< Bytes that all files together may have.
};

}  // namespace jiuying::test
