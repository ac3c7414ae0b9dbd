/// Whether a channel's number is known: one master order per matter (domain A04).
#pragma once

#include "node/commands/command.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace jiuying::node {

/// The master order that a channel's number leads to; nothing if no order has it.
[[nodiscard]] std::optional<schema::RecordId> order_with_number(CommandContext& context,
                                                                const std::string& channel,
                                                                const std::string& ext_no);

/// Finds numbers also among those of a commit that is not made yet.
class KnownReferences {
public:
    /// The order that has it; an id of zeros if it was remembered without one.
    [[nodiscard]] std::optional<schema::RecordId> find(CommandContext& context,
                                                       const std::string& channel,
                                                       const std::string& ext_no) const;
    /// An empty number is no reference.
    void remember(const std::string& channel, const std::string& ext_no,
                  const schema::RecordId& order);

private:
    std::map<std::pair<std::string, std::string>, schema::RecordId> fresh_;
};

}  // namespace jiuying::node
