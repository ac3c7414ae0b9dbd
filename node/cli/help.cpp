#include "node/cli/help.hpp"

#include "node/cli/paper.hpp"

#include <array>

namespace jiuying::node {
namespace {

std::string option_line(const OptionSpec& spec, Lang lang) {
    std::string left = "  " + spec.name;
    if (!spec.is_word() && !spec.value.empty()) left += " " + spec.value;
    constexpr std::size_t column = 34;
    std::string line = padded(left, column);
    if (display_width(left) >= column) line += "\n" + std::string(column, ' ');
    line.append(spec.about.in(lang));
    if (spec.required) line.append(pick(lang, "（必填）", " (required)"));
    return line + "\n";
}

struct ExitRow {
    int code;
    Wording about;
};

}  // namespace

std::string overview(Program program, Lang lang, const std::string& noun) {
    std::string page{pick(lang, "用法：", "Usage: ")};
    page.append(name_of(program)).append(" ").append(noun.empty() ? "" : noun + " ");
    page.append(pick(lang, "命令 --data 目录 [选项]\n\n", "COMMAND --data DATA [OPTIONS]\n\n"));
    page.append(pick(lang, "命令：\n", "Commands:\n"));
    for (const CommandSpec& command : commands_of(program)) {
        if (!noun.empty() && command.path != noun && !command.path.starts_with(noun + " "))
            continue;
        page.append(padded("  " + command.path, 28)).append(command.about.in(lang)).append("\n");
    }
    page.append(pick(lang, "\n每个命令都有的选项：\n", "\nOptions of every command:\n"));
    for (const OptionSpec& spec : common_options()) page += option_line(spec, lang);
    page.append(pick(lang, "\n某个命令的用法：", "\nUsage of one command: "));
    page.append(name_of(program)).append(pick(lang, " 命令 --help\n", " COMMAND --help\n"));
    page.append(pick(lang, "退出码：", "Exit codes: "));
    return page.append(name_of(program)).append(" help exit-codes\n");
}

namespace {

/// Without the options that every command has.
std::string own_usage(Program program, const CommandSpec& command, Lang lang) {
    std::string page{command.about.in(lang)};
    page.append("\n\n").append(pick(lang, "用法：", "Usage: ")).append(name_of(program));
    page.append(" ").append(command.path);
    for (const OptionSpec& spec : command.options) {
        if (spec.is_word()) {
            page.append(spec.required ? " " : " [").append(spec.name);
            page.append(spec.required ? "" : "…]");
        } else if (spec.required) {
            page.append(" ").append(spec.name).append(" ").append(spec.value);
        }
    }
    page.append(pick(lang, " --data 目录 [选项]\n", " --data DATA [OPTIONS]\n"));
    if (!command.options.empty()) page.append(pick(lang, "\n选项：\n", "\nOptions:\n"));
    for (const OptionSpec& spec : command.options) page += option_line(spec, lang);
    return page;
}

}  // namespace

std::string usage(Program program, const CommandSpec& command, Lang lang) {
    std::string page = own_usage(program, command, lang);
    page.append(pick(lang, "\n每个命令都有的选项：\n", "\nOptions of every command:\n"));
    for (const OptionSpec& spec : common_options()) page += option_line(spec, lang);
    return page;
}

std::string commands_page(Program program, Lang lang) {
    std::string page{"## "};
    page.append(name_of(program)).append("\n\n```\n").append(overview(program, lang));
    page.append("```\n");
    for (const CommandSpec& command : commands_of(program)) {
        page.append("\n### ").append(name_of(program)).append(" ").append(command.path);
        page.append("\n\n```\n").append(own_usage(program, command, lang)).append("```\n");
    }
    return page;
}

std::string exit_codes_page(Lang lang) {
    static constexpr std::array rows{
        ExitRow{exit_code::ok, {"成功", "all went well"}},
        ExitRow{exit_code::failed, {"没有做成", "failed"}},
        ExitRow{exit_code::usage, {"命令写得不对", "the command line is wrong"}},
        ExitRow{exit_code::partial,
                {"部分完成：有几行没有导入", "partial: some rows were refused"}},
        ExitRow{exit_code::not_enrolled, {"还没有在区中枢登记", "not enrolled at the hub"}},
        ExitRow{exit_code::busy, {"数据正被占用", "the data is in use"}},
        ExitRow{exit_code::wrong_key, {"口令或密钥文件不对", "wrong passphrase or key file"}},
        ExitRow{exit_code::hub_unreachable,
                {"连不上区中枢(数据安全)", "hub unreachable (data is safe)"}},
        ExitRow{exit_code::integrity, {"数据检查没有通过", "an integrity check failed"}},
        ExitRow{exit_code::conflicts_wait,
                {"有冲突等人来定(只用于 status --check)", "conflicts wait (status --check only)"}},
        ExitRow{exit_code::interrupted, {"被中途停下", "interrupted"}},
    };
    std::string page{pick(lang, "退出码\n", "Exit codes\n")};
    for (const ExitRow& row : rows) {
        page.append(padded("  " + std::to_string(row.code), 8)).append(row.about.in(lang));
        page.append("\n");
    }
    return page;
}

}  // namespace jiuying::node
