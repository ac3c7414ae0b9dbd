/// Where `verify` rebuilds the tables that it compares. One thread.
#pragma once

#include "node/base/clock.hpp"
#include "node/storage/cipher_vfs.hpp"
#include "node/store/sqlite.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>

namespace jiuying::node {

/// A database that goes when the check is over, however it ends. It stands where the node's own
/// does, in the same file system. Where that one is encrypted this one is too, under a key that is
/// kept nowhere: what a killed check leaves opens for nobody, and none of its pages could stand in
/// the node's database.
struct VerifyScratch {
    VerifyScratch(std::string at, const char* live, Environment& environment)
        : path(std::move(at)), vfs(live) {
        if (const char* below = CipherVfs::under(live); below != nullptr) {
            sync::Key32 key;
            environment.random(key.bytes());
            const auto random = [&from = environment](std::span<std::uint8_t> out) {
                from.random(out);
            };
            vfs = sealed.emplace(key, random, below).name();
        }
        sqlite::remove_database(path, vfs);
    }
    ~VerifyScratch() { sqlite::remove_database(path, vfs); }
    VerifyScratch(const VerifyScratch&) = delete;
    VerifyScratch& operator=(const VerifyScratch&) = delete;
    std::string path;
    std::optional<CipherVfs> sealed;
    const char* vfs;
};

}  // namespace jiuying::node
