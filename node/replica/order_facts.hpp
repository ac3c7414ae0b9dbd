/// What the life cycle asks about persons, units, stations and rules, read from the reference data
/// as they were at each instant.
///
/// A post that is given or taken later must change nothing that was decided before. So the facts
/// are not what the tables show today: they are the hub's reference log read as a history, in which
/// each value holds from the moment it was written. The first value of a record holds from the
/// beginning: a list that is entered late is about those who worked before it, too. Rules are
/// otherwise: a calendar, a policy and a setting count from when they were written.
#pragma once

#include "node/replica/order_clocks.hpp"
#include "node/store/tables.hpp"
#include "schema/calendar_book.hpp"
#include "schema/directory.hpp"
#include "schema/dispatch_catalogue.hpp"
#include "schema/policy_book.hpp"
#include "schema/reason_list.hpp"
#include "schema/registry.hpp"
#include "schema/setting_list.hpp"
#include "sync/merge/record_state.hpp"
#include "sync/types.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::node {

/// Read once, then asked by every fold. Dropped when reference data change.
class OrderFacts {
public:
    OrderFacts() = default;
    OrderFacts(const OrderFacts&) = delete;
    OrderFacts& operator=(const OrderFacts&) = delete;

    /// The unit whose people are at the station of that code; the code itself if no unit says so.
    [[nodiscard]] std::string unit_of_station(const std::string& code) const;
    /// Empty if no station has that scope.
    [[nodiscard]] std::string station_of(const schema::ScopeId& scope) const;
    /// Where the people of \p unit, or of the unit that took over from it, work at \p now; nothing
    /// for those at the hub's desk and for units without a station.
    [[nodiscard]] std::optional<schema::ScopeId> scope_of_unit(std::string unit,
                                                               std::int64_t now) const;
    /// Whether the people of \p unit, or of one that took over from it, ever worked at the station
    /// of \p scope: a station may not have heard yet that they have moved.
    [[nodiscard]] bool has_been_at(std::string unit, const schema::ScopeId& scope) const;
    /// Code of the station that \p machine joined, be it its newest or not; empty for others.
    [[nodiscard]] std::string station_of_machine(const schema::NodeId& machine) const;
    [[nodiscard]] const schema::StaffBook& staff() const { return staff_; }
    [[nodiscard]] const schema::CalendarBook& calendars() const { return calendars_; }
    [[nodiscard]] const schema::PolicyBook& policies() const { return policies_; }
    [[nodiscard]] const schema::SettingsHistory& settings() const { return settings_; }
    [[nodiscard]] const schema::ReasonBook& reasons() const { return reasons_; }
    [[nodiscard]] const schema::DispatchCatalogue& catalogue() const { return catalogue_; }
    [[nodiscard]] const OrderClocks& clocks() const { return clocks_; }

private:
    friend class FactsReader;
    schema::StaffBook staff_;
    schema::CalendarBook calendars_;
    schema::PolicyBook policies_;
    schema::SettingsHistory settings_;
    schema::ReasonBook reasons_;
    schema::DispatchCatalogue catalogue_;
    OrderClocks clocks_{calendars_, policies_};
    std::map<std::string, std::string> units_;               ///< By station code.
    std::map<std::string, std::string> unit_stations_;       ///< Station codes by unit.
    std::set<std::pair<std::string, std::string>> ever_at_;  ///< Units and their station codes.
    std::map<schema::ScopeId, std::string> stations_;
    std::map<schema::NodeId, std::string> machines_;  ///< Station codes.
};

/// Collects the transactions of the reference logs, in any order.
class FactsReader {
public:
    void add(const sync::Transaction& tx);
    /// What stands of a record, where the logs that say so are not all there yet. What they say,
    /// too, counts once. Before the transactions.
    void add(const sync::RecordState& standing);
    [[nodiscard]] std::unique_ptr<OrderFacts> finish();

private:
    struct Change {
        sync::Hlc hlc{};
        schema::FieldId field = 0;
        schema::Value value;
    };
    struct Record {
        schema::EntityId entity{};
        schema::RecordId id;
        std::vector<Change> changes;
    };
    /// What a record said, and from when to when.
    using Values = std::map<schema::FieldId, schema::Value>;
    /// What a setting was set to, and when.
    struct Setting {
        std::int64_t from = 0;
        const schema::SettingSpec* spec = nullptr;
        std::int64_t value = 0;
    };
    void read_history(Record& record, OrderFacts& into);
    void emit(schema::EntityId entity, const Values& values, schema::Period period,
              OrderFacts& into) const;
    void emit_staff(const Values& values, schema::Period period, OrderFacts& into) const;
    void emit_unit(const Values& values, schema::Period period, OrderFacts& into) const;
    static void read_machines(const Record& record, const Values& values, OrderFacts& into);
    // rule_facts.cpp
    void read_rules(const Record& record, const Values& values, OrderFacts& into);
    void emit_rule(schema::EntityId entity, const Values& values, schema::Period period,
                   OrderFacts& into) const;
    void note_settings(const Record& record);
    void settle_rules(OrderFacts& into);

    std::map<RecordKey, Record> records_;
    std::vector<Setting> settings_;
};

}  // namespace jiuying::node
