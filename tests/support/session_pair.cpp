#include "tests/support/session_pair.hpp"

#include "sync/crypto/hash.hpp"
#include "sync/crypto/x25519.hpp"
#include "sync/session/conversation.hpp"

namespace jiuying::test {
namespace {

using namespace jiuying::sync;

constexpr std::uint64_t epoch = 0x1122334455667788U;

void put_u64(Bytes& out, std::uint64_t number) {
    for (int i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}
std::uint64_t take_u64(View bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 8; i-- > 0;) number = number << 8U | bytes[i];
    return number;
}

LaneHead next_head(const LaneHead& head, std::uint64_t last, const Bytes& bytes) {
    return {epoch, last, blake2b_128({head.chain, bytes})};
}

Bytes receipt_for(const LaneHead& head) {
    Bytes receipt;
    put_u64(receipt, head.epoch);
    put_u64(receipt, head.seq);
    append(receipt, head.chain);
    receipt.resize(FakeNode::receipt_size);
    return receipt;
}

}  // namespace

void FakeNode::write(Lane lane, std::size_t size, std::uint64_t transactions) {
    const LaneHead before = head(lane);
    FakeSegment segment{before.seq + 1, before.seq + transactions, {}, {}};
    segment.bytes.push_back(static_cast<std::uint8_t>(lane));
    put_u64(segment.bytes, segment.first);
    put_u64(segment.bytes, segment.last);
    Dice dice{segment.first * 4 + static_cast<std::uint64_t>(lane) + size * 1'000'003U};
    while (segment.bytes.size() < size) put_u64(segment.bytes, dice.next());
    segment.bytes.resize(std::max(size, smallest_segment));
    segment.head = next_head(before, segment.last, segment.bytes);
    logs_[lane].push_back(std::move(segment));
}

void FakeNode::roll_back(Lane lane, std::size_t segments) {
    std::vector<FakeSegment>& log = logs_[lane];
    log.resize(log.size() - std::min(segments, log.size()));
}

LaneHead FakeNode::head(Lane lane) const {
    const auto log = logs_.find(lane);
    return log == logs_.end() || log->second.empty() ? LaneHead{} : log->second.back().head;
}

Hello FakeNode::hello() {
    Hello hello;
    hello.features = features;
    for (const Lane lane : {Lane::station, Lane::inbox, Lane::reference}) {
        hello.have[static_cast<std::size_t>(lane) - 1] = head(lane);
    }
    hello.roster_version = 3;
    hello.wall_ms = 1'795'000'000'000;
    if (!is_hub_) hello.unsent = head(Lane::station).seq - receipted.seq;
    hello.digest.fill(0xDD);
    hello.partial = partial;
    return hello;
}

Offer FakeNode::offer(const Fetch& fetch) {
    const std::vector<FakeSegment>& log = logs_[fetch.lane];
    Offer offer;
    offer.key_wraps = key_wraps;
    auto next = std::ranges::find(log, fetch.after, &FakeSegment::head);
    next = next == log.end() ? log.begin() : next + 1;
    if (!log.empty() && fetch.after == log.back().head) next = log.end();
    auto end = log.end();
    if (fetch.back) {
        // What the hub has lost, and nothing that came since the session began.
        end = std::ranges::find(log, fetch.back->held, &FakeSegment::head);
        if (end != log.end()) ++end;
        const bool ahead = fetch.after.seq >= fetch.back->held.seq;
        if (ahead || next >= end) return {};
    }
    std::size_t size = 0;
    for (; next != end; ++next) {
        if (size != 0 && size + next->bytes.size() > fetch.bytes_max) break;
        size += next->bytes.size();
        offer.segments.push_back({fetch.lane, next->first, next->last, next->head, next->bytes});
    }
    offer.more = next != end;
    return offer;
}

Event FakeNode::deliver(const Deliver& deliver) {
    ++deliveries;
    if (failure) return DeliveryFailed{*failure};
    const Bytes& bytes = deliver.segment;
    const bool ours =
        bytes.size() >= smallest_segment && bytes[0] == static_cast<std::uint8_t>(deliver.lane);
    const std::uint64_t first = ours ? take_u64(View{bytes}.subspan(1)) : 0;
    const std::uint64_t last = ours ? take_u64(View{bytes}.subspan(9)) : 0;
    std::vector<FakeSegment>& log = logs_[deliver.lane];
    if (first > head(deliver.lane).seq && last >= first) {
        ahead_[first] = bytes;  // Stored at once, applied in sequence.
        for (auto next = ahead_.begin();
             next != ahead_.end() && next->first == head(deliver.lane).seq + 1;
             next = ahead_.erase(next)) {
            const std::uint64_t reaches = take_u64(View{next->second}.subspan(9));
            const LaneHead before = head(deliver.lane);
            log.push_back(
                {next->first, reaches, next_head(before, reaches, next->second), next->second});
            if (notice_size != 0) write(Lane::inbox, notice_size);
        }
    } else if (std::ranges::find(log, bytes, &FakeSegment::bytes) != log.end()) {
        ++duplicates;
    } else {
        ++corruptions;
        return DeliveryFailed{CloseReason::bad_segment};
    }
    const LaneHead now = head(deliver.lane);
    return Delivered{now, is_hub_ ? receipt_for(now) : Bytes{}};
}

std::optional<Event> FakeNode::perform(const Action& action) {
    return std::visit(
        Overloaded{
            [&](const Admit& admit) -> std::optional<Event> {
                admissions.push_back(admit);
                if (refusal) return Refused{*refusal};
                const LaneHead stands_at = head(Lane::station);
                return Admitted{hello(),
                                stands_at == LaneHead{} ? Bytes{} : receipt_for(stands_at)};
            },
            [&](const Fetch& fetch) -> std::optional<Event> { return Offered{offer(fetch)}; },
            [&](const Deliver& segment) -> std::optional<Event> { return deliver(segment); },
            [&](const StoreReceipt& receipt) -> std::optional<Event> {
                receipts.push_back(receipt.receipt);
                receipted.epoch = take_u64(receipt.receipt);
                receipted.seq = take_u64(View{receipt.receipt}.subspan(8));
                std::copy_n(receipt.receipt.begin() + 16, 16, receipted.chain.begin());
                return std::nullopt;
            },
            [&](const StoreKeys& wrap) -> std::optional<Event> {
                keys.push_back(wrap.wrap);
                return std::nullopt;
            },
            [&](const KeepPartial& keep) -> std::optional<Event> {
                partial.reset();
                if (!keep.partial.bytes.empty()) partial = keep.partial;
                return std::nullopt;
            },
            [&](const NotePeer& note) -> std::optional<Event> {
                peer = note.hello;
                if (note.facts) facts = note.facts;
                return std::nullopt;
            },
            [](const auto&) -> std::optional<Event> { return std::nullopt; },
        },
        action);
}

std::string names(const Actions& actions) {
    constexpr std::array words{"Send",         "SetDeadline", "Admit",       "Fetch",    "Deliver",
                               "StoreReceipt", "StoreKeys",   "KeepPartial", "NotePeer", "Close",
                               "Compare",      "OpenRanges",  "NoteFound"};
    static_assert(words.size() == std::variant_size_v<Action>);
    std::string text;
    for (const Action& action : actions) {
        if (!text.empty()) text += ' ';
        text += words[action.index()];
    }
    return text;
}

SessionKeys session_keys(std::uint8_t who, std::uint64_t seed) {
    SessionKeys keys;
    std::ranges::fill(keys.static_secret.bytes(), who);
    keys.static_public =
        X25519KeyPair::from_private(keys.static_secret.clone()).public_key().bytes();
    Dice dice{seed * 256 + who};
    for (std::uint8_t& byte : keys.ephemeral_secret.bytes()) {
        byte = static_cast<std::uint8_t>(dice.next());
    }
    return keys;
}

StationSession::Config station_config(FakeNode& node, const Wire& wire) {
    StationSession::Config config;
    config.keys = session_keys(1, wire.seed);
    config.hub_static_public = session_keys(wire.wrong_hub ? 3 : 2, 0).static_public;
    config.hub_node = hub_node;
    config.hello = node.hello();
    config.hello.protocol_max = wire.station_version;
    config.hello.protocol_min =
        wire.station_version_lowest != 0 ? wire.station_version_lowest : wire.station_version;
    if (wire.enrol_secret) {
        Enrol enrol;
        enrol.invitation.fill(5);
        enrol.sign_key.fill(6);
        enrol.box_key.fill(8);
        enrol.epoch = 7;
        enrol.name = "laptop-at-the-salon";
        config.hello.enrol = enrol;
        config.enrol_secret = Secret<32>{*wire.enrol_secret};
        config.hub_box_public.fill(9);
    }
    config.receipted = node.receipted;
    config.send_early = wire.send_early;
    config.facts = wire.facts;
    config.limits = wire.station_limits;
    return config;
}

HubSession::Config hub_config(const Wire& wire) {
    return {session_keys(2, wire.seed), hub_node, wire.hub_limits};
}

namespace {

/// Hands the next piece from one end to the other; at most \p most bytes.
template <class From, class To>
void carry(From& from, To& to, std::size_t most, std::optional<std::size_t> flip, Instant now) {
    const std::size_t size = std::min(most, from.waiting());
    Bytes piece(from.said.begin() + static_cast<std::ptrdiff_t>(from.carried),
                from.said.begin() + static_cast<std::ptrdiff_t>(from.carried + size));
    if (flip && *flip >= from.carried && *flip < from.carried + size) {
        piece[*flip - from.carried] ^= 0x10U;
    }
    from.carried += size;
    to.feed(Received{piece}, now);
}

}  // namespace

Outcome exchange(FakeNode& station_replica, FakeNode& hub_replica, const Wire& wire) {
    End<StationSession> station{station_replica, station_config(station_replica, wire)};
    End<HubSession> hub{hub_replica, hub_config(wire)};
    Dice dice{wire.seed};
    Instant now{std::chrono::hours{1}};
    Outcome outcome;
    station.feed(Started{}, now);
    hub.feed(Started{}, now);
    while (!station.closed || !hub.closed) {
        const std::size_t carried = station.carried + hub.carried;
        std::size_t most = wire.fragment_max == 0 ? SIZE_MAX : 1 + dice.below(wire.fragment_max);
        if (wire.cut_at) most = std::min(most, *wire.cut_at - carried);
        if (wire.stop_at && carried < *wire.stop_at) most = std::min(most, *wire.stop_at - carried);
        outcome.most_held = std::max({outcome.most_held, station.waiting(), hub.waiting()});
        const bool station_first = wire.fragment_max == 0 || dice.chance(50);
        if (wire.cut_at == carried) {
            station.feed(HungUp{}, now);
            hub.feed(HungUp{}, now);
        } else if (wire.stop_at == carried && !station.closed) {
            station.feed(StopAsked{}, now);
        } else if (station.waiting() != 0 && (station_first || hub.waiting() == 0)) {
            carry(station, hub, most, wire.flip_station, now);
        } else if (hub.waiting() != 0) {
            carry(hub, station, most, wire.flip_hub, now);
        } else if (station.closed) {
            hub.feed(HungUp{}, now);
        } else if (hub.closed) {
            station.feed(HungUp{}, now);
        } else {
            now = std::min(station.deadline, hub.deadline);
            if (station.deadline == now) station.feed(DeadlinePassed{}, now);
            if (hub.deadline == now) hub.feed(DeadlinePassed{}, now);
        }
    }
    outcome.station = station.closed;
    outcome.hub = hub.closed;
    outcome.station_traffic = station.session.traffic();
    outcome.hub_traffic = hub.session.traffic();
    outcome.wire_bytes = station.carried + hub.carried;
    outcome.station_said = std::move(station.said);
    outcome.hub_said = std::move(hub.said);
    return outcome;
}

bool in_sync(FakeNode& station, FakeNode& hub) {
    for (const Lane lane : {Lane::station, Lane::inbox, Lane::reference}) {
        if (station.head(lane) != hub.head(lane)) return false;
    }
    return station.corruptions == 0 && hub.corruptions == 0;
}

}  // namespace jiuying::test
