/// What goes into a node's audit log and what it shows. docs/reference/audit-log.md,
/// docs/decisions/0027.
#pragma once

#include "schema/registry.hpp"
#include "sync/crypto/hash.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace jiuying::node {

/// A row before it has a number. Numbers, codes, counts and hashes only: never what a citizen said
/// or is called. Texts beyond the registry's bounds are cut; what is not UTF-8 is not written.
struct AuditEntry {
    std::string actor;   ///< Staff code; what the program did by itself: "hub" or "station".
    std::string action;  ///< `setting.set`: a noun, a dot, a verb.
    std::string target = {};
    std::int64_t result = schema::audit::done;
    std::string detail = {};
};

/// The row could not be written, and what it is about was not done.
class AuditUnwritable : public std::runtime_error {
public:
    AuditUnwritable() : std::runtime_error("an audit row can't be written") {}
};

struct AuditRow {
    schema::RecordId id;
    schema::NodeId node;  ///< Whose chain it is in.
    std::string station;  ///< Code; the hub's own desk has one, too.
    std::uint64_t number = 0;
    std::int64_t at_ms = 0;
    std::string actor;
    std::string action;
    std::string target;
    std::int64_t result = 0;
    std::string detail;
    std::string chain;  ///< 32 bytes, where nobody changed it.
};

struct AuditFilter {
    std::string actor;
    std::string action;  ///< `keyring` means all that begin with `keyring.` as well.
    std::optional<std::int64_t> since_ms = std::nullopt;
    std::optional<std::int64_t> until_ms = std::nullopt;  ///< That instant is not inside.
    std::optional<schema::ScopeId> scope = std::nullopt;
    std::size_t limit = 100;
};

struct AuditPage {
    std::uint64_t total = 0;     ///< That match, beyond the limit too.
    std::vector<AuditRow> rows;  ///< The latest first.
};

/// Something that is not as it was written.
struct AuditFault {
    enum class Kind : std::uint8_t {
        changed,       ///< The row, or its chain value, is not what its node wrote.
        missing,       ///< Rows `number` to `last` are gone.
        not_in_log,    ///< The table has a row that no log has.
        not_in_table,  ///< A log has a row that the table lacks.
        unlike_log,    ///< The table has a row otherwise than the log.
        log_damaged,   ///< A log of that node can't be read whole.
    };
    Kind kind{};
    schema::NodeId node;
    std::string station;
    std::uint64_t number = 0;
    std::uint64_t last = 0;
};

/// One node's chain.
struct AuditChain {
    schema::NodeId node;
    std::string station;
    std::uint64_t rows = 0;
    std::uint64_t last = 0;  ///< Its highest number.
    /// Rows whose number another row of the node has as well: it was put back to an older state,
    /// and went on from there.
    std::uint64_t doubled = 0;
};

struct AuditCheck {
    std::uint64_t rows = 0;
    std::vector<AuditChain> chains;
    std::vector<AuditFault> faults;  ///< By node and number, the first of each node first.
};

}  // namespace jiuying::node
