// A log is looked through while another connection writes it: what looks damaged for a moment is
// not damage.
#include "node/storage/cipher_log_check.hpp"
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace jiuying;
using namespace jiuying::node::cipher;

namespace {

/// A file in memory. Before each read, and each asking for the size, somebody else has a turn.
struct SharedFile {
    sqlite3_file file{&methods};
    sync::Bytes bytes;
    std::function<void()> before = [] {};

    static SharedFile& of(sqlite3_file* file) { return *reinterpret_cast<SharedFile*>(file); }
    static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
        SharedFile& self = of(file);
        self.before();
        std::fill_n(static_cast<std::uint8_t*>(into), size, std::uint8_t{0});
        const auto from = static_cast<std::size_t>(offset);
        if (from >= self.bytes.size()) return SQLITE_IOERR_SHORT_READ;
        const std::size_t got = std::min(static_cast<std::size_t>(size), self.bytes.size() - from);
        std::copy_n(self.bytes.data() + from, got, static_cast<std::uint8_t*>(into));
        return got == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }
    static int size(sqlite3_file* file, sqlite3_int64* size) {
        of(file).before();
        *size = static_cast<sqlite3_int64>(of(file).bytes.size());
        return SQLITE_OK;
    }
    static constexpr sqlite3_io_methods methods = [] {
        sqlite3_io_methods made{};
        made.iVersion = 1;
        made.xRead = read;
        made.xFileSize = size;
        return made;
    }();
};

void put(std::uint32_t number, std::span<std::uint8_t> into) {
    for (std::size_t i = 0; i < 4; ++i) {
        into[i] = static_cast<std::uint8_t>(number >> (24U - 8U * i));
    }
}

const PageKeys& page_keys() {
    static const PageKeys keys{test::data_key()};
    return keys;
}

/// Writes a log as SQLite and we do: every frame is a transaction of its own.
class Writer {
public:
    Writer(sync::Bytes& log, std::uint8_t salt) : log_(log), salt_(salt) {
        sync::Array<log_header_size> header{};
        put(0x377F0683, header);
        put(3007000, std::span{header}.subspan(4));
        put(page_size, std::span{header}.subspan(8));
        std::fill_n(header.begin() + 16, 8, salt);
        sums_.big_endian = true;
        sums_.add(sync::View{header}.first(24));
        put(sums_.first, std::span{header}.subspan(24));
        put(sums_.second, std::span{header}.subspan(28));
        write(header, 0);
    }
    /// Page 1 once more; the database has \p pages then.
    void commit(std::uint32_t pages) {
        ++index_;
        sync::Array<frame_size> plain{};
        put(1, plain);
        put(pages, std::span{plain}.subspan(4));
        std::fill_n(plain.begin() + 8, 8, salt_);
        sums_.add(sync::View{plain}.first(8));
        sums_.add(sync::View{plain}.subspan(frame_header_size));
        put(sums_.first, std::span{plain}.subspan(16));
        put(sums_.second, std::span{plain}.subspan(20));
        sync::Array<20> random{};
        random.fill(static_cast<std::uint8_t>(index_ + salt_));
        sync::Array<frame_size> stored{};
        page_keys().seal_frame(plain, index_, index_, random, stored);
        write(stored, static_cast<std::size_t>(frame_offset(index_)));
    }

private:
    void write(sync::View bytes, std::size_t offset) {
        if (log_.size() < offset + bytes.size()) log_.resize(offset + bytes.size());
        std::ranges::copy(bytes, log_.begin() + static_cast<std::ptrdiff_t>(offset));
    }

    sync::Bytes& log_;
    std::uint8_t salt_;
    LogSums sums_;
    std::uint32_t index_ = 0;
};

int looked_through(SharedFile& log, SharedFile& database) {
    return check_log(page_keys(), FileBelow{&log.file}, FileBelow{&database.file});
}

}  // namespace

TEST_CASE("a writer that goes on and begins the log anew is no damage, whenever that happens",
          "[cipher][damage]") {
    for (int writes_at = 1; writes_at <= 9; ++writes_at) {
        for (int begins_at = writes_at; begins_at <= 14; ++begins_at) {
            SharedFile log;
            SharedFile database;
            database.bytes.resize(page_size);
            Writer writer{log.bytes, 1};
            writer.commit(1);
            // Room of a former log, which is there before its frames are written over.
            log.bytes.resize(static_cast<std::size_t>(frame_offset(6)), std::uint8_t{0xEE});
            int turn = 0;
            log.before = [&] {
                ++turn;
                if (turn == writes_at) {
                    for (int i = 0; i < 4; ++i) writer.commit(1);
                }
                if (turn == begins_at) {
                    Writer next{log.bytes, 2};
                    for (int i = 0; i < 3; ++i) next.commit(1);
                }
            };
            INFO("written at " << writes_at << ", begun anew at " << begins_at);
            CHECK(looked_through(log, database) == SQLITE_OK);
        }
    }
}

TEST_CASE("a database that others make smaller again and again is not one that lost its end",
          "[cipher][damage]") {
    SharedFile log;
    SharedFile database;
    database.bytes.resize(12 * page_size);
    Writer writer{log.bytes, 1};
    writer.commit(12);
    std::uint32_t pages = 12;
    database.before = [&] {
        if (pages <= 5) return;
        writer.commit(--pages);
        database.bytes.resize(pages * page_size);  // Its checkpoint.
    };
    CHECK(looked_through(log, database) == SQLITE_OK);
    CHECK(pages == 5);
}

TEST_CASE("damage that stays is damage, however often others look", "[cipher][damage]") {
    SharedFile log;
    SharedFile database;
    database.bytes.resize(page_size);
    Writer writer{log.bytes, 1};
    for (int i = 0; i < 4; ++i) writer.commit(1);
    SECTION("in a frame") { log.bytes[static_cast<std::size_t>(frame_offset(2)) + 500] ^= 1U; }
    SECTION("at the database's end") { writer.commit(3); }
    CHECK(looked_through(log, database) == SQLITE_IOERR_DATA);
}

TEST_CASE("a writer that never pauses keeps one who opens waiting, and is not called damage",
          "[cipher][damage]") {
    SharedFile log;
    SharedFile database;
    database.bytes.resize(5000 * page_size);
    Writer writer{log.bytes, 1};
    writer.commit(5000);
    std::uint32_t pages = 5000;
    database.before = [&] {
        writer.commit(--pages);
        database.bytes.resize(pages * page_size);
    };
    CHECK(looked_through(log, database) == SQLITE_BUSY);
}
