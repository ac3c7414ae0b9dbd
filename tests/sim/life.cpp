#include "tests/sim/life.hpp"

#include "tests/sim/order_work.hpp"

#include <algorithm>

namespace jiuying::sim {
namespace {

using node::FieldValue;
using schema::EntityId;
using schema::RecordId;
using namespace schema::appeal;

constexpr schema::FieldId people_affected = 25;

}  // namespace

Life::Life(std::uint64_t seed, Cast cast)
    : world_(seed, 2 + seed % 4, programs_of(seed)),
      desk_(world_, oracle_),
      watch_(world_, oracle_),
      dice_(seed * 0x9E37'79B9U + 1),
      more_dice_(seed * 0x2545'F491U + 5),
      more_(more_of(seed, cast)),
      programs_(programs_of(seed)) {
    faults_.cuts = dice_.chance(70);
    faults_.stalls = dice_.chance(40);
    faults_.stale = dice_.chance(40);
    faults_.kills = dice_.chance(60);
    faults_.full = dice_.chance(40);
    faults_.io = dice_.chance(30);
    faults_.clocks = dice_.chance(50);
    faults_.slips = dice_.chance(40);
    faults_.years = dice_.chance(20);
    faults_.big = dice_.chance(15);
    if (more_.dishonest) {
        mallory_.emplace(world_, seed);
        oracle_.dishonest.insert(mallory_->node());
        oracle_.dishonest_scopes.insert(mallory_->scope());
    }
    if (more_.salons) salons_.emplace(world_, oracle_, desk_, seed);
    if (dice_.chance(60)) {
        // Small ones, so that segments take many messages and wait for credit.
        world_.limits.chunk_bytes = 300;
        world_.limits.early_bytes_max = 1000;
        world_.limits.credit = 2000;
    }
    if (faults_.clocks) return;
    // No two right clocks are equal. What lies between them is less than what makes one suspect.
    const Ms apart = dice_.chance(50) ? 900 : 2 * minute;
    for (const auto& node : world_.nodes()) node->environment.jump(dice_.between(-apart, apart));
    oracle_.order_is_sure = 2 * apart + 200;
}

void Life::run() {
    // The district's reference data: content can then be judged.
    (void)desk_.add_record(world_.hub(), EntityId::region,
                           {{schema::region::code, "340207001"}, {schema::region::name, "一街"}});
    enter_staff(world_, desk_);
    if (salons_) salons_->begin();
    const std::int64_t things = dice_.between(120, 400);
    for (std::int64_t i = 0; i < things; ++i) {
        one_thing();
        one_more_thing();
        reopen_some();
        pass_time();
    }
    come_to_rest();
    Verdict(world_, oracle_, watch_).check();
    if (salons_) salons_->check();
    if (salons_) salons_->replay_all();
    count_disks();
}

void Life::pass_time() {
    if (faults_.years && silences_ < 3 && dice_.chance(2)) {
        ++silences_;
        world_.tally().count(Happening::months_passed);
        return world_.run_for(dice_.between(14 * day, 365 * day));
    }
    switch (dice_.below(10)) {
        case 0: return world_.run_for(dice_.between(0, 3 * day));
        case 1: return world_.run_for(dice_.between(0, 2 * hour));
        case 2:
        case 3: return world_.run_for(dice_.between(0, 2 * minute));
        default: return world_.run_for(dice_.between(0, 300));
    }
}

void Life::one_thing() {
    const std::size_t draw = dice_.below(100);
    if (draw < 40) return someone_works();
    if (draw < 62) return work_at_hub();
    if (draw < 77) return something_fails();
    if (draw < 79) return world_.stop(any_node());
    someone_dials();
}

SimNode& Life::any_node() { return *world_.nodes()[dice_.below(world_.nodes().size())]; }

std::vector<FieldValue> Life::appeal_values() {
    std::vector<FieldValue> values{{type, dice_.between(1, 6)}, {title, desk_.words()}};
    if (dice_.chance(60)) values.push_back({text, desk_.words(dice_.below(200))});
    if (dice_.chance(60)) values.push_back({contact, desk_.words()});
    if (dice_.chance(60)) values.push_back({phone, desk_.words()});
    if (dice_.chance(30)) values.push_back({reminders, dice_.between(0, 50)});
    if (dice_.chance(20)) values.push_back({tags, "+农业\n+用水"});
    if (dice_.chance(10)) values.push_back({region, "340207001"});
    if (dice_.chance(5)) values.push_back({region, "999999999"});
    if (dice_.chance(20)) {
        values.push_back({channel, "hotline"});
        // Numbers of the other side's desk, some of them given twice.
        values.push_back({ext_no, "EXT" + std::to_string(dice_.below(20))});
    }
    // A field may stand only once.
    std::vector<FieldValue> unique;
    for (FieldValue& value : values) {
        const auto same = std::ranges::find(unique, value.field, &FieldValue::field);
        if (same == unique.end()) unique.push_back(std::move(value));
    }
    return unique;
}

void Life::someone_works() {
    SimNode& node = any_node();
    if (!node.up()) return;
    if (dice_.chance(20)) return settle_something(node);
    if (dice_.chance(40) && work_for_others(node)) return;
    const std::vector<RecordId> appeals = oracle_.of(EntityId::appeal, node.code);
    const std::size_t draw = dice_.below(100);
    if (appeals.empty() || draw < (appeals.size() < 5 ? 20U : 4U)) {
        (void)desk_.register_appeal(node, appeal_values());
    } else if (draw < 6) {
        const bool big = faults_.big && dice_.chance(50);
        (void)desk_.import(node, big ? 4 + dice_.below(40) : 2 + dice_.below(6),
                           big ? 14'000 : dice_.below(100));
    } else if (draw < 16) {
        (void)desk_.add_note(node, dice_.pick(appeals), desk_.words(dice_.below(60)));
    } else if (draw < 36) {
        work_on_order(node, often_the_same(appeals));
    } else if (draw < 39) {
        (void)desk_.add_record(node, EntityId::enterprise,
                               {{schema::enterprise::name, desk_.words()}});
    } else if (draw < 42) {
        if (faults_.kills && dice_.chance(20)) node.disk.kill_at(1 + dice_.below(6));
        const Outcome outcome =
            world_.attempt(node, [](node::Replica& replica) { (void)replica.index_pending(20); });
        if (outcome == Outcome::died) world_.tally().count(Happening::killed_inside_indexing);
    } else if (draw < 43) {
        edit_often(node, often_the_same(appeals));
    } else if (draw < 45 && !node.is_hub()) {
        answer_at_once(node, often_the_same(appeals));
    } else {
        edit_something(node, often_the_same(appeals));
    }
}

/// On an order of another station that is shared to this one. False if there is none.
bool Life::work_for_others(SimNode& node) {
    if (node.is_hub()) return false;
    std::vector<RecordId> shared;
    for (const node::RecordView& appeal : node->all(EntityId::appeal, 1'000'000)) {
        const bool other = appeal.scope != node.profile.scope;
        if (other && oracle_.records.contains(appeal.id)) shared.push_back(appeal.id);
    }
    if (shared.empty()) return false;
    world_.tally().count(Happening::worked_for_another);
    const RecordId record = dice_.pick(shared);
    if (dice_.chance(50)) {
        work_on_order(node, record);
    } else if (dice_.chance(20)) {
        (void)desk_.add_note(node, record, desk_.words(dice_.below(60)));
    } else {
        edit_something(node, record);
    }
    return true;
}

/// Opens the conflicts that a node lists, or decides one that was opened some time ago.
void Life::settle_something(SimNode& node) {
    if (opened_.empty() || dice_.chance(30)) {
        for (OpenedConflict& conflict : desk_.open_conflicts(node)) {
            if (!dice_.chance(50)) continue;
            opened_.push_back(std::move(conflict));
            opened_at_.push_back(node.code);
        }
        return;
    }
    const std::size_t which = dice_.below(opened_.size());
    const auto at = static_cast<std::ptrdiff_t>(which);
    SimNode& where = *world_.find(opened_at_[which]);
    const OpenedConflict conflict = opened_[which];
    opened_.erase(opened_.begin() + at);
    opened_at_.erase(opened_at_.begin() + at);
    const auto& values = conflict.view.values;
    const schema::Value taken =
        dice_.chance(70) ? values[dice_.below(values.size())].value : schema::Value(desk_.words());
    (void)desk_.settle(where, conflict, taken);
}

/// A few records are everybody's business: there edits meet.
const RecordId& Life::often_the_same(const std::vector<RecordId>& records) {
    const std::size_t few = std::min<std::size_t>(records.size(), 2);
    return dice_.chance(60) ? records[dice_.below(few)] : dice_.pick(records);
}

void Life::edit_something(SimNode& node, const RecordId& record) {
    if (programs_ == Programs::mixed && write_new_fields(node, record)) return;
    const bool at_home = oracle_.records.at(record).home == node.code;
    switch (dice_.below(13)) {
        case 0:
        case 1: (void)desk_.edit(node, record, phone, desk_.words()); break;
        case 2:
            (void)desk_.edit(node, record, {{contact, desk_.words()}, {title, desk_.words()}});
            break;
        case 3: (void)desk_.edit(node, record, title, desk_.words()); break;
        case 4: (void)desk_.edit(node, record, place, desk_.words()); break;
        case 5: (void)desk_.edit(node, record, urgency, dice_.between(1, 3)); break;
        case 6: (void)desk_.edit(node, record, reminders, dice_.between(0, 50)); break;
        case 7: {
            const char* const lines[] = {"+农业", "+用水", "-农业", "-用水", "+道路\n-用水"};
            (void)desk_.edit(node, record, tags, lines[dice_.below(5)]);
            break;
        }
        case 8: (void)desk_.edit(node, record, contact, schema::Value{}); break;
        case 9:
            (void)desk_.edit(node, record, region, dice_.chance(50) ? "340207001" : "888888888");
            break;
        case 10:
            if (at_home) (void)desk_.edit(node, record, ext_no, desk_.words());
            break;
        case 11: (void)desk_.edit(node, record, people_affected, dice_.between(1, 5000)); break;
        default: {
            // A program that lets a station write what is the hub's; refused whole at the hub.
            const bool lenient = node.registry.data() == lenient_registry().data();
            if (node.is_hub() || lenient) {
                (void)desk_.edit(node, record,
                                 {{complexity, dice_.between(1, 2)},
                                  {dice_.chance(50) ? address : phone, desk_.words()}});
            }
        }
    }
}

/// Someone who cannot make up their mind, or whose form saves by itself.
void Life::edit_often(SimNode& node, const RecordId& record) {
    const std::int64_t times = dice_.between(10, 30);
    for (std::int64_t i = 0; i < times && node.up(); ++i) {
        (void)desk_.edit(node, record, phone, desk_.words());
        world_.run_for(dice_.between(0, 300));
    }
    world_.tally().count(Happening::field_edited_often);
}

/// Two people on the telephone: what the one has written the other hears of, and corrects at once.
void Life::answer_at_once(SimNode& station, const RecordId& record) {
    const bool hub_first = dice_.chance(50);
    SimNode& first = hub_first ? world_.hub() : station;
    if (!desk_.edit(first, record, phone, desk_.words()) || !world_.dial(station)) return;
    world_.run_for(dice_.between(300, 3 * second));
    (void)desk_.edit(hub_first ? station : world_.hub(), record, phone, desk_.words());
}

/// The hub's desk: records of the stations, and the reference data of all.
void Life::work_at_hub() {
    SimNode& hub = world_.hub();
    if (!hub.up()) return;
    if (dice_.chance(20)) {
        (void)desk_.add_record(
            hub, EntityId::staff,
            {{schema::staff::code, desk_.words()}, {schema::staff::name, desk_.words()}});
        return;
    }
    const std::vector<RecordId> staff = oracle_.of(EntityId::staff, "");
    if (dice_.chance(15) && !staff.empty()) {
        (void)desk_.edit(hub, dice_.pick(staff), schema::staff::name, desk_.words());
        return;
    }
    const std::string home = world_.station(dice_.below(world_.stations())).code;
    const std::vector<RecordId> appeals = oracle_.of(EntityId::appeal, home);
    if (appeals.empty()) return;
    const RecordId& record = often_the_same(appeals);
    if (!hub->show(record, false)) return;
    if (dice_.chance(15)) {
        (void)desk_.add_note(hub, record, desk_.words());
    } else if (dice_.chance(60)) {
        work_on_order(hub, record);
    } else {
        edit_something(hub, record);
    }
}

/// The next step as this node sees it; others may have taken another.
void Life::work_on_order(SimNode& node, const RecordId& record) {
    const auto order = node->order(record);
    if (!order) return;
    const std::string home = oracle_.records.at(record).home;
    if (home.empty() || (node.is_hub() && home == node.code)) return;
    Desks desks{node.code, home, {"JS"}};
    for (std::size_t i = 0; i < world_.stations(); ++i)
        desks.units.push_back(world_.station(i).code);
    const auto step = next_step(order->state, node.is_hub(), desks, dice_);
    if (step) (void)desk_.act(node, record, step->actor, step->event);
}

void Life::clock_fails(SimNode& node) {
    oracle_.clocks_were_right = false;
    const Ms sign = dice_.chance(50) ? 1 : -1;
    switch (dice_.below(6)) {
        case 0:
            node.environment.reset_to_1970();
            world_.tally().count(Happening::clock_reset_to_1970);
            break;
        case 1:
            node.environment.jump(sign * dice_.between(day, 365 * 10 * day));
            world_.tally().count(Happening::clock_jumped_years);
            break;
        case 2: node.environment.set_right(); break;
        case 3: node.environment.drift(dice_.between(-500, 500)); break;
        default:
            node.environment.jump(sign * dice_.between(minute, 10 * hour));
            world_.tally().count(Happening::clock_jumped);
    }
}

void Life::something_fails() {
    SimNode& node = any_node();
    switch (dice_.below(8)) {
        case 0:
        case 1:
            if (!faults_.kills) break;
            if (dice_.chance(30)) {
                node.disk.kill_at_sync(1 + dice_.below(3));
            } else {
                node.disk.kill_at(1 + dice_.below(40));
            }
            break;
        case 2:
            if (!faults_.kills || !node.up()) break;
            world_.tally().count(Happening::killed_at_rest);
            world_.bury(node, dice_.chance(50) ? World::Death::power : World::Death::process);
            break;
        case 3:
            if (!faults_.full) break;
            if (dice_.chance(50)) {
                node.disk.limit_room(dice_.below(30'000));
            } else {
                node.disk.limit_room(std::nullopt);
            }
            break;
        case 4:
            if (!faults_.io) break;
            if (dice_.chance(50)) {
                node.disk.fail_sync(1 + dice_.below(6));
            } else {
                node.disk.fail_write(1 + dice_.below(20));
            }
            break;
        case 5:
            if (faults_.clocks) clock_fails(node);
            break;
        case 6: {
            SimNode& station = world_.station(dice_.below(world_.stations()));
            if (faults_.cuts && station.link_up) {
                world_.cut(station);
            } else {
                world_.mend(station);
            }
            break;
        }
        default:
            if (faults_.stale) world_.replay(world_.station(dice_.below(world_.stations())));
    }
}

Weather Life::weather(SimNode& station) {
    Weather weather;
    weather.latency = dice_.between(1, 400);
    if (dice_.chance(40)) weather.jitter = dice_.between(0, 2000);
    if (dice_.chance(40)) weather.fragment_max = 1 + dice_.below(3000);
    if (faults_.cuts && dice_.chance(50)) {
        weather.cut_after = dice_.below(dice_.chance(70) ? 3000 : 60'000);
        weather.cut_tells_station = dice_.chance(60);
        weather.cut_tells_hub = dice_.chance(60);
    }
    if (faults_.stalls && dice_.chance(30)) {
        weather.stall_after = dice_.below(4000);
        weather.stall_from = dice_.chance(50) ? Side::station : Side::hub;
        weather.stall_for = dice_.between(second, 2 * minute);
    }
    if (faults_.slips && dice_.chance(30)) {
        weather.slip_after = dice_.below(dice_.chance(70) ? 2000 : 20'000);
        weather.slip_from = dice_.chance(50) ? Side::station : Side::hub;
        weather.slip = static_cast<Slip>(dice_.below(3));
    }
    if (faults_.stale && dice_.chance(20) && !station.recordings.empty()) {
        weather.stale_after = dice_.below(3000);
        weather.stale_from = dice_.chance(50) ? Side::station : Side::hub;
        const sync::Bytes& old = station.recordings[dice_.below(station.recordings.size())];
        const std::size_t from = old.empty() ? 0 : dice_.below(old.size());
        const std::size_t size = std::min<std::size_t>(old.size() - from, 1 + dice_.below(500));
        weather.stale.assign(old.begin() + static_cast<std::ptrdiff_t>(from),
                             old.begin() + static_cast<std::ptrdiff_t>(from + size));
    }
    return weather;
}

void Life::someone_dials() {
    SimNode& station = world_.station(dice_.below(world_.stations()));
    if (faults_.kills && station.up() && dice_.chance(5)) {
        // In what it seals, or in what the hub enrols.
        const bool new_here = station->profile().invitation != std::array<std::uint8_t, 16>{};
        (new_here ? world_.hub() : station).disk.kill_at(1 + dice_.below(12));
    }
    if (!world_.dial(station, weather(station))) return;
    if (!station.up() || !world_.hub().up()) return;
    const bool not_told = station->profile().invitation != std::array<std::uint8_t, 16>{};
    const auto peers = world_.hub()->peers();
    const auto known = std::ranges::find(peers, station.code, &node::PeerFacts::station_code);
    if (not_told && known->status == "active") {
        world_.tally().count(Happening::enrolment_repeated);
    }
}

void Life::reopen_some() {
    for (SimNode* node : everyone()) {
        if (node->up() || !dice_.chance(30)) continue;
        if (programs_ == Programs::mixed && more_dice_.chance(20)) upgrade(*node);
        if (faults_.kills && dice_.chance(20)) node->disk.kill_at(1 + dice_.below(4));
        world_.open(*node);
        if (faults_.kills && node->up() && dice_.chance(50)) fall_again(*node);
    }
}

/// Says what it has after the first crash, to a peer that never answers, and loses power.
void Life::fall_again(SimNode& node) {
    SimNode& station = node.is_hub() ? world_.station(dice_.below(world_.stations())) : node;
    Weather weather;
    weather.cut_after = 300 + dice_.below(1500);
    weather.cut_tells_station = weather.cut_tells_hub = false;
    if (world_.dial(station, weather)) world_.run_for(dice_.between(100, 2000));
    if (node.up()) world_.bury(node, World::Death::power);
}

void Life::come_to_rest() {
    const std::vector<SimNode*> all = everyone();
    for (SimNode* node : all) {
        node->disk.mend();
        node->link_up = true;
        if (programs_ == Programs::mixed) upgrade(*node);
        world_.open(*node);
        if (!node->up()) throw Violation(node->code + " does not open");
    }
    world_.run_until_quiet();
    // What came late may move an order, which then leaves a station, which then says so.
    constexpr int rounds = 6;
    for (int round = 0; round < rounds; ++round) {
        if (salons_ && round < 3) salons_->look_at_the_clock();
        // When nothing else comes: what comes on top of a value that turned takes it for what was.
        if (more_.rot && round == 2) cell_turns();
        // Large scopes are counted anew once a day.
        if (more_.rot) world_.run_for(2 * day);
        for (SimNode* station : all) {
            if (station->is_hub()) continue;
            if (!world_.dial(*station)) throw Violation(station->code + " could not dial");
            world_.run_until_quiet();
            const auto close = world_.last_close(*station);
            if (round == rounds - 1 && close != sync::CloseReason::done) {
                throw Violation(station->code + " ended its last exchange with reason " +
                                std::to_string(static_cast<int>(*close)));
            }
        }
    }
}

}  // namespace jiuying::sim
