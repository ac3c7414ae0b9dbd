/// Numbers and texts in a byte string: the small codec of what a replica keeps for itself, and of
/// composite values. Segments and messages use the bounded archive instead.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace jiuying::sync {

/// LEB128.
inline void put_number(std::string& out, std::uint64_t number) {
    while (number >= 0x80) {
        out.push_back(static_cast<char>(number | 0x80U));
        number >>= 7U;
    }
    out.push_back(static_cast<char>(number));
}
inline void put_signed(std::string& out, std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    put_number(out, (bits << 1U) ^ (number < 0 ? ~std::uint64_t{0} : 0));
}
inline void put_text(std::string& out, std::string_view text) {
    put_number(out, text.size());
    out.append(text);
}
inline void put_fixed64(std::string& out, std::uint64_t number) {
    for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<char>(number >> (8U * i)));
}

/// Reads what the functions above wrote. After the first thing that does not fit, `good` is false
/// and every read gives zero or nothing; it never reads past the end.
class ByteText {
public:
    explicit ByteText(std::string_view bytes) : left_(bytes) {}

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(left_.front());
            left_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte >= 0x80) continue;
            // One form only for each number: no zeros in front, nothing above 64 bits.
            const bool shortest = byte != 0 || shift == 0;
            const bool fits = shift < 63 || byte == 1;
            return shortest && fits ? value : fail();
        }
        return fail();
    }
    std::int64_t signed_number() {
        const std::uint64_t bits = number();
        return static_cast<std::int64_t>((bits >> 1U) ^ (~(bits & 1U) + 1U));
    }
    std::string_view text() {
        const std::uint64_t size = number();
        if (size > left_.size()) {
            fail();
            return {};
        }
        const std::string_view text = left_.substr(0, size);
        left_.remove_prefix(size);
        return text;
    }
    std::uint8_t byte() {
        if (left_.empty()) return static_cast<std::uint8_t>(fail());
        const auto value = static_cast<std::uint8_t>(left_.front());
        left_.remove_prefix(1);
        return value;
    }
    std::uint64_t fixed64() {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{byte()} << (8U * i);
        return value;
    }
    void fixed(std::span<std::uint8_t> out) {
        for (std::uint8_t& into : out) into = byte();
    }

private:
    std::uint64_t fail() {
        good_ = false;
        left_ = {};
        return 0;
    }

    std::string_view left_;
    bool good_ = true;
};

}  // namespace jiuying::sync
