#include "node/cli/local_backend.hpp"

#include "node/cli/errors.hpp"
#include "node/commands/boundary.hpp"
#include "node/commands/command.hpp"
#include "node/serve/open_desk.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

constexpr std::size_t index_at_close = 100;

/// Commands that wait for a network or a file, or go through all there is.
bool may_take_long(std::string_view name) {
    constexpr std::array names{"sync.now",     "verify",       "index",
                               "audit.verify", "backup.write", "doctor.check"};
    return name.ends_with(".import_rows") || std::ranges::find(names, name) != names.end();
}

SyncOutcome no_session_here(const std::optional<std::string>&) {
    throw Failure{Error::unexpected};  // `sync now` never comes this way.
}

}  // namespace

LocalBackend::LocalBackend(std::unique_ptr<NodeFolder> folder) : folder_(std::move(folder)) {}

LocalBackend::~LocalBackend() {
    open_.reset();
    try {
        (void)folder_->replica().index_pending(index_at_close);
    } catch (...) {
        // The index is a convenience: what waits is found all the same, and indexed later.
    }
}

void LocalBackend::let_others_in() {
    if (!open_) open_ = std::make_unique<OpenDesk>(*folder_);
}

boost::json::object LocalBackend::call(std::string_view name, const boost::json::object& args,
                                       const Progress& progress) {
    return within_boundary([&] {
        if (may_take_long(name)) let_others_in();
        if (open_) return open_->call(name, args, progress);
        CommandContext context{folder_->replica(), {},    folder_->environment(), progress,
                               no_session_here,    false, folder_->data()};
        return run_command(context, name, args);
    });
}

}  // namespace jiuying::node
