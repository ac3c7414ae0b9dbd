/// Regions as of a day: which code stands for an older one by then (A02). An order keeps the code
/// of its intake; a report says by which day's map it counts.
#pragma once

#include "node/commands/command.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace jiuying::node {

class RegionVersions {
public:
    RegionVersions(CommandContext& context, std::int64_t as_of);
    /// The code that \p code goes on in; itself if it was not merged.
    [[nodiscard]] std::string now(std::string code) const;

private:
    std::map<std::string, std::string> successors_;
};

}  // namespace jiuying::node
