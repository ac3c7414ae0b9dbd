/// The dispatch catalogue: which unit a matter of a category in a region belongs to.
///
/// The nearest entry counts: first the category itself, then those above it; for each of them the
/// region itself, then those above it, at last entries for everywhere. An entry holds in its
/// period; one without a category is for all of them.
#pragma once

#include "schema/directory.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

class DispatchCatalogue {
public:
    struct Entry {
        std::string code;
        std::string category;  ///< Without a version; empty: all.
        std::string region;    ///< Empty: everywhere.
        std::string unit;
        Period period;
    };
    void add(Entry entry);
    void set_parent_of_region(const std::string& code, const std::string& parent);
    void set_parent_of_category(const std::string& code, const std::string& parent);

    /// Null if no entry holds. A category may carry its version, `code@version`.
    [[nodiscard]] const Entry* find(std::string_view category, std::string_view region,
                                    std::int64_t at) const;

private:
    using Parents = std::map<std::string, std::string, std::less<>>;
    [[nodiscard]] const Entry* exact(std::string_view category, std::string_view region,
                                     std::int64_t at) const;
    /// \p code and those above it, at last the empty one.
    [[nodiscard]] static std::vector<std::string_view> upward(const Parents& parents,
                                                              std::string_view code);

    std::vector<Entry> entries_;
    Parents regions_;
    Parents categories_;
};

}  // namespace jiuying::schema
