#include "node/replica/rosters.hpp"

#include "node/replica/roster_book.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::RosterEntry;
using sync::Standing;

constexpr std::size_t node_digits_min = 8;
constexpr std::string_view certificate_code = "hub";

/// The choices of the station's `status` are numbered as standings are.
std::int64_t status_of(Standing standing) { return static_cast<std::int64_t>(standing); }

}  // namespace

std::vector<RosterEntry> Rosters::entries() {
    return Replica::State::RosterBook(*replica_.state_).entries();
}

std::uint64_t Rosters::version() { return Replica::State::RosterBook(*replica_.state_).version(); }

std::uint64_t Rosters::hub_version() {
    return Replica::State::RosterBook(*replica_.state_).heard_version();
}

bool Rosters::is_revoked(const schema::NodeId& node) {
    const auto entry = Replica::State::RosterBook(*replica_.state_).entry_of(node);
    return entry && entry->standing == Standing::revoked;
}

std::vector<schema::NodeId> Rosters::machines(const std::string& name) {
    std::vector<schema::NodeId> found;
    replica_.state_->store.database()
        .statement("SELECT node, code FROM peer ORDER BY node")
        .each<schema::NodeId, std::string>([&](schema::NodeId node, const std::string& code) {
            const bool by_node =
                name.size() >= node_digits_min && sync::hex_encode(node.bytes).starts_with(name);
            if (code == name || by_node) found.push_back(node);
        });
    return found;
}

Result<RosterEntry> Rosters::set_standing(const std::string& actor, const schema::NodeId& node,
                                          Standing standing, const std::string& reason) {
    Replica::State& state = *replica_.state_;
    Replica::State::RosterBook book{state};
    return state.writing([&]() -> Result<RosterEntry> {
        auto entry = book.next_entry(node);
        if (!entry) return Errc::not_found;
        if (standing <= entry->standing) return Errc::wrong_state;
        entry->standing = standing;
        if (standing == Standing::revoked) {
            const LogFacts* log = state.last_log(node, sync::Stream::station, entry->scope);
            entry->cut.emplace();
            if (log != nullptr) {
                entry->cut->epoch = log->id.author.epoch;
                entry->cut->seq = log->position.seq;
                entry->cut->chain = log->position.chain;
            }
        }
        Draft draft;
        draft.actor = actor;
        const bool revoked = standing == Standing::revoked;
        draft.audit = AuditEntry{actor, revoked ? "roster.revoke" : "roster.retire",
                                 entry->station + " " + sync::hex_encode(node.bytes),
                                 schema::audit::done, reason};
        draft.records.push_back(book.record_of(*entry));
        const bool last_one =
            !state.store.database()
                 .statement(
                     "SELECT 1 FROM peer WHERE scope = ? AND node <> ? AND status = 'active'")
                 .maybe<int>(entry->scope, node);
        const auto station =
            replica_.find_by_text(schema::EntityId::station, schema::station::code, entry->station);
        if (last_one && station) {
            draft.edits.push_back({*station, {{schema::station::status, status_of(standing)}}});
        }
        const auto written = state.write(draft);
        if (!written) return written.error();
        book.renew_keys(entry->scope);
        if (standing == Standing::revoked) {
            // Whoever has the machine may have had one that was meant for the next.
            state.store.database()
                .statement(
                    "UPDATE invitation SET expires_at = 0 WHERE scope = ? AND used_by IS NULL")
                .run(entry->scope);
        }
        return *entry;
    });
}

std::optional<sync::HubCertificate> Rosters::certificate() {
    const Replica::State& state = *replica_.state_;
    const auto said = sync::verify_certificate(state.profile.hub.certificate, state.district());
    return said ? std::optional(*said) : std::nullopt;
}

Result<sync::HubCertificate> Rosters::certify(const std::string& actor,
                                              const sync::Bytes& certificate) {
    Replica::State& state = *replica_.state_;
    const auto said = sync::verify_certificate(certificate, state.district());
    if (!said) return said.error();
    const auto kept = this->certificate();
    if (said->hub != state.profile.hub.sign_key) return Errc::bad_key;
    if (kept && kept->root != said->root) return Errc::bad_key;
    if (kept && kept->generation >= said->generation) return Errc::wrong_state;
    return state.writing([&]() -> Result<sync::HubCertificate> {
        Draft draft;
        draft.actor = actor;
        draft.audit = AuditEntry{actor, "roster.certify", sync::hex_encode(said->root)};
        namespace fields = schema::roster;
        draft.records.push_back(
            {schema::EntityId::roster,
             {{fields::code, std::string{certificate_code}},
              {fields::version, static_cast<std::int64_t>(said->generation)},
              {fields::content, std::string(certificate.begin(), certificate.end())}}});
        const auto written = state.write(draft);
        if (!written) return written.error();
        return *said;
    });
}

}  // namespace jiuying::node
