// What a replica shows: lists, and one record with its history.
#include "node/replica/order_desk.hpp"
#include "node/replica/shown.hpp"
#include "node/search/appeal_search.hpp"
#include "schema/planted.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <set>

namespace jiuying::node {
namespace {

using schema::EntityId;

/// A row's title, or the beginning of its text.
std::string heading(const std::string& title, const std::string& text) {
    if (!title.empty()) return title;
    constexpr std::size_t characters_max = 30;
    std::size_t at = 0;
    for (std::size_t n = 0; n < characters_max && at < text.size(); ++n) {
        at += schema::first_code_point(std::string_view(text).substr(at)).size;
    }
    return at < text.size() ? text.substr(0, at) + "…" : text;
}

/// Whether \p category, `code@version`, has one of the codes, in whatever version.
bool is_one_of(const std::vector<std::string>& codes, const std::string& category) {
    const std::string code = category.substr(0, category.find('@'));
    return std::ranges::find(codes, code) != codes.end();
}

/// Whether no other condition narrows a search.
bool is_plain(const AppealFilter& filter) {
    return filter.state.empty() && filter.unit.empty() && !filter.due_before && !filter.meeting &&
           filter.queue == AppealFilter::Queue::all && filter.categories.empty() &&
           filter.channel.empty();
}

/// One read transaction around many small questions: begun anew for each, its locks would cost more
/// than the answers.
class ReadAtOnce {
public:
    explicit ReadAtOnce(sqlite::Database& db) : db_(db), own_(!db.in_transaction()) {
        if (own_) db_.statement("BEGIN").run();
    }
    ~ReadAtOnce() {
        if (!own_ || !db_.in_transaction()) return;
        try {
            db_.statement("COMMIT").run();
        } catch (const sqlite::Error&) {
            // Nothing was written; the next question says so if the disk still fails.
        }
    }
    ReadAtOnce(const ReadAtOnce&) = delete;
    ReadAtOnce& operator=(const ReadAtOnce&) = delete;

private:
    sqlite::Database& db_;
    bool own_;
};

}  // namespace

bool Replica::State::delivered(const LoadedRecord& record) {
    if (is_hub()) return true;
    return std::ranges::all_of(record.state.touches, [&](const sync::Touches& touches) {
        if (store.authors()[touches.author].node != node) return true;
        const auto of_author = [&](const auto& log) {
            return log->author == touches.author && log->id.stream == sync::Stream::station;
        };
        const auto log = std::ranges::find_if(store.logs(), of_author);
        const bool first = planted::on(planted::Defect::delivered_by_first);
        const std::uint64_t txn = first ? touches.txns.front() : touches.txns.back();
        // At a station txn and seq are the same number. What this node wrote in a former epoch and
        // has in no log of its own it has from the hub.
        const bool from_hub =
            touches.author != own && (log == store.logs().end() || txn > (*log)->position.seq);
        return from_hub || (log != store.logs().end() && txn <= receipted(**log));
    });
}

std::string Replica::State::place_of(const sync::Author& author) {
    if (author.node == node) return profile.station_code;
    if (author.node == profile.hub.node) return std::string(hub_desk);
    const auto code = store.database()
                          .statement("SELECT code FROM station WHERE node = ?")
                          .maybe<std::optional<std::string>>(author.node);
    if (code && *code) return **code;
    // The list has one machine of a station, the one that joined last.
    const auto joined = store.database()
                            .statement("SELECT code FROM peer WHERE node = ?")
                            .maybe<std::string>(author.node);
    if (joined) return *joined;
    std::string before = facts().station_of_machine(author.node);
    return before.empty() ? schema::to_text(author.node).substr(0, 8) : before;
}

VersionView Replica::State::version_view(const sync::Version& version, schema::FieldId field) {
    VersionView shown;
    shown.field = field;
    shown.value = version.value;
    shown.station = place_of(store.authors()[version.dot.author]);
    shown.actor = store.actor_code(version.actor);
    shown.time_ms = static_cast<std::int64_t>(sync::wall_ms(version.hlc));
    shown.rejected = (version.flags & sync::Version::rejected) != 0;
    shown.suspect_clock = (version.flags & sync::Version::suspect) != 0;
    return shown;
}

/// Appeals that the filter may mean, the latest first. A record whose creation was rejected shows
/// no number and is left out.
/// \p hidden: how many of them nobody will see.
Hits Replica::State::candidates(const AppealFilter& filter, std::size_t hidden) {
    Hits found;
    std::vector<RecordKey>& keys = found.keys;
    const auto keep = [&](RecordKey key) { keys.push_back(key); };
    sqlite::Database& db = store.database();
    const bool queued = filter.queue != AppealFilter::Queue::all;
    const bool enterprise = filter.queue == AppealFilter::Queue::enterprise;
    if (!filter.search.empty()) {
        std::optional<Glance> glance;
        // What the other conditions leave of the hits can't be told beforehand.
        if (filter.quick && is_plain(filter)) {
            glance.emplace();
            glance->enough = filter.offset + filter.limit + 1 + hidden;
        }
        found = search_appeals(db, filter.search, glance);
        const auto elsewhere = [&](RecordKey key) {
            return !db.statement(
                          "SELECT 1 FROM appeal WHERE rid = ? AND "
                          "(coalesce(requester_kind, 0) = 2 OR enterprise IS NOT NULL OR uscc IS "
                          "NOT NULL) = ?")
                        .maybe<int>(key, enterprise)
                        .has_value();
        };
        if (queued) std::erase_if(keys, elsewhere);
    } else if (queued && !filter.meeting) {
        db.statement(
              "SELECT rid FROM appeal WHERE number IS NOT NULL AND "
              "(coalesce(requester_kind, 0) = 2 OR enterprise IS NOT NULL OR uscc IS NOT NULL) = ? "
              "ORDER BY id DESC")
            .each<RecordKey>(keep, enterprise);
    } else if (filter.meeting) {
        db.statement(
              "SELECT rid FROM appeal WHERE meeting = ? AND number IS NOT NULL "
              "ORDER BY id DESC")
            .each<RecordKey>(keep, *filter.meeting);
    } else if (!filter.categories.empty()) {
        // Rows that were computed with other reference data are looked at again.
        const std::uint64_t version = version_of_facts();
        db.statement(
              "SELECT appeal.rid, coalesce(nullif(o.category, ''), appeal.category, ''), "
              "coalesce(o.facts, ?) FROM appeal LEFT JOIN order_state o ON o.rid = appeal.rid "
              "WHERE number IS NOT NULL ORDER BY appeal.id DESC")
            .each<RecordKey, std::string, std::uint64_t>(
                [&](RecordKey key, const std::string& category, std::uint64_t facts) {
                    const bool may_fit = is_one_of(filter.categories, category);
                    if (may_fit || facts != version) keep(key);
                },
                version);
    } else if (!filter.channel.empty()) {
        db.statement(
              "SELECT rid FROM appeal WHERE channel = ? AND number IS NOT NULL "
              "ORDER BY id DESC")
            .each<RecordKey>(keep, filter.channel);
    } else {
        // From the two indexes alone: the table's pages would all have to be decrypted for it.
        const auto all = db.statement("SELECT count(*) FROM appeal").one<std::uint64_t>();
        const auto numbered = db.statement("SELECT count(*) FROM appeal WHERE number IS NOT NULL")
                                  .one<std::uint64_t>();
        if (all == numbered) {
            db.statement("SELECT rid FROM appeal ORDER BY id DESC").each<RecordKey>(keep);
        } else {
            db.statement(
                  "SELECT rid FROM appeal WHERE +rid IN "
                  "(SELECT rid FROM appeal WHERE number IS NOT NULL) ORDER BY id DESC")
                .each<RecordKey>(keep);
        }
    }
    return found;
}

bool Replica::State::passes(const OrderRow& order, const AppealFilter& filter) {
    const std::string unit = "," + filter.unit + ",";
    if (!filter.unit.empty() && order.lead_unit != filter.unit &&
        order.co_units.find(unit) == std::string::npos) {
        return false;
    }
    if (!filter.due_before) return true;
    const bool open = order.main < schema::MainState::closed;
    const auto before = [&](const std::optional<std::int64_t>& due) {
        return due && *due < *filter.due_before;
    };
    return open && (before(order.citizen_due) || before(order.unit_due));
}

AppealPage Replica::list(const AppealFilter& filter) {
    State& state = *state_;
    const ReadAtOnce reading{state.store.database()};
    AppealPage page;
    const std::set<RecordKey> hidden = state.hidden_appeals();
    Hits found = state.candidates(filter, hidden.size());
    std::vector<RecordKey>& keys = found.keys;
    page.at_least = !found.all;
    page.looked_at = found.looked_at;
    if (!hidden.empty()) std::erase_if(keys, [&](RecordKey key) { return hidden.contains(key); });
    const bool by_order = !filter.unit.empty() || filter.due_before;
    const bool by_class = !filter.categories.empty();
    // With a word, a meeting or a category, the channel is looked at record by record.
    const bool by_record =
        by_class || (!filter.channel.empty() && (!filter.search.empty() || filter.meeting));
    std::size_t loaded = 0;
    for (const RecordKey key : keys) {
        const bool on_page = page.total >= filter.offset && page.rows.size() < filter.limit;
        const bool one_more = page.total > filter.offset + filter.limit;
        if (filter.quick && one_more && !is_plain(filter)) {
            page.at_least = true;
            break;
        }
        if (filter.state.empty() && !by_order && !by_record && !on_page) {
            ++page.total;
            continue;
        }
        auto order = state.order_row(key);
        if (by_order && order && !State::passes(*order, filter)) continue;
        if (order && !on_page && order->main > schema::MainState::registered) {
            // Counted without being read: from here on no receipt changes its state.
            const bool meant = filter.state.empty() || schema::name_of(order->main) == filter.state;
            if (meant) ++page.total;
            continue;
        }
        const LoadedRecord* record = state.store.find(record_name(key));
        if (record == nullptr || record->entity == nullptr) continue;
        if (!order) order = state.row_without_events(*record);
        if (by_order && !State::passes(*order, filter)) continue;
        AppealRow row;
        row.category = State::category_of(order, text_in(*record, schema::appeal::category));
        if (by_class && !is_one_of(filter.categories, row.category)) continue;
        const bool other_channel =
            !filter.channel.empty() && text_in(*record, schema::appeal::channel) != filter.channel;
        if (other_channel) continue;
        row.state = State::state_name(order, state.delivered(*record));
        if (!filter.state.empty() && row.state != filter.state) continue;
        ++page.total;
        if (on_page) {
            row.id = record->state.id;
            row.number = printed_number(*record);
            row.delivered = State::OrderDesk(state).all_delivered(*record);
            row.title = heading(text_in(*record, schema::appeal::title),
                                text_in(*record, schema::appeal::text));
            row.contested = record->contested != 0;
            row.enterprise = is_of_enterprise(*record);
            const auto* at = schema::number_of(shown_in(*record, schema::appeal::registered_at));
            row.registered_at_ms = at == nullptr ? 0 : *at;
            if (order) {
                row.contested = row.contested || order->open_events != 0;
                row.lead_unit = order->lead_unit;
                row.citizen_due_ms = order->citizen_due;
                row.unit_due_ms = order->unit_due;
            }
            page.rows.push_back(std::move(row));
        }
        if (++loaded % 256 == 0) state.store.forget_loaded();
    }
    state.store.forget_loaded();
    return page;
}

std::vector<schema::RecordId> Replica::find_appeals(std::string_view id_or_number) {
    std::vector<schema::RecordId> found;
    schema::RecordId id;
    sqlite::Database& db = state_->store.database();
    const auto keep = [&](schema::RecordId known) { found.push_back(known); };
    const auto hidden = [&](const schema::RecordId& known) { return state_->hidden(known); };
    if (schema::parse_uuid(id_or_number, id.bytes)) {
        db.statement("SELECT id FROM appeal WHERE id = ?").each<schema::RecordId>(keep, id);
        std::erase_if(found, hidden);
        return found;
    }
    db.statement("SELECT id FROM appeal WHERE number = ? ORDER BY id")
        .each<schema::RecordId>(keep, id_or_number);
    const std::size_t dash = id_or_number.rfind('-');
    if (dash != std::string_view::npos) {
        db.statement("SELECT id FROM appeal WHERE number = ? AND number_suffix = ? ORDER BY id")
            .each<schema::RecordId>(keep, id_or_number.substr(0, dash),
                                    id_or_number.substr(dash + 1));
    }
    std::erase_if(found, hidden);
    return found;
}

std::optional<schema::RecordId> Replica::find_by_text(EntityId entity, schema::FieldId field,
                                                      std::string_view value) {
    const schema::Entity* spec = schema::find_entity(state_->registry, entity);
    const schema::Field* column = spec == nullptr ? nullptr : schema::find_field(*spec, field);
    if (column == nullptr) return std::nullopt;
    sqlite::Statement find =
        state_->store.database().prepare("SELECT id FROM " + sql_name(spec->name) + " WHERE " +
                                         sql_name(column->name) + " = ? ORDER BY rid LIMIT 1");
    return find.maybe<schema::RecordId>(value);
}

RecordView Replica::State::plain_view(const LoadedRecord& record) {
    RecordView shown;
    shown.id = record.state.id;
    shown.entity = record.state.entity;
    shown.scope = store.scope_id(record.scope);
    for (const sync::FieldGraph& graph : record.state.fields) {
        const schema::Field* field =
            record.entity == nullptr ? nullptr : schema::find_field(*record.entity, graph.id);
        const auto view = sync::view(record.state, graph, sync::policy_of(record.entity, graph.id),
                                     store.authors());
        if (view.shown == nullptr) continue;
        FieldShown one{field, graph.id, view.shown->value, view.contested};
        if (field != nullptr && field->merge == schema::Merge::set) {
            one.value = shown_in(record, graph.id);
        }
        if (!schema::empty(one.value) || view.contested) shown.fields.push_back(std::move(one));
    }
    shown.delivered = delivered(record);
    return shown;
}

/// Every version ever written of the record, from the graph where it is kept, else from the log.
std::vector<VersionView> Replica::State::history_of(const LoadedRecord& record,
                                                    std::uint64_t& elsewhere) {
    std::vector<VersionView> history;
    struct Standing {
        bool current = false;
        bool head = false;
    };
    std::map<std::pair<schema::FieldId, std::pair<std::uint32_t, std::uint64_t>>, Standing> heads;
    const auto key_of = [](schema::FieldId field, sync::Dot dot) {
        return std::pair{field, std::pair{static_cast<std::uint32_t>(dot.author), dot.txn}};
    };
    std::set<std::pair<schema::FieldId, std::pair<std::uint32_t, std::uint64_t>>> settled;
    // All that was written on each field, as far as it is known here.
    std::map<schema::FieldId, sync::FieldGraph> written;
    std::vector<sync::Dot> missing;
    for (const sync::FieldGraph& graph : record.state.fields) {
        const auto view = sync::view(record.state, graph, sync::policy_of(record.entity, graph.id),
                                     store.authors());
        for (const sync::Version* head : view.heads) {
            heads[key_of(graph.id, head->dot)] = {head == view.shown, true};
        }
    }
    for (const sync::Touches& touches : record.state.touches) {
        for (const std::uint64_t txn : touches.txns) {
            const sync::Dot dot{touches.author, txn};
            const auto tx = find_transaction(dot, &record.state.name);
            if (!tx) {
                missing.push_back(dot);
                continue;
            }
            const std::uint8_t flags = static_cast<std::uint8_t>(marks_of(dot) | flags_of(*tx));
            for (const sync::Change& change : tx->changes) {
                if (!(tx->records[change.record].name == record.state.name)) continue;
                sync::Version version{dot,          tx->hlc,     flags, store.actor(tx->actor),
                                      change.bases, change.value};
                history.push_back(version_view(version, change.field));
                history.back().dot = dot;
                written[change.field].versions.push_back(std::move(version));
            }
        }
    }
    complete_history(record, history, missing, elsewhere);
    for (const sync::FieldGraph& graph : record.state.fields) {
        for (const sync::Version& version : graph.versions) {
            const bool elsewhere_only = std::ranges::find(missing, version.dot) != missing.end();
            if (elsewhere_only) written[graph.id].versions.push_back(version);
        }
    }
    for (const auto& [field, graph] : written) {
        const schema::Merge policy = sync::policy_of(record.entity, field);
        for (const sync::Version* one : sync::settled_versions(graph, policy, store.authors())) {
            settled.insert(key_of(field, one->dot));
        }
    }
    for (const sync::KeptVersion& kept : store.kept_versions(record_key(record.state.name))) {
        settled.insert(key_of(kept.field, kept.version.dot));
    }
    for (VersionView& version : history) {
        const auto standing = heads.find(key_of(version.field, version.dot));
        if (standing == heads.end()) continue;
        version.current = standing->second.current;
        version.lost = !version.current;
    }
    for (VersionView& version : history) {
        if (!settled.contains(key_of(version.field, version.dot))) continue;
        const bool equal_now = std::ranges::any_of(history, [&](const VersionView& other) {
            return other.field == version.field && other.current && other.value == version.value;
        });
        version.lost = version.lost || !equal_now;
    }
    std::ranges::stable_sort(history, {}, &VersionView::time_ms);
    return history;
}

std::optional<RecordView> Replica::show(const schema::RecordId& id, bool with_history) {
    State& state = *state_;
    const auto name = state.store.find_name(id);
    const LoadedRecord* record = name ? state.store.find(*name) : nullptr;
    if (record == nullptr || state.hidden(*record)) return std::nullopt;
    RecordView shown = state.plain_view(*record);
    if (with_history) shown.history = state.history_of(*record, shown.elsewhere);
    if (shown.entity == EntityId::appeal) {
        const auto row = state.order_row(record_key(record->state.name));
        shown.state = State::state_name(row, shown.delivered);
        shown.delivered = shown.delivered && State::OrderDesk(state).all_delivered(*record);
        const auto add_to = [&](std::vector<RecordView>& into) {
            return [&](RecordKey key) {
                const LoadedRecord* side = state.store.find(record_name(key));
                if (side != nullptr) into.push_back(state.plain_view(*side));
            };
        };
        state.store.database()
            .statement("SELECT rid FROM note WHERE \"order\" = ? ORDER BY id")
            .each<RecordKey>(add_to(shown.notes), id);
        state.store.database()
            .statement("SELECT rid FROM work_order_event WHERE \"order\" = ? ORDER BY id")
            .each<RecordKey>(add_to(shown.events), id);
    }
    state.store.forget_loaded();
    return shown;
}

std::vector<RecordView> Replica::all(EntityId entity, std::size_t limit) {
    State& state = *state_;
    std::vector<RecordView> records;
    const schema::Entity* spec = schema::find_entity(state.registry, entity);
    if (spec == nullptr || spec->home == schema::Home::derived) return records;
    sqlite::Statement keys = state.store.database().prepare(
        "SELECT rid FROM " + sql_name(spec->name) + " ORDER BY id LIMIT ?");
    keys.each<RecordKey>(
        [&](RecordKey key) {
            const LoadedRecord* record = state.store.find(record_name(key));
            if (record != nullptr) records.push_back(state.plain_view(*record));
        },
        limit);
    state.store.forget_loaded();
    return records;
}

bool Replica::index_pending(std::size_t most) {
    if (!state_->stale_orders(1).empty()) {
        state_->writing([&] { state_->refresh_stale_orders(most); });
    }
    return state_->noting([&] { return index_queued(state_->store.database(), most); });
}

}  // namespace jiuying::node
