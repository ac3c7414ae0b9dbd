// keyring ...: what opens a node, and how that changes. Works beside a running `serve`, which reads
// the keyring only when it starts; but for `rotate`, which needs the database.
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/keyring_desk.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/recovery_file.hpp"
#include "node/commands/boundary.hpp"
#include "node/folder/data_key.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <system_error>
#include <vector>

namespace jiuying::node {

namespace {

namespace fs = std::filesystem;
using Kind = KeyringSlot::Kind;

int show(Desk& desk, const Arguments&) {
    return within_boundary([&] {
        answer_listing(desk, desk.unlock_keys().keyring());
        return exit_code::ok;
    });
}

int change_passphrase(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const auto known = credentials(desk.key_source(), false);
        const UnlockedKeys keys = desk.unlock_keys(known);
        const Passphrase fresh = passphrase_of(desk, arguments, "--new-passphrase-file", true);
        change_keyring(desk, keys, "keyring.passphrase", {}, [&](Keyring& keyring) -> Result<void> {
            for (const Credential& credential : known) {
                const auto* old = std::get_if<Passphrase>(&credential);
                if (old == nullptr) continue;
                const auto done = keyring.change_passphrase(*old, fresh, desk.environment());
                if (done || done.error() != Errc::wrong_key) return done;
            }
            return keyring.replace_passphrases(fresh, desk.environment());
        });
        answer_listing(
            desk, keys.keyring(),
            std::string{desk.pick("口令已换。旧口令如果有人知道，再运行 keyring rotate。\n",
                                  "The passphrase is changed. If somebody knows the "
                                  "old one, run keyring rotate too.\n")});
        return exit_code::ok;
    });
}

int add_key_file(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const UnlockedKeys keys = desk.unlock_keys();
        const fs::path file = arguments.get("--new-key-file");
        const bool made = !fs::exists(file);
        if (made) {
            sync::Secret<32> bytes;
            desk.environment().random(bytes.bytes());
            atomic_write(file, bytes.view(), 0600);
        }
        KeySource source;
        source.key_file = file;
        const auto found = credentials(source, false);
        try {
            change_keyring(desk, keys, "keyring.add_key_file", {}, [&](Keyring& keyring) {
                return keyring.add_slot(found.front(), desk.environment());
            });
        } catch (...) {
            std::error_code ignored;
            if (made) fs::remove(file, ignored);
            throw;
        }
        answer_listing(desk, keys.keyring(),
                       std::string{desk.pick("密钥文件已加上；谁有它，谁就能打开数据。\n",
                                             "The key file is added; who has it can open the "
                                             "data.\n")});
        return exit_code::ok;
    });
}

int remove_slot(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const UnlockedKeys keys = desk.unlock_keys();
        const auto number = arguments.number("N", 1);
        const std::string target = "slot " + std::to_string(*number);
        change_keyring(desk, keys, "keyring.remove_slot", target, [&](Keyring& keyring) {
            return keyring.remove_slot(static_cast<std::size_t>(*number) - 1);
        });
        answer_listing(desk, keys.keyring());
        return exit_code::ok;
    });
}

int add_recovery(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const sync::BoxKey key = read_recovery_file(arguments.get("--recovery-key"));
        const UnlockedKeys keys = desk.unlock_keys();
        change_keyring(desk, keys, "keyring.add_recovery", fingerprint(key), [&](Keyring& keyring) {
            return keyring.add_recovery(key, desk.environment());
        });
        answer_listing(desk, keys.keyring(),
                       std::string{desk.pick("恢复密钥已加上。请打电话和区里核对指纹。\n",
                                             "The recovery key is added. Compare its fingerprint "
                                             "with the district by telephone.\n")});
        return exit_code::ok;
    });
}

/// Puts the keyring under a fresh master key. Whoever has an older copy of it and knows what opened
/// that would else open the present one as well. Slots are made anew, so everything that opens it
/// for daily work has to be at hand: missing_option names what isn't.
void renew(Keyring& keyring, const fs::path& path, std::span<const Credential> known,
           Environment& environment) {
    std::vector<sync::BoxKey> recovery;
    for (const KeyringSlot& slot : keyring.slots()) {
        if (slot.kind == Kind::recovery) {
            recovery.emplace_back(slot.recovery_key);
            continue;
        }
        const bool at_hand = std::ranges::any_of(known, [&](const Credential& credential) {
            return open_slot(keyring.owner(), slot, credential).has_value();
        });
        if (at_hand) continue;
        throw Failure{Error::missing_option, Detail::option,
                      slot.kind == Kind::key_file ? "--key-file" : "--passphrase-file"};
    }
    // What opens nothing now, a removed key file say, must not come back this way.
    const auto slots = keyring.slots();
    for (const Credential& credential : known) {
        const bool opens = std::ranges::any_of(slots, [&](const KeyringSlot& slot) {
            return slot.kind != Kind::recovery &&
                   open_slot(keyring.owner(), slot, credential).has_value();
        });
        if (!opens) throw Failure{Error::wrong_passphrase};
    }
    auto renewed =
        Keyring::create(path, keyring.secrets().clone(), known, environment, {}, recovery);
    if (!renewed) throw Failure{Error::weak_passphrase};
    keyring = std::move(*renewed);
}

int rotate(Desk& desk, const Arguments&) {
    constexpr std::chrono::seconds patience{2};
    return within_boundary([&] {
        const auto known = credentials(desk.key_source(), false);
        const UnlockedKeys keys = desk.unlock_keys(known);
        const auto require_lock = [&] {
            auto lock = FileLock::lock(keys.layout().lock(), patience);
            if (!lock) throw Failure{Error::service_in_the_way};
            return *std::move(lock);
        };
        // Before anything is written down, and again once it is.
        (void)require_lock();
        audited(desk, keys, "keyring.rotate", {}, [&] {
            const FileLock lock = require_lock();
            const FileLock keyring_lock = keys.lock_keyring();
            settle_data_key(keys.layout().database(), keys.keyring(), desk.environment());
            renew(keys.keyring(), keys.layout().keys(), known, desk.environment());
            rotate_data_key(keys.layout().database(), keys.keyring(), desk.environment());
        });
        desk.answer({{"ok", true}},
                    desk.pick("数据库已换上新的密钥；以前拷走的密钥文件打不开它了。\n",
                              "The database is under a new key; copies of the keyring made "
                              "before don't open it.\n"));
        return exit_code::ok;
    });
}

}  // namespace

CommandSpecs keyring_commands() {
    const OptionSpec fresh = option("--new-passphrase-file", "FILE", "新口令的文件；不给就提示输入",
                                    "file with the new passphrase; else it is asked for");
    return {
        {"keyring show", {"什么能打开这个节点", "what opens this node"}, {}, show},
        {"keyring passphrase",
         {"换口令；用密钥文件打开时，换掉所有口令",
          "change the passphrase; opened by a key file, all of them"},
         {fresh},
         change_passphrase},
        {"keyring add-key-file",
         {"加一个密钥文件，给无人值守用", "add a key file, for unattended start"},
         {required_option("--new-key-file", "FILE", "没有就生成 32 个随机字节",
                          "32 random bytes are made if there is none")},
         add_key_file},
        {"keyring add-recovery",
         {"加上区里的恢复密钥", "add the district's recovery key"},
         {required_option("--recovery-key", "FILE", "恢复密钥的公开一半", "its public half")},
         add_recovery},
        {"keyring remove-slot",
         {"去掉一格", "remove what opens it"},
         {required_option("N", "N", "keyring show 里的号码", "its number in keyring show")},
         remove_slot},
        {"keyring rotate",
         {"给密钥和数据库换新的主密钥(先停服务)；口令和密钥文件都要给",
          "put keys and database under fresh keys (service stopped); give passphrase and key file"},
         {},
         rotate},
    };
}

}  // namespace jiuying::node
