// The numbers that people see: given out offline, told apart by the hub. Design section 3.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"
#include "schema/assert.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <cstdio>

namespace jiuying::node {
namespace {

using schema::EntityId;
using sync::Transaction;

/// Numbers of a day in one node's block. Whoever needs more runs on into the next one, where the
/// hub tells apart what collides.
constexpr std::uint32_t block_size = 100'000;
static_assert(std::uint64_t{block_size} * number_blocks_max < std::uint64_t{1} << 31U);

/// 2: B, 3: C ... 26: Z, 27: AA. The first claimant, 1, would be A and has none.
std::string suffix_of(std::uint32_t claimant) {
    std::string letters;
    for (; claimant > 0; claimant = (claimant - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('A' + (claimant - 1) % 26));
    }
    return letters;
}

std::uint32_t claimant_of(const std::string& suffix) {
    std::uint32_t claimant = 0;
    for (const char letter : suffix) {
        claimant = claimant * 26 + static_cast<std::uint32_t>(letter - 'A') + 1;
    }
    return std::max<std::uint32_t>(claimant, 1);
}

}  // namespace

std::string Replica::State::next_number(std::int64_t now_ms) {
    const std::string date = schema::format_time(now_ms);  // 2026-11-23T...
    const std::string day = date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2);
    const std::string prefix = profile.station_code + "-" + day + "-";
    auto at = counters.find(day);
    if (at == counters.end()) {
        // The highest number of that day ever given out here: it never goes back, though the
        // clock may. What others call their appeals does not count, and each node of a station
        // counts in a block of its own: docs/decisions/0010.
        std::uint32_t last = profile.number_block * block_size;
        const std::string end = profile.station_code + "-" + day + ".";
        store.database()
            .statement("SELECT rid, number FROM appeal WHERE number >= ? AND number < ?")
            .each<RecordKey, std::string>(
                [&](RecordKey key, const std::string& number) {
                    const sync::AuthorIx writer = record_name(key).creation.author;
                    if (store.authors()[writer].node != node) return;
                    const auto counter = std::strtoul(number.c_str() + prefix.size(), nullptr, 10);
                    last = std::max(last, static_cast<std::uint32_t>(counter));
                },
                prefix, end);
        at = counters.emplace(day, last).first;
    }
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%04u", ++at->second);
    return prefix + digits.data();
}

std::string Replica::State::next_suffix(const std::string& number) {
    std::uint32_t last = 0;
    store.database()
        .statement("SELECT coalesce(number_suffix, '') FROM appeal WHERE number = ?")
        .each<std::string>(
            [&](const std::string& suffix) { last = std::max(last, claimant_of(suffix)); }, number);
    return last == 0 ? std::string() : suffix_of(last + 1);
}

void Replica::State::tell_numbers_apart(const std::vector<Transaction>& transactions,
                                        const std::vector<bool>& rejected,
                                        const Arrivals& arrivals) {
    // A segment that was taken is never judged again, so each suffix is written once.
    std::map<std::string, std::string> next;  // By number: many in a segment may share one.
    for (std::size_t at = 0; at < transactions.size(); ++at) {
        if (rejected[at]) continue;
        const Transaction& tx = transactions[at];
        for (const sync::Change& change : tx.changes) {
            if (change.field != schema::appeal::number) continue;
            const LoadedRecord* record = store.find(tx.records[change.record].name);
            const bool appeal = record != nullptr && record->entity != nullptr &&
                                record->entity->id == EntityId::appeal;
            const std::string number = appeal ? text_in(*record, schema::appeal::number) : "";
            if (number.empty()) continue;
            const std::string suffix = text_in(*record, schema::appeal::number_suffix);
            bool taken = false;
            store.database()
                .statement(
                    "SELECT rid FROM appeal WHERE number = ? AND "
                    "coalesce(number_suffix, '') = ? AND rid <> ?")
                .each<RecordKey>(
                    [&](RecordKey other) {
                        taken = arrivals.came_before(other, at, change.record);
                        return !taken;
                    },
                    number, suffix, record_key(record->state.name));
            if (!taken) continue;
            const auto known = next.find(number);
            const std::string given = known == next.end()
                                          ? next_suffix(number)
                                          : suffix_of(claimant_of(known->second) + 1);
            next[number] = given;
            Draft draft;
            draft.actor = "hub";
            draft.edits.push_back({record->state.id, {{schema::appeal::number_suffix, given}}});
            const Result<Committed> written = write(draft);
            JY_ASSERT(written.has_value());
            store.flush();  // The next one asks the table.
        }
    }
}

Result<Committed> Replica::register_appeal(const std::string& actor, std::vector<FieldValue> values,
                                           std::vector<NewRecord> along) {
    using namespace schema::appeal;
    const std::int64_t now = state_->environment.now_ms();
    // Whether this file is a copy decides from which block the number is.
    state_->writing([&] { state_->settle_file(); });
    const auto counters_before = state_->counters;
    const std::string printed = state_->next_number(now);
    const auto has = [&](schema::FieldId field) {
        return std::ranges::any_of(values, [&](const FieldValue& v) { return v.field == field; });
    };
    values.push_back({number, printed});
    // Somebody made up this number before it was given out.
    const std::string suffix = state_->is_hub() ? state_->next_suffix(printed) : std::string();
    if (!suffix.empty()) values.push_back({number_suffix, suffix});
    if (!has(registered_at)) values.push_back({registered_at, now});
    Draft draft{actor, std::move(along), {}};
    draft.records.insert(draft.records.begin(), NewRecord{EntityId::appeal, std::move(values)});
    Result<Committed> committed = state_->write(draft);
    if (!committed) {
        state_->counters = counters_before;
        return committed;
    }
    committed->number = with_suffix(printed, suffix);
    return committed;
}

}  // namespace jiuying::node
