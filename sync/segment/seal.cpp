#include "schema/assert.hpp"
#include "sync/crypto/padme.hpp"
#include "sync/segment/body.hpp"

#include <algorithm>

namespace jiuying::sync {

struct SegmentBuilder::State {
    State(const LogId& log_id, const Authors& known, AuthorIx ix, const Position& position,
          const std::optional<Predecessor>& before_log, Bytes extension_bytes)
        : log(log_id),
          authors(known),
          author(ix),
          before(position),
          predecessor(before_log),
          extension(std::move(extension_bytes)),
          columns(known, ix) {}

    LogId log;
    const Authors& authors;
    AuthorIx author;
    Position before;
    std::optional<Predecessor> predecessor;
    Bytes extension;
    ColumnWriter columns;
    std::uint64_t last_txn = 0;
    /// Canonical parts of all transactions one after the other, hashed when the salts are known.
    Bytes public_parts, private_parts;
    struct Ends {
        std::size_t public_end = 0;
        std::size_t private_end = 0;
    };
    std::vector<Ends> ends;

    [[nodiscard]] bool has_room(const Transaction& next) const {
        return columns.count() == 0 ||
               (columns.count() < segment_transactions_max &&
                columns.items() + next.changes.size() + 2 * next.records.size() <=
                    segment_changes_max &&
                columns.slots() + next.changes.size() <= segment_slots_max &&
                columns.raw_size() + next_size(next) <= segment_raw_budget);
    }
    [[nodiscard]] static std::size_t next_size(const Transaction& next) {
        std::size_t size = 8;
        for (const Change& change : next.changes) {
            const auto* text = schema::text_of(change.value);
            size += 4 + 12 * change.bases.size() + (text != nullptr ? text->size() : 0);
        }
        return size;
    }
    [[nodiscard]] Hash32 chain(std::span<const BlockSeed> seeds) const;
};

/// The chain value at the last transaction.
Hash32 SegmentBuilder::State::chain(std::span<const BlockSeed> seeds) const {
    Salts salts{before.seq + 1, seeds};
    Hash32 value = before.chain;
    Ends from;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const View open =
            View{public_parts}.subspan(from.public_end, ends[i].public_end - from.public_end);
        const View closed =
            View{private_parts}.subspan(from.private_end, ends[i].private_end - from.private_end);
        const Hash32 inner = inner_hash(salts.at(before.seq + 1 + i), closed);
        value = chain_link(value, leaf_hash(inner, open));
        from = ends[i];
    }
    return value;
}

SegmentBuilder::SegmentBuilder(const LogId& log, const Authors& authors, AuthorIx author,
                               const Position& before,
                               const std::optional<Predecessor>& predecessor, Bytes extension)
    : state_(std::make_unique<State>(log, authors, author, before, predecessor,
                                     std::move(extension))) {
    JY_ASSERT(state_->extension.size() <= header_extension_max);
    JY_ASSERT(authors[author] == log.author);
    if (before.seq == 0) JY_ASSERT(before == log_start(log, predecessor));
}
SegmentBuilder::~SegmentBuilder() = default;
SegmentBuilder::SegmentBuilder(SegmentBuilder&&) noexcept = default;
SegmentBuilder& SegmentBuilder::operator=(SegmentBuilder&&) noexcept = default;

std::size_t SegmentBuilder::count() const { return state_->columns.count(); }

bool SegmentBuilder::add(const Transaction& transaction) {
    State& to = *state_;
    if (!to.has_room(transaction)) return false;
    JY_ASSERT(check(transaction, to.authors, to.author).has_value());
    JY_ASSERT(transaction.txn > to.last_txn);
    to.last_txn = transaction.txn;
    detail::append_public_part(to.public_parts, transaction, to.authors, to.author);
    detail::append_private_part(to.private_parts, transaction);
    to.ends.push_back({to.public_parts.size(), to.private_parts.size()});
    to.columns.add(transaction);
    return true;
}

Sealed SegmentBuilder::seal(const SealKeys& keys, const Nonce24& nonce, int level) && {
    State& from = *state_;
    JY_ASSERT(count() > 0);
    SegmentHeader header;
    header.log = from.log;
    header.first = from.before.seq + 1;
    header.count = count();
    Proof proof;
    for (std::uint64_t block = salt_block(header.first); block <= salt_block(header.last());
         ++block) {
        proof.seeds.push_back(block_seed(keys.epoch_salt, from.log, block));
    }
    header.extension = std::move(from.extension);
    header.chain_before = from.before.chain;
    header.chain_last = from.chain(proof.seeds);
    if (header.first == 1) header.predecessor = from.predecessor;
    if (from.columns.has_origins()) header.must_understand |= must_file;
    Sealed sealed;
    sealed.first = header.first;
    sealed.last = header.last();
    sealed.after = header.after();
    sealed.bytes = detail::finish_segment(header, from.columns, proof, keys, nonce, level);
    state_.reset();
    return sealed;
}

namespace detail {

Bytes finish_segment(SegmentHeader header, const ColumnWriter& columns, const Proof& proof,
                     const SealKeys& keys, const Nonce24& nonce, int level) {
    Compressed body = compress(columns, proof, level);
    body.bytes.resize(padme_size(body.bytes.size()));
    header.key = keys.key;
    header.dictionary = body.dictionary;
    header.raw_size = body.raw_size;
    Bytes bytes;
    write_associated(bytes, header);
    const Bytes encrypted = aead_seal(keys.content_key, nonce, bytes, body.bytes);
    append(bytes, nonce);
    append(bytes, blake2b({encrypted}));
    append(bytes,
           keys.signing.sign(segment_context, keys.district, log_bytes(header.log), {bytes}));
    append(bytes, encrypted);
    JY_ASSERT(bytes.size() <= segment_bytes_max);
    return bytes;
}

}  // namespace detail

}  // namespace jiuying::sync
