// watch list, rule run, report watch, report human-visits, report recheck, report supervision,
// region merge.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"

namespace jiuying::node {
namespace {

std::string count(const json::object& row, std::string_view key) {
    return std::to_string(number_at(row, key));
}

json::object report_args(const Arguments& arguments) {
    json::object args;
    for (const auto& [name, key] :
         {std::pair{"--as-of", "as_of"}, {"--from", "from"}, {"--to", "to"}}) {
        if (const auto given = arguments.find(name)) args[key] = *given;
    }
    if (const auto limit = arguments.has("--limit") ? arguments.number("--limit") : std::nullopt) {
        args["limit"] = *limit;
    }
    return args;
}

int list_watched(Desk& desk, const Arguments& arguments) {
    json::object args{{"all", arguments.has("--all")}};
    if (const auto owner = arguments.find("--owner")) args["owner"] = *owner;
    if (const auto limit = arguments.has("--limit") ? arguments.number("--limit") : std::nullopt) {
        args["limit"] = *limit;
    }
    const json::object answer = desk.call("watch.list", std::move(args));
    std::string prose;
    for (const json::value& item : array_at(answer, "entries")) {
        const json::object& entry = item.as_object();
        prose += padded(text_at(entry, "number"), 22);
        for (const json::value& trigger : array_at(entry, "triggers")) {
            prose.append(text_at(trigger.as_object(), "trigger")).append(" ");
            if (flag_at(trigger.as_object(), "cause_undone")) {
                prose += desk.pick("(原因已撤销) ", "(cause undone) ");
            }
        }
        const std::string state = text_at(entry, "state");
        prose += padded(desk.lang() == Lang::zh ? word_for(state) : state, 12);
        prose.append(desk.pick("责任人 ", "owner ")).append(text_at(entry, "owner"));
        if (flag_at(entry, "owner_left")) {
            prose += desk.pick(" [已离岗，请另指定]", " [left: name another]");
        }
        prose += "\n";
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(count(answer, "total"))
        .append(desk.pick(" 件重点关注\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

int run_rules(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("rule.run");
    std::string prose{desk.pick("按规则写下 ", "Events written by rules: ")};
    desk.answer(answer, prose.append(count(answer, "written")).append(desk.pick(" 条\n", "\n")));
    return exit_code::ok;
}

int report_watch(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.watch", report_args(arguments));
    std::string prose{desk.pick("企业诉求 ", "Enterprise requests ")};
    prose.append(count(answer, "received")).append("\n");
    for (const char* key : {"t1", "t2", "t3", "watched", "ended"}) {
        prose += padded(key, 12) + count(answer, key) + "\n";
    }
    prose.append(desk.pick("期限内办结 ", "closed in time "))
        .append(count(answer, "closed_in_days"))
        .append(" / ")
        .append(count(answer, "received"))
        .append("  ")
        .append(text_at(answer, "closed_in_days_rate"))
        .append("\n");
    desk.answer(answer, prose);
    return exit_code::ok;
}

int report_human(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.human", report_args(arguments));
    std::string prose{desk.pick("“一对一”人工回访 ", "Visited by a person ")};
    prose.append(count(answer, "human_visited")).append(" / ").append(count(answer, "replied"));
    prose.append("  ").append(text_at(answer, "coverage")).append("\n");
    for (const json::value& item : array_at(answer, "exceptions")) {
        const json::object& hit = item.as_object();
        const std::string state = text_at(hit, "state");
        prose += padded(text_at(hit, "number"), 22);
        prose += (desk.lang() == Lang::zh ? std::string{word_for(state)} : state) + "\n";
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int report_recheck(Desk& desk, const Arguments& arguments) {
    json::object args = report_args(arguments);
    if (const auto seed = arguments.number("--seed")) args["seed"] = *seed;
    if (const auto percent = arguments.number("--percent")) args["percent"] = *percent;
    args["all"] = arguments.has("--all");
    const json::object answer = desk.call("report.recheck", std::move(args));
    std::string prose{desk.pick("抽查 ", "Drawn ")};
    prose.append(count(answer, "drawn")).append(" / ").append(count(answer, "closed"));
    prose.append(desk.pick("，已复查 ", ", rechecked ")).append(count(answer, "rechecked"));
    prose.append("\n");
    for (const json::value& item : array_at(answer, "orders")) {
        const json::object& order = item.as_object();
        prose += padded(text_at(order, "number"), 22);
        prose += flag_at(order, "rechecked") ? desk.pick("已复查", "rechecked")
                                             : desk.pick("待复查", "to be visited again");
        prose += "\n";
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

std::string notice_words(const Desk& desk, const json::object& order) {
    std::string words;
    const json::value& notice = order.at("notice");
    if (notice.is_object()) {
        const bool stern = number_at(notice.as_object(), "level") > 2;
        words.append(stern ? desk.pick("书面批评", "criticised") : desk.pick("督办通知", "notice"));
        words.append(" ").append(short_time(text_at(notice.as_object(), "at")));
        if (flag_at(notice.as_object(), "objected")) {
            words += desk.pick("(申诉未采纳)", " (objection refused)");
        }
    }
    if (const auto bad = number_at(order, "bad_ratings"); bad != 0) {
        words.append(words.empty() ? "" : "  ").append(desk.pick("不满意 ", "dissatisfied "));
        words.append(std::to_string(bad)).append(desk.pick(" 次", " times"));
    }
    return words;
}

int report_supervision(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("report.supervision", report_args(arguments));
    std::string prose;
    for (const json::value& item : array_at(answer, "matters")) {
        const json::object& matter = item.as_object();
        const std::string name = text_at(matter, "name");
        const std::string code = text_at(matter, "category");
        prose += !name.empty()   ? printable(name)
                 : !code.empty() ? printable(code)
                                 : std::string{desk.pick("未分类", "without a category")};
        prose.append(desk.pick("：督办未按期办结 ", ": not in time though supervised "));
        prose.append(count(matter, "late")).append(desk.pick(" 件，重复不满意 ", ", again "));
        prose += desk.pick("", "dissatisfied ");
        prose.append(count(matter, "dissatisfied")).append(desk.pick(" 件\n", "\n"));
        for (const json::value& row : array_at(matter, "orders")) {
            const json::object& order = row.as_object();
            prose += "  " + padded(text_at(order, "number"), 22);
            prose += padded(printable(text_at(order, "unit")), 10);
            const std::string state = text_at(order, "state");
            prose += padded(desk.lang() == Lang::zh ? std::string{word_for(state)} : state, 14);
            prose += notice_words(desk, order) + "\n";
        }
    }
    if (prose.empty()) prose = desk.pick("没有可通报的事项\n", "Nothing to give notice of\n");
    if (number_at(answer, "waiting") != 0) {
        prose.append(desk.pick("另有 ", "Not told, as the unit may still object: "));
        prose.append(count(answer, "waiting"));
        prose += desk.pick(" 件还在申诉期内或申诉未裁定，不通报\n", "\n");
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int merge_regions(Desk& desk, const Arguments& arguments) {
    const json::object done = desk.call("region.merge", {{"codes", arguments.get("CODES")},
                                                         {"into", arguments.get("--into")},
                                                         {"date", arguments.get("--date")}});
    std::string prose{desk.pick("已撤并，旧代码照常受理并归到新区划：",
                                "Merged; the old codes stay valid and lead to ")};
    desk.answer(done, prose.append(text_at(done, "into")).append("\n"));
    return exit_code::ok;
}

}  // namespace

CommandSpecs watch_commands(Program program) {
    const OptionSpec from = option("--from", "DATE", "从哪天起", "from that day");
    const OptionSpec to = option("--to", "DATE", "到哪天(含)", "to that day, inside");
    const OptionSpec as_of = option("--as-of", "TIME", "截至什么时候(默认现在)", "as of (now)");
    const OptionSpec limit = option("--limit", "N", "最多列出几件", "at most so many");
    CommandSpecs specs{
        {"watch list",
         {"重点关注清单(企业)", "the watch list of enterprises' requests"},
         {option("--owner", "CODE", "只看这名责任人的", "of this owner"),
          option("--all", "", "已移出的也列", "those that left it, too"), limit},
         list_watched},
        {"report watch",
         {"三种触发各有几件，七日办结率", "how often each trigger fired"},
         {as_of, from, to},
         report_watch},
        {"report human-visits",
         {"企业诉求的“一对一”人工回访", "human visits of enterprises' requests"},
         {as_of, from, to, limit},
         report_human},
        {"report recheck",
         {"按种子数抽查已办结的诉求", "a sample of closed orders, drawn by a seed number"},
         {required_option("--seed", "N", "种子数；同样的数抽到同样的件", "the same draws the same"),
          option("--percent", "N", "抽百分之几(默认 10)", "percent (10)"),
          option("--all", "", "群众诉求也抽", "citizens' orders, too"), as_of, from, to},
         report_recheck},
    };
    if (program != Program::hub) return specs;
    specs.push_back({"rule run",
                     {"现在按规则看一遍所有工单(触发、督办、提级)",
                      "look at all orders by the rules now: triggers, ladder, escalation"},
                     {},
                     run_rules});
    specs.push_back({"report supervision",
                     {"督办通报：按事项列督办未按期办结、重复不满意的件，申诉期满才列",
                      "the periodic notice by matter: late though supervised, dissatisfied again"},
                     {as_of, from, to, limit},
                     report_supervision});
    specs.push_back({"region merge",
                     {"撤并区划：旧代码留着，归到新区划", "merge regions; the old codes lead on"},
                     {required_option("CODES", "CODES", "撤掉的区划，逗号分开", "by commas"),
                      required_option("--into", "CODE", "并入的区划", "the region they join"),
                      required_option("--date", "DATE", "从哪天起", "from that day on")},
                     merge_regions});
    return specs;
}

}  // namespace jiuying::node
