/// Joins the texts into one table by ascending code, and checks it while compiling.
#include "node/cli/error_texts_desk.hpp"
#include "node/cli/error_texts_firms.hpp"
#include "node/cli/error_texts_intake.hpp"
#include "node/cli/error_texts_keys.hpp"
#include "node/cli/error_texts_node.hpp"
#include "node/cli/error_texts_page.hpp"
#include "node/cli/error_texts_roster.hpp"
#include "node/cli/error_texts_snapshot.hpp"
#include "node/cli/error_texts_sticks.hpp"
#include "node/cli/error_texts_trust.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

template <std::size_t... Sizes>
constexpr auto joined(const std::array<ErrorEntry, Sizes>&... parts) {
    std::array<ErrorEntry, (Sizes + ...)> all{};
    auto* end = all.begin();
    ((end = std::copy(parts.begin(), parts.end(), end)), ...);
    std::ranges::sort(all, {}, &ErrorEntry::code);
    return all;
}

constexpr auto catalogue =
    joined(texts::usage_errors, texts::folder_errors, texts::key_errors, texts::enrolment_errors,
           texts::roster_errors, texts::record_errors, texts::intake_errors, texts::conflict_errors,
           texts::stick_errors, texts::snapshot_errors, texts::sync_errors, texts::integrity_errors,
           texts::import_errors, texts::intake_file_errors, texts::program_errors,
           texts::trust_errors, texts::page_errors, texts::firm_errors);

/// The code in a row is the number of its Error, so that the two can't drift apart.
constexpr bool codes_match() {
    return std::ranges::all_of(catalogue, [](const ErrorEntry& entry) {
        auto number = static_cast<unsigned>(entry.error);
        for (std::size_t at = 7; at > 3; --at, number /= 10) {
            if (entry.code.size() != 7 || entry.code[at - 1] != char('0' + number % 10)) {
                return false;
            }
        }
        return entry.code.starts_with("JY-") && number == 0;
    });
}
static_assert(codes_match(), "a code differs from the number of its Error");
static_assert(std::ranges::adjacent_find(catalogue, {}, &ErrorEntry::code) == catalogue.end());

}  // namespace

std::span<const ErrorEntry> error_catalogue() { return catalogue; }

}  // namespace jiuying::node
