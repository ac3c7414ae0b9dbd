// Settings: what the district decided where the rules leave it open.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/replica/order_facts.hpp"

#include <charconv>

namespace jiuying::node::commands {
namespace {

using schema::SettingSpec;

const SettingSpec& require_setting(const std::string& name) {
    if (const SettingSpec* spec = schema::find_setting(name)) return *spec;
    std::string all;
    for (const SettingSpec& spec : schema::setting_specs()) {
        all.append(all.empty() ? "" : ", ").append(spec.name);
    }
    throw Failure{Error::unknown_setting, Detail::id, name}.with(Detail::choices, all);
}

std::int64_t require_value_of(const SettingSpec& spec, const std::string& text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    const bool number = !text.empty() && read.ec == std::errc{} && read.ptr == end;
    if (!number || value < spec.least || value > spec.most) {
        throw Failure{Error::value_out_of_bounds, Detail::option, std::string{spec.name}}.with(
            Detail::limit, std::to_string(spec.least) + "-" + std::to_string(spec.most));
    }
    return value;
}

}  // namespace

json::object setting_set(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const SettingSpec& spec = require_setting(require_text(args, "name"));
    const std::int64_t value = require_value_of(spec, require_text(args, "value"));
    const std::int64_t before = spec.get(context.replica.facts().settings().newest());
    const std::string text = std::to_string(value);
    const std::string name{spec.name};
    using namespace schema::setting;
    Draft draft;
    draft.actor = actor;
    const auto known = context.replica.find_by_text(schema::EntityId::setting, code, name);
    if (known) {
        draft.edits.push_back({*known, {{schema::setting::value, text}}});
    } else {
        draft.records.push_back(
            {schema::EntityId::setting, {{code, name}, {schema::setting::value, text}}});
    }
    const Committed committed = require(context.replica.commit(draft));
    return {{"name", name},
            {"value", value},
            {"before", before},
            {"changed", committed.txn != 0 && before != value}};
}

json::object setting_list(CommandContext& context, const json::object&) {
    const schema::WorkSettings& now = context.replica.facts().settings().newest();
    const schema::WorkSettings shipped;
    json::array settings;
    for (const SettingSpec& spec : schema::setting_specs()) {
        settings.push_back(json::object{{"name", spec.name},
                                        {"value", spec.get(now)},
                                        {"default", spec.get(shipped)},
                                        {"least", spec.least},
                                        {"most", spec.most},
                                        {"zh", spec.zh},
                                        {"en", spec.en}});
    }
    const auto total = settings.size();
    return {{"total", total}, {"settings", std::move(settings)}};
}

}  // namespace jiuying::node::commands
