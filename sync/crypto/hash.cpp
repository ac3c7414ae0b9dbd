#include "sync/crypto/hash.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/secret.hpp"

namespace jiuying::sync {
namespace {

template <std::size_t N>
Array<N> hash_parts(View key, std::initializer_list<View> parts) {
    Hasher hasher{N, key};
    for (const View part : parts) hasher.add(part);
    return hasher.finish_as<N>();
}

}  // namespace

Hasher::Hasher(std::size_t size, View key) : size_(size), keyed_(!key.empty()) {
    JY_ASSERT(size >= crypto_generichash_blake2b_BYTES_MIN);
    JY_ASSERT(size <= crypto_generichash_blake2b_BYTES_MAX);
    JY_ASSERT(key.empty() || key.size() >= crypto_generichash_blake2b_KEYBYTES_MIN);
    JY_ASSERT(key.size() <= crypto_generichash_blake2b_KEYBYTES_MAX);
    sodium_ready();
    const int failed = crypto_generichash_blake2b_init(&state_, key.empty() ? nullptr : key.data(),
                                                       key.size(), size);
    JY_ASSERT(failed == 0);
}

Hasher::~Hasher() {
    if (keyed_) wipe({reinterpret_cast<std::uint8_t*>(&state_), sizeof state_});
}

Hasher& Hasher::add(View part) {
    JY_ASSERT(!finished_);
    crypto_generichash_blake2b_update(&state_, part.data(), part.size());
    return *this;
}

Hasher& Hasher::add_u64(std::uint64_t number) {
    Array<8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return add(bytes);
}

Bytes Hasher::finish() {
    Bytes out(size_);
    finish_into(out);
    return out;
}

void Hasher::finish_into(std::span<std::uint8_t> out) {
    JY_ASSERT(!finished_);
    JY_ASSERT(out.size() == size_);
    finished_ = true;
    crypto_generichash_blake2b_final(&state_, out.data(), out.size());
}

Hash32 blake2b(std::initializer_list<View> parts) { return hash_parts<32>({}, parts); }

Hash16 blake2b_128(std::initializer_list<View> parts) { return hash_parts<16>({}, parts); }

Hash32 blake2b_keyed(View key, std::initializer_list<View> parts) {
    JY_ASSERT(!key.empty());
    return hash_parts<32>(key, parts);
}

}  // namespace jiuying::sync
