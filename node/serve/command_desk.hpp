/// Runs commands beside the network, inside `serve` and OpenDesk: on the thread of the replica, and
/// without holding it up for the network.
#pragma once

#include "node/cli/backend.hpp"
#include "node/commands/command.hpp"
#include "node/folder/node_folder.hpp"
#include "node/net/storage.hpp"
#include "node/serve/exchanger.hpp"

#include <cstdint>
#include <string>

namespace jiuying::node {

class CommandDesk {
public:
    /// \p readers: the thread of the folder's reader, null if it has none. \p exchanger: null where
    /// nobody is to be called, as in the `serve` of a hub. \p serving: inside `serve`, not in a
    /// command that lets others work beside it.
    CommandDesk(NodeFolder& folder, Storage& storage, Storage* readers, Exchanger* exchanger,
                bool serving)
        : folder_(folder),
          storage_(storage),
          readers_(readers),
          exchanger_(exchanger),
          serving_(serving) {}

    /// As Backend::call: throws Failure.
    [[nodiscard]] asio::awaitable<json::object> run(std::string name, json::object args,
                                                    Progress progress);
    /// Counts commands after which something may be otherwise than before. On the network's thread.
    [[nodiscard]] std::uint64_t written() const { return written_; }

private:
    [[nodiscard]] asio::awaitable<json::object> sync_now(json::object args);
    [[nodiscard]] CommandContext context(Replica& replica, Progress progress);

    NodeFolder& folder_;
    Storage& storage_;
    Storage* readers_;
    Exchanger* exchanger_;
    bool serving_;
    std::uint64_t written_ = 0;
};

}  // namespace jiuying::node
