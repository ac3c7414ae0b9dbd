#include "schema/assert.hpp"
#include "sync/segment/body.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

/// What the chain needs of transaction \p index once its values are gone, or while they stay.
std::variant<Salt, Hash32> proof_of(const OpenedSegment& opened, std::size_t index, bool erase,
                                    Salts& salts) {
    if (const Hash32* gone = opened.proof.redacted(index)) return *gone;
    const Salt salt = opened.proof.each.empty() ? salts.at(opened.header.first + index)
                                                : std::get<Salt>(opened.proof.each[index]);
    if (!erase) return salt;
    Bytes private_part;
    detail::append_private_part(private_part, opened.transactions[index]);
    return inner_hash(salt, private_part);
}

/// The header and signature that the author made, whether or not they were wrapped before.
Restated original_of(View bytes, const OpenedSegment& opened) {
    if (opened.header.restated) return *opened.header.restated;
    const auto parsed = parse_header(bytes);
    JY_ASSERT(parsed.has_value());
    Restated original;
    const View head = bytes.first(parsed->signed_size);
    original.header.assign(head.begin(), head.end());
    std::ranges::copy(bytes.subspan(parsed->signed_size, original.signature.size()),
                      original.signature.begin());
    return original;
}

}  // namespace

Bytes restate(View bytes, const OpenedSegment& opened, std::span<const std::size_t> erased,
              const Authors& authors, const SealKeys& keys, const Nonce24& nonce, int level) {
    const auto author = authors.find(opened.header.log.author);
    JY_ASSERT(author.has_value());
    ColumnWriter columns{authors, *author};
    Salts salts{opened.header.first, opened.proof.seeds};
    Proof proof;
    for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
        const bool erase = std::ranges::find(erased, i) != erased.end();
        proof.each.push_back(proof_of(opened, i, erase, salts));
        Transaction kept = opened.transactions[i];
        if (erase) {
            for (Change& change : kept.changes) change.value = {};
        }
        columns.add(kept);
    }
    SegmentHeader header = opened.header;
    header.restated = original_of(bytes, opened);
    header.must_understand |= must_restated;
    return detail::finish_segment(std::move(header), columns, proof, keys, nonce, level);
}

}  // namespace jiuying::sync
