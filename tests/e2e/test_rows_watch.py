"""Rows A36 to A41, A26 and A53: triggers, the watch list and its owner, human visits, the re-check,
escalation, the supervision ladder."""

import itertools

from firms_desk import BAD, GOOD, ago, classed_at, fired, firm_order, set_up, to_visit, uscc, watch
from jy import World, add
from test_orders import act, refused


def entries(node, *words):
    return {one["number"]: one for one in node.ok("watch", "list", *words)["entries"]}


def bucket(hub, name):
    scan = hub.ok("scan", "--bucket", name, "--limit", "100")
    return {hit["number"]: hit for hit in scan["buckets"][0]["hits"]}


def handed_to_station(world, station, **fields):
    """An enterprise's order of the station that waits for its visit, known there, too."""
    number = firm_order(station, code=uscc(1), **fields)
    world.sync(station)
    to_visit(world.hub, number)
    world.sync(station)
    return number


def test_a36_the_first_bad_rating_fires_once_at_merge_whatever_way_it_came():
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        world.sync(station)
        number = handed_to_station(world, station)
        assert fired(hub, number) == []
        # Visited from the station, with no link: nothing is known of it at the hub.
        act(station, "visit", number, "W2", *BAD)
        assert fired(station, number) == [] and fired(hub, number) == []
        world.sync(station)
        assert fired(hub, number) == ["T1"]
        world.sync(station)
        assert fired(station, number) == ["T1"]
        world.assert_equal(station)
        # A second bad rating, in a later round, is no second first.
        act(hub, "rework", number, "HF1", "--reason", "unsolved")
        to_visit(hub, number)
        act(hub, "visit", number, "HF1", *BAD)
        assert fired(hub, number) == ["T1"]
        # By self-service, without anybody's visit: the same.
        other = firm_order(hub, "乙厂", uscc(2))
        to_visit(hub, other)
        act(hub, "visit", other, "HF1", "--method", "self_service", "--reached", "yes", "--grade",
            "very_dissatisfied", "--text", "太慢")
        assert fired(hub, other) == ["T1"]
        # A citizen's bad rating is no trigger, nor is an enterprise's fair one.
        citizen = add(hub, phone="13900000009")["number"]
        to_visit(hub, citizen)
        act(hub, "visit", citizen, "HF1", *BAD)
        assert fired(hub, citizen) == []
        assert set(entries(hub)) == {number, other}
        assert set(bucket(hub, "watched")) == {number, other}


def test_a36_the_same_sticks_three_times_in_any_order_fire_no_second_trigger():
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        world.sync(station)
        number = handed_to_station(world, station)
        sticks = []
        for name, words in (("a", ("visit", number, "W2", *BAD)),
                            ("b", ("visit", number, "W2", *BAD))):
            act(station, *words)
            stick = world.folder / f"stick-{name}"
            stick.mkdir()
            station.ok("bundle", "export", "--out", stick, "--all")
            sticks.append(stick)
        for order in itertools.permutations(sticks * 2, 3):
            for stick in order:
                hub.ok("bundle", "import", stick, codes=(0, 3))
        assert fired(hub, number) == ["T1"]
        events = hub.ok("appeal", "show", number)["events"]
        assert [one["kind"] for one in events].count("watch_opened") == 1
        world.sync(station)
        world.sync(station)
        assert fired(station, number) == ["T1"]
        world.assert_equal(station)


def confirm(hub, a, b, *words):
    return hub.ok("repeat", "confirm", f"{a}/{b}", "--kind", "same_person", "--as", "PD1", *words)


def test_a37_two_appeals_of_one_firm_on_one_matter_are_one_trigger():
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        first = firm_order(station, code=uscc(1), registered_at=ago(3))
        # Sent again and again: it is one appeal.
        for _ in range(3):
            world.sync(station)
        assert fired(hub, first) == []
        again = firm_order(hub, "同一家，另一个名字", uscc(1), "用电报装还是慢")
        assert fired(hub, first) == [] and fired(hub, again) == []  # Nobody confirmed it.
        confirm(hub, first, again)
        assert sorted(fired(hub, first) + fired(hub, again)) == ["T2"]
        assert fired(hub, first) == ["T2"]  # On the earliest, which carries the matter on.
        # A third of the matter is no second trigger; another firm's on the same matter is none.
        third = firm_order(hub, "同一家", uscc(1), "用电报装第三次问")
        confirm(hub, again, third)
        other = firm_order(hub, "别家", uscc(3), "用电报装慢")
        hub.ok("repeat", "confirm", f"{first}/{other}", "--kind", "same_matter", "--as", "PD1")
        for number in (again, third, other):
            assert fired(hub, number) == [], number
        # A resend that people found is one appeal, too.
        two = [firm_order(hub, "丙厂", uscc(4)) for _ in range(2)]
        hub.ok("repeat", "confirm", "/".join(two), "--kind", "resend", "--as", "PD1")
        assert [fired(hub, number) for number in two] == [[], []]


def test_a37_a_cause_that_is_undone_is_told_and_a_leader_ends_the_watch():
    with World() as world:
        set_up(world)
        hub = world.hub
        first = firm_order(hub, code=uscc(1), registered_at=ago(2))
        again = firm_order(hub, code=uscc(1))
        confirm(hub, first, again)
        assert entries(hub)[first]["triggers"][0]["cause_undone"] is False
        hub.ok("repeat", "undo", f"{first}/{again}", "--as", "PD1")
        shown = entries(hub)[first]
        assert shown["watched"] and shown["triggers"][0]["cause_undone"] is True
        # It was there: only the ways of A39 lead out.
        refused(hub, "no_leader", "watch-end", first, shown["owner"], "--ground", "unreasonable",
                "--basis", "并单认定有误，已撤销")
        act(hub, "watch-end", first, "LD1", "--ground", "unreasonable", "--basis",
            "并单认定有误，已撤销")
        assert first not in entries(hub)
        assert first in entries(hub, "--all")


def test_a38_open_at_the_end_of_the_seventh_day():
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        late = firm_order(station, code=uscc(1), registered_at=ago(9))
        fresh = firm_order(station, code=uscc(2), registered_at=ago(6.9))
        world.sync(station)
        # What lay at the station without a link counts from its registration, at merge.
        assert fired(hub, late) == ["T3"]
        assert fired(hub, fresh) == []
        assert hub.ok("rule", "run")["written"] == 0
        # Set to hours, or to fewer days, the other is due when somebody looks.
        hub.ok("setting", "set", "t3_days", "5", "--as", "PD1")
        assert hub.ok("rule", "run")["written"] == 1
        assert fired(hub, fresh) == ["T3"]
        assert hub.ok("rule", "run")["written"] == 0
        report = hub.ok("report", "watch")
        assert (report["received"], report["t1"], report["t3"]) == (2, 0, 2), report
        # Closed after its days is not closed in its days.
        hub.ok("setting", "set", "t3_days", "7", "--as", "PD1")
        for number in (late, fresh):
            to_visit(hub, number)
            act(hub, "visit", number, "HF1", *GOOD)
            act(hub, "watch-end", number, watch(hub, number)["owner"], "--ground", "satisfied")
            act(hub, "close", number, "HF1", "--ground", "satisfied")
        report = hub.ok("report", "watch")
        assert (report["closed_in_days"], report["ended"]) == (1, 2), report


def test_a38_by_setting_t2_needs_t3():
    with World() as world:
        set_up(world)
        hub = world.hub
        hub.ok("setting", "set", "t2_needs_t3", "1", "--as", "PD1")
        old = firm_order(hub, code=uscc(1), registered_at=ago(9))
        assert fired(hub, old) == []  # T3 alone is none.
        young = firm_order(hub, code=uscc(2), registered_at=ago(1))
        confirm(hub, young, firm_order(hub, code=uscc(2)))
        assert fired(hub, young) == []  # Nor is T2.
        confirm(hub, old, firm_order(hub, code=uscc(1)))
        assert fired(hub, old) == ["T2"]


def test_a39_a_named_owner_who_is_not_removed_and_an_exit_that_is_earned():
    with World() as world:
        set_up(world)
        hub = world.hub
        number = firm_order(hub, code=uscc(1))
        to_visit(hub, number)
        refused(hub, "not_on_watch", "watch-owner", number, "DB1", "--person", "DB1")
        act(hub, "visit", number, "HF1", *BAD)
        owner = watch(hub, number)["owner"]
        assert owner == "QY1"  # The enterprises' desk.
        assert bucket(hub, "watched")[number]["owner"]["person"] == owner
        refused(hub, "no_owner", "watch-owner", number, "DB1")
        refused(hub, "no_owner", "watch-owner", number, "DB1", "--person", "ZZ9")
        act(hub, "watch-owner", number, "DB1", "--person", "DB2")
        # Who left answers for nothing: it is seen, and somebody else is named.
        path = world.folder / "left.csv"
        path.write_text("code,active\nDB2,否\n", encoding="utf-8")
        hub.ok("staff", "import", path)
        assert entries(hub)[number]["owner_left"] is True
        assert bucket(hub, "watched")[number]["owner"]["person"] == "DB1"
        act(hub, "watch-owner", number, "DB1", "--person", "DB1")
        assert entries(hub, "--owner", "DB1")[number]["owner_left"] is False
        act(hub, "rework", number, "HF1", "--reason", "unsolved")
        to_visit(hub, number)
        # No ordinary closing; a robot's word does not help, a person's does.
        act(hub, "visit", number, "HF1", "--method", "robot", "--reached", "yes", "--grade",
            "satisfied")
        refused(hub, "on_watch", "close", number, "HF1", "--ground", "satisfied")
        refused(hub, "no_human_visit", "watch-end", number, "DB1", "--ground", "satisfied")
        act(hub, "visit", number, "HF1", *GOOD)
        refused(hub, "not_the_owner", "watch-end", number, "HF1", "--ground", "satisfied")
        refused(hub, "on_watch", "close", number, "HF1", "--ground", "satisfied")
        act(hub, "watch-end", number, "DB1", "--ground", "satisfied")
        act(hub, "close", number, "HF1", "--ground", "satisfied")
        assert entries(hub) == {}
        assert bucket(hub, "watched") == {}


def test_a40_every_enterprise_is_asked_by_a_person():
    with World() as world:
        set_up(world)
        hub = world.hub
        number = firm_order(hub, code=uscc(1))
        to_visit(hub, number)
        for method in ("robot", "message", "self_service"):
            act(hub, "visit", number, "HF1", "--method", method, "--reached", "yes", "--grade",
                "satisfied")
            refused(hub, "no_human_visit", "close", number, "HF1", "--ground", "satisfied")
        report = hub.ok("report", "human-visits")
        assert (report["replied"], report["human_visited"]) == (1, 0)
        assert report["coverage"] == "0.00%" and report["exceptions"][0]["number"] == number
        act(hub, "visit", number, "HF1", "--method", "door", "--reached", "yes", "--grade",
            "satisfied", "--solved", "yes")
        act(hub, "close", number, "HF1", "--ground", "satisfied")
        report = hub.ok("report", "human-visits")
        assert report["coverage"] == "100.00%" and report["exceptions_total"] == 0
        # A citizen's may close on a message.
        citizen = add(hub, phone="13900000009")["number"]
        to_visit(hub, citizen)
        act(hub, "visit", citizen, "HF1", "--method", "message", "--reached", "yes", "--grade",
            "satisfied")
        act(hub, "close", citizen, "HF1", "--ground", "satisfied")
        assert hub.ok("report", "human-visits")["replied"] == 1  # It counts enterprises.


def test_a41_the_sample_that_is_visited_again_follows_from_its_seed():
    with World() as world:
        set_up(world)
        hub = world.hub
        numbers = []
        for serial in range(1, 7):
            numbers.append(firm_order(hub, f"企业{serial}", uscc(serial)))
            to_visit(hub, numbers[-1])
            act(hub, "visit", numbers[-1], "HF1", *GOOD)
            act(hub, "close", numbers[-1], "HF1", "--ground", "satisfied")
        draw = ("report", "recheck", "--seed", "20261127", "--percent", "50")
        drawn = hub.ok(*draw)
        assert drawn["closed"] == 6 and drawn["drawn"] == 3 and drawn["rechecked"] == 0
        assert hub.ok(*draw) == drawn
        chosen = [one["number"] for one in drawn["orders"]]
        assert set(chosen) < set(numbers)
        others = {tuple(one["number"] for one in hub.ok("report", "recheck", "--seed", str(seed),
                                                        "--percent", "50")["orders"])
                  for seed in range(6)}
        assert len(others) > 1
        # Citizens' orders are drawn when asked for.
        citizen = add(hub, phone="13900000009")["number"]
        to_visit(hub, citizen)
        act(hub, "visit", citizen, "HF1", *GOOD)
        act(hub, "close", citizen, "HF1", "--ground", "satisfied")
        assert hub.ok(*draw)["closed"] == 6 and hub.ok(*draw, "--all")["closed"] == 7
        # A message is no visit; somebody else visits again, and the same draw shows it.
        act(hub, "visit", chosen[0], "HF1", "--method", "message", "--reached", "yes", "--grade",
            "satisfied")
        assert hub.ok(*draw)["rechecked"] == 0
        refused(hub, "no_post", "visit", chosen[0], "J1", *GOOD)
        act(hub, "visit", chosen[0], "HF1", *GOOD)
        again = hub.ok(*draw)
        assert [one["number"] for one in again["orders"]] == chosen
        assert again["rechecked"] == 1 and again["orders"][0]["agrees"] is True
        assert hub.run("report", "recheck", "--percent", "50").code == 2


def overdue_order(hub, days=8):
    """With its unit, and due some days ago."""
    number = add(hub, registered_at=ago(days), phone="13900000001")["number"]
    act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "simple", "--at",
        ago(days - 0.1))
    act(hub, "dispatch", number, "PD1", "--unit", "JSJ", "--at", ago(days - 0.2))
    return number


def test_a53_the_ladder_climbs_by_its_timers_and_a_unit_may_object():
    with World() as world:
        set_up(world)
        hub = world.hub
        number = overdue_order(hub)
        order = hub.ok("appeal", "show", number)["order"]
        notice = order["notices"][0]
        assert [one["rule"] for one in order["notices"]] == ["notice"], order["notices"]
        assert order["supervision"] == 2 and notice["unit"] == "JSJ"
        assert notice["objections_to"] is not None
        assert number in bucket(hub, "supervised")
        assert hub.ok("rule", "run")["written"] == 0  # Once.
        refused(hub, "no_reason", "object", number, "J1", "--event", notice["event"])
        refused(hub, "not_lead_unit", "object", number, "C1", "--event", notice["event"],
                "--reason", "transit", "--text", "晚到")
        act(hub, "object", number, "J1", "--event", notice["event"], "--reason", "transit",
            "--text", "工单今天才到本单位")
        assert bucket(hub, "objection_pending")[number]["action"]["command"] == \
            "appeal decide-objection"
        refused(hub, "no_notice", "object", number, "J1", "--event", notice["event"], "--reason",
                "transit", "--text", "再次")
        act(hub, "decide-objection", number, "DB1", "--event", notice["event"], "--ruling", "void",
            "--reason", "transit")
        order = hub.ok("appeal", "show", number)["order"]
        assert order["supervision"] == 0 and order["notices"][0]["withdrawn"] is True
        assert number not in bucket(hub, "supervised")
        # By hand, and an objection that is refused.
        act(hub, "supervise", number, "DB1", "--level", "3", "--text", "书面批评")
        by_hand = hub.ok("appeal", "show", number)["order"]["notices"][-1]
        act(hub, "object", number, "J1", "--event", by_hand["event"], "--reason", "hard",
            "--text", "正在办")
        act(hub, "decide-objection", number, "DB2", "--event", by_hand["event"], "--ruling",
            "history", "--reason", "stands")
        assert hub.ok("appeal", "show", number)["order"]["supervision"] == 3


def test_a53_the_periodic_notice_goes_by_matter_and_waits_for_objections():
    with World() as world:
        set_up(world)
        hub = world.hub
        later = ("--as-of", ago(-40))

        def matters(*words):
            return hub.ok("report", "supervision", *words)

        number = overdue_order(hub)
        notice = hub.ok("appeal", "show", number)["order"]["notices"][0]
        # The unit may still object: held back, and said so.
        now = matters()
        assert now["total"] == 0 and now["waiting"] == 1, now
        told = matters(*later)
        assert told["total"] == 1 and told["waiting"] == 0, told
        row = told["matters"][0]["orders"][0]
        assert row["number"] == number and row["unit"] == "JSJ" and row["closed_at"] is None
        assert row["notice"]["rule"] == "notice" and row["notice"]["objected"] is False
        assert told["matters"][0]["late"] == 1 and told["matters"][0]["dissatisfied"] == 0
        # An objection that waits holds it back for ever, one that is upheld takes it out.
        act(hub, "object", number, "J1", "--event", notice["event"], "--reason", "transit",
            "--text", "工单今天才到本单位")
        pending = matters(*later)
        assert pending["total"] == 0 and pending["waiting"] == 1, pending
        act(hub, "decide-objection", number, "DB1", "--event", notice["event"], "--ruling", "void",
            "--reason", "transit")
        gone = matters(*later)
        assert gone["total"] == 0 and gone["waiting"] == 0, gone
        # One that is refused stands, and is told from then on.
        other = overdue_order(hub)
        notice = hub.ok("appeal", "show", other)["order"]["notices"][0]
        act(hub, "object", other, "J1", "--event", notice["event"], "--reason", "hard",
            "--text", "正在办")
        act(hub, "decide-objection", other, "DB1", "--event", notice["event"], "--ruling",
            "history", "--reason", "stands")
        stands = matters()
        assert [one["number"] for one in stands["matters"][0]["orders"]] == [other], stands
        assert stands["matters"][0]["orders"][0]["notice"]["objected"] is True
        # An urging is no reproach.
        urged = add(hub, phone="13900000007")["number"]
        classed_at(hub, urged)
        act(hub, "dispatch", urged, "PD1", "--unit", "JSJ")
        act(hub, "supervise", urged, "DB1", "--level", "1", "--text", "请抓紧")
        act(hub, "sign", urged, "J1")
        act(hub, "contact", urged, "J1", "--method", "phone", "--reached", "yes")
        act(hub, "reply", urged, "J1", "--answer", "已办", "--solved", "yes")
        act(hub, "review", urged, "HD1", "--pass")
        act(hub, "visit", urged, "HF1", *BAD)
        assert matters(*later)["total"] == 1
        # Nor is one bad rating, made good in the next round.
        act(hub, "rework", urged, "HF1", "--reason", "unsolved")
        to_visit(hub, urged)
        act(hub, "visit", urged, "HF1", *GOOD)
        assert matters(*later)["total"] == 1
        # Dissatisfied twice, over two rounds: the second makes it a repeated one.
        twice = add(hub, phone="13900000008")["number"]
        to_visit(hub, twice)
        act(hub, "visit", twice, "HF1", *BAD)
        assert matters()["total"] == 1
        act(hub, "rework", twice, "HF1", "--reason", "unsolved")
        to_visit(hub, twice)
        act(hub, "visit", twice, "HF1", *BAD)
        both = matters()
        assert both["total"] == 2, both
        assert sum(one["dissatisfied"] for one in both["matters"]) == 1
        assert [row["bad_ratings"] for one in both["matters"] for row in one["orders"]
                if row["number"] == twice] == [2]
        # The period is that of the notice, and of the ratings.
        assert matters("--from", ago(-2)[:10])["total"] == 0
        assert matters("--limit", "1")["total"] == 2
        text = hub.run("report", "supervision", "--lang", "zh", json_out=False).out
        assert "重复不满意 1 件" in text and twice in text, text


def test_a26_an_order_rises_by_rule_once_for_each_level_and_by_hand():
    with World() as world:
        set_up(world)
        hub = world.hub
        hub.ok("setting", "set", "escalate_after_reworks", "1", "--as", "PD1")
        number = add(hub, phone="13900000001")["number"]
        to_visit(hub, number)
        act(hub, "visit", number, "HF1", *BAD)
        act(hub, "rework", number, "HF1", "--reason", "unsolved")
        order = hub.ok("appeal", "show", number)["order"]
        assert order["escalation"] == 1
        assert [(one["rule"], one["level"]) for one in order["rule_escalations"]] == [("rework", 1)]
        assert hub.ok("rule", "run")["written"] == 0
        # An escalated order's reply needs a leader's sign.
        refused(hub, "no_leader", "reply", number, "J1", "--answer", "已办", "--solved", "yes")
        to_visit(hub, number, person="LD1")
        act(hub, "visit", number, "HF1", *BAD)
        act(hub, "rework", number, "HF1", "--reason", "unsolved")
        order = hub.ok("appeal", "show", number)["order"]
        assert [one["level"] for one in order["rule_escalations"]] == [1, 2]
        act(hub, "escalate", number, "DB1", "--level", "3", "--reason", "by_leader")
        refused(hub, "level_not_higher", "escalate", number, "DB1", "--level", "2", "--reason", "x")


def test_a27_an_instruction_has_a_unit_in_use_a_due_date_and_ends_with_feedback_only():
    with World() as world:
        set_up(world)
        hub = world.hub
        number = firm_order(hub, code=uscc(1))
        to_visit(hub, number)
        error = refused(hub, "unit_retired", "instruct", number, "LD1", "--unit", "LYJ", "--text",
                        "请路灯所牵头")
        assert error["details"]["unit"] == "JSJ"  # Who took over.
        refused(hub, "unit_unknown", "instruct", number, "LD1", "--unit", "ZZZ", "--text", "x")
        act(hub, "instruct", number, "LD1", "--unit", "CGJ", "--text", "三日内解决")
        task = hub.ok("appeal", "show", number)["order"]["instructions"][0]
        assert task["due_at"] and task["unit"] == "CGJ"
        act(hub, "visit", number, "HF1", *GOOD)
        refused(hub, "instruction_open", "close", number, "HF1", "--ground", "satisfied")
        refused(hub, "not_handling_unit", "instruct-done", number, "S1", "--event", task["event"],
                "--text", "x")
        act(hub, "instruct-done", number, "C1", "--event", task["event"], "--text", "已协调")
        act(hub, "close", number, "HF1", "--ground", "satisfied")
        # One that is late is found.
        other = firm_order(hub, code=uscc(2))
        act(hub, "instruct", other, "LD1", "--due", ago(-1), "--text", "尽快")
        assert other not in bucket(hub, "instruction_overdue")
        late = hub.ok("scan", "--bucket", "instruction_overdue", "--as-of", ago(-2))
        assert late["buckets"][0]["total"] == 1
