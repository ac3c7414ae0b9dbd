// The no-loss ledger (A05): everything that a station took in is at the hub, on its way, or refused
// with a reason, and its printed numbers have no gap.
#include "node/replica/replica_state.hpp"

#include <algorithm>
#include <charconv>

namespace jiuying::node {
namespace {

/// `SHG01-20261123-0042` as what stands before the counter, and the counter.
struct Printed {
    std::string_view day;  ///< `SHG01-20261123-`
    std::uint32_t counter = 0;
};

std::optional<Printed> parse(std::string_view number) {
    const std::size_t dash = number.rfind('-');
    if (dash == std::string_view::npos) return std::nullopt;
    Printed printed{number.substr(0, dash + 1), 0};
    const std::string_view digits = number.substr(dash + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), printed.counter);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return printed;
}

std::string padded(std::uint32_t counter) {
    const std::string digits = std::to_string(counter);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

/// Adds to \p row the counters of a day that nobody has shown, each node's block by itself.
void find_gaps(std::string_view day, std::vector<std::uint32_t>& counters, LedgerRow& row) {
    constexpr std::uint32_t block = 100'000;  // docs/decisions/0010
    std::ranges::sort(counters);
    std::uint32_t before = 0;
    for (const std::uint32_t counter : counters) {
        const std::uint32_t begin = counter / block * block;
        // Beyond its block a node runs on into the next, so only the first of a block is searched.
        for (std::uint32_t missing = std::max(before, begin) + 1; missing < counter; ++missing) {
            ++row.missing_total;
            if (row.missing.size() < LedgerRow::missing_max) {
                row.missing.push_back(std::string{day} + padded(missing));
            }
        }
        before = counter;
    }
    counters.clear();
}

}  // namespace

std::vector<LedgerRow> Replica::ledger() {
    State& state = *state_;
    sqlite::Database& db = state.store.database();
    std::map<ScopeIx, LedgerRow> rows;
    const auto row_of = [&](ScopeIx scope) -> LedgerRow* {
        const bool own = state.store.scope_id(scope) == state.profile.scope;
        if (!state.is_hub() && !own) return nullptr;
        const auto [at, fresh] = rows.try_emplace(scope);
        if (fresh) at->second.station = state.station_of(scope);
        return &at->second;
    };
    std::map<sync::AuthorIx, std::uint64_t> receipted;  // Own authors, at a station.
    for (const auto& log : state.store.logs()) {
        const bool own = !state.is_hub() && log->id.author.node == state.node;
        if (own && log->id.stream == sync::Stream::station) {
            receipted[log->author] = state.receipted(*log);
        }
    }
    std::string day;
    std::vector<std::uint32_t> counters;
    LedgerRow* of_day = nullptr;
    const auto end_day = [&] {
        if (of_day != nullptr) find_gaps(day, counters, *of_day);
        of_day = nullptr;
    };
    db.statement("SELECT rid, scope, number FROM appeal WHERE number IS NOT NULL ORDER BY number")
        .each<RecordKey, ScopeIx, std::string>(
            [&](RecordKey key, ScopeIx scope, const std::string& number) {
                LedgerRow* row = row_of(scope);
                if (row == nullptr) return;
                ++row->intake;
                const sync::Dot creation = record_name(key).creation;
                const auto own = receipted.find(creation.author);
                const bool on_way = own != receipted.end() && creation.txn > own->second;
                ++(on_way ? row->in_transit : row->received);
                const auto printed = parse(number);
                if (!printed || !printed->day.starts_with(row->station + "-")) return;
                if (of_day != nullptr && day != printed->day) end_day();
                of_day = row;
                day = printed->day;
                counters.push_back(printed->counter);
            });
    end_day();
    db.statement(
          "SELECT scope, coalesce((SELECT reason FROM rejection WHERE record = appeal.id LIMIT 1), "
          "0) AS why, count(*) FROM appeal WHERE number IS NULL GROUP BY scope, why ORDER BY why")
        .each<ScopeIx, std::int64_t, std::uint64_t>(
            [&](ScopeIx scope, std::int64_t reason, std::uint64_t count) {
                LedgerRow* row = row_of(scope);
                if (row == nullptr) return;
                row->intake += count;
                row->refused += count;
                row->reasons.emplace_back(reason, count);
            });
    std::vector<LedgerRow> ledger;
    for (auto& [scope, row] : rows) ledger.push_back(std::move(row));
    std::ranges::sort(ledger, {}, &LedgerRow::station);
    return ledger;
}

}  // namespace jiuying::node
