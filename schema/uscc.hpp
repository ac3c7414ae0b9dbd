/// The unified social credit code of an enterprise: 18 characters, the last a check character.
///
/// Stations check it offline while a clerk copies it from a licence. Pure functions, no I/O.
/// Source: GB 32100-2015, section 4 and appendix; alphabet without I, O, S, V, Z; the value of
/// position i (from 0) is weighted with 3^i mod 31, and the check value is 31 minus the sum mod 31.
#pragma once

#include "schema/result.hpp"

#include <cstddef>
#include <string_view>

namespace jiuying::schema {

/// Digits and capitals, in the order of their values 0 to 30.
inline constexpr std::string_view uscc_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

inline constexpr std::size_t uscc_length = 18;

/// The check character of the first 17 characters. Errc::malformed when \p first17 has another
/// length or a character outside the alphabet.
[[nodiscard]] Result<char> uscc_check_character(std::string_view first17);

/// Whether \p code is a whole code with the right check character. Errc::malformed for a wrong
/// length or character (small letters included: the code is kept as printed), Errc::out_of_bounds
/// for a wrong check character or letters in the region part (positions 3 to 8).
[[nodiscard]] Result<void> check_uscc(std::string_view code);

}  // namespace jiuying::schema
