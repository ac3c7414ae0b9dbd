// What a station may send and the hub can't use: noticed, and held until an edit mends it.
// Design 4.
#include "node/replica/order_desk.hpp"
#include "node/replica/shown.hpp"
#include "schema/appeal_rules.hpp"
#include "sync/merge/set_value.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using sync::Transaction;
namespace notice = schema::notice;

constexpr std::int64_t day_ms = 86'400'000;

bool fits(const schema::Field& field, const schema::Value& value) {
    if (field.merge != schema::Merge::set) return schema::check_value(field, value).has_value();
    const std::string* bytes = schema::text_of(value);
    if (bytes == nullptr) return schema::empty(value);
    return sync::check_set_change(*bytes, field.max).has_value();
}

bool is_known_unit(sqlite::Database& db, const std::string& code) {
    if (code.empty() || db.statement("SELECT 1 FROM unit WHERE code = ?").maybe<int>(code)) {
        return true;
    }
    return !db.statement("SELECT 1 FROM unit LIMIT 1").maybe<int>();  // No list to judge by.
}

}  // namespace

bool Arrivals::came_before(RecordKey other, std::size_t at, std::size_t position) const {
    if (!places_) {
        places_.emplace();
        for (std::size_t i = 0; i < transactions_.size(); ++i) {
            if (rejected_[i]) continue;
            for (const sync::Change& change : transactions_[i].changes) {
                using namespace schema::appeal;
                const bool claims =
                    change.field == number || change.field == channel || change.field == ext_no;
                const sync::RecordName& name = transactions_[i].records[change.record].name;
                if (claims) (*places_)[record_key(name)] = {i, change.record};
            }
        }
    }
    const auto claimed = places_->find(other);
    return claimed == places_->end() || claimed->second < Place{at, position};
}

std::vector<Fault> Replica::State::content_faults(const Transaction& tx, const Arrivals& arrivals,
                                                  std::size_t at) {
    std::vector<Fault> faults;
    for (std::size_t position = 0; position < tx.records.size(); ++position) {
        const LoadedRecord* record = store.find(tx.records[position].name);
        if (record == nullptr || record->entity == nullptr) continue;
        for (const sync::Change& change : tx.changes) {
            if (change.record != position) continue;
            const schema::Field* field = schema::find_field(*record->entity, change.field);
            if (field != nullptr && !fits(*field, change.value)) {
                faults.push_back({notice::out_of_bounds, record->state.id, change.field});
            }
        }
        if (record->entity->id == EntityId::appeal) {
            appeal_faults(tx, position, *record, arrivals, at, faults);
            OrderDesk(*this).add_late_edits(tx, position, *record, faults);
        }
        const bool made = tx.records[position].created;
        if (made && record->entity->id == EntityId::external_ref) {
            reference_faults(*record, arrivals, at, position, faults);
        }
    }
    return faults;
}

void Replica::State::appeal_faults(const Transaction& tx, std::size_t position,
                                   const LoadedRecord& record, const Arrivals& arrivals,
                                   std::size_t at, std::vector<Fault>& faults) {
    using namespace schema::appeal;
    const auto changed = [&](schema::FieldId field) -> const schema::Value* {
        for (const sync::Change& change : tx.changes) {
            if (change.record == position && change.field == field) return &change.value;
        }
        return nullptr;
    };
    const auto add = [&](notice::Reason reason, schema::FieldId field) {
        faults.push_back({reason, record.state.id, field});
    };
    // What is not even of the field's kind was noticed already.
    const auto text_of = [&](schema::FieldId field) {
        const schema::Value* value = changed(field);
        return value == nullptr ? nullptr : schema::text_of(*value);
    };
    const std::string* code = text_of(region);
    if (code != nullptr && !is_known_region(*code)) add(notice::unknown_region, region);
    const std::string* about = text_of(subject_unit);
    if (about != nullptr && !is_known_unit(store.database(), *about))
        add(notice::unknown_unit, subject_unit);
    const schema::Value* when = changed(occurred_at);
    const std::int64_t* moment = when == nullptr ? nullptr : schema::number_of(*when);
    // By the hub's clock: the station's own may stand at its floor, or run years ahead.
    if (moment != nullptr && *moment > environment.now_ms() + day_ms) {
        add(notice::impossible_date, occurred_at);
    }
    const bool claims = changed(ext_no) != nullptr || changed(channel) != nullptr;
    if (claims && has_ext_no_twice(record, arrivals, at, position)) {
        add(notice::duplicate_ext_no, changed(ext_no) != nullptr ? ext_no : channel);
    }
    const bool says = tx.records[position].created || changed(title) != nullptr ||
                      changed(schema::appeal::text) != nullptr;
    const bool erased = store.erased().contains(record.state.id);
    if (says && !erased &&
        schema::says_nothing(shown_now(record, title, store.authors()),
                             shown_now(record, schema::appeal::text, store.authors()))) {
        const bool by_title = changed(title) != nullptr || changed(schema::appeal::text) == nullptr;
        add(notice::title_and_text_empty, by_title ? title : schema::appeal::text);
    }
}

bool Replica::State::is_known_region(const std::string& code) {
    auto& db = store.database();
    if (db.statement("SELECT 1 FROM region WHERE code = ?").maybe<int>(code)) return true;
    return !db.statement("SELECT 1 FROM region LIMIT 1").maybe<int>();  // No list to judge by.
}

/// Whether another order had the pair of channel and external number that \p record shows.
bool Replica::State::has_ext_no_twice(const LoadedRecord& record, const Arrivals& arrivals,
                                      std::size_t at, std::size_t position) {
    const std::string reference = text_in(record, schema::appeal::ext_no);
    if (reference.empty()) return false;
    const std::string channel = text_in(record, schema::appeal::channel);
    return std::ranges::any_of(claims_of(channel, reference), [&](const Claim& other) {
        return other.order != record.state.id && arrivals.came_before(other.by, at, position);
    });
}

}  // namespace jiuying::node
