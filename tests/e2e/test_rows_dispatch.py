"""Rows of the feature table about posts, deadlines and dispatch, each through the programs."""

import datetime
import json

from jy import HUB, World, add, run
from test_orders import act, refused

UNITS = """code,name,active,station,successor
SHG01,四褐山街道便民服务中心,是,SHG01,
SWJ,区水务局,是,,
JSJ,区住建局,是,,
CGJ,区城管局,是,,
LYJ,区路灯所,否,,JSJ
"""
STAFF = """code,name,unit,posts
PD1,派甲,QZX,派单岗
DB1,督甲,QZX,督办岗
HD1,回甲,QZX,回复岗
HF1,访甲,QZX,回访岗
LD1,领甲,QZX,领导
DJ1,登甲,QZX,登记岗
W1,站甲,SHG01,登记岗、回访岗
S1,水甲,SWJ,
S2,水乙,SWJ,回访岗
J1,建甲,JSJ,
C1,城甲,CGJ,
"""
REGIONS = """code,name,level,parent
340207,鸠江区,区,
340207001,四褐山街道,街道,340207
340207001001,某社区,社区/村,340207001
"""
CATEGORIES = """code,name,parent,version
SZ,市政,,2026
SZ01,路灯,SZ,2026
SZ02,井盖,SZ,2026
GS,供水,,2026
QT,其他,,2026
"""


def district(world, **more):
    """Reference data at the hub; stations get them with the next sync."""
    lists = {"region": REGIONS, "unit": UNITS, "staff": STAFF, "category": CATEGORIES, **more}
    for noun, text in lists.items():
        path = world.folder / f"{noun}.csv"
        path.write_text(text, encoding="utf-8")
        assert world.hub.ok(noun, "import", path)["refused_total"] == 0


def order(world, station=None, **fields):
    """An appeal that is at the hub."""
    node = station or world.hub
    number = add(node, **{"title": "路灯不亮", "text": "村口路灯坏了", "phone": "13900000001",
                          **fields})["number"]
    if station:
        world.sync(station)
    return number


def classed(world, number, complexity="simple", kind="complaint"):
    act(world.hub, "triage", number, "PD1", "--type", kind, "--complexity", complexity)


def handled(world, number, unit="SWJ", actor="S1"):
    """Dispatched to a unit, signed for, and the person contacted."""
    classed(world, number)
    act(world.hub, "dispatch", number, "PD1", "--unit", unit)
    act(world.hub, "sign", number, actor)
    act(world.hub, "contact", number, actor, "--method", "phone", "--reached", "yes")


def test_a11_four_posts_and_whoever_handled_it_does_not_visit():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world)
        everyone = {"PD1", "DB1", "HD1", "HF1", "LD1", "DJ1", "S1"}

        def only(holders, verb, *words):
            """Nobody but a holder of the post may; the first of them does it."""
            for actor in sorted(everyone - set(holders)):
                refused(hub, "no_post", verb, number, actor, *words)
            act(hub, verb, number, holders[0], *words)

        only(["PD1"], "triage", "--type", "complaint", "--complexity", "simple")
        only(["PD1"], "dispatch", "--unit", "SWJ")
        only(["DB1"], "supervise", "--level", "1")
        act(hub, "sign", number, "S1")
        act(hub, "contact", number, "S1", "--method", "phone", "--reached", "yes")
        act(hub, "reply", number, "S1", "--answer", "已修好", "--solved", "yes")
        only(["HD1", "PD1"], "review", "--pass")
        # S2 holds the post, but belongs to the unit that handled the order.
        visit = ("--method", "phone", "--reached", "yes", "--grade", "satisfied", "--solved", "yes")
        refused(hub, "handler_visits", "visit", number, "S2", *visit)
        only(["HF1"], "visit", *visit)
        refused(hub, "handler_visits", "close", number, "S2", "--ground", "satisfied")
        act(hub, "close", number, "HF1", "--ground", "satisfied")
        shown = hub.ok("appeal", "show", number)
        assert shown["state"] == "closed"
        holders = shown["order"]["holders"]
        assert holders == {"dispatcher": "PD1", "supervisor": "DB1", "replier": "HD1",
                           "visitor": "HF1"}, holders
        # A post that ended holds no more.
        path = world.folder / "staff2.csv"
        path.write_text("code,posts\nPD1,派单岗@2026-01-01/2026-01-31\n", encoding="utf-8")
        assert hub.ok("staff", "import", path)["updated"] == 1
        other = order(world)
        refused(hub, "no_post", "triage", other, "PD1", "--type", "complaint", "--complexity",
                "simple")


def test_a12_intake_at_three_in_the_night_of_a_holiday_and_who_is_on_duty():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        hub.ok("duty", "add", "--staff", "PD1", "--from", "2025-10-01 00:00", "--to",
               "2025-10-01 08:00", "--post", "派单岗")
        hub.ok("duty", "add", "--staff", "HD1", "--from", "2025-10-01 08:00", "--to",
               "2025-10-02 08:00", "--post", "replier")
        at = "2025-10-01T03:00:00+08:00"
        # One was taken down on paper, of the other the entry's clock was wrong and is corrected:
        # the station's first, so that no receipt says how early it can't be.
        broken = order(world, station)
        question = order(world, station, type="inquiry", title="夜里咨询", registered_at=at)
        for node in (hub, station):
            on_duty = node.ok("duty", "now", "--at", at)["on_duty"]
            assert [one["staff"] for one in on_duty] == ["PD1"], on_duty
            assert [one["staff"] for one in node.ok("duty", "list")["duties"]] == ["PD1", "HD1"]
            assert node.ok("duty", "now", "--at", "2025-10-03")["on_duty"] == []
        act(hub, "correct-time", broken, "PD1", "--to", at, "--reason", "clock")
        world.sync(station)
        for node in (hub, station):
            # The same day ends at 24:00 of the holiday; three days roll over it.
            assert node.ok("appeal", "deadline", question)["citizen_due"] == \
                "2025-10-02T00:00:00+08:00"
            assert node.ok("appeal", "deadline", broken)["citizen_due"] == \
                "2025-10-10T00:00:00+08:00"
        wrong = hub.run("duty", "add", "--staff", "PD1", "--from", "2025-10-02", "--to",
                        "2025-10-01")
        assert wrong.code != 0 and wrong.error["code"] == "JY-0416", wrong.out
        assert hub.run("duty", "add", "--staff", "NOBODY", "--from", "2025-10-01", "--to",
                       "2025-10-02").error["code"] == "JY-0411"


#: The table of domain B4: start, then the due of 1, 2, 3, 5 and 7 days.
ORACLE = {
    "calendar_day": {
        "2026-09-30": "10-01 10-02 10-03 10-05 10-07",
        "2026-10-01": "10-02 10-03 10-04 10-06 10-08",
        "2026-02-13": "02-14 02-15 02-16 02-18 02-20",
        "2026-04-30": "05-01 05-02 05-03 05-05 05-07"},
    "calendar_roll": {
        "2026-09-30": "10-08 10-08 10-08 10-08 10-08",
        "2026-10-01": "10-08 10-08 10-08 10-08 10-08",
        "2026-02-13": "02-14 02-24 02-24 02-24 02-24",
        "2026-04-30": "05-06 05-06 05-06 05-06 05-07"},
    "working_day": {
        "2026-09-30": "10-08 10-09 10-10 10-13 10-15",
        "2026-10-01": "10-08 10-09 10-10 10-13 10-15",
        "2026-02-13": "02-14 02-24 02-25 02-27 03-02",
        "2026-04-30": "05-06 05-07 05-08 05-11 05-13"},
}


def policy_file(world, code, days=None, **clocks):
    """The present policy under another version: complaints get so many days."""
    document = world.hub.ok("policy", "show")
    document["code"], document["name"], document["valid_from"] = code, "试行", None
    for row in document["rules"]["rows"]:
        if row["type"] == "complaint" and days is not None:
            row["citizen"] = {"amount": days, "unit": "calendar_day"}
    document["rules"]["clocks"].update(clocks)
    path = world.folder / f"{code}.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def test_a17_the_oracle_table_and_an_order_keeps_the_policy_that_it_was_given():
    for unit, starts in ORACLE.items():
        for start, dues in starts.items():
            for amount, due in zip((1, 2, 3, 5, 7), dues.split()):
                found = run(HUB, "deadline", "--from", start, "--amount", amount, "--unit", unit,
                            "--json").json["due"]
                assert found == "2026-" + due, (unit, start, amount, found)
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        given = order(world, station)
        classed(world, given)
        waiting = order(world, station)
        before = {n: hub.ok("appeal", "deadline", n)["citizen_due"] for n in (given, waiting)}
        loaded = hub.ok("policy", "load", policy_file(world, "1235@2", days=30))
        assert loaded["loaded"] and loaded["open"] == 2 and loaded["moved"] == 0, loaded
        world.sync(station)
        fresh = order(world, station)
        world.sync(station)
        for node in (hub, station):
            for number, due in before.items():
                told = node.ok("appeal", "deadline", number)
                assert told["policy"] == "1235@1" and told["citizen_due"] == due, told
            told = node.ok("appeal", "deadline", fresh)
            registered = node.ok("appeal", "show", fresh)["appeal"]["registered_at"][:10]
            last = datetime.date.fromisoformat(registered) + datetime.timedelta(days=31)
            assert told["policy"] == "1235@2", told
            assert told["citizen_due"] == f"{last}T00:00:00+08:00", told
            listed = node.ok("policy", "list")["policies"]
            assert [(p["code"], p["in_force"]) for p in listed] == [("1235@1", False),
                                                                   ("1235@2", True)]
        classed(world, fresh)
        facts = hub.ok("appeal", "show", fresh)["events"][0]["facts"]
        assert facts["policy"] == "1235@2", facts
        # A policy is never changed: the same version with other amounts is refused.
        again = hub.run("policy", "load", policy_file(world, "1235@2", days=9))
        assert again.code == 1 and again.error["code"] == "JY-0453", again.out
        assert not hub.ok("policy", "load", policy_file(world, "1235@2", days=30))["loaded"]
        # Another class needs a reason and is logged; so does an exception to the policy.
        act(hub, "dispatch", given, "PD1", "--unit", "SWJ")
        refused(hub, "no_reason", "triage", given, "PD1", "--type", "complaint", "--complexity",
                "complex")
        act(hub, "triage", given, "PD1", "--type", "complaint", "--complexity", "complex",
            "--reason", "more_units")
        assert hub.ok("appeal", "deadline", given)["policy"] == "1235@1"
        bare = hub.run("appeal", "triage", given, "--as", "PD1", "--type", "complaint",
                       "--complexity", "complex", "--policy", "1235@2")
        assert bare.code == 2 and bare.error["code"] == "JY-0103", bare.out
        act(hub, "triage", given, "PD1", "--type", "complaint", "--complexity", "complex",
            "--policy", "1235@2", "--reason", "legal_question")
        assert hub.ok("appeal", "deadline", given)["policy"] == "1235@2"
        kinds = [event["kind"] for event in hub.ok("appeal", "show", given)["events"]]
        assert kinds == ["triaged", "dispatched", "triaged", "triaged"]
        world.sync(station)
        for node in (hub, station):
            assert node.ok("verify")["ok"]
        world.assert_equal(station)


def test_a20_no_reply_while_a_co_unit_is_at_work_and_one_order_for_the_person():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world, requester_kind="enterprise")
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ", "--co-units", "JSJ")
        act(hub, "add-unit", number, "PD1", "--unit", "CGJ")
        act(hub, "sign", number, "S1")
        act(hub, "contact", number, "S1", "--method", "phone", "--reached", "yes")
        reply = ("--answer", "已修好", "--solved", "yes")
        refused(hub, "co_tasks_open", "reply", number, "S1", *reply)
        act(hub, "co-done", number, "J1", "--text", "已铺路面")
        refused(hub, "co_tasks_open", "reply", number, "S1", *reply)
        refused(hub, "no_co_task", "co-done", number, "J1", "--text", "再来一次")
        act(hub, "co-done", number, "C1", "--text", "已清场")
        act(hub, "reply", number, "S1", *reply)
        listed = hub.ok("appeal", "list")
        assert listed["total"] == 1 and listed["appeals"][0]["lead_unit"] == "SWJ"
        tasks = hub.ok("appeal", "show", number)["order"]["co_tasks"]
        assert [(t["unit"], bool(t["done_at"])) for t in tasks] == [("JSJ", True), ("CGJ", True)]


def test_a21_explained_but_not_solvable_needs_a_basis_and_a_second_reviewer():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world)
        handled(world, number)
        reply = ("--answer", "依规不能办", "--solved", "no", "--reason", "not_allowed", "--ground",
                 "lawfully_unsolvable")
        refused(hub, "no_basis", "reply", number, "S1", *reply)
        basis = ("--basis", "城市供水条例第二十条")
        refused(hub, "no_second_person", "reply", number, "S1", *reply, *basis)
        refused(hub, "same_person", "reply", number, "S1", *reply, *basis, "--person", "S1")
        act(hub, "reply", number, "S1", *reply, *basis, "--person", "S2")
        act(hub, "review", number, "HD1", "--pass")
        act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "dissatisfied", "--solved", "no", "--reason", "not_allowed")
        close = ("--ground", "lawfully_unsolvable")
        refused(hub, "no_basis", "close", number, "HF1", *close)
        refused(hub, "no_second_person", "close", number, "HF1", *close, *basis)
        act(hub, "close", number, "HF1", *close, *basis, "--person", "DB1")
        shown = hub.ok("appeal", "show", number)
        assert shown["state"] == "closed" and shown["order"]["ground"] == "lawfully_unsolvable"


def test_a28_enterprise_requests_are_a_queue_of_their_own():
    with World() as world:
        district(world)
        station = world.station("SHG01")
        world.serve()
        firm = add(station, "用水报装", "厂里报装用水", requester_kind="enterprise")["number"]
        named = add(station, "减免税费", "问减免", enterprise="芜湖某某公司")["number"]
        person = add(station, "路灯不亮", "村口路灯坏了")["number"]
        # One step: recorded at the station, and with the sync it is at the enterprises' desk.
        world.sync(station)
        for node in (world.hub, station):
            for queue, numbers in (("enterprise", {firm, named}), ("citizen", {person})):
                page = node.ok("appeal", "list", "--queue", queue)
                assert {row["number"] for row in page["appeals"]} == numbers, page
                assert page["total"] == len(numbers)
                assert all(row["queue"] == queue for row in page["appeals"])
        found = world.hub.ok("appeal", "list", "--queue", "企业", "--search", "用水")
        assert [row["number"] for row in found["appeals"]] == [firm]
        assert world.hub.ok("appeal", "list", "--queue", "群众", "--search", "用水")["total"] == 0
        received = world.hub.ok("appeal", "list", "--queue", "enterprise", "--state", "received")
        assert received["total"] == 2
        classed(world, firm)
        act(world.hub, "dispatch", firm, "PD1", "--unit", "SWJ")
        left = world.hub.ok("appeal", "list", "--queue", "enterprise", "--state", "received")
        assert [row["number"] for row in left["appeals"]] == [named]
        wrong = world.hub.run("appeal", "list", "--queue", "vip")
        assert wrong.code == 2 and wrong.error["code"] == "JY-0104"


def test_a28_the_enterprises_desk_is_a_post_of_its_own():
    with World() as world:
        district(world, staff=STAFF + "QZ1,企甲,QZX,为企专岗\nQZ2,企乙,QZX,enterprise_desk\n")
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        firm = add(station, "用水报装", "厂里报装用水", requester_kind="enterprise",
                   phone="13900000001")["number"]
        person = add(station, "路灯不亮", "村口路灯坏了", phone="13900000002")["number"]
        world.sync(station)

        def owners(bucket):
            soon = datetime.datetime.now().astimezone() + datetime.timedelta(minutes=1)
            [found] = hub.ok("scan", "--as-of", soon.isoformat(timespec="seconds"),
                             "--bucket", bucket)["buckets"]
            return {hit["number"]: hit["owner"]["person"] for hit in found["hits"]}

        # What waits for a dispatcher waits for the desk, in the enterprises' queue and only there.
        assert owners("undispatched") == {firm: "QZ1", person: "PD1"}
        kind = ("--type", "help_request", "--complexity", "simple")
        refused(hub, "no_post", "triage", person, "QZ1", *kind)
        act(hub, "triage", firm, "QZ1", *kind)
        act(hub, "triage", person, "PD1", *kind)
        refused(hub, "no_post", "dispatch", person, "QZ1", "--unit", "SWJ")
        # Handed to one of the desk by name; a dispatcher may still do it, another post may not.
        act(hub, "assign", firm, "PD1", "--post", "dispatcher", "--person", "QZ2")
        refused(hub, "not_a_holder", "assign", person, "PD1", "--post", "dispatcher", "--person",
                "QZ2")
        assert owners("undispatched") == {firm: "QZ2", person: "PD1"}
        refused(hub, "no_post", "dispatch", firm, "HD1", "--unit", "SWJ")
        refused(hub, "no_post", "supervise", firm, "QZ1", "--level", "1")
        act(hub, "dispatch", firm, "QZ1", "--unit", "SWJ")
        assert hub.ok("appeal", "show", firm)["order"]["holders"]["dispatcher"] == "QZ1"
        # A desk that nobody holds any more leaves its queue to the dispatchers.
        path = world.folder / "staff2.csv"
        path.write_text("code,posts\nQZ1,派单岗@2026-01-01/2026-01-31\nQZ2,登记岗\n",
                        encoding="utf-8")
        assert hub.ok("staff", "import", path)["updated"] == 2
        other = add(station, "减免税费", "问减免", requester_kind="enterprise")["number"]
        world.sync(station)
        assert owners("undispatched") == {other: "PD1", person: "PD1"}
        refused(hub, "no_post", "triage", other, "QZ1", *kind)
        act(hub, "triage", other, "PD1", *kind)


def test_a30_from_the_station_straight_to_the_district_desk():
    with World() as world:
        district(world)
        station = world.station("SHG01")
        world.serve()
        number = add(station, "用水报装", "厂里报装用水", requester_kind="enterprise",
                     phone="13900000001")["number"]
        # Nobody at the town may hold it up, classify it or pass it on.
        for words in (("triage", "--type", "help_request", "--complexity", "simple"),
                      ("dispatch", "--unit", "SWJ")):
            at_station = station.run("appeal", words[0], number, "--as", "W1", *words[1:])
            assert at_station.error["details"]["guard"] in ("wrong_state", "hub_only"), words
        assert station.ok("appeal", "show", number)["events"] == []
        world.sync(station)
        shown = world.hub.ok("appeal", "show", number)
        assert shown["state"] == "received" and shown["events"] == []
        # It is on the district desk's list, and nobody's of the town.
        soon = datetime.datetime.now().astimezone() + datetime.timedelta(minutes=1)
        now = soon.isoformat(timespec="seconds")
        [bucket] = world.hub.ok("scan", "--as-of", now, "--bucket", "undispatched")["buckets"]
        assert [(hit["number"], hit["owner"]["unit"], hit["owner"]["person"])
                for hit in bucket["hits"]] == [(number, "QZX", "PD1")]
        classed(world, number, kind="help_request")
        act(world.hub, "dispatch", number, "PD1", "--unit", "SWJ")
        world.sync(station)
        for node in (station, world.hub):
            path = node.ok("appeal", "show", number)["events"]
            assert [(e["kind"], e["station"]) for e in path] == [("triaged", "QZX"),
                                                                 ("dispatched", "QZX")]


def hidden(node, number, uuid, actor, word):
    """For that person the appeal is not there, whatever is asked."""
    for one in (number, uuid, "business_env_line:YS-1" if node.name == "hub" else uuid):
        for words in (("show", one), ("deadline", one), ("edit", one, "--set", "place=别处"),
                      ("note", one, "--text", "看看"), ("sign", one), ("supervise", one, "--level",
                                                                    "1")):
            done = node.run("appeal", *words, "--as", actor)
            assert done.code == 1 and done.error["code"] == "JY-0401", (words, done.out)
            assert word not in done.out + done.err
    for words in ((), ("--search", word), ("--queue", "citizen"), ("--state", "received")):
        page = node.ok("appeal", "list", *words, "--as", actor)
        assert number not in [row["number"] for row in page["appeals"]], words
        assert page["total"] == len(page["appeals"])
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    for words in (("conflict", "list"), ("scan", "--as-of", now, "--limit", "1000"),
                  ("repeat", "list")):
        told = json.dumps(node.ok(*words, "--as", actor), ensure_ascii=False)
        assert word not in told and number not in told and uuid not in told, words


def test_a29_the_unit_complained_about_does_not_read_it_until_released():
    with World() as world:
        district(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        made = add(station, "水务局拖延", "报装三个月没有答复", channel="business_env_line",
                   subject_unit="SWJ", phone="13900000001", ext_no="YS-1")
        number, uuid = made["number"], made["id"]
        plain = order(world, station, title="路灯不亮")
        # A contested phone: its conflict is not told either.
        for node, phone in ((station, "13900000002"), (hub, "13900000003")):
            actor = "W1" if node is station else "PD1"
            node.ok("appeal", "edit", number, "--set", f"phone={phone}", "--as", actor)
        world.sync(station)
        hidden(hub, number, uuid, "S1", "水务局拖延")
        ours = hub.ok("status", "--as", "PD1")
        theirs = hub.ok("status", "--as", "S1")
        assert (ours["appeals"], theirs["appeals"]) == (2, 1)
        assert (ours["conflicts"], theirs["conflicts"]) == (1, 0)
        conflict = hub.ok("conflict", "list", "--as", "PD1")["conflicts"][0]["id"]
        assert hub.run("conflict", "show", conflict, "--as", "S1").error["code"] == "JY-0502"
        assert hub.run("conflict", "resolve", conflict, "--take", "1", "--as",
                       "S1").error["code"] == "JY-0502"
        assert hub.ok("appeal", "show", number, "--as", "PD1")["state"] == "received"
        assert hub.ok("appeal", "show", plain, "--as", "S1")["number"] == plain
        classed(world, number)
        refused(hub, "unit_is_subject", "dispatch", number, "PD1", "--unit", "SWJ")
        act(hub, "dispatch", number, "PD1", "--unit", "JSJ")
        hidden(hub, number, uuid, "S1", "水务局拖延")
        # Nor does the unit that took over from the one it is about.
        heir = add(hub, "路灯所不接电话", "打了三次没人接", subject_unit="LYJ")
        for one in (heir["number"], heir["id"]):
            done = hub.run("appeal", "show", one, "--as", "J1")
            assert done.code == 1 and done.error["code"] == "JY-0401", done.out
        assert "路灯所" not in hub.run("appeal", "list", "--as", "J1").out
        hub.ok("appeal", "edit", heir["number"], "--set", "subject_unit=CGJ", "--as", "PD1")
        assert hub.ok("appeal", "show", heir["number"], "--as", "J1")["number"] == heir["number"]
        # Through a running hub as well.
        done = hub.run("appeal", "release-subject", number, "--as", "S1")
        assert done.error["code"] == "JY-0401"
        done = hub.run("appeal", "release-subject", number, "--as", "PD1")
        assert done.error["details"]["guard"] == "no_post", done.out
        by_hand = hub.run("appeal", "edit", number, "--set", "subject_released=yes", "--as", "PD1")
        assert by_hand.error["code"] == "JY-0409", by_hand.out
        assert hub.ok("appeal", "release-subject", number, "--as", "DB1")["released"]
        assert hub.ok("appeal", "show", number, "--as", "S1")["number"] == number
        assert hub.ok("status", "--as", "S1")["appeals"] == 3
        world.sync(station)
        # At a station whose own unit is meant, its staff and its unnamed operator don't read it.
        own = add(station, "窗口态度差", "窗口工作人员不理人", subject_unit="SHG01")
        hidden(station, own["number"], own["id"], "W1", "窗口态度差")
        assert station.run("appeal", "show", own["number"]).error["code"] == "JY-0401"
        world.sync(station)
        assert hub.ok("appeal", "show", own["number"], "--as", "PD1")["number"] == own["number"]
        world.assert_equal(station)
        for node in (station, hub):
            assert node.ok("verify")["ok"]
