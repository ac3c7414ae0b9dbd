#include "node/import/policy_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace jiuying::node {
namespace {

namespace json = boost::json;
using schema::CountRule;
using schema::DeadlinePolicy;

constexpr std::array<std::string_view, 3> external_dues{"earlier_counts", "replaces", "shown_only"};

/// One member of an object of the document: how it is read into a policy and written from it.
template <class Object>
struct Member {
    std::string_view name;
    std::function<bool(Object& object, const json::value& given)> read;
    std::function<json::value(const Object& object)> write;
};

std::optional<int> number_in(const json::value& given, int most) {
    const std::int64_t* number = given.if_int64();
    if (number == nullptr || *number < 0 || *number > most) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<CountRule> rule_in(const json::value& given) {
    const json::object* object = given.if_object();
    if (object == nullptr) return std::nullopt;
    CountRule rule;
    bool has_amount = false;
    for (const auto& member : *object) {
        if (member.key() == "amount") {
            const auto amount = number_in(member.value(), CountRule::hours_max);
            if (!amount) return std::nullopt;
            rule.amount = *amount;
            has_amount = true;
        } else if (member.key() == "unit") {
            const json::string* name = member.value().if_string();
            const auto unit = name == nullptr ? std::nullopt : schema::parse_unit(*name);
            if (!unit) return std::nullopt;
            rule.unit = *unit;
        } else if (member.key() == "start_counts") {
            const bool* counts = member.value().if_bool();
            if (counts == nullptr) return std::nullopt;
            rule.start_counts = *counts;
        } else {
            return std::nullopt;
        }
    }
    return has_amount ? std::optional{rule} : std::nullopt;
}

json::object rule_json(const CountRule& rule) {
    json::object shown{{"amount", rule.amount}, {"unit", schema::name_of(rule.unit)}};
    if (rule.start_counts) shown["start_counts"] = true;
    return shown;
}

template <class Object>
Member<Object> rule(std::string_view name, CountRule Object::*member) {
    return {name,
            [member](Object& object, const json::value& given) {
                const auto read = rule_in(given);
                if (read) object.*member = *read;
                return read.has_value();
            },
            [member](const Object& object) { return json::value(rule_json(object.*member)); }};
}

template <class Object>
Member<Object> flag(std::string_view name, bool Object::*member) {
    return {name,
            [member](Object& object, const json::value& given) {
                const bool* read = given.if_bool();
                if (read != nullptr) object.*member = *read;
                return read != nullptr;
            },
            [member](const Object& object) { return json::value(object.*member); }};
}

/// `17:30` as minutes of the day.
std::optional<std::chrono::minutes> clock_time(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    int hours = 0;
    int minutes = 0;
    const auto read = [&](std::size_t at, int& into) {
        const char* end = text.data() + at + 2;
        const auto done = std::from_chars(text.data() + at, end, into);
        return done.ec == std::errc{} && done.ptr == end && into >= 0;
    };
    if (!read(0, hours) || !read(3, minutes) || hours > 24 || minutes > 59) return std::nullopt;
    if (hours == 24 && minutes != 0) return std::nullopt;
    return std::chrono::minutes{hours * 60 + minutes};
}

json::value clock_text(const std::optional<std::chrono::minutes>& time) {
    if (!time) return nullptr;
    std::string text = "00:00";
    const auto put = [&](std::size_t at, std::int64_t number) {
        text[at] = static_cast<char>('0' + number / 10);
        text[at + 1] = static_cast<char>('0' + number % 10);
    };
    put(0, time->count() / 60);
    put(3, time->count() % 60);
    return json::string(text);
}

Member<schema::ClockRules> late_after() {
    return {
        "late_after",
        [](schema::ClockRules& clocks, const json::value& given) {
            if (given.is_null()) {
                clocks.same_day.late_after.reset();
                return true;
            }
            const json::string* text = given.if_string();
            const auto time = text == nullptr ? std::nullopt : clock_time(*text);
            if (time) clocks.same_day.late_after = time;
            return time.has_value();
        },
        [](const schema::ClockRules& clocks) { return clock_text(clocks.same_day.late_after); }};
}

Member<schema::ClockRules> external_due() {
    return {"external_due",
            [](schema::ClockRules& clocks, const json::value& given) {
                const json::string* name = given.if_string();
                for (std::size_t i = 0; name != nullptr && i < external_dues.size(); ++i) {
                    if (external_dues[i] != *name) continue;
                    clocks.external_due = static_cast<schema::ExternalDue>(i);
                    return true;
                }
                return false;
            },
            [](const schema::ClockRules& clocks) {
                return json::value(external_dues.at(static_cast<std::size_t>(clocks.external_due)));
            }};
}

Member<schema::ClockRules> moves_when_off() {
    return {"same_day_moves_when_off",
            [](schema::ClockRules& clocks, const json::value& given) {
                const bool* moves = given.if_bool();
                if (moves != nullptr) clocks.same_day.moves_when_off = *moves;
                return moves != nullptr;
            },
            [](const schema::ClockRules& clocks) {
                return json::value(clocks.same_day.moves_when_off);
            }};
}

const std::vector<Member<schema::ClockRules>>& clock_members() {
    using schema::ClockRules;
    static const std::vector<Member<ClockRules>> members{
        moves_when_off(),
        late_after(),
        external_due(),
        flag("extension_moves_citizen_due", &ClockRules::extension_moves_citizen_due),
        flag("need_info_stops_clock", &ClockRules::need_info_stops_clock),
        flag("suspension_stops_clock", &ClockRules::suspension_stops_clock),
        flag("unit_clock_starts_at_arrival", &ClockRules::unit_clock_starts_at_arrival)};
    return members;
}

const std::vector<Member<schema::StepLimits>>& step_members() {
    using schema::StepLimits;
    static const std::vector<Member<StepLimits>> members{
        rule("sign_for", &StepLimits::sign_for),
        rule("first_contact", &StepLimits::first_contact),
        rule("review", &StepLimits::review),
        rule("return_visit", &StepLimits::return_visit),
        rule("info_reminder", &StepLimits::info_reminder),
        rule("rule_on_return", &StepLimits::rule_on_return)};
    return members;
}

/// Members that earlier programs took and nothing ever asked for. What they said is passed over in
/// a policy that is kept, and refused in a new file: nobody is to believe that it does something.
bool is_retired(std::string_view place) {
    return place == "handling" || place == "steps.return_order";
}

/// Reads the members of an object; nothing if all is well, else the place of the fault.
template <class Object>
std::optional<std::string> read_members(std::string_view name, const json::value& given,
                                        const std::vector<Member<Object>>& members,
                                        PolicySource source, Object& into) {
    const json::object* object = given.if_object();
    if (object == nullptr) return std::string{name};
    for (const auto& one : *object) {
        const std::string place = std::string{name}.append(".").append(one.key());
        bool known = source == PolicySource::kept && is_retired(place);
        for (const Member<Object>& member : members) {
            if (member.name != one.key()) continue;
            known = true;
            if (!member.read(into, one.value())) return place;
        }
        if (!known) return place;
    }
    return std::nullopt;
}

template <class Object>
json::object write_members(const std::vector<Member<Object>>& members, const Object& from) {
    json::object shown;
    for (const Member<Object>& member : members) shown[member.name] = member.write(from);
    return shown;
}

/// One row: type, complexity, citizen, unit.
bool read_row(const json::value& given, DeadlinePolicy& policy, std::vector<bool>& seen) {
    const json::object* object = given.if_object();
    if (object == nullptr) return false;
    std::optional<schema::AppealType> type;
    std::optional<schema::Complexity> complexity;
    std::optional<CountRule> citizen;
    std::optional<CountRule> unit;
    for (const auto& member : *object) {
        const json::string* text = member.value().if_string();
        if (member.key() == "type" && text != nullptr) {
            type = schema::parse_appeal_type(*text);
        } else if (member.key() == "complexity" && text != nullptr) {
            complexity = schema::parse_complexity(*text);
        } else if (member.key() == "citizen") {
            citizen = rule_in(member.value());
        } else if (member.key() == "unit") {
            unit = rule_in(member.value());
            if (!unit) return false;
        } else {
            return false;
        }
    }
    if (!type || !complexity || !citizen) return false;
    for (std::size_t i = 0; i < policy.rows.size(); ++i) {
        schema::PolicyRow& row = policy.rows[i];
        if (row.type != *type || row.complexity != *complexity) continue;
        if (seen[i]) return false;
        seen[i] = true;
        row.citizen = *citizen;
        row.unit = unit;
        return true;
    }
    return false;
}

std::optional<std::string> read_rows(const json::value& given, DeadlinePolicy& policy) {
    const json::array* rows = given.if_array();
    if (rows == nullptr) return "rows";
    std::vector<bool> seen(policy.rows.size(), false);
    for (std::size_t i = 0; i < rows->size(); ++i) {
        if (!read_row((*rows)[i], policy, seen)) return "rows[" + std::to_string(i) + "]";
    }
    if (std::ranges::find(seen, false) != seen.end()) return "rows";
    return std::nullopt;
}

std::optional<std::string> read_part(std::string_view key, const json::value& given,
                                     PolicySource source, DeadlinePolicy& policy) {
    if (source == PolicySource::kept && is_retired(key)) return std::nullopt;
    if (key == "rows") return read_rows(given, policy);
    if (key == "clocks") return read_members(key, given, clock_members(), source, policy.clocks);
    if (key == "steps") return read_members(key, given, step_members(), source, policy.steps);
    if (key == "rework") {
        policy.rework = given.is_null() ? std::nullopt : rule_in(given);
        if (given.is_null() || policy.rework) return std::nullopt;
    }
    return std::string{key};
}

}  // namespace

std::variant<DeadlinePolicy, PolicyFault> read_policy(std::string_view code,
                                                      const json::value& rules,
                                                      PolicySource source) {
    const json::object* object = rules.if_object();
    if (object == nullptr) return PolicyFault{"rules"};
    DeadlinePolicy policy = schema::policy_1235();
    policy.version = code;
    if (!object->contains("rows")) return PolicyFault{"rows"};
    for (const auto& member : *object) {
        if (auto fault = read_part(member.key(), member.value(), source, policy)) {
            return PolicyFault{*std::move(fault)};
        }
    }
    if (!schema::check_policy(policy)) return PolicyFault{"amount"};
    return policy;
}

std::variant<DeadlinePolicy, PolicyFault> read_policy_text(std::string_view code,
                                                           std::string_view text) {
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = 8;
    const json::value rules =
        json::parse(json::string_view{text.data(), text.size()}, failed, {}, options);
    if (failed) return PolicyFault{"rules"};
    return read_policy(code, rules, PolicySource::kept);
}

json::object policy_json(const DeadlinePolicy& policy) {
    json::array rows;
    for (const schema::PolicyRow& row : policy.rows) {
        json::object shown{{"type", schema::name_of(row.type)},
                           {"complexity", schema::name_of(row.complexity)},
                           {"citizen", rule_json(row.citizen)}};
        if (row.unit) shown["unit"] = rule_json(*row.unit);
        rows.push_back(std::move(shown));
    }
    return {{"rows", std::move(rows)},
            {"rework", policy.rework ? json::value(rule_json(*policy.rework)) : nullptr},
            {"clocks", write_members(clock_members(), policy.clocks)},
            {"steps", write_members(step_members(), policy.steps)}};
}

}  // namespace jiuying::node
