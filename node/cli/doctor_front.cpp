// doctor: everything that is worth a look, each with how it is mended.
#include "node/cli/doctor_checks.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/boundary.hpp"
#include "node/control/client.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;
using State = DoctorRow::State;

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 24 * 60 * minute_ms;
constexpr std::int64_t backup_days_max = 7;

std::string_view name_of(State state) {
    switch (state) {
        case State::ok: return "ok";
        case State::warn: return "warn";
        case State::fail: return "fail";
    }
    return "";
}

class Doctor {
public:
    explicit Doctor(Desk& desk)
        : desk_(desk),
          layout_{desk.data()},
          voice_{desk.lang(), std::string{desk.program_name()},
                 " --data " + layout_.data.string()} {}

    int run() {
        add(check_folder(layout_, voice_));
        if (rows_.back().state == State::ok) look_inside();
        return tell();
    }

private:
    void add(DoctorRow row) { rows_.push_back(std::move(row)); }
    void add(std::string check, State state, std::string text, std::string mend = {}) {
        rows_.push_back({std::move(check), state, std::move(text), std::move(mend)});
    }
    /// A check that could not be made, and why.
    void add_failure(std::string check, const Failure& failure) {
        const ErrorEntry& entry = entry_of(failure.error());
        std::string text{entry.code};
        text.append(" ").append(entry.what.in(voice_.lang));
        std::string next{entry.next.in(voice_.lang)};
        for (std::size_t at = next.find("{program}"); at != next.npos;
             at = next.find("{program}")) {
            next.replace(at, std::string_view{"{program}"}.size(), voice_.program);
        }
        add(std::move(check), State::fail, std::move(text), std::move(next));
    }
    /// Runs \p work; what it throws is a failed check.
    template <class Work>
    bool tried(const char* check, Work&& work) {
        try {
            within_boundary(std::forward<Work>(work));
            return true;
        } catch (const Failure& failure) {
            add_failure(check, failure);
            return false;
        }
    }

    void look_inside() {
        (void)tried("permissions", [&] { add(check_permissions(layout_, voice_)); });
        (void)tried("disk", [&] { add(check_disk(layout_, voice_)); });
        (void)tried("keyring_copies", [&] { add(check_keyring_copies(layout_, voice_)); });
        std::optional<UnlockedKeys> keys;
        if (!tried("keys", [&] { keys.emplace(desk_.unlock_keys()); })) return;
        slots(keys->keyring());
        service(*keys);
        desk_.work_with(*keys);
        if (tried("database", [&] { facts_ = desk_.call("doctor.look"); })) {
            clock();
            backup();
            attention();
            (void)tried("database", [&] { database(desk_.call("doctor.check")); });
        }
        desk_.leave();
    }

    void slots(const Keyring& keyring) {
        const auto& all = keyring.slots();
        add("keys", State::ok,
            voice_.pick("密钥打得开，开法 ", "the keys open; ways to open them: ") +
                std::to_string(all.size()));
        const bool recovery = std::ranges::any_of(
            all, [](const KeyringSlot& slot) { return slot.kind == KeyringSlot::Kind::recovery; });
        if (recovery) {
            add("recovery", State::ok, voice_.pick("有恢复密钥", "there is a recovery key"));
            return;
        }
        add("recovery", State::warn,
            voice_.pick("没有恢复密钥：口令忘了就谁也打不开",
                        "no recovery key: a forgotten passphrase opens for nobody"),
            voice_.command("keyring add-recovery --recovery-key FILE"));
    }

    void service(const UnlockedKeys& keys) {
        bool serves = false;
        if (!tried("serve", [&] {
                serves = connect_control(layout_.data, keys.control_key()) != nullptr;
            })) {
            return;
        }
        if (serves) {
            add("serve", State::ok, voice_.pick("serve 正在运行", "serve is running"));
            return;
        }
        std::error_code ignored;
        const std::string unit = voice_.program + ".service";
        const bool has_unit = std::ranges::any_of(
            std::array{"/etc/systemd/system/", "/lib/systemd/system/", "/usr/lib/systemd/system/"},
            [&](const char* folder) { return fs::exists(folder + unit, ignored); });
        if (fs::exists(fs::symlink_status(layout_.control(), ignored))) {
            add("serve", State::warn,
                voice_.pick("serve 停了，而且不是正常停的", "serve has ended, and not orderly"),
                has_unit ? "systemctl start " + unit : voice_.command("serve"));
        } else if (has_unit) {
            add("serve", State::warn, voice_.pick("serve 没有运行", "serve is not running"),
                "systemctl start " + unit);
        } else {
            add("serve", State::ok,
                voice_.pick("serve 没有运行，也没有装成服务",
                            "serve is not running, and is not set up as a service"));
        }
    }

    void clock() {
        const std::int64_t now = number_at(facts_, "now_ms");
        const std::string set_it = voice_.pick("校准时间：timedatectl set-ntp true",
                                               "set the clock: timedatectl set-ntp true");
        if (now < number_at(facts_, "built_ms")) {
            add("clock", State::fail,
                voice_.pick("时钟比程序的日期还早", "the clock is before the date of the program"),
                set_it);
            return;
        }
        if (now + minute_ms < number_at(facts_, "last_contact_ms")) {
            add("clock", State::fail,
                voice_.pick("时钟比上一次联系区中枢的时间还早",
                            "the clock is before the last contact with the hub"),
                set_it);
            return;
        }
        const std::int64_t offset = number_at(facts_, "clock_offset_ms");
        if (offset >= minute_ms || offset <= -minute_ms) {
            add("clock", State::warn,
                voice_.pick("时钟和区中枢相差秒数 ", "seconds between this clock and the hub's: ") +
                    std::to_string(offset / 1000),
                set_it);
            return;
        }
        add("clock", State::ok,
            voice_.pick("时钟正常：", "the clock is right: ") + short_time(text_at(facts_, "now")));
    }

    void backup() {
        const std::string mend = voice_.command("backup --out FILE");
        const json::value* made = facts_.if_contains("backup_made_ms");
        if (made == nullptr || !made->is_int64()) {
            add("backup", State::warn, voice_.pick("还没有做过备份", "there was no backup yet"),
                mend);
            return;
        }
        const std::int64_t days = (number_at(facts_, "now_ms") - made->get_int64()) / day_ms;
        const std::string text =
            voice_.pick("最近一次备份是几天前：", "days since the last backup: ") +
            std::to_string(days);
        if (days > backup_days_max) {
            add("backup", State::warn, text, mend);
        } else {
            add("backup", State::ok, text);
        }
    }

    void attention() {
        const std::int64_t alarms = number_at(facts_, "alarms");
        if (alarms != 0) {
            add("alarms", State::warn,
                voice_.pick("有警报等人处理：", "alarms wait for a person: ") +
                    std::to_string(alarms),
                voice_.command("alarm list"));
        }
        if (flag_at(facts_, "diverged")) {
            add("digest", State::warn,
                voice_.pick("和区中枢的内容核对不上", "the content differs from the hub's"),
                voice_.command("verify"));
        }
    }

    void database(const json::object& found) {
        const auto list = [&](const char* check, const char* key, std::string good, std::string bad,
                              std::string mend) {
            const json::array& problems = array_at(found, key);
            if (problems.empty()) return add(check, State::ok, std::move(good));
            bad.append(printable(std::string_view{problems.front().as_string()}));
            if (problems.size() > 1)
                bad.append(" (+").append(std::to_string(problems.size() - 1)).append(")");
            add(check, State::fail, std::move(bad), std::move(mend));
        };
        list("database", "file", voice_.pick("数据库文件完好", "the database file is sound"),
             voice_.pick("数据库文件坏了：", "the database file is damaged: "),
             voice_.command("restore --from FILE"));
        list("logs", "logs", voice_.pick("日志首尾相接", "the logs are whole"),
             voice_.pick("日志不完整：", "a log is not whole: "), voice_.command("verify"));
        list("audit", "audit",
             voice_.pick("审计日志没有改动", "the audit log is as it was written"),
             voice_.pick("审计日志对不上：", "the audit log is not as it was written: "),
             voice_.command("audit verify"));
    }

    int tell() {
        json::array checks;
        std::string prose;
        bool good = true;
        for (const DoctorRow& row : rows_) {
            good = good && row.state != State::fail;
            checks.push_back(json::object{{"check", row.check},
                                          {"state", name_of(row.state)},
                                          {"text", row.text},
                                          {"mend", row.mend}});
            prose.append(padded(row.state == State::ok     ? voice_.pick("正常", "ok")
                                : row.state == State::warn ? voice_.pick("注意", "warn")
                                                           : voice_.pick("要修", "FAIL"),
                                6));
            prose.append(row.text).append("\n");
            if (!row.mend.empty()) prose.append("      → ").append(row.mend).append("\n");
        }
        desk_.answer({{"ok", good}, {"checks", std::move(checks)}}, prose);
        return good ? exit_code::ok : desk_.remark(Error::doctor_found);
    }

    Desk& desk_;
    FolderLayout layout_;
    DoctorVoice voice_;
    std::vector<DoctorRow> rows_;
    json::object facts_;
};

int doctor(Desk& desk, const Arguments&) { return Doctor{desk}.run(); }

}  // namespace

CommandSpec doctor_command() {
    return {"doctor",
            {"检查磁盘、时钟、密钥、数据库和备份，告诉怎么修",
             "look at disk, clock, keys, database and backup, and tell how to mend them"},
            {},
            doctor};
}

}  // namespace jiuying::node
