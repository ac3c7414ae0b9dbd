#include "node/http/api.hpp"

#include "node/cli/paper.hpp"
#include "node/commands/boundary.hpp"
#include "node/commands/lookup.hpp"
#include "node/http/masking.hpp"
#include "node/http/page_acts.hpp"
#include "node/http/page_desks.hpp"
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
    constexpr std::array all{"/api/conflicts", "/api/enterprises/", "/api/supervision",
                             "/api/watch",     "/api/visits",       "/api/cases",
                             "/api/worklists"};
    if (route.command == "enterprise.list") return false;  // Names alone.
    return route.action == Action::count || route.action == Action::carry ||
           route.command == "repeat.list" || route.command == "page.today" ||
           std::ranges::any_of(
               all, [&](std::string_view start) { return route.path.starts_with(start); });
}

constexpr std::array marked_records{Marked{"appeal.edit", "appeal.show", "appeal"},
                                    Marked{"meeting.edit", "meeting.show", "meeting"},
                                    Marked{"enterprise.edit", "enterprise.show", "enterprise"}};

const Marked* marked_by(std::string_view command, std::string_view Marked::*of) {
    const auto found = std::ranges::find(marked_records, command, of);
    return found == marked_records.end() ? nullptr : &*found;
}

const json::object& fields_in(const json::object& shown, const Marked& of) {
    return shown.at(of.member).as_object();
}

/// The record's own, or that beside its fields.
std::string id_in(const json::object& shown, const Marked& of) {
    const json::value* id = fields_in(shown, of).if_contains("id");
    return std::string{(id == nullptr ? shown.at("id") : *id).as_string()};
}

/// What somebody recorded and nobody has dispatched yet is still his to mend, whatever his unit.
bool is_own_record(Replica& replica, std::string_view id_text, const std::string& user) {
    schema::RecordId id;
    if (!schema::parse_uuid(id_text, id.bytes)) return false;
    const auto order = replica.order(id);
    return order && order->state.lead_unit.empty() && order->state.past_leads.empty() &&
           order->state.intake.recorder == user;
}

/// A meeting's orders are of all units; one of them sees what it typed itself.
void withhold_orders(Replica& replica, json::object& meeting, const std::string& user) {
    json::array& orders = meeting.at("orders").as_array();
    json::array own;
    for (json::value& order : orders) {
        if (is_own_record(replica, order.at("id").as_string(), user))
            own.push_back(std::move(order));
    }
    const std::size_t withheld = orders.size() - own.size();
    orders = std::move(own);
    // By at(): operator[] may move all members, also of a key that is there.
    json::value& hidden = meeting.at("hidden");
    hidden = hidden.to_number<std::uint64_t>() + withheld;
}

/// Who was there, and numbers in what was said, are for those who take it down.
void mask_meetings(json::value& answer) {
    const auto in = [](json::object& meeting) {
        json::value* minutes = meeting.if_contains("minutes");
        if (minutes != nullptr && minutes->is_string()) {
            *minutes = masked_numbers(std::string{minutes->get_string()});
        }
        json::value* names = meeting.if_contains("attendees");
        if (names == nullptr || !names->is_array()) return;
        for (json::value& name : names->get_array()) {
            name = masked("contact", std::string{name.as_string()});
        }
    };
    json::object& shown = answer.as_object();
    if (json::value* one = shown.if_contains("meeting")) in(one->as_object());
    if (json::value* all = shown.if_contains("meetings")) {
        for (json::value& one : all->as_array()) in(one.as_object());
    }
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
    if (marked_by(route.command, &Marked::edit) != nullptr) {
        auto checking = check_seen(route, args, session);
        co_await std::move(checking);
    }
    args["as"] = session.user;
    auto running = desk_.run(std::string{route.command}, std::move(args), {});
    json::value answer = co_await std::move(running);
    // Marks look like numbers, and are none that masking may touch.
    const Marked* marked = marked_by(route.command, &Marked::show);
    json::object marks = marked == nullptr ? json::object{} : marks_of(answer.as_object(), *marked);
    finish(route, session, answer);
    const bool lists_orders =
        route.command.starts_with("meeting.") && answer.as_object().contains("orders");
    if (hub_ && lists_orders && own_unit_only(session.roles)) {
        auto withholding = withhold(answer, session);
        co_await std::move(withholding);
    }
    if (marked != nullptr) answer.as_object()["seen"] = std::move(marks);
    co_return answer;
}

/// Masks the answer, and mends what it lacks for the page or has too much of.
void Api::finish(const Route& route, const PageSession& session, json::value& answer) const {
    if (route.command == "meeting.note") explain_refused(answer.as_object());
    const bool meeting = route.command.starts_with("meeting.");
    const bool takes_down = meeting && may(session.roles, Action::record);
    json::value* orders = meeting ? answer.as_object().if_contains("orders") : nullptr;
    if (is_masked(route) && !takes_down) mask(answer);
    if (meeting && !takes_down) mask_meetings(answer);
    if (orders == nullptr) return;
    mask(*orders);
}

asio::awaitable<void> Api::withhold(json::value& answer, PageSession session) {
    std::function<void()> look = [&] {
        within_boundary([&] {
            const Replica::Reading reading{folder_.replica(), session.user};
            withhold_orders(folder_.replica(), answer.as_object(), session.user);
        });
    };
    co_await storage_.run(std::move(look));
}

/// \p args outlive it.
asio::awaitable<void> Api::check_seen(const Route& route, json::object& args, PageSession session) {
    const Marked& of = *marked_by(route.command, &Marked::edit);
    const json::value* set = args.if_contains("set");
    const json::value* seen = args.if_contains("seen");
    if (set == nullptr || !set->is_object()) {
        throw Failure{Error::missing_option, Detail::option, "set"};
    }
    json::object show{{"id", args.at("id")}, {"history", false}, {"as", session.user}};
    auto showing = desk_.run(std::string{of.show}, std::move(show), {});
    const json::object shown = co_await std::move(showing);
    seen_.check(set->get_object(), seen == nullptr ? json::value{} : *seen, id_in(shown, of),
                fields_in(shown, of));
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
    bool own = order.is_object() && names_unit(order.get_object(), unit);
    if (!own) {
        std::function<void()> look = [&] {
            within_boundary([&] {
                own = is_own_record(folder_.replica(), shown.at("id").as_string(), session.user);
            });
        };
        co_await storage_.run(std::move(look));
    }
    if (!own) throw Failure{Error::record_not_found, Detail::id, found.word};
}

json::object Api::marks_of(const json::object& shown, const Marked& of) const {
    return seen_.of(id_in(shown, of), fields_in(shown, of));
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
    if (name == "page.acts" || is_desk(name)) {
        json::object shown;
        std::function<void()> look = [&] {
            within_boundary([&] {
                CommandContext context{
                    folder_.replica(), {}, folder_.environment(), {}, {}, true, {}};
                const Replica::Reading reading{folder_.replica(), session.user};
                shown = is_desk(name) ? desk_rows(context, name, args, session.user, session.roles)
                                      : acts_of(context, args, session.user, session.roles);
            });
        };
        co_await storage_.run(std::move(look));
        json::value answer(std::move(shown));
        if (is_desk(name)) mask(answer);
        co_return answer;
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
    // conflict, appeal, enterprise
    const std::string kind{found.route->command.substr(std::string_view{"page.reveal_"}.size())};
    json::object show{{"id", args.at("id")}, {"as", session.user}};
    auto showing = desk_.run(kind + ".show", std::move(show), {});
    json::object shown = co_await std::move(showing);
    const json::object& named = kind == "appeal" ? shown : shown.at(kind).as_object();
    const json::value* number = named.if_contains("number");
    if (number == nullptr) number = named.if_contains("id");
    const std::string target{number != nullptr && number->is_string() ? number->get_string().c_str()
                                                                      : found.word.c_str()};
    const std::string detail{reason->get_string()};
    std::function<void()> note = [&] {
        within_boundary([&] {
            folder_.replica().audit(
                {session.user, kind + ".reveal", target, schema::audit::done, detail});
        });
    };
    co_await storage_.run(std::move(note));
    if (const Marked* marked = marked_by(kind + ".show", &Marked::show)) {
        shown["seen"] = marks_of(shown, *marked);
    }
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
                const Accounts::PageDraft draft{found.word, now,
                                                json::serialize(args.at("values"))};
                if (accounts.names_erased(draft)) throw Failure{Error::personal_data_erased};
                if (!accounts.save_draft(session.user, draft)) {
                    throw Failure{Error::draft_too_large};
                }
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
