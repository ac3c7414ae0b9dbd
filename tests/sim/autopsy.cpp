#include "tests/sim/autopsy.hpp"

#include "node/store/tables.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace jiuying::sim {
namespace {

using Blob = std::vector<std::uint8_t>;

node::sqlite::Database opened(const char* vfs) {
    node::sqlite::OpenOptions options;
    options.vfs = vfs;
    options.create = false;
    options.exclusive = true;
    return node::sqlite::Database::open("node.db", options);
}

}  // namespace

Autopsy::Autopsy(const test::FaultDisk& disk)
    : disk_(disk.durable_copy()), vfs_(*disk_), db_(opened(vfs_.name())) {}

std::uint64_t Autopsy::station_log_end(const schema::ScopeId& scope) {
    return db_
        .statement(
            "SELECT max(seq) FROM log WHERE stream = 1 AND scope = "
            "(SELECT ix FROM scope WHERE id = ?)")
        .maybe<std::optional<std::uint64_t>>(scope)
        .value_or(std::nullopt)
        .value_or(0);
}

std::uint64_t Autopsy::decided() {
    const auto bytes = db_.statement("SELECT value FROM meta WHERE key = 'decided'").maybe<Blob>();
    std::uint64_t decided = 0;
    for (std::size_t i = 0; bytes && i < bytes->size(); ++i) {
        decided |= std::uint64_t{(*bytes)[i]} << (8U * i);
    }
    return decided;
}

std::uint64_t Autopsy::part_from(const schema::NodeId& peer) {
    return db_.statement("SELECT size FROM partial WHERE node = ? AND length(bytes) > 0")
        .maybe<std::uint64_t>(peer)
        .value_or(0);
}

std::vector<sync::Bytes> Autopsy::segments() {
    std::vector<sync::Bytes> all;
    db_.statement("SELECT bytes FROM segment ORDER BY place").each<Blob>([&](Blob bytes) {
        all.push_back(std::move(bytes));
    });
    return all;
}

std::uint64_t Autopsy::rows_of(const char* count_sql) {
    return db_.prepare(count_sql).one<std::uint64_t>();
}

std::map<sync::Author, std::vector<Autopsy::Stamp>> Autopsy::stamps(const sync::Hash32& hub_key,
                                                                    sync::View district) {
    std::map<schema::NodeId, sync::Hash32> signers;
    db_.statement("SELECT node, sign_key FROM peer")
        .each<schema::NodeId, sync::Hash32>(
            [&](schema::NodeId node, const sync::Hash32& key) { signers[node] = key; });
    sync::Authors authors;
    db_.statement("SELECT node, epoch FROM author ORDER BY ix")
        .each<schema::NodeId, std::uint64_t>([&](schema::NodeId node, std::uint64_t epoch) {
            authors.intern({node, epoch});
        });
    std::map<std::uint32_t, sync::AuthorIx> writers;
    db_.statement("SELECT ix, author FROM log")
        .each<std::uint32_t, sync::AuthorIx>(
            [&](std::uint32_t log, sync::AuthorIx author) { writers[log] = author; });
    std::map<sync::KeyId, sync::Hash32> keys;
    db_.statement("SELECT key_id, key FROM content_key")
        .each<sync::KeyId, sync::Hash32>(
            [&](const sync::KeyId& id, const sync::Hash32& key) { keys[id] = key; });
    std::map<sync::Author, std::vector<Stamp>> stamps;
    for (const sync::Bytes& bytes : segments()) {
        const auto header = sync::peek(bytes);
        if (!header) throw std::runtime_error("a stored segment has no header");
        const auto signer = signers.find(header->log.author.node);
        const sync::VerifyKey key(signer == signers.end() ? hub_key : signer->second);
        const auto segment =
            sync::open(bytes, key, sync::Key32(keys[header->key]), district, authors);
        if (!segment) throw std::runtime_error("a stored segment does not open");
        const auto writer = authors.intern(header->log.author);
        for (const sync::Transaction& tx : segment->transactions) {
            // What is forwarded has the stamp of who wrote it.
            const bool own = dot_of(tx, writer) == sync::Dot{writer, tx.txn};
            if (own) stamps[header->log.author].push_back({tx.txn, tx.hlc});
        }
    }
    db_.statement("SELECT place, public, private FROM tail")
        .each<std::int64_t, Blob, Blob>([&](std::int64_t place, Blob open_part, Blob private_part) {
            const auto log = static_cast<std::uint32_t>(place >> 48);
            const auto tx = sync::decode(open_part, private_part, authors, writers.at(log));
            if (!tx) throw std::runtime_error("a stored transaction does not decode");
            const bool own = dot_of(*tx, writers.at(log)) == sync::Dot{writers.at(log), tx->txn};
            if (own) stamps[authors[writers.at(log)]].push_back({tx->txn, tx->hlc});
        });
    for (auto& [author, all] : stamps) std::ranges::sort(all, {}, &Stamp::txn);
    return stamps;
}

}  // namespace jiuying::sim
