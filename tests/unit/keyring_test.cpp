#include "node/keys/keyring.hpp"

#include "node/base/files.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

using namespace jiuying;
using namespace jiuying::node;

namespace {

namespace fs = std::filesystem;

constexpr Argon2Cost quick{Argon2Cost::memory_kib_min, Argon2Cost::passes_min};

Credential words(std::string_view text) { return Passphrase{text}; }
Credential key_file(std::uint8_t byte) {
    sync::Array<32> bytes;
    bytes.fill(byte);
    return KeyFile{sync::Key32{bytes}};
}

/// A folder of its own, gone at the end, and a keyring in it.
struct Desk {
    SystemEnvironment environment;
    fs::path folder = fs::temp_directory_path() / ("jiuying-keyring-" + std::to_string(::getpid()));
    fs::path path = folder / "keys";
    fs::path backup = folder / "keys.bak";

    Desk() {
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    ~Desk() { fs::remove_all(folder); }

    template <class... Credentials>
    KeyringSecrets create(Credentials... slots) {
        KeyringSecrets secrets = KeyringSecrets::fresh(environment);
        const std::array<Credential, sizeof...(slots)> all{std::move(slots)...};
        REQUIRE(Keyring::create(path, secrets.clone(), all, environment, quick).has_value());
        return secrets;
    }
    Errc why_closed(const Credential& credential) {
        const auto opened = Keyring::open(path, credential);
        REQUIRE_FALSE(opened.has_value());
        return opened.error();
    }
    static void damage(const fs::path& file, std::size_t at = 200) {
        std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
        bytes.seekg(static_cast<std::streamoff>(at));
        const char changed = static_cast<char>(bytes.get() ^ 1);
        bytes.seekp(static_cast<std::streamoff>(at));
        bytes.put(changed);
    }
};

bool same(const KeyringSecrets& a, const KeyringSecrets& b) {
    return a.signing_seed == b.signing_seed && a.exchange_seed == b.exchange_seed &&
           a.box_seed == b.box_seed && a.salt_secret == b.salt_secret && a.spare == b.spare &&
           a.data_key == b.data_key && a.next_data_key == b.next_data_key;
}

}  // namespace

TEST_CASE("a keyring opens by its passphrase or its key file and by nothing else", "[keyring]") {
    Desk desk;
    const KeyringSecrets secrets = desk.create(words("四个不相干的词 one"), key_file(7));
    const auto by_words = Keyring::open(desk.path, words("四个不相干的词 one"));
    const auto by_file = Keyring::open(desk.path, key_file(7));
    REQUIRE(by_words.has_value());
    REQUIRE(by_file.has_value());
    CHECK(same(by_words->keyring.secrets(), secrets));
    CHECK(same(by_file->keyring.secrets(), secrets));
    CHECK_FALSE(by_words->from_backup);
    CHECK_FALSE(by_words->copies_differ);
    CHECK(desk.why_closed(words("四个不相干的词 two")) == Errc::wrong_key);
    CHECK(desk.why_closed(words("")) == Errc::wrong_key);
    CHECK(desk.why_closed(key_file(8)) == Errc::wrong_key);
}

TEST_CASE("the keyring file is readable by its owner only and holds no secret in clear",
          "[keyring]") {
    Desk desk;
    const KeyringSecrets secrets = desk.create(key_file(7));
    for (const auto& file : {desk.path, desk.backup}) {
        struct stat facts {};
        REQUIRE(::stat(file.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777U) == 0600U);
        const auto bytes = read_file(file, Keyring::file_bytes_max);
        const std::string text{sync::as_text(bytes)};
        CHECK(text.find(sync::hex_encode(secrets.signing_seed.view())) == std::string::npos);
        CHECK(text.find(sync::hex_encode(secrets.exchange_seed.view())) == std::string::npos);
        CHECK(text.find(sync::hex_encode(secrets.box_seed.view())) == std::string::npos);
        CHECK(text.find(sync::hex_encode(secrets.data_key->view())) == std::string::npos);
        CHECK(text.find("\"format\":\"jiuying-keyring\"") != std::string::npos);
    }
    CHECK(std::distance(fs::directory_iterator{desk.folder}, {}) == 2);
}

TEST_CASE("a damaged keyring is replaced by its copy, and that is said", "[keyring]") {
    Desk desk;
    const KeyringSecrets secrets = desk.create(key_file(7));
    SECTION("one bit") { Desk::damage(desk.path); }
    SECTION("the checksum itself") { Desk::damage(desk.path, fs::file_size(desk.path) - 3); }
    SECTION("cut short") { fs::resize_file(desk.path, 50); }
    SECTION("empty") { fs::resize_file(desk.path, 0); }
    SECTION("gone") { fs::remove(desk.path); }
    SECTION("far too large") { fs::resize_file(desk.path, Keyring::file_bytes_max + 1); }
    const auto opened = Keyring::open(desk.path, key_file(7));
    REQUIRE(opened.has_value());
    CHECK(opened->from_backup);
    CHECK(opened->copies_differ);
    CHECK(same(opened->keyring.secrets(), secrets));
    opened->keyring.save();
    const auto again = Keyring::open(desk.path, key_file(7));
    REQUIRE(again.has_value());
    CHECK_FALSE(again->from_backup);
    CHECK_FALSE(again->copies_differ);
}

TEST_CASE("damage is told apart from a wrong key and from no keyring at all", "[keyring]") {
    Desk desk;
    CHECK(desk.why_closed(key_file(7)) == Errc::not_found);
    desk.create(key_file(7));
    Desk::damage(desk.path);
    CHECK(desk.why_closed(key_file(8)) == Errc::wrong_key);
    Desk::damage(desk.backup);
    CHECK(desk.why_closed(key_file(7)) == Errc::malformed);
    fs::remove(desk.backup);
    CHECK(desk.why_closed(key_file(7)) == Errc::malformed);
}

TEST_CASE("a damaged copy is noticed while the keyring still opens", "[keyring]") {
    Desk desk;
    desk.create(key_file(7));
    Desk::damage(desk.backup);
    const auto opened = Keyring::open(desk.path, key_file(7));
    REQUIRE(opened.has_value());
    CHECK_FALSE(opened->from_backup);
    CHECK(opened->copies_differ);
}

TEST_CASE("a changed passphrase closes the old one out, also from the copy", "[keyring]") {
    Desk desk;
    const KeyringSecrets secrets = desk.create(words("the old passphrase"), key_file(7));
    auto opened = Keyring::open(desk.path, key_file(7));
    REQUIRE(opened.has_value());
    const Passphrase old{"the old passphrase"};
    const Passphrase fresh{"the new passphrase"};
    CHECK(opened->keyring.change_passphrase(fresh, old, desk.environment, quick).error() ==
          Errc::wrong_key);
    CHECK(opened->keyring.change_passphrase(old, Passphrase{"short"}, desk.environment, quick)
              .error() == Errc::out_of_bounds);
    REQUIRE(opened->keyring.change_passphrase(old, fresh, desk.environment, quick).has_value());
    CHECK(desk.why_closed(words("the old passphrase")) == Errc::wrong_key);
    fs::remove(desk.path);
    CHECK(desk.why_closed(words("the old passphrase")) == Errc::wrong_key);
    const auto again = Keyring::open(desk.path, words("the new passphrase"));
    REQUIRE(again.has_value());
    CHECK(same(again->keyring.secrets(), secrets));
    CHECK(Keyring::open(desk.path, key_file(7)).has_value());
}

TEST_CASE("slots are added up to a limit", "[keyring]") {
    Desk desk;
    desk.create(key_file(1));
    auto opened = Keyring::open(desk.path, key_file(1));
    REQUIRE(opened.has_value());
    for (std::uint8_t i = 2; i <= Keyring::slots_max; ++i) {
        REQUIRE(opened->keyring.add_slot(key_file(i), desk.environment).has_value());
    }
    CHECK(opened->keyring.add_slot(key_file(99), desk.environment).error() == Errc::exhausted);
    CHECK(Keyring::open(desk.path, key_file(Keyring::slots_max)).has_value());
    CHECK(desk.why_closed(key_file(99)) == Errc::wrong_key);
}

TEST_CASE("a weak passphrase or a cheap derivation is refused", "[keyring]") {
    Desk desk;
    const auto refused = [&](std::string_view text, Argon2Cost cost) {
        const std::array<Credential, 1> slots{words(text)};
        const auto made = Keyring::create(desk.path, KeyringSecrets::fresh(desk.environment), slots,
                                          desk.environment, cost);
        return !made && made.error() == Errc::out_of_bounds && !fs::exists(desk.path);
    };
    CHECK(refused("1234567", quick));
    CHECK(refused("七个字不够长呀", quick));
    CHECK(refused(std::string(Passphrase::bytes_max + 1, 'x'), quick));
    CHECK(refused("long enough", {Argon2Cost::memory_kib_min - 1, 3}));
    CHECK(refused("long enough", {Argon2Cost::memory_kib_min, 1}));
    CHECK(refused("long enough", {Argon2Cost::memory_kib_max + 1, 3}));
}

TEST_CASE("a keyring file made cheap to guess on purpose is not used", "[keyring]") {
    Desk desk;
    desk.create(words("long enough"));
    const auto bytes = read_file(desk.path, Keyring::file_bytes_max);
    std::string text{sync::as_text(bytes)};
    const std::string cost = "\"argon2id_memory_kib\":65536";
    text.replace(text.find(cost), cost.size(), "\"argon2id_memory_kib\":8");
    const std::string document = text.substr(0, text.find("checksum "));
    text = document + "checksum " + sync::hex_encode(sync::blake2b_128({sync::as_view(document)})) +
           "\n";
    atomic_write(desk.path, text);
    fs::remove(desk.backup);
    CHECK(desk.why_closed(words("long enough")) == Errc::wrong_key);
}

TEST_CASE("a keyring of a newer program is named as that", "[keyring]") {
    Desk desk;
    const std::string document = "{\"format\":\"jiuying-keyring\",\"version\":3}\n";
    atomic_write(desk.path, document + "checksum " +
                                sync::hex_encode(sync::blake2b_128({sync::as_view(document)})) +
                                "\n");
    CHECK(desk.why_closed(key_file(7)) == Errc::unsupported);
}

TEST_CASE("whoever opens the keyring answers a challenge of the local socket", "[keyring]") {
    Desk desk;
    desk.create(words("long enough"), key_file(7));
    const auto by_words = Keyring::open(desk.path, words("long enough"));
    const auto by_file = Keyring::open(desk.path, key_file(7));
    REQUIRE(by_words.has_value());
    REQUIRE(by_file.has_value());
    const auto challenge = desk.environment.random_bytes<32>();
    const auto other = desk.environment.random_bytes<32>();
    const auto answer = prove(by_words->keyring.control_key(), challenge);
    CHECK(answer == prove(by_file->keyring.control_key(), challenge));
    CHECK(answer != prove(by_file->keyring.control_key(), other));
    desk.create(key_file(7));
    CHECK(answer != prove(Keyring::open(desk.path, key_file(7))->keyring.control_key(), challenge));
}

TEST_CASE("secrets are read from files as written, less one line break", "[keyring]") {
    Desk desk;
    const fs::path file = desk.folder / "secret";
    const auto passphrase = [&](std::string_view content) {
        atomic_write(file, content);
        const auto read = read_passphrase_file(file);
        return read ? std::string{sync::as_text(read->view())} : std::string{"refused"};
    };
    CHECK(passphrase("long enough\n") == "long enough");
    CHECK(passphrase("long enough\r\n") == "long enough");
    CHECK(passphrase("long enough\n\n") == "long enough\n");
    CHECK(passphrase(" spaces stay ") == " spaces stay ");
    CHECK(passphrase("").empty());
    CHECK(passphrase(std::string(1024, 'x') + "\r\n") == std::string(1024, 'x'));
    CHECK(passphrase(std::string(1025, 'x')) == "refused");
    CHECK(passphrase(std::string(5000, 'x')) == "refused");
    for (const std::size_t size : {0U, 31U, 33U, 5000U}) {
        atomic_write(file, std::string(size, 'k'));
        CHECK(read_key_file(file).error() == Errc::malformed);
    }
    atomic_write(file, std::string(32, 'k'));
    CHECK(read_key_file(file)->key.view()[31] == 'k');
    CHECK_THROWS_AS(read_key_file(desk.folder / "none"), fs::filesystem_error);
}

TEST_CASE("a file that cannot be written whole leaves the old one", "[files]") {
    Desk desk;
    atomic_write(desk.path, std::string_view{"old"});
    fs::create_directories(desk.folder / "keys.new" / "in the way");
    CHECK_THROWS_AS(atomic_write(desk.path, std::string_view{"new"}), fs::filesystem_error);
    CHECK(sync::as_text(read_file(desk.path, 10)) == "old");
    CHECK_THROWS_AS(read_file(desk.path, 2), fs::filesystem_error);
    CHECK(read_file(desk.path, 3).size() == 3);
    CHECK(free_disk_bytes(desk.folder) > 0);
}

TEST_CASE("a lock has one holder at a time", "[files]") {
    const Desk desk;
    const fs::path path = desk.folder / "lock";
    {
        const auto held = FileLock::try_lock(path);
        CHECK(held.has_value());
        CHECK_FALSE(FileLock::try_lock(path).has_value());
        CHECK_FALSE(FileLock::lock(path, std::chrono::milliseconds{30}).has_value());
    }
    CHECK(FileLock::lock(path, std::chrono::milliseconds{0}).has_value());
}
