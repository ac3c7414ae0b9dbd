// Two sides whose logs are equal and whose digests are not: which records differ. The digests that
// are kept are counted again now and then. docs/decisions/0020-divergence-and-versions.md.
#include "node/replica/comparison.hpp"

#include "node/store/meta_number.hpp"
#include "schema/planted.hpp"
#include "sync/merge/byte_text.hpp"
#include "sync/session/messages.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::RecordId;
using sync::IdRange;

/// Scopes of so few records are counted at every contact, others once a day.
constexpr std::uint64_t few_records = 256;
constexpr std::int64_t day_ms = 24 * 3'600'000;

RecordId id_of(std::uint8_t byte) {
    RecordId id;
    id.bytes.fill(byte);
    return id;
}

RecordId after(RecordId id) {
    for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend(); ++byte) {
        if (++*byte != 0) break;
    }
    return id;
}

}  // namespace

// --- Counting -----------------------------------------------------------------------------------

void Replica::State::recount(ScopeIx scope) {
    const sync::ScopeDigest counted = store.count_digest(scope);
    const sync::ScopeDigest& kept = store.scope_digest(scope);
    if (counted == kept) return;
    store.set_scope_digest(scope, counted);
}

std::vector<ScopeIx> Replica::State::compared_scopes(const Peer& peer) const {
    std::vector<ScopeIx> scopes;
    if (is_hub()) {
        if (const auto scope = store.find_scope(peer.scope)) scopes.push_back(*scope);
        return scopes;
    }
    for (std::size_t i = 0; i < store.scopes(); ++i) {
        if (store.scope_id(ScopeIx(i)) != profile.district_scope) scopes.push_back(ScopeIx(i));
    }
    return scopes;
}

void Replica::State::recount_if_due(const Peer& peer) {
    // The count would mend what that one breaks.
    if (planted::on(planted::Defect::digest_before_rejection)) return;
    const std::int64_t now = environment.now_ms();
    const std::string key = "recount:" + schema::to_text(peer.scope);
    const std::vector<ScopeIx> scopes = compared_scopes(peer);
    std::uint64_t records = 0;
    for (const ScopeIx scope : scopes) records += store.scope_digest(scope).records;
    if (records == 0) return;
    if (records > few_records) {
        const auto kept = kept_number(store, key);
        const auto last = static_cast<std::int64_t>(kept.value_or(0));
        // A scope that just grew so large was counted when it was small.
        if (kept && last <= now && now - last < day_ms) return;
        writing([&] { keep_number(store, key, static_cast<std::uint64_t>(now)); });
        if (!kept) return;
    }
    writing([&] {
        store.flush();
        for (const ScopeIx scope : scopes) recount(scope);
        if (!is_hub()) return;
        std::vector<RecordId> held;
        for (const ScopeIx scope : scopes) {
            store.database()
                .statement("SELECT \"order\" FROM held WHERE scope = ?")
                .each<RecordId>([&](const RecordId& order) { held.push_back(order); }, scope);
        }
        for (const RecordId& order : held) refresh_held(order);
    });
}

Comparison& Replica::State::comparison_with(const Peer& peer) {
    std::shared_ptr<Comparison>& place = comparisons[peer.node];
    if (place) return *place;
    place = std::make_shared<Comparison>();
    std::map<RecordId, sync::ScopeDigest> sums;
    store.flush();
    for (const ScopeIx scope : compared_scopes(peer)) {
        (void)store.count_digest(
            scope, [&](RecordKey, const RecordId& id, const std::optional<sync::Hash32>& digest) {
                // One that can't be read counts as what nobody has.
                sums[id].add(digest.value_or(sync::Hash32{}));
            });
    }
    if (is_hub()) {
        std::vector<RecordId> held;
        store.database()
            .statement("SELECT \"order\" FROM held WHERE scope = ?")
            .each<RecordId>([&](const RecordId& order) { held.push_back(order); },
                            store.scope(peer.scope));
        for (const RecordId& order : held) {
            for (const RecordKey key : family_keys(store, order)) {
                const LoadedRecord* record = store.find(record_name(key));
                if (record == nullptr) continue;
                sums[record->state.id].add(
                    sync::record_digest(record->state, record->entity, store.authors()));
            }
        }
    }
    for (const auto& [id, digest] : sums) place->entries.push_back({id, digest});
    store.forget_loaded();
    return *place;
}

// --- Comparing ----------------------------------------------------------------------------------

namespace {

using Entries = std::span<const Comparison::Entry>;

sync::ScopeDigest sum_of(Entries entries) {
    sync::ScopeDigest sum;
    for (const auto& entry : entries) {
        sum.add(entry.digest.sum);
        sum.records += entry.digest.records - 1;
    }
    return sum;
}

/// The parts of \p range that differ from what is here, and the records that do.
void compare_range(Comparison& here, const IdRange& range, const sync::OpenedRange& there,
                   std::vector<IdRange>& open) {
    if (there.parts.empty()) {
        for (const sync::RecordSum& record : there.records) {
            const bool meant = !(record.id < range.first) && !(range.last < record.id);
            if (meant && here.find(record.id) != record.digest) {
                here.differ[record.id] = record.digest;
            }
        }
        for (const auto& entry : here.in(range)) {
            const bool known =
                std::ranges::binary_search(there.records, entry.id, {}, &sync::RecordSum::id);
            if (!known) here.differ[entry.id] = std::nullopt;
        }
        return;
    }
    RecordId first = range.first;
    for (const sync::RangePart& part : there.parts) {
        if (part.last < first || range.last < part.last) return;  // No part of what was asked.
        const IdRange whole{first, part.last};
        const sync::ScopeDigest sum = sum_of(here.in(whole));
        const bool same = sum.records == part.records && half(sum.sum) == part.sum;
        // Room for all of them: ranges_max were asked, each has range_parts_max.
        if (!same) open.push_back(whole);
        if (part.last == range.last) return;
        first = after(part.last);
    }
}

}  // namespace

sync::Compared Replica::compare(const sync::Compare& compare, const Peer& peer) {
    State& state = *state_;
    if (compare.heard.empty()) state.comparisons.erase(peer.node);
    Comparison& here = state.comparison_with(peer);
    sync::Compared answer;
    if (compare.heard.empty()) {
        answer.open = {{id_of(0), id_of(0xFF)}};
    } else {
        const std::size_t count = std::min(compare.heard.size(), here.asked.size());
        for (std::size_t i = 0; i < count; ++i) {
            compare_range(here, here.asked[i], compare.heard[i], answer.open);
        }
        // The others are found once these are mended.
        if (answer.open.size() > sync::ranges_max) answer.open.resize(sync::ranges_max);
        if (here.differ.size() >= sync::found_max) answer.open.clear();
    }
    here.asked = answer.open;
    if (answer.open.empty()) answer.found = state.judge_found(here, peer);
    return answer;
}

sync::RangesOpened Replica::open_ranges(const sync::OpenRanges& open, const Peer& peer) {
    const Comparison& here = state_->comparison_with(peer);
    sync::RangesOpened answer;
    for (const IdRange& range : open.ranges) {
        sync::OpenedRange& opened = answer.ranges.emplace_back();
        const std::span<const Comparison::Entry> entries = here.in(range);
        if (entries.size() <= sync::range_parts_max) {
            for (const auto& entry : entries) {
                opened.records.push_back({entry.id, half(entry.digest.sum)});
            }
            continue;
        }
        for (std::size_t i = 0; i < sync::range_parts_max; ++i) {
            const std::size_t from = entries.size() * i / sync::range_parts_max;
            const std::size_t to = entries.size() * (i + 1) / sync::range_parts_max;
            const bool last = i + 1 == sync::range_parts_max;
            const sync::ScopeDigest sum = sum_of(entries.subspan(from, to - from));
            opened.parts.push_back(
                {last ? range.last : entries[to - 1].id, sum.records, half(sum.sum)});
        }
    }
    return answer;
}

}  // namespace jiuying::node
