"""Work orders through the programs: the story of one complaint, and what the guards refuse."""

import json

from jy import HUB, World, add, run

UNITS = """code,name,active,station,successor
SHG01,四褐山街道便民服务中心,是,SHG01,
SWJ,区水务局,是,,
JSJ,区住建局,是,,
LYJ,区路灯所,否,,JSJ
"""
STAFF = """code,name,unit,posts,valid_from
PD1,派甲,QZX,派单岗,
PD2,派乙,QZX,dispatcher,
HD1,回甲,QZX,回复岗,
HF1,访甲,QZX,回访岗@2026-01-01/2099-12-31,
HF2,访乙,SHG01,回访岗,
DB1,督甲,QZX,督办岗,
LD1,领甲,QZX,领导,
DJ1,登甲,QZX,登记岗,
W1,站甲,SHG01,登记岗,
S1,水甲,SWJ,,
J1,建甲,JSJ,,
"""


def people(world, units=UNITS):
    """Units and staff at the hub; stations get them with the next sync."""
    for noun, text in (("unit", units), ("staff", STAFF)):
        path = world.folder / f"{noun}.csv"
        path.write_text(text, encoding="utf-8")
        assert world.hub.ok(noun, "import", path)["refused_total"] == 0


def act(node, verb, order, actor, *words, facts=None):
    extra, stdin = (), None
    if facts is not None:
        extra, stdin = ("--from", "-"), json.dumps(facts, ensure_ascii=False)
    return node.ok("appeal", verb, order, "--as", actor, *words, *extra, stdin=stdin)


def refused(node, guard, verb, order, actor, *words):
    """The guard's name, its words, and that nothing was written."""
    before = len(node.ok("appeal", "show", order)["events"])
    done = node.run("appeal", verb, order, "--as", actor, *words)
    assert done.code == 1, done.out + done.err
    assert done.error["code"] == "JY-0414", done.error
    assert done.error["details"]["guard"] == guard, done.error
    assert done.error["data_safe"]
    assert len(node.ok("appeal", "show", order)["events"]) == before
    return done.error


def explained(node, order, state):
    """Both clocks are told at every step, in both languages."""
    told = node.ok("appeal", "deadline", order)
    assert told["state"] == state, told["state"]
    assert told["citizen_due"].endswith("+08:00") and told["policy"] == "1235@1"
    assert all(step["zh"] and step["en"] for step in told["steps"]) and told["steps"]
    page = node.run("appeal", "deadline", order, "--lang", "en", json_out=False)
    assert page.code == 0 and told["steps"][0]["en"] in page.out
    return told


def test_the_story_of_one_complaint():
    with World() as world:
        people(world, UNITS.replace("SWJ,区水务局,是,,", "SWJ,区水务局,是,EBZ01,"))
        station, water = world.station("SHG01"), world.station("EBZ01")
        number = add(station, "水管爆裂", "门口水管爆裂，路面积水", phone="13900000001",
                     contact="王某")["number"]
        assert explained(station, number, "registered")["unit_due"] is None
        world.serve()
        world.sync(station)
        hub = world.hub
        first = explained(hub, number, "received")
        refused(hub, "no_post", "triage", number, "W1", "--type", "complaint", "--complexity",
                "complex")
        act(hub, "triage", number, "PD1", "--type", "投诉", "--complexity", "复杂")
        complex_due = explained(hub, number, "triage")["citizen_due"]
        assert complex_due >= first["citizen_due"]
        error = refused(hub, "unit_retired", "dispatch", number, "PD1", "--unit", "LYJ")
        assert "LYJ" not in error["message"] and len(error["next"]) > 5
        act(hub, "dispatch", number, "PD1", "--unit", "JSJ")
        assert explained(hub, number, "dispatched")["unit_due"]
        refused(hub, "not_lead_unit", "sign", number, "S1")
        act(hub, "sign", number, "J1")
        explained(hub, number, "in_progress")
        act(hub, "send-back", number, "J1", "--reason", "not_ours", "--basis", "供水归水务局管")
        explained(hub, number, "return_pending")
        act(hub, "uphold", number, "PD2", "--reason", "wrong_unit")
        assert explained(hub, number, "triage")["citizen_due"] == complex_due
        act(hub, "dispatch", number, "PD1", "--unit", "JSJ")
        act(hub, "reassign", number, "PD1", "--unit", "SWJ", "--reason", "wrong_unit")
        explained(hub, number, "dispatched")
        world.sync(station)
        assert explained(station, number, "dispatched")["citizen_due"] == complex_due
        # The waterworks' own station gets it, and works on it without a link.
        world.sync(water)
        world.servers[-1].stop()
        act(water, "sign", number, "S1")
        refused(water, "no_contact", "reply", number, "S1", "--answer", "已修好", "--solved",
                "yes")
        act(water, "contact", number, "S1", "--method", "phone", "--reached", "yes")
        due = explained(water, number, "in_progress")["unit_due"]
        act(water, "extend", number, "S1", "--due", next_working_day(due), "--reason",
            "spare_parts")
        world.serve()
        world.sync(water)
        refused(hub, "no_post", "grant-extension", number, "S1", "--told")
        refused(hub, "not_told", "grant-extension", number, "PD1")
        act(hub, "grant-extension", number, "PD1", "--told")
        assert explained(hub, number, "in_progress")["unit_due"] > due
        world.sync(water)
        assert explained(water, number, "in_progress")["unit_due"] > due
        act(water, "reply", number, "S1", facts={"answer": "已换水管，路面已清理", "solved": "yes"})
        world.sync(water)
        explained(hub, number, "replied")
        act(hub, "review", number, "HD1", "--pass")
        explained(hub, number, "visit_pending")
        refused(hub, "no_visit", "close", number, "HF1", "--ground", "satisfied")
        act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "dissatisfied", "--solved", "no", "--reason", "still_leaking")
        refused(hub, "dissatisfied", "close", number, "HF1", "--ground", "satisfied")
        act(hub, "rework", number, "HF1", "--reason", "still_leaking")
        shown = hub.ok("appeal", "show", number)
        assert shown["order"]["round"] == 2 and shown["order"]["supervision"] == 1
        assert len(explained(hub, number, "in_progress")["rounds"]) == 2
        world.sync(water)
        act(water, "reply", number, "S1", facts={"answer": "接头已换，不再漏水", "solved": "是"})
        world.sync(water)
        act(hub, "review", number, "HD1", "--pass")
        # The visitor of the station did not handle it and may visit, offline too.
        world.sync(station)
        world.servers[-1].stop()
        act(station, "visit", number, "HF2", "--method", "door", "--reached", "yes", "--grade",
            "satisfied", "--solved", "yes")
        refused(station, "hub_only", "close", number, "HF2", "--ground", "satisfied")
        world.serve()
        world.sync(station)
        act(hub, "close", number, "HF1", "--ground", "satisfied")
        explained(hub, number, "closed")
        act(hub, "archive", number, "DJ1")
        world.sync(station)
        world.sync(water)
        for node in (station, water, hub):
            explained(node, number, "archived")
            shown = node.ok("appeal", "show", number)
            assert shown["state"] == "archived" and shown["order"]["lead_unit"] == "SWJ"
            assert all(e["verdict"] == "accepted" for e in shown["events"]), shown["events"]
            assert node.ok("appeal", "list", "--state", "archived")["total"] == 1
            assert node.ok("verify")["ok"]
        world.assert_equal(station)
        page = hub.run("appeal", "show", number, json_out=False)
        assert "主办单位" in page.out and "就地办结" not in page.out and "改派" in page.out


def next_working_day(due):
    """A time a working day after the due, by the calculator."""
    done = run(HUB, "deadline", "--from", due[:10], "--amount", 1, "--unit", "working_day",
               "--json")
    return done.json["due"] + "T18:00:00+08:00"


def closable(world, station):
    """An order answered by the station's own unit and passed by review."""
    number = add(station, "路灯不亮", "村口路灯坏了", phone="13900000001")["number"]
    world.sync(station)
    act(world.hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple")
    act(world.hub, "dispatch", number, "PD1", "--unit", "SHG01")
    world.sync(station)
    act(station, "sign", number, "W1")
    return number


def test_a_visit_by_the_handling_unit_and_a_close_without_reply_are_refused():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        number = closable(world, station)
        refused(station, "wrong_state", "close", number, "HF2", "--ground", "satisfied")
        world.sync(station)
        refused(world.hub, "wrong_state", "close", number, "HF1", "--ground", "satisfied")
        act(station, "contact", number, "W1", "--method", "door", "--reached", "yes")
        act(station, "reply", number, "W1", "--answer", "换了灯泡", "--solved", "yes")
        world.sync(station)
        act(world.hub, "review", number, "HD1", "--pass")
        world.sync(station)
        refused(station, "handler_visits", "visit", number, "HF2", "--method", "phone",
                "--reached", "yes", "--grade", "satisfied")


def test_an_event_dated_before_the_order_or_ahead_of_now_is_refused():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        number = closable(world, station)
        refused(station, "before_registration", "contact", number, "W1", "--method", "phone",
                "--reached", "yes", "--at", "2020-01-01")
        refused(station, "in_future", "contact", number, "W1", "--method", "phone", "--reached",
                "yes", "--at", "2199-01-01")
        bad = station.run("appeal", "contact", number, "--as", "W1", "--method", "phone",
                          "--reached", "yes", "--at", "2026-02-30")
        assert bad.code == 2 and bad.error["code"] == "JY-0408"
        unknown = station.run("appeal", "sign", number, "--as", "NOBODY")
        assert unknown.error["code"] == "JY-0411"


def test_two_people_acting_on_one_order_apart_are_one_conflict_on_both_sides():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        number = add(station, "路灯不亮", "村口路灯坏了", phone="13900000001")["number"]
        world.sync(station)
        act(world.hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple")
        act(world.hub, "dispatch", number, "PD1", "--unit", "SHG01")
        world.sync(station)
        world.servers[-1].stop()
        act(station, "sign", number, "W1")
        act(world.hub, "reassign", number, "PD1", "--unit", "JSJ", "--reason", "wrong_unit")
        world.serve()
        world.sync(station)
        here = station.ok("conflict", "list")["conflicts"]
        there = world.hub.ok("conflict", "list")["conflicts"]
        assert len(here) == len(there) == 1
        for one in (here[0], there[0]):
            assert one["kind"] == "event" and one["refused"] == "not_lead_unit"
            assert one["event"]["kind"] == "signed" and one["event"]["actor"] == "W1"
            assert one["before"]["kind"] == "reassigned" and one["state"] == "dispatched"
        assert here[0]["id"] == there[0]["id"]
        assert station.run("status", "--check").code == 15
        assert station.ok("status")["conflicts"] == world.hub.ok("status")["conflicts"] == 1
        at_station = station.run("conflict", "resolve", here[0]["id"], "--ruling", "history",
                                 "--as", "W1")
        assert at_station.error["details"]["guard"] == "hub_only"
        world.hub.ok("conflict", "resolve", here[0]["id"], "--ruling", "history", "--reason",
                     "reassigned_meanwhile", "--as", "PD1")
        world.sync(station)
        for node in (station, world.hub):
            assert node.ok("conflict", "list")["conflicts"] == []
            events = node.ok("appeal", "show", number)["events"]
            kept = [e for e in events if e["kind"] == "signed"]
            assert kept[0]["verdict"] == "refused" and kept[0]["ruling"] == "history"
        world.assert_equal(station)


def test_two_visits_apart_that_disagree_are_one_conflict_until_a_person_says_which_counts():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        number = add(station, "路灯不亮", "村口路灯坏了", phone="13900000001")["number"]
        world.sync(station)
        hub = world.hub
        act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple")
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        act(hub, "sign", number, "S1")
        act(hub, "contact", number, "S1", "--method", "phone", "--reached", "yes")
        act(hub, "reply", number, "S1", "--answer", "换了灯泡", "--solved", "yes")
        act(hub, "review", number, "HD1", "--pass")
        world.sync(station)
        world.servers[-1].stop()
        act(station, "visit", number, "HF2", "--method", "door", "--reached", "yes", "--grade",
            "dissatisfied", "--solved", "no", "--reason", "still_dark")
        act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "satisfied", "--solved", "yes")
        assert hub.ok("conflict", "list")["conflicts"] == []
        world.serve()
        world.sync(station)
        lists = [node.ok("conflict", "list")["conflicts"] for node in (station, hub)]
        for listed in lists:
            assert [one["kind"] for one in listed] == ["visits"], listed
            assert [(v["actor"], v["facts"]["grade"], v["current"]) for v in
                    listed[0]["visits"]] == [("HF1", "satisfied", False),
                                             ("HF2", "dissatisfied", True)]
        assert lists[0][0]["id"] == lists[1][0]["id"]
        assert station.run("status", "--check").code == 15
        refused(hub, "dissatisfied", "close", number, "HF1", "--ground", "satisfied")
        page = station.run("conflict", "list", json_out=False).out
        assert "回访结果不一致" in page and "暂按这次" in page and "不满意" in page
        one = lists[1][0]["id"]
        none = hub.run("conflict", "resolve", one, "--take", 3, "--as", "DB1")
        assert none.code == 2 and none.error["code"].startswith("JY-"), none.error
        done = hub.ok("conflict", "resolve", one[:8], "--take", 1, "--as", "DB1", "--reason",
                      "called_again")
        assert done["resolved"] and done["kind"] == "visits"
        world.sync(station)
        for node in (station, hub):
            assert node.ok("conflict", "list")["conflicts"] == []
            assert len(node.ok("appeal", "show", number)["order"]["visits"]) == 2
        act(hub, "close", number, "HF1", "--ground", "satisfied")
        world.sync(station)
        world.assert_equal(station)


def test_a_station_closes_a_delegated_matter_on_the_spot():
    with World() as world:
        people(world)
        path = world.folder / "delegation.csv"
        path.write_text("code,unit,category\nSHG01:ZX01,SHG01,ZX01\n", encoding="utf-8")
        assert world.hub.ok("delegation", "import", path)["imported"] == 1
        station = world.station("SHG01")
        world.serve()
        world.sync(station)
        assert station.ok("delegation", "list")["total"] == 1
        number = add(station, "咨询办证", "怎么办老年证", type="inquiry",
                     phone="13900000001")["number"]
        refused(station, "not_delegated", "close-onsite", number, "W1", "--answer", "带身份证来",
                "--told", "--category", "ZX02")
        refused(station, "not_told", "close-onsite", number, "W1", "--answer", "带身份证来",
                "--category", "ZX01")
        act(station, "close-onsite", number, "W1", "--answer", "带身份证来", "--told",
            "--category", "ZX01")
        world.sync(station)
        assert world.hub.ok("appeal", "show", number)["state"] == "closed"


def test_a_staff_list_with_a_post_that_does_not_exist_is_refused_by_row():
    with World() as world:
        path = world.folder / "staff.csv"
        path.write_text("code,name,unit,posts\nA1,甲,QZX,派单岗\nA2,乙,QZX,派单员\n"
                        "A3,丙,QZX,visitor@2026-13-01/\n", encoding="utf-8")
        done = world.hub.run("staff", "import", path)
        assert done.code == 3 and done.json["imported"] == 1
        assert [row["code"] for row in done.json["refused"]] == ["JY-0417", "JY-0417"]
        assert all("岗位" in row["reason"] for row in done.json["refused"])
