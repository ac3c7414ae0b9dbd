// From a transaction to records, wherever it came from.
#include "node/replica/apply_in.hpp"
#include "node/replica/late_words.hpp"
#include "node/replica/replica_state.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/dot_hash.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using sync::Transaction;

const schema::Value* value_in(const Transaction& tx, std::size_t record, schema::FieldId field) {
    for (const sync::Change& change : tx.changes) {
        if (change.record == record && change.field == field) return &change.value;
    }
    return nullptr;
}

std::uint64_t number_in(const Transaction& tx, std::size_t record, schema::FieldId field) {
    const schema::Value* value = value_in(tx, record, field);
    const std::int64_t* number = value == nullptr ? nullptr : schema::number_of(*value);
    return number == nullptr ? 0 : static_cast<std::uint64_t>(*number);
}

std::optional<sync::Author> author_in(const Transaction& tx, std::size_t record,
                                      schema::FieldId field) {
    const schema::Value* value = value_in(tx, record, field);
    const std::string* bytes = value == nullptr ? nullptr : schema::text_of(*value);
    if (bytes == nullptr || bytes->size() != 24) return std::nullopt;
    sync::Author author;
    std::copy_n(bytes->begin(), 16, author.node.bytes.begin());
    for (unsigned i = 0; i < 8; ++i) {
        author.epoch |= std::uint64_t{static_cast<std::uint8_t>((*bytes)[16 + i])} << (8U * i);
    }
    return author;
}

}  // namespace

Filed file_of(Store& store, const Transaction& tx, ScopeIx scope, bool at_hub, std::uint8_t flags) {
    // A station that had no business there made its records in no other scope than its own.
    const bool elsewhere = tx.origin && !(at_hub && (flags & astray) != 0);
    const ScopeIx home = elsewhere ? store.scope(tx.origin->scope) : scope;
    return {home, at_hub ? scope : home, at_hub && (flags & on_nothing) != 0};
}

void apply_transaction(Store& store, const Transaction& tx, sync::AuthorIx author,
                       const Filed& filed, std::uint8_t flags) {
    apply_in(store, store, tx, author, filed, flags);
}

std::uint8_t rejected_for(std::int64_t reason) {
    unsigned flags = sync::Version::rejected;
    if (reason == schema::rejection::wrong_scope) flags |= astray;
    if (reason == schema::rejection::unknown_record) flags |= on_nothing;
    return static_cast<std::uint8_t>(flags);
}

std::vector<Mark> marks_in(const Transaction& tx) {
    std::vector<Mark> marks;
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        if (!touched.created) continue;
        if (touched.entity == EntityId::rejection) {
            const auto whose = author_in(tx, i, schema::rejection::author);
            const std::uint64_t txn = number_in(tx, i, schema::rejection::txn);
            const std::uint64_t reason = number_in(tx, i, schema::rejection::reason);
            const std::uint8_t flag = rejected_for(static_cast<std::int64_t>(reason));
            if (whose) marks.push_back({*whose, txn, txn, flag});
        } else if (touched.entity == EntityId::clock_verdict) {
            const auto whose = author_in(tx, i, schema::clock_verdict::author);
            const std::uint64_t first = number_in(tx, i, schema::clock_verdict::first_txn);
            const std::uint64_t last = number_in(tx, i, schema::clock_verdict::last_txn);
            const bool all = !planted::on(planted::Defect::verdict_of_first);
            if (whose) marks.push_back({*whose, first, all ? last : first, sync::Version::suspect});
        }
    }
    return marks;
}

std::vector<ChainNotice> chain_notices_in(const Transaction& tx) {
    std::vector<ChainNotice> notices;
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        if (!touched.created || touched.entity != EntityId::chain_notice) continue;
        using namespace schema::chain_notice;
        const auto whose = author_in(tx, i, schema::chain_notice::author);
        if (!whose) continue;
        ChainNotice notice{*whose, number_in(tx, i, first_seq), number_in(tx, i, first_txn), 0,
                           number_in(tx, i, held_seq)};
        const schema::Value* value = value_in(tx, i, schema::chain_notice::epoch);
        const std::string* bytes = value == nullptr ? nullptr : schema::text_of(*value);
        if (bytes != nullptr && bytes->size() == 8) {
            notice.epoch = epochs_in(sqlite::as_blob(*bytes)).front();
        }
        notices.push_back(notice);
    }
    return notices;
}

void Replica::State::apply(const Transaction& tx, sync::AuthorIx author, ScopeIx scope,
                           std::uint8_t flags) {
    const sync::Dot dot = dot_of(tx, author);
    const auto all_flags = static_cast<std::uint8_t>(flags | marks_of(dot));
    apply_transaction(store, tx, author, file_of(store, tx, scope, is_hub(), all_flags), all_flags);
    if (is_hub()) queue_forwards(tx, dot, scope, all_flags);
    for (const sync::TouchedRecord& touched : tx.records) {
        if (!is_hub() && held_orders && is_share(touched)) held_orders.reset();
        const schema::Entity* entity = schema::find_entity(registry, touched.entity);
        const bool known_to_all =
            touched.created && entity != nullptr && entity->home == schema::Home::reference;
        if (known_to_all && reference_ids) reference_ids->insert(touched.id);
    }
    // Only the hub judges; what a station writes into these kinds is rejected at the hub.
    // A station's word for it counts for nothing; a hub's, which says its own again, at a station.
    if (tx.origin && is_hub()) return;
    if (store.authors()[dot.author].node != profile.hub.node) return;
    for (const Mark& mark : marks_in(tx)) {
        add_mark(store.authors().intern(mark.author), mark.first, mark.last, mark.flag);
    }
}

bool Replica::State::is_share(const sync::TouchedRecord& touched) {
    if (touched.created) return touched.entity == EntityId::share;
    const LoadedRecord* record = store.find(touched.name);
    return record != nullptr && record->state.entity == EntityId::share;
}

std::uint8_t Replica::State::marks_of(sync::Dot dot) {
    // Asked for every transaction; hardly any author was ever judged.
    if (!marked_authors) {
        marked_authors.emplace();
        store.database()
            .statement("SELECT DISTINCT author FROM mark")
            .each<sync::AuthorIx>([&](sync::AuthorIx author) { marked_authors->insert(author); });
    }
    if (!marked_authors->contains(dot.author)) return 0;
    unsigned flags = 0;
    store.database()
        .statement("SELECT flag FROM mark WHERE author = ? AND first <= ? AND last >= ?")
        .each<std::uint8_t>([&](std::uint8_t flag) { flags |= flag; }, dot.author, dot.txn,
                            dot.txn);
    return static_cast<std::uint8_t>(flags);
}

void Replica::State::add_mark(sync::AuthorIx author, std::uint64_t first, std::uint64_t last,
                              std::uint8_t flag) {
    const std::int64_t added = store.database()
                                   .statement("INSERT OR IGNORE INTO mark VALUES(?, ?, ?, ?)")
                                   .run(author, first, last, flag);
    if (added == 0) return;
    if (marked_authors) marked_authors->insert(author);
    // What is already here of that range gets its flag now; what comes later gets it in apply.
    for (const auto& log : store.logs()) {
        if (log->author != author) continue;
        each_transaction(*log, first, last, [&](const Transaction& tx) {
            for (const sync::TouchedRecord& touched : tx.records) {
                LoadedRecord* record = store.find(touched.name);
                if (record == nullptr) continue;
                if (!planted::on(planted::Defect::digest_before_rejection) ||
                    flag == sync::Version::suspect)
                    store.before_change(*record);
                const auto told = static_cast<std::uint8_t>(flag & ~(astray | on_nothing));
                if (sync::mark(record->state, author, tx.txn, tx.txn, told)) record->dirty = true;
                const bool traceless = is_hub() && (flag & on_nothing) != 0 && !touched.created;
                if (traceless) LateWords(*this).leave_out(touched, dot_of(tx, author));
            }
        });
    }
}

void Replica::State::update_decided() {
    if (is_hub()) {
        // What is stored here was judged when it came.
        store.set_decided([](sync::Dot) { return true; });
        return;
    }
    const std::uint64_t decided = decided_here();
    store.set_decided([this, decided](sync::Dot dot) {
        if (planted::on(planted::Defect::decided_too_early)) return true;
        if (dot.author == own) return dot.txn <= decided;
        // The hub's own words need no judging, and what it forwards was judged before. What this
        // node wrote in a former epoch may yet be rejected, and no receipt of ours speaks of it.
        return store.authors()[dot.author].node != node;
    });
}

}  // namespace jiuying::node
