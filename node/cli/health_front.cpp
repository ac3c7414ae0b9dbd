// status, digest, verify.
#include "node/cli/bundle_front.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/notice_words.hpp"
#include "node/cli/paper.hpp"
#include "schema/registry.hpp"

namespace jiuying::node {
namespace {

/// The page of `status`: where things stand, then what to do next.
class StatusPage {
public:
    StatusPage(const Desk& desk, const json::object& status) : desk_(desk), status_(status) {}

    std::string text() {
        const bool hub = text_at(status_, "role") == "hub";
        page_.append(printable(text_at(status_, "name"))).append(desk_.pick("（", " ("));
        page_.append(text_at(status_, "station")).append(desk_.pick("）\n", ")\n"));
        if (hub) {
            of_hub();
        } else {
            of_station();
        }
        attention();
        steps(hub);
        return std::move(page_);
    }

private:
    [[nodiscard]] std::string count(std::string_view key) const {
        return std::to_string(number_at(status_, key));
    }

    void of_hub() {
        page_.append(desk_.pick("全区诉求 ", "Appeals of the district: ")).append(count("appeals"));
        page_.append(desk_.pick(" 条，站点 ", "; stations: "));
        page_.append(std::to_string(array_at(status_, "stations").size()));
        page_.append(desk_.pick(" 个。\n", ".\n"));
    }

    void of_station() {
        page_.append(desk_.pick("诉求 ", "Appeals: ")).append(count("appeals"));
        if (number_at(status_, "unsent") == 0) {
            page_.append(desk_.pick(" 条，所有改动都已送到区中枢。\n",
                                    "; every change is delivered to the hub.\n"));
        } else {
            page_.append(desk_.pick(" 条；还有 ", "; not delivered yet: "));
            page_.append(count("unsent"));
            page_.append(desk_.pick(" 笔改动没有送到区中枢，都存在本机。\n",
                                    " changes, all kept on this machine.\n"));
        }
        const json::value* receipt = status_.if_contains("last_receipt");
        page_.append(desk_.pick("最近一次送达回执：", "Last receipt: "));
        if (receipt != nullptr && receipt->is_object()) {
            page_.append(short_time(text_at(receipt->get_object(), "time")));
        } else {
            page_.append(desk_.pick("还没有", "none yet"));
        }
        page_.append(desk_.pick("。\n", ".\n"));
        const std::string stick = text_at(status_, "last_stick");
        if (!stick.empty()) {
            page_.append(desk_.pick("最近一次用 U 盘收到：", "Last received by stick: "));
            page_.append(short_time(stick)).append(desk_.pick("。\n", ".\n"));
        }
        filling();
        clock();
    }

    void filling() {
        const json::value* told = status_.if_contains("filling");
        if (told == nullptr || !told->is_object()) return;
        const json::object& facts = told->get_object();
        page_.append(desk_.pick("正在补全以前的记录：已有 ", "Earlier records are still coming: "));
        page_.append(std::to_string(number_at(facts, "records")));
        page_.append(desk_.pick(" 条，共 ", " of "));
        page_.append(std::to_string(number_at(facts, "of")));
        page_.append(
            desk_.pick(" 条。再同步一次接着补。\n", ". The next sync goes on with them.\n"));
    }

    void clock() {
        constexpr std::int64_t worth_telling_ms = 60'000;
        const std::int64_t offset = number_at(status_, "clock_offset_ms");
        if (offset < worth_telling_ms && offset > -worth_telling_ms) return;
        page_.append(desk_.pick("本机时间和区中枢相差 ", "This machine's clock differs by "))
            .append(std::to_string(offset / 1000))
            .append(desk_.pick(" 秒，请校准。\n", " seconds; please set it.\n"));
    }

    void attention() {
        if (number_at(status_, "conflicts") != 0) {
            page_.append(desk_.pick("冲突 ", "Conflicts: ")).append(count("conflicts"));
            page_.append(desk_.pick(" 处，等人来定。\n", " wait for a person.\n"));
        }
        if (number_at(status_, "rejected") != 0) {
            page_.append(desk_.pick("区中枢退回 ", "Rejected by the hub: "));
            page_.append(count("rejected")).append(desk_.pick(" 笔：\n", ":\n"));
            for (const json::value& one : array_at(status_, "rejections")) reason(one);
        }
        if (number_at(status_, "notices") != 0) {
            page_.append(desk_.pick("内容有误待改 ", "Content to be mended: "));
            page_.append(count("notices")).append(desk_.pick(" 处：\n", ":\n"));
            for (const json::value& one : array_at(status_, "content_notices")) reason(one);
        }
        if (number_at(status_, "alarms") != 0) {
            page_.append(desk_.pick("警报 ", "Alarms: ")).append(count("alarms"));
            page_.append(
                desk_.pick(" 件，等人处理：alarm list\n", " wait for a person: alarm list\n"));
        }
        const std::string put_back = text_at(status_, "put_back");
        if (!put_back.empty()) {
            page_.append(desk_.pick("本机的数据曾被恢复成旧的一份（",
                                    "The data here were put back to an older copy ("));
            page_.append(short_time(put_back));
            page_.append(
                desk_.pick("），已换新编号继续；送到过区中枢的都会取回，什么也没有丢。\n",
                           "); it goes on with new numbers, gets again what the hub has, and "
                           "nothing is lost.\n"));
        }
        page_.append(missing_prose(desk_, array_at(status_, "missing")));
        differing();
        waiting();
    }

    /// A record by the number that people know, else by its id.
    static std::string named(const json::object& one) {
        const std::string number = text_at(one, "number");
        return number.empty() ? text_at(one, "record") : number;
    }

    void reason(const json::value& item) {
        const json::object& one = item.as_object();
        const NoticeWording& wording = notice_wording(text_at(one, "reason"));
        page_.append("  ").append(named(one)).append(desk_.pick("：", ": "));
        const std::string field = text_at(one, "field");
        if (!field.empty()) page_.append(label(field)).append(desk_.pick("，", ", "));
        page_.append(desk_.pick(wording.zh, wording.en)).append("\n      ");
        page_.append(desk_.pick(wording.next_zh, wording.next_en)).append("\n");
    }

    [[nodiscard]] std::string label(const std::string& field) const {
        if (desk_.lang() != Lang::zh) return field;
        const schema::Entity* appeals =
            schema::find_entity(schema::registry(), schema::EntityId::appeal);
        const schema::Field* known = schema::find_field(*appeals, field);
        return std::string(known != nullptr ? known->zh : field);
    }

    void differing() {
        const json::array& all = array_at(status_, "differing");
        if (!all.empty()) {
            page_.append(desk_.pick("逐条核对时发现两边不一致的记录：\n",
                                    "Records that both sides had differently:\n"));
        }
        for (const json::value& item : all) {
            const json::object& one = item.as_object();
            const std::string what = text_at(one, "what");
            page_.append("  ").append(named(one)).append(desk_.pick("：", ": "));
            page_.append(differing_words(desk_, what)).append("\n");
        }
        if (!flag_at(status_, "diverged") || !all.empty()) return;
        page_.append(desk_.pick("注意：两边内容核对不上，请运行 verify。\n",
                                "Attention: both sides differ; please run verify.\n"));
    }

    static std::string_view differing_words(const Desk& desk, std::string_view what) {
        if (what == "mended_here") {
            return desk.pick("本机的表和日志不符，已按日志改回，没有丢失。",
                             "the table here was not what the log says; mended, nothing is lost.");
        }
        if (what == "mended_there") {
            return desk.pick("站点的表有误，站点已按自己的日志改回。",
                             "the station's table was wrong; it mended it from its own log.");
        }
        if (what == "wrong_here") {
            return desk.pick("本机的表和日志不符，没有改动，请运行 verify 并查明是谁改了数据库。",
                             "the table here is not what the log says; nothing was changed. Run "
                             "verify and find out who changed the database.");
        }
        if (what == "asked_again") {
            return desk.pick("日志读不全，已请对方重新发来。",
                             "a log can't be read whole; the other side sends it again.");
        }
        return desk.pick("本机的表和日志相符，问题在对方，请联系对方核对。",
                         "the table here is what the log says; the other side should check.");
    }

    void waiting() {
        const json::value* waits = status_.if_contains("waiting");
        if (waits == nullptr || !waits->is_object()) return;
        const auto values = number_at(waits->get_object(), "values");
        const auto segments = number_at(waits->get_object(), "segments");
        if (values != 0) {
            page_.append(desk_.pick("有 ", "Values from newer programs: "));
            page_.append(std::to_string(values));
            page_.append(desk_.pick(" 项内容来自更新版本的程序，已经保存，升级后就能看到。\n",
                                    "; kept, and shown after an upgrade.\n"));
        }
        if (segments == 0) return;
        page_.append(desk_.pick("有 ", "Segments that only a newer program can read: "));
        page_.append(std::to_string(segments));
        page_.append(desk_.pick(" 段数据要升级程序才能读，已经保存，请尽快升级。\n",
                                "; kept. Please upgrade soon.\n"));
    }

    void step(std::string_view what, std::string_view command) {
        if (!any_step_) page_.append(desk_.pick("下一步：\n", "Next:\n"));
        any_step_ = true;
        page_.append("  ").append(what).append(desk_.program_name()).append(" ");
        page_.append(command).append(desk_.data_option()).append("\n");
    }

    void steps(bool hub) {
        const bool waits = number_at(status_, "unsent") != 0 || !flag_at(status_, "enrolled");
        if (!hub && waits) {
            const bool no_address = text_at(status_, "hub").empty();
            step(desk_.pick("送到区中枢：", "deliver: "),
                 no_address ? desk_.pick("sync now --hub 地址:端口", "sync now --hub HOST:PORT")
                            : "sync now");
        }
        if (number_at(status_, "conflicts") != 0) {
            step(desk_.pick("处理冲突：", "settle conflicts: "), "conflict list");
        }
        if (flag_at(status_, "diverged")) step(desk_.pick("检查：", "check: "), "verify");
    }

    const Desk& desk_;
    const json::object& status_;
    std::string page_;
    bool any_step_ = false;
};

int status(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("status");
    desk.answer(answer, StatusPage{desk, answer}.text());
    const bool waits = number_at(answer, "conflicts") != 0;
    return arguments.has("--check") && waits ? desk.remark(Error::conflicts_wait) : exit_code::ok;
}

int digest(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto station = arguments.find("--station")) args["station"] = *station;
    const json::object answer = desk.call("digest", std::move(args));
    std::string prose{desk.pick("校验和 ", "Digest ")};
    prose.append(text_at(answer, "digest")).append("\n");
    prose.append(desk.pick("记录 ", "Records: "))
        .append(std::to_string(number_at(answer, "records")));
    prose.append(desk.pick(" 条。站点和区中枢的校验和相同，就是内容完全一致。\n",
                           ". The same digest at station and hub means the same content.\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

int verify(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("verify");
    const json::object& checked = answer.at("checked").as_object();
    const bool good = flag_at(answer, "ok");
    std::string prose{good ? desk.pick("全部正确。", "All is well. ")
                           : desk.pick("发现问题：\n", "Problems:\n")};
    for (const json::value& problem : array_at(answer, "problems")) {
        prose.append("  ").append(printable(std::string_view{problem.as_string()})).append("\n");
    }
    prose.append(desk.pick("检查了 ", "Checked: "))
        .append(std::to_string(number_at(checked, "records")));
    prose.append(desk.pick(" 条记录、", " records, "));
    prose.append(std::to_string(number_at(checked, "transactions")));
    prose.append(desk.pick(" 笔改动、", " changes, "));
    prose.append(std::to_string(number_at(checked, "cells")));
    prose.append(desk.pick(" 个格子。\n", " cells.\n"));
    desk.answer(answer, prose);
    return good ? exit_code::ok : exit_code::integrity;
}

}  // namespace

CommandSpecs health_commands(Program program) {
    CommandSpec of_digest{
        "digest",
        {"内容校验和，用来和对方核对", "the digest, to compare with the other side"},
        {},
        digest};
    if (program == Program::hub) {
        of_digest.options.push_back(option("--station", "CODE", "哪个站点的", "of which station"));
    }
    return {
        {"status",
         {"现在的情况和下一步", "how things stand and what to do next"},
         {option("--check", "", "有冲突时退出码为 15", "exit with 15 when conflicts wait")},
         status},
        of_digest,
        {"verify",
         {"从日志重算一遍，逐格核对", "rebuild from the log and compare every cell"},
         {},
         verify},
    };
}

}  // namespace jiuying::node
