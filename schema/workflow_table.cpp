#include "schema/workflow_table.hpp"

#include "schema/workflow_checks.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

using enum MainState;
using K = EventKind;
using L = Leads;
using W = Who;

template <class... Of>
consteval States in(Of... states) {
    return {((1U << static_cast<unsigned>(states)) | ...)};
}

constexpr States fresh = in(received, triage);
constexpr States working = in(dispatched, in_progress);
constexpr States with_unit = in(dispatched, in_progress, return_pending);
constexpr States busy = in(received, need_info, triage, dispatched, in_progress, return_pending,
                           replied, visit_pending, suspended);
/// An order closed on the spot may have an instruction that nobody has answered yet.
constexpr States answerable = {busy.bits | in(closed).bits};
constexpr States all =
    in(registered, received, need_info, triage, dispatched, in_progress, return_pending, replied,
       visit_pending, suspended, closed, archived, not_accepted, merged, withdrawn);

/// Where the facts of the intake are fixed and may still be wrong.
constexpr States correctable = {busy.bits | in(closed, merged).bits};

/// For a transition that names no state to lead to.
constexpr MainState none = draft;

/// The event may be written by a station with no link, or by the hub only.
constexpr bool station = true;
constexpr bool hub = false;

// Sorted by kind, so that a kind's rows stand together. A row's number is that of domain B2.
constexpr std::array table{
    Transition{4, K::need_info, fresh, L::to, need_info, W::dispatcher, checks::need_info, hub,
               "退回补充", "not yet dispatched; says what is missing"},
    Transition{4, K::info_added, in(need_info), L::to, received, W::home, checks::words, station,
               "补充", "says what was added"},
    Transition{5, K::not_accepted, fresh, L::to, not_accepted, W::dispatcher, checks::not_accepted,
               hub, "不予受理", "not yet dispatched; reason, legal path, person told"},
    Transition{6, K::merged, fresh, L::to, merged, W::dispatcher, checks::merged, hub, "并单",
               "not yet dispatched; an open, earlier order of the same person named; reason"},
    Transition{7, K::triaged, fresh, L::to, triage, W::dispatcher, checks::triaged, hub, "定性",
               "type and complexity"},
    Transition{7, K::triaged, with_unit, L::stay, none, W::dispatcher, checks::reclassified, hub,
               "改类", "type and complexity; reason"},
    Transition{
        7, K::dispatched, fresh, L::to, dispatched, W::dispatcher, checks::dispatched, hub, "派单",
        "type and complexity; units in use, each once, none the one complained about, nor at "
        "its station"},
    Transition{8, K::signed_for, in(dispatched), L::to, in_progress, W::lead_unit, nullptr, station,
               "签收", ""},
    Transition{9, K::return_asked, working, L::to, return_pending, W::lead_unit,
               checks::return_asked, station, "申请退单",
               "lead not fixed; within the limit in days and number; reason and duty basis"},
    Transition{10, K::return_upheld, in(return_pending), L::to, triage, W::dispatcher,
               checks::decided_by_another, hub, "退单成立", "somebody else than who asked; reason"},
    Transition{11, K::return_refused, in(return_pending), L::to, in_progress, W::dispatcher,
               checks::decided_by_another, hub, "退单驳回",
               "somebody else than who asked; reason; the lead unit is fixed from then on"},
    Transition{13, K::replied, in(in_progress), L::to, replied, W::lead_unit, checks::replied,
               station, "回复",
               "first contact by that unit (or nobody to contact); solved or why not; co-tasks "
               "done; answer; "
               "not solvable: basis and a second person; key order: a leader signs"},
    Transition{6, K::replied, in(merged), L::stay, none, W::reviewer, checks::replied_when_merged,
               hub, "并单后答复", "answer"},
    Transition{14, K::review_refused, in(replied), L::to, in_progress, W::reviewer,
               checks::review_refused, hub, "审核退回",
               "did not handle it; not before the reply; reason"},
    Transition{15, K::review_passed, in(replied), L::to, visit_pending, W::reviewer,
               checks::review_passed, hub, "审核通过", "did not handle it; not before the reply"},
    Transition{
        16, K::visited, in(visit_pending, closed, merged), L::stay, none, W::visitor,
        checks::visited, station, "回访",
        "neither person nor unit handled it, in no round; not before the reply; method, reached; "
        "grade or why none"},
    Transition{17, K::rework, in(visit_pending), L::to, in_progress, W::visitor, checks::rework,
               hub, "重办",
               "neither person nor unit handled it; the visit that counts is dissatisfied"},
    Transition{18, K::suspended, in(in_progress, suspended), L::to, suspended, W::leader,
               checks::suspended, hub, "挂账", "plan, stage date within 90 days, person told"},
    Transition{18, K::resumed, in(suspended), L::to, in_progress, W::resumer, nullptr, hub, "复办",
               ""},
    Transition{19, K::reopened, in(closed), L::unit, in_progress, W::supervisor, checks::reopened,
               hub, "复查重开", "reason; within 30 days unless the closing was false"},
    Transition{20, K::archived, in(closed), L::to, archived, W::archivist, checks::archived, hub,
               "归档",
               "no open conflict or instruction; drawn visit made; no worse visit after closing"},
    Transition{21, K::withdrawn, in(registered, received, need_info, triage), L::to, withdrawn,
               W::home, checks::withdrawn, station, "撤回", "not yet dispatched; reason"},
    Transition{21, K::voided, all, L::to, voided, W::authority, checks::voided, hub, "作废",
               "proposed before, by another person"},
    Transition{22, K::unmerged, in(merged), L::back, none, W::dispatcher, checks::reason, hub,
               "撤销并单", "reason"},
    Transition{16, K::closed, in(visit_pending), L::to, closed, W::visitor, checks::closed, hub,
               "回访办结",
               "neither person nor unit handled it; satisfied; or unreasonable or lawfully "
               "unsolvable with basis and a second person; or three failed attempts on two days; "
               "or waived (praise, anonymous)"},
    Transition{16, K::closed, fresh, L::to, closed, W::dispatcher, checks::closed_as_repeat, hub,
               "按重复件办结",
               "not yet dispatched; an earlier, closed order of the same person named; basis, "
               "answer, person told; a second person"},
    Transition{2, K::closed_onsite, in(registered, received), L::to, closed, W::home,
               checks::onsite, station, "就地办结",
               "delegated category; no enterprise request, tip-off or complaint about a unit; "
               "answer; person confirms"},
    Transition{13, K::first_contact, working, L::stay, none, W::handling, checks::first_contact,
               station, "先行联系", "method, reached or not"},
    Transition{
        12, K::extension_asked, working, L::stay, none, W::lead_unit, checks::extension_asked,
        station, "延期申请",
        "before due; reason; a later time within the cap and a superior's limit; none waiting"},
    Transition{
        12, K::extension_granted, with_unit, L::stay, none, W::dispatcher,
        checks::extension_granted, hub, "延期批准",
        "asked, by somebody else; once, twice with a leader, on one order; within the cap and a "
        "superior's limit; person told"},
    Transition{12, K::extension_refused, with_unit, L::stay, none, W::dispatcher,
               checks::extension_refused, hub, "延期不批", "asked, by somebody else; reason"},
    Transition{10, K::reassigned, working, L::to, dispatched, W::dispatcher, checks::reassigned,
               hub, "改派", "another unit in use; reason; a fixed lead needs a leader"},
    Transition{0, K::unit_added, working, L::stay, none, W::dispatcher, checks::unit_added, hub,
               "加派", "a unit in use that does not have it yet"},
    Transition{0, K::co_task_done, in(dispatched, in_progress, return_pending, suspended), L::stay,
               none, W::co_unit, checks::co_task_done, station, "协办完成", "says what was done"},
    Transition{0, K::supervised, busy, L::stay, none, W::supervisor, checks::supervised, hub,
               "督办", "level 1 (urge), 2 (notice) or 3"},
    Transition{0, K::instruction, busy, L::stay, none, W::leader, checks::instruction, hub, "批示",
               "its words"},
    Transition{0, K::instruction_done, answerable, L::stay, none, W::feedback,
               checks::instruction_done, station, "批示反馈", "an open instruction; its feedback"},
    Transition{0, K::escalated, busy, L::stay, none, W::overseer, checks::escalated, hub, "提级",
               "a higher level, 1 to 3; reason"},
    Transition{
        0, K::time_corrected, all, L::stay, none, W::overseer, checks::time_corrected, hub,
        "时间更正",
        "not yet dispatched; the corrected time, between the receipts before and after; reason"},
    Transition{0, K::event_ruling, all, L::stay, none, W::authority, checks::event_ruling, hub,
               "事件裁定", "a refused event without ruling, or a visit"},
    Transition{21, K::void_proposed, all, L::stay, none, W::authority, checks::reason, hub,
               "提出作废", "reason"},
    Transition{0, K::assigned, busy, L::stay, none, W::authority, checks::assigned, hub, "定岗",
               "a holder of that post; no handler visits"},
    Transition{0, K::arrived, all, L::stay, none, W::program, nullptr, station, "到站",
               "names what sent the order there; once for each"},
    Transition{0, K::facts_corrected, correctable, L::stay, none, W::home, checks::facts_corrected,
               station, "事实更正", "dispatched or closed on the spot before; the facts, reason"},
    Transition{0, K::watch_opened, all, L::stay, none, W::program, nullptr, hub, "列入重点关注",
               "each trigger once"},
    Transition{0, K::watch_owner, answerable, L::stay, none, W::authority, checks::watch_owner, hub,
               "指定责任人", "on the watch list; somebody in service"},
    Transition{0, K::watch_ended, answerable, L::stay, none, W::watcher, checks::watch_ended, hub,
               "移出重点关注",
               "on the watch list; satisfied, by a person's visit since; or explained, with basis "
               "and a leader's sign"},
    Transition{0, K::ladder_step, all, L::stay, none, W::program, nullptr, hub, "督办升级",
               "each step once in a round"},
    Transition{0, K::rule_escalated, all, L::stay, none, W::program, nullptr, hub, "按规则提级",
               "each rule once for each level"},
    Transition{0, K::objected, answerable, L::stay, none, W::lead_unit, checks::objected, station,
               "申诉", "a notice, within its window; reason, words"},
    Transition{0, K::objection_decided, answerable, L::stay, none, W::supervisor,
               checks::objection_decided, hub, "申诉裁定",
               "an objection that waits, of somebody else; it stands or is withdrawn; reason"},
};

consteval bool well_formed() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        const Transition& row = table[i];
        if (i > 0 && row.kind < table[i - 1].kind) return false;
        if (row.from.bits == 0 || row.from.has(draft) || row.from.has(voided)) return false;
        if ((row.leads == L::to || row.leads == L::unit) == (row.to == draft)) return false;
        for (std::size_t k = 0; k < i; ++k) {
            if (table[k].kind == row.kind && (table[k].from.bits & row.from.bits) != 0)
                return false;
        }
    }
    return true;
}
static_assert(well_formed(), "out of order, or two rows for one kind in one state");

}  // namespace

std::span<const Transition> transitions() { return table; }

const Transition* find_transition(EventKind kind, MainState from) {
    for (const Transition& row : std::ranges::equal_range(table, kind, {}, &Transition::kind)) {
        if (row.from.has(from)) return &row;
    }
    return nullptr;
}

}  // namespace jiuying::schema
