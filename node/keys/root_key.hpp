/// The district's root key: made once, on a machine without a network, and kept offline. It says
/// which hub is the district's (sync/trust/roster.hpp), and nothing else.
///
///     {"format":"jiuying-root-key", ...}                 the key: node/keys/seed_file.hpp
///     {"format":"jiuying-hub-request","version":1,"district":CODE,"hub":HEX,"generation":N}
///     {"format":"jiuying-hub-certificate","version":1,"certificate":HEX}
///     checksum HEX                                       the second line of each
///
/// The hub writes the request, whoever keeps the root key answers with the certificate: the key
/// need not come near the hub. Format: docs/reference/roster-format.md. Pure.
#pragma once

#include "node/keys/seed_file.hpp"
#include "sync/trust/roster.hpp"

namespace jiuying::node {

struct RootFile {
    std::string text;
    sync::VerifyKey public_key;
};
/// Errc::out_of_bounds as write_seed_file.
[[nodiscard]] Result<RootFile> make_root_key(const Passphrase& passphrase, Environment& environment,
                                             Argon2Cost cost = {});
/// Fails as open_seed_file.
[[nodiscard]] Result<sync::SigningKey> open_root_key(std::string_view text,
                                                     const Passphrase& passphrase);
[[nodiscard]] std::string fingerprint(const sync::VerifyKey& root);

struct HubRequest {
    std::string district;
    sync::Hash32 hub{};
    std::uint64_t generation = 1;  ///< That the certificate shall have.
};
[[nodiscard]] std::string write_hub_request(const HubRequest& request);
/// Errc::malformed, unsupported.
[[nodiscard]] Result<HubRequest> read_hub_request(std::string_view text);

[[nodiscard]] std::string write_certificate_file(sync::View certificate);
/// The certificate as it stands there, not verified. Errc::malformed, unsupported.
[[nodiscard]] Result<sync::Bytes> read_certificate_file(std::string_view text);

}  // namespace jiuying::node
