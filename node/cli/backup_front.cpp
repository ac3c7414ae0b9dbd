// backup, restore.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/boundary.hpp"
#include "node/folder/restore.hpp"
#include "schema/time_text.hpp"

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

std::string mib(std::int64_t bytes) {
    constexpr std::int64_t unit = 1 << 20;
    return std::to_string((bytes + unit - 1) / unit) + " MiB";
}

int backup(Desk& desk, const Arguments& arguments) {
    // The program that serves has another folder to start from.
    const std::string out = fs::absolute(arguments.get("--out")).lexically_normal().string();
    const std::string id = text_at(desk.call("backup.begin", {{"out", out}}), "id");
    json::object done;
    try {
        done = desk.call("backup.write", {{"out", out}, {"id", id}});
    } catch (const Failure&) {
        try {
            desk.call("audit.note",
                      {{"action", "backup.make"}, {"target", id}, {"result", "failed"}});
        } catch (const std::exception&) {
            // What failed is told; the first row stands.
        }
        throw;
    }
    desk.call("backup.made", {{"out", out}});
    std::string prose{desk.pick("备份已写好，并读回核对过：",
                                "The backup is written and was read "
                                "back: ")};
    prose.append(printable(text_at(done, "file"))).append(" (");
    prose.append(mib(number_at(done, "bytes"))).append(")\n");
    prose.append(desk.pick("它是加密的，用现在的口令打开；请存到别处，口令另外保管。\n",
                           "It is encrypted and opens with the passphrase of now; keep it "
                           "elsewhere, and the passphrase apart.\n"));
    desk.answer(done, prose);
    return exit_code::ok;
}

void refuse_outdated(const BackupFile& file, const Arguments& arguments) {
    if (arguments.has("--older")) return;
    if (const auto newer = newer_beside(file)) {
        throw Failure{Error::backup_outdated, Detail::path, newer->string()};
    }
}

int restore(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const BackupFile file{arguments.get("--from")};
        const BackupHeader& header = file.header();
        const bool of_hub = header.role == BackupHeader::Role::hub;
        if (of_hub != (desk.program() == Program::hub)) throw Failure{Error::wrong_role};
        refuse_outdated(file, arguments);
        const auto known = credentials(desk.key_source(), false);
        const auto folder = restore_backup(file, desk.data(), known, desk.environment(),
                                           arguments.find("--as").value_or(""));
        const std::string made_at = schema::format_time(header.facts.made_ms);
        std::string prose{desk.pick("已恢复 ", "Restored: ")};
        prose.append(printable(header.station_code));
        prose.append(desk.pick("，备份做于 ", ", from a backup made at "))
            .append(short_time(made_at));
        prose.append(desk.pick("。\n", ".\n"));
        prose.append(
            of_hub
                ? desk.pick("各站点下次联系时，会把备份以后的内容补回来。原来的那台不要再开机。\n",
                            "At their next contact the stations bring back what came after "
                            "it. Do not switch the former machine on again.\n")
                : desk.pick("下次同步时，备份以后送到过区中枢的都会取回。原来的那台不要再开机。\n",
                            "With the next sync all comes back that the hub got after it. Do "
                            "not switch the former machine on again.\n"));
        desk.answer({{"station", header.station_code},
                     {"id", sync::hex_encode(header.facts.id)},
                     {"made_at", made_at}},
                    prose);
        return exit_code::ok;
    });
}

}  // namespace

CommandSpecs backup_commands() {
    return {
        {"backup",
         {"做一份加密备份，服务运行时也可以",
          "make an encrypted backup, also beside a running serve"},
         {required_option("--out", "FILE", "备份文件，放到另一块盘上",
                          "the file, on another disk")},
         backup},
        {"restore",
         {"从备份恢复到一个新的数据目录", "make a new data folder from a backup"},
         {required_option("--from", "FILE", "备份文件", "the backup"),
          option("--older", "", "旁边有更新的备份，也照样恢复这一份",
                 "even though a newer backup lies beside it")},
         restore},
    };
}

}  // namespace jiuying::node
