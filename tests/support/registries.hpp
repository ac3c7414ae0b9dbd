/// Registries of other versions of the program: what a neighbour that was upgraded earlier, or not
/// yet, knows. Data only.
#pragma once

#include "schema/registry.hpp"

namespace jiuying::tests {

/// What the next version will have and this one has not.
namespace next_version {
inline constexpr schema::EntityId inspection{900};
inline constexpr schema::FieldId inspection_place = 1, inspection_found = 2;
/// Of appeals: a text that is indexed, a set, a number of which the largest counts.
inline constexpr schema::FieldId weather = 990, labels = 991, severity = 992;
/// Of appeals: gone in the next version.
inline constexpr schema::FieldId retired = schema::appeal::matter_id;
}  // namespace next_version

/// Of appeals: not there in the version before.
inline constexpr schema::FieldId added_in_this = schema::appeal::point;

/// The version before: without `added_in_this` and without enterprises.
[[nodiscard]] schema::Registry registry_before();
/// The version after.
[[nodiscard]] schema::Registry registry_after();

}  // namespace jiuying::tests
