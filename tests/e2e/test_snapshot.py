"""A new PC of a station joins by a snapshot, with the real programs."""

import json
import random
import threading
import time

from jy import QUICK, STATION, Database, Node, Proxy, World, add

MANY = 600 if QUICK else 3000


def fill(world, node, count):
    path = world.folder / f"{node.name}-{count}.csv"
    chance = random.Random(count)
    with open(path, "w", encoding="utf-8") as out:
        out.write("no,title,text\n")
        for i in range(count):
            words = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(300))
            out.write(f"N{i},第{i}件,{words}\n")
    node.ok("appeal", "import", path, "--map", "ext_no=no,title=title,text=text", "--type",
            "complaint", "--channel", "file")


def second_pc(world, code, name):
    node = Node(world, STATION, name)
    node.ok("init", "--invite", world.invite(code), "--operator", code + "-W2")
    node.name = code
    return node


def titles(node):
    return sorted(row["title"] for row in
                  node.ok("appeal", "list", "--limit", "10000")["appeals"])


def assert_whole(world, *nodes):
    """Every machine and the hub show the same, and each finds itself in order."""
    there = world.hub.ok("digest", "--station", nodes[0].name)
    for node in nodes:
        here = node.ok("digest")
        assert here["digest"] == there["digest"] and here["records"] == there["records"]
        status = node.ok("status")
        assert status["filling"] is None and not status["diverged"], status
        assert node.ok("verify")["ok"]


def test_a_replaced_pc_joins_and_the_old_disk_turns_up_later():
    with World() as world:
        old = world.station("SHG01")
        world.serve()
        first = add(old, "路灯不亮")
        fill(world, old, 300)
        world.sync(old)
        unsent = add(old, "旧电脑里没发出去的")
        old.ok("appeal", "edit", first["id"], "--set", "place=旧电脑改的地点")

        new = second_pc(world, "SHG01", "new")
        early = add(new, "没连上就先录的")
        world.sync(new)
        assert len(titles(new)) == 302
        world.sync(new)
        assert_whole(world, new)
        numbers = [row["number"] for row in
                   new.ok("appeal", "list", "--limit", "1000")["appeals"]]
        later = add(new, "新电脑录的")
        assert len({*numbers, later["number"]}) == len(numbers) + 1
        new.ok("appeal", "edit", first["id"], "--set", "address=新电脑改的地址")
        world.sync(new)

        # The old disk is found and runs once more.
        world.sync(old)
        world.sync(new)
        world.sync(old)
        assert_whole(world, old, new)
        for node in (old, new):
            shown = node.ok("appeal", "show", first["id"])["appeal"]
            assert shown["place"] == "旧电脑改的地点" and shown["address"] == "新电脑改的地址"
            assert {"旧电脑里没发出去的", "没连上就先录的", "新电脑录的"} <= set(titles(node))
        assert new.ok("appeal", "show", unsent["number"])["id"] == unsent["id"]
        assert old.ok("appeal", "show", early["number"])["id"] == early["id"]
        assert world.hub.ok("verify")["ok"]


def test_killed_and_cut_while_it_joins():
    """kill -9 at the new PC and at the hub, and a link that breaks, each at random moments."""
    with World() as world:
        old = world.station("SHG01")
        server = world.serve()
        fill(world, old, MANY)
        world.sync(old)
        new = second_pc(world, "SHG01", "new")
        chance = random.Random(20261126)
        begun = killed = 0
        for turn in range(6 if QUICK else 18):
            kind = turn % 3
            if kind == 0:
                process = new.popen("sync", "now", "--hub", world.address)
                time.sleep(chance.uniform(0.02, 0.6))
                process.kill()
                process.wait()
                killed += 1
            elif kind == 1:
                process = new.popen("sync", "now", "--hub", world.address)
                time.sleep(chance.uniform(0.02, 0.6))
                server.kill()
                process.wait()
                server = world.serve()
                killed += 1
            else:
                proxy = Proxy(world.address)
                process = new.popen("sync", "now", "--hub", proxy.address)
                time.sleep(chance.uniform(0.05, 0.5))
                proxy.server.close()
                process.kill()
                process.wait()
            filling = new.ok("status")["filling"]
            begun += filling is not None
            if filling:
                assert 0 <= filling["records"] <= filling["of"]
                listed = new.ok("appeal", "list", "--limit", "1")
                assert listed["filling"] is True
            new.ok("verify")
        for _ in range(2):
            world.sync(new)
        world.sync(old)
        assert len(titles(new)) == MANY
        assert_whole(world, old, new)
        assert killed > 0


def test_the_hub_lists_its_snapshots():
    with World() as world:
        station = world.station("SHG01")
        world.serve()
        add(station, "路灯不亮")
        world.sync(station)
        written = world.hub.ok("snapshot", "write", "--station", "SHG01")
        assert written["records"] > 1 and written["chunks"] == 2
        listed = world.hub.ok("snapshot", "list")["snapshots"]
        assert [one["id"] for one in listed] == [written["id"]]
        # It is used as it is while nothing changed, and written anew once something did.
        new = second_pc(world, "SHG01", "new")
        world.sync(new)
        assert titles(new) == ["路灯不亮"]
        refused = world.hub.run("snapshot", "write", "--station", "NON01")
        assert refused.code != 0 and refused.error["data_safe"]


def test_two_stations_never_see_each_other_by_snapshot():
    with World() as world:
        one, two = world.station("SHG01"), world.station("SHG02")
        world.serve()
        add(one, "一站的事")
        add(two, "二站的事")
        world.sync(one)
        world.sync(two)
        new = second_pc(world, "SHG02", "new")
        world.sync(new)
        assert titles(new) == ["二站的事"]
        raw = b"".join(path.read_bytes() for path in new.data.iterdir() if path.is_file())
        raw += Database(new).pages()
        assert "二站的事".encode() in raw and "一站的事".encode() not in raw
