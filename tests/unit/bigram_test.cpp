#include "node/search/bigram.hpp"

#include "node/store/sqlite.hpp"
#include "schema/utf8.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace jiuying;
using namespace jiuying::node;

namespace {

/// FTS5 as the store uses it, and the texts beside it.
class Shelf {
public:
    Shelf() {
        db_.execute("CREATE TABLE text(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
        db_.execute("CREATE VIRTUAL TABLE words USING fts5(body, tokenize='unicode61')");
    }
    void put(int id, std::string_view text) {
        db_.statement("INSERT INTO text VALUES(?,?)").run(id, text);
        db_.statement("INSERT INTO words(rowid, body) VALUES(?,?)").run(id, index_text(text));
    }
    /// By the index, and checked against the search without it.
    std::vector<int> find(std::string_view words) {
        const SearchQuery query = SearchQuery::parse(words);
        std::vector<int> found;
        std::vector<int> scanned;
        db_.statement("SELECT id, body FROM text ORDER BY id")
            .each<int, std::string>([&](int id, const std::string& body) {
                if (!query.empty() && query.matches(body)) scanned.push_back(id);
                if (!query.empty() && found_by_index(query, id)) found.push_back(id);
            });
        CHECK(found == scanned);
        return found;
    }

private:
    bool found_by_index(const SearchQuery& query, int id) {
        for (const std::string& single : query.single_characters()) {
            if (!db_.statement("SELECT 1 FROM text WHERE id=? AND body LIKE '%'||?||'%'")
                     .maybe<int>(id, single)) {
                return false;
            }
        }
        const std::string match = query.fts5_match();
        return match.empty() || db_.statement("SELECT 1 FROM words WHERE words MATCH ? AND rowid=?")
                                    .maybe<int>(match, id)
                                    .has_value();
    }
    sqlite::Database db_ = sqlite::Database::open(":memory:");
};

using Ids = std::vector<int>;

}  // namespace

TEST_CASE("Chinese is indexed in pairs, the rest in words", "[search]") {
    CHECK(index_text("路灯不亮") == "路灯 灯不 不亮");
    CHECK(index_text("路灯不亮，3号楼") == "路灯 灯不 不亮 3 号楼");
    CHECK(index_text("水。") == "水");
    CHECK(index_text("ＳＨＧ０１－ａｂ") == "shg01 ab");
    CHECK(index_text("SHG01-20261123-0042") == "shg01 20261123 0042");
    CHECK(index_text("A区Wi-Fi 5G信号") == "a 区 wi fi 5g 信号");
    CHECK(index_text("").empty());
    CHECK(index_text("，。！？ \n\t\"'*^:()").empty());
    CHECK(index_text("时々〇") == "时々 々〇");
    CHECK(index_text(std::string_view{"\xFF路灯\xE8\xB7", 9}) == "路灯");
}

TEST_CASE("a word is found wherever it stands in a text", "[search]") {
    Shelf shelf;
    shelf.put(1, "鸠江区某小区3号楼路灯不亮，夜里很黑");
    shelf.put(2, "自来水压力不足，3号楼没有水");
    shelf.put(3, "SHG01-20261123-0042 补报：路口积水");
    CHECK(shelf.find("路灯") == Ids{1});
    CHECK(shelf.find("灯不亮") == Ids{1});
    CHECK(shelf.find("路不") == Ids{});
    CHECK(shelf.find("3号楼") == Ids{1, 2});
    CHECK(shelf.find("３号楼路灯") == Ids{1});
    CHECK(shelf.find("3号楼 自来水") == Ids{2});
    CHECK(shelf.find("自来水\u3000路灯") == Ids{});
    CHECK(shelf.find("shg01-20261123-0042") == Ids{3});
    CHECK(shelf.find("0042补报") == Ids{3});
    CHECK(shelf.find("0041") == Ids{});
}

TEST_CASE("one character alone is found too", "[search]") {
    Shelf shelf;
    shelf.put(1, "水");
    shelf.put(2, "停水三天");
    shelf.put(3, "喝不上水");
    shelf.put(4, "停电");
    CHECK(shelf.find("水") == Ids{1, 2, 3});
    CHECK(shelf.find("停 水") == Ids{2});
    CHECK(shelf.find("停水 三") == Ids{2});
}

TEST_CASE("a single character at the edge of a mixed word may go on in the text", "[search]") {
    Shelf shelf;
    shelf.put(1, "高楼5号漏水");
    shelf.put(2, "5号");
    shelf.put(3, "5楼");
    CHECK(shelf.find("楼5号") == Ids{1});
    CHECK(shelf.find("5号") == Ids{1, 2});
    CHECK(shelf.find("5楼") == Ids{3});
    CHECK(shelf.find("楼5号漏") == Ids{1});
    CHECK(shelf.find("楼5号停") == Ids{});
}

TEST_CASE("marks of a query language in a search are only separators", "[search]") {
    Shelf shelf;
    shelf.put(1, "路灯 and 水管");
    for (const char* words : {"\"路灯\"", "路灯*", "body:路灯 水管", "(路灯)", "-路灯",
                              "路灯 AND 水管", "NEAR(路灯)", "{路灯} + ^水管"}) {
        INFO(words);
        CHECK_NOTHROW(shelf.find(words));
    }
    CHECK(shelf.find("\"路灯\"") == Ids{1});
    CHECK(shelf.find("路灯 AND 水管") == Ids{1});
    CHECK(shelf.find("。。。") == Ids{});
    CHECK(SearchQuery::parse("。。。").empty());
    CHECK(SearchQuery::parse("").empty());
    CHECK(SearchQuery::parse(" \u3000 ").empty());
}

TEST_CASE("every Han character can be found, those newer than SQLite too", "[search]") {
    std::vector<char32_t> codes{0x3400,  0x4DB5,  0x4DBF,  0x4E00,  0x9FCB,  0x9FCC,  0x9FCD,
                                0x9FEF,  0x9FFF,  0xF900,  0xFA6E,  0xFAD9,  0x20000, 0x2A6DF,
                                0x2B81D, 0x2CEA1, 0x2EBE0, 0x30000, 0x3134A, 0x3007,  0x3005};
    for (char32_t code = 0x3400; code < 0x32000; code += 97) {
        const bool han = code <= 0x4DBF || (code >= 0x4E00 && code <= 0x9FFF) || code >= 0x20000;
        if (han) codes.push_back(code);
    }
    sqlite::Database db = sqlite::Database::open(":memory:");
    db.execute("CREATE VIRTUAL TABLE words USING fts5(body, tokenize='unicode61')");
    int id = 0;
    for (const char32_t code : codes) {
        std::string text = "某";
        schema::append_utf8(text, code);
        db.statement("INSERT INTO words(rowid, body) VALUES(?,?)")
            .run(++id, index_text(text + "路"));
    }
    id = 0;
    for (const char32_t code : codes) {
        std::string word;
        schema::append_utf8(word, code);
        word += "路";
        INFO("U+" << std::hex << static_cast<unsigned>(code));
        ++id;
        const std::string match = SearchQuery::parse(word).fts5_match();
        std::vector<int> found;
        db.statement("SELECT rowid FROM words WHERE words MATCH ?")
            .each<int>([&](int row) { found.push_back(row); }, match);
        CHECK(std::ranges::count(found, id) == 1);
    }
}

TEST_CASE("a search with very many words stays a search", "[search]") {
    Shelf shelf;
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "路灯 ";
    shelf.put(1, "路灯不亮");
    CHECK(shelf.find(many) == Ids{1});
    CHECK(shelf.find(std::string(100'000, 'x')) == Ids{});
}
