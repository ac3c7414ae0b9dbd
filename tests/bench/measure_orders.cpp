#include "node/commands/command.hpp"
#include "node/store/sqlite.hpp"
#include "schema/assert.hpp"
#include "schema/time_text.hpp"
#include "tests/bench/hub_program.hpp"
#include "tests/bench/measures.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

#include <array>

namespace jiuying::bench {
namespace {

using schema::EntityId;
using schema::EventKind;
using schema::RecordId;
using schema::WorkOrderEvent;

constexpr std::size_t real_orders = 1'000;
constexpr std::size_t station_orders = 100'000;
constexpr const char* unit = "ST10";

void add_reference(Town::Place& hub, EntityId entity, std::vector<node::FieldValue> values) {
    node::Draft draft{"admin", {}, {}};
    draft.records.push_back({entity, std::move(values)});
    if (!hub.replica().commit(draft)) throw std::runtime_error("reference data were refused");
}

void add_people(Town::Place& hub) {
    using namespace schema;
    add_reference(hub, EntityId::unit,
                  {{unit::code, std::string(bench::unit)}, {unit::station, std::string("ST10")}});
    const std::array<std::array<const char*, 3>, 4> people{{{"PD1", "QZX", "dispatcher"},
                                                            {"HD1", "QZX", "replier"},
                                                            {"HF1", "QZX", "visitor"},
                                                            {"W1", bench::unit, "recorder"}}};
    for (const auto& [code, of_unit, posts] : people) {
        add_reference(hub, EntityId::staff,
                      {{staff::code, std::string(code)},
                       {staff::unit, std::string(of_unit)},
                       {staff::posts, std::string(posts)}});
    }
}

WorkOrderEvent event(EventKind kind) {
    WorkOrderEvent made;
    made.kind = kind;
    return made;
}

/// The whole life of an order, step by step, with who does it.
std::vector<std::pair<const char*, WorkOrderEvent>> life() {
    std::vector<std::pair<const char*, WorkOrderEvent>> steps;
    const auto add = [&](const char* who, EventKind kind) -> WorkOrderEvent& {
        return steps.emplace_back(who, event(kind)).second;
    };
    WorkOrderEvent& triage = add("PD1", EventKind::triaged);
    triage.type = schema::AppealType::complaint;
    triage.complexity = schema::Complexity::simple;
    add("PD1", EventKind::dispatched).unit = unit;
    add("W1", EventKind::signed_for);
    WorkOrderEvent& contact = add("W1", EventKind::first_contact);
    contact.method = schema::ContactMethod::phone;
    contact.reached = true;
    WorkOrderEvent& reply = add("W1", EventKind::replied);
    reply.answer = "已经处理，请查看";
    reply.solved = true;
    add("HD1", EventKind::review_passed);
    WorkOrderEvent& visit = add("HF1", EventKind::visited);
    visit.method = schema::ContactMethod::phone;
    visit.reached = true;
    visit.grade = schema::Grade::satisfied;
    add("HF1", EventKind::closed).ground = schema::Ground::satisfied;
    return steps;
}

void act(Town::Place& place, const char* who, const RecordId& order, WorkOrderEvent step) {
    const auto acted = place.replica().act(who, order, std::move(step));
    if (!acted || acted->refused) throw std::runtime_error("a step was refused");
}

/// Orders of the station, worked on at the hub: of nine one in each state, the last one closed.
std::vector<RecordId> work_on(Town& town, std::size_t count, std::span<const Item> items) {
    node::Replica::Batch registering{town.station(0).replica()};
    for (std::size_t i = 0; i < count; ++i) record(town.station(0), items[i % items.size()]);
    registering.commit();
    run_session(town.station(0).replica(), town.hub().replica());
    std::vector<RecordId> orders;
    node::AppealFilter all;
    all.limit = count;
    for (const auto& row : town.hub().replica().list(all).rows) orders.push_back(row.id);
    const auto steps = life();
    node::Replica::Batch working{town.hub().replica()};
    for (std::size_t i = 0; i < orders.size(); ++i) {
        for (std::size_t step = 0; step < i % (steps.size() + 1); ++step) {
            act(town.hub(), steps[step].first, orders[i], steps[step].second);
        }
    }
    working.commit();
    run_session(town.station(0).replica(), town.hub().replica());
    return orders;
}

/// Multiplies the orders in the tables until there are \p wanted: a scan and a list read nothing
/// else, and to record a million takes an hour.
void multiply(const Town::Place& place, std::size_t wanted) {
    Outside outside{place};
    auto& db = outside.db();
    const auto have = db.statement("SELECT count(*) FROM appeal").one<std::uint64_t>();
    const auto last = db.statement("SELECT max(rid) FROM appeal").one<std::int64_t>();
    // Ids grow with time, as those of the originals do: six characters that count, ten at random.
    std::string later_id = "CAST(char(";
    for (const char* shift : {"30", "24", "18", "12", "6", "0"}) {
        later_id += later_id.ends_with('(') ? "" : ", ";
        later_id += std::string{"64 + (((?1 << 18) + (rid >> 8 & 262143)) >> "} + shift + " & 63)";
    }
    later_id += ") || hex(randomblob(5)) AS BLOB)";
    // Parameters: the number of the copy, the last key of the originals.
    const auto copying = [&](const std::string& table) {
        std::string columns;
        std::string values;
        db.prepare("SELECT name FROM pragma_table_info('" + table + "')")
            .each<std::string>([&](const std::string& name) {
                const std::string quoted = '"' + name + '"';
                columns += (columns.empty() ? "" : ", ") + quoted;
                values += values.empty() ? "" : ", ";
                values += name == "rid"      ? "rid + (?1 << 30)"
                          : name == "id"     ? later_id
                          : name == "number" ? "number || '-' || ?1"
                                             : quoted;
            });
        return db.prepare("INSERT INTO " + table + "(" + columns + ") SELECT " + values + " FROM " +
                          table + " WHERE rid <= ?2");
    };
    auto appeals = copying("appeal");
    auto states = copying("order_state");
    node::sqlite::Transaction transaction{db};
    for (std::uint64_t copy = 1; copy * have < wanted; ++copy) {
        appeals.run(copy, last);
        states.run(copy, last);
    }
    transaction.commit();
}

void measure_scan(const Setting& setting, Town& town, Report& report) {
    multiply(town.hub(), setting.orders);
    const std::string as_of = schema::format_time(node::SystemEnvironment{}.now_ms() + 86'400'000);
    const Stopwatch watch;
    std::array<Child, 1> child{Child{setting.programs / "jiuying-hub",
                                     {"scan", "--as-of", as_of, "--json", "--data", town.hub().data,
                                      "--key-file", town.hub().key_file},
                                     setting.scratch / "scan"}};
    wait_for(child, patience * 10);
    const double seconds = watch.seconds();
    if (child[0].exit_code() != 0) {
        throw std::runtime_error("scan failed: " + child[0].standard_error());
    }
    constexpr double million = 1e6;
    const auto orders = static_cast<double>(setting.orders);
    report.figure("scan", "orders", orders);
    report.figure("scan", "seconds", seconds);
    report.ratio("scan of a million orders, s", seconds / orders * million, Wanted::at_most, 60);
    report.ratio("peak memory of the hub in scan, MB", child[0].peak_mb(), Wanted::at_most, 512);
}

void measure_list(const Setting& setting, Town& town, Report& report) {
    const std::size_t wanted = std::min(station_orders, setting.orders);
    multiply(town.station(0), wanted);
    town.open_all();
    node::AppealFilter filter;
    filter.due_before = INT64_MAX;
    const Stopwatch watch;
    const node::AppealPage page = town.station(0).replica().list(filter);
    const double seconds = watch.seconds();
    JY_ASSERT(page.total > 0 && page.rows.size() == filter.limit);
    const double scale = static_cast<double>(station_orders) / static_cast<double>(wanted);
    report.figure("list", "orders", static_cast<double>(wanted));
    report.figure("list", "due", static_cast<double>(page.total));
    report.figure("list", "seconds", seconds);
    // The life of an order, folded with both clocks, as a change of it is.
    schema::StaffBook staff;
    const auto order = town.hub().replica().order(page.rows.front().id);
    const auto events = life();
    std::vector<WorkOrderEvent> ordered;
    for (const auto& [who, step] : events) {
        ordered.push_back(step);
        ordered.back().id.bytes[0] = static_cast<std::uint8_t>(ordered.size());
        ordered.back().actor = who;
        ordered.back().at_hub = true;
        ordered.back().recorded_at = ordered.back().happened_at =
            1'795'400'000'000 + static_cast<std::int64_t>(ordered.size()) * 60'000;
    }
    for (const char* who : {"PD1", "HD1", "HF1"}) staff.add_staff(who, "QZX");
    staff.add_staff("W1", unit);
    staff.add_post("PD1", schema::Post::dispatcher);
    staff.add_post("HD1", schema::Post::replier);
    staff.add_post("HF1", schema::Post::visitor);
    staff.add_unit(unit);
    staff.sort();
    schema::Intake intake;
    intake.home_unit = unit;
    intake.registered_at = 1'795'400'000'000;
    intake.has_phone = true;
    const schema::WorkSettings settings;
    const schema::DeadlinePolicy policy = schema::policy_1235();
    const schema::Calendar calendar = schema::built_in_calendar();
    const Stopwatch folding;
    std::size_t closed = 0;
    for (std::size_t i = 0; i < station_orders; ++i) {
        const schema::OrderState state = schema::fold(intake, ordered, staff, settings);
        const auto at = [](std::int64_t ms) {
            return schema::WallTime{std::chrono::milliseconds{ms}};
        };
        schema::DeadlineInput input;
        input.type = state.type;
        input.registered_at = at(state.registered_at());
        input.rounds.emplace_back();
        input.rounds.back().dispatched_at = at(*state.dates.dispatched_at);
        input.rounds.back().replied_at = at(*state.dates.replied_at);
        const auto dues = schema::deadlines_of(input, policy, calendar, at(1'795'500'000'000));
        closed += dues && state.main == schema::MainState::closed ? 1 : 0;
    }
    JY_ASSERT(closed == station_orders);
    const double folded = folding.seconds();
    report.figure("list", "seconds_folding_100000", folded);
    report.ratio("folding and listing 100,000 orders, s", folded + seconds * scale, Wanted::at_most,
                 1);
}

void measure_open(Town& town, const RecordId& order, Report& report) {
    node::Replica& hub = town.hub().replica();
    const auto steps = life();
    for (std::size_t i = 0; i < 3; ++i) act(town.hub(), steps[i].first, order, steps[i].second);
    node::Replica::Batch batch{hub};
    while (hub.order(order)->events.size() < 200) {
        act(town.hub(), steps[3].first, order, steps[3].second);
    }
    batch.commit();
    node::SystemEnvironment environment;
    node::CommandContext context{hub, "", environment, {}, {}, false, town.hub().data};
    std::vector<double> times;
    for (int round = 0; round < 21; ++round) {
        const Stopwatch watch;
        const auto shown =
            node::run_command(context, "appeal.show", {{"id", schema::to_text(order)}});
        times.push_back(watch.seconds());
        JY_ASSERT(shown.at("events").as_array().size() == 200);
    }
    report.ratio("opening an order with 200 events, ms", median(times) * 1e3, Wanted::at_most, 20);
}

}  // namespace

void measure_orders(const Setting& setting, Report& report) {
    Town town{setting.scratch / "orders", 1};
    add_people(town.hub());
    const auto orders = work_on(town, real_orders, setting.items);
    measure_open(town, orders.front(), report);  // The first of nine is not worked on yet.
    town.close_all();
    measure_scan(setting, town, report);
    measure_list(setting, town, report);
}

}  // namespace jiuying::bench
