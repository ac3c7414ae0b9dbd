/// Errors of snapshots and of their copies, JY-0530 to JY-0549.
#pragma once

#include "node/cli/error_wordings.hpp"

#include <array>

namespace jiuying::node::texts {

inline constexpr std::array snapshot_errors{
    ErrorEntry{snapshot_too_large,
               "JY-0530",
               exit_code::failed,
               true,
               {"有一条记录的改动太多，快照装不下，快照没有写成。",
                "A record has too many changes to fit into a snapshot; none was written."},
               untouched,
               {"新电脑照样能加入，从日志一条条补；检查数据：{program} verify --data 目录",
                "A new machine can still join and replays the log; check the data: "
                "{program} verify --data DATA"}},
    ErrorEntry{copy_inside_data,
               "JY-0531",
               exit_code::usage,
               true,
               {"副本不能放在数据目录里：盘坏了两份一起没有。",
                "A copy does not belong into the data folder: one broken disk would take both."},
               untouched,
               {"换一块盘上的文件夹：{program} snapshot write --data 目录 --station 站码 --to "
                "文件夹",
                "Name a folder on another disk: {program} snapshot write --data DATA --station "
                "CODE --to FOLDER"}},
    ErrorEntry{copy_not_confirmed,
               "JY-0532",
               exit_code::integrity,
               true,
               {"副本写好以后读回来对不上，已经删掉。",
                "The copy read back is not what was written; it was removed."},
               untouched,
               {"换一块盘再试：{program} snapshot write --data 目录 --station 站码 --to 文件夹",
                "Try another disk: {program} snapshot write --data DATA --station CODE --to "
                "FOLDER"}},
};

}  // namespace jiuying::node::texts
