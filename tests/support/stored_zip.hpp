/// Makes small workbooks for tests: a ZIP file whose parts are stored as they are.
#pragma once

#include "sync/crypto/bytes.hpp"

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::tests {

class StoredZip {
public:
    void add(const std::string& name, std::string_view content) {
        Entry entry{name, static_cast<std::uint32_t>(file_.size()), 0,
                    static_cast<std::uint32_t>(content.size())};
        entry.crc = static_cast<std::uint32_t>(crc32(
            0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
        put32(file_, 0x04034b50);
        put16(file_, 20);
        put_common(file_, entry);
        file_ += name;
        file_ += content;
        entries_.push_back(entry);
    }

    /// The whole file. To be called once.
    [[nodiscard]] sync::Bytes finish() {
        const auto begin = static_cast<std::uint32_t>(file_.size());
        for (const Entry& entry : entries_) {
            put32(file_, 0x02014b50);
            put16(file_, 20);
            put16(file_, 20);
            put_common(file_, entry);
            for (int i = 0; i < 3; ++i) put16(file_, 0);  // Comment, disk, inner attributes.
            put32(file_, 0);
            put32(file_, entry.offset);
            file_ += entry.name;
        }
        const auto size = static_cast<std::uint32_t>(file_.size()) - begin;
        put32(file_, 0x06054b50);
        put32(file_, 0);
        for (int i = 0; i < 2; ++i) put16(file_, static_cast<std::uint16_t>(entries_.size()));
        put32(file_, size);
        put32(file_, begin);
        put16(file_, 0);
        const sync::View bytes = sync::as_view(file_);
        return {bytes.begin(), bytes.end()};
    }

private:
    struct Entry {
        std::string name;
        std::uint32_t offset = 0;
        std::uint32_t crc = 0;
        std::uint32_t size = 0;
    };

    static void put16(std::string& out, std::uint16_t number) {
        out += static_cast<char>(number & 0xFFU);
        out += static_cast<char>(number >> 8U);
    }
    static void put32(std::string& out, std::uint32_t number) {
        put16(out, static_cast<std::uint16_t>(number & 0xFFFFU));
        put16(out, static_cast<std::uint16_t>(number >> 16U));
    }
    static void put_common(std::string& out, const Entry& entry) {
        for (int i = 0; i < 4; ++i) put16(out, 0);  // Flags, method, time, date.
        put32(out, entry.crc);
        put32(out, entry.size);
        put32(out, entry.size);
        put16(out, static_cast<std::uint16_t>(entry.name.size()));
        put16(out, 0);
    }

    std::string file_;
    std::vector<Entry> entries_;
};

/// A workbook of two sheets, `一` with \p sheet and `二` hidden, with \p texts as its shared texts
/// and styles of which number 1 is a built-in date and 2 one of its own.
[[nodiscard]] inline sync::Bytes small_workbook(std::string_view sheet, std::string_view texts,
                                                std::string_view properties = "") {
    StoredZip zip;
    zip.add("xl/workbook.xml", "<workbook xmlns='m' xmlns:r='rel'>" + std::string{properties} +
                                   "<sheets><sheet name='二' state='hidden' sheetId='2' r:id='r2'/>"
                                   "<sheet name='一' sheetId='1' r:id='r1'/></sheets></workbook>");
    zip.add("xl/_rels/workbook.xml.rels",
            "<Relationships xmlns='p'>"
            "<Relationship Id='r1' Type='x/worksheet' Target='worksheets/sheet1.xml'/>"
            "<Relationship Id='r2' Type='x/worksheet' Target='/xl/worksheets/sheet2.xml'/>"
            "<Relationship Id='r3' Type='x/sharedStrings' Target='sharedStrings.xml'/>"
            "<Relationship Id='r4' Type='x/styles' Target='styles.xml'/></Relationships>");
    zip.add("xl/styles.xml",
            "<styleSheet xmlns='m'><numFmts><numFmt numFmtId='170' "
            "formatCode='yyyy\"年\"m\"月\"d\"日\"'/></numFmts><cellStyleXfs><xf numFmtId='14'/>"
            "</cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/><xf numFmtId='170'/>"
            "</cellXfs></styleSheet>");
    zip.add("xl/sharedStrings.xml", texts);
    zip.add("xl/worksheets/sheet1.xml", sheet);
    zip.add("xl/worksheets/sheet2.xml",
            "<worksheet><sheetData><row r='1'><c t='inlineStr'><is><t>别的</t></is></c></row>"
            "</sheetData></worksheet>");
    return zip.finish();
}

}  // namespace jiuying::tests
