// What repeats are found by, and how people decided on them.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::RecordId;

/// The choice that a link shows, its decision included.
std::int64_t choice_in(const LoadedRecord& record, schema::FieldId field) {
    const std::int64_t* number = schema::number_of(shown_in(record, field));
    return number == nullptr ? 0 : *number;
}

std::optional<RecordId> record_named_in(const LoadedRecord& record, schema::FieldId field) {
    const std::string* bytes = schema::text_of(shown_in(record, field));
    RecordId id;
    if (bytes == nullptr || bytes->size() != id.bytes.size()) return std::nullopt;
    std::copy_n(bytes->begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace

std::vector<schema::RepeatSubject> Replica::repeat_subjects(
    const std::function<std::string(const std::string&)>& level_2) {
    State& state = *state_;
    std::vector<schema::RepeatSubject> subjects;
    std::map<std::string, std::string> levels;  // Few categories, many appeals.
    const auto second = [&](const std::string& category) {
        if (category.empty()) return std::string();
        const auto known = levels.find(category);
        if (known != levels.end()) return known->second;
        return levels.emplace(category, level_2(category)).first->second;
    };
    state.store.database()
        .statement(
            "SELECT appeal.id, number, coalesce(number_suffix, ''), coalesce(registered_at, 0), "
            "coalesce(phone, ''), coalesce(uscc, ''), coalesce(region, ''), coalesce(place, ''), "
            "coalesce(nullif(o.category, ''), appeal.category, '') "
            "FROM appeal LEFT JOIN order_state o ON o.rid = appeal.rid "
            "WHERE number IS NOT NULL ORDER BY registered_at, appeal.id")
        .each<RecordId, std::string, std::string, std::int64_t, std::string, std::string,
              std::string, std::string, std::string>(
            [&](const RecordId& id, const std::string& number, const std::string& suffix,
                std::int64_t registered_at, const std::string& phone, const std::string& uscc,
                const std::string& region, const std::string& place, const std::string& category) {
                subjects.push_back({id, with_suffix(number, suffix), registered_at,
                                    schema::plain_phone(phone), uscc, second(category), region,
                                    schema::plain_place(place)});
            });
    std::erase_if(subjects, [&](const auto& subject) { return state.hidden(subject.id); });
    return subjects;
}

std::string Replica::words_of(const RecordId& appeal) {
    const auto found =
        state_->store.database()
            .statement("SELECT coalesce(title, ''), coalesce(text, '') FROM appeal WHERE id = ?")
            .maybe<std::string, std::string>(appeal);
    if (!found) return {};
    return std::get<0>(*found) + "\n" + std::get<1>(*found);
}

std::vector<LinkView> Replica::links(const std::optional<RecordId>& appeal) {
    State& state = *state_;
    std::vector<LinkView> all;
    const auto keep = [&](RecordKey key) {
        namespace fields = schema::appeal_link;
        const LoadedRecord* record = state.store.find(record_name(key));
        if (record == nullptr || record->entity == nullptr) return;
        const auto order = record_named_in(*record, fields::order);
        const auto other = record_named_in(*record, fields::other);
        if (!order || !other) return;
        all.push_back({record->state.id, *order, *other, choice_in(*record, fields::kind),
                       choice_in(*record, fields::decision), text_in(*record, fields::reasons)});
    };
    sqlite::Database& db = state.store.database();
    if (appeal) {
        db.statement("SELECT rid FROM appeal_link WHERE \"order\" = ? OR other = ? ORDER BY id")
            .each<RecordKey>(keep, *appeal, *appeal);
    } else {
        db.statement("SELECT rid FROM appeal_link ORDER BY id").each<RecordKey>(keep);
    }
    std::erase_if(all, [&](const LinkView& link) {
        return state.hidden(link.order) || state.hidden(link.other);
    });
    state.store.forget_loaded();
    return all;
}

}  // namespace jiuying::node
