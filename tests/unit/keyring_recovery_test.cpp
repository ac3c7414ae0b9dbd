// Keyrings beyond the daily passphrase: recovery, slots that go, another data key, older formats.
#include "node/base/files.hpp"
#include "node/keys/recovery_key.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/keyrings.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdlib>
#include <fstream>

using namespace jiuying;
using namespace jiuying::node;
using test::key_file;
using test::KeyringRoom;
using test::quick_cost;
using test::words;

namespace {

namespace fs = std::filesystem;

sync::BoxKeyPair district_key(std::uint8_t byte = 0x77) {
    sync::Array<32> seed{};
    seed.fill(byte);
    return sync::BoxKeyPair::from_seed(sync::Secret<32>{seed});
}

Keyring made(KeyringRoom& room, const std::optional<sync::BoxKey>& recovery = {}) {
    const std::array<Credential, 1> slots{key_file(7)};
    const std::span<const sync::BoxKey> all{recovery ? &*recovery : nullptr, recovery ? 1U : 0U};
    auto keyring = Keyring::create(room.path, KeyringSecrets::fresh(room.environment), slots,
                                   room.environment, quick_cost, all);
    REQUIRE(keyring.has_value());
    return std::move(*keyring);
}

bool opens(const KeyringRoom& room, const Credential& credential) {
    return Keyring::open(room.path, credential).has_value();
}

std::string text_of(const fs::path& file) {
    return std::string{sync::as_text(read_file(file, Keyring::file_bytes_max))};
}

std::string with_right_checksum(const std::string& text) {
    const std::string before = text.substr(0, text.rfind("checksum "));
    return before + "checksum " + sync::hex_encode(sync::blake2b_128({sync::as_view(before)})) +
           "\n";
}

}  // namespace

TEST_CASE("the district's recovery key opens a keyring whose passphrase is forgotten",
          "[keyring]") {
    KeyringRoom room{"recovery"};
    const auto before = made(room, district_key().public_key()).secrets().clone();
    const Credential recovery = RecoveryKey{district_key()};
    CHECK_FALSE(opens(room, RecoveryKey{district_key(1)}));
    auto opened = Keyring::open(room.path, recovery);
    REQUIRE(opened.has_value());
    CHECK(opened->keyring.secrets().signing_seed == before.signing_seed);
    CHECK(opened->keyring.secrets().data_key == before.data_key);
    REQUIRE(opened->keyring
                .replace_passphrases(Passphrase{"a new passphrase"}, room.environment, quick_cost)
                .has_value());
    CHECK(opens(room, words("a new passphrase")));
    CHECK(opens(room, key_file(7)));
    CHECK(opens(room, recovery));
}

TEST_CASE("a recovery slot is made from the public key and moved to no other keyring",
          "[keyring]") {
    KeyringRoom room{"slots"};
    Keyring keyring = made(room);
    CHECK(keyring.add_slot(RecoveryKey{district_key()}, room.environment).error() ==
          Errc::wrong_state);
    REQUIRE(keyring.add_recovery(district_key().public_key(), room.environment).has_value());
    REQUIRE(keyring.add_recovery(district_key().public_key(), room.environment).has_value());
    CHECK(keyring.slots().size() == 2);  // The second took the place of the first.
    CHECK(keyring.add_recovery(sync::BoxKey{}, room.environment).error() == Errc::bad_key);
    const KeyringSlot moved = keyring.slots().back();
    const Credential recovery = RecoveryKey{district_key()};
    CHECK(open_slot(keyring.owner(), moved, recovery).has_value());
    KeyringOwner other = keyring.owner();
    other.box_key[0] ^= 1U;
    CHECK(open_slot(other, moved, recovery).error() == Errc::wrong_key);
}

TEST_CASE("a slot that is removed opens nothing; the last one for daily work stays", "[keyring]") {
    KeyringRoom room{"removal"};
    Keyring keyring = made(room, district_key().public_key());
    REQUIRE(keyring.add_slot(key_file(8), room.environment).has_value());
    CHECK(keyring.remove_slot(9).error() == Errc::not_found);
    REQUIRE(keyring.remove_slot(0).has_value());
    CHECK_FALSE(opens(room, key_file(7)));
    CHECK(opens(room, key_file(8)));
    fs::remove(room.path);  // Nor by the copy.
    CHECK_FALSE(opens(room, key_file(7)));
    CHECK(keyring.remove_slot(1).error() == Errc::wrong_state);
    CHECK(keyring.remove_slot(0).has_value());  // Recovery.
    CHECK(opens(room, key_file(8)));
}

TEST_CASE("whoever opens one slot sees that another was changed, taken away or added",
          "[keyring]") {
    KeyringRoom room{"seal"};
    Keyring keyring = made(room, district_key().public_key());
    REQUIRE(keyring.add_slot(key_file(8), room.environment).has_value());
    const std::string sound = text_of(room.path);
    const auto refused = [&](std::string text) {
        text = with_right_checksum(text);
        atomic_write(room.path, text);
        atomic_write(room.backup, text);
        const auto opened = Keyring::open(room.path, key_file(8));
        return !opened && opened.error() == Errc::malformed;
    };
    CHECK_FALSE(refused(sound));
    std::string changed = sound;
    const std::string recovery = sync::hex_encode(district_key().public_key().view());
    changed.replace(changed.find(recovery), recovery.size(),
                    sync::hex_encode(district_key(1).public_key().view()));
    CHECK(refused(changed));
    changed = sound;
    const std::size_t first = changed.find("{\"kind\"");
    changed.erase(first, changed.find("{\"kind\"", first + 1) - first);
    CHECK(refused(changed));
    changed = sound;
    const std::size_t seal = changed.find("seal ");
    changed.erase(seal, changed.find('\n', seal) + 1 - seal);
    CHECK(refused(changed));  // Version 2 has one.
}

TEST_CASE("every byte of a keyring flipped is found, and its copy serves", "[keyring]") {
    KeyringRoom room{"flips"};
    const auto secrets = made(room, district_key().public_key()).secrets().clone();
    const std::string sound = text_of(room.path);
    const Credential key = key_file(7);
    for (std::size_t at = 0; at < sound.size(); ++at) {
        std::string flipped = sound;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
        INFO("byte " << at);
        const auto alone = Keyring::read(flipped, key, room.path);
        REQUIRE_FALSE(alone.has_value());
        REQUIRE(alone.error() == Errc::malformed);
        // And with a checksum that somebody made right.
        if (at >= sound.rfind("checksum ")) continue;
        const auto forged = Keyring::read(with_right_checksum(flipped), key, room.path);
        if (forged) REQUIRE(forged->secrets().data_key == secrets.data_key);
        REQUIRE_FALSE(forged.has_value());
    }
    std::ofstream{room.path, std::ios::binary} << sound.substr(1);
    const auto opened = Keyring::open(room.path, key);
    REQUIRE(opened.has_value());
    CHECK(opened->from_backup);
}

TEST_CASE("another data key comes in two steps, and a rotation that was cut off is seen",
          "[keyring]") {
    KeyringRoom room{"rotation"};
    Keyring keyring = made(room);
    const sync::Key32 first = keyring.secrets().data_key->clone();
    const auto reopened = [&] {
        auto opened = Keyring::open(room.path, key_file(7));
        REQUIRE(opened.has_value());
        return std::move(opened->keyring);
    };
    CHECK_FALSE(reopened().secrets().next_data_key.has_value());
    keyring.begin_rotation(room.environment);
    Keyring half = reopened();
    REQUIRE(half.secrets().next_data_key.has_value());
    const sync::Key32 next = half.secrets().next_data_key->clone();
    CHECK(half.secrets().data_key == first);
    CHECK_FALSE(next == first);
    half.begin_rotation(room.environment);  // Goes on with the same key.
    CHECK(half.secrets().next_data_key == next);
    half.finish_rotation(room.environment);
    Keyring done = reopened();
    CHECK(done.secrets().data_key == next);
    CHECK_FALSE(done.secrets().next_data_key.has_value());
    done.begin_rotation(room.environment);
    done.abandon_rotation(room.environment);
    CHECK(reopened().secrets().data_key == next);
    CHECK_FALSE(reopened().secrets().next_data_key.has_value());
}

TEST_CASE("a change that cannot be written is not made", "[keyring]") {
    KeyringRoom room{"unwritable"};
    Keyring keyring = made(room);
    fs::create_directories(room.folder / "keys.new" / "in the way");
    CHECK_THROWS_AS(keyring.add_slot(key_file(9), room.environment), fs::filesystem_error);
    CHECK(keyring.slots().size() == 1);
    CHECK_FALSE(opens(room, key_file(9)));
    CHECK(opens(room, key_file(7)));
}

TEST_CASE("anybody sees what opens a keyring, without opening it", "[keyring]") {
    KeyringRoom room{"look"};
    CHECK(Keyring::look(room.path).error() == Errc::not_found);
    Keyring keyring = made(room, district_key().public_key());
    fs::remove(room.path);
    const auto seen = Keyring::look(room.path);
    REQUIRE(seen.has_value());
    REQUIRE(seen->slots.size() == 2);
    CHECK(seen->owner == keyring.owner());
    CHECK(seen->slots[0].kind == KeyringSlot::Kind::key_file);
    CHECK(seen->slots[1].recovery_key == district_key().public_key().bytes());
}

TEST_CASE("a keyring of the first version opens, and its next change makes it the present one",
          "[keyring][golden]") {
    KeyringRoom room{"first"};
    const auto old = test::read_golden("keyring-v1.txt");
    atomic_write(room.path, old);
    atomic_write(room.backup, old);
    auto opened = Keyring::open(room.path, key_file('k'));
    REQUIRE(opened.has_value());
    CHECK_FALSE(opened->keyring.secrets().data_key.has_value());  // Its database is in clear.
    const sync::Secret<32> seed = opened->keyring.secrets().signing_seed.clone();
    opened->keyring.begin_rotation(room.environment);
    opened->keyring.finish_rotation(room.environment);
    CHECK(text_of(room.path).find("\"version\":2") != std::string::npos);
    const auto again = Keyring::open(room.path, key_file('k'));
    REQUIRE(again.has_value());
    CHECK(again->keyring.secrets().signing_seed == seed);
    CHECK(again->keyring.secrets().data_key.has_value());
}

TEST_CASE("a recovery key's file opens by its passphrase only, and its public half is checked",
          "[keyring]") {
    SystemEnvironment environment;
    const Passphrase right{"kept in the safe"};
    const auto files = make_recovery_key(right, environment, quick_cost);
    REQUIRE(files.has_value());
    CHECK(read_recovery_public_key(files->public_file).value() == files->public_key);
    CHECK(read_recovery_public_key(files->private_file).error() == Errc::malformed);
    const auto opened = open_recovery_key(files->private_file, right);
    REQUIRE(opened.has_value());
    CHECK(opened->pair.public_key() == files->public_key);
    CHECK(open_recovery_key(files->private_file, Passphrase{"kept in the sage"}).error() ==
          Errc::wrong_key);
    CHECK(make_recovery_key(Passphrase{"short"}, environment, quick_cost).error() ==
          Errc::out_of_bounds);
    for (const std::string& sound : {files->public_file, files->private_file}) {
        for (std::size_t at = 0; at + 1 < sound.size(); ++at) {
            std::string flipped = sound;
            flipped[at] = static_cast<char>(flipped[at] ^ 1);
            if (read_recovery_public_key(flipped) || open_recovery_key(flipped, right)) {
                FAIL("byte " << at << " of " << sound.substr(0, 40));
            }
        }
    }
    CHECK(fingerprint(files->public_key).size() == 39);
    CHECK(fingerprint(files->public_key) != fingerprint(sync::BoxKey{}));
}

TEST_CASE("the form of recovery files and slots stays", "[keyring][golden]") {
    const std::string public_file =
        "{\"format\":\"jiuying-recovery-public-key\",\"version\":1,\"public_key\":"
        "\"aa76cb4d4af46a9a9a22ec74ec174a1b0cd0f6c4f4ef66a8a6eb2fc6ec1b2b52\"}\n"
        "checksum 00000000000000000000000000000000\n";
    CHECK(read_recovery_public_key(public_file).error() == Errc::malformed);
    CHECK(read_recovery_public_key(with_right_checksum(public_file)).has_value());
    KeyringRoom room{"stays"};
    if (std::getenv("JIUYING_WRITE_GOLDEN") != nullptr) {
        const std::array<Credential, 1> slots{key_file('k')};
        const std::array recovery{district_key().public_key()};
        (void)Keyring::create(room.path, KeyringSecrets::fresh(room.environment), slots,
                              room.environment, quick_cost, recovery);
        test::write_file(test::tests_folder() / "golden" / "keyring-v2.txt",
                         read_file(room.path, Keyring::file_bytes_max));
    }
    const auto text = test::read_golden("keyring-v2.txt");
    if (text.empty()) FAIL("no golden keyring");
    atomic_write(room.path, text);
    for (const Credential& credential : {key_file('k'), Credential{RecoveryKey{district_key()}}}) {
        const auto opened = Keyring::open(room.path, credential);
        REQUIRE(opened.has_value());
        CHECK(opened->keyring.secrets().data_key.has_value());
        CHECK(opened->keyring.slots().size() == 2);
    }
}

TEST_CASE("a keyring is made with all recovery keys at once", "[keyring]") {
    KeyringRoom room{"two-recovery"};
    const std::array<Credential, 1> slots{key_file(7)};
    const std::array keys{district_key(1).public_key(), district_key(2).public_key()};
    REQUIRE(Keyring::create(room.path, KeyringSecrets::fresh(room.environment), slots,
                            room.environment, quick_cost, keys)
                .has_value());
    CHECK(opens(room, RecoveryKey{district_key(1)}));
    CHECK(opens(room, RecoveryKey{district_key(2)}));
}

TEST_CASE("an older keyring that was put back gives way to the copy that fits the database",
          "[keyring]") {
    KeyringRoom room{"old-copy"};
    Keyring keyring = made(room);
    const std::string old = text_of(room.path);
    SECTION("the data key was changed since") {
        keyring.begin_rotation(room.environment);
        keyring.finish_rotation(room.environment);
    }
    SECTION("the master key was changed, too") {
        keyring.begin_rotation(room.environment);
        keyring.finish_rotation(room.environment);
        const std::array<Credential, 1> slots{key_file(7)};
        auto renewed = Keyring::create(room.path, keyring.secrets().clone(), slots,
                                       room.environment, quick_cost);
        REQUIRE(renewed.has_value());
        CHECK(keyring.reread().error() ==
              Errc::wrong_key);  // Opened before that: to be opened anew.
        keyring = std::move(*renewed);
    }
    const sync::Key32 present = keyring.secrets().data_key->clone();
    atomic_write(room.path, old, 0600);
    const Keyring::Fits fits = [&](const KeyringSecrets& secrets) {
        return secrets.data_key && std::ranges::equal(secrets.data_key->view(), present.view());
    };
    auto opened = Keyring::open(room.path, key_file(7), fits);
    REQUIRE(opened.has_value());
    CHECK(opened->from_backup);
    CHECK(fits(opened->keyring.secrets()));
    // And mends the one that was put back, not the other.
    REQUIRE(opened->keyring.reread(fits).has_value());
    opened->keyring.save();
    const auto again = Keyring::open(room.path, key_file(7));
    REQUIRE(again.has_value());
    CHECK(fits(again->keyring.secrets()));
    CHECK_FALSE(again->copies_differ);
}
