/// Runs commands in this process, on a folder that it has open. While one of them may take long,
/// other processes work on the folder through this one.
#pragma once

#include "node/cli/backend.hpp"
#include "node/folder/node_folder.hpp"

#include <memory>

namespace jiuying::node {

class OpenDesk;

class LocalBackend final : public Backend {
public:
    explicit LocalBackend(std::unique_ptr<NodeFolder> folder);
    /// Indexes a little of what waits for the search, then closes the folder.
    ~LocalBackend() override;

    [[nodiscard]] boost::json::object call(std::string_view name, const boost::json::object& args,
                                           const Progress& progress) override;

private:
    void let_others_in();

    std::unique_ptr<NodeFolder> folder_;
    std::unique_ptr<OpenDesk> open_;  ///< Null as long as the commands were short ones.
};

}  // namespace jiuying::node
