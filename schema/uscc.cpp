#include "schema/uscc.hpp"

#include <algorithm>

namespace jiuying::schema {

Result<char> uscc_check_character(std::string_view first17) {
    if (first17.size() != uscc_length - 1) return Errc::malformed;
    constexpr std::size_t modulus = uscc_alphabet.size();
    static_assert(modulus == 31);
    std::size_t sum = 0;
    std::size_t weight = 1;
    for (const char letter : first17) {
        const std::size_t value = uscc_alphabet.find(letter);
        if (value == uscc_alphabet.npos) return Errc::malformed;
        sum += value * weight;
        weight = weight * 3 % modulus;
    }
    return uscc_alphabet[(modulus - sum % modulus) % modulus];
}

Result<void> check_uscc(std::string_view code) {
    if (code.size() != uscc_length) return Errc::malformed;
    const auto expected = uscc_check_character(code.substr(0, uscc_length - 1));
    if (!expected) return expected.error();
    if (uscc_alphabet.find(code.back()) == uscc_alphabet.npos) return Errc::malformed;
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    if (!std::ranges::all_of(code.substr(2, 6), is_digit)) return Errc::out_of_bounds;
    if (code.back() != *expected) return Errc::out_of_bounds;
    return {};
}

}  // namespace jiuying::schema
