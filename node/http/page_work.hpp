/// The page's long work: files that are imported, sticks, and the list of changes to reference data
/// that the page makes one record at a time.
#pragma once

#include "node/http/errand.hpp"
#include "node/http/route.hpp"
#include "node/http/sessions.hpp"
#include "node/http/uploads.hpp"

namespace jiuying::node {

class PageWork {
public:
    PageWork(asio::io_context& network, CommandDesk& desk, Environment& environment,
             Program program)
        : desk_(desk), program_(program), uploads_(environment), errands_(network, desk, program) {}

    /// Whether it answers what is behind that route.
    [[nodiscard]] static bool answers(const Route& route);
    /// Throws Failure.
    [[nodiscard]] asio::awaitable<json::value> run(Found found, json::object args,
                                                   PageSession session);
    void ask_stop() { errands_.ask_stop(); }
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return errands_.ended_within(patience);
    }

private:
    [[nodiscard]] json::object upload(std::string_view name, const json::object& args,
                                      const PageSession& session);
    [[nodiscard]] json::object import(const json::object& args, const PageSession& session);
    [[nodiscard]] json::object exchange(std::string_view name, const json::object& args,
                                        const PageSession& session);
    [[nodiscard]] asio::awaitable<json::value> sticks(json::object args);
    [[nodiscard]] asio::awaitable<json::value> set_in_list(Found found, json::object args,
                                                           PageSession session);

    CommandDesk& desk_;
    Program program_;
    Uploads uploads_;
    Errands errands_;
    Writer looking_;  ///< At sticks, which may be slow.
};

}  // namespace jiuying::node
