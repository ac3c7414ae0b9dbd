// Copies of the whole database for backups, and what a verified one is good for.
#include "node/replica/replica_state.hpp"
#include "node/store/database_copy.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

/// Of `meta`: id and time of the last backup that was read back whole.
constexpr std::string_view backup_key = "backup";
constexpr std::string_view context = "jiuying backup v1";

}  // namespace

std::vector<BackupHead> Replica::copy_database(const std::string& path) {
    Store& store = state_->store;
    std::optional<Store::Snapshot> snapshot;
    if (store.read_only()) snapshot.emplace(store);
    std::vector<BackupHead> heads;
    for (const auto& log : store.logs()) heads.push_back({log->id, log->position});
    {
        sqlite::Database copy = sqlite::Database::open(path, {.vfs = store.vfs()});
        sqlite::copy_pages(store.database(), copy);
    }
    // Read back from the file: every page proves itself.
    sqlite::Database copy = sqlite::Database::open(path, {.vfs = store.vfs(), .create = false});
    if (!sqlite::check_integrity(copy, sqlite::Depth::quick).empty()) {
        throw sqlite::Error{SQLITE_CORRUPT, 0, "reading a copy back"};
    }
    return heads;
}

sync::Signature Replica::sign_backup(sync::View head) const {
    return state_->signing.sign(context, state_->district(), {}, {head});
}

void Replica::note_backup(const BackupFacts& facts) {
    State& state = *state_;
    state.writing([&] {
        const auto last = last_backup();
        if (!last || last->made_ms <= facts.made_ms) {
            std::vector<std::uint8_t> kept{facts.id.begin(), facts.id.end()};
            for (std::size_t i = 0; i < 8; ++i) {
                const auto bits = static_cast<std::uint64_t>(facts.made_ms);
                kept.push_back(static_cast<std::uint8_t>(bits >> (8U * i)));
            }
            state.store.set_meta(backup_key, kept);
        }
        if (!state.is_hub()) return;
        for (const BackupHead& head : facts.heads) {
            const LogFacts* log = state.store.find_log(head.log);
            const bool received = log != nullptr && head.log.stream == sync::Stream::station &&
                                  head.position.seq != 0 &&
                                  head.position.seq <= log->position.seq &&
                                  state.chain_at(*log, head.position.seq) == head.position.chain;
            if (!received || state.safe_of(*log) >= head.position.seq) continue;
            state.store.database()
                .statement("UPDATE receipt SET safe = ? WHERE log = ?")
                .run(head.position.seq, log->ix);
            state.store_own_receipt(*log);
        }
    });
}

std::optional<LastBackup> Replica::last_backup() {
    const auto kept = state_->store.meta(backup_key);
    LastBackup last;
    if (!kept || kept->size() != last.id.size() + 8) return std::nullopt;
    std::copy_n(kept->begin(), last.id.size(), last.id.begin());
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits |= std::uint64_t{(*kept)[16 + i]} << (8U * i);
    last.made_ms = static_cast<std::int64_t>(bits);
    return last;
}

}  // namespace jiuying::node
