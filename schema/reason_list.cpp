#include "schema/reason_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jiuying::schema {
namespace {

constexpr std::array reasons{
    BuiltInReason{"return_asked", "not_ours", "不属本单位职责", "not this unit's duty"},
    BuiltInReason{"return_asked", "other_region", "不在本辖区", "outside its area"},
    BuiltInReason{"return_asked", "unclear", "事项不清，无法办理", "too unclear to be handled"},
    BuiltInReason{"return_asked", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"return_upheld", "wrong_unit", "派错单位", "it was sent to the wrong unit"},
    BuiltInReason{"return_upheld", "unclear_duty", "职责交叉，另行确定",
                  "the duty is unclear and will be settled"},
    BuiltInReason{"return_upheld", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"return_refused", "is_ours", "属该单位职责", "it is that unit's duty"},
    BuiltInReason{"return_refused", "first_unit_duty", "首接负责", "the first unit answers for it"},
    BuiltInReason{"return_refused", "no_basis", "依据不足", "the basis does not hold"},
    BuiltInReason{"return_refused", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"not_accepted", "litigation", "已进入诉讼、仲裁、复议",
                  "in litigation, arbitration or reconsideration"},
    BuiltInReason{"not_accepted", "discipline", "属纪检监察受理", "a matter of discipline"},
    BuiltInReason{"not_accepted", "petition", "已进入信访程序", "already a petition"},
    BuiltInReason{"not_accepted", "disclosure", "属政府信息公开", "information disclosure"},
    BuiltInReason{"not_accepted", "secret", "涉及国家秘密、商业秘密或隐私",
                  "state or business secrets, or privacy"},
    BuiltInReason{"not_accepted", "public_order", "违反公序良俗", "against public order"},
    BuiltInReason{"not_accepted", "not_local", "不属本级职权", "not within this level's powers"},
    BuiltInReason{"not_accepted", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"withdrawn", "by_person", "诉求人撤回", "the person takes it back"},
    BuiltInReason{"withdrawn", "solved_itself", "问题已消失", "the problem is gone"},
    BuiltInReason{"withdrawn", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"void_proposed", "test_entry", "误录或试录", "entered by mistake or as a test"},
    BuiltInReason{"void_proposed", "double_entry", "重复录入", "entered twice"},
    BuiltInReason{"void_proposed", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"extension_asked", "spare_parts", "等配件或材料", "waits for parts"},
    BuiltInReason{"extension_asked", "construction", "工程需要时间", "works take time"},
    BuiltInReason{"extension_asked", "weather", "天气原因", "weather"},
    BuiltInReason{"extension_asked", "procedure", "法定程序需要时间",
                  "a legal procedure takes time"},
    BuiltInReason{"extension_asked", "other_units", "需多部门配合", "several units are needed"},
    BuiltInReason{"extension_asked", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"extension_refused", "no_need", "理由不充分", "the reason does not hold"},
    BuiltInReason{"extension_refused", "urgent", "事项紧急", "the matter is urgent"},
    BuiltInReason{"extension_refused", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"suspended", "long_term", "长期事项，已列计划", "long-term, planned"},
    BuiltInReason{"suspended", "funds", "资金未落实", "funds are missing"},
    BuiltInReason{"suspended", "history", "历史遗留问题", "a legacy of former times"},
    BuiltInReason{"suspended", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"triaged", "more_units", "涉及多个单位", "several units are concerned"},
    BuiltInReason{"triaged", "site_check", "需要现场核查", "needs a look on the spot"},
    BuiltInReason{"triaged", "legal_question", "涉及法律政策问题", "a question of law or policy"},
    BuiltInReason{"triaged", "wrong_class", "原定性有误", "it was classified wrongly"},
    BuiltInReason{"triaged", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{"reassigned", "wrong_unit", "派错单位", "it was sent to the wrong unit"},
    BuiltInReason{"reassigned", "duty_changed", "职责调整", "duties have changed"},
    BuiltInReason{"reassigned", "by_leader", "领导协调", "settled by a leader"},
    BuiltInReason{"reassigned", "other", "其他(写说明)", "other (say what)"},
    BuiltInReason{off_catalogue_use, "duty_changed", "职责调整，目录未更新",
                  "duties have changed, the catalogue has not"},
    BuiltInReason{off_catalogue_use, "by_leader", "领导指定", "named by a leader"},
    BuiltInReason{off_catalogue_use, "several_matters", "一件多事，主要事项不同",
                  "several matters in one"},
    BuiltInReason{off_catalogue_use, "catalogue_wrong", "目录有误", "the catalogue is wrong"},
    BuiltInReason{off_catalogue_use, "settled_after_return", "退单后另行确定",
                  "settled after a send-back"},
    BuiltInReason{off_catalogue_use, "recusal", "目录单位是被诉单位，回避",
                  "the catalogue's unit is the one complained about"},
    BuiltInReason{off_catalogue_use, "other", "其他(写说明)", "other (say what)"},
};

}  // namespace

std::span<const BuiltInReason> built_in_reasons() { return reasons; }

std::string reason_record_code(std::string_view use, std::string_view code) {
    return std::string{use}.append(":").append(code);
}

ReasonBook::ReasonBook() {
    for (const BuiltInReason& reason : reasons) {
        reasons_.push_back({std::string{reason.use}, std::string{reason.code}, {}, {}, &reason});
    }
}

void ReasonBook::put(Reason reason) {
    const auto same = std::ranges::find_if(reasons_, [&](const Reason& known) {
        return known.use == reason.use && known.code == reason.code;
    });
    if (same == reasons_.end()) {
        reasons_.push_back(std::move(reason));
        return;
    }
    if (!reason.name.empty()) same->name = std::move(reason.name);
    same->period = reason.period;
}

bool ReasonBook::has_list(std::string_view use) const {
    return std::ranges::any_of(reasons_, [&](const Reason& one) { return one.use == use; });
}

const Reason* ReasonBook::find(std::string_view use, std::string_view code) const {
    const auto found = std::ranges::find_if(
        reasons_, [&](const Reason& one) { return one.use == use && one.code == code; });
    return found == reasons_.end() ? nullptr : &*found;
}

bool ReasonBook::is_valid(std::string_view use, std::string_view code, std::int64_t at) const {
    const Reason* reason = find(use, code);
    return reason != nullptr && reason->period.holds(at);
}

}  // namespace jiuying::schema
