// What the node itself can tell of how it is; node/cli/doctor_front.cpp adds what the folder shows.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "schema/time_text.hpp"

namespace jiuying::node::commands {

json::object doctor_look(CommandContext& context, const json::object&) {
    const StatusFacts facts = context.replica.exchange_status();
    const auto backup = context.replica.last_backup();
    const std::int64_t now = context.environment.now_ms();
    json::object answer{
        {"now", schema::format_time(now)}, {"now_ms", now},
        {"built_ms", build_date_ms},       {"last_contact_ms", facts.last_contact_ms},
        {"clock_offset_ms", nullptr},      {"backup_made_ms", nullptr},
        {"alarms", facts.alarms},          {"diverged", facts.diverged},
        {"rejected", facts.rejected},      {"serving", context.serving}};
    if (facts.clock_offset_ms) answer["clock_offset_ms"] = *facts.clock_offset_ms;
    if (backup) answer["backup_made_ms"] = backup->made_ms;
    return answer;
}

json::object doctor_check(CommandContext& context, const json::object&) {
    json::array files;
    json::array logs;
    json::array audit;
    for (const VerifyProblem& problem : context.replica.look_over()) {
        json::array& list = problem.kind == VerifyProblem::Kind::file  ? files
                            : problem.kind == VerifyProblem::Kind::log ? logs
                                                                       : audit;
        list.push_back(json::string(problem.text));
    }
    return {{"file", std::move(files)}, {"logs", std::move(logs)}, {"audit", std::move(audit)}};
}

}  // namespace jiuying::node::commands
