#include "node/replica/late_words.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

/// Places of inboxes whose words wait: pairs of log and number there.
constexpr std::string_view put_off_key = "put_off";

/// All that touched \p record.
std::vector<sync::Dot> dots_of(const sync::RecordState& record) {
    std::vector<sync::Dot> dots;
    for (const sync::Touches& touches : record.touches) {
        for (const std::uint64_t txn : touches.txns) dots.push_back({touches.author, txn});
    }
    return dots;
}

}  // namespace

void Replica::State::LateWords::take_in(const std::vector<sync::Transaction>& transactions,
                                        sync::AuthorIx author) {
    const bool ahead =
        state_.store.database()
            .statement("SELECT 1 FROM forwarded WHERE author = ? AND txn > ? LIMIT 1")
            .maybe<int>(author, transactions.front().txn)
            .has_value();
    if (!ahead) return;
    for (const sync::Transaction& tx : transactions) {
        for (const sync::TouchedRecord& touched : tx.records) {
            make_again(touched, dot_of(tx, author));
        }
    }
}

void Replica::State::LateWords::put_off(const sync::Transaction& tx, const LogFacts& inbox) {
    const auto kept = state_.store.meta(put_off_key);
    std::vector<std::uint64_t> pairs = kept ? epochs_in(*kept) : std::vector<std::uint64_t>();
    pairs.insert(pairs.end(), {inbox.ix, tx.txn});
    state_.store.set_meta(put_off_key, bytes_of_epochs(pairs));
}

void Replica::State::LateWords::take_put_off() {
    const auto kept = state_.store.meta(put_off_key);
    const std::vector<std::uint64_t> pairs = kept ? epochs_in(*kept) : std::vector<std::uint64_t>();
    if (pairs.empty()) return;
    std::vector<std::pair<const LogFacts*, sync::Transaction>> words;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        const auto& logs = state_.store.logs();
        if (pairs[i] >= logs.size()) continue;
        auto tx = state_.find_in_log(*logs[pairs[i]], pairs[i + 1]);
        if (tx && tx->origin) words.emplace_back(logs[pairs[i]].get(), *std::move(tx));
    }
    std::ranges::stable_sort(words, {}, [](const auto& one) { return one.second.origin->dot.txn; });
    for (const auto& [inbox, tx] : words) {
        state_.apply(tx, inbox->author, inbox->scope, flags_of(tx));
        state_.note_forwarded(tx, *inbox);
        for (const sync::TouchedRecord& touched : tx.records) {
            make_again(touched, tx.origin->dot);
        }
    }
    state_.store.set_meta(put_off_key, {});
}

bool Replica::State::LateWords::is_late(const sync::RecordState& record, sync::Dot dot) {
    const auto of = std::ranges::find(record.touches, dot.author, &sync::Touches::author);
    return of != record.touches.end() && dot.txn < of->txns.back() &&
           !std::ranges::binary_search(of->txns, dot.txn);
}

void Replica::State::LateWords::make_again(const sync::TouchedRecord& touched, sync::Dot late) {
    LoadedRecord* record = state_.store.find(touched.name);
    if (record == nullptr || !is_late(record->state, late)) return;
    std::vector<sync::Dot> dots = dots_of(record->state);
    dots.push_back(late);
    make_from(*record, std::move(dots));
}

void Replica::State::LateWords::leave_out(const sync::TouchedRecord& touched, sync::Dot dot) {
    LoadedRecord* record = state_.store.find(touched.name);
    if (record == nullptr) return;
    std::vector<sync::Dot> dots = dots_of(record->state);
    if (std::erase(dots, dot) != 0) make_from(*record, std::move(dots));
}

void Replica::State::LateWords::make_from(LoadedRecord& record, std::vector<sync::Dot> dots) {
    std::ranges::sort(dots, {}, &sync::Dot::txn);
    auto made = made_from(record.state, dots);
    const sync::RecordName name = record.state.name;
    if (!made) {
        // Of the whole log, then, which takes longer.
        state_.store.flush();
        const RecordKey key = record_key(name);
        auto all = state_.records_by_logs({key});
        if (!all || !all->contains(key)) return;
        made = std::move(all->at(key).state);
    }
    LoadedRecord& changed = *state_.store.find(name);
    state_.store.before_change(changed);
    changed.state = *std::move(made);
    changed.dirty = true;
}

/// Nothing if one of them is not to be found.
std::optional<sync::RecordState> Replica::State::LateWords::made_from(
    const sync::RecordState& record, const std::vector<sync::Dot>& dots) {
    sync::RecordState made;
    made.name = record.name;
    made.entity = record.entity;
    made.id = record.id;
    for (const sync::Dot dot : dots) {
        if (!add(made, dot)) return std::nullopt;
    }
    return made;
}

bool Replica::State::LateWords::add(sync::RecordState& record, sync::Dot dot) {
    const auto tx = state_.find_transaction(dot, &record.name);
    if (!tx) return false;
    std::vector<const sync::Change*> changes;
    for (const sync::Change& change : tx->changes) {
        if (tx->records[change.record].name == record.name) changes.push_back(&change);
    }
    const unsigned known = flags_of(*tx) | state_.marks_of(dot);
    const bool makes = std::ranges::any_of(tx->records, [&](const auto& touched) {
        return touched.created && touched.name == record.name;
    });
    if (state_.is_hub() && (known & on_nothing) != 0 && !makes) return true;
    const auto flags =
        static_cast<std::uint8_t>(known & (sync::Version::suspect | sync::Version::rejected));
    (void)sync::apply(record, dot, tx->hlc, flags, state_.store.actor(tx->actor), changes);
    return true;
}

}  // namespace jiuying::node
