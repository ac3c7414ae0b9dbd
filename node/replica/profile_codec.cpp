#include "node/replica/profile_codec.hpp"

#include "sync/merge/byte_text.hpp"

namespace jiuying::node {
namespace {

constexpr std::size_t encoded_size_usual = 1024;

/// One list of fields for both directions.
template <class Text, class Fixed, class Secret, class Profile_>
void each_part(Profile_& profile, Text text, Fixed fixed, Secret secret) {
    text(profile.district);
    text(profile.station_code);
    text(profile.name);
    text(profile.region);
    fixed(profile.scope.bytes);
    fixed(profile.district_scope.bytes);
    text(profile.default_actor);
    fixed(profile.hub.node.bytes);
    fixed(profile.hub.static_key);
    fixed(profile.hub.sign_key);
    fixed(profile.hub.box_key);
    text(profile.hub.name);
    text(profile.hub.address);
    fixed(profile.invitation);
    secret(profile.invitation_secret);
}

}  // namespace

std::vector<std::uint8_t> encode_profile(const Profile& profile) {
    std::string out;
    out.reserve(encoded_size_usual);  // What grows leaves copies behind.
    out.push_back(static_cast<char>(profile.role));
    each_part(
        profile, [&](const std::string& text) { sync::put_text(out, text); },
        [&](const auto& bytes) { out.append(bytes.begin(), bytes.end()); },
        [&](const sync::Secret<32>& secret) { out.append(sync::as_text(secret.view())); });
    sync::put_number(out, profile.number_block);
    std::vector<std::uint8_t> encoded{out.begin(), out.end()};
    sync::wipe({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    return encoded;
}

std::optional<Profile> decode_profile(std::span<const std::uint8_t> bytes) {
    sync::ByteText in{sync::as_text(bytes)};
    Profile profile;
    profile.role = static_cast<Profile::Role>(in.byte());
    each_part(
        profile, [&](std::string& text) { text = in.text(); },
        [&](auto& fixed) { in.fixed(fixed); },
        [&](sync::Secret<32>& secret) {
            sync::Hash32 plain{};
            in.fixed(plain);
            secret = sync::Secret<32>{plain};
            sync::wipe(plain);
        });
    // Profiles of before there were blocks end here.
    const std::uint64_t block = in.at_end() ? 0 : in.number();
    if (block >= number_blocks_max) return std::nullopt;
    profile.number_block = static_cast<std::uint32_t>(block);
    const bool known = profile.role == Profile::Role::station || profile.role == Profile::Role::hub;
    if (!in.good() || !in.at_end() || !known) return std::nullopt;
    return profile;
}

}  // namespace jiuying::node
