/// One node's whole memory: what was recorded, what was received, and what both add up to.
///
/// The class that `serve` runs and the one that the simulator runs. It is synchronous and not
/// thread-safe: `node/serve` gives it a thread. Every write is one SQLite transaction (or part of
/// a Batch) and durable when the call returns. Throws sqlite::Error when the disk or the database
/// fails; then nothing of that write stands, and memory is as before.
#pragma once

#include "node/base/clock.hpp"
#include "node/replica/backup_records.hpp"
#include "node/replica/records.hpp"
#include "node/replica/scan_records.hpp"
#include "node/store/store.hpp"
#include "schema/order_rules.hpp"
#include "sync/clock/hybrid_clock.hpp"
#include "sync/crypto/secret.hpp"
#include "sync/segment/header.hpp"
#include "sync/session/exchange.hpp"
#include "sync/session/session.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

class OrderFacts;

/// The node's private keys, from its key file.
struct NodeSecrets {
    sync::Secret<32> sign_seed;      ///< Ed25519.
    sync::Secret<32> static_secret;  ///< X25519, for Noise.
    sync::Secret<32> box_secret;     ///< X25519, to which content keys are sealed.
    sync::Secret<32> salt_secret;    ///< For the salts of the chain.
};

/// What others may know of these keys.
struct NodePublic {
    schema::NodeId node;
    sync::Hash32 sign_key{};
    sync::Hash32 static_key{};
    sync::Hash32 box_key{};
};
[[nodiscard]] NodePublic public_keys(const NodeSecrets& secrets);
/// BLAKE2b-128 of "jiuying node v1" and the Ed25519 public key.
[[nodiscard]] schema::NodeId node_id(const sync::Hash32& sign_key);

/// Of the hub, as an invitation tells it.
struct HubFacts {
    schema::NodeId node;
    sync::Hash32 static_key{};
    sync::Hash32 sign_key{};
    sync::Hash32 box_key{};
    std::string name;
    std::string address;  ///< HOST:PORT last given; may be empty.
    /// The district's root key says that this is its hub: sync/trust/certificate.hpp. Empty where
    /// the district has no root key.
    sync::Bytes certificate{};
};

/// What a new node is. Stored in the database at creation, read back at open.
struct Profile {
    enum class Role : std::uint8_t { station = 1, hub = 2 };
    Role role = Role::station;
    std::string district;      ///< Region code, "340207".
    std::string station_code;  ///< "SHG01"; the hub's own desk is "QZX".
    std::string name;
    std::string region;
    schema::ScopeId scope;  ///< The station's, or that of the hub's own desk.
    schema::ScopeId district_scope;
    std::string default_actor;
    HubFacts hub;                               ///< Of itself at a hub.
    std::array<std::uint8_t, 16> invitation{};  ///< Station: not yet redeemed while not zero.
    sync::Secret<32> invitation_secret;
    /// Which block of printed numbers is this node's: no two nodes of a station have the same.
    std::uint32_t number_block = 0;
};

/// An invitation as the hub made it.
struct Invitation {
    std::array<std::uint8_t, 16> id{};
    sync::Secret<32> secret;
    std::string station_code;
    std::string name;
    std::string region;
    schema::ScopeId scope;
    std::int64_t expires_at_ms = 0;
    std::uint32_t number_block = 0;  ///< Counted among the invitations of that station.
};
/// A station may have so many blocks.
inline constexpr std::uint32_t number_blocks_max = 10'000;

/// How a session ended for a node, kept for `status`.
struct ContactFacts {
    std::int64_t last_success_ms = 0;
    std::int64_t last_try_ms = 0;
    std::optional<std::int64_t> clock_offset_ms;  ///< Hub's clock minus ours.
    sync::CloseReason last_reason{};
};

class Replica {
public:
    struct Options {
        std::string path;           ///< Of the database file.
        const char* vfs = nullptr;  ///< Null: the system's.
        Environment* environment = nullptr;
        schema::Registry registry = schema::registry();
        /// Must-understand bits of segments that this program knows; tests hand in those of others.
        std::uint32_t understood = sync::must_known;
        /// Beside the one that writes, on another thread, for `verify`. Nothing else is asked of
        /// it.
        bool read_only = false;
    };

    /// Makes the database of a new node. Throws if the file exists.
    static void create(const Options& options, const NodeSecrets& secrets, const Profile& profile);

    Replica(const Options& options, const NodeSecrets& secrets);
    ~Replica();
    Replica(const Replica&) = delete;
    Replica& operator=(const Replica&) = delete;

    // --- Recording -----------------------------------------------------------------------
    /// Writes one transaction. Values must pass schema::check_value; refused otherwise.
    /// Errors: out_of_bounds, not_utf8, malformed (value), unknown_field, not_found (record),
    /// wrong_scope (not this side's to write), too_large, says_nothing (an appeal).
    Result<Committed> commit(const Draft& draft);
    /// Registers an appeal: adds number, registered_at and channel to \p values. As commit.
    Result<Committed> register_appeal(const std::string& actor, std::vector<FieldValue> values,
                                      std::vector<NewRecord> along = {});
    /// Writes an event of the life cycle, if its guard lets it: in one database transaction the
    /// order is read and folded, the guard asked, and the event written with the heads it knows.
    /// `id`, `actor`, `at_hub` and `recorded_at` of \p event are filled in here; happened_at is
    /// what was told, or 0. Errors: not_found (no such order), and those of commit.
    Result<Acted> act(const std::string& actor, const schema::RecordId& order,
                      schema::WorkOrderEvent event);
    /// Changes fields of an appeal, if the actor may now: before the dispatch as told, afterwards
    /// facts of the intake with the event `facts_corrected` in the same transaction. Errors: those
    /// of act.
    Result<EditedAppeal> edit_appeal(const std::string& actor, const schema::RecordId& order,
                                     AppealEdit edit);
    /// While one lives, writes join one SQLite commit, made durable by `commit`. Without it
    /// nothing of the batch stands.
    class Batch {
    public:
        explicit Batch(Replica& replica);
        ~Batch();
        void commit();

    private:
        Replica& replica_;
        bool open_ = true;
    };

    // --- Reading -------------------------------------------------------------------------
    /// While one lives, whoever reads is \p person: appeals about the person's own unit are as if
    /// they were not there, until they are released (A29). Where it is not known whose unit that
    /// is, a station's reader belongs to the station's unit. Without one, everything is shown.
    class Reading {
    public:
        Reading(Replica& replica, std::string person);
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

    private:
        Replica& replica_;
        std::optional<std::string> before_;
    };
    /// Persons, units and rules at every instant. Until the next write of reference data.
    [[nodiscard]] const OrderFacts& facts();
    /// Due dates of all open orders, for whoever compares them before and after a new rule.
    [[nodiscard]] std::map<schema::RecordId, OpenDues> open_dues();
    [[nodiscard]] AppealPage list(const AppealFilter& filter);
    /// By UUID or printed number. A number may have several claimants: all are returned; with the
    /// suffix that the hub gave, it is the one.
    [[nodiscard]] std::vector<schema::RecordId> find_appeals(std::string_view id_or_number);
    /// The oldest order that has this number of this channel, by its registration or by a
    /// reference that was added.
    [[nodiscard]] std::optional<schema::RecordId> find_by_ext(std::string_view channel,
                                                              std::string_view ext_no);
    /// The order that \p id was merged into, and that one in turn; itself if it was not.
    [[nodiscard]] schema::RecordId master_of(const schema::RecordId& id);
    /// All numbers of channels that lead to this order, those of orders merged into it included.
    [[nodiscard]] std::vector<ReferenceView> references(const schema::RecordId& id);
    /// Takes the same time whether or not there is an appeal with that query code.
    [[nodiscard]] std::optional<QueryTarget> find_query(std::string_view code);
    /// How many appeals have each category, by `code@version`; those without one by "".
    [[nodiscard]] std::map<std::string, std::uint64_t> count_categories();
    /// All that repeats are judged by but the texts. \p level_2 tells a category's second level.
    [[nodiscard]] std::vector<schema::RepeatSubject> repeat_subjects(
        const std::function<std::string(const std::string&)>& level_2);
    /// Title and text.
    [[nodiscard]] std::string words_of(const schema::RecordId& appeal);
    /// Links between appeals: of one, or all.
    [[nodiscard]] std::vector<LinkView> links(const std::optional<schema::RecordId>& appeal);
    /// First record of \p entity whose field equals \p value (indexed fields).
    [[nodiscard]] std::optional<schema::RecordId> find_by_text(schema::EntityId entity,
                                                               schema::FieldId field,
                                                               std::string_view value);
    [[nodiscard]] std::optional<RecordView> show(const schema::RecordId& id, bool with_history);
    /// All records of a kind, in the order of creation: reference data, meetings, enterprises.
    [[nodiscard]] std::vector<RecordView> all(schema::EntityId entity, std::size_t limit);
    /// The life cycle of an appeal; nothing if there is none of that id.
    [[nodiscard]] std::optional<OrderView> order(const schema::RecordId& id);
    [[nodiscard]] std::vector<ConflictView> conflicts();
    /// The due dates of \p order by its policy and calendar, told line by line; nothing where they
    /// can't be counted.
    [[nodiscard]] std::optional<OrderDues> dues(const OrderView& order, std::int64_t as_of);
    /// Events that the fold refused and nobody has ruled on, by order and place.
    [[nodiscard]] std::vector<EventConflictView> event_conflicts();
    /// Orders whose visits disagree, or whose closing a later visit contradicts, by order.
    [[nodiscard]] std::vector<VisitConflictView> visit_conflicts();
    [[nodiscard]] std::optional<ConflictView> conflict(const sync::ConflictId& id);
    /// The conflict of the same field that took the place of one that is no longer current.
    [[nodiscard]] std::optional<ConflictView> conflict_of(const schema::RecordId& record,
                                                          schema::FieldId field);
    /// What the hub sent back and nobody has mended yet: content first, then whole transactions.
    [[nodiscard]] std::vector<NoticeView> notices();
    [[nodiscard]] StatusFacts status();
    /// All of it but `appeals`, whose counting takes the longer the more there are.
    [[nodiscard]] StatusFacts exchange_status();
    /// Of the own scope, or at a hub of the station's scope.
    [[nodiscard]] DigestFacts digest(const schema::ScopeId& scope);
    /// Of what is committed when it begins. \p scratch_path: of the database that is rebuilt from
    /// the log and gone at the end. One that a killed process left there is removed first.
    [[nodiscard]] VerifyReport verify(const std::string& scratch_path);
    /// Shows \p visit every order that was registered by \p as_of, as it stood then: by what was
    /// told to have happened until then. Merged fields (region, channel ...) are as they are now.
    /// Holds a bounded number of orders in memory; \p visit must not write.
    void each_order(std::int64_t as_of, const std::function<void(const ScannedOrder&)>& visit);
    /// Who is in \p role for \p order by the staff list as of that instant; else who is on duty;
    /// else the unit alone.
    [[nodiscard]] ScanOwner owner_of(const ScannedOrder& order, schema::OwnerRole role,
                                     std::int64_t as_of);
    /// By station. A station knows its own.
    [[nodiscard]] std::vector<LedgerRow> ledger();
    // --- Rules, enterprises, meetings ------------------------------------------------------
    /// Hub: writes what the rules find in orders whose time has come. Returns how many events.
    std::uint64_t run_rules();
    /// The same, if the last time is a while ago. Returns whether it looked.
    bool run_rules_if_due();
    /// The triggers of the watch list whose causes stand now, fired or not.
    [[nodiscard]] std::vector<schema::Finding> standing_triggers(const schema::RecordId& order);
    /// The appeals of the same enterprise on the matter of \p order, itself included.
    [[nodiscard]] std::vector<schema::RecordId> same_matter(const schema::RecordId& order);
    /// Records of \p entity whose field names \p record, in the order of creation.
    [[nodiscard]] std::vector<schema::RecordId> naming(schema::EntityId entity,
                                                       schema::FieldId field,
                                                       const schema::RecordId& record);
    /// Appeals with one of those credit codes.
    [[nodiscard]] std::vector<schema::RecordId> appeals_with_code(const std::string& uscc);
    /// All records of that kind whose text of that field is \p value.
    [[nodiscard]] std::vector<schema::RecordId> all_with_text(schema::EntityId entity,
                                                              schema::FieldId field,
                                                              std::string_view value);
    /// Records of \p entity in one of whose \p fields \p text occurs, spaces aside, and which name
    /// none in \p without; all of them where it is empty. In the order of creation.
    struct Matches {
        std::uint64_t total = 0;          ///< Beyond the limit, too.
        std::vector<RecordView> records;  ///< The first.
    };
    [[nodiscard]] Matches matching(schema::EntityId entity, std::span<const schema::FieldId> fields,
                                   std::string_view text, schema::FieldId without,
                                   std::size_t limit);
    /// The orders of a meeting, in the order of their creation; also those that the reader may not
    /// see, without their numbers.
    [[nodiscard]] std::vector<MeetingOrder> meeting_orders(const schema::RecordId& meeting);
    /// Hub: writes what the rules find in these orders now.
    void heed_rules(const std::vector<schema::RecordId>& orders);
    /// The end of the policy's limit \p step that starts at \p start.
    [[nodiscard]] std::optional<std::int64_t> step_due(schema::CountRule schema::StepLimits::*step,
                                                       std::int64_t start);
    /// Indexes up to \p most pending records for search. True if more wait.
    bool index_pending(std::size_t most);

    // --- Enrolment (hub) -----------------------------------------------------------------
    /// Also writes the station into the reference data.
    Invitation invite(const std::string& actor, const std::string& code, const std::string& name,
                      const std::string& region, std::int64_t expires_at_ms);
    [[nodiscard]] std::vector<PeerFacts> peers();
    [[nodiscard]] std::optional<schema::ScopeId> scope_of_station(std::string_view code);

    // --- Snapshots (hub), pruning (station) ------------------------------------------------
    /// Writes a snapshot of \p scope as it is now. Errors: not_found (no station has that scope),
    /// too_large (a record that fits no chunk).
    Result<SnapshotFacts> write_snapshot(const schema::ScopeId& scope);
    /// Gives \p put, piece by piece, a copy of snapshot \p id and of the stations' logs up to it:
    /// docs/reference/snapshot-format.md, section 6. False if there is no such snapshot.
    bool copy_snapshot(std::uint64_t id, const std::function<void(sync::View)>& put);
    /// Reads such a copy back as if there were nothing but it and this hub's keys. \p take fills
    /// the whole span or returns false. Where all of it is sound, what stations have in it counts
    /// as held twice: their next receipts say so. Errors: not_authentic, malformed, truncated,
    /// too_large, fork (it is not of this hub's logs).
    Result<void> confirm_copy(const std::function<bool(std::span<std::uint8_t>)>& take);
    /// The latest first.
    [[nodiscard]] std::vector<SnapshotFacts> snapshots();
    /// Takes whole segments out of the own log that the hub has decided on and holds in a second
    /// copy. What is shown stays. \p dry_run: only counts.
    PruneReport prune(bool dry_run);

    // --- Audit log ---------------------------------------------------------------------------
    /// Appends a row, in the transaction or batch that is open or in one of its own: durable when
    /// that is. Throws AuditUnwritable, or sqlite::Error of a full or failing disk: then what the
    /// row is about must not happen either. What fails after its row was written gets another row.
    /// Where the act is a Draft, Draft::audit says it.
    void audit(const AuditEntry& entry);
    [[nodiscard]] AuditPage audit_rows(const AuditFilter& filter);
    /// Checks the chain of every node whose rows are here. \p with_logs: and reads all logs, to see
    /// that the table has what they say and nothing else.
    [[nodiscard]] AuditCheck check_audit(bool with_logs);

    // --- Backup ------------------------------------------------------------------------------
    /// Copies the database as it is at this moment into a new file at \p path, under the same VFS
    /// and key. Others may write meanwhile, on other connections. Answers how far its logs go.
    [[nodiscard]] std::vector<BackupHead> copy_database(const std::string& path);
    /// This node's signature under the head of a backup; docs/reference/backup-format.md.
    [[nodiscard]] sync::Signature sign_backup(sync::View head) const;
    /// A backup was written and read back whole. At a hub what stations have in it counts as held
    /// twice: their next receipts say so. Heads that are not of this node's logs count for nothing.
    void note_backup(const BackupFacts& facts);
    [[nodiscard]] std::optional<LastBackup> last_backup();
    /// A look for the doctor, quicker than verify(): SQLite's own check of the file, the ends of
    /// all logs, the chains of the audit log.
    [[nodiscard]] std::vector<VerifyProblem> look_over();

    // --- Exchange ------------------------------------------------------------------------
    /// Who is on the other side, once known. A station's only peer is its hub.
    struct Peer {
        schema::NodeId node;
        schema::ScopeId scope;
    };
    [[nodiscard]] sync::StationSession::Config station_config();
    [[nodiscard]] sync::HubSession::Config hub_config();
    /// Hub: answers Admit. Redeems the invitation durably. A known peer may be refused too, where
    /// its places show that one side was put back to an older state: \p peer is set then.
    [[nodiscard]] std::variant<sync::Admitted, sync::Refused> admit(const sync::Admit& admit,
                                                                    std::optional<Peer>& peer);
    [[nodiscard]] sync::Offer fetch(const sync::Fetch& fetch, const Peer& peer);
    [[nodiscard]] std::variant<sync::Delivered, sync::DeliveryFailed> deliver(
        const sync::Deliver& deliver, const Peer& peer);
    /// Errc if it does not verify.
    Result<void> store_receipt(const sync::StoreReceipt& receipt);
    Result<void> store_keys(const sync::StoreKeys& keys, const Peer& peer);
    void keep_partial(const sync::KeepPartial& partial, const Peer& peer);
    /// A reason to end the session: what the hub holds of this station's log is not of it.
    std::optional<sync::CloseReason> note_peer(const sync::NotePeer& note, const Peer& peer);
    /// Answers Compare (station) and OpenRanges (hub); see sync/session/session.hpp. A record of
    /// this station's that is not what its own log says is mended.
    [[nodiscard]] sync::Compared compare(const sync::Compare& compare, const Peer& peer);
    [[nodiscard]] sync::RangesOpened open_ranges(const sync::OpenRanges& open, const Peer& peer);
    void note_found(const sync::NoteFound& note, const Peer& peer);
    /// Records that a peer had otherwise, the latest last.
    [[nodiscard]] std::vector<DifferingView> differing();
    /// Hub: it begins to serve. Whatever it was before, an old copy of itself included, it goes on
    /// under a name of its own.
    void begin_service();
    /// The session is over. Station: on `done` the decided horizon rises to the receipts.
    void end_session(const std::optional<Peer>& peer, sync::CloseReason reason);
    [[nodiscard]] Peer hub_peer() const;

    [[nodiscard]] const Profile& profile() const;
    void set_default_actor(const std::string& actor);
    void set_hub_address(const std::string& address);
    /// Takes a fresh invitation, keeping keys and log (`rejoin`).
    void set_invitation(Profile fresh);

private:
    friend class Accounts;
    friend class AuditLog;
    friend class Batch;
    friend class AuditVerification;
    friend class Bundles;
    friend class Checkpoints;
    friend class Erasures;
    friend class LateSegments;
    friend class Rosters;
    friend class Verification;
    struct State;
    std::unique_ptr<State> state_;  ///< Store, clock, keys, caches.
};

}  // namespace jiuying::node
