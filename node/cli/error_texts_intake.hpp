/// Error texts about intake: channels and their numbers, files of channels, queries, repeats.
/// Included by error_catalogue.cpp only.
#pragma once

#include "node/cli/error_wordings.hpp"

#include <array>

namespace jiuying::node::texts {

inline constexpr std::array intake_errors{
    ErrorEntry{unknown_channel,
               "JY-0430",
               exit_code::usage,
               true,
               {"没有这个渠道。", "There is no such channel."},
               not_saved,
               {"看一看有哪些渠道：{program} channel list --data 目录 ；区中枢可以加一个："
                "jiuying-hub channel add 代码 --name 名称 --data 目录",
                "See the channels: {program} channel list --data DATA; the hub can add one: "
                "jiuying-hub channel add CODE --name NAME --data DATA"}},
    ErrorEntry{ext_no_taken,
               "JY-0431",
               exit_code::failed,
               true,
               {"这个渠道的这个编号已经属于另一件诉求。",
                "That number of that channel belongs to another appeal already."},
               untouched,
               {"先看那一件：{program} appeal show 渠道:编号 --data 目录 ；是同一件事就并单："
                "jiuying-hub appeal merge 编号 --into 主单编号 --data 目录",
                "See that one: {program} appeal show CHANNEL:NUMBER --data DATA; if it is the same "
                "matter, merge: jiuying-hub appeal merge ID --into MASTER --data DATA"}},
    ErrorEntry{query_no_match,
               "JY-0432",
               exit_code::failed,
               true,
               {"查询码和手机尾号对不上。", "Query code and last four digits do not match."},
               untouched,
               {"对照回执再输入一次：{program} query --code 查询码 --last4 尾号 --data 目录 ；"
                "还不行请当面核实身份后按姓名查",
                "Copy them from the receipt once more: {program} query --code CODE --last4 1234 "
                "--data DATA; if that fails, check who is asking and search by name"}},
    ErrorEntry{too_many_attempts,
               "JY-0433",
               exit_code::failed,
               true,
               {"查询太频繁，先停一停。", "Too many queries; wait a little."},
               untouched,
               {"一刻钟后再查：{program} query --code 查询码 --last4 尾号 --data 目录",
                "Ask again in a quarter of an hour: {program} query --code CODE --last4 1234 "
                "--data DATA"}},
    ErrorEntry{region_not_leaf,
               "JY-0434",
               exit_code::usage,
               true,
               {"这个区划下面还有下一级，要选到最下一级。",
                "This region has parts of its own; choose the smallest one."},
               not_saved,
               {"看一看下一级有哪些：{program} region list --data 目录",
                "See the parts: {program} region list --data DATA"}},
    ErrorEntry{bad_industry_code,
               "JY-0435",
               exit_code::usage,
               true,
               {"行业代码不对。", "The industry code is not valid."},
               not_saved,
               {"按 GB/T 4754 写一个大写字母加零到四位数字，如 C 或 C3360；用法见 {program} appeal "
                "add --help",
                "Write a capital and up to four digits as in GB/T 4754, such as C or C3360; see "
                "{program} appeal add --help"}},
    ErrorEntry{different_persons,
               "JY-0436",
               exit_code::failed,
               true,
               {"这两件是不同的人反映的同一件事，不并单，各自答复。",
                "Two persons raised this matter: their orders are not merged, each gets a reply."},
               untouched,
               {"如果认错了，先改认定：jiuying-hub repeat confirm 编号/编号 --kind same_person "
                "--data 目录",
                "If that is wrong, correct it first: jiuying-hub repeat confirm ID/ID --kind "
                "same_person --data DATA"}},
    ErrorEntry{unknown_category,
               "JY-0437",
               exit_code::usage,
               true,
               {"没有这个分类代码。", "There is no such category code."},
               not_saved,
               {"看一看有哪些分类：{program} category list --data 目录",
                "See the categories: {program} category list --data DATA"}},
    ErrorEntry{no_such_pair,
               "JY-0438",
               exit_code::usage,
               true,
               {"一对诉求要写成 编号/编号 ，而且要是两件不同的、这里都有的诉求。",
                "A pair is written ID/ID: two different appeals that are here."},
               untouched,
               {"看一看有哪些：{program} repeat list --data 目录",
                "See the pairs: {program} repeat list --data DATA"}},
};

inline constexpr std::array intake_file_errors{
    ErrorEntry{
        bad_workbook,
        "JY-0820",
        exit_code::failed,
        true,
        {"这个表格文件读不出来：不是 .xlsx，或者坏了、加了密码。",
         "This workbook cannot be read: it is no .xlsx, or damaged, or locked by a "
         "password."},
        import_none,
        {"用表格软件打开，另存为不带密码的 .xlsx 或 CSV（UTF-8），先试一试：{program} appeal "
         "import 文件 --data 目录 --dry-run",
         "Open it and save it as .xlsx without a password, or as CSV (UTF-8), and try: "
         "{program} appeal import FILE --data DATA --dry-run"}},
    ErrorEntry{bad_json_rows,
               "JY-0821",
               exit_code::failed,
               true,
               {"这不是一组 JSON 对象：从某一处起读不下去了。",
                "This is no sequence of JSON objects: reading stopped at some place."},
               {"数据安全：在此之前确认过的行都已保存。",
                "Safe: rows confirmed before this place are saved."},
               {"文件要是 [{…},{…}] ，或者每行一个 {…} ；改好再导入，有 ext_no 的行不会重复："
                "{program} appeal import 文件 --data 目录",
                "The file must be [{...},{...}] or one {...} a line; correct it and import again, "
                "rows with ext_no are not doubled: {program} appeal import FILE --data DATA"}},
    ErrorEntry{bad_mapping,
               "JY-0822",
               exit_code::usage,
               true,
               {"这份导入对应写得不对。", "This import mapping is not valid."},
               untouched,
               {"照说明改好再来一次：{program} mapping --help",
                "Correct it and try again: {program} mapping --help"}},
    ErrorEntry{unknown_mapping,
               "JY-0823",
               exit_code::usage,
               true,
               {"没有这个名称的导入对应，或者已经停用。",
                "There is no import mapping of that name, or it was retired."},
               untouched,
               {"看一看有哪些：{program} mapping list --data 目录",
                "See the mappings: {program} mapping list --data DATA"}},
    ErrorEntry{import_too_large,
               "JY-0824",
               exit_code::failed,
               true,
               {"这个文件太大，或者展开后大得不正常，没有读完。",
                "This file is too large, or far larger once unpacked; it was not read to the end."},
               {"数据安全：在此之前确认过的行都已保存。",
                "Safe: rows confirmed before this place are saved."},
               {"分成几个文件，或者另存为 CSV（UTF-8）再导入：{program} appeal import 文件 "
                "--data 目录",
                "Split it, or save it as CSV (UTF-8): {program} appeal import FILE --data DATA"}},
    ErrorEntry{no_such_sheet,
               "JY-0825",
               exit_code::usage,
               true,
               {"表格文件里没有这张工作表。", "The workbook has no such sheet."},
               import_none,
               {"核对工作表的名称，不写就是第一张：{program} appeal import 文件 --sheet 名称 "
                "--data 目录",
                "Check the sheet's name; without one the first counts: {program} appeal import "
                "FILE --sheet NAME --data DATA"}},
};

}  // namespace jiuying::node::texts
