/// How many open orders have other due dates since a new rule came.
#pragma once

#include "node/commands/command.hpp"

#include <map>

namespace jiuying::node {

/// Made before the rule is written, asked after it.
class MovedDues {
public:
    explicit MovedDues(Replica& replica) : replica_(replica), before_(replica.open_dues()) {}

    /// Adds "open" and "moved" to \p answer.
    void tell(json::object& answer) const {
        const auto now = replica_.open_dues();
        std::uint64_t moved = 0;
        for (const auto& [order, dues] : now) {
            const auto known = before_.find(order);
            if (known != before_.end() && known->second != dues) ++moved;
        }
        answer["open"] = now.size();
        answer["moved"] = moved;
    }

private:
    Replica& replica_;
    std::map<schema::RecordId, OpenDues> before_;
};

}  // namespace jiuying::node
