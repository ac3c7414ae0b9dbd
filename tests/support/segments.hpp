/// Sealing and opening with fixed keys, and forging: segments that a hostile author with good keys
/// could send.
#pragma once

#include "sync/segment/segment.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace jiuying::test {

/// One author's keys, the same for ever. Different bytes give different keys.
class Sealer {
public:
    explicit Sealer(std::uint8_t byte = 1);

    [[nodiscard]] sync::SealKeys keys() const;
    [[nodiscard]] const sync::VerifyKey& verify_key() const { return signing_.verify_key(); }
    [[nodiscard]] const sync::Key32& content_key() const { return content_key_; }

    /// Seals all, in as many segments as it takes or in pieces of \p piece transactions.
    [[nodiscard]] std::vector<sync::Sealed> seal(
        const sync::LogId& log, const sync::Authors& authors,
        std::span<const sync::Transaction> transactions, std::size_t piece = ~std::size_t{0},
        const std::optional<sync::Predecessor>& predecessor = {}) const;

    [[nodiscard]] Result<sync::OpenedSegment> open(sync::View bytes, sync::Authors& authors) const;

    /// Changes header and body of a sealed segment, then encrypts and signs it anew.
    using Edit = std::function<void(sync::SegmentHeader& header, sync::Bytes& plain)>;
    [[nodiscard]] sync::Bytes forge(sync::View bytes, const Edit& edit) const;

    static constexpr std::string_view district = "340207";

private:
    sync::Key32 content_key_;
    sync::SigningKey signing_;
    sync::Key32 epoch_salt_;
};

}  // namespace jiuying::test
