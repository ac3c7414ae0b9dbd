#include "sync/crypto/box.hpp"

#include "sync/crypto/hash.hpp"

#include <sodium.h>

namespace jiuying::sync {

static_assert(crypto_box_SEALBYTES == box_overhead);

Result<Bytes> box_seal(const BoxKey& reader, const Secret<32>& seed, View plain) {
    const BoxKeyPair ephemeral = BoxKeyPair::from_seed(seed);
    const auto nonce = Hasher{crypto_box_NONCEBYTES}
                           .add(ephemeral.public_key().view())
                           .add(reader.view())
                           .finish_as<crypto_box_NONCEBYTES>();
    Bytes sealed(plain.size() + box_overhead);
    std::ranges::copy(ephemeral.public_key().view(), sealed.begin());
    const int failed =
        crypto_box_easy(sealed.data() + crypto_box_PUBLICKEYBYTES, plain.data(), plain.size(),
                        nonce.data(), reader.view().data(), ephemeral.private_key().data());
    if (failed != 0) return Errc::bad_key;
    return sealed;
}

Result<Bytes> box_open(const BoxKeyPair& reader, View sealed) {
    if (sealed.size() < box_overhead) return Errc::truncated;
    Bytes plain(sealed.size() - box_overhead);
    const int failed =
        crypto_box_seal_open(plain.data(), sealed.data(), sealed.size(),
                             reader.public_key().view().data(), reader.private_key().data());
    if (failed != 0) return Errc::not_authentic;
    return plain;
}

}  // namespace jiuying::sync
