/// Sentences that many entries of the error catalogue share. Included by its texts only.
///
/// All texts of the catalogue are written for a clerk who has never seen a command line: short
/// sentences, no technical words, a next step that can be typed as it stands.
#pragma once

#include "node/cli/errors.hpp"

namespace jiuying::node::texts {

using enum Error;

inline constexpr Wording untouched{
    "数据安全：这一步什么也没有改动，原有记录都在。",
    "Safe: this step changed nothing; all records are as they were."};
inline constexpr Wording not_saved{
    "数据安全：这一条没有保存，以前保存的记录都在。",
    "Safe: this entry was not saved; everything saved before is there."};
inline constexpr Wording waits_here{
    "数据安全：所有记录都在本机，连上以后会自动补报，一条不少。",
    "Safe: all records are on this machine and will be sent later."};
inline constexpr Wording still_recording{"数据安全：已录入的记录都在本机，照常可以继续录入。",
                                         "Safe: all records are on this machine; go on recording."};
inline constexpr Wording import_none{
    "数据安全：这个文件一行也没有导入，原有记录都在。",
    "Safe: no row of this file was imported; all records are there."};
inline constexpr Wording see_help{"看一看用法再输入一次：{program} --help",
                                  "Read the usage and type it again: {program} --help"};
inline constexpr Wording whole_invitation{
    "请区中枢另发一份邀请：jiuying-hub invite --data 目录 --station 站码 --name 名称 "
    "--region 区划代码 --out 文件",
    "Ask the district for a new one: jiuying-hub invite --data DATA --station CODE "
    "--name NAME --region CODE --out FILE"};
inline constexpr Wording new_invitation{
    "请区中枢另发一份邀请：jiuying-hub invite --data 目录 --station 站码 --name 名称 "
    "--region 区划代码 --out 文件 ；站点拿到后：jiuying rejoin --data 目录 --invite 文件",
    "Ask the district for a new one: jiuying-hub invite --data DATA --station CODE "
    "--name NAME --region CODE --out FILE; then: jiuying rejoin --data DATA --invite FILE"};
inline constexpr Wording new_invitation_here{
    "请区中枢另发一份邀请，拿到后在本站运行：jiuying rejoin --data 目录 --invite 文件",
    "Ask the district for a new invitation, then run here: jiuying rejoin --data DATA "
    "--invite FILE"};
inline constexpr Wording copy_then_verify{
    "先不要录入，把整个数据目录复制到另一块盘，再检查：{program} verify --data 目录",
    "Stop recording, copy the whole data folder to another disk, then run: "
    "{program} verify --data DATA"};
inline constexpr Wording check_then_call{
    "运行 {program} verify --data 目录 ，把结果告诉区中枢管理员。",
    "Run {program} verify --data DATA and tell the district's administrator the result."};
inline constexpr Wording sync_again{"稍后再同步一次：jiuying sync now --data 目录",
                                    "Sync again a little later: jiuying sync now --data DATA"};
inline constexpr Wording see_conflicts{
    "看一看现在的冲突：{program} conflict list --data 目录",
    "See the present conflicts: {program} conflict list --data DATA"};
inline constexpr Wording find_record{
    "用词查找：{program} appeal list --data 目录 --search 关键词",
    "Search for it: {program} appeal list --data DATA --search WORDS"};

}  // namespace jiuying::node::texts
