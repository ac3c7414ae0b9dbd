// What the doctor looks at: quick, and enough to see most of what goes wrong with a disk.
#include "node/replica/replica_state.hpp"

namespace jiuying::node {
namespace {

using Kind = VerifyProblem::Kind;

/// The last segment of \p log must end where the log is said to.
bool ends_where_told(sqlite::Database& db, const LogFacts& log) {
    if (log.position.seq == 0) return true;
    const auto last = db.statement(
                            "SELECT last FROM segment WHERE place BETWEEN ? AND ? AND last_txn > 0 "
                            "ORDER BY place DESC LIMIT 1")
                          .maybe<std::uint64_t>(log_place(log.ix, 0), log_place(log.ix + 1, 0) - 1);
    // None at all: pruned, or the records came by a snapshot. A last one may hold the beginning of
    // a second chain, too.
    return !last || *last >= log.position.seq;
}

}  // namespace

std::vector<VerifyProblem> Replica::look_over() {
    State& state = *state_;
    std::vector<VerifyProblem> problems;
    for (std::string& problem :
         sqlite::check_integrity(state.store.database(), sqlite::Depth::quick)) {
        problems.push_back({Kind::file, "数据库文件 database file: " + std::move(problem)});
    }
    if (!problems.empty()) return problems;
    std::optional<Store::Snapshot> snapshot;
    if (state.store.read_only()) snapshot.emplace(state.store);
    for (const auto& log : state.store.logs()) {
        if (ends_where_told(state.store.database(), *log)) continue;
        problems.push_back({Kind::log, "日志 log " + std::to_string(log->ix) +
                                           ": 末尾与记载不符 (the end is not where it is said)"});
    }
    snapshot.reset();
    for (const AuditFault& fault : check_audit(false).faults) {
        problems.push_back({Kind::table, "审计 audit " + fault.station + " #" +
                                             std::to_string(fault.number) +
                                             ": 对不上 (not as it was written)"});
    }
    return problems;
}

}  // namespace jiuying::node
