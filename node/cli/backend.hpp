/// Where a command runs: in this process, or in the `serve` that has the folder open.
#pragma once

#include <boost/json.hpp>

#include <functional>
#include <string_view>

namespace jiuying::node {

/// Told while a long command runs. The object's shape is the command's own.
using Progress = std::function<void(const boost::json::object&)>;

class Backend {
public:
    virtual ~Backend() = default;

    /// Runs the command \p name of node/commands and returns its answer. Throws Failure; a backend
    /// in another process rebuilds it from node/commands/failure_wire.hpp. \p progress may be
    /// empty. Calls of one backend follow one another.
    [[nodiscard]] virtual boost::json::object call(std::string_view name,
                                                   const boost::json::object& args,
                                                   const Progress& progress) = 0;
};

}  // namespace jiuying::node
