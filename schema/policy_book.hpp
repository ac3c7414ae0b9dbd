/// The deadline policies that are known, each with the day from which it is given to new orders.
///
/// A policy is never changed: a new version is a new entry. Which one an order has is said by the
/// order; one that was given none yet has the policy in force when it was registered.
#pragma once

#include "schema/deadline_policy.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

struct PolicyEdition {
    DeadlinePolicy policy;  ///< Its version is the code, `1235@2`.
    std::string name;
    std::int64_t valid_from = INT64_MIN;  ///< Of registrations.
    std::int64_t known_from = INT64_MIN;  ///< When it was loaded.
};

/// Whether \p code is `NAME@VERSION`: a name of letters, digits, - and _, and a whole number.
[[nodiscard]] bool is_policy_code(std::string_view code);

class PolicyBook {
public:
    /// 1235@1, in force from the beginning.
    PolicyBook();

    /// One of a version that is there already is left out.
    void add(PolicyEdition edition);

    /// Null if there is none of that version.
    [[nodiscard]] const DeadlinePolicy* find(std::string_view version) const;
    /// For an order registered at \p registered_at, by what was known before \p as_of: of those
    /// valid by then the one that is valid from the latest instant, of several the one loaded last.
    [[nodiscard]] const DeadlinePolicy& in_force(std::int64_t registered_at,
                                                 std::int64_t as_of) const;
    [[nodiscard]] const std::vector<PolicyEdition>& editions() const { return editions_; }

private:
    std::vector<PolicyEdition> editions_;
};

}  // namespace jiuying::schema
