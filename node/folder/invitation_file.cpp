#include "node/folder/invitation_file.hpp"

#include "node/base/files.hpp"
#include "schema/time_text.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/trust/roster.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr std::string_view format_name = "jiuying-invitation";
constexpr std::int64_t format_version = 1;
constexpr std::size_t file_bytes_max = 16 * 1024;

[[noreturn]] void damaged() { throw Failure{Error::invitation_damaged}; }

/// Over the document as written, without the checksum itself.
std::string checksum_of(const json::object& document) {
    const std::string text = json::serialize(document);
    return sync::hex_encode(sync::blake2b_128({sync::as_view(text)}));
}

const json::object& part(const json::object& in, std::string_view key) {
    const json::value* value = in.if_contains(key);
    if (value == nullptr || !value->is_object()) damaged();
    return value->get_object();
}

std::string text(const json::object& in, std::string_view key) {
    const json::value* value = in.if_contains(key);
    if (value == nullptr || !value->is_string()) damaged();
    return std::string{value->get_string()};
}

template <std::size_t N>
void hex(const json::object& in, std::string_view key, std::array<std::uint8_t, N>& out) {
    const auto bytes = sync::hex_decode_array<N>(text(in, key));
    if (!bytes) damaged();
    out = *bytes;
}

void secret_hex(const json::object& in, std::string_view key, sync::Secret<32>& out) {
    sync::Hash32 bytes{};
    hex(in, key, bytes);
    out = sync::Secret<32>{bytes};
    sync::wipe(bytes);
}

}  // namespace

json::object to_json(const InvitationFile& invitation) {
    const HubFacts& hub = invitation.hub;
    const Invitation& station = invitation.station;
    json::object document{
        {"format", format_name},
        {"version", format_version},
        {"district", invitation.district},
        {"district_scope", sync::hex_encode(invitation.district_scope.bytes)},
        {"hub", json::object{{"name", hub.name},
                             {"node", sync::hex_encode(hub.node.bytes)},
                             {"static_key", sync::hex_encode(hub.static_key)},
                             {"sign_key", sync::hex_encode(hub.sign_key)},
                             {"box_key", sync::hex_encode(hub.box_key)},
                             {"address", hub.address}}},
        {"station", json::object{{"code", station.station_code},
                                 {"name", station.name},
                                 {"region", station.region},
                                 {"scope", sync::hex_encode(station.scope.bytes)},
                                 {"number_block", std::int64_t{station.number_block}}}},
        {"invitation", sync::hex_encode(station.id)},
        {"secret", sync::hex_encode(station.secret.view())},
        {"expires_at", schema::format_time(station.expires_at_ms)}};
    if (!hub.certificate.empty()) {
        document["hub"].as_object()["certificate"] = sync::hex_encode(hub.certificate);
    }
    std::string checksum = checksum_of(document);
    document["checksum"] = std::move(checksum);
    return document;
}

InvitationFile parse_invitation(const json::value& value) {
    if (!value.is_object()) damaged();
    json::object document = value.get_object();
    if (text(document, "format") != format_name) damaged();
    const json::value* version = document.if_contains("version");
    if (version == nullptr || !version->is_int64()) damaged();
    if (version->get_int64() > format_version) throw Failure{Error::newer_version};
    const std::string checksum = text(document, "checksum");
    document.erase("checksum");
    if (checksum != checksum_of(document)) damaged();

    InvitationFile invitation;
    invitation.district = text(document, "district");
    hex(document, "district_scope", invitation.district_scope.bytes);
    const json::object& hub = part(document, "hub");
    invitation.hub.name = text(hub, "name");
    invitation.hub.address = text(hub, "address");
    hex(hub, "node", invitation.hub.node.bytes);
    hex(hub, "static_key", invitation.hub.static_key);
    hex(hub, "sign_key", invitation.hub.sign_key);
    hex(hub, "box_key", invitation.hub.box_key);
    // Of before there were root keys, or of a district without one, there is none.
    if (hub.contains("certificate")) {
        const auto bytes = sync::hex_decode(text(hub, "certificate"));
        if (!bytes) damaged();
        const auto said = sync::verify_certificate(*bytes, sync::as_view(invitation.district));
        if (!said || said->hub != invitation.hub.sign_key) damaged();
        invitation.hub.certificate = *bytes;
    }
    const json::object& station = part(document, "station");
    invitation.station.station_code = text(station, "code");
    invitation.station.name = text(station, "name");
    invitation.station.region = text(station, "region");
    hex(station, "scope", invitation.station.scope.bytes);
    hex(document, "invitation", invitation.station.id);
    secret_hex(document, "secret", invitation.station.secret);
    // Invitations of before there were blocks have none.
    if (const json::value* block = station.if_contains("number_block")) {
        const bool sound =
            block->is_int64() && block->get_int64() >= 0 && block->get_int64() < number_blocks_max;
        if (!sound) damaged();
        invitation.station.number_block = static_cast<std::uint32_t>(block->get_int64());
    }
    const auto expires = schema::parse_time(text(document, "expires_at"));
    const bool whole = expires && is_station_code(invitation.station.station_code) &&
                       node_id(invitation.hub.sign_key) == invitation.hub.node;
    if (!whole) damaged();
    invitation.station.expires_at_ms = *expires;
    return invitation;
}

json::value read_invitation(const std::filesystem::path& path) {
    sync::Bytes bytes;
    try {
        bytes = read_file(path, file_bytes_max);
    } catch (const std::filesystem::filesystem_error& error) {
        if (error.code() == std::errc::file_too_large) damaged();
        const bool denied = error.code() == std::errc::permission_denied;
        throw Failure{denied ? Error::no_permission : Error::missing_file, Detail::path,
                      path.string()};
    }
    json::error_code error;
    json::value document = json::parse(sync::as_text(bytes), error);
    if (error) throw Failure{Error::invitation_damaged, Detail::path, path.string()};
    return document;
}

Profile profile_of(const InvitationFile& invitation) {
    Profile profile;
    profile.role = Profile::Role::station;
    profile.district = invitation.district;
    profile.station_code = invitation.station.station_code;
    profile.name = invitation.station.name;
    profile.region = invitation.station.region;
    profile.scope = invitation.station.scope;
    profile.district_scope = invitation.district_scope;
    profile.hub = invitation.hub;
    profile.invitation = invitation.station.id;
    profile.invitation_secret = invitation.station.secret.clone();
    profile.number_block = invitation.station.number_block;
    return profile;
}

bool is_station_code(std::string_view code) {
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return code.size() >= 2 && code.size() <= 12 && std::ranges::all_of(code, allowed);
}

bool is_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (!bracketed && host.find(':') != std::string_view::npos) return false;
    const auto printable = [](char c) { return c > ' ' && c != 0x7F && c != '/' && c != '@'; };
    if (host.size() > 255 || !std::ranges::all_of(host, printable)) return false;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && !port.empty() &&
           number >= 1 && number <= 65535;
}

}  // namespace jiuying::node
