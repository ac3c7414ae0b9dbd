#include "node/import/csv.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace jiuying;
using namespace jiuying::node;

namespace {

/// What came out of a file: good rows as "number:a|b", bad ones as "number!reason".
struct Read {
    std::vector<std::string> rows;
    std::optional<FileProblem> failed;
    std::vector<std::uint64_t> lines;
};

Read read_from(ByteSource& source, const RowLimits& limits = {}) {
    Read read;
    CsvReader reader{source, limits};
    if (const auto failure = reader.open()) {
        read.failed = failure->problem;
        return read;
    }
    for (;;) {
        const CsvReader::Item item = reader.next();
        if (const auto* row = std::get_if<SourceRow>(&item)) {
            std::string text = std::to_string(row->number) + ":";
            for (std::size_t i = 0; i < row->fields.size(); ++i) {
                if (i > 0) text += "|";
                text += row->fields[i];
            }
            read.rows.push_back(text);
            read.lines.push_back(row->line);
        } else if (const auto* bad = std::get_if<BadRow>(&item)) {
            read.rows.push_back(std::to_string(bad->number) + "!" +
                                std::string{name_of(bad->problem)});
            read.lines.push_back(bad->line);
        } else {
            if (const auto* failure = std::get_if<SourceFailure>(&item)) {
                read.failed = failure->problem;
            }
            return read;
        }
    }
}

/// Reads `text` whole and in pieces of every small size; all must agree.
Read read_csv(std::string_view text, const RowLimits& limits = {}) {
    MemorySource whole{sync::as_view(text)};
    Read read = read_from(whole, limits);
    for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
        MemorySource pieces{sync::as_view(text), piece};
        const Read again = read_from(pieces, limits);
        CHECK(again.rows == read.rows);
        CHECK(again.failed == read.failed);
        CHECK(again.lines == read.lines);
    }
    return read;
}

std::vector<std::string> rows_of(std::string_view text, const RowLimits& limits = {}) {
    const Read read = read_csv(text, limits);
    CHECK_FALSE(read.failed);
    return read.rows;
}

std::string gzipped(std::string_view text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<unsigned>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<unsigned>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("rows come out as they stand in the file", "[csv]") {
    CHECK(rows_of("a,b\n1,2\n3,4\n") == Rows{"1:1|2", "2:3|4"});
    CHECK(rows_of("a,b\r\n1,2\r\n3,4") == Rows{"1:1|2", "2:3|4"});
    CHECK(rows_of("a,b\r1,2\r3,4\r") == Rows{"1:1|2", "2:3|4"});
    CHECK(rows_of("\xEF\xBB\xBF"
                  "标题,内容\n路灯,不亮\n") == Rows{"1:路灯|不亮"});
    CHECK(rows_of("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n") == Rows{"1:x,y|say \"hi\""});
    CHECK(rows_of("a,b\n\"line 1\nline 2\r\n\",z\n") == Rows{"1:line 1\nline 2\r\n|z"});
    CHECK(rows_of("a,b\n,\n\"\",\"\"\n") == Rows{"1:|", "2:|"});
    CHECK(rows_of("a,b\n spaces stay ,\t\n") == Rows{"1: spaces stay |\t"});
    CHECK(rows_of("\"a\",\"b\"\n1,2\n") == Rows{"1:1|2"});
    CHECK(rows_of("a\nx\n") == Rows{"1:x"});
    CHECK(rows_of("a,b\n").empty());
    CHECK(rows_of("a,b").empty());
    CHECK(rows_of("a,b\n1,") == Rows{"1:1|"});
}

TEST_CASE("empty lines are passed over and lines are counted as in an editor", "[csv]") {
    const Read read = read_csv("\n\na,b\n\n1,2\r\n\r\n\"x\ny\",3\n\n4,5\n");
    CHECK(read.rows == Rows{"1:1|2", "2:x\ny|3", "3:4|5"});
    CHECK(read.lines == std::vector<std::uint64_t>{5, 7, 10});
    CHECK(rows_of("a\n\"\"\nx\n") == Rows{"1:", "2:x"});
}

TEST_CASE("a bad row is named with its reason and the good rows go on", "[csv]") {
    CHECK(rows_of("a,b\n1,2\n1,2,3\n1\n3,4\n") ==
          Rows{"1:1|2", "2!wrong_columns", "3!wrong_columns", "4:3|4"});
    CHECK(rows_of("a,b\nx\"y,2\n3,4\n") == Rows{"1!stray_quote", "2:3|4"});
    CHECK(rows_of("a,b\n\"x\"y,2\n3,4\n") == Rows{"1!stray_quote", "2:3|4"});
    CHECK(rows_of("a,b\n\"x\" ,2\n3,4\n") == Rows{"1!stray_quote", "2:3|4"});
    CHECK(rows_of(std::string_view{"a,b\n1,x\0y\n3,4\n", 14}) == Rows{"1!nul_byte", "2:3|4"});
    CHECK(rows_of("a,b\n1,\xFF\n3,4\n") == Rows{"1!not_utf8", "2:3|4"});
    CHECK(rows_of("a,b\n\xE8\xB7,\xAF\n3,4\n") == Rows{"1!not_utf8", "2:3|4"});
    CHECK(rows_of("a,b\n1,\xED\xA0\x80\n3,4\n") == Rows{"1!not_utf8", "2:3|4"});
}

TEST_CASE("a quote that is never closed costs its own row only", "[csv]") {
    const Read read = read_csv("a,b\n1,2\n3,\"open\n5,6\n7,8\n");
    CHECK(read.rows == Rows{"1:1|2", "2!unterminated_quote", "3:5|6", "4:7|8"});
    CHECK(read.lines == std::vector<std::uint64_t>{2, 3, 4, 5});
    CHECK(rows_of("a,b\n1,2\n3,\"open") == Rows{"1:1|2", "2!unterminated_quote"});
    CHECK(rows_of("a,b\n1,2\n3,\"open\n") == Rows{"1:1|2", "2!unterminated_to_end"});
    // Closed by the next row's quote, so that row is broken too, and the third is good again.
    CHECK(rows_of("a,b\n1,\"open\n3,\"x\"\n5,6\n") == Rows{"1!stray_quote", "2:5|6"});
}

TEST_CASE("lines of a text that was cut off are not taken for rows", "[csv]") {
    CHECK(rows_of("a,b\n1,\"a text\nwith lines\nbut no end") == Rows{"1!unterminated_to_end"});
    CHECK(rows_of("a,b\n1,\"a text\nwith, comma\nthen none") == Rows{"1!unterminated_to_end"});
    CHECK(rows_of("a\n\"a text\nof lines\n") == Rows{"1!unterminated_to_end"});
    CHECK(rows_of("a,b\n\"l1\nl2\",\"open\n3,4\n") == Rows{"1!unterminated_quote", "2:3|4"});
}

TEST_CASE("a field beyond the limit is skipped to its end, one at the limit is kept", "[csv]") {
    const std::string large(RowLimits{}.field_bytes_max, 'x');
    const std::string two = "a,b\n1," + large + "\n2," + large + "x\n3,4\n";
    MemorySource source{sync::as_view(two)};
    const Read read = read_from(source);
    REQUIRE(read.rows.size() == 3);
    CHECK((read.rows[0] == "1:1|" + large));  // Too long to print.
    CHECK(read.rows[1] == "2!field_too_large");
    CHECK(read.rows[2] == "3:3|4");
    const RowLimits small{.field_bytes_max = 5, .row_bytes_max = 8, .columns_max = 3};
    CHECK(rows_of("a,b\n12345,1\n\"1\n3456\",1\n3,4\n", small) ==
          Rows{"1:12345|1", "2!field_too_large", "3:3|4"});
    CHECK(rows_of("a,b\n12345,1234\n3,4\n", small) == Rows{"1!field_too_large", "2:3|4"});
    CHECK(rows_of("a,b\n1,2,3,4,5\n3,4\n", small) == Rows{"1!wrong_columns", "2:3|4"});
    CHECK(rows_of("a,b\n1,\"open too long\n3,4\n", small) == Rows{"1!unterminated_to_end"});
}

TEST_CASE("a header must name every column once", "[csv]") {
    CHECK(read_csv("").failed == FileProblem::no_header);
    CHECK(read_csv("\n\r\n").failed == FileProblem::no_header);
    CHECK(read_csv("\xEF\xBB\xBF").failed == FileProblem::no_header);
    CHECK(read_csv("a,,c\n1,2,3\n").failed == FileProblem::empty_column);
    CHECK(read_csv("a, \n1,2\n").failed == FileProblem::empty_column);
    CHECK(read_csv("a,b,a\n1,2,3\n").failed == FileProblem::duplicate_column);
    CHECK(read_csv("a,\"b\n1,2\n").failed == FileProblem::bad_header);
    CHECK(read_csv("a\"b,c\n1,2\n").failed == FileProblem::bad_header);
    MemorySource source{sync::as_view(" title ,\"te xt\"\n")};
    CsvReader reader{source};
    CHECK_FALSE(reader.open());
    CHECK(reader.columns() == Rows{"title", "te xt"});
}

TEST_CASE("a file in another encoding is refused as a whole", "[csv]") {
    const std::string gb18030 = "id,text\n1,\xC2\xB7\xB5\xC6\xB2\xBB\xC1\xC1\xA3\xAC\xD2\xB9\n";
    CHECK(read_csv(gb18030).failed == FileProblem::not_utf8);
    CHECK(read_csv("\xB1\xEA\xCC\xE2,b\n1,2\n").failed == FileProblem::not_utf8);
    const auto utf16 = [](std::u16string_view text, bool mark, bool big) {
        std::string bytes = mark ? (big ? "\xFE\xFF" : "\xFF\xFE") : "";
        for (const char16_t unit : text) {
            const auto low = static_cast<char>(unit & 0xFFU);
            const auto high = static_cast<char>(unit >> 8U);
            bytes += big ? high : low;
            bytes += big ? low : high;
        }
        return bytes;
    };
    for (const bool mark : {true, false}) {
        for (const bool big : {true, false}) {
            const auto file = utf16(u"id,标题\r\n1,路灯不亮\r\n2,自来水\r\n", mark, big);
            CHECK(read_csv(file).failed == FileProblem::utf16);
        }
    }
    // One such row in a file of UTF-8 is one bad row.
    CHECK(rows_of("标题,内容\n路灯,不亮\n\xC2\xB7\xB5\xC6,1\n路灯,不亮\n路灯,不亮\n") ==
          Rows{"1:路灯|不亮", "2!not_utf8", "3:路灯|不亮", "4:路灯|不亮"});
}

TEST_CASE("a gzipped file reads like the file in it", "[csv]") {
    const std::string text = "a,b\n1,2\n3,4\n";
    CHECK(rows_of(gzipped(text)) == rows_of(text));
    CHECK(rows_of(gzipped("a,b\n1,") + gzipped("2\n3,4\n")) == rows_of(text));
    CHECK(rows_of(gzipped(text) + std::string(600, '\0')) == rows_of(text));
    std::string large = "a,b\n";
    for (int i = 0; i < 30'000; ++i)
        large += std::to_string(i) + ",\"row, " + std::to_string(i * 7) + "\"\n";
    const std::string packed = gzipped(large);
    MemorySource source{sync::as_view(packed), 1000};
    const Read read = read_from(source);
    CHECK(read.rows.size() == 30'000);
    CHECK(read.rows.back() == "30000:29999|row, 209993");
}

TEST_CASE("a damaged gzip gives the rows before the damage and says so", "[csv]") {
    std::string text = "a,b\n";
    for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919 % 100'003) + ",x\n";
    const std::string packed = gzipped(text);
    const std::string cut = packed.substr(0, packed.size() / 2);
    MemorySource half{sync::as_view(cut)};
    const Read truncated = read_from(half);
    CHECK(truncated.failed == FileProblem::gzip_truncated);
    CHECK(truncated.rows.size() > 10'000);
    CHECK(truncated.rows.size() < 40'000);
    std::string flipped = packed;
    flipped[packed.size() - 6] =
        static_cast<char>(flipped[packed.size() - 6] ^ 1);  // The checksum.
    MemorySource wrong{sync::as_view(flipped)};
    const Read damaged = read_from(wrong);
    CHECK(damaged.failed == FileProblem::gzip_damaged);
    CHECK(damaged.rows.size() == 50'000);
    CHECK(read_csv(gzipped("a,b\n1,2\n") + "garbage").failed == FileProblem::gzip_damaged);
    CHECK(read_csv("\x1F\x8B").failed == FileProblem::gzip_truncated);
}

TEST_CASE("a file is read from disk, and one that is not there is said", "[csv]") {
    const auto path = std::filesystem::temp_directory_path() /
                      ("jiuying-csv-" + std::to_string(::getpid()) + ".csv");
    std::ofstream{path} << "a,b\n1,2\n";
    FileSource source{path};
    CHECK(read_from(source).rows == Rows{"1:1|2"});
    std::filesystem::remove(path);
    CHECK_THROWS_AS(FileSource{path}, std::filesystem::filesystem_error);
}

TEST_CASE("every reason has a text in both languages", "[csv]") {
    for (int i = 0; i <= static_cast<int>(RowProblem::not_utf8); ++i) {
        CHECK_FALSE(text_of(static_cast<RowProblem>(i), Lang::zh).empty());
        CHECK_FALSE(text_of(static_cast<RowProblem>(i), Lang::en).empty());
    }
    for (int i = 0; i <= static_cast<int>(FileProblem::gzip_truncated); ++i) {
        CHECK_FALSE(text_of(static_cast<FileProblem>(i), Lang::zh).empty());
        CHECK_FALSE(text_of(static_cast<FileProblem>(i), Lang::en).empty());
    }
    CHECK(text_of(FileProblem::gzip_damaged, Lang::en).find(".gz") != std::string_view::npos);
    CHECK(text_of(RowProblem::nul_byte, Lang::en).find("NUL") != std::string_view::npos);
}

TEST_CASE("what is pasted from a spreadsheet has tabs between its cells", "[csv]") {
    CHECK(rows_of("title\ttext\n甲\t有逗号,没有引号\n\"两\n行\"\t\"引\"\"号\"\n") ==
          std::vector<std::string>{"1:甲|有逗号,没有引号", "2:两\n行|引\"号"});
    // A row that is too narrow is bad, and hinders no other.
    CHECK(rows_of("a\tb\n1\n2\t3\n") == std::vector<std::string>{"1!wrong_columns", "2:2|3"});
    // A comma in the header decides for commas.
    CHECK(rows_of("a,b\tc\n1,2\n") == std::vector<std::string>{"1:1|2"});
    // A quote that nothing closes takes only its own line with it.
    CHECK(rows_of("a\tb\n\"1\t2\n3\t4\n") ==
          std::vector<std::string>{"1!unterminated_quote", "2:3|4"});
}
