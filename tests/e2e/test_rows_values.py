"""What is written into orders and lists, and what of it is refused: each through the programs.

Named by the row of the feature table, or of the part of the domain (b4_...).
"""

import datetime
import json

from jy import World, add
from test_orders import act, people, refused
from test_rows_dispatch import classed, district, handled, order, policy_file
from test_rows_life import edit
from test_rows_scan import batch, hits, scanned, taken, to


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


def test_b4_what_a_policy_may_set_about_the_clocks():
    with World() as world:
        district(world)
        hub = world.hub
        hub.ok("policy", "load", policy_file(
            world, "1235@2", same_day_moves_when_off=True, late_after="16:00",
            need_info_stops_clock=True, suspension_stops_clock=True))
        hub.ok("policy", "load", policy_file(
            world, "1235@3", same_day_moves_when_off=False, late_after=None,
            need_info_stops_clock=False, suspension_stops_clock=False))

        def by(policy, kind, registered, *steps):
            """Both dues of an order with that policy and those steps, all of them told."""
            number = taken(hub, registered, type=kind)
            first = {"verb": "triage", "as": "PD1", "type": kind, "complexity": "simple",
                     "policy": policy, "reason": "legal_question", "at": registered}
            batch(hub, [{"id": number, **step} for step in (first, *steps)])
            told = hub.ok("appeal", "deadline", number)
            assert told["policy"] == policy
            return told["citizen_due"], told["unit_due"]

        # The same day: as it is; on a holiday the next working day; after four the next day.
        holiday, evening = "2025-10-01 03:00", "2025-03-03 16:30"
        for registered, plain, moved in ((holiday, "2025-10-02", "2025-10-10"),
                                         (evening, "2025-03-04", "2025-03-05")):
            for policy, due in (("1235@3", plain), ("1235@2", moved)):
                found = by(policy, "inquiry", registered)[0]
                assert found == f"{due}T00:00:00+08:00", (policy, registered, found)
        # Two days of waiting for the person, or suspended: three days become five, and roll.
        asked = ({"verb": "need-info", "as": "PD1", "detail": "缺地址", "at": "2025-03-03 10:00"},
                 {"verb": "add-info", "as": "PD1", "detail": "新民路", "at": "2025-03-05 10:00"})
        stage = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        rested = ({"verb": "dispatch", "as": "PD1", "unit": "SWJ", "at": "2025-03-03 09:30"},
                  {"verb": "sign", "as": "S1", "at": "2025-03-03 09:40"},
                  {"verb": "suspend", "as": "LD1", "detail": "列入计划", "told": True, "due_at": stage,
                   "at": "2025-03-04 10:00"},
                  {"verb": "resume", "as": "LD1", "at": "2025-03-06 10:00"})
        plain, later = "2025-03-07T00:00:00+08:00", "2025-03-11T00:00:00+08:00"
        assert by("1235@3", "complaint", "2025-03-03 09:00", *asked)[0] == plain
        assert by("1235@2", "complaint", "2025-03-03 09:00", *asked)[0] == later
        assert by("1235@3", "complaint", "2025-03-03 09:00", *rested) == (plain, plain)
        assert by("1235@2", "complaint", "2025-03-03 09:00", *rested) == (later, later)


def test_b4_a_reply_counts_when_review_accepts_it_and_a_rework_has_a_due_of_its_own():
    with World() as world:
        district(world)
        hub = world.hub
        path = policy_file(world, "1235@2")
        document = json.loads(path.read_text(encoding="utf-8"))
        document["rules"]["rework"] = {"amount": 1, "unit": "working_day"}
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        hub.ok("policy", "load", path)
        for policy, due in (("1235@1", "2025-03-14"), ("1235@2", "2025-03-12")):
            number = taken(hub, "2025-03-03 09:00", type="complaint", phone="13900000001")
            first, *steps = to("replied", number, "2025-03-04 10:00")
            batch(hub, [first | {"policy": policy} | (
                {"reason": "legal_question"} if policy == "1235@2" else {}), *steps])

            def told():
                return hub.ok("appeal", "deadline", number, "--as-of", "2025-03-20")

            assert told()["citizen_verdict"] == told()["unit_verdict"] == "in_review"
            batch(hub, [
                {"id": number, "kind": "review_passed", "as": "HD1", "at": "2025-03-05 09:00"},
                {"id": number, "verb": "visit", "as": "HF1", "method": "phone", "reached": "yes",
                 "grade": "dissatisfied", "reason": "slow", "at": "2025-03-10 10:00"}])
            assert told()["citizen_verdict"] == told()["unit_verdict"] == "on_time"
            batch(hub, [{"id": number, "verb": "rework", "as": "HF1", "at": "2025-03-10 11:00"}])
            before, now = told()["rounds"]
            assert before["citizen"]["verdict"] == before["unit"]["verdict"] == "on_time"
            for clock in (now["citizen"], now["unit"]):
                assert clock["starts_at"] == "2025-03-10T11:00:00+08:00", clock
                assert clock["ends_at"] == f"{due}T00:00:00+08:00", (policy, clock)
                assert clock["verdict"] == "overdue", clock
