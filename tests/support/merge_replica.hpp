/// One record at one replica, kept by the real merge and told in the words of the model.
#pragma once

#include "sync/merge/digest.hpp"
#include "sync/merge/record_state.hpp"
#include "tests/support/naive_merge.hpp"

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace jiuying::test {

/// Fields of an invented entity, one for each policy.
enum MergeField : schema::FieldId {
    field_owner = 1,
    field_last = 2,
    field_append = 3,
    field_set = 4,
    field_min = 5,
    field_max = 6,
    field_ask = 7,
};
[[nodiscard]] const schema::Entity& merge_entity();
[[nodiscard]] schema::Merge policy_of_test(schema::FieldId field);

/// A record id that is the same in all tests.
[[nodiscard]] schema::RecordId merge_record();

class MergeReplica {
public:
    /// \p met: authors in the order in which this replica met them; their local numbers follow it.
    explicit MergeReplica(std::span<const sync::Author> met = {});

    /// False if it was seen before.
    bool receive(const Written& written);
    void learn_rejected(const FullDot& dot);
    void learn_suspect(const sync::Author& author, std::uint64_t first, std::uint64_t last);
    void prune(const std::function<bool(const FullDot&)>& decided);

    [[nodiscard]] Shown shown(schema::FieldId field) const;
    [[nodiscard]] std::set<FullDot> heads(schema::FieldId field) const;
    /// What a new change of the field would name.
    [[nodiscard]] std::set<FullDot> bases(schema::FieldId field) const;
    /// Dots of the lost values still kept.
    [[nodiscard]] std::set<FullDot> lost(schema::FieldId field) const;
    [[nodiscard]] std::set<FullDot> kept(schema::FieldId field) const;
    [[nodiscard]] sync::Hash32 digest() const;

    [[nodiscard]] const sync::Authors& authors() const { return authors_; }
    [[nodiscard]] const sync::RecordState& record() const { return record_; }

private:
    [[nodiscard]] sync::Dot local(const FullDot& dot) {
        return {authors_.intern(dot.author), dot.txn};
    }
    [[nodiscard]] FullDot full(sync::Dot dot) const { return {authors_[dot.author], dot.txn}; }

    struct Verdict {
        sync::Author author;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint8_t flag = 0;
    };
    void learn(const Verdict& verdict);

    sync::Authors authors_;
    sync::RecordState record_;
    std::vector<Verdict> verdicts_;  ///< Also for what has not arrived.
};

}  // namespace jiuying::test
