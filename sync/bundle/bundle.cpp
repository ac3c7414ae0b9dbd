#include "sync/bundle/bundle.hpp"

#include "schema/assert.hpp"
#include "sync/archive/wire.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/crypto/padme.hpp"
#include "sync/noise/noise.hpp"
#include "sync/session/enrol.hpp"

namespace jiuying::sync {
namespace {

constexpr std::size_t signature_size = Signature{}.size();
constexpr std::size_t key_size = 32;
constexpr std::size_t length_size = 4;
/// What a manifest's plain text has beside its content and padding: signer, length, signature.
constexpr std::size_t plain_overhead = key_size + length_size + signature_size;

/// Every piece has a key of its own, used once: the nonce may be the same.
constexpr Nonce24 only_nonce{};

Key32 manifest_key(const Key32& bundle_key) {
    Key32 key;
    Hasher{key.size, bundle_key.view()}.add("jy bundle manifest").finish_into(key.bytes());
    return key;
}

Key32 item_key(const Key32& bundle_key, std::uint32_t index) {
    Key32 key;
    Hasher{key.size, bundle_key.view()}
        .add("jy bundle item")
        .add_u64(index)
        .finish_into(key.bytes());
    return key;
}

/// What the signature covers beside the header.
Bytes signed_part(View signer, View content) {
    Bytes part;
    append(part, signer);
    append(part, content);
    return part;
}

Bytes plain_manifest(View content, const BundleHeaderBytes& header, const BundleSealing& keys,
                     std::size_t size) {
    Bytes plain;
    WireWriter out{plain};
    const Array<32>& signer = keys.signing.verify_key().bytes();
    out.raw(signer);
    for (std::size_t i = 0; i < length_size; ++i) {
        out.byte(static_cast<std::uint8_t>(content.size() >> (8 * i)));
    }
    out.raw(content);
    plain.resize(size - signature_size);
    append(plain, keys.signing.sign(bundle_context, keys.district, View{header}.subspan(16, 16),
                                    {header, signed_part(signer, content)}));
    return plain;
}

/// The size of the plain text, padded.
std::size_t plain_size(std::size_t content) {
    return static_cast<std::size_t>(padme_size(content + plain_overhead));
}

}  // namespace

Result<BundleStart> seal_bundle_start(BundleHeader header, BundleManifest manifest,
                                      const BundleSealing& keys, const BundleEnrolment* enrolment) {
    JY_ASSERT((enrolment != nullptr) == manifest.hello.enrol.has_value());
    // The MAC has its size before it is known.
    const std::size_t content_size = write_bundle_manifest(manifest).size();
    const std::size_t sealed_size = plain_size(content_size) + aead_tag_size;
    if (sealed_size > bundle_manifest_max) return Errc::too_large;
    header.manifest_size = static_cast<std::uint32_t>(sealed_size);
    header.items_size = manifest.items_size();
    const BundleHeaderBytes header_bytes = write_bundle_header(header);

    noise::HandshakeKeys handshake_keys;
    handshake_keys.static_key = keys.static_key.clone();
    handshake_keys.ephemeral = keys.ephemeral.clone();
    handshake_keys.remote_static = keys.recipient;
    noise::Handshake handshake{noise::Pattern::X, noise::Role::initiator, header_bytes,
                               std::move(handshake_keys)};
    const Result<Bytes> message = handshake.write(keys.bundle_key.view());
    if (!message) return message.error();
    if (enrolment != nullptr) {
        manifest.hello.enrol->mac = enrol_mac(
            enrolment->secret, handshake.handshake_hash(),
            {keys.static_key.public_key().bytes(), keys.recipient.bytes(), enrolment->hub_box},
            *manifest.hello.enrol);
    }
    const Bytes content = write_bundle_manifest(manifest);
    JY_ASSERT(content.size() == content_size);

    BundleStart start;
    start.header = header;
    append(start.head, header_bytes);
    append(start.head, *message);
    JY_ASSERT(start.head.size() == bundle_head_size);
    Bytes plain = plain_manifest(content, header_bytes, keys, plain_size(content_size));
    start.manifest = aead_seal(manifest_key(keys.bundle_key), only_nonce, header_bytes, plain);
    wipe(plain);
    return start;
}

Bytes seal_bundle_item(const Key32& bundle_key, View header, std::uint32_t index, View segment) {
    JY_ASSERT(header.size() == bundle_header_size && segment.size() <= bundle_segment_max);
    return aead_seal(item_key(bundle_key, index), only_nonce, header, segment);
}

Result<OpenedHead> open_bundle_head(View head, const X25519KeyPair& recipient) {
    if (head.size() != bundle_head_size) return Errc::truncated;
    const View header_bytes = head.first(bundle_header_size);
    const Result<BundleHeader> header = parse_bundle_header(header_bytes);
    if (!header) return header.error();
    noise::HandshakeKeys keys;
    keys.static_key = recipient.clone();
    noise::Handshake handshake{noise::Pattern::X, noise::Role::responder, header_bytes,
                               std::move(keys)};
    Result<Bytes> payload = handshake.read(head.subspan(bundle_header_size));
    if (!payload) return Errc::not_authentic;
    Result<Key32> key = Key32::from(*payload);
    wipe(*payload);
    if (!key) return key.error();
    OpenedHead opened;
    opened.header = *header;
    opened.bytes = *to_array<bundle_header_size>(header_bytes);
    opened.sender_static = handshake.remote_static()->bytes();
    opened.handshake_hash = handshake.handshake_hash();
    opened.bundle_key = std::move(*key);
    return opened;
}

Result<OpenedManifest> open_bundle_manifest(View sealed, const OpenedHead& head, View district) {
    if (sealed.size() != head.header.manifest_size) return Errc::truncated;
    Result<Bytes> plain = aead_open(manifest_key(head.bundle_key), only_nonce, head.bytes, sealed);
    if (!plain) return plain.error();
    if (plain->size() < plain_overhead) return Errc::truncated;
    const View all{*plain};
    const View signer_bytes = all.first(key_size);
    std::size_t size = 0;
    for (std::size_t i = 0; i < length_size; ++i) {
        size |= std::size_t{all[key_size + i]} << (8 * i);
    }
    if (size > plain->size() - plain_overhead || plain_size(size) != plain->size()) {
        return Errc::malformed;
    }
    const View content = all.subspan(key_size + length_size, size);
    const View padding =
        all.subspan(key_size + length_size + size, plain->size() - plain_overhead - size);
    if (std::ranges::any_of(padding, [](std::uint8_t byte) { return byte != 0; })) {
        return Errc::malformed;
    }
    const Result<VerifyKey> signer = VerifyKey::parse(signer_bytes);
    if (!signer) return Errc::not_authentic;
    const bool verified = signer->verify(all.last(signature_size), bundle_context, district,
                                         View{head.bytes}.subspan(16, 16),
                                         {head.bytes, signed_part(signer_bytes, content)});
    if (!verified) return Errc::not_authentic;
    Result<BundleManifest> manifest = read_bundle_manifest(content);
    if (!manifest) return manifest.error();
    if (manifest->items_size() != head.header.items_size) return Errc::malformed;
    return OpenedManifest{*signer, std::move(*manifest)};
}

Result<Bytes> open_bundle_item(View sealed, const OpenedHead& head, std::uint32_t index,
                               const BundleItem& item) {
    if (sealed.size() != item.size + bundle_item_overhead) return Errc::truncated;
    Result<Bytes> segment =
        aead_open(item_key(head.bundle_key, index), only_nonce, head.bytes, sealed);
    if (!segment) return segment.error();
    if (blake2b_128({*segment}) != item.hash) return Errc::not_authentic;
    return segment;
}

}  // namespace jiuying::sync
