#include "tests/sim/stick_lives.hpp"

#include "tests/sim/autopsy.hpp"

#include <algorithm>

namespace jiuying::sim {
namespace {

using schema::EntityId;
using schema::RecordId;
namespace appeal = schema::appeal;

constexpr std::size_t sticks_max = 14;

}  // namespace

StickLives::StickLives(std::uint64_t seed)
    : world_(seed, 1 + seed % 3), dice_(seed * 0x9FB2'1C65U + 13) {
    disks_fail_ = dice_.chance(60);
}

void StickLives::run() {
    const std::int64_t things = dice_.between(80, 200);
    for (std::int64_t i = 0; i < things; ++i) {
        one_thing();
        world_.run_for(dice_.chance(30) ? dice_.between(0, 9 * day) : dice_.between(0, hour));
        for (const auto& node : world_.nodes()) {
            if (!node->up()) world_.open(*node);
        }
    }
    come_to_rest();
    judge();
}

SimNode& StickLives::any_node() { return *world_.nodes()[dice_.below(world_.nodes().size())]; }

void StickLives::one_thing() {
    const std::size_t draw = dice_.below(100);
    if (draw < 40) return someone_writes();
    if (draw < 65) return stick_goes();
    if (draw < 95) return stick_comes();
    SimNode& node = any_node();
    if (node.up())
        world_.bury(node, dice_.chance(50) ? World::Death::power : World::Death::process);
}

void StickLives::disk_fails(SimNode& node) {
    if (!disks_fail_ || !dice_.chance(25)) return;
    switch (dice_.below(4)) {
        case 0: node.disk.kill_at(1 + dice_.below(25)); break;
        case 1: node.disk.limit_room(dice_.below(20'000)); break;
        case 2: node.disk.fail_sync(1 + dice_.below(5)); break;
        default: node.disk.fail_write(1 + dice_.below(15));
    }
}

void StickLives::someone_writes() {
    SimNode& node = any_node();
    if (!node.up()) return;
    std::vector<Save> known;
    for (const Save& save : saves_) {
        if (save.field == appeal::title && node->show(save.record, false)) known.push_back(save);
    }
    const std::string value = "言" + std::to_string(++serial_);
    disk_fails(node);
    if (!node.is_hub() && (known.empty() || dice_.chance(40))) {
        std::optional<RecordId> made;
        const Outcome outcome = world_.attempt(node, [&](node::Replica& replica) {
            const auto done = replica.register_appeal(
                "W1", {{appeal::type, std::int64_t{3}}, {appeal::title, value}});
            if (done) made = done->records.front();
        });
        if (outcome == Outcome::done && made) {
            saves_.push_back({node.code, *made, appeal::title, value});
        }
    } else if (!known.empty()) {
        const Save& of = known[dice_.below(known.size())];
        bool done = false;
        const Outcome outcome = world_.attempt(node, [&](node::Replica& replica) {
            node::Draft draft;
            draft.actor = "W2";
            draft.edits.push_back({of.record, {{appeal::phone, value}}});
            done = replica.commit(draft).has_value();
        });
        if (outcome == Outcome::done && done) {
            saves_.push_back({of.home, of.record, appeal::phone, value});
        }
    }
    node.disk.mend();
}

void StickLives::stick_goes() {
    SimNode& station = world_.station(dice_.below(world_.stations()));
    const bool from_hub = dice_.chance(50);
    SimNode& from = from_hub ? world_.hub() : station;
    if (!from.up()) return;
    std::optional<Stick> stick;
    disk_fails(from);
    const Outcome outcome = world_.attempt(from, [&](node::Replica& replica) {
        stick = write_stick(replica, from.environment, station.code);
    });
    from.disk.mend();
    if (outcome == Outcome::died) world_.tally().count(Happening::killed_inside_stick);
    if (outcome == Outcome::failed) world_.tally().count(Happening::stick_refused_by_disk);
    if (!stick || outcome != Outcome::done) return;
    world_.tally().count(Happening::stick_written);
    stick->from = from.code;
    stick->to = from_hub ? station.code : world_.hub().code;
    sticks_.push_back(*std::move(stick));
    if (sticks_.size() <= sticks_max) return;
    world_.tally().count(Happening::stick_lost);
    sticks_.erase(sticks_.begin() + static_cast<std::ptrdiff_t>(dice_.below(sticks_.size())));
}

void StickLives::stick_comes() {
    if (sticks_.empty()) return;
    const std::size_t which = dice_.below(sticks_.size());
    Stick stick = sticks_[which];
    if (which + 1 != sticks_.size()) world_.tally().count(Happening::stick_out_of_turn);
    if (dice_.chance(15)) someone_else_reads(stick);
    SimNode& to = *world_.find(stick.to);
    if (!to.up()) return;
    if (dice_.chance(40) && !stick.items.empty()) {
        world_.tally().count(Happening::stick_damaged);
        for (std::size_t i = 0; i < stick.items.size(); ++i) {
            if (dice_.chance(50)) stick.items[i].resize(dice_.below(stick.items[i].size()));
        }
    }
    disk_fails(to);
    read(to, stick);
    to.disk.mend();
    if (dice_.chance(30)) {
        world_.tally().count(Happening::stick_read_twice);
        return;
    }
    sticks_.erase(sticks_.begin() + static_cast<std::ptrdiff_t>(which));
}

/// Whoever carries it may look at it: it says nothing, and does nothing, to any but its recipient.
void StickLives::someone_else_reads(const Stick& stick) {
    SimNode& other = any_node();
    if (!other.up() || other.code == stick.to || other.code == stick.from) return;
    const auto before = other->digest(other.profile.scope);
    bool taken = false;
    (void)world_.attempt(other,
                         [&](node::Replica& replica) { taken = read_stick(replica, stick); });
    world_.tally().count(Happening::stick_carried_by_another);
    if (!other.up()) return;
    const auto after = other->digest(other.profile.scope);
    if (taken || before.digest != after.digest || before.heads != after.heads) {
        throw Violation(other.code + " took a stick that was not for it");
    }
}

void StickLives::read(SimNode& to, const Stick& stick) {
    bool taken = false;
    const Outcome outcome =
        world_.attempt(to, [&](node::Replica& replica) { taken = read_stick(replica, stick); });
    if (outcome == Outcome::died) world_.tally().count(Happening::killed_inside_stick);
    if (outcome == Outcome::failed) world_.tally().count(Happening::stick_refused_by_disk);
    if (!to.up() || outcome != Outcome::done) return;
    if (!taken) throw Violation(to.code + " refused a stick of " + stick.from);
    if (!to.is_hub()) return check_receipt(to);
    SimNode& station = *world_.find(stick.from);
    auto& arrived = arrived_[station.code];
    for (std::size_t i = 0; i < stick.items.size(); ++i) {
        const auto& [first, last, size] = stick.listed[i];
        if (stick.items[i].size() != size) continue;
        arrived[first] = std::max(arrived[first], last);
    }
    std::uint64_t whole = 0;
    for (const auto& [first, last] : arrived) {
        if (first > whole + 1) {
            world_.tally().count(Happening::segment_came_early);
            break;
        }
        whole = std::max(whole, last);
    }
    if (Autopsy(to.disk).station_log_end(station.profile.scope) < whole) {
        throw Violation("the hub lost a segment of " + station.code + " that came early");
    }
}

void StickLives::check_receipt(SimNode& station) {
    const std::uint64_t now = station->status().receipt_seq.value_or(0);
    std::uint64_t& before = receipted_[station.code];
    if (now < before) {
        throw Violation("the receipt of " + station.code + " went back from " +
                        std::to_string(before) + " to " + std::to_string(now));
    }
    before = now;
    if (now > Autopsy(world_.hub().disk).station_log_end(station.profile.scope)) {
        throw Violation(station.code + " has a receipt for what the hub does not have");
    }
}

void StickLives::come_to_rest() {
    for (const auto& node : world_.nodes()) {
        node->disk.mend();
        world_.open(*node);
        if (!node->up()) throw Violation(node->code + " does not open");
    }
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < world_.stations(); ++i) {
            SimNode& station = world_.station(i);
            for (SimNode* from : {&station, &world_.hub()}) {
                SimNode& to = from == &station ? world_.hub() : station;
                world_.run_for(hour);
                auto stick = write_stick(*from->replica, from->environment, station.code);
                if (!stick) throw Violation(from->code + " could not write a stick");
                stick->from = from->code;
                read(to, *stick);
            }
        }
    }
}

void StickLives::judge() {
    const auto holds = [](SimNode& node, const Save& save) {
        const auto view = node->show(save.record, true);
        return view && std::ranges::any_of(view->history, [&](const node::VersionView& version) {
                   return version.field == save.field && version.value == schema::Value(save.value);
               });
    };
    for (const Save& save : saves_) {
        for (SimNode* node : {&world_.hub(), world_.find(save.home)}) {
            if (!holds(*node, save)) throw Violation(node->code + " lost " + save.value);
        }
    }
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        SimNode& station = world_.station(i);
        const schema::ScopeId scope = station.profile.scope;
        if (station->digest(scope).digest != world_.hub()->digest(scope).digest) {
            throw Violation(station.code + " and the hub show different states");
        }
        if (station->status().unsent != 0) throw Violation(station.code + " has unsent work");
        if (station->status().diverged) throw Violation(station.code + " believes it diverged");
        for (const node::AppealRow& row : station->list({}).rows) {
            if (!row.delivered) throw Violation(station.code + " calls an appeal undelivered");
        }
    }
    for (const auto& node : world_.nodes()) {
        const node::VerifyReport report = (*node)->verify("scratch.db");
        if (!report.problems.empty()) {
            throw Violation(node->code + ": " + report.problems.front().text);
        }
        world_.tally().disk += node->disk.tally();
    }
    if (!world_.hub()->all(EntityId::chain_notice, 1).empty()) {
        throw Violation("somebody was taken for an old copy");
    }
}

}  // namespace jiuying::sim
