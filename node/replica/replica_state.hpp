/// The workings of a Replica, shared by the files that implement it.
#pragma once

#include "node/replica/judgements.hpp"
#include "node/replica/order_clocks.hpp"
#include "node/replica/order_facts.hpp"
#include "node/replica/replica.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/crypto/box.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/segment/segment.hpp"

#include <list>
#include <map>
#include <set>

namespace jiuying::node {

/// The desk of the hub, 区中枢, among the codes of stations.
inline constexpr std::string_view hub_desk = "QZX";

/// A log that this node writes.
struct OwnLog {
    LogFacts* facts = nullptr;
    std::uint64_t last_seq = 0;  ///< Tail included.
};

/// A content key of a log.
struct ContentKey {
    std::array<std::uint8_t, 8> id{};
    std::uint64_t first = 1;  ///< First sequence number sealed with it.
    sync::Key32 key;
};

/// Their clock minus ours, both in ms: a clock may claim anything.
[[nodiscard]] std::int64_t offset_between(std::int64_t theirs, std::int64_t ours);

/// What a HELLO tells of a hash.
[[nodiscard]] std::array<std::uint8_t, 16> half(const sync::Hash32& hash);

/// In whose scope the records of a transaction lie.
struct Filed {
    ScopeIx home{};
    ScopeIx refused{};  ///< Those that it makes, if the hub refused it.
};
/// \p scope: of the log that it stands in.
[[nodiscard]] Filed file_of(Store& store, const sync::Transaction& tx, ScopeIx scope, bool at_hub,
                            std::uint8_t flags);

/// Puts \p tx into its records in \p store. \p flags: all that is known of it.
void apply_transaction(Store& store, const sync::Transaction& tx, sync::AuthorIx author,
                       const Filed& filed, std::uint8_t flags);

/// The order that a record is or belongs to.
[[nodiscard]] std::optional<schema::RecordId> order_of(const LoadedRecord& record);
/// An order and what belongs to it, the appeal first. Everything must be flushed.
[[nodiscard]] std::vector<RecordKey> family_keys(Store& store, const schema::RecordId& order);
[[nodiscard]] sync::ScopeDigest family_digest(Store& store, const schema::RecordId& order);

/// A comparison of records with a peer's; see divergence.cpp.
struct Comparison;

struct Replica::State {
    State(const Options& options, const NodeSecrets& secrets);
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // --- Facts that do not change while open
    schema::Registry registry;
    std::uint32_t understood;  ///< Must-understand bits of segments.
    Environment& environment;
    sync::SigningKey signing;
    sync::BoxKeyPair box;
    sync::Secret<32> static_secret;
    sync::Hash32 static_public{};
    sync::Secret<32> salt_secret;
    Store store;
    Profile profile;
    schema::NodeId node;
    sync::Author own_id;  ///< This node in its present epoch.
    sync::AuthorIx own{};

    // --- What a rollback takes back
    sync::HybridClock clock;
    std::uint64_t last_txn = 0;
    std::map<std::string, std::uint32_t> counters;  ///< Last number given out, by day.
    int batch_depth = 0;
    std::optional<std::set<schema::RecordId>> reference_ids;  ///< That all know; read late.
    std::optional<std::set<sync::AuthorIx>> marked_authors;   ///< With a row in `mark`; read late.
    std::unique_ptr<OrderFacts> order_facts;     ///< Read late; dropped when reference data change.
    std::optional<std::uint64_t> facts_version;  ///< Counts these changes; read late.
    std::map<std::uint32_t, std::uint64_t> own_seqs;  ///< Of own logs, tail included; read late.
    /// Orders of another home: at the hub those that some station holds, at a station those that
    /// are shared to it. Read late.
    std::optional<std::set<schema::RecordId>> held_orders;

    /// A part of a transaction that is forwarded with this commit.
    struct Forward {
        sync::Transaction part;
        schema::RecordId order;
        ScopeIx from{};  ///< In whose log it stands.
        ScopeIx home{};
    };
    std::vector<Forward> forwards;

    /// Both clocks at the last contact: a wall clock that moved otherwise since then stepped.
    struct Contact {
        std::int64_t wall_ms = 0;
        Instant since_boot{};
    };
    std::optional<Contact> last_contact;
    sync::ClockFacts facts_at_open;

    // --- Of the running session, by peer
    std::map<schema::NodeId, std::int64_t> offsets;  ///< Peer's clock minus ours, ms.

    /// Of running sessions that compare record by record, by peer.
    std::map<schema::NodeId, std::shared_ptr<Comparison>> comparisons;

    std::optional<std::string> reader;  ///< Who reads, while a Replica::Reading lives.

    /// Decoded segments lately read for history, the latest first.
    struct Decoded {
        std::int64_t place = 0;
        std::vector<sync::Transaction> transactions;
        std::vector<bool> erased;  ///< Those whose values were taken out.
    };
    std::list<Decoded> decoded;

    [[nodiscard]] bool is_hub() const { return profile.role == Profile::Role::hub; }
    [[nodiscard]] sync::View district() const { return sync::as_view(profile.district); }
    [[nodiscard]] const sync::Author& own_author() const { return own_id; }

    /// Runs \p work inside one durable database transaction (or the batch that is open).
    template <class Work>
    auto writing(Work&& work);
    /// Makes all since begin durable, with what follows from it for orders.
    void finish();
    void rolled_back();  ///< Puts memory right after a rollback of the store.
    void load_facts();
    void keep_clock();
    [[nodiscard]] sync::ClockFacts clock_facts() const;
    void save_profile();

    struct Order;

    // recording.cpp
    [[nodiscard]] sync::LogId log_for(schema::EntityId entity, ScopeIx scope) const;
    OwnLog own_log(const sync::LogId& id);
    Result<Committed> write(const Draft& draft);
    Result<sync::Transaction> compose(const Draft& draft, ScopeIx& scope, sync::LogId& log);
    Result<void> compose_edit(const Edit& edit, sync::Transaction& tx,
                              std::optional<ScopeIx>& scope, schema::EntityId& entity);
    Result<void> compose_new(const NewRecord& record, sync::Transaction& tx, Committed& committed);
    [[nodiscard]] ScopeIx home_of_new(const std::vector<NewRecord>& records);
    [[nodiscard]] Result<void> file(sync::Transaction& tx, schema::EntityId entity, ScopeIx scope);
    std::uint8_t stamp(sync::Transaction& tx);

    // numbering.cpp
    std::string next_number(std::int64_t now_ms);
    /// Hub: the suffix that tells one more claimant of \p number from those that are here.
    [[nodiscard]] std::string next_suffix(const std::string& number);
    /// Hub: gives suffixes to appeals of \p transactions whose numbers others showed first.
    void tell_numbers_apart(const std::vector<sync::Transaction>& transactions,
                            const std::vector<bool>& rejected, const Arrivals& arrivals);

    // applying.cpp
    void apply(const sync::Transaction& tx, sync::AuthorIx author, ScopeIx scope,
               std::uint8_t flags);
    [[nodiscard]] bool is_share(const sync::TouchedRecord& touched);
    [[nodiscard]] std::uint8_t marks_of(sync::Dot dot);
    void add_mark(sync::AuthorIx author, std::uint64_t first, std::uint64_t last,
                  std::uint8_t flag);
    void update_decided();

    // judging.cpp (hub)
    struct Fault {
        std::int64_t reason = 0;  ///< Of a notice or a rejection, as the registry numbers them.
        schema::RecordId record;
        schema::FieldId field = 0;
    };
    void judge_and_apply(const std::vector<sync::Transaction>& transactions, const LogFacts& log,
                         const Peer& peer);
    [[nodiscard]] std::vector<ClockRun> wrong_clocks(
        const std::vector<sync::Transaction>& transactions, const Peer& peer);
    [[nodiscard]] std::optional<Fault> rights_fault(const sync::Transaction& tx,
                                                    sync::AuthorIx author, ScopeIx scope);
    [[nodiscard]] bool is_forged(sync::Dot base, sync::Dot by, ScopeIx by_scope,
                                 const LoadedRecord* record);
    [[nodiscard]] std::optional<ScopeIx> business_of(const sync::Transaction& tx, ScopeIx scope);
    [[nodiscard]] bool is_reference_id(const schema::RecordId& id);
    void write_in_scope(std::vector<NewRecord> records, const schema::ScopeId& scope);

    // shares.cpp (hub, but for the first five)
    /// Of all that a scope's station shows, what is shared to it included.
    [[nodiscard]] sync::ScopeDigest digest_of(ScopeIx scope);
    /// The one order of \p home that all of \p tx is about; nothing if there is none.
    [[nodiscard]] std::optional<schema::RecordId> only_order_of(const sync::Transaction& tx,
                                                                ScopeIx home);
    [[nodiscard]] LoadedRecord* find_appeal(const schema::RecordId& order);
    [[nodiscard]] bool was_shared(const schema::RecordId& order, ScopeIx scope);
    [[nodiscard]] bool is_held(const schema::RecordId& order);
    [[nodiscard]] std::optional<sync::Transaction> part_of(const sync::Transaction& tx,
                                                           sync::Dot dot,
                                                           const std::vector<std::size_t>& places,
                                                           ScopeIx home, std::uint8_t flags);
    /// Keeps what others must get of \p tx, which was just applied, for forward_queued.
    void queue_forwards(const sync::Transaction& tx, sync::Dot dot, ScopeIx log_scope,
                        std::uint8_t flags);
    void forward_queued();
    void write_forward(sync::Transaction part, ScopeIx target);
    void forward_all(const schema::RecordId& order, ScopeIx home, ScopeIx target);
    [[nodiscard]] std::set<ScopeIx> stations_at_work(const Order& order);
    /// Shares \p id with the stations that work on it now and takes it back from the others.
    void update_shares(const schema::RecordId& id, const std::optional<Order>& order);
    void share_with(const schema::RecordId& order, ScopeIx home, ScopeIx target);
    void refresh_held(const schema::RecordId& order);

    // dropping.cpp (station)
    /// Whether \p tx of the inbox is about what is here, or will be.
    [[nodiscard]] bool concerns_us(const sync::Transaction& tx);
    void take_inbox(const std::vector<sync::Transaction>& transactions,
                    const sync::SegmentHeader& header, LogFacts& log);
    [[nodiscard]] bool has_erased_block(const LogFacts& log, std::uint64_t first,
                                        std::uint64_t last);
    void restate_kept(const LogFacts& log, std::int64_t place,
                      const std::vector<std::size_t>& erased);
    /// \p erased: indices of transactions, by the place of their segment.
    void erase_in_segments(const LogFacts& log,
                           const std::map<std::int64_t, std::vector<std::size_t>>& erased);
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::size_t>> find_in_segments(
        const LogFacts& log, std::uint64_t txn, const std::set<RecordKey>& family);
    [[nodiscard]] bool may_drop(const schema::RecordId& order);
    /// Lets go of orders that were taken back, as far as nothing keeps them.
    void drop_unshared();
    void drop_order(const schema::RecordId& order);
    /// Leaves nothing of what was dropped in the write-ahead log.
    void scrub();

    // content_faults.cpp (hub)
    /// Of transaction \p at, whose records have been written: what is wrong with what they say.
    [[nodiscard]] std::vector<Fault> content_faults(const sync::Transaction& tx,
                                                    const Arrivals& arrivals, std::size_t at);
    void appeal_faults(const sync::Transaction& tx, std::size_t position,
                       const LoadedRecord& record, const Arrivals& arrivals, std::size_t at,
                       std::vector<Fault>& faults);
    [[nodiscard]] bool is_known_region(const std::string& code);
    [[nodiscard]] bool has_ext_no_twice(const LoadedRecord& record, const Arrivals& arrivals,
                                        std::size_t at, std::size_t position);

    // references.cpp
    /// An order that has a channel's number, and the record that says so.
    struct Claim {
        schema::RecordId order;
        RecordKey by = 0;
    };
    [[nodiscard]] std::vector<Claim> claims_of(std::string_view channel, std::string_view ext_no);
    /// The order that \p id was merged into, and that one in turn; itself if it was not.
    [[nodiscard]] schema::RecordId master_of(const schema::RecordId& id);
    /// Whether \p record, an appeal or a reference, still claims a number that an order with
    /// another master claims, too.
    [[nodiscard]] bool is_rivalled(const LoadedRecord& record);
    void reference_faults(const LoadedRecord& record, const Arrivals& arrivals, std::size_t at,
                          std::size_t position, std::vector<Fault>& faults);

    // sealing.cpp
    /// Seals the next segment of the tail. False if there is no tail.
    bool seal_next(const sync::LogId& id);
    void seal_tail(const sync::LogId& id);
    void seal_one(LogFacts& log, std::int64_t begin, std::int64_t end);
    ContentKey content_key(LogFacts& log, std::uint64_t seq);
    [[nodiscard]] std::optional<sync::Key32> find_key(const LogFacts& log,
                                                      const std::array<std::uint8_t, 8>& id);
    [[nodiscard]] std::optional<sync::VerifyKey> verify_key(const schema::NodeId& author);
    [[nodiscard]] sync::Hash32 chain_start(const sync::LogId& id) const;
    [[nodiscard]] sync::LaneHead head_of(const sync::LogId& id);
    [[nodiscard]] Result<sync::OpenedSegment> open_segment(sync::View bytes, const LogFacts& log);
    [[nodiscard]] Result<sync::OpenedSegment> open_segment(sync::View bytes, const LogFacts& log,
                                                           sync::Authors& authors,
                                                           const sync::VerifyKey* restater);
    /// As open_segment, for what is kept here and may have been restated by this node.
    [[nodiscard]] Result<sync::OpenedSegment> open_kept(sync::View bytes, const LogFacts& log);
    /// As open_segment, for what a peer sent: authors in it are learned only if it is sound.
    [[nodiscard]] Result<sync::OpenedSegment> open_received(sync::View bytes, const LogFacts& log);
    /// Whether \p id is a log that \p peer writes and sends on \p lane.
    [[nodiscard]] bool is_lane_of(const sync::LogId& id, sync::Lane lane, const Peer& peer) const;
    [[nodiscard]] sync::LogId lane_log(sync::Lane lane, const Peer& peer) const;

    [[nodiscard]] std::vector<sync::Bytes> wraps_for(const LogFacts& log, const Peer& peer,
                                                     std::uint64_t after);

    // places.cpp
    [[nodiscard]] const LogFacts* newest_log(const schema::NodeId& of_node, sync::Stream stream,
                                             const schema::ScopeId& scope) const;
    /// Whether \p peer is the only station machine that wrote in its scope, as far as is known.
    [[nodiscard]] bool writes_alone(const Peer& peer) const;
    [[nodiscard]] sync::LaneHead head_of_newest(const schema::NodeId& of_node, sync::Stream stream,
                                                const schema::ScopeId& scope);
    [[nodiscard]] sync::Hello hello_for(const Peer& peer);
    /// Whether \p place, told by a peer, lies on our log \p id. One of another epoch says nothing.
    [[nodiscard]] bool lies_on(const sync::LogId& id, const sync::LaneHead& place);
    /// How what a station told of its places shows that a log was put back to an older state.
    [[nodiscard]] std::optional<sync::CloseReason> out_of_step(const sync::Hello& station,
                                                               const Peer& peer);
    [[nodiscard]] std::optional<sync::PartialSegment> partial_of(const schema::NodeId& peer);

    // exchange.cpp
    [[nodiscard]] sync::SessionKeys session_keys();
    /// Whether a segment says other things of \p log than what is held of it.
    [[nodiscard]] bool leaves_chain(sync::View bytes, const sync::SegmentHeader& header,
                                    const LogFacts& log);
    bool take_segment(sync::View bytes, const sync::SegmentHeader& header, LogFacts& log,
                      sync::Lane lane, const Peer& peer);
    /// Whether they may come next in \p log.
    [[nodiscard]] static bool follows(const std::vector<sync::Transaction>& transactions,
                                      const LogFacts& log);
    /// Of a segment that is kept: clock, judgement, records, receipt.
    void take_transactions(const std::vector<sync::Transaction>& transactions,
                           const sync::SegmentHeader& header, LogFacts& log, const Peer& peer);
    void forget_partial(sync::Lane lane, const Peer& peer);
    [[nodiscard]] static std::uint8_t flags_of(const sync::Transaction& tx);
    void store_own_receipt(const LogFacts& log);
    /// That the hub had the log up to \p last at that instant.
    void note_arrival(std::uint32_t log, std::uint64_t last, std::int64_t at);
    [[nodiscard]] sync::Bytes receipt_for(const LogFacts& log);
    [[nodiscard]] bool has_tail(const sync::LogId& id);
    [[nodiscard]] std::optional<std::int64_t> offset_of(const schema::NodeId& peer) const;
    void raise_decided();

    // unread.cpp: segments that ask for a newer program, and what stands behind them in their log.
    /// The first sequence number that is kept and not applied.
    [[nodiscard]] std::optional<std::uint64_t> unread_from(const LogFacts& log);
    [[nodiscard]] bool has_unread();
    /// \p waits: something before it waits already. False if its author did not sign it.
    [[nodiscard]] bool keep_unread(sync::View bytes, LogFacts& log, bool waits);
    /// After an upgrade: applies what can be read by now.
    void apply_unread();
    bool apply_unread_segment(LogFacts& log, std::uint64_t first);

    // divergence.cpp
    /// Counts the digest of what \p peer and this node share from the records themselves, at every
    /// contact where they are few, else once a day: the sum that is kept doesn't notice when a
    /// table is changed behind the program's back.
    void recount_if_due(const Peer& peer);
    void recount(ScopeIx scope);
    /// The scopes whose records count in the digest of \p peer.scope, and families held there.
    [[nodiscard]] Comparison& comparison_with(const Peer& peer);
    [[nodiscard]] std::vector<ScopeIx> compared_scopes(const Peer& peer) const;
    /// What the logs say of \p wanted, whatever the tables have. Nothing if a log can't be read.
    [[nodiscard]] std::optional<std::map<RecordKey, LoadedRecord>> replay(
        const std::set<RecordKey>& wanted);
    [[nodiscard]] std::set<RecordKey> keys_of(const std::set<schema::RecordId>& ids);
    /// What came of a difference at one record, kept for `status`.
    enum class Differing : std::uint8_t {
        mended_here = 1,  ///< The own table was not what the own log says, and is now.
        mended_there,
        wrong_here,   ///< At a hub: as mended_here, but nothing was changed.
        wrong_there,  ///< The own table is what the own log says.
        asked_again,  ///< The versions are sent anew.
    };
    void send_again(const Peer& peer, const schema::RecordId& record);
    void note_differing(const Peer& peer, const schema::RecordId& record, Differing what);
    [[nodiscard]] std::vector<sync::FoundRecord> judge_found(Comparison& comparison,
                                                             const Peer& peer);
    /// Both sides have the same by now.
    void agreed_with(const Peer& peer);

    // enrolment.cpp (hub). CloseReason::done: admitted.
    sync::CloseReason redeem(const sync::Admit& admit, std::optional<Peer>& peer);

    // log_reader.cpp
    /// The segment at \p place; null if it does not open. Kept for a while.
    const Decoded* segment_at(std::int64_t place, const LogFacts& log);
    /// The transaction of that name, if it is held here; where only parts of it are, the one that
    /// touches \p about.
    [[nodiscard]] std::optional<sync::Transaction> find_transaction(
        sync::Dot dot, const sync::RecordName* about = nullptr);
    [[nodiscard]] std::optional<sync::Transaction> find_in_log(const LogFacts& log,
                                                               std::uint64_t txn);
    /// The transactions of \p log numbered \p first to \p last, in order, sealed and tail, without
    /// those that were erased.
    /// False if a segment among them could not be read.
    bool each_transaction(const LogFacts& log, std::uint64_t first, std::uint64_t last,
                          const std::function<void(const sync::Transaction&)>& visit);

    // orders.cpp
    /// An order with its events in their total order, folded.
    struct Order {
        schema::OrderState state;
        std::vector<schema::WorkOrderEvent> events;
        std::vector<RecordKey> keys;          ///< Of the events.
        std::vector<schema::RecordId> heads;  ///< Events that no other names.
        ScopeIx scope{};
        RecordKey key = 0;
        std::string number;
        bool delivered = false;
        std::optional<std::int64_t> received_at;  ///< By the hub, where that is known.
    };
    [[nodiscard]] const OrderFacts& facts();
    /// Nothing if there is no appeal of that id. Flushes.
    [[nodiscard]] std::optional<Order> read_order(const schema::RecordId& id);
    [[nodiscard]] schema::Intake intake_of(const LoadedRecord& appeal);
    /// When the hub stored the record's creation, if that was noted.
    [[nodiscard]] std::optional<std::int64_t> received_at(const LoadedRecord& record);
    /// The same of a creation at a station.
    [[nodiscard]] std::optional<std::int64_t> arrived_at(sync::Dot creation);

    // recusal.cpp
    /// Whether the present reader belongs to \p unit, or to one that took over from it.
    [[nodiscard]] bool reads_for(const std::string& unit);
    /// Whether the appeal speaks of the reader's own unit and nobody has released it.
    [[nodiscard]] bool hidden(const LoadedRecord& appeal);
    [[nodiscard]] bool hidden(const schema::RecordId& appeal);
    [[nodiscard]] std::set<RecordKey> hidden_appeals();

    [[nodiscard]] std::vector<OrderEventView> event_views(const Order& order);

    // order_states.cpp
    struct OrderRow {
        schema::MainState main{};
        std::string lead_unit;
        std::string co_units;  ///< Those with an open task, each between commas.
        std::optional<std::int64_t> citizen_due;
        std::optional<std::int64_t> unit_due;
        std::uint64_t open_events = 0;
        schema::OrderSummary summary;
        std::string category;  ///< `code@version`; empty: not classified.
        std::optional<schema::RecordId> merged_into;
        bool operator==(const OrderRow&) const = default;
    };
    [[nodiscard]] std::uint64_t version_of_facts();
    /// Computes the rows of orders that changed since begin.
    void refresh_orders();
    /// Computes rows that were computed with other reference data.
    void refresh_stale_orders(std::size_t most);
    [[nodiscard]] std::vector<schema::RecordId> stale_orders(std::size_t most);
    void write_order_row(const schema::RecordId& id);
    [[nodiscard]] static OrderRow row_of(const Order& order, const OrderClocks& clocks);
    /// The order as it was told to have stood at \p as_of.
    [[nodiscard]] schema::OrderSummary summary_at(const Order& order, std::int64_t as_of);
    /// As it is now, whether or not the row that is kept is. Writes nothing: a full disk must not
    /// keep anybody from reading.
    [[nodiscard]] std::optional<OrderRow> order_row(RecordKey key);
    [[nodiscard]] std::optional<OrderRow> stored_order_row(RecordKey key, bool& stale);
    [[nodiscard]] std::uint64_t open_event_conflicts();
    [[nodiscard]] std::vector<schema::RecordId> questioned_orders();
    [[nodiscard]] OrderRow row_without_events(const LoadedRecord& appeal);
    [[nodiscard]] static bool passes(const OrderRow& order, const AppealFilter& filter);
    /// The category that counts: the order's, else the one that came with the appeal.
    [[nodiscard]] static std::string category_of(const std::optional<OrderRow>& row,
                                                 const std::string& appeal_category);
    /// Identifier of the state of an appeal, with or without events.
    [[nodiscard]] static std::string_view state_name(const std::optional<OrderRow>& row,
                                                     bool delivered);

    // scan.cpp
    /// Codes of stations by scope, "QZX" for the hub's own desk.
    [[nodiscard]] std::string station_of(ScopeIx scope);

    // reading.cpp
    [[nodiscard]] std::uint64_t receipted(const LogFacts& log);
    [[nodiscard]] bool delivered(const LoadedRecord& record);
    [[nodiscard]] std::string place_of(const sync::Author& author);
    [[nodiscard]] std::vector<RecordKey> candidates(const AppealFilter& filter);
    [[nodiscard]] RecordView plain_view(const LoadedRecord& record);
    [[nodiscard]] std::vector<VersionView> history_of(const LoadedRecord& record);
    [[nodiscard]] std::optional<ConflictView> conflict_in(RecordKey key, schema::FieldId field);
    [[nodiscard]] std::vector<NoticeView> open_notices();
    [[nodiscard]] std::vector<NoticeView> open_rejections();
    [[nodiscard]] bool is_mended(const LoadedRecord& record, const sync::Author& author,
                                 std::uint64_t txn);
    [[nodiscard]] bool hides(const LoadedRecord& record);
    void name_record(NoticeView& notice, const LoadedRecord& record);
    [[nodiscard]] VersionView version_view(const sync::Version& version, schema::FieldId field);
};

template <class Work>
auto Replica::State::writing(Work&& work) {
    const bool own_transaction = !store.in_transaction();
    if (own_transaction) store.begin();
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            if (own_transaction) finish();
        } else {
            auto result = work();
            if (own_transaction) finish();
            return result;
        }
    } catch (...) {
        // What a batch had before is lost with it: its owner learns that by the exception.
        store.rollback();
        throw;
    }
}

}  // namespace jiuying::node
