/// The two kinds of files that an encrypting VFS opens: a database and its write-ahead log.
///
/// They know the few shapes in which SQLite reads and writes each; any other is an error, never
/// clear text. Results are SQLite's codes. One connection, one thread at a time.
#pragma once

#include "node/storage/cipher_page.hpp"

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace jiuying::node::cipher {

/// What was found damaged, or sealed by another key.
enum class Damage : std::uint8_t {
    none = 0,
    page,   ///< A page of the database that was read.
    frame,  ///< A frame of the log that is in use.
    log,    ///< Seen when the log was opened: what was committed would silently be lost.
};

/// What all files of one VFS have in common. Safe from any thread.
struct Shared {
    Shared(const sync::Key32& data_key, std::function<void(std::span<std::uint8_t>)> source)
        : keys(data_key), random(std::move(source)) {}

    /// Notes it, unless something was found before, and gives SQLite's code for it.
    int damaged(Damage found) {
        Damage nothing = Damage::none;
        damage.compare_exchange_strong(nothing, found);
        return SQLITE_IOERR_DATA;
    }

    /// Fresh random bytes, drawn when they are needed: bytes drawn ahead would come twice after a
    /// machine was put back to a state that it was saved in. False when there are none.
    [[nodiscard]] bool draw(std::span<std::uint8_t> out) noexcept {
        try {
            random(out);
            return true;
        } catch (...) {
            return false;
        }
    }

    PageKeys keys;
    sqlite3_vfs* below = nullptr;
    std::function<void(std::span<std::uint8_t>)> random;  ///< Fit for keys.
    std::atomic<std::uint64_t> refused{0};                ///< Files that were not opened.
    std::atomic<Damage> damage{Damage::none};
};

/// The file on the VFS below.
class FileBelow {
public:
    explicit FileBelow(sqlite3_file* file) : file_(file) {}
    [[nodiscard]] sqlite3_file* get() const { return file_; }
    /// SQLITE_IOERR_SHORT_READ when it ends before; the rest is zeros then.
    [[nodiscard]] int read(std::span<std::uint8_t> into, std::int64_t offset) const;
    [[nodiscard]] int write(sync::View bytes, std::int64_t offset) const;
    [[nodiscard]] int size(std::int64_t& bytes) const;

private:
    sqlite3_file* file_;
};

class OpenFile {
public:
    OpenFile(Shared& shared, sqlite3_file* below) : shared_(shared), below_(below) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    virtual ~OpenFile() = default;

    [[nodiscard]] virtual int read(std::span<std::uint8_t> into, std::int64_t offset) = 0;
    [[nodiscard]] virtual int write(sync::View bytes, std::int64_t offset) = 0;
    [[nodiscard]] virtual int truncate(std::int64_t size) = 0;
    [[nodiscard]] virtual int sync(int flags) = 0;
    /// Writes what is still held; the file below stays open.
    [[nodiscard]] virtual int finish() = 0;
    [[nodiscard]] const FileBelow& below() const { return below_; }

protected:
    Shared& shared_;
    FileBelow below_;
};

class LogFile;

class DatabaseFile final : public OpenFile {
public:
    using OpenFile::OpenFile;
    [[nodiscard]] int read(std::span<std::uint8_t> into, std::int64_t offset) override;
    [[nodiscard]] int write(sync::View bytes, std::int64_t offset) override;
    [[nodiscard]] int truncate(std::int64_t size) override;
    [[nodiscard]] int sync(int flags) override;
    [[nodiscard]] int finish() override { return SQLITE_OK; }

    /// What the connection does with the memory that it shares with others (xShmLock).
    void note_lock(int first, int count, bool exclusive, bool taken);

    /// The log of the same connection while it is open, else null. Its writes come before any
    /// change of the memory that connections share.
    LogFile* log = nullptr;

private:
    [[nodiscard]] int read_damaged_first_page(PageView stored, std::span<std::uint8_t> into,
                                              std::size_t within);
    [[nodiscard]] int judge_first_page(PageView plain);
    [[nodiscard]] bool is_new(std::uint32_t number, std::int64_t size) const;

    /// From its very first page to the one that says that there is a log. Who is cut off between
    /// the two has made nothing yet.
    bool making_ = false;
    bool shares_memory_ = false;
    bool writing_ = false;  ///< Holds the lock of the one who writes.
};

/// The write-ahead log. SQLite writes a frame's header and its page one after the other; the header
/// is held until its page comes, and both are written as one. Two other cases come up when a
/// transaction is larger than the cache: a page alone replaces the one in its frame, and later
/// headers alone correct the checksums. Both seal the frame again, under a new nonce.
class LogFile final : public OpenFile {
public:
    LogFile(Shared& shared, sqlite3_file* below, DatabaseFile& database);
    ~LogFile() override;
    [[nodiscard]] int read(std::span<std::uint8_t> into, std::int64_t offset) override;
    [[nodiscard]] int write(sync::View bytes, std::int64_t offset) override;
    [[nodiscard]] int truncate(std::int64_t size) override;
    [[nodiscard]] int sync(int flags) override;
    [[nodiscard]] int finish() override { return flush(); }

    /// Writes a held header. Also fails if an earlier one that nobody could be told of failed.
    [[nodiscard]] int flush();
    /// \p result is of a flush where SQLite takes no answer: the next call that can gives it.
    void fail_later(int result) {
        if (result != SQLITE_OK) failed_ = result;
    }
    /// Another connection may have written since.
    void forget_place() {
        place_.reset();
        headers_.clear();
        opened_.reset();
    }

private:
    using Frame = sync::Array<frame_size>;
    using Header = sync::Array<frame_header_size>;
    /// The frame written last, and how its transaction stands.
    struct Place {
        std::uint32_t index;
        std::uint32_t first;
        bool commits;
    };
    [[nodiscard]] int write_header(sync::View bytes);
    [[nodiscard]] int write_page(std::uint32_t index, PageView page);
    /// Reads and opens frame \p index into plain_; \p first gets its transaction's first frame.
    [[nodiscard]] int load(std::uint32_t index, std::uint32_t& first);
    [[nodiscard]] int first_frame_for(std::uint32_t index, std::uint32_t& first);
    [[nodiscard]] int store(std::uint32_t index, std::uint32_t first);
    void remember(std::uint32_t index, std::uint32_t first);
    /// Null if it is not known; then the frame itself tells.
    [[nodiscard]] const Header* remembered(std::uint32_t index) const;

    DatabaseFile& database_;
    std::optional<std::uint32_t> held_;  ///< Frame whose header waits in header_.
    Header header_{};
    std::optional<Place> place_;
    /// The headers of the transaction that is being written, from its first frame on: where it is
    /// larger than the cache its frames are replaced and corrected many times, and need not be
    /// opened for that.
    std::vector<Header> headers_;
    std::uint32_t first_of_headers_ = 0;
    std::optional<Place> opened_;  ///< What plain_ holds, while nobody else can have written.
    Frame plain_{};
    Frame stored_{};
    int failed_ = SQLITE_OK;
};

/// Where frame \p index, from 1, begins.
[[nodiscard]] inline std::int64_t frame_offset(std::uint32_t index) {
    return static_cast<std::int64_t>(log_header_size) +
           (std::int64_t{index} - 1) * static_cast<std::int64_t>(frame_size);
}

}  // namespace jiuying::node::cipher
