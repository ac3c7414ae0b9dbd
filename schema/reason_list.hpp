/// The reasons that staff may name at a step: the lists that ship, and what the district made of
/// them.
///
/// A list belongs to a use: the kind of an event (`return_asked`), or `off_catalogue`. A use
/// without a list takes any code.
#pragma once

#include "schema/directory.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

/// A dispatch to another unit than the catalogue's.
inline constexpr std::string_view off_catalogue_use = "off_catalogue";

struct BuiltInReason {
    std::string_view use;
    std::string_view code;
    std::string_view zh;
    std::string_view en;
};
[[nodiscard]] std::span<const BuiltInReason> built_in_reasons();

struct Reason {
    std::string use;
    std::string code;
    std::string name;  ///< Of the district; a built-in one has words of its own.
    Period period;
    const BuiltInReason* built_in = nullptr;
};

/// `USE:CODE`, as the field `code` of entity `reason` has it.
[[nodiscard]] std::string reason_record_code(std::string_view use, std::string_view code);

class ReasonBook {
public:
    ReasonBook();
    /// Replaces the one of the same use and code.
    void put(Reason reason);

    /// Whether some code is on the list of \p use, retired ones included.
    [[nodiscard]] bool has_list(std::string_view use) const;
    [[nodiscard]] bool is_valid(std::string_view use, std::string_view code, std::int64_t at) const;
    /// Null if there is none.
    [[nodiscard]] const Reason* find(std::string_view use, std::string_view code) const;
    /// In the order of uses as they ship, then as they were added.
    [[nodiscard]] const std::vector<Reason>& all() const { return reasons_; }

private:
    std::vector<Reason> reasons_;
};

}  // namespace jiuying::schema
