/// Channels as a node knows them: the built-in list and what the district added to it.
///
/// What the district adds is a setting `channel.CODE` with the value `NAME|LEVEL`, written by the
/// hub and sent to all stations.
#pragma once

#include "node/commands/command.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

struct KnownChannel {
    std::string code;
    std::string zh;
    std::string en;
    std::string level;  ///< A choice of `ext_level`; empty for ways in of our own.
    bool built_in = true;
};

/// All of them, the built-in ones first.
[[nodiscard]] std::vector<KnownChannel> known_channels(CommandContext& context);

/// The channel of that code or name.
[[nodiscard]] std::optional<KnownChannel> find_channel(CommandContext& context,
                                                       std::string_view word);

/// The code of the channel that \p word resembles; empty if it resembles none.
[[nodiscard]] std::string near_channel(CommandContext& context, std::string_view word);

/// As find_channel. Failure unknown_channel, with the nearest code if there is one.
[[nodiscard]] KnownChannel require_channel(CommandContext& context, std::string_view word);

}  // namespace jiuying::node
