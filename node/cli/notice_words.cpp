#include "node/cli/notice_words.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

constexpr std::string_view edit_zh =
    "下一步：用 appeal edit 改正并同步，改好以后这一条自己消失；没改之前不派单。";
constexpr std::string_view edit_en =
    "Next: mend it with appeal edit and sync; this line goes by itself. Until then it is not "
    "dispatched.";
constexpr std::string_view refused_zh =
    "下一步：这一笔整个不算数，原文还在历史里；请看清原因，把该改的重新写一遍。";
constexpr std::string_view refused_en =
    "Next: nothing of this action counts, its words stay in the history; write what is meant anew.";

constexpr std::array wordings{
    NoticeWording{"unknown_region", "区划代码不认识", "no such region", edit_zh, edit_en},
    NoticeWording{"duplicate_ext_no", "这个外部编号别处已经登记过",
                  "this external number is registered elsewhere, too", edit_zh, edit_en},
    NoticeWording{"impossible_date", "日期不可能", "an impossible date", edit_zh, edit_en},
    NoticeWording{"out_of_bounds", "超出允许的范围", "out of bounds", edit_zh, edit_en},
    NoticeWording{"title_and_text_empty", "标题和内容都是空的", "title and text are both empty",
                  edit_zh, edit_en},
    NoticeWording{
        "after_dispatch", "派单以后才到的改动，办理仍按派单时的事实",
        "it came in after the dispatch: the order is handled by the facts of then",
        "下一步：派单岗或登记单位核对后，用 appeal edit --reason 写下应有的内容，这一条就消失。",
        "Next: a dispatcher or the registering unit writes what is right with appeal edit "
        "--reason; this line goes by that."},
    NoticeWording{"unknown_unit", "没有这个被诉单位", "no such unit complained about", edit_zh,
                  edit_en},
    NoticeWording{"read_only", "工单已归档，只能查看", "the order is archived: it can only be read",
                  refused_zh, refused_en},
    NoticeWording{"wrong_scope", "不属于本站的事", "not this station's business", refused_zh,
                  refused_en},
    NoticeWording{"field_of_other_side", "改了应由另一方填写的内容",
                  "it wrote what the other side has to write", refused_zh, refused_en},
    NoticeWording{"forged_base", "依据的版本不存在", "it names a version that does not exist",
                  refused_zh, refused_en},
    NoticeWording{"revoked_node", "这台机器已被停用", "this machine was revoked",
                  "下一步：请联系区中枢。", "Next: ask the hub."},
    NoticeWording{"record_taken", "记录编号已被别的记录占用", "the record's id is taken",
                  "下一步：请重新登记一条。", "Next: register it anew."},
    NoticeWording{"unknown_record", "没有这条记录", "there is no such record", refused_zh,
                  refused_en},
    NoticeWording{"written_once", "只写一次的内容不能再改",
                  "it is written once and can't be changed", refused_zh, refused_en},
};

constexpr NoticeWording other{"", "其他原因", "another reason",
                              "下一步：请升级程序，或者问区中枢。",
                              "Next: upgrade the program, or ask the hub."};

}  // namespace

const NoticeWording& notice_wording(std::string_view reason) {
    const auto* found = std::ranges::find(wordings, reason, &NoticeWording::reason);
    return found == wordings.end() ? other : *found;
}

}  // namespace jiuying::node
