#include "schema/workflow_words.hpp"

#include <array>
#include <cstddef>

namespace jiuying::schema {
namespace {

/// In the order of MainState.
constexpr std::array state_words{
    Wording{"草稿", "draft"},
    Wording{"已登记", "registered"},
    Wording{"已入库", "received"},
    Wording{"待补充", "waiting for information"},
    Wording{"定性中", "being classified"},
    Wording{"已派单", "dispatched"},
    Wording{"办理中", "in progress"},
    Wording{"退单待审", "send-back pending"},
    Wording{"已回复待审核", "replied, to be reviewed"},
    Wording{"待回访", "to be visited"},
    Wording{"挂账", "suspended"},
    Wording{"已办结", "closed"},
    Wording{"已归档", "archived"},
    Wording{"不予受理", "not accepted"},
    Wording{"已并单", "merged"},
    Wording{"已撤回", "withdrawn"},
    Wording{"已作废", "void"},
};
static_assert(state_words.size() == static_cast<std::size_t>(MainState::last_of_list) + 1);

/// In the order of EventKind.
constexpr std::array event_words{
    Wording{"未知事件", "unknown event"},
    Wording{"登记", "registered"},
    Wording{"入库", "received"},
    Wording{"退回补充", "information asked for"},
    Wording{"补充", "information added"},
    Wording{"不予受理", "not accepted"},
    Wording{"并单", "merged"},
    Wording{"定性", "classified"},
    Wording{"派单", "dispatched"},
    Wording{"签收", "signed for"},
    Wording{"申请退单", "send-back asked for"},
    Wording{"退单成立", "send-back upheld"},
    Wording{"退单驳回", "send-back refused"},
    Wording{"回复", "replied"},
    Wording{"审核退回", "review refused"},
    Wording{"审核通过", "review passed"},
    Wording{"回访", "visited"},
    Wording{"重办", "rework"},
    Wording{"挂账", "suspended"},
    Wording{"复办", "resumed"},
    Wording{"复查重开", "reopened"},
    Wording{"归档", "archived"},
    Wording{"撤回", "withdrawn"},
    Wording{"作废", "voided"},
    Wording{"撤销并单", "merge undone"},
    Wording{"回访办结", "closed"},
    Wording{"就地办结", "closed on the spot"},
    Wording{"先行联系", "first contact"},
    Wording{"延期申请", "extension asked for"},
    Wording{"延期批准", "extension granted"},
    Wording{"延期不批", "extension refused"},
    Wording{"改派", "reassigned"},
    Wording{"加派", "unit added"},
    Wording{"协办完成", "co-unit done"},
    Wording{"督办", "supervised"},
    Wording{"批示", "instruction"},
    Wording{"批示反馈", "instruction answered"},
    Wording{"提级", "escalated"},
    Wording{"时间更正", "time corrected"},
    Wording{"事件裁定", "ruling on an event"},
    Wording{"提出作废", "voiding proposed"},
    Wording{"定岗", "holder named"},
    Wording{"到站", "arrived at the station"},
    Wording{"事实更正", "facts corrected"},
    Wording{"列入重点关注", "put on the watch list"},
    Wording{"指定责任人", "owner named"},
    Wording{"移出重点关注", "taken off the watch list"},
    Wording{"督办升级", "supervision step"},
    Wording{"按规则提级", "escalated by rule"},
    Wording{"申诉", "objection"},
    Wording{"申诉裁定", "objection decided"},
};
static_assert(event_words.size() == static_cast<std::size_t>(EventKind::last_of_list) + 1);

}  // namespace

Wording wording(MainState state) { return state_words[static_cast<std::size_t>(state)]; }
Wording wording(EventKind kind) { return event_words[static_cast<std::size_t>(kind)]; }

}  // namespace jiuying::schema
