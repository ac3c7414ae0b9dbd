"""Writes .xlsx files as spreadsheet programs do: shared texts, numbers, dates by their style."""

import datetime
import zipfile
from xml.sax.saxutils import escape

EPOCH = datetime.datetime(1899, 12, 30)


def column(index):
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell(texts, place, value):
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        days = (value - EPOCH) / datetime.timedelta(days=1)
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if value.startswith("#"):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'


def sheet_xml(texts, rows):
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(cell(texts, f"{column(i)}{number}", value) for i, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<sheetData>{"".join(lines)}</sheetData></worksheet>')


def write(path, sheets):
    """`sheets`: name -> rows of None, text, number, or datetime."""
    texts = {}
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pages = [sheet_xml(texts, rows) for rows in sheets.values()]
    named = "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
                    for i, name in enumerate(sheets, 1))
    related = "".join(f'<Relationship Id="rId{i}" Type="{office}/worksheet" '
                      f'Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(pages) + 1))
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{named}</sheets>'
                           '</workbook>',
        "xl/_rels/workbook.xml.rels":
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'{related}<Relationship Id="t" Type="{office}/sharedStrings" '
            f'Target="sharedStrings.xml"/><Relationship Id="s" Type="{office}/styles" '
            'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><numFmts count="1"><numFmt numFmtId="164" '
                         'formatCode="yyyy/m/d\\ h:mm"/></numFmts><cellXfs count="2">'
                         '<xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    }
    for i, page in enumerate(pages, 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = page
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{main}">' +
        "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts) +
        "</sst>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path
