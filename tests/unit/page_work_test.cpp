// Files on their way to an import, and sticks that are plugged in.
#include "node/cli/errors.hpp"
#include "node/http/sticks.hpp"
#include "node/http/uploads.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using node::Error;
using node::Failure;
using node::Uploads;

namespace {

template <class Work>
Error error_of(const Work& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.error();
    }
    return Error{};
}

sync::Bytes bytes_of(std::string_view text) {
    const sync::View view = sync::as_view(text);
    return {view.begin(), view.end()};
}

}  // namespace

TEST_CASE("a file comes piece by piece, in order, and is whole or not there", "[page]") {
    tests::TestEnvironment environment{1};
    Uploads uploads{environment};
    const std::string id = uploads.begin("W01", "rows.csv", 8);
    CHECK(uploads.add("W01", id, 0, bytes_of("tit")) == 3);
    CHECK(error_of([&] { (void)uploads.whole("W01", id); }) == Error::upload_gone);
    // A piece that was sent twice, that comes too early, that is too long.
    CHECK(error_of([&] { uploads.add("W01", id, 0, bytes_of("tit")); }) == Error::upload_gone);
    CHECK(error_of([&] { uploads.add("W01", id, 5, bytes_of("a")); }) == Error::upload_gone);
    CHECK(error_of([&] { uploads.add("W01", id, 3, bytes_of("le,typ")); }) == Error::upload_gone);
    CHECK(uploads.add("W01", id, 3, bytes_of("le,ab")) == 8);
    const Uploads::Whole whole = uploads.whole("W01", id);
    CHECK(sync::as_text(*whole.bytes) == "title,ab");
    CHECK(whole.name == "rows.csv");
    uploads.drop("W01", id);
    CHECK(error_of([&] { (void)uploads.whole("W01", id); }) == Error::upload_gone);
    CHECK(sync::as_text(*whole.bytes) == "title,ab");  // Who reads it still has it.
}

TEST_CASE("a file is that of one person, and makes room when nobody touches it", "[page]") {
    tests::TestEnvironment environment{1};
    Uploads uploads{environment};
    const std::string id = uploads.begin("W01", "a.csv", 1);
    CHECK(error_of([&] { uploads.add("W02", id, 0, bytes_of("a")); }) == Error::upload_gone);
    CHECK(error_of([&] { (void)uploads.begin("W02", "b.csv", 1); }) == Error::work_under_way);
    const std::string second = uploads.begin("W01", "b.csv", 1);
    CHECK(error_of([&] { uploads.add("W01", id, 0, bytes_of("a")); }) == Error::upload_gone);
    environment.now += 15 * 60'000;
    CHECK(error_of([&] { uploads.add("W01", second, 0, bytes_of("a")); }) == Error::upload_gone);
    CHECK_FALSE(uploads.begin("W02", "b.csv", 1).empty());
    CHECK(error_of([&] { (void)uploads.begin("W02", "b.csv", Uploads::file_bytes_max + 1); }) ==
          Error::import_too_large);
    CHECK(error_of([&] { (void)uploads.begin("W02", "", 1); }) == Error::bad_value);
}

TEST_CASE("sticks are told from what else is mounted", "[page]") {
    constexpr std::string_view mounts =
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "23 22 0:5 / /proc rw shared:2 - proc proc rw\n"
        "24 22 8:17 / /media/clerk/U\\040DISK rw,nosuid shared:3 - vfat /dev/sdb1 rw\n"
        "25 22 8:33 / /srv/stick rw shared:4 master:2 - exfat /dev/sdc1 rw\n"
        "26 22 8:49 / /srv rw shared:5 - ext4 /dev/sdd1 rw\n"
        "27 22 0:31 / /run/media/clerk/tmp rw - tmpfs tmpfs rw\n"
        "28 22 8:17 / /media/clerk/U\\040DISK rw,nosuid shared:3 - vfat /dev/sdb1 rw\n"
        "29 22 8:65 / /boot/efi rw - vfat /dev/sde1 rw\n"
        "a line of another kind\n\n";
    const auto removable = [](std::string_view device) {
        return device == "8:33" || device == "8:65";
    };
    const auto media = node::media_in(mounts, removable);
    REQUIRE(media.size() == 2);
    CHECK(media[0] == "/media/clerk/U DISK");
    CHECK(media[1] == "/srv/stick");
    CHECK(node::media_in("", removable).empty());
}
