// What every log ever written relies on: tests/golden/registry-v1.txt only grows.
#include "schema/registry.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <vector>

using namespace jiuying::schema;

namespace {

using Lines = std::vector<std::string>;

std::string number(std::uint64_t value) { return std::to_string(value); }

/// One line for each thing that must stay what it is.
Lines pinned(Registry registry) {
    constexpr std::array<const char*, 8> kinds{"text", "number", "boolean", "choice",
                                               "time", "record", "bytes",   "set"};
    constexpr std::array<const char*, 7> merges{"owner", "last", "append", "set",
                                                "min",   "max",  "ask"};
    constexpr std::array<const char*, 4> writers{"any", "home", "station", "hub"};
    constexpr std::array<const char*, 3> homes{"reference", "scope", "derived"};
    Lines lines;
    for (const Entity& entity : registry) {
        const std::string id = number(static_cast<std::uint64_t>(entity.id));
        lines.push_back("entity " + id + " " + std::string(entity.name) + " " +
                        homes.at(static_cast<std::size_t>(entity.home)));
        for (const Field& field : entity.fields) {
            const std::string place = id + "." + number(field.id);
            lines.push_back("field " + place + " " + std::string(field.name) + " " +
                            kinds.at(static_cast<std::size_t>(field.kind)) + " " +
                            merges.at(static_cast<std::size_t>(field.merge)) + " " +
                            writers.at(static_cast<std::size_t>(field.writer)));
            for (std::size_t i = 0; i < field.choices.size(); ++i) {
                lines.push_back("choice " + place + "." + number(i + 1) + " " +
                                std::string(field.choices[i]));
            }
        }
    }
    return lines;
}

Lines kept() {
    std::ifstream file(JIUYING_SOURCE_DIR "/tests/golden/registry-v1.txt", std::ios::binary);
    REQUIRE(file.good());
    Lines lines;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != '#') lines.push_back(line);
    }
    return lines;
}

/// Lines of \p these that \p others lack.
std::string missing(const Lines& these, const Lines& others) {
    std::string all;
    for (const std::string& line : these) {
        if (std::ranges::find(others, line) == others.end()) all += line + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("no id, kind, policy or choice that was ever used comes to mean something else",
          "[registry]") {
    INFO(
        "These stand in logs that are written already and must be in schema/entities.cpp as they "
        "were. To change one: leave it, add a new field with the next free id (or a new choice at "
        "the end of the list), and stop writing the old one.");
    CHECK(missing(kept(), pinned(registry())) == "");
}

TEST_CASE("what is new in the registry is pinned down", "[registry]") {
    INFO("Append these lines to tests/golden/registry-v1.txt; never change one that is there.");
    CHECK(missing(pinned(registry()), kept()) == "");
}
