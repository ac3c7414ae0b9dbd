#include "node/commands/known_channels.hpp"

#include "node/cli/suggest.hpp"
#include "node/commands/lookup.hpp"
#include "schema/channels.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;

constexpr std::string_view setting_prefix = "channel.";
constexpr std::size_t settings_max = 10'000;

KnownChannel built_in(const schema::Channel& channel) {
    return {std::string{channel.code}, std::string{channel.zh}, std::string{channel.en},
            std::string{channel.level}, true};
}

/// What stands before the bar is the name, what stands behind it the level.
KnownChannel added(std::string_view code, const std::string& value) {
    const std::size_t bar = value.rfind('|');
    const std::string name = value.substr(0, bar);
    const std::string level = bar == value.npos ? std::string{} : value.substr(bar + 1);
    return {std::string{code}, name, name, level, false};
}

}  // namespace

std::vector<KnownChannel> known_channels(CommandContext& context) {
    std::vector<KnownChannel> all;
    for (const schema::Channel& channel : schema::channels()) all.push_back(built_in(channel));
    for (const RecordView& setting : context.replica.all(EntityId::setting, settings_max)) {
        const std::string code = text_of_field(setting, schema::setting::code);
        const std::string value = text_of_field(setting, schema::setting::value);
        if (!code.starts_with(setting_prefix) || value.empty()) continue;
        all.push_back(added(code.substr(setting_prefix.size()), value));
    }
    return all;
}

std::optional<KnownChannel> find_channel(CommandContext& context, std::string_view word) {
    if (const schema::Channel* known = schema::find_channel(word)) return built_in(*known);
    const std::vector<KnownChannel> all = known_channels(context);
    const auto found = std::ranges::find_if(all, [&](const KnownChannel& channel) {
        return channel.code == word || channel.zh == word;
    });
    if (found == all.end()) return std::nullopt;
    return *found;
}

std::string near_channel(CommandContext& context, std::string_view word) {
    const std::vector<KnownChannel> all = known_channels(context);
    std::vector<std::string> codes;
    for (const KnownChannel& channel : all) codes.push_back(channel.code);
    std::string guess = nearest(word, codes);
    constexpr std::size_t telling = 6;  // Two characters of a name, or more, tell something.
    for (const KnownChannel& channel : all) {
        if (!guess.empty()) break;
        const bool inside = channel.zh.find(word) != std::string::npos && word.size() >= telling;
        if (inside || word.find(channel.zh) != word.npos) guess = channel.code;
    }
    return guess;
}

KnownChannel require_channel(CommandContext& context, std::string_view word) {
    if (auto known = find_channel(context, word)) return *std::move(known);
    Failure failure{Error::unknown_channel, Detail::field, "channel"};
    const std::string guess = near_channel(context, word);
    if (!guess.empty()) failure.with(Detail::reason, guess + "?");
    throw failure;
}

}  // namespace jiuying::node
