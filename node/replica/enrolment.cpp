// Hub: who may join, and who has.
#include "node/replica/machine_facts.hpp"
#include "node/replica/roster_book.hpp"

#include "sync/session/enrol.hpp"

namespace jiuying::node {
namespace {

using schema::EntityId;
using sync::CloseReason;

std::string bytes_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

/// Whoever knocks can't fill the audit log.
bool may_note_refusal(Replica& replica, std::int64_t now_ms) {
    constexpr std::int64_t hour_ms = 3'600'000;
    constexpr std::size_t refusals_max = 20;
    AuditFilter lately;
    lately.action = "enrolment.refuse";
    lately.since_ms = now_ms - hour_ms;
    lately.limit = 1;
    return replica.audit_rows(lately).total < refusals_max;
}

/// Into the audit log, in the transaction that is open.
void note_enrolment(Replica& replica, std::int64_t now_ms, CloseReason reason,
                    const std::optional<Replica::Peer>& peer) {
    if (reason == CloseReason::done) {
        replica.audit({"hub", "enrolment.admit", sync::hex_encode(peer->node.bytes)});
        return;
    }
    if (!may_note_refusal(replica, now_ms)) return;
    const bool used = reason == CloseReason::refused_used;
    const bool expired = reason == CloseReason::refused_expired;
    replica.audit({"hub",
                   "enrolment.refuse",
                   {},
                   schema::audit::refused,
                   used      ? "invitation used"
                   : expired ? "invitation expired"
                             : "no valid invitation"});
}

}  // namespace

Invitation Replica::invite(const std::string& actor, const std::string& code,
                           const std::string& name, const std::string& region,
                           std::int64_t expires_at_ms) {
    State& state = *state_;
    Invitation invitation;
    state.environment.random(invitation.id);
    state.environment.random(invitation.secret.bytes());
    invitation.station_code = code;
    invitation.name = name;
    invitation.region = region;
    invitation.expires_at_ms = expires_at_ms;
    const auto known = scope_of_station(code);
    if (known) {
        invitation.scope = *known;
    } else {
        state.environment.random(invitation.scope.bytes);
    }
    state.writing([&] {
        (void)state.store.scope(invitation.scope);
        // Each invitation brings in another machine, or the same one anew: either way a block of
        // numbers that no machine of the station has used. Their hub settles what collides still.
        const auto earlier = state.store.database()
                                 .statement("SELECT count(*) FROM invitation WHERE code = ?")
                                 .one<std::uint32_t>(code);
        invitation.number_block = earlier % number_blocks_max;
        state.store.database()
            .statement("INSERT INTO invitation VALUES(?, ?, ?, ?, ?, ?, ?, NULL)")
            .run(invitation.id, invitation.secret, code, name, region, invitation.scope,
                 expires_at_ms);
        Draft draft;
        draft.actor = actor;
        const auto record = find_by_text(EntityId::station, schema::station::code, code);
        std::vector<FieldValue> values{{schema::station::name, name},
                                       {schema::station::region, region}};
        if (record) {
            draft.edits.push_back({*record, std::move(values)});
        } else {
            values.push_back({schema::station::code, code});
            values.push_back({schema::station::scope, bytes_of(invitation.scope.bytes)});
            values.push_back({schema::station::status, std::int64_t{1}});
            draft.records.push_back({EntityId::station, std::move(values)});
        }
        (void)state.write(draft);
        audit(
            {actor, "invitation.make", code, schema::audit::done, sync::hex_encode(invitation.id)});
    });
    return invitation;
}

std::optional<schema::ScopeId> Replica::scope_of_station(std::string_view code) {
    const auto scope = state_->store.database()
                           .statement("SELECT scope FROM invitation WHERE code = ? LIMIT 1")
                           .maybe<schema::ScopeId>(code);
    return scope;
}

std::vector<PeerFacts> Replica::peers() {
    State& state = *state_;
    std::vector<PeerFacts> peers;
    state.store.database()
        .statement(
            "SELECT i.code, i.name, i.scope, p.node, p.status, c.success_at, c.offset_ms, "
            "max(i.expires_at) "  // The name as last invited.
            "FROM invitation i LEFT JOIN peer p ON p.scope = i.scope "
            "LEFT JOIN contact c ON c.node = p.node "
            "GROUP BY i.code, p.node ORDER BY i.code, p.node")
        .each<std::string, std::string, schema::ScopeId, std::optional<schema::NodeId>,
              std::optional<std::string>, std::optional<std::int64_t>, std::optional<std::int64_t>,
              std::int64_t>([&](std::string code, std::string name, schema::ScopeId scope,
                                std::optional<schema::NodeId> of_node,
                                std::optional<std::string> status,
                                std::optional<std::int64_t> success_at,
                                std::optional<std::int64_t> offset, std::int64_t) {
            PeerFacts facts;
            facts.station_code = std::move(code);
            facts.name = std::move(name);
            facts.scope = scope;
            facts.status = status.value_or("invited");
            facts.last_contact_ms = success_at.value_or(0);
            facts.clock_offset_ms = offset;
            if (of_node) {
                facts.node = *of_node;
                const LogFacts* log = state.last_log(*of_node, sync::Stream::station, scope);
                facts.seq = log == nullptr ? 0 : log->position.seq;
                facts.machine = machine_facts(state.store, *of_node);
            }
            peers.push_back(std::move(facts));
        });
    return peers;
}

std::variant<sync::Admitted, sync::Refused> Replica::admit(const sync::Admit& admit,
                                                           std::optional<Peer>& peer) {
    State& state = *state_;
    const auto known = state.store.database()
                           .statement("SELECT node, scope, status FROM peer WHERE static_key = ?")
                           .maybe<schema::NodeId, schema::ScopeId, std::string>(admit.static_key);
    if (known) {
        if (std::get<2>(*known) != "active") return sync::Refused{CloseReason::refused_revoked};
        peer = Peer{std::get<0>(*known), std::get<1>(*known)};
    } else {
        const CloseReason refused = state.writing([&] {
            const CloseReason reason = state.redeem(admit, peer);
            note_enrolment(*this, state.environment.now_ms(), reason, peer);
            return reason;
        });
        if (refused != CloseReason::done) return sync::Refused{refused};
    }
    sync::Admitted admitted;
    if (admit.hello.wall_ms != 0) {
        state.offsets[peer->node] = offset_between(admit.hello.wall_ms, state.environment.now_ms());
    }
    // Sealed first, or the digest would count what the heads do not name.
    state.seal_tail(state.lane_log(sync::Lane::inbox, *peer));
    state.seal_tail(state.lane_log(sync::Lane::reference, *peer));
    const auto reason = state.writing([&] {
        State::RosterBook(state).heard(admit.hello.roster_version);
        MachineFacts facts = machine_facts(state.store, peer->node).value_or(MachineFacts{});
        facts.backlog = admit.hello.unsent;
        note_machine_facts(state.store, peer->node, facts);
        state.compare_places(admit.hello.have[0], *peer);
        return state.compare_with_lost(admit.hello, *peer);
    });
    // After a session that ended well a station begins with its own words.
    const auto last = state.store.database()
                          .statement("SELECT reason FROM contact WHERE node = ?")
                          .maybe<CloseReason>(peer->node);
    const bool further = std::ranges::any_of(
        std::array{sync::Lane::inbox, sync::Lane::reference}, [&](sync::Lane lane) {
            const auto& told = admit.hello.have[static_cast<std::size_t>(lane) - 1];
            sync::LogId id = state.lane_log(lane, *peer);
            id.author.epoch = told.epoch;
            const LogFacts* log = state.store.find_log(id);
            return told.seq > (log == nullptr ? 0 : log->position.seq);
        });
    state.unreturned.erase(peer->node);
    if (further && last.value_or(CloseReason::done) == CloseReason::done) {
        state.unreturned.insert(peer->node);
    }
    if (reason) return sync::Refused{*reason};
    state.seal_tail(state.lane_log(sync::Lane::inbox, *peer));
    state.seal_tail(state.lane_log(sync::Lane::reference, *peer));
    state.recount_if_due(*peer);
    state.note_joining(admit.hello, *peer);
    admitted.hello = state.hello_for(*peer, &admit.hello);
    admitted.receipt = state.receipt_for(admit.hello.have[0], *peer);
    return admitted;
}

CloseReason Replica::State::redeem(const sync::Admit& admit, std::optional<Peer>& peer) {
    if (!admit.hello.enrol) return CloseReason::refused_unknown;
    const sync::Enrol& enrol = *admit.hello.enrol;
    const auto row = store.database()
                         .statement(
                             "SELECT secret, code, scope, expires_at, used_by FROM invitation "
                             "WHERE id = ?")
                         .maybe<sync::Secret<32>, std::string, schema::ScopeId, std::int64_t,
                                std::optional<schema::NodeId>>(enrol.invitation);
    if (!row) return CloseReason::refused_unknown;
    const auto& [secret, code, scope, expires_at, used_by] = *row;
    // Who redeemed it is known by its key and was let in before this; the secret is gone.
    if (used_by) return CloseReason::refused_used;
    const sync::EnrolKeys keys{admit.static_key, static_public, box.public_key().bytes()};
    const sync::Hash32 expected = sync::enrol_mac(secret, admit.handshake_hash, keys, enrol);
    if (!sync::equal_in_constant_time(expected, enrol.mac)) return CloseReason::refused_unknown;
    const auto key = sync::VerifyKey::parse(enrol.sign_key);
    if (!key) return CloseReason::refused_unknown;
    const schema::NodeId newcomer = node_id(enrol.sign_key);
    // Nobody takes the place of a node that is here by naming its key as their own.
    const auto sitting = store.database()
                             .statement("SELECT static_key FROM peer WHERE node = ?")
                             .maybe<sync::Hash32>(newcomer);
    if (sitting && *sitting != admit.static_key) return CloseReason::refused_used;
    if (environment.now_ms() > expires_at) return CloseReason::refused_expired;
    writing([&] {
        store.database()
            .statement("UPDATE invitation SET used_by = ?, secret = ? WHERE id = ?")
            .run(newcomer, sync::Hash32{}, enrol.invitation);
        store.database()
            .statement("INSERT OR REPLACE INTO peer VALUES(?, ?, ?, ?, ?, ?, ?, 'active')")
            .run(newcomer, admit.static_key, enrol.sign_key, enrol.box_key, enrol.epoch, code,
                 scope);
        note_machine(newcomer, scope);
        const auto record = store.database()
                                .statement("SELECT id FROM station WHERE code = ?")
                                .maybe<schema::RecordId>(code);
        Draft draft;
        draft.actor = "hub";
        if (record) {
            draft.edits.push_back({*record, {{schema::station::node, bytes_of(newcomer.bytes)}}});
        }
        RosterBook book{*this};
        draft.records.push_back(book.record_of(*book.next_entry(newcomer)));
        (void)write(draft);
    });
    peer = Peer{newcomer, scope};
    return CloseReason::done;
}

}  // namespace jiuying::node
