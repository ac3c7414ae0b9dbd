#include "tests/support/segments.hpp"

#include "schema/assert.hpp"

namespace jiuying::test {

using namespace sync;

namespace {

Secret<32> secret(std::uint8_t byte) {
    Array<32> bytes{};
    bytes.fill(byte);
    return Secret<32>{bytes};
}

}  // namespace

Sealer::Sealer(std::uint8_t byte)
    : content_key_(secret(byte)),
      signing_(secret(static_cast<std::uint8_t>(byte + 1))),
      epoch_salt_(secret(static_cast<std::uint8_t>(byte + 2))) {}

SealKeys Sealer::keys() const {
    return {key_id(content_key_), content_key_, signing_, as_view(district), epoch_salt_};
}

std::vector<Sealed> Sealer::seal(const LogId& log, const Authors& authors,
                                 std::span<const Transaction> transactions, std::size_t piece,
                                 const std::optional<Predecessor>& predecessor) const {
    std::vector<Sealed> all;
    Position before = log_start(log, predecessor);
    for (std::size_t i = 0; i < transactions.size();) {
        SegmentBuilder builder{log, authors, *authors.find(log.author), before, predecessor};
        while (i < transactions.size() && builder.count() < piece && builder.add(transactions[i])) {
            ++i;
        }
        Nonce24 nonce{};
        nonce[0] = static_cast<std::uint8_t>(all.size());
        all.push_back(std::move(builder).seal(keys(), nonce));
        before = all.back().after;
    }
    return all;
}

Result<OpenedSegment> Sealer::open(View bytes, Authors& authors) const {
    return sync::open(bytes, verify_key(), content_key_, as_view(district), authors);
}

Bytes Sealer::forge(View bytes, const Edit& edit) const {
    auto parsed = parse_header(bytes);
    JY_ASSERT(parsed.has_value());
    SegmentHeader header = parsed->header;
    auto plain = aead_open(content_key_, header.nonce, bytes.first(parsed->associated_size),
                           bytes.subspan(parsed->signed_size + Signature{}.size()));
    JY_ASSERT(plain.has_value());
    edit(header, *plain);
    Bytes forged;
    write_associated(forged, header);
    const Bytes body = aead_seal(content_key_, header.nonce, forged, *plain);
    append(forged, header.nonce);
    append(forged, blake2b({body}));
    append(forged,
           signing_.sign(segment_context, as_view(district), log_bytes(header.log), {forged}));
    append(forged, body);
    return forged;
}

}  // namespace jiuying::test
