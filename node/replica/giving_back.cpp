#include "node/replica/giving_back.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node {
namespace {

using sync::LaneHead;
using sync::LogId;

/// Logs that were said again, and up to which place: pairs of numbers.
constexpr std::string_view said_again_key = "said_again";
constexpr std::uint64_t all_txns = std::uint64_t{1} << 62U;

/// Where to go on in \p list behind \p after. Its end: nowhere.
std::size_t place_in(const std::vector<Stretch>& list, const LaneHead& after) {
    std::size_t found = list.size();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].log->id.author.epoch != after.epoch) continue;
        found = i;
        if (after.seq <= list[i].last_seq) break;
    }
    return found;
}

/// Up to where \p way leads through \p log; 0: not at all.
std::uint64_t reaches(const std::vector<Stretch>& way, const LogFacts& log) {
    const auto at = std::ranges::find(
        way, &log, [](const Stretch& one) { return static_cast<const LogFacts*>(one.log); });
    return at == way.end() ? 0 : at->last_seq;
}

}  // namespace

sync::Offer Replica::State::GivingBack::offer(const sync::Fetch& fetch, const Peer& peer) {
    LogId like = state_.lane_log(fetch.lane, peer);
    like.author.node = state_.profile.hub.node;
    const std::vector<Stretch> way = state_.lane_stretches(fetch.lane, peer);
    const sync::GivenBack back = fetch.back.value_or(sync::GivenBack{});
    std::vector<Stretch> list = fetch.back ? held_way(like, back.held) : way;
    const std::vector<Stretch> off = off_way(like, way, list);
    const std::size_t on_way = list.size();
    list.insert(list.end(), off.begin(), off.end());
    std::size_t at = fetch.after.seq == 0 ? 0 : place_in(list, fetch.after);
    std::uint64_t from = fetch.after.seq;
    if (at == list.size()) {
        // A place that is not known here: the hub has gone on, or it has lost where it was.
        at = back.lost ? 0 : on_way;
        from = 0;
    }
    sync::Offer offer;
    std::uint64_t size = 0;
    for (; at < list.size() && !offer.more; ++at, from = 0) {
        const Stretch& one = list[at];
        from = std::max(from, one.first_seq - 1);
        if (from >= one.last_seq) continue;
        // A hub that lost what a snapshot stands for here can't have it back from here.
        const auto horizon = state_.horizon_of(one.log->ix);
        if (horizon && from < horizon->position.seq) {
            at = std::max(at, on_way == 0 ? at : on_way - 1);
            continue;
        }
        for (auto& wrap : state_.wraps_for(*one.log, peer, from)) {
            offer.key_wraps.push_back(std::move(wrap));
        }
        state_.offer_from(one, from, fetch, size, offer);
    }
    return offer;
}

std::vector<Stretch> Replica::State::GivingBack::held_way(const LogId& like, const LaneHead& held) {
    LogId id = like;
    id.author.epoch = held.epoch;
    LogFacts* log = held.seq == 0 ? nullptr : state_.store.find_log(id);
    std::vector<Stretch> way = state_.lineage_to(log);
    if (!way.empty()) way.back().last_seq = std::min(way.back().last_seq, held.seq);
    return way;
}

std::vector<Stretch> Replica::State::GivingBack::off_way(const LogId& like,
                                                         const std::vector<Stretch>& way,
                                                         const std::vector<Stretch>& held) {
    std::vector<Stretch> off;
    std::map<std::uint64_t, std::uint64_t> said;
    const auto kept = state_.store.meta(said_again_key);
    const std::vector<std::uint64_t> pairs = kept ? epochs_in(*kept) : std::vector<std::uint64_t>();
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) said[pairs[i]] = pairs[i + 1];
    bool more_said = false;
    for (const auto& log : state_.store.logs()) {
        const bool of_lane = log->id.author.node == like.author.node &&
                             log->id.stream == like.stream && log->id.scope == like.scope;
        if (!of_lane || log->position.seq == 0) continue;
        const auto horizon = state_.horizon_of(log->ix);
        const std::uint64_t begins =
            std::max({log->first_seq(), reaches(way, *log) + 1,
                      horizon ? horizon->position.seq + 1 : std::uint64_t{0}});
        if (begins > log->position.seq || said[log->ix] >= log->position.seq) continue;
        if (is_said_again(*log, way)) {
            said[log->ix] = log->position.seq;
            more_said = true;
        } else if (const auto from = std::max(begins, reaches(held, *log) + 1);
                   from <= log->position.seq) {
            off.push_back({log.get(), from, log->position.seq});
        }
    }
    if (more_said) {
        std::vector<std::uint64_t> told;
        for (const auto& [ix, seq] : said) {
            if (seq != 0) told.insert(told.end(), {ix, seq});
        }
        state_.writing([&] { state_.store.set_meta(said_again_key, bytes_of_epochs(told)); });
    }
    return off;
}

/// The hub says again all that came back, in order: the last word tells of all.
bool Replica::State::GivingBack::is_said_again(const LogFacts& log,
                                               const std::vector<Stretch>& way) {
    const auto last = state_.find_in_log(log, log.txn);
    if (!last) return true;  // It was erased here.
    const sync::Dot dot = dot_of(*last, log.author);
    bool again = false;
    for (const Stretch& one : way) {
        if (again || one.log == &log) continue;
        (void)state_.each_transaction(*one.log, 0, all_txns, [&](const sync::Transaction& tx) {
            again = again || (tx.origin && tx.origin->dot == dot);
        });
    }
    return again;
}

}  // namespace jiuying::node
