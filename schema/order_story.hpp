/// How the due dates of one work order came about, told to a clerk line by line.
///
/// Beside the arithmetic of each clock it says what moved a due, shows every time that was
/// corrected or given by a superior next to the one that counts, and ends with the verdict. Pure.
#pragma once

#include "schema/deadline_words.hpp"
#include "schema/order_deadlines.hpp"

#include <vector>

namespace jiuying::schema {

/// The words of a verdict: `按时` / `on time`.
[[nodiscard]] Sentence words_of(Verdict verdict);

/// The story of \p order, which deadlines_of() made from the other three. Round after round, the
/// citizen's clock before the unit's; what makes the dates uncertain stands last.
[[nodiscard]] std::vector<Sentence> story_of(const OrderDeadlines& order,
                                             const DeadlineInput& input,
                                             const DeadlinePolicy& policy,
                                             const Calendar& calendar);

}  // namespace jiuying::schema
