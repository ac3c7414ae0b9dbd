/// One simulated node: the classes that `serve` runs, on a disk, a clock and chance that can fail.
#pragma once

#include "node/net/session_runner.hpp"
#include "tests/sim/sim_environment.hpp"
#include "tests/support/fault_vfs.hpp"

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>

namespace jiuying::sim {

/// A promise that a simulated world broke.
struct Violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct SimNode {
    SimNode(std::string code_of, const Ms& now, std::uint64_t seed, schema::Registry registry_of);
    /// Makes its database, which the disk then has for certain.
    void create(node::Profile profile_of);
    /// Throws sqlite::Error as Replica does.
    void open();
    [[nodiscard]] bool up() const { return replica != nullptr; }
    [[nodiscard]] bool is_hub() const { return profile.role == node::Profile::Role::hub; }
    node::Replica* operator->() const { return replica.get(); }

    std::string code;  ///< "QZX" of the hub.
    schema::Registry registry;
    std::uint32_t understood = sync::must_known;  ///< Bits that its program knows.
    test::FaultDisk disk;
    test::FaultVfs vfs;
    SimEnvironment environment;
    node::NodeSecrets secrets;
    node::Profile profile;
    std::unique_ptr<node::Replica> replica;  ///< Null while the node is down.
    bool link_up = true;
    std::deque<sync::Bytes> recordings;  ///< What it said in past sessions, as a wiretap has it.
};

/// The registry of a program that lets a station write `complexity`, which is the hub's.
[[nodiscard]] schema::Registry lenient_registry();

}  // namespace jiuying::sim
