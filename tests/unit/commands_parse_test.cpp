#include "node/cli/fronts.hpp"
#include "node/cli/help.hpp"
#include "node/cli/parse.hpp"
#include "node/cli/suggest.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace jiuying::node;

namespace {

Parsed station(const std::vector<std::string>& words) {
    return parse(commands_of(Program::station), words, Lang::zh);
}

/// The error of a command line, and its details in one text.
std::pair<Error, std::string> wrong(const std::vector<std::string>& words) {
    try {
        (void)station(words);
    } catch (const Failure& failure) {
        CHECK(failure.exit_code() == exit_code::usage);
        std::string details;
        for (const auto& [kind, text] : failure.details()) details += text + "; ";
        return {failure.error(), details};
    }
    FAIL("the command line was taken");
    return {};
}

bool mentions(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a command and its options are understood in any order") {
    const Parsed parsed = station({"--data", "D", "appeal", "list", "--search", "停水", "--json"});
    REQUIRE(parsed.command != nullptr);
    CHECK(parsed.command->path == "appeal list");
    CHECK(parsed.arguments.get("--data") == "D");
    CHECK(parsed.arguments.get("--search") == "停水");
    CHECK(parsed.arguments.has("--json"));
    CHECK_FALSE(parsed.arguments.has("--limit"));
}

TEST_CASE("values may look like options, commands or lists") {
    const Parsed parsed = station({"appeal", "add", "--title", "-5 度", "--text", "[status]",
                                   "--contact", "appeal", "--from=-"});
    CHECK(parsed.arguments.get("--title") == "-5 度");
    CHECK(parsed.arguments.get("--text") == "[status]");
    CHECK(parsed.arguments.get("--contact") == "appeal");
    CHECK(parsed.arguments.get("--from") == "-");
    CHECK(station({"explain", "status"}).arguments.get("CODE") == "status");
}

TEST_CASE("several edits may follow one --set, or each their own") {
    const Parsed parsed =
        station({"appeal", "edit", "X-1", "--set", "title=a", "--set", "phone=1", "text=b c"});
    CHECK(parsed.arguments.get("ID") == "X-1");
    CHECK(parsed.arguments.all("--set") == std::vector<std::string>{"title=a", "phone=1"});
    CHECK(parsed.arguments.all("MORE") == std::vector<std::string>{"text=b c"});
}

TEST_CASE("every field of an appeal that people fill in has its option") {
    const Parsed parsed = station({"appeal", "add", "--occurred-at", "2026-11-23", "--ext-no", "A1",
                                   "--contact-wish", "电话", "--uscc", "x"});
    CHECK(parsed.arguments.get("--occurred-at") == "2026-11-23");
    CHECK(wrong({"appeal", "add", "--number", "1"}).first == Error::unknown_option);
}

TEST_CASE("a mistyped word is answered with the word that was meant") {
    CHECK(wrong({"apeal", "list"}).first == Error::unknown_command);
    CHECK(mentions(wrong({"apeal", "list"}).second, "appeal"));
    CHECK(mentions(wrong({"appeal", "lsit"}).second, "list"));
    CHECK(wrong({"appeal", "list", "--serach", "x"}).first == Error::unknown_option);
    CHECK(mentions(wrong({"appeal", "list", "--serach", "x"}).second, "--search"));
    CHECK_FALSE(mentions(wrong({"appeal", "list", "--zzzzzz"}).second, "也许"));
}

TEST_CASE("what is missing, doubled or too much is a usage error of ours") {
    CHECK(wrong({"appeal"}).first == Error::missing_option);
    CHECK(mentions(wrong({"appeal"}).second, "import"));
    CHECK(wrong({"appeal", "show"}).first == Error::missing_option);
    CHECK(wrong({"meeting", "add", "--kind", "salon"}).first == Error::missing_option);
    CHECK(wrong({"appeal", "list", "--search"}).first == Error::bad_value);
    CHECK(wrong({"appeal", "list", "--limit", "1", "--limit", "2"}).first == Error::bad_value);
    CHECK(wrong({"appeal", "list", "surplus"}).first == Error::unknown_command);
    CHECK(wrong({"status", "--json=maybe"}).first == Error::bad_value);
    CHECK(wrong({"status", "--lang", "xx"}).first == Error::bad_value);
    CHECK(wrong({"--data", "D"}).first == Error::missing_option);
}

TEST_CASE("numbers are whole and not below their least") {
    CHECK(station({"appeal", "list", "--limit", "7"}).arguments.number("--limit") == 7);
    CHECK_THROWS_AS(station({"appeal", "list", "--limit", "7x"}).arguments.number("--limit"),
                    Failure);
    CHECK_THROWS_AS(station({"appeal", "list", "--limit=-1"}).arguments.number("--limit"), Failure);
    CHECK_FALSE(station({"appeal", "list"}).arguments.number("--limit").has_value());
}

TEST_CASE("language and JSON count even where the rest is wrong") {
    const Manner manner = manner_of({"nonsense", "--lang", "en", "--json"});
    CHECK(manner.lang == Lang::en);
    CHECK(manner.json);
    CHECK(manner_of({"--lang=en"}).lang == Lang::en);
    CHECK(manner_of({"--lang"}).lang == Lang::zh);
}

TEST_CASE("help needs neither a command nor its options") {
    CHECK(station({}).help);
    CHECK(station({"--help"}).help);
    CHECK(station({"appeal", "--help"}).noun == "appeal");
    const Parsed parsed = station({"appeal", "show", "--help"});
    CHECK(parsed.help);
    CHECK(parsed.command->path == "appeal show");
    CHECK(station({"--version"}).version);
}

TEST_CASE("every command of both programs has help in both languages and its own name") {
    for (const Program program : {Program::station, Program::hub}) {
        std::set<std::string> paths;
        for (const CommandSpec& command : commands_of(program)) {
            INFO(command.path);
            CHECK(paths.insert(command.path).second);
            CHECK(command.run != nullptr);
            for (const Lang lang : {Lang::zh, Lang::en}) {
                CHECK(mentions(usage(program, command, lang), command.path));
                CHECK(mentions(overview(program, lang), command.path));
            }
            std::set<std::string> names;
            for (const OptionSpec& spec : command.options) CHECK(names.insert(spec.name).second);
            for (const OptionSpec& spec : common_options()) {
                INFO(spec.name);
                CHECK(names.insert(spec.name).second);
            }
        }
    }
    CHECK(mentions(exit_codes_page(Lang::en), "130"));
}

TEST_CASE("the commands of the contract exist in the program that has them") {
    const auto has = [](Program program, std::string_view path) {
        for (const CommandSpec& command : commands_of(program)) {
            if (command.path == path) return true;
        }
        return false;
    };
    for (const char* path :
         {"init",        "invite",       "serve",           "appeal add",    "appeal import",
          "appeal list", "appeal show",  "appeal edit",     "meeting add",   "region import",
          "unit import", "staff import", "category import", "station list",  "status",
          "digest",      "verify",       "conflict list",   "conflict show", "conflict resolve",
          "explain"}) {
        INFO(path);
        CHECK(has(Program::hub, path));
    }
    for (const char* path : {"init",
                             "rejoin",
                             "serve",
                             "appeal add",
                             "appeal import",
                             "appeal list",
                             "appeal show",
                             "appeal edit",
                             "appeal note",
                             "meeting add",
                             "meeting list",
                             "enterprise list",
                             "sync now",
                             "sync status",
                             "status",
                             "digest",
                             "verify",
                             "conflict list",
                             "conflict resolve",
                             "demo",
                             "explain",
                             "generate registry",
                             "generate workflow"}) {
        INFO(path);
        CHECK(has(Program::station, path));
    }
    CHECK_FALSE(has(Program::station, "invite"));
    CHECK_FALSE(has(Program::hub, "sync now"));
}

TEST_CASE("the distance of two words counts a swap of neighbours once") {
    CHECK(edit_distance("search", "search") == 0);
    CHECK(edit_distance("serach", "search") == 1);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("import", "export") == 2);
    CHECK(nearest("xyz", {"list", "show"}).empty());
    CHECK(nearest("confl", {"conflict", "config"}) == "conflict");
    CHECK(nearest(std::string(500, 'a'), {"list"}).empty());
}
