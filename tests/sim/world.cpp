#include "tests/sim/world.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/bytes.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace jiuying::sim {
namespace {

using node::SessionRunner;
using sync::Bytes;
using sync::CloseReason;

constexpr std::size_t recordings_max = 3;

std::size_t at_side(Side side) { return static_cast<std::size_t>(side); }
Side other(Side side) { return side == Side::station ? Side::hub : Side::station; }

}  // namespace

struct World::End {
    std::optional<SessionRunner> runner;
    Ms deadline = 0;      ///< In the world's time.
    Ms last_arrival = 0;  ///< Of what this end sent: pieces of one direction stay in order.
    std::size_t sent = 0;
    Bytes said;
    Bytes held;  ///< A piece that the next one overtakes.
};

struct World::Connection {
    int id = 0;
    SimNode* station = nullptr;
    Weather weather;
    std::array<End, 2> ends;
    bool broken = false;  ///< Nothing passes any more.
    bool is_replay = false;
    bool enrols = false;  ///< The hub does not know the station yet.
    End& end(Side side) { return ends[at_side(side)]; }
    [[nodiscard]] bool over() const { return !ends[0].runner && !ends[1].runner; }
};

World::World(std::uint64_t seed, std::size_t stations, Programs programs) : dice_(seed) {
    sqlite3_randomness(0, nullptr);
    enlist(stations, programs);
}

World::~World() {
    connections_.clear();
    for (const auto& node : nodes_) node->replica.reset();
    for (const auto& machine : machines_) machine->replica.reset();
}

SimNode* World::find(const std::string& code) {
    const auto at = std::ranges::find(nodes_, code, [](const auto& node) { return node->code; });
    return at == nodes_.end() ? nullptr : at->get();
}

bool World::is_traced() {
    static const bool wanted = std::getenv("JIUYING_SIM_TRACE") != nullptr;
    return wanted;
}

void World::say(const SimNode& node, const std::string& what) const {
    if (!is_traced()) return;
    std::fprintf(stderr, "%12.3f s  %s: %s\n", static_cast<double>(now_) / 1000, node.code.c_str(),
                 what.c_str());
}

// --- Time ---------------------------------------------------------------------------------------

void World::at(Ms when, std::function<void()> what) {
    events_.emplace(std::pair{std::max(when, now_), ++events_made_}, std::move(what));
}

void World::run_for(Ms time) {
    const Ms end = now_ + time;
    while (!events_.empty() && events_.begin()->first.first <= end) {
        const auto event = events_.extract(events_.begin());
        now_ = event.key().first;
        event.mapped()();
    }
    now_ = end;
}

void World::run_until_quiet() {
    while (!connections_.empty()) {
        JY_ASSERT(!events_.empty());
        run_for(events_.begin()->first.first - now_);
    }
}

// --- Life and death -----------------------------------------------------------------------------

std::uint64_t World::disk_faults(const SimNode& node) const {
    const test::DiskTally& disk = node.disk.tally();
    return disk.full + disk.failed_writes + disk.failed_syncs;
}

Outcome World::attempt(SimNode& node, const std::function<void(node::Replica&)>& work) {
    if (!node.up()) return Outcome::down;
    const std::uint64_t faults = disk_faults(node);
    Outcome outcome = Outcome::done;
    try {
        work(*node.replica);
    } catch (const node::sqlite::Error& error) {
        outcome = node.disk.dead() ? Outcome::died : Outcome::failed;
        if (outcome == Outcome::failed && disk_faults(node) == faults) {
            throw Violation("the database of " + node.code +
                            " failed though its disk did not: " + error.what());
        }
    }
    if (outcome == Outcome::failed) say(node, "the disk refused");
    if (node.disk.dead()) bury(node, dice_.chance(50) ? Death::power : Death::process);
    return outcome;
}

void World::bury(SimNode& node, Death death) {
    node.disk.kill();
    say(node, death == Death::power ? "loses power" : "is killed");
    const Side side = node.is_hub() ? Side::hub : Side::station;
    std::vector<int> broken;
    for (const auto& [id, connection] : connections_) {
        if (&node_of(*connection, side) != &node || !connection->end(side).runner) continue;
        connection->end(side).runner.reset();
        // A killed process is closed by its system; a machine without power says nothing.
        if (death == Death::process) {
            const Ms arrives =
                std::max(now_ + connection->weather.latency, connection->end(side).last_arrival);
            at(arrives, [this, id, side] { hang_up(id, other(side)); });
        } else {
            connection->broken = true;
        }
        broken.push_back(id);
    }
    node.replica.reset();
    if (death == Death::power) {
        tally_.count(Happening::power_cut);
        node.disk.power_cut();
        node.environment.reboot();
    } else {
        node.disk.restart();
    }
    for (const int id : broken) tidy(id);
    if (after_death) after_death(node);
}

void World::open(SimNode& node) {
    if (node.up()) return;
    const std::uint64_t faults = disk_faults(node);
    try {
        node.open();
    } catch (const node::sqlite::Error& error) {
        if (!node.disk.dead() && disk_faults(node) == faults) {
            throw Violation(node.code + " does not open after a crash: " + error.what());
        }
    }
    if (node.disk.dead()) {
        bury(node, dice_.chance(50) ? Death::power : Death::process);
    } else if (node.up()) {
        say(node, "is up again");
        if (after_open) after_open(node);
    }
}

// --- Exchange -----------------------------------------------------------------------------------

SimNode& World::node_of(Connection& connection, Side side) {
    return side == Side::hub ? hub() : *connection.station;
}

World::Connection* World::find_connection(int id) {
    const auto at = connections_.find(id);
    return at == connections_.end() ? nullptr : at->second.get();
}

bool World::in_session(const SimNode& station) const {
    return std::ranges::any_of(connections_, [&](const auto& entry) {
        return entry.second->station == &station && entry.second->ends[0].runner;
    });
}

std::optional<CloseReason> World::last_close(const SimNode& station) const {
    const auto at = last_close_.find(&station);
    if (at == last_close_.end()) return std::nullopt;
    return at->second;
}

/// Whether the hub has taken its invitation.
bool World::is_enrolled(const SimNode& station) {
    const auto peers = hub()->peers();
    const auto known =
        std::ranges::find(peers, node::public_keys(station.secrets).node, &node::PeerFacts::node);
    return known != peers.end() && known->status == "active";
}

bool World::dial(SimNode& station, const Weather& weather) {
    if (!station.up() || !station.link_up || !hub().up() || in_session(station)) return false;
    const bool older_left = std::ranges::any_of(connections_, [&](const auto& entry) {
        return entry.second->station == &station && !entry.second->is_replay;
    });
    say(station, "dials");
    if (older_left) tally_.count(Happening::sessions_overlapped);
    establish(station, weather);
    return true;
}

void World::establish(SimNode& station, const Weather& weather) {
    const int id = ++connections_made_;
    auto made = std::make_unique<Connection>();
    made->id = id;
    made->station = &station;
    made->weather = weather;
    Connection& connection = *(connections_[id] = std::move(made));
    connection.enrols = !is_enrolled(station);
    const Outcome at_station = attempt(station, [&](node::Replica& replica) {
        connection.end(Side::station).runner = SessionRunner::station(replica, limits);
    });
    // A station writes one thing before it speaks: what was recorded, sealed.
    if (at_station == Outcome::died) tally_.count(Happening::killed_inside_sealing);
    Outcome at_hub = Outcome::down;
    if (at_station == Outcome::done && station.up()) {
        at_hub = attempt(hub(), [&](node::Replica& replica) {
            connection.end(Side::hub).runner = SessionRunner::hub(replica, limits);
        });
    }
    if (at_hub != Outcome::done || !hub().up()) {
        connections_.erase(id);
        return;
    }
    for (const Side side : {Side::hub, Side::station}) {
        drive(id, side,
              [](SessionRunner& runner, node::Instant time) { return runner.on_started(time); });
    }
}

void World::replay(SimNode& station) {
    if (station.recordings.empty() || !hub().up()) return;
    const int id = ++connections_made_;
    auto made = std::make_unique<Connection>();
    made->id = id;
    made->station = &station;
    made->is_replay = true;
    Connection& connection = *(connections_[id] = std::move(made));
    const Outcome outcome = attempt(hub(), [&](node::Replica& replica) {
        connection.end(Side::hub).runner = SessionRunner::hub(replica, limits);
    });
    if (outcome != Outcome::done || !hub().up()) {
        connections_.erase(id);
        return;
    }
    tally_.count(Happening::session_replayed);
    const Bytes said = station.recordings[dice_.below(station.recordings.size())];
    drive(id, Side::hub,
          [](SessionRunner& runner, node::Instant time) { return runner.on_started(time); });
    Connection* still = find_connection(id);
    if (still != nullptr) transmit(*still, Side::station, said);
    at(now_ + minute, [this, id] { hang_up(id, Side::hub); });
}

void World::drive(int id, Side side, const StepOf& step_of) {
    Connection* connection = find_connection(id);
    if (connection == nullptr || !connection->end(side).runner) return;
    SimNode& node = node_of(*connection, side);
    // The first thing that the hub writes in such a session is the enrolment.
    const bool enrols = side == Side::hub && connection->enrols;
    const node::Instant time = node.environment.monotonic();
    SessionRunner::Step step;
    const Outcome outcome =
        attempt(node, [&](node::Replica&) { step = step_of(*connection->end(side).runner, time); });
    connection = find_connection(id);
    if (!node.up()) {  // What it would have said never left.
        tally_.count(Happening::killed_inside_session);
        if (enrols) tally_.count(Happening::killed_inside_enrolment);
        return;
    }
    if (enrols && is_enrolled(*connection->station)) connection->enrols = false;
    if (outcome != Outcome::done) throw Violation("a session let an error of the disk through");
    End& end = connection->end(side);
    end.deadline = now_ + (step.deadline - time).count();
    transmit(*connection, side, step.send);
    if (step.close) {
        end_session(*connection, side, *step.close);
    } else {
        at(end.deadline, [this, id, side] {
            Connection* there = find_connection(id);
            if (there == nullptr || there->end(side).deadline > now_) return;
            drive(id, side, [](SessionRunner& runner, node::Instant then) {
                return runner.on_deadline(then);
            });
        });
    }
    if (after_step) after_step(node);
    tidy(id);
}

void World::transmit(Connection& connection, Side from, sync::View bytes) {
    End& end = connection.end(from);
    sync::append(end.said, bytes);
    const Weather& weather = connection.weather;
    while (!bytes.empty() && !connection.broken) {
        std::size_t size = bytes.size();
        if (weather.fragment_max != 0) {
            size = std::min(size, 1 + dice_.below(weather.fragment_max));
        }
        const std::size_t total = connection.ends[0].sent + connection.ends[1].sent;
        if (weather.cut_after)
            size = std::min(size, *weather.cut_after - std::min(total, *weather.cut_after));
        const bool slips_ahead = weather.slip_after && weather.slip_from == from;
        const bool slips_here = slips_ahead && *weather.slip_after == end.sent;
        if (slips_here) {
            size = std::min(size, weather.slip_max);
        } else if (slips_ahead && *weather.slip_after > end.sent) {
            size = std::min(size, *weather.slip_after - end.sent);
        }
        const bool stale_here = weather.stale_after && weather.stale_from == from &&
                                end.sent <= *weather.stale_after &&
                                end.sent + size > *weather.stale_after;
        if (stale_here) {
            tally_.count(Happening::stale_bytes_injected);
            send_piece(connection, from, weather.stale);
        }
        Bytes piece(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        if (slips_here && size != 0) {
            slip_piece(connection, from, std::move(piece));
        } else {
            send_piece(connection, from, std::move(piece));
        }
        end.sent += size;
        bytes = bytes.subspan(size);
        if (weather.cut_after && total + size >= *weather.cut_after) sever(connection);
    }
}

void World::slip_piece(Connection& connection, Side from, Bytes piece) {
    switch (connection.weather.slip) {
        case Slip::lost: tally_.count(Happening::piece_lost); break;
        case Slip::doubled:
            tally_.count(Happening::piece_doubled);
            send_piece(connection, from, piece);
            send_piece(connection, from, std::move(piece));
            break;
        case Slip::swapped: connection.end(from).held = std::move(piece);
    }
}

void World::send_piece(Connection& connection, Side from, Bytes piece) {
    if (piece.empty()) return;
    End& end = connection.end(from);
    const Weather& weather = connection.weather;
    Ms arrives = now_ + weather.latency;
    if (weather.jitter > 0) arrives += dice_.between(0, weather.jitter);
    if (weather.stall_after && weather.stall_from == from && end.sent >= *weather.stall_after) {
        if (connection.weather.stall_for > 0) tally_.count(Happening::one_way_stall);
        arrives += std::exchange(connection.weather.stall_for, 0);
    }
    end.last_arrival = arrives = std::max(arrives, end.last_arrival);
    at(arrives, [this, id = connection.id, from, piece = std::move(piece)] {
        drive(id, other(from), [&](SessionRunner& runner, node::Instant time) {
            return runner.on_bytes(piece, time);
        });
    });
    if (end.held.empty()) return;
    tally_.count(Happening::pieces_swapped);
    send_piece(connection, from, std::exchange(end.held, {}));
}

/// The connection breaks where the weather says so.
void World::sever(Connection& connection) {
    connection.broken = true;
    tally_.count(Happening::session_cut);
    say(*connection.station, "its connection is cut");
    const int id = connection.id;
    const Ms heard = std::max({now_ + connection.weather.latency, connection.ends[0].last_arrival,
                               connection.ends[1].last_arrival});
    if (connection.weather.cut_tells_station) {
        at(heard, [this, id] { hang_up(id, Side::station); });
    }
    if (connection.weather.cut_tells_hub) at(heard, [this, id] { hang_up(id, Side::hub); });
}

void World::cut(SimNode& station) {
    station.link_up = false;
    for (const auto& [id, connection] : connections_) {
        if (connection->station == &station && !connection->broken) sever(*connection);
    }
}

void World::stop(SimNode& node) {
    const Side side = node.is_hub() ? Side::hub : Side::station;
    std::vector<int> ids;
    for (const auto& [id, connection] : connections_) {
        const bool its = &node_of(*connection, side) == &node;
        if (its && connection->end(side).runner) ids.push_back(id);
    }
    for (const int id : ids) {
        tally_.count(Happening::session_stopped);
        drive(id, side,
              [](SessionRunner& runner, node::Instant time) { return runner.on_stop(time); });
    }
}

void World::hang_up(int id, Side side) {
    drive(id, side,
          [](SessionRunner& runner, node::Instant time) { return runner.on_hung_up(time); });
}

void World::end_session(Connection& connection, Side side, CloseReason reason) {
    End& end = connection.end(side);
    SimNode& node = node_of(connection, side);
    switch (reason) {
        case CloseReason::done: tally_.count(Happening::session_done); break;
        case CloseReason::timed_out: tally_.count(Happening::session_timed_out); break;
        case CloseReason::storage_failed:
            if (end.runner->storage_error()) {
                tally_.count(Happening::storage_failed_in_session);
            }
            break;
        default: break;
    }
    if (side == Side::station) last_close_[connection.station] = reason;
    const sync::Traffic traffic = end.runner->traffic();
    say(node, "ends a session with " + connection.station->code + ", reason " +
                  std::to_string(static_cast<int>(reason)));
    end.runner.reset();
    if (!connection.broken) {
        const Ms arrives = std::max(now_ + connection.weather.latency, end.last_arrival);
        at(arrives, [this, id = connection.id, side] { hang_up(id, other(side)); });
    }
    if (after_session && !connection.is_replay) {
        after_session(node, *connection.station, reason, traffic);
    }
}

/// Forgets a connection when both ends have.
void World::tidy(int id) {
    Connection* connection = find_connection(id);
    if (connection == nullptr || !connection->over()) return;
    if (!connection->is_replay) {
        auto& recordings = connection->station->recordings;
        recordings.push_back(std::move(connection->end(Side::station).said));
        if (recordings.size() > recordings_max) recordings.pop_front();
    }
    connections_.erase(id);
}

}  // namespace jiuying::sim
