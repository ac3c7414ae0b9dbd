// The recovery key in shares: any two of three make it, one says nothing, and a wrong one is told.
#include "node/keys/recovery_shares.hpp"
#include "tests/support/keyrings.hpp"

#include <boost/json.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <set>

using namespace jiuying;
using namespace jiuying::node;
using test::quick_cost;

namespace {

struct Split {
    RecoveryFiles files;
    std::vector<std::string> shares;
};

const Passphrase words{"kept in the safe"};

Split split(ShareRule rule, Environment& environment) {
    auto files = make_recovery_key(words, environment, quick_cost);
    REQUIRE(files.has_value());
    auto shares = split_recovery_key(files->private_file, words, rule, environment);
    REQUIRE(shares.has_value());
    return {*std::move(files), *std::move(shares)};
}

/// The share with another bit in it, and words that fit.
std::string altered(const std::string& share) {
    auto document = read_checked(share, "jiuying-recovery-share");
    REQUIRE(document.has_value());
    std::string hex{document->at("share").as_string()};
    hex[5] = hex[5] == '0' ? '1' : '0';
    (*document)["share"] = hex;
    return with_checksum(*document);
}

bool joins_to(const sync::BoxKey& key, const std::vector<std::string>& shares) {
    const auto joined = join_recovery_shares(shares);
    return joined && joined->key.pair.public_key() == key;
}

}  // namespace

TEST_CASE("any so many shares of the recovery key make it, in any order", "[keyring]") {
    SystemEnvironment environment;
    const auto rule = GENERATE(ShareRule{3, 2}, ShareRule{2, 2}, ShareRule{5, 3}, ShareRule{8, 4});
    const Split made = split(rule, environment);
    REQUIRE(made.shares.size() == rule.shares);
    CHECK(std::set<std::string>(made.shares.begin(), made.shares.end()).size() == rule.shares);
    for (unsigned first = 0; first < rule.shares; ++first) {
        std::vector<std::string> some;
        for (unsigned more = 0; more < rule.need; ++more) {
            some.push_back(made.shares[(first + more) % rule.shares]);
        }
        CHECK(joins_to(made.files.public_key, some));
        some.pop_back();
        CHECK(join_recovery_shares(some).error() == Errc::exhausted);
        some.push_back(some.front());
        CHECK(join_recovery_shares(some).error() == Errc::exhausted);  // One twice is one.
    }
}

TEST_CASE("a share alone is no part of the key", "[keyring]") {
    SystemEnvironment environment;
    const auto files = make_recovery_key(words, environment, quick_cost);
    REQUIRE(files.has_value());
    const auto seed = open_recovery_seed(files->private_file, words);
    REQUIRE(seed.has_value());
    // With another splitting the share under a number is another one, whatever the key is.
    std::set<std::string> seen;
    for (int time = 0; time < 20; ++time) {
        const auto shares = split_recovery_key(files->private_file, words, {}, environment);
        REQUIRE(shares.has_value());
        for (const std::string& share : *shares) {
            CHECK(share.find(sync::hex_encode(seed->seed.view())) == std::string::npos);
            seen.insert(share);
        }
    }
    CHECK(seen.size() == 60);
}

TEST_CASE("a share that was altered or is of another key is found out", "[keyring]") {
    SystemEnvironment environment;
    const Split made = split({3, 2}, environment);
    const Split other = split({3, 2}, environment);
    SECTION("with one right share beside it nothing comes out") {
        CHECK(join_recovery_shares(std::vector{made.shares[0], altered(made.shares[2])}).error() ==
              Errc::not_authentic);
        CHECK(join_recovery_shares(std::vector{made.shares[0], other.shares[1]}).error() ==
              Errc::not_authentic);
    }
    SECTION("with two right shares it is named") {
        const auto joined = join_recovery_shares(
            std::vector{altered(made.shares[1]), made.shares[2], made.shares[0]});
        REQUIRE(joined.has_value());
        CHECK(joined->key.pair.public_key() == made.files.public_key);
        CHECK(joined->used == std::vector<unsigned>{1, 3});
        CHECK(joined->wrong == std::vector<unsigned>{2});
    }
    SECTION("shares of two splittings of one key don't mix") {
        const auto again = split_recovery_key(made.files.private_file, words, {}, environment);
        REQUIRE(again.has_value());
        CHECK(join_recovery_shares(std::vector{made.shares[0], (*again)[1]}).error() ==
              Errc::not_authentic);
        const auto joined =
            join_recovery_shares(std::vector{made.shares[0], (*again)[1], made.shares[1]});
        REQUIRE(joined.has_value());
        CHECK(joined->wrong == std::vector<unsigned>{2});
    }
    SECTION("any byte of its file") {
        for (std::size_t at = 0; at + 1 < made.shares[0].size(); ++at) {
            std::string flipped = made.shares[0];
            flipped[at] = static_cast<char>(flipped[at] ^ 1);
            if (join_recovery_shares(std::vector{flipped, made.shares[1]})) FAIL("byte " << at);
        }
    }
}

TEST_CASE("a recovery key is split by its passphrase, and by a rule that makes sense",
          "[keyring]") {
    SystemEnvironment environment;
    const auto files = make_recovery_key(words, environment, quick_cost);
    REQUIRE(files.has_value());
    const auto error = [&](const std::string& text, const Passphrase& known, ShareRule rule) {
        return split_recovery_key(text, known, rule, environment).error();
    };
    CHECK(error(files->private_file, Passphrase{"kept in the sage"}, {}) == Errc::wrong_key);
    CHECK(error(files->public_file, words, {}) == Errc::malformed);
    CHECK(error(files->private_file, words, {9, 2}) == Errc::out_of_bounds);
    CHECK(error(files->private_file, words, {3, 1}) == Errc::out_of_bounds);
    CHECK(error(files->private_file, words, {3, 4}) == Errc::out_of_bounds);
    CHECK(join_recovery_shares(std::vector{files->private_file, files->private_file}).error() ==
          Errc::malformed);
    CHECK(join_recovery_shares({}).error() == Errc::exhausted);
}

// Of the seed 00 01 ... 1f; gfcombine (libgfshare-bin 2.0.0) makes it from any two of the three, so
// the library's own tools may always stand in for this program.
TEST_CASE("shares are those of the library's own tools", "[keyring][golden]") {
    const std::string key = "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01";
    const std::array<std::string, 3> bytes{
        "296016e903434dff0292df92d3d04e36be77ab663aceda8ca71f0e7d618e49c9",
        "52c32aca0a8990ea1c22bd24afaa8e7d51dd7df948be933c7b1532d7e626b0ae",
        "7ba23e200dcfdb1216b968bd7077ce44ffbbc48c66655fa7c41326b19bb5e778"};
    std::vector<std::string> shares;
    for (const std::string& share : bytes) {
        shares.push_back(with_checksum({{"format", "jiuying-recovery-share"},
                                        {"version", 1},
                                        {"public_key", key},
                                        {"splitting", std::string(32, '0')},
                                        {"need", 2},
                                        {"shares", 3},
                                        {"number", shares.size() + 1},
                                        {"share", share}}));
    }
    for (std::size_t left_out = 0; left_out < 3; ++left_out) {
        std::vector<std::string> two = shares;
        two.erase(two.begin() + static_cast<std::ptrdiff_t>(left_out));
        const auto joined = join_recovery_shares(two);
        REQUIRE(joined.has_value());
        CHECK(sync::hex_encode(joined->key.pair.public_key().view()) == key);
    }
}
