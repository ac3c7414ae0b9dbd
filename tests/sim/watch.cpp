#include "tests/sim/watch.hpp"

#include "sync/crypto/hash.hpp"

#include <algorithm>

namespace jiuying::sim {

Watch::Watch(World& world, const Oracle& oracle) : world_(world), oracle_(oracle) {
    world.after_step = [this](SimNode& node) { after_step(node); };
    world.after_death = [this](SimNode& node) { after_death(node); };
    world.after_open = [this](SimNode& node) { after_open(node); };
    world.after_session = [this](SimNode& node, SimNode& station, sync::CloseReason reason,
                                 const sync::Traffic& traffic) {
        after_session(node, station, reason, traffic);
    };
}

std::uint64_t Watch::durable_at_hub(const SimNode& station) {
    return autopsy(world_.hub()).station_log_end(station.profile.scope);
}

Autopsy& Watch::autopsy(const SimNode& node) {
    Body& body = bodies_[&node];
    const std::uint64_t version = node.disk.durable_version();
    if (!body.autopsy || body.version != version) {
        body = {version, std::make_unique<Autopsy>(node.disk)};
    }
    return *body.autopsy;
}

void Watch::after_step(SimNode& node) {
    if (node.is_hub()) return;
    const std::uint64_t before = receipted_[node.code];
    const std::uint64_t now = node->status().receipt_seq.value_or(0);
    if (now < before) {
        throw Violation("the receipt of " + node.code + " went back from " +
                        std::to_string(before) + " to " + std::to_string(now));
    }
    receipted_[node.code] = now;
    if (now != before) check_claims(node);
}

void Watch::check_claims(SimNode& station) {
    const std::uint64_t durable = durable_at_hub(station);
    const node::StatusFacts status = station->status();
    if (status.receipt_seq.value_or(0) > durable) {
        throw Violation(station.code + " has a receipt for " + std::to_string(*status.receipt_seq) +
                        ", the hub's disk only " + std::to_string(durable));
    }
    const auto last = oracle_.last_txn.find(station.code);
    if (last != oracle_.last_txn.end() && last->second > durable + status.unsent) {
        throw Violation(station.code + " counts too few as unsent");
    }
    node::AppealFilter filter;
    filter.limit = 100'000;
    for (const node::AppealRow& row : station->list(filter).rows) {
        const auto known = oracle_.records.find(row.id);
        if (!row.delivered || known == oracle_.records.end()) continue;
        for (const Write& write : known->second.writes) {
            if (write.key.station == station.code && write.key.txn > durable) {
                throw Violation(station.code + " shows an appeal as delivered whose transaction " +
                                std::to_string(write.key.txn) + " the hub's disk does not have");
            }
        }
    }
}

void Watch::after_death(SimNode& node) {
    check_segments(node);
    if (!node.is_hub()) return;
    Autopsy& hub = autopsy(node);
    for (std::size_t i = 0; i < world_.stations(); ++i) {
        SimNode& station = world_.station(i);
        if (hub.station_log_end(station.profile.scope) < receipted_[station.code]) {
            throw Violation("a crash of the hub lost what " + station.code + " has a receipt for");
        }
    }
}

void Watch::after_open(SimNode& node) {
    if (node.is_hub()) return;
    const std::uint64_t decided = autopsy(node).decided();
    if (decided < decided_[node.code]) {
        throw Violation("what was decided at " + node.code + " went back");
    }
    decided_[node.code] = decided;
    // Whatever was shown before the crash is still claimed, and still true.
    check_claims(node);
}

/// Counts what cannot be seen from outside: a cut in the middle of a segment, and that the next
/// session sent only the rest of it.
void Watch::after_session(SimNode& node, SimNode& station, sync::CloseReason reason,
                          const sync::Traffic& traffic) {
    const auto peer =
        node.is_hub() ? node::public_keys(station.secrets).node : station.profile.hub.node;
    const std::pair key{node.code, station.code};
    if (reason == sync::CloseReason::done) {
        const auto part = parts_.find(key);
        if (part == parts_.end()) return;
        // Handshake and HELLO alone take more than this beside the segment.
        constexpr std::uint64_t besides = 200;
        if (traffic.received_bytes < part->second + besides) {
            world_.tally().count(Happening::resumed_from_part);
        }
        parts_.erase(part);
    } else if (const std::uint64_t size = autopsy(node).part_from(peer); size != 0) {
        world_.tally().count(Happening::cut_inside_segment);
        parts_[key] = size;
    }
}

void Watch::check_segments(SimNode& node) {
    Autopsy& body = autopsy(node);
    for (const sync::Bytes& bytes : body.segments()) {
        const auto header = sync::peek(bytes);
        if (!header) throw Violation("a segment at " + node.code + " has no header");
        if (oracle_.dishonest.contains(header->log.author.node)) continue;
        const sync::Hash16 hash = sync::blake2b_128({bytes});
        const auto [nonce, fresh] = nonces_.try_emplace(header->nonce, hash);
        if (!fresh && nonce->second != hash) throw Violation("a nonce was used twice");
        // Written anew after an erasure it still carries what its author signed.
        const auto parsed = sync::parse_header(bytes);
        const sync::View signed_bytes = header->restated
                                            ? sync::View(header->restated->header)
                                            : sync::View(bytes).first(parsed->signed_size);
        const sync::Hash16 content = sync::blake2b_128({signed_bytes});
        const auto [place, first_seen] = places_.try_emplace({header->log, header->first}, content);
        if (header->restated) world_.tally().count(Happening::segment_restated);
        if (first_seen) {
            world_.say(node, "holds segment " + std::to_string(header->first) + " to " +
                                 std::to_string(header->last()) + " of stream " +
                                 std::to_string(static_cast<int>(header->log.stream)));
        } else if (place->second != content) {
            world_.say(node, "holds another segment " + std::to_string(header->first) + " to " +
                                 std::to_string(header->last()) + " of stream " +
                                 std::to_string(static_cast<int>(header->log.stream)));
            throw Violation("a place in a log of " + node.code + " was sealed in two ways");
        }
    }
}

/// Each author's readings grow, and where no clock was wrong they grow from person to person.
void Watch::check_clocks() {
    const node::Profile& hub = world_.hub().profile;
    const auto stamps = autopsy(world_.hub()).stamps(hub.hub.sign_key, sync::as_view(hub.district));
    for (const auto& [author, all] : stamps) {
        if (oracle_.dishonest.contains(author.node)) continue;
        for (std::size_t i = 1; i < all.size(); ++i) {
            if (all[i].txn == all[i - 1].txn) {
                throw Violation("an author gave two transactions the number " +
                                std::to_string(all[i].txn));
            }
            if (all[i].hlc <= all[i - 1].hlc) {
                throw Violation("the clock of an author did not grow at transaction " +
                                std::to_string(all[i].txn));
            }
        }
    }
    if (!oracle_.clocks_were_right) return;
    std::map<VersionKey, sync::Hlc> readings;
    for (const auto& node : world_.nodes()) {
        const schema::NodeId id = node::public_keys(node->secrets).node;
        for (const auto& [author, all] : stamps) {
            if (author.node != id) continue;
            for (const auto& stamp : all) readings[{node->code, stamp.txn}] = stamp.hlc;
        }
    }
    const auto check = [&](const Write& write) {
        const auto its = readings.find(write.key);
        if (its == readings.end()) return;
        for (const VersionKey& seen : write.knew) {
            const auto before = readings.find(seen);
            if (before == readings.end() || before->second < its->second) continue;
            throw Violation("transaction " + std::to_string(write.key.txn) + " of " +
                            write.key.station + " is dated before what its author had seen");
        }
    };
    for (const auto& [id, known] : oracle_.records) std::ranges::for_each(known.writes, check);
}

}  // namespace jiuying::sim
