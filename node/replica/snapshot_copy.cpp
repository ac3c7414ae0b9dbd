// A copy of a snapshot and of the logs that it stands for, in a file elsewhere: what a hub needs to
// say that it holds a station's records twice. docs/reference/snapshot-format.md, section 6.
#include "node/replica/replica_state.hpp"

#include "sync/segment/key_wrap.hpp"
#include "sync/segment/receipt.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node {
namespace {

using Blob = std::vector<std::uint8_t>;

constexpr std::string_view copy_magic = "JYSC\x01\x01";
enum class Entry : std::uint8_t { key = 1, chunk = 2, segment = 3, end = 4 };
/// What a segment may have at most, which is more than a chunk.
constexpr std::size_t entry_bytes_max = std::size_t{4} << 20U;

/// Writes entries and hashes all that was written.
class CopyWriter {
public:
    explicit CopyWriter(const std::function<void(sync::View)>& put) : put_(put) {
        write(sync::as_view(copy_magic));
    }
    void add(Entry kind, sync::View bytes) {
        sync::Bytes head;
        sync::WireWriter out{head};
        out.byte(static_cast<std::uint8_t>(kind));
        out.fixed64(bytes.size());
        write(head);
        write(bytes);
    }
    void finish() {
        const auto hash = sync::Hasher{hash_}.finish_as<32>();
        add(Entry::end, hash);
    }

private:
    void write(sync::View bytes) {
        hash_.add(bytes);
        put_(bytes);
    }
    const std::function<void(sync::View)>& put_;
    sync::Hasher hash_;
};

struct CopyEntry {
    Entry kind{};
    Blob bytes;
};

/// Reads entries and compares the hash at the end.
class CopyReader {
public:
    explicit CopyReader(const std::function<bool(std::span<std::uint8_t>)>& take) : take_(take) {}

    Result<void> begin() {
        std::array<std::uint8_t, copy_magic.size()> magic{};
        if (!take_(magic)) return Errc::truncated;
        if (!std::ranges::equal(magic, sync::as_view(copy_magic))) return Errc::malformed;
        hash_.add(magic);
        return {};
    }

    /// Nothing behind the last, once the hash was found right.
    Result<std::optional<CopyEntry>> next() {
        std::array<std::uint8_t, 9> head{};
        if (!take_(head)) return Errc::truncated;
        std::uint64_t size = 0;
        for (std::size_t i = head.size(); i-- > 1;) size = size << 8U | head[i];
        if (head[0] < 1 || head[0] > 4) return Errc::malformed;
        if (size > entry_bytes_max) return Errc::too_large;
        CopyEntry entry{Entry{head[0]}, Blob(size)};
        if (!take_(entry.bytes)) return Errc::truncated;
        if (entry.kind == Entry::end) {
            const auto hash = sync::Hasher{hash_}.finish_as<32>();
            if (!std::ranges::equal(hash, entry.bytes)) return Errc::not_authentic;
            return std::optional<CopyEntry>{};
        }
        hash_.add(head).add(entry.bytes);
        return std::optional{std::move(entry)};
    }

private:
    const std::function<bool(std::span<std::uint8_t>)>& take_;
    sync::Hasher hash_;
};

}  // namespace

bool Replica::copy_snapshot(std::uint64_t id, const std::function<void(sync::View)>& put) {
    State& state = *state_;
    sqlite::Database& db = state.store.database();
    const auto row = db.statement("SELECT key, start, scope FROM snapshot WHERE id = ?")
                         .maybe<sync::Key32, Blob, schema::ScopeId>(id);
    const auto start = row ? sync::decode_start(std::get<1>(*row)) : Errc::not_found;
    if (!start) return false;
    CopyWriter copy{put};
    // Keys are sealed to the hub itself: its keyring opens the copy, and so does the offline
    // recovery key that opens the keyring.
    const auto add_key = [&](const sync::LogId& log, std::uint64_t first, const sync::Key32& key) {
        sync::Secret<32> seed;
        state.environment.random(seed.bytes());
        sync::KeyWrap wrap;
        wrap.log = log;
        wrap.first_seq = first;
        wrap.reader = state.node;
        const auto bytes = sync::make_key_wrap(wrap, key, state.box.public_key(), seed,
                                               state.signing, state.district());
        if (bytes) copy.add(Entry::key, *bytes);
    };
    add_key(sync::snapshot_name(state.node, id, std::get<2>(*row)), 1, std::get<0>(*row));
    db.statement("SELECT bytes FROM snapshot_chunk WHERE snapshot = ? ORDER BY chunk")
        .each<Blob>([&](const Blob& bytes) { copy.add(Entry::chunk, bytes); }, id);
    for (const sync::SnapshotPlace& place : start->stations) {
        const LogFacts* log = state.store.find_log(place.log);
        if (log == nullptr) continue;
        db.statement("SELECT first, key FROM content_key WHERE log = ? ORDER BY first")
            .each<std::uint64_t, sync::Key32>(
                [&](std::uint64_t first, const sync::Key32& key) {
                    add_key(place.log, first, key);
                },
                log->ix);
        db.statement("SELECT bytes FROM segment WHERE place BETWEEN ? AND ? ORDER BY place")
            .each<Blob>([&](const Blob& bytes) { copy.add(Entry::segment, bytes); },
                        log_place(log->ix, 0), log_place(log->ix, place.position.seq));
    }
    copy.finish();
    return true;
}

Result<void> Replica::confirm_copy(const std::function<bool(std::span<std::uint8_t>)>& take) {
    State& state = *state_;
    CopyReader reader{take};
    if (const auto begun = reader.begin(); !begun) return begun.error();
    std::map<sync::LogId, std::map<sync::KeyId, sync::Key32>> keys;
    // One log after the other. A second chain goes on from inside the log that it left.
    struct Run {
        sync::LogId sealed;
        const LogFacts* log = nullptr;
        sync::Position end;
    };
    std::vector<Run> runs;
    sync::Hash32 chain{};
    std::uint64_t chunks = 0;
    bool last = false;
    const auto key_of = [&](const sync::LogId& log, const sync::KeyId& id) -> const sync::Key32* {
        const auto of_log = keys.find(log);
        if (of_log == keys.end()) return nullptr;
        const auto at = of_log->second.find(id);
        return at == of_log->second.end() ? nullptr : &at->second;
    };
    const auto take_key = [&](const Blob& bytes) -> Result<void> {
        const auto wrap = sync::peek_key_wrap(bytes);
        if (!wrap) return wrap.error();
        auto key =
            sync::open_key_wrap(bytes, state.signing.verify_key(), state.box, state.district());
        if (!key) return key.error();
        keys[wrap->log].emplace(wrap->key, std::move(*key));
        return {};
    };
    const auto take_chunk = [&](const Blob& bytes) -> Result<void> {
        const auto header = sync::peek_chunk(bytes);
        if (!header) return header.error();
        const sync::Key32* key =
            key_of(sync::snapshot_name(header->hub, header->id, header->scope), header->key);
        const bool next = header->index == chunks + 1 && header->chain_before == chain && !last;
        if (key == nullptr || !next) return Errc::not_authentic;
        const auto opened =
            sync::open_chunk(bytes, state.signing.verify_key(), *key, state.district());
        if (!opened) return opened.error();
        ++chunks;
        chain = opened->chain;
        last = header->last;
        return {};
    };
    sync::Authors authors = state.store.authors();
    const auto take_segment = [&](const Blob& bytes) -> Result<void> {
        const auto header = sync::peek(bytes);
        if (!header) return header.error();
        const auto author = state.verify_key(header->log.author.node);
        const sync::Key32* key = key_of(header->log, header->key);
        if (!author || key == nullptr) return Errc::not_authentic;
        // The first begins its log, which opening it checks; each goes on from the one before.
        const bool next = !runs.empty() && runs.back().sealed == header->log &&
                          runs.back().end == header->before();
        if (!next) {
            const Placement here = state.place_segment(bytes, *header);
            if (here.kind != Placement::Kind::known) return Errc::not_authentic;
            const bool begins = header->first <= here.log->first_seq();
            if (!begins) return Errc::not_authentic;
            runs.push_back({header->log, here.log, header->before()});
        }
        const auto opened = sync::open(bytes, *author, *key, state.district(), authors,
                                       &state.signing.verify_key());
        if (!opened) return opened.error();
        runs.back().end = header->after();
        return {};
    };
    for (;;) {
        const auto entry = reader.next();
        if (!entry) return entry.error();
        if (!*entry) break;
        const Blob& bytes = (*entry)->bytes;
        const auto taken = (*entry)->kind == Entry::key     ? take_key(bytes)
                           : (*entry)->kind == Entry::chunk ? take_chunk(bytes)
                                                            : take_segment(bytes);
        if (!taken) return taken.error();
    }
    if (!last) return Errc::truncated;
    for (const Run& run : runs) {
        // Its last segment may hold the beginning of a second chain, too.
        if (run.end.seq >= run.log->position.seq) continue;
        if (state.chain_at(*run.log, run.end.seq) != run.end.chain) return Errc::fork;
    }
    state.writing([&] {
        for (const Run& run : runs) {
            const LogFacts& log = *run.log;
            const std::uint64_t before = state.safe_of(log);
            const std::uint64_t held = std::min(run.end.seq, log.position.seq);
            state.store.database()
                .statement("UPDATE receipt SET safe = ? WHERE log = ?")
                .run(std::max(before, held), log.ix);
            state.store_own_receipt(log);
        }
    });
    return {};
}

std::uint64_t Replica::State::safe_of(const LogFacts& log) {
    return store.database()
        .statement("SELECT safe FROM receipt WHERE log = ?")
        .maybe<std::uint64_t>(log.ix)
        .value_or(0);
}

}  // namespace jiuying::node
