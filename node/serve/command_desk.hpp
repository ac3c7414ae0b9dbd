/// Runs commands inside `serve`: on the thread of the replica, and without holding it up for the
/// network.
#pragma once

#include "node/cli/backend.hpp"
#include "node/commands/command.hpp"
#include "node/folder/node_folder.hpp"
#include "node/net/storage.hpp"

#include <string>

namespace jiuying::node {

class StationLoop;

class CommandDesk {
public:
    /// \p loop: of a station, null at a hub.
    CommandDesk(NodeFolder& folder, Storage& storage, StationLoop* loop)
        : folder_(folder), storage_(storage), loop_(loop) {}

    /// As Backend::call: throws Failure.
    [[nodiscard]] asio::awaitable<json::object> run(std::string name, json::object args,
                                                    Progress progress);

private:
    [[nodiscard]] asio::awaitable<json::object> sync_now(json::object args);
    [[nodiscard]] CommandContext context(Progress progress);

    NodeFolder& folder_;
    Storage& storage_;
    StationLoop* loop_;
};

}  // namespace jiuying::node
