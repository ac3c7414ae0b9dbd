// A folder's database under its data key: moved to another, from clear text too, cut off anywhere.
#include "node/folder/data_key.hpp"
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/folder/node_folder.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/keyrings.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace jiuying;
using namespace jiuying::node;
using test::key_file;
using test::KeyringRoom;

namespace {

namespace fs = std::filesystem;

const std::string canary = "张三丰的电话是 13900001234";

std::string bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// A keyring and a small database with what a move must know: the table of a node's own facts.
struct Moved {
    KeyringRoom room;
    fs::path database = room.folder / "node.db";

    /// Of a node as the first programs made it.
    explicit Moved(bool encrypted, std::string_view name = "data-key") : room(name) {
        const auto old = test::read_golden("keyring-v1.txt");
        atomic_write(room.path, old);
        atomic_write(room.backup, old);
        auto db = sqlite::Database::open(database);
        db.execute(
            "CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY) STRICT;"
            "CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        const auto file = room.environment.file_identity(database.string());
        db.statement("INSERT INTO meta VALUES('file', ?)").run(std::span<const std::uint8_t>{file});
        for (int i = 0; i < 300; ++i) db.statement("INSERT INTO row(text) VALUES(?)").run(canary);
        db = sqlite::Database::open(":memory:");
        if (encrypted) settle();
    }

    [[nodiscard]] Keyring keyring() const {
        auto opened = Keyring::open(room.path, key_file('k'));
        REQUIRE(opened.has_value());
        return std::move(opened->keyring);
    }
    void settle() {
        Keyring now = keyring();
        settle_data_key(database, now, room.environment);
    }
    Error refused() {
        try {
            settle();
        } catch (const Failure& failure) {
            return failure.error();
        }
        FAIL("it was taken");
        return {};
    }
    /// Rows that the keyring's data key shows; the database knows that this file is its own.
    int rows() {
        const Keyring now = keyring();
        REQUIRE_FALSE(now.secrets().next_data_key.has_value());
        const CipherVfs vfs{*now.secrets().data_key,
                            [this](std::span<std::uint8_t> out) { room.environment.random(out); }};
        sqlite::OpenOptions options;
        options.vfs = vfs.name();
        options.create = false;
        auto db = sqlite::Database::open(database, options);
        const auto file = room.environment.file_identity(database.string());
        CHECK(db.statement("SELECT count(*) FROM meta WHERE value = ?")
                  .one<int>(std::span<const std::uint8_t>{file}) == 1);
        CHECK(sqlite::check_integrity(db, sqlite::Depth::full).empty());
        return db.statement("SELECT count(*) FROM row WHERE text = ?").one<int>(canary);
    }
    /// Nothing but the keyring and one encrypted database is left.
    void check_at_rest() {
        CHECK(rows() == 300);
        CHECK(bytes_of(database).find(canary) == std::string::npos);
        CHECK_FALSE(fs::exists(room.folder / "node.db.new"));
        CHECK_FALSE(fs::exists(room.folder / "node.db-wal"));
    }
};

}  // namespace

TEST_CASE("a database from before there was encryption is encrypted once", "[data_key]") {
    Moved moved{false};
    REQUIRE(bytes_of(moved.database).find(canary) != std::string::npos);
    // Its last blocks are reached through a handle that was open before, as an undelete would.
    const FileHandle before = FileHandle::open_to_read(moved.database);
    moved.settle();
    moved.check_at_rest();
    std::string left(1U << 16U, '\0');
    const auto got =
        before.read({reinterpret_cast<std::uint8_t*>(left.data()), left.size()}, moved.database);
    CHECK(got > 0);
    CHECK(left.find(canary) == std::string::npos);
    const auto once = bytes_of(moved.database);
    moved.settle();
    CHECK(bytes_of(moved.database) == once);
}

TEST_CASE("after a rotation the former key opens nothing", "[data_key]") {
    Moved moved{true};
    const sync::Key32 former = moved.keyring().secrets().data_key->clone();
    CHECK(database_opens(moved.database, former));
    Keyring keyring = moved.keyring();
    rotate_data_key(moved.database, keyring, moved.room.environment);
    CHECK_FALSE(database_opens(moved.database, former));
    moved.check_at_rest();
}

TEST_CASE("a move that was cut off before the rename is undone, or for a clear database done",
          "[data_key]") {
    const bool encrypted = GENERATE(true, false);
    Moved moved{encrypted};
    moved.keyring().begin_rotation(moved.room.environment);
    std::ofstream{moved.room.folder / "node.db.new", std::ios::binary} << std::string(9000, 'h');
    std::ofstream{moved.room.folder / "node.db.new-wal", std::ios::binary} << "half a log";
    moved.settle();
    moved.check_at_rest();
    CHECK_FALSE(fs::exists(moved.room.folder / "node.db.new-wal"));
}

TEST_CASE("a move that was cut off after the rename is ended, by either copy of the keyring",
          "[data_key]") {
    const bool encrypted = GENERATE(true, false);
    const bool one_copy = GENERATE(true, false);
    Moved moved{encrypted};
    moved.keyring().begin_rotation(moved.room.environment);
    const std::string text = bytes_of(moved.room.path);
    {
        Keyring keyring = moved.keyring();
        rotate_data_key(moved.database, keyring, moved.room.environment);
    }
    if (!one_copy) atomic_write(moved.room.path, text);
    atomic_write(moved.room.backup, text);
    if (one_copy) fs::remove(moved.room.path);  // `keys` was written last, and broke.
    moved.settle();
    moved.check_at_rest();
}

TEST_CASE("a move for which there is no room changes nothing", "[data_key]") {
    Moved moved{true};
    const auto before = bytes_of(moved.database);
    fs::create_directories(moved.room.folder / "node.db.new" / "in the way");
    Keyring keyring = moved.keyring();
    CHECK_THROWS(rotate_data_key(moved.database, keyring, moved.room.environment));
    fs::remove_all(moved.room.folder / "node.db.new");
    CHECK(bytes_of(moved.database) == before);
    moved.check_at_rest();
}

TEST_CASE("a database that is not this keyring's is left alone, and that is said", "[data_key]") {
    Moved moved{true};
    const auto sound = bytes_of(moved.database);
    SECTION("of another node, or damaged throughout") {
        std::ofstream{moved.database, std::ios::binary} << std::string(sound.size(), 'U');
        CHECK(moved.refused() == Error::database_not_ours);
    }
    SECTION("in clear, in the place of the encrypted one") {
        Moved other{false, "data-key-other"};
        fs::copy_file(other.database, moved.database, fs::copy_options::overwrite_existing);
        CHECK(moved.refused() == Error::database_in_clear);
        CHECK(bytes_of(moved.database).find(canary) != std::string::npos);
    }
    SECTION("cut short, empty or gone") {
        fs::resize_file(moved.database, 100);
        CHECK(moved.refused() == Error::database_damaged);
        fs::resize_file(moved.database, 0);
        CHECK(moved.refused() == Error::database_damaged);
        const fs::path away = moved.room.folder / "away";
        fs::rename(moved.database, away);
        CHECK(moved.refused() == Error::database_damaged);
        CHECK_FALSE(fs::exists(moved.database));
        fs::rename(away, moved.database);
    }
    SECTION("half-way to another key, and then replaced") {
        moved.keyring().begin_rotation(moved.room.environment);
        std::ofstream{moved.database, std::ios::binary} << std::string(sound.size(), 'U');
        CHECK(moved.refused() == Error::database_not_ours);
        CHECK(moved.keyring().secrets().next_data_key.has_value());  // It may yet be needed.
    }
    std::ofstream{moved.database, std::ios::binary} << sound;
    moved.settle();
    moved.check_at_rest();
}

TEST_CASE("a first page that was torn does not make a key a wrong one", "[data_key]") {
    Moved moved{true};
    std::fstream file{moved.database, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(100);
    file << "torn";
    file.close();
    CHECK(database_opens(moved.database, *moved.keyring().secrets().data_key));
}

TEST_CASE("who changes a keyring takes over what somebody changed before", "[data_key]") {
    Moved moved{true};
    Keyring mine = moved.keyring();
    Keyring others = moved.keyring();
    REQUIRE(others.add_slot(key_file(1), moved.room.environment).has_value());
    rotate_data_key(moved.database, others, moved.room.environment);
    REQUIRE(mine.reread().has_value());
    CHECK(mine.slots().size() == 2);
    CHECK(mine.secrets().data_key == others.secrets().data_key);
    REQUIRE(mine.remove_slot(0).has_value());
    CHECK(Keyring::open(moved.room.path, key_file(1)).has_value());
    // Another node's keyring in its place is not taken for a changed one.
    const std::array<Credential, 1> slots{key_file('k')};
    (void)Keyring::create(moved.room.path, KeyringSecrets::fresh(moved.room.environment), slots,
                          moved.room.environment);
    CHECK(mine.reread().error() == Errc::wrong_key);
}
