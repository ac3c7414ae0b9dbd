/// Repeats: when two appeals may belong together, and in which of three ways (domain B8).
///
/// A resend is one appeal that came twice; it never counts as a second one. The same person again
/// is a second appeal on one matter. Another person with the same matter is a group: persons are
/// never merged. What is found here is a suggestion; a person decides. Pure.
#pragma once

#include "schema/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

struct RepeatRules {
    std::uint32_t days = 90;               ///< Beyond that two appeals are two matters.
    std::uint32_t resend_hours = 24;       ///< The same text by the same person within that.
    std::uint32_t same_text_percent = 90;  ///< Likeness from which a text is the same.
    std::uint32_t similar_percent = 40;    ///< Likeness from which a text is about the same.
    std::uint32_t neighbours = 20;         ///< Earlier appeals of a person or place looked at.
};

/// One of these amounts as a district setting.
struct RepeatSetting {
    std::string_view name;
    std::uint32_t RepeatRules::*amount;
    std::uint32_t least;
    std::uint32_t most;
    std::string_view zh;
    std::string_view en;
};
[[nodiscard]] std::span<const RepeatSetting> repeat_settings();

/// What two appeals are compared by, beside their texts.
struct RepeatSubject {
    RecordId id;
    std::string number;
    std::int64_t registered_at = 0;
    std::string phone;     ///< As plain_phone() gives it; empty: none.
    std::string uscc;      ///< Empty: none.
    std::string category;  ///< Code of its second level; empty: not classified.
    std::string region;    ///< Empty: not known.
    std::string place;     ///< As plain_place() gives it; empty: not known.
};

/// Numbered as the registry's choices of appeal_link.kind.
enum class RepeatKind : std::uint8_t { none = 0, resend, same_person, same_matter };

enum class RepeatReason : std::uint8_t {
    same_phone,
    same_uscc,
    same_category,
    same_region,
    same_place,
    same_text,
    similar_text,
    within_a_day,
};

struct RepeatJudgement {
    RepeatKind kind{};
    std::uint32_t score = 0;  ///< 0 to 100: how sure.
    std::vector<RepeatReason> reasons;
};

/// `same_phone` and so on; stable, stored with the decision.
[[nodiscard]] std::string_view name_of(RepeatReason reason);

/// Digits alone, of them the last eleven; empty for fewer than seven.
[[nodiscard]] std::string plain_phone(std::string_view phone);
/// Without blanks and marks.
[[nodiscard]] std::string plain_place(std::string_view place);

/// The pairs of neighbouring letters of a text, sorted; letters are Han characters, Latin letters
/// in small ones, digits. A single letter counts as a pair.
using Pairs = std::vector<std::uint64_t>;
[[nodiscard]] Pairs pairs_of(std::string_view text);

/// The pairs that both texts have among those that one has, in percent (Jaccard 1901). 0 where one
/// of them has none.
[[nodiscard]] std::uint32_t likeness(const Pairs& a, const Pairs& b);

/// How \p later may belong to \p earlier; \p like is the likeness of their texts.
[[nodiscard]] RepeatJudgement judge_repeat(const RepeatSubject& earlier, const RepeatSubject& later,
                                           std::uint32_t like, const RepeatRules& rules);

/// Two subjects, by their places in a list.
struct RepeatPair {
    std::size_t earlier;
    std::size_t later;
};

/// The pairs worth comparing: of one phone, credit code, or place in a region. \p subjects in the
/// order of their registration. At most rules.neighbours for each subject and reason, so that the
/// work grows with the number of appeals and not with its square.
[[nodiscard]] std::vector<RepeatPair> repeat_candidates(const std::vector<RepeatSubject>& subjects,
                                                        const RepeatRules& rules);

}  // namespace jiuying::schema
