/// The file with which a station joins: made by the hub, carried by a person, read once.
///
/// JSON, so that a person can see for which station and until when it is. It holds the one-time
/// secret and so is for its owner only (0600). A checksum tells a damaged file from a good one;
/// that nobody forges one is the secret's and the hub's key's business. Format: docs/reference/
/// invitation.md. Pure but for read and write.
#pragma once

#include "node/cli/errors.hpp"
#include "node/replica/replica.hpp"

#include <boost/json.hpp>

#include <filesystem>

namespace jiuying::node {

struct InvitationFile {
    std::string district;
    schema::ScopeId district_scope;
    HubFacts hub;
    Invitation station;
};

[[nodiscard]] boost::json::object to_json(const InvitationFile& invitation);

/// Failure invitation_damaged for anything that to_json() did not write, newer_version for a later
/// format.
[[nodiscard]] InvitationFile parse_invitation(const boost::json::value& document);

/// The document in a file. Failure missing_file, no_permission, invitation_damaged.
[[nodiscard]] boost::json::value read_invitation(const std::filesystem::path& path);

/// What the invited node is. Not yet enrolled.
[[nodiscard]] Profile profile_of(const InvitationFile& invitation);

/// Capitals and digits, 2 to 12 of them.
[[nodiscard]] bool is_station_code(std::string_view code);
/// The code of the hub's own desk, which no station may have.
inline constexpr std::string_view hub_desk_code = "QZX";

/// `HOST:PORT`, with [..] around an IPv6 address; the port from 1 to 65535.
[[nodiscard]] bool is_address(std::string_view text);

}  // namespace jiuying::node
