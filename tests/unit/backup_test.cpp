// The head of a backup: what is read is what was written and signed, and nothing else passes.
#include "node/folder/backup_head.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
using node::BackupHeader;

namespace {

BackupHeader sample() {
    BackupHeader header;
    header.role = BackupHeader::Role::hub;
    header.facts.id = {1, 2, 3};
    header.facts.made_ms = 1'795'400'000'000;
    header.district = "340207";
    header.station_code = "QZX";
    header.keyring_bytes = 900;
    header.keyring_hash = {4};
    header.database_bytes = 40'960;
    header.database_hash = {5};
    for (std::uint8_t i = 1; i < 4; ++i) {
        node::BackupHead head;
        head.log.author.node.bytes = {i};
        head.log.author.epoch = i;
        head.log.stream = static_cast<sync::Stream>(i);
        head.position = {i * 1000U, {i}};
        header.facts.heads.push_back(head);
    }
    return header;
}

sync::SigningKey key(std::uint8_t seed) {
    return sync::SigningKey{*sync::Secret<32>::from(std::vector<std::uint8_t>(32, seed))};
}

sync::Bytes sealed(BackupHeader header, const sync::SigningKey& owner,
                   const sync::SigningKey& signer) {
    header.verify_key = owner.verify_key().bytes();
    const sync::Bytes encoded = node::encode_backup_header(header);
    return node::seal_backup_header(
        encoded, signer.sign(node::backup_context, sync::as_view(header.district), {}, {encoded}));
}

}  // namespace

TEST_CASE("The head of a backup comes back as it was written", "[backup]") {
    const sync::Bytes whole = sealed(sample(), key(1), key(1));
    CHECK(node::backup_head_size(sync::View{whole}.first(16)).value() == whole.size());
    const auto read = node::open_backup_header(whole);
    REQUIRE(read.has_value());
    CHECK(read->role == BackupHeader::Role::hub);
    CHECK(read->facts.heads == sample().facts.heads);
    CHECK(read->facts.id == sample().facts.id);
    CHECK(read->station_code == "QZX");
    CHECK(read->database_bytes == 40'960);
}

TEST_CASE("A head that was changed, cut or signed by another does not pass", "[backup]") {
    const sync::Bytes whole = sealed(sample(), key(1), key(1));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        sync::Bytes changed = whole;
        changed[at] ^= 1;
        INFO("byte " << at);
        CHECK_FALSE(node::open_backup_header(changed).has_value());
        CHECK_FALSE(node::open_backup_header(sync::View{whole}.first(at)).has_value());
    }
    CHECK(node::open_backup_header(sealed(sample(), key(1), key(2))).error() ==
          Errc::not_authentic);
    sync::Bytes newer = whole;
    newer[8] = 2;
    CHECK(node::open_backup_header(newer).error() == Errc::unsupported);
    CHECK(node::backup_head_size(sync::as_view("no backup at all, a text")).error() ==
          Errc::not_found);
    sync::Bytes huge = whole;
    huge[15] = 0xFF;
    CHECK(node::backup_head_size(huge).error() == Errc::too_large);
}

TEST_CASE("Only what a hub's own logs have in a verified backup becomes safe", "[backup]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    for (int i = 0; i < 3; ++i) add_appeal(station, "路灯", "不亮");
    REQUIRE(exchange(station, hub));
    const auto heads = hub->copy_database(folder.file("copy.db"));
    const auto safe_now = [&] {
        add_appeal(station, "随后", "一件");
        REQUIRE(exchange(station, hub));
        return station->prune(true).safe;
    };

    SECTION("nothing without one") { CHECK(safe_now() == 0); }
    SECTION("what the copy has, and it is remembered as the last") {
        hub->note_backup({{7}, hub.environment->now, heads});
        CHECK(safe_now() == 3);
        REQUIRE(hub->last_backup());
        CHECK(hub->last_backup()->id == node::BackupId{7});
        hub.reopen();
        CHECK(hub->last_backup()->made_ms == hub.environment->now);
        SECTION("and an older one takes nothing back") {
            hub->note_backup({{6}, hub.environment->now - 1, {}});
            CHECK(hub->last_backup()->id == node::BackupId{7});
            CHECK(safe_now() == 3);
        }
    }
    SECTION("not what no log has: another chain, or more than there is") {
        auto wrong = heads;
        for (auto& head : wrong) head.position.chain[0] ^= 1;
        hub->note_backup({{7}, hub.environment->now, wrong});
        auto beyond = heads;
        for (auto& head : beyond) head.position.seq += 100;
        hub->note_backup({{8}, hub.environment->now, beyond});
        CHECK(safe_now() == 0);
    }
    SECTION("and the copy is whole: it opens, and verifies") {
        TestNode copy;
        copy.environment = std::make_unique<TestEnvironment>(99);
        copy.secrets = {hub.secrets.sign_seed.clone(), hub.secrets.static_secret.clone(),
                        hub.secrets.box_secret.clone(), hub.secrets.salt_secret.clone()};
        copy.path = folder.file("copy.db");
        copy.reopen();
        CHECK(copy->verify(folder.file("scratch.db")).problems.empty());
        CHECK(copy->status().appeals == 3);
    }
}
