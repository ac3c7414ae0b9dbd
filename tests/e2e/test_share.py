"""An order of one station is worked on by another: what each sees, and what leaves again."""

import json
import time

from jy import Database, World, add
from test_orders import act
from test_rows_dispatch import policy_file

UNITS = """code,name,active,station
SHG01,四褐山街道便民服务中心,是,SHG01
SXZ01,沈巷镇便民服务中心,是,SXZ01
BDZ01,白茆镇便民服务中心,是,BDZ01
SWJ,区水务局,是,
"""
STAFF = """code,name,unit,posts
PD1,派甲,QZX,派单岗
HD1,回甲,QZX,回复岗
W1,站甲,SHG01,登记岗
X1,沈甲,SXZ01,登记岗
B1,白甲,BDZ01,登记岗
S1,水甲,SWJ,
"""
TOLD = {"title": "河道边路灯全灭", "text": "沿河三公里路灯连续四晚不亮", "contact": "欧阳测试",
        "phone": "13900001234", "address": "长堤路七十七号"}
ANSWER = "已更换镇流器二十七只"
NOTE = "住户夜间不便，请白天联系"


def district(world, *codes):
    for noun, text in (("unit", UNITS), ("staff", STAFF)):
        path = world.folder / f"{noun}.csv"
        path.write_text(text, encoding="utf-8")
        assert world.hub.ok(noun, "import", path)["refused_total"] == 0
    return [world.station(code) for code in codes]


def record(station):
    fields = {key: value for key, value in TOLD.items() if key not in ("title", "text")}
    return add(station, TOLD["title"], TOLD["text"], **fields)["number"]


def texts_in(node, *more):
    """Which of the order's texts stand in any file of the node's folder, or in its database for
    somebody who has the key."""
    files = [path.read_bytes() for path in node.data.rglob("*") if path.is_file()]
    files.append(Database(node).pages())
    return {text for text in (*TOLD.values(), *more)
            if any(text.encode() in content for content in files)}


def dispatch(hub, number, unit):
    act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple")
    act(hub, "dispatch", number, "PD1", "--unit", unit)


def reassign(hub, number, unit):
    act(hub, "reassign", number, "PD1", "--unit", unit, "--reason", "wrong_unit")


def absent(node, number):
    done = node.run("appeal", "show", number)
    assert done.code == 1 and done.error["code"] == "JY-0401", done.out
    assert node.ok("appeal", "list")["total"] == 0
    assert node.ok("appeal", "list", "--search", "路灯")["total"] == 0
    assert node.ok("conflict", "list")["conflicts"] == []
    assert texts_in(node, ANSWER, NOTE) == set(), "bytes of the order are left"
    assert node.ok("verify")["ok"]


def whole(node, number):
    shown = node.ok("appeal", "show", number)
    assert {key: shown["appeal"][key] for key in TOLD} == TOLD, shown["appeal"]
    return shown


def equal(world, *stations):
    for station in stations:
        world.sync(station)
    for station in stations:
        world.sync(station)
        world.assert_equal(station)
        assert not station.ok("sync", "status")["diverged"]
        assert station.ok("verify")["ok"]
    assert world.hub.ok("verify")["ok"]


def test_recorded_at_one_station_and_answered_at_another():
    with World() as world:
        home, other, third = district(world, "SHG01", "SXZ01", "BDZ01")
        hub = world.hub
        number = record(home)
        home.ok("appeal", "note", number, "--text", NOTE)
        world.serve()
        equal(world, home, other, third)
        dispatch(hub, number, "SXZ01")
        equal(world, home, other, third)
        shown = whole(other, number)
        assert shown["state"] == "dispatched" and shown["delivered"]
        assert shown["order"] == whole(home, number)["order"]
        assert [note["text"] for note in shown["notes"]] == [NOTE]
        assert {line["station"] for line in shown["history"]} == {"SHG01"}
        assert other.ok("appeal", "list", "--search", "路灯")["total"] == 1
        assert other.ok("appeal", "list", "--unit", "SXZ01")["total"] == 1
        absent(third, number)

        world.servers[-1].stop()  # No link from here on.
        act(other, "sign", number, "X1")
        act(other, "contact", number, "X1", "--method", "phone", "--reached", "yes")
        act(other, "reply", number, "X1", facts={"answer": ANSWER, "solved": "yes"})
        other.ok("appeal", "note", number, "--text", "备件已入库", "--as", "X1")
        # How the person is reached the unit may add; what is complained about it may not change.
        other.ok("appeal", "edit", number, "--set", "special_care=听力不便", "--as", "X1")
        foreign = other.run("appeal", "edit", number, "--set", "place=长堤路北段", "--as", "X1")
        assert foreign.error["details"]["guard"] == "not_home_station", foreign.out
        shown = whole(other, number)
        assert shown["state"] == "replied"
        assert [e["delivered"] for e in shown["events"]] == [True] * 3 + [False] * 3
        home.ok("appeal", "edit", number, "--set", "contact_wish=上午", "--as", "W1")

        world.serve()
        equal(world, home, other, third)
        for node in (home, other, hub):
            shown = whole(node, number)
            assert shown["state"] == "replied" and shown["appeal"]["special_care"] == "听力不便"
            assert shown["appeal"]["contact_wish"] == "上午"
            reply = [e for e in shown["events"] if e["kind"] == "replied"]
            assert reply[0]["facts"]["answer"] == ANSWER and reply[0]["station"] == "SXZ01"
            assert all(e["verdict"] == "accepted" and e["delivered"] for e in shown["events"])
            assert len(shown["notes"]) == 2
        # What is edited by both sides is one conflict, the same everywhere.
        for node, actor, phone in ((home, "W1", "13911111111"), (other, "X1", "13922222222")):
            node.ok("appeal", "edit", number, "--set", f"phone={phone}", "--as", actor)
        equal(world, home, other, third)
        listed = [node.ok("conflict", "list")["conflicts"] for node in (home, other, hub)]
        assert [len(one) for one in listed] == [1, 1, 1], listed
        assert len({one[0]["id"] for one in listed}) == 1, listed
        other.ok("conflict", "resolve", listed[1][0]["id"], "--value", TOLD["phone"], "--as", "X1")
        equal(world, home, other, third)
        assert all(node.ok("conflict", "list")["conflicts"] == [] for node in (home, other, hub))
        whole(home, number)
        absent(third, number)


def test_what_is_given_to_another_unit_leaves_no_byte():
    with World() as world:
        home, other, third = district(world, "SHG01", "SXZ01", "BDZ01")
        hub = world.hub
        number = record(home)
        kept = add(other, "自己的诉求", "树枝遮挡路灯")["number"]
        world.serve()
        equal(world, home, other, third)
        dispatch(hub, number, "SXZ01")
        equal(world, home, other, third)
        act(other, "sign", number, "X1")
        other.ok("appeal", "note", number, "--text", NOTE, "--as", "X1")
        equal(world, home, other, third)
        assert texts_in(other), "the search for bytes finds what is there"
        reassign(hub, number, "SWJ")
        equal(world, home, other, third)
        gone = other.run("appeal", "show", number)
        assert gone.code == 1 and gone.error["code"] == "JY-0401"
        assert other.ok("appeal", "list")["total"] == 1
        assert other.ok("appeal", "list", "--search", "路灯")["appeals"][0]["number"] == kept
        assert texts_in(other, NOTE) == set()
        assert whole(home, number)["state"] == "dispatched"
        # The rest of the district goes on, the station does not hear of it.
        act(hub, "sign", number, "S1")
        home.ok("appeal", "note", number, "--text", ANSWER, "--as", "W1")
        equal(world, home, other, third)
        assert texts_in(other, NOTE, ANSWER) == set()
        # And it comes back whole.
        reassign(hub, number, "SXZ01")
        equal(world, home, other, third)
        shown = whole(other, number)
        assert shown["state"] == "dispatched" and len(shown["notes"]) == 2
        assert [e["kind"] for e in shown["events"]] == [
            "triaged", "dispatched", "arrived", "signed", "reassigned", "signed", "reassigned",
            "arrived"]
        act(other, "sign", number, "X1")
        equal(world, home, other, third)
        assert whole(home, number)["state"] == "in_progress"
        reassign(hub, number, "BDZ01")
        equal(world, home, other, third)
        assert texts_in(other, NOTE, ANSWER) == set()
        assert whole(third, number)["order"]["lead_unit"] == "BDZ01"


def test_an_act_that_came_too_late_is_ruled_on_before_the_copy_goes():
    with World() as world:
        home, other = district(world, "SHG01", "SXZ01")
        hub = world.hub
        number = record(home)
        world.serve()
        equal(world, home, other)
        dispatch(hub, number, "SXZ01")
        equal(world, home, other)
        act(other, "sign", number, "X1")  # Without knowing of what the hub does now:
        reassign(hub, number, "SWJ")
        equal(world, home, other)
        for node in (home, other, hub):
            listed = node.ok("conflict", "list")["conflicts"]
            assert len(listed) == 1, listed
            shown = whole(node, number)
            assert shown["state"] == "dispatched" and shown["order"]["lead_unit"] == "SWJ"
            late = [e for e in shown["events"] if e["verdict"] != "accepted"]
            assert [e["kind"] for e in late] == ["signed"], late
        act(hub, "rule", number, "PD1", "--event", late[0]["id"], "--ruling", "history")
        equal(world, home, other)
        absent(other, number)
        assert home.ok("conflict", "list")["conflicts"] == []


def test_taken_back_and_given_again_while_the_station_was_away():
    with World() as world:
        home, other = district(world, "SHG01", "SXZ01")
        hub = world.hub
        number = record(home)
        world.serve()
        equal(world, home, other)
        dispatch(hub, number, "SXZ01")
        equal(world, home, other)
        reassign(hub, number, "SWJ")
        reassign(hub, number, "SXZ01")
        equal(world, home, other)
        act(other, "sign", number, "X1")
        equal(world, home, other)
        assert whole(home, number)["state"] == "in_progress"


def on_the_way(told):
    """Of an answer of `appeal deadline` what all must compute alike."""
    return {key: told[key] for key in ("policy", "unit_due", "unit_verdict", "arrived_at",
                                       "transit_to_unit_seconds", "rounds")}


def test_the_time_on_the_way_to_the_units_station_is_the_links():
    with World() as world:
        home, other, third = district(world, "SHG01", "SXZ01", "BDZ01")
        hub = world.hub
        by_dispatch, by_arrival, own = (record(home) for _ in range(3))
        hub.ok("policy", "load", policy_file(world, "1235@2", unit_clock_starts_at_arrival=True))
        world.serve()
        equal(world, home, other, third)
        dispatch(hub, by_dispatch, "SXZ01")
        act(hub, "triage", by_arrival, "PD1", "--type", "complaint", "--complexity", "simple",
            "--policy", "1235@2", "--reason", "legal_question")
        act(hub, "dispatch", by_arrival, "PD1", "--unit", "SXZ01")
        dispatch(hub, own, "SHG01")
        for number in (by_dispatch, by_arrival):
            told = hub.ok("appeal", "deadline", number)
            assert told["arrived_at"] is told["transit_to_unit_seconds"] is None
            assert told["rounds"][0]["unit"] and told["rounds"][0]["arrived_at"] is None
        assert any("没有到站的记录" in step["zh"] for step in told["steps"])
        time.sleep(2.1)
        equal(world, home, other, third)
        for number, waits in ((by_dispatch, False), (by_arrival, True)):
            shown = whole(hub, number)
            sent = [e for e in shown["events"] if e["kind"] == "dispatched"][0]
            noted = [e for e in shown["events"] if e["kind"] == "arrived"]
            assert len(noted) == 1 and noted[0]["verdict"] == "accepted", noted
            assert noted[0]["station"] == "SXZ01" and noted[0]["facts"]["target"] == sent["id"]
            assert noted[0]["state"] == shown["state"] == "dispatched"
            as_of = ("--as-of", noted[0]["time"][:10] + "T23:59:59+08:00")
            answers = [node.ok("appeal", "deadline", number, *as_of)
                       for node in (hub, home, other)]
            assert on_the_way(answers[0]) == on_the_way(answers[1]) == on_the_way(answers[2])
            told = answers[0]
            assert 2 <= told["transit_to_unit_seconds"] < 120, told
            assert told["arrived_at"] == noted[0]["happened_at"] > sent["happened_at"]
            unit = told["rounds"][0]["unit"]
            assert unit["starts_at"] == (told["arrived_at"] if waits else sent["happened_at"])
            assert told["rounds"][0]["transit_seconds"] == told["transit_to_unit_seconds"]
            step, = [one["zh"] for one in told["steps"] if "承办站点" in one["zh"]]
            assert ("不算承办单位的时间" in step) == waits and "在途" in step
            for node in (hub, home, other):
                page = node.run("appeal", "show", number, json_out=False).out
                assert "承办站点收到" in page and "到站" in page
                assert sent["id"] not in page
        # The station that recorded it is the unit's own: the dispatch had the same way.
        assert home.ok("appeal", "deadline", own)["transit_to_unit_seconds"] >= 2
        # One more push, then there is nothing to say any more, for nobody.
        heads = other.ok("digest")["heads"]
        for node in (home, other, third):
            assert world.sync(node)["sent"]["transactions"] == 0
        assert other.ok("digest")["heads"] == heads
        assert all(node.ok("conflict", "list")["conflicts"] == []
                   for node in (hub, home, other, third))
        absent(third, by_dispatch)


def test_a_call_to_the_hub_is_answered_at_a_station():
    with World() as world:
        other, third = district(world, "SXZ01", "BDZ01")
        hub = world.hub
        number = record(hub)
        world.serve()
        equal(world, other, third)
        dispatch(hub, number, "SXZ01")
        equal(world, other, third)
        assert whole(other, number)["order"] == whole(hub, number)["order"]
        world.servers[-1].stop()
        act(other, "sign", number, "X1")
        act(other, "contact", number, "X1", "--method", "phone", "--reached", "yes")
        act(other, "reply", number, "X1", facts={"answer": ANSWER, "solved": "yes"})
        world.serve()
        equal(world, other, third)
        assert whole(hub, number)["state"] == "replied"
        absent(third, number)
        act(hub, "review", number, "HD1", "--return", "--reason", "incomplete")
        reassign(hub, number, "SWJ")
        equal(world, other, third)
        absent(other, number)


def test_a_co_unit_sees_it_until_its_part_is_done():
    with World() as world:
        home, other, third = district(world, "SHG01", "SXZ01", "BDZ01")
        hub = world.hub
        number = record(home)
        world.serve()
        equal(world, home, other, third)
        act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple")
        act(hub, "dispatch", number, "PD1", "--unit", "SXZ01", "--co-units", "BDZ01")
        equal(world, home, other, third)
        whole(other, number)
        whole(third, number)
        act(other, "sign", number, "X1")
        act(third, "co-done", number, "B1", "--text", "已配合断电")
        equal(world, home, other, third)
        absent(third, number)
        assert whole(other, number)["events"][-1]["station"] == "BDZ01"


def test_killed_while_it_lets_go():
    with World() as world:
        home, other = district(world, "SHG01", "SXZ01")
        hub = world.hub
        numbers = [record(home) for _ in range(6)]
        world.serve()
        equal(world, home, other)
        for number in numbers:
            dispatch(hub, number, "SXZ01")
        equal(world, home, other)
        for number in numbers:
            act(other, "sign", number, "X1")
        world.sync(other)
        for number in numbers:
            reassign(hub, number, "SWJ")
        killed = 0
        for step in range(40):
            sync = other.popen("sync", "now", "--hub", world.address)
            time.sleep(0.01 + 0.008 * step)
            if sync.poll() is None:
                sync.kill()
                killed += 1
            sync.wait()
            left = other.ok("appeal", "list")["total"]
            assert left in (0, 6) and other.ok("verify")["ok"], left
            if left == 0:
                break
        assert killed > 0
        equal(world, home, other)
        for number in numbers:
            absent(other, number)
            whole(home, number)
