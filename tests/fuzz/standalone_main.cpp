// Runs a fuzz target without libFuzzer, so that g++ and CI can run it too:
//
//     fuzz_segment [--runs N] [--seconds N] [--seed S] [--from I] [FILE | FOLDER]...
//
// Every file of the corpus first, then mutations of them. Mutation I of seed S depends on the
// corpus, S and I alone, so a failure replays with `--seed S --from I --runs 1`. A folder that does
// not exist is an empty corpus: mutations then start from nothing.
#include <unistd.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
extern "C" [[gnu::weak]] int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t largest_input = std::size_t{1} << 16;
constexpr std::uint64_t most_steps = 8;  ///< Mutations applied to one input.

/// What is running, as text that a dying process can still print.
std::array<char, 512> running{};

void say_what_ran() {
    // Only async-signal-safe calls: this runs while the process dies.
    const auto written = ::write(STDERR_FILENO, running.data(), std::strlen(running.data()));
    static_cast<void>(written);
}

void die(int signal) {
    say_what_ran();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every platform.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30u)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27u)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31u);
    }
    /// From 0 to \p bound - 1. The bias is harmless here.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

private:
    std::uint64_t state_;
};

struct Options {
    std::uint64_t runs = 0;
    std::uint64_t seconds = 0;
    std::uint64_t seed = 1;
    std::uint64_t from = 0;
    std::vector<std::filesystem::path> places;
};

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        std::exit(2);
    }
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

/// The files in \p places in the order of their names, so that mutations replay.
std::vector<std::filesystem::path> corpus_files(const Options& options) {
    std::vector<std::filesystem::path> files;
    for (const auto& place : options.places) {
        if (std::filesystem::is_directory(place)) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
                if (entry.is_regular_file()) files.push_back(entry.path());
            }
        } else if (std::filesystem::exists(place)) {
            files.push_back(place);
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Writes a number of 1 to 8 bytes that sizes and counters are likely to mishandle.
void plant_number(Bytes& input, Random& random) {
    static constexpr std::array<std::uint64_t, 12> numbers{
        0,          1,          0x7F,       0x80,         0xFF,       0xFFFF,
        0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000u, 1ull << 63, ~std::uint64_t{0}};
    if (input.empty()) return;
    const auto number = numbers[random.below(numbers.size())];
    const std::size_t width = std::size_t{1} << random.below(4);
    const std::size_t at = random.below(input.size());
    const bool big_endian = random.below(2) == 0;
    for (std::size_t i = 0; i < width && at + i < input.size(); ++i) {
        const std::size_t byte = big_endian ? width - 1 - i : i;
        input[at + i] = static_cast<std::uint8_t>(number >> (8 * byte));
    }
}

void mutate_once(Bytes& input, const std::vector<Bytes>& corpus, Random& random) {
    const auto at = [&] { return static_cast<std::ptrdiff_t>(random.below(input.size() + 1)); };
    const auto any_byte = [&] { return static_cast<std::uint8_t>(random.next()); };
    switch (random.below(8)) {
        case 0:
            if (!input.empty()) {
                input[random.below(input.size())] ^=
                    static_cast<std::uint8_t>(1u << random.below(8));
            }
            break;
        case 1:
            if (!input.empty()) input[random.below(input.size())] = any_byte();
            break;
        case 2: input.insert(input.begin() + at(), 1 + random.below(16), any_byte()); break;
        case 3: {
            auto first = at(), last = at();
            if (first > last) std::swap(first, last);
            input.erase(input.begin() + first, input.begin() + std::min(last, first + 64));
            break;
        }
        case 4: input.resize(static_cast<std::size_t>(at())); break;
        case 5: plant_number(input, random); break;
        case 6: {  // Repeats a piece, as a replayed or doubled field would.
            auto first = at(), last = at();
            if (first > last) std::swap(first, last);
            const Bytes piece(input.begin() + first, input.begin() + std::min(last, first + 256));
            input.insert(input.begin() + at(), piece.begin(), piece.end());
            break;
        }
        default: {  // The head of this one, the tail of another.
            if (corpus.empty()) break;
            const Bytes& other = corpus[random.below(corpus.size())];
            const auto cut = static_cast<std::ptrdiff_t>(random.below(other.size() + 1));
            input.resize(static_cast<std::size_t>(at()));
            input.insert(input.end(), other.begin() + cut, other.end());
        }
    }
    if (input.size() > largest_input) input.resize(largest_input);
}

Bytes mutation(const std::vector<Bytes>& corpus, std::uint64_t seed, std::uint64_t index) {
    Random random(Random(seed).next() ^ Random(~index).next());
    Bytes input = corpus.empty() ? Bytes{} : corpus[random.below(corpus.size())];
    const auto steps = 1 + random.below(most_steps);
    for (std::uint64_t i = 0; i < steps; ++i) mutate_once(input, corpus, random);
    return input;
}

void run_one(const Bytes& input) {
    // A block of exactly this size, so that the address sanitizer sees a read past its end.
    const Bytes exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

[[noreturn]] void usage() {
    std::fputs("usage: fuzz_X [--runs N] [--seconds N] [--seed S] [--from I] [FILE|FOLDER]...\n",
               stderr);
    std::exit(2);
}

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        std::uint64_t* target = nullptr;
        if (word == "--runs") target = &options.runs;
        if (word == "--seconds") target = &options.seconds;
        if (word == "--seed") target = &options.seed;
        if (word == "--from") target = &options.from;
        if (target == nullptr) {
            if (word.starts_with("--")) usage();
            options.places.emplace_back(word);
            continue;
        }
        if (++i == count) usage();
        const std::string_view number = arguments[i];
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), *target);
        if (error != std::errc{} || end != number.data() + number.size()) usage();
    }
    return options;
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = read_options(count, arguments);
    if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&count, &arguments);
    if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(say_what_ran);
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) {
        // The sanitizer reports the rest itself, and better.
        if (__sanitizer_set_death_callback == nullptr || signal == SIGABRT) {
            std::signal(signal, die);
        }
    }

    std::vector<Bytes> corpus;
    for (const auto& file : corpus_files(options)) {
        std::snprintf(running.data(), running.size(), "\nfuzz: died on %s\n", file.c_str());
        corpus.push_back(read_file(file));
        run_one(corpus.back());
    }

    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    std::uint64_t done = 0;
    while (done < options.runs || std::chrono::steady_clock::now() < end) {
        const auto index = options.from + done;
        std::snprintf(running.data(), running.size(),
                      "\nfuzz: died; replay with --seed %llu --from %llu --runs 1\n",
                      static_cast<unsigned long long>(options.seed),
                      static_cast<unsigned long long>(index));
        run_one(mutation(corpus, options.seed, index));
        ++done;
    }
    std::fprintf(stderr, "fuzz: %zu corpus files, %llu mutations, no failure\n", corpus.size(),
                 static_cast<unsigned long long>(done));
    return 0;
}
