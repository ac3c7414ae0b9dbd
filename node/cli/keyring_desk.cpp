#include "node/cli/keyring_desk.hpp"

#include "node/cli/errors.hpp"
#include "node/cli/paper.hpp"
#include "node/folder/data_key.hpp"
#include "node/keys/recovery_key.hpp"

namespace jiuying::node {
namespace {

using Kind = KeyringSlot::Kind;

std::string_view name_of_kind(Kind kind) {
    switch (kind) {
        case Kind::passphrase: return "passphrase";
        case Kind::key_file: return "key_file";
        case Kind::recovery: return "recovery";
    }
    return "";
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

}  // namespace

void audited(Desk& desk, const UnlockedKeys& keys, std::string_view action, std::string target,
             const std::function<void()>& work) {
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

void change_keyring(Desk& desk, const UnlockedKeys& keys, std::string_view action,
                    std::string target, const std::function<Result<void>(Keyring&)>& change) {
    audited(desk, keys, action, std::move(target), [&] {
        const FileLock lock = keys.lock_keyring();
        const Result<void> done = change(keys.keyring());
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

void answer_listing(Desk& desk, const Keyring& keyring, std::string prose, json::object document) {
    for (auto& [name, value] : listing(keyring)) document[name] = value;
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

}  // namespace jiuying::node
