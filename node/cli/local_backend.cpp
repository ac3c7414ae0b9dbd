#include "node/cli/local_backend.hpp"

#include "node/commands/boundary.hpp"
#include "node/commands/command.hpp"
#include "node/net/sync_client.hpp"

namespace jiuying::node {
namespace {

/// An exchange that a person waits for. A year's work over a slow link takes its time; what is cut
/// here goes on where it ended.
constexpr std::chrono::seconds sync_limit{30 * 60};

constexpr std::size_t index_at_close = 100;

}  // namespace

LocalBackend::LocalBackend(std::unique_ptr<NodeFolder> folder) : folder_(std::move(folder)) {}

LocalBackend::~LocalBackend() {
    try {
        (void)folder_->replica().index_pending(index_at_close);
    } catch (...) {
        // The index is a convenience: what waits is found all the same, and indexed later.
    }
}

boost::json::object LocalBackend::call(std::string_view name, const boost::json::object& args,
                                       const Progress& progress) {
    return within_boundary([&] {
        Replica& replica = folder_->replica();
        const auto sync = [&](const std::optional<std::string>& hub) {
            const std::string address = hub.value_or(replica.profile().hub.address);
            return sync_once(replica, folder_->environment(), address, sync_limit);
        };
        CommandContext context{replica, {},    folder_->environment(), progress,
                               sync,    false, folder_->data()};
        return run_command(context, name, args);
    });
}

}  // namespace jiuying::node
