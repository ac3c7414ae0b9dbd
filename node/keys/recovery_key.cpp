#include "node/keys/recovery_key.hpp"

#include "node/keys/seed_file.hpp"

#include <boost/json.hpp>

namespace jiuying::node {
namespace {

constexpr SeedFileKind private_kind{"jiuying-recovery-key", "jiuying recovery key 1"};
constexpr std::string_view public_format = "jiuying-recovery-public-key";

}  // namespace

Result<RecoveryFiles> make_recovery_key(const Passphrase& passphrase, Environment& environment,
                                        Argon2Cost cost) {
    sync::Secret<32> seed;
    environment.random(seed.bytes());
    const auto pair = sync::BoxKeyPair::from_seed(seed);
    RecoveryFiles files;
    files.public_key = pair.public_key();
    auto text = write_seed_file(private_kind, files.public_key.bytes(), seed, passphrase,
                                environment, cost);
    if (!text) return text.error();
    files.private_file = *std::move(text);
    files.public_file = with_checksum({{"format", public_format},
                                       {"version", 1},
                                       {"public_key", sync::hex_encode(files.public_key.view())}});
    return files;
}

Result<sync::BoxKey> read_recovery_public_key(std::string_view text) {
    const auto document = read_checked(text, public_format);
    if (!document) return document.error();
    sync::Array<32> key{};
    if (!read_hex(key, *document, "public_key")) return Errc::malformed;
    return sync::BoxKey{key};
}

Result<OpenedSeed> open_recovery_seed(std::string_view text, const Passphrase& passphrase) {
    auto opened = open_seed_file(private_kind, text, passphrase);
    if (!opened) return opened.error();
    const auto pair = sync::BoxKeyPair::from_seed(opened->seed);
    if (pair.public_key().bytes() != opened->public_key) return Errc::malformed;
    return opened;
}

Result<RecoveryKey> open_recovery_key(std::string_view text, const Passphrase& passphrase) {
    const auto opened = open_recovery_seed(text, passphrase);
    if (!opened) return opened.error();
    return RecoveryKey{sync::BoxKeyPair::from_seed(opened->seed)};
}

std::string fingerprint(const sync::BoxKey& key) {
    return spoken_fingerprint("jiuying recovery fingerprint 1", key.view());
}

}  // namespace jiuying::node
