#include "sync/segment/number_column.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <bit>

namespace jiuying::sync {
namespace {

// First number of a column: 0 varints, 1 to 8 that many byte planes, 9 packed bits, from 10 on the
// one number that all of them are, plus 10.
constexpr std::uint64_t layout_varints = 0, planes_max = 8, layout_bits = 9, layout_one = 10;

constexpr std::uint8_t transform_none = 0, transform_delta = 1, transform_reference = 2,
                       transform_least = 3;

std::int64_t minus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// What a column needs in each layout.
struct Sizes {
    std::uint64_t most = 0;
    std::size_t varints = 0;
    unsigned bits = 0;    ///< Of the largest number; at least 1.
    unsigned planes = 0;  ///< Bytes of the largest number.

    explicit Sizes(std::span<const std::uint64_t> numbers) {
        for (const std::uint64_t number : numbers) {
            most = std::max(most, number);
            varints += varint_size(number);
        }
        bits = static_cast<unsigned>(std::bit_width(most | 1U));
        planes = (bits + 7) / 8;
    }
};

[[nodiscard]] constexpr std::size_t packed_size(std::size_t count, std::size_t bits) {
    return (count * bits + 7) / 8;
}

/// Numbers of \p bits each, the first in the lowest bits of the first byte.
void write_bits(Bytes& out, std::span<const std::uint64_t> numbers, unsigned bits) {
    const std::size_t start = out.size();
    out.resize(start + packed_size(numbers.size(), bits));
    std::size_t at = 0;
    for (const std::uint64_t number : numbers) {
        for (unsigned bit = 0; bit < bits; ++bit, ++at) {
            const auto set = static_cast<unsigned>((number >> bit) & 1U) << (at % 8);
            out[start + at / 8] = static_cast<std::uint8_t>(out[start + at / 8] | set);
        }
    }
}

void read_bits(View packed, std::span<std::uint64_t> numbers, unsigned bits) {
    std::size_t at = 0;
    for (std::uint64_t& number : numbers) {
        for (unsigned bit = 0; bit < bits; ++bit, ++at) {
            number |= std::uint64_t{(packed[at / 8] >> (at % 8)) & 1U} << bit;
        }
    }
}

/// Bits that the numbers would take if each had as many as it needs, plus its length.
struct Cost {
    std::uint64_t bits = 0;
    bool constant = true;
    std::uint64_t first = 0;
    std::size_t count = 0;

    void add(std::uint64_t code) {
        if (count++ == 0) first = code;
        constant = constant && code == first;
        bits += static_cast<std::uint64_t>(std::bit_width(code)) + 1;
    }
    [[nodiscard]] std::uint64_t total() const { return constant ? 8 : bits; }
};

std::uint8_t best_transform(std::span<const std::int64_t> numbers,
                            std::span<const std::int64_t> reference, std::int64_t least) {
    Cost none, delta, referred, above;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        none.add(zigzag(numbers[i]));
        if (i > 0) delta.add(zigzag(minus(numbers[i], numbers[i - 1])));
        if (!reference.empty()) referred.add(zigzag(minus(numbers[i], reference[i])));
        above.add(static_cast<std::uint64_t>(minus(numbers[i], least)));
    }
    std::uint8_t best = transform_none;
    std::uint64_t cost = none.total();
    const auto consider = [&](std::uint8_t transform, std::uint64_t its_cost) {
        if (its_cost >= cost) return;
        best = transform;
        cost = its_cost;
    };
    if (!reference.empty()) consider(transform_reference, referred.total());
    const auto start = [](std::int64_t first) { return 8 * varint_size(zigzag(first)); };
    consider(transform_delta, delta.total() + start(numbers.front()));
    consider(transform_least, above.total() + start(least));
    return best;
}

}  // namespace

void write_numbers(WireWriter& out, std::span<const std::uint64_t> numbers, Packing packing) {
    if (numbers.empty()) return;
    const std::uint64_t first = numbers.front();
    const bool fits = first <= ~std::uint64_t{0} - layout_one;
    if (fits && std::ranges::all_of(numbers, [first](std::uint64_t n) { return n == first; })) {
        return out.varint(first + layout_one);
    }
    const Sizes sizes{numbers};
    const std::size_t in_planes = sizes.planes * numbers.size();
    Bytes& bytes = out.bytes();
    if (packing == Packing::bits &&
        packed_size(numbers.size(), sizes.bits) + 1 < std::min(in_planes, sizes.varints)) {
        out.varint(layout_bits);
        out.byte(static_cast<std::uint8_t>(sizes.bits));
        return write_bits(bytes, numbers, sizes.bits);
    }
    // Planes win where most numbers need two bytes or more: the high bytes then compress apart.
    const unsigned planes = sizes.planes > 1 && in_planes <= sizes.varints ? sizes.planes : 0;
    out.varint(planes);
    const std::size_t start = bytes.size();
    if (planes != layout_varints) {
        bytes.resize(start + in_planes);
        std::uint8_t* at = bytes.data() + start;
        for (unsigned shift = 0; shift < planes * 8; shift += 8) {
            for (const std::uint64_t n : numbers) *at++ = static_cast<std::uint8_t>(n >> shift);
        }
        return;
    }
    bytes.resize(start + sizes.varints);
    std::uint8_t* at = bytes.data() + start;
    for (const std::uint64_t number : numbers) at = write_varint(at, number);
}

void write_signed(WireWriter& out, std::span<const std::int64_t> numbers,
                  std::span<const std::int64_t> reference, Packing packing) {
    JY_ASSERT(reference.empty() || reference.size() == numbers.size());
    if (numbers.empty()) return;
    const std::int64_t least = std::ranges::min(numbers);
    const std::uint8_t transform = best_transform(numbers, reference, least);
    out.byte(transform);
    Numbers codes;
    codes.reserve(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        switch (transform) {
            case transform_none: codes.push_back(zigzag(numbers[i])); break;
            case transform_reference:
                codes.push_back(zigzag(minus(numbers[i], reference[i])));
                break;
            case transform_least:
                codes.push_back(static_cast<std::uint64_t>(minus(numbers[i], least)));
                break;
            default:
                if (i > 0) codes.push_back(zigzag(minus(numbers[i], numbers[i - 1])));
        }
    }
    // The first number stands apart, so that it does not spoil differences that are all the same.
    if (transform == transform_delta) out.signed_varint(numbers.front());
    if (transform == transform_least) out.signed_varint(least);
    write_numbers(out, codes, packing);
}

Numbers read_numbers(WireReader& in, std::size_t count, std::uint64_t most) {
    if (count == 0) return {};
    in.charge(count * sizeof(std::uint64_t));
    const std::uint64_t layout = in.varint();
    if (layout >= layout_one) {
        if (layout - layout_one > most) detail::refuse(Errc::malformed);
        return Numbers(count, layout - layout_one);
    }
    Numbers numbers;
    if (layout == layout_varints) {
        if (count > in.left()) detail::refuse(Errc::truncated);
        numbers.resize(count);
        in.varints(numbers);
    } else if (layout == layout_bits) {
        const std::uint8_t bits = in.byte();
        if (bits == 0 || bits > 64) detail::refuse(Errc::malformed);
        const View packed = in.raw(packed_size(count, bits));
        numbers.resize(count);
        read_bits(packed, numbers, bits);
    } else {
        static_assert(layout_bits == planes_max + 1);
        if (count > in.left() / layout) detail::refuse(Errc::truncated);
        numbers.resize(count);
        for (unsigned shift = 0; shift < layout * 8; shift += 8) {
            const View plane = in.raw(count);
            for (std::size_t i = 0; i < count; ++i) {
                numbers[i] |= std::uint64_t{plane[i]} << shift;
            }
        }
    }
    if (most != ~std::uint64_t{0} &&
        std::ranges::any_of(numbers, [most](std::uint64_t n) { return n > most; })) {
        detail::refuse(Errc::malformed);
    }
    return numbers;
}

SignedNumbers read_signed(WireReader& in, std::size_t count,
                          std::span<const std::int64_t> reference) {
    if (count == 0) return {};
    JY_ASSERT(reference.empty() || reference.size() == count);
    const std::uint8_t transform = in.byte();
    if (transform > transform_least || (transform == transform_reference && reference.empty())) {
        detail::refuse(Errc::malformed);
    }
    const bool delta = transform == transform_delta;
    const bool has_start = delta || transform == transform_least;
    const std::int64_t start = has_start ? in.signed_varint() : 0;
    const Numbers codes = read_numbers(in, delta ? count - 1 : count);
    in.charge(count * sizeof(std::int64_t));
    SignedNumbers numbers;
    numbers.reserve(count);
    if (delta) numbers.push_back(start);
    for (const std::uint64_t code : codes) {
        switch (transform) {
            case transform_none: numbers.push_back(unzigzag(code)); break;
            case transform_delta: numbers.push_back(plus(numbers.back(), unzigzag(code))); break;
            case transform_reference:
                numbers.push_back(plus(reference[numbers.size()], unzigzag(code)));
                break;
            default: numbers.push_back(plus(start, static_cast<std::int64_t>(code)));
        }
    }
    return numbers;
}

}  // namespace jiuying::sync
