"""A person asks that their data go: from every page, search, log, snapshot, at the hub and, as they
are reached, at the stations."""

import json

from firms_desk import ago, set_up, uscc
from jy import HUB, Database, World, add, run
from page_desk import invited
from test_bundle import stick
from test_howtos import page
from test_orders import act
from test_share import ANSWER, NOTE, TOLD, dispatch, district, equal, record, texts_in

LATER = "后来想起来灯杆是斜的"


def finished(world):
    """An order of SHG01 that SXZ01 worked on, closed; all have it."""
    home, other, third = district(world, "SHG01", "SXZ01", "BDZ01")
    hub = world.hub
    path = world.folder / "visitor.csv"
    path.write_text("code,name,unit,posts\nHF1,访甲,QZX,回访岗\n", encoding="utf-8")
    assert hub.ok("staff", "import", path)["refused_total"] == 0
    number = record(home)
    home.ok("appeal", "note", number, "--text", NOTE)
    world.serve()
    equal(world, home, other, third)
    dispatch(hub, number, "SXZ01")
    equal(world, home, other)
    act(other, "sign", number, "X1")
    act(other, "contact", number, "X1", "--method", "phone", "--reached", "yes")
    act(other, "reply", number, "X1", facts={"answer": ANSWER, "solved": "yes"})
    equal(world, home, other)
    early = hub.run("erasure", "request", number, "--reason", "本人申请", "--as", "PD1")
    assert early.error["code"] == "JY-0325" and early.error["data_safe"], early.error
    act(hub, "review", number, "HD1", "--pass")
    act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
        "satisfied", "--solved", "yes")
    act(hub, "close", number, "HF1", "--ground", "satisfied")
    equal(world, home, other, third)
    return home, other, third, number


def gone(node, number):
    """Nothing of it is left at that node; the facts of the work are."""
    assert texts_in(node, ANSWER, NOTE, LATER) == set(), f"bytes are left at {node.data}"
    shown = node.ok("appeal", "show", number, "--reveal")
    assert not any(shown["appeal"].get(field) for field in TOLD), shown["appeal"]
    assert shown["appeal"]["number"] == number and shown["state"] in ("closed", "archived")
    assert node.ok("appeal", "list", "--search", "路灯")["total"] == 0
    assert node.ok("verify")["ok"]


def waits(hub):
    listed = hub.ok("erasure", "list")["erasures"][-1]
    return sorted(one["station"] for one in listed["waits"])


def test_a_closed_appeal_is_erased_at_the_hub_and_at_stations_as_they_are_reached():
    with World() as world:
        home, other, third, number = finished(world)
        hub = world.hub
        beside = add(home, "另一家的事", "井盖松动", contact="另一位", phone="13900008888")["number"]
        equal(world, home, other, third)
        before = hub.ok("appeal", "show", number)
        hub.ok("snapshot", "write", "--station", "SHG01")
        # Of what the home station writes now the hub hears only after the erasure.
        home.ok("appeal", "note", number, "--text", LATER)
        asked = hub.ok("erasure", "request", number, "--reason", "本人申请", "--as", "PD1")
        assert asked["done_here"] and asked["number"] == number
        assert waits(hub) == ["BDZ01", "SHG01", "SXZ01"]
        gone(hub, number)
        shown = hub.ok("appeal", "show", number)
        assert shown["order"] == before["order"] and len(shown["events"]) == len(before["events"])
        assert hub.ok("snapshot", "list")["snapshots"] == []
        assert hub.ok("erasure", "request", number, "--reason", "再来", "--as", "PD1") == asked

        world.sync(other)
        world.sync(other)
        gone(other, number)
        assert waits(hub) == ["BDZ01", "SHG01"]
        for _ in range(2):
            world.sync(home)
            world.sync(third)
        gone(home, number)
        gone(hub, number)
        assert waits(hub) == []
        assert third.ok("erasure", "list")["erasures"][0]["done_here"]
        # Others are untouched, and nothing personal is written there any more.
        assert home.ok("appeal", "show", beside, "--reveal")["appeal"]["contact"] == "另一位"
        assert hub.ok("appeal", "list", "--search", "井盖松动")["total"] == 1
        for node in (home, hub):
            late = node.run("appeal", "note", number, "--text", LATER, "--as", "PD1")
            assert late.error["code"] == "JY-0326" and late.error["data_safe"], late.error
        equal(world, home, other, third)
        rows = hub.ok("audit", "list", "--action", "erasure")["rows"]
        assert [(row["actor"], row["action"]) for row in rows] == [("PD1", "erasure.request")]
        # In clear words, too.
        page = hub.run("erasure", "list", json_out=False).out
        assert number in page and "已删净 3 台" in page and TOLD["contact"] not in page


def test_what_somebody_had_typed_at_the_pages_goes_too():
    """Drafts that were left over, down to the bytes, at the hub and at the station."""
    with World() as world:
        home, other, third, number = finished(world)
        hub = world.hub
        pages = [(hub, invited(hub, world.servers[-1], "H01", "recorder"))]
        server = world.serve_station(home)
        pages.append((home, invited(home, server, "W01", "recorder")))
        row = json.dumps([{"text": TOLD["text"]}, {"text": "别家的事"}], ensure_ascii=False)
        for _, person in pages:
            person.ok(person.post("/api/drafts/left", {"text": TOLD["text"],
                                                       "phone": TOLD["phone"]}))
            person.ok(person.post("/api/drafts/about", {"text": f"{number} 的{NOTE}"}))
            person.ok(person.post("/api/drafts/grid", {"meeting": "m", "rows": row}))
            person.ok(person.post("/api/drafts/own", {"text": "没有关系的一件"}))
        identity = hub.ok("appeal", "show", number)["id"]
        hub.ok("erasure", "request", number, "--reason", "本人申请", "--as", "PD1")
        for _ in range(3):
            home.ok("sync", "now")
        for node, person in pages:
            drafts = person.ok(person.get("/api/drafts"))["drafts"]
            assert sorted(one["id"] for one in drafts) == ["grid", "own"], drafts
            assert "别家的事" in json.dumps(drafts, ensure_ascii=False)
            late = person.post(f"/api/drafts/m-{identity}", {"text": LATER})
            assert late.code == "JY-0326", late.body
        gone(hub, number)
        gone(home, number)


def test_a_station_without_a_link_erases_by_stick_and_says_so_by_the_next():
    with World() as world:
        home, other, third, number = finished(world)
        world.servers[-1].stop()
        world.hub.ok("erasure", "request", number, "--reason", "本人申请", "--as", "PD1")
        down, up = stick(world, "down"), stick(world, "up")
        world.hub.ok("bundle", "export", "--station", "SXZ01", "--out", down)
        other.ok("bundle", "import", down)
        gone(other, number)
        other.ok("bundle", "export", "--out", up)
        world.hub.ok("bundle", "import", up)
        assert waits(world.hub) == ["BDZ01", "SHG01"]
        # One that was revoked meanwhile is never reached, and that is said.
        world.hub.ok("roster", "revoke", "SHG01", "--reason", "电脑被偷", "--as", "PD1")
        page = world.hub.run("erasure", "list", json_out=False).out
        assert "已停用，到不了" in page and "还没有回话" in page


def test_a_restored_backup_of_the_hub_erases_again_before_anybody_reads():
    with World() as world:
        home, other, third, number = finished(world)
        hub = world.hub
        backup = world.folder / "before.jyb"
        hub.ok("backup", "--out", backup)
        hub.ok("erasure", "request", number, "--reason", "本人申请", "--as", "PD1")
        for _ in range(2):
            for node in (home, other, third):
                world.sync(node)
        assert waits(hub) == []
        world.servers[-1].stop()
        hub.data.rename(world.folder / "lost")
        done = run(HUB, "restore", "--from", backup, "--data", hub.data, "--key-file", hub.key,
                   "--json")
        assert done.code == 0, done.out
        world.serve()
        assert texts_in(hub) != set()
        for _ in range(2):
            for node in (home, other, third):
                world.sync(node)
        for node in (hub, home, other):
            gone(node, number)
        assert Database(hub).execute("SELECT done FROM erased").fetchall() == [(1,)]


def test_the_how_to_is_done_as_written():
    with World() as world:
        home, other, third, number = finished(world)
        to = page(world, "erase-a-persons-data.md", HUB=world.hub.data, NUMBER=number)
        listed, shown, done = to.do(0)
        assert number in listed and TOLD["text"] in shown and "已删净 0 台，还有 3 台" in done
        for _ in range(2):
            for node in (home, other, third):
                world.sync(node)
        assert "已删净 3 台，还有 0 台" in to.do(1)[0]
        gone(home, number)
        assert to.typed == len(to.blocks)


def test_what_else_speaks_of_a_person_is_erased_too():
    """A contact with an enterprise, a hard case with its progress, a meeting."""
    texts = ("厂长钱七十一", "钱七十一说了家里的事", "钱七十一的土地证", "找过钱七十一两次", "证已给钱七十一",
             "钱七十一与会", "钱七十一发言")
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        world.sync(station)
        firm = station.ok("enterprise", "add", "--name", "安徽江北机械厂", "--uscc", uscc(1))["id"]
        station.ok("enterprise", "contact", firm, "--text", texts[1], "--contact", texts[0])
        meeting = station.ok("meeting", "add", "--kind", "salon", "--title", "沙龙", "--place",
                             "二坝")["id"]
        station.ok("meeting", "edit", meeting, "--from", "-", stdin=json.dumps(
            {"attendees": texts[5], "minutes": texts[6]}, ensure_ascii=False))
        world.sync(station)
        case = hub.ok("case", "add", "--title", texts[2], "--cause", "历史遗留", "--target", ago(-30),
                      "--lead", "JSJ", "--enterprise", firm, "--as", "PD1")["id"]
        hub.ok("case", "progress", case, "--text", texts[3], "--as", "J1")
        progress = hub.ok("case", "show", case)["progress"]
        assert len(progress) == 1
        contact = next(moment["id"] for moment in hub.ok("enterprise", "show", firm)["timeline"]
                       if moment["kind"] == "contact")
        erase = ("erasure", "request", "--reason", "本人申请", "--as", "PD1")
        for early in (case, meeting):
            assert hub.run(*erase, early).error["code"] == "JY-0325"
        hub.ok("case", "propose", case, "--evidence", texts[4], "--as", "LD1")
        hub.ok("case", "strike", case, "--as", "LD2")
        hub.ok("meeting", "close", meeting, "--as", "PD1")
        world.sync(station)
        struck = hub.ok("case", "show", case)["case"]
        assert texts_in(hub, *texts) == set(texts), "the search for them finds them"
        for kind, record in (("contact_log", contact), ("hard_case", case), ("meeting", meeting)):
            asked = hub.ok(*erase, record)
            assert asked["kind"] == kind and asked["done_here"] and asked["record"] == record
        for _ in range(3):
            world.sync(station)
        for node in (hub, station):
            assert texts_in(node, *texts) == set(), f"bytes are left at {node.data}"
            assert node.ok("verify")["ok"]
        assert waits(hub) == []
        shown = hub.ok("case", "show", case)
        for fact in ("state", "lead", "cause", "target_date"):
            assert shown["case"].get(fact) == struck.get(fact), fact
        assert len(shown["progress"]) == 1
        kinds = [moment["kind"] for moment in hub.ok("enterprise", "show", firm)["timeline"]]
        assert kinds.count("contact") == 1, "that there was a contact is a fact of the work"
        done = station.run("meeting", "edit", meeting, "--from", "-",
                           stdin=json.dumps({"minutes": texts[6]}, ensure_ascii=False))
        assert done.error["code"] in ("JY-0326", "JY-0464"), done.out
        equal(world, station)
