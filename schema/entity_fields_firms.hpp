/// The fields of enterprises and meetings, and of what is kept about them. Part of
/// schema/entities.cpp.
#pragma once

#include "schema/entity_choices.hpp"

namespace jiuying::schema::tables {

inline constexpr std::array enterprise_fields{
    Field{1, "name", text, M::last, W::any, P::content, 200, {}, "名称", "name", {}, true},
    Field{2,
          "uscc",
          text,
          M::ask,
          W::any,
          P::personal,
          18,
          {},
          "统一社会信用代码",
          "unified credit code"},
    Field{3, "class", choice, M::last, W::any, P::open, 0, enterprise_classes, "类别", "class"},
    Field{4, "industry", text, M::last, W::any, P::open, 8, {}, "行业代码", "industry code"},
    Field{5, "park", text, M::last, W::any, P::open, 12, {}, "所在园区", "park (region code)"},
    // Two records of one firm: this one goes on in the other. Nothing of it is lost.
    Field{6, "merged_into", record, M::owner, W::hub, P::open, 16, {}, "并入企业", "merged into"},
    Field{7, "aliases", set, M::set, W::any, P::content, 200, {}, "别名", "other names"},
};
inline constexpr std::array meeting_fields{
    Field{1, "kind", choice, M::owner, W::home, P::open, 0, meeting_kinds, "种类", "kind"},
    Field{2, "title", text, M::last, W::any, P::content, 200, {}, "标题", "title"},
    Field{3, "place", text, M::last, W::any, P::content, 200, {}, "地点", "place"},
    Field{4, "date", time, M::last, W::any, P::open, 0, {}, "日期", "date"},
    Field{5, "host", text, M::last, W::any, P::content, 100, {}, "主持", "host"},
    Field{6, "attendees", set, M::set, W::any, P::personal, 100, {}, "参会人", "attendees"},
    Field{7, "units", text, M::last, W::any, P::open, 400, {}, "到场单位", "units present"},
    Field{8, "leader", text, M::last, W::any, P::open, 32, {}, "接听领导", "leader (staff code)"},
    Field{9, "ends_at", time, M::last, W::any, P::open, 0, {}, "结束时间", "ends at"},
    Field{10, "notice", text, M::last, W::any, P::content, 2000, {}, "公告", "public notice"},
    Field{11, "minutes", text, M::last, W::any, P::content, 20000, {}, "纪要", "minutes"},
    Field{12, "closed_at", time, M::last, W::any, P::open, 0, {}, "办结时间", "closed at"},
    Field{13, "closed_by", text, M::last, W::any, P::open, 32, {}, "办结人", "closed by"},
};
/// One contact with an enterprise, by whatever way, that is no request.
inline constexpr std::array contact_log_fields{
    Field{1,
          "enterprise",
          record,
          M::append,
          W::any,
          P::open,
          16,
          {},
          "企业",
          "enterprise",
          {},
          true},
    Field{2, "happened_at", time, M::append, W::any, P::open, 0, {}, "发生时间", "happened at"},
    Field{3, "method", choice, M::append, W::any, P::open, 0, contact_methods, "方式", "method"},
    Field{4, "contact", text, M::append, W::any, P::personal, 60, {}, "联系人", "contact"},
    Field{5, "text", text, M::append, W::any, P::content, 20000, {}, "内容", "text"},
};
/// A matter of enterprises that can't be settled soon: who leads, until when, and how it ended.
inline constexpr std::array hard_case_fields{
    Field{1, "title", text, M::owner, W::hub, P::content, 200, {}, "标题", "title"},
    Field{2, "cause", choice, M::owner, W::hub, P::open, 0, hard_case_causes, "难点原因", "cause"},
    Field{3, "lead", text, M::owner, W::hub, P::open, 32, {}, "牵头单位", "lead unit"},
    Field{4, "target_date", time, M::owner, W::hub, P::open, 0, {}, "目标日期", "target date"},
    Field{5, "orders", set, M::set, W::hub, P::open, 36, {}, "关联诉求", "linked orders"},
    Field{6, "enterprise", record, M::owner, W::hub, P::open, 16, {}, "企业", "enterprise"},
    Field{7, "opened_at", time, M::owner, W::hub, P::open, 0, {}, "列入时间", "entered at"},
    Field{8,
          "proposed_by",
          text,
          M::owner,
          W::hub,
          P::open,
          32,
          {},
          "销号提出人",
          "strike-off proposed by"},
    Field{9, "evidence", text, M::owner, W::hub, P::content, 2000, {}, "销号依据", "evidence"},
    Field{10, "struck_by", text, M::owner, W::hub, P::open, 32, {}, "销号批准人", "approved by"},
    Field{11, "struck_at", time, M::owner, W::hub, P::open, 0, {}, "销号时间", "struck off at"},
};
inline constexpr std::array case_progress_fields{
    Field{1,
          "hard_case",
          record,
          M::append,
          W::hub,
          P::open,
          16,
          {},
          "难办点",
          "hard case",
          {},
          true},
    Field{2, "text", text, M::append, W::hub, P::content, 20000, {}, "进展", "progress"},
    Field{3, "happened_at", time, M::append, W::hub, P::open, 0, {}, "发生时间", "happened at"},
};
/// A list somebody answers for: it is done when all of its orders are.
inline constexpr std::array work_list_fields{
    Field{1, "title", text, M::last, W::any, P::content, 200, {}, "标题", "title"},
    Field{2, "owner", text, M::last, W::any, P::open, 32, {}, "责任人", "owner (staff code)"},
    Field{3, "due_at", time, M::last, W::any, P::open, 0, {}, "期限", "due"},
    Field{4, "items", set, M::set, W::any, P::open, 36, {}, "清单事项", "orders on it"},
    Field{5, "closed_at", time, M::last, W::any, P::open, 0, {}, "办结时间", "closed at"},
    Field{6, "closed_by", text, M::last, W::any, P::open, 32, {}, "办结人", "closed by"},
};

}  // namespace jiuying::schema::tables
