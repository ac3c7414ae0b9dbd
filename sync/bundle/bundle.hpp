/// Sealing and opening a bundle, piece by piece: nobody ever holds the whole file.
///
/// A bundle key of 32 random bytes travels in one message of Noise X (the sender's static key to
/// the recipient's), whose prologue is the header. Manifest and items are sealed by it with
/// XChaCha20-Poly1305, each under a key of its own, so that each can be read without the others.
/// The manifest is signed by the sender's node key. What a bundle says counts only once that
/// signature was verified and its key is that of the sender: `open_manifest` does the first, the
/// caller the second. Source: docs/decisions/0018-bundles.md. Pure; not thread-safe.
#pragma once

#include "sync/bundle/manifest.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/crypto/x25519.hpp"

namespace jiuying::sync {

inline constexpr std::string_view bundle_context = "jiuying bundle v1";

/// What a sender seals with.
struct BundleSealing {
    X25519KeyPair static_key;
    X25519KeyPair ephemeral;  ///< Fresh, for this file only.
    X25519Key recipient;      ///< Its static key.
    Key32 bundle_key;         ///< 32 fresh random bytes, for this file only.
    const SigningKey& signing;
    View district;
};

/// What stands before the items, and again behind them in the other order.
struct BundleStart {
    BundleHeader header;
    Bytes head;
    Bytes manifest;
};

/// At first contact: the secret of the invitation, and the hub's box key.
struct BundleEnrolment {
    const Secret<32>& secret;
    Hash32 hub_box{};
};

/// Fills in the sizes of \p header and the MAC of an enrolment. Errc::bad_key for a recipient's
/// key of low order, Errc::too_large when the manifest exceeds its limit.
[[nodiscard]] Result<BundleStart> seal_bundle_start(BundleHeader header, BundleManifest manifest,
                                                    const BundleSealing& keys,
                                                    const BundleEnrolment* enrolment = nullptr);

/// \p header: the bytes at the front of the head. \p index counts from 0.
[[nodiscard]] Bytes seal_bundle_item(const Key32& bundle_key, View header, std::uint32_t index,
                                     View segment);

/// A head that was made for this recipient by whoever has the key `sender_static`.
struct OpenedHead {
    BundleHeader header;
    BundleHeaderBytes bytes{};  ///< The header's.
    Hash32 sender_static{};
    Hash32 handshake_hash{};  ///< What an enrolment is bound to.
    Key32 bundle_key;
};

/// \p head: bundle_head_size bytes. Errc::not_authentic: for somebody else, or changed.
[[nodiscard]] Result<OpenedHead> open_bundle_head(View head, const X25519KeyPair& recipient);

struct OpenedManifest {
    VerifyKey signer;  ///< The signature is his; whether he is the sender is the caller's to check.
    BundleManifest manifest;
};

/// Decrypts, verifies, and only then reads. Errc::not_authentic: damaged, or a wrong signature;
/// and as read_bundle_manifest. Its items make up what the header says of their size.
[[nodiscard]] Result<OpenedManifest> open_bundle_manifest(View sealed, const OpenedHead& head,
                                                          View district);

/// The segment, of the size and hash that the manifest says. Else Errc::not_authentic.
[[nodiscard]] Result<Bytes> open_bundle_item(View sealed, const OpenedHead& head,
                                             std::uint32_t index, const BundleItem& item);

}  // namespace jiuying::sync
