/// A deadline policy as JSON: how the district writes one, how it is kept and how it is shown.
///
/// docs/reference/deadlines.md has the form. Strict: a member that is not known is a mistake that
/// would silently leave a limit as it was. Bounded and pure.
#pragma once

#include "schema/deadline_policy.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace jiuying::node {

/// Where a document is wrong, as `steps.sign_for.unit`; for people.
struct PolicyFault {
    std::string place;
};

/// What somebody loads now, or what was loaded once: that keeps its meaning.
enum class PolicySource : std::uint8_t { file, kept };

/// The policy of version \p code that \p rules describe. Rows must be complete; whatever else is
/// left out is as in 1235@1.
[[nodiscard]] std::variant<schema::DeadlinePolicy, PolicyFault> read_policy(
    std::string_view code, const boost::json::value& rules,
    PolicySource source = PolicySource::file);
/// The same for text, as the field `rules` keeps it.
[[nodiscard]] std::variant<schema::DeadlinePolicy, PolicyFault> read_policy_text(
    std::string_view code, std::string_view text);
/// What read_policy() reads, complete.
[[nodiscard]] boost::json::object policy_json(const schema::DeadlinePolicy& policy);

}  // namespace jiuying::node
