#include "node/keys/root_key.hpp"

#include <boost/json.hpp>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr SeedFileKind root_kind{"jiuying-root-key", "jiuying root key 1"};
constexpr std::string_view request_format = "jiuying-hub-request";
constexpr std::string_view certificate_format = "jiuying-hub-certificate";
constexpr std::size_t district_max = 32;

}  // namespace

Result<RootFile> make_root_key(const Passphrase& passphrase, Environment& environment,
                               Argon2Cost cost) {
    sync::Secret<32> seed;
    environment.random(seed.bytes());
    RootFile file;
    file.public_key = sync::SigningKey{seed}.verify_key();
    auto text =
        write_seed_file(root_kind, file.public_key.bytes(), seed, passphrase, environment, cost);
    if (!text) return text.error();
    file.text = *std::move(text);
    return file;
}

Result<sync::SigningKey> open_root_key(std::string_view text, const Passphrase& passphrase) {
    const auto opened = open_seed_file(root_kind, text, passphrase);
    if (!opened) return opened.error();
    sync::SigningKey key{opened->seed};
    if (key.verify_key().bytes() != opened->public_key) return Errc::malformed;
    return key;
}

std::string fingerprint(const sync::VerifyKey& root) {
    return spoken_fingerprint("jiuying root fingerprint 1", root.view());
}

std::string write_hub_request(const HubRequest& request) {
    return with_checksum({{"format", request_format},
                          {"version", 1},
                          {"district", request.district},
                          {"hub", sync::hex_encode(request.hub)},
                          {"generation", request.generation}});
}

Result<HubRequest> read_hub_request(std::string_view text) {
    const auto document = read_checked(text, request_format);
    if (!document) return document.error();
    const json::value* district = document->if_contains("district");
    const json::value* generation = document->if_contains("generation");
    HubRequest request;
    const bool whole = district != nullptr && district->is_string() &&
                       district->get_string().size() <= district_max && generation != nullptr &&
                       generation->is_int64() && generation->get_int64() > 0 &&
                       read_hex(request.hub, *document, "hub");
    if (!whole) return Errc::malformed;
    request.district = std::string{district->get_string()};
    request.generation = static_cast<std::uint64_t>(generation->get_int64());
    return request;
}

std::string write_certificate_file(sync::View certificate) {
    return with_checksum({{"format", certificate_format},
                          {"version", 1},
                          {"certificate", sync::hex_encode(certificate)}});
}

Result<sync::Bytes> read_certificate_file(std::string_view text) {
    const auto document = read_checked(text, certificate_format);
    if (!document) return document.error();
    return hex_at(*document, "certificate");
}

}  // namespace jiuying::node
