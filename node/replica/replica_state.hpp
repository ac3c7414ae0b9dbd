/// The workings of a Replica, shared by the files that implement it.
#pragma once
#include "node/replica/order_clocks.hpp"
#include "node/replica/state_facts.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/segment/receipt.hpp"
#include "sync/segment/rename.hpp"
#include "sync/snapshot/chunk.hpp"
#include "sync/snapshot/contents.hpp"

namespace jiuying::node {

struct Replica::State : StateFacts {
    State(const Options& options, const NodeSecrets& secrets);
    class OrderDesk;     // order_desk.hpp
    class UnitArrivals;  // unit_arrivals.hpp
    class GivingBack;    // giving_back.hpp
    class LateWords;     // late_words.hpp
    class RosterBook;    // roster_book.hpp
    class ErasureBook;   // erasure_book.hpp
    class RuleDesk;      // rule_desk.hpp

    /// Runs \p work inside one durable database transaction (or the batch that is open).
    template <class Work>
    auto writing(Work&& work);
    /// The same for what changes no record: a snapshot may stay half written over it.
    template <class Work>
    auto noting(Work&& work);
    template <class Work, class End>
    auto committing(Work&& work, End&& end);
    /// Makes all since begin durable, with what follows from it for orders.
    void finish();
    void rolled_back();  ///< Puts memory right after a rollback of the store.
    void load_facts();
    void keep_clock();
    [[nodiscard]] sync::ClockFacts clock_facts() const;
    void save_profile();

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
    void write_forward(sync::Transaction part, sync::Stream stream, ScopeIx target);
    void forward_all(const schema::RecordId& order, ScopeIx home, ScopeIx target);
    [[nodiscard]] std::set<ScopeIx> stations_at_work(const Order& order);
    /// Shares \p id with the stations that work on it now and takes it back from the others.
    void update_shares(const schema::RecordId& id, const std::optional<Order>& order);
    void share_with(const schema::RecordId& order, ScopeIx home, ScopeIx target);
    void refresh_held(const schema::RecordId& order);
    /// Hub: whether another machine than \p writer must get what that wrote in \p scope.
    [[nodiscard]] bool has_sisters(const schema::NodeId& writer, ScopeIx scope);
    void queue_echo(const sync::Transaction& tx, sync::Dot dot, ScopeIx log_scope,
                    std::uint8_t flags);

    // snapshots.cpp (hub)
    Result<std::uint64_t> write_snapshot(ScopeIx scope);
    /// Begins one of the present state, its first chunk, and drops what was left of others.
    Result<std::uint64_t> begin_snapshot(ScopeIx scope);
    Result<void> go_on_with_snapshot(std::uint64_t chunks);
    /// Writes to its end what was begun, before anything changes.
    void settle_snapshot();
    [[nodiscard]] sync::SnapshotStart snapshot_start(ScopeIx scope);
    /// The records of a snapshot in the order in which they are needed.
    [[nodiscard]] std::vector<RecordKey> snapshot_keys(ScopeIx scope);
    [[nodiscard]] SnapshotFacts snapshot_facts(std::uint64_t id);

    // snapshot_offer.cpp (hub)
    void note_machine(const schema::NodeId& newcomer, const schema::ScopeId& scope);
    void note_joining(const sync::Hello& said, const Peer& peer);
    /// Whether \p machine gets all that its scope holds, so that digests can be compared.
    [[nodiscard]] bool is_whole(const schema::NodeId& machine);
    [[nodiscard]] Result<std::uint64_t> usable_snapshot(ScopeIx scope);
    void write_ahead(std::uint64_t id);
    void give_no_snapshot(const Peer& peer);
    [[nodiscard]] sync::Offer offer_snapshot(const sync::Fetch& fetch, const Peer& peer);
    /// Behind which place on \p way a machine starts that was given a snapshot in this session.
    [[nodiscard]] sync::LaneHead after_snapshot(const std::vector<Stretch>& way,
                                                const sync::LaneHead& after, const Peer& peer);
    void drop_snapshots(ScopeIx scope, std::uint64_t but);
    [[nodiscard]] std::uint64_t safe_of(const LogFacts& log);  ///< Of it this much is held twice.

    // snapshot_apply.cpp (station)
    [[nodiscard]] sync::LaneHead filling_place();
    [[nodiscard]] std::optional<FillingFacts> filling_facts();
    Result<void> store_snapshot_key(const sync::StoreKeys& action, const Peer& peer);
    [[nodiscard]] std::variant<sync::Delivered, sync::DeliveryFailed> take_chunk(sync::View bytes,
                                                                                 const Peer& peer);
    [[nodiscard]] bool may_follow(const sync::ChunkHeader& header);
    bool begin_filling(const sync::OpenedChunk& chunk);
    bool fill(const sync::OpenedChunk& chunk, const Peer& peer);
    /// Takes out what came of a snapshot if the hub sends a log from its beginning instead.
    void leave_filling(const sync::SegmentHeader& header);
    void take_record(sync::SnapshotRecord record);
    /// What a judgement of the hub says, if \p record is one.
    [[nodiscard]] std::vector<Mark> marks_told_by(const LoadedRecord& record) const;
    void take_marks(const LoadedRecord& record);
    void end_filling();
    void end_catching_up();  ///< All has come that a snapshot does not stand for.
    void erase_filled();

    // pruning.cpp
    [[nodiscard]] std::optional<Horizon> horizon_of(std::uint32_t log);
    /// Whether that transaction, of reference data or not, is, or was once, in a log kept here.
    [[nodiscard]] bool is_in_logs(sync::Dot dot, bool reference);
    /// Whether every transaction on \p record, under its name of now, can be read here.
    [[nodiscard]] bool has_whole_log(const LoadedRecord& record,
                                     std::span<const sync::Renaming> renamings = {});
    /// Leaves of the records those of which the log is not whole here.
    void take_apart(std::span<const sync::Renaming> renamings);
    void keep_lost(const std::vector<sync::Transaction>& transactions);
    void give_up(const LogFacts& log, std::int64_t place);
    void give_back_space();
    [[nodiscard]] std::uint64_t decided_here();

    // dropping.cpp (station)
    /// Whether \p tx of the inbox is about what is here, or will be.
    [[nodiscard]] bool concerns_us(const sync::Transaction& tx);
    void take_inbox(const std::vector<sync::Transaction>& transactions,
                    const sync::SegmentHeader& header, LogFacts& log);
    [[nodiscard]] bool has_erased_block(const LogFacts& log, std::uint64_t first,
                                        std::uint64_t last);
    void restate_kept(const LogFacts& log, std::int64_t place, const std::vector<sync::Cut>& cuts);
    /// \p erased: what to take out, by the place of its segment.
    void erase_in_segments(const LogFacts& log,
                           const std::map<std::int64_t, std::vector<sync::Cut>>& erased);
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
    void require_room();  ///< For records. Throws sqlite::Error as for a full disk.
    /// Under a fresh name; \p suspected that another copy goes on, too: with fresh numbers as well.
    void open_epoch(bool suspected);
    /// The log that nothing follows; the one being written, if there is one. May be null.
    [[nodiscard]] LogFacts* last_log(const schema::NodeId& writer, sync::Stream stream,
                                     const schema::ScopeId& scope);
    /// From its writer's first epoch to the end of \p last. Empty for null.
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
    /// \p renamings: of transactions that are known by other names since they were applied.
    void rebuild_records(std::span<const sync::Renaming> renamings);
    /// Shows \p visit all transactions of the logs of \p from, the hub's first. False if one could
    /// not be read.
    bool replay(const Store& from,
                const std::function<void(const LogFacts&, const sync::Transaction&)>& visit);

    // chains.cpp
    [[nodiscard]] std::vector<LogFacts*> chains_of(const sync::LogId& sealed);
    [[nodiscard]] LogFacts* find_place(const sync::LogId& beside,
                                       const sync::Predecessor& predecessor);
    [[nodiscard]] bool is_kept(const LogFacts& log, sync::View bytes,
                               const sync::SegmentHeader& header);
    [[nodiscard]] Placement place_segment(sync::View bytes, const sync::SegmentHeader& header);
    /// As place_segment, by what this hub told of second chains or forwarded, and lost.
    [[nodiscard]] Placement place_as_told(sync::View bytes, const sync::SegmentHeader& header);
    [[nodiscard]] Placement as_told(const Placement& placement, sync::View bytes,
                                    const sync::SegmentHeader& header);
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
    [[nodiscard]] std::vector<Claim> claims_of(std::string_view channel, std::string_view ext_no);
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
                                                          std::vector<sync::Hash32>* links);
    [[nodiscard]] std::vector<sync::VerifyKey> restaters_of(const LogFacts& log);
    /// Its transactions under the names that they are known by.
    [[nodiscard]] Result<sync::OpenedSegment> open_segment(sync::View bytes, const LogFacts& log,
                                                           sync::Authors& authors);
    /// As open_segment, for what is kept here; \p as_sealed: as open_sealed.
    [[nodiscard]] Result<sync::OpenedSegment> open_kept(sync::View bytes, const LogFacts& log,
                                                        bool as_sealed = false);
    /// As open_segment, for what a peer sent: authors in it are learned only if it is sound.
    [[nodiscard]] Result<sync::OpenedSegment> open_received(sync::View bytes, const LogFacts& log);
    /// Whether \p id is a log that \p peer writes and sends on \p lane.
    [[nodiscard]] bool is_lane_of(const sync::LogId& id, sync::Lane lane, const Peer& peer) const;
    [[nodiscard]] sync::LogId lane_log(sync::Lane lane, const Peer& peer) const;
    /// All that there is of \p lane here, in its order.
    [[nodiscard]] std::vector<Stretch> lane_stretches(sync::Lane lane, const Peer& peer);
    [[nodiscard]] std::vector<sync::Bytes> wraps_for(const LogFacts& log, const Peer& peer,
                                                     std::uint64_t after);
    // places.cpp
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

    [[nodiscard]] sync::SessionKeys session_keys();  // exchange.cpp; then taking.cpp
    /// Takes a segment where it belongs. The log that it is in now; nothing if it is not sound.
    bool take_common(sync::View bytes, const sync::OpenedSegment& opened, std::size_t until,
                     LogFacts& log, const Peer& peer);
    LogFacts* take_segment(sync::View bytes, const sync::SegmentHeader& header,
                           const Placement& placement, const Peer& peer);
    /// Whether they may come next in \p log.
    [[nodiscard]] static bool follows(const std::vector<sync::Transaction>& transactions,
                                      const LogFacts& log);
    void take_transactions(const sync::OpenedSegment& opened, const Placement& placement,
                           LogFacts& log, const Peer& peer);
    void take_back(const sync::OpenedSegment& opened, const LogFacts& log);
    void take_back_forwarded(const sync::Transaction& tx, const LogFacts& inbox);
    void say_again(const sync::Transaction& tx, const LogFacts& log);
    void note_forwarded(const sync::Transaction& tx, const LogFacts& inbox);
    [[nodiscard]] bool is_forwarded(const LogFacts& inbox, const sync::Transaction& tx);
    [[nodiscard]] bool stands_on_lost(sync::View bytes, const Placement& placement);
    void forget_partial(sync::Stream stream, const Peer& peer);
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

    // unread.cpp: segments that ask for a newer program, and what stands behind them in their log.
    /// The first sequence number that is kept and not applied.
    [[nodiscard]] std::optional<std::uint64_t> unread_from(const LogFacts& log);
    /// Whether what comes next in \p log, or in one that it goes on from, waits.
    [[nodiscard]] bool waits_behind_unread(const LogFacts& log);
    [[nodiscard]] bool goes_on_from_unread(const LogFacts& log);
    [[nodiscard]] bool has_unread();
    /// \p waits: something before it waits already. False if its author did not sign it.
    [[nodiscard]] bool keep_unread(sync::View bytes, LogFacts& log, bool waits);
    /// After an upgrade: applies what can be read by now.
    void apply_unread();
    bool apply_unread_segment(LogFacts& log, std::uint64_t first);

    // divergence.cpp
    /// Counts the digest of what \p peer and this node share from the records, at every contact
    /// where they are few, else once a day: the sum that is kept doesn't notice a changed table.
    void recount_if_due(const Peer& peer);
    void recount(ScopeIx scope);
    /// The scopes whose records count in the digest of \p peer.scope, and families held there.
    [[nodiscard]] Comparison& comparison_with(const Peer& peer);
    [[nodiscard]] std::vector<ScopeIx> compared_scopes(const Peer& peer) const;
    /// What the logs say of \p wanted, whatever the tables have. Nothing if a log can't be read.
    [[nodiscard]] std::optional<std::map<RecordKey, LoadedRecord>> records_by_logs(
        const std::set<RecordKey>& wanted);
    [[nodiscard]] std::set<RecordKey> keys_of(const std::set<schema::RecordId>& ids);
    void send_again(const Peer& peer, const schema::RecordId& record);
    void note_differing(const Peer& peer, const schema::RecordId& record, Differing what);
    [[nodiscard]] std::vector<sync::FoundRecord> judge_found(Comparison& comparison,
                                                             const Peer& peer);
    /// Both sides have the same by now.
    void agreed_with(const Peer& peer);
    [[nodiscard]] Agreement agreement_with(const sync::Hello& theirs, const Peer& peer);

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
    [[nodiscard]] std::array<sync::LaneHead, log_lane_count> places_of(const schema::NodeId& peer);
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
    /// those that were erased. False if a segment among them could not be read.
    bool each_transaction(const LogFacts& log, std::uint64_t first, std::uint64_t last,
                          const std::function<void(const sync::Transaction&)>& visit);

    // orders.cpp
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
    [[nodiscard]] Hits candidates(const AppealFilter& filter, std::size_t hidden);
    [[nodiscard]] RecordView plain_view(const LoadedRecord& record);
    /// \p elsewhere counts transactions of which nothing can be shown here.
    [[nodiscard]] std::vector<VersionView> history_of(const LoadedRecord& record,
                                                      std::uint64_t& elsewhere);
    void complete_history(const LoadedRecord& record, std::vector<VersionView>& history,
                          const std::vector<sync::Dot>& missing, std::uint64_t& elsewhere);
    [[nodiscard]] std::optional<ConflictView> conflict_in(RecordKey key, schema::FieldId field);
    [[nodiscard]] std::vector<NoticeView> open_notices();
    [[nodiscard]] std::vector<NoticeView> open_rejections();
    /// Station: notes which refusals about \p family, which is let go of, were mended.
    void keep_mended(const std::set<RecordKey>& family);
    [[nodiscard]] bool is_mended(const LoadedRecord& record, const sync::Author& author,
                                 std::uint64_t txn);
    [[nodiscard]] bool hides(const LoadedRecord& record);
    void name_record(NoticeView& notice, const LoadedRecord& record);
    [[nodiscard]] VersionView version_view(const sync::Version& version, schema::FieldId field);
};

}  // namespace jiuying::node

#include "node/replica/writing.hpp"  // IWYU pragma: export
