/// Fuzzes a session with a peer whose keys and framing are right and whose words are anything.
///
/// Input: u8 choices (bit 0: the station is fuzzed, else the hub; bit 1: the peer opens properly;
/// bit 2: deliveries fail; bits 3 to 7: size of the pieces it arrives in), then messages: u16 size,
/// most significant byte first, and so many bytes (or all that are left). The first message to a
/// hub is the payload of the third handshake message.
#include "schema/assert.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/noise/framing.hpp"
#include "sync/session/messages.hpp"
#include "sync/session/session.hpp"

#include <algorithm>
#include <deque>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

constexpr std::uint8_t fuzz_station = 1;
constexpr std::uint8_t open_properly = 2;
constexpr std::uint8_t fail_deliveries = 4;
constexpr std::size_t rounds_max = 10'000;

SessionKeys keys_of(std::uint8_t who) {
    SessionKeys keys;
    std::ranges::fill(keys.static_secret.bytes(), who);
    std::ranges::fill(keys.ephemeral_secret.bytes(), static_cast<std::uint8_t>(who + 1));
    keys.static_public =
        X25519KeyPair::from_private(keys.static_secret.clone()).public_key().bytes();
    return keys;
}

SessionKeys station_keys() { return keys_of(1); }
SessionKeys hub_keys() { return keys_of(5); }

SessionLimits small_limits() {
    SessionLimits limits;
    limits.credit = 3000;
    limits.early_bytes_max = 2000;
    limits.chunk_bytes = 500;
    limits.segment_bytes_max = 4000;
    limits.message_bytes_max = 5000;
    limits.key_wraps_max = 4;
    return limits;
}

/// What both replicas have to offer: one segment a lane, then nothing.
Offered offer(const Fetch& fetch) {
    JY_ASSERT(fetch.bytes_max > 0);
    if (fetch.after.seq >= 9) return {};
    OutgoingSegment segment{fetch.lane, 1, 9, {1, 9, {}}, Bytes(1200, 0x5A)};
    Offer offer;
    offer.key_wraps = {Bytes(50, 1)};
    offer.segments.push_back(std::move(segment));
    return {std::move(offer)};
}

/// Performs what a session asks; checks that it asks for nothing absurd.
class World {
public:
    explicit World(bool failing) : failing_(failing) {}

    template <class Session>
    void feed(Session& session, const Event& event) {
        std::deque<Action> todo;
        const auto enqueue = [&](Actions actions) {
            JY_ASSERT(!closed || actions.empty());
            for (const Action& action : actions) {
                if (std::holds_alternative<Close>(action)) closed = true;
            }
            std::ranges::move(actions, std::back_inserter(todo));
        };
        enqueue(session.step(event, now));
        for (std::size_t i = 0; !todo.empty(); todo.pop_front(), ++i) {
            JY_ASSERT(i < rounds_max);
            if (const auto answer = perform(todo.front())) enqueue(session.step(*answer, now));
        }
    }

    Bytes said;
    bool closed = false;
    Instant now{std::chrono::hours{1}};

private:
    std::optional<Event> perform(const Action& action) {
        if (const auto* send = std::get_if<Send>(&action)) {
            append(said, send->bytes);
        } else if (std::holds_alternative<Admit>(action)) {
            return Admitted{Hello{}, Bytes(30, 1)};
        } else if (const auto* fetch = std::get_if<Fetch>(&action)) {
            return offer(*fetch);
        } else if (const auto* deliver = std::get_if<Deliver>(&action)) {
            JY_ASSERT(deliver->segment.size() <= small_limits().segment_bytes_max);
            if (failing_) return DeliveryFailed{CloseReason::bad_segment};
            return Delivered{LaneHead{1, 1, {}}, Bytes(30, 2)};
        } else if (std::holds_alternative<StoreKeys>(action)) {
            JY_ASSERT(++keys_ <= small_limits().key_wraps_max);
        } else if (const auto* keep = std::get_if<KeepPartial>(&action)) {
            JY_ASSERT(keep->partial.bytes.empty() ||
                      keep->partial.bytes.size() < keep->partial.size);
        }
        return std::nullopt;
    }

    bool failing_;
    std::uint32_t keys_ = 0;
};

noise::Handshake peer_handshake(noise::Role role) {
    const bool station = role == noise::Role::initiator;
    SessionKeys mine = station ? station_keys() : hub_keys();
    noise::HandshakeKeys keys;
    keys.static_key = X25519KeyPair::from_private(std::move(mine.static_secret));
    keys.ephemeral = X25519KeyPair::from_private(std::move(mine.ephemeral_secret));
    if (station) keys.remote_static = X25519Key{hub_keys().static_public};
    Bytes prologue{'J', 'Y', 'S', 'Y', 1, 1};
    prologue.resize(prologue.size() + 16);
    append(prologue, as_view("station to hub"));
    return {noise::Pattern::XK, role, prologue, std::move(keys)};
}

Bytes framed(View noise_message) {
    noise::FrameWriter writer;
    writer.add_frame(noise_message);
    return writer.take();
}

/// The next message of the input. What can be read of it must be written the same.
View take_message(View& input) {
    if (input.size() < 2) return std::exchange(input, View{});
    const std::size_t size = std::min<std::size_t>(
        static_cast<std::size_t>(input[0]) << 8U | input[1], input.size() - 2);
    const View bytes = input.subspan(2, size);
    input = input.subspan(2 + size);
    Bytes again;
    for (message::Reader reader{bytes}; !reader.empty();) {
        const Result<message::Any> item = reader.next();
        if (!item) return bytes;
        message::write(again, *item);
        JY_ASSERT(again.size() <= bytes.size());
        JY_ASSERT(std::ranges::equal(again, bytes.first(again.size())));
    }
    return bytes;
}

template <class Session>
void talk(World& world, Session& session, noise::Transport transport, View input,
          std::size_t piece_size) {
    while (!input.empty() && !world.closed) {
        const View message = take_message(input);
        if (message.size() > noise::message_cap_default) return;
        noise::FrameWriter writer;
        JY_ASSERT(writer.add_message(transport, message).has_value());
        const Bytes sealed = writer.take();
        for (View rest{sealed}; !rest.empty();) {
            const View piece = rest.first(std::min(rest.size(), piece_size));
            world.feed(session, Received{piece});
            rest = rest.subspan(piece.size());
        }
        world.now += std::chrono::seconds{1};
    }
    world.feed(session, HungUp{});
    JY_ASSERT(world.closed);
}

void against_hub(World& world, std::uint8_t choices, View input, std::size_t piece_size) {
    HubSession hub{{hub_keys(), {}, small_limits()}};
    noise::Handshake station = peer_handshake(noise::Role::initiator);
    world.feed(hub, Started{});
    Bytes opening{'J', 'Y', 'S', 'Y', 1, 1};
    append(opening, framed(station.write({}).value()));
    world.feed(hub, Received{opening});
    JY_ASSERT(station.read(View{world.said}.subspan(2)).has_value());
    Bytes payload;
    if ((choices & open_properly) != 0) {
        Hello hello;
        hello.credit = 100'000;
        message::write(payload, hello);
    } else {
        const View first = take_message(input);
        payload.assign(first.begin(), first.end());
    }
    world.feed(hub, Received{framed(station.write(payload).value())});
    talk(world, hub, station.split(), input, piece_size);
}

void against_station(World& world, std::uint8_t choices, View input, std::size_t piece_size) {
    StationSession::Config config;
    config.keys = station_keys();
    config.hub_static_public = hub_keys().static_public;
    config.hello.partial = PartialSegment{Lane::inbox, 1, 3000, {}, 40, Bytes(40, 1)};
    config.limits = small_limits();
    StationSession station{std::move(config)};
    noise::Handshake hub = peer_handshake(noise::Role::responder);
    world.feed(station, Started{});
    JY_ASSERT(hub.read(View{world.said}.subspan(8)).has_value());
    world.said.clear();
    world.feed(station, Received{framed(hub.write({}).value())});
    const std::size_t size = static_cast<std::size_t>(world.said[0]) << 8U | world.said[1];
    JY_ASSERT(hub.read(View{world.said}.subspan(2, size)).has_value());
    noise::Transport transport = hub.split();
    if ((choices & open_properly) != 0) {
        Bytes hello;
        message::write(hello, Hello{});
        noise::FrameWriter writer;
        JY_ASSERT(writer.add_message(transport, hello).has_value());
        world.feed(station, Received{writer.take()});
    }
    talk(world, station, std::move(transport), input, piece_size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::uint8_t choices = data[0];
    const View input{data + 1, size - 1};
    const std::size_t piece_size = (choices >> 3U) == 0 ? SIZE_MAX : 37U * (choices >> 3U);
    World world{(choices & fail_deliveries) != 0};
    if ((choices & fuzz_station) != 0) {
        against_station(world, choices, input, piece_size);
    } else {
        against_hub(world, choices, input, piece_size);
    }
    return 0;
}
