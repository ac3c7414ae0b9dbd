/// What a transaction looks like without its values: which records it creates or touches, which
/// fields, and how the bases of each are spelled. Ten thousand creations share one shape, so a
/// segment lists its shapes once. Bytes: docs/reference/segment-format.md, section 5.3.
#pragma once

#include "sync/archive/bounded_archive.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <vector>

namespace jiuying::sync {

/// How a change names its bases.
enum class BaseCode : std::uint8_t {
    none = 0,
    creation = 1,  ///< Exactly the dot that created the record.
    previous = 2,  ///< Exactly the log author's last version of that field in this segment.
    own = 3,       ///< Exactly one version of the log's author, in a column.
    list = 4,      ///< Any, in columns.
};

struct ShapeField {
    FieldId field = 0;
    BaseCode code = BaseCode::none;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field, between(code, BaseCode::none, BaseCode::list));
    }
    bool operator==(const ShapeField&) const = default;
};

struct ShapeRecord {
    static constexpr std::uint8_t created = 1;
    /// Named by this author and txn: not in a column. Only with `created`.
    static constexpr std::uint8_t here = 2;

    std::uint8_t head = 0;
    std::uint8_t ordinal = 0;
    EntityId entity{};  ///< Of a created record; else 0.
    std::vector<ShapeField> fields;

    [[nodiscard]] bool is_created() const { return (head & created) != 0; }
    [[nodiscard]] bool is_here() const { return (head & here) != 0; }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(between(head, std::uint8_t{0}, std::uint8_t{3}), ordinal);
        // Besides, such records would be in no column, so that nothing would bound their number.
        if constexpr (Archive::is_loading::value) {
            if (head == here) detail::refuse(Errc::malformed);
        }
        if (is_created()) archive(entity);
        archive(at_most(fields, changes_max));
    }
    bool operator==(const ShapeRecord&) const = default;
};

struct Shape {
    std::vector<ShapeRecord> records;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(at_most(records, Transaction::records_max));
    }
    bool operator==(const Shape&) const = default;
};

/// Where the values of one field go: all of one entity's (0 where the record isn't created in the
/// same transaction) stand in one column.
struct SlotKey {
    EntityId entity{};
    FieldId field = 0;
    auto operator<=>(const SlotKey&) const = default;
};

}  // namespace jiuying::sync
