/// Many transactions turned on their side: all clocks together, all phone numbers together, which
/// is what makes them small. The inside of a segment, before compression and encryption.
///
/// Numbers and dictionaries come first, then all texts in the order of their columns. What does
/// not compress (random bits of UUIDs, salts) is kept apart in `stored`.
/// Bytes: docs/reference/segment-format.md, section 5. Not thread-safe.
#pragma once

#include "sync/segment/chain.hpp"
#include "sync/segment/number_column.hpp"
#include "sync/segment/shape.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace jiuying::sync {

/// Limits of one segment. A writer closes it before, a reader refuses what exceeds them.
inline constexpr std::size_t segment_transactions_max = 16'384;
inline constexpr std::size_t segment_changes_max = 131'072;
inline constexpr std::size_t segment_slots_max = 16'384;      ///< Columns of values.
inline constexpr std::size_t dictionary_words_max = 255;      ///< Of one column of texts.
inline constexpr std::size_t segment_raw_budget = 1U << 20U;  ///< One transaction may exceed it.
inline constexpr std::size_t segment_raw_max = 4U << 20U;     ///< Columns uncompressed.
inline constexpr std::size_t segment_bytes_max = 4U << 20U;   ///< Sealed.

/// How the texts of a column are spelled.
inline constexpr std::uint8_t text_plain = 0;  ///< The bytes themselves.
inline constexpr std::uint8_t text_dense = 1;  ///< See dense_text.hpp.

/// What proves a private part that is gone.
struct Erased {
    Hash32 inner{};
    bool in_part = false;  ///< Values are left, on the word of whoever wrote the segment anew.
};

/// What the chain needs beside the transactions: the seeds of their blocks, or (in a restated
/// segment) for each transaction its salt, or what proves one that was erased.
struct Proof {
    std::vector<BlockSeed> seeds;
    std::vector<std::variant<Salt, Erased>> each;
    /// The inner hash where the private part of transaction \p index was erased.
    [[nodiscard]] const Hash32* redacted(std::size_t index) const {
        const Erased* erased = each.empty() ? nullptr : std::get_if<Erased>(&each[index]);
        return erased == nullptr ? nullptr : &erased->inner;
    }
    [[nodiscard]] bool in_part(std::size_t index) const {
        const Erased* erased = each.empty() ? nullptr : std::get_if<Erased>(&each[index]);
        return erased != nullptr && erased->in_part;
    }
};

struct PackedColumns {
    Bytes bytes;
    std::vector<std::size_t> cuts;  ///< Ends of columns: places to start a new zstd block.
    Bytes stored;
};

/// Takes transactions one by one. Each must have passed check() for the log's author.
class ColumnWriter {
public:
    /// \p authors must outlive this.
    ColumnWriter(const Authors& authors, AuthorIx log_author);
    ~ColumnWriter();
    ColumnWriter(ColumnWriter&&) noexcept;
    ColumnWriter& operator=(ColumnWriter&&) noexcept;

    void add(const Transaction& transaction);

    [[nodiscard]] std::size_t count() const;
    /// Changes, named records and created records: what a reader must allocate for.
    [[nodiscard]] std::size_t items() const;
    [[nodiscard]] std::size_t slots() const;
    /// About how large the columns are by now.
    [[nodiscard]] std::size_t raw_size() const;
    /// Whether any transaction has an origin: then there are columns for them.
    [[nodiscard]] bool has_origins() const;

    [[nodiscard]] PackedColumns pack(const Proof& proof, Packing packing) const;

private:
    struct State;
    std::unique_ptr<State> state_;  ///< A dozen columns and dictionaries, of no interest here.
};

struct UnpackedColumns {
    std::vector<Transaction> transactions;
    Proof proof;
};

/// Reads what pack() wrote; \p stored is advanced behind its part. \p first_seq tells which salt
/// blocks there are, \p has_origins whether there are columns of origins. Throws detail::Fault, so
/// it belongs inside `decoding`; the transactions are not yet checked one by one. Authors are
/// interned in \p authors.
[[nodiscard]] UnpackedColumns read_columns(WireReader& columns, WireReader& stored,
                                           std::uint64_t first_seq, std::size_t count,
                                           Authors& authors, AuthorIx log_author,
                                           bool has_origins = false);

}  // namespace jiuying::sync
