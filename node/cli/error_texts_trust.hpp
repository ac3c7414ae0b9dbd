/// Errors of the audit log, of backups and of the doctor, JY-1001 to JY-1029.
/// Included by error_catalogue.cpp only.
#pragma once

#include "node/cli/error_wordings.hpp"

#include <array>

namespace jiuying::node::texts {

inline constexpr Wording another_backup{
    "换一份备份再恢复：{program} restore --from 文件 --data 新目录",
    "Restore another backup: {program} restore --from FILE --data NEW"};
inline constexpr Wording nothing_restored{
    "数据安全：什么也没有恢复，备份文件没有动，原来的数据目录也没有动。",
    "Safe: nothing was restored; the backup and the former data folder are as they were."};

inline constexpr std::array trust_errors{
    ErrorEntry{audit_not_written,
               "JY-1001",
               exit_code::failed,
               true,
               {"审计记录写不进去，所以这一步没有做。",
                "The audit log could not be written, so this was not done."},
               untouched,
               {"先检查：{program} doctor --data 目录 ，再试一次。",
                "First run: {program} doctor --data DATA ; then try again."}},
    ErrorEntry{audit_broken,
               "JY-1002",
               exit_code::integrity,
               false,
               {"审计日志对不上：有记录被改过或者被删掉。",
                "The audit log is not as it was written: rows were changed or are gone."},
               {"注意：别的记录照常，但有人或者磁盘动过数据库。",
                "Attention: other records work as before, but somebody or the disk changed the "
                "database."},
               copy_then_verify},
    ErrorEntry{backup_not_one,
               "JY-1003",
               exit_code::usage,
               true,
               {"这个文件不是备份。", "This file is no backup."},
               nothing_restored,
               another_backup},
    ErrorEntry{backup_damaged,
               "JY-1004",
               exit_code::integrity,
               true,
               {"备份文件坏了，或者不完整：内容和它自己的清单对不上。",
                "The backup is damaged or cut off: its content is not what its own list says."},
               nothing_restored,
               another_backup},
    ErrorEntry{backup_not_authentic,
               "JY-1005",
               exit_code::integrity,
               true,
               {"备份不是它自称的那个节点做的，或者是几份备份拼起来的。",
                "The backup was not made by the node that it names, or is put together from "
                "several."},
               nothing_restored,
               another_backup},
    ErrorEntry{backup_outdated,
               "JY-1006",
               exit_code::usage,
               true,
               {"同一个文件夹里有同一个节点更新的备份，这一份是旧的。",
                "The same folder has a newer backup of this node; this one is older."},
               nothing_restored,
               {"恢复新的那一份；一定要旧的，就加 --older：{program} restore --from 文件 --data "
                "新目录 --older",
                "Restore the newer one; if it has to be the older, add --older: {program} restore "
                "--from FILE --data NEW --older"}},
    ErrorEntry{backup_not_confirmed,
               "JY-1007",
               exit_code::integrity,
               true,
               {"备份写好以后读回来对不上，已经删掉。",
                "The backup read back is not what was written; it was removed."},
               untouched,
               {"换一块盘再试：{program} backup --data 目录 --out 文件",
                "Try another disk: {program} backup --data DATA --out FILE"}},
    ErrorEntry{backup_inside_data,
               "JY-1009",
               exit_code::usage,
               true,
               {"备份不能放在数据目录里：盘坏了两份一起没有。",
                "A backup does not belong into the data folder: one broken disk would take both."},
               untouched,
               {"放到另一块盘上：{program} backup --data 目录 --out 文件",
                "Put it on another disk: {program} backup --data DATA --out FILE"}},
    ErrorEntry{doctor_found,
               "JY-1008",
               exit_code::failed,
               true,
               {"检查出必须处理的问题，每一行后面有处理办法。",
                "Something has to be mended; each line says how."},
               still_recording,
               {"照着做完以后再检查一次：{program} doctor --data 目录",
                "Do that, then check again: {program} doctor --data DATA"}},
};

}  // namespace jiuying::node::texts
