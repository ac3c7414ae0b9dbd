#include "node/commands/query_code.hpp"

#include <cctype>

namespace jiuying::node {
namespace {

/// Crockford's base 32: without I, L, O and U.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static_assert(alphabet.size() == 32);

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

}  // namespace

std::string make_query_code(Environment& environment) {
    constexpr unsigned bits_of_letter = 5;
    const auto bytes = environment.random_bytes<10>();
    std::string code;
    unsigned held = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        held = (held << 8U) | byte;
        bits += 8;
        for (; bits >= bits_of_letter; bits -= bits_of_letter) {
            code += alphabet[(held >> (bits - bits_of_letter)) & 31U];
        }
        held &= (1U << bits) - 1U;
    }
    return code;
}

std::string grouped_query_code(std::string_view code) {
    constexpr std::size_t group = 4;
    std::string grouped;
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (at != 0 && at % group == 0) grouped += '-';
        grouped += code[at];
    }
    return grouped;
}

std::string plain_query_code(std::string_view typed) {
    std::string plain;
    for (const char typed_letter : typed) {
        if (typed_letter == '-' || typed_letter == ' ') continue;
        const auto byte = static_cast<unsigned char>(typed_letter);
        char letter = static_cast<char>(std::toupper(byte));
        if (letter == 'O') letter = '0';
        if (letter == 'I' || letter == 'L') letter = '1';
        plain += letter;
    }
    return plain;
}

std::string last_four(std::string_view phone) {
    constexpr std::size_t count = 4;
    std::string digits;
    for (std::size_t at = phone.size(); at > 0 && digits.size() < count; --at) {
        if (is_digit(phone[at - 1])) digits.insert(digits.begin(), phone[at - 1]);
    }
    return digits.size() == count ? digits : std::string{};
}

}  // namespace jiuying::node
