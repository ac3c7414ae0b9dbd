// The invitation file: what a damaged or made-up one does.
#include "tests/support/invitations.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>

using namespace jiuying;
namespace json = boost::json;

namespace {

/// The code with which \p text is refused; empty if it is read.
std::string refusal_of(const std::string& text) {
    json::error_code error;
    const json::value document = json::parse(text, error);
    if (error) return "no document";
    try {
        (void)node::parse_invitation(document);
        return {};
    } catch (const node::Failure& failure) {
        return std::string{node::entry_of(failure.error()).code};
    }
}

json::object sound() { return node::to_json(test::sound_invitation()); }

/// Changed, and its checksum made right again, as who forges one would do.
std::string forged(const std::function<void(json::object&)>& change) {
    json::object document = sound();
    change(document);
    test::set_checksum(document);
    return json::serialize(document);
}

}  // namespace

TEST_CASE("an invitation comes back as it was written", "[invitation]") {
    const auto read = node::parse_invitation(sound());
    CHECK(json::serialize(node::to_json(read)) == json::serialize(sound()));
    CHECK(read.station.station_code == "SHG01");
    CHECK(read.station.number_block == 12);
}

TEST_CASE("every byte of an invitation flipped is found", "[invitation]") {
    const std::string text = json::serialize(sound());
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string flipped = text;
            flipped[at] = static_cast<char>(flipped[at] ^ (1U << bit));
            INFO("byte " << at << ", bit " << bit);
            CHECK_FALSE(refusal_of(flipped).empty());
        }
    }
    for (std::size_t size = 0; size < text.size(); size += 7) {
        CHECK_FALSE(refusal_of(text.substr(0, size)).empty());
    }
}

TEST_CASE("an invitation that was made up with a right checksum must still fit together",
          "[invitation]") {
    CHECK(refusal_of(forged([](json::object&) {})).empty());
    const auto hub = [](json::object& document) -> json::object& {
        return document["hub"].as_object();
    };
    const auto station = [](json::object& document) -> json::object& {
        return document["station"].as_object();
    };
    SECTION("the hub's id belongs to its key") {
        CHECK(refusal_of(forged([&](auto& document) {
                  hub(document)["node"] = std::string(32, 'a');
              })) == "JY-0305");
    }
    SECTION("the certificate is sound, and of that hub") {
        CHECK(refusal_of(forged([&](auto& document) {
                  std::string text{hub(document)["certificate"].as_string()};
                  text[40] = text[40] == '0' ? '1' : '0';
                  hub(document)["certificate"] = text;
              })) == "JY-0305");
        CHECK(refusal_of(forged(
                  [&](auto& document) { hub(document)["certificate"] = "not hex"; })) == "JY-0305");
    }
    SECTION("codes, blocks, dates and keys are what they should be") {
        CHECK(refusal_of(forged([&](auto& document) { station(document)["code"] = "../x"; })) ==
              "JY-0305");
        CHECK(refusal_of(forged([&](auto& document) { station(document)["number_block"] = -1; })) ==
              "JY-0305");
        CHECK(refusal_of(forged([](auto& document) { document["expires_at"] = "soon"; })) ==
              "JY-0305");
        CHECK(refusal_of(forged([](auto& document) { document["secret"] = "00"; })) == "JY-0305");
        CHECK(refusal_of(forged([](auto& document) { document.erase("hub"); })) == "JY-0305");
    }
    SECTION("a later format is told as one") {
        CHECK(refusal_of(forged([](auto& document) { document["version"] = 2; })) == "JY-0211");
    }
}
