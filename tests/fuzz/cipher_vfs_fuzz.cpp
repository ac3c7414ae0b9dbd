/// Fuzzes the encrypting VFS: files of a database and its log that are not as they were written.
///
/// Input: an even byte, u16 size of the database in 64 bytes, database, log: images as a stranger
/// made them; none of them may show a row. Or an odd byte and changes (u32 place, u8 bits) to a
/// sound pair that a killed process left: opening fails, or shows a state that the pair went
/// through and nothing else.
#include "schema/assert.hpp"
#include "tests/support/sealed_disk.hpp"

#include <algorithm>
#include <optional>
#include <vector>

using namespace jiuying;
using namespace jiuying::test;
using node::sqlite::Database;

namespace {

using Bytes = FaultDisk::Bytes;

std::optional<std::int64_t> rows_shown(const Bytes& database, const Bytes& log) {
    SealedDisk sealed;
    sealed.put("node.db", database);
    if (!log.empty()) sealed.put("node.db-wal", log);
    try {
        Database db = sealed.open("node.db", 0, false);
        std::int64_t rows = 0;
        db.statement("SELECT id, text FROM row ORDER BY id")
            .each<std::int64_t, std::string>([&](std::int64_t id, const std::string& text) {
                JY_ASSERT(id == ++rows);
                JY_ASSERT(text == std::string(static_cast<std::size_t>(id) * 50, 'r'));
            });
        return rows;
    } catch (const node::sqlite::Error&) {
        return std::nullopt;
    }
}

struct Pair {
    Bytes database;
    Bytes log;
};

constexpr std::int64_t rows_last = 12;  ///< One a transaction; the first four are in the database.
constexpr std::int64_t rows_first = 4;

const Pair& sound_pair() {
    static const Pair pair = [] {
        Pair made;
        SealedDisk sealed;
        Database db = sealed.open();
        db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        for (std::int64_t id = 1; id <= rows_last; ++id) {
            db.statement("INSERT INTO row VALUES(?, ?)")
                .run(id, std::string(static_cast<std::size_t>(id) * 50, 'r'));
            if (id == rows_first) JY_ASSERT(db.checkpoint());
        }
        made.database = sealed.bytes("node.db");
        made.log = sealed.bytes("node.db-wal");
        JY_ASSERT(rows_shown(made.database, made.log) == rows_last);
        return made;
    }();
    return pair;
}

void change_sound_pair(sync::View changes) {
    Pair pair = sound_pair();
    const std::size_t all = pair.database.size() + pair.log.size();
    std::size_t first_changed = pair.log.size();
    for (; changes.size() >= 5; changes = changes.subspan(5)) {
        const std::size_t at = node::cipher::big_endian(changes) % all;
        const bool in_log = at >= pair.database.size();
        auto& byte = in_log ? pair.log[at - pair.database.size()] : pair.database[at];
        byte ^= changes[4];
        if (in_log && changes[4] != 0) {
            first_changed = std::min(first_changed, at - pair.database.size());
        }
    }
    const auto rows = rows_shown(pair.database, pair.log);
    if (!rows || *rows == rows_last) return;
    // Only a tail that can't be told from a torn last transaction may be gone.
    JY_ASSERT(*rows >= rows_first && *rows < rows_last);
    JY_ASSERT(first_changed < pair.log.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sync::View bytes{data, size};
    if (size < 3) return 0;
    if (data[0] % 2 == 1) {
        change_sound_pair(bytes.subspan(1));
        return 0;
    }
    const std::size_t wanted = 64 * (std::size_t{data[1]} * 256 + data[2]);
    const sync::View rest = bytes.subspan(3);
    const sync::View database = rest.first(std::min(wanted, rest.size()));
    const sync::View log = rest.subspan(database.size());
    const auto rows = rows_shown({database.begin(), database.end()}, {log.begin(), log.end()});
    // The key is not in the corpus, but images of the sound pair may be.
    JY_ASSERT(!rows || *rows <= rows_last);
    return 0;
}
