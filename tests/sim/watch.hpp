/// The promises that hold at every moment of a simulated world, checked as it goes on:
/// - a station shows `delivered`, and counts as sent, only what is durable at the hub, now and
/// after
///   every crash of the hub;
/// - receipts and the decided horizon never go back;
/// - no nonce serves twice, and no place in a log is ever sealed in two ways.
/// A broken one throws Violation.
#pragma once

#include "tests/sim/autopsy.hpp"
#include "tests/sim/oracle.hpp"
#include "tests/sim/world.hpp"

#include <map>
#include <memory>
#include <string>

namespace jiuying::sim {

class Watch {
public:
    /// Hooks itself into the world; both outlive this.
    Watch(World& world, const Oracle& oracle);
    /// What a station claims, against the hub's disk.
    void check_claims(SimNode& station);
    /// The sealed segments on a node's disk, against all that were ever seen.
    void check_segments(SimNode& node);
    /// Every author's clock readings, as the hub holds them.
    void check_clocks();

private:
    void after_step(SimNode& node);
    void after_death(SimNode& node);
    void after_open(SimNode& node);
    void after_session(SimNode& node, SimNode& station, sync::CloseReason reason,
                       const sync::Traffic& traffic);
    [[nodiscard]] std::uint64_t durable_at_hub(const SimNode& station);
    /// The one of the last time, if nothing has become durable since.
    [[nodiscard]] Autopsy& autopsy(const SimNode& node);

    struct Body {
        std::uint64_t version = 0;
        std::unique_ptr<Autopsy> autopsy;
    };

    World& world_;
    const Oracle& oracle_;
    std::map<const SimNode*, Body> bodies_;
    std::map<std::string, std::uint64_t> receipted_;  ///< Highest receipt that a station showed.
    std::map<std::string, std::uint64_t> decided_;
    /// Sizes of unfinished segments: at which node, of the session with which station.
    std::map<std::pair<std::string, std::string>, std::uint64_t> parts_;
    std::map<sync::Nonce24, sync::Hash16> nonces_;
    std::map<std::pair<sync::LogId, std::uint64_t>, sync::Hash16> places_;
};

}  // namespace jiuying::sim
