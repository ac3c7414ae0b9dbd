#include "schema/entity_fields_firms.hpp"
#include "schema/entity_fields_reference.hpp"
#include "schema/entity_fields_trust.hpp"
#include "schema/registry.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

using namespace tables;

constexpr std::array appeal_fields{
    // Identity
    Field{1, "number", text, M::owner, W::home, P::open, 40, {}, "编号", "number", {}, true},
    Field{2, "number_suffix", text, M::owner, W::hub, P::open, 8, {}, "编号后缀", "number suffix"},
    Field{3, "channel", text, M::owner, W::home, P::open, 32, {}, "渠道", "channel"},
    Field{4,
          "ext_no",
          text,
          M::owner,
          W::home,
          P::open,
          64,
          {},
          "外部编号",
          "external number",
          {},
          true},
    Field{5, "registered_at", time, M::owner, W::home, P::open, 0, {}, "登记时间", "registered at"},
    Field{6, "type", choice, M::last, W::any, P::open, 0, appeal_types, "诉求类型", "type"},
    // Person
    Field{10, "requester_kind", choice, M::last, W::any, P::open, 0, requester_kinds, "诉求人类别",
          "requester kind"},
    Field{11, "contact", text, M::ask, W::any, P::personal, 60, {}, "联系人", "contact"},
    Field{12, "phone", text, M::ask, W::any, P::personal, 40, {}, "电话", "phone"},
    Field{13, "address", text, M::ask, W::any, P::personal, 200, {}, "住址", "address"},
    Field{14,
          "uscc",
          text,
          M::ask,
          W::any,
          P::personal,
          18,
          {},
          "统一社会信用代码",
          "unified credit code"},
    Field{
        15, "contact_wish", text, M::last, W::any, P::content, 200, {}, "联系意愿", "contact wish"},
    Field{16, "anonymous", boolean, M::last, W::any, P::open, 0, {}, "匿名", "anonymous"},
    Field{17, "confidential", boolean, M::last, W::any, P::open, 0, {}, "保密", "confidential"},
    Field{18,
          "special_care",
          text,
          M::last,
          W::any,
          P::personal,
          100,
          {},
          "特别照顾",
          "special care"},
    // Matter
    Field{20, "title", text, M::last, W::any, P::content, 200, {}, "标题", "title"},
    Field{21, "text", text, M::last, W::any, P::content, 20000, {}, "内容", "text"},
    Field{22, "region", text, M::last, W::any, P::open, 12, {}, "所属区划", "region"},
    Field{23, "place", text, M::last, W::any, P::content, 200, {}, "地点", "place"},
    Field{24, "occurred_at", time, M::last, W::any, P::open, 0, {}, "发生时间", "occurred at"},
    Field{25,
          "people_affected",
          number,
          M::last,
          W::any,
          P::open,
          10'000'000,
          {},
          "涉及人数",
          "people affected"},
    Field{26, "urgency", choice, M::last, W::any, P::open, 0, urgencies, "紧急程度", "urgency"},
    Field{27,
          "category",
          text,
          M::owner,
          W::hub,
          P::open,
          64,
          {},
          "分类(代码@版本)",
          "category (code@version)"},
    Field{28, "complexity", choice, M::owner, W::hub, P::open, 0, complexities, "复杂程度",
          "complexity"},
    Field{29, "tags", set, M::set, W::any, P::open, 40, {}, "标签", "tags"},
    Field{30,
          "leader_source",
          text,
          M::last,
          W::any,
          P::open,
          100,
          {},
          "领导交办来源",
          "leader source"},
    Field{31, "subject_unit", text, M::last, W::any, P::open, 32, {}, "被诉单位", "subject unit"},
    Field{32, "meeting", record, M::last, W::any, P::open, 16, {}, "所属会议", "meeting", {}, true},
    Field{33, "enterprise", record, M::last, W::any, P::open, 16, {}, "所属企业", "enterprise"},
    Field{34, "reminders", number, M::largest, W::any, P::open, 9999, {}, "催办次数", "reminders"},
    // Added later: a new field takes the next number, whatever group it belongs to.
    Field{35,
          "hub_order_no",
          text,
          M::owner,
          W::hub,
          P::open,
          40,
          {},
          "中心工单号",
          "hub order number"},
    // Whoever knows it may ask how the matter stands.
    Field{36,
          "query_code",
          text,
          M::owner,
          W::home,
          P::content,
          32,
          {},
          "查询码",
          "query code",
          {},
          true},
    Field{37, "matter_id", record, M::last, W::any, P::open, 16, {}, "事项", "matter"},
    // Latitude and longitude belong together: one field, or a merge mixes two places.
    Field{38,
          "point",
          text,
          M::last,
          W::any,
          P::content,
          32,
          {},
          "坐标(纬度,经度)",
          "point (latitude,longitude)"},
    Field{39, "related", set, M::set, W::any, P::open, 40, {}, "关联诉求", "related appeals"},
    Field{40,
          "policy",
          text,
          M::owner,
          W::hub,
          P::open,
          80,
          {},
          "时限规则与日历(各带@版本)",
          "policy and calendar (each @version)"},
    Field{41, "lead_unit", text, M::owner, W::hub, P::open, 32, {}, "主办单位", "lead unit"},
    // The limit that came with an order handed down; the earlier due counts.
    Field{
        42, "ext_due_at", time, M::owner, W::home, P::open, 0, {}, "上级交办时限", "external due"},
    Field{43,
          "ext_received_at",
          time,
          M::owner,
          W::home,
          P::open,
          0,
          {},
          "渠道受理时间",
          "received by the channel at"},
    Field{44, "ext_level", choice, M::owner, W::home, P::open, 0, channel_levels, "渠道级别",
          "level of the channel"},
    // Whether the unit complained about may read it.
    Field{45,
          "subject_released",
          boolean,
          M::owner,
          W::hub,
          P::open,
          0,
          {},
          "回避已解除",
          "recusal lifted"},
};
constexpr std::array event_fields{
    Field{1, "order", record, M::append, W::any, P::open, 16, {}, "工单", "order", {}, true},
    Field{2, "kind", choice, M::append, W::any, P::open, 0, event_kinds, "事件", "kind"},
    Field{3, "after", bytes, M::append, W::any, P::open, 4096, {}, "所见事件", "event heads seen"},
    Field{4, "happened_at", time, M::append, W::any, P::open, 0, {}, "发生时间", "happened at"},
    Field{5, "detail", text, M::append, W::any, P::content, 20000, {}, "内容", "detail"},
    Field{6, "unit", text, M::append, W::any, P::open, 32, {}, "单位代码", "unit code"},
    Field{7, "co_units", text, M::append, W::any, P::open, 400, {}, "协办单位", "co-units"},
    Field{8, "person", text, M::append, W::any, P::open, 32, {}, "第二人工号", "second person"},
    Field{9, "reason", text, M::append, W::any, P::open, 64, {}, "原因代码", "reason code"},
    Field{10, "basis", text, M::append, W::any, P::content, 2000, {}, "依据", "basis"},
    Field{11, "answer", text, M::append, W::any, P::content, 20000, {}, "答复内容", "answer"},
    Field{12, "due_at", time, M::append, W::any, P::open, 0, {}, "所定时间", "instant set"},
    Field{13, "target", record, M::append, W::any, P::open, 16, {}, "所指记录", "record meant"},
    Field{14, "method", choice, M::append, W::any, P::open, 0, contact_methods, "方式", "method"},
    Field{15, "reached", boolean, M::append, W::any, P::open, 0, {}, "已联系上", "reached"},
    Field{16, "solved", boolean, M::append, W::any, P::open, 0, {}, "已解决", "solved"},
    Field{17, "grade", choice, M::append, W::any, P::open, 0, grades, "满意度", "grade"},
    Field{18, "ground", choice, M::append, W::any, P::open, 0, close_grounds, "办结理由", "ground"},
    Field{19, "told", boolean, M::append, W::any, P::open, 0, {}, "已告知本人", "person told"},
    Field{20, "level", number, M::append, W::any, P::open, 9, {}, "级别", "level"},
    Field{21, "post", choice, M::append, W::any, P::open, 0, post_names, "岗位", "post"},
    Field{22, "ruling", choice, M::append, W::any, P::open, 0, rulings, "裁定", "ruling"},
    Field{23, "type", choice, M::append, W::any, P::open, 0, appeal_types, "诉求类型", "type"},
    Field{24, "complexity", choice, M::append, W::any, P::open, 0, complexities, "复杂程度",
          "complexity"},
    Field{25,
          "category",
          text,
          M::append,
          W::any,
          P::open,
          64,
          {},
          "分类(代码@版本)",
          "category (code@version)"},
    Field{26, "policy", text, M::append, W::any, P::open, 64, {}, "时限规则版本", "policy version"},
    // Lines name=value: schema/intake_facts.hpp.
    Field{27, "intake", text, M::append, W::any, P::open, 400, {}, "受理事实", "intake facts"},
};
constexpr std::array note_fields{
    Field{1, "order", record, M::append, W::any, P::open, 16, {}, "工单", "order", {}, true},
    Field{2, "text", text, M::append, W::any, P::content, 20000, {}, "内容", "text"},
    Field{3, "happened_at", time, M::append, W::any, P::open, 0, {}, "发生时间", "happened at"},
};
/// The number that a further channel gave to the same matter.
constexpr std::array external_ref_fields{
    Field{1, "order", record, M::append, W::any, P::open, 16, {}, "工单", "order", {}, true},
    Field{2, "channel", text, M::append, W::any, P::open, 32, {}, "渠道", "channel"},
    Field{3,
          "ext_no",
          text,
          M::append,
          W::any,
          P::open,
          64,
          {},
          "外部编号",
          "external number",
          {},
          true},
    Field{4, "level", choice, M::append, W::any, P::open, 0, channel_levels, "级别", "level"},
    Field{5,
          "received_at",
          time,
          M::append,
          W::any,
          P::open,
          0,
          {},
          "渠道受理时间",
          "received by the channel at"},
};
/// That two appeals belong together, and who said so: domain B8.
constexpr std::array appeal_link_fields{
    Field{1, "order", record, M::append, W::any, P::open, 16, {}, "工单", "order", {}, true},
    Field{2,
          "other",
          record,
          M::append,
          W::any,
          P::open,
          16,
          {},
          "另一工单",
          "other order",
          {},
          true},
    Field{3, "kind", choice, M::append, W::any, P::open, 0, link_kinds, "种类", "kind"},
    Field{4, "decision", choice, M::ask, W::any, P::open, 0, link_decisions, "认定", "decision"},
    Field{5, "reasons", text, M::append, W::any, P::open, 400, {}, "理由", "reasons"},
};
/// That a station which is not the order's home works on it. Kept in that station's scope.
constexpr std::array share_fields{
    Field{1, "order", record, M::append, W::hub, P::open, 16, {}, "工单", "order", {}, true},
    Field{2, "standing", choice, M::owner, W::hub, P::open, 0, share_states, "状态", "standing"},
    // When the station took its copy away. The order does not come back to it by this share.
    Field{3, "dropped_at", time, M::owner, W::station, P::open, 0, {}, "移除时间", "dropped at"},
};
constexpr std::array notice_fields{
    Field{1, "author", bytes, M::append, W::hub, P::open, 24, {}, "作者", "author"},
    Field{2, "txn", number, M::append, W::hub, P::open, 0, {}, "事务", "transaction"},
    Field{3, "record", record, M::append, W::hub, P::open, 16, {}, "记录", "record", {}, true},
    Field{4, "field", number, M::append, W::hub, P::open, 65535, {}, "字段", "field"},
    Field{5, "reason", choice, M::append, W::hub, P::open, 0, notice_reasons, "原因", "reason"},
};
constexpr std::array rejection_fields{
    Field{1, "author", bytes, M::append, W::hub, P::open, 24, {}, "作者", "author"},
    Field{2, "txn", number, M::append, W::hub, P::open, 0, {}, "事务", "transaction"},
    Field{3, "reason", choice, M::append, W::hub, P::open, 0, rejection_reasons, "原因", "reason"},
    Field{4, "record", record, M::append, W::hub, P::open, 16, {}, "记录", "record"},
};
constexpr std::array clock_verdict_fields{
    Field{1, "author", bytes, M::append, W::hub, P::open, 24, {}, "作者", "author"},
    Field{
        2, "first_txn", number, M::append, W::hub, P::open, 0, {}, "起始事务", "first transaction"},
    Field{3, "last_txn", number, M::append, W::hub, P::open, 0, {}, "末尾事务", "last transaction"},
    Field{
        4, "offset_ms", time, M::append, W::hub, P::open, 0, {}, "时钟偏差(毫秒)", "offset in ms"},
};
/// That the log of `author` was continued from an older state. Where there is an `epoch`, its
/// transactions from `first_seq` on stand in two chains: those of the later one belong to the
/// author of that epoch. `held_seq`: how far the hub has the chain that keeps the name.
constexpr std::array chain_notice_fields{
    Field{1, "author", bytes, M::append, W::hub, P::open, 24, {}, "作者", "author"},
    Field{2, "first_seq", number, M::append, W::hub, P::open, 0, {}, "起始序号", "first sequence"},
    Field{
        3, "first_txn", number, M::append, W::hub, P::open, 0, {}, "起始事务", "first transaction"},
    Field{4, "epoch", bytes, M::append, W::hub, P::open, 8, {}, "改名", "epoch of the later one"},
    Field{5, "held_seq", number, M::append, W::hub, P::open, 0, {}, "中枢已存", "held at the hub"},
};
/// What a person must look into. Settled by a person, with a reason.
constexpr std::array alarm_fields{
    Field{1, "kind", choice, M::append, W::hub, P::open, 0, alarm_kinds, "种类", "kind"},
    Field{2, "node", bytes, M::append, W::hub, P::open, 16, {}, "机器", "machine"},
    Field{3, "raised_at", time, M::append, W::hub, P::open, 0, {}, "发现时间", "raised at"},
    Field{4, "settled_at", time, M::owner, W::hub, P::open, 0, {}, "处理时间", "settled at"},
    Field{5, "settled_by", text, M::owner, W::hub, P::open, 32, {}, "处理人", "settled by"},
    Field{6, "reason", text, M::owner, W::hub, P::open, 400, {}, "说明", "reason"},
};
constexpr std::array conflict_fields{
    Field{1, "record", record, M::owner, W::any, P::open, 16, {}, "记录", "record"},
    Field{2, "field", number, M::owner, W::any, P::open, 65535, {}, "字段", "field"},
};

constexpr std::array all_entities{
    Entity{EntityId::region, "region", Home::reference, region_fields, "区划", "region"},
    Entity{EntityId::unit, "unit", Home::reference, unit_fields, "承办单位", "handling unit"},
    Entity{EntityId::staff, "staff", Home::reference, staff_fields, "工作人员", "staff member"},
    Entity{EntityId::station, "station", Home::reference, station_fields, "站点", "station"},
    Entity{EntityId::category, "category", Home::reference, category_fields, "分类", "category"},
    Entity{EntityId::delegation, "delegation", Home::reference, delegation_fields, "就地办结授权",
           "delegation"},
    Entity{EntityId::dispatch_rule, "dispatch_rule", Home::reference, dispatch_rule_fields,
           "派单目录", "dispatch catalogue"},
    Entity{EntityId::calendar, "calendar", Home::reference, calendar_fields, "日历", "calendar"},
    Entity{EntityId::deadline_policy, "deadline_policy", Home::reference, deadline_policy_fields,
           "时限规则", "deadline policy"},
    Entity{EntityId::reason, "reason", Home::reference, reason_fields, "原因", "reason"},
    Entity{EntityId::duty, "duty", Home::reference, duty_fields, "值班", "duty"},
    Entity{EntityId::import_mapping, "import_mapping", Home::reference, import_mapping_fields,
           "导入对应", "import mapping"},
    Entity{EntityId::setting, "setting", Home::reference, setting_fields, "设置", "setting"},
    Entity{EntityId::appeal, "appeal", Home::scope, appeal_fields, "诉求", "appeal"},
    Entity{EntityId::enterprise, "enterprise", Home::scope, enterprise_fields, "企业",
           "enterprise"},
    Entity{EntityId::meeting, "meeting", Home::scope, meeting_fields, "会议", "meeting"},
    Entity{EntityId::work_order_event, "work_order_event", Home::scope, event_fields, "工单事件",
           "work-order event"},
    Entity{EntityId::note, "note", Home::scope, note_fields, "备注", "note"},
    Entity{EntityId::external_ref, "external_ref", Home::scope, external_ref_fields, "外部编号",
           "external reference"},
    Entity{EntityId::appeal_link, "appeal_link", Home::scope, appeal_link_fields, "关联",
           "link between appeals"},
    Entity{EntityId::share, "share", Home::scope, share_fields, "协同", "share"},
    Entity{EntityId::audit, "audit", Home::scope, audit_fields, "审计", "audit"},
    Entity{EntityId::erasure_done, "erasure_done", Home::scope, erasure_done_fields, "删除回执",
           "erasure carried out"},
    Entity{EntityId::contact_log, "contact_log", Home::scope, contact_log_fields, "企业联系记录",
           "contact with an enterprise"},
    Entity{EntityId::hard_case, "hard_case", Home::scope, hard_case_fields, "难办点", "hard case"},
    Entity{EntityId::case_progress, "case_progress", Home::scope, case_progress_fields,
           "难办点进展", "progress of a hard case"},
    Entity{EntityId::work_list, "work_list", Home::scope, work_list_fields, "清单", "work list"},
    Entity{EntityId::notice, "notice", Home::scope, notice_fields, "内容提示", "content notice"},
    Entity{EntityId::rejection, "rejection", Home::scope, rejection_fields, "退回", "rejection"},
    Entity{EntityId::clock_verdict, "clock_verdict", Home::scope, clock_verdict_fields, "时钟认定",
           "clock verdict"},
    Entity{EntityId::chain_notice, "chain_notice", Home::scope, chain_notice_fields, "日志接续认定",
           "chain notice"},
    Entity{EntityId::alarm, "alarm", Home::scope, alarm_fields, "警报", "alarm"},
    Entity{EntityId::roster, "roster", Home::reference, roster_fields, "名册", "roster"},
    Entity{EntityId::checkpoint, "checkpoint", Home::reference, checkpoint_fields, "检查点",
           "checkpoint"},
    Entity{EntityId::erasure, "erasure", Home::reference, erasure_fields, "删除", "erasure"},
    Entity{EntityId::conflict, "conflict", Home::derived, conflict_fields, "冲突", "conflict"},
};

/// Columns that every entity's table has beside its fields.
constexpr std::array<std::string_view, 5> taken_columns{"rid", "id", "scope", "contested", "state"};

consteval bool well_formed(Registry registry) {
    EntityId last_entity{};
    for (const Entity& entity : registry) {
        if (entity.id <= last_entity || entity.name.empty() || entity.zh.empty()) return false;
        last_entity = entity.id;
        FieldId last_field = 0;
        for (const Field& field : entity.fields) {
            if (field.id <= last_field || field.name.empty() || field.zh.empty()) return false;
            last_field = field.id;
            for (const auto taken : taken_columns) {
                if (field.name == taken) return false;
            }
            const bool bounded = field.kind == text || field.kind == bytes || field.kind == set;
            if (bounded && field.max == 0) return false;
            if ((field.kind == choice) == field.choices.empty()) return false;
            if ((field.kind == set) != (field.merge == M::set)) return false;
        }
    }
    return true;
}
static_assert(well_formed(all_entities), "an id is reused or out of order, or a bound is missing");

}  // namespace

Registry registry() { return all_entities; }

}  // namespace jiuying::schema
