// The periodic notice of supervision (A53): matters that were not done in time though supervised,
// and matters with which people were dissatisfied again. By matter, with the facts of each order;
// units are not ranked (domain B9).
#include "node/commands/arguments.hpp"
#include "node/commands/category_tree.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/order_looks.hpp"
#include "node/commands/values.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

constexpr std::size_t listed_max = 10'000;
constexpr std::uint8_t written_notice = 2;  ///< An urging is no reproach.
constexpr std::size_t again = 2;            ///< Bad ratings that make a matter a repeated one.

/// When a notice can be told of: once nobody may object to it any more, or the objection to it was
/// refused. Nothing while it may still be objected to, or if it was withdrawn.
std::optional<std::int64_t> final_at(const schema::SupervisionNotice& notice, std::int64_t as_of) {
    if (notice.withdrawn || notice.objection_pending()) return std::nullopt;
    const std::int64_t at = notice.decided_at.value_or(notice.objections_to.value_or(notice.at));
    return at <= as_of ? std::optional(at) : std::nullopt;
}

struct Told {
    std::optional<schema::SupervisionNotice> notice;  ///< The sternest of the period.
    std::size_t bad_ratings = 0;                      ///< Of all rounds, if the last is of it.
    bool waits = false;  ///< A notice of the period that may still be objected to.
};

Told told_of(const schema::OrderState& state, const ReportPeriod& period, std::int64_t as_of) {
    Told told;
    for (const schema::SupervisionNotice& notice : state.notices) {
        if (notice.level < written_notice || notice.at >= as_of) continue;
        const auto at = final_at(notice, as_of);
        if (!at && !notice.withdrawn && period.holds(notice.at)) told.waits = true;
        if (!at || !period.holds(*at)) continue;
        if (!told.notice || notice.level > told.notice->level) told.notice = notice;
    }
    std::size_t bad = 0;
    bool in_period = false;
    for (const schema::Visit& visit : state.visits) {
        if (!visit.valid() || visit.satisfied() || visit.at >= as_of) continue;
        ++bad;
        in_period = in_period || period.holds(visit.at);
    }
    if (bad >= again && in_period) told.bad_ratings = bad;
    return told;
}

json::object order_json(const OrderView& order, const Told& told) {
    const schema::OrderState& state = order.state;
    json::object row{{"id", to_text(order.id)},
                     {"number", order.number},
                     {"unit", text_or_null(state.lead_unit)},
                     {"state", schema::name_of(state.main)},
                     {"closed_at", nullptr},
                     {"notice", nullptr},
                     {"bad_ratings", told.bad_ratings}};
    if (state.dates.closed_at) row["closed_at"] = schema::format_time(*state.dates.closed_at);
    if (told.notice) {
        row["unit"] = text_or_null(told.notice->unit.empty() ? state.lead_unit : told.notice->unit);
        row["notice"] = json::object{{"level", told.notice->level},
                                     {"rule", text_or_null(told.notice->rule)},
                                     {"at", schema::format_time(told.notice->at)},
                                     {"objected", told.notice->objected_at.has_value()}};
    }
    return row;
}

struct Matter {
    std::uint64_t late = 0;
    std::uint64_t dissatisfied = 0;
    json::array orders;
};

}  // namespace

json::object report_supervision(CommandContext& context, const json::object& args) {
    const std::int64_t as_of = as_of_in(context, args);
    const ReportPeriod period = period_in(args);
    const std::size_t limit = limit_in(args, 1000, listed_max);
    std::vector<schema::RecordId> candidates;
    context.replica.each_order(as_of, [&](const ScannedOrder& order) {
        const schema::OrderSummary& summary = order.summary;
        const bool noticed = summary.supervision >= written_notice || summary.ladder >> 1U != 0 ||
                             summary.objection_pending;
        const bool rated = summary.round > 1 || summary.dissatisfied;
        if ((noticed || rated) && summary.main != schema::MainState::voided) {
            candidates.push_back(order.id);
        }
    });
    const CategoryTree tree{context};
    std::map<std::string, Matter> matters;
    std::uint64_t total = 0;
    std::uint64_t waiting = 0;
    for (const schema::RecordId& id : candidates) {
        const auto order = context.replica.order(id);
        if (!order) continue;
        const Told told = told_of(order->state, period, as_of);
        if (told.waits) ++waiting;
        if (!told.notice && told.bad_ratings == 0) continue;
        const std::string& category = order->state.category;
        Matter& matter = matters[category.empty() ? category : tree.second_level(category)];
        if (told.notice) ++matter.late;
        if (told.bad_ratings != 0) ++matter.dissatisfied;
        if (total++ < limit) matter.orders.push_back(order_json(*order, told));
    }
    json::array told;
    for (auto& [code, matter] : matters) {
        const auto known = tree.all().find(code.substr(0, code.find('@')));
        std::ranges::sort(matter.orders, {}, [](const json::value& row) {
            return row.as_object().at("number").as_string();
        });
        told.push_back(
            json::object{{"category", text_or_null(code)},
                         {"name", known == tree.all().end() ? json::value(nullptr)
                                                            : json::value(known->second.name)},
                         {"late", matter.late},
                         {"dissatisfied", matter.dissatisfied},
                         {"orders", std::move(matter.orders)}});
    }
    json::object answer{{"as_of", schema::format_time(as_of)},
                        {"total", total},
                        {"waiting", waiting},
                        {"matters", std::move(told)}};
    period.tell(answer);
    return answer;
}

}  // namespace jiuying::node::commands
