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

/// What a registration that was refused was to be called.
std::string refused_number(const LoadedRecord* record) {
    const auto* graph =
        record == nullptr ? nullptr : sync::find_graph(record->state, schema::appeal::number);
    if (graph == nullptr) return {};
    const auto own =
        std::ranges::find(graph->versions, record->state.name.creation, &sync::Version::dot);
    const std::string* number =
        own == graph->versions.end() ? nullptr : schema::text_of(own->value);
    return number == nullptr ? std::string{} : *number;
}

std::string padded(std::uint32_t counter) {
    const std::string digits = std::to_string(counter);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

/// Adds to \p row the counters of a day that nobody has, each node's block by itself.
void find_gaps(const std::string& day, std::vector<std::uint32_t>& counters, LedgerRow& row) {
    constexpr std::uint32_t block = 100'000;  // docs/decisions/0010
    std::ranges::sort(counters);
    std::uint32_t before = 0;
    for (const std::uint32_t counter : counters) {
        const std::uint32_t begin = counter / block * block;
        // Beyond its block a node runs on into the next, so only the first of a block is searched.
        for (std::uint32_t missing = std::max(before, begin) + 1; missing < counter; ++missing) {
            ++row.missing_total;
            if (row.missing.size() < LedgerRow::missing_max) {
                row.missing.push_back(day + padded(missing));
            }
        }
        before = counter;
    }
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
    struct Day {
        LedgerRow* row = nullptr;
        std::vector<std::uint32_t> counters;
    };
    std::map<std::string, Day, std::less<>> days;
    const auto count_number = [&](LedgerRow& row, std::string_view number) {
        const auto printed = parse(number);
        if (!printed || !printed->day.starts_with(row.station + "-")) return;
        auto day = days.find(printed->day);
        if (day == days.end()) day = days.emplace(printed->day, Day{&row, {}}).first;
        day->second.counters.push_back(printed->counter);
    };
    db.statement("SELECT rid, scope, number FROM appeal WHERE number IS NOT NULL")
        .each<RecordKey, ScopeIx, std::string>(
            [&](RecordKey key, ScopeIx scope, const std::string& number) {
                LedgerRow* row = row_of(scope);
                if (row == nullptr) return;
                ++row->intake;
                const sync::Dot creation = record_name(key).creation;
                const auto own = receipted.find(creation.author);
                const bool on_way = own != receipted.end() && creation.txn > own->second;
                ++(on_way ? row->in_transit : row->received);
                count_number(*row, number);
            });
    std::map<std::pair<LedgerRow*, std::int64_t>, std::uint64_t> reasons;
    db.statement(
          "SELECT rid, scope, coalesce((SELECT reason FROM rejection WHERE record = appeal.id "
          "LIMIT 1), 0) FROM appeal WHERE number IS NULL ORDER BY rid")
        .each<RecordKey, ScopeIx, std::int64_t>(
            [&](RecordKey key, ScopeIx scope, std::int64_t reason) {
                LedgerRow* row = row_of(scope);
                if (row == nullptr) return;
                ++row->intake;
                ++row->refused;
                ++reasons[{row, reason}];
                count_number(*row, refused_number(state.store.find(record_name(key))));
            });
    state.store.forget_loaded();
    for (const auto& [of, count] : reasons) of.first->reasons.emplace_back(of.second, count);
    for (auto& [day, numbers] : days) find_gaps(day, numbers.counters, *numbers.row);
    std::vector<LedgerRow> ledger;
    for (auto& [scope, row] : rows) ledger.push_back(std::move(row));
    std::ranges::sort(ledger, {}, &LedgerRow::station);
    return ledger;
}

}  // namespace jiuying::node
