// Accounts, passwords, sessions, and how often one may guess.
#include "node/http/guess_limit.hpp"
#include "node/http/password.hpp"
#include "node/http/sessions.hpp"
#include "node/http/setup_code.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace std::chrono_literals;
using node::Account;
using node::Accounts;
using node::GuessLimit;
using node::Role;
using node::Sessions;

namespace {

constexpr std::int64_t minute_ms = 60'000;

Account named(const char* code) {
    Account account;
    account.code = code;
    return account;
}

}  // namespace

TEST_CASE("a session ends when nobody does anything, and after a day's work", "[page]") {
    tests::TestEnvironment environment{1};
    Sessions sessions{environment};
    const std::string cookie = sessions.begin("W01", "王", node::roles(Role::recorder), 1);
    CHECK(cookie.size() == 64);
    environment.now += 14 * minute_ms;
    REQUIRE(sessions.find(cookie) != nullptr);
    environment.now += 2 * minute_ms;  // To look at it is no sign of a person.
    CHECK(sessions.find(cookie) == nullptr);

    const std::string busy = sessions.begin("W01", "王", node::roles(Role::recorder), 1);
    for (int i = 0; i < 12 * 6 - 1; ++i) {
        environment.now += 10 * minute_ms;
        node::PageSession* session = sessions.find(busy);
        REQUIRE(session != nullptr);
        sessions.touch(*session);
    }
    environment.now += 10 * minute_ms;
    CHECK(sessions.find(busy) == nullptr);
}

TEST_CASE("no change of the clock keeps a session or ends it", "[page]") {
    tests::TestEnvironment environment{1};
    Sessions sessions{environment};
    const std::string cookie = sessions.begin("W01", "", node::roles(Role::recorder), 1);
    environment.now += 10 * 365 * 24 * 60 * minute_ms;
    environment.stepped += 10 * 365 * 24 * 60 * minute_ms;
    CHECK(sessions.find(cookie) != nullptr);
}

TEST_CASE("sessions are bounded, told apart and ended", "[page]") {
    tests::TestEnvironment environment{1};
    Sessions sessions{environment};
    std::vector<std::string> cookies;
    for (int i = 0; i < 26; ++i) {
        cookies.push_back(
            sessions.begin("W" + std::to_string(i), "", node::roles(Role::recorder), 1));
        environment.now += 1000;
    }
    CHECK(sessions.find(cookies.front()) == nullptr);
    REQUIRE(sessions.find(cookies.back()) != nullptr);
    CHECK(sessions.find(cookies[1])->token != sessions.find(cookies[2])->token);
    sessions.end(cookies[1]);
    CHECK(sessions.find(cookies[1]) == nullptr);
    sessions.end_all_of("W2");
    CHECK(sessions.find(cookies[2]) == nullptr);
    CHECK(sessions.find("") == nullptr);
}

TEST_CASE("five wrong passwords lock an account for a quarter of an hour of running time",
          "[page]") {
    tests::TestEnvironment environment{1};
    GuessLimit limit{environment};
    Account account = named("W01");
    for (int i = 0; i < 4; ++i) CHECK_FALSE(limit.failed(account));
    CHECK_FALSE(limit.is_locked(account));
    CHECK(limit.failed(account));
    CHECK(limit.is_locked(account));
    environment.now += 24 * 60 * minute_ms;  // Only the clock was set forward.
    environment.stepped += 24 * 60 * minute_ms;
    CHECK(limit.is_locked(account));
    environment.now += 15 * minute_ms;
    CHECK_FALSE(limit.is_locked(account));
    CHECK(account.failures == 0);
}

TEST_CASE("a restart does not open a lock", "[page]") {
    tests::TestEnvironment environment{1};
    Account account = named("W01");
    {
        GuessLimit before{environment};
        for (int i = 0; i < 5; ++i) (void)before.failed(account);
    }
    environment.now += 14 * minute_ms;
    GuessLimit after{environment};
    CHECK(after.is_locked(account));
    environment.now += 14 * minute_ms;
    CHECK(after.is_locked(account));
    environment.now += 2 * minute_ms;
    CHECK_FALSE(after.is_locked(account));
}

TEST_CASE("of ten thousand guesses at once twenty are looked at", "[page]") {
    tests::TestEnvironment environment{1};
    GuessLimit limit{environment};
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) taken += limit.take("10.0.0.7") ? 1 : 0;
    CHECK(taken == GuessLimit::burst);
    environment.now += 3000;
    CHECK(limit.take("10.0.0.7"));
    CHECK_FALSE(limit.take("10.0.0.7"));
    limit.give_back("10.0.0.7");  // That one was right.
    CHECK(limit.take("10.0.0.7"));
    CHECK_FALSE(limit.take("10.0.0.7"));
    // Who guesses from one PC keeps nobody out at another.
    CHECK(limit.take("10.0.0.8"));
}

TEST_CASE("of guesses from a thousand addresses the processor sees few", "[page]") {
    tests::TestEnvironment environment{1};
    GuessLimit limit{environment};
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) taken += limit.take(std::to_string(i)) ? 1 : 0;
    CHECK(taken == GuessLimit::burst_of_all);
    environment.now += 3000;
    taken = 0;
    for (int i = 0; i < 10'000; ++i) taken += limit.take(std::to_string(i)) ? 1 : 0;
    CHECK(taken == 10);
}

TEST_CASE("passwords that others guess are refused", "[page]") {
    using node::may_be_chosen;
    CHECK(may_be_chosen("Xiang-lake7", "W01", "王芳"));
    CHECK(may_be_chosen("correct horse battery", "W01", "王芳"));
    CHECK(may_be_chosen("四褐山街道便民服务中心二楼左手边", "W01", "王芳"));
    for (const char* weak : {"", "Short7-x", "onlysmallx", "Password123!", "Admin-2026x",
                             "12345678-Ab", "xxSHG01-W1-xx7"}) {
        INFO(weak);
        CHECK_FALSE(may_be_chosen(weak, "SHG01-W1", "王芳"));
    }
    CHECK_FALSE(may_be_chosen(std::string(300, 'a'), "W01", ""));
    CHECK_FALSE(may_be_chosen("\xff\xfe aaaaaaaaaaaaaaaaaa", "W01", ""));
}

TEST_CASE("accounts are kept over a restart, with their password and their lock", "[page]") {
    tests::TempFolder folder;
    tests::TestNode hub = tests::make_hub(folder);
    Account account = named("W01");
    account.name = "王芳";
    account.roles = node::roles(Role::recorder, Role::handler).bits;
    node::set_password(account, "Xiang-lake7", *hub.environment);
    account.failures = 3;
    account.locked = true;
    {
        Accounts accounts{*hub};
        accounts.save(account);
        accounts.save_setup({node::hash_of_setup_code("ABCD-EFGH-JKMN-PQRS"), "W02", "李", 1});
        accounts.save_setup({node::hash_of_setup_code("0000-1111-2222-3333"), "W02", "李", 2});
    }
    hub.reopen();
    Accounts accounts{*hub};
    const auto found = accounts.find("W01");
    REQUIRE(found);
    CHECK(found->name == "王芳");
    CHECK(found->roles == account.roles);
    CHECK(found->generation == account.generation);
    CHECK(found->failures == 3);
    CHECK(found->locked);
    CHECK(node::password_fits(&*found, "Xiang-lake7"));
    CHECK_FALSE(node::password_fits(&*found, "Xiang-lake8"));
    CHECK_FALSE(node::password_fits(nullptr, "Xiang-lake7"));
    CHECK(accounts.list().size() == 1);
    // A new code of the same person takes the place of the former; however it is typed.
    CHECK_FALSE(accounts.find_setup(node::hash_of_setup_code("ABCD-EFGH-JKMN-PQRS")));
    const auto code = accounts.find_setup(node::hash_of_setup_code("ooooIIII22223333"));
    REQUIRE(code);
    CHECK(code->user == "W02");
    accounts.remove_setup(*code);
    CHECK(accounts.setup_codes().empty());
    CHECK(accounts.remove("W01"));
    CHECK_FALSE(accounts.remove("W01"));
}

TEST_CASE("drafts are a person's own, and bounded", "[page]") {
    tests::TempFolder folder;
    tests::TestNode hub = tests::make_hub(folder);
    Accounts accounts{*hub};
    CHECK(accounts.save_draft("W1", {"a", 1, R"({"text":"x"})"}));
    CHECK(accounts.save_draft("W1", {"b", 2, "{}"}));
    CHECK(accounts.save_draft("W11", {"a", 3, "{}"}));
    CHECK(accounts.save_draft("W1", {"a", 4, R"({"text":"xy"})"}));
    const auto drafts = accounts.drafts("W1");
    REQUIRE(drafts.size() == 2);
    CHECK(drafts.front().content == R"({"text":"xy"})");
    CHECK(accounts.drop_draft("W1", "a"));
    CHECK_FALSE(accounts.drop_draft("W1", "a"));
    CHECK(accounts.drafts("W11").size() == 1);
    CHECK_FALSE(
        accounts.save_draft("W1", {"c", 5, std::string(Accounts::draft_bytes_max + 1, 'x')}));
    for (std::size_t i = 1; i < Accounts::drafts_max; ++i) {
        CHECK(accounts.save_draft("W1", {"n" + std::to_string(i), 6, "{}"}));
    }
    CHECK_FALSE(accounts.save_draft("W1", {"more", 7, "{}"}));
    CHECK(accounts.save_draft("W1", {"b", 8, "{}"}));
}
