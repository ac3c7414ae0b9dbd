/// The workings of a Replica, shared by the files that implement it.
#pragma once

#include "node/replica/order_clocks.hpp"
#include "node/replica/order_facts.hpp"
#include "node/replica/replica_parts.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/crypto/box.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/segment/receipt.hpp"
#include "sync/segment/rename.hpp"
#include "sync/segment/segment.hpp"

#include <list>
#include <map>
#include <set>

namespace jiuying::node {

struct Replica::State {
    State(const Options& options, const NodeSecrets& secrets);
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // --- Facts that do not change while open
    std::string path;
    schema::Registry registry;
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
    class UnitArrivals;                               // unit_arrivals.hpp
    /// Orders of another home that a station holds: at the hub any station, else this. Read late.
    std::optional<std::set<schema::RecordId>> held_orders;

    /// A part of a transaction that is forwarded with this commit.
    struct Forward {
        sync::Transaction part;
        schema::RecordId order;
        ScopeIx from{};  ///< In whose log it stands.
        ScopeIx home{};
    };
    std::vector<Forward> forwards;
    std::optional<std::array<std::uint8_t, 16>> file_now;  ///< Not that of the last write.
    bool file_is_copy = false;
    bool hub_lacks = false;  ///< Of our log, something before what it has a receipt for.

    /// Both clocks at the last contact: a wall clock that moved otherwise since then stepped.
    struct Contact {
        std::int64_t wall_ms = 0;
        Instant since_boot{};
    };
    std::optional<Contact> last_contact;
    sync::ClockFacts facts_at_open;

    // --- Of the running session, by peer
    std::map<schema::NodeId, std::int64_t> offsets;  ///< Peer's clock minus ours, ms.

    std::optional<std::string> reader;  ///< Who reads, while a Replica::Reading lives.

    /// Decoded segments lately read for history, the latest first.
    struct Decoded {
        std::int64_t place = 0;
        std::vector<sync::Transaction> transactions;
        std::vector<bool> erased;  ///< Those whose values were taken out.
    };
    std::list<std::shared_ptr<const Decoded>> decoded;

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
    LogFacts& start_log(const sync::LogId& id);
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

    // epochs.cpp
    void look_at_file();
    void settle_file();
    /// Under a fresh name; \p suspected that another copy goes on, too: with fresh numbers as well.
    void open_epoch(bool suspected);
    /// The log that nothing follows; the one being written, if there is one. May be null.
    [[nodiscard]] LogFacts* last_log(const schema::NodeId& writer, sync::Stream stream,
                                     const schema::ScopeId& scope);
    /// The way to the end of \p last, from its writer's first epoch on. Empty for null.
    [[nodiscard]] std::vector<Stretch> lineage_to(LogFacts* last);
    /// The log that \p log left as a branch, or itself.
    [[nodiscard]] const LogFacts& root_of(const LogFacts& log);
    [[nodiscard]] std::vector<sync::Renaming> renamings_of(const LogFacts& log,
                                                           sync::Authors& authors);
    /// The chain value at \p seq; nothing beyond the end.
    [[nodiscard]] std::optional<sync::Hash32> chain_at(const LogFacts& log, std::uint64_t seq);
    [[nodiscard]] std::optional<std::vector<sync::Hash32>> links_of(sync::View bytes,
                                                                    const LogFacts& log);
    /// How far the hub's receipts reach in an own log.
    [[nodiscard]] std::uint64_t receipted(const LogFacts& log);
    /// Station: transactions without a receipt.
    [[nodiscard]] std::uint64_t unsent();
    void heed_chain_notices(const std::vector<sync::Transaction>& transactions);
    void heed(const ChainNotice& notice);
    [[nodiscard]] std::optional<std::uint64_t> kept_of(const sync::Author& author);
    /// Station: whether \p dot of its own node, which the hub gives again, comes in its turn.
    [[nodiscard]] bool comes_in_turn(sync::Dot dot);
    LogFacts& make_branch(const LogFacts& from, std::uint64_t first_seq, std::uint64_t first_txn,
                          std::uint64_t epoch);
    void split_log(LogFacts& log, std::uint64_t first_seq, std::uint64_t first_txn,
                   std::uint64_t epoch);
    void rebuild_records();
    /// Shows \p visit all transactions of the logs of \p from, the hub's first.
    void replay(const Store& from,
                const std::function<void(const LogFacts&, const sync::Transaction&)>& visit);

    // chains.cpp
    [[nodiscard]] std::vector<LogFacts*> chains_of(const sync::LogId& sealed);
    [[nodiscard]] LogFacts* find_place(const sync::LogId& beside,
                                       const sync::Predecessor& predecessor);
    [[nodiscard]] bool is_kept(const LogFacts& log, sync::View bytes,
                               const sync::SegmentHeader& header);
    [[nodiscard]] Placement place_segment(sync::View bytes, const sync::SegmentHeader& header);
    void give_what_lacks(LogFacts& log, std::uint64_t seq, const Peer& peer);
    void note_chain(const LogFacts& log, std::uint64_t first_seq,
                    const std::optional<LogBranch>& branch, const Peer& peer);
    void give_again(const LogFacts& log, std::uint64_t first_seq, const Peer& peer);
    void compare_places(const sync::LaneHead& told, const Peer& peer);
    /// What the hub's own lanes, as \p station has them, show of the hub having been put back. A
    /// reason not to go on: there are two of it.
    [[nodiscard]] std::optional<sync::CloseReason> compare_with_lost(const sync::Hello& station,
                                                                     const Peer& peer);
    [[nodiscard]] bool lies_on_log(const LogFacts& log, const sync::LaneHead& place);
    [[nodiscard]] std::vector<std::uint64_t> lost_epochs();
    void tell_of_chains(const Placement& placement, LogFacts& log,
                        const std::vector<sync::Transaction>& fresh, const Peer& peer);
    /// The chain values of \p log from \p first to \p last, or to its end.
    [[nodiscard]] std::vector<sync::Hash32> chain_values(const LogFacts& log, std::uint64_t first,
                                                         std::uint64_t last);
    void raise_alarm(std::int64_t kind, const schema::NodeId& of_node,
                     const schema::ScopeId& scope);
    void look_for_twins(const LogFacts& log, const std::vector<sync::Transaction>& fresh,
                        const Peer& peer);

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
    [[nodiscard]] sync::LaneHead head_of(const sync::LogId& id);
    /// Its transactions as their author sealed them.
    [[nodiscard]] Result<sync::OpenedSegment> open_sealed(sync::View bytes, const LogFacts& log,
                                                          sync::Authors& authors,
                                                          const sync::VerifyKey* restater,
                                                          std::vector<sync::Hash32>* links);
    /// Its transactions under the names that they are known by.
    [[nodiscard]] Result<sync::OpenedSegment> open_segment(sync::View bytes, const LogFacts& log,
                                                           sync::Authors& authors,
                                                           const sync::VerifyKey* restater);
    /// As open_segment, for what is kept here and may have been restated by this node.
    [[nodiscard]] Result<sync::OpenedSegment> open_kept(sync::View bytes, const LogFacts& log);
    /// As open_segment, for what a peer sent: authors in it are learned only if it is sound.
    [[nodiscard]] Result<sync::OpenedSegment> open_received(sync::View bytes, const LogFacts& log,
                                                            const Peer& peer);
    /// Whether \p id is a log that \p peer writes and sends on \p lane.
    [[nodiscard]] bool is_lane_of(const sync::LogId& id, sync::Lane lane, const Peer& peer) const;
    [[nodiscard]] sync::LogId lane_log(sync::Lane lane, const Peer& peer) const;
    /// All that there is of \p lane here, in its order.
    [[nodiscard]] std::vector<Stretch> lane_stretches(sync::Lane lane, const Peer& peer);

    [[nodiscard]] std::vector<sync::Bytes> wraps_for(const LogFacts& log, const Peer& peer,
                                                     std::uint64_t after);

    // places.cpp
    /// Whether \p peer is the only station machine that wrote in its scope, as far as is known.
    [[nodiscard]] bool writes_alone(const Peer& peer) const;
    /// Where we stand in \p lane, as it is told to one who stands at \p told.
    [[nodiscard]] sync::LaneHead head_for(sync::Lane lane, const Peer& peer,
                                          const sync::LaneHead& told);
    /// \p told: what the peer said, if it spoke first.
    [[nodiscard]] sync::Hello hello_for(const Peer& peer, const sync::Hello* told);
    /// Whether \p place, told by a peer, lies on what is here of \p lane. One of an epoch that is
    /// not known here says nothing.
    [[nodiscard]] bool lies_on(sync::Lane lane, const Peer& peer, const sync::LaneHead& place);
    /// Station: what the hub no longer has has no receipt.
    void forget_receipts_beyond(const sync::LaneHead& place);
    [[nodiscard]] std::optional<sync::PartialSegment> partial_of(const schema::NodeId& peer);

    // exchange.cpp
    [[nodiscard]] sync::SessionKeys session_keys();
    /// Takes a segment where it belongs. The log that it is in now; nothing if it is not sound.
    LogFacts* take_segment(sync::View bytes, const sync::SegmentHeader& header,
                           const Placement& placement, const Peer& peer);
    void take_back(const sync::OpenedSegment& opened, const LogFacts& log);
    void compare_with_hub(const sync::Hello& hub);
    [[nodiscard]] sync::LaneHead receipted_place();
    void offer_from(const Stretch& stretch, std::uint64_t after, const sync::Fetch& fetch,
                    std::uint64_t& size, sync::Offer& offer);
    [[nodiscard]] static std::uint8_t flags_of(const sync::Transaction& tx);
    void store_own_receipt(const LogFacts& log);
    /// That the hub had the log up to \p last at that instant.
    void note_arrival(std::uint32_t log, std::uint64_t last, std::int64_t at);
    [[nodiscard]] sync::Receipt receipt_at(const LogFacts& log, const sync::Position& place);
    [[nodiscard]] sync::Bytes kept_receipt(const LogFacts& log);
    /// The receipt that a station which stands at \p told can make use of; may be empty.
    [[nodiscard]] sync::Bytes receipt_for(const sync::LaneHead& told, const Peer& peer);
    [[nodiscard]] bool has_tail(const sync::LogId& id);
    [[nodiscard]] std::optional<std::int64_t> offset_of(const schema::NodeId& peer) const;
    void raise_decided();

    /// Whether equal logs show another state than the peer says; nothing where that can't be told.
    [[nodiscard]] std::optional<bool> diverges(const sync::Hello& theirs, const Peer& peer);

    // waiting.cpp
    /// Keeps a segment of \p log that begins behind what is held, once it is seen to be sound,
    /// until what lies between has come. Errc::exhausted when too much of that peer waits.
    Result<void> keep_waiting(sync::View bytes, const sync::SegmentHeader& header,
                              const LogFacts& log, const Peer& peer);
    /// Takes what waited of \p peer for logs to come as far as they do now.
    void take_waiting(const Peer& peer);
    /// By its own clock, when it last said where it stands; 0: never.
    [[nodiscard]] std::int64_t last_heard(const schema::NodeId& peer);
    /// Remembers where a peer said it stands. \p live: just now; else, by stick, only if that is
    /// not older than what it said before.
    void note_places(const sync::Hello& hello, const Peer& peer, bool live);
    /// Where it said so last, by lane - 1; all zero: never.
    [[nodiscard]] std::array<sync::LaneHead, 3> places_of(const schema::NodeId& peer);
    /// What \p log lacks up to \p last, less what waits.
    [[nodiscard]] std::vector<Gap> gaps_in(const sync::LogId& log, std::uint64_t last);

    // enrolment.cpp (hub). CloseReason::done: admitted.
    sync::CloseReason redeem(const sync::Admit& admit, std::optional<Peer>& peer);

    // log_reader.cpp
    /// The segment at \p place; null if it does not open. Kept for a while.
    std::shared_ptr<const Decoded> segment_at(std::int64_t place, const LogFacts& log);
    /// The transaction of that name, if it is held here; where only parts of it are, the one that
    /// touches \p about.
    [[nodiscard]] std::optional<sync::Transaction> find_transaction(
        sync::Dot dot, const sync::RecordName* about = nullptr);
    [[nodiscard]] std::optional<sync::Transaction> find_in_log(const LogFacts& log,
                                                               std::uint64_t txn);
    /// The transactions of \p log numbered \p first to \p last, in order, sealed and tail, without
    /// those that were erased.
    void each_transaction(const LogFacts& log, std::uint64_t first, std::uint64_t last,
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
    [[nodiscard]] bool delivered(const LoadedRecord& record);
    [[nodiscard]] std::string place_of(const sync::Author& author);
    [[nodiscard]] std::vector<RecordKey> candidates(const AppealFilter& filter);
    [[nodiscard]] RecordView plain_view(const LoadedRecord& record);
    [[nodiscard]] std::vector<VersionView> history_of(const LoadedRecord& record);
    [[nodiscard]] std::optional<ConflictView> conflict_in(RecordKey key, schema::FieldId field);
    [[nodiscard]] std::uint64_t open_notices();
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
