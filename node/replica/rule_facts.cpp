// The rules among the reference data: calendars, policies, settings, reasons, the dispatch
// catalogue.
#include "node/import/policy_rules.hpp"
#include "node/replica/fact_values.hpp"
#include "node/replica/order_facts.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace jiuying::node {
namespace {

using facts::text_in;
using facts::Values;
using schema::EntityId;

/// The number that \p text is; nothing for anything else.
std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

std::optional<schema::CalendarEdition> calendar_in(const Values& values, std::int64_t written) {
    using namespace schema::calendar;
    const auto name = schema::read_edition_code(text_in(values, code));
    if (!name) return std::nullopt;
    auto notice = schema::read_notice_texts(
        name->first,
        {text_in(values, off_days), text_in(values, work_days), text_in(values, paper)});
    if (!notice) return std::nullopt;
    return schema::CalendarEdition{name->second, written, *std::move(notice)};
}

std::optional<schema::PolicyEdition> policy_in(const Values& values, std::int64_t written) {
    using namespace schema::deadline_policy;
    const std::string version = text_in(values, code);
    auto read = read_policy_text(version, text_in(values, rules));
    if (!schema::is_policy_code(version) || std::holds_alternative<PolicyFault>(read)) {
        return std::nullopt;
    }
    return schema::PolicyEdition{std::get<schema::DeadlinePolicy>(std::move(read)),
                                 text_in(values, name),
                                 facts::number_in(values, valid_from).value_or(written), written};
}

}  // namespace

void FactsReader::read_rules(const Record& record, const Values& values, OrderFacts& into) {
    // Known from the first word of it: calendars and policies are written once.
    const auto written = static_cast<std::int64_t>(sync::wall_ms(record.changes.front().hlc));
    switch (record.entity) {
        case EntityId::calendar:
            if (auto edition = calendar_in(values, written))
                into.calendars_.add(*std::move(edition));
            break;
        case EntityId::deadline_policy:
            if (auto edition = policy_in(values, written)) into.policies_.add(*std::move(edition));
            break;
        case EntityId::setting: note_settings(record); break;
        default: break;
    }
}

void FactsReader::note_settings(const Record& record) {
    const schema::SettingSpec* spec = nullptr;
    for (const Change& change : record.changes) {
        const std::string* text = schema::text_of(change.value);
        if (change.field == schema::setting::code && text != nullptr) {
            spec = schema::find_setting(*text);
        }
    }
    if (spec == nullptr) return;  // Of a newer program.
    for (const Change& change : record.changes) {
        const std::string* text = schema::text_of(change.value);
        if (change.field != schema::setting::value || text == nullptr) continue;
        const auto value = whole_number(*text);
        if (!value) continue;
        settings_.push_back({static_cast<std::int64_t>(sync::wall_ms(change.hlc)), spec, *value});
    }
}

void FactsReader::settle_rules(OrderFacts& into) {
    into.calendars_.settle();
    std::ranges::stable_sort(settings_, {}, &Setting::from);
    for (const Setting& one : settings_) into.settings_.change(one.from, *one.spec, one.value);
    into.settings_.set_deadlines(&into.clocks_);
}

void FactsReader::emit_rule(EntityId entity, const Values& values, schema::Period period,
                            OrderFacts& into) const {
    const bool now = period.to == INT64_MAX;
    switch (entity) {
        case EntityId::dispatch_rule: {
            using namespace schema::dispatch_rule;
            into.catalogue_.add({text_in(values, code), text_in(values, category),
                                 text_in(values, region), text_in(values, unit),
                                 facts::within(values, valid_from, valid_to, period)});
            break;
        }
        case EntityId::region: {
            using namespace schema::region;
            if (now) {
                // What holds for the region that it went on in holds for it.
                const std::string next = text_in(values, successor);
                into.catalogue_.set_parent_of_region(text_in(values, code),
                                                     next.empty() ? text_in(values, parent) : next);
            }
            break;
        }
        case EntityId::category: {
            using namespace schema::category;
            if (now) {
                into.catalogue_.set_parent_of_category(text_in(values, code),
                                                       text_in(values, parent));
            }
            break;
        }
        case EntityId::reason: {
            using namespace schema::reason;
            if (!now) break;
            const std::string whole = text_in(values, code);
            const std::string of_use = text_in(values, use);
            const bool fits = !of_use.empty() && whole.starts_with(of_use + ":");
            if (!fits) break;
            into.reasons_.put({of_use, whole.substr(of_use.size() + 1), text_in(values, name),
                               facts::within(values, valid_from, valid_to, {}), nullptr});
            break;
        }
        default: break;
    }
}

}  // namespace jiuying::node
