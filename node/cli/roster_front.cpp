// roster, quarantine: who may take part, and what a revoked machine wrote later.
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/recovery_file.hpp"
#include "node/commands/boundary.hpp"
#include "node/folder/data_key.hpp"
#include "node/folder/node_folder.hpp"
#include "node/keys/root_key.hpp"

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

std::string_view standing_words(const Desk& desk, std::string_view standing) {
    if (standing == "active") return desk.pick("在用", "active");
    if (standing == "retired") return desk.pick("已退役", "retired");
    return desk.pick("已停用", "revoked");
}

std::string machine_line(const Desk& desk, const json::object& machine) {
    std::string line = padded(printable(text_at(machine, "station")), 12);
    line += text_at(machine, "node").substr(0, 12) + "  ";
    line += padded(standing_words(desk, text_at(machine, "standing")), 10);
    return line + short_time(text_at(machine, "since")) + "\n";
}

int show_roster(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("roster.show");
    std::string page{desk.pick("名册第 ", "Roster, version ")};
    page += std::to_string(number_at(answer, "version"));
    page.append(desk.pick(" 版\n", "\n"));
    for (const json::value& machine : array_at(answer, "machines")) {
        page += machine_line(desk, machine.as_object());
    }
    if (array_at(answer, "machines").empty()) {
        page.append(desk.pick("还没有机器加入\n", "No machine has joined yet\n"));
    }
    const json::value* root = answer.if_contains("root");
    if (root != nullptr && root->is_object()) {
        page.append(desk.pick("区里的根密钥，指纹 ", "The district's root key, fingerprint "));
        page += text_at(root->get_object(), "fingerprint") + "\n";
    } else {
        page.append(desk.pick("区里还没有根密钥：roster new-root-key\n",
                              "The district has no root key yet: roster new-root-key\n"));
    }
    if (flag_at(answer, "hub_behind")) {
        page.append(desk.pick("区中枢的名册比本站的旧：它可能是从旧备份恢复的，本站的会交给它。\n",
                              "The hub's roster is older than this station's: it may have been put "
                              "back from an old backup, and gets this one.\n"));
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

int set_standing(Desk& desk, const Arguments& arguments, std::string_view command) {
    const json::object answer = desk.call(
        command, {{"machine", arguments.get("MACHINE")}, {"reason", arguments.get("--reason")}});
    std::string page = machine_line(desk, answer);
    if (text_at(answer, "standing") == "revoked") {
        page.append(desk.pick(
            "网络和 U 盘都不再接受它；它以后写的先隔离，由人决定：quarantine list\n"
            "发给这个站还没有用的邀请也作废了，换新电脑要重新邀请：invite\n",
            "It is refused by network and by stick; what it writes from now on is put aside for a "
            "person: quarantine list\nInvitations to this station that were not used are over; "
            "for a new PC make another: invite\n"));
    } else {
        page.append(desk.pick("它不能再连；还没报上来的用 U 盘：bundle import --take-retired\n",
                              "It can't connect any more; what it still has comes by stick: bundle "
                              "import --take-retired\n"));
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

int retire(Desk& desk, const Arguments& arguments) {
    return set_standing(desk, arguments, "roster.retire");
}
int revoke(Desk& desk, const Arguments& arguments) {
    return set_standing(desk, arguments, "roster.revoke");
}

// --- The root key -------------------------------------------------------------------------------

int new_root_key(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const fs::path out = arguments.get("--out");
        refuse_existing(out);
        const Passphrase passphrase = passphrase_of(desk, arguments, "--new-passphrase-file", true);
        const auto file = make_root_key(passphrase, desk.environment());
        if (!file) throw Failure{Error::weak_passphrase};
        refuse_existing(out);
        atomic_write(out, file->text, 0600);
        const std::string print = fingerprint(file->public_key);
        desk.answer(
            {{"fingerprint", print}, {"file", out.string()}},
            std::string{desk.pick("根密钥已生成，指纹 ", "The root key is made, fingerprint ")} +
                print + "\n" +
                std::string{
                    desk.pick("抄两份，锁进两个保险柜，口令另外保管；不要放到中枢的机器上。\n",
                              "Keep two copies in two safes, its passphrase elsewhere, and none on "
                              "the hub's machine.\n")});
        return exit_code::ok;
    });
}

int write_request(Desk& desk, const Arguments& arguments) {
    const fs::path out = arguments.get("--out");
    refuse_existing(out);
    const json::object answer = desk.call("roster.request");
    return within_boundary([&] {
        atomic_write(out, text_at(answer, "request"), 0644);
        desk.answer({{"file", out.string()}},
                    desk.pick("申请已写好；交给保管根密钥的人：jiuying-hub roster sign\n",
                              "The request is written; give it to the keeper of the root key: "
                              "jiuying-hub roster sign\n"));
        return exit_code::ok;
    });
}

int sign_request(Desk& desk, const Arguments& arguments) {
    return within_boundary([&] {
        const fs::path out = arguments.get("--out");
        refuse_existing(out);
        const auto request = read_hub_request(read_key_text(arguments.get("--request")));
        if (!request) throw Failure{Error::certificate_bad};
        const std::string text = read_key_text(arguments.get("--root-key"));
        const auto key =
            open_root_key(text, passphrase_of(desk, arguments, "--root-passphrase-file", false));
        if (!key) {
            throw Failure{key.error() == Errc::wrong_key ? Error::root_does_not_open
                                                         : Error::root_key_bad};
        }
        const sync::HubCertificate certificate{key->verify_key().bytes(), request->hub,
                                               request->generation, desk.environment().now_ms()};
        atomic_write(out,
                     write_certificate_file(sync::sign_certificate(
                         certificate, *key, sync::as_view(request->district))),
                     0644);
        const std::string print = fingerprint(key->verify_key());
        desk.answer({{"file", out.string()}, {"fingerprint", print}},
                    std::string{desk.pick("证书已写好；在中枢运行：jiuying-hub roster certify\n",
                                          "The certificate is written; at the hub run: jiuying-hub "
                                          "roster certify\n")});
        return exit_code::ok;
    });
}

int certify(Desk& desk, const Arguments& arguments) {
    const json::object answer =
        desk.call("roster.certify", {{"certificate", read_key_text(arguments.get("FILE"))}});
    desk.answer(answer, std::string{desk.pick("这个中枢有了区里的证书，根密钥指纹 ",
                                              "This hub has the district's certificate; root key "
                                              "fingerprint ")} +
                            text_at(answer.at("root").as_object(), "fingerprint") + "\n");
    return exit_code::ok;
}

// --- What was put aside -------------------------------------------------------------------------

std::string segment_line(const Desk& desk, const json::object& segment) {
    std::string line = padded(std::to_string(number_at(segment, "id")), 6);
    line += padded(printable(text_at(segment, "station")), 12);
    line += text_at(segment, "node").substr(0, 12) + "  ";
    line += std::to_string(number_at(segment, "first")) + "-" +
            std::to_string(number_at(segment, "last")) + "  ";
    line += short_time(text_at(segment, "arrived_at")) + "  ";
    const std::string ruling = text_at(segment, "ruling");
    if (ruling == "open") line.append(desk.pick("等人决定", "waits for a decision"));
    if (ruling == "taken") line.append(desk.pick("已采用", "taken"));
    if (ruling == "left") line.append(desk.pick("不采用", "left"));
    if (ruling != "open") {
        line += "  " + printable(text_at(segment, "ruled_by")) + "  " +
                printable(text_at(segment, "reason"));
    }
    return line + "\n";
}

int list_quarantine(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("quarantine.list");
    std::string page;
    for (const json::value& segment : array_at(answer, "segments")) {
        page += segment_line(desk, segment.as_object());
    }
    if (page.empty()) page = desk.pick("没有隔离的记录\n", "Nothing is put aside\n");
    desk.answer(answer, page);
    return exit_code::ok;
}

json::object id_of(const Arguments& arguments) {
    return {{"id", arguments.number("ID", 1).value_or(0)}};
}

int show_quarantine(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("quarantine.show", id_of(arguments));
    std::string page = segment_line(desk, answer);
    for (const json::value& item : array_at(answer, "records")) {
        const json::object& record = item.as_object();
        page += "  " + short_time(text_at(record, "written_at")) + "  ";
        page.append(flag_at(record, "created") ? desk.pick("新增 ", "new ")
                                               : desk.pick("修改 ", "change of "));
        page += padded(text_at(record, "entity"), 18);
        page += padded(printable(text_at(record, "number")), 20);
        page += printable(text_at(record, "title")) + "\n";
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

int rule(Desk& desk, const Arguments& arguments, std::string_view command) {
    json::object asked = id_of(arguments);
    asked["reason"] = arguments.get("--reason");
    const json::object answer = desk.call(command, asked);
    desk.answer(answer, segment_line(desk, answer));
    return exit_code::ok;
}

int take_late(Desk& desk, const Arguments& arguments) {
    return rule(desk, arguments, "quarantine.take");
}
int leave_late(Desk& desk, const Arguments& arguments) {
    return rule(desk, arguments, "quarantine.leave");
}

int make_checkpoint(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("checkpoint.make");
    desk.answer(answer, number_at(answer, "written") == 0
                            ? desk.pick("没有新的，不用签\n", "Nothing new to sign\n")
                            : desk.pick("已签；下次同步发给各站\n",
                                        "Signed; stations get it with the next sync\n"));
    return exit_code::ok;
}

int list_checkpoints(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("checkpoint.list");
    std::string page;
    for (const json::value& item : array_at(answer, "checkpoints")) {
        const json::object& one = item.as_object();
        page += padded(std::to_string(number_at(one, "number")), 8) +
                padded(short_time(text_at(one, "time")), 20) +
                std::to_string(number_at(one, "logs"));
        page.append(desk.pick(" 个日志\n", " logs\n"));
    }
    if (page.empty()) page = desk.pick("还没有检查点\n", "No checkpoints yet\n");
    desk.answer(answer, page);
    return exit_code::ok;
}

void add_hub_commands(CommandSpecs& specs) {
    const OptionSpec machine =
        required_option("MACHINE", "MACHINE", "站码；有几台机器时写机器号(8 位以上)",
                        "station code; with several machines its id (8 digits or more)");
    const OptionSpec why = required_option("--reason", "TEXT", "为什么", "why");
    const OptionSpec id = required_option("ID", "ID", "见 quarantine list", "from quarantine list");
    const OptionSpec out = required_option("--out", "FILE", "写到哪里", "where to write it");
    specs.push_back({"roster retire",
                     {"一台机器退役：不能再连；没报上来的可用 U 盘交",
                      "retire a machine: it can't connect; what it still has may come by stick"},
                     {machine, why},
                     retire});
    specs.push_back({"roster revoke",
                     {"停用一台丢失或被盗的机器：哪条路都不再接受，以后写的先隔离",
                      "revoke a lost or stolen machine: refused on every path, its later words put "
                      "aside"},
                     {machine, why},
                     revoke});
    specs.push_back({"roster new-root-key",
                     {"生成区里的根密钥，在不联网的电脑上做",
                      "make the district's root key, on a machine without a network"},
                     {out, option("--new-passphrase-file", "FILE", "口令的文件；不给就提示输入",
                                  "file with its passphrase; else it is asked for")},
                     new_root_key});
    specs.push_back({"roster request",
                     {"写一份证书申请，给保管根密钥的人",
                      "write a request for a certificate, for the keeper of the root key"},
                     {out},
                     write_request});
    specs.push_back({"roster sign",
                     {"用根密钥签中枢的申请，在不联网的电脑上做",
                      "sign a hub's request with the root key, on a machine without a network"},
                     {required_option("--root-key", "FILE", "根密钥文件", "file of the root key"),
                      required_option("--request", "FILE", "中枢的申请", "the hub's request"), out,
                      option("--root-passphrase-file", "FILE", "根密钥口令的文件；不给就提示输入",
                             "file with the root key's passphrase; else it is asked for")},
                     sign_request});
    specs.push_back({"roster certify",
                     {"装上区里签的证书", "take the certificate that the district signed"},
                     {required_option("FILE", "FILE", "证书文件", "the certificate's file")},
                     certify});
    specs.push_back({"checkpoint make",
                     {"现在签一个检查点(服务每天会自己签)",
                      "sign a checkpoint now (a service does so every day)"},
                     {},
                     make_checkpoint});
    specs.push_back({"quarantine list",
                     {"停用的机器后来写的，隔离着等人看",
                      "what revoked machines wrote later, put aside for a person"},
                     {},
                     list_quarantine});
    specs.push_back(
        {"quarantine show", {"里面写了什么", "what one of them says"}, {id}, show_quarantine});
    specs.push_back(
        {"quarantine take",
         {"核实是自己人写的：采用它和它前面的", "it is genuine: take it and what stands before it"},
         {id, why},
         take_late});
    specs.push_back({"quarantine leave",
                     {"不采用，留着备查", "don't take it, keep it"},
                     {id, why},
                     leave_late});
}

}  // namespace

CommandSpecs roster_commands(Program program) {
    CommandSpecs specs;
    specs.push_back({"roster show",
                     {"名册：哪些机器可以加入", "the roster: which machines may take part"},
                     {},
                     show_roster});
    specs.push_back(
        {"checkpoint list",
         {"检查点：区中枢签过的各日志进度", "checkpoints: what the hub signed of its logs"},
         {},
         list_checkpoints});
    if (program == Program::hub) add_hub_commands(specs);
    return specs;
}

}  // namespace jiuying::node
