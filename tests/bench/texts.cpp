#include "tests/bench/texts.hpp"

#include "node/import/csv.hpp"
#include "schema/utf8.hpp"

#include <initializer_list>
#include <stdexcept>

namespace jiuying::bench {
namespace {

/// The bounds of the fields that they go into.
constexpr std::size_t title_characters = 200, body_characters = 20'000, reply_characters = 200;

std::string_view stripped(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The first \p most characters.
std::string beginning(std::string_view text, std::size_t most) {
    text = stripped(text);
    std::size_t at = 0;
    for (std::size_t n = 0; n < most && at < text.size(); ++n) {
        at += schema::first_code_point(text.substr(at)).size;
    }
    return std::string{text.substr(0, at)};
}

std::size_t column_named(const std::vector<std::string>& columns,
                         std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] == name) return i;
        }
    }
    throw std::runtime_error("texts: there is no column " + std::string{*names.begin()});
}

}  // namespace

std::vector<Texts> load_texts(const std::filesystem::path& file, std::size_t most) {
    node::FileSource source{file};
    node::CsvReader csv{source};
    if (csv.open()) throw std::runtime_error("texts: not a CSV file with a header line");
    const auto& columns = csv.columns();
    const std::size_t title = column_named(columns, {"title"});
    const std::size_t body = column_named(columns, {"text", "detail", "content"});
    const std::size_t reply = column_named(columns, {"reply"});
    std::vector<Texts> texts;
    while (texts.size() < most) {
        const node::CsvReader::Item item = csv.next();
        if (std::holds_alternative<node::SourceEnd>(item)) break;
        if (std::holds_alternative<node::SourceFailure>(item)) {
            throw std::runtime_error("texts: the file is damaged");
        }
        const auto* row = std::get_if<node::SourceRow>(&item);
        if (row == nullptr) continue;
        Texts one{beginning(row->fields[title], title_characters),
                  beginning(row->fields[body], body_characters),
                  beginning(row->fields[reply], reply_characters)};
        if (!one.body.empty()) texts.push_back(std::move(one));
    }
    if (texts.empty()) throw std::runtime_error("texts: the file holds no rows");
    return texts;
}

}  // namespace jiuying::bench
