#include "node/keys/argon2.hpp"

#include <sodium/crypto_pwhash.h>

#include <new>

namespace jiuying::node {

bool Argon2Cost::allowed() const {
    return memory_kib >= memory_kib_min && memory_kib <= memory_kib_max && passes >= passes_min &&
           passes <= passes_max;
}

Result<sync::Key32> stretched(const Passphrase& passphrase, const sync::Array<16>& salt,
                              Argon2Cost cost) {
    if (!cost.allowed()) return Errc::out_of_bounds;
    sync::sodium_ready();
    static_assert(crypto_pwhash_argon2id_SALTBYTES == sizeof salt);
    const std::string_view words = sync::as_text(passphrase.view());
    sync::Key32 key;
    const int result = crypto_pwhash_argon2id(
        key.bytes().data(), key.size, words.empty() ? "" : words.data(), words.size(), salt.data(),
        cost.passes, std::size_t{cost.memory_kib} * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
    if (result != 0) throw std::bad_alloc{};  // Its only failure with checked arguments.
    return key;
}

}  // namespace jiuying::node
