#include "node/keys/seed_file.hpp"

#include "sync/crypto/aead.hpp"
#include "sync/crypto/hash.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr std::string_view checksum_label = "checksum ";
constexpr std::int64_t format_version = 1;

bool read_into(std::uint32_t& number, const json::object& document, std::string_view name) {
    const json::value* value = document.if_contains(name);
    const bool fits = value != nullptr && value->is_int64() && value->get_int64() >= 0 &&
                      value->get_int64() <= 0x7FFFFFFF;
    if (fits) number = static_cast<std::uint32_t>(value->get_int64());
    return fits;
}

sync::Hash32 wrap_header(const SeedFileKind& kind, const sync::Array<32>& public_key,
                         const sync::Array<16>& salt, Argon2Cost cost) {
    sync::Hasher header;
    header.add(kind.wrap_context).add(public_key).add(salt);
    return header.add_u64(cost.memory_kib).add_u64(cost.passes).finish_as<32>();
}

}  // namespace

std::string with_checksum(const json::object& document) {
    const std::string line = json::serialize(document) + "\n";
    const auto checksum = sync::blake2b_128({sync::as_view(line)});
    return line + std::string{checksum_label} + sync::hex_encode(checksum) + "\n";
}

Result<json::object> read_checked(std::string_view text, std::string_view format) {
    if (text.size() > seed_file_bytes_max) return Errc::malformed;
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

Result<sync::Bytes> hex_at(const json::object& document, std::string_view name) {
    const json::value* value = document.if_contains(name);
    if (value == nullptr || !value->is_string()) return Errc::malformed;
    return sync::hex_decode(std::string_view{value->get_string()});
}

Result<std::string> write_seed_file(const SeedFileKind& kind, const sync::Array<32>& public_key,
                                    const sync::Secret<32>& seed, const Passphrase& passphrase,
                                    Environment& environment, Argon2Cost cost) {
    if (!passphrase.may_be_chosen()) return Errc::out_of_bounds;
    const auto salt = environment.random_bytes<16>();
    const auto nonce = environment.random_bytes<24>();
    const auto key = stretched(passphrase, salt, cost);
    if (!key) return key.error();
    const auto wrapped =
        sync::aead_seal(*key, nonce, wrap_header(kind, public_key, salt, cost), seed.view());
    return with_checksum({{"format", kind.format},
                          {"version", format_version},
                          {"public_key", sync::hex_encode(public_key)},
                          {"argon2id_memory_kib", cost.memory_kib},
                          {"argon2id_passes", cost.passes},
                          {"salt", sync::hex_encode(salt)},
                          {"nonce", sync::hex_encode(nonce)},
                          {"wrapped", sync::hex_encode(wrapped)}});
}

Result<OpenedSeed> open_seed_file(const SeedFileKind& kind, std::string_view text,
                                  const Passphrase& passphrase) {
    const auto document = read_checked(text, kind.format);
    if (!document) return document.error();
    OpenedSeed opened;
    sync::Array<16> salt{};
    sync::Array<24> nonce{};
    Argon2Cost cost;
    const auto wrapped = hex_at(*document, "wrapped");
    const bool whole = read_hex(opened.public_key, *document, "public_key") &&
                       read_hex(salt, *document, "salt") && read_hex(nonce, *document, "nonce") &&
                       read_into(cost.memory_kib, *document, "argon2id_memory_kib") &&
                       read_into(cost.passes, *document, "argon2id_passes") && wrapped;
    if (!whole || !cost.allowed()) return Errc::malformed;
    const auto key = stretched(passphrase, salt, cost);
    if (!key) return key.error();
    auto plain =
        sync::aead_open(*key, nonce, wrap_header(kind, opened.public_key, salt, cost), *wrapped);
    if (!plain) return Errc::wrong_key;
    auto seed = sync::Secret<32>::from(*plain);
    sync::wipe(*plain);
    if (!seed) return Errc::malformed;
    opened.seed = std::move(*seed);
    return opened;
}

std::string spoken_fingerprint(std::string_view context, sync::View key) {
    const auto hash = sync::Hasher{16}.add(context).add(key).finish_as<16>();
    const std::string digits = sync::hex_encode(hash);
    std::string groups;
    for (std::size_t at = 0; at < digits.size(); at += 4) {
        if (at != 0) groups += ' ';
        groups += digits.substr(at, 4);
    }
    return groups;
}

}  // namespace jiuying::node
