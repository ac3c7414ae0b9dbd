#include "node/commands/choice_words.hpp"

#include "schema/workflow_words.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

struct Word {
    std::string_view choice;
    std::string_view zh;
};

/// The first word of a choice is the one that is shown; those after it are only read.
constexpr std::array words{
    Word{"inquiry", "咨询"},
    Word{"help_request", "求助"},
    Word{"complaint", "投诉"},
    Word{"tip_off", "举报"},
    Word{"suggestion", "建议"},
    Word{"suggestion", "建言"},
    Word{"praise", "表扬"},
    Word{"praise", "感谢"},
    Word{"individual", "个人"},
    Word{"enterprise", "企业"},
    Word{"organization", "其他组织"},
    Word{"organization", "组织"},
    Word{"ordinary", "一般"},
    Word{"ordinary", "普通"},
    Word{"urgent", "紧急"},
    Word{"emergency", "特急"},
    Word{"simple", "简单"},
    Word{"complex", "复杂"},
    Word{"above_scale", "规上"},
    Word{"above_scale", "规模以上"},
    Word{"small_medium", "中小微"},
    Word{"self_employed", "个体"},
    Word{"self_employed", "个体工商户"},
    Word{"salon", "企业家沙龙"},
    Word{"salon", "沙龙"},
    Word{"joint_meeting", "企业家联席会"},
    Word{"joint_meeting", "联席会"},
    Word{"leader_answering", "区长接听"},
    Word{"leader_answering", "接听"},
    Word{"national", "国家"},
    Word{"province", "省"},
    Word{"province", "省级"},
    Word{"city", "市"},
    Word{"city", "市级"},
    Word{"district", "区"},
    Word{"district", "区级"},
    Word{"street", "街道"},
    Word{"town", "镇"},
    Word{"park", "园区"},
    Word{"village", "社区/村"},
    Word{"village", "社区"},
    Word{"village", "村"},
    Word{"active", "在用"},
    Word{"retired", "已退役"},
    Word{"revoked", "已停用"},
    Word{"unknown_region", "区划代码不认识"},
    Word{"duplicate_ext_no", "外部编号重复"},
    Word{"impossible_date", "日期不可能"},
    Word{"out_of_bounds", "超出允许的范围"},
    Word{"title_and_text_empty", "标题和内容都是空的"},
    Word{"after_dispatch", "派单以后才到的改动"},
    Word{"unknown_unit", "没有这个被诉单位"},
    Word{"wrong_scope", "不属于本站"},
    Word{"field_of_other_side", "这个字段由另一方填写"},
    Word{"forged_base", "依据的版本不存在"},
    Word{"revoked_node", "机器已被停用"},
    Word{"record_taken", "记录编号已被占用"},
    Word{"unknown_record", "没有这条记录"},
    Word{"two_machines", "两台机器用同一把钥匙"},
    Word{"two_hubs", "两个区中枢用同一把钥匙"},
    Word{"written_once", "只写一次的内容不能再改"},
    Word{"read_only", "工单已归档，只能查看"},
    Word{"very_satisfied", "非常满意"},
    Word{"satisfied", "满意"},
    Word{"fairly_satisfied", "基本满意"},
    Word{"dissatisfied", "不满意"},
    Word{"very_dissatisfied", "非常不满意"},
    Word{"phone", "电话"},
    Word{"door", "上门"},
    Word{"counter", "当面"},
    Word{"message", "短信"},
    Word{"self_service", "自助评价"},
    Word{"robot", "机器人"},
    Word{"unreasonable", "诉求不合理"},
    Word{"lawfully_unsolvable", "依法不能解决"},
    Word{"unreachable", "联系不上"},
    Word{"waived", "免回访"},
    Word{"dispatcher", "派单岗"},
    Word{"supervisor", "督办岗"},
    Word{"replier", "回复岗"},
    Word{"visitor", "回访岗"},
    Word{"leader", "领导"},
    Word{"recorder", "登记岗"},
    Word{"enterprise_desk", "为企专岗"},
    Word{"history", "留作历史"},
    Word{"void", "作废"},
    Word{"counts", "以此为准"},
    Word{"done", "已完成"},
    Word{"failed", "失败"},
    Word{"history_changed", "历史被改动"},
    Word{"late_words", "停用后的记录"},
    Word{"audit_broken", "审计链断了"},
    Word{"csv", "CSV 文件"},
    Word{"xlsx", "XLSX 表格"},
    Word{"json", "JSON 文件"},
    Word{"resend", "同一件又送来"},
    Word{"same_person", "同一人再次反映"},
    Word{"same_matter", "不同的人同一事项"},
    Word{"confirmed", "已认定"},
    Word{"refused", "已否定"},
    Word{"undone", "已撤销认定"},
    Word{"policy_cause", "政策"},
    Word{"funds", "资金"},
    Word{"legacy", "历史遗留"},
    Word{"cross_department", "跨部门"},
    Word{"authority_lacking", "权限"},
    Word{"planned", "已计划"},
    Word{"following", "跟办中"},
    Word{"struck_off", "已销号"},
    Word{"proposed", "待批销号"},
    Word{"shared", "已共享"},
    Word{"unshared", "已收回"},
};

std::int64_t exact(const schema::Field& field, std::string_view word) {
    if (const std::int64_t number = schema::choice_number(field, word)) return number;
    for (const Word& known : words) {
        if (known.zh != word) continue;
        if (const std::int64_t number = schema::choice_number(field, known.choice)) return number;
    }
    return 0;
}

}  // namespace

std::int64_t choice_of(const schema::Field& field, std::string_view word) {
    if (const std::int64_t number = exact(field, word)) return number;
    for (std::size_t at = word.find('/'); at != word.npos; at = word.find('/')) {
        if (const std::int64_t number = exact(field, word.substr(0, at))) return number;
        word.remove_prefix(at + 1);
        if (const std::int64_t number = exact(field, word)) return number;
    }
    return 0;
}

std::string_view word_for(std::string_view choice) {
    const auto found = std::ranges::find(words, choice, &Word::choice);
    if (found != words.end()) return found->zh;
    // States and events share some identifiers; where no field tells, a state is meant.
    if (const auto state = schema::main_state(choice)) return schema::wording(*state).zh;
    const schema::EventKind kind = schema::event_kind(choice);
    return kind != schema::EventKind::unknown ? schema::wording(kind).zh : choice;
}

}  // namespace jiuying::node
