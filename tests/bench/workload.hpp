/// The benchmark's workload 'appeals-sync': appeals of twelve fields and three edits of each.
///
/// Each appeal has a title of about 20 characters, a body of about 118 (40 to 400) and, later, a
/// reply of about 61; zstd-19 over all columns takes about as many bytes as for real appeals
/// (see workload_words.hpp). The same seed gives the same workload everywhere. No I/O.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::bench {

/// The three texts of one appeal, invented here or read from a file by the caller.
struct Texts {
    std::string title;
    std::string body;
    std::string reply;
};

/// One appeal with what happens to it afterwards.
struct Item {
    std::string title;
    std::string text;
    std::string contact;
    std::string phone;
    std::string address;
    std::string place;
    std::string_view type;            ///< A choice of the appeal's field `type`.
    std::string_view region;          ///< A leaf region of 340207.
    std::int64_t occurred_at_ms = 0;  ///< Since 1970-01-01 UTC, never less than the item before.
    /// The three edits, in order of time: state, handler, reply.
    std::string_view state;  ///< The state it ends in; it begins as first_state.
    std::string_view handler;
    std::string reply;
    std::array<std::int64_t, 3> edited_at_ms{};  ///< Increasing, after occurred_at_ms.
};

inline constexpr std::string_view first_state = "registered";

/// The station that owns the item at \p index; items are dealt out in turn.
[[nodiscard]] constexpr std::size_t owner_of(std::size_t index, std::size_t stations) {
    return index % stations;
}

/// \p n triples of invented texts.
[[nodiscard]] std::vector<Texts> invent_texts(std::size_t n, std::uint64_t seed);

/// One item for each of \p texts, with the other fields invented.
[[nodiscard]] std::vector<Item> make_workload(std::span<const Texts> texts, std::uint64_t seed);

/// \p n items with invented texts: the standard workload is make_workload(10'000, 1).
[[nodiscard]] std::vector<Item> make_workload(std::size_t n, std::uint64_t seed);

/// All fields of all items column by column, as the bound for wire bytes is measured: first the
/// columns of the appeals, then those of the edits. Times are given as differences, in text.
[[nodiscard]] std::string columns_of(std::span<const Item> items);

}  // namespace jiuying::bench
