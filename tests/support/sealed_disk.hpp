/// An encrypted database on a disk that a test breaks or rewrites byte by byte.
#pragma once

#include "node/storage/cipher_vfs.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/fault_vfs.hpp"

#include <cstdint>
#include <string>

namespace jiuying::test {

[[nodiscard]] inline sync::Key32 data_key(std::uint8_t byte = 0x5A) {
    sync::Array<32> bytes{};
    bytes.fill(byte);
    return sync::Key32{bytes};
}

/// Draws that a seed replays, for nonces.
[[nodiscard]] inline node::CipherVfs::Random random_of(std::uint64_t seed) {
    return [dice = Dice{seed}](std::span<std::uint8_t> out) mutable {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(dice.next() >> 40U);
    };
}

struct SealedDisk {
    explicit SealedDisk(std::uint64_t seed = 1, const sync::Key32& key = data_key())
        : disk(seed), below(disk), vfs(key, random_of(seed), below.name()) {}

    [[nodiscard]] node::sqlite::Database open(const std::string& name = "node.db",
                                              int checkpoint_pages = 0, bool create = true) {
        node::sqlite::OpenOptions options;
        options.vfs = vfs.name();
        options.exclusive = true;
        options.create = create;
        options.wal_autocheckpoint_pages = checkpoint_pages;
        options.cache_kib = 64;
        return node::sqlite::Database::open(name, options);
    }
    /// The bytes of a file as they are now; nothing if there is none.
    [[nodiscard]] FaultDisk::Bytes bytes(const std::string& name) {
        FaultDisk::FilePtr file;
        if (disk.open(name, false, false, file) != SQLITE_OK) return {};
        disk.close();
        return file->now.bytes();
    }
    /// Replaces a file, or makes it, durably.
    void put(const std::string& name, const FaultDisk::Bytes& content) {
        FaultDisk::FilePtr file;
        if (disk.open(name, true, false, file) != SQLITE_OK) return;
        disk.close();
        file->now = {};
        file->now.write(0, content);
        file->unsynced.clear();
        disk.settle();
    }

    FaultDisk disk;
    FaultVfs below;
    node::CipherVfs vfs;
};

}  // namespace jiuying::test
