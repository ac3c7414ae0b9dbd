/// The choices of the registry's fields, in the order of their numbers: added to at the end, never
/// changed; and how the tables of fields are spelled. Part of schema/entities.cpp.
#pragma once

#include "schema/registry.hpp"

#include <array>
#include <span>
#include <string_view>

namespace jiuying::schema::tables {

inline constexpr std::array<std::string_view, 6> appeal_types{
    "inquiry", "help_request", "complaint", "tip_off", "suggestion", "praise"};
inline constexpr std::array<std::string_view, 3> requester_kinds{"individual", "enterprise",
                                                                 "organization"};
inline constexpr std::array<std::string_view, 3> urgencies{"ordinary", "urgent", "emergency"};
inline constexpr std::array<std::string_view, 2> complexities{"simple", "complex"};
inline constexpr std::array<std::string_view, 3> enterprise_classes{"above_scale", "small_medium",
                                                                    "self_employed"};
inline constexpr std::array<std::string_view, 3> meeting_kinds{"salon", "joint_meeting",
                                                               "leader_answering"};
inline constexpr std::array<std::string_view, 5> region_levels{"district", "street", "town", "park",
                                                               "village"};
inline constexpr std::array<std::string_view, 3> node_states{"active", "retired", "revoked"};
inline constexpr std::array<std::string_view, 7> notice_reasons{
    "unknown_region",       "duplicate_ext_no", "impossible_date", "out_of_bounds",
    "title_and_text_empty", "after_dispatch",   "unknown_unit"};
inline constexpr std::array<std::string_view, 8> rejection_reasons{
    "wrong_scope",  "field_of_other_side", "forged_base",  "revoked_node",
    "record_taken", "unknown_record",      "written_once", "read_only"};

inline constexpr std::array<std::string_view, 5> alarm_kinds{
    "two_machines", "two_hubs", "history_changed", "late_words", "audit_broken"};
inline constexpr std::array<std::string_view, 3> audit_results{"done", "refused", "failed"};

/// Whether \p number, as the code names it, is the choice of that name.
inline constexpr bool is_choice(std::span<const std::string_view> choices, std::int64_t number,
                                std::string_view name) {
    return number >= 1 && number <= std::ssize(choices) &&
           choices[static_cast<std::size_t>(number - 1)] == name;
}
static_assert(is_choice(notice_reasons, notice::unknown_region, "unknown_region"));
static_assert(is_choice(notice_reasons, notice::duplicate_ext_no, "duplicate_ext_no"));
static_assert(is_choice(notice_reasons, notice::impossible_date, "impossible_date"));
static_assert(is_choice(notice_reasons, notice::out_of_bounds, "out_of_bounds"));
static_assert(is_choice(notice_reasons, notice::title_and_text_empty, "title_and_text_empty"));
static_assert(is_choice(notice_reasons, notice::after_dispatch, "after_dispatch"));
static_assert(is_choice(notice_reasons, notice::unknown_unit, "unknown_unit"));
static_assert(is_choice(rejection_reasons, rejection::wrong_scope, "wrong_scope"));
static_assert(is_choice(rejection_reasons, rejection::field_of_other_side, "field_of_other_side"));
static_assert(is_choice(rejection_reasons, rejection::forged_base, "forged_base"));
static_assert(is_choice(rejection_reasons, rejection::revoked_node, "revoked_node"));
static_assert(is_choice(rejection_reasons, rejection::record_taken, "record_taken"));
static_assert(is_choice(rejection_reasons, rejection::unknown_record, "unknown_record"));
static_assert(is_choice(rejection_reasons, rejection::written_once, "written_once"));
static_assert(is_choice(rejection_reasons, rejection::read_only, "read_only"));
static_assert(is_choice(alarm_kinds, alarm::two_machines, "two_machines"));
static_assert(is_choice(alarm_kinds, alarm::two_hubs, "two_hubs"));
static_assert(is_choice(alarm_kinds, alarm::history_changed, "history_changed"));
static_assert(is_choice(alarm_kinds, alarm::late_words, "late_words"));
static_assert(is_choice(alarm_kinds, alarm::audit_broken, "audit_broken"));
static_assert(is_choice(audit_results, audit::done, "done"));
static_assert(is_choice(audit_results, audit::refused, "refused"));
static_assert(is_choice(audit_results, audit::failed, "failed"));

/// The events of the work order's life cycle (domain B2), as schema::EventKind numbers them. The
/// first two are never written: docs/decisions/0004.
inline constexpr std::array<std::string_view, 50> event_kinds{"registered",
                                                              "received",
                                                              "need_info",
                                                              "info_added",
                                                              "not_accepted",
                                                              "merged",
                                                              "triaged",
                                                              "dispatched",
                                                              "signed",
                                                              "return_asked",
                                                              "return_upheld",
                                                              "return_refused",
                                                              "replied",
                                                              "review_refused",
                                                              "review_passed",
                                                              "visited",
                                                              "rework",
                                                              "suspended",
                                                              "resumed",
                                                              "reopened",
                                                              "archived",
                                                              "withdrawn",
                                                              "voided",
                                                              "unmerged",
                                                              "closed",
                                                              "closed_onsite",
                                                              "first_contact",
                                                              "extension_asked",
                                                              "extension_granted",
                                                              "extension_refused",
                                                              "reassigned",
                                                              "unit_added",
                                                              "co_task_done",
                                                              "supervised",
                                                              "instruction",
                                                              "instruction_done",
                                                              "escalated",
                                                              "time_corrected",
                                                              "event_ruling",
                                                              "void_proposed",
                                                              "assigned",
                                                              "arrived",
                                                              "facts_corrected",
                                                              "watch_opened",
                                                              "watch_owner",
                                                              "watch_ended",
                                                              "ladder_step",
                                                              "rule_escalated",
                                                              "objected",
                                                              "objection_decided"};
inline constexpr std::array<std::string_view, 5> grades{
    "very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied"};
inline constexpr std::array<std::string_view, 6> contact_methods{
    "phone", "door", "counter", "message", "self_service", "robot"};
inline constexpr std::array<std::string_view, 5> close_grounds{
    "satisfied", "unreasonable", "lawfully_unsolvable", "unreachable", "waived"};
inline constexpr std::array<std::string_view, 7> post_names{
    "dispatcher", "supervisor", "replier", "visitor", "leader", "recorder", "enterprise_desk"};
inline constexpr std::array<std::string_view, 3> rulings{"history", "void", "counts"};
inline constexpr std::array<std::string_view, 4> channel_levels{"national", "province", "city",
                                                                "district"};
inline constexpr std::array<std::string_view, 3> file_formats{"csv", "xlsx", "json"};
inline constexpr std::array<std::string_view, 3> link_kinds{"resend", "same_person", "same_matter"};
inline constexpr std::array<std::string_view, 3> link_decisions{"confirmed", "refused", "undone"};
inline constexpr std::array<std::string_view, 2> share_states{"shared", "unshared"};
/// Why a matter of an enterprise is hard to settle (domain A24).
inline constexpr std::array<std::string_view, 5> hard_case_causes{
    "policy_cause", "funds", "legacy", "cross_department", "authority_lacking"};

/// As the tables of fields spell them.
using enum Kind;
using M = Merge;
using W = Writer;
using P = Privacy;

}  // namespace jiuying::schema::tables
