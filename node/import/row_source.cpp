#include "node/import/row_source.hpp"

#include <array>

namespace jiuying::node {
namespace {

struct Text {
    std::string_view name;
    std::string_view zh;
    std::string_view en;
};

constexpr std::array<Text, 9> row_texts{{
    {"stray_quote", "引号用错了：引号只能包住整格内容，格内的引号要写两个",
     "a quotation mark in the wrong place: it may only enclose a whole cell, inside it is doubled"},
    {"unterminated_quote", "引号没有配对", "a quotation mark is not closed"},
    {"unterminated_to_end", "引号没有配对，从这一行到文件末尾都没有导入",
     "a quotation mark is not closed; nothing from this row to the end of the file was imported"},
    {"field_too_large", "有一格超过大小上限，没有保存", "a cell is larger than allowed"},
    {"wrong_columns", "列数和第一行不一致", "the number of cells differs from the header's"},
    {"nul_byte", "含有空字节（NUL），不是文本", "it has a NUL byte and so is not text"},
    {"not_utf8", "编码不是 UTF-8", "it is not UTF-8"},
    {"not_json", "这一条不是正确的 JSON 对象", "it is no valid JSON object"},
    {"cell_error", "有一格是公式的错误值（如 #N/A）", "a cell holds the error of a formula"},
}};

constexpr std::array<Text, 13> file_texts{{
    {"utf16", "文件是 UTF-16 编码，或者根本不是文本；请另存为 CSV（UTF-8）",
     "the file is UTF-16, or no text at all; save it as CSV (UTF-8)"},
    {"not_utf8", "文件不是 UTF-8 编码，多半是 GB18030（GBK）；请另存为 CSV（UTF-8）",
     "the file is not UTF-8 but most likely GB18030 (GBK); save it as CSV (UTF-8)"},
    {"no_header", "文件是空的", "the file is empty"},
    {"bad_header", "第一行（列名）的引号没有配对，或者太长",
     "the first line (column names) has broken quoting or is too long"},
    {"empty_column", "第一行里有一列没有名字", "a column in the first line has no name"},
    {"duplicate_column", "第一行里有两列同名", "two columns in the first line have one name"},
    {"gzip_damaged", "压缩文件（.gz）坏了", "the compressed file (.gz) is damaged"},
    {"gzip_truncated", "压缩文件（.gz）不完整", "the compressed file (.gz) is incomplete"},
    {"not_json", "对象之间夹有别的内容，或者没有写完",
     "something stands between the objects, or the end is missing"},
    {"workbook_damaged", "表格文件（.xlsx）不完整或者坏了", "the workbook (.xlsx) is damaged"},
    {"workbook_locked", "这是旧格式（.xls）或者加了密码的表格",
     "this is a workbook of the old format (.xls), or one under a password"},
    {"no_such_sheet", "没有这张工作表", "there is no such sheet"},
    {"too_large", "文件太大，或者压缩得不正常", "the file is too large, or packed beyond measure"},
}};

}  // namespace

std::string_view text_of(RowProblem problem, Lang lang) {
    const Text& text = row_texts.at(static_cast<std::size_t>(problem));
    return pick(lang, text.zh, text.en);
}
std::string_view text_of(FileProblem problem, Lang lang) {
    const Text& text = file_texts.at(static_cast<std::size_t>(problem));
    return pick(lang, text.zh, text.en);
}
std::string_view name_of(RowProblem problem) {
    return row_texts.at(static_cast<std::size_t>(problem)).name;
}

}  // namespace jiuying::node
