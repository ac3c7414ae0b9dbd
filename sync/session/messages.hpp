/// What travels inside the encrypted line of a session, and its bytes.
///
///   item       u8 kind, varint size, body
///   message    one or more items; the line joins small ones, since each message costs 19 bytes
///
/// docs/reference/protocol.md specifies the bodies. Every value has one spelling: what was read
/// and is written again gives the same bytes. The peer is known, not trusted. Pure.
#pragma once

#include "sync/session/exchange.hpp"

#include <variant>

namespace jiuying::sync {

/// The version that this program speaks. A HELLO says which ones its speaker does.
inline constexpr std::uint16_t protocol_version = 1;

inline constexpr std::size_t chunk_bytes_max = std::size_t{16} << 10;
inline constexpr std::size_t receipt_item_bytes_max = 1024;
inline constexpr std::size_t message_wrap_max = 1024;
inline constexpr std::size_t node_name_bytes_max = 64;
/// Of one OPEN, of the parts or records that a range is told by, and of one FOUND.
inline constexpr std::size_t ranges_max = 16;
inline constexpr std::size_t range_parts_max = 16;
inline constexpr std::size_t found_max = 64;
inline constexpr std::size_t program_version_bytes_max = 32;
/// Of the sizes that StationFacts tells: as bytes they fit 63 bits.
inline constexpr std::uint64_t disk_mib_max = std::uint64_t{1} << 42U;
/// The largest HELLO with its header: padded to one of five sizes, so that what it says doesn't
/// show in its length.
inline constexpr std::size_t hello_bytes_max = 451;

namespace message {

/// Views in here live as long as the message that was read.
struct KeyWrap {
    Lane lane{};
    View wrap;
};

/// The segment that the following chunks belong to. Given before the last byte of the former one,
/// it abandons that.
struct SegmentStart {
    Lane lane{};
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint32_t size = 0;               ///< Of the whole segment.
    std::array<std::uint8_t, 16> hash{};  ///< BLAKE2b-128 of the whole segment.
    std::uint32_t offset = 0;             ///< Where the first chunk belongs: a resumption.
};
struct Chunk {
    View bytes;
};
/// All was said: it's the other's turn.
struct Flush {};
struct Receipt {
    View receipt;
};
/// So many bytes of segments more may be sent.
struct Credit {
    std::uint32_t bytes = 0;
};
/// The station's last word: where it stands now in the lanes that moved since its HELLO.
struct Done {
    std::array<std::optional<LaneHead>, lane_count> heads;
};
/// The last word of either side when it is not Done.
struct Goodbye {
    CloseReason reason{};
};

/// The station asks what the hub has in these ranges, which grow and don't overlap.
struct Open {
    std::vector<IdRange> ranges;
};
/// The answer, in the order of the ranges.
struct Ranges {
    std::vector<OpenedRange> ranges;
};
/// Which records differ.
struct Found {
    std::vector<FoundRecord> found;
};

using Any = std::variant<Hello, KeyWrap, SegmentStart, Chunk, Flush, Receipt, Credit, Done, Goodbye,
                         Open, Ranges, Found, StationFacts>;

/// Appends one item.
void write(Bytes& out, const Any& item);

/// Reads the items of one message, which outlives it.
class Reader {
public:
    explicit Reader(View bytes) : rest_(bytes) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    /// The next item; there is one (asserted). Fails with Errc::unsupported for a HELLO without
    /// a version in common, and else as WireReader does; what follows is lost then.
    [[nodiscard]] Result<Any> next();

private:
    View rest_;
};

}  // namespace message
}  // namespace jiuying::sync
