/// What takes a while and was begun at the page: the import of a file, bundles to or from a stick.
///
/// An errand is a command of the command line, run by the same front on a thread of its own, with
/// its calls going to the node as those of other programs do. So neither the network nor the
/// replica waits for a slow stick, and what the command line refuses is refused here. One at a
/// time; how far it is can be asked at any moment. All calls on the network's thread.
#pragma once

#include "node/cli/command_spec.hpp"
#include "node/net/task_group.hpp"
#include "node/net/writer.hpp"
#include "node/serve/command_desk.hpp"
#include "sync/crypto/bytes.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace jiuying::node {

namespace json = boost::json;

class Errands {
public:
    Errands(asio::io_context& network, CommandDesk& desk, Program program)
        : network_(network), desk_(desk), program_(program), tasks_(network.get_executor()) {}

    struct Order {
        std::string command;  ///< As typed: `appeal import`.
        Arguments arguments;
        std::string user;
        Lang lang = Lang::zh;
        /// Read instead of the file that the arguments name as \p file_name.
        std::shared_ptr<const sync::Bytes> file;
        std::string file_name;
    };
    /// Begins it. Failure work_under_way.
    void begin(Order order);
    /// How the last errand of \p user stands: {"errand":null}, or phase, counts and in the end what
    /// came of it.
    [[nodiscard]] json::object state(const std::string& user) const;
    /// Ends it at the next step, if it is that person's. What was done stays done.
    void stop(const std::string& user);
    [[nodiscard]] bool is_busy() const;

    void ask_stop();
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return tasks_.emptied_within(patience);
    }

private:
    struct Errand;
    class Calls;
    [[nodiscard]] asio::awaitable<void> carry_out(std::shared_ptr<Errand> errand);
    [[nodiscard]] asio::awaitable<void> call(std::shared_ptr<Errand> errand, std::string name,
                                             json::object args);

    asio::io_context& network_;
    CommandDesk& desk_;
    Program program_;
    bool stopping_ = false;
    /// Shared with its coroutine, its thread and the calls that it makes.
    std::shared_ptr<Errand> last_;
    Writer thread_;
    TaskGroup tasks_;
};

}  // namespace jiuying::node
