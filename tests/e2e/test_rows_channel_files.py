"""Row A07 of the feature table, through the programs: channels and their files."""

import datetime
import json
import zipfile
from pathlib import Path

import workbook
from intake_desk import show, took, write
from jy import World, add
from refusals import intact, refused, told_nothing_of, unhurt

ROOT = Path(__file__).parents[2]

HEADER = ["工单编号", "诉求类型", "标题", "内容", "来电人", "来电号码", "受理时间", "级别"]
ROWS = [
    ["GD001", "投诉举报", "小区噪音", "夜间施工噪音", "王某", 13900000001,
     datetime.datetime(2026, 11, 20, 9, 5), "市"],
    ["GD002", "咨询", "公交线路", "问几点末班", "李某", 13900000002,
     datetime.datetime(2026, 11, 20, 10, 0), "区"],
    ["GD003", "吵架", "类型不认识", "内容", "赵某", 13900000003,
     datetime.datetime(2026, 11, 21, 8, 0), "市"],
    ["GD004", "求助", "公式坏了", "#N/A", None, None, None, None],
]
COLUMNS = ("ext_no=工单编号,type=诉求类型,title=标题,text=内容,contact=来电人,phone=来电号码,"
           "ext_received_at=受理时间,ext_level=级别")


def save_mapping(hub, name="热线明细", *more):
    return hub.ok("mapping", "save", name, "--format", "xlsx", "--channel", "12345", "--map",
                  COLUMNS, "--value", "type:投诉举报=complaint", "--const", "urgency=urgent", *more)


def test_a07_the_same_matters_come_in_from_csv_xlsx_and_json_by_one_saved_mapping():
    with World() as world:
        hub = world.hub
        save_mapping(hub)
        station = world.station("SHG01")
        world.serve()
        world.sync(station)
        files = []
        files.append(workbook.write(world.folder / "a.xlsx", {"明细": [HEADER, *ROWS]}))
        text = [[str(v).replace("-", "年", 1).replace("-", "月", 1) if v is not None else ""
                 for v in row] for row in ROWS[:3]]
        for row in text:
            row[6] = row[6].replace(" ", "日 ", 1)
        files.append(write(world, "a.csv", "\n".join(",".join(row) for row in [HEADER, *text])))
        rows = [{k: v if not isinstance(v, datetime.datetime) else v.isoformat()
                 for k, v in zip(HEADER, row) if v is not None} for row in ROWS[:3]]
        files.append(write(world, "a.json", rows))
        files.append(write(world, "a.jsonl",
                           "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)))
        expected = None
        for path in files:
            for node in (hub, station):
                refusals = 2 if path.suffix == ".xlsx" else 1
                channel = path.suffix[1:] + node.name[:1].lower()
                hub.ok("channel", "add", channel, "--name", "测试渠道" + channel)
                world.sync(station)
                done = took(node, path, "--mapping", "热线明细", "--channel", channel, code=3)
                assert (done["imported"], done["refused_total"]) == (2, refusals), (path, done)
                bad = {row["row"]: row["reason"] for row in done["refused"]}
                assert "类型" in bad[3] and (refusals == 1 or "错误值" in bad[4]), bad
                # Twice: nothing new, and the orders are named.
                again = took(node, path, "--mapping", "热线明细", "--channel", channel, code=3)
                assert (again["imported"], again["skipped"]) == (0, 2), again
                assert [row["row"] for row in again["known"]] == [1, 2]
                fields = show(node, f"{channel}:GD001")["appeal"]
                assert fields["type"] == "complaint" and fields["urgency"] == "urgent"
                assert fields["phone"] == "13900000001" and fields["ext_level"] == "city"
                assert fields["ext_received_at"] == "2026-11-20T09:05:00+08:00", fields
                compared = {k: v for k, v in fields.items() if k in (
                    "type", "title", "text", "contact", "phone", "ext_no", "ext_received_at",
                    "ext_level", "urgency")}
                expected = expected or compared
                assert compared == expected, (path, compared)
        world.sync(station)
        intact(hub, 16)
        intact(station, 8)


def test_a07_a_dry_run_shows_counts_first_rows_and_bad_rows_and_writes_nothing():
    with World() as world:
        hub = world.hub
        save_mapping(hub)
        book = workbook.write(world.folder / "a.xlsx", {"明细": [HEADER, *ROWS]})
        done = hub.run("appeal", "import", book, "--mapping", "热线明细", "--dry-run")
        assert done.code == 3, done.out
        answer = done.json
        assert answer["dry_run"] and answer["imported"] == 2, answer
        first = answer["preview"][0]["values"]
        assert first["type"] == "complaint" and first["channel"] == "12345", first
        assert first["phone"] == "139****0001" and first["contact"] == "王**", first
        assert [row["row"] for row in answer["refused"]] == [3, 4]
        prose = hub.run("appeal", "import", book, "--mapping", "热线明细", "--dry-run",
                        json_out=False)
        assert "试运行" in prose.out and "第 1 行将记为" in prose.out and "小区噪音" in prose.out
        told_nothing_of(("13900000001", "13900000002", "王某", "李某", "赵某", "吵架"), done, prose)
        intact(hub, 0)
        rows = [{"title": "电话在内容里", "text": "请回 13900000009 谢谢"}]
        done = hub.run("appeal", "import", write(world, "b.json", rows), "--type", "inquiry",
                       "--dry-run")
        told_nothing_of(("13900000009",), done)


def test_a07_mappings_are_saved_shown_changed_and_retired():
    with World() as world:
        hub = world.hub
        assert save_mapping(hub)["changed"] is True
        assert save_mapping(hub)["changed"] is False
        assert save_mapping(hub, "热线明细", "--sheet", "明细", "--header-row", 2)["changed"]
        shown = hub.ok("mapping", "show", "热线明细")
        assert shown["columns"]["phone"] == "来电号码" and shown["header_row"] == 2, shown
        assert shown["values"] == {"type": {"投诉举报": "complaint"}}
        names = {row["name"]: row for row in hub.ok("mapping", "list")["mappings"]}
        assert names["mini_program"]["built_in"] and not names["热线明细"]["built_in"]
        # A title over the table, and the second sheet: both stand in the mapping.
        book = workbook.write(world.folder / "a.xlsx", {
            "说明": [["给人看的"]], "明细": [["工单明细表"], HEADER, *ROWS[:2]]})
        assert took(hub, book, "--mapping", "热线明细")["imported"] == 2
        # The same as a file, at a station that never heard of it.
        shown.pop("active")
        shown.pop("built_in")
        path = write(world, "m.json", shown)
        station = world.station("SHG01")
        assert took(station, book, "--mapping-file", path)["imported"] == 2
        refused(station, "appeal", "import", book, "--mapping", "热线明细", exit_code=2,
                code="JY-0823")
        done = unhurt(station.run("mapping", "save", "别的", "--map", "title=t"))
        assert done.code == 2, done.out
        hub.ok("mapping", "retire", "热线明细")
        refused(hub, "appeal", "import", book, "--mapping", "热线明细", exit_code=2, code="JY-0823")
        refused(hub, "appeal", "import", book, "--mapping", "没有", exit_code=2, code="JY-0823")
        for words, code in (
                (("12345", "--map", "titel=标题"), "JY-0105"),
                (("12345", "--map", "title=标题", "--value", "type:甲=吵架"), "JY-0407"),
                (("12345", "--map", "title=标题", "--const", "region=999"), "JY-0406"),
                (("12345", "--map", "title=标题", "--const", "meeting=x"), "JY-0822"),
                (("抖音", "--map", "title=标题"), "JY-0430")):
            refused(hub, "mapping", "save", "坏的", "--format", "csv", "--channel", *words,
                    exit_code=2, code=code)
        refused(hub, "appeal", "import", book, "--mapping-file", write(world, "x.json", "[]"),
                exit_code=2, code="JY-0822")


def test_a07_bad_workbooks_and_json_end_in_a_reason():
    with World() as world:
        hub = world.hub
        good = workbook.write(world.folder / "good.xlsx", {"一": [["title"], ["路灯"]]})
        content = good.read_bytes()
        cases = {
            "cut.xlsx": (content[:len(content) // 2], 1, "JY-0820"),
            "flipped.xlsx": (content[:60] + b"\xff\xff\xff\xff" + content[64:], 1, "JY-0820"),
            "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 1, "JY-0820"),
            "empty.json": (b"[]", 1, "JY-0802"),
            "no.json": (b"[1,2]", 1, "JY-0821"),
        }
        for name, (data, exit_code, code) in cases.items():
            path = world.folder / name
            path.write_bytes(data)
            refused(hub, "appeal", "import", path, "--type", "inquiry", exit_code=exit_code,
                    code=code)
        refused(hub, "appeal", "import", good, "--type", "inquiry", "--sheet", "三", exit_code=2,
                code="JY-0825")
        # A few hundred kilobytes that would fill the memory.
        bomb = world.folder / "bomb.xlsx"
        with zipfile.ZipFile(good) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * (100 << 20) + b"</t></si></sst>"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
            for name, part in parts.items():
                book.writestr(name, part)
        assert bomb.stat().st_size < 1 << 20
        refused(hub, "appeal", "import", bomb, "--type", "inquiry", exit_code=1, code="JY-0824")
        rows = '[{"title":"好的"},{"title":坏的},{"title":"第三"}'
        done = unhurt(hub.run("appeal", "import", write(world, "half.json", rows), "--type",
                              "inquiry"))
        assert done.code == 1 and done.error["code"] == "JY-0821", done.out
        assert done.json["imported"] == 2 and done.json["refused_total"] == 1, done.out
        intact(hub, 2)


def test_a07_channels_are_a_list_that_the_hub_may_lengthen():
    with World() as world:
        hub = world.hub
        codes = {row["code"]: row for row in hub.ok("channel", "list")["channels"]}
        for code in ("12345", "mayor_hotline", "leader_board", "wanshitong", "petition",
                     "mini_program", "window", "phone", "meeting", "business_env_line",
                     "enterprise_desk"):
            assert codes[code]["zh"] and codes[code]["en"], code
        page = (ROOT / "docs/reference/channels.md").read_text(encoding="utf-8")
        for code, channel in codes.items():
            assert f"| `{code}` | {channel['zh']} |" in page, code
        error = refused(hub, "appeal", "add", "--type", "complaint", "--title", "t", "--channel",
                        "12346", exit_code=2, code="JY-0430")
        assert "12345?" in json.dumps(error), error
        refused(hub, "appeal", "add", "--type", "complaint", "--title", "t", "--channel", "抖音",
                exit_code=2, code="JY-0430")
        hub.ok("channel", "add", "douyin", "--name", "抖音", "--level", "市")
        number = add(hub, channel="抖音", ext_no="D1")["number"]
        shown = show(hub, number)["appeal"]
        assert shown["channel"] == "douyin" and shown["ext_level"] == "city", shown
        station = world.station("SHG01")
        refused(station, "appeal", "add", "--type", "complaint", "--title", "t", "--channel",
                "抖音", exit_code=2, code="JY-0430")
        world.serve()
        world.sync(station)
        add(station, channel="抖音")
        assert hub.ok("appeal", "list", "--channel", "douyin")["total"] == 1
        for code in ("12345", "Dou", "", "x" * 33):
            done = unhurt(hub.run("channel", "add", code, "--name", "别的"))
            assert done.code == 2, done.out
