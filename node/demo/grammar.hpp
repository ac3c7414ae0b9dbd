/// Writes texts from patterns, the same for the same seed on every machine and compiler.
///
/// A pattern is plain text with three kinds of marks, which may be nested:
///     [one|another|]   one of the alternatives, perhaps empty
///     {12-40}          a whole number of that range, both ends included
///     {village}        a word that the caller's lookup gives; it may hold marks itself
/// Patterns are part of the program, so a broken one is a bug and stops it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace jiuying::node::demo {

/// A small generator of evenly spread numbers; for demonstrations and measurements only, never
/// for secrets. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] std::uint64_t next();
    /// From 0 to \p sides - 1, each equally often but for one part in 2^32. \p sides is not 0.
    [[nodiscard]] std::size_t below(std::size_t sides);
    /// True once in \p times.
    [[nodiscard]] bool one_in(std::size_t times) { return below(times) == 0; }
    [[nodiscard]] std::string_view pick(std::span<const std::string_view> words) {
        return words[below(words.size())];
    }

private:
    std::uint64_t state_;
};

/// Gives the pattern that stands for a name; it is expanded in turn.
using Lookup = std::function<std::string_view(std::string_view name, Dice& dice)>;

/// One text in the making. Words named in \p lasting stay the same through all its expansions, so
/// that a village is not another one in the next sentence.
class Writer {
public:
    Writer(Dice& dice, Lookup lookup, std::span<const std::string_view> lasting)
        : dice_(dice), lookup_(std::move(lookup)), lasting_(lasting) {}

    [[nodiscard]] std::string expand(std::string_view pattern);
    /// Fixes a lasting word from outside.
    void remember(std::string_view name, std::string_view word);

private:
    static constexpr int depth_max = 12;

    void write(std::string_view pattern, std::string& out, int depth);
    void write_choice(std::string_view inside, std::string& out, int depth);
    void write_name(std::string_view name, std::string& out, int depth);

    Dice& dice_;
    Lookup lookup_;
    std::span<const std::string_view> lasting_;
    std::map<std::string, std::string, std::less<>> known_;
};

/// Characters (code points) of a UTF-8 text.
[[nodiscard]] std::size_t characters(std::string_view text);

}  // namespace jiuying::node::demo
