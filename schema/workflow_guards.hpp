/// Why an event of the life cycle is refused, in words for the person who wanted it.
#pragma once

#include <cstdint>
#include <string_view>

namespace jiuying::schema {

/// Which guard failed. The names (guard_text) are stable: scripts and tests read them.
enum class GuardFailure : std::uint8_t {
    not_an_event,  ///< A kind that is never written, or that only a newer program knows.
    wrong_state,
    hub_only,
    before_registration,
    in_future,
    too_many,  ///< The order holds as many side records of this kind as it may.
    // Who acts
    unknown_actor,
    no_post,
    not_home_station,
    not_lead_unit,
    not_handling_unit,
    same_person,  ///< A second person is needed and the first one acts again.
    no_second_person,
    no_leader,
    handler_visits,
    handler_reviews,
    // What is missing
    no_reason,
    no_basis,
    no_words,
    no_answer,
    not_told,
    no_target,
    no_instant,
    no_class,
    // Units
    no_unit,
    unit_retired,
    unit_is_subject,
    unit_twice,
    lead_fixed,
    no_co_task,
    // Send-backs and extensions
    return_too_late,
    returns_used_up,
    extension_pending,
    no_extension_asked,
    after_due,
    not_later,
    over_cap,
    extensions_used_up,
    // Handling
    no_contact,
    no_solved,
    co_tasks_open,
    instruction_open,
    // Visit and closing
    no_method,
    no_grade,
    grade_without_contact,
    no_visit,
    dissatisfied,
    not_dissatisfied,
    too_few_attempts,
    not_waived,
    no_ground,
    sample_open,
    conflicts_open,
    // On the spot
    not_delegated,
    not_for_enterprise,
    not_for_this_type,
    // Pauses and ends
    stage_too_far,
    reopen_too_late,
    already_dispatched,
    own_order,
    not_proposed,
    level_not_higher,
    wrong_ruling,
    not_a_holder,
    // Added later, in whatever group they belong
    read_only,            ///< Archived: nothing on it is changed.
    no_facts,             ///< A correction that corrects nothing.
    before_dispatch,      ///< Told to have happened before the order was with the unit.
    before_reply,         ///< ... before the reply that it looks at.
    before_step,          ///< ... before another step that it stands on.
    past_external,        ///< An extension past a superior's limit, which it can't move.
    unit_unknown,         ///< No such unit, at no time.
    unit_beside_subject,  ///< Its station is that of the unit complained about.
    merge_circle,         ///< The order named was merged into this one.
    master_ended,         ///< The order named is no longer worked on.
    master_younger,       ///< The order named was registered later.
    has_merged,           ///< Others were merged into it.
    outside_receipts,     ///< A registration before or after what the receipts prove.
    on_watch,             ///< On the watch list: no ordinary closing.
    not_on_watch,
    no_owner,        ///< The watch list must name somebody in service.
    no_human_visit,  ///< No person has asked the enterprise.
    not_the_owner,   ///< Neither the watch's owner nor a leader.
    no_notice,       ///< No notice to object to, or no objection to decide.
    objection_too_late,
    last_of_list = objection_too_late
};

/// Chinese first. `what` says which guard failed, `next` what to do.
struct GuardText {
    std::string_view name;
    std::string_view what_zh;
    std::string_view next_zh;
    std::string_view what_en;
    std::string_view next_en;
};
[[nodiscard]] const GuardText& guard_text(GuardFailure failure);

}  // namespace jiuying::schema
