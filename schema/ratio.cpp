#include "schema/ratio.hpp"

namespace jiuying::schema {

std::string percent(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return "—";
    __extension__ using Wide = unsigned __int128;
    constexpr Wide hundred = 10'000;  // In hundredths of a percent.
    auto hundredths =
        static_cast<std::uint64_t>((Wide{part} * hundred * 2 + whole) / (Wide{whole} * 2));
    if (part < whole && hundredths >= hundred) hundredths = 9'999;
    const std::uint64_t cents = hundredths % 100;
    return std::to_string(hundredths / 100) + (cents < 10 ? ".0" : ".") + std::to_string(cents) +
           "%";
}

}  // namespace jiuying::schema
