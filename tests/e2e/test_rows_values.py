"""What is written into orders and lists, and what of it is refused: each through the programs.

Named by the row of the feature table, or of the part of the domain (b4_...).
"""

import datetime

from jy import World, add
from test_orders import act, people, refused
from test_rows_dispatch import classed, district, handled, order
from test_rows_life import edit
from test_rows_scan import hits, scanned, taken


def test_b4_a_date_as_a_due_is_all_of_that_day():
    with World() as world:
        district(world)
        hub = world.hub
        day = datetime.date.today() + datetime.timedelta(days=1)
        end = f"{day + datetime.timedelta(days=1)}T00:00:00+08:00"
        for written in (f"{day}", f"{day.year}年{day.month}月{day.day}日", f"{day} 24:00"):
            number = add(hub, "交办件", "上级交办", ext_due_at=written)["number"]
            assert hub.ok("appeal", "deadline", number)["ext_due_at"] == end, written
        number = order(world)
        handled(world, number)
        until = day + datetime.timedelta(days=6)
        act(hub, "extend", number, "S1", "--due", f"{until}", "--reason", "spare_parts")
        asked = hub.ok("appeal", "show", number)["order"]["extensions"][0]["due_at"]
        assert asked == f"{until + datetime.timedelta(days=1)}T00:00:00+08:00"
        # An instant stays one.
        other = order(world, title="登记时间")
        at = (datetime.datetime.now() - datetime.timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S")
        done = hub.run("appeal", "correct-time", other, "--to", at, "--reason", "clock", "--as",
                       "DB1")
        assert done.code == 0, done.out


def test_blank_words_are_no_words():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world)
        handled(world, number)
        for blank in (" ", "\u3000", "\u3000 \t"):
            refused(hub, "no_answer", "reply", number, "S1", "--answer", blank, "--solved", "yes")
            refused(hub, "no_basis", "send-back", number, "S1", "--reason", "not_ours", "--basis",
                    blank)
            refused(hub, "no_reason", "send-back", number, "S1", "--reason", blank, "--basis", "职责")
        act(hub, "add-unit", number, "PD1", "--unit", "JSJ")
        refused(hub, "no_words", "co-done", number, "J1", "--text", "\u3000")
        until = str(datetime.date.today() + datetime.timedelta(days=30))
        refused(hub, "no_words", "suspend", number, "LD1", "--due", until, "--told", "--text", " ")


def test_reference_lists_speak_of_what_there_is():
    with World() as world:
        district(world)
        hub = world.hub

        def told(noun, text):
            path = world.folder / "rows.csv"
            path.write_text(text, encoding="utf-8")
            done = hub.run(noun, "import", path)
            return [(row["row"], row["code"]) for row in done.json["refused"]]

        assert told("unit", "code,name,successor\nA,甲,B\nB,乙,NOWHERE\nC,丙,\n") == [
            (2, "JY-0413")]
        assert told("unit", "code,name,successor\nD,甲,E\nE,乙,D\n") == [
            (1, "JY-0416"), (2, "JY-0416")]
        assert told("unit", "code,valid_from,valid_to\nSWJ,2026-05-01,2026-04-01\n") == [
            (1, "JY-0416")]
        assert told("staff", "code,name,unit\nN1,新,SWJJ\nN2,新,QZX\n") == [(1, "JY-0413")]
        assert told("region", "code,name,level,parent\n340207009,某,街道,340299\n") == [
            (1, "JY-0406")]
        assert told("delegation", "code,unit,category\nD1,SHG01,没有\n") == [(1, "JY-0437")]
        number = order(world)
        classed(world, number)
        refused(hub, "unit_unknown", "dispatch", number, "PD1", "--unit", "SWJJ")
        refused(hub, "unit_retired", "dispatch", number, "PD1", "--unit", "LYJ")


def test_impossible_dates_are_refused():
    with World() as world:
        district(world)
        hub = world.hub
        later = (datetime.datetime.now() + datetime.timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
        for words in (("--occurred-at", later), ("--ext-due-at", "2020-01-01")):
            done = hub.run("appeal", "add", "--title", "x", "--text", "y", *words)
            assert done.code != 0 and done.error["code"] == "JY-0416", done.out
        number = order(world, region="340207001001")
        for field in (f"occurred_at={later}", "ext_due_at=2020-01-01"):
            done = edit(hub, number, "PD1", field)
            assert done.code != 0 and done.error["code"] == "JY-0416", done.out
        done = edit(hub, number, "PD1", "region=")
        assert done.code == 2 and done.error["code"] == "JY-0103", done.out
        done = hub.run("report", "totals", "--by", "type", "--from", "2026-02-01", "--to",
                       "2026-01-01")
        assert done.error["code"] == "JY-0416", done.out


def test_a28_a_credit_code_or_the_firms_line_makes_it_a_firms():
    with World() as world:
        district(world)
        hub = world.hub
        by_code = add(hub, "用电", "厂里用电", uscc="91350100M000100Y43")["number"]
        by_line = add(hub, "报装", "报装慢", channel="enterprise_desk")["number"]
        person = add(hub, "路灯", "不亮")["number"]
        told = {row["number"] for row in
                hub.ok("appeal", "list", "--queue", "enterprise")["appeals"]}
        assert told == {by_code, by_line}, told
        [row] = hub.ok("appeal", "list", "--queue", "citizen")["appeals"]
        assert row["number"] == person


def test_a04_white_space_makes_no_other_number():
    with World() as world:
        district(world)
        hub = world.hub
        first = add(hub, channel="12345", ext_no="WH-1")
        again = add(hub, channel="12345", ext_no="\u3000WH-1 ")
        assert again["known"] and again["number"] == first["number"]
        rows = world.folder / "rows.csv"
        rows.write_text("title,channel,ext_no\n一,12345, WH-1\u00a0\n", encoding="utf-8")
        done = hub.ok("appeal", "import", rows, "--type", "inquiry")
        assert done["imported"] == 0, done
        assert hub.ok("appeal", "show", "12345:　WH-1")["number"] == first["number"]
def test_a14_what_a_person_found_to_be_a_repeat_waits_for_the_dispatcher():
    with World() as world:
        people(world)
        hub = world.hub
        day = datetime.date.today().isoformat()
        first, second, other = (
            taken(hub, f"{day} 00:00", type="complaint", title="路灯不亮", text="村口路灯坏了三天",
                  phone=phone)
            for phone in ("13900000001", "13900000001", "13900000002"))
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        assert hits(scanned(hub, now), "repeated") == []
        hub.ok("repeat", "confirm", f"{first}/{second}", "--kind", "same_person", "--as", "PD1")
        scan = scanned(hub, now)
        assert sorted(hits(scan, "repeated")) == sorted([first, second]) and other not in hits(
            scan, "repeated")
        for hit in [b for b in scan["buckets"] if b["bucket"] == "repeated"][0]["hits"]:
            assert hit["owner"]["person"] == "PD1" and hit["action"]["command"] == "appeal merge"
        hub.ok("repeat", "undo", f"{first}/{second}", "--as", "PD1")
        assert hits(scanned(hub, now), "repeated") == []
