// What people have begun to write at the page, where the data of a person are erased.
#include "node/replica/accounts.hpp"
#include "node/replica/erasures.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
using node::Accounts;

namespace {

constexpr const char* told = "家住三组的老人说路灯坏了";

/// An appeal that was withdrawn, at a hub.
schema::RecordId withdrawn(TestNode& hub) {
    const auto id = add_appeal(hub, "路灯", told, "13900000001");
    node::Draft staff{"admin", {}, {}};
    staff.records.push_back({schema::EntityId::staff,
                             {{schema::staff::code, std::string("PD1")},
                              {schema::staff::unit, std::string("QZX")},
                              {schema::staff::posts, std::string("派单岗")}}});
    REQUIRE(hub->commit(staff).has_value());
    schema::WorkOrderEvent taken;
    taken.kind = schema::EventKind::withdrawn;
    taken.reason = "by_person";
    const auto acted = hub->act("PD1", id, taken);
    REQUIRE((acted.has_value() && !acted->refused));
    return id;
}

std::vector<std::string> ids_of(TestNode& hub, const std::string& user) {
    std::vector<std::string> ids;
    for (const auto& draft : Accounts{*hub}.drafts(user)) ids.push_back(draft.id);
    std::ranges::sort(ids);
    return ids;
}

void keep(TestNode& hub, const std::string& user, const std::string& id,
          const std::string& content) {
    REQUIRE(Accounts{*hub}.save_draft(user, {id, 1, content}));
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

TEST_CASE("drafts that are of an erased appeal go, whoever's, and no others", "[erasure]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const auto id = withdrawn(hub);
    const std::string name = schema::to_text(id);
    const std::string number = shown(hub, id, schema::appeal::number);
    keep(hub, "W1", "left-over", R"({"title":"","text":" )" + std::string(told) + "\"}");
    keep(hub, "W2", "by-id", "{\"about\":" + quoted(name) + "}");
    keep(hub, "W2", "by-number", "{\"text\":" + quoted("还是 " + number + " 那件事") + "}");
    keep(hub, "W2", "n-" + name, "{\"text\":\"x\"}");
    keep(hub, "W2", "same-person", R"({"text":"另一件事","phone":"13900000001"})");
    keep(hub, "W2", "grid",
         R"({"meeting":"m","rows":"[{\"text\":\")" + std::string(told) +
             R"(\"},{\"text\":\"别人的事\"}]"})");
    keep(hub, "W2", "own", R"({"rows":"[]","text":"[不是表格"})");

    REQUIRE(node::Erasures{*hub}.request("PD1", id, "本人申请").has_value());

    CHECK(ids_of(hub, "W1").empty());
    CHECK(ids_of(hub, "W2") == std::vector<std::string>{"grid", "own", "same-person"});
    for (const auto& draft : Accounts{*hub}.drafts("W2")) {
        CHECK(draft.content.find(told) == std::string::npos);
        if (draft.id == "grid") CHECK(draft.content.find("别人的事") != std::string::npos);
        if (draft.id == "own") CHECK(draft.content == R"({"rows":"[]","text":"[不是表格"})");
    }
    // A page that was open then has it no more kept.
    Accounts accounts{*hub};
    CHECK(accounts.names_erased({"m-" + name, 1, "{}"}));
    CHECK(accounts.names_erased({"x", 1, "{\"about\":" + quoted(name) + "}"}));
    CHECK_FALSE(accounts.names_erased({"x", 1, R"({"text":"123-456-7890 与此无关"})"}));
    const auto other = add_appeal(hub, "井盖", "井盖松动");
    CHECK_FALSE(accounts.names_erased({"m-" + schema::to_text(other), 1, "{}"}));
}
