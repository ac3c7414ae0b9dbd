/// Record ids in segments: of a UUIDv7 only the 74 random bits, as the time is nearly always that
/// of the transaction and the rest is fixed. Random bits don't compress, so they are packed.
///
/// Stored: for each id 9 bytes (v7) or 16 (any other); then the last two random bits of each v7,
/// four ids to a byte, the first in the lowest bits. Source: RFC 9562, section 5.7.
#pragma once

#include "sync/archive/wire.hpp"
#include "sync/types.hpp"

namespace jiuying::sync {

inline constexpr std::uint64_t uuid_v7 = 0, uuid_other = 1;

[[nodiscard]] inline bool is_uuid_v7(const RecordId& id) {
    return (id.bytes[6] & 0xF0U) == 0x70U && (id.bytes[8] & 0xC0U) == 0x80U;
}

/// Milliseconds since 1970, 48 bits.
[[nodiscard]] inline std::uint64_t uuid_time(const RecordId& id) {
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < 6; ++i) time = (time << 8U) | id.bytes[i];
    return time;
}

class UuidBitsWriter {
public:
    void add(const RecordId& id) {
        if (!is_uuid_v7(id)) return append(whole_, id.bytes);
        whole_.push_back(id.bytes[7]);
        whole_.push_back(
            static_cast<std::uint8_t>((id.bytes[6] & 3U) << 6U | (id.bytes[8] & 0x3FU)));
        append(whole_, View{id.bytes}.subspan(9));
        const unsigned shift = v7_count_++ % 4 * 2;
        if (shift == 0) pairs_.push_back(0);
        pairs_.back() =
            static_cast<std::uint8_t>(pairs_.back() | (((id.bytes[6] >> 2U) & 3U) << shift));
    }
    [[nodiscard]] Bytes bytes() const {
        Bytes all = whole_;
        append(all, pairs_);
        return all;
    }

private:
    Bytes whole_;
    Bytes pairs_;
    unsigned v7_count_ = 0;
};

/// Reads ids in the same order. Throws detail::Fault when the bytes are too few.
class UuidBitsReader {
public:
    UuidBitsReader() = default;
    UuidBitsReader(WireReader& in, std::size_t v7_count, std::size_t other_count)
        : whole_(in.raw(9 * v7_count + 16 * other_count)), pairs_(in.raw((v7_count + 3) / 4)) {
        const unsigned used = v7_count % 4 * 2;
        if (used != 0 && pairs_.back() >> used != 0) detail::refuse(Errc::malformed);
    }
    [[nodiscard]] RecordId next_v7(std::uint64_t time) {
        RecordId id;
        for (std::size_t i = 6; i-- > 0; time >>= 8U) {
            id.bytes[i] = static_cast<std::uint8_t>(time);
        }
        const unsigned pair = (pairs_[v7_count_ / 4] >> (v7_count_ % 4 * 2)) & 3U;
        ++v7_count_;
        id.bytes[6] = static_cast<std::uint8_t>(0x70U | (pair << 2U) | (whole_[1] >> 6U));
        id.bytes[7] = whole_[0];
        id.bytes[8] = static_cast<std::uint8_t>(0x80U | (whole_[1] & 0x3FU));
        std::ranges::copy(whole_.subspan(2, 7), id.bytes.begin() + 9);
        whole_ = whole_.subspan(9);
        return id;
    }
    [[nodiscard]] RecordId next_other() {
        RecordId id;
        std::ranges::copy(whole_.first(16), id.bytes.begin());
        whole_ = whole_.subspan(16);
        return id;
    }

private:
    View whole_;
    View pairs_;
    std::size_t v7_count_ = 0;
};

}  // namespace jiuying::sync
