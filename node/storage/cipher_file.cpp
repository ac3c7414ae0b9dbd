#include "node/storage/cipher_file.hpp"

#include <algorithm>

namespace jiuying::node::cipher {
namespace {

constexpr std::int64_t page_bytes = page_size;

}  // namespace

int FileBelow::read(std::span<std::uint8_t> into, std::int64_t offset) const {
    return file_->pMethods->xRead(file_, into.data(), static_cast<int>(into.size()), offset);
}

int FileBelow::write(sync::View bytes, std::int64_t offset) const {
    return file_->pMethods->xWrite(file_, bytes.data(), static_cast<int>(bytes.size()), offset);
}

int FileBelow::size(std::int64_t& bytes) const {
    sqlite3_int64 found = 0;
    const int result = file_->pMethods->xFileSize(file_, &found);
    bytes = found;
    return result;
}

int DatabaseFile::read(std::span<std::uint8_t> into, std::int64_t offset) {
    const auto within = static_cast<std::size_t>(offset % page_bytes);
    if (offset < 0 || into.empty() || within + into.size() > page_size) return SQLITE_IOERR_READ;
    const auto number = static_cast<std::uint32_t>(offset / page_bytes + 1);
    sync::Array<page_size> stored;
    const int result = below_.read(stored, offset - static_cast<std::int64_t>(within));
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
    if (result == SQLITE_IOERR_SHORT_READ) {
        std::int64_t size = 0;
        if (const int asked = below_.size(size); asked != SQLITE_OK) return asked;
        if (is_new(number, size)) {
            std::ranges::fill(into, std::uint8_t{0});
            return SQLITE_IOERR_SHORT_READ;
        }
    }
    // SQLite itself would take the missing part of a page for zeros.
    sync::Array<page_size> plain;
    const bool authentic = result == SQLITE_OK && shared_.keys.open_page(stored, number, plain);
    if (!authentic) {
        if (number == 1 && into.size() < page_size) {
            return read_damaged_first_page(stored, into, within);
        }
        return shared_.damaged(Damage::page);
    }
    const bool fits = first_page_fits(plain) || (making_ && unfinished_page_fits(plain));
    if (number == 1 && !fits) return shared_.damaged(Damage::page);
    std::ranges::copy(std::span{plain}.subspan(within, into.size()), into.begin());
    return SQLITE_OK;
}

/// A page behind the end is zeros to SQLite. That is right for one that the present transaction
/// has just added, and for the first of a database that is being made. For anything else the file
/// has lost its end. (Without shared memory nobody tells us who writes; then SQLite's own count of
/// pages at opening has to do.)
bool DatabaseFile::is_new(std::uint32_t number, std::int64_t size) const {
    if (size == 0) return number == 1 || making_ || log != nullptr;
    const bool behind = (std::int64_t{number} - 1) * page_bytes >= size;
    return behind && (writing_ || !shares_memory_);
}

void DatabaseFile::note_lock(int first, int count, bool exclusive, bool taken) {
    constexpr int writers_lock = 0;  // WAL_WRITE_LOCK of SQLite's format of shared memory.
    shares_memory_ = true;
    if (exclusive && first <= writers_lock && first + count > writers_lock) writing_ = taken;
}

/// A power cut may tear page 1 while the log is moved into the database; the log then has it whole,
/// but SQLite looks at this one before. It is told what holds for every database of ours, and reads
/// on: if the log hasn't the page after all, reading it whole fails.
int DatabaseFile::read_damaged_first_page(PageView stored, std::span<std::uint8_t> into,
                                          std::size_t within) {
    if (looks_plain(stored)) return SQLITE_NOTADB;
    if (within == 24 && into.size() == 16) {  // Its counter of changes, without a log.
        std::ranges::fill(into, std::uint8_t{0});
        return SQLITE_IOERR_SHORT_READ;
    }
    if (within != 0 || into.size() != 100) return shared_.damaged(Damage::page);
    std::ranges::copy(constant_header(), into.begin());
    return SQLITE_OK;
}

int DatabaseFile::write(sync::View bytes, std::int64_t offset) {
    if (offset < 0 || bytes.size() != page_size || offset % page_bytes != 0) {
        return SQLITE_IOERR_WRITE;
    }
    const auto number = static_cast<std::uint32_t>(offset / page_bytes + 1);
    const PageView plain{bytes.first<page_size>()};
    if (!reserve_is_clear(plain)) return SQLITE_IOERR_WRITE;
    if (number == 1) {
        if (const int result = judge_first_page(plain); result != SQLITE_OK) return result;
    }
    Nonce nonce;
    if (!shared_.draw(nonce)) return SQLITE_IOERR_WRITE;
    sync::Array<page_size> stored;
    shared_.keys.seal_page(plain, number, nonce, stored);
    return below_.write(stored, offset);
}

int DatabaseFile::judge_first_page(PageView plain) {
    if (first_page_fits(plain)) {
        making_ = false;
        return SQLITE_OK;
    }
    std::int64_t size = 0;
    if (const int result = below_.size(size); result != SQLITE_OK) return result;
    making_ = making_ || size == 0;
    return making_ && unfinished_page_fits(plain) ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int DatabaseFile::truncate(std::int64_t size) {
    if (size % page_bytes != 0) return SQLITE_IOERR_TRUNCATE;
    return below_.get()->pMethods->xTruncate(below_.get(), size);
}

int DatabaseFile::sync(int flags) { return below_.get()->pMethods->xSync(below_.get(), flags); }

}  // namespace jiuying::node::cipher
