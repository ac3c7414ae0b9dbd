// The list of channels, and the ones that a district adds to it.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "schema/channels.hpp"

namespace jiuying::node::commands {
namespace {

using schema::EntityId;

json::object channel_json(const KnownChannel& channel) {
    return {{"code", channel.code},
            {"zh", channel.zh},
            {"en", channel.en},
            {"level", channel.level.empty() ? json::value(nullptr) : json::value(channel.level)},
            {"built_in", channel.built_in}};
}

}  // namespace

json::object channel_list(CommandContext& context, const json::object&) {
    json::array all;
    for (const KnownChannel& channel : known_channels(context)) {
        all.push_back(channel_json(channel));
    }
    const auto total = all.size();
    return {{"total", total}, {"channels", std::move(all)}};
}

json::object channel_add(CommandContext& context, const json::object& args) {
    const std::string code = require_text(args, "code");
    const std::string name = require_text(args, "name");
    if (!schema::may_be_channel(code)) throw Failure{Error::bad_value, Detail::option, "CODE"};
    const bool named =
        !is_blank(name) && name.find('|') == name.npos && schema::find_channel(name) == nullptr;
    if (!named) throw Failure{Error::bad_value, Detail::option, "--name"};
    std::string level = text_in(args, "level").value_or("");
    if (!level.empty()) {
        const schema::Field& field = field_of(EntityId::appeal, schema::appeal::ext_level);
        const schema::Value read = require_value(field, json::value(level));
        level = schema::choice_name(field, *schema::number_of(read));
    }
    const std::string key = "channel." + code;
    const std::string value = level.empty() ? name : name + "|" + level;
    const std::vector<FieldValue> values{
        {schema::setting::code,
         require_value(field_of(EntityId::setting, schema::setting::code), json::value(key))},
        {schema::setting::value,
         require_value(field_of(EntityId::setting, schema::setting::value), json::value(value))}};
    Draft draft;
    draft.actor = actor_of(context, args);
    const auto known = context.replica.find_by_text(EntityId::setting, schema::setting::code, key);
    if (known) {
        draft.edits.push_back({*known, values});
    } else {
        draft.records.push_back({EntityId::setting, values});
    }
    draft.audit = AuditEntry{draft.actor, "channel.add", code};
    const Committed committed = require(context.replica.commit(draft));
    return {{"code", code}, {"name", name}, {"changed", committed.txn != 0}};
}

}  // namespace jiuying::node::commands
