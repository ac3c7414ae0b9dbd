// The table of /api/. What stands in it is answered; everything else is not there.
#include "node/http/route.hpp"

#include <array>

namespace jiuying::node {
namespace {

using A = Action;

/// Asked by a person who opens a page.
constexpr Route read(std::string_view path, std::string_view command, Action action,
                     std::string_view members, Wording about) {
    return {Method::get, path, command, action, At::both, Takes::members, members, true, about};
}
/// Asked by the page itself: no sign of a person.
constexpr Route polled(std::string_view path, std::string_view command, Action action,
                       std::string_view members, Wording about) {
    return {Method::get, path, command, action, At::both, Takes::members, members, false, about};
}
constexpr Route does(std::string_view path, std::string_view command, Action action,
                     std::string_view members, Wording about) {
    return {Method::post, path, command, action, At::both, Takes::members, members, true, about};
}

constexpr std::string_view filters =
    "state unit due channel category queue meeting limit:n offset:n";

constexpr std::array table{
    polled("/api/me", "page.me", A::see_own, "",
           {"我是谁、有什么角色", "who I am and what I may do"}),
    polled("/api/live", "page.live", A::see_own, "",
           {"有变化时推送的事件(SSE)", "events when something changed (server-sent events)"}),
    polled("/api/words", "page.words", A::see_own, "",
           {"字段、选项、办理动作和状态的名称", "labels of fields, choices, acts and states"}),
    polled("/api/status", "status", A::see_own, "", {"本机情况", "how the node stands"}),
    polled("/api/sync", "sync.status", A::see_own, "",
           {"和区中枢的联系情况", "how the contact with the hub stands"})
        .only(At::station),
    does("/api/sync", "sync.now", A::sync, "", {"现在就同步", "sync now"}).only(At::station),
    read("/api/appeals", "appeal.list", A::read_appeals, filters, {"诉求列表", "list appeals"}),
    does("/api/appeals/search", "appeal.list", A::read_appeals,
         "search state unit due channel category queue meeting limit:n offset:n quick:b",
         {"按字词查找(字词不进网址)", "find by words, which stay out of the address"}),
    does("/api/appeals", "appeal.add", A::record, "", {"登记一件诉求", "register an appeal"})
        .taking(Takes::values),
    read("/api/appeals/{id}", "appeal.show", A::read_appeals, "",
         {"一件诉求的全部情况", "one appeal with all that belongs to it"}),
    read("/api/appeals/{id}/deadline", "order.deadline", A::read_appeals, "as_of",
         {"时限是怎么算的", "how its deadlines are counted"}),
    read("/api/appeals/{id}/acts", "page.acts", A::read_appeals, "",
         {"我现在能对它做什么", "what I may do with it now"}),
    does("/api/appeals/{id}/edit", "appeal.edit", A::edit, "set seen reason detail",
         {"修改", "edit fields"}),
    does("/api/appeals/{id}/notes", "appeal.note", A::edit, "text happened_at",
         {"补记", "add a note"}),
    does("/api/appeals/{id}/act", "order.act", A::act, "",
         {"办理动作：kind 和它的事实", "an act of the life cycle: kind and its facts"})
        .taking(Takes::facts),
    does("/api/appeals/{id}/reveal", "page.reveal_appeal", A::reveal, "reason",
         {"带理由查看完整个人信息，留痕", "see it unmasked, with a reason, on record"}),
    read("/api/conflicts", "conflict.list", A::read_appeals, "",
         {"待裁决的冲突", "conflicts that wait"}),
    read("/api/conflicts/{id}", "conflict.show", A::read_appeals, "", {"一处冲突", "one conflict"}),
    does("/api/conflicts/{id}/reveal", "page.reveal_conflict", A::reveal, "reason",
         {"带理由查看冲突的完整内容，留痕", "see its values unmasked, on record"}),
    does("/api/conflicts/{id}/resolve", "conflict.resolve", A::settle,
         "take:n value ruling reason detail", {"裁决", "settle it"}),
    read("/api/today", "page.today", A::read_appeals, "limit:n bucket",
         {"今日待办", "what is due, and who is to act"}),
    read("/api/gate", "scan.gate", A::count, "date limit:n", {"日清检查", "the day-end gate"}),
    read("/api/backlog", "scan.backlog", A::count, "", {"在办件的库龄", "ages of what is open"}),
    read("/api/reports/totals", "report.totals", A::count, "by from to limit:n",
         {"分项数量", "counts by something"}),
    read("/api/reports/ledger", "report.ledger", A::count, "",
         {"各站收发台账", "what stations registered and the hub received"}),
    polled("/api/drafts", "page.drafts", A::record, "", {"我的草稿", "my drafts"}),
    does("/api/drafts/{id}", "page.save_draft", A::record, "", {"存一份草稿", "keep a draft"})
        .taking(Takes::values),
    does("/api/drafts/{id}/drop", "page.drop_draft", A::record, "", {"删一份草稿", "drop a draft"}),
    read("/api/meetings", "meeting.list", A::read_appeals, "limit:n", {"会议", "meetings"}),
    does("/api/meetings", "meeting.add", A::record,
         "kind title place date ends_at host leader units notice attendees",
         {"登记一场会议", "register a meeting"}),
    read("/api/meetings/{id}", "meeting.show", A::read_appeals, "limit:n",
         {"一场会议和会上说的", "a meeting and what was said there"}),
    does("/api/meetings/{id}/edit", "meeting.edit", A::record, "set seen",
         {"改会议、写纪要", "change a meeting, write its minutes"}),
    does("/api/meetings/{id}/notes", "meeting.note", A::record, "rows",
         {"记下会上的诉求，一行一件", "take requests down, a row each"}),
    does("/api/meetings/{id}/close", "meeting.close", A::record, "undo:b",
         {"会议办结", "close a meeting"}),
    read("/api/enterprises", "enterprise.list", A::read_appeals, "limit:n",
         {"企业", "enterprises"}),
    does("/api/enterprises/search", "enterprise.list", A::read_appeals, "search limit:n",
         {"按名称找企业(字词不进网址)", "find enterprises by words"}),
    does("/api/enterprises", "enterprise.add", A::record, "", {"登记企业", "record an enterprise"})
        .taking(Takes::values),
    // Before the path of one enterprise, whose word it would be.
    read("/api/enterprises/duplicates", "enterprise.duplicates", A::read_appeals, "limit:n",
         {"可能是同一家的企业", "records that may be one enterprise"}),
    read("/api/enterprises/{id}", "enterprise.show", A::read_appeals, "limit:n",
         {"一家企业的全部情况", "all about an enterprise, on one timeline"}),
    does("/api/enterprises/{id}/edit", "enterprise.edit", A::edit, "set seen",
         {"改企业资料", "change an enterprise's record"}),
    does("/api/enterprises/{id}/contacts", "enterprise.contact", A::edit,
         "text method contact happened_at", {"记一次联系", "write down a contact"}),
    does("/api/enterprises/{id}/reveal", "page.reveal_enterprise", A::reveal, "reason",
         {"带理由查看企业的完整信息，留痕", "see its record unmasked, on record"}),
    does("/api/enterprises/{id}/merge", "enterprise.merge", A::settle, "into undo:b dry_run:b",
         {"两条记录并为一家企业", "make two records one enterprise"})
        .only(At::hub),
    read("/api/supervision", "page.supervision", A::read_appeals, "limit:n",
         {"督办、提级、有批示的工单", "orders supervised, escalated, or with an instruction"})
        .only(At::hub),
    read("/api/watch", "page.watch", A::read_appeals, "owner all:b limit:n",
         {"重点关注清单，附起因", "the watch list, with causes"}),
    read("/api/reports/watch", "report.watch", A::count, "from to as_of",
         {"各触发条件的次数", "how often each trigger fired"}),
    read("/api/reports/human-visits", "report.human", A::count, "from to as_of limit:n",
         {"企业诉求的人工回访", "human visits of enterprises' requests"}),
    read("/api/visits", "page.visits", A::read_appeals, "limit:n",
         {"等回访的工单，谁能回访", "orders that wait for a visit, and who may make it"}),
    read("/api/cases", "case.list", A::read_appeals, "", {"难办点", "hard cases"}).only(At::hub),
    does("/api/cases", "case.add", A::oversee, "title cause lead target orders enterprise",
         {"列一个难办点", "enter a hard case"})
        .only(At::hub),
    read("/api/cases/{id}", "case.show", A::read_appeals, "", {"一个难办点", "one hard case"})
        .only(At::hub),
    does("/api/cases/{id}/progress", "case.progress", A::oversee, "text happened_at",
         {"记进展", "write down progress"})
        .only(At::hub),
    does("/api/cases/{id}/link", "case.link", A::oversee, "order",
         {"关联诉求", "link orders to it"})
        .only(At::hub),
    does("/api/cases/{id}/propose", "case.propose", A::oversee, "evidence",
         {"提出销号", "propose to strike it off"})
        .only(At::hub),
    does("/api/cases/{id}/strike", "case.strike", A::oversee, "",
         {"批准销号", "approve the strike-off"})
        .only(At::hub),
    read("/api/worklists", "worklist.list", A::read_appeals, "", {"工作清单", "work lists"}),
    does("/api/worklists", "worklist.add", A::oversee, "title owner due items",
         {"列一份清单", "make a work list"}),
    read("/api/worklists/{id}", "worklist.show", A::read_appeals, "",
         {"一份清单", "one work list"}),
    does("/api/worklists/{id}/items", "worklist.item", A::oversee, "add remove",
         {"增减清单事项", "add or take away items"}),
    does("/api/worklists/{id}/owner", "worklist.owner", A::oversee, "owner",
         {"换清单责任人", "name another owner"}),
    does("/api/worklists/{id}/close", "worklist.close", A::oversee, "",
         {"清单办结", "close a list"}),
    read("/api/repeats", "repeat.list", A::read_appeals, "kind limit:n decided:b",
         {"可能重复的诉求", "suspected repeats"}),
    polled("/api/lists/{id}", "reference.list", A::see_lists, "limit:n",
           {"代码表：region、unit、category……", "a list: region, unit, category ..."}),
    polled("/api/channels", "channel.list", A::see_lists, "", {"渠道", "channels"}),
    polled("/api/reasons", "reason.list", A::see_lists, "use",
           {"各步骤可用的原因", "reasons that steps may name"}),
    polled("/api/settings", "setting.list", A::see_lists, "", {"规则设置", "settings"}),
    polled("/api/duty", "duty.now", A::see_lists, "at", {"现在谁值班", "who is on duty"}),
    read("/api/stations", "station.list", A::see_stations, "",
         {"各站点情况", "the stations and how they stand"})
        .only(At::hub),
    read("/api/alarms", "alarm.list", A::see_stations, "",
         {"要人看一看的情况", "what a person must look into"}),
    does("/api/alarms/{id}/settle", "alarm.settle", A::manage_stations, "reason",
         {"看过了，写下是怎么回事", "looked into: what it was"})
        .only(At::hub),
    does("/api/stations", "invite", A::manage_stations, "station name region hub expires_days:n",
         {"邀请站点", "invite a station"})
        .only(At::hub),
    does("/api/settings", "setting.set", A::manage_rules, "name value",
         {"改一条设置", "change a setting"})
        .only(At::hub),
    does("/api/stations/{id}/revoke", "roster.revoke", A::manage_stations, "reason",
         {"停用站点(不能撤回)", "revoke a station, for good"})
        .only(At::hub),
    does("/api/stations/{id}/retire", "roster.retire", A::manage_stations, "reason",
         {"站点退役", "retire a station"})
        .only(At::hub),
    does("/api/lists/{id}/set", "page.list_set", A::manage_rules, "",
         {"按代码新增或修改一条", "add or change one by its code"})
        .only(At::hub)
        .taking(Takes::values),
    polled("/api/calendars", "calendar.list", A::see_lists, "", {"节假日安排", "calendars"}),
    polled("/api/calendars/{id}", "calendar.show", A::see_lists, "",
           {"一年的节假日安排", "a year's calendar"}),
    does("/api/calendars", "calendar.load", A::manage_rules, "notice",
         {"装入国务院的放假通知", "load the yearly notice"})
        .only(At::hub),
    polled("/api/policies", "policy.list", A::see_lists, "", {"时限规则", "deadline policies"}),
    polled("/api/policies/{id}", "policy.show", A::see_lists, "",
           {"一版时限规则", "an edition of the policy"}),
    does("/api/policies", "policy.load", A::manage_rules, "document",
         {"装入一版时限规则", "load an edition"})
        .only(At::hub),
    does("/api/reasons", "reason.add", A::manage_rules, "use code name",
         {"加一个原因", "add a reason"})
        .only(At::hub),
    does("/api/reasons/retire", "reason.retire", A::manage_rules, "use code",
         {"停用一个原因", "retire a reason"})
        .only(At::hub),
    does("/api/channels", "channel.add", A::manage_rules, "code name level",
         {"加一个渠道", "add a channel"})
        .only(At::hub),
    polled("/api/mappings", "mapping.list", A::see_lists, "",
           {"保存的导入对应", "saved mappings of files"}),
    does("/api/imports", "page.import_begin", A::take_files, "name size:n",
         {"要送一个文件来导入", "a file for an import is coming"}),
    does("/api/imports/{id}/piece", "page.import_piece", A::take_files, "offset:n bytes",
         {"文件的下一段(base64)", "its next piece (base64)"}),
    does("/api/imports/{id}/run", "page.import_run", A::take_files,
         "dry_run:b mapping map type region channel sheet header_row:n lang",
         {"试运行或导入", "try or import it"}),
    does("/api/imports/{id}/drop", "page.import_drop", A::take_files, "",
         {"不要这个文件了", "forget it"}),
    polled("/api/work", "page.work", A::see_own, "",
           {"我交代的事做到哪里了", "how far is what I asked for"}),
    does("/api/work/stop", "page.work_stop", A::see_own, "",
         {"停下来(已做的不撤销)", "stop it; what is done stays"}),
    does("/api/sticks", "page.sticks", A::carry, "path",
         {"插着哪些 U 盘，或某个文件夹里有什么", "sticks here, or what is in a folder"}),
    does("/api/sticks/export", "page.stick_export", A::carry, "path station all:b dry_run:b lang",
         {"导出到 U 盘", "export to a stick"}),
    does("/api/sticks/import", "page.stick_import", A::carry, "path lang",
         {"从 U 盘导入", "import from a stick"}),
    read("/api/users", "user.list", A::manage_users, "", {"用户", "users"}),
    does("/api/users", "user.invite", A::manage_users, "user name roles",
         {"给设置码", "give a setup code"}),
    does("/api/users/{id}/remove", "user.remove", A::manage_users, "",
         {"去掉一个用户", "remove a user"}),
    does("/api/users/{id}/unlock", "user.unlock", A::manage_users, "",
         {"解除锁定", "unlock a user"}),
    read("/api/audit", "audit.list", A::read_audit, "actor action since until station limit:n",
         {"审计日志", "the audit log"}),
    read("/api/audit/check", "audit.verify", A::read_audit, "",
         {"检查审计日志", "check the audit log"}),
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace jiuying::node
