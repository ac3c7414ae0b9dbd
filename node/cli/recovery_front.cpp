// keyring new-recovery-key, split-recovery, recovery-drill, recover: the district's recovery
// key, whole or in shares, and what it opens.
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/keyring_desk.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/recovery_file.hpp"
#include "node/commands/boundary.hpp"
#include "node/folder/data_key.hpp"
#include "node/keys/recovery_shares.hpp"

#include <algorithm>
#include <array>
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

void wipe_text(std::string& text) {
    sync::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

[[noreturn]] void refuse_recovery(Errc why) {
    switch (why) {
        case Errc::wrong_key: throw Failure{Error::recovery_does_not_open};
        case Errc::unsupported: throw Failure{Error::newer_version};
        case Errc::exhausted: throw Failure{Error::shares_too_few};
        case Errc::not_authentic: throw Failure{Error::shares_do_not_fit};
        default: throw Failure{Error::recovery_key_bad};
    }
}

/// A recovery key, and by which of its shares; none where the whole key was given.
struct Recovery {
    RecoveryKey key;
    std::vector<unsigned> shares;
    std::vector<unsigned> wrong;
};

Recovery recovery_of(Desk& desk, const Arguments& arguments) {
    const auto shares = arguments.all("--recovery-share");
    const auto whole = arguments.find("--recovery-key");
    if (shares.empty() == !whole) {
        throw Failure{whole ? Error::options_exclude : Error::missing_option, Detail::option,
                      "--recovery-key"};
    }
    if (whole) {
        auto key =
            open_recovery_key(read_key_text(*whole),
                              passphrase_of(desk, arguments, "--recovery-passphrase-file", false));
        if (!key) refuse_recovery(key.error());
        return {std::move(*key), {}, {}};
    }
    std::vector<std::string> texts;
    for (const std::string& file : shares) texts.push_back(read_key_text(file));
    auto joined = join_recovery_shares(texts);
    for (std::string& text : texts) wipe_text(text);
    if (!joined) refuse_recovery(joined.error());
    return {std::move(joined->key), std::move(joined->used), std::move(joined->wrong)};
}

json::array numbers_of(const std::vector<unsigned>& shares) {
    return json::array(shares.begin(), shares.end());
}

/// "1, 3": for people and for the audit log.
std::string listed(const std::vector<unsigned>& shares) {
    std::string text;
    for (const unsigned share : shares) {
        if (!text.empty()) text.append(", ");
        text.append(std::to_string(share));
    }
    return text;
}

/// The keys, opened by the recovery key alone.
struct Opened {
    UnlockedKeys keys;
    std::vector<unsigned> shares;
    std::vector<unsigned> wrong;

    /// How it was opened, as the audit log says it.
    [[nodiscard]] std::string target() const {
        return shares.empty() ? std::string{} : "shares " + listed(shares);
    }
    /// Adds that to what a command answers, and tells about shares that are no good.
    void tell(const Desk& desk, json::object& document, std::string& prose) const {
        if (shares.empty()) return;
        document["shares"] = numbers_of(shares);
        document["wrong_shares"] = numbers_of(wrong);
        if (wrong.empty()) return;
        prose.append(desk.pick("注意：第 ", "Attention: share "));
        prose.append(listed(wrong));
        prose.append(desk.pick(" 份不对，被改过或不是这一次分的；查清是谁保管的。\n",
                               " is wrong, altered or of another splitting; find out about its "
                               "custodian.\n"));
    }
};

Opened unlock_by_recovery(Desk& desk, const Arguments& arguments) {
    const auto seen = Keyring::look(FolderLayout{desk.data()}.keys());
    const bool has_slot = seen && std::ranges::any_of(seen->slots, [](const KeyringSlot& slot) {
                              return slot.kind == Kind::recovery;
                          });
    if (seen && !has_slot) throw Failure{Error::no_recovery_slot};
    Recovery recovery = recovery_of(desk, arguments);
    const std::array<Credential, 1> known{std::move(recovery.key)};
    try {
        return {desk.unlock_keys(known), std::move(recovery.shares), std::move(recovery.wrong)};
    } catch (const Failure& failure) {
        if (failure.error() != Error::wrong_passphrase) throw;
        throw Failure{Error::recovery_does_not_open};
    }
}

int split_recovery(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const fs::path folder = arguments.get("--out-dir");
        const std::string text = read_key_text(arguments.get("--recovery-key"));
        ShareRule rule;
        if (const auto shares = arguments.number("--shares", 2)) {
            rule.shares = static_cast<unsigned>(std::min<std::uint64_t>(*shares, 255));
        }
        if (const auto need = arguments.number("--need", 2)) {
            rule.need = static_cast<unsigned>(std::min<std::uint64_t>(*need, 255));
        }
        if (rule.shares > recovery_shares_max) {
            throw Failure{Error::bad_value, Detail::option, "--shares"};
        }
        if (rule.need > rule.shares) throw Failure{Error::bad_value, Detail::option, "--need"};
        std::vector<fs::path> files;
        for (unsigned number = 1; number <= rule.shares; ++number) {
            files.push_back(folder / ("recovery-share-" + std::to_string(number) + ".key"));
            refuse_existing(files.back());
        }
        auto shares = split_recovery_key(
            text, passphrase_of(desk, arguments, "--recovery-passphrase-file", false), rule,
            desk.environment());
        if (!shares) refuse_recovery(shares.error());
        make_folders(folder, 0700);
        json::array written;
        for (std::size_t at = 0; at < files.size(); ++at) {
            atomic_write(files[at], (*shares)[at], 0600);
            wipe_text((*shares)[at]);
            written.emplace_back(files[at].string());
        }
        std::string prose{desk.pick("恢复密钥分成了 ", "The recovery key is split into ")};
        prose += std::to_string(rule.shares);
        prose.append(desk.pick(" 份，任意 ", " shares, any "));
        prose += std::to_string(rule.need);
        prose.append(
            desk.pick(" 份合起来就能恢复，少一份就什么也看不出。每人保管一份，"
                      "分开放；先用 recovery-drill 演练，再销毁整把的文件。\n",
                      " of which recover; fewer tell nothing. Give each to another custodian; do a "
                      "recovery-drill with them, then destroy the file with the whole key.\n"));
        desk.answer({{"files", std::move(written)}, {"shares", rule.shares}, {"need", rule.need}},
                    prose);
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
        const Opened opened = unlock_by_recovery(desk, arguments);
        const UnlockedKeys& keys = opened.keys;
        const fs::path database = keys.layout().database();
        if (!is_under(database, keys.keyring().secrets())) {
            throw Failure{Error::database_not_ours, Detail::path, database.string()};
        }
        json::object document{{"ok", true}};
        std::string prose{
            desk.pick("演练通过：恢复密钥打得开密钥和数据库；什么也没有改。\n",
                      "The drill went well: the recovery key opens the keys and the database; "
                      "nothing was changed.\n")};
        opened.tell(desk, document, prose);
        desk.answer(document, prose);
        return exit_code::ok;
    });
}

int recover(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const Opened opened = unlock_by_recovery(desk, arguments);
        const UnlockedKeys& keys = opened.keys;
        const Passphrase fresh = passphrase_of(desk, arguments, "--new-passphrase-file", true);
        change_keyring(desk, keys, "keyring.recover", opened.target(), [&](Keyring& keyring) {
            return keyring.replace_passphrases(fresh, desk.environment());
        });
        std::string prose{desk.pick("新口令已设好，原来的口令都不再有效。\n",
                                    "The new passphrase is set; the former ones open nothing any "
                                    "more.\n")};
        json::object also;
        opened.tell(desk, also, prose);
        answer_listing(desk, keys.keyring(), std::move(prose), std::move(also));
        return exit_code::ok;
    });
}

}  // namespace

CommandSpecs recovery_commands() {
    const OptionSpec fresh = option("--new-passphrase-file", "FILE", "新口令的文件；不给就提示输入",
                                    "file with the new passphrase; else it is asked for");
    const OptionSpec recovery_passphrase =
        option("--recovery-passphrase-file", "FILE", "恢复密钥口令的文件；不给就提示输入",
               "file with the recovery key's passphrase; else it is asked for");
    const OptionSpec private_half =
        option("--recovery-key", "FILE", "恢复密钥的私有一半", "its private half");
    OptionSpec share = option("--recovery-share", "FILE", "或者：恢复密钥的一份，可以给几次",
                              "or: one of its shares; may be given more than once");
    share.many = true;
    return {
        {"keyring new-recovery-key",
         {"生成区里的恢复密钥，在不联网的电脑上做",
          "make the district's recovery key, on a machine without a network"},
         {required_option("--out", "FILE", "私有一半写到这里", "where the private half goes"),
          required_option("--public-out", "FILE", "公开一半写到这里", "where the public half goes"),
          fresh},
         new_recovery_key},
        {"keyring split-recovery",
         {"把恢复密钥分给几位保管人，在不联网的电脑上做",
          "split the recovery key for several custodians, on a machine without a network"},
         {required_option("--recovery-key", "FILE", "恢复密钥的私有一半", "its private half"),
          required_option("--out-dir", "DIR", "每份一个文件，写到这里", "where the shares go"),
          option("--shares", "N", "分几份(2 到 8，默认 3)", "how many (2 to 8, default 3)"),
          option("--need", "N", "几份才能恢复(默认 2)", "how many of them recover (default 2)"),
          recovery_passphrase},
         split_recovery},
        {"keyring recovery-drill",
         {"演练：恢复密钥打得开吗；什么也不改",
          "drill: does the recovery key open it; changes nothing"},
         {private_half, share, recovery_passphrase},
         recovery_drill},
        {"keyring recover",
         {"忘了口令：用恢复密钥设新口令", "forgotten passphrase: set another by the recovery key"},
         {private_half, share, recovery_passphrase, fresh},
         recover},
    };
}

}  // namespace jiuying::node
