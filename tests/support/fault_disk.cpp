#include "tests/support/fault_disk.hpp"

#include "schema/assert.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace jiuying::test {
namespace {

void put_into(Blocks& blocks, const FaultDisk::Change& change) {
    if (change.new_size) {
        blocks.resize(*change.new_size);
    } else {
        blocks.write(change.offset, change.bytes);
    }
}

}  // namespace

DiskTally& DiskTally::operator+=(const DiskTally& other) {
    writes += other.writes;
    syncs += other.syncs;
    kills_in_write += other.kills_in_write;
    kills_in_sync += other.kills_in_sync;
    power_cuts += other.power_cuts;
    kept += other.kept;
    dropped += other.dropped;
    torn += other.torn;
    full += other.full;
    failed_writes += other.failed_writes;
    failed_syncs += other.failed_syncs;
    failed_reads += other.failed_reads;
    return *this;
}

void FaultDisk::forget_process() {
    JY_ASSERT(open_files_ == 0);
    dead_ = false;
    kill_in_ = kill_at_sync_ = failing_write_ = failing_sync_ = failing_read_ = 0;
    for (const auto& [name, file] : names_) file->shared_memory.clear();
}

void FaultDisk::restart() { forget_process(); }

void FaultDisk::mend() {
    kill_in_ = kill_at_sync_ = failing_write_ = failing_sync_ = failing_read_ = 0;
    room_end_.reset();
}

void FaultDisk::limit_room(std::optional<std::uint64_t> more) {
    room_end_.reset();
    if (more) room_end_ = stored() + *more;
}

std::uint64_t FaultDisk::stored() const {
    std::uint64_t size = 0;
    for (const auto& [name, file] : names_) size += file->now.size();
    return size;
}

/// One unsynced change, kept, dropped, or kept in some of its sectors.
void FaultDisk::survive_change(File& file, const Change& change) {
    switch (dice_.below(change.new_size ? 2 : 3)) {
        case 0: ++tally_.dropped; return;
        case 1: ++tally_.kept; return put_into(file.durable, change);
        default: break;
    }
    ++tally_.torn;
    const std::uint64_t sector = dice_.chance(50) ? 512 : 4096;
    const std::uint64_t end = change.offset + change.bytes.size();
    for (std::uint64_t at = change.offset; at < end;) {
        const std::uint64_t next = std::min(end, (at / sector + 1) * sector);
        if (dice_.chance(50)) {
            const auto from = change.bytes.begin();
            put_into(file.durable, {at,
                                    {from + static_cast<std::ptrdiff_t>(at - change.offset),
                                     from + static_cast<std::ptrdiff_t>(next - change.offset)}});
        }
        at = next;
    }
}

void FaultDisk::survive(File& file) {
    for (const Change& change : file.unsynced) survive_change(file, change);
    file.unsynced.clear();
    file.now = file.durable;
}

void FaultDisk::power_cut() {
    ++durable_version_;
    forget_process();
    bool at_stake = !unsynced_names_.empty();
    for (const auto& [name, file] : names_) at_stake = at_stake || !file->unsynced.empty();
    if (at_stake) ++tally_.power_cuts;
    for (const NameChange& change : unsynced_names_) {
        if (dice_.chance(50)) continue;
        if (change.file) {
            durable_names_[change.name] = change.file;
        } else {
            durable_names_.erase(change.name);
        }
    }
    unsynced_names_.clear();
    names_ = durable_names_;
    for (const auto& [name, file] : names_) survive(*file);
}

void FaultDisk::lose_unsynced() {
    forget_process();
    unsynced_names_.clear();
    names_ = durable_names_;
    for (const auto& [name, file] : names_) {
        file->unsynced.clear();
        file->now = file->durable;
    }
}

void FaultDisk::settle() {
    ++durable_version_;
    sync_names();
    for (const auto& [name, file] : names_) {
        file->durable = file->now;
        file->unsynced.clear();
    }
}

void FaultDisk::become(const FaultDisk& other) {
    ++durable_version_;
    names_.clear();
    durable_names_.clear();
    unsynced_names_.clear();
    for (const auto& [name, file] : other.durable_names_) {
        auto same = std::make_shared<File>();
        same->now = same->durable = file->durable;
        names_[name] = durable_names_[name] = std::move(same);
    }
}

std::unique_ptr<FaultDisk> FaultDisk::durable_copy() const {
    auto copy = std::make_unique<FaultDisk>(1);
    for (const auto& [name, file] : durable_names_) {
        auto same = std::make_shared<File>();
        same->now = same->durable = file->durable;
        copy->names_[name] = copy->durable_names_[name] = std::move(same);
    }
    return copy;
}

FaultDisk::Fate FaultDisk::next_change() {
    ++changes_;
    if (kill_in_ == 0 || --kill_in_ != 0) return Fate::happens;
    dead_ = true;
    switch (dice_.below(4)) {
        case 0: return Fate::dies_before;
        case 1: return Fate::dies_after;
        default: return Fate::dies_amid;
    }
}

int FaultDisk::open(const std::string& name, bool create, bool exclusive, FilePtr& file) {
    if (dead_) return SQLITE_IOERR;
    if (name.empty()) {
        file = std::make_shared<File>();
        ++open_files_;
        return SQLITE_OK;
    }
    const auto known = names_.find(name);
    if (known != names_.end()) {
        if (exclusive) return SQLITE_CANTOPEN;
        file = known->second;
        ++open_files_;
        return SQLITE_OK;
    }
    if (!create) return SQLITE_CANTOPEN;
    const Fate fate = next_change();
    if (fate != Fate::dies_before) {
        file = std::make_shared<File>();
        names_[name] = file;
        unsynced_names_.push_back({name, file});
    }
    if (fate != Fate::happens) return SQLITE_IOERR;
    ++open_files_;
    return SQLITE_OK;
}

int FaultDisk::read(const File& file, std::span<std::uint8_t> into, std::uint64_t offset) {
    if (dead_) return SQLITE_IOERR_READ;
    if (failing_read_ > 1) {
        --failing_read_;
    } else if (failing_read_ == 1) {
        ++tally_.failed_reads;
        return SQLITE_IOERR_READ;
    }
    const std::size_t there = file.now.read(offset, into);
    std::ranges::fill(into.subspan(there), std::uint8_t{0});
    return there == into.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

void FaultDisk::put(File& file, std::span<const std::uint8_t> bytes, std::uint64_t offset) {
    Change change{offset, {bytes.begin(), bytes.end()}};
    put_into(file.now, change);
    file.unsynced.push_back(std::move(change));
}

int FaultDisk::write(File& file, std::span<const std::uint8_t> bytes, std::uint64_t offset) {
    if (dead_) return SQLITE_IOERR_WRITE;
    ++tally_.writes;
    if (failing_write_ != 0 && --failing_write_ == 0) {
        ++tally_.failed_writes;
        return SQLITE_IOERR_WRITE;
    }
    const std::uint64_t end = offset + bytes.size();
    const std::uint64_t growth = end > file.now.size() ? end - file.now.size() : 0;
    if (growth != 0 && room_end_ && stored() + growth > *room_end_) {
        ++tally_.full;
        return SQLITE_FULL;
    }
    const Fate fate = next_change();
    if (fate == Fate::happens || fate == Fate::dies_after) put(file, bytes, offset);
    if (fate == Fate::dies_amid) {
        // A killed write leaves what was copied so far.
        const std::size_t part = dice_.below(bytes.size() / 512 + 1) * 512;
        if (part != 0 && part < bytes.size()) {
            ++tally_.kills_in_write;
            put(file, bytes.first(part), offset);
        }
    }
    return fate == Fate::happens ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int FaultDisk::truncate(File& file, std::uint64_t size) {
    if (dead_) return SQLITE_IOERR_TRUNCATE;
    const Fate fate = next_change();
    if (fate != Fate::dies_before) {
        file.now.resize(size);
        file.unsynced.push_back({0, {}, size});
    }
    return fate == Fate::happens ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

void FaultDisk::sync_names() {
    ++durable_version_;
    durable_names_ = names_;
    unsynced_names_.clear();
}

int FaultDisk::sync(File& file, bool with_names) {
    if (dead_) return SQLITE_IOERR_FSYNC;
    ++tally_.syncs;
    if (failing_sync_ != 0 && --failing_sync_ == 0) {
        ++tally_.failed_syncs;
        // Some systems try again at the next sync, others undo what they could not write. (Others
        // still show it and never write it; over those no program that reads back is safe.)
        if (dice_.chance(50)) {
            file.unsynced.clear();
            file.now = file.durable;
        }
        return SQLITE_IOERR_FSYNC;
    }
    ++durable_version_;
    Fate fate = next_change();
    if (fate == Fate::happens && kill_at_sync_ != 0 && --kill_at_sync_ == 0) {
        dead_ = true;
        fate = dice_.chance(50) ? Fate::dies_before : Fate::dies_after;
    }
    if (fate == Fate::happens || fate == Fate::dies_after) {
        for (const Change& change : file.unsynced) put_into(file.durable, change);
        file.unsynced.clear();
        if (with_names) sync_names();
    } else if (fate == Fate::dies_amid) {
        ++tally_.kills_in_sync;
        // Half-way through: some is on the disk, and the rest may still follow.
        for (std::size_t left = dice_.below(file.unsynced.size() + 1); left != 0; --left) {
            put_into(file.durable, file.unsynced.front());
            file.unsynced.erase(file.unsynced.begin());
        }
    }
    return fate == Fate::happens ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int FaultDisk::remove(const std::string& name, bool durably) {
    if (dead_) return SQLITE_IOERR_DELETE;
    if (!names_.contains(name)) return SQLITE_IOERR_DELETE_NOENT;
    const Fate fate = next_change();
    if (fate != Fate::dies_before) {
        names_.erase(name);
        unsynced_names_.push_back({name, nullptr});
        if (durably && fate == Fate::happens) sync_names();
    }
    return fate == Fate::happens ? SQLITE_OK : SQLITE_IOERR_DELETE;
}

}  // namespace jiuying::test
