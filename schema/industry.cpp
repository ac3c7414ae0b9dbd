#include "schema/industry.hpp"

#include <array>

namespace jiuying::schema {
namespace {

/// The divisions of a section.
struct Range {
    int first;
    int last;
};
/// Sections A to T in order.
constexpr std::array<Range, 20> sections{{{1, 5},   {6, 12},  {13, 43}, {44, 46}, {47, 50},
                                          {51, 52}, {53, 60}, {61, 62}, {63, 65}, {66, 69},
                                          {70, 70}, {71, 72}, {73, 75}, {76, 79}, {80, 82},
                                          {83, 83}, {84, 85}, {86, 90}, {91, 96}, {97, 97}}};

}  // namespace

Result<void> check_industry(std::string_view code) {
    constexpr std::size_t size_max = 5;
    if (code.empty() || code.size() > size_max || code.size() == 2) return Errc::malformed;
    if (code.front() < 'A' || code.front() > 'T') return Errc::malformed;
    const std::string_view digits = code.substr(1);
    if (digits.find_first_not_of("0123456789") != digits.npos) return Errc::malformed;
    if (digits.empty()) return {};
    const int division = (digits[0] - '0') * 10 + (digits[1] - '0');
    const Range range = sections.at(static_cast<std::size_t>(code.front() - 'A'));
    if (division < range.first || division > range.last) return Errc::out_of_bounds;
    return {};
}

}  // namespace jiuying::schema
