/// Erasure of a person's data, as a node carries it out: what is in the tables goes as soon as it
/// knows (Store::redact), what is in kept segments as soon as nobody needs them any more.
/// docs/decisions/0030.
#pragma once

#include "node/replica/replica_state.hpp"

#include <map>
#include <set>

namespace jiuying::node {

/// Wishes that a clean copy of the write-ahead log is made soon: State::scrub.
inline constexpr std::string_view scrub_key = "scrub";
void want_scrub(Store& store);

/// Used by the one who writes, inside a database transaction.
class Replica::State::ErasureBook {
public:
    explicit ErasureBook(State& state) : state_(state) {}

    /// Reference data on erasures have changed. Everything must be flushed.
    void heed();
    /// Values came that are to be gone: the segments that have them are written anew, too.
    void heed_late(const std::set<schema::RecordId>& targets);
    /// Writes kept segments anew, as far as may be: a station keeps what it wrote until the hub
    /// has it. Says so to the hub when nothing is left.
    void carry_out();

private:
    using Places = std::map<std::uint32_t, std::set<std::int64_t>>;  ///< Of segments, by log.
    using Kinds = std::map<RecordKey, const schema::Entity*>;
    /// False if something has to wait.
    [[nodiscard]] bool carry_out(const schema::RecordId& target);
    [[nodiscard]] bool find_places(const Kinds& family, Places& places);
    void add_forwards(const schema::RecordId& target, const Kinds& family, Places& places);
    [[nodiscard]] std::vector<sync::Cut> cuts_in(const LogFacts& log, std::int64_t place,
                                                 const Kinds& family);
    void drop_snapshots_of(const schema::RecordId& target, const Kinds& family);
    void tell(const schema::RecordId& target);

    State& state_;
};

}  // namespace jiuying::node
