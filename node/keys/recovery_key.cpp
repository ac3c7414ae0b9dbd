#include "node/keys/recovery_key.hpp"

#include "sync/crypto/aead.hpp"
#include "sync/crypto/hash.hpp"

#include <boost/json.hpp>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr std::string_view private_format = "jiuying-recovery-key";
constexpr std::string_view public_format = "jiuying-recovery-public-key";
constexpr std::string_view wrap_context = "jiuying recovery key 1";
constexpr std::string_view fingerprint_context = "jiuying recovery fingerprint 1";
constexpr std::string_view checksum_label = "checksum ";
constexpr std::int64_t format_version = 1;

std::string with_checksum(const json::object& document) {
    const std::string line = json::serialize(document) + "\n";
    const auto checksum = sync::blake2b_128({sync::as_view(line)});
    return line + std::string{checksum_label} + sync::hex_encode(checksum) + "\n";
}

/// The document of a whole file of \p format.
Result<json::object> parse(std::string_view text, std::string_view format) {
    if (text.size() > recovery_file_bytes_max) return Errc::malformed;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return Errc::malformed;
    json::error_code failed;
    json::value value = json::parse(text.substr(0, end), failed);
    if (failed || !value.is_object()) return Errc::malformed;
    json::object& document = value.get_object();
    const json::value* is = document.if_contains("format");
    const json::value* version = document.if_contains("version");
    if (is == nullptr || !is->is_string() || is->get_string() != format) return Errc::malformed;
    const auto checksum = sync::blake2b_128({sync::as_view(text.substr(0, end + 1))});
    const std::string last = std::string{checksum_label} + sync::hex_encode(checksum);
    std::string_view rest = text.substr(end + 1);
    while (rest.ends_with('\n') || rest.ends_with('\r')) rest.remove_suffix(1);
    if (rest != last) return Errc::malformed;
    if (version == nullptr || !version->is_int64()) return Errc::malformed;
    if (version->get_int64() > format_version) return Errc::unsupported;
    if (version->get_int64() != format_version) return Errc::malformed;
    return std::move(document);
}

Result<sync::Bytes> bytes_at(const json::object& document, std::string_view name) {
    const json::value* value = document.if_contains(name);
    if (value == nullptr || !value->is_string()) return Errc::malformed;
    return sync::hex_decode(std::string_view{value->get_string()});
}

template <std::size_t N>
bool read_into(sync::Array<N>& array, const json::object& document, std::string_view name) {
    const auto bytes = bytes_at(document, name);
    if (!bytes || bytes->size() != N) return false;
    std::ranges::copy(*bytes, array.begin());
    return true;
}

bool read_into(std::uint32_t& number, const json::object& document, std::string_view name) {
    const json::value* value = document.if_contains(name);
    const bool fits = value != nullptr && value->is_int64() && value->get_int64() >= 0 &&
                      value->get_int64() <= 0x7FFFFFFF;
    if (fits) number = static_cast<std::uint32_t>(value->get_int64());
    return fits;
}

sync::Hash32 wrap_header(const sync::BoxKey& key, const sync::Array<16>& salt, Argon2Cost cost) {
    sync::Hasher header;
    header.add(wrap_context).add(key.view()).add(salt);
    return header.add_u64(cost.memory_kib).add_u64(cost.passes).finish_as<32>();
}

}  // namespace

Result<RecoveryFiles> make_recovery_key(const Passphrase& passphrase, Environment& environment,
                                        Argon2Cost cost) {
    if (!passphrase.may_be_chosen()) return Errc::out_of_bounds;
    sync::Secret<32> seed;
    environment.random(seed.bytes());
    const auto pair = sync::BoxKeyPair::from_seed(seed);
    const auto salt = environment.random_bytes<16>();
    const auto nonce = environment.random_bytes<24>();
    const auto key = stretched(passphrase, salt, cost);
    if (!key) return key.error();
    const auto wrapped =
        sync::aead_seal(*key, nonce, wrap_header(pair.public_key(), salt, cost), seed.view());
    RecoveryFiles files;
    files.public_key = pair.public_key();
    const std::string public_key = sync::hex_encode(files.public_key.view());
    files.private_file = with_checksum({{"format", private_format},
                                        {"version", format_version},
                                        {"public_key", public_key},
                                        {"argon2id_memory_kib", cost.memory_kib},
                                        {"argon2id_passes", cost.passes},
                                        {"salt", sync::hex_encode(salt)},
                                        {"nonce", sync::hex_encode(nonce)},
                                        {"wrapped", sync::hex_encode(wrapped)}});
    files.public_file = with_checksum(
        {{"format", public_format}, {"version", format_version}, {"public_key", public_key}});
    return files;
}

Result<sync::BoxKey> read_recovery_public_key(std::string_view text) {
    const auto document = parse(text, public_format);
    if (!document) return document.error();
    sync::Array<32> key{};
    if (!read_into(key, *document, "public_key")) return Errc::malformed;
    return sync::BoxKey{key};
}

Result<RecoveryKey> open_recovery_key(std::string_view text, const Passphrase& passphrase) {
    const auto document = parse(text, private_format);
    if (!document) return document.error();
    sync::Array<32> public_key{};
    sync::Array<16> salt{};
    sync::Array<24> nonce{};
    Argon2Cost cost;
    const auto wrapped = bytes_at(*document, "wrapped");
    const bool whole = read_into(public_key, *document, "public_key") &&
                       read_into(salt, *document, "salt") && read_into(nonce, *document, "nonce") &&
                       read_into(cost.memory_kib, *document, "argon2id_memory_kib") &&
                       read_into(cost.passes, *document, "argon2id_passes") && wrapped;
    if (!whole || !cost.allowed()) return Errc::malformed;
    const auto key = stretched(passphrase, salt, cost);
    if (!key) return key.error();
    auto opened =
        sync::aead_open(*key, nonce, wrap_header(sync::BoxKey{public_key}, salt, cost), *wrapped);
    if (!opened) return Errc::wrong_key;
    const auto seed = sync::Secret<32>::from(*opened);
    sync::wipe(*opened);
    if (!seed) return Errc::malformed;
    auto pair = sync::BoxKeyPair::from_seed(*seed);
    if (pair.public_key().bytes() != public_key) return Errc::malformed;
    return RecoveryKey{std::move(pair)};
}

std::string fingerprint(const sync::BoxKey& key) {
    const auto hash = sync::Hasher{16}.add(fingerprint_context).add(key.view()).finish_as<16>();
    const std::string digits = sync::hex_encode(hash);
    std::string groups;
    for (std::size_t at = 0; at < digits.size(); at += 4) {
        if (at != 0) groups += ' ';
        groups += digits.substr(at, 4);
    }
    return groups;
}

}  // namespace jiuying::node
