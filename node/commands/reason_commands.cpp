// The reasons that staff may name at a step.
#include "node/cli/order_verbs.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;

/// The use that a person named: the kind of an event, the word of its command, or its Chinese word.
std::string require_use(const std::string& word) {
    if (word == schema::off_catalogue_use || word == "派单目录外") {
        return std::string{schema::off_catalogue_use};
    }
    if (schema::event_kind(word) != schema::EventKind::unknown) return word;
    for (const OrderVerb& verb : order_verbs()) {
        if (verb.name == word || verb.about.zh == word) {
            return std::string{schema::name_of(verb.kind)};
        }
    }
    std::string all{schema::off_catalogue_use};
    for (const OrderVerb& verb : order_verbs()) all.append(", ").append(schema::name_of(verb.kind));
    throw Failure{Error::bad_value, Detail::option, "--use"}.with(Detail::choices, all);
}

std::string require_code(const json::object& args) {
    std::string code = require_text(args, "code");
    const bool plain = std::ranges::all_of(code, [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_' || c == '-';
    });
    if (code.empty() || !plain) throw Failure{Error::bad_value, Detail::option, "CODE"};
    return code;
}

json::object reason_json(const schema::Reason& reason, std::int64_t now) {
    const auto instant = [](std::int64_t at) -> json::value {
        if (at == INT64_MIN || at == INT64_MAX) return nullptr;
        return json::string(schema::format_time(at));
    };
    const bool own = !reason.name.empty() || reason.built_in == nullptr;
    return {{"use", reason.use},
            {"code", reason.code},
            {"zh", own ? std::string_view{reason.name} : reason.built_in->zh},
            {"en", own ? std::string_view{reason.name} : reason.built_in->en},
            {"built_in", reason.built_in != nullptr},
            {"valid", reason.period.holds(now)},
            {"valid_from", instant(reason.period.from)},
            {"valid_to", instant(reason.period.to)}};
}

json::object put(CommandContext& context, const json::object& args, const std::string& in_use,
                 const std::string& short_code, std::vector<FieldValue> values,
                 std::string action) {
    const std::string whole = schema::reason_record_code(in_use, short_code);
    Draft draft;
    draft.actor = actor_of(context, args);
    const auto known = context.replica.find_by_text(EntityId::reason, schema::reason::code, whole);
    if (known) {
        draft.edits.push_back({*known, std::move(values)});
    } else {
        values.push_back({schema::reason::code, whole});
        values.push_back({schema::reason::use, in_use});
        draft.records.push_back({EntityId::reason, std::move(values)});
    }
    draft.audit = AuditEntry{draft.actor, std::move(action), whole};
    (void)require(context.replica.commit(draft));
    const schema::Reason* now = context.replica.facts().reasons().find(in_use, short_code);
    return now == nullptr ? json::object{} : reason_json(*now, context.environment.now_ms());
}

}  // namespace

json::object reason_add(CommandContext& context, const json::object& args) {
    const std::string in_use = require_use(require_text(args, "use"));
    const std::string short_code = require_code(args);
    const schema::Value called = require_value(field_of(EntityId::reason, schema::reason::name),
                                               json::value(require_text(args, "name")));
    const std::string* words = schema::text_of(called);
    if (words == nullptr || is_blank(*words)) {
        throw Failure{Error::missing_option, Detail::option, "--name"};
    }
    // A retired one that is added again holds on.
    return put(context, args, in_use, short_code,
               {{schema::reason::name, called}, {schema::reason::valid_to, schema::Value{}}},
               "reason.add");
}

json::object reason_retire(CommandContext& context, const json::object& args) {
    const std::string in_use = require_use(require_text(args, "use"));
    const std::string short_code = require_code(args);
    if (context.replica.facts().reasons().find(in_use, short_code) == nullptr) {
        throw Failure{Error::unknown_reason, Detail::id, short_code};
    }
    return put(context, args, in_use, short_code,
               {{schema::reason::valid_to, context.environment.now_ms()}}, "reason.retire");
}

json::object reason_list(CommandContext& context, const json::object& args) {
    const auto asked = text_in(args, "use");
    const std::string in_use = asked ? require_use(*asked) : std::string{};
    const std::int64_t now = context.environment.now_ms();
    json::array reasons;
    for (const schema::Reason& reason : context.replica.facts().reasons().all()) {
        if (!asked || reason.use == in_use) reasons.push_back(reason_json(reason, now));
    }
    const auto total = reasons.size();
    return {{"total", total}, {"reasons", std::move(reasons)}};
}

}  // namespace jiuying::node::commands
