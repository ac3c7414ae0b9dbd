#include "node/storage/cipher_file.hpp"

#include <algorithm>

namespace jiuying::node::cipher {
namespace {

constexpr auto header_bytes = static_cast<std::int64_t>(log_header_size);
constexpr auto frame_bytes = static_cast<std::int64_t>(frame_size);
constexpr std::size_t headers_max = 32'768;  ///< 768 KiB; 128 MiB of one transaction.

struct Spot {
    std::uint32_t index = 0;  ///< Of the frame, from 1; 0 is the log's own header.
    std::size_t within = 0;   ///< From its beginning.
};

/// Nothing if the bytes are not all in one place.
std::optional<Spot> spot(std::int64_t offset, std::size_t size) {
    if (offset < 0 || size == 0) return std::nullopt;
    if (offset < header_bytes) {
        const auto within = static_cast<std::size_t>(offset);
        if (within + size > log_header_size) return std::nullopt;
        return Spot{0, within};
    }
    const std::int64_t index = (offset - header_bytes) / frame_bytes + 1;
    const auto within = static_cast<std::size_t>((offset - header_bytes) % frame_bytes);
    if (index > UINT32_MAX || within + size > frame_size) return std::nullopt;
    return Spot{static_cast<std::uint32_t>(index), within};
}

/// Salts are the same in all of a log, or zeros in frames whose checksum will be corrected.
bool same_log(sync::View frame, sync::View other) {
    const auto open = [](sync::View salts) {
        return std::ranges::all_of(salts, [](std::uint8_t byte) { return byte == 0; });
    };
    const sync::View one = salts_of(frame);
    const sync::View two = salts_of(other);
    return open(one) || open(two) || std::ranges::equal(one, two);
}

}  // namespace

LogFile::LogFile(Shared& shared, sqlite3_file* below, DatabaseFile& database)
    : OpenFile(shared, below), database_(database) {
    database_.log = this;
}

LogFile::~LogFile() {
    if (database_.log == this) database_.log = nullptr;
    sync::wipe(plain_);
}

int LogFile::load(std::uint32_t index, std::uint32_t& first) {
    opened_.reset();
    const int result = below_.read(stored_, frame_offset(index));
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
    const bool authentic = result == SQLITE_OK && shared_.keys.open_frame(stored_, index, plain_);
    if (!authentic) return SQLITE_IOERR_DATA;
    first = first_of_transaction(stored_);
    opened_ = Place{index, first, commits(plain_)};
    return SQLITE_OK;
}

void LogFile::remember(std::uint32_t index, std::uint32_t first) {
    if (headers_.empty() || first_of_headers_ != first) headers_.clear();
    first_of_headers_ = first;
    const std::size_t at = index - first;
    if (at > headers_.size() || at >= headers_max) return;
    if (at == headers_.size()) headers_.emplace_back();
    std::copy_n(plain_.begin(), frame_header_size, headers_[at].begin());
}

const LogFile::Header* LogFile::remembered(std::uint32_t index) const {
    const bool known = index >= first_of_headers_ && index - first_of_headers_ < headers_.size();
    return known ? &headers_[index - first_of_headers_] : nullptr;
}

int LogFile::read(std::span<std::uint8_t> into, std::int64_t offset) {
    if (const int result = flush(); result != SQLITE_OK) return result;
    const auto at = spot(offset, into.size());
    if (!at) return SQLITE_IOERR_READ;
    if (at->index == 0) return below_.read(into, offset);
    std::uint32_t first = 0;
    const int result = load(at->index, first);
    if (result == SQLITE_IOERR_DATA && into.size() == frame_size) {
        // SQLite looks where the log ends: here. What a log must not lose is looked after when it
        // is opened (cipher_log_check.hpp).
        std::ranges::fill(into, std::uint8_t{0});
        return SQLITE_OK;
    }
    if (result == SQLITE_IOERR_DATA) return shared_.damaged(Damage::frame);
    if (result != SQLITE_OK) return result;
    std::ranges::copy(std::span{plain_}.subspan(at->within, into.size()), into.begin());
    return SQLITE_OK;
}

int LogFile::write(sync::View bytes, std::int64_t offset) {
    const auto at = spot(offset, bytes.size());
    if (!at) return SQLITE_IOERR_WRITE;
    if (at->index == 0) return write_header(bytes);
    if (at->within == frame_header_size && bytes.size() == page_size) {
        return write_page(at->index, PageView{bytes.first<page_size>()});
    }
    if (at->within != 0 || bytes.size() != frame_header_size) return SQLITE_IOERR_WRITE;
    if (const int result = flush(); result != SQLITE_OK) return result;
    std::ranges::copy(bytes, header_.begin());
    held_ = at->index;
    return SQLITE_OK;
}

/// The log begins anew. Salts and checksum are random and say nothing.
int LogFile::write_header(sync::View bytes) {
    if (const int result = flush(); result != SQLITE_OK) return result;
    const bool fits = bytes.size() == log_header_size && big_endian(bytes.subspan(8)) == page_size;
    if (!fits) return SQLITE_IOERR_WRITE;
    forget_place();
    return below_.write(bytes, 0);
}

int LogFile::write_page(std::uint32_t index, PageView page) {
    if (!reserve_is_clear(page)) return SQLITE_IOERR_WRITE;
    std::uint32_t first = 0;
    if (held_ == index) {
        held_.reset();  // However this ends, the header has found its page.
        const int result = first_frame_for(index, first);
        if (result != SQLITE_OK) return result;
        opened_.reset();
        std::ranges::copy(header_, plain_.begin());
    } else {
        if (const int result = flush(); result != SQLITE_OK) return result;
        if (const Header* known = remembered(index)) {
            opened_.reset();
            first = first_of_headers_;
            std::ranges::copy(*known, plain_.begin());
        } else if (const int result = load(index, first); result != SQLITE_OK) {
            return result;
        }
    }
    if (page_of(plain_) == 1 && !first_page_fits(page)) return SQLITE_IOERR_WRITE;
    std::ranges::copy(page, plain_.begin() + frame_header_size);
    const int result = store(index, first);
    if (result == SQLITE_OK) place_ = Place{index, first, commits(plain_)};
    return result;
}

/// A transaction begins behind the one that the frame before commits.
int LogFile::first_frame_for(std::uint32_t index, std::uint32_t& first) {
    first = index;
    if (index == 1) return SQLITE_OK;
    if (!place_ || place_->index != index - 1) {
        if (const Header* known = remembered(index - 1)) {
            if (!same_log(*known, header_)) return SQLITE_IOERR_WRITE;
            place_ = Place{index - 1, first_of_headers_, commits(*known)};
        }
    }
    if (!place_ || place_->index != index - 1) {
        std::uint32_t before = 0;
        const int result = load(index - 1, before);
        if (result == SQLITE_IOERR_DATA) return shared_.damaged(Damage::frame);
        if (result != SQLITE_OK) return result;
        if (!same_log(plain_, header_)) return SQLITE_IOERR_WRITE;
        place_ = Place{index - 1, before, commits(plain_)};
    }
    if (!place_->commits) first = place_->first;
    return SQLITE_OK;
}

int LogFile::store(std::uint32_t index, std::uint32_t first) {
    sync::Array<20> random;
    if (!shared_.draw(random)) return SQLITE_IOERR_WRITE;
    shared_.keys.seal_frame(plain_, index, first, random, stored_);
    const int result = below_.write(stored_, frame_offset(index));
    if (result == SQLITE_OK) {
        remember(index, first);
    } else {
        forget_place();
    }
    return result;
}

int LogFile::flush() {
    if (failed_ != SQLITE_OK) return failed_;
    if (!held_) return SQLITE_OK;
    const std::uint32_t index = *held_;
    held_.reset();
    std::uint32_t first = 0;
    if (opened_ && opened_->index == index) {
        first = opened_->first;  // SQLite has just read it to correct its checksum.
    } else if (const int result = load(index, first); result != SQLITE_OK) {
        return result;
    }
    // Only its checksum is corrected: it stays the same page of the same log.
    constexpr std::size_t page_and_size = 8;
    const bool same_page = std::ranges::equal(std::span{header_}.first<page_and_size>(),
                                              std::span{plain_}.first<page_and_size>());
    if (!same_page || !same_log(plain_, header_)) return SQLITE_IOERR_WRITE;
    std::ranges::copy(header_, plain_.begin());
    return store(index, first);
}

int LogFile::truncate(std::int64_t size) {
    if (const int result = flush(); result != SQLITE_OK) return result;
    forget_place();
    return below_.get()->pMethods->xTruncate(below_.get(), size);
}

int LogFile::sync(int flags) {
    if (const int result = flush(); result != SQLITE_OK) return result;
    return below_.get()->pMethods->xSync(below_.get(), flags);
}

}  // namespace jiuying::node::cipher
