#include "node/import/csv_records.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

constexpr std::size_t piece_size = 64 * 1024;

}  // namespace

Result<bool> CsvRecords::refill() {
    if (position_ < buffer_.size()) return true;
    if (ended_) return false;
    buffer_.resize(piece_size);
    position_ = 0;
    const auto size =
        source_.read({reinterpret_cast<std::uint8_t*>(buffer_.data()), buffer_.size()});
    buffer_.resize(size ? *size : 0);
    if (!size) return size.error();
    ended_ = *size == 0;
    return !ended_;
}

Result<std::string_view> CsvRecords::peek(std::size_t size) {
    buffer_.erase(0, position_);
    position_ = 0;
    while (buffer_.size() < size && !ended_) {
        const std::size_t held = buffer_.size();
        buffer_.resize(held + piece_size);
        const auto got = source_.read(
            {reinterpret_cast<std::uint8_t*>(buffer_.data()) + held, buffer_.size() - held});
        buffer_.resize(held + (got ? *got : 0));
        if (!got) return got.error();
        ended_ = *got == 0;
    }
    return std::string_view{buffer_}.substr(0, size);
}

void CsvRecords::start() {
    state_ = State::field_start;
    text_.clear();
    ends_.clear();
    field_start_ = 0;
    problem_.reset();
    dropped_ = any_quote_ = open_quote_ = false;
}

Result<bool> CsvRecords::next(CsvRecord& record) {
    start();
    record.line = line_;
    bool any = false;
    for (;;) {
        const Result<bool> more = refill();
        if (!more) return more.error();
        if (!*more) break;
        if (after_cr_) {
            after_cr_ = false;
            if (buffer_[position_] == '\n') {
                ++position_;
                continue;
            }
        }
        any = true;
        if (take()) {
            finish(record);
            return true;
        }
    }
    if (!any) return false;
    if (state_ == State::quoted) {
        open_quote_ = true;
        // Whatever else was wrong, this is why no end was found.
        const bool one_line = !dropped_ && text_.find('\n', field_start_) == std::string::npos;
        problem_ = one_line ? RowProblem::unterminated_quote : RowProblem::unterminated_to_end;
    }
    end_field();
    finish(record);
    return true;
}

bool CsvRecords::take() {
    switch (state_) {
        case State::field_start:
            if (buffer_[position_] == '"') {
                ++position_;
                any_quote_ = true;
                state_ = State::quoted;
            } else {
                state_ = State::plain;
            }
            return false;
        case State::plain: return take_plain();
        case State::quoted: return take_quoted();
        case State::quote_in_quoted: return take_after_quote();
    }
    return false;
}

bool CsvRecords::take_plain() {
    const char* const begin = buffer_.data() + position_;
    const char* const end = buffer_.data() + buffer_.size();
    const char* stop = begin;
    while (stop != end && *stop != '"' && !is_delimiter(*stop)) ++stop;
    store({begin, static_cast<std::size_t>(stop - begin)});
    position_ += static_cast<std::size_t>(stop - begin);
    if (stop == end) return false;
    if (*stop != '"') return take_delimiter();
    refuse(RowProblem::stray_quote);
    store("\"");
    ++position_;
    return false;
}

bool CsvRecords::take_quoted() {
    const std::string_view rest = std::string_view{buffer_}.substr(position_);
    const std::string_view inside = rest.substr(0, rest.find('"'));
    line_ += static_cast<std::uint64_t>(std::ranges::count(inside, '\n'));
    store(inside);
    position_ += inside.size();
    if (inside.size() < rest.size()) {
        ++position_;
        state_ = State::quote_in_quoted;
    }
    return false;
}

bool CsvRecords::take_after_quote() {
    const char next = buffer_[position_];
    if (next == '"') {
        ++position_;
        store("\"");
        state_ = State::quoted;
        return false;
    }
    if (is_delimiter(next)) return take_delimiter();
    refuse(RowProblem::stray_quote);
    state_ = State::plain;
    return false;
}

bool CsvRecords::take_delimiter() {
    const char delimiter = buffer_[position_++];
    end_field();
    state_ = State::field_start;
    if (delimiter == separator_) return false;
    after_cr_ = delimiter == '\r';
    ++line_;
    return true;
}

void CsvRecords::store(std::string_view bytes) {
    if (dropped_) return;
    const bool field_fits = text_.size() - field_start_ + bytes.size() <= limits_.field_bytes_max;
    if (field_fits && text_.size() + bytes.size() <= limits_.row_bytes_max) {
        text_.append(bytes);
        return;
    }
    problem_ = RowProblem::field_too_large;
    give_up_storing();
}

void CsvRecords::give_up_storing() {
    dropped_ = true;
    text_.clear();
    ends_.clear();
    field_start_ = 0;
}

void CsvRecords::end_field() {
    if (dropped_) return;
    if (ends_.size() == limits_.columns_max) {
        refuse(RowProblem::wrong_columns);
        give_up_storing();
        return;
    }
    ends_.push_back(text_.size());
    if (!open_quote_) field_start_ = text_.size();
}

void CsvRecords::finish(CsvRecord& record) {
    record.fields.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
        record.fields.push_back(std::string_view{text_}.substr(begin, end - begin));
        begin = end;
    }
    record.problem = problem_;
    record.blank = !problem_ && !any_quote_ && ends_.size() == 1 && text_.empty();
}

std::optional<std::string> CsvRecords::behind_open_line() const {
    if (!open_quote_ || dropped_) return std::nullopt;
    const std::size_t line_end = text_.find('\n', field_start_);
    if (line_end == std::string::npos) return std::nullopt;
    std::string rest;
    for (const char c : std::string_view{text_}.substr(line_end + 1)) {
        rest += c;
        if (c == '"') rest += c;
    }
    if (rest.empty()) return std::nullopt;
    return rest;
}

void CsvRecords::read_again(std::string rest) {
    JY_ASSERT(open_quote_ && ended_);
    line_ -= static_cast<std::uint64_t>(std::ranges::count(rest, '\n'));
    buffer_ = std::move(rest);
    position_ = 0;
}

}  // namespace jiuying::node
