/// Runs commands in this process, on a folder that it has open.
#pragma once

#include "node/cli/backend.hpp"
#include "node/folder/node_folder.hpp"

#include <memory>

namespace jiuying::node {

class LocalBackend final : public Backend {
public:
    explicit LocalBackend(std::unique_ptr<NodeFolder> folder);
    /// Indexes a little of what waits for the search, then closes the folder.
    ~LocalBackend() override;

    [[nodiscard]] boost::json::object call(std::string_view name, const boost::json::object& args,
                                           const Progress& progress) override;

private:
    std::unique_ptr<NodeFolder> folder_;
};

}  // namespace jiuying::node
