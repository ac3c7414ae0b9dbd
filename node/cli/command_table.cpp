// The whole grammar of both programs, put together from the fronts.
#include "node/cli/fronts.hpp"

#include <iterator>

namespace jiuying::node {
namespace {

CommandSpecs build(Program program) {
    CommandSpecs all = founding_commands(program);
    const auto add = [&](CommandSpecs more) {
        all.insert(all.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
    };
    add(appeal_commands(program));
    add(order_commands(program));
    all.push_back(order_batch_command());
    add(scan_commands());
    add(report_commands());
    add(meeting_commands());
    add(firm_commands(program));
    add(watch_commands(program));
    add(intake_commands(program));
    add(conflict_commands());
    if (program == Program::station) add(sync_commands());
    add(bundle_commands(program));
    add(health_commands(program));
    all.push_back(doctor_command());
    add(backup_commands());
    add(audit_commands());
    add(user_commands());
    add(keyring_commands());
    add(recovery_commands());
    add(snapshot_commands(program));
    add(reference_commands(program));
    add(calendar_commands(program));
    add(rules_commands(program));
    add(roster_commands(program));
    add(erasure_commands(program));
    all.push_back(deadline_command());
    add(tool_commands(program));
    return all;
}

}  // namespace

const std::vector<OptionSpec>& common_options() {
    static const std::vector<OptionSpec> options{
        option("--data", "DATA", "数据目录(也可用环境变量 JIUYING_DATA)",
               "the node's folder (or the variable JIUYING_DATA)"),
        option("--passphrase-file", "FILE", "口令文件", "file with the passphrase"),
        option("--key-file", "FILE", "密钥文件(32 个随机字节)", "file with 32 random bytes"),
        option("--as", "CODE", "以哪位工作人员的名义", "the acting staff member"),
        option("--json", "", "结果用 JSON 输出", "print the result as JSON"),
        option("--lang", "zh|en", "语言", "language"),
    };
    return options;
}

const std::vector<CommandSpec>& commands_of(Program program) {
    static const CommandSpecs station = build(Program::station);
    static const CommandSpecs hub = build(Program::hub);
    return program == Program::hub ? hub : station;
}

}  // namespace jiuying::node
