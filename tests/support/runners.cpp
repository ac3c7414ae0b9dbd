#include "tests/support/runners.hpp"

#include <utility>

namespace jiuying::tests {

Met meet(TestNode& station, TestNode& hub, std::optional<std::size_t> cut_at) {
    auto a = node::SessionRunner::station(*station);
    auto b = node::SessionRunner::hub(*hub);
    const node::Instant now = station.environment->monotonic();
    Met met;
    (void)b.on_started(now);
    auto to_hub = a.on_started(now);
    node::SessionRunner::Step to_station;
    for (bool cut = false; !cut && !(to_hub.send.empty() && to_station.send.empty());) {
        const auto carry = [&](auto& from, auto& to, node::SessionRunner& receiver) {
            if (cut || from.send.empty()) return;
            const sync::Bytes bytes = std::exchange(from.send, {});
            std::size_t whole = bytes.size();
            if (cut_at && met.bytes + whole > *cut_at) {
                whole = *cut_at - met.bytes;
                cut = true;
            }
            met.bytes += whole;
            to = receiver.on_bytes(sync::View{bytes}.first(whole), now);
        };
        carry(to_hub, to_station, b);
        carry(to_station, to_hub, a);
    }
    met.station = to_hub.close;
    met.hub = to_station.close;
    if (!a.closed()) met.station = a.on_hung_up(now).close;
    if (!b.closed()) met.hub = b.on_hung_up(now).close;
    return met;
}

}  // namespace jiuying::tests
