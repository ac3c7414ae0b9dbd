/// Invented transactions of one author, for tests of what is stored and sent: creations, edits,
/// merges of several versions, records of other authors, fields that no registry knows.
#pragma once

#include "sync/types.hpp"
#include "tests/support/dice.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace jiuying::test {

/// What an author writes, one transaction after the other. The same seed writes the same.
class TransactionSource {
public:
    /// \p authors must outlive this; some more authors are interned.
    TransactionSource(sync::Authors& authors, const sync::LogId& log, std::uint64_t seed);

    /// Passes check().
    [[nodiscard]] sync::Transaction next();
    [[nodiscard]] std::vector<sync::Transaction> next(std::size_t count);

private:
    struct Known {
        sync::RecordName name;
        std::vector<std::pair<sync::FieldId, std::uint64_t>> versions;  ///< Own, latest last.
    };
    void touch_new(sync::Transaction& transaction);
    void touch_known(sync::Transaction& transaction);
    void add_changes(sync::Transaction& transaction, Known& record, bool created);
    [[nodiscard]] sync::Bases bases(const Known& record, sync::FieldId field, bool created);
    [[nodiscard]] sync::Value value();

    sync::Authors& authors_;
    Dice dice_;
    sync::AuthorIx own_;
    std::vector<sync::AuthorIx> others_;
    std::uint64_t txn_ = 0;
    std::uint64_t wall_ms_ = 1'795'000'000'000;
    std::vector<Known> known_;
};

/// A log named by one byte.
[[nodiscard]] sync::LogId log_named(std::uint8_t byte);

/// One canonical form, so that transactions can be compared.
[[nodiscard]] std::string spelled(const sync::Transaction& transaction,
                                  const sync::Authors& authors, sync::AuthorIx log_author);

}  // namespace jiuying::test
