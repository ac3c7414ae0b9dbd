/// What a backup says of itself to the node that it is of. docs/reference/backup-format.md.
#pragma once

#include "sync/types.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace jiuying::node {

/// A log in a backup and how far it goes there.
struct BackupHead {
    sync::LogId log;
    sync::Position position;
    bool operator==(const BackupHead&) const = default;
};

using BackupId = std::array<std::uint8_t, 16>;

struct BackupFacts {
    BackupId id{};
    std::int64_t made_ms = 0;
    std::vector<BackupHead> heads;
};

struct LastBackup {
    BackupId id{};
    std::int64_t made_ms = 0;
};

}  // namespace jiuying::node
