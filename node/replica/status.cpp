// What waits for people and for the link: conflicts, status, digests.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"
#include "schema/appeal_rules.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/merge/byte_text.hpp"
#include "sync/merge/set_value.hpp"

#include <algorithm>
#include <set>

namespace jiuying::node {
namespace {

using schema::EntityId;
using Bytes = std::vector<std::uint8_t>;

/// Node and epoch, as the hub's judgements name an author.
std::optional<sync::Author> author_of(const Bytes& bytes) {
    sync::Author author;
    constexpr std::size_t node_size = sizeof(author.node.bytes);
    if (bytes.size() != node_size + 8) return std::nullopt;
    std::copy_n(bytes.begin(), node_size, author.node.bytes.begin());
    for (unsigned i = 0; i < 8; ++i) {
        author.epoch |= std::uint64_t{bytes[node_size + i]} << (8U * i);
    }
    return author;
}

std::string author_name(const sync::Author& author, sync::Stream stream) {
    sync::Bytes epoch;
    for (int i = 7; i >= 0; --i) {
        epoch.push_back(static_cast<std::uint8_t>(author.epoch >> (8 * i)));
    }
    return schema::to_text(author.node) + ":" + sync::hex_encode(epoch) + ":" +
           std::to_string(static_cast<int>(stream));
}

/// Whether what that transaction wrote into a field is still what it shows, or one of several that
/// compete. Of a set: whether something that it added is still in it.
bool stands(const LoadedRecord& record, schema::FieldId field, std::uint64_t txn, sync::View author,
            const sync::Authors& authors) {
    const auto is_author = [&](const sync::Author& writer) {
        std::string bytes(writer.node.bytes.begin(), writer.node.bytes.end());
        sync::put_fixed64(bytes, writer.epoch);
        return bytes == sync::as_text(author);
    };
    if (sync::policy_of(record.entity, field) == schema::Merge::set) {
        const sync::FieldGraph* graph = sync::find_graph(record.state, field);
        if (graph == nullptr) return false;
        return std::ranges::any_of(sync::live_elements(record.state, *graph, authors),
                                   [&](const sync::SetElement& element) {
                                       return element.txn == txn && is_author(element.author);
                                   });
    }
    return std::ranges::any_of(sync::heads_of(record.state, field, authors), [&](sync::Dot head) {
        return head.txn == txn && is_author(authors[head.author]);
    });
}

/// Of `meta`: the refusal of that key was mended, on a record that is not here any more.
std::string mended_key(RecordKey rejection) { return "mended " + std::to_string(rejection); }

}  // namespace

std::optional<ConflictView> Replica::State::conflict_in(RecordKey key, schema::FieldId field_id) {
    const LoadedRecord* record = store.find(record_name(key));
    if (record == nullptr || record->entity == nullptr || hidden(*record)) return std::nullopt;
    const sync::FieldGraph* graph = sync::find_graph(record->state, field_id);
    const schema::Field* field = schema::find_field(*record->entity, field_id);
    if (graph == nullptr || field == nullptr) return std::nullopt;
    const auto view = sync::view(record->state, *graph, field->merge, store.authors());
    if (!view.contested) return std::nullopt;
    ConflictView conflict;
    conflict.id = sync::conflict_id(record->state.id, field_id, view.heads, store.authors());
    conflict.record = record->state.id;
    conflict.entity = record->entity->id;
    conflict.field = field;
    if (conflict.entity == EntityId::appeal) {
        conflict.number = printed_number(*record);
    }
    for (const sync::Version* head : view.heads) {
        conflict.values.push_back(version_view(*head, field_id));
        conflict.values.back().current = head == view.shown;
    }
    conflict.heads = sync::bases_of(view, store.authors());
    return conflict;
}

std::vector<ConflictView> Replica::conflicts() {
    State& state = *state_;
    std::vector<ConflictView> all;
    std::vector<std::pair<RecordKey, schema::FieldId>> places;
    state.store.database()
        .statement("SELECT rid, field FROM conflict ORDER BY rid, field")
        .each<RecordKey, schema::FieldId>(
            [&](RecordKey key, schema::FieldId field) { places.emplace_back(key, field); });
    for (const auto& [key, field] : places) {
        auto conflict = state.conflict_in(key, field);
        if (conflict) all.push_back(std::move(*conflict));
    }
    state.store.forget_loaded();
    return all;
}

std::optional<ConflictView> Replica::conflict(const sync::ConflictId& id) {
    const auto place = state_->store.database()
                           .statement("SELECT rid, field FROM conflict WHERE id = ?")
                           .maybe<RecordKey, schema::FieldId>(id);
    if (!place) return std::nullopt;
    return state_->conflict_in(std::get<0>(*place), std::get<1>(*place));
}

std::optional<ConflictView> Replica::conflict_of(const schema::RecordId& record,
                                                 schema::FieldId field) {
    const auto name = state_->store.find_name(record);
    if (!name) return std::nullopt;
    return state_->conflict_in(record_key(*name), field);
}

StatusFacts Replica::status() {
    StatusFacts facts = exchange_status();
    facts.appeals = state_->store.database()
                        .statement("SELECT count(*) FROM appeal WHERE number IS NOT NULL")
                        .one<std::uint64_t>() -
                    state_->hidden_appeals().size();
    return facts;
}

StatusFacts Replica::exchange_status() {
    State& state = *state_;
    sqlite::Database& db = state.store.database();
    StatusFacts facts;
    facts.conflicts = db.statement("SELECT count(*) FROM conflict").one<std::uint64_t>() +
                      state.open_event_conflicts();
    for (const RecordKey key : state.hidden_appeals()) {
        const auto row = state.order_row(key);
        facts.conflicts -=
            db.statement("SELECT count(*) FROM conflict WHERE rid = ?").one<std::uint64_t>(key) +
            (row ? row->open_events : 0);
    }
    facts.rejected = state.open_rejections().size();
    facts.notices = state.open_notices().size();
    for (std::size_t i = 0; i < state.store.scopes(); ++i) {
        facts.waiting_values += state.store.waiting_values(ScopeIx(i));
    }
    facts.waiting_segments =
        db.statement(
              "SELECT count(*) FROM segment JOIN unread ON place >= (log << 48) + first "
              "AND place < (log + 1) << 48")
            .one<std::uint64_t>();
    facts.enrolled = state.is_hub();
    facts.filling = state.filling_facts();
    facts.alarms =
        db.statement("SELECT count(*) FROM alarm WHERE settled_at IS NULL").one<std::uint64_t>();
    if (const auto at = state.store.meta("put_back"); at && at->size() == 8) {
        facts.put_back_ms = static_cast<std::int64_t>(epochs_in(*at).front());
    }
    if (!state.is_hub()) {
        facts.unsent = state.unsent();
        for (const auto& log : state.store.logs()) {
            const auto horizon = state.horizon_of(log->ix);
            if (horizon && log->id.author.node == state.node) facts.pruned += horizon->position.seq;
        }
        const auto receipt =
            db.statement(
                  "SELECT r.stored, r.hub_time FROM receipt r JOIN log l ON l.ix = r.log "
                  "ORDER BY r.hub_time DESC, r.log DESC LIMIT 1")
                .maybe<std::uint64_t, std::int64_t>();
        if (receipt) {
            facts.receipt_seq = std::get<0>(*receipt);
            facts.receipt_time_ms = std::get<1>(*receipt);
        }
        const auto contact =
            db.statement(
                  "SELECT success_at, try_at, offset_ms, reason, diverged FROM contact "
                  "WHERE node = ?")
                .maybe<std::int64_t, std::int64_t, std::optional<std::int64_t>, std::uint8_t, bool>(
                    state.profile.hub.node);
        if (contact) {
            std::tie(facts.last_contact_ms, facts.last_try_ms, facts.clock_offset_ms,
                     facts.last_reason, facts.diverged) = *contact;
        }
        facts.enrolled = state.profile.invitation == std::array<std::uint8_t, 16>{};
    } else {
        facts.diverged =
            db.statement("SELECT count(*) FROM contact WHERE diverged").one<std::uint64_t>() != 0;
    }
    return facts;
}

void Replica::State::name_record(NoticeView& notice, const LoadedRecord& record) {
    const auto order = order_of(record);
    const LoadedRecord* appeal = order ? find_appeal(*order) : nullptr;
    if (appeal == nullptr) return;
    notice.record = *order;
    if (appeal->entity != nullptr) notice.number = printed_number(*appeal);
}

/// Whether \p record belongs to an order that the present reader is not to know of.
bool Replica::State::hides(const LoadedRecord& record) {
    const auto order = reader ? order_of(record) : std::nullopt;
    return order && hidden(*order);
}

/// Of content: those that are still true. A fault is over when what was written is no longer shown.
std::vector<NoticeView> Replica::State::open_notices() {
    struct Notice {
        schema::RecordId record;
        schema::FieldId field = 0;
        std::uint64_t txn = 0;
        Bytes author;
        std::int64_t reason = 0;
    };
    std::vector<Notice> notices;
    store.database()
        .statement(
            "SELECT record, field, txn, author, coalesce(reason, 0) FROM notice "
            "WHERE record IS NOT NULL AND field IS NOT NULL AND txn IS NOT NULL "
            "AND author IS NOT NULL ORDER BY rid")
        .each<schema::RecordId, schema::FieldId, std::uint64_t, Bytes, std::int64_t>(
            [&](schema::RecordId record, schema::FieldId field, std::uint64_t txn, Bytes author,
                std::int64_t reason) {
                notices.push_back({record, field, txn, std::move(author), reason});
            });
    std::vector<NoticeView> open;
    std::set<schema::RecordId> silent;  // Said of a record as a whole, so counted once.
    for (const Notice& notice : notices) {
        const auto name = store.find_name(notice.record);
        const LoadedRecord* record = name ? store.find(*name) : nullptr;
        if (record == nullptr) continue;
        bool is_open = false;
        if (notice.reason == schema::notice::title_and_text_empty) {
            const bool says =
                record->entity == nullptr ||
                !schema::says_nothing(shown_now(*record, schema::appeal::title, store.authors()),
                                      shown_now(*record, schema::appeal::text, store.authors()));
            is_open = !says && silent.insert(notice.record).second;
        } else if (stands(*record, notice.field, notice.txn, notice.author, store.authors())) {
            const bool twice = notice.reason == schema::notice::duplicate_ext_no;
            is_open = !twice || is_rivalled(*record);
        }
        if (!is_open || hides(*record)) continue;
        NoticeView& view = open.emplace_back();
        view.record = notice.record;
        view.reason = notice.reason;
        view.txn = notice.txn;
        if (record->entity != nullptr) {
            view.field = schema::find_field(*record->entity, notice.field);
        }
        name_record(view, *record);
        if (const auto author = author_of(notice.author)) view.station = place_of(*author);
    }
    return open;
}

/// Refused transactions that their author has not mended: nothing that counts was written on that
/// record by the same author since.
std::vector<NoticeView> Replica::State::open_rejections() {
    struct Rejection {
        RecordKey key = 0;
        std::optional<schema::RecordId> record;
        std::uint64_t txn = 0;
        Bytes author;
        std::int64_t reason = 0;
    };
    std::vector<Rejection> rejections;
    store.database()
        .statement(
            "SELECT rid, record, coalesce(txn, 0), coalesce(author, x''), coalesce(reason, 0) "
            "FROM rejection ORDER BY rid")
        .each<RecordKey, std::optional<schema::RecordId>, std::uint64_t, Bytes, std::int64_t>(
            [&](RecordKey key, std::optional<schema::RecordId> record, std::uint64_t txn,
                Bytes author, std::int64_t reason) {
                rejections.push_back({key, record, txn, std::move(author), reason});
            });
    std::vector<NoticeView> open;
    for (const Rejection& rejection : rejections) {
        const auto name = rejection.record ? store.find_name(*rejection.record) : std::nullopt;
        const LoadedRecord* record = name ? store.find(*name) : nullptr;
        const auto author = author_of(rejection.author);
        if (record != nullptr && author && is_mended(*record, *author, rejection.txn)) continue;
        if (record != nullptr && hides(*record)) continue;
        if (record == nullptr && store.meta(mended_key(rejection.key))) continue;
        NoticeView& view = open.emplace_back();
        view.rejection = true;
        view.record = rejection.record.value_or(schema::RecordId{});
        view.reason = rejection.reason;
        view.txn = rejection.txn;
        if (record != nullptr) name_record(view, *record);
        if (author) view.station = place_of(*author);
    }
    return open;
}

void Replica::State::keep_mended(const std::set<RecordKey>& family) {
    std::vector<RecordKey> mended;
    store.database()
        .statement(
            "SELECT rid, record, txn, author FROM rejection WHERE record NOT NULL "
            "AND txn NOT NULL AND author NOT NULL")
        .each<RecordKey, schema::RecordId, std::uint64_t, Bytes>(
            [&](RecordKey key, const schema::RecordId& id, std::uint64_t txn, const Bytes& told) {
                const auto name = store.find_name(id);
                if (!name || !family.contains(record_key(*name))) return;
                const auto author = author_of(told);
                if (author && is_mended(*store.find(*name), *author, txn)) mended.push_back(key);
            });
    for (const RecordKey key : mended) store.set_meta(mended_key(key), {});
}

bool Replica::State::is_mended(const LoadedRecord& record, const sync::Author& author,
                               std::uint64_t txn) {
    const auto ix = store.authors().find(author);
    if (!ix) return false;
    return std::ranges::any_of(record.state.touches, [&](const sync::Touches& touches) {
        return touches.author == *ix && std::ranges::any_of(touches.txns, [&](std::uint64_t later) {
                   return later > txn && (marks_of({*ix, later}) & sync::Version::rejected) == 0;
               });
    });
}

std::vector<NoticeView> Replica::notices() {
    State& state = *state_;
    std::vector<NoticeView> all = state.open_notices();
    for (NoticeView& rejection : state.open_rejections()) all.push_back(std::move(rejection));
    state.store.forget_loaded();
    return all;
}

DigestFacts Replica::digest(const schema::ScopeId& scope) {
    State& state = *state_;
    DigestFacts facts;
    facts.scope = scope;
    state.store.recover();
    if (const auto ix = state.store.find_scope(scope)) {
        const sync::ScopeDigest digest = state.digest_of(*ix);
        facts.digest = digest.sum;
        facts.records = digest.records;
    }
    for (const auto& log : state.store.logs()) {
        if (log->id.scope != scope) continue;
        const bool own = log->author == state.own;
        const std::uint64_t last = own ? state.own_log(log->id).last_seq : log->position.seq;
        if (last != 0) facts.heads[author_name(log->id.author, log->id.stream)] = last;
    }
    if (state.is_hub()) return facts;
    // What it lost of its own log and has again from the hub is here, in another log.
    state.store.database()
        .statement("SELECT author, max(held_seq) FROM chain_notice GROUP BY author")
        .each<std::vector<std::uint8_t>, std::uint64_t>(
            [&](const std::vector<std::uint8_t>& author, std::uint64_t held) {
                if (author.size() != 24 ||
                    !std::equal(state.node.bytes.begin(), state.node.bytes.end(), author.begin())) {
                    return;
                }
                const auto epoch = epochs_in(std::span(author).subspan(16)).front();
                const auto at =
                    facts.heads.find(author_name({state.node, epoch}, sync::Stream::station));
                if (at != facts.heads.end()) at->second = std::max(at->second, held);
            });
    return facts;
}

}  // namespace jiuying::node
