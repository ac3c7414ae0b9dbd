/// Errors of the roster and of what revoked machines wrote later, JY-0311 to JY-0339.
#pragma once

#include "node/cli/error_wordings.hpp"

#include <array>

namespace jiuying::node::texts {

inline constexpr Wording see_roster{"看一看有哪些机器：{program} roster show --data 目录",
                                    "See which machines there are: {program} roster show --data "
                                    "DATA"};
inline constexpr Wording see_quarantine{
    "看一看隔离的记录：jiuying-hub quarantine list --data 目录",
    "See what was put aside: jiuying-hub quarantine list --data DATA"};

inline constexpr std::array roster_errors{
    ErrorEntry{node_retired,
               "JY-0311",
               exit_code::usage,
               true,
               {"这个交换包来自一台已退役的机器，没有导入。",
                "This bundle is of a machine that was retired; it was not imported."},
               untouched,
               {"核实以后确实要收：jiuying-hub bundle import 文件 --take-retired --data 目录",
                "If it shall be taken after all: jiuying-hub bundle import FILE --take-retired "
                "--data DATA"}},
    ErrorEntry{
        certificate_bad,
        "JY-0312",
        exit_code::usage,
        true,
        {"这不是一份完好的中枢证书或申请。", "This is no sound hub certificate or request."},
        untouched,
        {"重新做一份：jiuying-hub roster request --out 文件 --data 目录 ，交给保管根密钥的人 "
         "roster sign",
         "Make it again: jiuying-hub roster request --out FILE --data DATA, to be signed "
         "with roster sign by the keeper of the root key"}},
    ErrorEntry{certificate_other_hub,
               "JY-0313",
               exit_code::usage,
               true,
               {"这份证书不是给这个中枢的，或者出自另一把根密钥。",
                "This certificate is for another hub, or by another root key."},
               untouched,
               {"核对指纹：{program} roster show --data 目录 ；不符就不要用，打电话问区里",
                "Compare the fingerprint: {program} roster show --data DATA; if it differs, don't "
                "use it and ask the district by telephone"}},
    ErrorEntry{certificate_old,
               "JY-0314",
               exit_code::usage,
               true,
               {"这份证书不比现有的新。", "This certificate is no newer than the present one."},
               untouched,
               {"重新申请一份：jiuying-hub roster request --out 文件 --data 目录",
                "Request another: jiuying-hub roster request --out FILE --data DATA"}},
    ErrorEntry{root_key_bad,
               "JY-0315",
               exit_code::usage,
               true,
               {"这不是一份完好的根密钥文件。", "This is no sound root key file."},
               untouched,
               {"核对是不是拿错了文件，或者用备份的那一份：jiuying-hub roster sign --root-key 文件",
                "Check that it is the right file, or use its second copy: jiuying-hub roster sign "
                "--root-key FILE"}},
    ErrorEntry{root_does_not_open,
               "JY-0316",
               exit_code::wrong_key,
               true,
               {"根密钥的口令不对。", "The root key's passphrase is wrong."},
               untouched,
               {"再试一次：jiuying-hub roster sign --root-key 文件",
                "Try again: jiuying-hub roster sign --root-key FILE"}},
    ErrorEntry{unknown_machine,
               "JY-0317",
               exit_code::usage,
               true,
               {"没有加入过这样的站点或机器。", "No such station or machine has joined."},
               untouched,
               see_roster},
    ErrorEntry{
        machine_ambiguous,
        "JY-0318",
        exit_code::usage,
        true,
        {"这个站点不止一台机器（或都已停用），要写明是哪一台。",
         "That station has several machines, or none that takes part: name the one you mean."},
        untouched,
        {"看机器号，取前 8 位以上：{program} roster show --data 目录",
         "See their ids and give 8 digits or more: {program} roster show --data DATA"}},
    ErrorEntry{standing_not_forward,
               "JY-0319",
               exit_code::usage,
               true,
               {"这台机器已经退役或停用；停用了的机器不能恢复。",
                "That machine was retired or revoked before; there is no way back."},
               untouched,
               {"要再用，请发新邀请，在那台机器的新目录里 init：jiuying-hub invite --station 站码",
                "To use it again, invite it anew and make a new folder there: jiuying-hub invite "
                "--station CODE"}},
    ErrorEntry{no_such_late,
               "JY-0320",
               exit_code::usage,
               true,
               {"隔离区里没有这个号。", "Nothing put aside has that number."},
               untouched,
               see_quarantine},
    ErrorEntry{late_unreadable,
               "JY-0321",
               exit_code::failed,
               true,
               {"隔离的这一号现在读不了（要更新的程序，或缺钥匙）。",
                "What was put aside under that number can't be read now: it wants a newer "
                "program, or its key."},
               untouched,
               see_quarantine},
    ErrorEntry{
        late_decided,
        "JY-0322",
        exit_code::usage,
        true,
        {"隔离的这一号已经采用了。", "What was put aside under that number was taken before."},
        untouched,
        see_quarantine},
    ErrorEntry{late_does_not_fit,
               "JY-0323",
               exit_code::failed,
               true,
               {"隔离的这一号接不上：它前面还缺，或者和已收的不符。",
                "What was put aside under that number does not follow what is here: something "
                "before it is missing, or differs."},
               {"数据安全：它还在隔离区，没有丢；已采用的照旧。",
                "Safe: it stays put aside; what was taken before it stays."},
               {"再找那台机器的 U 盘导入，然后再试：jiuying-hub bundle import 文件 --data 目录",
                "Look for more sticks of that machine, then try again: jiuying-hub bundle import "
                "FILE --data DATA"}},
    ErrorEntry{
        carried_of_revoked,
        "JY-0324",
        exit_code::usage,
        true,
        {"这个交换包来自一台已停用的机器，本站不代转。",
         "This bundle is of a machine that was revoked; it is not carried on."},
        untouched,
        {"把 U 盘直接交给区里，由区里决定：jiuying-hub bundle import 文件 --data 目录",
         "Give the stick to the district, who decides: jiuying-hub bundle import FILE --data "
         "DATA"}},
    ErrorEntry{
        erasure_too_early,
        "JY-0325",
        exit_code::usage,
        true,
        {"这件事还在办，经办人要靠这些信息联系本人。",
         "This is still being handled: whoever does needs these data to reach the person."},
        {"数据安全：什么都没有删。", "Safe: nothing was erased."},
        {"诉求先办结、退出或撤回，会议先办结，难办点先销号：jiuying-hub appeal show ID --data "
         "目录",
         "Close, return or withdraw the appeal, close the meeting, or strike the hard case "
         "off first: jiuying-hub appeal show ID --data DATA"}},
    ErrorEntry{personal_data_erased,
               "JY-0326",
               exit_code::usage,
               true,
               {"这件诉求的个人信息已按申请删除，不能再往里写文字或个人信息。",
                "The personal data of this appeal were erased on request: no texts or personal "
                "data can be written into it."},
               {"数据安全：什么都没有写，别的记录照旧。",
                "Safe: nothing was written, all else is as it was."},
               {"本人再来反映的，登记一件新的：{program} appeal new --data 目录",
                "If the person comes again, record a new one: {program} appeal new --data DATA"}},
};

}  // namespace jiuying::node::texts
