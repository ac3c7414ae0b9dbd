#include "sync/snapshot/chunk.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/padme.hpp"

#include <zstd.h>

#include <algorithm>

namespace jiuying::sync {
namespace {

constexpr Array<4> magic{'J', 'Y', 'S', 'N'};
constexpr std::size_t signature_size = Signature{}.size();

void write_associated(Bytes& bytes, const ChunkHeader& header) {
    WireWriter out{bytes};
    out.raw(magic);
    out.byte(snapshot_format);
    out.byte(suite_1);
    out.raw(header.hub.bytes);
    out.fixed64(header.id);
    out.raw(header.scope.bytes);
    out.varint(header.index);
    out.byte(static_cast<std::uint8_t>(header.kind));
    out.byte(header.last ? 1 : 0);
    out.raw(header.chain_before);
    out.raw(header.key);
    out.varint(header.raw_size);
}

struct Parts {
    ChunkHeader header;
    View associated;
    View signed_bytes;
    View signature;
    View body;
};

Parts read_parts(View bytes, WireReader& in) {
    Parts parts;
    ChunkHeader& header = parts.header;
    if (in.fixed<4>() != magic) detail::refuse(Errc::malformed);
    if (in.byte() != snapshot_format || in.byte() != suite_1) detail::refuse(Errc::unsupported);
    header.hub.bytes = in.fixed<16>();
    header.id = in.fixed64();
    header.scope.bytes = in.fixed<16>();
    header.index = in.varint_up_to(snapshot_chunks_max);
    const std::uint8_t kind = in.byte();
    if (kind < 1 || kind > 2 || header.id == 0 || header.index == 0) {
        detail::refuse(Errc::malformed);
    }
    header.kind = ChunkHeader::Kind{kind};
    // The first says what it is, and no other does.
    if ((header.kind == ChunkHeader::Kind::start) != (header.index == 1)) {
        detail::refuse(Errc::malformed);
    }
    header.last = in.boolean();
    header.chain_before = in.fixed<32>();
    header.key = in.fixed<8>();
    header.raw_size = in.varint_up_to(chunk_raw_max);
    if (header.raw_size == 0) detail::refuse(Errc::malformed);
    parts.associated = bytes.first(bytes.size() - in.left());
    header.nonce = in.fixed<24>();
    header.body_hash = in.fixed<32>();
    parts.signed_bytes = bytes.first(bytes.size() - in.left());
    parts.signature = in.raw(signature_size);
    if (in.left() < aead_tag_size) detail::refuse(Errc::truncated);
    parts.body = in.raw(in.left());
    return parts;
}

Result<Parts> split(View bytes) {
    if (bytes.size() > snapshot_chunk_bytes_max) return Errc::too_large;
    return decoding(bytes, 0, [&](WireReader& in) { return read_parts(bytes, in); });
}

Hash32 chain_after(View signed_bytes) { return blake2b({as_view(snapshot_context), signed_bytes}); }

/// One zstd frame, then zeros up to the size that Padmé gives.
Result<Bytes> decompress(View plain, std::size_t raw_size) {
    const std::size_t size = ZSTD_findFrameCompressedSize(plain.data(), plain.size());
    if (ZSTD_isError(size) != 0) return Errc::malformed;
    const View padding = plain.subspan(size);
    const bool padded = padme_size(size) == plain.size() &&
                        std::ranges::all_of(padding, [](std::uint8_t byte) { return byte == 0; });
    if (!padded) return Errc::malformed;
    Bytes raw(raw_size);
    const std::size_t got = ZSTD_decompress(raw.data(), raw.size(), plain.data(), size);
    if (ZSTD_isError(got) != 0 || got != raw_size) return Errc::malformed;
    return raw;
}

}  // namespace

LogId snapshot_name(const NodeId& hub, std::uint64_t id, const ScopeId& scope) {
    return {{hub, id}, Stream::hub, scope};
}

Result<SealedChunk> seal_chunk(ChunkHeader header, View plain, const ChunkKeys& keys,
                               const Nonce24& nonce, int level) {
    JY_ASSERT(!plain.empty() && plain.size() <= chunk_raw_max);
    Bytes packed(ZSTD_compressBound(plain.size()));
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), level);
    JY_ASSERT(ZSTD_isError(size) == 0);
    packed.resize(padme_size(size));
    std::fill(packed.begin() + static_cast<std::ptrdiff_t>(size), packed.end(), std::uint8_t{0});
    header.key = keys.key;
    header.raw_size = plain.size();
    header.nonce = nonce;
    SealedChunk sealed;
    write_associated(sealed.bytes, header);
    const Bytes body = aead_seal(keys.content_key, nonce, sealed.bytes, packed);
    append(sealed.bytes, nonce);
    append(sealed.bytes, blake2b({body}));
    sealed.chain = chain_after(sealed.bytes);
    const Signature signature = keys.signing.sign(
        snapshot_context, keys.district,
        log_bytes(snapshot_name(header.hub, header.id, header.scope)), {sealed.bytes});
    append(sealed.bytes, signature);
    append(sealed.bytes, body);
    if (sealed.bytes.size() > snapshot_chunk_bytes_max) return Errc::too_large;
    return sealed;
}

Result<ChunkHeader> peek_chunk(View bytes) {
    const auto parts = split(bytes);
    if (!parts) return parts.error();
    return parts->header;
}

Result<OpenedChunk> open_chunk(View bytes, const VerifyKey& hub, const Key32& content_key,
                               View district) {
    const auto parts = split(bytes);
    if (!parts) return parts.error();
    const ChunkHeader& header = parts->header;
    if (!hub.verify(parts->signature, snapshot_context, district,
                    log_bytes(snapshot_name(header.hub, header.id, header.scope)),
                    {parts->signed_bytes})) {
        return Errc::not_authentic;
    }
    if (blake2b({parts->body}) != header.body_hash) return Errc::not_authentic;
    const auto packed = aead_open(content_key, header.nonce, parts->associated, parts->body);
    if (!packed) return packed.error();
    auto plain = decompress(*packed, header.raw_size);
    if (!plain) return plain.error();
    return OpenedChunk{header, chain_after(parts->signed_bytes), std::move(*plain)};
}

}  // namespace jiuying::sync
