#include "schema/policy_book.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace jiuying::schema {

bool is_policy_code(std::string_view code) {
    constexpr std::size_t version_digits_max = 6;
    const std::size_t at = code.find('@');
    if (at == code.npos || at == 0) return false;
    const std::string_view version = code.substr(at + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_word = [&](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
               c == '_';
    };
    return std::ranges::all_of(code.substr(0, at), is_word) && !version.empty() &&
           version.size() <= version_digits_max && version.front() != '0' &&
           std::ranges::all_of(version, is_digit);
}

PolicyBook::PolicyBook() { add({policy_1235(), "1235", INT64_MIN, INT64_MIN}); }

void PolicyBook::add(PolicyEdition edition) {
    if (find(edition.policy.version) != nullptr) return;
    editions_.push_back(std::move(edition));
}

const DeadlinePolicy* PolicyBook::find(std::string_view version) const {
    const auto found = std::ranges::find_if(
        editions_, [&](const PolicyEdition& edition) { return edition.policy.version == version; });
    return found == editions_.end() ? nullptr : &found->policy;
}

const DeadlinePolicy& PolicyBook::in_force(std::int64_t registered_at, std::int64_t as_of) const {
    const PolicyEdition* best = &editions_.front();
    const auto rank = [](const PolicyEdition& edition) {
        return std::tie(edition.valid_from, edition.known_from, edition.policy.version);
    };
    for (const PolicyEdition& edition : editions_) {
        const bool known = edition.known_from == INT64_MIN || edition.known_from < as_of;
        if (!known || edition.valid_from > registered_at) continue;
        if (rank(edition) > rank(*best)) best = &edition;
    }
    return best->policy;
}

}  // namespace jiuying::schema
