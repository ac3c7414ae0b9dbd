/// The fields of reference data: what the hub writes and all stations have alike. Part of
/// schema/entities.cpp.
#pragma once

#include "schema/entity_choices.hpp"

namespace jiuying::schema::tables {

inline constexpr std::array region_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 12, {}, "区划代码", "code", {}, true},
    Field{2, "name", text, M::owner, W::hub, P::open, 100, {}, "名称", "name"},
    Field{3, "level", choice, M::owner, W::hub, P::open, 0, region_levels, "级别", "level"},
    Field{4, "parent", text, M::owner, W::hub, P::open, 12, {}, "上级代码", "parent code"},
    Field{5, "rural", boolean, M::owner, W::hub, P::open, 0, {}, "农村", "rural"},
    Field{6, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "启用日期", "valid from"},
    Field{7, "valid_to", time, M::owner, W::hub, P::open, 0, {}, "截止日期", "last day"},
    Field{8, "successor", text, M::owner, W::hub, P::open, 12, {}, "承接区划", "successor"},
};
inline constexpr std::array unit_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 32, {}, "单位代码", "code", {}, true},
    Field{2, "name", text, M::owner, W::hub, P::open, 100, {}, "名称", "name"},
    Field{3, "parent", text, M::owner, W::hub, P::open, 32, {}, "上级单位", "parent unit"},
    Field{4, "active", boolean, M::owner, W::hub, P::open, 0, {}, "在用", "active"},
    Field{5, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "启用日期", "valid from"},
    Field{6, "valid_to", time, M::owner, W::hub, P::open, 0, {}, "截止日期", "last day"},
    Field{7, "successor", text, M::owner, W::hub, P::open, 32, {}, "承接单位", "successor"},
    Field{8, "station", text, M::owner, W::hub, P::open, 12, {}, "所在站点", "station code"},
};
inline constexpr std::array staff_fields{
    Field{1,
          "code",
          text,
          M::owner,
          W::hub,
          P::open,
          32,
          {},
          "工号",
          "code",
          {},
          true,
          staff_code_bytes_max},
    Field{2, "name", text, M::owner, W::hub, P::personal, 60, {}, "姓名", "name"},
    Field{3, "unit", text, M::owner, W::hub, P::open, 32, {}, "单位代码", "unit code"},
    Field{4, "posts", text, M::owner, W::hub, P::open, 200, {}, "岗位", "posts"},
    Field{5, "active", boolean, M::owner, W::hub, P::open, 0, {}, "在岗", "active"},
    Field{6, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "到岗日期", "valid from"},
    Field{7, "valid_to", time, M::owner, W::hub, P::open, 0, {}, "离岗日期", "last day"},
};
inline constexpr std::array station_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 12, {}, "站点代码", "code", {}, true},
    Field{2, "name", text, M::owner, W::hub, P::open, 100, {}, "名称", "name"},
    Field{3, "region", text, M::owner, W::hub, P::open, 12, {}, "区划代码", "region code"},
    Field{4, "scope_id", bytes, M::owner, W::hub, P::open, 16, {}, "范围", "scope id"},
    Field{5, "node", bytes, M::owner, W::hub, P::open, 16, {}, "节点", "node id"},
    Field{6, "status", choice, M::owner, W::hub, P::open, 0, node_states, "状态", "status"},
};
inline constexpr std::array category_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 32, {}, "分类代码", "code", {}, true},
    Field{2, "name", text, M::owner, W::hub, P::open, 100, {}, "名称", "name"},
    Field{3, "parent", text, M::owner, W::hub, P::open, 32, {}, "上级代码", "parent code"},
    Field{4, "version", text, M::owner, W::hub, P::open, 32, {}, "版本", "version"},
    Field{5, "active", boolean, M::owner, W::hub, P::open, 0, {}, "在用", "active"},
};
inline constexpr std::array delegation_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 80, {}, "代码", "code", {}, true},
    Field{2, "unit", text, M::owner, W::hub, P::open, 32, {}, "单位代码", "unit code"},
    Field{3, "category", text, M::owner, W::hub, P::open, 32, {}, "分类代码", "category code"},
    Field{4, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "启用日期", "valid from"},
    Field{5, "valid_to", time, M::owner, W::hub, P::open, 0, {}, "截止日期", "last day"},
};
inline constexpr std::array dispatch_rule_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 80, {}, "代码", "code", {}, true},
    Field{2, "category", text, M::owner, W::hub, P::open, 32, {}, "分类代码", "category code"},
    Field{3, "region", text, M::owner, W::hub, P::open, 12, {}, "区划代码", "region code"},
    Field{4, "unit", text, M::owner, W::hub, P::open, 32, {}, "单位代码", "unit code"},
    Field{5, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "启用日期", "valid from"},
    Field{6, "valid_to", time, M::owner, W::hub, P::open, 0, {}, "截止日期", "last day"},
};
/// One version of one year's calendar; an order keeps the version that it was counted by.
inline constexpr std::array calendar_fields{
    Field{
        1, "code", text, M::owner, W::hub, P::open, 16, {}, "年份@版本", "year@version", {}, true},
    Field{2, "off_days", text, M::owner, W::hub, P::open, 4000, {}, "放假日期", "days off"},
    Field{3, "work_days", text, M::owner, W::hub, P::open, 2000, {}, "调休上班", "make-up days"},
    Field{4, "paper", text, M::owner, W::hub, P::open, 400, {}, "通知", "notice"},
    Field{5, "loaded_at", time, M::owner, W::hub, P::open, 0, {}, "载入时间", "loaded at"},
};
inline constexpr std::array deadline_policy_fields{
    Field{1,
          "code",
          text,
          M::owner,
          W::hub,
          P::open,
          64,
          {},
          "规则@版本",
          "policy@version",
          {},
          true},
    Field{2, "name", text, M::owner, W::hub, P::open, 100, {}, "名称", "name"},
    Field{3, "rules", text, M::owner, W::hub, P::open, 8000, {}, "时限规则", "rules"},
    Field{4, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "启用日期", "valid from"},
    Field{5, "loaded_at", time, M::owner, W::hub, P::open, 0, {}, "载入时间", "loaded at"},
};
/// A reason that staff may name, for one use: the name of the step.
inline constexpr std::array reason_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 64, {}, "原因代码", "code", {}, true},
    Field{2, "use", text, M::owner, W::hub, P::open, 64, {}, "用于", "used for"},
    Field{3, "name", text, M::owner, W::hub, P::open, 100, {}, "名称", "name"},
    Field{4, "valid_from", time, M::owner, W::hub, P::open, 0, {}, "启用日期", "valid from"},
    Field{5, "valid_to", time, M::owner, W::hub, P::open, 0, {}, "截止日期", "last day"},
};
/// Who is on duty, from when to when.
inline constexpr std::array duty_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 80, {}, "代码", "code", {}, true},
    Field{2, "staff", text, M::owner, W::hub, P::open, 32, {}, "工号", "staff code"},
    Field{3, "unit", text, M::owner, W::hub, P::open, 32, {}, "单位代码", "unit code"},
    Field{4, "from", time, M::owner, W::hub, P::open, 0, {}, "开始", "from"},
    Field{5, "to", time, M::owner, W::hub, P::open, 0, {}, "结束", "to"},
    Field{6, "post", choice, M::owner, W::hub, P::open, 0, post_names, "岗位", "post"},
};
inline constexpr std::array import_mapping_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 64, {}, "名称", "name", {}, true},
    Field{2, "format", choice, M::owner, W::hub, P::open, 0, file_formats, "格式", "format"},
    Field{3, "channel", text, M::owner, W::hub, P::open, 32, {}, "渠道", "channel"},
    Field{4, "columns", text, M::owner, W::hub, P::open, 4000, {}, "对应关系", "columns"},
    Field{5, "options", text, M::owner, W::hub, P::open, 2000, {}, "选项", "options"},
    Field{6, "active", boolean, M::owner, W::hub, P::open, 0, {}, "在用", "active"},
};
/// What the district decided where the rules leave it open.
inline constexpr std::array setting_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 64, {}, "名称", "name", {}, true},
    Field{2, "value", text, M::owner, W::hub, P::open, 400, {}, "取值", "value"},
};

}  // namespace jiuying::schema::tables
