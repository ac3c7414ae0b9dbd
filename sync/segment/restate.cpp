#include "schema/assert.hpp"
#include "sync/segment/body.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

/// What the chain needs of transaction \p index once its values are gone, or while they stay.
std::variant<Salt, Erased> proof_of(const OpenedSegment& opened, std::size_t index, const Cut* cut,
                                    Salts& salts) {
    const bool in_part = cut != nullptr && !cut->changes.empty();
    if (const Hash32* gone = opened.proof.redacted(index)) {
        return Erased{*gone, opened.proof.in_part(index) && (cut == nullptr || in_part)};
    }
    const Salt salt = opened.proof.each.empty() ? salts.at(opened.header.first + index)
                                                : std::get<Salt>(opened.proof.each[index]);
    if (cut == nullptr) return salt;
    Bytes private_part;
    detail::append_private_part(private_part, opened.transactions[index]);
    return Erased{inner_hash(salt, private_part), in_part};
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

Bytes restate(View bytes, const OpenedSegment& opened, std::span<const Cut> cuts,
              const Authors& authors, const SealKeys& keys, const Nonce24& nonce, int level) {
    const auto author = authors.find(opened.header.log.author);
    JY_ASSERT(author.has_value());
    ColumnWriter columns{authors, *author};
    Salts salts{opened.header.first, opened.proof.seeds};
    Proof proof;
    std::uint32_t must = must_restated;
    for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
        const auto found = std::ranges::find(cuts, i, &Cut::index);
        const Cut* cut = found == cuts.end() ? nullptr : &*found;
        proof.each.push_back(proof_of(opened, i, cut, salts));
        Transaction kept = opened.transactions[i];
        if (cut != nullptr && cut->changes.empty()) {
            for (Change& change : kept.changes) change.value = {};
        } else if (cut != nullptr) {
            for (const std::size_t change : cut->changes) kept.changes[change].value = {};
        }
        columns.add(kept);
        if (proof.in_part(i)) must |= must_part;
    }
    SegmentHeader header = opened.header;
    header.restated = original_of(bytes, opened);
    header.must_understand = (header.must_understand & ~must_part) | must;
    return detail::finish_segment(std::move(header), columns, proof, keys, nonce, level);
}

}  // namespace jiuying::sync
