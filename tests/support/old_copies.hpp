/// Old states of a node's database, as backups and copied folders have them.
#pragma once

#include "node/store/sqlite.hpp"
#include "tests/support/nodes.hpp"

#include <filesystem>
#include <string>

namespace jiuying::tests {

/// Keeps the node's state of now at \p copy.
inline void keep_copy(TestNode& node, const std::string& copy) {
    node::sqlite::Database::open(node.path).checkpoint();
    node.replica.reset();
    std::filesystem::copy_file(node.path, copy, std::filesystem::copy_options::overwrite_existing);
    node.reopen();
}

/// Puts the node back to the state at \p copy. \p noticed: by the file being another one.
inline void put_back(TestNode& node, const std::string& copy, bool noticed = false) {
    node.replica.reset();
    for (const char* more : {"", "-wal", "-shm"}) std::filesystem::remove(node.path + more);
    std::filesystem::copy_file(copy, node.path);
    if (noticed) ++node.environment->identity[0];
    node.reopen();
}

/// A second machine with the same keys and the state of now.
inline TestNode clone_of(TestNode& node, const TempFolder& folder, std::uint64_t seed,
                         bool noticed) {
    TestNode clone;
    clone.environment = std::make_unique<TestEnvironment>(seed);
    clone.environment->now = node.environment->now;
    if (noticed) clone.environment->identity = {9};
    clone.secrets = {node.secrets.sign_seed.clone(), node.secrets.static_secret.clone(),
                     node.secrets.box_secret.clone(), node.secrets.salt_secret.clone()};
    clone.path = folder.file("clone" + std::to_string(seed) + ".db");
    keep_copy(node, clone.path);
    clone.reopen();
    return clone;
}

}  // namespace jiuying::tests
