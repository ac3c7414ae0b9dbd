#include "schema/order_story.hpp"

#include "schema/assert.hpp"

#include <array>

namespace jiuying::schema {
namespace {

Sentence same(std::string text) { return {text, text}; }

/// Collects the sentences of one order.
class Story {
public:
    Story(const OrderDeadlines& order, const DeadlineInput& input, const DeadlinePolicy& policy,
          const Calendar& calendar)
        : order_(order), input_(input), policy_(policy), calendar_(calendar) {}

    std::vector<Sentence> tell() {
        say({"按期限政策 {policy}、节假日历 {calendar} 计算。",
             "By deadline policy {policy} and calendar {calendar}."},
            {{"policy", same(order_.policy_version)}, {"calendar", same(order_.calendar_version)}});
        tell_registration();
        for (std::size_t number = 0; number < order_.rounds.size(); ++number) {
            const RoundDeadlines& round = order_.rounds[number];
            if (number > 0) {
                say({"第 {round} 轮办理，期限另算，不影响前一轮的结论。",
                     "Round {round} has a limit of its own; the verdict before it stands."},
                    {{"round", same(std::to_string(number + 1))}});
            }
            tell_clock(round.citizen, {"对群众的承诺", "Promise to the person"});
            if (round.unit) tell_clock(*round.unit, {"承办单位的期限", "Limit of the unit"});
            tell_transit_to_unit(round);
        }
        tell_transit_to_hub();
        for (const CalendarDoubt& doubt : order_.doubts) lines_.push_back(words_of(doubt));
        return std::move(lines_);
    }

private:
    void say(const Sentence& form, const std::vector<Filling>& fillings) {
        lines_.push_back(filled(form, fillings));
    }

    void tell_registration() {
        if (!input_.registered_as_told || *input_.registered_as_told == input_.registered_at) {
            return;
        }
        say({"登记时本机时钟不准：当时记为 {told}，校正为 {true}，按校正后的时间计算。",
             "The clock at registration was off: it said {told}, corrected to {true}, which "
             "counts."},
            {{"told", same(minute_words(*input_.registered_as_told))},
             {"true", same(minute_words(input_.registered_at))}});
    }

    void tell_clock(const Clock& clock, const Sentence& whose) {
        say({"{whose}：从 {at} 起 {rule}。", "{whose}: from {at}, {rule}."},
            {{"whose", whose},
             {"at", same(minute_words(clock.starts_at))},
             {"rule", rule_words(clock.rule)}});
        const auto steps =
            steps_of(clock.starts_at, clock.rule, calendar_, policy_.clocks.same_day);
        JY_ASSERT(steps.has_value());  // deadlines_of() counted the same before.
        for (const Step& step : *steps) lines_.push_back(words_of(step));
        if (clock.by_pauses != clock.by_rule) {
            const bool hours = clock.rule.unit == Unit::hour;
            lines_.push_back(
                words_of(Step{.kind = hours ? Step::Kind::paused_time : Step::Kind::paused_days,
                              .to = clock.by_pauses.date,
                              .at = clock.by_pauses.ends_at}));
        }
        tell_extension(clock);
        tell_external(clock);
        say({"{whose}截止 {end}，{verdict}。", "{whose}: due {end}, {verdict}."},
            {{"whose", whose},
             {"end", end_words(clock.counts)},
             {"verdict", words_of(clock.verdict)}});
    }

    void tell_extension(const Clock& clock) {
        if (clock.source != Clock::Source::extension) return;
        say({"已批准延期到 {end}；不算延期的话：{verdict}。",
             "Extended to {end}; without the extension: {verdict}."},
            {{"end", end_words(clock.counts)},
             {"verdict", words_of(clock.verdict_without_extension)}});
    }

    void tell_external(const Clock& clock) {
        const bool first = &clock == &order_.rounds.front().citizen ||
                           (order_.rounds.front().unit && &clock == &*order_.rounds.front().unit);
        if (!first || !order_.ext_due_at) return;
        const bool counts = clock.source == Clock::Source::external;
        const Sentence form =
            counts ? Sentence{"上级交办时限 {external}，以它为准；本级期限 {own}。",
                              "The superior's limit, {external}, counts; ours is {own}."}
                   : Sentence{"上级交办时限 {external}，以本级期限 {own} 为准。",
                              "The superior's limit is {external}; ours, {own}, counts."};
        say(form, {{"external", end_words(due_at(*order_.ext_due_at))},
                   {"own", end_words(counts ? clock.by_pauses : clock.counts)}});
    }

    void tell_transit_to_hub() {
        if (!order_.transit_to_hub) return;
        say({"登记到区中枢收到用了 {span}，记在途，不算承办单位的时间。",
             "From registration to the hub: {span} in transit, not charged to the unit."},
            {{"span", span_words(*order_.transit_to_hub)}});
    }

    /// The figure is the link's either way; whether the unit's clock waits for it is the policy's.
    void tell_transit_to_unit(const RoundDeadlines& round) {
        const bool waits = policy_.clocks.unit_clock_starts_at_arrival;
        if (round.transit) {
            const Sentence form =
                waits ? Sentence{"{at} 到达承办站点，派出后在途 {span}，不算承办单位的时间：单位的期限"
                                 "从到站起算。",
                                 "Reached the unit's station {at}: {span} in transit, not charged "
                                 "to the unit, whose limit runs from then."}
                      : Sentence{"{at} 到达承办站点，派出后在途 {span}，由链路承担；按本政策，单位的期限"
                                 "仍从派出起算。",
                                 "Reached the unit's station {at}: {span} in transit, charged to "
                                 "the link; by this policy the unit's limit runs from the "
                                 "dispatch."};
            say(form, {{"at", same(minute_words(*round.arrived_at))},
                       {"span", span_words(*round.transit)}});
        } else if (round.unit && waits) {
            say({"没有到站的记录（还在路上，或承办单位没有站点）：单位的期限从派出起算。",
                 "No arrival is noted (under way, or the unit has no station): the unit's limit "
                 "runs from the dispatch."},
                {});
        }
    }

    const OrderDeadlines& order_;
    const DeadlineInput& input_;
    const DeadlinePolicy& policy_;
    const Calendar& calendar_;
    std::vector<Sentence> lines_;
};

}  // namespace

Sentence words_of(Verdict verdict) {
    struct Words {
        std::string_view zh;
        std::string_view en;
    };
    static constexpr std::array<Words, 7> words{
        Words{"期限内", "in time so far"},
        Words{"已回复，待审核", "answered, in review"},
        Words{"停表中", "the clock stands still"},
        Words{"已逾期", "overdue"},
        Words{"按时", "on time"},
        Words{"超期回复", "answered late"},
        Words{"已终止，不再计期限", "ended, nothing is due"},
    };
    const auto index = static_cast<std::size_t>(verdict);
    JY_ASSERT(index < words.size());
    return {std::string{words[index].zh}, std::string{words[index].en}};
}

std::vector<Sentence> story_of(const OrderDeadlines& order, const DeadlineInput& input,
                               const DeadlinePolicy& policy, const Calendar& calendar) {
    return Story{order, input, policy, calendar}.tell();
}

}  // namespace jiuying::schema
