// The audit log: every row stands or falls with what it is about, and none is changed unnoticed.
#include "node/replica/audit_chain.hpp"
#include "tests/support/old_copies.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
using node::AuditFault;
namespace fields = jiuying::schema::audit;

namespace {

void note(TestNode& node, const std::string& action, const std::string& target = "") {
    node->audit({"W01", action, target});
}

node::AuditPage rows_of(TestNode& node, node::AuditFilter filter = {}) {
    return node->audit_rows(filter);
}

std::vector<std::string> faults_of(TestNode& node) {
    std::vector<std::string> texts;
    for (const AuditFault& fault : node->check_audit(true).faults) {
        const char* kinds[] = {"changed",      "missing",    "not_in_log",
                               "not_in_table", "unlike_log", "log_damaged"};
        texts.push_back(fault.station + " " + kinds[static_cast<std::size_t>(fault.kind)] + " " +
                        std::to_string(fault.number) + "-" + std::to_string(fault.last));
    }
    return texts;
}

bool has(const std::vector<std::string>& texts, const std::string& text) {
    return std::ranges::find(texts, text) != texts.end();
}

/// Changes the database behind the program's back.
void tamper(TestNode& node, const char* sql) {
    node.replica.reset();
    node::sqlite::Database::open(node.path).execute(sql);
    node.reopen();
}

/// Those of broken audit logs that nobody has settled.
std::size_t alarms_of(TestNode& hub) {
    const auto open = [](const node::RecordView& alarm) {
        const auto* kind = alarm.find(schema::alarm::kind);
        return kind != nullptr && *schema::number_of(*kind) == schema::alarm::audit_broken &&
               alarm.find(schema::alarm::settled_at) == nullptr;
    };
    return static_cast<std::size_t>(
        std::ranges::count_if(hub->all(schema::EntityId::alarm, 100), open));
}

void settle_all(TestNode& hub) {
    for (const node::RecordView& alarm : hub->all(schema::EntityId::alarm, 100)) {
        node::Draft draft;
        draft.actor = "A01";
        draft.edits.push_back({alarm.id,
                               {{schema::alarm::settled_at, hub.environment->now},
                                {schema::alarm::settled_by, std::string("A01")},
                                {schema::alarm::reason, std::string("查过")}}});
        REQUIRE(hub->commit(draft).has_value());
    }
}

/// A transaction that writes one record of reference data and a row about it.
node::Draft setting_with_row(const std::string& name) {
    node::Draft draft;
    draft.actor = "A01";
    draft.records.push_back(
        {schema::EntityId::setting,
         {{schema::setting::code, name}, {schema::setting::value, std::string("1")}}});
    draft.audit = node::AuditEntry{{}, "setting.set", name, fields::done, "0 -> 1"};
    return draft;
}

}  // namespace

TEST_CASE("A row is chained as the reference says", "[audit]") {
    node::AuditRow row;
    row.number = 1;
    row.at_ms = 0x0102030405;
    row.result = 2;
    row.actor = "W01";
    row.action = "setting.set";
    row.target = "目标";
    schema::NodeId someone;
    someone.bytes = {7};
    std::string text = "jiuying audit row v1";
    const sync::Hash32 start =
        sync::blake2b({sync::as_view("jiuying audit start v1"), someone.bytes});
    text.append(start.begin(), start.end());
    const auto number = [&](std::uint64_t value) {
        for (int i = 0; i < 8; ++i) text.push_back(static_cast<char>(value >> (8 * i)));
    };
    number(1);
    number(0x0102030405);
    number(2);
    for (const std::string& part : {row.actor, row.action, row.target, row.detail}) {
        number(part.size());
        text += part;
    }
    CHECK(node::audit_link(node::audit_start(someone), row) ==
          sync::blake2b({sync::as_view(text)}));
}

TEST_CASE("Rows are numbered and found by who, what and when", "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const std::uint64_t before = rows_of(hub).total;
    note(hub, "keyring.passphrase");
    hub.environment->now += 60'000;
    note(hub, "setting.set", "quiet_days");
    hub->audit({"W02", "setting.set", "x", fields::refused, "JY-0411"});
    const auto all = rows_of(hub);
    REQUIRE(all.total == before + 3);
    CHECK(all.rows[0].result == fields::refused);
    CHECK(all.rows[0].number == all.rows[1].number + 1);
    CHECK(all.rows[2].action == "keyring.passphrase");
    CHECK(rows_of(hub, {.actor = "W02", .action = ""}).total == 1);
    CHECK(rows_of(hub, {.actor = "", .action = "keyring"}).total == 1);
    CHECK(rows_of(hub, {.actor = "", .action = "key"}).total == 0);
    CHECK(rows_of(hub, {.actor = "W01", .action = "", .since_ms = hub.environment->now}).total ==
          1);
    CHECK(rows_of(hub, {.actor = "W01", .action = "", .until_ms = hub.environment->now}).total ==
          1);
    const auto limited = rows_of(hub, {.actor = "", .action = "", .limit = 1});
    CHECK(limited.rows.size() == 1);
    CHECK(limited.total == all.total);
    CHECK(faults_of(hub).empty());
}

TEST_CASE("A row and what it is about are one transaction", "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const std::uint64_t before = rows_of(hub).total;

    SECTION("both stand") {
        REQUIRE(hub->commit(setting_with_row("quiet_days")).has_value());
        REQUIRE(rows_of(hub).total == before + 1);
        CHECK(rows_of(hub).rows.front().actor == "A01");
        CHECK(rows_of(hub).rows.front().detail == "0 -> 1");
    }
    SECTION("what changed nothing leaves no row") {
        REQUIRE(hub->commit(setting_with_row("quiet_days")).has_value());
        const auto id =
            hub->find_by_text(schema::EntityId::setting, schema::setting::code, "quiet_days");
        REQUIRE(id);
        node::Draft draft;
        draft.actor = "A01";
        draft.edits.push_back({*id, {{schema::setting::value, std::string("1")}}});
        draft.audit = node::AuditEntry{{}, "setting.set", "quiet_days"};
        REQUIRE(hub->commit(draft).has_value());
        CHECK(rows_of(hub).total == before + 1);
    }
    SECTION("a row that can't be written undoes the act, and says so") {
        tamper(hub,
               "CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); "
               "END");
        CHECK_THROWS_AS(hub->commit(setting_with_row("quiet_days")), node::AuditUnwritable);
        CHECK_FALSE(
            hub->find_by_text(schema::EntityId::setting, schema::setting::code, "quiet_days"));
        CHECK(hub->all(schema::EntityId::setting, 10).empty());
        CHECK_THROWS_AS(note(hub, "keyring.passphrase"), node::AuditUnwritable);
        tamper(hub, "DROP TRIGGER no_audit");
        REQUIRE(hub->commit(setting_with_row("quiet_days")).has_value());
        CHECK(rows_of(hub).total == before + 1);
        CHECK(faults_of(hub).empty());
    }
    SECTION("a batch that is given up leaves neither, and the chain goes on") {
        {
            const node::Replica::Batch batch{*hub};
            REQUIRE(hub->commit(setting_with_row("quiet_days")).has_value());
        }
        CHECK(rows_of(hub).total == before);
        note(hub, "alarm.settle");
        CHECK(rows_of(hub).total == before + 1);
        CHECK(faults_of(hub).empty());
    }
    SECTION("texts that are too long are cut, and what is not UTF-8 is left out") {
        hub->audit({"W01", "a", std::string(1000, 'x'), fields::done, "\xFF"});
        CHECK(rows_of(hub).rows.front().target.size() == 80);
        CHECK(rows_of(hub).rows.front().detail.empty());
        CHECK(faults_of(hub).empty());
    }
}

TEST_CASE("Rows of a station are at its hub with the next exchange, and at no other station",
          "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode first = make_station(folder, hub, "SHG01");
    TestNode second = make_station(folder, hub, "SXZ01");
    note(first, "keyring.passphrase");
    note(hub, "setting.set", "quiet_days");
    CHECK(first->status().unsent == 0);  // Not of their work.
    add_appeal(first, "路灯", "不亮");
    CHECK(first->status().unsent == 1);
    REQUIRE(exchange(first, hub));
    REQUIRE(exchange(second, hub));
    const auto at_hub = rows_of(hub, {.actor = "", .action = "keyring.passphrase"});
    REQUIRE(at_hub.total == 1);
    CHECK(at_hub.rows.front().station == "SHG01");
    CHECK(at_hub.rows.front().node != hub->profile().hub.node);
    CHECK(rows_of(second, {.actor = "", .action = "keyring.passphrase"}).total == 0);
    CHECK(rows_of(second, {.actor = "", .action = "setting.set"}).total == 0);
    CHECK(rows_of(first, {.actor = "", .action = "setting.set"}).total == 0);
    node::AuditFilter of_first;
    of_first.scope = first->profile().scope;
    CHECK(rows_of(hub, of_first).total == 1);
    CHECK(hub->check_audit(true).chains.size() == 2);
    CHECK(faults_of(hub).empty());
}

TEST_CASE("Whoever changes the database behind the program is found", "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    for (int i = 0; i < 5; ++i) note(station, "keyring.passphrase", std::to_string(i));
    REQUIRE(exchange(station, hub));
    REQUIRE(faults_of(hub).empty());
    REQUIRE(faults_of(station).empty());

    SECTION("a text, at the hub") {
        tamper(hub, "UPDATE audit SET target = 'y' WHERE target = '2'");
        CHECK(has(faults_of(hub), "SHG01 changed 3-3"));
        CHECK(has(faults_of(hub), "SHG01 unlike_log 3-3"));
        CHECK(hub->check_audit(true).faults.front().number == 3);
    }
    SECTION("a chain value") {
        tamper(hub, "UPDATE audit SET chain = zeroblob(32) WHERE target = '2'");
        CHECK(has(faults_of(hub), "SHG01 changed 3-3"));
    }
    SECTION("a row taken out of the middle") {
        tamper(hub, "DELETE FROM audit WHERE target IN ('1', '2')");
        CHECK(has(faults_of(hub), "SHG01 missing 2-3"));
        CHECK(has(faults_of(hub), "SHG01 not_in_table 2-2"));
    }
    SECTION("the last row, which no chain misses") {
        tamper(hub, "DELETE FROM audit WHERE target = '4'");
        CHECK(has(faults_of(hub), "SHG01 not_in_table 5-5"));
        CHECK_FALSE(hub->verify(hub.path + "-scratch").problems.empty());
    }
    SECTION("the own last row, without reading the logs") {
        tamper(station, "DELETE FROM audit WHERE target = '4'");
        CHECK(station->check_audit(false).faults.size() == 1);
        CHECK_FALSE(station->look_over().empty());
    }
    SECTION("a row that was put in") {
        tamper(station,
               "INSERT INTO audit SELECT rid + 256 * 1000, zeroblob(16), scope, contested, state, "
               "6, at, actor, action, '5', result, detail, zeroblob(32) FROM audit "
               "WHERE target = '4'");
        CHECK(has(faults_of(station), "SHG01 changed 6-6"));
        CHECK(has(faults_of(station), "SHG01 not_in_log 6-6"));
    }
    SECTION("nothing, if nobody did") { CHECK(faults_of(station).empty()); }
}

TEST_CASE("A node that was put back goes on from there, and all its rows stay", "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    note(station, "setting.set", "1");
    REQUIRE(exchange(station, hub));
    keep_copy(station, folder.file("old.db"));
    note(station, "setting.set", "2");
    note(station, "setting.set", "3");
    REQUIRE(exchange(station, hub));
    put_back(station, folder.file("old.db"), true);
    note(station, "backup.restore", "4");
    for (int i = 0; i < 3; ++i) REQUIRE(exchange(station, hub));
    for (TestNode* node : {&hub, &station}) {
        const auto all = rows_of(*node, {.actor = "W01", .action = ""});
        CHECK(all.total == 4);
        CHECK(faults_of(*node).empty());
        const auto check = (*node)->check_audit(true);
        const auto chain = std::ranges::find(check.chains, "SHG01", &node::AuditChain::station);
        REQUIRE(chain != check.chains.end());
        CHECK(chain->doubled == 1);
    }
}

TEST_CASE("Rows of a station that don't go on from those before raise an alarm as they come",
          "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    note(station, "setting.set", "1");
    note(station, "setting.set", "2");
    REQUIRE(exchange(station, hub));
    keep_copy(station, folder.file("old.db"));
    note(station, "setting.set", "3");
    note(station, "setting.set", "4");
    REQUIRE(exchange(station, hub));
    CHECK(alarms_of(hub) == 0);
    const std::uint64_t last = rows_of(station).rows.front().number;
    REQUIRE(last < 8);
    SECTION("a machine that was put back goes on from an earlier row") {
        put_back(station, folder.file("old.db"), true);
        for (const char* target : {"5", "6", "7"}) {
            note(station, "setting.set", target);
            REQUIRE(exchange(station, hub));
        }
        CHECK(alarms_of(hub) == 0);
    }
    SECTION("a hub whose program was older goes on, too") {
        tamper(hub, "DELETE FROM meta WHERE key LIKE 'audit_head/%'");
        note(station, "setting.set", "5");
        REQUIRE(exchange(station, hub));
        CHECK(alarms_of(hub) == 0);
    }
    SECTION("the value before was changed at the station") {
        tamper(station,
               "UPDATE meta SET value = CAST(substr(value, 1, 39) || x'01' AS BLOB) WHERE key = "
               "'audit_head'");
        note(station, "setting.set", "5");
        REQUIRE(exchange(station, hub));
        REQUIRE(alarms_of(hub) == 1);
        const std::string number = std::to_string(last + 1);
        CHECK(has(faults_of(hub), "SHG01 changed " + number + "-" + number));
        // Once it is known, nobody is told of each row; it goes on from the broken one.
        note(station, "setting.set", "6");
        REQUIRE(exchange(station, hub));
        CHECK(alarms_of(hub) == 1);
        settle_all(hub);
        note(station, "setting.set", "7");
        REQUIRE(exchange(station, hub));
        CHECK(alarms_of(hub) == 0);
    }
    SECTION("rows were left out") {
        tamper(station,
               "UPDATE meta SET value = CAST(x'09' || substr(value, 2) AS BLOB) WHERE key = "
               "'audit_head'");
        note(station, "setting.set", "10");
        REQUIRE(exchange(station, hub));
        CHECK(alarms_of(hub) == 1);
        CHECK(has(faults_of(hub), "SHG01 missing " + std::to_string(last + 1) + "-9"));
    }
}

TEST_CASE("Enrolment is in the hub's log, and no stranger fills it", "[audit]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    CHECK(rows_of(hub, {.actor = "", .action = "invitation.make"}).total == 1);
    CHECK(rows_of(hub, {.actor = "", .action = "enrolment.admit"}).total == 1);
    for (int i = 0; i < 50; ++i) {
        sync::Admit stranger;
        stranger.static_key = {1};
        std::optional<node::Replica::Peer> peer;
        CHECK(std::holds_alternative<sync::Refused>(hub->admit(stranger, peer)));
    }
    CHECK(rows_of(hub, {.actor = "", .action = "enrolment.refuse"}).total == 20);
    hub.environment->now += 3'700'000;
    std::optional<node::Replica::Peer> peer;
    sync::Admit stranger;
    stranger.static_key = {1};
    (void)hub->admit(stranger, peer);
    CHECK(rows_of(hub, {.actor = "", .action = "enrolment.refuse"}).total == 21);
    CHECK(faults_of(hub).empty());
}
