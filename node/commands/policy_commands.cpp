// Deadline policies: which amounts an order gets, version by version.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/moved_dues.hpp"
#include "node/import/policy_rules.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

json::object edition_json(const schema::PolicyEdition& edition) {
    const bool built_in = edition.known_from == INT64_MIN;
    return {{"code", edition.policy.version},
            {"name", edition.name},
            {"valid_from", built_in ? json::value(nullptr)
                                    : json::value(schema::format_time(edition.valid_from))},
            {"built_in", built_in}};
}

const schema::PolicyEdition* find_edition(const schema::PolicyBook& book, std::string_view code) {
    const auto found = std::ranges::find_if(
        book.editions(), [&](const auto& edition) { return edition.policy.version == code; });
    return found == book.editions().end() ? nullptr : &*found;
}

struct PolicyDocument {
    std::string code;
    std::string name;
    std::int64_t valid_from = 0;
    schema::DeadlinePolicy policy;
};

[[noreturn]] void refuse(std::string place) {
    throw Failure{Error::bad_policy_file, Detail::field, std::move(place)};
}

/// Members that `policy show` prints beside those that count.
bool is_known_member(std::string_view key) {
    constexpr std::array names{"code", "name", "valid_from", "rules", "built_in"};
    return std::ranges::find(names, key) != names.end();
}

PolicyDocument read_document(CommandContext& context, const json::object& given) {
    for (const auto& member : given) {
        if (!is_known_member(member.key())) refuse(std::string{member.key()});
    }
    PolicyDocument document;
    document.code = text_in(given, "code").value_or("");
    if (!schema::is_policy_code(document.code)) refuse("code");
    document.name = text_in(given, "name").value_or(document.code);
    document.valid_from = context.environment.now_ms();
    if (const auto told = text_in(given, "valid_from")) {
        const Result<std::int64_t> at = schema::parse_time(*told);
        if (!at) refuse("valid_from");
        document.valid_from = *at;
    }
    const json::value* rules = given.if_contains("rules");
    if (rules == nullptr) refuse("rules");
    auto read = read_policy(document.code, *rules);
    if (auto* fault = std::get_if<PolicyFault>(&read)) refuse(std::move(fault->place));
    document.policy = std::get<schema::DeadlinePolicy>(std::move(read));
    return document;
}

}  // namespace

json::object policy_load(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const PolicyDocument document = read_document(context, require_object(args, "document"));
    const schema::PolicyBook& known = context.replica.facts().policies();
    if (const auto* there = find_edition(known, document.code)) {
        if (there->policy != document.policy) {
            throw Failure{Error::edition_exists, Detail::id, document.code};
        }
        json::object answer = edition_json(*there);
        answer["loaded"] = false;
        answer["open"] = context.replica.open_dues().size();
        answer["moved"] = 0;
        return answer;
    }
    const MovedDues moved{context.replica};
    using namespace schema::deadline_policy;
    Draft draft;
    draft.actor = actor;
    draft.records.push_back({schema::EntityId::deadline_policy,
                             {{code, document.code},
                              {name, document.name},
                              {rules, json::serialize(policy_json(document.policy))},
                              {valid_from, document.valid_from},
                              {loaded_at, context.environment.now_ms()}}});
    draft.audit = AuditEntry{actor, "policy.load", document.code};
    (void)require(context.replica.commit(draft));
    json::object answer =
        edition_json(*find_edition(context.replica.facts().policies(), document.code));
    answer["loaded"] = true;
    moved.tell(answer);
    return answer;
}

json::object policy_list(CommandContext& context, const json::object&) {
    const schema::PolicyBook& book = context.replica.facts().policies();
    const auto& now = book.in_force(context.environment.now_ms(), INT64_MAX);
    json::array policies;
    for (const schema::PolicyEdition& edition : book.editions()) {
        json::object shown = edition_json(edition);
        shown["in_force"] = &edition.policy == &now;
        policies.push_back(std::move(shown));
    }
    const auto total = policies.size();
    return {{"total", total}, {"policies", std::move(policies)}};
}

json::object policy_show(CommandContext& context, const json::object& args) {
    const schema::PolicyBook& book = context.replica.facts().policies();
    const std::string asked =
        text_in(args, "code")
            .value_or(book.in_force(context.environment.now_ms(), INT64_MAX).version);
    const schema::PolicyEdition* edition = find_edition(book, asked);
    if (edition == nullptr) throw Failure{Error::record_not_found, Detail::id, asked};
    json::object answer = edition_json(*edition);
    answer["rules"] = policy_json(edition->policy);
    return answer;
}

}  // namespace jiuying::node::commands
