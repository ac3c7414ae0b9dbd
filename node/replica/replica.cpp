// Making and opening a replica, and the facts it keeps about itself.
#include "node/replica/replica_state.hpp"

#include "node/base/locked.hpp"
#include "node/replica/profile_codec.hpp"
#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/byte_text.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::string_view profile_key = "profile";
constexpr std::string_view epoch_key = "epoch";
constexpr std::string_view certificate_key = "hub_certificate";

schema::NodeId node_of(const sync::VerifyKey& key) {
    return {sync::blake2b_128({sync::as_view("jiuying node v1"), key.view()})};
}

std::uint64_t read_u64(const std::vector<std::uint8_t>& bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) {
        number |= std::uint64_t{bytes[i]} << (8U * i);
    }
    return number;
}

sync::SigningKey signing_key(const NodeSecrets& secrets) {
    return sync::SigningKey(secrets.sign_seed);
}

sync::BoxKeyPair box_key(const NodeSecrets& secrets) {
    return sync::BoxKeyPair::from_private(secrets.box_secret.clone());
}

sync::Hash32 static_key(const NodeSecrets& secrets) {
    return sync::X25519KeyPair::from_private(secrets.static_secret.clone()).public_key().bytes();
}

/// The encoded profile holds the secret of an invitation that is not redeemed yet.
std::optional<Profile> read_profile(Store& store) {
    auto encoded = store.meta(profile_key);
    if (!encoded) return std::nullopt;
    auto profile = decode_profile(*encoded);
    sync::wipe(*encoded);
    const auto certificate = store.meta(certificate_key);
    if (profile && certificate) profile->hub.certificate = *certificate;
    return profile;
}

void write_profile(Store& store, const Profile& profile) {
    auto encoded = encode_profile(profile);
    store.set_meta(profile_key, encoded);
    sync::wipe(encoded);
    store.set_meta(certificate_key, profile.hub.certificate);
}

}  // namespace

NodePublic public_keys(const NodeSecrets& secrets) {
    const sync::SigningKey signing = signing_key(secrets);
    return {node_of(signing.verify_key()), signing.verify_key().bytes(), static_key(secrets),
            box_key(secrets).public_key().bytes()};
}

schema::NodeId node_id(const sync::Hash32& sign_key) { return node_of(sync::VerifyKey(sign_key)); }

static_assert(alignof(StateFacts) <= 16);

void* StateFacts::operator new(std::size_t size) { return allocate_locked(size); }
void StateFacts::operator delete(void* memory) { sodium_free(memory); }

StateFacts::StateFacts(const Replica::Options& options, const NodeSecrets& secrets)
    : path(options.path),
      registry(options.registry),
      understood(options.understood),
      environment(*options.environment),
      signing(signing_key(secrets)),
      box(box_key(secrets)),
      static_secret(secrets.static_secret.clone()),
      static_public(static_key(secrets)),
      salt_secret(secrets.salt_secret.clone()),
      store(options.path, options.vfs, options.registry,
            options.read_only ? Store::Access::read : Store::Access::write),
      node(node_of(signing.verify_key())) {}

Replica::State::State(const Options& options, const NodeSecrets& secrets)
    : StateFacts(options, secrets) {
    auto kept = read_profile(store);
    const auto epoch = store.meta(epoch_key);
    if (!kept || !epoch) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading the node's profile");
    profile = *std::move(kept);
    own_id = {node, read_u64(*epoch)};
    own = store.authors().intern(own_id);
    if (!is_hub()) {
        store.set_indexed_scope(store.scope(profile.scope));
    }
    if (!options.read_only) {
        // Pages that are given up are wiped, too: of what was dropped or erased nothing stays.
        store.database().execute("PRAGMA secure_delete = ON");
    }
    load_facts();
    update_decided();
    store.on_recovery([this] { rolled_back(); });
    look_at_file();
    scrub();
    if (!options.read_only) apply_unread();
}

void Replica::State::load_facts() {
    last_txn = 0;
    counters.clear();
    sync::Hlc last_hlc{};
    const auto see = [&](const sync::Transaction& tx) {
        last_txn = std::max(last_txn, tx.txn);
        if (planted::on(planted::Defect::clock_forgets_tail)) return;
        // The stamp of a forwarded one is somebody else's; ours was kept when it was written.
        if (dot_of(tx, own) == sync::Dot{own, tx.txn}) last_hlc = std::max(last_hlc, tx.hlc);
    };
    for (const auto& log : store.logs()) {
        if (log->author != own) continue;
        last_txn = std::max(last_txn, log->txn);
        // Only the newest of the tail: the rest is older.
        store.database()
            .statement(
                "SELECT public, private FROM tail WHERE place BETWEEN ? AND ? "
                "ORDER BY place DESC LIMIT 1")
            .each<std::vector<std::uint8_t>, std::vector<std::uint8_t>>(
                [&](const std::vector<std::uint8_t>& open_part,
                    const std::vector<std::uint8_t>& private_part) {
                    const auto tx = sync::decode(open_part, private_part, store.authors(), own);
                    if (tx) see(*tx);
                },
                log_place(log->ix, 0), log_place(log->ix + 1, 0) - 1);
    }
    if (const auto kept = store.meta("hlc")) {
        last_hlc = std::max(last_hlc, sync::Hlc{read_u64(*kept)});
    }
    sync::ClockFacts facts;
    facts.floor_ms = static_cast<std::int64_t>(sync::wall_ms(last_hlc));
    facts.build_date_ms = build_date_ms;
    if (!is_hub()) {
        facts.offset_at_last_contact_ms =
            store.database()
                .statement("SELECT offset_ms FROM contact WHERE node = ?")
                .maybe<std::optional<std::int64_t>>(profile.hub.node)
                .value_or(std::nullopt);
    }
    facts_at_open = facts;
    clock = sync::HybridClock(last_hlc, facts);
}

sync::ClockFacts Replica::State::clock_facts() const {
    sync::ClockFacts facts = facts_at_open;
    if (is_hub()) return facts;
    if (const auto offset = offset_of(profile.hub.node)) facts.offset_at_last_contact_ms = offset;
    if (last_contact) {
        const std::int64_t wall = environment.now_ms() - last_contact->wall_ms;
        const auto passed = environment.since_boot() - last_contact->since_boot;
        facts.stepped_ms = wall - passed.count();
    }
    return facts;
}

void Replica::State::rolled_back() {
    if (const auto epoch = store.meta(epoch_key)) own_id.epoch = read_u64(*epoch);
    look_at_file();
    own = store.authors().intern(own_id);
    reference_ids.reset();
    marked_authors.reset();
    own_seqs.clear();
    held_orders.reset();
    forwards.clear();
    order_facts.reset();
    facts_version.reset();
    comparisons.clear();
    decoded.clear();  // A segment that was undone leaves its place to another.
    if (auto kept = read_profile(store)) profile = *std::move(kept);
    load_facts();
    update_decided();
}

void Replica::State::keep_clock() {
    std::string bytes;
    sync::put_fixed64(bytes, static_cast<std::uint64_t>(clock.last()));
    store.set_meta("hlc", sqlite::as_blob(bytes));
}

void Replica::State::save_profile() {
    writing([&] { write_profile(store, profile); });
}

void Replica::create(const Options& options, const NodeSecrets& secrets, const Profile& profile) {
    Store::create(options.path, options.vfs, options.registry);
    Store store(options.path, options.vfs, options.registry);
    std::array<std::uint8_t, 8> epoch{};
    options.environment->random(epoch);
    const std::uint64_t number = read_u64({epoch.begin(), epoch.end()});
    store.begin();
    write_profile(store, profile);
    store.set_meta(epoch_key, epoch);
    store.authors().intern({node_of(signing_key(secrets).verify_key()), number});
    (void)store.scope(profile.scope);
    (void)store.scope(profile.district_scope);
    store.commit();
}

Replica::Replica(const Options& options, const NodeSecrets& secrets)
    : state_(std::make_unique<State>(options, secrets)) {}

Replica::~Replica() = default;

const Profile& Replica::profile() const { return state_->profile; }

void Replica::set_default_actor(const std::string& actor) {
    state_->profile.default_actor = actor;
    state_->save_profile();
}

void Replica::set_hub_address(const std::string& address) {
    if (state_->profile.hub.address == address) return;
    state_->profile.hub.address = address;
    state_->save_profile();
}

void Replica::set_invitation(Profile fresh) {
    state_->profile.invitation = fresh.invitation;
    state_->profile.invitation_secret = std::move(fresh.invitation_secret);
    state_->profile.hub = fresh.hub;
    state_->profile.number_block = fresh.number_block;
    state_->counters.clear();
    state_->save_profile();
}

}  // namespace jiuying::node
