/// The district's recovery key in the hands of several custodians: any `need` of its shares make
/// it, fewer say nothing of it (Shamir's secret sharing over GF(256), byte by byte of the seed, by
/// libgfshare; the same numbers and bytes as its tools gfsplit and gfcombine).
///
///     {"format":"jiuying-recovery-share","version":1,"public_key":HEX,"splitting":HEX,
///      "need":N,"shares":N,"number":N,"share":HEX}
///     checksum HEX
///
/// A share has no passphrase: it is worth nothing alone, and one that nobody remembers would be
/// lost. Format: docs/reference/keyring-format.md. Pure.
#pragma once

#include "node/keys/recovery_key.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace jiuying::node {

inline constexpr unsigned recovery_shares_max = 8;

struct ShareRule {
    unsigned shares = 3;  ///< At most recovery_shares_max.
    unsigned need = 2;    ///< At least 2, at most `shares`.
};

/// The files, in the order of their numbers 1 to `shares`. Fails as open_recovery_key does, or with
/// Errc::out_of_bounds for another rule.
[[nodiscard]] Result<std::vector<std::string>> split_recovery_key(std::string_view private_file,
                                                                  const Passphrase& passphrase,
                                                                  ShareRule rule,
                                                                  Environment& environment);

struct JoinedShares {
    RecoveryKey key;
    std::vector<unsigned> used;   ///< Numbers of shares that made it.
    std::vector<unsigned> wrong;  ///< Of those that belong to it by their words, and don't fit.
};
/// The key, from the whole texts of at least `need` shares in any order; the same one twice counts
/// once. Where more are given, those that don't fit are found out. Errc::malformed for anything but
/// a share, Errc::unsupported for a later version, Errc::exhausted where they are too few,
/// Errc::not_authentic where no `need` of them make the key that they name.
[[nodiscard]] Result<JoinedShares> join_recovery_shares(std::span<const std::string> files);

}  // namespace jiuying::node
