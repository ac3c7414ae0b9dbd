"""The daily scan and the counts, row by row of the feature table, through the programs.
Instants are told (`--at`), so that a day with a known outcome can be played at once.
"""

import datetime
import json

from jy import World, add
from test_orders import act, next_working_day, people

BUCKETS = ["undispatched", "need_info", "unsigned", "due_today", "due_tomorrow", "overdue",
           "return_pending", "extension_pending", "review_pending", "visit_pending",
           "dissatisfied", "repeated", "stage_passed", "instruction_open", "instruction_overdue",
           "watched", "supervised", "objection_pending", "silent_station", "open_conflict",
           "in_time"]


def batch(node, acts, codes=(0,)):
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in acts)
    return node.ok("appeal", "act", "--from", "-", stdin=lines, codes=codes)


def taken(node, at, **fields):
    """Registers what was taken in at that time."""
    return add(node, registered_at=at, **fields)["number"]


def scanned(node, as_of, *words):
    return node.ok("scan", "--as-of", as_of, "--limit", "10000", *words)


def hits(scan, bucket):
    """Numbers in a bucket (codes of silent stations), in their order."""
    found = [b for b in scan["buckets"] if b["bucket"] == bucket]
    assert len(found) == 1 and found[0]["total"] == len(found[0]["hits"])
    return [hit.get("number") or hit["station"] for hit in found[0]["hits"]]


def raw(node, *words):
    done = node.run(*words)
    assert done.code == 0, done.out + done.err
    return done.out


def to(state, number, at, unit="SWJ", replier="S1"):
    """The steps that bring an order to that state, all told for one instant."""
    steps = [{"verb": "triage", "as": "PD1", "type": "complaint", "complexity": "simple"},
             {"verb": "dispatch", "as": "PD1", "unit": unit},
             {"verb": "sign", "as": replier},
             {"verb": "contact", "as": replier, "method": "phone", "reached": "yes"},
             {"verb": "reply", "as": replier, "answer": "已处理", "solved": "yes"},
             {"kind": "review_passed", "as": "HD1"},
             {"verb": "visit", "as": "HF1", "method": "phone", "reached": "yes",
              "grade": "satisfied"},
             {"verb": "close", "as": "HF1", "ground": "satisfied"}]
    upto = ["triage", "dispatched", "in_progress", "contacted", "replied", "visit_pending",
            "visited", "closed"].index(state) + 1
    return [{"id": number, "at": at, **step} for step in steps[:upto]]


def test_a05_every_call_is_received_in_transit_or_refused_and_no_number_is_missing():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        for _ in range(5):
            add(station)
        world.sync(station)
        for _ in range(3):
            add(station)
        add(world.hub)

        def rows(node):
            ledger = node.ok("report", "ledger")
            return ledger["complete"], {row["station"]: row for row in ledger["stations"]}

        complete, here = rows(station)
        assert complete and set(here) == {"SHG01"}
        row = here["SHG01"]
        assert (row["intake"], row["received"], row["in_transit"], row["refused"]) == (8, 5, 3, 0)
        assert row["balanced"] and row["missing_total"] == 0
        _, there = rows(world.hub)
        assert there["SHG01"]["intake"] == there["SHG01"]["received"] == 5
        assert there["QZX"]["intake"] == 1
        world.sync(station)
        for node in (station, world.hub):
            complete, row = rows(node)
            row = row["SHG01"]
            assert complete and row["intake"] == row["received"] == 8 and row["in_transit"] == 0
        page = world.hub.run("report", "ledger", json_out=False)
        assert "件件有着落" in page.out and "SHG01" in page.out


def test_a06_the_six_types_and_other_add_up_to_the_total():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        kinds = ["inquiry", "help_request", "complaint", "tip_off", "suggestion", "praise"]
        for count, kind in enumerate(kinds, 1):
            for _ in range(count):
                taken(station, "2025-03-03 09:00", type=kind)
        taken(station, "2025-03-04 09:00", type="")
        taken(station, "2025-02-28 23:59", type="praise")
        gone = taken(station, "2025-03-03 10:00", type="praise")
        world.sync(station)
        act(world.hub, "void", gone, "PD1", "--propose", "--reason", "test_entry")
        act(world.hub, "void", gone, "DB1", "--confirm")
        world.sync(station)
        for node in (world.hub, station):
            totals = node.ok("report", "totals", "--by", "type", "--from", "2025-03-01", "--to",
                             "2025-03-31", "--as-of", "2099-01-01")
            counted = {row["key"]: row["count"] for row in totals["rows"]}
            assert counted == {kind: count for count, kind in enumerate(kinds, 1)}
            assert totals["other"] == 1 and totals["voided"] == 1
            assert sum(counted.values()) + totals["other"] == totals["total"] == 22
            assert totals["rows"][0] == {"key": "praise", "count": 6, "share": "27.27%"}
            assert totals["other_share"] == "4.55%"
        for way in ("category", "region", "channel", "station", "state", "complexity", "queue"):
            totals = world.hub.ok("report", "totals", "--by", way, "--as-of", "2099-01-01")
            assert totals["total"] == 23
            assert sum(row["count"] for row in totals["rows"]) + totals["other"] == 23, way
        empty = world.hub.ok("report", "totals", "--by", "type", "--from", "2020-01-01", "--to",
                             "2020-01-02")
        assert empty["total"] == 0 and empty["other_share"] == "—"
        bad = world.hub.run("report", "totals", "--by", "colour")
        assert bad.code == 2 and bad.error["code"] == "JY-0104"


def test_a09_only_what_is_delegated_is_closed_on_the_spot_and_the_rate_shows_its_base():
    with World() as world:
        people(world)
        path = world.folder / "delegation.csv"
        path.write_text("code,unit,category\nSHG01:ZX01,SHG01,ZX01\n", encoding="utf-8")
        world.hub.ok("delegation", "import", path)
        station = world.station("SHG01")
        world.serve()
        world.sync(station)
        numbers = [taken(station, "2025-03-03 09:00", type="inquiry") for _ in range(3)]
        close = {"verb": "close-onsite", "as": "W1", "at": "2025-03-03 09:20", "answer": "带身份证",
                 "told": True}
        done = batch(station, [{"id": numbers[0], "category": "ZX01", **close},
                               {"id": numbers[1], "category": "ZX02", **close}], codes=(3,))
        assert done["done"] == 1 and done["refused_total"] == 1
        assert done["refused"][0]["row"] == 2
        assert done["refused"][0]["guard"] == "not_delegated" and done["refused"][0]["reason"]
        assert station.ok("appeal", "show", numbers[1])["events"] == []
        world.sync(station)
        for node in (station, world.hub):
            report = node.ok("report", "onsite", "--as-of", "2025-03-04")
            row = [r for r in report["stations"] if r["station"] == "SHG01"][0]
            assert (row["registered"], row["onsite"], row["rate"]) == (3, 1, "33.33%")
            before = node.ok("report", "onsite", "--as-of", "2025-03-03 09:10")
            assert before["total"] == {"registered": 3, "onsite": 0, "rate": "0.00%"}
        nothing = world.hub.ok("report", "onsite", "--from", "2020-01-01", "--to", "2020-01-01")
        assert nothing["total"]["rate"] == "—"


def test_a13_each_step_to_the_first_contact_is_timed_and_what_is_too_late_is_named():
    with World() as world:
        people(world)
        hub = world.hub
        minutes = [10, 20, 30, 40, 100]
        numbers = []
        for wait in minutes:
            number = taken(hub, "2025-03-03 09:00", type="complaint", phone="13900000001")
            numbers.append(number)
            when = f"2025-03-03 {9 + wait // 60:02}:{wait % 60:02}"
            steps = to("dispatched", number, when)
            steps += [{"id": number, "verb": "sign", "as": "S1", "at": "2025-03-03 12:00"},
                      {"id": number, "verb": "contact", "as": "S1", "method": "phone",
                       "reached": "yes", "at": "2025-03-03 13:00"}]
            batch(hub, steps)
        unsigned = taken(hub, "2025-03-03 09:00", type="complaint")
        batch(hub, to("dispatched", unsigned, "2025-03-03 09:00"))
        untold = taken(hub, "2025-03-03 09:00", type="complaint", phone="13900000002")
        batch(hub, to("in_progress", untold, "2025-03-03 09:00"))

        def report(as_of):
            return hub.ok("report", "first-action", "--as-of", as_of, "--from", "2025-03-03",
                          "--to", "2025-03-03")

        told = report("2025-03-03 14:00")
        assert told["orders"] == 7 and told["alerts_total"] == 0
        waits = sorted(minutes + [0, 0])
        assert told["received_to_dispatched"] == {"count": 7, "p50": waits[3], "p95": waits[6]}
        assert told["registered_to_first_action"]["p95"] == 100
        contacts = sorted(4 * 60 - wait for wait in minutes)
        assert told["dispatched_to_contacted"] == {"count": 5, "p50": contacts[2],
                                                   "p95": contacts[4]}
        # Signing: one working day, so to the end of 4 March. Contact: 24 hours from signing.
        told = report("2025-03-04 09:01")
        assert [a["number"] for a in told["alerts"]] == [untold]
        assert told["alerts"][0]["step"] == "first_contact"
        assert told["alerts"][0]["limit"] == "2025-03-04T09:00:00+08:00"
        assert report("2025-03-04 09:00")["alerts_total"] == 0
        told = report("2025-03-05 00:01")
        assert {a["number"]: a["step"] for a in told["alerts"]} == {
            untold: "first_contact", unsigned: "sign_for"}
        early = report("2025-03-03 09:15")
        assert early["received_to_dispatched"]["count"] == 3
        assert early["dispatched_to_contacted"] == {"count": 0, "p50": None, "p95": None}


def planted_orders(world, station):
    """One order in each bucket on 6 March 2025, 18:00, and who is to do what."""
    hub = world.hub
    day = "2025-03-06 09:00"
    # Three days from registration: the 6th, the 7th; overdue since the 5th.
    made = {name: taken(hub, at, type="complaint", phone="13900000001") for name, at in {
        "undispatched": day, "need_info": day, "unsigned": day, "review": day, "visit": day,
        "unhappy": day, "instruction": day,
        "fine": day, "today": "2025-03-03 09:00", "tomorrow": "2025-03-04 09:00",
        "overdue": "2025-03-02 09:00", "done": day}.items()}

    def step(name, verb, actor, **facts):
        return {"id": made[name], "verb": verb, "as": actor, "at": "2025-03-06 10:00", **facts}

    acts = [step("need_info", "need-info", "PD1", detail="缺地址")]
    for name, state in {"unsigned": "dispatched", "review": "replied",
                        "visit": "visit_pending", "unhappy": "visit_pending",
                        "instruction": "in_progress", "fine": "in_progress",
                        "today": "in_progress", "tomorrow": "in_progress",
                        "overdue": "in_progress", "done": "closed"}.items():
        acts += to(state, made[name], "2025-03-06 09:30")
    acts += [step("unhappy", "visit", "HF1", method="phone", reached="yes", grade="dissatisfied",
                  reason="slow"),
             step("instruction", "instruct", "LD1", detail="抓紧")]
    batch(hub, acts)
    return made


def test_a14_the_scan_finds_every_open_order_with_its_owner_and_next_step():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        world.sync(station)
        made = planted_orders(world, station)
        as_of = "2025-03-06 18:00"
        scan = scanned(world.hub, as_of)
        assert [b["bucket"] for b in scan["buckets"]] == BUCKETS
        assert scan["as_of"] == "2025-03-06T18:00:00+08:00" and scan["rules"] == "scan@3"
        expected = {"undispatched": ["undispatched"], "need_info": ["need_info"],
                    "unsigned": ["unsigned"], "return_pending": [], "extension_pending": [],
                    "review_pending": ["review"], "visit_pending": ["visit", "unhappy"],
                    "dissatisfied": ["unhappy"], "instruction_open": ["instruction"],
                    "overdue": ["overdue"], "due_today": ["today"], "due_tomorrow": ["tomorrow"],
                    "silent_station": [], "open_conflict": [], "repeated": []}
        for bucket, names in expected.items():
            assert sorted(hits(scan, bucket)) == sorted(made[n] for n in names), bucket
        assert made["fine"] in hits(scan, "in_time")
        # Every hit has an owner and a next step; every open order is in a bucket.
        found = set()
        for bucket in scan["buckets"]:
            for hit in bucket["hits"]:
                assert hit["owner"]["unit"] and hit["action"]["command"], hit
                assert hit["action"]["zh"] and hit["action"]["en"], hit
                found.add(hit.get("number"))
        everything = world.hub.ok("appeal", "list", "--limit", "1000")["appeals"]
        still_open = {a["number"] for a in everything
                      if a["state"] not in ("closed", "archived", "not_accepted", "merged",
                                            "withdrawn", "voided")}
        assert still_open <= found and made["done"] not in found
        counts = scan["counts"]
        assert counts["open"] == len(still_open) == counts["in_time"] + counts["overdue"] + \
            counts["answered"]
        assert (counts["overdue"], counts["closed"], counts["on_time"]) == (1, 1, 3)

        def hit(bucket, name):
            rows = [b for b in scan["buckets"] if b["bucket"] == bucket][0]["hits"]
            return [h for h in rows if h["number"] == made[name]][0]

        assert hit("unsigned", "unsigned")["owner"] == {"unit": "SWJ", "person": "S1",
                                                        "on_duty": False}
        assert hit("unsigned", "unsigned")["action"]["command"] == "appeal sign"
        assert hit("undispatched", "undispatched")["owner"]["person"] == "PD1"
        # HF1 has the post since 2026 only: on that day it was HF2's.
        assert hit("visit_pending", "visit")["owner"]["person"] == "HF2"
        assert hit("dissatisfied", "unhappy")["action"]["command"] == "appeal rework"
        assert hit("review_pending", "review")["owner"]["person"] == "HD1"
        # Of the day before, only what was registered by then.
        early = scanned(world.hub, "2025-03-05 18:00")
        assert early["counts"]["orders"] == 3 and sorted(hits(early, "undispatched")) == sorted(
            made[name] for name in ("today", "tomorrow", "overdue")), early["counts"]
        # What waits for its review was answered in time, and is not due again.
        later = scanned(world.hub, "2025-03-12 18:00")
        assert hits(later, "review_pending") == [made["review"]]
        assert made["review"] not in hits(later, "due_today") + hits(later, "overdue")
        one = scanned(world.hub, as_of, "--bucket", "overdue")
        assert [b["bucket"] for b in one["buckets"]] == ["overdue"]
        page = world.hub.run("scan", "--as-of", as_of, "--bucket", "overdue", json_out=False)
        assert "超期" in page.out and made["overdue"] in page.out and "appeal contact" in page.out
        bad = world.hub.run("scan", "--bucket", "nothing")
        assert bad.code == 2 and bad.error["code"] == "JY-0104"
        assert world.hub.run("scan", "--as-of", "2026-02-30").error["code"] == "JY-0408"


def test_a14_the_same_data_and_the_same_instant_give_the_same_bytes():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        world.sync(station)
        planted_orders(world, station)
        words = ("scan", "--as-of", "2025-03-06 18:00", "--limit", "10000")
        first = raw(world.hub, *words)
        assert raw(world.hub, *words) == first
        world.servers[-1].stop()
        assert raw(world.hub, *words) == first, "without serve"
        world.serve()
        assert raw(world.hub, *words) == first, "after a restart"
        # What happens later changes no scan of an earlier instant.
        later = [h["number"] for b in json.loads(first)["buckets"] if b["bucket"] == "unsigned"
                 for h in b["hits"]]
        batch(world.hub, [{"id": later[0], "verb": "sign", "as": "S1", "at": "2025-03-06 18:01"}])
        assert raw(world.hub, *words) == first, "after a later step"
        assert hits(scanned(world.hub, "2025-03-06 18:01"), "unsigned") == []
        # What happened earlier and is told later does, at the station that held it and at the hub.
        number = taken(station, "2025-03-05 09:00", type="complaint")
        world.sync(station)
        late = raw(world.hub, *words)
        assert late != first and number in hits(json.loads(late), "undispatched")
        assert raw(world.hub, *words) == late
        here = scanned(station, "2025-03-06 18:00")
        assert hits(here, "undispatched") == [number]
        hit = [b for b in here["buckets"] if b["bucket"] == "undispatched"][0]["hits"][0]
        there = [b for b in json.loads(late)["buckets"] if b["bucket"] == "undispatched"][0]["hits"]
        assert hit in there


def test_a14_a_silent_station_an_open_conflict_and_a_passed_stage_are_found():
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
        world.invite("BDZ01")  # Never used: what has not joined is not silent.
        act(station, "sign", number, "W1")
        act(world.hub, "reassign", number, "PD1", "--unit", "JSJ", "--reason", "wrong_unit")
        world.serve()
        world.sync(station)
        for node in (station, world.hub):
            scan = scanned(node, "2099-01-01")
            assert hits(scan, "open_conflict") == [number]
            assert hits(scan, "silent_station") == ["SHG01"]
            assert hits(scan, "overdue") == [number]
        assert hits(scanned(world.hub, "2020-01-01"), "silent_station") == []
        conflict = world.hub.ok("conflict", "list")["conflicts"][0]["id"]
        world.hub.ok("conflict", "resolve", conflict, "--ruling", "history", "--reason",
                     "reassigned_meanwhile", "--as", "PD1")
        act(world.hub, "sign", number, "J1")
        stage = world.hub.ok("appeal", "show", number)["events"][-1]["time"][:10]
        act(world.hub, "suspend", number, "LD1", "--text", "列入改造计划", "--told", "--due",
            soon_after(stage))
        scan = scanned(world.hub, "2099-01-01")
        assert hits(scan, "open_conflict") == [] and hits(scan, "stage_passed") == [number]
        assert scan["counts"]["suspended"] == 1 and scan["counts"]["open"] == 1
        assert hits(scanned(world.hub, soon_after(stage)), "stage_passed") == []


def soon_after(date):
    return (datetime.date.fromisoformat(date) + datetime.timedelta(days=5)).isoformat()


def test_a14_what_a_unit_asks_for_waits_for_the_dispatcher():
    with World() as world:
        people(world)
        hub = world.hub
        numbers = [add(hub, type="complaint")["number"] for _ in range(2)]
        for number in numbers:
            act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple")
            act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
            act(hub, "sign", number, "S1")
        act(hub, "send-back", numbers[0], "S1", "--reason", "not_ours", "--basis", "归城管")
        due = hub.ok("appeal", "deadline", numbers[1])["unit_due"]
        act(hub, "extend", numbers[1], "S1", "--due", next_working_day(due), "--reason",
            "spare_parts")
        scan = hub.ok("scan")
        assert hits(scan, "return_pending") == [numbers[0]]
        assert hits(scan, "extension_pending") == [numbers[1]]
        for bucket, command in {"return_pending": "appeal uphold",
                                "extension_pending": "appeal grant-extension"}.items():
            hit = [b for b in scan["buckets"] if b["bucket"] == bucket][0]["hits"][0]
            assert hit["owner"]["person"] == "PD1" and hit["action"]["command"] == command


def test_a15_what_came_in_that_day_and_nobody_touched_is_named_at_midnight():
    with World() as world:
        people(world)
        hub = world.hub
        # (taken in at, first act at or None): the oracle's list is who is untouched at 24:00.
        day = [("2025-03-05 23:59", None), ("2025-03-06 00:00", None),
               ("2025-03-06 08:00", "2025-03-06 23:59"), ("2025-03-06 12:00", "2025-03-07 00:01"),
               ("2025-03-06 23:59", None), ("2025-03-07 00:00", None),
               ("2025-03-06 10:00", "2025-03-06 10:05")]
        numbers = [taken(hub, at, type="complaint") for at, _ in day]
        batch(hub, [step for number, (_, at) in zip(numbers, day) if at
                    for step in to("triage", number, at)])
        untouched = [n for n, (at, acted) in zip(numbers, day)
                     if at.startswith("2025-03-06") and not (acted or "9").startswith("2025-03-06")]
        gate = hub.ok("scan", "gate", "--date", "2025-03-06")
        assert gate["received"] == 5 and gate["touched"] == 2 and not gate["passed"]
        assert sorted(hit["number"] for hit in gate["untouched"]) == sorted(untouched)
        assert all(hit["owner"]["person"] == "PD1" for hit in gate["untouched"])
        assert gate["as_of"] == "2025-03-07T00:00:00+08:00" and gate["unsynced"] is None
        page = hub.run("scan", "gate", "--date", "2025-03-06", json_out=False)
        assert "没有过关" in page.out and untouched[0] in page.out
        assert hub.ok("scan", "gate", "--date", "2026-10-01")["passed"]
        batch(hub, [step for number in untouched for step in to("triage", number,
                                                               "2025-03-06 23:59:30")])
        assert hub.ok("scan", "gate", "--date", "2025-03-06")["passed"]


def test_a15_with_a_link_nothing_stays_unsynced():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        world.sync(station)
        number = add(station)["number"]
        act(station, "withdraw", number, "W1", "--reason", "by_person")
        gate = station.ok("scan", "gate")
        assert gate["unsynced"]["linked"] and gate["unsynced"]["changes"] > 0
        assert not gate["passed"] and gate["untouched_total"] == 0
        assert station.ok("scan", "gate", "--date", "2026-01-01")["passed"], "no link that day"
        world.sync(station)
        gate = station.ok("scan", "gate")
        assert gate["passed"] and gate["unsynced"]["changes"] == 0
        # The hub's day is the day on which it received, whenever the station took it in.
        late = taken(station, "2025-03-05 09:00", type="complaint")
        world.sync(station)
        gate = world.hub.ok("scan", "gate")
        assert gate["received"] == 2 and [hit["number"] for hit in gate["untouched"]] == [late]
        assert world.hub.ok("scan", "gate", "--date", "2025-03-05")["received"] == 0


def test_a16_the_ages_of_what_is_open_add_up():
    with World() as world:
        people(world)
        hub = world.hub
        ages = {0: "0-1", 1: "0-1", 2: "2", 3: "3", 4: "4-5", 5: "4-5", 6: "6-7", 7: "6-7",
                8: "8-15", 15: "8-15", 16: "16-30", 30: "16-30", 31: "30+", 400: "30+"}
        today = datetime.date(2025, 3, 6)
        expected = dict.fromkeys(["0-1", "2", "3", "4-5", "6-7", "8-15", "16-30", "30+"], 0)
        numbers = []
        for days, name in ages.items():
            at = today - datetime.timedelta(days=days)
            # Days are those of the calendar: last evening was yesterday.
            hour = "07:00" if days == 0 else "23:00"
            numbers.append(taken(hub, f"{at} {hour}", type="complaint"))
            expected[name] += 1
        backlog = hub.ok("scan", "backlog", "--as-of", "2025-03-06 08:00")
        assert {row["days"]: row["count"] for row in backlog["ages"]} == expected
        assert backlog["open"] == sum(expected.values()) == len(numbers)
        batch(hub, to("closed", numbers[-1], "2025-03-06 07:50"))
        expected["30+"] -= 1
        backlog = hub.ok("scan", "backlog", "--as-of", "2025-03-06 08:00")
        assert {row["days"]: row["count"] for row in backlog["ages"]} == expected
        assert backlog["open"] == scanned(hub, "2025-03-06 08:00")["counts"]["open"]


def test_a_batch_of_steps_is_judged_row_by_row():
    with World() as world:
        people(world)
        hub = world.hub
        first = taken(hub, "2025-03-03 09:00", type="complaint")
        lines = "\n".join([
            json.dumps({"id": first, "verb": "triage", "as": "PD1", "type": "complaint",
                        "complexity": "simple", "at": "2025-03-03 10:00"}),
            json.dumps({"id": first, "verb": "dispatch", "as": "S1", "unit": "SWJ"}),
            "not json",
            json.dumps({"id": "SHG01-20200101-0001", "verb": "sign", "as": "S1"}),
            json.dumps({"id": first, "verb": "fly", "as": "S1"}),
            json.dumps({"id": first, "verb": "dispatch", "as": "PD1", "unit": "SWJ",
                        "at": "2025-03-02 10:00"}),
            json.dumps({"id": first, "verb": "dispatch", "as": "PD1", "unit": "SWJ",
                        "at": "2025-03-03 10:05"})])
        done = hub.ok("appeal", "act", "--from", "-", stdin=lines, codes=(3,))
        assert done["done"] == 2 and done["refused_total"] == 5
        told = {row["row"]: (row["code"], row.get("guard")) for row in done["refused"]}
        assert told == {2: ("JY-0414", "no_post"), 3: ("JY-0108", None), 4: ("JY-0401", None),
                        5: ("JY-0104", None), 6: ("JY-0414", "before_registration")}
        shown = hub.ok("appeal", "show", first)
        # Told of a day long past it is overdue, which the program says in a third event.
        by_people = [one for one in shown["events"] if one["kind"] != "ladder_step"]
        assert shown["state"] == "dispatched" and len(by_people) == 2
        assert all(event["late_entry"] for event in by_people)
        future = add_refused(hub, "2199-01-01")
        assert future.code == 2 and future.error["code"] == "JY-0416"


def add_refused(node, at):
    body = {"type": "complaint", "title": "标题", "text": "内容", "registered_at": at}
    return node.run("appeal", "add", "--from", "-", stdin=json.dumps(body))
