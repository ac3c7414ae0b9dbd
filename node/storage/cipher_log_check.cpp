#include "node/storage/cipher_log_check.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace jiuying::node::cipher {
namespace {

constexpr std::uint32_t magic_little = 0x377F0682;
constexpr std::uint32_t magic_big = 0x377F0683;
constexpr std::uint32_t log_version = 3007000;

/// How often the log may begin anew under us before we give up: another connection would have to
/// write and move a whole log each time.
constexpr int attempts_max = 20;

/// SQLite's page 262,145, whose bytes are its locks; never written.
constexpr std::uint32_t lock_page = 0x40000000 / page_size + 1;

enum class Finding : std::uint8_t { sound, damaged, changed };

struct LogHeader {
    sync::Array<log_header_size> bytes{};
    bool valid = false;
    LogSums sums{};
};

class Check {
public:
    Check(const PageKeys& keys, const FileBelow& log, const FileBelow& database)
        : keys_(keys), log_(log), database_(database) {}

    Finding run() {
        const auto frames = frame_count();
        if (!frames || *frames == 0) return Finding::sound;
        const LogHeader header = read_header();
        if (failed_ != SQLITE_OK) return Finding::sound;
        return header.valid ? check_behind(header, *frames) : check_headless(header, *frames);
    }
    /// Anything but SQLITE_OK: a read failed, and what run() found says nothing.
    [[nodiscard]] int failed() const { return failed_; }

private:
    std::optional<std::uint32_t> frame_count() {
        std::int64_t size = 0;
        failed_ = log_.size(size);
        if (failed_ != SQLITE_OK) return std::nullopt;
        const auto frame = static_cast<std::int64_t>(frame_size);
        const auto frames = (size - static_cast<std::int64_t>(log_header_size)) / frame;
        return static_cast<std::uint32_t>(std::clamp<std::int64_t>(frames, 0, UINT32_MAX - 1));
    }

    LogHeader read_header() {
        LogHeader header;
        failed_ = log_.read(header.bytes, 0);
        if (failed_ == SQLITE_IOERR_SHORT_READ) failed_ = SQLITE_OK;
        const sync::View bytes{header.bytes};
        const std::uint32_t magic = big_endian(bytes);
        header.sums.big_endian = magic == magic_big;
        header.sums.add(bytes.first(24));
        header.valid = (magic == magic_little || magic == magic_big) &&
                       big_endian(bytes.subspan(4)) == log_version &&
                       big_endian(bytes.subspan(8)) == page_size &&
                       header.sums.match(bytes.subspan(24));
        return header;
    }

    /// Into stored_; false if it can't be read.
    bool fetch(std::uint32_t index) {
        const int result = log_.read(stored_, frame_offset(index));
        // The log may have been cut since: what isn't there is not sound.
        if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) failed_ = result;
        return result == SQLITE_OK;
    }

    /// Whether frame \p index belongs to the log with \p salts; then it is in plain_.
    bool opens(std::uint32_t index, sync::View salts) {
        return fetch(index) && std::ranges::equal(salts_of(stored_), salts) &&
               keys_.open_frame(stored_, index, plain_);
    }

    /// Whether SQLite would read on over frame \p index, where \p sums stand before it.
    bool continues(std::uint32_t index, sync::View salts, LogSums& sums) {
        if (!opens(index, salts) || page_of(plain_) == 0) return false;
        LogSums after = sums;
        const sync::View frame{plain_};
        after.add(frame.first(8));
        after.add(frame.subspan(frame_header_size));
        if (!after.match(frame.subspan(16, 8))) return false;
        sums = after;
        return true;
    }

    Finding check_behind(const LogHeader& header, std::uint32_t frames) {
        const auto salts = sync::View{header.bytes}.subspan(16, 8);
        LogSums sums = header.sums;
        std::uint32_t end = 1;
        for (; end <= frames && continues(end, salts, sums); ++end) note_page();
        for (std::uint32_t index = end + 1; index <= frames && failed_ == SQLITE_OK; ++index) {
            if (!opens(index, salts) || first_of_transaction(stored_) <= end) continue;
            return gone_on(header, end, sums) ? Finding::changed : Finding::damaged;
        }
        if (failed_ != SQLITE_OK || database_is_whole()) return Finding::sound;
        // Another connection may just have made the database smaller: by a commit behind `end`.
        return gone_on(header, end, sums) ? Finding::changed : Finding::damaged;
    }

    /// Whether a writer was at work in frame \p end when it was read. Damage stays as it is; a log
    /// that goes on has a sound frame there by now, or it has begun anew. The order matters: a
    /// header is written before the frames behind it, so the old one, read last, vouches for what
    /// was read before.
    bool gone_on(const LogHeader& header, std::uint32_t end, LogSums sums) {
        const auto salts = sync::View{header.bytes}.subspan(16, 8);
        return continues(end, salts, sums) || read_header().bytes != header.bytes;
    }

    /// Of the frame in plain_, which the log goes on with.
    void note_page() {
        pending_.insert(page_of(plain_));
        if (!commits(plain_)) return;
        committed_.merge(pending_);
        pending_.clear();
        pages_ = big_endian(sync::View{plain_}.subspan(4));
    }

    /// Whether every page that was committed is in the log, or not behind the database's end.
    bool database_is_whole() {
        std::int64_t size = 0;
        failed_ = database_.size(size);
        if (failed_ != SQLITE_OK) return true;
        const auto there = static_cast<std::uint32_t>(size / static_cast<std::int64_t>(page_size));
        for (std::uint32_t page = there + 1; page <= pages_; ++page) {
            if (page != lock_page && !committed_.contains(page)) return false;
        }
        return true;
    }

    Finding check_headless(const LogHeader& header, std::uint32_t frames) {
        const Finding finding = all_in_database(frames) ? Finding::sound : Finding::damaged;
        return read_header().bytes == header.bytes ? finding : Finding::changed;
    }

    /// Whether dropping the log drops nothing. It has just begun anew then, after all of it had
    /// been moved, and its new header was torn.
    bool all_in_database(std::uint32_t frames) {
        if (!fetch(1) || !keys_.open_frame(stored_, 1, plain_)) return holds_nothing(frames);
        sync::Array<8> salts{};
        std::ranges::copy(salts_of(plain_), salts.begin());
        std::map<std::uint32_t, std::uint32_t> latest;  // By page: its frame.
        std::map<std::uint32_t, std::uint32_t> pending;
        for (std::uint32_t index = 1; index <= frames && opens(index, salts); ++index) {
            pending[page_of(plain_)] = index;
            if (!commits(plain_)) continue;
            for (const auto& [page, frame] : pending) latest[page] = frame;
            pending.clear();
        }
        return std::ranges::all_of(latest, [&](const auto& entry) {
            return opens(entry.second, salts) && database_has(entry.first);
        });
    }

    bool holds_nothing(std::uint32_t frames) {
        for (std::uint32_t index = 2; index <= frames; ++index) {
            if (fetch(index) && keys_.open_frame(stored_, index, plain_)) return false;
        }
        return true;
    }

    /// Whether the database's page is the one in plain_.
    bool database_has(std::uint32_t page) {
        sync::Array<page_size> stored;
        sync::Array<page_size> plain;
        const auto offset = (std::int64_t{page} - 1) * static_cast<std::int64_t>(page_size);
        return database_.read(stored, offset) == SQLITE_OK &&
               keys_.open_page(stored, page, plain) &&
               std::ranges::equal(plain, std::span{plain_}.subspan(frame_header_size));
    }

    const PageKeys& keys_;
    FileBelow log_;
    FileBelow database_;
    sync::Array<frame_size> stored_{};
    sync::Array<frame_size> plain_{};
    std::set<std::uint32_t> pending_;
    std::set<std::uint32_t> committed_;
    std::uint32_t pages_ = 0;  ///< Of the database, by the last commit.
    int failed_ = SQLITE_OK;
};

}  // namespace

int check_log(const PageKeys& keys, const FileBelow& log, const FileBelow& database) {
    for (int attempt = 1;; ++attempt) {
        Check check{keys, log, database};
        const Finding finding = check.run();
        if (check.failed() != SQLITE_OK) return check.failed();
        if (finding == Finding::sound) return SQLITE_OK;
        if (finding == Finding::damaged) return SQLITE_IOERR_DATA;
        if (attempt == attempts_max) return SQLITE_BUSY;
    }
}

}  // namespace jiuying::node::cipher
