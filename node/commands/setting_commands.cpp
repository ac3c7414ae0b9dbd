// Settings: what the district decided where the rules leave it open.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/repeats.hpp"

#include <charconv>

namespace jiuying::node::commands {
namespace {

/// A setting with what it is now: of the life cycle, or of what is compared for repeats.
struct Known {
    std::string_view name;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::int64_t now = 0;
    std::int64_t shipped = 0;
    std::string_view zh;
    std::string_view en;
};

std::vector<Known> all_settings(CommandContext& context) {
    const schema::WorkSettings& now = context.replica.facts().settings().newest();
    const schema::WorkSettings shipped;
    std::vector<Known> all;
    for (const schema::SettingSpec& spec : schema::setting_specs()) {
        all.push_back(
            {spec.name, spec.least, spec.most, spec.get(now), spec.get(shipped), spec.zh, spec.en});
    }
    const schema::RepeatRules rules;
    for (const schema::RepeatSetting& one : schema::repeat_settings()) {
        const std::uint32_t amount = rules.*one.amount;
        all.push_back({one.name, one.least, one.most,
                       setting_number(context, one.name, amount, one.least, one.most), amount,
                       one.zh, one.en});
    }
    return all;
}

Known require_setting(CommandContext& context, const std::string& name) {
    std::string all;
    for (const Known& one : all_settings(context)) {
        if (one.name == name) return one;
        all.append(all.empty() ? "" : ", ").append(one.name);
    }
    throw Failure{Error::unknown_setting, Detail::id, name}.with(Detail::choices, all);
}

std::int64_t require_value_of(const Known& spec, const std::string& text) {
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
    const Known spec = require_setting(context, require_text(args, "name"));
    const std::int64_t value = require_value_of(spec, require_text(args, "value"));
    const std::int64_t before = spec.now;
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
    draft.audit = AuditEntry{actor, "setting.set", name, schema::audit::done,
                             std::to_string(before) + " -> " + text};
    const Committed committed = require(context.replica.commit(draft));
    return {{"name", name},
            {"value", value},
            {"before", before},
            {"changed", committed.txn != 0 && before != value}};
}

json::object setting_list(CommandContext& context, const json::object&) {
    json::array settings;
    for (const Known& one : all_settings(context)) {
        settings.push_back(json::object{{"name", one.name},
                                        {"value", one.now},
                                        {"default", one.shipped},
                                        {"least", one.least},
                                        {"most", one.most},
                                        {"zh", one.zh},
                                        {"en", one.en}});
    }
    const auto total = settings.size();
    return {{"total", total}, {"settings", std::move(settings)}};
}

}  // namespace jiuying::node::commands
