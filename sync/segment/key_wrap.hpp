/// Content keys on their way: the key that a log's segments are sealed with, sealed in turn to one
/// reader of the scope (the hub, another node of the station, recovery) and signed by the writer.
///
/// A wrap holds from a sequence number on, until one with another key and a higher number.
/// Bytes: docs/reference/segment-format.md, section 7. Pure.
#pragma once

#include "sync/crypto/box.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/segment/header.hpp"

namespace jiuying::sync {

inline constexpr std::string_view key_wrap_context = "jiuying key wrap v1";
inline constexpr std::size_t key_wrap_bytes_max = 256;
inline constexpr std::size_t key_wrap_box_size = Key32::size + box_overhead;

struct KeyWrap {
    LogId log;
    KeyId key{};
    std::uint64_t first_seq = 1;  ///< Segments from here on are sealed with this key.
    NodeId reader;
    Array<key_wrap_box_size> box{};
};

/// Seals \p content_key to \p reader_key, the box key of `wrap.reader`. `wrap.key` and `wrap.box`
/// are filled in. \p seed: 32 fresh random bytes. Errc::bad_key for a reader's key of low order.
[[nodiscard]] Result<Bytes> make_key_wrap(KeyWrap wrap, const Key32& content_key,
                                          const BoxKey& reader_key, const Secret<32>& seed,
                                          const SigningKey& author, View district);

/// What a wrap says, nothing authenticated.
[[nodiscard]] Result<KeyWrap> peek_key_wrap(View bytes);

/// Verifies, and returns the content key. Errc::not_authentic for a wrong signature; wrong_key
/// when the box is for someone else or holds another key than it says.
[[nodiscard]] Result<Key32> open_key_wrap(View bytes, const VerifyKey& author,
                                          const BoxKeyPair& reader, View district);

}  // namespace jiuying::sync
