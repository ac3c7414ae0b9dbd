/// Which field a conflict id stood for, once the conflict has changed.
///
/// An id is a hash over the versions that compete, so it ends when one more version arrives. Who
/// listed it a minute ago must be told what took its place; so the ids that were listed here are
/// remembered in DATA/conflicts.seen: record and field, no content. A lost file costs only that
/// courtesy. Belongs to the replica's thread.
#pragma once

#include "node/replica/records.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jiuying::node {

class SeenConflicts {
public:
    static constexpr std::size_t kept_max = 5000;  ///< The oldest are forgotten.

    using Place = std::pair<schema::RecordId, schema::FieldId>;

    explicit SeenConflicts(const std::filesystem::path& data);

    /// Remembers those that are new and writes the file if there were any.
    void remember(const std::vector<ConflictView>& conflicts);
    [[nodiscard]] std::optional<Place> find(const sync::ConflictId& id) const;

private:
    struct Line {
        sync::ConflictId id;
        Place place;
    };
    void save() const;

    std::filesystem::path file_;
    std::vector<Line> lines_;  ///< In the order in which they were first seen.
};

}  // namespace jiuying::node
