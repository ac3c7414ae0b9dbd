// Sealing what was recorded, opening what was received, and the keys for both.
#include "node/replica/replica_state.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::LogId;
using Blob = std::vector<std::uint8_t>;

/// zstd's level for what a segment holds: docs/decisions/0009-seal-level.md.
constexpr int seal_level = 6;
/// Epochs of one station that a hub goes along with: each is a log and an author for ever.
constexpr std::size_t epochs_max = 64;
/// A record's key has 15 bits for its author.
constexpr std::size_t authors_max = (1U << 15U) - 1;

}  // namespace

ContentKey Replica::State::content_key(LogFacts& log, std::uint64_t seq) {
    sqlite::Database& db = store.database();
    auto newest = db.statement(
                        "SELECT first, key FROM content_key WHERE log = ? "
                        "ORDER BY first DESC LIMIT 1")
                      .maybe<std::uint64_t, sync::Key32>(log.ix);
    ContentKey key;
    if (newest) {
        key.first = std::get<0>(*newest);
        key.key = std::move(std::get<1>(*newest));
        key.id = sync::key_id(key.key);
        return key;
    }
    key.first = seq;
    environment.random(key.key.bytes());
    key.id = sync::key_id(key.key);
    db.statement("INSERT INTO content_key VALUES(?, ?, ?, ?)")
        .run(log.ix, key.id, key.first, key.key.view());
    return key;
}

std::optional<sync::Key32> Replica::State::find_key(const LogFacts& log, const sync::KeyId& id) {
    return store.database()
        .statement("SELECT key FROM content_key WHERE log = ? AND key_id = ?")
        .maybe<sync::Key32>(root_of(log).ix, id);
}

std::optional<sync::VerifyKey> Replica::State::verify_key(const schema::NodeId& author) {
    if (author == node) return signing.verify_key();
    if (author == profile.hub.node) return sync::VerifyKey(profile.hub.sign_key);
    const auto key = store.database()
                         .statement("SELECT sign_key FROM peer WHERE node = ?")
                         .maybe<sync::Hash32>(author);
    if (!key) return std::nullopt;
    return sync::VerifyKey(*key);
}

/// A segment at a time: memory stays small, what is sealed is safe, and the peer has something to
/// do while the next one is made.
bool Replica::State::seal_next(const LogId& id) {
    if (!has_tail(id)) return false;
    LogFacts& log = *store.find_log(id);
    writing([&] { seal_one(log, log_place(log.ix, 0), log_place(log.ix + 1, 0) - 1); });
    return true;
}

void Replica::State::seal_tail(const LogId& id) {
    while (seal_next(id)) {
    }
}

void Replica::State::seal_one(LogFacts& log, std::int64_t begin, std::int64_t end) {
    sqlite::Database& db = store.database();
    const bool first = log.position.seq == 0;
    sync::SegmentBuilder builder(log.id, store.authors(), log.author, log.position,
                                 first ? log.origin.predecessor : std::nullopt,
                                 first ? bytes_of_epochs(log.origin.known_branches) : Blob());
    std::uint64_t first_txn = 0;
    std::uint64_t last_txn_sealed = 0;
    std::int64_t last_place = begin;
    db.statement(
          "SELECT place, public, private FROM tail WHERE place BETWEEN ? AND ? "
          "ORDER BY place")
        .each<std::int64_t, std::span<const std::uint8_t>, std::span<const std::uint8_t>>(
            [&](std::int64_t place, std::span<const std::uint8_t> open_part,
                std::span<const std::uint8_t> private_part) {
                const auto tx = sync::decode(open_part, private_part, store.authors(), log.author);
                if (!tx) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading an unsealed transaction");
                if (!builder.add(*tx)) return false;
                if (first_txn == 0) first_txn = tx->txn;
                last_txn_sealed = tx->txn;
                last_place = place;
                return true;
            },
            begin, end);
    const ContentKey key = content_key(log, log.position.seq + 1);
    sync::Key32 epoch_salt;
    sync::Hasher{epoch_salt.size, salt_secret.view()}
        .add("jiuying epoch salt v1")
        .add(sync::log_bytes(log.id))
        .finish_into(epoch_salt.bytes());
    sync::Nonce24 nonce{};
    if (!planted::on(planted::Defect::nonce_repeats)) environment.random(nonce);
    const sync::Sealed sealed = std::move(builder).seal(
        {key.id, key.key, signing, district(), epoch_salt}, nonce, seal_level);
    db.statement("INSERT INTO segment VALUES(?, ?, ?, ?, ?)")
        .run(log_place(log.ix, sealed.first), sealed.last, first_txn, last_txn_sealed,
             sealed.bytes);
    db.statement("DELETE FROM tail WHERE place BETWEEN ? AND ?").run(begin, last_place);
    log.position = sealed.after;
    log.txn = last_txn_sealed;
    store.touch_log(log);
    keep_clock();
}

/// Whoever may have written a segment anew: this node; the hub, whom its stations believe; the
/// author, who let go of something before the hub lost it; of the hub's own words any station.
std::vector<sync::VerifyKey> Replica::State::restaters_of(const LogFacts& log) {
    std::vector<sync::VerifyKey> keys{signing.verify_key()};
    const schema::NodeId& author = log.id.author.node;
    if (!is_hub()) keys.push_back(sync::VerifyKey(profile.hub.sign_key));
    if (is_hub() && author != node) {
        if (const auto key = verify_key(author)) keys.push_back(*key);
    }
    if (is_hub() && author == node) {
        store.database()
            .statement("SELECT sign_key FROM peer")
            .each<sync::Hash32>(
                [&](const sync::Hash32& key) { keys.push_back(sync::VerifyKey(key)); });
    }
    return keys;
}

Result<sync::OpenedSegment> Replica::State::open_kept(sync::View bytes, const LogFacts& log,
                                                      bool as_sealed) {
    return as_sealed ? open_sealed(bytes, log, store.authors(), nullptr)
                     : open_segment(bytes, log, store.authors());
}

Result<sync::OpenedSegment> Replica::State::open_received(sync::View bytes, const LogFacts& log) {
    sync::Authors authors = store.authors();
    const bool own_words = log.id.author.node == node;
    Result<sync::OpenedSegment> opened = open_segment(bytes, log, authors);
    if (!opened) return opened;
    // All others that a station may name it has from this hub; of a hub that was put back also from
    // what it wrote in an epoch that it does not know any more.
    const schema::NodeId& sender = log.id.author.node;
    const std::vector<std::uint64_t> lost = is_hub() ? lost_epochs() : std::vector<std::uint64_t>();
    const auto is_lost = [&](const sync::Author& author) {
        return author.node == node && std::ranges::find(lost, author.epoch) != lost.end();
    };
    std::size_t epochs = 0;
    for (std::size_t i = 0; i < authors.size(); ++i) {
        const bool of_sender = authors[sync::AuthorIx(i)].node == sender;
        if (of_sender) ++epochs;
        const bool unknown = i >= store.authors().size();
        const bool nobody = unknown && !of_sender && !is_lost(authors[sync::AuthorIx(i)]);
        if (is_hub() && nobody && !own_words) return Errc::wrong_scope;
    }
    if (is_hub() && !own_words && epochs > epochs_max) return Errc::exhausted;
    if (authors.size() > authors_max) return Errc::exhausted;
    for (std::size_t i = store.authors().size(); i < authors.size(); ++i) {
        (void)store.authors().intern(authors[sync::AuthorIx(i)]);
    }
    return opened;
}

Result<sync::OpenedSegment> Replica::State::open_sealed(sync::View bytes, const LogFacts& log,
                                                        sync::Authors& authors,
                                                        std::vector<sync::Hash32>* links) {
    const auto header = sync::peek(bytes);
    if (!header) return header.error();
    if (!(header->log == log.sealed_id())) return Errc::wrong_scope;
    const auto author = verify_key(log.id.author.node);
    const auto key = find_key(log, header->key);
    if (!author || !key) return Errc::wrong_key;
    // What this node wrote it knows, whatever the others' programs are.
    const std::uint32_t bits = log.id.author.node == node ? sync::must_known : understood;
    if (!header->restated) {
        return sync::open(bytes, *author, *key, district(), authors, nullptr, bits, links);
    }
    Result<sync::OpenedSegment> opened = Errc::unsupported;
    for (const sync::VerifyKey& restater : restaters_of(log)) {
        opened = sync::open(bytes, *author, *key, district(), authors, &restater, bits, links);
        if (opened || opened.error() != Errc::not_authentic) break;
    }
    return opened;
}

Result<sync::OpenedSegment> Replica::State::open_segment(sync::View bytes, const LogFacts& log,
                                                         sync::Authors& authors) {
    auto opened = open_sealed(bytes, log, authors, nullptr);
    if (!opened) return opened;
    const auto renamings = renamings_of(log, authors);
    if (renamings.empty()) return opened;
    for (sync::Transaction& tx : opened->transactions) {
        sync::rename(tx, renamings, authors, registry);
    }
    return opened;
}

std::vector<sync::Bytes> Replica::State::wraps_for(const LogFacts& log, const Peer& peer,
                                                   std::uint64_t after) {
    std::vector<sync::Bytes> wraps;
    const auto reader_key = is_hub() ? store.database()
                                           .statement("SELECT box_key FROM peer WHERE node = ?")
                                           .maybe<sync::Hash32>(peer.node)
                                     : std::optional(profile.hub.box_key);
    if (!reader_key) return wraps;
    // Whoever was put back to before it made a log's key has another one for the same place.
    const auto ended = store.database()
                           .statement("SELECT reason FROM contact WHERE node = ?")
                           .maybe<sync::CloseReason>(peer.node);
    const bool all =
        after == 0 || log.id.author.node != node || ended == sync::CloseReason::bad_segment;
    std::vector<std::pair<std::uint64_t, sync::Key32>> keys;
    store.database()
        .statement("SELECT first, key FROM content_key WHERE log = ? ORDER BY first")
        .each<std::uint64_t, sync::Key32>(
            [&](std::uint64_t first, sync::Key32 key) {
                // A reader that starts from nothing needs all; else those used since.
                if (all || first > after) keys.emplace_back(first, std::move(key));
            },
            root_of(log).ix);
    for (const auto& [first, key] : keys) {
        sync::Secret<32> seed;
        environment.random(seed.bytes());
        sync::KeyWrap named;
        named.log = log.sealed_id();
        named.first_seq = first;
        named.reader = peer.node;
        auto wrap =
            sync::make_key_wrap(named, key, sync::BoxKey(*reader_key), seed, signing, district());
        if (wrap) wraps.push_back(std::move(*wrap));
    }
    return wraps;
}

Result<void> Replica::store_keys(const sync::StoreKeys& action, const Peer& peer) {
    State& state = *state_;
    if (action.lane == sync::Lane::snapshot) return state.store_snapshot_key(action, peer);
    // Of its own logs a hub that was put back may have lost the keys; whoever reads them has them.
    const auto author = state.verify_key(peer.node);
    if (!author) return Errc::wrong_key;
    const auto wrap = sync::peek_key_wrap(action.wrap);
    if (!wrap) return wrap.error();
    if (!state.is_lane_of(wrap->log, action.lane, peer) || wrap->reader != state.node) {
        return Errc::wrong_scope;
    }
    const auto key = sync::open_key_wrap(action.wrap, *author, state.box, state.district());
    if (!key) return key.error();
    if (state.is_hub() && state.store.find_log(wrap->log) == nullptr) {
        const auto held = std::ranges::count_if(
            state.store.logs(), [&](const auto& log) { return log->id.author.node == peer.node; });
        if (static_cast<std::size_t>(held) >= epochs_max) return Errc::exhausted;
    }
    state.writing([&] {
        LogFacts& log = state.store.log(wrap->log, sync::log_start(wrap->log, std::nullopt).chain);
        state.store.database()
            .statement("INSERT OR IGNORE INTO content_key VALUES(?, ?, ?, ?)")
            .run(log.ix, wrap->key, wrap->first_seq, key->view());
    });
    return {};
}

}  // namespace jiuying::node
