/// What a hub does so that it holds a station's records twice.
#pragma once

#include "node/replica/replica.hpp"

#include <algorithm>

namespace jiuying::sim {

/// Writes a snapshot of \p scope, copies it and reads the copy back. True if all of it was sound;
/// the next receipts of its stations then say so. Throws as Replica does.
inline bool back_up(node::Replica& hub, const schema::ScopeId& scope) {
    const auto written = hub.write_snapshot(scope);
    if (!written) return false;
    sync::Bytes copy;
    if (!hub.copy_snapshot(written->id, [&](sync::View bytes) { sync::append(copy, bytes); })) {
        return false;
    }
    std::size_t at = 0;
    const auto confirmed = hub.confirm_copy([&](std::span<std::uint8_t> into) {
        if (into.size() > copy.size() - at) return false;
        std::copy_n(copy.begin() + static_cast<std::ptrdiff_t>(at), into.size(), into.begin());
        at += into.size();
        return true;
    });
    return confirmed.has_value();
}

}  // namespace jiuying::sim
