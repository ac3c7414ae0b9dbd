#include "schema/dispatch_catalogue.hpp"

#include <utility>

namespace jiuying::schema {

void DispatchCatalogue::add(Entry entry) { entries_.push_back(std::move(entry)); }

void DispatchCatalogue::set_parent_of_region(const std::string& code, const std::string& parent) {
    regions_[code] = parent;
}

void DispatchCatalogue::set_parent_of_category(const std::string& code, const std::string& parent) {
    categories_[code] = parent;
}

std::vector<std::string_view> DispatchCatalogue::upward(const Parents& parents,
                                                        std::string_view code) {
    constexpr std::size_t levels_max = 8;  // A register with a circle in it must not hold us up.
    std::vector<std::string_view> chain;
    while (!code.empty() && chain.size() < levels_max) {
        chain.push_back(code);
        const auto parent = parents.find(code);
        code = parent == parents.end() ? std::string_view{} : std::string_view{parent->second};
    }
    chain.emplace_back();
    return chain;
}

const DispatchCatalogue::Entry* DispatchCatalogue::exact(std::string_view category,
                                                         std::string_view region,
                                                         std::int64_t at) const {
    for (const Entry& entry : entries_) {
        if (entry.category == category && entry.region == region && entry.period.holds(at)) {
            return &entry;
        }
    }
    return nullptr;
}

const DispatchCatalogue::Entry* DispatchCatalogue::find(std::string_view category,
                                                        std::string_view region,
                                                        std::int64_t at) const {
    category = category.substr(0, category.find('@'));
    const std::vector<std::string_view> regions = upward(regions_, region);
    for (const std::string_view one : upward(categories_, category)) {
        for (const std::string_view there : regions) {
            if (const Entry* entry = exact(one, there, at)) return entry;
        }
    }
    return nullptr;
}

}  // namespace jiuying::schema
