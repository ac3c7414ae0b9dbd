"""One full story of enterprises: a salon in a village with no link, to the end of its hardest
matter; and what the issue's list of bad input comes to."""

import json

from firms_desk import (BAD, GOOD, ago, classed_at, fired, firm_order, set_up, to_visit, uscc,
                        watch)
from jy import World
from test_orders import act, refused
from test_rows_firms import failing, lines, salon

SECRET = "水务局三个月不装表"


def carry(world, giver, taker, name, station=None):
    stick = world.folder / name
    stick.mkdir()
    words = ["bundle", "export", "--out", stick]
    if station:
        words += ["--station", station]
    giver.ok(*words)
    taker.ok("bundle", "import", stick, codes=(0, 3))
    return stick


def has_words(folder, words):
    return [path for path in folder.rglob("*") if path.is_file()
            and words.encode() in path.read_bytes()]


def test_a_salon_without_a_link_to_the_end_of_its_hardest_matter():
    with World() as world:
        set_up(world)
        hub, laptop, water = world.hub, world.station("JDJ01"), world.station("EBZ01")
        for node in (laptop, water):  # Enrolled by stick, with the lists of the district.
            carry(world, node, hub, f"join-{node.name}")
            carry(world, hub, node, f"lists-{node.name}", node.name)
        # The salon, in a village with no link: twenty requests of eight firms.
        meeting = salon(laptop, host="区发改委")
        requests = "".join(json.dumps({
            "title": f"诉求{i}", "text": f"第{i}件", "enterprise": f"企业{i % 8}", "uscc": uscc(i % 8),
            "type": "complaint", "phone": "13900000001"}, ensure_ascii=False) + "\n"
            for i in range(19))
        requests += json.dumps({"title": "供水接入受阻", "text": SECRET, "enterprise": "企业3",
                                "uscc": uscc(3), "type": "complaint", "subject_unit": "SWJ",
                                "phone": "13900000003"}, ensure_ascii=False) + "\n"
        done = laptop.ok("meeting", "note", meeting, "--from", "-", stdin=requests)
        assert done["saved"] == 20
        numbers = [one["number"] for one in done["appeals"]]
        hard = numbers[-1]
        firms = laptop.ok("enterprise", "list")
        assert firms["total"] == 8
        # By stick to the hub; dispatch, never to the unit complained about or to its station.
        carry(world, laptop, hub, "salon")
        assert hub.ok("meeting", "show", meeting)["meeting"]["appeals"] == 20
        classed_at(hub, hard)
        refused(hub, "unit_is_subject", "dispatch", hard, "PD1", "--unit", "SWJ")
        act(hub, "dispatch", hard, "PD1", "--unit", "JSJ")
        act(hub, "sign", hard, "J1")
        act(hub, "contact", hard, "J1", "--method", "phone", "--reached", "yes")
        act(hub, "reply", hard, "J1", "--answer", "已协调", "--solved", "yes")
        act(hub, "review", hard, "HD1", "--pass")
        carry(world, hub, laptop, "back", "JDJ01")
        # A visit at the salon's laptop, with no link: dissatisfied.
        act(laptop, "visit", hard, "W3", *BAD)
        assert fired(hub, hard) == []
        carry(world, laptop, hub, "visit")
        assert fired(hub, hard) == ["T1"]
        # The firm comes again with the same matter, under another name.
        again = firm_order(hub, "企业三（新名）", uscc(3), "供水还是接不上")
        hub.ok("repeat", "confirm", f"{hard}/{again}", "--kind", "same_person", "--as", "PD1")
        assert fired(hub, hard) == ["T1", "T2"]
        assert {one["number"] for one in hub.ok("watch", "list")["entries"]} == {hard}
        act(hub, "merge", again, "PD1", "--into", hard, "--reason", "repeat")
        # Escalation, a leader's instruction, supervision.
        act(hub, "rework", hard, "HF1", "--reason", "unsolved")
        act(hub, "escalate", hard, "DB1", "--level", "2", "--reason", "twice")
        act(hub, "instruct", hard, "LD1", "--due", ago(-3), "--text", "三日内接通")
        act(hub, "supervise", hard, "DB1", "--level", "2", "--text", "督办")
        task = hub.ok("appeal", "show", hard)["order"]["instructions"][0]["event"]
        for name in ("watched", "supervised", "instruction_open"):
            found = hub.ok("scan", "--bucket", name)["buckets"][0]["hits"]
            assert hard in [hit["number"] for hit in found], name
        refused(hub, "no_leader", "reply", hard, "J1", "--answer", "已接通", "--solved", "yes")
        act(hub, "reply", hard, "J1", "--answer", "已接通", "--solved", "yes", "--person", "LD2")
        act(hub, "review", hard, "HD1", "--pass")
        act(hub, "instruct-done", hard, "J1", "--event", task, "--text", "已接通供水")
        # The human visit, the exit from the watch list by its owner, the end.
        act(hub, "visit", hard, "HF1", "--method", "door", "--reached", "yes", "--grade",
            "satisfied", "--solved", "yes")
        refused(hub, "on_watch", "close", hard, "HF1", "--ground", "satisfied")
        act(hub, "watch-end", hard, watch(hub, hard)["owner"], "--ground", "satisfied")
        act(hub, "close", hard, "HF1", "--ground", "satisfied")
        assert hub.ok("watch", "list")["total"] == 0
        # The meeting ends with its last order.
        failing(hub, "JY-0463", "meeting", "close", meeting)
        for number in numbers[1:-1]:
            act(hub, "withdraw", number, "PD1", "--reason", "by_person")
        to_visit(hub, numbers[0])
        act(hub, "visit", numbers[0], "HF1", *GOOD)
        hub.ok("meeting", "close", meeting, "--as", "PD1")
        # One timeline; and the laptop shows what the hub shows.
        kinds = [one["kind"] for one in hub.ok("enterprise", "show", uscc(3))["timeline"]]
        for kind in ("meeting", "registered", "visited", "watch_opened", "instruction",
                     "supervised", "watch_ended", "closed"):
            assert kind in kinds, kinds
        carry(world, hub, laptop, "end", "JDJ01")
        carry(world, laptop, hub, "end-back")
        carry(world, hub, laptop, "end-again", "JDJ01")
        assert fired(laptop, hard) == ["T1", "T2"]
        world.assert_equal(laptop)
        # Nothing of it reached the unit complained about: neither its people nor its station.
        carry(world, hub, water, "water", "EBZ01")
        assert hub.run("appeal", "show", hard, "--as", "S1").error["code"] == "JY-0401"
        assert water.run("appeal", "show", hard).error["code"] == "JY-0401"
        assert SECRET not in hub.run("enterprise", "show", uscc(3), "--as", "S1").out
        assert hard not in hub.run("watch", "list", "--all", "--as", "S1").out
        assert hard not in hub.run("meeting", "show", meeting, "--as", "S1").out
        assert not has_words(water.data, SECRET)
        assert water.ok("appeal", "list")["total"] == 0


def test_a_meeting_with_ten_thousand_requests():
    with World() as world:
        set_up(world)
        laptop = world.station("JDJ01")
        meeting = salon(laptop)
        done = laptop.ok("meeting", "note", meeting, "--from", "-", stdin=lines(10_000),
                         timeout=600)
        assert done["saved"] == 10_000 and done["refused_total"] == 0
        shown = laptop.ok("meeting", "show", meeting, "--limit", "5")
        assert shown["meeting"]["appeals"] == 10_000 and len(shown["orders"]) == 5
        failing(laptop, "JY-0463", "meeting", "close", meeting)
        numbers = {one["number"] for one in done["appeals"]}
        assert len(numbers) == 10_000


def test_a_request_for_a_firm_under_two_names_and_a_trigger_after_a_merge_of_firms():
    with World() as world:
        set_up(world)
        hub = world.hub
        first = firm_order(hub, "江北机械厂", registered_at=ago(2))
        again = firm_order(hub, "安徽江北机械有限公司", uscc(1))
        hub.ok("repeat", "confirm", f"{first}/{again}", "--kind", "same_person", "--as", "PD1")
        # Two firms, as far as anybody knows.
        assert fired(hub, first) == [] and fired(hub, again) == []
        hub.ok("enterprise", "merge", "江北机械厂", "--into", uscc(1), "--as", "PD1")
        assert fired(hub, first) == ["T2"] and fired(hub, again) == []


def test_recusal_holds_for_meetings_and_timelines():
    with World() as world:
        set_up(world)
        hub = world.hub
        meeting = salon(hub)
        about = firm_order(hub, code=uscc(1), subject_unit="SWJ", meeting=meeting)
        other = firm_order(hub, code=uscc(1), title="别的事", meeting=meeting)
        seen = hub.ok("meeting", "show", meeting, "--as", "S1")
        assert [one["number"] for one in seen["orders"]] == [other] and seen["hidden"] == 1
        assert seen["meeting"]["appeals"] == 2  # It still waits for both.
        assert hub.ok("enterprise", "show", uscc(1), "--as", "S1")["appeals"] == [other]
        assert set(hub.ok("enterprise", "show", uscc(1))["appeals"]) == {about, other}
