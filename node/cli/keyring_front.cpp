// keyring ...: what opens a node, and how that changes. Works beside a running `serve`, which reads
// the keyring only when it starts; but for `rotate`, which needs the database.
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/cli/fronts.hpp"
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

std::string read_key_text(const std::filesystem::path& file) {
    try {
        return std::string{sync::as_text(read_file(file, recovery_file_bytes_max))};
    } catch (const std::filesystem::filesystem_error& error) {
        if (error.code() == std::errc::file_too_large) {
            throw Failure{Error::recovery_key_bad, Detail::path, file.string()};
        }
        const bool denied = error.code() == std::errc::permission_denied;
        throw Failure{denied ? Error::no_permission : Error::missing_file, Detail::path,
                      file.string()};
    }
}

Passphrase passphrase_of(Desk& desk, const Arguments& arguments, std::string_view option,
                         bool chosen) {
    KeySource source;
    source.lang = desk.lang();
    if (const auto file = arguments.find(option)) source.passphrase_file = *file;
    source.may_prompt = desk.key_source().may_prompt;
    return std::get<Passphrase>(std::move(credentials(source, chosen).front()));
}

void refuse_existing(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return;
    throw Failure{Error::file_exists, Detail::path, file.string()};
}

sync::BoxKey read_recovery_file(const std::filesystem::path& file) {
    const auto key = read_recovery_public_key(read_key_text(file));
    if (key) return *key;
    if (key.error() == Errc::unsupported) throw Failure{Error::newer_version};
    throw Failure{Error::recovery_key_bad, Detail::path, file.string()};
}

namespace {

namespace fs = std::filesystem;
using Kind = KeyringSlot::Kind;

std::string_view name_of_kind(Kind kind) {
    switch (kind) {
        case Kind::passphrase: return "passphrase";
        case Kind::key_file: return "key_file";
        case Kind::recovery: return "recovery";
    }
    return "";
}

/// What opens the node is not changed before the audit log has it. If that fails then, another row
/// says so.
template <class Work>
void audited(Desk& desk, const UnlockedKeys& keys, std::string_view action, std::string target,
             Work&& work) {
    json::object row{{"action", action}, {"target", std::move(target)}};
    desk.work_with(keys);
    desk.call("audit.note", row);
    desk.leave();
    try {
        work();
    } catch (...) {
        try {
            row["result"] = "failed";
            desk.work_with(keys);
            desk.call("audit.note", row);
        } catch (const std::exception&) {
            // What failed is told; the first row stands.
        }
        desk.leave();
        throw;
    }
}

/// Runs a change of the keyring under its lock; what it can't do has the names of the catalogue.
template <class Change>
void change(Desk& desk, const UnlockedKeys& keys, std::string_view action, std::string target,
            Change&& run) {
    audited(desk, keys, action, std::move(target), [&] {
        const FileLock lock = keys.lock_keyring();
        const Result<void> done = run(keys.keyring());
        if (done) return;
        switch (done.error()) {
            case Errc::exhausted: throw Failure{Error::slots_full};
            case Errc::not_found: throw Failure{Error::no_such_slot};
            case Errc::wrong_state: throw Failure{Error::last_slot};
            case Errc::out_of_bounds: throw Failure{Error::weak_passphrase};
            case Errc::bad_key: throw Failure{Error::recovery_key_bad};
            default: throw Failure{Error::keyring_damaged};
        }
    });
}

RecoveryKey recovery_of(Desk& desk, const Arguments& arguments) {
    const std::string text = read_key_text(arguments.get("--recovery-key"));
    auto key = open_recovery_key(
        text, passphrase_of(desk, arguments, "--recovery-passphrase-file", false));
    if (key) return std::move(*key);
    switch (key.error()) {
        case Errc::wrong_key: throw Failure{Error::recovery_does_not_open};
        case Errc::unsupported: throw Failure{Error::newer_version};
        default: throw Failure{Error::recovery_key_bad};
    }
}

/// The keys, opened by the recovery key alone.
UnlockedKeys unlock_by_recovery(Desk& desk, const Arguments& arguments) {
    const auto seen = Keyring::look(FolderLayout{desk.data()}.keys());
    const bool has_slot = seen && std::ranges::any_of(seen->slots, [](const KeyringSlot& slot) {
                              return slot.kind == Kind::recovery;
                          });
    if (seen && !has_slot) throw Failure{Error::no_recovery_slot};
    const std::array<Credential, 1> known{recovery_of(desk, arguments)};
    try {
        return desk.unlock_keys(known);
    } catch (const Failure& failure) {
        if (failure.error() != Error::wrong_passphrase) throw;
        throw Failure{Error::recovery_does_not_open};
    }
}

json::object slot_document(const KeyringSlot& slot, std::size_t number) {
    json::object document{{"slot", number}, {"kind", name_of_kind(slot.kind)}};
    if (slot.kind == Kind::passphrase) {
        document["argon2id_memory_kib"] = slot.cost.memory_kib;
        document["argon2id_passes"] = slot.cost.passes;
    }
    if (slot.kind == Kind::recovery) {
        document["fingerprint"] = fingerprint(sync::BoxKey{slot.recovery_key});
    }
    return document;
}

std::string slot_line(const Desk& desk, const json::object& slot) {
    const std::string kind = text_at(slot, "kind");
    std::string line = std::to_string(number_at(slot, "slot")) + "  ";
    if (kind == "passphrase") line += desk.pick("口令", "passphrase");
    if (kind == "key_file") line += desk.pick("密钥文件", "key file");
    if (kind == "recovery") {
        line.append(desk.pick("恢复密钥，指纹 ", "recovery key, fingerprint "));
        line += text_at(slot, "fingerprint");
    }
    return line + "\n";
}

json::object listing(const Keyring& keyring) {
    json::array slots;
    bool recovery = false;
    for (const KeyringSlot& slot : keyring.slots()) {
        slots.push_back(slot_document(slot, slots.size() + 1));
        recovery = recovery || slot.kind == Kind::recovery;
    }
    return {{"slots", std::move(slots)}, {"recovery", recovery}};
}

void answer_listing(Desk& desk, const Keyring& keyring, std::string prose = {}) {
    const json::object document = listing(keyring);
    for (const json::value& slot : array_at(document, "slots")) {
        prose += slot_line(desk, slot.as_object());
    }
    if (!flag_at(document, "recovery")) {
        prose.append(desk.pick(
            "没有恢复密钥：口令忘了就谁也打不开。加上：keyring add-recovery --recovery-key "
            "文件\n",
            "No recovery key: a forgotten passphrase opens for nobody. Add one: keyring "
            "add-recovery --recovery-key FILE\n"));
    }
    desk.answer(document, prose);
}

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
        change(desk, keys, "keyring.passphrase", {}, [&](Keyring& keyring) -> Result<void> {
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
            change(desk, keys, "keyring.add_key_file", {}, [&](Keyring& keyring) {
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
        change(desk, keys, "keyring.remove_slot", target, [&](Keyring& keyring) {
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
        change(desk, keys, "keyring.add_recovery", fingerprint(key),
               [&](Keyring& keyring) { return keyring.add_recovery(key, desk.environment()); });
        answer_listing(desk, keys.keyring(),
                       std::string{desk.pick("恢复密钥已加上。请打电话和区里核对指纹。\n",
                                             "The recovery key is added. Compare its fingerprint "
                                             "with the district by telephone.\n")});
        return exit_code::ok;
    });
}

int new_recovery_key(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const fs::path secret = arguments.get("--out");
        const fs::path open = arguments.get("--public-out");
        for (const fs::path& file : {secret, open}) refuse_existing(file);
        const Passphrase passphrase = passphrase_of(desk, arguments, "--new-passphrase-file", true);
        const auto files = make_recovery_key(passphrase, desk.environment());
        if (!files) throw Failure{Error::weak_passphrase};
        for (const fs::path& file : {secret, open}) refuse_existing(file);
        atomic_write(secret, files->private_file, 0600);
        atomic_write(open, files->public_file, 0600);
        const std::string print = fingerprint(files->public_key);
        std::string prose{
            desk.pick("恢复密钥已生成，指纹 ", "The recovery key is made, fingerprint ")};
        prose.append(print).append("\n");
        prose.append(desk.pick("私有的一半锁进保险柜，口令另外保管；公开的一半发给各站。\n",
                               "Lock the private half away and its passphrase elsewhere; give "
                               "the public half to the stations.\n"));
        desk.answer(
            {{"fingerprint", print}, {"file", secret.string()}, {"public_file", open.string()}},
            prose);
        return exit_code::ok;
    });
}

int recovery_drill(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const UnlockedKeys keys = unlock_by_recovery(desk, arguments);
        const fs::path database = keys.layout().database();
        if (!is_under(database, keys.keyring().secrets())) {
            throw Failure{Error::database_not_ours, Detail::path, database.string()};
        }
        desk.answer({{"ok", true}},
                    desk.pick("演练通过：恢复密钥打得开密钥和数据库；什么也没有改。\n",
                              "The drill went well: the recovery key opens the keys and the "
                              "database; nothing was changed.\n"));
        return exit_code::ok;
    });
}

int recover(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const UnlockedKeys keys = unlock_by_recovery(desk, arguments);
        const Passphrase fresh = passphrase_of(desk, arguments, "--new-passphrase-file", true);
        change(desk, keys, "keyring.recover", {}, [&](Keyring& keyring) {
            return keyring.replace_passphrases(fresh, desk.environment());
        });
        answer_listing(desk, keys.keyring(),
                       std::string{desk.pick("新口令已设好，原来的口令都不再有效。\n",
                                             "The new passphrase is set; the former ones open "
                                             "nothing any more.\n")});
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
    const OptionSpec recovery_passphrase =
        option("--recovery-passphrase-file", "FILE", "恢复密钥口令的文件；不给就提示输入",
               "file with the recovery key's passphrase; else it is asked for");
    const OptionSpec private_half =
        required_option("--recovery-key", "FILE", "恢复密钥的私有一半", "its private half");
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
        {"keyring new-recovery-key",
         {"生成区里的恢复密钥，在不联网的电脑上做",
          "make the district's recovery key, on a machine without a network"},
         {required_option("--out", "FILE", "私有一半写到这里", "where the private half goes"),
          required_option("--public-out", "FILE", "公开一半写到这里", "where the public half goes"),
          fresh},
         new_recovery_key},
        {"keyring recovery-drill",
         {"演练：恢复密钥打得开吗；什么也不改",
          "drill: does the recovery key open it; changes nothing"},
         {private_half, recovery_passphrase},
         recovery_drill},
        {"keyring recover",
         {"忘了口令：用恢复密钥设新口令", "forgotten passphrase: set another by the recovery key"},
         {private_half, recovery_passphrase, fresh},
         recover},
    };
}

}  // namespace jiuying::node
