#include "node/commands/order_looks.hpp"

#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/lookup.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <tuple>

namespace jiuying::node {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

json::value instant_or_null(const std::optional<std::int64_t>& ms) {
    if (!ms) return nullptr;
    return json::string(schema::format_time(*ms));
}

}  // namespace

std::int64_t as_of_in(CommandContext& context, const json::object& args) {
    return instant_in(args, "as_of").value_or(context.environment.now_ms());
}

void ReportPeriod::tell(json::object& answer) const {
    answer["from"] = from == INT64_MIN ? json::value(nullptr) : instant_or_null(from);
    answer["to"] = to == INT64_MAX ? json::value(nullptr) : instant_or_null(to);
}

ReportPeriod period_in(const json::object& args) {
    ReportPeriod period;
    period.from = instant_in(args, "from").value_or(INT64_MIN);
    if (const auto to = instant_in(args, "to")) {
        const bool is_day = text_in(args, "to")->find(':') == std::string::npos;
        period.to = is_day ? *to + day_ms : *to;
        if (period.to <= period.from) {
            throw Failure{Error::value_out_of_bounds, Detail::option, "--to"}.with(Detail::limit,
                                                                                   "> --from");
        }
    }
    return period;
}

std::size_t limit_in(const json::object& args, std::size_t fallback, std::size_t most) {
    const auto given = number_in(args, "limit");
    if (!given) return fallback;
    if (*given < 0 || static_cast<std::uint64_t>(*given) > most) {
        throw Failure{Error::bad_value, Detail::option, "--limit"};
    }
    return static_cast<std::size_t>(*given);
}

json::object owner_json(const ScanOwner& owner) {
    return {{"unit", text_or_null(owner.unit)},
            {"person", text_or_null(owner.person)},
            {"on_duty", owner.on_duty}};
}

json::object action_json(const schema::NextAction& action) {
    return {{"command", action.command}, {"zh", action.words.zh}, {"en", action.words.en}};
}

json::object hit_json(CommandContext& context, const ScannedOrder& order, schema::Bucket bucket,
                      std::int64_t as_of) {
    const schema::NextAction action = schema::next_action(bucket, order.summary);
    return {{"id", to_text(order.id)},
            {"number", order.number},
            {"state", schema::name_of(order.summary.main)},
            {"station", order.station},
            {"lead_unit", text_or_null(order.summary.lead_unit)},
            {"registered_at", instant_or_null(order.summary.registered_at)},
            {"due", instant_or_null(schema::first_due(order.summary))},
            {"owner", owner_json(context.replica.owner_of(order, action.owner, as_of))},
            {"action", action_json(action)}};
}

bool comes_before(const ScannedOrder& a, const ScannedOrder& b) {
    const auto key = [](const ScannedOrder& order) {
        return std::tuple{schema::first_due(order.summary).value_or(INT64_MAX),
                          order.summary.registered_at, order.id};
    };
    return key(a) < key(b);
}

void FirstOrders::add(const ScannedOrder& order) {
    ++total_;
    if (limit_ == 0) return;
    if (kept_.size() >= limit_) {
        if (!comes_before(order, kept_.front())) return;
        std::ranges::pop_heap(kept_, comes_before);
        kept_.pop_back();
    }
    kept_.push_back(order);
    std::ranges::push_heap(kept_, comes_before);
}

std::vector<ScannedOrder> FirstOrders::take() {
    std::ranges::sort_heap(kept_, comes_before);
    return std::exchange(kept_, {});
}

}  // namespace jiuying::node
