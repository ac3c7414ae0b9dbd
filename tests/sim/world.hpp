/// A district in one process: a hub and stations with virtual clocks, disks and network.
///
/// Everything that happens is an event at a point of virtual time, and every choice is drawn from
/// the seed, so that a run repeats exactly. Nodes are the classes that `serve` runs (SessionRunner
/// and Replica over SQLite), less sockets and threads. A node whose disk dies under it is buried
/// (its memory is gone, its connections break) and opens again later.
#pragma once

#include "tests/sim/sim_node.hpp"
#include "tests/sim/tally.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::sim {

enum class Side : std::uint8_t { station, hub };

/// What becomes of one piece on a network that is no TCP, or lies: never comes, comes twice, comes
/// behind the next one.
enum class Slip : std::uint8_t { lost, doubled, swapped };

/// What one connection goes through. Bytes are counted as they are sent.
struct Weather {
    Ms latency = 20;
    Ms jitter = 0;
    std::size_t fragment_max = 0;  ///< Largest piece that arrives at once; 0: any.
    std::optional<std::size_t> cut_after = std::nullopt;  ///< Both directions together.
    bool cut_tells_station = true;  ///< Else that side learns it by its deadline.
    bool cut_tells_hub = true;
    std::optional<std::size_t> stall_after = std::nullopt;  ///< One way only: stall_from.
    Side stall_from = Side::station;
    Ms stall_for = 0;
    std::optional<std::size_t> stale_after = std::nullopt;  ///< Where old bytes are put in between.
    Side stale_from = Side::station;
    sync::Bytes stale;
    std::optional<std::size_t> slip_after = std::nullopt;  ///< The piece that begins there.
    Side slip_from = Side::station;
    Slip slip = Slip::lost;
    std::size_t slip_max = 200;  ///< Largest such piece.
};

/// Which programs the nodes run.
enum class Programs : std::uint8_t {
    same,
    lenient,  ///< Each third station lets people write what is the hub's.
    mixed,    ///< Stations of the version before and of the next; see tests/support/registries.hpp.
};

/// How a piece of work at a node ended.
enum class Outcome : std::uint8_t {
    done,    ///< The call returned: acknowledged. (The node may have died right after.)
    failed,  ///< The disk refused; the node lives on.
    died,    ///< The node died in it.
    down,    ///< It was not running.
};

class World {
public:
    /// \p stations of them, invited and not yet enrolled.
    explicit World(std::uint64_t seed, std::size_t stations = 2,
                   Programs programs = Programs::same);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    [[nodiscard]] Ms now() const { return now_; }
    [[nodiscard]] test::Dice& dice() { return dice_; }
    [[nodiscard]] Tally& tally() { return tally_; }
    [[nodiscard]] SimNode& hub() { return *nodes_.front(); }
    [[nodiscard]] SimNode& station(std::size_t at) { return *nodes_.at(at + 1); }
    [[nodiscard]] std::size_t stations() const { return nodes_.size() - 1; }
    [[nodiscard]] const std::vector<std::unique_ptr<SimNode>>& nodes() { return nodes_; }
    [[nodiscard]] const std::vector<std::unique_ptr<SimNode>>& machines() { return machines_; }
    [[nodiscard]] SimNode* find(const std::string& code);
    /// A second machine with the keys of \p station and the state that its disk is sure to have;
    /// \p noticed: it can tell that its file is a copy. None of the nodes above.
    SimNode& clone(const SimNode& station, bool noticed);
    /// A second machine of \p station with keys of its own, invited and not yet enrolled. Known as
    /// \p code here; none of the nodes above.
    SimNode& add_machine(const SimNode& station, const std::string& code);
    /// A line for people who replay a seed; shown where JIUYING_SIM_TRACE is set.
    void say(const SimNode& node, const std::string& what) const;
    [[nodiscard]] static bool is_traced();

    // --- Time
    void run_for(Ms time);
    /// Until no connection is left.
    void run_until_quiet();

    // --- Exchange
    /// Starts a session unless the station is down, cut off, or in one. True if it was started.
    bool dial(SimNode& station, const Weather& weather = {});
    /// Sends the hub what the station once said, as someone would who had listened.
    void replay(SimNode& station);
    [[nodiscard]] bool in_session(const SimNode& station) const;
    /// How the last session of a station ended for it.
    [[nodiscard]] std::optional<sync::CloseReason> last_close(const SimNode& station) const;
    /// The node says goodbye in all its sessions, as a program does that was asked to end.
    void stop(SimNode& node);
    /// The link of a station goes down, with what is under way on it, or comes back.
    void cut(SimNode& station);
    void mend(SimNode& station) { station.link_up = true; }

    // --- Life and death
    /// Does \p work on the node's replica. An error of the database that no fault of the disk
    /// explains is a Violation.
    Outcome attempt(SimNode& node, const std::function<void(node::Replica&)>& work);
    enum class Death : std::uint8_t { process, power };
    void bury(SimNode& node, Death death);
    /// Opens a node that is down. It may die in doing so.
    void open(SimNode& node);

    // --- For whoever watches
    std::function<void(SimNode&)> after_step;   ///< A session of that node went on.
    std::function<void(SimNode&)> after_death;  ///< It is down; its disk is as the crash left it.
    std::function<void(SimNode&)> after_open;
    /// A session ended at a node: that node, the station, why, what went over the wire.
    std::function<void(SimNode&, SimNode&, sync::CloseReason, const sync::Traffic&)> after_session;
    sync::SessionLimits limits;  ///< Of both sides.

private:
    struct Connection;
    struct End;

    void at(Ms when, std::function<void()> what);
    void establish(SimNode& station, const Weather& weather);
    Connection* find_connection(int id);
    [[nodiscard]] SimNode& node_of(Connection& connection, Side side);
    using StepOf = std::function<node::SessionRunner::Step(node::SessionRunner&, node::Instant)>;
    void drive(int id, Side side, const StepOf& step_of);
    void transmit(Connection& connection, Side from, sync::View bytes);
    void send_piece(Connection& connection, Side from, sync::Bytes piece);
    void slip_piece(Connection& connection, Side from, sync::Bytes piece);
    [[nodiscard]] bool is_enrolled(const SimNode& station);
    void sever(Connection& connection);
    void hang_up(int id, Side side);
    void end_session(Connection& connection, Side side, sync::CloseReason reason);
    void tidy(int id);
    [[nodiscard]] std::uint64_t disk_faults(const SimNode& node) const;
    void enlist(std::size_t stations, Programs programs);
    [[nodiscard]] node::Profile invited(const std::string& code);

    Ms now_ = 0;
    test::Dice dice_;
    Tally tally_;
    std::vector<std::unique_ptr<SimNode>> nodes_;     ///< The hub first.
    std::vector<std::unique_ptr<SimNode>> machines_;  ///< Beside the first of their station.
    std::map<std::pair<Ms, std::uint64_t>, std::function<void()>> events_;
    std::uint64_t events_made_ = 0;
    std::map<int, std::unique_ptr<Connection>> connections_;
    int connections_made_ = 0;
    std::map<const SimNode*, sync::CloseReason> last_close_;
};

}  // namespace jiuying::sim
