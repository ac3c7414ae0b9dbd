// report ledger, totals, onsite, first-action.
#include "node/cli/fronts.hpp"
#include "node/cli/notice_words.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"

#include <tuple>
#include <utility>

namespace jiuying::node {
namespace {

/// What was to be done by the limit.
Wording words_of_step(std::string_view step) {
    if (step == "sign_for") return {"该签收 ", "sign for by "};
    if (step == "first_contact") return {"该联系 ", "contact by "};
    if (step == "review") return {"该审核 ", "review by "};
    if (step == "return_visit") return {"该回访 ", "visit by "};
    if (step == "rule_on_return") return {"该裁定退单 ", "decide the send-back by "};
    return {"该催补充 ", "remind of what is missing by "};
}

json::object report_args(const Arguments& arguments) {
    json::object args;
    for (const auto& [option_name, key] :
         {std::pair{"--as-of", "as_of"}, std::pair{"--from", "from"}, std::pair{"--to", "to"},
          std::pair{"--by", "by"}, std::pair{"--version", "version"}}) {
        if (const auto given = arguments.find(option_name)) args[key] = *given;
    }
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    return args;
}

std::string count(const json::object& object, std::string_view key) {
    return std::to_string(number_at(object, key));
}

std::string as_of_line(const Desk& desk, const json::object& answer) {
    std::string line{desk.pick("截至 ", "As of ")};
    line.append(short_time(text_at(answer, "as_of")));
    for (const auto& [key, zh, en] : {std::tuple{"from", "，登记自 ", ", registered from "},
                                      std::tuple{"to", "，到 ", ", before "}}) {
        const std::string at = text_at(answer, key);
        if (at.empty()) continue;
        line.append(desk.pick(zh, en));
        line.append(std::string_view{key} == "to" ? limit_time(at) : short_time(at));
    }
    return line + "\n";
}

int ledger(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.ledger", report_args(arguments));
    std::string prose;
    for (const json::value& item : array_at(answer, "stations")) {
        const json::object& row = item.as_object();
        prose += padded(text_at(row, "station"), 10);
        prose.append(desk.pick("收件 ", "intake ")).append(count(row, "intake"));
        prose.append(desk.pick(" = 已入库 ", " = received ")).append(count(row, "received"));
        prose.append(desk.pick(" + 在途 ", " + in transit ")).append(count(row, "in_transit"));
        prose.append(desk.pick(" + 退回 ", " + refused ")).append(count(row, "refused"));
        prose.append(desk.pick("；缺号 ", "; gaps ")).append(count(row, "missing_total"));
        prose.append(desk.pick("；无答复办结 ", "; closed without reply "));
        prose.append(count(row, "closed_without_reply"));
        prose.append(desk.pick("；并单未答复 ", "; merged without reply "));
        prose.append(count(row, "merged_without_reply")).append("\n");
        for (const auto& reason : row.at("reasons").as_object()) {
            const NoticeWording& why = notice_wording(std::string_view{reason.key()});
            prose.append(desk.pick("    退回 ", "    refused "));
            prose.append(json::serialize(reason.value())).append(desk.pick("：", ": "));
            prose.append(desk.pick(why.zh, why.en)).append("\n");
        }
        for (const json::value& number : array_at(row, "missing")) {
            prose.append(desk.pick("    缺号 ", "    gap "));
            prose.append(number.as_string()).append("\n");
        }
    }
    prose += flag_at(answer, "complete")
                 ? desk.pick("件件有着落。\n", "Nothing is lost.\n")
                 : desk.pick("有缺号或无答复办结，请查。\n",
                             "There are gaps, or closings without reply.\n");
    desk.answer(answer, prose);
    return exit_code::ok;
}

int totals(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.totals", report_args(arguments));
    std::string prose = as_of_line(desk, answer);
    const std::string total = count(answer, "total");
    const auto line = [&](std::string_view label, const json::object& row, std::string_view share) {
        prose += padded(printable(label), 24) + padded(count(row, "count"), 10);
        prose.append(text_at(row, share)).append("\n");
    };
    for (const json::value& item : array_at(answer, "rows")) {
        const json::object& row = item.as_object();
        const std::string key = text_at(row, "key");
        line(desk.lang() == Lang::zh ? word_for(key) : key, row, "share");
    }
    const json::object other{{"count", number_at(answer, "other")},
                             {"share", text_at(answer, "other_share")}};
    line(desk.pick("其他", "other"), other, "share");
    prose.append(desk.pick("合计 ", "Total ")).append(total);
    if (number_at(answer, "voided") != 0) {
        prose.append(desk.pick("；另有作废 ", "; void, not counted: "))
            .append(count(answer, "voided"));
    }
    desk.answer(answer, prose + "\n");
    return exit_code::ok;
}

int onsite(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.onsite", report_args(arguments));
    std::string prose = as_of_line(desk, answer);
    const auto line = [&](std::string_view label, const json::object& row) {
        prose += padded(label, 12);
        prose.append(desk.pick("就地办结 ", "closed on the spot ")).append(count(row, "onsite"));
        prose.append(" / ").append(count(row, "registered")).append("  ");
        prose.append(text_at(row, "rate")).append("\n");
    };
    for (const json::value& item : array_at(answer, "stations")) {
        line(text_at(item.as_object(), "station"), item.as_object());
    }
    line(desk.pick("合计", "total"), answer.at("total").as_object());
    desk.answer(answer, prose);
    return exit_code::ok;
}

int first_action(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.first_action", report_args(arguments));
    std::string prose = as_of_line(desk, answer);
    const auto line = [&](std::string_view label, std::string_view key) {
        const json::object& row = answer.at(key).as_object();
        const auto minutes = [&](std::string_view which) {
            return row.at(which).is_null() ? std::string{"—"} : count(row, which);
        };
        prose += padded(label, 28);
        prose.append(desk.pick("件数 ", "orders ")).append(count(row, "count"));
        prose.append(desk.pick("  分钟 p50 ", "  minutes p50 ")).append(minutes("p50"));
        prose.append("  p95 ").append(minutes("p95")).append("\n");
    };
    line(desk.pick("登记→第一次办理", "registered to first action"), "registered_to_first_action");
    line(desk.pick("登记→入库", "registered to received"), "registered_to_received");
    line(desk.pick("入库→派单", "received to dispatched"), "received_to_dispatched");
    line(desk.pick("派单→联系群众", "dispatched to contacted"), "dispatched_to_contacted");
    prose.append(desk.pick("超过时限还没做的 ", "Beyond the limit: "));
    prose.append(count(answer, "alerts_total")).append("\n");
    for (const json::value& item : array_at(answer, "alerts")) {
        const json::object& alert = item.as_object();
        prose += "  " + padded(text_at(alert, "number"), 24);
        prose += words_of_step(text_at(alert, "step")).in(desk.lang());
        prose += limit_time(text_at(alert, "limit")) + "\n";
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpecs report_commands() {
    const OptionSpec as_of =
        option("--as-of", "TIME", "截至什么时候(默认现在)", "as it stood at that time (now)");
    const OptionSpec from = option("--from", "DATE", "登记自哪一天", "registered from that day");
    const OptionSpec to = option("--to", "DATE", "到哪一天(当天在内)", "to that day, included");
    CommandSpecs specs;
    specs.push_back({"report ledger",
                     {"收件台账：已入库、在途、退回，有没有缺号",
                      "the no-loss ledger: received, in transit, refused, gaps"},
                     {as_of},
                     ledger});
    specs.push_back(
        {"report totals",
         {"按类分数", "totals by one property"},
         {required_option("--by", "type|category|region|channel|station|state|complexity|queue",
                          "按什么分", "by what"),
          from, to, as_of,
          option("--version", "DATE", "按区划：用哪天的区划", "by region: the map of that day")},
         totals});
    specs.push_back({"report onsite",
                     {"就地化解率", "share that stations closed on the spot"},
                     {from, to, as_of},
                     onsite});
    specs.push_back({"report first-action",
                     {"接诉即办：登记、入库、派单、联系各用多久",
                      "how soon orders were received, dispatched, contacted"},
                     {from, to, as_of,
                      option("--limit", "N", "最多列出几件超时的", "list at most so many alerts")},
                     first_action});
    return specs;
}

}  // namespace jiuying::node
