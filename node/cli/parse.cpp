#include "node/cli/parse.hpp"

#include "node/cli/suggest.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <map>

namespace jiuying::node {
namespace {

/// A command's first word, and its second or nothing.
std::pair<std::string, std::string> split(const std::string& path) {
    const std::size_t space = path.find(' ');
    if (space == path.npos) return {path, ""};
    return {path.substr(0, space), path.substr(space + 1)};
}

void bind(CLI::App& app, const OptionSpec& spec, Arguments& into) {
    const std::string name = spec.name;
    if (spec.is_switch()) {
        app.add_flag_callback(name, [&into, name] { into.add(name, ""); });
        return;
    }
    CLI::Option* option = app.add_option(name, [&into, name](const CLI::results_t& results) {
        for (const std::string& value : results) into.add(name, value);
        return true;
    });
    if (spec.is_word() && spec.many) {
        option->expected(0, CLI::detail::expected_max_vector_size)->allow_extra_args(true);
        return;
    }
    option->expected(1)->allow_extra_args(false);
    if (spec.many) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

/// The CLI11 tree of a table of commands. Lives while its arguments are filled.
class Grammar {
public:
    Grammar(const std::vector<CommandSpec>& commands, Arguments& into) : commands_(commands) {
        prepare(root_);
        for (const OptionSpec& spec : common_options()) bind(root_, spec, into);
        root_.add_flag("-h,--help", help_);
        root_.add_flag("--version", version_);
        for (const CommandSpec& command : commands) {
            const auto [noun, verb] = split(command.path);
            CLI::App*& top = nouns_[noun];
            if (top == nullptr) {
                top = root_.add_subcommand(noun);
                prepare(*top);
            }
            CLI::App* leaf = top;
            if (!verb.empty()) {
                leaf = top->add_subcommand(verb);
                prepare(*leaf);
            }
            for (const OptionSpec& spec : command.options) bind(*leaf, spec, into);
            leaves_[leaf] = &command;
        }
    }

    CLI::App& root() { return root_; }
    [[nodiscard]] bool help() const { return help_; }
    [[nodiscard]] bool version() const { return version_; }

    [[nodiscard]] std::string noun() const {
        const auto chosen = root_.get_subcommands();
        return chosen.empty() ? "" : chosen.front()->get_name();
    }
    [[nodiscard]] const CommandSpec* command() const {
        auto chosen = root_.get_subcommands();
        if (chosen.empty()) return nullptr;
        const auto verbs = chosen.front()->get_subcommands();
        const auto leaf = leaves_.find(verbs.empty() ? chosen.front() : verbs.front());
        return leaf == leaves_.end() ? nullptr : leaf->second;
    }
    /// First words; or second words behind \p noun.
    [[nodiscard]] std::vector<std::string> words(const std::string& noun) const {
        std::vector<std::string> all;
        for (const CommandSpec& command : commands_) {
            const auto [first, second] = split(command.path);
            const std::string& word = noun.empty() ? first : second;
            if ((noun.empty() || first == noun) && !word.empty()) all.push_back(word);
        }
        return all;
    }

private:
    static void prepare(CLI::App& app) {
        app.set_help_flag();
        app.allow_extras();  // What is left over gets an error of ours.
        app.fallthrough();
        app.require_subcommand(0, 1);
    }

    const std::vector<CommandSpec>& commands_;
    CLI::App root_;
    bool help_ = false;
    bool version_ = false;
    std::map<std::string, CLI::App*> nouns_;
    std::map<const CLI::App*, const CommandSpec*> leaves_;
};

Failure with_guess(Failure failure, std::string_view typed, const std::vector<std::string>& known,
                   Lang lang) {
    const std::string guess = nearest(typed, known);
    if (guess.empty()) return failure;
    failure.with(Detail::reason,
                 std::string{pick(lang, "也许要输入 ", "did you mean ")}.append(guess));
    return failure;
}

std::string before_equals(std::string_view word) {
    return std::string{word.substr(0, word.find('='))};
}

/// A word that may be meant for a command or an option; any other may be a name or a phone number
/// in the wrong place, and is not repeated.
std::string repeatable(const std::string& word) {
    constexpr std::size_t longest = 24;
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    };
    return word.size() <= longest && std::ranges::all_of(word, plain) ? word : "…";
}

std::vector<std::string> options_of(const CommandSpec* command) {
    std::vector<std::string> names{"--help"};
    for (const OptionSpec& spec : common_options()) names.push_back(spec.name);
    if (command == nullptr) return names;
    for (const OptionSpec& spec : command->options) {
        if (!spec.is_word()) names.push_back(spec.name);
    }
    return names;
}

[[noreturn]] void throw_left_over(const Grammar& grammar, const std::vector<std::string>& left,
                                  Lang lang) {
    const CommandSpec* command = grammar.command();
    const auto option = std::ranges::find_if(
        left, [](const std::string& word) { return word.size() > 1 && word.starts_with('-'); });
    if (option != left.end() && (command != nullptr || option == left.begin())) {
        const std::string name = repeatable(before_equals(*option));
        throw with_guess(Failure{Error::unknown_option, Detail::option, name}, name,
                         options_of(command), lang);
    }
    const std::string noun = grammar.noun();
    const std::string word = repeatable(left.front());
    const std::string typed = command == nullptr && !noun.empty() ? noun + " " + word : word;
    Failure failure{Error::unknown_command, Detail::command, typed};
    if (command != nullptr) throw failure;
    throw with_guess(std::move(failure), left.front(), grammar.words(noun), lang);
}

/// Only options, or only the first word of a command.
[[noreturn]] void throw_lacking(const Grammar& grammar, const std::string& noun, Lang lang) {
    std::string choices{pick(lang, "可以是 ", "one of ")};
    for (const std::string& word : grammar.words(noun)) choices.append(word).append(" ");
    choices.pop_back();
    Failure failure{Error::missing_option, Detail::command, noun.empty() ? "…" : noun + " …"};
    throw failure.with(Detail::reason, std::move(choices));
}

void check_required(const CommandSpec& command, const Arguments& arguments) {
    for (const OptionSpec& spec : command.options) {
        if (spec.required && !arguments.has(spec.name)) {
            throw Failure{Error::missing_option, Detail::option, spec.name};
        }
    }
}

}  // namespace

std::optional<std::int64_t> Arguments::number(std::string_view option, std::int64_t least) const {
    const auto text = find(option);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const char* last = text->data() + text->size();
    const auto [end, error] = std::from_chars(text->data(), last, value);
    if (error != std::errc{} || end != last || value < least) {
        throw Failure{Error::bad_value, Detail::option, std::string{option}};
    }
    return value;
}

Manner manner_of(const std::vector<std::string>& words) {
    Manner manner;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (words[at] == "--json") manner.json = true;
        std::string_view value;
        if (words[at] == "--lang" && at + 1 < words.size()) value = words[at + 1];
        if (words[at].starts_with("--lang=")) value = std::string_view{words[at]}.substr(7);
        if (const auto lang = parse_lang(value)) manner.lang = *lang;
    }
    return manner;
}

Parsed parse(const std::vector<CommandSpec>& commands, const std::vector<std::string>& words,
             Lang lang) {
    Parsed parsed;
    Grammar grammar{commands, parsed.arguments};
    try {
        std::vector<std::string> backwards{words.rbegin(), words.rend()};  // As CLI11 wants it.
        grammar.root().parse(backwards);
    } catch (const CLI::ParseError& error) {
        // Its text begins with the option's name; the rest is English of its own.
        const std::string text = error.what();
        throw Failure{Error::bad_value, Detail::option, text.substr(0, text.find_first_of(": "))};
    }
    parsed.help = grammar.help();
    parsed.version = grammar.version();
    parsed.noun = grammar.noun();
    parsed.command = grammar.command();
    const std::vector<std::string> left = grammar.root().remaining(true);
    if (!left.empty() && !parsed.version) throw_left_over(grammar, left, lang);
    if (parsed.help || parsed.version) return parsed;
    if (parsed.command == nullptr) {
        if (words.empty()) {
            parsed.help = true;
            return parsed;
        }
        throw_lacking(grammar, parsed.noun, lang);
    }
    if (parsed.arguments.has("--lang") && !parse_lang(parsed.arguments.get("--lang"))) {
        throw Failure{Error::bad_value, Detail::option, "--lang"};
    }
    check_required(*parsed.command, parsed.arguments);
    return parsed;
}

}  // namespace jiuying::node
