"""The audit log of the real programs: who did what, nothing lost, nothing changed unnoticed."""

import json
import time

from jy import HUB, STATION, Database, World, add, run


def rows(node, *words):
    return node.ok("audit", "list", "--limit", 1000, *words)["rows"]


def actions(node, *words):
    return [row["action"] for row in reversed(rows(node, *words))]


def test_what_people_do_to_settings_staff_and_invitations_is_in_the_hubs_audit_log():
    with World() as world:
        name = world.hub.ok("setting", "list")["settings"][0]
        for _ in range(2):  # The second time it changes nothing.
            world.hub.ok("setting", "set", name["name"], str(name["most"]))
        world.invite("SHG01")
        listed = rows(world.hub, "--action", "setting.set")
        assert len(listed) == 1, listed
        assert listed[0]["actor"] == "ADM01" and listed[0]["target"] == name["name"], listed
        assert listed[0]["detail"] == f"{name['value']} -> {name['most']}", listed
        assert [row["target"] for row in rows(world.hub, "--action", "invitation")] == ["SHG01"]
        assert rows(world.hub, "--actor", "ADM01")[0]["number"] == len(rows(world.hub))
        assert rows(world.hub, "--since", "2090-01-01") == []
        assert len(rows(world.hub, "--until", "2090-01-01")) == len(rows(world.hub))
        page = world.hub.run("audit", "list", json_out=False).out
        assert "setting.set" in page and "完成" in page and "ADM01" in page, page
        bad = world.hub.run("audit", "list", "--since", "昨天")
        assert bad.code == 2 and bad.error["code"] == "JY-0408", bad.out
        check = world.hub.ok("audit", "verify")
        assert check["ok"] and check["faults"] == [] and check["rows"] == len(rows(world.hub))


def test_rows_of_a_station_are_at_the_hub_after_a_sync_and_ordinary_work_leaves_none():
    with World() as world:
        world.serve()
        node, other = world.station("SHG01"), world.station("SXZ01")
        number = add(node)["number"]
        node.ok("appeal", "edit", number, "--set", "place=桥头")
        world.sync(node)
        assert rows(node) == []
        before = node.ok("status")["unsent"]
        node.ok("keyring", "add-key-file", "--new-key-file", world.folder / "second.key")
        assert node.ok("status")["unsent"] == before == 0
        assert actions(node) == ["keyring.add_key_file"]
        world.sync(node)
        world.sync(other)
        at_hub = rows(world.hub, "--station", "SHG01")
        assert [row["action"] for row in at_hub] == ["keyring.add_key_file"], at_hub
        assert at_hub[0]["actor"] == "SHG01-W1" and at_hub[0]["station"] == "SHG01"
        assert rows(other) == [] and rows(world.hub, "--station", "SXZ01") == []
        assert "enrolment.admit" in actions(world.hub)
        assert world.hub.ok("audit", "verify")["ok"] and node.ok("audit", "verify")["ok"]
        assert world.hub.ok("verify")["ok"] and node.ok("verify")["ok"]
        world.assert_equal(node)


def test_an_import_is_in_the_log_with_counts_and_nothing_of_its_content():
    with World() as world:
        node = world.station("SHG01")
        file = world.folder / "rows.csv"
        file.write_text("title,detail,phone\n路灯不亮,三山路口,13812345678\n水管漏水,二街,13912345678\n",
                        encoding="utf-8")
        node.ok("appeal", "import", file, "--map", "title=title,text=detail,phone=phone")
        listed = rows(node)
        assert [row["action"] for row in listed] == ["appeal.import"]
        assert listed[0]["detail"] == "new 2, known 0, refused 0", listed
        assert node.ok("status")["unsent"] == 2
        text = json.dumps(listed, ensure_ascii=False)
        assert "路灯" not in text and "138" not in text
        node.ok("appeal", "import", file, "--map", "title=title,text=detail,phone=phone",
                "--dry-run")
        assert len(rows(node)) == 1


def test_refused_attempts_leave_rows_and_a_wrong_key_on_a_running_node_does_too():
    with World() as world:
        staff = world.folder / "staff.csv"
        staff.write_text("code,name\nADM01,欧阳测试\n", encoding="utf-8")
        world.hub.ok("staff", "import", staff)
        imported = rows(world.hub, "--action", "reference.import")[0]
        assert (imported["target"], imported["detail"]) == (
            "staff", "new 1, changed 0, refused 0"), imported
        world.serve()
        name = world.hub.ok("setting", "list")["settings"][0]["name"]
        refused = world.hub.run("setting", "set", name, "1", "--as", "NOBODY")
        assert refused.code != 0 and refused.error["code"] == "JY-0411", refused.out
        last = rows(world.hub)[0]
        assert (last["action"], last["result"], last["actor"], last["detail"]) == (
            "setting.set", "refused", "NOBODY", "JY-0411"), last
        wrong = world.folder / "wrong.key"
        wrong.write_bytes(b"x" * 32)
        wrong.chmod(0o600)
        for _ in range(25):
            done = run(HUB, "status", "--data", world.hub.data, "--key-file", wrong, "--json")
            assert done.code == 12, done.out
        tries = rows(world.hub, "--action", "keyring.open")
        assert len(tries) == 20 and {row["result"] for row in tries} == {"refused"}
        assert world.hub.ok("audit", "verify")["ok"]


def test_an_act_whose_row_cannot_be_written_is_not_done():
    with World() as world:
        node = world.station("SHG01")
        Database(node).execute("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT "
                               "RAISE(ABORT, 'no'); END")
        before = {path.name: path.read_bytes() for path in node.data.glob("keys*")
                  if path.name in ("keys", "keys.bak")}
        done = node.run("keyring", "add-key-file", "--new-key-file", world.folder / "second.key")
        assert done.code == 1 and done.error["code"] == "JY-1001", done.out
        assert {name: (node.data / name).read_bytes() for name in before} == before
        assert not (world.folder / "second.key").exists()
        out = world.folder / "backup.jybackup"
        assert node.run("backup", "--out", out).error["code"] == "JY-1001" and not out.exists()
        number = add(node)["number"]  # Ordinary work needs no row.
        assert node.ok("appeal", "show", number)["appeal"]["number"] == number


def test_a_row_changed_or_removed_in_the_database_is_named_at_the_hub_and_at_the_station():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        for place in range(3):
            node.ok("keyring", "add-key-file", "--new-key-file", world.folder / f"{place}.key")
        world.sync(node)
        world.servers[0].stop()
        with Database(world.hub) as database:
            database.execute("UPDATE audit SET actor = 'SOMEBODY' WHERE number = 2 AND action = "
                             "'keyring.add_key_file'")
        found = world.hub.run("audit", "verify")
        assert found.code == 14 and not found.json["ok"], found.out
        first = found.json["faults"][0]
        assert (first["station"], first["number"], first["kind"]) == ("SHG01", 2, "changed"), first
        assert world.hub.run("verify").code == 14
        page = world.hub.run("audit", "verify", json_out=False)
        assert "SHG01" in page.out and "#2" in page.out and "JY-1002" in page.err, page.out
        with Database(node) as database:
            database.execute("DELETE FROM audit WHERE number = 3")
        lost = node.run("audit", "verify")
        assert lost.code == 14, lost.out
        assert {(fault["kind"], fault["number"]) for fault in lost.json["faults"]} == {
            ("missing", 3), ("not_in_table", 3)}, lost.out


def test_pruning_leaves_every_row_readable():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        node.ok("keyring", "add-key-file", "--new-key-file", world.folder / "second.key")
        for day in range(3):
            add(node, f"第{day}件")
        world.sync(node)
        world.hub.ok("backup", "--out", world.folder / "hub.jybackup")
        add(node, "随后一件")
        world.sync(node)
        pruned = node.ok("prune")
        assert pruned["segments"] > 0, pruned
        assert actions(node) == ["keyring.add_key_file", "log.prune"]
        check = node.ok("audit", "verify")
        assert check["ok"] and check["rows"] == 2, check
        assert node.ok("verify")["ok"]


def test_rows_stay_after_a_kill_and_the_chain_goes_on():
    with World() as world:
        server = world.serve()
        name = world.hub.ok("setting", "list")["settings"][0]
        for value in range(name["least"], name["least"] + 2):
            world.hub.ok("setting", "set", name["name"], str(value))
        counted = len(rows(world.hub))
        server.kill()
        world.serve()
        time.sleep(0.1)
        assert len(rows(world.hub)) == counted
        world.invite("SXZ01")
        listed = rows(world.hub)
        assert [row["number"] for row in listed] == list(range(counted + 1, 0, -1))
        assert world.hub.ok("audit", "verify")["ok"]
        assert run(STATION, "audit", "list", "--data", world.hub.data, "--key-file", world.key,
                   "--json").error["code"] == "JY-0213"
