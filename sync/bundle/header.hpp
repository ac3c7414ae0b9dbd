/// The clear part of a bundle: the file in which segments travel by stick.
///
///     head       header (96 bytes), message of Noise X with the bundle key inside (128 bytes)
///     manifest   sealed with the bundle key
///     items      segments, each sealed with a key of its own
///     manifest   the same bytes again
///     head       the same bytes again
///
/// What lies at either end lies twice, so that neither a file cut short nor a bad spot costs more
/// than the items in that very place. A carrier reads the header and no more. Bytes:
/// docs/reference/bundle-format.md. Pure.
#pragma once

#include "sync/crypto/hash.hpp"
#include "sync/types.hpp"

namespace jiuying::sync {

inline constexpr std::string_view bundle_magic = "JYBUNDLE";
inline constexpr std::uint8_t bundle_format = 1;
inline constexpr std::size_t bundle_header_size = 96;
inline constexpr std::size_t bundle_handshake_size = 128;
inline constexpr std::size_t bundle_head_size = bundle_header_size + bundle_handshake_size;
/// Of a manifest as it stands in the file. More segments than it can name go into further parts.
inline constexpr std::size_t bundle_manifest_max = std::size_t{1} << 20U;
/// What a sealed item has more than its segment.
inline constexpr std::size_t bundle_item_overhead = 16;
inline constexpr std::uint16_t bundle_parts_max = 9999;
/// So much of a disk may one file claim; those of FAT32 end below 4 GiB anyway.
inline constexpr std::uint64_t bundle_items_max = std::uint64_t{1} << 40U;

using BundleId = Hash16;       ///< Random; the parts of one bundle share it.
using DistrictTag = Array<8>;  ///< First half of BLAKE2b-128 of "jy district" and its scope.
[[nodiscard]] DistrictTag district_tag(const ScopeId& district);

struct BundleHeader {
    BundleId id{};
    std::uint16_t part = 1;  ///< From 1 to `parts`.
    std::uint16_t parts = 1;
    NodeId recipient;
    NodeId sender;
    DistrictTag district{};
    std::uint32_t manifest_size = 0;  ///< Sealed.
    std::uint64_t items_size = 0;     ///< Of all items, sealed.

    /// Of the file.
    [[nodiscard]] std::uint64_t file_size() const {
        return 2 * (bundle_head_size + std::uint64_t{manifest_size}) + items_size;
    }
    bool operator==(const BundleHeader&) const = default;
};

using BundleHeaderBytes = Array<bundle_header_size>;

/// Part, parts and sizes must be in their bounds (asserted).
[[nodiscard]] BundleHeaderBytes write_bundle_header(const BundleHeader& header);

/// Reads a header from the front of \p bytes; what follows is not looked at. Errc::malformed for
/// what is no bundle, not_authentic for a bundle whose header is damaged (its check sum differs:
/// this is no protection against people), unsupported for another format or suite, truncated,
/// too_large.
[[nodiscard]] Result<BundleHeader> parse_bundle_header(View bytes);

}  // namespace jiuying::sync
