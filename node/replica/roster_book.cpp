#include "node/replica/roster_book.hpp"

#include "node/store/meta_number.hpp"

#include <algorithm>
#include <set>

namespace jiuying::node {
namespace {

using sync::RosterEntry;
using sync::Standing;
using Blob = std::vector<std::uint8_t>;

/// The highest version that another side named.
constexpr std::string_view heard_key = "roster_heard";

Standing standing_of(std::string_view word) {
    if (word == "retired") return Standing::retired;
    return word == "active" ? Standing::active : Standing::revoked;
}

}  // namespace

std::uint64_t Replica::State::RosterBook::version() {
    return state_.store.database()
        .statement("SELECT coalesce(max(version), 0) FROM roster_member")
        .one<std::uint64_t>();
}

std::vector<RosterEntry> Replica::State::RosterBook::entries() {
    std::vector<RosterEntry> all;
    state_.store.database()
        .statement("SELECT content FROM roster_member ORDER BY version")
        .each<Blob>([&](const Blob& content) {
            auto entry = sync::peek_roster_entry(content);
            if (entry) all.push_back(*std::move(entry));
        });
    return all;
}

std::optional<RosterEntry> Replica::State::RosterBook::entry_of(const schema::NodeId& node) {
    const auto content = state_.store.database()
                             .statement("SELECT content FROM roster_member WHERE node = ?")
                             .maybe<Blob>(node);
    if (!content) return std::nullopt;
    auto entry = sync::peek_roster_entry(*content);
    return entry ? std::optional(*std::move(entry)) : std::nullopt;
}

std::optional<RosterEntry> Replica::State::RosterBook::next_entry(const schema::NodeId& peer) {
    const auto row =
        state_.store.database()
            .statement(
                "SELECT static_key, sign_key, box_key, epoch, code, scope, status FROM peer "
                "WHERE node = ?")
            .maybe<sync::Hash32, sync::Hash32, sync::Hash32, std::uint64_t, std::string,
                   schema::ScopeId, std::string>(peer);
    if (!row) return std::nullopt;
    RosterEntry entry;
    std::string status;
    std::tie(entry.static_key, entry.sign_key, entry.box_key, entry.epoch, entry.station,
             entry.scope, status) = *row;
    entry.standing = standing_of(status);
    entry.version = std::max(version(), heard_version()) + 1;
    entry.said_at_ms = state_.environment.now_ms();
    return entry;
}

NewRecord Replica::State::RosterBook::record_of(const RosterEntry& entry) const {
    const sync::Bytes content = sync::sign_roster_entry(entry, state_.signing, state_.district());
    namespace fields = schema::roster;
    return {schema::EntityId::roster,
            {{fields::code, sync::hex_encode(node_id(entry.sign_key).bytes)},
             {fields::version, static_cast<std::int64_t>(entry.version)},
             {fields::content, std::string(content.begin(), content.end())}}};
}

void Replica::State::RosterBook::complete() {
    std::vector<schema::NodeId> missing;
    state_.store.database()
        .statement(
            "SELECT node FROM peer WHERE node NOT IN (SELECT node FROM roster_member) "
            "ORDER BY node")
        .each<schema::NodeId>([&](const schema::NodeId& node) { missing.push_back(node); });
    for (const schema::NodeId& node : missing) {
        const auto entry = next_entry(node);
        if (!entry) continue;
        Draft draft;
        draft.actor = "hub";
        draft.records.push_back(record_of(*entry));
        (void)state_.write(draft);
        state_.store.flush();
        heed();
    }
}

void Replica::State::RosterBook::renew_keys(const schema::ScopeId& scope) {
    for (const sync::LogId& id : {sync::LogId{state_.own_author(), sync::Stream::inbox, scope},
                                  sync::LogId{state_.own_author(), sync::Stream::reference,
                                              state_.profile.district_scope}}) {
        state_.store.flush();
        state_.seal_tail(id);
        const LogFacts* log = state_.store.find_log(id);
        if (log == nullptr || log->position.seq == 0) continue;  // Nobody has its key yet.
        const std::uint64_t first = log->position.seq + 1;
        sync::Key32 key;
        state_.environment.random(key.bytes());
        // One that nothing was sealed with yet is replaced.
        state_.store.database()
            .statement("DELETE FROM content_key WHERE log = ? AND first = ?")
            .run(log->ix, first);
        state_.store.database()
            .statement("INSERT INTO content_key VALUES(?, ?, ?, ?)")
            .run(log->ix, sync::key_id(key), first, key.view());
    }
}

void Replica::State::RosterBook::heard(std::uint64_t told) {
    // A wrong number would use up the versions: a machine in a district is not told of so often.
    constexpr std::uint64_t reasonable_max = 1U << 30U;
    if (told > reasonable_max || told <= heard_version()) return;
    if (told > version()) keep_number(state_.store, heard_key, told);
}

void Replica::State::RosterBook::heard_of_hub(std::uint64_t told) {
    if (told != heard_version()) keep_number(state_.store, heard_key, told);
}

std::uint64_t Replica::State::RosterBook::heard_version() {
    return kept_number(state_.store, heard_key).value_or(0);
}

void Replica::State::RosterBook::heed() {
    std::vector<Blob> contents;
    state_.store.database()
        .statement("SELECT content FROM roster WHERE content IS NOT NULL ORDER BY rid")
        .each<Blob>([&](Blob content) { contents.push_back(std::move(content)); });
    const sync::VerifyKey hub{state_.profile.hub.sign_key};
    for (const Blob& content : contents) {
        const auto said = sync::peek_roster_entry(content);
        if (!said) {
            heed_certificate(content);
            continue;
        }
        const schema::NodeId node = node_id(said->sign_key);
        const auto known = entry_of(node);
        const bool newer = !known || said->version > known->version ||
                           (said->version == known->version && said->standing > known->standing);
        if (!newer || !sync::verify_roster_entry(content, hub, state_.district())) continue;
        state_.store.database()
            .statement("INSERT OR REPLACE INTO roster_member VALUES(?, ?, ?, ?)")
            .run(node, said->version, static_cast<int>(said->standing), content);
        if (state_.is_hub()) follow(*said, node);
    }
}

/// Hub: a peer is what the roster says, also one that is new to an old copy of the hub.
void Replica::State::RosterBook::follow(const RosterEntry& entry, const schema::NodeId& node) {
    sqlite::Database& db = state_.store.database();
    const auto status =
        db.statement("SELECT status FROM peer WHERE node = ?").maybe<std::string>(node);
    if (status) {
        db.statement("UPDATE peer SET status = ? WHERE node = ?")
            .run(std::string{name_of(entry.standing)}, node);
        return;
    }
    db.statement("INSERT INTO peer VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
        .run(node, entry.static_key, entry.sign_key, entry.box_key, entry.epoch, entry.station,
             entry.scope, std::string{name_of(entry.standing)});
    (void)state_.store.scope(entry.scope);
    // Its invitation is lost with the rest; that it is used up must not be.
    db.statement(
          "INSERT OR IGNORE INTO invitation VALUES(?, ?, ?, "
          "coalesce((SELECT name FROM station WHERE code = ?), ?), '', ?, 0, ?)")
        .run(node, sync::Hash32{}, entry.station, entry.station, entry.station, entry.scope, node);
    state_.note_machine(node, entry.scope);
}

/// Whoever joined before the district had a root key takes the first one that its hub names.
void Replica::State::RosterBook::heed_certificate(sync::View bytes) {
    const auto said = sync::verify_certificate(bytes, state_.district());
    if (!said || said->hub != state_.profile.hub.sign_key) return;
    const auto kept = sync::verify_certificate(state_.profile.hub.certificate, state_.district());
    if (kept && (kept->root != said->root || kept->generation >= said->generation)) return;
    state_.profile.hub.certificate = sync::Bytes(bytes.begin(), bytes.end());
    state_.save_profile();
}

}  // namespace jiuying::node
