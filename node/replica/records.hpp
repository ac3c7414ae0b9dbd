/// What goes into a replica and what it shows: plain values for commands, pages and tests.
#pragma once

#include "node/replica/audit_records.hpp"
#include "schema/order_story.hpp"
#include "schema/registry.hpp"
#include "schema/repeats.hpp"
#include "schema/workflow_state.hpp"
#include "sync/merge/record_state.hpp"
#include "sync/session/exchange.hpp"
#include "sync/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

struct FieldValue {
    schema::FieldId field = 0;
    schema::Value value;  ///< A set: lines "+text" and "-text".
    /// Bases the editor saw; nothing: the heads of now.
    std::optional<sync::Bases> bases = std::nullopt;
};

struct NewRecord {
    schema::EntityId entity{};
    std::vector<FieldValue> values;
    std::optional<schema::RecordId> id = std::nullopt;  ///< Made when absent.
};

struct Edit {
    schema::RecordId record;
    std::vector<FieldValue> values;
};

/// One action of one person. All of it belongs to one log: reference data, or one scope's records.
struct Draft {
    std::string actor;
    std::vector<NewRecord> records;
    std::vector<Edit> edits;
    /// Where new records belong when nothing else tells; nothing: the own desk.
    std::optional<schema::ScopeId> scope = std::nullopt;
    /// A row of the audit log that stands or falls with it. Without an actor: this one's.
    std::optional<AuditEntry> audit = std::nullopt;
};

struct Committed {
    std::uint64_t txn = 0;
    std::vector<schema::RecordId> records;  ///< Those created, in the draft's order.
    std::string number;                     ///< Of a registered appeal.
};

/// What became of an act: a refused one wrote nothing.
struct Acted {
    std::optional<schema::GuardFailure> refused;
    schema::RecordId event;  ///< If it was written, and in which transaction.
    std::uint64_t txn = 0;
    schema::MainState main{};  ///< Where the order stands now.
};

/// A change of an appeal's own fields by a person, and why.
struct AppealEdit {
    std::vector<FieldValue> values;
    std::string reason;  ///< Asked for once the facts are fixed.
    std::string words;
    std::int64_t happened_at = 0;  ///< Told; 0: now.
};

/// What became of it: a refused one wrote nothing.
struct EditedAppeal {
    std::optional<schema::GuardFailure> refused;
    std::uint64_t txn = 0;  ///< 0: it changed nothing.
    bool step = false;      ///< It was a correction, an event of the order.
};

/// One event of an order as people see it.
struct OrderEventView {
    schema::WorkOrderEvent event;
    schema::EventVerdict verdict;
    std::string station;  ///< Where it was written: code, or the hub's.
    bool delivered = false;
    bool suspect_clock = false;
};

struct OrderView {
    schema::RecordId id;
    std::string number;
    bool delivered = false;                   ///< The appeal; events say it for themselves.
    std::optional<std::int64_t> received_at;  ///< When the hub got the appeal, if that is known.
    schema::OrderState state;
    std::vector<OrderEventView> events;  ///< In their total order.
};

/// An order of a meeting.
struct MeetingOrder {
    schema::RecordId id;
    std::string number;  ///< Empty where it is hidden from the reader.
    schema::MainState main{};
    bool settled = false;  ///< Its meeting waits for it no more: schema::OrderState::is_visited().
    bool hidden = false;
};

struct OrderDues {
    schema::OrderDeadlines deadlines;
    std::vector<schema::Sentence> story;
    std::optional<std::int64_t> received_at;
};

/// Of an open order.
struct OpenDues {
    std::optional<std::int64_t> citizen;
    std::optional<std::int64_t> unit;
    bool operator==(const OpenDues&) const = default;
};

/// An event that the fold refused and nobody has ruled on.
struct EventConflictView {
    sync::ConflictId id;
    schema::RecordId record;  ///< The order.
    std::string number;
    OrderEventView event;
    schema::GuardFailure failure{};
    /// The other story: the accepted event before it in the total order, if there is one.
    std::optional<OrderEventView> before;
    schema::MainState main{};  ///< Where the order stands.
};

/// Return visits of one order that do not agree: the worse one counts until a person decides.
struct VisitConflictView {
    sync::ConflictId id;
    schema::RecordId record;  ///< The order.
    std::string number;
    std::vector<OrderEventView> visits;  ///< In their total order; take counts from 1.
    std::size_t counts = 0;              ///< Which of them counts meanwhile: index into `visits`.
    schema::MainState main{};            ///< Where the order stands.
};

struct AppealFilter {
    std::string state;   ///< Identifier of domain B2; empty: all.
    std::string search;  ///< Words, separated by spaces; all must occur.
    std::string unit;    ///< Lead unit, or co-unit with an open task; empty: all.
    std::optional<std::int64_t> due_before = std::nullopt;  ///< Open, and either due is before it.
    std::optional<schema::RecordId> meeting = std::nullopt;
    /// Whose queue: an enterprise's requests have a desk of their own.
    enum class Queue : std::uint8_t { all, enterprise, citizen };
    Queue queue = Queue::all;
    std::vector<std::string> categories{};  ///< Codes, one of which it has; empty: all.
    std::string channel{};                  ///< Code; empty: all.
    std::size_t limit = 50;
    std::size_t offset = 0;
    /// For a search as somebody types: no longer than a glance, rather than the whole total.
    bool quick = false;
};

struct AppealRow {
    schema::RecordId id;
    std::string number;
    std::string title;  ///< First characters of the text where there is no title.
    std::string state;
    std::int64_t registered_at_ms = 0;
    bool delivered = false;
    bool contested = false;
    std::string lead_unit;
    bool enterprise = false;  ///< Of the enterprises' queue.
    std::optional<std::int64_t> citizen_due_ms = std::nullopt;
    std::optional<std::int64_t> unit_due_ms = std::nullopt;
    std::string category{};  ///< `code@version`
};

struct AppealPage {
    std::uint64_t total = 0;  ///< That match, beyond the limit too.
    /// AppealFilter::quick: there may be more than `total`.
    bool at_least = false;
    /// With it, where the rows don't fill the page: only so many of the latest appeals were looked
    /// at for all words; older ones that have them may be missing.
    std::uint64_t looked_at = 0;
    std::vector<AppealRow> rows;
};

/// A version for people: who wrote what, where and when.
struct VersionView {
    schema::FieldId field = 0;
    schema::Value value;
    std::string station;  ///< Code, or the hub's.
    std::string actor;
    std::int64_t time_ms = 0;
    bool current = false;  ///< What the field shows now.
    bool lost = false;     ///< Written without knowing of the one that is shown.
    bool rejected = false;
    bool suspect_clock = false;
    sync::Dot dot;  ///< Its transaction; the author's number is this node's own.
};

struct FieldShown {
    const schema::Field* field = nullptr;  ///< Null: unknown to this program.
    schema::FieldId id = 0;
    schema::Value value;  ///< A set: its texts joined by line feeds.
    bool contested = false;
};

struct RecordView {
    schema::RecordId id;
    schema::EntityId entity{};
    schema::ScopeId scope;
    std::vector<FieldShown> fields;    ///< Only fields with a value.
    std::vector<VersionView> history;  ///< Oldest first; filled on request.
    /// Transactions on it that this machine does not hold; what of them stands is in `history`.
    std::uint64_t elsewhere = 0;
    std::string state;  ///< Appeals.
    bool delivered = false;
    std::vector<RecordView> notes;  ///< Appeals: notes and work-order events, in their order.
    std::vector<RecordView> events;
    [[nodiscard]] const schema::Value* find(schema::FieldId id_of_field) const {
        for (const FieldShown& shown : fields) {
            if (shown.id == id_of_field) return &shown.value;
        }
        return nullptr;
    }
};

/// A number by which a channel knows an order.
struct ReferenceView {
    schema::RecordId order;  ///< Itself, or one that was merged into it.
    std::string number;      ///< Of that order.
    std::string channel;
    std::string ext_no;
    std::int64_t level = 0;  ///< Of the choices of `ext_level`; 0: not said.
    std::int64_t received_at_ms = 0;
    bool added = false;  ///< By a record of its own, after the registration.
};

/// An appeal that somebody may ask about by its query code.
struct QueryTarget {
    schema::RecordId id;
    std::string phone;
};

/// That two appeals belong together, as a person decided.
struct LinkView {
    schema::RecordId id;
    schema::RecordId order;
    schema::RecordId other;
    std::int64_t kind = 0;      ///< Of the registry's choices.
    std::int64_t decision = 0;  ///< As above.
    std::string reasons;
};

struct ConflictView {
    sync::ConflictId id;
    schema::RecordId record;
    schema::EntityId entity{};
    std::string number;
    const schema::Field* field = nullptr;
    std::vector<VersionView> values;  ///< In dot order, the same everywhere; take counts from 1.
    sync::Bases heads;                ///< The bases that a resolution names.
};

/// What the hub said of something that was recorded: a content fault, which an ordinary edit mends,
/// or that it refused the transaction, of which nothing counts.
struct NoticeView {
    bool rejection = false;
    schema::RecordId record;  ///< The order where it belongs to one; else what was written.
    std::string number;       ///< Printed, of that order. Empty where the record is not here.
    const schema::Field* field = nullptr;  ///< Of a content fault.
    std::int64_t reason = 0;               ///< Of schema::notice or schema::rejection.
    std::string station;                   ///< Where it was written, by whom and when.
    std::string actor;
    std::int64_t time_ms = 0;
    std::uint64_t txn = 0;
};

/// A record of which the two sides of an exchange had different versions.
struct DifferingView {
    std::string with;  ///< Code of the station, or the hub's.
    schema::RecordId record;
    std::string number;  ///< Of the order that it is or belongs to; may be empty.
    std::string what;    ///< mended_here, mended_there, wrong_here, wrong_there, asked_again
    std::int64_t at_ms = 0;
};

/// A machine that joined by a snapshot and does not have all of it yet.
struct FillingFacts {
    std::uint64_t records = 0;  ///< Here so far.
    std::uint64_t of = 0;
};

/// A snapshot of a station's scope, at the hub.
struct SnapshotFacts {
    std::uint64_t id = 0;
    std::string station_code;
    std::int64_t written_ms = 0;
    std::uint64_t chunks = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;  ///< Sealed.
};

/// What a prune took away, or would.
struct PruneReport {
    std::uint64_t segments = 0;
    std::uint64_t transactions = 0;
    std::uint64_t bytes = 0;    ///< Of the segments.
    std::uint64_t up_to = 0;    ///< Last transaction that is no longer in the log; 0: none.
    std::uint64_t last = 0;     ///< Of the own log.
    std::uint64_t decided = 0;  ///< By the receipt.
    std::uint64_t safe = 0;     ///< By the receipt.
};

struct StatusFacts {
    std::uint64_t appeals = 0;
    std::uint64_t unsent = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t rejected = 0;  ///< Whole transactions that the hub refused.
    std::uint64_t notices = 0;   ///< Content faults that wait to be mended.
    std::optional<std::uint64_t> receipt_seq;
    std::optional<std::int64_t> receipt_time_ms;
    std::optional<std::int64_t> clock_offset_ms;
    std::int64_t last_contact_ms = 0;
    std::int64_t last_try_ms = 0;
    std::uint8_t last_reason = 0;  ///< sync::CloseReason; 0: never tried.
    bool enrolled = false;
    bool diverged = false;               ///< Equal logs, other digest: `differing` tells where.
    std::uint64_t waiting_values = 0;    ///< Kept, of fields and kinds that this program is too
                                         ///< old to know.
    std::uint64_t waiting_segments = 0;  ///< Kept, and not to be read by this program.
    /// When this node noticed that its data are an old copy, and went on under a fresh name.
    std::optional<std::int64_t> put_back_ms;
    std::uint64_t alarms = 0;  ///< That nobody has settled.
    std::optional<FillingFacts> filling;
    std::uint64_t pruned = 0;  ///< Own transactions that are no longer in the log.
};

struct DigestFacts {
    schema::ScopeId scope;
    sync::Hash32 digest{};
    std::map<std::string, std::uint64_t> heads;  ///< "node:epoch:stream" in hex -> seq.
    std::uint64_t records = 0;
};

/// What `verify` found wrong at one place.
struct VerifyProblem {
    enum class Kind : std::uint8_t {
        file,   ///< SQLite's own check of the file.
        log,    ///< A segment or a receipt that does not verify, or a chain with a gap.
        table,  ///< A cell that is not what the log says.
    };
    Kind kind{};
    std::string text;  ///< Names table, record and column; never a value.
};

struct VerifyReport {
    std::uint64_t segments = 0;
    std::uint64_t transactions = 0;
    std::uint64_t records = 0;
    std::uint64_t cells = 0;
    std::vector<VerifyProblem> problems;
};

/// What stations say of the machines they stand on, as the hub last heard it. Shown to people;
/// nothing follows from it.
struct MachineFacts {
    std::optional<sync::StationFacts> said;  ///< Nothing of a machine whose program is older.
    /// Transactions without a receipt: as it counted when it called; 0 once the session was over.
    std::uint64_t backlog = 0;
};

struct PeerFacts {
    schema::NodeId node;
    schema::ScopeId scope;
    std::string station_code;
    std::string name;
    std::string status;  ///< invited, active, retired, revoked
    std::uint64_t seq = 0;
    std::int64_t last_contact_ms = 0;
    std::optional<std::int64_t> clock_offset_ms;
    std::optional<MachineFacts> machine;  ///< As of the last contact by network.
};

}  // namespace jiuying::node
