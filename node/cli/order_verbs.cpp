#include "node/cli/order_verbs.hpp"

#include "node/cli/order_acts.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

using K = schema::EventKind;

constexpr std::array options{
    FactOption{"--text", "detail", "TEXT", {"说明", "words"}},
    FactOption{"--unit", "unit", "CODE", {"单位代码", "unit code"}},
    FactOption{
        "--co-units", "co_units", "CODE,…", {"协办单位代码，逗号分开", "co-units, by commas"}},
    FactOption{"--person",
               "person",
               "CODE",
               {"第二人、签字领导或指定人员的工号", "second person, signing leader, or holder"}},
    FactOption{"--reason", "reason", "CODE", {"原因", "reason code"}},
    FactOption{
        "--basis", "basis", "TEXT", {"法律、政策或职责依据", "law, policy or duty it rests on"}},
    FactOption{"--answer", "answer", "TEXT", {"答复内容", "what the person is told"}},
    FactOption{"--due", "due_at", "TIME", {"到什么时候", "until when"}},
    FactOption{"--to", "due_at", "TIME", {"更正后的登记时间", "the corrected registration time"}},
    FactOption{"--into", "target", "ID", {"并到哪一件", "the order it is merged into"}},
    FactOption{"--repeat-of",
               "target",
               "ID",
               {"重复的是哪一件(同一人、已办结)", "the order it repeats: same person, closed"}},
    FactOption{"--event", "target", "ID", {"哪一条经过(事件编号)", "the event meant, by its id"}},
    FactOption{
        "--method", "method", "phone|door|counter|message|self_service|robot", {"方式", "how"}},
    FactOption{"--reached", "reached", "yes|no", {"是否联系上", "whether reached"}},
    FactOption{"--solved", "solved", "yes|no", {"是否解决", "whether solved"}},
    FactOption{"--grade",
               "grade",
               "very_satisfied|satisfied|fairly_satisfied|dissatisfied|very_dissatisfied",
               {"满意度", "grade"}},
    FactOption{"--ground",
               "ground",
               "satisfied|unreasonable|lawfully_unsolvable|unreachable|waived",
               {"办结或不能解决的理由", "ground of closing, or why not solvable"}},
    FactOption{"--told", "told", "", {"已告知本人或本人已确认", "the person was told, or agreed"}},
    FactOption{"--level", "level", "N", {"级别 1 到 3", "level 1 to 3"}},
    FactOption{"--post", "post", "dispatcher|supervisor|replier|visitor", {"岗位", "post"}},
    FactOption{"--ruling", "ruling", "history|void|counts", {"裁定", "ruling"}},
    FactOption{"--type",
               "type",
               "inquiry|help_request|complaint|tip_off|suggestion|praise",
               {"诉求类型", "type"}},
    FactOption{"--complexity", "complexity", "simple|complex", {"复杂程度", "complexity"}},
    FactOption{
        "--policy", "policy", "CODE", {"时限规则(名称@版本)", "deadline policy (name@version)"}},
    FactOption{"--category", "category", "CODE", {"分类(代码@版本)", "category (code@version)"}},
};

constexpr std::array verbs{
    OrderVerb{"triage",
              K::triaged,
              {"定性", "classify"},
              "--type --complexity --category --policy --reason --text"},
    OrderVerb{"need-info", K::need_info, {"退回补充", "ask the station for more"}, "--text"},
    OrderVerb{"add-info", K::info_added, {"补充", "give what was asked for"}, "--text"},
    OrderVerb{"refuse",
              K::not_accepted,
              {"不予受理", "do not accept"},
              "--reason --basis --told --text --answer"},
    OrderVerb{"merge", K::merged, {"并单", "merge into another order"}, "--into --reason --text"},
    OrderVerb{"unmerge", K::unmerged, {"撤销并单", "undo a merge"}, "--reason --text"},
    OrderVerb{"dispatch",
              K::dispatched,
              {"派单", "dispatch to a unit"},
              "--unit --co-units --type --complexity --category --policy --reason --text"},
    OrderVerb{"sign", K::signed_for, {"签收", "sign for it"}, "--text"},
    OrderVerb{"send-back",
              K::return_asked,
              {"申请退单", "ask to send it back"},
              "--reason --basis --text"},
    OrderVerb{"uphold", K::return_upheld, {"退单成立", "uphold a send-back"}, "--reason --text"},
    OrderVerb{"overrule", K::return_refused, {"退单驳回", "refuse a send-back"}, "--reason --text"},
    OrderVerb{"reassign",
              K::reassigned,
              {"改派", "give it to another unit"},
              "--unit --co-units --reason --person --text"},
    OrderVerb{"add-unit", K::unit_added, {"加派", "add a co-unit"}, "--unit --due --text"},
    OrderVerb{"co-done", K::co_task_done, {"协办完成", "a co-unit is done"}, "--text"},
    OrderVerb{"contact",
              K::first_contact,
              {"先行联系", "first contact with the person"},
              "--method --reached --text"},
    OrderVerb{"extend",
              K::extension_asked,
              {"申请延期", "ask for an extension"},
              "--due --reason --text"},
    OrderVerb{"grant-extension",
              K::extension_granted,
              {"批准延期", "grant an extension"},
              "--due --told --person --text"},
    OrderVerb{"refuse-extension",
              K::extension_refused,
              {"不批准延期", "refuse an extension"},
              "--reason --text"},
    OrderVerb{"reply",
              K::replied,
              {"回复", "reply"},
              "--answer --solved --reason --ground --basis --person --text"},
    OrderVerb{"visit",
              K::visited,
              {"回访", "visit: ask the person"},
              "--method --reached --grade --solved --reason --text"},
    OrderVerb{"close",
              K::closed,
              {"办结", "close"},
              "--ground --basis --person --repeat-of --answer --told --text"},
    OrderVerb{"close-onsite",
              K::closed_onsite,
              {"就地办结", "close on the spot"},
              "--answer --told --category --solved --text"},
    OrderVerb{"rework", K::rework, {"重办", "send it for another round"}, "--reason --text"},
    OrderVerb{"suspend", K::suspended, {"挂账", "suspend"}, "--due --told --text"},
    OrderVerb{"resume", K::resumed, {"复办", "resume"}, "--text"},
    OrderVerb{"reopen", K::reopened, {"复查重开", "reopen"}, "--reason --text"},
    OrderVerb{"supervise", K::supervised, {"督办", "supervise"}, "--level --text"},
    OrderVerb{"escalate", K::escalated, {"提级", "escalate"}, "--level --reason --text"},
    OrderVerb{"instruct", K::instruction, {"批示", "give an instruction"}, "--unit --due --text"},
    OrderVerb{"instruct-done",
              K::instruction_done,
              {"批示反馈", "report on an instruction"},
              "--event --text"},
    OrderVerb{"assign", K::assigned, {"定岗", "name the holder of a post"}, "--post --person"},
    OrderVerb{"withdraw", K::withdrawn, {"撤回", "withdraw"}, "--reason --text"},
    OrderVerb{"archive", K::archived, {"归档", "archive"}, "--text"},
    OrderVerb{"correct-time",
              K::time_corrected,
              {"更正登记时间", "correct the registration time"},
              "--to --reason --text"},
    OrderVerb{"watch-owner",
              K::watch_owner,
              {"重点关注：换责任人", "watch list: name another owner"},
              "--person --text"},
    OrderVerb{"watch-end",
              K::watch_ended,
              {"移出重点关注", "take it off the watch list"},
              "--ground --basis --person --text"},
    OrderVerb{
        "object", K::objected, {"对督办通知申诉", "object to a notice"}, "--event --reason --text"},
    OrderVerb{"decide-objection",
              K::objection_decided,
              {"裁定申诉", "decide an objection"},
              "--event --ruling --reason --text"},
    OrderVerb{"rule",
              K::event_ruling,
              {"裁定一条经过", "rule on an event"},
              "--event --ruling --reason --text"},
};

/// Commands have one verb with an option for each two of these.
constexpr std::array by_option{
    OrderVerb{"review", K::review_passed, {"审核通过", "pass the review"}, "--text"},
    OrderVerb{"review",
              K::review_refused,
              {"审核退回", "send the reply back to the unit"},
              "--reason --text"},
    OrderVerb{"void", K::void_proposed, {"提出作废", "propose to void it"}, "--reason --text"},
    OrderVerb{"void", K::voided, {"确认作废", "void it, as was proposed"}, "--reason --text"},
};

constexpr auto acts = [] {
    std::array<OrderVerb, verbs.size() + by_option.size()> all{};
    std::ranges::copy(by_option, std::ranges::copy(verbs, all.begin()).out);
    return all;
}();

}  // namespace

std::span<const OrderVerb> order_verbs() { return verbs; }
std::span<const OrderVerb> order_acts() { return acts; }

const FactOption& fact_option(std::string_view name) {
    const auto found = std::ranges::find(options, name, &FactOption::option);
    JY_ASSERT(found != options.end());
    return *found;
}

}  // namespace jiuying::node
