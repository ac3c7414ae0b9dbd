"""Backups of running nodes, restored through the real programs; damage of every kind is named."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from jy import HUB, STATION, Node, World, add, run


def titles(node):
    return sorted(row["title"] for row in node.ok("appeal", "list", "--limit", 1000)["appeals"])


def restore(world, program, backup, name, *words, key=None):
    data = world.folder / name
    done = run(program, "restore", "--from", backup, "--data", data, "--key-file",
               key or world.key, "--json", *words)
    node = Node(world, program, name)
    return node, done


def settled(world, node, hub=None):
    done = node.ok("sync", "now", "--hub", world.address)
    assert done["unsent"] == 0, done
    for each in (node, hub or world.hub):
        checked = each.ok("verify")
        assert checked["ok"], checked


def test_a_backup_of_a_running_station_is_restored_and_nothing_is_lost():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        for day in range(3):
            add(node, f"第{day}件", "备份以前")
        world.sync(node)
        server = world.serve_station(node)
        backup = world.folder / "stick" / "shg01.jybackup"
        backup.parent.mkdir()
        made = node.ok("backup", "--out", backup)
        assert made["bytes"] == backup.stat().st_size and made["file"] == str(backup), made
        assert backup.stat().st_mode & 0o077 == 0
        assert sorted(path.name for path in backup.parent.iterdir()) == [backup.name]
        after = add(node, "备份以后", "送到过区里")
        node.ok("sync", "now")
        server.stop()
        shutil.rmtree(node.data)  # The PC is gone.
        fresh, done = restore(world, STATION, backup, "fresh")
        assert done.code == 0 and done.json["station"] == "SHG01", done.out + done.err
        assert fresh.data.stat().st_mode & 0o777 == 0o700
        again = add(fresh, "恢复以后", "又来一件")
        assert again["number"] != after["number"]
        assert fresh.ok("status")["put_back"] is not None
        settled(world, fresh)
        expected = sorted(["第0件", "第1件", "第2件", "备份以后", "恢复以后"])
        assert titles(fresh) == expected and titles(world.hub) == expected
        assert world.hub.ok("alarm", "list")["total"] == 0
        listed = fresh.ok("audit", "list")["rows"]
        assert [row["action"] for row in listed] == ["backup.restore", "backup.make"]
        assert {row["target"] for row in listed} == {made["id"]}
        world.sync(fresh)
        assert world.hub.ok("audit", "verify")["ok"]


def test_a_hub_restored_from_a_backup_gets_back_what_the_stations_have():
    with World() as world:
        server = world.serve()
        stations = [world.station(code) for code in ("SHG01", "SXZ01")]
        for node in stations:
            add(node, node.name + "备份以前", "内容")
            world.sync(node)
        backup = world.folder / "hub.jybackup"
        world.hub.ok("backup", "--out", backup)
        for node in stations:
            add(node, node.name + "备份以后", "内容")
            world.sync(node)
        server.stop()
        shutil.rmtree(world.hub.data)
        hub, done = restore(world, HUB, backup, "hub")
        assert done.code == 0, done.out
        world.serve()
        for node in stations:
            for _ in range(2):
                world.sync(node)
            world.assert_equal(node)
        assert len(titles(hub)) == 4
        assert hub.ok("verify")["ok"]


def test_a_backup_of_the_hub_makes_what_is_in_it_safe_for_the_stations():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        for day in range(3):
            add(node, f"第{day}件")
        world.sync(node)
        assert node.ok("prune", "--dry-run")["safe"] == 0
        world.hub.ok("backup", "--out", world.folder / "hub.jybackup")
        add(node, "随后一件")
        world.sync(node)
        told = node.ok("prune", "--dry-run")
        assert told["safe"] >= 3 and told["segments"] > 0, told
        # A backup of the station itself makes nothing safe.
        safe = told["safe"]
        node.ok("backup", "--out", world.folder / "shg01.jybackup")
        add(node, "再一件")
        world.sync(node)
        assert node.ok("prune", "--dry-run")["safe"] == safe


def test_what_cannot_be_written_or_restored_is_refused_and_leaves_nothing():
    with World() as world:
        node = world.station("SHG01")
        add(node, "一件")
        backup = world.folder / "a.jybackup"
        node.ok("backup", "--out", backup)
        whole = backup.read_bytes()

        def refused(done, code, exit_code):
            assert done.code == exit_code and done.error["code"] == code, done.out
            assert done.error["data_safe"]

        refused(node.run("backup", "--out", backup), "JY-0519", 2)
        assert backup.read_bytes() == whole
        refused(node.run("backup", "--out", node.data / "b.jybackup"), "JY-1009", 2)
        missing = node.run("backup", "--out", world.folder / "nowhere" / "b.jybackup")
        refused(missing, "JY-0106", missing.code)
        # An existing node, a folder with something in it.
        refused(restore(world, STATION, backup, "SHG01")[1], "JY-0202", 2)
        (world.folder / "full").mkdir()
        (world.folder / "full" / "mine").write_text("x")
        refused(restore(world, STATION, backup, "full")[1], "JY-0215", 2)
        assert [path.name for path in (world.folder / "full").iterdir()] == ["mine"]
        # Of another program; with another key; no backup at all; a folder.
        refused(restore(world, HUB, backup, "x1")[1], "JY-0213", 2)
        other = world.folder / "other.key"
        other.write_bytes(os.urandom(32))
        other.chmod(0o600)
        refused(restore(world, STATION, backup, "x2", key=other)[1], "JY-0203", 12)
        refused(restore(world, STATION, world.key, "x3")[1], "JY-1003", 2)
        refused(restore(world, STATION, world.folder, "x4")[1], "JY-1003", 2)
        refused(restore(world, STATION, world.folder / "gone", "x5")[1], "JY-0106", 2)
        # Cut off, longer, and with a byte changed here and there.
        for size in (0, 7, 15, 40, 300, len(whole) // 2, len(whole) - 1):
            backup.write_bytes(whole[:size])
            code = "JY-1004" if size >= 8 else "JY-1003"
            done = restore(world, STATION, backup, "cut")[1]
            assert done.code != 0 and done.error["code"] in (code, "JY-1004"), (size, done.out)
        backup.write_bytes(whole + b"x")
        refused(restore(world, STATION, backup, "long")[1], "JY-1004", 14)
        for place in (20, 60, 200, 600, 2000, len(whole) // 2, len(whole) - 5):
            changed = bytearray(whole)
            changed[place] ^= 0x10
            backup.write_bytes(changed)
            done = restore(world, STATION, backup, "flipped")[1]
            code = done.error["code"]
            assert done.code != 0 and code in ("JY-1004", "JY-1005"), (place, done.out)
        changed = bytearray(whole)
        changed[8] = 9
        backup.write_bytes(changed)
        refused(restore(world, STATION, backup, "newer")[1], "JY-0211", 1)
        for name in ("x1", "x2", "x3", "x4", "x5", "cut", "long", "flipped", "newer"):
            assert not (world.folder / name).exists(), name


def test_a_backup_put_together_from_two_is_not_taken():
    with World() as world:
        first, second = world.station("SHG01"), world.station("SXZ01")
        files = []
        for node in (first, second):
            add(node, node.name)
            file = world.folder / f"{node.name}.jybackup"
            node.ok("backup", "--out", file)
            files.append(file.read_bytes())
        size = [16 + int.from_bytes(whole[12:16], "little") + 80 for whole in files]
        mixed = world.folder / "mixed" / "m.jybackup"
        mixed.parent.mkdir()
        # The head of one, the content of the other.
        mixed.write_bytes(files[0][:size[0]] + files[1][size[1]:])
        done = restore(world, STATION, mixed, "m1")[1]
        assert done.code == 14 and done.error["code"] == "JY-1004", done.out
        # One byte of the head changed, and its checksum made anew: the signature tells.
        head = bytearray(files[0][:size[0] - 80])
        head[20] ^= 1
        checksum = hashlib.blake2b(bytes(head), digest_size=16).digest()
        mixed.write_bytes(bytes(head) + checksum + files[0][size[0] - 64:])
        done = restore(world, STATION, mixed, "m2")[1]
        assert done.code == 14 and done.error["code"] == "JY-1005", done.out


def test_an_older_backup_beside_a_newer_one_is_not_taken_by_mistake():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        add(node, "第一件")
        old, new = world.folder / "old.jybackup", world.folder / "new.jybackup"
        node.ok("backup", "--out", old)
        add(node, "第二件")
        world.sync(node)
        node.ok("backup", "--out", new)
        done = restore(world, STATION, old, "fresh")[1]
        assert done.code == 2 and done.error["code"] == "JY-1006", done.out
        assert str(new) in done.out
        fresh, done = restore(world, STATION, old, "fresh", "--older")
        assert done.code == 0, done.out
        settled(world, fresh)
        assert titles(fresh) == ["第一件", "第二件"]


def test_a_restore_that_was_cut_off_is_no_node_and_is_done_again():
    with World() as world:
        node = world.station("SHG01")
        add(node, "一件")
        backup = world.folder / "a.jybackup"
        node.ok("backup", "--out", backup)
        half = world.folder / "half"
        half.mkdir()
        (half / "init.unfinished").write_bytes(b"")
        (half / "node.db").write_bytes(b"half of it")
        assert Node(world, STATION, "half").run("status").code != 0
        fresh, done = restore(world, STATION, backup, "half")
        assert done.code == 0, done.out
        assert titles(fresh) == ["一件"] and fresh.ok("verify")["ok"]


def test_the_how_to_walks_from_the_backup_to_the_restored_station_as_written():
    page = (Path(__file__).parents[2] / "docs/how-to/back-up-and-restore.md").read_text("utf-8")
    lines = [line for block in re.findall(r"```\n(.*?)```", page, re.S)
             for line in block.splitlines()]
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        add(node, "备份以前")
        world.sync(node)
        names = {"DATA": node.data, "NEW": world.folder / "new", "HUBDATA": world.hub.data,
                 "/media/backup": world.folder, "HOST:7340": world.address}

        def typed(line):
            for name, value in names.items():
                line = re.sub(rf"(?<![A-Z]){name}\b", str(value), line)
            program, *rest = line.split()
            return run({"jiuying": STATION, "jiuying-hub": HUB}[program], *rest, "--key-file",
                       world.key, "--json")

        assert len(lines) >= 5, lines
        for line in lines:
            if " restore " in line and node.data.exists():
                add(node, "备份以后")
                world.sync(node)
                shutil.rmtree(node.data)
            done = typed(line)
            assert done.code == 0, f"{line}: {done.out}{done.err}"
        fresh = Node(world, STATION, "new")
        assert titles(fresh) == ["备份以前", "备份以后"] == titles(world.hub)
        assert json.loads(typed("jiuying doctor --data NEW").out)["ok"]
