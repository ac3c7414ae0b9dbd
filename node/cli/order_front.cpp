// appeal triage, dispatch, sign ... archive, and appeal deadline.
#include "node/cli/fronts.hpp"
#include "node/cli/order_verbs.hpp"
#include "node/cli/paper.hpp"
#include "schema/assert.hpp"
#include "schema/workflow_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jiuying::node {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        if (end != 0) words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

/// What was typed: the facts by option, those of the JSON document beside them.
json::object facts_in(const Arguments& arguments, std::string_view options) {
    json::object facts;
    if (const auto from = arguments.find("--from")) {
        json::value input = read_input(*from);
        if (!input.is_object()) throw Failure{Error::bad_json_input};
        facts = std::move(input.get_object());
    }
    const auto put = [&](std::string_view field, std::string_view option_name, json::value value) {
        if (facts.contains(field)) {
            throw Failure{Error::options_exclude, Detail::option, "--from"}.with(
                Detail::option, std::string{option_name});
        }
        facts[field] = std::move(value);
    };
    for (const std::string_view name : words_of(options)) {
        const auto given = arguments.find(name);
        if (!given) continue;
        const FactOption& fact = fact_option(name);
        put(fact.field, name, fact.value.empty() ? json::value(true) : json::value(*given));
    }
    if (const auto at = arguments.find("--at")) put("happened_at", "--at", json::value(*at));
    return facts;
}

int act(Desk& desk, const Arguments& arguments, schema::EventKind kind, std::string_view options) {
    json::object args = facts_in(arguments, options);
    args["id"] = arguments.get("ID");
    args["kind"] = schema::name_of(kind);
    const json::object done = desk.call("order.act", std::move(args));
    const auto event = schema::wording(kind);
    const auto state = schema::main_state(text_at(done, "state"));
    std::string prose{desk.pick("已保存：", "Saved: ")};
    prose.append(desk.pick(event.zh, event.en)).append("  ").append(text_at(done, "number"));
    if (state) {
        const auto now = schema::wording(*state);
        prose.append(desk.pick("  现在：", "  now: ")).append(desk.pick(now.zh, now.en));
    }
    desk.answer(done, prose + "\n");
    return exit_code::ok;
}

// A command is a plain function, so each verb has its own.
template <std::size_t Index>
int act_of(Desk& desk, const Arguments& arguments) {
    const OrderVerb& verb = order_verbs()[Index];
    return act(desk, arguments, verb.kind, verb.facts);
}

int review(Desk& desk, const Arguments& arguments) {
    const bool pass = arguments.has("--pass");
    if (pass == arguments.has("--return")) {
        throw Failure{pass ? Error::options_exclude : Error::missing_option, Detail::option,
                      "--pass, --return"};
    }
    const auto kind = pass ? schema::EventKind::review_passed : schema::EventKind::review_refused;
    return act(desk, arguments, kind, "--reason --text");
}

int void_order(Desk& desk, const Arguments& arguments) {
    const bool confirm = arguments.has("--confirm");
    if (confirm == arguments.has("--propose")) {
        throw Failure{confirm ? Error::options_exclude : Error::missing_option, Detail::option,
                      "--propose, --confirm"};
    }
    const auto kind = confirm ? schema::EventKind::voided : schema::EventKind::void_proposed;
    return act(desk, arguments, kind, "--reason --text");
}

int deadline(Desk& desk, const Arguments& arguments) {
    json::object args{{"id", arguments.get("ID")}};
    if (const auto as_of = arguments.find("--as-of")) args["as_of"] = *as_of;
    const json::object answer = desk.call("order.deadline", std::move(args));
    std::string prose = text_at(answer, "number");
    prose.append("  ");
    if (const auto state = schema::main_state(text_at(answer, "state"))) {
        const auto now = schema::wording(*state);
        prose.append(desk.pick(now.zh, now.en));
    }
    prose.append("\n");
    for (const json::value& step : array_at(answer, "steps")) {
        prose.append("  ").append(text_at(step.as_object(), desk.lang() == Lang::zh ? "zh" : "en"));
        prose.append("\n");
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int release_subject(Desk& desk, const Arguments& arguments) {
    const json::object done = desk.call("subject.release", {{"id", arguments.get("ID")}});
    std::string prose{desk.pick("已解除回避：", "Released to the unit concerned: ")};
    desk.answer(done, prose.append(text_at(done, "number")).append("\n"));
    return exit_code::ok;
}

OptionSpec order_id() { return required_option("ID", "ID", "编号或 UUID", "number or UUID"); }

void add_common(CommandSpec& spec, std::string_view options) {
    for (const std::string_view name : words_of(options)) {
        const FactOption& fact = fact_option(name);
        spec.options.push_back({std::string{fact.option}, std::string{fact.value}, fact.about});
    }
    spec.options.push_back(
        option("--at", "TIME", "事情发生的时间(默认现在)", "when it happened (now)"));
    spec.options.push_back(option("--from", "-|FILE", "从标准输入或文件读 JSON {字段:值}",
                                  "read JSON {field: value} from stdin or a file"));
}

template <std::size_t... Indices>
void add_verbs(CommandSpecs& specs, std::index_sequence<Indices...>) {
    constexpr std::array<int (*)(Desk&, const Arguments&), sizeof...(Indices)> runs{
        act_of<Indices>...};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const OrderVerb& verb = order_verbs()[i];
        CommandSpec spec{"appeal " + std::string{verb.name}, verb.about, {order_id()}, runs[i]};
        add_common(spec, verb.facts);
        specs.push_back(std::move(spec));
    }
}

}  // namespace

CommandSpecs order_commands(Program program) {
    CommandSpecs specs;
    constexpr std::size_t verb_count = 39;
    JY_ASSERT(order_verbs().size() == verb_count);
    add_verbs(specs, std::make_index_sequence<verb_count>{});
    CommandSpec reviewing{"appeal review",
                          {"审核回复", "review a reply"},
                          {order_id(), option("--pass", "", "通过", "it passes"),
                           option("--return", "", "退回重写", "it goes back to the unit")},
                          review};
    add_common(reviewing, "--reason --text");
    specs.push_back(std::move(reviewing));
    CommandSpec voiding{"appeal void",
                        {"作废(两人)", "void, by two persons"},
                        {order_id(), option("--propose", "", "提出", "propose it"),
                         option("--confirm", "", "另一人确认", "confirm another's proposal")},
                        void_order};
    add_common(voiding, "--reason --text");
    specs.push_back(std::move(voiding));
    specs.push_back({"appeal deadline",
                     {"办理期限是怎么算的", "how the due dates of an appeal are counted"},
                     {order_id(), option("--as-of", "TIME", "截至什么时候(默认现在)",
                                         "as it stood at that time (now)")},
                     deadline});
    if (program == Program::hub) {
        specs.push_back({"appeal release-subject",
                         {"解除回避：让被诉单位能看到(督办岗或领导)",
                          "let the unit complained about read it (supervisor or leader)"},
                         {order_id()},
                         release_subject});
    }
    return specs;
}

}  // namespace jiuying::node
