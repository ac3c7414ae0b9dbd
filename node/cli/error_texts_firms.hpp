/// Error texts about enterprises, meetings, lists, hard cases and regions that change. Included by
/// error_catalogue.cpp only.
#pragma once

#include "node/cli/error_wordings.hpp"

#include <array>

namespace jiuying::node::texts {

inline constexpr std::array firm_errors{
    ErrorEntry{no_such_firm,
               "JY-0460",
               exit_code::failed,
               true,
               {"没有这家企业。", "There is no such enterprise."},
               untouched,
               {"看一看有哪些：{program} enterprise list --data 目录 ；新建一家："
                "{program} enterprise add --name 名称 --data 目录",
                "See them: {program} enterprise list --data DATA; make one: {program} enterprise "
                "add --name NAME --data DATA"}},
    ErrorEntry{
        firm_ambiguous,
        "JY-0461",
        exit_code::failed,
        true,
        {"这个名称有好几家企业的记录。", "Several records of enterprises have that name."},
        untouched,
        {"用统一社会信用代码或完整编号；同一家有两条记录就请区中枢并起来："
         "jiuying-hub enterprise merge 编号 --into 编号 --data 目录",
         "Name it by credit code or id; if two records are one firm, let the hub merge them: "
         "jiuying-hub enterprise merge ID --into ID --data DATA"}},
    ErrorEntry{firm_already_merged,
               "JY-0462",
               exit_code::failed,
               true,
               {"这两条企业记录已经是同一家，或信用代码不同。",
                "These two records are one enterprise already, or have different credit codes."},
               untouched,
               {"先看两条记录：{program} enterprise show 编号 --data 目录",
                "Look at both first: {program} enterprise show ID --data DATA"}},
    ErrorEntry{meeting_open,
               "JY-0463",
               exit_code::failed,
               true,
               {"会上的诉求还没有全部回访，会议不能办结。",
                "Not all orders of the meeting have been visited: it can't be closed."},
               untouched,
               {"看还差哪些：{program} meeting show 编号 --data 目录",
                "See which are missing: {program} meeting show ID --data DATA"}},
    ErrorEntry{meeting_closed,
               "JY-0464",
               exit_code::failed,
               true,
               {"会议已经办结。", "The meeting is closed."},
               untouched,
               {"确有新诉求就先撤销办结：{program} meeting close 编号 --undo --data 目录",
                "If there is one more request, open it again: {program} meeting close ID --undo "
                "--data DATA"}},
    ErrorEntry{list_open,
               "JY-0465",
               exit_code::failed,
               true,
               {"清单上还有没办完的事项，不能办结。",
                "Items of the list are still open: it can't be closed."},
               untouched,
               {"看还差哪些：{program} worklist show 编号 --data 目录",
                "See which: {program} worklist show ID --data DATA"}},
    ErrorEntry{list_closed,
               "JY-0466",
               exit_code::failed,
               true,
               {"清单已经办结。", "The list is closed."},
               untouched,
               {"另列一份清单：{program} worklist add --data 目录",
                "Make another list: {program} worklist add --data DATA"}},
    ErrorEntry{no_owner,
               "JY-0467",
               exit_code::failed,
               true,
               {"清单必须有一名在岗的责任人。", "The list must name an owner who is in service."},
               untouched,
               {"换一名在岗人员的工号，用 {program} staff list --data 目录 看名单",
                "Name somebody of the staff: {program} staff list --data DATA"}},
    ErrorEntry{case_step,
               "JY-0468",
               exit_code::failed,
               true,
               {"难办点现在不能走这一步。", "The hard case does not allow this step now."},
               untouched,
               {"销号先由一人提出并写明依据，再由另一名领导批准：jiuying-hub case show 编号 "
                "--data 目录",
                "One person proposes the strike-off with evidence, another, a leader, approves: "
                "jiuying-hub case show ID --data DATA"}},
    ErrorEntry{no_such_record,
               "JY-0469",
               exit_code::failed,
               true,
               {"没有这条记录。", "There is no such record."},
               untouched,
               {"用列表命令核对编号：{program} help", "Check the id with a list: {program} help"}},
    ErrorEntry{region_retired,
               "JY-0470",
               exit_code::failed,
               true,
               {"这个区划已经撤并，或两边是同一个区划。",
                "That region was merged before, or both are the same."},
               untouched,
               {"看撤并的去向：{program} region list --data 目录",
                "See what became of it: {program} region list --data DATA"}},
};

}  // namespace jiuying::node::texts
