/// Checkpoints of this node: made at a hub, compared with its own logs by any node.
///
/// A class of its own with access to the replica; not thread-safe; throws as Replica does.
#pragma once

#include "node/replica/replica.hpp"
#include "sync/trust/checkpoint.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

class Checkpoints {
public:
    explicit Checkpoints(Replica& replica) : replica_(replica) {}

    /// Hub: of all heads that moved since the last one. How many were written; 0: none moved.
    /// Raises an alarm if a head that was signed is not here any more.
    std::size_t make(const std::string& actor);
    /// Hub: makes one if a day has passed since this made the last, or since it first asked.
    void make_if_due();

    struct Listed {
        std::uint64_t number = 0;
        std::int64_t said_at = 0;
        std::size_t heads = 0;
    };
    /// Those that verify, in the order in which they came.
    [[nodiscard]] std::vector<Listed> list();

    /// What does not fit together with the logs that are here.
    struct Fault {
        enum class Kind : std::uint8_t {
            not_signed,  ///< By the hub.
            chain,       ///< Does not follow the one before.
            differs,     ///< The log that is here is another at that place.
            missing,     ///< Hub: that log is not here, or ends before.
        };
        Kind kind{};
        std::uint64_t number = 0;
        sync::LogId log;
        std::uint64_t seq = 0;
    };
    /// The first is the earliest.
    [[nodiscard]] std::vector<Fault> compare();
    /// Adds these, in words, to what verify found.
    void check(VerifyReport& report);

private:
    struct Kept;
    [[nodiscard]] std::vector<Kept> all();
    [[nodiscard]] std::int64_t settled_until();

    Replica& replica_;
};

}  // namespace jiuying::node
