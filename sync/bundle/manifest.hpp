/// What the sender of a bundle says under his signature: where he stands, and what is in the file.
///
/// Bytes: docs/reference/bundle-format.md, section 3. Pure.
#pragma once

#include "sync/bundle/header.hpp"
#include "sync/session/exchange.hpp"

#include <vector>

namespace jiuying::sync {

inline constexpr std::size_t bundle_segment_max = std::size_t{2} << 20U;
inline constexpr std::size_t bundle_logs_max = 256;
inline constexpr std::size_t bundle_wraps_max = 1024;
inline constexpr std::size_t bundle_wrap_max = 256;     ///< As segment/key_wrap.hpp has it.
inline constexpr std::size_t bundle_receipt_max = 256;  ///< As segment/receipt.hpp has it.

/// A content key, as message::KeyWrap has it.
struct BundleWrap {
    Lane lane{};
    Bytes wrap;
};

/// A segment in the file. The items stand in this order, without anything between.
struct BundleItem {
    Lane lane{};
    std::uint32_t log = 0;  ///< Index into BundleManifest::logs.
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint32_t size = 0;  ///< Of the segment.
    Hash16 hash{};           ///< BLAKE2b-128 of the segment.
};

struct BundleManifest {
    BundleId previous{};  ///< The sender's last one to this recipient; zeros: none.
    /// Where the sender stood; `have` of the logs that he writes is how far they went, whatever of
    /// them is in the file. With `enrol` at first contact.
    Hello hello;
    Bytes receipt;  ///< The hub's latest for the recipient's log; may be empty.
    std::vector<LogId> logs;
    std::vector<BundleWrap> wraps;
    std::vector<BundleItem> items;

    /// Of the items as they stand in the file.
    [[nodiscard]] std::uint64_t items_size() const;
};

/// Counts and sizes must be in their bounds, items must name logs (asserted).
[[nodiscard]] Bytes write_bundle_manifest(const BundleManifest& manifest);
/// Every size is checked before memory is taken.
[[nodiscard]] Result<BundleManifest> read_bundle_manifest(View bytes);

/// How many bytes an item has in a manifest at most.
inline constexpr std::size_t bundle_item_entry_max = 1 + 2 + 10 + 10 + 4 + 16;

}  // namespace jiuying::sync
