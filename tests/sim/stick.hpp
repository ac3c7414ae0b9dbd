/// A USB stick in a simulated world: what one node wrote for another, as one file.
#pragma once

#include "node/replica/bundles.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::sim {

struct Stick {
    std::string from;  ///< Code of who wrote it, and for whom.
    std::string to;
    sync::Bytes head;
    sync::Bytes manifest;
    std::vector<sync::Bytes> items;
    /// Which transactions stand in each of them, and how large it is.
    struct Listed {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::size_t size = 0;
    };
    std::vector<Listed> listed{};
};

/// All that \p from has for its peer (a station's; at the hub \p station's). Nothing if it has no
/// such peer yet.
[[nodiscard]] std::optional<Stick> write_stick(node::Replica& from, node::Environment& environment,
                                               const std::string& station);

/// Takes what is on it. False if it was refused as a whole.
bool read_stick(node::Replica& into, const Stick& stick);

}  // namespace jiuying::sim
