#include "node/cli/run.hpp"

#include "node/base/private_memory.hpp"
#include "node/cli/desk.hpp"
#include "node/cli/help.hpp"
#include "node/cli/parse.hpp"
#include "node/commands/boundary.hpp"
#include "node/commands/failure_wire.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

namespace jiuying::node {
namespace {

/// As in the top level CMakeLists.txt.
constexpr std::string_view version = "0.1.0";

/// What the signal handler says: prepared before, since it may not allocate.
struct LastWords {
    std::array<char, 2048> text{};
    std::size_t size = 0;
    int where = STDERR_FILENO;
};
LastWords last_words;

/// Whatever was acknowledged is on the disk, so there is nothing to tidy up. `serve` replaces this
/// handler by an orderly stop.
void end_at_once(int) {
    [[maybe_unused]] const ssize_t written =
        ::write(last_words.where, last_words.text.data(), last_words.size);
    ::_exit(exit_code::interrupted);
}

std::string failure_text(const Failure& failure, Manner manner, std::string_view program) {
    if (manner.json) return json::serialize(error_document(failure, manner.lang, program)) + "\n";
    return failure.text(manner.lang, program);
}

void prepare_for_signals(Manner manner, std::string_view program) {
    const std::string words = failure_text(Failure{Error::interrupted}, manner, program);
    last_words.size = std::min(words.size(), last_words.text.size());
    std::memcpy(last_words.text.data(), words.data(), last_words.size);
    last_words.where = manner.json ? STDOUT_FILENO : STDERR_FILENO;
    std::signal(SIGINT, end_at_once);
    std::signal(SIGPIPE, SIG_IGN);  // A reader that went away is an error of write, not our end.
    std::signal(SIGXFSZ, SIG_IGN);  // So is a file that may not grow (ulimit -f).
}

int report(const Failure& failure, Manner manner, std::string_view program) {
    const std::string text = failure_text(failure, manner, program);
    std::FILE* out = manner.json ? stdout : stderr;
    const bool told =
        std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
    // Where even this can't be written (`> /dev/full`), a person should still see it.
    if (!told && manner.json) std::fwrite(text.data(), 1, text.size(), stderr);
    return failure.exit_code();
}

int run(Program program, const std::vector<std::string>& words, Manner manner) {
    const Parsed parsed = parse(commands_of(program), words, manner.lang);
    Desk desk{program, manner.lang, manner.json, parsed.arguments};
    if (parsed.version) {
        const std::string line =
            std::string{name_of(program)}.append(" ").append(version).append("\n");
        desk.answer({{"program", name_of(program)}, {"version", version}}, line);
        return exit_code::ok;
    }
    if (parsed.help) {
        desk.print(parsed.command == nullptr ? overview(program, manner.lang, parsed.noun)
                                             : usage(program, *parsed.command, manner.lang));
        return exit_code::ok;
    }
    return within_boundary([&] { return parsed.command->run(desk, parsed.arguments); });
}

}  // namespace

int run_program(Program program, int argc, char** argv) {
    keep_memory_private();
    const std::vector<std::string> words{argv + std::min(argc, 1), argv + argc};
    const Manner manner = manner_of(words);
    ::umask(077);  // Whatever we make is for its owner only.
    prepare_for_signals(manner, name_of(program));
    try {
        return run(program, words, manner);
    } catch (const Failure& failure) {
        return report(failure, manner, name_of(program));
    } catch (...) {
        return report(Failure{Error::unexpected}, manner, name_of(program));
    }
}

}  // namespace jiuying::node
