/// Invented appeals and firms for the demonstration and for trying things out.
///
/// They read like what people of the district's villages, streets and parks bring to a window:
/// when, where, what happened, what is asked. Every person, village, estate, firm, telephone number
/// and credit code is invented. The same seed gives the same appeals everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// One appeal as a clerk would type it. Texts are UTF-8.
struct DemoAppeal {
    std::string type;     ///< A choice of the appeal's field `type`.
    std::string title;    ///< At most 40 characters.
    std::string text;     ///< 60 to 300 characters; no two of one batch are equal.
    std::string contact;  ///< An invented name.
    std::string phone;    ///< From ranges that nobody has: 1990000NNNN, 055300NNNNN.
    std::string place;
    std::string region;  ///< A leaf region of 340207.
};

/// An invented firm of the salon.
struct DemoFirm {
    std::string_view name;
    std::string uscc;                   ///< With a valid check character.
    std::string_view enterprise_class;  ///< A choice of the enterprise's field `class`.
    std::string_view contact;
    std::string_view phone;
    std::string_view region;
    std::string_view place;
};

/// What a firm brings to the salon.
struct SalonRequest {
    std::size_t firm = 0;  ///< Index into demo_firms().
    DemoAppeal appeal;
};

/// \p n appeals, all different in text. Every story is told once before any is told again.
[[nodiscard]] std::vector<DemoAppeal> demo_appeals(std::size_t n, std::uint64_t seed);

/// The eight firms.
[[nodiscard]] const std::vector<DemoFirm>& demo_firms();

/// \p n requests, spread over all firms; the demonstration uses 20.
[[nodiscard]] std::vector<SalonRequest> salon_requests(std::size_t n, std::uint64_t seed);

}  // namespace jiuying::node
