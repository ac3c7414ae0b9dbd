/// How dots and values enter hashes: by the author's name, never by its local number.
///
/// `Into` is a Hasher, or HashInput where many small parts are hashed: feeding BLAKE2b eight bytes
/// at a time costs more than the hashing.
#pragma once

#include "sync/crypto/hash.hpp"
#include "sync/types.hpp"

namespace jiuying::sync {

/// Collects what is to be hashed. Interface as Hasher.
class HashInput {
public:
    explicit HashInput(std::size_t expected) { bytes_.reserve(expected); }
    HashInput& add(View part) {
        append(bytes_, part);
        return *this;
    }
    HashInput& add(std::string_view text) { return add(as_view(text)); }
    HashInput& add_byte(std::uint8_t byte) {
        bytes_.push_back(byte);
        return *this;
    }
    HashInput& add_u64(std::uint64_t number) {
        Array<8> bytes{};
        for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
        return add(bytes);
    }
    [[nodiscard]] Hash32 hash() const { return blake2b({bytes_}); }

private:
    Bytes bytes_;
};

/// 16 bytes of node, 8 of epoch, 8 of transaction number; numbers least significant byte first.
template <class Into>
void add_dot(Into& hasher, Dot dot, const Authors& authors) {
    const Author& author = authors[dot.author];
    hasher.add(author.node.bytes).add_u64(author.epoch).add_u64(dot.txn);
}

/// The value's wire type, then its length or the number itself.
template <class Into>
void add_value(Into& hasher, const Value& value) {
    hasher.add_byte(static_cast<std::uint8_t>(value.index()));
    if (const auto* number = schema::number_of(value)) {
        hasher.add_u64(static_cast<std::uint64_t>(*number));
    } else if (const auto* text = schema::text_of(value)) {
        hasher.add_u64(text->size()).add(*text);
    }
}

}  // namespace jiuying::sync
