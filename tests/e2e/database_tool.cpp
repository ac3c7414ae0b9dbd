// A node's database for end-to-end tests: what somebody with its key and a tool of his own could
// do. Not part of what is shipped.
//
//     database_tool DATA KEY_FILE < [["SQL", [PARAMETER ...]], ...]
//
// Prints [{"rows":[[VALUE ...] ...],"changes":N} ...]. A blob is {"hex":"..."} on both sides.
//
//     database_tool DATA KEY_FILE --pages
//
// Prints every page of the database and of its log as it was before it was encrypted.
#include "node/folder/node_folder.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

using namespace jiuying;

namespace {

namespace json = boost::json;
using Statement =
    std::unique_ptr<sqlite3_stmt, decltype([](sqlite3_stmt* held) { sqlite3_finalize(held); })>;

void bind(sqlite3_stmt* statement, int at, const json::value& value) {
    if (value.is_int64()) {
        sqlite3_bind_int64(statement, at, value.get_int64());
    } else if (value.is_string()) {
        const auto& text = value.get_string();
        sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
    } else if (value.is_object()) {
        const auto bytes = sync::hex_decode(value.at("hex").as_string().c_str()).value();
        sqlite3_bind_blob(statement, at, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_TRANSIENT);
    }
}

json::value cell(sqlite3_stmt* statement, int at) {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
    switch (sqlite3_column_type(statement, at)) {
        case SQLITE_INTEGER: return sqlite3_column_int64(statement, at);
        case SQLITE_TEXT:
            return json::string{reinterpret_cast<const char*>(sqlite3_column_text(statement, at)),
                                size};
        case SQLITE_BLOB: {
            const auto* bytes =
                static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, at));
            return json::object{{"hex", sync::hex_encode({bytes, size})}};
        }
        default: return nullptr;
    }
}

json::object answer(sqlite3* db, const json::array& asked) {
    const std::string sql{asked.at(0).as_string()};
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(db, sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
        throw std::runtime_error{sqlite3_errmsg(db)};
    }
    const Statement statement{prepared};
    int at = 0;
    for (const json::value& value : asked.at(1).as_array()) bind(prepared, ++at, value);
    json::array rows;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(prepared)) == SQLITE_ROW) {
        json::array row;
        for (int i = 0; i < sqlite3_column_count(prepared); ++i) row.push_back(cell(prepared, i));
        rows.push_back(std::move(row));
    }
    if (result != SQLITE_DONE) throw std::runtime_error{sqlite3_errmsg(db)};
    return {{"rows", std::move(rows)}, {"changes", sqlite3_changes64(db)}};
}

void print_pages(const std::filesystem::path& file, const node::cipher::PageKeys& keys,
                 bool is_log) {
    if (!std::filesystem::exists(file)) return;
    constexpr std::size_t size_max = std::size_t{1} << 30U;
    const sync::Bytes bytes = node::read_file(file, size_max);
    const std::size_t size = is_log ? node::cipher::frame_size : node::cipher::page_size;
    const std::size_t start = is_log ? node::cipher::log_header_size : 0;
    std::uint32_t number = 0;
    for (std::size_t at = start; at + size <= bytes.size(); at += size) {
        const sync::View stored = sync::View{bytes}.subspan(at);
        sync::Array<node::cipher::frame_size> plain{};
        ++number;
        const bool opened =
            is_log ? keys.open_frame(stored.first<node::cipher::frame_size>(), number, plain)
                   : keys.open_page(stored.first<node::cipher::page_size>(), number,
                                    std::span{plain}.first<node::cipher::page_size>());
        if (opened) std::fwrite(plain.data(), 1, size, stdout);
    }
}

int print_all_pages(const node::UnlockedKeys& keys) {
    const node::cipher::PageKeys pages{*keys.keyring().secrets().data_key};
    const auto database = keys.layout().database();
    print_pages(database, pages, false);
    print_pages(database.string() + "-wal", pages, true);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) try {
    if (count < 3 || count > 4) return 2;
    node::KeySource source;
    source.key_file = words[2];
    const node::UnlockedKeys keys = node::unlock(words[1], source);
    if (count == 4) return print_all_pages(keys);
    const std::string input{std::istreambuf_iterator<char>{std::cin}, {}};
    node::SystemEnvironment environment;
    const node::CipherVfs vfs{*keys.keyring().secrets().data_key,
                              [&](std::span<std::uint8_t> out) { environment.random(out); }};
    node::sqlite::OpenOptions options;
    options.vfs = vfs.name();
    options.create = false;
    node::sqlite::Database db = node::sqlite::Database::open(keys.layout().database(), options);
    json::array answers;
    db.execute("BEGIN");
    const json::value statements = json::parse(input);
    for (const json::value& asked : statements.as_array()) {
        answers.push_back(answer(&db.handle(), asked.as_array()));
    }
    db.execute("COMMIT");
    std::cout << json::serialize(answers) << '\n';
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "database_tool: %s\n", error.what());
    return 1;
} catch (...) {
    std::fprintf(stderr, "database_tool: failed\n");
    return 1;
}
