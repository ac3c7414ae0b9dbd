// explain, help, generate, demo: what needs no node.
#include "node/cli/fronts.hpp"
#include "node/cli/help.hpp"
#include "node/commands/boundary.hpp"
#include "node/demo/demo.hpp"
#include "node/http/route.hpp"
#include "schema/registry.hpp"
#include "schema/workflow_table.hpp"

namespace jiuying::node {
namespace {

int explain_code(Desk& desk, const Arguments& arguments) {
    const std::string code = arguments.get("CODE");
    const ErrorEntry* entry = find_error(code);
    if (entry == nullptr) throw Failure{Error::unknown_error_code, Detail::id, code};
    const std::string page = explain_json(*entry, desk.lang(), desk.program_name());
    desk.answer(json::parse(page).as_object(), explain(*entry, desk.lang(), desk.program_name()));
    return exit_code::ok;
}

int help(Desk& desk, const Arguments& arguments) {
    const std::vector<std::string> words = arguments.all("TOPIC");
    std::string topic;
    for (const std::string& word : words) topic.append(topic.empty() ? "" : " ").append(word);
    if (topic.empty()) {
        desk.print(overview(desk.program(), desk.lang()));
        return exit_code::ok;
    }
    if (topic == "exit-codes") {
        desk.print(exit_codes_page(desk.lang()));
        return exit_code::ok;
    }
    bool is_noun = false;
    for (const CommandSpec& command : commands_of(desk.program())) {
        if (command.path == topic) {
            desk.print(usage(desk.program(), command, desk.lang()));
            return exit_code::ok;
        }
        is_noun = is_noun || command.path.starts_with(topic + " ");
    }
    if (!is_noun) throw Failure{Error::unknown_command, Detail::command, topic};
    desk.print(overview(desk.program(), desk.lang(), topic));
    return exit_code::ok;
}

int generate_registry(Desk& desk, const Arguments&) {
    const std::string page = schema::registry_page(schema::registry());
    desk.answer({{"page", page}}, page);
    return exit_code::ok;
}

int generate_workflow(Desk& desk, const Arguments&) {
    const std::string page = schema::workflow_page();
    desk.answer({{"page", page}}, page);
    return exit_code::ok;
}

int generate_commands(Desk& desk, const Arguments&) {
    const std::string page = commands_page(desk.program(), desk.lang());
    desk.answer({{"page", page}}, page);
    return exit_code::ok;
}

int generate_api(Desk& desk, const Arguments&) {
    const std::string page = api_page();
    desk.answer({{"page", page}}, page);
    return exit_code::ok;
}

int demo(Desk& desk, const Arguments& arguments) {
    DemoOptions options;
    constexpr std::int64_t appeals_max = 10'000;
    const auto appeals = arguments.number("--appeals", static_cast<std::int64_t>(demo_appeals_min));
    if (appeals && *appeals > appeals_max) {
        throw Failure{Error::bad_value, Detail::option, "--appeals"}.with(
            Detail::limit, std::to_string(appeals_max));
    }
    if (appeals) options.appeals = static_cast<std::size_t>(*appeals);
    options.clean = arguments.has("--clean");
    options.pages = arguments.has("--pages");
    options.lang = desk.lang();
    if (const auto folder = arguments.find("--data")) options.folder = *folder;
    std::error_code ignored;
    // The story may remove its folder: it must hold nothing of anybody else's.
    if (options.folder && std::filesystem::exists(*options.folder, ignored) &&
        !std::filesystem::is_empty(*options.folder, ignored)) {
        throw Failure{Error::folder_exists, Detail::path, options.folder->string()};
    }
    options.station_program = std::filesystem::read_symlink("/proc/self/exe");
    options.hub_program = options.station_program.parent_path() / "jiuying-hub";
    return within_boundary([&] { return run_demo(options); });
}

}  // namespace

CommandSpecs tool_commands(Program program) {
    CommandSpecs specs;
    if (program == Program::station) {
        specs.push_back({"demo",
                         {"演示：一个区中枢和三个站点，断网、同改、同步、处理冲突",
                          "a story: a hub, three stations, no link, a sync, a conflict"},
                         {option("--appeals", "N", "登记多少件，6 起(默认 300)",
                                 "how many appeals, from 6 (300)"),
                          option("--pages", "", "最后打开区中枢和站点的页面，按回车结束",
                                 "open the pages of hub and station at the end, until Enter"),
                          option("--clean", "", "结束后删掉数据；不写就留着，可以接着看",
                                 "remove the data at the end; else it stays to be looked at")},
                         demo});
    }
    specs.push_back({"explain",
                     {"错误代码的意思和办法", "what an error code means and what to do"},
                     {required_option("CODE", "CODE", "如 JY-0203", "such as JY-0203")},
                     explain_code});
    specs.push_back({"generate registry",
                     {"字段总表(Markdown)", "the registry of fields (Markdown)"},
                     {},
                     generate_registry});
    specs.push_back({"generate workflow",
                     {"工单流转总表(Markdown)", "the life cycle of a work order (Markdown)"},
                     {},
                     generate_workflow});
    specs.push_back({"generate commands",
                     {"命令总表(Markdown)", "all commands (Markdown)"},
                     {},
                     generate_commands});
    specs.push_back({"generate api",
                     {"页面接口总表(Markdown)", "what may be asked under /api/ (Markdown)"},
                     {},
                     generate_api});
    OptionSpec topic = option("TOPIC", "TOPIC", "命令，或 exit-codes", "a command, or exit-codes");
    topic.many = true;
    specs.push_back({"help", {"用法", "usage"}, {topic}, help});
    return specs;
}

}  // namespace jiuying::node
