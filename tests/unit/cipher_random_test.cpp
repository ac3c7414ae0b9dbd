// Ten thousand random operations on an encrypted database answer as on a plain one.
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::test;
using node::sqlite::Database;

namespace {

/// What an operation gave: its rows, or that it failed and how.
std::string answer_of(Database& db, const std::string& sql) {
    std::string answer;
    const auto row = [](void* into, int columns, char** values, char**) {
        for (int i = 0; i < columns; ++i) {
            *static_cast<std::string*>(into) += std::string{values[i] != nullptr ? values[i] : "-"};
            *static_cast<std::string*>(into) += i + 1 < columns ? '|' : '\n';
        }
        return 0;
    };
    const int result = sqlite3_exec(&db.handle(), sql.c_str(), row, &answer, nullptr);
    return answer + "code " + std::to_string(result);
}

/// Every page of the file was written by us, those too that hold nothing: a copy reads them all.
std::size_t pages_that_do_not_open(SealedDisk& sealed) {
    const node::cipher::PageKeys keys{data_key()};
    const auto bytes = sealed.bytes("node.db");
    std::size_t closed = 0;
    for (std::size_t at = 0; at < bytes.size(); at += node::cipher::page_size) {
        sync::Array<node::cipher::page_size> plain{};
        const node::cipher::PageView stored{sync::View{bytes}.subspan(at).first<4096>()};
        closed += keys.open_page(stored, static_cast<std::uint32_t>(at / 4096 + 1), plain) ? 0 : 1;
    }
    return closed;
}

class Speaker {
public:
    explicit Speaker(std::uint64_t seed) : dice_(seed) {}

    std::string next() {
        const std::string id = std::to_string(dice_.below(600));
        const std::string other = std::to_string(dice_.below(600));
        switch (dice_.below(22)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return "INSERT OR REPLACE INTO a VALUES(" + id + ", '" + text() + "', " + other +
                       ")";
            case 4:
            case 5: return "UPDATE a SET text = '" + text() + "' WHERE id = " + id;
            case 6: return "UPDATE a SET size = size + 1 WHERE size < " + other;
            case 7: return "DELETE FROM a WHERE id = " + id;
            case 8: return "DELETE FROM a WHERE size BETWEEN " + id + " AND " + id + " + 20";
            case 9:
                return "INSERT INTO b(text) SELECT text || '" + id + "' FROM a WHERE id > " + id +
                       " LIMIT 15";
            case 10: return "DELETE FROM b WHERE id % 7 = " + std::to_string(dice_.below(7));
            case 11:
                return "SELECT id, length(text), size FROM a WHERE size > " + id +
                       " ORDER BY size, id LIMIT 30";
            case 12: return "SELECT count(*), sum(size), total(length(text)) FROM a";
            case 13:
                return "SELECT a.id, b.id FROM a JOIN b ON b.text LIKE a.text || '%'"
                       " ORDER BY 1, 2 LIMIT 5";
            case 14: return "SELECT hex(text) FROM a WHERE id = " + id;
            case 15: return begin_or("BEGIN IMMEDIATE");
            case 16: return end_by("COMMIT");
            case 17: return dice_.chance(40) ? end_by("ROLLBACK") : end_by("COMMIT");
            case 18: return inside_ ? "SAVEPOINT s" : "SELECT 1";
            case 19: return inside_ ? "ROLLBACK TO s" : "SELECT 2";  // Fails where there is none.
            case 20: return dice_.chance(20) ? "PRAGMA incremental_vacuum(3)" : tables();
            default: return dice_.chance(10) ? "PRAGMA integrity_check" : "SELECT max(id) FROM b";
        }
    }

private:
    /// Tables come and go, with pages that are added and given up within one transaction.
    std::string tables() {
        const std::string name = "t" + std::to_string(dice_.below(4));
        switch (dice_.below(3)) {
            case 0: return "CREATE TABLE " + name + "(x TEXT, y TEXT UNIQUE)";
            case 1: return "INSERT INTO " + name + " SELECT text, id FROM a LIMIT 40";
            default: return "DROP TABLE " + name;
        }
    }
    std::string text() {
        const std::size_t size = dice_.chance(5) ? dice_.below(20'000) : dice_.below(200);
        return std::string(size, static_cast<char>('a' + dice_.below(26)));
    }
    std::string begin_or(const char* begin) {
        if (inside_) return "SELECT 4";
        inside_ = true;
        return begin;
    }
    std::string end_by(const char* end) {
        if (!inside_) return "SELECT 5";
        inside_ = false;
        return end;
    }

    Dice dice_;
    bool inside_ = false;
};

}  // namespace

TEST_CASE("ten thousand random operations answer as on a plain database", "[cipher][random]") {
    SealedDisk sealed;
    Dice dice{99};
    FaultDisk plain_disk{1};
    FaultVfs plain_vfs{plain_disk};
    node::sqlite::OpenOptions plainly;
    plainly.vfs = plain_vfs.name();
    plainly.exclusive = true;
    Database plain = Database::open("plain.db", plainly);
    Database encrypted = sealed.open("node.db", 40);
    encrypted.execute("PRAGMA cache_size=12");
    for (Database* db : {&plain, &encrypted}) {
        db->execute(
            "CREATE TABLE a(id INTEGER PRIMARY KEY, text TEXT NOT NULL, size INTEGER);"
            "CREATE INDEX a_size ON a(size);"
            "CREATE TABLE b(id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)");
    }
    Speaker speaker{2026};
    for (int i = 0; i < 10'000; ++i) {
        const std::string sql = speaker.next();
        INFO("operation " << i << ": " << sql.substr(0, 200));
        REQUIRE(answer_of(plain, sql) == answer_of(encrypted, sql));
        if (plain.in_transaction() || !dice.chance(1)) continue;
        // Another process: the log is read anew, or moved first.
        if (dice.chance(50)) REQUIRE(encrypted.checkpoint());
        if (dice.chance(70)) sealed.disk.kill();
        encrypted = Database::open(":memory:");
        sealed.disk.restart();
        encrypted = sealed.open("node.db", 40, false);
        encrypted.execute("PRAGMA cache_size=12");
    }
    for (const char* table : {"a", "b"}) {
        const std::string all = std::string{"SELECT * FROM "} + table + " ORDER BY id";
        CHECK(answer_of(plain, all) == answer_of(encrypted, all));
    }
    CHECK(check_integrity(encrypted, node::sqlite::Depth::full).empty());
    REQUIRE(encrypted.checkpoint());
    CHECK(pages_that_do_not_open(sealed) == 0);
    CHECK(sealed.vfs.refused() == 0);
    CHECK(sealed.vfs.damage() == node::cipher::Damage::none);
    CHECK(sealed.disk.tally().writes > 20'000);
}
