#include "node/replica/profile_codec.hpp"

#include "sync/merge/byte_text.hpp"

namespace jiuying::node {
namespace {

/// One list of fields for both directions.
template <class Text, class Fixed, class Profile_>
void each_part(Profile_& profile, Text text, Fixed fixed) {
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
    text(profile.hub.name);
    text(profile.hub.address);
    fixed(profile.invitation);
    fixed(profile.invitation_secret);
}

}  // namespace

std::vector<std::uint8_t> encode_profile(const Profile& profile) {
    std::string out;
    out.push_back(static_cast<char>(profile.role));
    each_part(
        profile, [&](const std::string& text) { sync::put_text(out, text); },
        [&](const auto& bytes) { out.append(bytes.begin(), bytes.end()); });
    sync::put_number(out, profile.number_block);
    return {out.begin(), out.end()};
}

std::optional<Profile> decode_profile(std::span<const std::uint8_t> bytes) {
    sync::ByteText in{sync::as_text(bytes)};
    Profile profile;
    profile.role = static_cast<Profile::Role>(in.byte());
    each_part(
        profile, [&](std::string& text) { text = in.text(); },
        [&](auto& fixed) { in.fixed(fixed); });
    // Profiles of before there were blocks end here.
    const std::uint64_t block = in.at_end() ? 0 : in.number();
    if (block >= number_blocks_max) return std::nullopt;
    profile.number_block = static_cast<std::uint32_t>(block);
    const bool known = profile.role == Profile::Role::station || profile.role == Profile::Role::hub;
    if (!in.good() || !in.at_end() || !known) return std::nullopt;
    return profile;
}

}  // namespace jiuying::node
