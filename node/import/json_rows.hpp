/// Rows of a JSON file: an array of objects, or objects one after the other (JSON lines).
///
/// Each object is one row. Its members are the columns; those of objects inside it are named with
/// points, `person.phone`. Numbers and truth values come out as they are written in JSON, null as
/// an empty cell, several texts in an array joined by `、`. The columns are those of the first
/// objects: later ones may have others, which add_column() makes known.
///
/// A broken object costs its own row where its end is found: brackets are counted outside of
/// strings. Streams; the bound of an object is RowLimits::row_bytes_max. Not thread-safe.
#pragma once

#include "node/import/byte_source.hpp"
#include "node/import/row_source.hpp"

#include <boost/json.hpp>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace jiuying::node {

/// Cuts a byte stream into the texts of its objects. What stands between them is checked.
class JsonPieces {
public:
    JsonPieces(ByteSource& source, const RowLimits& limits) : source_(source), limits_(limits) {}

    struct Piece {
        std::string text;  ///< Empty if it was too large to keep.
        std::uint64_t line = 0;
        bool too_large = false;
    };
    enum class State : std::uint8_t { piece, end, malformed, gzip_damaged, gzip_truncated };
    [[nodiscard]] State next(Piece& piece);

private:
    enum class Place : std::uint8_t { start, before_element, after_element, loose, behind };
    [[nodiscard]] bool fill();
    /// What stands in front of an object. True when one begins.
    [[nodiscard]] bool skip_to_object();
    [[nodiscard]] bool take_between(char letter);
    [[nodiscard]] State ended() const;
    /// Takes the object that begins at the front; false if the input ends inside it.
    [[nodiscard]] bool take_object(Piece& piece);

    ByteSource& source_;
    RowLimits limits_;
    std::vector<std::uint8_t> buffer_;
    std::size_t at_ = 0;
    std::size_t size_ = 0;
    std::uint64_t line_ = 1;
    std::size_t at_mark_ = 0;  ///< How far the byte order mark was read.
    Place place_ = Place::start;
    bool bad_ = false;
    std::optional<Errc> failed_;
};

class JsonRows final : public RowSource {
public:
    explicit JsonRows(ByteSource& source, const RowLimits& limits = {})
        : limits_(limits), pieces_(source, limits) {}
    JsonRows(const JsonRows&) = delete;
    JsonRows& operator=(const JsonRows&) = delete;

    [[nodiscard]] std::optional<SourceFailure> open() override;
    [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
    [[nodiscard]] bool is_sparse() const override { return true; }
    void add_column(const std::string& name) override;
    [[nodiscard]] Item next() override;

private:
    using Cells = std::map<std::string, std::string, std::less<>>;
    struct Parsed {
        Cells cells;
        std::uint64_t line = 0;
        std::size_t bytes = 0;
        std::optional<RowProblem> problem;
        std::string column;
    };
    [[nodiscard]] std::optional<SourceFailure> read(Parsed& parsed, bool& end);
    void parse(const JsonPieces::Piece& piece, Parsed& parsed) const;
    void flatten(const boost::json::object& object, const std::string& prefix,
                 Parsed& parsed) const;

    RowLimits limits_;
    JsonPieces pieces_;
    std::vector<std::string> columns_;
    std::deque<Parsed> ahead_;  ///< Read to learn the columns, not handed out yet.
    std::optional<SourceFailure> failure_;
    bool ended_ = false;
    std::uint64_t number_ = 0;
    Parsed row_;
    std::vector<std::string_view> fields_;
};

}  // namespace jiuying::node
