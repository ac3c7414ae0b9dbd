#include "tests/sim/old_lives.hpp"

#include <algorithm>
#include <set>

namespace jiuying::sim {
namespace {

using schema::EntityId;
using schema::RecordId;
namespace appeal = schema::appeal;

constexpr std::size_t sticks_max = 12;
constexpr std::size_t copies_max = 4;

}  // namespace

OldLives::OldLives(std::uint64_t seed)
    : world_(seed, 1 + seed % 3), dice_(seed * 0x5851'F42DU + 11) {
    // As serve does.
    world_.after_open = [](SimNode& node) { node->begin_service(); };
}

void OldLives::run() {
    // A hub from before a station joined does not know it any more; that takes a new invitation.
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        (void)world_.dial(world_.station(i));
        world_.run_until_quiet();
    }
    const std::int64_t things = dice_.between(60, 220);
    for (std::int64_t i = 0; i < things; ++i) {
        one_thing();
        world_.run_for(dice_.chance(30) ? dice_.between(0, 3 * hour) : dice_.between(0, minute));
        open_all();
        say_holders();
    }
    come_to_rest();
    say_holders();
    judge();
}

/// For people who replay a seed: who came to hold what, and who no longer does.
void OldLives::say_holders() {
    if (!World::is_traced()) return;
    for (Save& save : saves_) {
        std::string now;
        for (const auto& node : world_.nodes()) {
            if (holds(*node, save)) now += " " + node->code;
        }
        if (now == save.holders) continue;
        save.holders = now;
        world_.say(*world_.find(save.home),
                   save.value + (save.may_be_lost ? " (was lost)" : "") + " is at" + now);
    }
}

void OldLives::one_thing() {
    const std::size_t draw = dice_.below(100);
    if (draw < 42) return someone_writes();
    if (draw < 66) return someone_dials();
    if (draw < 76) return stick_goes();
    if (draw < 88) return stick_comes();
    if (draw < 93) return keep_a_copy();
    if (draw < 97) return put_something_back();
    SimNode& node = any_node();
    world_.bury(node, dice_.chance(50) ? World::Death::power : World::Death::process);
}

void OldLives::open_all() {
    for (const auto& node : world_.nodes()) world_.open(*node);
}

SimNode& OldLives::any_node() { return *world_.nodes()[dice_.below(world_.nodes().size())]; }

std::string OldLives::words() { return "言" + std::to_string(++serial_); }

void OldLives::someone_writes() {
    SimNode& node = any_node();
    std::vector<RecordId> known;
    for (const Save& save : saves_) {
        const bool there = save.field == appeal::title && node->show(save.record, false);
        if (there) known.push_back(save.record);
    }
    const std::string value = words();
    if (!node.is_hub() && (known.empty() || dice_.chance(40))) {
        std::optional<RecordId> made;
        (void)world_.attempt(node, [&](node::Replica& replica) {
            const auto done = replica.register_appeal(
                "W1", {{appeal::type, std::int64_t{3}}, {appeal::title, value}});
            if (done) made = done->records.front();
        });
        if (made) saves_.push_back({node.code, *made, appeal::title, value, false, {}});
        return;
    }
    if (known.empty()) return;
    const RecordId record = dice_.pick(known);
    bool done = false;
    (void)world_.attempt(node, [&](node::Replica& replica) {
        node::Draft draft;
        draft.actor = "W2";
        draft.edits.push_back({record, {{appeal::phone, value}}});
        done = replica.commit(draft).has_value();
    });
    const auto same = std::ranges::find(saves_, record, &Save::record);
    if (done) saves_.push_back({same->home, record, appeal::phone, value, false, {}});
}

void OldLives::keep_a_copy() {
    SimNode& node = any_node();
    auto& copies = kept_[node.code];
    if (copies.size() == copies_max) copies.erase(copies.begin());
    copies.push_back({node.disk.durable_copy()});
    world_.say(node, "is copied");
}

void OldLives::put_something_back() {
    SimNode& node = any_node();
    auto& copies = kept_[node.code];
    if (copies.empty()) return;
    const bool noticed = dice_.chance(50);
    world_.tally().count(node.is_hub() ? Happening::hub_put_back : Happening::station_put_back);
    world_.say(node, noticed ? "is put back, and can tell" : "is put back");
    world_.bury(node, World::Death::process);
    node.disk.become(*copies[dice_.below(copies.size())].disk);
    if (noticed) ++node.environment.identity[0];
    open_all();
    if (!node.up()) throw Violation(node.code + " does not open after it was put back");
    for (Save& save : saves_) {
        const bool somewhere =
            std::ranges::any_of(world_.nodes(), [&](const auto& one) { return holds(*one, save); });
        if (!somewhere) save.may_be_lost = true;
    }
}

void OldLives::someone_dials() {
    Weather weather;
    weather.latency = dice_.between(1, 300);
    if (dice_.chance(30)) weather.cut_after = dice_.below(5000);
    (void)world_.dial(world_.station(dice_.below(world_.stations())), weather);
    if (dice_.chance(50)) world_.run_until_quiet();
}

void OldLives::stick_goes() {
    SimNode& station = world_.station(dice_.below(world_.stations()));
    const bool from_hub = dice_.chance(50);
    SimNode& from = from_hub ? world_.hub() : station;
    std::optional<Stick> stick;
    (void)world_.attempt(from, [&](node::Replica& replica) {
        stick = write_stick(replica, from.environment, station.code);
    });
    if (!stick) return;
    world_.tally().count(Happening::stick_written);
    stick->from = from.code;
    stick->to = from_hub ? station.code : world_.hub().code;
    world_.say(from, "writes a stick for " + stick->to);
    sticks_.push_back(*std::move(stick));
    if (sticks_.size() <= sticks_max) return;
    world_.tally().count(Happening::stick_lost);
    sticks_.erase(sticks_.begin() + static_cast<std::ptrdiff_t>(dice_.below(sticks_.size())));
}

void OldLives::stick_comes() {
    if (sticks_.empty()) return;
    const std::size_t which = dice_.below(sticks_.size());
    Stick stick = sticks_[which];
    if (which + 1 != sticks_.size()) world_.tally().count(Happening::stick_out_of_turn);
    SimNode& to = *world_.find(stick.to);
    if (dice_.chance(20) && !stick.items.empty()) {
        world_.tally().count(Happening::stick_damaged);
        sync::Bytes& item = stick.items[dice_.below(stick.items.size())];
        item[dice_.below(item.size())] ^= 0x10;
    }
    world_.say(to, "reads a stick of " + stick.from);
    (void)world_.attempt(to, [&](node::Replica& replica) { (void)read_stick(replica, stick); });
    if (dice_.chance(30)) {
        world_.tally().count(Happening::stick_read_twice);
        return;
    }
    sticks_.erase(sticks_.begin() + static_cast<std::ptrdiff_t>(which));
}

bool OldLives::holds(SimNode& node, const Save& save) {
    const auto view = node->show(save.record, true);
    if (!view) return false;
    return std::ranges::any_of(view->history, [&](const node::VersionView& version) {
        const std::string* text = schema::text_of(version.value);
        return version.field == save.field && text != nullptr && *text == save.value;
    });
}

void OldLives::come_to_rest() {
    open_all();
    world_.run_until_quiet();
    // The first may find that the hub lost more than it can say, and ends; three agree.
    constexpr int rounds = 4;
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < world_.stations(); ++i) {
            SimNode& station = world_.station(i);
            if (!world_.dial(station)) throw Violation(station.code + " could not dial");
            world_.run_until_quiet();
            const auto close = world_.last_close(station);
            if (round != 0 && close != sync::CloseReason::done) {
                throw Violation(station.code + " ended an exchange with reason " +
                                std::to_string(static_cast<int>(*close)));
            }
        }
    }
}

void OldLives::judge() {
    for (const Save& save : saves_) {
        if (save.may_be_lost) {
            world_.tally().count(Happening::save_lost_with_its_last_copy);
            continue;
        }
        for (SimNode* node : {&world_.hub(), world_.find(save.home)}) {
            if (!holds(*node, save)) {
                throw Violation(node->code + " lost " + save.value + ", which somebody had");
            }
        }
    }
    node::AppealFilter filter;
    filter.limit = 100'000;
    std::set<std::string> numbers;
    for (const node::AppealRow& row : world_.hub()->list(filter).rows) {
        if (!numbers.insert(row.number).second) throw Violation("two appeals have one number");
    }
    for (std::size_t i = 0; i < world_.stations(); ++i) judge_station(world_.station(i));
    for (const auto& node : world_.nodes()) {
        const node::VerifyReport report = (*node)->verify("scratch.db");
        if (!report.problems.empty()) {
            throw Violation(node->code + ": " + report.problems.front().text);
        }
        world_.tally().disk += node->disk.tally();
    }
    const auto alarms = world_.hub()->all(EntityId::alarm, 1000).size();
    world_.tally().count(Happening::alarm_raised, alarms);
    for (const node::RecordView& notice : world_.hub()->all(EntityId::chain_notice, 10'000)) {
        const bool branch = notice.find(schema::chain_notice::epoch) != nullptr;
        world_.tally().count(branch ? Happening::second_chain : Happening::range_given_again);
    }
}

void OldLives::judge_station(SimNode& station) {
    const schema::ScopeId scope = station.profile.scope;
    if (station->digest(scope).digest != world_.hub()->digest(scope).digest) {
        throw Violation(station.code + " and the hub show different states");
    }
    if (station->status().unsent != 0) throw Violation(station.code + " has unsent transactions");
    if (station->status().diverged) throw Violation(station.code + " believes that it diverged");
    for (const node::AppealRow& row : station->list({}).rows) {
        if (!row.delivered) throw Violation(station.code + " calls an appeal undelivered");
    }
    const auto conflicts = [](SimNode& node, const schema::ScopeId& of) {
        std::set<sync::ConflictId> ids;
        for (const node::ConflictView& one : node->conflicts()) {
            const auto view = node->show(one.record, false);
            if (view && view->scope == of) ids.insert(one.id);
        }
        return ids;
    };
    if (conflicts(station, scope) != conflicts(world_.hub(), scope)) {
        throw Violation(station.code + " and the hub list different conflicts");
    }
}

}  // namespace jiuying::sim
