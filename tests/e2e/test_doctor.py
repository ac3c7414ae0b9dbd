"""What the doctor of both programs says of a sound node and of each thing that may be wrong."""

import os

from jy import HUB, STATION, Database, World, add, run


def states(document):
    return {row["check"]: row["state"] for row in document["checks"]}


def mend(document, check):
    return next(row["mend"] for row in document["checks"] if row["check"] == check and row["mend"])


def examined(node, code):
    done = node.run("doctor")
    assert done.code == code, done.out + done.err
    assert done.json["ok"] == (code == 0)
    return done.json


def test_a_sound_node_passes_and_is_told_what_it_lacks():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        add(node)
        world.sync(node)
        found = examined(node, 0)
        seen = states(found)
        for check in ("folder", "permissions", "keyring_copies", "keys", "clock", "database",
                      "logs", "audit", "serve"):
            assert seen[check] == "ok", found
        assert seen["recovery"] == "warn" and "keyring add-recovery" in mend(found, "recovery")
        assert seen["backup"] == "warn" and "backup --out" in mend(found, "backup")
        assert states(examined(world.hub, 0))["serve"] == "ok"
        node.ok("backup", "--out", world.folder / "a.jybackup")
        assert states(examined(node, 0))["backup"] == "ok"
        page = node.run("doctor", json_out=False)
        assert "正常" in page.out and "注意" in page.out and "要修" not in page.out, page.out
        english = node.run("doctor", "--lang", "en", json_out=False).out
        assert "the database file is sound" in english, english


def test_each_thing_that_is_wrong_fails_with_the_command_that_mends_it():
    with World() as world:
        node = world.station("SHG01")
        add(node)
        # Others can read the keyring: the command that is told mends it.
        (node.data / "keys").chmod(0o644)
        found = examined(node, 1)
        assert states(found)["permissions"] == "fail" and "keys" in str(found), found
        assert os.system(mend(found, "permissions")) == 0
        assert states(examined(node, 0))["permissions"] == "ok"
        # One copy of the keyring is gone, then both are damaged.
        (node.data / "keys.bak").unlink()
        assert states(examined(node, 0))["keyring_copies"] == "warn"
        assert states(examined(node, 0))["keyring_copies"] == "ok"  # Mended by looking.
        kept = (node.data / "keys").read_bytes()
        for name in ("keys", "keys.bak"):
            (node.data / name).write_bytes(b"x" * 100)
        found = examined(node, 1)
        assert states(found)["keyring_copies"] == "fail" == states(found)["keys"], found
        for name in ("keys", "keys.bak"):
            (node.data / name).write_bytes(kept)
        # A row of the audit log was changed, then a page of the database.
        node.ok("keyring", "add-key-file", "--new-key-file", world.folder / "second.key")
        with Database(node) as database:
            database.execute("UPDATE audit SET actor = 'SOMEBODY'")
        found = examined(node, 1)
        assert states(found)["audit"] == "fail" and "audit verify" in mend(found, "audit"), found
        database = node.data / "node.db"
        damaged = bytearray(database.read_bytes())
        for page in range(8, len(damaged) // 4096):
            damaged[page * 4096 + 100] ^= 1
        database.write_bytes(damaged)
        assert states(examined(node, 1))["database"] == "fail"


def test_a_wrong_key_and_a_folder_that_is_none_are_said_and_the_rest_is_still_looked_at():
    with World() as world:
        node = world.station("SHG01")
        wrong = world.folder / "wrong.key"
        wrong.write_bytes(os.urandom(32))
        wrong.chmod(0o600)
        done = run(STATION, "doctor", "--data", node.data, "--key-file", wrong, "--json")
        assert done.code == 1 and states(done.json)["keys"] == "fail", done.out
        assert states(done.json)["disk"] in ("ok", "warn") and "JY-0203" in done.out
        nowhere = world.folder / "none"
        done = run(STATION, "doctor", "--data", nowhere, "--key-file", wrong, "--json")
        assert done.code == 1 and states(done.json) == {"folder": "fail"}, done.out
        done = run(HUB, "doctor", "--data", node.data, "--key-file", world.key, "--json")
        assert done.code == 1 and "JY-0213" in done.out, done.out


def test_a_service_that_was_killed_is_noticed():
    with World() as world:
        server = world.serve()
        server.kill()
        found = examined(world.hub, 0)
        assert states(found)["serve"] == "warn" and "serve" in mend(found, "serve"), found
        world.serve()
        assert states(examined(world.hub, 0))["serve"] == "ok"
