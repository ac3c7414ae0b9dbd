/// What `serve` says on stderr: one calm line when something changes, never recorded content.
#pragma once

#include "node/cli/errors.hpp"
#include "node/cli/lang.hpp"
#include "node/commands/sync_outcome.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace jiuying::node {

struct SessionReport;

class Notices {
public:
    using Print = std::function<void(const std::string& line)>;

    Notices(Lang lang, int verbosity, Print print)
        : lang_(lang), verbosity_(verbosity), print_(std::move(print)) {}

    /// A station's exchange has ended; the next is tried after \p pause.
    void exchanged(const SyncOutcome& outcome, std::chrono::milliseconds pause);
    /// A station has no address to call.
    void no_address();
    /// A hub's session has ended.
    void session_ended(const SessionReport& report);
    /// Browsers will warn of the page.
    void page_certificate_over();
    void stopping();
    /// Work in the background failed here; the next attempt comes by itself.
    void trouble(const Failure& failure);

private:
    enum class Link : std::uint8_t { unknown, connected, offline, turned_away, no_address };
    /// Whether that is news.
    bool becomes(Link link, Error error);
    void say(std::string_view zh, std::string_view en) { print_(std::string{pick(lang_, zh, en)}); }

    Lang lang_;
    int verbosity_;
    Print print_;
    Link link_ = Link::unknown;
    Error error_{};               ///< Of the present state, where it is a bad one.
    bool storage_fails_ = false;  ///< Hub: said already.
};

}  // namespace jiuying::node
