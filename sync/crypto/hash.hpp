/// BLAKE2b (RFC 7693): every hash of ours outside the Noise session.
///
/// Parts are hashed one after the other without separators: a caller whose parts vary in length
/// writes the lengths too, or {"ab","c"} and {"a","bc"} would be the same. Pure.
#pragma once

#include "sync/crypto/bytes.hpp"

#include <sodium/crypto_generichash_blake2b.h>

#include <initializer_list>

namespace jiuying::sync {

using Hash32 = Array<32>;
using Hash16 = Array<16>;

/// BLAKE2b piece by piece. Use once: after `finish` or `finish_into` only destruction is allowed.
class Hasher {
public:
    /// `size` is 16 to 64 bytes and changes the hash itself; `key` is empty or 16 to 64 bytes.
    explicit Hasher(std::size_t size = 32, View key = {});
    Hasher(const Hasher&) = default;  ///< A copy continues from the same prefix.
    Hasher& operator=(const Hasher&) = default;
    ~Hasher();  ///< Wipes the state if there is a key in it.

    Hasher& add(View part);
    Hasher& add(std::string_view text) { return add(as_view(text)); }
    /// Adds one byte.
    Hasher& add_byte(std::uint8_t byte) { return add(View{&byte, 1}); }
    /// Adds a number as eight bytes, least significant first.
    Hasher& add_u64(std::uint64_t number);

    [[nodiscard]] Bytes finish();

    /// As `finish`, into an array whose size must be the one asked for at construction.
    template <std::size_t N>
    [[nodiscard]] Array<N> finish_as() {
        Array<N> out{};
        finish_into(out);
        return out;
    }
    void finish_into(std::span<std::uint8_t> out);

private:
    crypto_generichash_blake2b_state state_;
    std::size_t size_;
    bool keyed_;
    bool finished_ = false;
};

[[nodiscard]] Hash32 blake2b(std::initializer_list<View> parts);
[[nodiscard]] Hash16 blake2b_128(std::initializer_list<View> parts);
/// With a key of 16 to 64 bytes: a MAC.
[[nodiscard]] Hash32 blake2b_keyed(View key, std::initializer_list<View> parts);

}  // namespace jiuying::sync
