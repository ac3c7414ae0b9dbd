#include "node/http/api.hpp"

#include "node/commands/boundary.hpp"
#include "node/commands/lookup.hpp"
#include "node/http/masking.hpp"
#include "node/http/page_acts.hpp"
#include "node/replica/accounts.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

constexpr std::array reasons{
    RevealReason{"contact", {"联系本人", "to contact the person"}},
    RevealReason{"verify", {"核对信息", "to check the facts"}},
    RevealReason{"visit", {"回访", "to ask how it went"}},
    RevealReason{"settle", {"裁决冲突", "to settle a conflict"}},
    RevealReason{"print", {"打印单据", "to print a paper"}},
};
constexpr std::size_t draft_id_max = 40;

bool is_reason(std::string_view name) {
    return std::ranges::find(reasons, name, &RevealReason::name) != reasons.end();
}

/// Answers of these are about persons. Who records hears what he has just said, with the query code
/// that he hands on.
bool is_masked(const Route& route) {
    const bool person_free =
        route.action == Action::see_own || route.action == Action::see_lists ||
        route.action == Action::see_stations || route.action == Action::record ||
        route.action == Action::manage_users || route.action == Action::read_audit ||
        // Keys and codes look like telephones here and there.
        route.action == Action::manage_stations || route.action == Action::manage_rules;
    return !person_free;
}

/// Whether {id} names an order whose unit matters.
bool about_order(const Route& route) { return route.path.starts_with("/api/appeals/{id}"); }

/// Lists that a unit sees its own part of.
bool is_list(const Route& route) { return route.command == "appeal.list"; }

/// What counts all units' orders is not for one of them.
bool is_for_all_units(const Route& route) {
    return route.action == Action::count || route.action == Action::carry ||
           route.path.starts_with("/api/conflicts") || route.command == "repeat.list" ||
           route.command == "page.today";
}

bool names_unit(const json::object& order, const std::string& unit) {
    const json::value* lead = order.if_contains("lead_unit");
    if (lead != nullptr && lead->is_string() && lead->get_string() == unit) return true;
    const json::value* tasks = order.if_contains("co_tasks");
    if (tasks == nullptr || !tasks->is_array()) return false;
    return std::ranges::any_of(tasks->get_array(), [&](const json::value& task) {
        const json::value* of = task.is_object() ? task.get_object().if_contains("unit") : nullptr;
        return of != nullptr && of->is_string() && of->get_string() == unit;
    });
}

void add_title(Replica& replica, json::object& hit) {
    const json::value* text = hit.if_contains("id");
    schema::RecordId id;
    if (text == nullptr || !schema::parse_uuid(text->get_string(), id.bytes)) return;
    const auto shown = replica.show(id, false);
    if (shown) hit["title"] = text_of_field(*shown, schema::appeal::title);
}

void check_roles(const Route& route, const json::object& args, Roles roles) {
    if (!may(roles, route.action)) throw Failure{Error::not_allowed};
    if (route.action != Action::act) return;
    const json::value* kind = args.if_contains("kind");
    if (kind == nullptr || !kind->is_string()) {
        throw Failure{Error::missing_option, Detail::option, "kind"};
    }
    if (!may_act(roles, schema::event_kind(std::string{kind->get_string()}))) {
        throw Failure{Error::not_allowed};
    }
}

}  // namespace

std::span<const RevealReason> reveal_reasons() { return reasons; }

asio::awaitable<json::value> Api::run(Found found, json::object args, PageSession session) {
    const Route& route = *found.route;
    check_roles(route, args, session.roles);
    if (hub_ && own_unit_only(session.roles) && may(session.roles, Action::read_appeals)) {
        if (is_for_all_units(route)) throw Failure{Error::not_allowed};
        if (is_list(route)) {
            auto asking = unit_of(session);
            const std::string unit = co_await std::move(asking);
            args["unit"] = unit;
        }
        if (about_order(route)) {
            auto checking = check_unit(found, args, session);
            co_await std::move(checking);
        }
    }
    if (route.command == "page.today") {
        auto looking = today(std::move(args), std::move(session));
        co_return co_await std::move(looking);
    }
    if (PageWork::answers(route)) {
        auto working = work_.run(std::move(found), std::move(args), std::move(session));
        co_return co_await std::move(working);
    }
    if (route.command.starts_with("page.")) {
        auto answering = own(std::move(found), std::move(args), std::move(session));
        co_return co_await std::move(answering);
    }
    if (route.command == "appeal.edit") {
        auto checking = check_seen(args, session);
        co_await std::move(checking);
    }
    args["as"] = session.user;
    auto running = desk_.run(std::string{route.command}, std::move(args), {});
    json::value answer = co_await std::move(running);
    // Marks look like numbers, and are none that masking may touch.
    const bool marked = route.command == "appeal.show";
    json::object marks = marked ? seen_.of(answer.as_object()) : json::object{};
    if (is_masked(route)) mask(answer);
    if (marked) answer.as_object()["seen"] = std::move(marks);
    co_return answer;
}

/// \p args outlive it.
asio::awaitable<void> Api::check_seen(json::object& args, PageSession session) {
    json::object show{{"id", args.at("id")}, {"history", false}, {"as", session.user}};
    auto showing = desk_.run("appeal.show", std::move(show), {});
    const json::object shown = co_await std::move(showing);
    const json::value* set = args.if_contains("set");
    const json::value* seen = args.if_contains("seen");
    if (set == nullptr || !set->is_object()) {
        throw Failure{Error::missing_option, Detail::option, "set"};
    }
    seen_.check(set->get_object(), seen == nullptr ? json::value{} : *seen, shown);
    args.erase("seen");
}

/// The scan, with what each hit is about: a number alone tells a person nothing.
asio::awaitable<json::value> Api::today(json::object args, PageSession session) {
    args["as"] = session.user;
    auto scanning = desk_.run("scan", std::move(args), {});
    json::value found = co_await std::move(scanning);
    std::function<void()> name = [&] {
        within_boundary([&] {
            const Replica::Reading reading{folder_.replica(), session.user};
            for (json::value& bucket : found.at("buckets").as_array()) {
                for (json::value& hit : bucket.at("hits").as_array()) {
                    add_title(folder_.replica(), hit.as_object());
                }
            }
        });
    };
    co_await storage_.run(std::move(name));
    mask(found);
    co_return found;
}

/// The unit of a handling unit's account; Failure not_allowed for who belongs to none.
asio::awaitable<std::string> Api::unit_of(PageSession session) {
    std::string unit;
    std::function<void()> look = [&] {
        within_boundary([&] {
            const std::int64_t now = folder_.environment().now_ms();
            unit = folder_.replica().facts().staff().unit_of(session.user, now);
        });
    };
    co_await storage_.run(std::move(look));
    if (unit.empty()) throw Failure{Error::not_allowed};
    co_return unit;
}

/// Of other units' orders a unit hears that there are none.
asio::awaitable<void> Api::check_unit(Found found, json::object args, PageSession session) {
    auto asking = unit_of(session);
    const std::string unit = co_await std::move(asking);
    json::object show{{"id", args.at("id")}, {"history", false}, {"as", session.user}};
    auto showing = desk_.run("appeal.show", std::move(show), {});
    const json::object shown = co_await std::move(showing);
    const json::value& order = shown.at("order");
    if (!order.is_object() || !names_unit(order.get_object(), unit)) {
        throw Failure{Error::record_not_found, Detail::id, found.word};
    }
}

json::object Api::me(const PageSession& session) const {
    json::array names;
    for (const std::string& name : names_of(session.roles)) names.push_back(json::string(name));
    json::array actions;
    for (const ActionEntry& entry : action_entries()) {
        if (may(session.roles, entry.action)) {
            actions.push_back(json::string(name_of(entry.action)));
        }
    }
    json::array acts;
    for (int kind = 1; kind <= int(schema::EventKind::last_of_list); ++kind) {
        const auto event = static_cast<schema::EventKind>(kind);
        if (may_act(session.roles, event)) acts.push_back(json::string(schema::name_of(event)));
    }
    return {{"user", session.user},
            {"name", session.name},
            {"roles", std::move(names)},
            {"may", std::move(actions)},
            {"acts", std::move(acts)},
            {"own_unit", hub_ && own_unit_only(session.roles)},
            {"hub", hub_}};
}

asio::awaitable<json::value> Api::own(Found found, json::object args, PageSession session) {
    const std::string_view name = found.route->command;
    if (name == "page.me") co_return me(session);
    if (name == "page.words") co_return page_words();
    if (name == "page.acts") {
        json::object acts;
        std::function<void()> look = [&] {
            within_boundary([&] {
                CommandContext context{
                    folder_.replica(), {}, folder_.environment(), {}, {}, true, {}};
                const Replica::Reading reading{folder_.replica(), session.user};
                acts = acts_of(context, args, session.user, session.roles);
            });
        };
        co_await storage_.run(std::move(look));
        co_return json::value(acts);
    }
    if (name.starts_with("page.reveal_")) {
        auto revealing = reveal(std::move(found), std::move(args), std::move(session));
        co_return co_await std::move(revealing);
    }
    auto keeping = drafts(std::move(found), std::move(args), std::move(session));
    json::value kept = co_await std::move(keeping);
    co_return kept;
}

/// The row of the audit log stands before anybody sees anything.
asio::awaitable<json::value> Api::reveal(Found found, json::object args, PageSession session) {
    const json::value* reason = args.if_contains("reason");
    if (reason == nullptr || !reason->is_string() || !is_reason(reason->get_string())) {
        Failure failure{Error::bad_value, Detail::option, "reason"};
        for (const RevealReason& known : reasons)
            failure.with(Detail::choices, std::string{known.name});
        throw failure;
    }
    const bool conflict = found.route->command == "page.reveal_conflict";
    json::object show{{"id", args.at("id")}, {"as", session.user}};
    auto showing = desk_.run(conflict ? "conflict.show" : "appeal.show", std::move(show), {});
    json::object shown = co_await std::move(showing);
    const json::object& named = conflict ? shown.at("conflict").as_object() : shown;
    const json::value* number = named.if_contains("number");
    const std::string target{number != nullptr && number->is_string() ? number->get_string().c_str()
                                                                      : found.word.c_str()};
    const std::string detail{reason->get_string()};
    std::function<void()> note = [&] {
        within_boundary([&] {
            folder_.replica().audit({session.user, conflict ? "conflict.reveal" : "appeal.reveal",
                                     target, schema::audit::done, detail});
        });
    };
    co_await storage_.run(std::move(note));
    if (!conflict) shown["seen"] = seen_.of(shown);
    co_return shown;
}

asio::awaitable<json::object> Api::drafts(Found found, json::object args, PageSession session) {
    json::object answer;
    const std::string_view name = found.route->command;
    if (found.word.size() > draft_id_max) throw Failure{Error::draft_too_large};
    std::function<void()> task = [&] {
        within_boundary([&] {
            Accounts accounts{folder_.replica()};
            if (name == "page.drafts") {
                json::array all;
                for (const auto& draft : accounts.drafts(session.user)) {
                    all.push_back(json::object{{"id", draft.id},
                                               {"saved_at", schema::format_time(draft.saved_at_ms)},
                                               {"content", json::parse(draft.content)}});
                }
                answer["drafts"] = std::move(all);
            } else if (name == "page.save_draft") {
                const std::int64_t now = folder_.environment().now_ms();
                const bool kept = accounts.save_draft(
                    session.user, {found.word, now, json::serialize(args.at("values"))});
                if (!kept) throw Failure{Error::draft_too_large};
                answer["saved_at"] = schema::format_time(now);
            } else {
                answer["dropped"] = accounts.drop_draft(session.user, found.word);
            }
        });
    };
    co_await storage_.run(std::move(task));
    co_return answer;
}

}  // namespace jiuying::node
