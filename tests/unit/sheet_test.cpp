// Workbooks: what a sheet's cells say, and files that are no workbooks or want to be too much.
#include "node/import/cell_text.hpp"
#include "node/import/open_rows.hpp"
#include "node/import/sheet_rows.hpp"
#include "tests/support/stored_zip.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::node;
using tests::small_workbook;

namespace {

const std::string texts =
    "<sst xmlns='m'><si><t>标题</t></si><si><t>电话</t></si><si><t>时间</t></si>"
    "<si><r><t>路灯</t></r><r><t xml:space='preserve'> 不亮</t></r><rPh><t>ludeng</t></rPh></si>"
    "<si><t>第一行_x000D_第二行</t></si></sst>";

std::string sheet_of(const std::string& rows) {
    return "<worksheet xmlns='m'><sheetData>" + rows + "</sheetData></worksheet>";
}

const std::string header =
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"
    "<c r='C1' t='s'><v>2</v></c></row>";

/// Rows as text, cells divided by bars; bad rows as their problem.
std::vector<std::string> read(SheetRows& rows) {
    std::vector<std::string> all;
    for (;;) {
        const RowSource::Item item = rows.next();
        if (const auto* row = std::get_if<SourceRow>(&item)) {
            std::string line;
            for (const std::string_view field : row->fields) line.append(field).append("|");
            line.pop_back();
            all.push_back(line);
        } else if (const auto* bad = std::get_if<BadRow>(&item)) {
            all.push_back(std::string{name_of(bad->problem)} + " " + std::string{bad->column});
        } else {
            const auto* failure = std::get_if<SourceFailure>(&item);
            if (failure != nullptr) all.push_back(std::string{text_of(failure->problem, Lang::en)});
            return all;
        }
    }
}

std::vector<std::string> rows_of(const std::string& rows, std::string_view properties = "") {
    const sync::Bytes file = small_workbook(sheet_of(header + rows), texts, properties);
    SheetRows sheet{file, {}};
    REQUIRE_FALSE(sheet.open());
    CHECK(sheet.columns() == std::vector<std::string>{"标题", "电话", "时间"});
    return read(sheet);
}

std::optional<FileProblem> problem_of(sync::View file, SheetChoice choice = {}) {
    SheetRows sheet{file, std::move(choice)};
    const auto failure = sheet.open();
    if (!failure) return std::nullopt;
    return failure->problem;
}

}  // namespace

TEST_CASE("cells say what a person sees in them", "[import][sheet]") {
    SECTION("shared texts, runs joined and readings left out") {
        CHECK(rows_of("<row r='2'><c r='A2' t='s'><v>3</v></c></row>") ==
              std::vector<std::string>{"路灯 不亮||"});
        CHECK(rows_of("<row r='2'><c r='A2' t='s'><v>4</v></c></row>") ==
              std::vector<std::string>{"第一行\r第二行||"});
    }
    SECTION("texts of their own, and of formulas") {
        CHECK(rows_of("<row r='2'><c r='A2' t='inlineStr'><is><t>甲</t></is></c>"
                      "<c r='B2' t='str'><f>A1</f><v>乙</v></c></row>") ==
              std::vector<std::string>{"甲|乙|"});
    }
    SECTION("a phone stays a phone, whatever the number looks like inside") {
        CHECK(rows_of("<row r='2'><c r='A2'><v>1</v></c><c r='B2'><v>1.3900000001E10</v></c>"
                      "</row><row r='3'><c r='A3'><v>0.1</v></c></row>") ==
              std::vector<std::string>{"1|13900000001|", "0.1||"});
    }
    SECTION("dates by their style, built in or of the file's own") {
        CHECK(rows_of("<row r='2'><c r='C2' s='1'><v>46349.378472222219</v></c></row>"
                      "<row r='3'><c r='C3' s='2'><v>46349</v></c></row>"
                      "<row r='4'><c r='C4'><v>46349</v></c></row>") ==
              std::vector<std::string>{"||2026-11-23 09:05:00", "||2026-11-23", "||46349"});
    }
    SECTION("dates of a workbook that counts from 1904") {
        CHECK(rows_of("<row r='2'><c r='C2' s='1'><v>44887</v></c></row>",
                      "<workbookPr date1904='1'/>") == std::vector<std::string>{"||2026-11-23"});
    }
    SECTION("truth values; cells without an address follow one another") {
        CHECK(rows_of("<row><c t='b'><v>1</v></c><c t='b'><v>0</v></c></row>") ==
              std::vector<std::string>{"true|false|"});
    }
}

TEST_CASE("empty rows are passed over, and rows keep their number", "[import][sheet]") {
    CHECK(rows_of("<row r='2'/><row r='5'><c r='A5'/><c r='B5' t='s'><v>1</v></c></row>"
                  "<row r='9'><c r='D9' s='1'/></row>") == std::vector<std::string>{"|电话|"});
}

TEST_CASE("a row with an error of a formula, or with too many cells, is refused", "[import]") {
    CHECK(rows_of("<row r='2'><c r='B2' t='e'><v>#N/A</v></c></row>"
                  "<row r='3'><c r='A3' t='s'><v>3</v></c><c r='F3'><v>7</v></c></row>"
                  "<row r='4'><c r='A4' t='s'><v>3</v></c></row>") ==
          std::vector<std::string>{"cell_error 电话", "wrong_columns ", "路灯 不亮||"});
}

TEST_CASE("a sheet is chosen by name, the names of the columns by their row", "[import][sheet]") {
    const sync::Bytes file = small_workbook(
        sheet_of("<row r='1'><c r='A1' t='inlineStr'><is><t>工单明细表</t></is></c></row>"
                 "<row r='3'><c r='A3' t='s'><v>0</v></c></row>"
                 "<row r='4'><c r='A4' t='s'><v>3</v></c></row>"),
        texts);
    SheetRows by_row{file, {"", 3}};
    REQUIRE_FALSE(by_row.open());
    CHECK(by_row.columns() == std::vector<std::string>{"标题"});
    CHECK(read(by_row) == std::vector<std::string>{"路灯 不亮"});
    SheetRows hidden{file, {"二", 0}};
    REQUIRE_FALSE(hidden.open());
    CHECK(hidden.columns() == std::vector<std::string>{"别的"});
    CHECK(problem_of(file, {"三", 0}) == FileProblem::no_such_sheet);
    CHECK(problem_of(file, {"", 2}) == FileProblem::no_header);
}

TEST_CASE("what is no workbook is refused with its reason", "[import][sheet]") {
    CHECK(problem_of(sync::as_view("PK\x03\x04 and nothing else")) ==
          FileProblem::workbook_damaged);
    CHECK(problem_of(sync::as_view("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) ==
          FileProblem::workbook_locked);
    SECTION("a document type, and so entities that multiply") {
        const sync::Bytes file = small_workbook(
            "<!DOCTYPE x [<!ENTITY a 'ha'>]><worksheet><sheetData/></worksheet>", texts);
        CHECK(problem_of(file) == FileProblem::workbook_damaged);
    }
    SECTION("nesting without end") {
        std::string deep;
        for (int i = 0; i < 1000; ++i) deep += "<a>";
        CHECK(problem_of(small_workbook(deep, texts)) == FileProblem::workbook_damaged);
    }
    SECTION("broken off behind good rows, which are given first") {
        std::string rows = header;
        for (int i = 2; i < 20'000; ++i) rows += "<row><c t='s'><v>3</v></c></row>";
        const sync::Bytes file =
            small_workbook("<worksheet xmlns='m'><sheetData>" + rows + "<row>", texts);
        SheetRows sheet{file, {}};
        REQUIRE_FALSE(sheet.open());
        const auto all = read(sheet);
        CHECK(all.size() == 19'999);
        CHECK(all.back() == text_of(FileProblem::workbook_damaged, Lang::en));
    }
    SECTION("one token that would fill the memory") {
        const std::string giant(1U << 20U, 'x');
        const sync::Bytes file = small_workbook("<worksheet a='" + giant + "'/>", texts);
        CHECK(problem_of(file) == FileProblem::too_large);
    }
}

TEST_CASE("number formats of dates are told from those of numbers", "[import][sheet]") {
    for (const char* code : {"yyyy-mm-dd", "m/d/yy h:mm", "[$-804]yyyy\"年\"", "[h]:mm:ss",
                             "h:mm AM/PM", "上午/下午h\"时\""}) {
        INFO(code);
        CHECK(is_date_format(std::string_view{code}));
    }
    for (const char* code :
         {"General", "0.00", "#,##0;[Red]-#,##0", "\"day\"0", "0\\d", "@", "0_d", "0;yyyy"}) {
        INFO(code);
        CHECK_FALSE(is_date_format(std::string_view{code}));
    }
    CHECK(date_text("59", false) == "1900-02-28");
    CHECK(date_text("61", false) == "1900-03-01");
    CHECK(date_text("0.5", false) == "12:00:00");
    CHECK(date_text("45000.999999", false) == "2023-03-16");
    CHECK(date_text("-1", false) == "-1");
    CHECK(date_text("1e300", false) == "1e300");
    CHECK(unescaped("a_x005F_x000D_b_x0_") == "a_x000D_b_x0_");
}

TEST_CASE("a file's format is told by how it begins", "[import]") {
    CHECK(format_of("PK\x03\x04", "rows.csv") == RowFormat::xlsx);
    CHECK(format_of("\xEF\xBB\xBF  [{", "rows") == RowFormat::json);
    CHECK(format_of("{\"a\":1}", "-") == RowFormat::json);
    CHECK(format_of("[类型],标题", "rows.csv") == RowFormat::csv);
    CHECK(format_of("title,text", "rows.json") == RowFormat::csv);
    CHECK(format_of("", "rows") == RowFormat::csv);
}
