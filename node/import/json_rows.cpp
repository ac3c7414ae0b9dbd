#include "node/import/json_rows.hpp"

#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr std::size_t chunk = 64 * 1024;
constexpr std::size_t ahead_rows_max = 500;
constexpr std::size_t ahead_bytes_max = 1U << 20U;

bool is_space(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

std::string text_of(const json::value& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return std::string{value.get_string()};
    if (!value.is_array()) return json::serialize(value);
    std::string joined;
    for (const json::value& element : value.get_array()) {
        if (!joined.empty()) joined += "、";
        joined +=
            element.is_string() ? std::string{element.get_string()} : json::serialize(element);
    }
    return joined;
}

}  // namespace

bool JsonPieces::fill() {
    if (at_ < size_) return true;
    if (failed_) return false;
    buffer_.resize(chunk);
    const Result<std::size_t> more = source_.read(buffer_);
    at_ = 0;
    size_ = more ? *more : 0;
    if (!more) failed_ = more.error();
    return size_ > 0;
}

/// One character that is no part of an object; false where it does not belong.
bool JsonPieces::take_between(char letter) {
    if (letter == '\n') ++line_;
    if (is_space(letter)) return true;
    const Place was = place_;
    if (was == Place::start && letter == '[') place_ = Place::before_element;
    if (was == Place::after_element && letter == ',') place_ = Place::before_element;
    const bool inside = was == Place::before_element || was == Place::after_element;
    if (inside && letter == ']') place_ = Place::behind;
    return place_ != was;
}

bool JsonPieces::skip_to_object() {
    constexpr std::string_view mark = "\xEF\xBB\xBF";  // May come in pieces, too.
    while (fill()) {
        const char letter = static_cast<char>(buffer_[at_]);
        if (at_mark_ < mark.size() && letter == mark[at_mark_]) {
            ++at_mark_;
            ++at_;
            continue;
        }
        bad_ = at_mark_ != 0 && at_mark_ != mark.size();
        if (bad_) return false;
        if (at_mark_ == 0) at_mark_ = mark.size();  // None: it comes first or not at all.
        const bool may_begin = place_ != Place::after_element && place_ != Place::behind;
        if (letter == '{' && may_begin) return true;
        bad_ = !take_between(letter);
        if (bad_) return false;
        ++at_;
    }
    return false;
}

bool JsonPieces::take_object(Piece& piece) {
    std::size_t depth = 0;
    bool quoted = false;
    bool escaped = false;
    while (fill()) {
        const std::size_t begin = at_;
        bool done = false;
        for (; at_ < size_ && !done; ++at_) {
            const char letter = static_cast<char>(buffer_[at_]);
            if (letter == '\n') ++line_;
            if (quoted) {
                if (!escaped && letter == '"') quoted = false;
                escaped = !escaped && letter == '\\';
            } else if (letter == '"') {
                quoted = true;
            } else if (letter == '{' || letter == '[') {
                ++depth;
            } else if (letter == '}' || letter == ']') {
                done = --depth == 0;
            }
        }
        const std::size_t more = at_ - begin;
        piece.too_large = piece.too_large || piece.text.size() + more > limits_.row_bytes_max;
        if (piece.too_large) {
            piece.text.clear();
        } else {
            piece.text.append(reinterpret_cast<const char*>(&buffer_[begin]), more);
        }
        if (done) return true;
    }
    return false;
}

JsonPieces::State JsonPieces::ended() const {
    if (failed_) {
        return *failed_ == Errc::truncated ? State::gzip_truncated : State::gzip_damaged;
    }
    const bool whole = place_ == Place::start || place_ == Place::loose || place_ == Place::behind;
    return bad_ || !whole ? State::malformed : State::end;
}

JsonPieces::State JsonPieces::next(Piece& piece) {
    piece = {};
    if (bad_ || !skip_to_object()) return ended();
    piece.line = line_;
    if (!take_object(piece)) {
        bad_ = true;
        return ended();
    }
    const bool loose = place_ == Place::start || place_ == Place::loose;
    place_ = loose ? Place::loose : Place::after_element;
    return State::piece;
}

void JsonRows::flatten(const json::object& object, const std::string& prefix,
                       Parsed& parsed) const {
    for (const auto& member : object) {
        const std::string name = prefix + std::string{member.key()};
        if (const json::object* inner = member.value().if_object()) {
            flatten(*inner, name + ".", parsed);
            continue;
        }
        std::string text = text_of(member.value());
        const bool nul = text.find('\0') != std::string::npos;
        if (nul || text.size() > limits_.field_bytes_max) {
            parsed.problem = nul ? RowProblem::nul_byte : RowProblem::field_too_large;
            parsed.column = name;
        }
        parsed.cells[name] = std::move(text);
    }
}

void JsonRows::parse(const JsonPieces::Piece& piece, Parsed& parsed) const {
    parsed = {};
    parsed.line = piece.line;
    parsed.bytes = piece.text.size();
    if (piece.too_large) {
        parsed.problem = RowProblem::field_too_large;
        return;
    }
    json::error_code error;
    const json::value value = json::parse(piece.text, error);
    if (error || !value.is_object()) {
        parsed.problem = RowProblem::not_json;
        return;
    }
    flatten(value.get_object(), {}, parsed);
}

std::optional<SourceFailure> JsonRows::read(Parsed& parsed, bool& end) {
    using State = JsonPieces::State;
    JsonPieces::Piece piece;
    switch (pieces_.next(piece)) {
        case State::piece: parse(piece, parsed); return std::nullopt;
        case State::end: end = true; return std::nullopt;
        case State::gzip_damaged: return SourceFailure{FileProblem::gzip_damaged, {}};
        case State::gzip_truncated: return SourceFailure{FileProblem::gzip_truncated, {}};
        case State::malformed: break;
    }
    return SourceFailure{FileProblem::not_json, {}};
}

std::optional<SourceFailure> JsonRows::open() {
    JY_ASSERT(columns_.empty() && !failure_);
    std::size_t bytes = 0;
    while (!ended_ && !failure_ && ahead_.size() < ahead_rows_max && bytes < ahead_bytes_max) {
        Parsed parsed;
        failure_ = read(parsed, ended_);
        if (ended_ || failure_) break;
        bytes += parsed.bytes;
        for (const auto& [name, text] : parsed.cells) {
            if (columns_.size() < limits_.columns_max) add_column(name);
        }
        ahead_.push_back(std::move(parsed));
    }
    // What came before a fault is handed out first.
    if (!ahead_.empty()) return std::nullopt;
    if (ended_) failure_ = SourceFailure{FileProblem::no_header, {}};
    return failure_;
}

void JsonRows::add_column(const std::string& name) {
    if (std::ranges::find(columns_, name) == columns_.end()) columns_.push_back(name);
}

RowSource::Item JsonRows::next() {
    if (!ahead_.empty()) {
        row_ = std::move(ahead_.front());
        ahead_.pop_front();
    } else {
        if (!failure_ && !ended_) failure_ = read(row_, ended_);
        if (failure_) return *failure_;
        if (ended_) return SourceEnd{};
    }
    ++number_;
    if (row_.problem) return BadRow{number_, row_.line, *row_.problem, row_.column};
    fields_.clear();
    for (const std::string& column : columns_) {
        const auto cell = row_.cells.find(column);
        fields_.push_back(cell == row_.cells.end() ? std::string_view{} : cell->second);
    }
    return SourceRow{number_, row_.line, fields_};
}

}  // namespace jiuying::node
