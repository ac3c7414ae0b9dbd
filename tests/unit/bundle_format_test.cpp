// The file in which segments travel by stick, byte by byte: sealing, opening, damage, bounds.
#include "sync/bundle/bundle.hpp"
#include "sync/session/enrol.hpp"
#include "tests/support/golden.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

Secret<32> secret_of(std::uint8_t byte) {
    Secret<32> secret;
    std::ranges::fill(secret.bytes(), byte);
    return secret;
}

X25519KeyPair pair_of(std::uint8_t byte) { return X25519KeyPair::from_private(secret_of(byte)); }

template <std::size_t N>
Array<N> filled(std::uint8_t byte) {
    Array<N> bytes{};
    bytes.fill(byte);
    return bytes;
}

Bytes segment_of(std::uint8_t byte, std::size_t size) { return Bytes(size, byte); }

BundleItem item_of(View segment, Lane lane, std::uint32_t log, std::uint64_t first,
                   std::uint64_t last) {
    return {
        lane, log, first, last, static_cast<std::uint32_t>(segment.size()), blake2b_128({segment})};
}

/// A bundle of two segments from a station that the hub has not met.
struct Story {
    std::vector<Bytes> segments{segment_of(1, 300), segment_of(2, 70'000)};
    SigningKey signing{secret_of(7)};
    Secret<32> invitation = secret_of(9);
    BundleHeader header;
    BundleManifest manifest;
    BundleStart start;

    Story() {
        header.id = filled<16>(0xA1);
        header.part = 2;
        header.parts = 3;
        header.recipient.bytes = filled<16>(0xB2);
        header.sender.bytes = filled<16>(0xC3);
        header.district = filled<8>(0xD4);
        manifest.previous = filled<16>(0x11);
        manifest.hello.wall_ms = test::wall_ms_then;
        manifest.hello.have[0] = {5, 12, filled<16>(0x22)};
        manifest.hello.unsent = 12;
        Enrol enrol;
        enrol.invitation = filled<16>(0x33);
        enrol.sign_key = signing.verify_key().bytes();
        enrol.box_key = filled<32>(0x44);
        enrol.epoch = 5;
        manifest.hello.enrol = enrol;
        manifest.receipt = Bytes(100, 0x55);
        LogId log;
        log.author.node.bytes = header.sender.bytes;
        log.author.epoch = 5;
        log.scope.bytes = filled<16>(0x66);
        manifest.logs = {log};
        manifest.wraps = {{Lane::station, Bytes(200, 0x77)}};
        manifest.items = {item_of(segments[0], Lane::station, 0, 1, 2),
                          item_of(segments[1], Lane::station, 0, 3, 12)};
        start = *seal_bundle_start(header, manifest, sealing(), &enrolment);
    }

    BundleSealing sealing() const {
        return {pair_of(1),   pair_of(2), pair_of(3).public_key(),
                secret_of(4), signing,    as_view("340207")};
    }

    [[nodiscard]] Bytes item(std::uint32_t index) const {
        return seal_bundle_item(secret_of(4), View{start.head}.first(bundle_header_size), index,
                                segments[index]);
    }
    [[nodiscard]] Bytes file() const {
        Bytes file = start.head;
        append(file, start.manifest);
        for (std::uint32_t i = 0; i < segments.size(); ++i) append(file, item(i));
        append(file, start.manifest);
        append(file, start.head);
        return file;
    }

    BundleEnrolment enrolment{invitation, filled<32>(0x88)};
};

Result<OpenedHead> opened(const Story& story) {
    return open_bundle_head(story.start.head, pair_of(3));
}

}  // namespace

TEST_CASE("a bundle says to its recipient what its sender put in", "[bundle]") {
    const Story story;
    const auto head = opened(story);
    REQUIRE(head.has_value());
    CHECK(head->header == story.start.header);
    CHECK(head->sender_static == pair_of(1).public_key().bytes());
    const auto manifest = open_bundle_manifest(story.start.manifest, *head, as_view("340207"));
    REQUIRE(manifest.has_value());
    CHECK(manifest->signer == story.signing.verify_key());
    CHECK(manifest->manifest.items.size() == 2);
    CHECK(manifest->manifest.hello.have[0].seq == 12);
    CHECK(manifest->manifest.receipt == Bytes(100, 0x55));
    CHECK(manifest->manifest.wraps[0].wrap == Bytes(200, 0x77));
    for (std::uint32_t i = 0; i < 2; ++i) {
        const auto segment = open_bundle_item(story.item(i), *head, i, manifest->manifest.items[i]);
        REQUIRE(segment.has_value());
        CHECK(*segment == story.segments[i]);
    }
    CHECK(story.file().size() == head->header.file_size());
}

TEST_CASE("an enrolment in a bundle is bound to this very file", "[bundle]") {
    const Story story;
    const auto head = opened(story);
    const auto manifest = open_bundle_manifest(story.start.manifest, *head, as_view("340207"));
    REQUIRE(manifest.has_value());
    const EnrolKeys keys{pair_of(1).public_key().bytes(), pair_of(3).public_key().bytes(),
                         filled<32>(0x88)};
    const Enrol& enrol = *manifest->manifest.hello.enrol;
    CHECK(enrol.mac == enrol_mac(story.invitation, head->handshake_hash, keys, enrol));
    CHECK(enrol.mac != enrol_mac(story.invitation, filled<32>(0), keys, enrol));
}

TEST_CASE("nobody but the recipient opens a bundle", "[bundle]") {
    const Story story;
    for (const std::uint8_t other : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{5}}) {
        CHECK(open_bundle_head(story.start.head, pair_of(other)).error() == Errc::not_authentic);
    }
    // Nor do the names of a station, a record or a log stand in what a carrier holds.
    const Bytes file = story.file();
    const Array<16> log = filled<16>(0x66);
    CHECK(std::search(file.begin(), file.end(), log.begin(), log.end()) == file.end());
    const Bytes text(64, 1);
    CHECK(std::search(file.begin(), file.end(), text.begin(), text.end()) == file.end());
}

TEST_CASE("a byte that was changed anywhere in a head or a manifest is noticed", "[bundle]") {
    const Story story;
    for (std::size_t at = 0; at < bundle_head_size; ++at) {
        Bytes head = story.start.head;
        head[at] ^= 0x40U;
        INFO("byte " << at);
        CHECK_FALSE(open_bundle_head(head, pair_of(3)).has_value());
    }
    const auto head = opened(story);
    for (std::size_t at = 0; at < story.start.manifest.size(); at += 7) {
        Bytes manifest = story.start.manifest;
        manifest[at] ^= 1U;
        CHECK(open_bundle_manifest(manifest, *head, as_view("340207")).error() ==
              Errc::not_authentic);
    }
}

TEST_CASE("a bundle of another district does not verify", "[bundle]") {
    const Story story;
    const auto head = opened(story);
    CHECK(open_bundle_manifest(story.start.manifest, *head, as_view("340208")).error() ==
          Errc::not_authentic);
}

TEST_CASE("an item opens in its own place only", "[bundle]") {
    const Story story;
    const auto head = opened(story);
    const auto& items = story.manifest.items;
    CHECK_FALSE(open_bundle_item(story.item(0), *head, 1, items[0]).has_value());
    CHECK_FALSE(open_bundle_item(story.item(1), *head, 1, items[0]).has_value());
    Bytes changed = story.item(1);
    changed[60'000] ^= 1U;
    CHECK(open_bundle_item(changed, *head, 1, items[1]).error() == Errc::not_authentic);
    // What the manifest says of it must be true, too.
    BundleItem other = items[0];
    other.hash[0] ^= 1U;
    CHECK(open_bundle_item(story.item(0), *head, 0, other).error() == Errc::not_authentic);
}

TEST_CASE("a manifest that claims what its bytes can't hold is refused before memory is taken",
          "[bundle]") {
    const Story story;
    Bytes content = write_bundle_manifest(story.manifest);
    const auto read_again = read_bundle_manifest(content);
    REQUIRE(read_again.has_value());
    CHECK(write_bundle_manifest(*read_again) == content);
    SECTION("cut anywhere") {
        for (std::size_t size = 0; size < content.size(); ++size) {
            CHECK_FALSE(read_bundle_manifest(View{content}.first(size)).has_value());
        }
    }
    SECTION("with something behind") {
        content.push_back(0);
        CHECK(read_bundle_manifest(content).error() == Errc::malformed);
    }
    SECTION("a count beyond its bytes") {
        // The number of items stands before the last two entries.
        const std::size_t at = content.size() - 2 * (1 + 1 + 1 + 1 + 16) - 5 - 1;
        REQUIRE(content[at] == 2);
        content[at] = 0x7F;
        CHECK(read_bundle_manifest(content).error() == Errc::truncated);
    }
    SECTION("a manifest above the limit") {
        CHECK(read_bundle_manifest(Bytes(bundle_manifest_max + 1)).error() == Errc::too_large);
    }
}

TEST_CASE("a header tells what is no bundle from a bundle that is damaged, newer or too large",
          "[bundle]") {
    const Story story;
    const BundleHeaderBytes good = write_bundle_header(story.start.header);
    REQUIRE(parse_bundle_header(good).has_value());
    CHECK(parse_bundle_header({}).error() == Errc::truncated);
    CHECK(parse_bundle_header(View{good}.first(50)).error() == Errc::truncated);
    CHECK(parse_bundle_header(Bytes(200)).error() == Errc::malformed);
    CHECK(parse_bundle_header(as_view("PK")).error() == Errc::malformed);
    BundleHeaderBytes changed = good;
    changed[70] ^= 1U;
    CHECK(parse_bundle_header(changed).error() == Errc::not_authentic);
    // Headers that were made on purpose: with their check sum right.
    const auto remade = [&](std::size_t at, std::uint8_t byte) {
        BundleHeaderBytes bytes = good;
        bytes[at] = byte;
        const Hash16 check =
            blake2b_128({as_view("jy bundle header"), View{bytes}.first(bundle_header_size - 12)});
        std::copy_n(check.begin(), 12, bytes.end() - 12);
        return parse_bundle_header(bytes);
    };
    CHECK(remade(8, 2).error() == Errc::unsupported);
    CHECK(remade(9, 2).error() == Errc::unsupported);
    CHECK(remade(10, 0).error() == Errc::malformed);     // Part 0.
    CHECK(remade(10, 4).error() == Errc::malformed);     // Part 4 of 3.
    CHECK(remade(13, 0xFF).error() == Errc::too_large);  // Parts.
    CHECK(remade(75, 1).error() == Errc::too_large);     // A manifest of 16 MiB.
    CHECK(remade(83, 1).error() == Errc::too_large);     // Items without end.
}

TEST_CASE("a bundle that was made once opens for ever", "[bundle][golden]") {
    const Story story;
    const Bytes golden = test::read_golden("bundle-v1.bin");
    CHECK(golden == story.file());
    const auto head = open_bundle_head(View{golden}.first(bundle_head_size), pair_of(3));
    REQUIRE(head.has_value());
    const auto manifest =
        open_bundle_manifest(View{golden}.subspan(bundle_head_size, head->header.manifest_size),
                             *head, as_view("340207"));
    REQUIRE(manifest.has_value());
    CHECK(manifest->manifest.items.size() == 2);
}
