// What else befalls a simulated district: a dishonest station, backups and pruning, further
// machines, programs of other versions, cells that turn.
#include "tests/sim/autopsy.hpp"
#include "tests/sim/backup.hpp"
#include "tests/sim/life.hpp"
#include "tests/support/registries.hpp"

#include "node/store/sqlite.hpp"

#include <algorithm>

namespace jiuying::sim {
namespace {

using schema::EntityId;
using schema::RecordId;
using sync::CloseReason;
namespace next = tests::next_version;

bool is_newest(const SimNode& node) {
    return node.registry.data() == tests::registry_after().data();
}

}  // namespace

Life::More Life::more_of(std::uint64_t seed, Cast cast) {
    test::Dice dice(seed * 0x6C07'8965U + 3);
    More more;
    more.dishonest = dice.chance(25);
    more.prunes = dice.chance(30);
    const bool machine = dice.chance(20);
    more.machine = machine && cast == Cast::machines;
    more.mixed = dice.chance(25) && seed % 3 != 0 && !machine;
    more.rot = dice.chance(15) && !more.prunes && !more.mixed;
    more.salons = dice.chance(33) && cast == Cast::salons;
    return more;
}

bool Life::has(std::uint64_t seed, Cast cast) {
    const More more = more_of(seed, cast);
    return cast == Cast::plain || more.machine || more.salons;
}

Programs Life::programs_of(std::uint64_t seed) {
    if (seed % 3 == 0) return Programs::lenient;
    return more_of(seed, Cast::plain).mixed ? Programs::mixed : Programs::same;
}

std::vector<SimNode*> Life::everyone() {
    std::vector<SimNode*> all;
    for (const auto& node : world_.nodes()) all.push_back(node.get());
    for (const auto& machine : world_.machines()) all.push_back(machine.get());
    return all;
}

void Life::one_more_thing() {
    if (more_.dishonest && more_dice_.chance(4)) play_a_trick();
    if (more_.prunes && more_dice_.chance(5)) hub_backs_up();
    if (more_.prunes && more_dice_.chance(5)) station_prunes();
    if (more_.machine && more_dice_.chance(6)) machine_joins();
    if (salons_) salons_->something();
}

void Life::play_a_trick() {
    if (!mallory_->joined() && !mallory_->join()) return;
    const auto trick = static_cast<Trick>(more_dice_.below(tricks_in_lives));
    const Mallory::Answer answer = mallory_->play(trick);
    if (!answer.reason || *answer.reason == CloseReason::storage_failed) return;
    const std::string what(name_of(happening_of(trick)));
    world_.tally().count(happening_of(trick));
    world_.say(world_.hub(), "hears of " + what);
    const auto fitting = mallory_->fitting(trick);
    const bool refused = *answer.reason == CloseReason::bad_segment;
    // Once a chain of its was refused, what it says on top of that may be, too.
    const bool fits = std::ranges::count(fitting, *answer.reason) != 0;
    const bool follows = refused && chain_refused_;
    chain_refused_ = chain_refused_ || (refused && std::ranges::count(fitting, CloseReason::done));
    if (!fits && !follows) {
        throw Violation(what + " were answered with reason " +
                        std::to_string(static_cast<int>(*answer.reason)));
    }
    if (*answer.reason != CloseReason::done) return;
    const auto expected = Mallory::rejection_for(trick);
    if (expected && answer.rejection != expected) {
        throw Violation(what + " were not rejected, or for another reason");
    }
}

void Life::hub_backs_up() {
    SimNode& hub = world_.hub();
    const schema::ScopeId scope = world_.station(more_dice_.below(world_.stations())).profile.scope;
    if (faults_.kills && more_dice_.chance(30)) hub.disk.kill_at(1 + more_dice_.below(20));
    bool sound = false;
    const Outcome outcome =
        world_.attempt(hub, [&](node::Replica& replica) { sound = back_up(replica, scope); });
    if (outcome == Outcome::died) world_.tally().count(Happening::killed_inside_backup);
    if (outcome != Outcome::done) return;
    if (!sound) throw Violation("the hub can't read back the copy that it has just made");
    world_.tally().count(Happening::snapshot_written);
}

void Life::station_prunes() {
    SimNode& station = world_.station(more_dice_.below(world_.stations()));
    if (!station.up() || station->prune(true).segments == 0) return;
    for (const auto& [id, known] : oracle_.records) {
        const auto view = station->show(id, true);
        if (!view) continue;
        for (const node::VersionView& version : view->history) {
            oracle_.seen[{station.code, id, version.field}].insert(
                {version.station, version.dot.txn});
        }
    }
    if (faults_.kills && more_dice_.chance(30)) station.disk.kill_at(1 + more_dice_.below(20));
    const Outcome outcome =
        world_.attempt(station, [](node::Replica& replica) { (void)replica.prune(false); });
    if (outcome == Outcome::died) world_.tally().count(Happening::killed_inside_prune);
    if (outcome == Outcome::done) world_.tally().count(Happening::log_pruned);
    world_.say(station, "prunes its log");
}

/// A new computer of a station: it joins, and goes through what all go through. Nobody writes at
/// it, so that it must show what the first one shows.
void Life::machine_joins() {
    if (world_.machines().empty()) {
        if (!world_.hub().up()) return;
        world_.hub().disk.mend();
        SimNode& station = world_.station(more_dice_.below(world_.stations()));
        (void)world_.add_machine(station, station.code + "B");
        return;
    }
    SimNode& machine = *world_.machines().front();
    if (machine.up() && !world_.in_session(machine) && machine->status().filling) {
        world_.tally().count(Happening::cut_inside_snapshot);
    }
    const std::size_t draw = more_dice_.below(100);
    if (draw < 10 && faults_.kills) {
        machine.disk.kill_at(1 + more_dice_.below(30));
    } else if (draw < 15 && faults_.kills && machine.up()) {
        world_.bury(machine, World::Death::power);
    } else if (draw < 25 && faults_.cuts) {
        machine.link_up ? world_.cut(machine) : world_.mend(machine);
    } else {
        (void)world_.dial(machine, weather(machine));
    }
}

/// A bit on the disk, under a value of the station's own that everybody had agreed on.
void Life::cell_turns() {
    SimNode& station = world_.station(more_dice_.below(world_.stations()));
    if (station.up()) world_.bury(station, World::Death::process);
    station.disk.mend();
    {
        node::sqlite::OpenOptions options;
        options.vfs = station.vfs.name();
        options.create = false;
        options.exclusive = true;
        auto db = node::sqlite::Database::open("node.db", options);
        db.statement(
              "UPDATE appeal SET title = 'x' WHERE rid = (SELECT min(rid) FROM appeal WHERE scope "
              "= (SELECT ix FROM scope WHERE id = ?))")
            .run(station.profile.scope);
        const auto turned = db.statement("SELECT changes()").one<std::uint64_t>();
        (void)db.checkpoint();
        world_.tally().count(Happening::table_cell_turned, turned);
    }
    world_.open(station);
}

void Life::upgrade(SimNode& node) {
    if (is_newest(node)) return;
    if (node.up()) world_.bury(node, World::Death::process);
    Autopsy body(node.disk);
    world_.tally().count(Happening::value_waited,
                         body.rows_of("SELECT count(*) FROM waiting_values"));
    world_.tally().count(Happening::segment_waited, body.rows_of("SELECT count(*) FROM unread"));
    node.registry = tests::registry_after();
    node.understood = sync::must_known;
    world_.tally().count(Happening::program_upgraded);
    world_.say(node, "is upgraded");
}

/// What only the next version of the program knows.
bool Life::write_new_fields(SimNode& node, const RecordId& record) {
    if (!is_newest(node) || !more_dice_.chance(60)) return false;
    switch (more_dice_.below(4)) {
        case 0: (void)desk_.edit(node, record, next::weather, desk_.words()); break;
        case 1:
            (void)desk_.edit(node, record, next::labels,
                             more_dice_.chance(70) ? "+" + desk_.words() : std::string("+雨"));
            break;
        case 2: (void)desk_.edit(node, record, next::severity, more_dice_.between(0, 50)); break;
        default:
            (void)desk_.add_record(
                node, next::inspection,
                {{next::inspection_place, desk_.words()}, {next::inspection_found, desk_.words()}});
    }
    return true;
}

void Life::count_disks() {
    for (const SimNode* node : everyone()) world_.tally().disk += node->disk.tally();
    Autopsy hub(world_.hub().disk);
    const auto count = [&](Happening happening, const char* sql) {
        world_.tally().count(happening, hub.rows_of(sql));
    };
    for (const auto& machine : world_.machines()) {
        world_.tally().count(
            Happening::machine_joined,
            Autopsy(machine->disk).rows_of("SELECT count(*) FROM meta WHERE key = 'filled'") != 0);
    }
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        world_.tally().count(
            Happening::table_cell_mended,
            Autopsy(world_.station(i).disk).rows_of("SELECT count(*) FROM differing"));
    }
    count(Happening::transaction_rejected, "SELECT count(*) FROM rejection");
    count(Happening::notice_given, "SELECT count(*) FROM notice");
    count(Happening::clock_verdict_given, "SELECT count(*) FROM clock_verdict");
    count(Happening::order_shared, "SELECT count(*) FROM share");
    count(Happening::order_let_go, "SELECT count(*) FROM share WHERE dropped_at NOT NULL");
    count(Happening::order_shared_again,
          "SELECT count(*) - count(DISTINCT \"order\" || scope) FROM share");
    count(Happening::arrival_noted, "SELECT count(*) FROM work_order_event WHERE kind = 42");
    static_assert(static_cast<int>(schema::EventKind::arrived) == 42);
    const char* twice =  // By one author, whose number is the head of its records' keys.
        "SELECT count(*) - count(DISTINCT (rid >> 48) || hex(target)) FROM work_order_event "
        "WHERE kind = 42";
    if (hub.rows_of(twice) != 0) throw Violation("an arrival was noted twice");
    const char* refused =
        "SELECT count(*) FROM rejection JOIN work_order_event ON work_order_event.id = record";
    if (hub.rows_of(refused) != 0) throw Violation("an event of an honest station was rejected");
}

}  // namespace jiuying::sim
