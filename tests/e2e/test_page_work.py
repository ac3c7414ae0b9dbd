"""What takes long at the page: imports, sticks, lists, stations. By the API, as the page asks."""

import base64
import json
import os
import shutil
import time

from jy import Server, World, add
from page_desk import Person, invited
from test_orders import people

CSV = """title,detail,type,phone,occurred_at,ext
路灯不亮,三组路灯坏了,complaint,13900000001,2026-11-20 09:00,A1
井盖松动,小区门口井盖,complaint,,2026-11-21,A2
错的类型,内容,nonsense,,2026-11-21,A3
日期不对,内容,complaint,,2026-13-41,A4
又一件,内容五,complaint,,2026-11-22,A5
"""
MAP = "title=title,text=detail,type=type,phone=phone,occurred_at=occurred_at,ext_no=ext"


def upload(person, name, data, piece=200_000):
    begun = person.ok(person.post("/api/imports", {"name": name, "size": len(data)}))
    assert begun["piece_bytes"] == 512 << 10
    for at in range(0, len(data), piece):
        answer = person.ok(person.post(f"/api/imports/{begun['id']}/piece", {
            "offset": at, "bytes": base64.b64encode(data[at:at + piece]).decode()}))
        assert answer["have"] == min(len(data), at + piece)
    return begun["id"]


def ended(person, begun, patience=120):
    """What came of the work that an answer says has begun; and the phases that were seen."""
    assert begun.status == 200, begun.body
    phases, deadline = [], time.monotonic() + patience
    state = begun.json["errand"]
    while not state["finished"]:
        assert time.monotonic() < deadline, state
        if not phases or phases[-1] != state["phase"]:
            phases.append(state["phase"])
        time.sleep(0.02)
        state = person.ok(person.get("/api/work"))["errand"]
    return state, phases


def test_a_channel_file_is_tried_and_imported_as_by_the_command():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve_station(node)
        person = Person(server)
        person.set_up_first()
        data = CSV.encode()
        there = upload(person, "rows.csv", data, piece=77)
        run = f"/api/imports/{there}/run"
        tried, _ = ended(person, person.post(run, {"dry_run": True, "map": MAP}))
        assert tried["exit"] == 3 and tried["dry_run"], tried
        result = tried["result"]
        assert (result["imported"], result["refused_total"]) == (3, 2), result
        assert [row["row"] for row in result["refused"]] == [3, 4]
        assert all(row["reason"] for row in result["refused"])
        assert "13900000001" not in json.dumps(tried), tried
        assert person.ok(person.get("/api/appeals"))["total"] == 0
        # The command says the same of the same file.
        path = world.folder / "rows.csv"
        path.write_bytes(data)
        by_command = node.run("appeal", "import", path, "--map", MAP, "--dry-run")
        assert by_command.json["refused"] == result["refused"], by_command.out
        done, _ = ended(person, person.post(run, {"dry_run": False, "map": MAP, "lang": "en"}))
        assert done["result"]["imported"] == 3 and not done["dry_run"], done
        assert "kind" in done["result"]["refused"][0]["reason"] or done["result"]["refused"]
        again, _ = ended(person, person.post(run, {"map": MAP}))
        assert (again["result"]["imported"], again["result"]["skipped"]) == (0, 3), again
        shown = node.ok("appeal", "list")
        assert shown["total"] == 3
        history = node.ok("appeal", "show", shown["appeals"][0]["id"])["history"]
        assert {row["actor"] for row in history} == {"W01"}
        rows = node.ok("audit", "list", "--action", "appeal.import")["rows"]
        assert rows and all(row["actor"] == "W01" for row in rows), rows
        # No copy of the file lies in the node's folder or beside it.
        for folder, _, names in os.walk(node.data):
            for name in names:
                raw = (open(os.path.join(folder, name), "rb").read()
                       if name != "control.sock" else b"")
                assert "三组路灯坏了".encode() not in raw, name
        person.ok(person.post(f"/api/imports/{there}/drop"))
        assert person.post(run, {}).code == "JY-1120"


def test_bad_files_and_greedy_ones_are_refused():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve_station(node)
        person = Person(server)
        person.set_up_first()
        assert person.post("/api/imports", {"name": "a.csv", "size": 65 << 20}).code == "JY-0824"
        assert person.post("/api/imports", {"name": "", "size": 1}).code == "JY-0104"
        for name, data, code in (("a.csv", "标题,内容\n".encode("gb18030"), "JY-0801"),
                                 ("a.csv", b"x,y\n1,2\n", "JY-0803"),
                                 ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "JY-0820"),
                                 ("a.csv.gz", b"\x1f\x8b" + b"\0" * 100, "JY-0805"),
                                 ("a.json", b"[{]", None)):
            there = upload(person, name, data)
            state, _ = ended(person, person.post(f"/api/imports/{there}/run", {"dry_run": True}))
            assert state["exit"] != 0, f"{name}: {state}"
            if code:
                assert state["error"]["code"] == code, f"{name}: {state}"
                assert state["en"]["code"] == code and state["error"]["data_safe"]
        there = person.ok(person.post("/api/imports", {"name": "a.csv", "size": 10}))["id"]
        piece = f"/api/imports/{there}/piece"
        big = base64.b64encode(b"x" * (600 << 10)).decode()
        try:
            assert person.post(piece, {"offset": 0, "bytes": big}).status in (400, 413)
        except OSError:
            pass  # It hung up before it had read what it does not want.
        assert person.post(piece, {"offset": 0, "bytes": "not base64!"}).code == "JY-0104"
        assert person.post(piece, {"offset": 3, "bytes": "YQ=="}).code == "JY-1120"
        assert person.post(f"/api/imports/{there}/run", {}).code == "JY-1120"
        # Another path has no room for so much.
        assert person.post("/api/appeals", {"text": "x" * (300 << 10)}).status == 413
        # Of the options of the command, files of this PC are none.
        whole = upload(person, "a.csv", CSV.encode())
        for name in ("mapping-file", "from", "data", "FILE"):
            answer = person.post(f"/api/imports/{whole}/run", {name: "/etc/passwd"})
            assert answer.code == "JY-0102", f"{name}: {answer.body}"


def test_work_goes_on_beside_other_people_and_ends_with_the_program():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve_station(node)
        person = Person(server)
        person.set_up_first()
        other = invited(node, server, "W02", "recorder")
        rows = "title,detail,type,phone,occurred_at,ext\n" + "".join(
            f"第{at}件,内容{at},complaint,,2026-11-20,N{at}\n" for at in range(6000))
        there = upload(person, "many.csv", rows.encode())
        begun = person.post(f"/api/imports/{there}/run", {"map": MAP})
        assert begun.status == 200, begun.body
        assert person.post(f"/api/imports/{there}/run", {"map": MAP}).code == "JY-1121"
        assert other.post("/api/sticks/export", {"path": "/tmp"}).code == "JY-1121"
        assert other.ok(other.get("/api/work"))["errand"] is None
        began = time.monotonic()
        other.ok(other.post("/api/appeals", {"type": "complaint", "text": "别人照常登记"}))
        assert time.monotonic() - began < 5
        person.ok(person.post("/api/work/stop"))
        state, _ = ended(person, person.get("/api/work"))
        assert state["error"]["code"] == "JY-0902", state
        some = node.ok("appeal", "list", "--limit", "1")["total"]
        assert 1 <= some < 6001, some
        # Stopped is not lost: again, and what is there is passed over.
        begun = person.post(f"/api/imports/{there}/run", {"map": MAP})
        assert begun.status == 200
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 12
        server = world.serve_station(node)
        person = Person(server)
        person.ok(person.sign_in("W01"))
        there = upload(person, "many.csv", rows.encode())
        done, phases = ended(person, person.post(f"/api/imports/{there}/run", {"map": MAP}))
        assert done["exit"] == 0 and done["result"]["refused_total"] == 0, done
        assert node.ok("appeal", "list", "--limit", "1")["total"] == 6001
        assert "rows" in phases, phases


def test_a_stick_goes_to_the_hub_and_its_receipt_comes_back():
    with World() as world:
        hub = world.serve()
        node = world.station("SHG01")
        world.sync(node)
        hub.stop()
        made = add(node, title="靠 U 盘送的")
        server = world.serve_station(node)
        person = invited(node, server, "W01", "recorder,handler")
        stick = world.folder / "U 盘"
        stick.mkdir()
        looked = person.ok(person.post("/api/sticks", {"path": str(stick)}))["sticks"][0]
        assert looked["bundles"] == 0 and looked["free"] > 0 and looked["writable"], looked
        tried, _ = ended(person, person.post("/api/sticks/export",
                                             {"path": str(stick), "dry_run": True}))
        assert tried["exit"] == 0 and tried["result"]["segments"] > 0, tried
        assert not list(stick.iterdir())
        done, phases = ended(person, person.post("/api/sticks/export", {"path": str(stick)}))
        assert done["exit"] == 0 and len(done["result"]["files"]) == 1, done
        assert len(list(stick.iterdir())) == 1 and phases
        # Written is not delivered.
        assert not node.ok("appeal", "show", made["id"])["delivered"]
        assert person.ok(person.get("/api/sync"))["unsent"] > 0
        looked = person.ok(person.post("/api/sticks", {"path": str(stick)}))["sticks"][0]
        assert looked["bundles"] == 1 and looked["bundle_bytes"] > 0
        desk = world.serve(listen=world.address)
        chief = invited(world.hub, desk, "PD1", "dispatcher")
        taken, _ = ended(chief, chief.post("/api/sticks/import", {"path": str(stick)}))
        assert taken["exit"] == 0 and taken["result"]["imported"] > 0, taken
        assert not node.ok("appeal", "show", made["id"])["delivered"]
        assert chief.post("/api/sticks/export", {"path": str(stick)}).code == "JY-0103"
        back, _ = ended(chief, chief.post("/api/sticks/export",
                                          {"path": str(stick), "station": "SHG01"}))
        assert back["exit"] == 0, back
        home, _ = ended(person, person.post("/api/sticks/import", {"path": str(stick)}))
        assert home["exit"] == 0, home
        assert node.ok("appeal", "show", made["id"])["delivered"]
        again, _ = ended(person, person.post("/api/sticks/import", {"path": str(stick)}))
        assert again["exit"] == 0 and again["result"]["imported"] == 0, again


def test_sticks_that_are_no_good_are_told_and_hurt_nothing():
    with World() as world:
        desk = world.serve()
        node = world.station("SHG01")
        world.sync(node)
        for _ in range(20):  # More than the heads of a bundle, which stand in it twice.
            add(node, text=os.urandom(1000).hex())
        world.address, real = None, world.address  # What is to travel by stick has no other way.
        server = world.serve_station(node)
        world.address = real
        person = invited(node, server, "W01", "recorder,handler")
        empty = world.folder / "empty"
        empty.mkdir()
        for path, code in (("/nowhere/at/all", "JY-0106"), ("relative/path", "JY-0104"),
                           (str(world.key), "JY-0106")):
            for way in ("", "/export", "/import"):
                answer = person.post("/api/sticks" + way, {"path": path})
                assert answer.code == code, f"{way} {path}: {answer.body}"
        state, _ = ended(person, person.post("/api/sticks/import", {"path": str(empty)}))
        assert state["error"]["code"] == "JY-0527", state
        damaged = world.folder / "damaged"
        damaged.mkdir()
        (damaged / "x.jyb").write_bytes(b"nothing of ours" * 100)
        state, _ = ended(person, person.post("/api/sticks/import", {"path": str(damaged)}))
        assert state["exit"] != 0 and state["result"]["refused"][0]["reason"], state
        # A bundle that was cut in the middle gives what it has, and says that it is not all.
        good = world.folder / "good"
        good.mkdir()
        state, _ = ended(person, person.post("/api/sticks/export", {"path": str(good)}))
        name = next(good.iterdir())
        data = name.read_bytes()
        name.write_bytes(data[:len(data) // 2])
        chief = invited(world.hub, desk, "PD1", "dispatcher")
        state, _ = ended(chief, chief.post("/api/sticks/import", {"path": str(good)}))
        assert state["exit"] == 3 or state.get("error"), state
        # At the hub a unit's own people carry nothing.
        people(world)
        unit = invited(world.hub, desk, "S1", "handler")
        assert unit.post("/api/sticks", {}).status == 403
        shutil.rmtree(good)


def test_lists_are_changed_one_record_at_a_time():
    with World() as world:
        people(world)
        desk = world.serve()
        # Where there is a staff list, who changes it stands in it.
        stranger = invited(world.hub, desk, "Y01", "system_admin")
        assert stranger.post("/api/lists/unit/set", {"code": "Z", "name": "z"}).code == "JY-0411"
        keeper = invited(world.hub, desk, "DJ1", "system_admin")
        made = keeper.ok(keeper.post("/api/lists/unit/set", {"code": "CGJ", "name": "区城管局"}))
        assert (made["imported"], made["updated"]) == (1, 0), made
        changed = keeper.ok(keeper.post("/api/lists/unit/set", {"code": "CGJ", "active": False,
                                                                "successor": "JSJ"}))
        assert changed["updated"] == 1, changed
        same = keeper.ok(keeper.post("/api/lists/unit/set", {"code": "CGJ", "name": "区城管局"}))
        assert same["skipped"] == 1, same
        rows = keeper.ok(keeper.get("/api/lists/unit"))["records"]
        shown = next(row for row in rows if row["code"] == "CGJ")
        assert shown["name"] == "区城管局" and shown["active"] is False, shown
        back = keeper.ok(keeper.post("/api/lists/unit/set", {"code": "CGJ", "successor": None}))
        assert back["updated"] == 1
        for entity, values, code in (
                ("unit", {"name": "没有代码"}, "JY-0103"),
                ("unit", {"code": "X", "nonsense": 1}, "JY-0105"),
                ("staff", {"code": "S9", "name": "某", "unit": "SWJ", "posts": "没有的岗位"},
                 "JY-0417"),
                ("unit", {"code": "X" * 40}, "JY-0403"),
                ("appeal", {"code": "X"}, "JY-0104")):
            answer = keeper.post(f"/api/lists/{entity}/set", values)
            assert answer.code == code, f"{entity} {values}: {answer.body}"
        keeper.ok(keeper.post("/api/lists/staff/set", {"code": "S9", "name": "水乙", "unit": "SWJ"}))
        assert any(row["code"] == "S9" for row in world.hub.ok("staff", "list")["records"])
        rows = world.hub.ok("audit", "list", "--action", "reference.import")["rows"]
        assert any(row["actor"] == "DJ1" for row in rows), rows
        # Who does not keep the rules changes none; a station's page has no such path.
        chief = invited(world.hub, desk, "PD1", "dispatcher")
        assert chief.post("/api/lists/unit/set", {"code": "Z"}).status == 403
        keeper.ok(keeper.get("/api/calendars"))
        policies = keeper.ok(keeper.get("/api/policies"))["policies"]
        current = next(one["code"] for one in policies if one["in_force"])
        document = keeper.ok(keeper.get(f"/api/policies/{current}"))
        document = {key: document[key] for key in ("code", "name", "rules")}
        same = keeper.ok(keeper.post("/api/policies", {"document": document}))
        assert same["loaded"] is False
        document["code"] = "1235@77"
        assert keeper.ok(keeper.post("/api/policies", {"document": document}))["loaded"]
        year = keeper.ok(keeper.get("/api/calendars"))["calendars"][0]["year"]
        assert keeper.ok(keeper.get(f"/api/calendars/{year}"))["year"] == year
        assert keeper.get("/api/calendars/nonsense").code == "JY-0104"
        assert keeper.post("/api/calendars", {"notice": "nonsense"}).code == "JY-0808"


def test_a_station_is_invited_and_revoked_at_the_page():
    with World() as world:
        desk = world.serve()
        keeper = invited(world.hub, desk, "Y01", "system_admin")
        made = keeper.ok(keeper.post("/api/stations", {
            "station": "SHG01", "name": "四褐山", "region": "340207001", "hub": world.address}))
        # What a scanner reads from the screen is the file.
        text = json.dumps(made["invitation"], ensure_ascii=False, separators=(",", ":")) + "\n"
        assert len(text.encode()) < 2900, len(text)
        path = world.folder / "SHG01.invite"
        path.write_text(text)
        from jy import STATION, Node
        node = Node(world, STATION, "SHG01")
        node.ok("init", "--invite", path, "--operator", "W1")
        world.sync(node)
        stations = keeper.ok(keeper.get("/api/stations"))["stations"]
        assert [one["status"] for one in stations] == ["active"], stations
        assert keeper.post("/api/stations/SHG01/revoke", {}).code == "JY-0103"
        keeper.ok(keeper.post("/api/stations/SHG01/revoke", {"reason": "电脑丢失"}))
        stations = keeper.ok(keeper.get("/api/stations"))["stations"]
        assert [one["status"] for one in stations] == ["revoked"], stations
        assert keeper.post("/api/stations/SHG01/revoke", {"reason": "再一次"}).status != 200
        assert node.run("sync", "now", "--hub", world.address).code != 0
        chief = invited(world.hub, desk, "PD1", "dispatcher")
        assert chief.post("/api/stations/SHG01/revoke", {"reason": "x"}).status == 403
        assert isinstance(desk, Server)
