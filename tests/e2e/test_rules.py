"""Calendars, policies, settings, reasons, the catalogue: loaded at the hub, the same everywhere."""

import datetime
import json
import time

from jy import HUB, World, add, run
from refusals import CJK
from test_orders import act, refused
from test_rows_dispatch import classed, district, handled, order, policy_file

DAY = datetime.timedelta(days=1)


def last_day(due):
    """The day that ends at the instant `due`."""
    return datetime.date.fromisoformat(due[:10]) - DAY


def notice(world, hub, changes, name="notice.json"):
    """Notices of the years of `changes` (date -> off), as they are now but for these days."""
    paths = []
    for year in sorted({day.year for day in changes}):
        done = hub.run("calendar", "show", year)
        document = done.json if done.code == 0 else {"year": year, "papers": [], "days": []}
        days = {one["date"]: one for one in document["days"]}
        for day, off in changes.items():
            if day.year == year:
                days[str(day)] = {"name": "试验", "date": str(day), "isOffDay": off}
        path = world.folder / f"{year}-{name}"
        path.write_text(json.dumps({**document, "days": list(days.values())}, ensure_ascii=False),
                        encoding="utf-8")
        paths.append(path)
    return paths


def working(start, days):
    done = run(HUB, "deadline", "--from", start, "--amount", days, "--unit", "working_day",
               "--json")
    return done.json["ends_at"]


def test_a_calendar_loaded_at_the_hub_moves_dues_everywhere():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        number = order(world, station)
        closed = order(world, station, title="已了结")
        act(hub, "withdraw", closed, "PD1", "--reason", "by_person")
        before = hub.ok("appeal", "deadline", number)
        years = [one["year"] for one in hub.ok("calendar", "list")["calendars"]]
        assert years == [2024, 2025, 2026]
        due = last_day(before["citizen_due"])
        path, = notice(world, hub, {due: True})
        loaded = hub.ok("calendar", "load", path)
        assert loaded["loaded"] and loaded["open"] == 1 and loaded["moved"] == 1, loaded
        after = hub.ok("appeal", "deadline", number)
        assert after["citizen_due"] > before["citizen_due"]
        assert after["calendar"] != before["calendar"]
        again = hub.ok("calendar", "load", path)
        assert not again["loaded"] and again["code"] == loaded["code"] and again["moved"] == 0
        listed = [one for one in hub.ok("calendar", "list")["calendars"]
                  if one["year"] == due.year]
        assert [one["counts"] for one in listed] == [False] * (len(listed) - 1) + [True]
        world.sync(station)
        for node in (station, hub):
            assert node.ok("appeal", "deadline", number)["citizen_due"] == after["citizen_due"]
            assert node.ok("calendar", "show", due.year)["code"] == loaded["code"]
            assert node.ok("verify")["ok"]
        listed = station.ok("appeal", "list")["appeals"]
        assert after["citizen_due"] in [row["citizen_due"] for row in listed]
        world.assert_equal(station)
        # What is no notice is refused, and what is shown can be loaded.
        bad = world.folder / "bad.json"
        bad.write_text('{"year":2027,"days":[]}', encoding="utf-8")
        refusal = hub.run("calendar", "load", bad)
        assert refusal.code == 2 and refusal.error["code"] == "JY-0808"
        assert hub.run("calendar", "show", 1999).error["code"] == "JY-0401"
        shown = world.folder / "shown.json"
        shown.write_text(json.dumps(hub.ok("calendar", "show", due.year)), encoding="utf-8")
        assert not hub.ok("calendar", "load", shown)["loaded"]
        assert run(HUB, "deadline", "--from", str(due), "--amount", 1, "--unit", "working_day",
                   "--calendar", shown, "--json").code == 0


def test_a_later_calendar_undoes_no_decision():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        number = order(world, station)
        handled(world, number)
        due = hub.ok("appeal", "deadline", number)["unit_due"]
        cap = working(due, 10)
        act(hub, "extend", number, "S1", "--due", cap, "--reason", "construction")
        act(hub, "grant-extension", number, "PD1", "--told")
        # Now every weekend until then is worked: the same ten working days are over sooner.
        days, day = {}, datetime.date.fromisoformat(due[:10])
        while day < last_day(cap):
            if day.weekday() >= 5:
                days[day] = False
            day += DAY
        assert days
        for path in notice(world, hub, days):
            hub.ok("calendar", "load", path)
        world.sync(station)
        for node in (hub, station):
            shown = node.ok("appeal", "show", number)
            assert [e["verdict"] for e in shown["events"]] == ["accepted"] * len(shown["events"])
            assert shown["order"]["extensions"][0]["granted"]
            assert node.ok("conflict", "list")["conflicts"] == []
            assert node.ok("appeal", "deadline", number)["unit_due"] == cap
        # A new decision is judged by the new one.
        other = order(world, station)
        handled(world, other)
        later = hub.ok("appeal", "deadline", other)["unit_due"]
        refused(hub, "over_cap", "extend", other, "S1", "--due", working(later, 10), "--reason",
                "construction")


def test_settings_are_listed_changed_and_count_from_then_on():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        number = order(world, station)
        for _ in range(2):
            if hub.ok("appeal", "show", number)["state"] == "received":
                classed(world, number)
            act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
            act(hub, "send-back", number, "S1", "--reason", "not_ours", "--basis", "三定方案")
            act(hub, "uphold", number, "PD1", "--reason", "wrong_unit")
        for one in hub.ok("setting", "list")["settings"]:
            assert one["value"] == one["default"] and one["least"] <= one["value"] <= one["most"]
            assert CJK.search(one["zh"]) and not CJK.search(one["en"])
        done = hub.ok("setting", "set", "returns_max", 1)
        assert done["before"] == 3 and done["value"] == 1
        world.sync(station)
        for node in (hub, station):
            now = {one["name"]: one["value"] for one in node.ok("setting", "list")["settings"]}
            assert now["returns_max"] == 1
            events = node.ok("appeal", "show", number)["events"]
            assert all(event["verdict"] == "accepted" for event in events), events
        fresh = order(world, station)
        classed(world, fresh)
        act(hub, "dispatch", fresh, "PD1", "--unit", "SWJ")
        act(hub, "send-back", fresh, "S1", "--reason", "not_ours", "--basis", "三定方案")
        act(hub, "uphold", fresh, "PD1", "--reason", "wrong_unit")
        act(hub, "dispatch", fresh, "PD1", "--unit", "JSJ")
        refused(hub, "returns_used_up", "send-back", fresh, "J1", "--reason", "not_ours",
                "--basis", "三定方案")
        for words, code in ((("no_such", "1"), "JY-0452"), (("returns_max", "0"), "JY-0416"),
                            (("returns_max", "many"), "JY-0416")):
            wrong = hub.run("setting", "set", *words)
            assert wrong.code != 0 and wrong.error["code"] == code, wrong.out
            assert wrong.error["data_safe"]
        assert "returns_max" in hub.run("setting", "set", "x", "1").error["details"]["choices"]
        assert station.run("setting", "set", "returns_max", "2").code == 2
        assert hub.ok("verify")["ok"] and station.ok("verify")["ok"]


def test_the_superiors_limit_is_an_intake_fact_and_the_earlier_counts():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        soon = (datetime.datetime.now() + DAY).strftime("%Y-%m-%dT12:00:00+08:00")
        far = "2099-01-01T12:00:00+08:00"
        early = order(world, station, ext_due_at=soon)
        late = order(world, station, ext_due_at=far)
        typed = station.ok("appeal", "add", "--title", "题", "--text", "文", "--type", "complaint",
                           "--ext-due-at", soon)["number"]
        csv = world.folder / "handed.csv"
        csv.write_text(f"标题,内容,期限\n交办,上级交办,{soon}\n", encoding="utf-8")
        assert station.ok("appeal", "import", csv, "--map",
                          "title=标题,text=内容,ext_due_at=期限", "--type", "complaint")["imported"] == 1
        world.sync(station)
        for node in (station, hub):
            told = node.ok("appeal", "deadline", early)
            assert told["citizen_due"] == told["ext_due_at"] == soon, told
            clock = told["rounds"][0]["citizen"]
            assert clock["source"] == "external" and clock["by_rule"] > soon
            assert any(soon[:10] in step["zh"] and "上级" in step["zh"] for step in told["steps"])
            told = node.ok("appeal", "deadline", late)
            assert told["citizen_due"] < far and told["ext_due_at"] == far
            assert node.ok("appeal", "deadline", typed)["citizen_due"] == soon
            page = node.ok("appeal", "list", "--search", "交办")["appeals"]
            assert [row["citizen_due"] for row in page] == [soon], page
        # By a policy it counts alone.
        hub.ok("policy", "load", policy_file(world, "sup@1", external_due="replaces"))
        world.sync(station)
        alone = order(world, station, ext_due_at=far)
        assert hub.ok("appeal", "deadline", alone)["citizen_due"] == far


def test_asking_the_person_for_more_stops_the_promise_where_the_policy_says_so():
    with World() as world:
        district(world)
        hub = world.hub
        document = hub.ok("policy", "show")
        document.update(code="hours@1", valid_from=None)
        for row in document["rules"]["rows"]:
            row["citizen"] = {"amount": 24, "unit": "hour"}
        document["rules"]["clocks"]["need_info_stops_clock"] = True
        path = world.folder / "hours.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        hub.ok("policy", "load", path)
        number = order(world)
        before = hub.ok("appeal", "deadline", number)
        act(hub, "need-info", number, "PD1", "--text", "请补充门牌号")
        assert hub.ok("appeal", "deadline", number)["citizen_verdict"] == "stopped"
        time.sleep(2.1)
        act(hub, "add-info", number, "PD1", "--text", "三号楼")
        after = hub.ok("appeal", "deadline", number)
        assert after["citizen_verdict"] == "running"
        moved = (datetime.datetime.fromisoformat(after["citizen_due"]) -
                 datetime.datetime.fromisoformat(before["citizen_due"]))
        assert 2 <= moved.total_seconds() < 60, moved


def test_a_policy_that_is_not_complete_is_refused_by_the_place_of_the_fault():
    with World() as world:
        hub = world.hub
        good = hub.ok("policy", "show")
        good.update(code="x@1", valid_from=None)

        def fault(change):
            document = json.loads(json.dumps(good))
            change(document)
            done = hub.run("policy", "load", "-", stdin=json.dumps(document))
            assert done.code == 2 and done.error["code"] == "JY-0830", done.out
            return done.error["details"]["field"]

        rules = "rules"
        assert fault(lambda d: d.update(code="x")) == "code"
        assert fault(lambda d: d.update(colour="red")) == "colour"
        assert fault(lambda d: d[rules]["rows"].pop()) == "rows"
        assert fault(lambda d: d[rules]["rows"][3]["citizen"].update(unit="week")) == "rows[3]"
        assert fault(lambda d: d[rules]["rows"].append(d[rules]["rows"][0])) == "rows[12]"
        assert fault(lambda d: d[rules]["steps"].update(sign=1)) == "steps.sign"
        assert fault(lambda d: d[rules]["clocks"].update(late_after="25:00")) == \
            "clocks.late_after"
        assert fault(lambda d: d[rules]["rows"][0]["citizen"].update(amount=99999)) == \
            "rows[0]"
        assert fault(lambda d: d[rules]["rows"][0]["citizen"].update(amount=5000)) == "amount"
        assert hub.ok("policy", "list")["total"] == 1
        assert hub.ok("policy", "load", "-", stdin=json.dumps(good))["loaded"]


def test_when_the_hub_received_it_is_the_hubs_own_instant():
    with World() as world:
        district(world)
        station = world.station("SHG01")
        world.serve()
        first = add(station, "一", "内容")["number"]
        assert station.ok("appeal", "deadline", first)["received_at"] is None
        time.sleep(2.1)
        world.sync(station)
        second = order(world, station)
        for number in (first, second):
            here = station.ok("appeal", "deadline", number)
            there = world.hub.ok("appeal", "deadline", number)
            assert here["received_at"] == there["received_at"] is not None
            assert here["transit_to_hub_seconds"] == there["transit_to_hub_seconds"]
        told = world.hub.ok("appeal", "deadline", first)
        assert told["transit_to_hub_seconds"] >= 2
        assert any("在途" in step["zh"] for step in told["steps"])
        assert told["received_at"] != world.hub.ok("appeal", "deadline", second)["received_at"]
        page = world.hub.run("appeal", "show", first, json_out=False)
        assert "区中枢收到" in page.out


def test_a_reason_that_is_not_on_the_list_is_refused_with_those_that_are():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        number = order(world, station)
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        back = ("send-back", number, "--as", "S1", "--basis", "三定方案")
        done = hub.run("appeal", *back, "--reason", "lunch_break")
        assert done.code == 2 and done.error["code"] == "JY-0450", done.out
        assert "not_ours" in done.error["details"]["choices"]
        assert "lunch_break" not in done.out
        bare = hub.run("appeal", *back, "--reason", "other")
        assert bare.code == 2 and bare.error["code"] == "JY-0103"
        hub.ok("reason", "add", "flood", "--use", "申请退单", "--name", "汛期停办")
        world.sync(station)
        for node in (hub, station):
            codes = [one["code"] for one in node.ok("reason", "list", "--use",
                                                    "send-back")["reasons"]]
            assert "flood" in codes and "not_ours" in codes
        time.sleep(1.1)
        earlier = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        time.sleep(1.1)
        hub.ok("reason", "retire", "flood", "--use", "return_asked")
        hub.ok("reason", "retire", "not_ours", "--use", "return_asked")
        for code in ("flood", "not_ours"):
            gone = hub.run("appeal", *back, "--reason", code)
            assert gone.error["code"] == "JY-0450"
            assert code not in gone.error["details"]["choices"]
        # What happened while it was on the list may still be told.
        hub.ok("appeal", *back, "--reason", "flood", "--at", earlier)
        listed = {one["code"]: one["valid"] for one in hub.ok("reason", "list", "--use",
                                                              "return_asked")["reasons"]}
        assert listed["flood"] is False and listed["unclear"] is True
        assert hub.run("reason", "list", "--use", "lunch").error["code"] == "JY-0104"
        assert hub.run("reason", "add", "a b", "--use", "申请退单", "--name", "x").code == 2


CATALOGUE = """code,category,region,unit,valid_from,valid_to
r1,SZ01,340207,JSJ,,
r2,SZ,340207001,CGJ,,
r3,GS,,SWJ,,
r4,SZ02,,LYJ,,
r5,SZ02,340207001001,SWJ,2020-01-01,2020-12-31
"""


def test_the_catalogue_chooses_the_unit_and_another_one_needs_a_reason():
    with World() as world:
        district(world, catalogue=CATALOGUE)
        hub = world.hub

        def triaged(category, region="340207001001"):
            number = order(world, region=region)
            act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple",
                "--category", category)
            return number

        def unit_of(category, region="340207001001"):
            number = triaged(category, region)
            act(hub, "dispatch", number, "PD1")
            shown = hub.ok("appeal", "show", number)["order"]
            assert shown["off_catalogue"] is None
            return shown["lead_unit"]

        # The category itself before the one above it, then the nearest region upward.
        assert unit_of("SZ01@2026") == "JSJ"
        assert unit_of("SZ") == "CGJ"
        assert unit_of("GS") == "SWJ"
        # Of a retired unit the successor is named; an entry that is over does not count.
        number = triaged("SZ02")
        done = hub.run("appeal", "dispatch", number, "--as", "PD1")
        assert done.error["details"] == {"guard": "unit_retired", "unit": "JSJ"}, done.out
        number = triaged("QT")
        refused(hub, "no_unit", "dispatch", number, "PD1")
        act(hub, "dispatch", number, "PD1", "--unit", "JSJ")
        number = triaged("SZ01")
        off = hub.run("appeal", "dispatch", number, "--as", "PD1", "--unit", "SWJ")
        assert off.code == 1 and off.error["code"] == "JY-0451", off.out
        assert off.error["details"] == {"unit": "JSJ", "id": "r1"}
        wrong = hub.run("appeal", "dispatch", number, "--as", "PD1", "--unit", "SWJ", "--reason",
                        "mood")
        assert wrong.error["code"] == "JY-0450"
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ", "--reason", "by_leader")
        assert hub.ok("appeal", "show", number)["order"]["off_catalogue"] == "by_leader"
        assert "未按目录派单" in hub.run("appeal", "show", number, json_out=False).out


def test_two_upheld_send_backs_fix_the_lead_unit():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world)
        classed(world, number)
        back = ("--reason", "not_ours", "--basis", "三定方案")
        for unit, actor in (("SWJ", "S1"), ("JSJ", "J1")):
            act(hub, "dispatch", number, "PD1", "--unit", unit)
            act(hub, "send-back", number, actor, *back)
            act(hub, "uphold", number, "PD1", "--reason", "wrong_unit")
        act(hub, "dispatch", number, "PD1", "--unit", "CGJ")
        shown = hub.ok("appeal", "show", number)["order"]
        assert shown["lead_fixed"] and shown["past_leads"] == ["SWJ", "JSJ"]
        refused(hub, "lead_fixed", "send-back", number, "C1", *back)
        refused(hub, "lead_fixed", "reassign", number, "PD1", "--unit", "SWJ", "--reason",
                "wrong_unit")
        act(hub, "reassign", number, "PD1", "--unit", "SWJ", "--reason", "by_leader", "--person",
            "LD1")
