/// A node's profile as bytes in its database.
#pragma once

#include "node/replica/replica.hpp"

namespace jiuying::node {

[[nodiscard]] std::vector<std::uint8_t> encode_profile(const Profile& profile);
[[nodiscard]] std::optional<Profile> decode_profile(std::span<const std::uint8_t> bytes);

}  // namespace jiuying::node
