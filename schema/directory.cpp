#include "schema/directory.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::schema {

void StaffBook::add_staff(std::string person, std::string unit, Period period) {
    staff_.push_back({std::move(person), std::move(unit), Post::none, period});
}
void StaffBook::add_post(std::string person, Post post, Period period) {
    posts_.push_back({std::move(person), {}, post, period});
}
void StaffBook::add_unit(std::string unit, Period period, std::string successor) {
    units_.push_back({std::move(unit), std::move(successor), Post::none, period});
}
void StaffBook::add_delegation(std::string unit, std::string category, Period period) {
    delegations_.push_back({std::move(unit), std::move(category), Post::none, period});
}

void StaffBook::sort() {
    // Stable: of two rows that both fit, the one added first counts, everywhere.
    for (Table* table : {&staff_, &posts_, &units_, &delegations_}) {
        std::ranges::stable_sort(*table, {}, &Row::first);
    }
}

template <class Fits>
const StaffBook::Row* StaffBook::find(const Table& table, std::string_view first, Fits fits) {
    const auto key = [](const Row& row) { return std::string_view{row.first}; };
    for (const Row& row : std::ranges::equal_range(table, first, {}, key)) {
        if (fits(row)) return &row;
    }
    return nullptr;
}

std::string_view StaffBook::unit_of(std::string_view person, std::int64_t at) const {
    const Row* row = find(staff_, person, [&](const Row& one) { return one.period.holds(at); });
    return row != nullptr ? std::string_view{row->second} : std::string_view{};
}

bool StaffBook::holds(std::string_view person, Post post, std::int64_t at) const {
    const auto fits = [&](const Row& row) { return row.post == post && row.period.holds(at); };
    return find(posts_, person, fits) != nullptr;
}

bool StaffBook::knows_unit(std::string_view unit) const {
    return find(units_, unit, [](const Row&) { return true; }) != nullptr;
}

bool StaffBook::is_active(std::string_view unit, std::int64_t at) const {
    return find(units_, unit, [&](const Row& row) { return row.period.holds(at); }) != nullptr;
}

std::string_view StaffBook::successor_of(std::string_view unit) const {
    const Row* row = find(units_, unit, [](const Row& one) { return !one.second.empty(); });
    return row != nullptr ? std::string_view{row->second} : std::string_view{};
}

bool StaffBook::is_delegated(std::string_view unit, std::string_view category,
                             std::int64_t at) const {
    // Delegated is the category, in whatever version it was chosen.
    const std::string_view code = category.substr(0, category.find('@'));
    return find(delegations_, unit, [&](const Row& row) {
               return !code.empty() && row.second == code && row.period.holds(at);
           }) != nullptr;
}

// Both tables are sorted by person.
std::vector<std::string> StaffBook::holders_of(Post post, std::int64_t at) const {
    std::vector<std::string> persons;
    for (const Row& row : posts_) {
        const bool listed = !persons.empty() && persons.back() == row.first;
        const bool fits = row.post == post && row.period.holds(at) && !listed;
        if (fits && !unit_of(row.first, at).empty()) persons.push_back(row.first);
    }
    return persons;
}

std::vector<std::string> StaffBook::staff_of(std::string_view unit, std::int64_t at) const {
    std::vector<std::string> persons;
    for (const Row& row : staff_) {
        const bool listed = !persons.empty() && persons.back() == row.first;
        if (!listed && unit_of(row.first, at) == unit) persons.push_back(row.first);
    }
    return persons;
}

}  // namespace jiuying::schema
