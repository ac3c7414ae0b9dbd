/// What is asked under /api/ by somebody who is signed in: checked against the table, run as a
/// command in that person's name, and masked.
#pragma once

#include "node/folder/node_folder.hpp"
#include "node/http/page_work.hpp"
#include "node/http/route.hpp"
#include "node/http/seen.hpp"
#include "node/http/sessions.hpp"
#include "node/net/storage.hpp"
#include "node/serve/command_desk.hpp"

#include <string>

namespace jiuying::node {

/// Records that are edited against what somebody had before his eyes.
struct Marked {
    std::string_view edit;
    std::string_view show;
    std::string_view member;  ///< Of the answer of `show`: the record's fields.
};

class Api {
public:
    Api(asio::io_context& network, NodeFolder& folder, Storage& storage, CommandDesk& desk)
        : folder_(folder),
          storage_(storage),
          desk_(desk),
          hub_(folder.replica().profile().role == Profile::Role::hub),
          seen_(folder.environment()),
          work_(network, desk, folder.environment(), hub_ ? Program::hub : Program::station) {}

    /// Throws Failure.
    [[nodiscard]] asio::awaitable<json::value> run(Found found, json::object args,
                                                   PageSession session);
    /// What takes long and was begun here ends at its next step.
    void ask_stop() { work_.ask_stop(); }
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return work_.ended_within(patience);
    }

private:
    [[nodiscard]] asio::awaitable<json::value> today(json::object args, PageSession session);
    [[nodiscard]] asio::awaitable<json::value> own(Found found, json::object args,
                                                   PageSession session);
    [[nodiscard]] asio::awaitable<json::value> reveal(Found found, json::object args,
                                                      PageSession session);
    /// Of a meeting's orders those that are none of the person's.
    [[nodiscard]] asio::awaitable<void> withhold(json::value& answer, PageSession session);
    [[nodiscard]] asio::awaitable<json::object> drafts(Found found, json::object args,
                                                       PageSession session);
    [[nodiscard]] asio::awaitable<void> check_unit(Found found, json::object args,
                                                   PageSession session);
    [[nodiscard]] asio::awaitable<void> check_seen(const Route& route, json::object& args,
                                                   PageSession session);
    void finish(const Route& route, const PageSession& session, json::value& answer) const;
    [[nodiscard]] json::object marks_of(const json::object& shown, const Marked& of) const;
    [[nodiscard]] asio::awaitable<std::string> unit_of(PageSession session);
    [[nodiscard]] json::object me(const PageSession& session) const;

    NodeFolder& folder_;
    Storage& storage_;
    CommandDesk& desk_;
    bool hub_;
    SeenMarks seen_;
    PageWork work_;
};

/// Reasons for which somebody may see personal data; what is written down is the name.
struct RevealReason {
    std::string_view name;
    Wording words;
};
[[nodiscard]] std::span<const RevealReason> reveal_reasons();

/// Labels of fields, choices, acts, states and roles, for the page.
[[nodiscard]] json::object page_words();

}  // namespace jiuying::node
