/// The alphabet of all our formats: varints, counted bytes, and a reader that trusts nothing.
///
/// Numbers are LEB128 (seven bits a byte, least significant first, high bit set on all but the
/// last); signed ones are zigzagged first. Every value has exactly one spelling: an overlong
/// number is refused, so that decoding and encoding again gives the same bytes, which the hash
/// chain depends on.
///
/// The reader checks a size against the bytes left and against a falling budget before anything
/// is allocated. What it refuses it throws as one private type, caught in one place: `decoding`.
/// Not thread-safe; no state outside the objects.
#pragma once

#include "schema/result.hpp"
#include "sync/crypto/bytes.hpp"

#include <concepts>
#include <cstring>
#include <limits>
#include <type_traits>

namespace jiuying::sync {

/// The longest LEB128 form of 64 bits.
inline constexpr std::size_t varint_bytes_max = 10;

[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t number) {
    return (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63U);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t code) {
    return static_cast<std::int64_t>((code >> 1U) ^ (~(code & 1U) + 1U));
}

/// Writes at most varint_bytes_max bytes at \p out and returns the end.
inline std::uint8_t* write_varint(std::uint8_t* out, std::uint64_t number) {
    while (number >= 0x80U) {
        *out++ = static_cast<std::uint8_t>(number | 0x80U);
        number >>= 7U;
    }
    *out++ = static_cast<std::uint8_t>(number);
    return out;
}

/// How many bytes write_varint writes.
[[nodiscard]] constexpr std::size_t varint_size(std::uint64_t number) {
    std::size_t size = 1;
    for (; number >= 0x80U; number >>= 7U) ++size;
    return size;
}

/// Appends to a run of bytes that someone else owns.
class WireWriter {
public:
    explicit WireWriter(Bytes& out) : out_(out) {}

    void byte(std::uint8_t value) { out_.push_back(value); }
    void raw(View bytes) { append(out_, bytes); }
    void varint(std::uint64_t number) {
        if (number < 0x80U) return byte(static_cast<std::uint8_t>(number));
        std::uint8_t buffer[varint_bytes_max];
        raw({buffer, write_varint(buffer, number)});
    }
    void signed_varint(std::int64_t number) { varint(zigzag(number)); }
    /// A size, then the bytes.
    void counted(View bytes) {
        varint(bytes.size());
        raw(bytes);
    }
    /// Eight bytes, least significant first: for numbers that are random anyway.
    void fixed64(std::uint64_t number) {
        std::uint8_t buffer[8];
        for (std::uint8_t& part : buffer) {
            part = static_cast<std::uint8_t>(number);
            number >>= 8U;
        }
        raw(buffer);
    }

    [[nodiscard]] Bytes& bytes() { return out_; }

private:
    Bytes& out_;
};

namespace detail {

/// Thrown by WireReader, caught by `decoding` and nowhere else.
struct Fault {
    Errc code;
};

[[noreturn]] inline void refuse(Errc code) { throw Fault{code}; }

}  // namespace detail

/// Reads from a run of bytes that outlives it. Every function throws detail::Fault on bad input
/// and so belongs inside `decoding`.
class WireReader {
public:
    /// \p budget: bytes of memory that may be allocated for what is read.
    WireReader(View bytes, std::size_t budget)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()), budget_(budget) {}

    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
    /// What has not been read yet.
    [[nodiscard]] View rest() const { return {at_, left()}; }

    /// Accounts for memory about to be allocated.
    void charge(std::size_t bytes) {
        if (bytes > budget_) detail::refuse(Errc::too_large);
        budget_ -= bytes;
    }

    [[nodiscard]] std::uint8_t byte() {
        if (at_ == end_) detail::refuse(Errc::truncated);
        return *at_++;
    }
    [[nodiscard]] bool boolean() {
        const std::uint8_t value = byte();
        if (value > 1) detail::refuse(Errc::malformed);
        return value == 1;
    }
    /// A view of the next \p size bytes, not copied.
    [[nodiscard]] View raw(std::size_t size) {
        if (size > left()) detail::refuse(Errc::truncated);
        const View bytes{at_, size};
        at_ += size;
        return bytes;
    }
    template <std::size_t N>
    [[nodiscard]] Array<N> fixed() {
        Array<N> value;
        std::memcpy(value.data(), raw(N).data(), N);
        return value;
    }
    [[nodiscard]] std::uint64_t fixed64() {
        const View bytes = raw(8);
        std::uint64_t number = 0;
        for (std::size_t i = 8; i-- > 0;) number = (number << 8U) | bytes[i];
        return number;
    }
    [[nodiscard]] std::uint64_t varint() {
        if (at_ != end_ && *at_ < 0x80U) return *at_++;
        return long_varint();
    }
    /// A number of at most \p max; Errc::too_large above.
    [[nodiscard]] std::uint64_t varint_up_to(std::uint64_t max) {
        const std::uint64_t number = varint();
        if (number > max) detail::refuse(Errc::too_large);
        return number;
    }
    template <std::unsigned_integral T>
    [[nodiscard]] T varint_as() {
        return static_cast<T>(varint_up_to(std::numeric_limits<T>::max()));
    }
    [[nodiscard]] std::int64_t signed_varint() { return unzigzag(varint()); }
    /// How many things of at least \p least bytes each follow. Checked against the bytes left.
    [[nodiscard]] std::size_t count(std::size_t least = 1,
                                    std::size_t max = std::numeric_limits<std::size_t>::max()) {
        const std::uint64_t number = varint();
        if (number > max) detail::refuse(Errc::too_large);
        if (number > left() / least) detail::refuse(Errc::truncated);
        return static_cast<std::size_t>(number);
    }
    /// A size, then that many bytes; not copied.
    [[nodiscard]] View counted(std::size_t max = std::numeric_limits<std::size_t>::max()) {
        return raw(count(1, max));
    }
    /// Fills \p numbers with varints in a tight loop.
    void varints(std::span<std::uint64_t> numbers) {
        for (std::uint64_t& number : numbers) number = varint();
    }
    /// Errc::malformed if anything is left.
    void finish() const {
        if (at_ != end_) detail::refuse(Errc::malformed);
    }

private:
    [[nodiscard]] std::uint64_t long_varint() {
        std::uint64_t number = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at_ == end_) detail::refuse(Errc::truncated);
            const std::uint8_t part = *at_++;
            if (shift == 63 && part > 1) detail::refuse(Errc::malformed);  // More than 64 bits.
            number |= std::uint64_t{part & 0x7FU} << shift;
            if (part < 0x80U) {
                if (part == 0 && shift != 0) detail::refuse(Errc::malformed);  // Overlong.
                return number;
            }
        }
    }

    const std::uint8_t* at_;
    const std::uint8_t* end_;
    std::size_t budget_;
};

/// Memory that decoding \p input_bytes may take when the caller has no tighter idea.
[[nodiscard]] constexpr std::size_t default_budget(std::size_t input_bytes) {
    return 8 * input_bytes + (1U << 12U);
}

/// The one place where refused input becomes a Result. \p read gets a WireReader over \p bytes and
/// returns the value; bytes that it leaves unread make the whole malformed.
template <class Read>
[[nodiscard]] auto decoding(View bytes, std::size_t budget, Read&& read)
    -> Result<std::invoke_result_t<Read, WireReader&>> {
    try {
        WireReader reader{bytes, budget};
        auto value = read(reader);
        reader.finish();
        return value;
    } catch (const detail::Fault& fault) {
        return fault.code;
    }
}

}  // namespace jiuying::sync
