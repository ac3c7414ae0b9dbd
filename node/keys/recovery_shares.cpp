#include "node/keys/recovery_shares.hpp"

#include "node/keys/seed_file.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>

extern "C" {
#include <libgfshare.h>
}

namespace jiuying::node {
namespace {

constexpr std::string_view share_format = "jiuying-recovery-share";
constexpr std::size_t seed_bytes = 32;

struct FreeContext {
    void operator()(gfshare_ctx* context) const { gfshare_ctx_free(context); }
};
using Context = std::unique_ptr<gfshare_ctx, FreeContext>;

/// What libgfshare fills memory with while this lives: the coefficients of a splitting, and what it
/// frees, of which the sizes alone are known here. A function without an argument, one for the
/// process; keys are split and joined on the command line's only thread.
class Filling {
public:
    /// Without an environment nothing is drawn, only wiped.
    explicit Filling(Environment* environment = nullptr) {
        source = environment;
        gfshare_fill_rand = [](unsigned char* bytes, unsigned count) {
            if (source != nullptr) return source->random({bytes, count});
            sync::wipe({bytes, count});
        };
    }
    ~Filling() {
        gfshare_fill_rand = nullptr;
        source = nullptr;
    }
    Filling(const Filling&) = delete;
    Filling& operator=(const Filling&) = delete;

private:
    static inline Environment* source = nullptr;
};

struct Share {
    sync::Array<32> public_key{};
    sync::Array<16> splitting{};
    unsigned need = 0;
    unsigned shares = 0;
    unsigned number = 0;
    sync::Secret<seed_bytes> bytes;
};

std::optional<unsigned> number_at(const boost::json::object& document, std::string_view name,
                                  unsigned least) {
    const boost::json::value* value = document.if_contains(name);
    const bool fits = value != nullptr && value->is_int64() && value->get_int64() >= least &&
                      value->get_int64() <= recovery_shares_max;
    return fits ? std::optional{static_cast<unsigned>(value->get_int64())} : std::nullopt;
}

Result<Share> read_share(std::string_view text) {
    const auto document = read_checked(text, share_format);
    if (!document) return document.error();
    Share share;
    const auto need = number_at(*document, "need", 2);
    const auto shares = number_at(*document, "shares", 2);
    const auto number = number_at(*document, "number", 1);
    auto bytes = hex_at(*document, "share");
    if (!need || !shares || !number || !bytes) return Errc::malformed;
    if (*need > *shares || *number > *shares) return Errc::malformed;
    if (!read_hex(share.public_key, *document, "public_key")) return Errc::malformed;
    if (!read_hex(share.splitting, *document, "splitting")) return Errc::malformed;
    auto secret = sync::Secret<seed_bytes>::from(*bytes);
    sync::wipe(*bytes);
    if (!secret) return secret.error();
    share.need = *need;
    share.shares = *shares;
    share.number = *number;
    share.bytes = *std::move(secret);
    return share;
}

/// The key that these make; whether it is the right one is seen by its public half.
std::optional<RecoveryKey> key_of(std::span<Share* const> chosen) {
    std::vector<unsigned char> numbers;
    for (const Share* share : chosen) numbers.push_back(static_cast<unsigned char>(share->number));
    const Filling filling;
    const Context context{
        gfshare_ctx_init_dec(numbers.data(), static_cast<unsigned>(numbers.size()), seed_bytes)};
    if (!context) throw std::bad_alloc{};
    for (std::size_t at = 0; at < chosen.size(); ++at) {
        gfshare_ctx_dec_giveshare(context.get(), static_cast<unsigned char>(at),
                                  chosen[at]->bytes.bytes().data());
    }
    sync::Secret<seed_bytes> seed;
    gfshare_ctx_dec_extract(context.get(), seed.bytes().data());
    auto pair = sync::BoxKeyPair::from_seed(seed);
    if (pair.public_key().bytes() != chosen.front()->public_key) return std::nullopt;
    return RecoveryKey{std::move(pair)};
}

}  // namespace

Result<std::vector<std::string>> split_recovery_key(std::string_view private_file,
                                                    const Passphrase& passphrase, ShareRule rule,
                                                    Environment& environment) {
    if (rule.shares > recovery_shares_max || rule.need < 2 || rule.need > rule.shares) {
        return Errc::out_of_bounds;
    }
    auto opened = open_recovery_seed(private_file, passphrase);
    if (!opened) return opened.error();
    std::vector<unsigned char> numbers;
    for (unsigned at = 1; at <= rule.shares; ++at) {
        numbers.push_back(static_cast<unsigned char>(at));
    }
    const Filling filling{&environment};
    const Context context{gfshare_ctx_init_enc(numbers.data(), rule.shares,
                                               static_cast<unsigned char>(rule.need), seed_bytes)};
    if (!context) throw std::bad_alloc{};
    gfshare_ctx_enc_setsecret(context.get(), opened->seed.bytes().data());
    const auto splitting = environment.random_bytes<16>();
    std::vector<std::string> files;
    for (unsigned at = 0; at < rule.shares; ++at) {
        sync::Secret<seed_bytes> share;
        gfshare_ctx_enc_getshare(context.get(), static_cast<unsigned char>(at),
                                 share.bytes().data());
        files.push_back(with_checksum({{"format", share_format},
                                       {"version", 1},
                                       {"public_key", sync::hex_encode(opened->public_key)},
                                       {"splitting", sync::hex_encode(splitting)},
                                       {"need", rule.need},
                                       {"shares", rule.shares},
                                       {"number", at + 1},
                                       {"share", sync::hex_encode(share.view())}}));
    }
    // The coefficients say as much as the seed.
    sync::Secret<seed_bytes> nothing;
    gfshare_ctx_enc_setsecret(context.get(), nothing.bytes().data());
    return files;
}

Result<JoinedShares> join_recovery_shares(std::span<const std::string> files) {
    std::vector<Share> shares;
    for (const std::string& text : files) {
        auto share = read_share(text);
        if (!share) return share.error();
        const bool again = std::ranges::any_of(shares, [&](const Share& known) {
            return known.number == share->number && known.splitting == share->splitting &&
                   known.bytes == share->bytes;
        });
        if (!again) shares.push_back(*std::move(share));
    }
    if (shares.empty()) return Errc::exhausted;
    if (shares.size() > recovery_shares_max) return Errc::out_of_bounds;
    const unsigned need = shares.front().need;
    if (shares.size() < need) return Errc::exhausted;
    // Every choice of `need` of them: at most 70.
    std::vector<char> chosen(shares.size(), 0);
    std::fill_n(chosen.begin(), need, 1);
    do {
        std::vector<Share*> some;
        for (std::size_t at = 0; at < shares.size(); ++at) {
            if (chosen[at] != 0) some.push_back(&shares[at]);
        }
        const Share& first = *some.front();
        const bool alike = std::ranges::all_of(some, [&](const Share* share) {
            return share->splitting == first.splitting && share->public_key == first.public_key &&
                   share->need == need;
        });
        std::vector<unsigned> used;
        for (const Share* share : some) used.push_back(share->number);
        std::ranges::sort(used);
        if (!alike || std::ranges::adjacent_find(used) != used.end()) continue;
        std::optional<RecoveryKey> key = key_of(some);
        if (!key) continue;
        JoinedShares joined{*std::move(key), std::move(used), {}};
        for (Share& share : shares) {
            if (std::ranges::find(some, &share) != some.end()) continue;
            // Put in the place of one that is known to be right.
            std::vector<Share*> other = some;
            const auto same = std::ranges::find(other, share.number, &Share::number);
            *(same == other.end() ? other.begin() : same) = &share;
            const bool kin = share.splitting == first.splitting && share.need == need &&
                             share.public_key == first.public_key;
            if (!kin || !key_of(other)) joined.wrong.push_back(share.number);
        }
        return joined;
    } while (std::ranges::prev_permutation(chosen).found);
    return Errc::not_authentic;
}

}  // namespace jiuying::node
