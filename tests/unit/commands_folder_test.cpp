#include "node/cli/errors.hpp"
#include "node/commands/command.hpp"
#include "node/folder/invitation_file.hpp"
#include "node/folder/node_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <vector>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace jiuying;
using namespace jiuying::node;
namespace fs = std::filesystem;

namespace {

/// The folders that this program synced.
std::vector<std::string> synced_folders;

}  // namespace

/// Stands before the C library's in this program, to see what is synced.
extern "C" int fsync(int descriptor) {
    std::error_code error;
    const fs::path name = fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
    if (!error && fs::is_directory(name, error)) synced_folders.push_back(name.string());
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace {

/// A folder that goes with its test.
class Room {
public:
    Room() {
        std::string name = (fs::temp_directory_path() / "jiuying-commands-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    ~Room() { fs::remove_all(path_); }
    fs::path file(const std::string& name, const std::string& content) const {
        std::ofstream{path_ / name} << content;
        return path_ / name;
    }
    [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }

private:
    fs::path path_;
};

KeySource key_file(const Room& room, char fill) {
    KeySource source;
    source.key_file = room.file(std::string{"key-"} + fill, std::string(32, fill));
    return source;
}

Profile hub_profile(const NodePublic& keys, Environment& environment) {
    Profile profile;
    profile.role = Profile::Role::hub;
    profile.district = "340207";
    profile.station_code = hub_desk_code;
    profile.name = "鸠江区";
    environment.random(profile.scope.bytes);
    environment.random(profile.district_scope.bytes);
    profile.hub = {keys.node, keys.static_key, keys.sign_key, keys.box_key, "鸠江区", {}};
    return profile;
}

/// A desk of the hub with an open folder, which runs commands.
struct Node {
    Room room;
    SystemEnvironment environment;
    std::unique_ptr<NodeFolder> folder =
        NodeFolder::create(room / "node", key_file(room, 'k'), environment, hub_profile);

    json::object run(std::string_view name, const json::object& args) {
        CommandContext context{folder->replica(), {}, environment, {}, {}, false, folder->data()};
        return run_command(context, name, args);
    }
    Error refused(std::string_view name, const json::object& args) {
        try {
            (void)run(name, args);
        } catch (const Failure& failure) {
            return failure.error();
        }
        FAIL("the command was taken");
        return {};
    }
};

template <class Work>
Error error_of(Work&& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("it went well");
    return {};
}

json::object row(int number, json::object values) {
    return {{"row", number}, {"values", std::move(values)}};
}

}  // namespace

TEST_CASE("a node's folder is for its owner only, and is made once") {
    Node node;
    struct stat facts {};
    REQUIRE(::stat((node.room / "node").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);
    CHECK(error_of([&] {
              (void)NodeFolder::create(node.room / "node", key_file(node.room, 'k'),
                                       node.environment, hub_profile);
          }) == Error::folder_exists);
}

TEST_CASE("a folder opens with its key, and says what is wrong otherwise") {
    Node node;
    const fs::path data = node.room / "node";
    node.folder.reset();
    const UnlockedKeys keys = unlock(data, key_file(node.room, 'k'));
    auto folder = NodeFolder::open(keys, node.environment, std::chrono::milliseconds{0});
    CHECK(folder->replica().profile().district == "340207");
    CHECK(error_of([&] {
              (void)NodeFolder::open(keys, node.environment, std::chrono::milliseconds{0});
          }) == Error::database_busy);
    folder.reset();

    const auto why = [&](const fs::path& where, const KeySource& source) {
        return error_of([&] { (void)unlock(where, source); });
    };
    CHECK(why(data, key_file(node.room, 'x')) == Error::wrong_passphrase);
    CHECK(why(data, KeySource{}) == Error::passphrase_missing);
    KeySource bad;
    bad.key_file = node.room.file("short", "short");
    CHECK(why(data, bad) == Error::key_file_bad);
    bad.key_file = node.room / "absent";
    CHECK(why(data, bad) == Error::missing_file);
    CHECK(why(node.room / "nowhere", key_file(node.room, 'k')) == Error::folder_missing);
    CHECK(why(node.room / "short", key_file(node.room, 'k')) == Error::not_a_node_folder);
    fs::create_directory(node.room / "empty");
    CHECK(why(node.room / "empty", key_file(node.room, 'k')) == Error::not_a_node_folder);

    node.room.file("node/keys", "junk");
    CHECK_NOTHROW(unlock(data, key_file(node.room, 'k')));  // The copy opens.
    node.room.file("node/keys.bak", "junk");
    CHECK(why(data, key_file(node.room, 'k')) == Error::keyring_damaged);
    fs::remove(data / "keys");
    fs::remove(data / "keys.bak");
    CHECK(why(data, key_file(node.room, 'k')) == Error::keyring_damaged);
}

TEST_CASE("a failed init leaves nothing behind") {
    Room room;
    SystemEnvironment environment;
    const auto fails = [](const NodePublic&, Environment&) -> Profile {
        throw Failure{Error::bad_value};
    };
    CHECK(error_of([&] {
              (void)NodeFolder::create(room / "node", key_file(room, 'k'), environment, fails);
          }) == Error::bad_value);
    CHECK_FALSE(fs::exists(room / "node"));
    KeySource weak;
    weak.passphrase_file = room.file("weak", "short\n");
    CHECK(error_of([&] {
              (void)NodeFolder::create(room / "node", weak, environment, hub_profile);
          }) == Error::weak_passphrase);
    CHECK_FALSE(fs::exists(room / "node"));
}

TEST_CASE("init leaves a folder that is somebody else's as it is, and takes an empty one") {
    Room room;
    SystemEnvironment environment;
    const auto mode_of = [](const fs::path& path) {
        struct stat facts {};
        REQUIRE(::stat(path.c_str(), &facts) == 0);
        return facts.st_mode & 07777;
    };
    const auto init = [&](const fs::path& data) {
        (void)NodeFolder::create(data, key_file(room, 'k'), environment, hub_profile);
    };
    fs::create_directory(room / "letters");
    room.file("letters/mine", "x");
    REQUIRE(::chmod((room / "letters").c_str(), 0755) == 0);
    CHECK(error_of([&] { init(room / "letters"); }) == Error::folder_not_empty);
    CHECK(mode_of(room / "letters") == 0755);
    CHECK(std::distance(fs::directory_iterator{room / "letters"}, {}) == 1);

    fs::create_directory(room / "empty");
    REQUIRE(::chmod((room / "empty").c_str(), 0755) == 0);
    init(room / "empty");
    CHECK(mode_of(room / "empty") == 0700);

    // A power cut in the middle of an init.
    fs::create_directory(room / "begun");
    room.file("begun/lock", "");
    room.file("begun/keys.new", "x");
    CHECK_NOTHROW(init(room / "begun"));
    fs::create_directory(room / "halfway");
    room.file("halfway/init.unfinished", "");
    for (const char* name : {"keys", "node.db"}) {
        fs::copy_file(room / "begun" / name, room / "halfway" / name);
    }
    CHECK(error_of([&] { (void)unlock(room / "halfway", key_file(room, 'k')); }) ==
          Error::not_a_node_folder);
    CHECK_NOTHROW(init(room / "halfway"));
    CHECK_FALSE(fs::exists(room / "halfway" / "init.unfinished"));
}

TEST_CASE("a new node's folder survives a power cut: every folder above it is synced") {
    Room room;
    SystemEnvironment environment;
    synced_folders.clear();
    (void)NodeFolder::create(room / "a" / "b" / "node", key_file(room, 'k'), environment,
                             hub_profile);
    for (const fs::path& folder : {room / "", room / "a", room / "a" / "b"}) {
        INFO(folder);
        const fs::path real = fs::canonical(folder);
        CHECK(std::ranges::find(synced_folders, real.string()) != synced_folders.end());
    }
}

TEST_CASE("a reader verifies what is committed while somebody writes") {
    Node node;
    node.folder.reset();
    const UnlockedKeys keys = unlock(node.room / "node", key_file(node.room, 'k'));
    node.folder = NodeFolder::open(keys, node.environment, std::chrono::milliseconds{0}, true);
    Replica* reader = node.folder->reader();
    REQUIRE(reader != nullptr);
    const auto add = [&](const char* title) {
        (void)node.run("appeal.add", {{"values", {{"title", title}}}, {"as", "W01"}});
    };
    const auto records = [&] {
        const VerifyReport report = reader->verify((node.room / "scratch.db").string());
        CHECK(report.problems.empty());
        return report.transactions + report.records;
    };
    const auto empty = records();
    add("停水");
    add("停电");
    const auto two = records();
    CHECK(two > empty);
    Replica::Batch batch{node.folder->replica()};
    const auto made = node.folder->replica().register_appeal(
        "W02", {{schema::appeal::title, "没有写完"}, {schema::appeal::type, std::int64_t{3}}});
    REQUIRE(made.has_value());
    CHECK(records() == two);
    batch.commit();
    CHECK(records() > two);
}

TEST_CASE("what a killed verify left of the data goes when the folder is next opened") {
    Node node;
    node.folder.reset();
    for (const char* name : {"node/verify.db", "node/verify.db-wal", "node/verify.db-shm"}) {
        node.room.file(name, "19900001234");
    }
    const UnlockedKeys keys = unlock(node.room / "node", key_file(node.room, 'k'));
    node.folder = NodeFolder::open(keys, node.environment, std::chrono::milliseconds{0});
    for (const auto& entry : fs::directory_iterator{node.room / "node"}) {
        CHECK_FALSE(entry.path().filename().string().starts_with("verify.db"));
    }
}

TEST_CASE("rows of a file are imported once, and bad ones named by number") {
    Node node;
    const json::object args{
        {"rows",
         {row(1, {{"title", "停水"}, {"ext_no", "A1"}}),
          row(2, {{"title", "又停水"}, {"ext_no", "A1"}}), row(3, {{"title", " "}, {"text", ""}}),
          row(4, {{"title", "噪音"}, {"ext_no", ""}}), row(5, {{"title", "噪音"}, {"ext_no", ""}}),
          row(6, {{"title", "x"}, {"type", "吵架"}}),
          row(7, {{"text", std::string(30'000, 'x')}})}},
        {"defaults", {{"type", "complaint"}, {"channel", "hotline"}}}};
    const json::object done = node.run("appeal.import_rows", args);
    CHECK(done.at("imported") == 3);
    CHECK(done.at("skipped") == 1);
    const json::array& refused = done.at("refused").as_array();
    REQUIRE(refused.size() == 3);
    CHECK(refused[0].at("row") == 3);
    CHECK(refused[0].at("code").as_string() == "JY-0404");
    CHECK(refused[1].at("code").as_string() == "JY-0407");
    CHECK(refused[2].at("code").as_string() == "JY-0403");
    CHECK(refused[2].at("limit").as_string() == "20000");

    const json::object again = node.run("appeal.import_rows", args);
    CHECK(again.at("skipped") == 2);
    CHECK(again.at("imported") == 2);  // Rows without a number of their own are no duplicates.
    CHECK(node.refused("appeal.import_rows",
                       {{"rows", json::array{}}, {"defaults", {{"type", "吵架"}}}}) ==
          Error::unknown_type);
}

TEST_CASE("a firm is made once, however many requests it brings") {
    Node node;
    const json::array items{{{"title", "用工"}, {"enterprise", "某某机械"}},
                            {{"title", "融资"}, {"enterprise", "某某机械"}}};
    (void)node.run("appeal.add_many", {{"items", items}});
    (void)node.run(
        "appeal.add",
        {{"values",
          {{"title", "道路"}, {"enterprise", "某某机械"}, {"enterprise_class", "中小微"}}}});
    const json::object firms = node.run("enterprise.list", {});
    REQUIRE(firms.at("total") == 1);
    CHECK(firms.at("enterprises").at(0).at("class").as_string() == "small_medium");
}

TEST_CASE("of several appeals given together all are saved or none") {
    Node node;
    const json::array items{{{"title", "好的"}}, {{"title", ""}, {"text", ""}}};
    CHECK(node.refused("appeal.add_many", {{"items", items}}) == Error::title_and_text_empty);
    CHECK(node.run("appeal.list", {}).at("total") == 0);
}

TEST_CASE("an appeal is found by number, edited, and shows both values") {
    Node node;
    const json::object made =
        node.run("appeal.add",
                 {{"values", {{"title", "路灯不亮"}, {"phone", "19900001234"}}}, {"as", "W01"}});
    const json::value& number = made.at("number");
    const json::object edited = node.run(
        "appeal.edit", {{"id", number}, {"set", {{"phone", "19900005678"}}}, {"as", "W02"}});
    CHECK(edited.at("changed") == true);
    const json::object same =
        node.run("appeal.edit", {{"id", number}, {"set", {{"phone", "19900005678"}}}});
    CHECK(same.at("changed") == false);
    const json::object shown = node.run("appeal.show", {{"id", made.at("id")}});
    CHECK(shown.at("appeal").at("phone").as_string() == "19900005678");
    int versions = 0;
    for (const json::value& version : shown.at("history").as_array()) {
        versions += version.at("field").as_string() == "phone" ? 1 : 0;
    }
    CHECK(versions == 2);
    const auto refused = [&](json::object set) {
        return node.refused("appeal.edit", {{"id", number}, {"set", std::move(set)}});
    };
    CHECK(refused({{"title", ""}}) == Error::title_and_text_empty);
    CHECK(refused({{"number", "X"}}) == Error::write_not_allowed);
    CHECK(refused({{"nonsense", "X"}}) == Error::unknown_field_name);
    CHECK(node.refused("appeal.show", {{"id", "QZX-20200101-0001"}}) == Error::record_not_found);
}

TEST_CASE("the list of regions decides as soon as there is one") {
    Node node;
    const json::object with{{"values", {{"title", "x"}, {"region", "340207999"}}}};
    CHECK_NOTHROW(node.run("appeal.add", with));
    const json::array rows{
        row(1, {{"code", "340207001"}, {"名称", "四褐山街道"}, {"level", "街道"}})};
    const json::object made =
        node.run("reference.import_rows", {{"entity", "region"}, {"rows", rows}});
    CHECK(made.at("imported") == 1);
    const json::object again =
        node.run("reference.import_rows", {{"entity", "region"}, {"rows", rows}});
    CHECK(again.at("skipped") == 1);
    CHECK(node.refused("appeal.add", with) == Error::unknown_region);
}

TEST_CASE("a command belongs to the program whose node it is") {
    Node node;
    CHECK(node.refused("sync.now", {}) == Error::wrong_role);
    CHECK(node.refused("status", {{"role", "station"}}) == Error::wrong_role);
    CHECK(node.run("status", {{"role", "hub"}}).at("role").as_string() == "hub");
    CHECK(node.refused("no.such", {}) == Error::unknown_command);
    CHECK(node.refused("appeal.list", {{"limit", "many"}}) == Error::bad_value);
}

TEST_CASE("a row that was refused does not keep out a later one with its external number",
          "[commands]") {
    Node hub;
    const auto row = [](int number, json::object values) {
        values["ext_no"] = "7";
        return json::object{{"row", number}, {"values", std::move(values)}};
    };
    const json::object answer = hub.run(
        "appeal.import_rows",
        {{"rows", json::array{row(2, {{"title", "会议不存在"}, {"meeting", "0000000000"}}),
                              row(3, {{"title", "好的"}}), row(4, {{"title", "又一次"}})}}});
    CHECK(answer.at("refused").as_array().size() == 1);
    CHECK(answer.at("imported").to_number<int>() == 1);
    CHECK(answer.at("skipped").to_number<int>() == 1);
    CHECK(hub.run("appeal.list", {}).at("total").to_number<int>() == 1);
}

TEST_CASE("whoever is on the list of staff can act, and who could not is refused there",
          "[commands]") {
    Node hub;
    const std::string longest = "工号工号工号工号工号01";  // 32 bytes.
    const std::string longer = "工号工号工号工号工号工";   // 33 bytes, 11 characters.
    REQUIRE(longest.size() == 32);
    REQUIRE(longer.size() == 33);
    const auto row = [](int number, const std::string& code) {
        return json::object{{"row", number},
                            {"values", json::object{{"code", code}, {"name", "某人"}}}};
    };
    const json::object answer =
        hub.run("reference.import_rows",
                {{"entity", "staff"}, {"rows", json::array{row(2, longer), row(3, longest)}}});
    CHECK(answer.at("imported").to_number<int>() == 1);
    const json::array& refused = answer.at("refused").as_array();
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].at("code").as_string() == entry_of(Error::value_too_long).code);
    CHECK(refused[0].at("field") == "code");
    CHECK(std::string(refused[0].at("limit").as_string()).find("32 bytes") != std::string::npos);
    const json::object added =
        hub.run("appeal.add", {{"as", longest}, {"values", json::object{{"title", "由他登记"}}}});
    CHECK(added.contains("id"));
}

TEST_CASE("people fill in where it is and what it belongs to, not what the district decides",
          "[commands]") {
    Node hub;
    const auto add = [&](json::object values) {
        values["title"] = "题";
        return hub.run("appeal.add", {{"values", std::move(values)}});
    };
    const json::object added =
        add({{"point", " 31.334500,118.376200 "}, {"related", "QZX-20261123-0001,12345-8"}});
    const json::object shown = hub.run("appeal.show", {{"id", added.at("id")}});
    const json::object& fields = shown.at("appeal").as_object();
    CHECK(fields.at("point") == "31.334500,118.376200");
    CHECK(fields.at("related").as_array().size() == 2);
    for (const char* wrong : {"31.3", "118.376200,31.334500", "somewhere"}) {
        CHECK(hub.refused("appeal.add",
                          {{"values", json::object{{"title", "题"}, {"point", wrong}}}}) ==
              Error::value_out_of_bounds);
    }
    CHECK(hub.refused("appeal.add",
                      {{"values", json::object{{"title", "题"}, {"query_code", "1"}}}}) ==
          Error::write_not_allowed);
}
