/// Errors of the encrypted database and of what opens it, JY-0220 to JY-0239.
/// Included by error_catalogue.cpp only.
#pragma once

#include "node/cli/error_wordings.hpp"

#include <array>

namespace jiuying::node::texts {

inline constexpr std::array key_errors{
    ErrorEntry{database_not_ours,
               "JY-0220",
               exit_code::integrity,
               false,
               {"这个数据库用本目录的密钥一页也打不开：它是别的节点的，或者整个坏了。",
                "No page of the database opens with this folder's keys: it belongs to another "
                "node, or all of it is damaged."},
               {"注意：数据库没有动；已送达区中枢的，区里都有。",
                "Attention: the database was left as it is; what was delivered is at the hub."},
               {"把同一份备份里的 keys 和 node.db 一起放回，再运行：{program} verify --data 目录",
                "Put back keys and node.db of one and the same backup, then run: {program} verify "
                "--data DATA"}},
    ErrorEntry{database_in_clear,
               "JY-0221",
               exit_code::integrity,
               false,
               {"数据库没有加密，而这个节点的数据库早已加密：有人换过文件。",
                "The database is not encrypted although this node's is: somebody replaced the "
                "file."},
               {"注意：没有采用这个文件；已送达区中枢的，区里都有。",
                "Attention: this file is not used; what was delivered is at the hub."},
               {"从备份放回原来的 node.db，再运行：{program} verify --data 目录",
                "Put the former node.db back from a backup, then run: {program} verify --data "
                "DATA"}},
    ErrorEntry{log_damaged,
               "JY-0222",
               exit_code::integrity,
               false,
               {"数据库的预写日志中间坏了，已保存的改动会丢，所以没有打开。",
                "The database's write-ahead log is damaged in its middle; opening it would lose "
                "saved changes, so it stays shut."},
               {"注意：文件都没有动；已送达区中枢的，区里都有。",
                "Attention: all files were left as they are; what was delivered is at the hub."},
               copy_then_verify},
    ErrorEntry{
        service_in_the_way,
        "JY-0223",
        exit_code::busy,
        true,
        {"服务正在运行，这件事要先停下服务。", "The service is running; this needs it stopped."},
        untouched,
        {"停下服务（systemctl stop jiuying 或 Ctrl-C），再运行：{program} keyring rotate "
         "--data 目录",
         "Stop the service (systemctl stop jiuying, or Ctrl-C), then run: {program} keyring "
         "rotate --data DATA"}},
    ErrorEntry{last_slot,
               "JY-0224",
               exit_code::usage,
               true,
               {"这是最后一个口令或密钥文件，去掉就再也打不开了。",
                "This is the last passphrase or key file; without it nothing opens the data."},
               untouched,
               {"先加一个：{program} keyring add-key-file --data 目录 --new-key-file 文件",
                "Add another first: {program} keyring add-key-file --data DATA --new-key-file "
                "FILE"}},
    ErrorEntry{no_such_slot,
               "JY-0225",
               exit_code::usage,
               true,
               {"没有这一格。", "There is no such slot."},
               untouched,
               {"先看有哪些：{program} keyring show --data 目录",
                "See which there are: {program} keyring show --data DATA"}},
    ErrorEntry{slots_full,
               "JY-0226",
               exit_code::failed,
               true,
               {"口令、密钥文件和恢复密钥合起来最多八个，已经满了。",
                "There are eight passphrases, key files and recovery keys already, which is the "
                "limit."},
               untouched,
               {"去掉一个不用的：{program} keyring remove-slot N --data 目录",
                "Remove one that is not used: {program} keyring remove-slot N --data DATA"}},
    ErrorEntry{recovery_key_bad,
               "JY-0227",
               exit_code::usage,
               true,
               {"这不是恢复密钥文件，或者它坏了。公开的一半用来添加，私有的一半用来恢复。",
                "This is no recovery key file, or it is damaged. The public half is for adding, "
                "the private half for recovering."},
               untouched,
               {"核对是不是拿错了文件：{program} keyring show --data 目录",
                "Check that it is the right file: {program} keyring show --data DATA"}},
    ErrorEntry{recovery_does_not_open,
               "JY-0228",
               exit_code::wrong_key,
               true,
               {"恢复密钥的口令不对，或者它不是这个节点登记的那一把。",
                "The recovery key's passphrase is wrong, or the key is not the one that this node "
                "knows."},
               {"数据安全：记录都在，只是锁着。", "Safe: the records are there, only locked."},
               {"核对指纹：{program} keyring show --data 目录",
                "Compare the fingerprint: {program} keyring show --data DATA"}},
    ErrorEntry{no_recovery_slot,
               "JY-0229",
               exit_code::failed,
               true,
               {"这个节点没有登记恢复密钥：口令和密钥文件都没有了，就谁也打不开。",
                "This node has no recovery key: without passphrase and key file nobody opens it."},
               untouched,
               {"现在就加上：{program} keyring add-recovery --data 目录 --recovery-key 文件",
                "Add it now: {program} keyring add-recovery --data DATA --recovery-key FILE"}},
    ErrorEntry{
        shares_too_few,
        "JY-0230",
        exit_code::usage,
        true,
        {"恢复密钥的份数不够：要用几份，写在每一份里。",
         "These are too few shares of the recovery key; each of them says how many it takes."},
        untouched,
        {"再找一位保管人，几份一起给：{program} keyring recover --recovery-share 文件 "
         "--recovery-share 文件 --data 目录",
         "Ask another custodian, and give them together: {program} keyring recover "
         "--recovery-share FILE --recovery-share FILE --data DATA"}},
    ErrorEntry{shares_do_not_fit,
               "JY-0231",
               exit_code::wrong_key,
               true,
               {"这几份合不成恢复密钥：有一份被改过，或者它们不是同一次分的。",
                "These shares make no recovery key: one was altered, or they are not of one "
                "splitting."},
               {"数据安全：记录都在，只是锁着。", "Safe: the records are there, only locked."},
               {"换一份，或者把手里的都给上，程序会找出不对的那份：{program} keyring "
                "recovery-drill --recovery-share 文件 --recovery-share 文件 --recovery-share 文件 "
                "--data 目录",
                "Take another, or give all there are, so that the wrong one is told: {program} "
                "keyring recovery-drill --recovery-share FILE --recovery-share FILE "
                "--recovery-share FILE --data DATA"}},
};

}  // namespace jiuying::node::texts
