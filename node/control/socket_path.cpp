#include "node/control/socket_path.hpp"

#include <fcntl.h>
#include <sys/un.h>

namespace jiuying::node::control {

SocketPath::SocketPath(const std::filesystem::path& path) : text_(path.string()) {
    if (text_.size() < sizeof(sockaddr_un::sun_path)) return;
    // A longer one goes by way of its open folder.
    const std::filesystem::path folder = path.parent_path();
    folder_ = FileHandle{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (folder_.get() < 0) throw_errno("opening", folder);
    text_ = "/proc/self/fd/" + std::to_string(folder_.get()) + "/" + path.filename().string();
}

}  // namespace jiuying::node::control
