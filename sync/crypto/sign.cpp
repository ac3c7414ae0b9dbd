#include "sync/crypto/sign.hpp"

#include "schema/assert.hpp"

#include <sodium.h>

namespace jiuying::sync {
namespace {

void append_short(Bytes& out, View field) {
    JY_ASSERT(field.size() <= 255);
    out.push_back(static_cast<std::uint8_t>(field.size()));
    append(out, field);
}

Bytes signed_bytes(std::string_view context, View district, View log,
                   std::initializer_list<View> parts) {
    JY_ASSERT(!context.empty());
    std::size_t size = 3 + context.size() + district.size() + log.size();
    for (const View part : parts) size += part.size();
    Bytes out;
    out.reserve(size);
    append_short(out, as_view(context));
    append_short(out, district);
    append_short(out, log);
    for (const View part : parts) append(out, part);
    return out;
}

}  // namespace

Result<VerifyKey> VerifyKey::parse(View bytes) {
    const Result<Array<32>> fixed = to_array<32>(bytes);
    if (!fixed) return fixed.error();
    sodium_ready();
    if (crypto_core_ed25519_is_valid_point(fixed->data()) != 1) return Errc::bad_key;
    return VerifyKey{*fixed};
}

bool VerifyKey::verify(View signature, std::string_view context, View district, View log,
                       std::initializer_list<View> parts) const {
    if (signature.size() != crypto_sign_BYTES) return false;
    sodium_ready();
    const Bytes message = signed_bytes(context, district, log, parts);
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       bytes_.data()) == 0;
}

SigningKey::SigningKey(const Secret<32>& seed) {
    sodium_ready();
    Array<32> key{};
    crypto_sign_seed_keypair(key.data(), secret_.bytes().data(), seed.data());
    public_ = VerifyKey{key};
}

Signature SigningKey::sign(std::string_view context, View district, View log,
                           std::initializer_list<View> parts) const {
    const Bytes message = signed_bytes(context, district, log, parts);
    Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.data());
    return signature;
}

}  // namespace jiuying::sync
