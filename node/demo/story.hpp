/// The patterns behind the demonstration's appeals. Inside node/demo only; see stories.hpp.
///
/// The marks are those of grammar.hpp. `{where}` is the place as people write it; `{village}`,
/// `{group}`, `{community}`, `{estate}`, `{building}`, `{road}` fit the region that was drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace jiuying::node::demo {

/// Where a story can happen.
enum class Land : std::uint8_t {
    town,     ///< In a village.
    street,   ///< In the city.
    park,     ///< In an industrial park.
    any,      ///< In a town or a street.
    firm,     ///< At any firm; told at a salon, as are the next three.
    factory,  ///< At a firm that makes things.
    trader,   ///< At a firm that stores or delivers goods.
    shop,     ///< At a self-employed person's shop.
};

struct Story {
    std::string_view type;  ///< A choice of the appeal's field `type`.
    Land land;
    std::string_view title;  ///< Pattern; at most 40 characters once written.
    std::string_view text;   ///< Pattern; 60 to 300 characters once written.
};

[[nodiscard]] std::span<const Story> countryside_stories();
[[nodiscard]] std::span<const Story> utility_stories();
[[nodiscard]] std::span<const Story> service_stories();
[[nodiscard]] std::span<const Story> salon_stories();

/// The words that a name may stand for on this land; stops the program on an unknown name.
[[nodiscard]] std::span<const std::string_view> words_for(std::string_view name, Land land);

/// Names of villages (town), or communities (street, park), of a region.
[[nodiscard]] std::span<const std::string_view> places_of(std::string_view region);

/// Whether the firm at this index of demo_firms() could have this worry.
[[nodiscard]] bool firm_could_tell(std::size_t firm, Land land);

/// Words that stay the same within one appeal.
[[nodiscard]] std::span<const std::string_view> lasting_words();

}  // namespace jiuying::node::demo
