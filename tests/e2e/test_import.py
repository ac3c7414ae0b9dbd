"""Files from elsewhere: every bad one ends in a reason, the good rows are in, no text is cut."""

import csv
import gzip
import io
import random

from jy import QUICK, World
from refusals import error_of, intact, refused, told_nothing_of, unhurt

MAP = "title=title,text=text"
PERSON = ("欧阳测试", "13912345678")


class Desk:
    """One node with a folder for files; each file is imported into it, usually a station."""

    def __init__(self, world, node=None):
        self.world, self.node, self.count = world, node or world.station("SHG01"), 0

    def file(self, content, name="rows.csv"):
        path = self.world.folder / f"{self.count}-{name}"
        self.count += 1
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def run(self, content, *words, mapping=MAP, name="rows.csv", manner=("--json",)):
        more = ("--map", mapping) if mapping else ()
        return unhurt(self.node.run("appeal", "import", self.file(content, name), *more, "--type",
                                    "complaint", *words, *manner, json_out=False))

    def took(self, content, imported, refused=(), skipped=0, **more):
        """Imports and compares; `refused` are (row, a word of the reason)."""
        done = self.run(content, **more)
        assert done.code == (3 if refused else 0), done.out + done.err
        answer = done.json
        assert answer["imported"] == imported and answer["skipped"] == skipped, answer
        assert [row["row"] for row in answer["refused"]] == [row for row, _ in refused], answer
        for shown, (_, word) in zip(answer["refused"], refused):
            assert word in shown["reason"], shown
        return answer

    def refuses(self, content, exit_code, code, mapping=MAP, name="rows.csv", secrets=PERSON):
        path = self.file(content, name)
        more = ("--map", mapping) if mapping else ()
        return refused(self.node, "appeal", "import", path, *more, "--type", "complaint",
                       exit_code=exit_code, code=code, secrets=secrets)


def test_broken_quoting_costs_its_own_row_only():
    with World() as world:
        desk = Desk(world)
        desk.took('title,text\n好的一行,正文\n坏"的,正文\n又一行,正文\n', 2, [(2, "引号")])
        desk.took('title,text\n"好的","正"文\n又一行,正文\n', 1, [(1, "引号")])
        desk.took('title,text\n好的,正文\n"没有配对,正文\n第三,正文\n第四,正文\n', 3,
                  [(2, "引号没有配对")])
        desk.took('title,text\n好的,正文\n"没有配对,正文\n后面\n不成行\n', 1, [(2, "文件末尾")])
        desk.took('title,text\n只有一格\n两格,对\n三格,太,多\n', 1, [(1, "列数"), (3, "列数")])
        desk.refuses('"title,text\n欧阳测试,正文\n', 1, "JY-0804")
        desk.refuses(b'"' + b"x" * 3_000_000, 1, "JY-0804")
        intact(desk.node, 8)


def test_a_file_in_another_encoding_is_refused_as_a_whole():
    with World() as world:
        desk = Desk(world)
        text = "title,text\n" + "".join(f"路灯不亮{i},欧阳测试反映村口路灯坏了\n" for i in range(50))
        for encoding in ("gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "big5"):
            written = text.replace("灯", "燈").replace("欧", "歐").replace("阳", "陽")
            written = written.replace("测", "測").replace("试", "試").replace("坏", "壞")
            source = written if encoding == "big5" else text
            error = desk.refuses(source.encode(encoding), 1, "JY-0801")
            assert "iconv" in error["next"] and error["data_safe"] is True
        desk.refuses(b"PK\x03\x04\x14\x00\x06\x00" + b"\x00" * 500, 1, "JY-0820")
        # One bad byte is one bad row.
        desk.took("title,text\n好的,正文\n".encode() + b"\xff\xfe\xfd,x\n" + "第三,行\n".encode(), 2,
                  [(2, "UTF-8")])
        desk.took(b"\xef\xbb\xbf" + text.encode(), 50)
        desk.took(text.replace("\n", "\r\n").encode(), 50)
        intact(desk.node, 102)


def test_nul_bytes_and_megabyte_cells_cost_their_row_and_nothing_is_cut():
    with World() as world:
        desk = Desk(world)
        desk.took("title,text\n好的,正文\n空\0字符,正文\n第三,正\0文\n第四,正文\n", 2,
                  [(2, "NUL"), (3, "NUL")])
        huge = "字" * 350_000
        desk.took(f"title,text\n好的,正文\n巨大,{huge}\n第三,正文\n", 2, [(2, "上限")])
        desk.took("title,text\n" + "题" * 201 + ",正文\n" + "题" * 200 + "," + "文" * 20000
                  + "\n正好," + "文" * 20001 + "\n", 1, [(1, "200"), (3, "20000")])
        desk.took('title,text\n,\n" ","  "\n只有标题,\n,只有正文\n', 2, [(1, "空"), (2, "空")])
        listed = desk.node.ok("appeal", "list", "--search", "题题")["appeals"]
        shown = desk.node.ok("appeal", "show", listed[0]["id"])["appeal"]
        assert shown["title"] == "题" * 200 and shown["text"] == "文" * 20000
        intact(desk.node, 7)


def test_columns_and_fields_that_do_not_exist():
    with World() as world:
        desk = Desk(world)
        good = "title,text,电话\n路灯,欧阳测试13912345678,13912345678\n"
        error = desk.refuses(good, 2, "JY-0803", mapping="title=title,text=detail")
        assert "detail" in str(error), error
        error = desk.refuses(good, 2, "JY-0105", mapping="title=title,telephone=电话")
        assert "telephone" in str(error), error
        desk.refuses(good, 2, "JY-0104", mapping="title")
        desk.refuses(good, 2, "JY-0104", mapping="title=")
        desk.refuses(good, 2, "JY-0104", mapping="title=title,title=text")
        desk.refuses(good, 2, "JY-0105", mapping="number=title")
        desk.refuses("甲,乙\n一,二\n", 2, "JY-0803", mapping=None)
        desk.refuses("title,title\n一,二\n", 1, "JY-0802")
        desk.refuses("title,\n一,二\n", 1, "JY-0802")
        desk.took("title,text,其他\n路灯,正文,不导入\n", 1, mapping=None)
        intact(desk.node, 1)


def test_empty_files_missing_files_and_folders():
    with World() as world:
        desk = Desk(world)
        desk.refuses("", 1, "JY-0802")
        desk.refuses("\n\n\n", 1, "JY-0802")
        desk.refuses(b"\xef\xbb\xbf", 1, "JY-0802")
        desk.took("title,text\n", 0)
        desk.took("title,text", 0)
        desk.took("title,text\n\n\n路灯,正文", 1)
        refused(desk.node, "appeal", "import", world.folder / "gone.csv", exit_code=2,
                code="JY-0106")
        done = unhurt(desk.node.run("appeal", "import", world.folder))
        assert done.code in (1, 2) and error_of(done)["data_safe"] is True, done.out
        intact(desk.node, 1)


def test_compressed_files_whole_cut_and_damaged():
    with World() as world:
        desk = Desk(world)
        rows = 3000
        dice = random.Random(5)
        text = "no,title,text\n" + "".join(
            f"G{i},第{i}件,{dice.random()}{dice.random()}\n" for i in range(1, rows + 1))
        whole = gzip.compress(text.encode())
        mapping = "ext_no=no,title=title,text=text"
        for broken in (whole[:len(whole) * 2 // 3], whole[:-4],
                       whole[:len(whole) // 2] + b"\x00\xff\x00\xff" + whole[len(whole) // 2 + 4:],
                       whole[:-8] + b"\x01\x02\x03\x04" + whole[-4:]):
            done = desk.run(broken, mapping=mapping, name="rows.csv.gz")
            assert done.code == 1, done.out
            error = error_of(done)
            assert error["code"] == "JY-0805" and error["data_safe"] is True, error
            # What was read before stays, and is told.
            assert done.json["imported"] + done.json["skipped"] > 0, done.out
        before = desk.node.ok("appeal", "list", "--limit", 0)["total"]
        assert 0 < before <= rows
        desk.took(whole, rows - before, skipped=before, mapping=mapping, name="rows.csv.gz")
        intact(desk.node, rows)


def test_values_that_do_not_fit_are_refused_by_row_and_reason_without_repeating_them():
    with World() as world:
        desk = Desk(world, world.hub)  # Which knows the district's regions.
        text = ("type,title,text,phone,contact,occurred_at,region,uscc\n"
                "complaint,好的,正文,13912345678,欧阳测试,2026-11-23,340207001,\n"
                "复仇,类型不对,正文,13912345678,欧阳测试,,,\n"
                "complaint,日期不对,正文,13912345678,欧阳测试,去年夏天,,\n"
                "complaint,没有这天,正文,13912345678,欧阳测试,2026-02-30,,\n"
                "complaint,区划不对,正文,13912345678,欧阳测试,,999999999,\n"
                "complaint,代码不对,正文,13912345678,欧阳测试,,,123456789012345679\n"
                f"complaint,电话太长,正文,{'13912345678' * 4},欧阳测试,,,\n"
                ",没有类型用缺省,正文,,,2026/1/2,,\n")
        path = desk.file(text)
        secrets = PERSON + ("复仇", "去年夏天", "999999999", "123456789012345679")
        prose = unhurt(desk.node.run("appeal", "import", path, "--type", "inquiry", "--dry-run",
                                     json_out=False))
        assert prose.code == 3 and "试运行" in prose.out, prose.out
        told_nothing_of(secrets, prose)
        intact(desk.node, 0)
        done = unhurt(desk.node.run("appeal", "import", path, "--type", "inquiry"))
        assert done.code == 3, done.out
        told_nothing_of(secrets, done)
        answer = done.json
        rows = {row["row"]: row for row in answer["refused"]}
        expected = {2: "类型", 3: "日期", 4: "日期", 5: "区划", 6: "信用代码", 7: "太长"}
        for row, word in expected.items():
            assert word in rows[row]["reason"], rows[row]
        assert set(rows) - {8} == set(expected), rows
        assert answer["imported"] == 8 - len(rows), answer
        intact(desk.node, 8 - len(rows))


def test_reference_numbers_make_an_import_idempotent_and_empty_ones_are_none():
    with World() as world:
        desk = Desk(world)
        text = "no,title,text\nA1,甲,一\nA2,乙,二\nA1,甲又来,一\n,无号,三\n,无号,三\n"
        mapping = "ext_no=no,title=title,text=text"
        desk.took(text, 4, skipped=1, mapping=mapping)
        desk.took(text, 2, skipped=3, mapping=mapping)  # Rows without a number come again.
        done = desk.run(text, "--channel", "hotline", mapping=mapping)
        assert done.json["imported"] == 4 and done.json["skipped"] == 1, done.out
        done = desk.run(text, "--dry-run", mapping=mapping)
        assert done.json["imported"] == 2 and done.json["skipped"] == 3, done.out
        assert "durable" not in done.err
        intact(desk.node, 10)


def test_what_goes_in_comes_out_byte_for_byte():
    """Random rows written by another CSV writer, compared field by field."""
    with World() as world:
        desk = Desk(world)
        dice = random.Random(20261123)
        pieces = ["路灯", "，", ",", '"', '""', "\n", "\r\n", " ", "\t", "'", "\\", "a", "é",
                  "\U00020bb7", "\u3000", "；", "=", "|", "\u2028", "\ufeff", "0", "-", "@", "=1+1"]
        count = 12 if QUICK else 60
        rows = []
        for i in range(count):
            field = lambda: "".join(dice.choices(pieces, k=dice.randrange(1, 12)))  # noqa: E731
            rows.append((f"R{i}", "题" + field(), "文" + field()))
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow(("no", "title", "text"))
        writer.writerows(rows)
        desk.took(text.getvalue(), count, mapping="ext_no=no,title=title,text=text")
        listed = desk.node.ok("appeal", "list", "--limit", count)["appeals"]
        shown = [desk.node.ok("appeal", "show", row["id"])["appeal"] for row in listed]
        got = {(one["ext_no"], one["title"], one["text"]) for one in shown}
        assert got == set(rows), (got ^ set(rows))
        prose = desk.node.run("appeal", "show", listed[0]["number"], json_out=False)
        assert prose.code == 0 and listed[0]["number"] in prose.out
        intact(desk.node, count)


def test_reference_data_of_the_hub_is_as_careful():
    with World() as world:
        hub = world.hub
        path = world.folder / "units.csv"
        path.write_text("code,name\nJD,街道办\n,没有代码\nJD,街道办事处\n" + "X" * 40 + ",太长\n",
                        encoding="utf-8")
        done = unhurt(hub.run("unit", "import", path))
        assert done.code == 3, done.out
        assert [row["row"] for row in done.json["refused"]] == [2, 4], done.out
        path.write_bytes("code,name\nJD,欧阳测试的街道办事处在这里\n".encode("gb18030") * 5)
        refused(hub, "unit", "import", path, exit_code=1, code="JY-0801", secrets=PERSON)
        path.write_text("甲,乙\n1,2\n", encoding="utf-8")
        refused(hub, "staff", "import", path, exit_code=2, code="JY-0803")
        refused(hub, "category", "import", world.folder / "gone", exit_code=2, code="JY-0106")
        node = world.station("SHG01")
        done = unhurt(node.run("unit", "import", path))
        assert done.code == 2, done.out
        assert hub.ok("unit", "list")["total"] == 1
        assert hub.ok("verify")["ok"]
