"""Bundles: what travels by stick, both ways, and by way of others."""

import random
import shutil

from jy import World, add


def stick(world, name):
    folder = world.folder / name
    folder.mkdir()
    return folder


def files_on(folder):
    return sorted(folder.glob("*.jyb"))


def sealed_in_pieces(node, count, prefix="分"):
    """Each export seals what was recorded since the last one: so many segments come of it."""
    made = []
    for i in range(count):
        made.append(add(node, f"{prefix}{i}", f"{prefix}{i} 的经过"))
        node.ok("bundle", "export", "--out", node.world.folder, "--dry-run")
    return made


def brought(world, node, name):
    """Exports at \\a node onto a stick of its own and imports that at the hub."""
    folder = stick(world, name)
    node.ok("bundle", "export", "--out", folder)
    return world.hub.ok("bundle", "import", folder, codes=(0, 3))


def returned(world, node, name):
    folder = stick(world, name)
    world.hub.ok("bundle", "export", "--station", node.name, "--out", folder)
    return node.ok("bundle", "import", folder, codes=(0, 3))


def test_a_station_without_any_link_joins_by_stick_and_gets_its_receipt():
    with World() as world:
        node = world.station("SHG01")
        ids = [add(node, f"件{i}", "没有网的村子", phone="19900000001")["id"] for i in range(5)]
        before = node.ok("status")
        assert not before["enrolled"] and before["unsent"] == 5 and before["last_stick"] is None
        folder = stick(world, "up")
        out = node.ok("bundle", "export", "--out", folder)
        assert len(out["files"]) == 1 and out["segments"] >= 1 and out["carried"] == []
        assert out["bytes"] == files_on(folder)[0].stat().st_size
        # On the stick it is not delivered yet.
        assert not node.ok("appeal", "show", ids[0])["delivered"]
        done = world.hub.ok("bundle", "import", files_on(folder)[0])
        assert done["imported"] == out["segments"] and done["missing"] == done["refused"] == []
        assert world.hub.ok("status")["appeals"] == 5
        listed = world.hub.ok("station", "list")["stations"]
        assert listed[0]["status"] == "active" and listed[0]["last_stick"] and listed[0]["seq"] >= 5
        # The hub has something of its own to say: reference data, and an edit.
        world.hub.ok("appeal", "edit", ids[0], "--set", "title=区里改过的题目")
        back = returned(world, node, "down")
        assert back["imported"] >= 2 and back["missing"] == back["refused"] == []
        after = node.ok("status")
        assert after["enrolled"] and after["unsent"] == 0 and after["last_receipt"]
        assert after["last_stick"] and after["missing"] == []
        assert node.ok("appeal", "show", ids[0])["appeal"]["title"] == "区里改过的题目"
        assert all(node.ok("appeal", "show", one)["delivered"] for one in ids)
        world.assert_equal(node)
        assert node.ok("verify")["ok"] and world.hub.ok("verify")["ok"]
        # The link comes later, and finds nothing to do but to say hello.
        world.serve()
        assert world.sync(node)["sent"]["transactions"] == 0
        world.assert_equal(node)


def test_a_lost_stick_loses_nothing_and_a_doubled_one_brings_nothing_new():
    with World() as world:
        node = world.station("SHG01")
        sealed_in_pieces(node, 3)
        lost = stick(world, "lost")
        node.ok("bundle", "export", "--out", lost)
        shutil.rmtree(lost)
        sealed_in_pieces(node, 2, "后")
        first = brought(world, node, "up")
        # Five pieces, and with each export its row of the audit log.
        assert first["imported"] == 7 and first["missing"] == [], first
        again = world.hub.ok("bundle", "import", world.folder / "up")
        assert again["imported"] == 0 and again["known"] == 7
        # The return stick got lost as well: the next one brings the receipts all the same.
        world.hub.ok("bundle", "export", "--station", "SHG01", "--out", stick(world, "lost2"))
        returned(world, node, "down")
        twice = node.ok("bundle", "import", world.folder / "down")
        assert twice["imported"] == 0
        assert node.ok("status")["unsent"] == 0
        world.assert_equal(node)


def test_sticks_in_any_order_end_in_the_same_state():
    with World() as world:
        node = world.station("SHG01")
        for i in range(6):
            sealed_in_pieces(node, 2, f"批{i}-")
            node.ok("bundle", "export", "--out", stick(world, f"s{i}"))
        order = list(range(6))
        random.Random(7).shuffle(order)
        for i in order:
            done = world.hub.ok("bundle", "import", world.folder / f"s{i}")
            assert done["refused"] == []
        returned(world, node, "down")
        old = world.folder / "older"
        shutil.copytree(world.folder / "down", old)
        edited = node.ok("appeal", "list")["appeals"][0]["id"]
        node.ok("appeal", "edit", edited, "--set", "title=又改了")
        brought(world, node, "up2")
        returned(world, node, "down2")
        receipt = node.ok("status")["last_receipt"]
        # A return stick of before never takes a receipt back.
        assert node.ok("bundle", "import", old)["imported"] == 0
        assert node.ok("status")["last_receipt"] == receipt
        assert node.ok("status")["unsent"] == 0
        world.assert_equal(node)


def test_a_large_bundle_is_split_and_its_parts_come_in_any_order():
    with World() as world:
        node = world.station("SHG01")
        chance = random.Random(3)
        for i in range(8):
            text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(1900))
            add(node, f"长{i}", text)
            add(node, f"长长{i}", text[::-1])
            node.ok("bundle", "export", "--out", world.folder, "--dry-run")
        folder = stick(world, "parts")
        planned = node.ok("bundle", "export", "--out", folder, "--split", 65536, "--dry-run")
        assert not list(folder.iterdir())
        out = node.ok("bundle", "export", "--out", folder, "--split", 65536)
        assert len(out["files"]) == len(planned["files"]) >= 2
        parts = files_on(folder)
        assert all(part.stat().st_size <= 65536 for part in parts)
        # The last part alone: kept, but what lies before it is missing, and that shows.
        done = world.hub.ok("bundle", "import", parts[-1], codes=(3,))
        assert done["waiting"] >= 1 and done["imported"] == 0
        gap = done["missing"][0]
        assert gap["log"] == "station" and gap["station"] == "SHG01" and gap["first"] == 1
        assert world.hub.ok("status")["missing"] == done["missing"]
        assert world.hub.ok("station", "list")["stations"][0]["missing"] == done["missing"]
        assert world.hub.ok("status")["appeals"] == 0
        for part in reversed(parts[:-1]):
            done = world.hub.ok("bundle", "import", part, codes=(0, 3))
        assert done["missing"] == [] and world.hub.ok("status")["missing"] == []
        assert world.hub.ok("status")["appeals"] == 16
        returned(world, node, "down")
        world.assert_equal(node)
        assert world.hub.ok("verify")["ok"]


def test_what_waits_is_taken_when_the_network_brings_what_lay_between():
    with World() as world:
        node = world.station("SHG01")
        chance = random.Random(4)
        for i in range(8):
            text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(1990))
            add(node, f"长{i}", text)
            add(node, f"长长{i}", text[::-1])
            node.ok("bundle", "export", "--out", world.folder, "--dry-run")
        folder = stick(world, "parts")
        node.ok("bundle", "export", "--out", folder, "--split", 65536)
        done = world.hub.ok("bundle", "import", files_on(folder)[-1], codes=(3,))
        assert done["waiting"] >= 1
        world.serve()
        world.sync(node)
        assert world.hub.ok("status")["missing"] == []
        world.assert_equal(node)


def test_a_township_carries_what_it_can_not_read():
    with World() as world:
        village, town = world.station("CUN01"), world.station("ZHN01")
        secret = "李某某家的低保待遇无人知道"
        made = add(village, secret, secret, phone="19900001234")
        add(town, "镇上的事", "内容")
        first, second = stick(world, "v"), stick(world, "t")
        village.ok("bundle", "export", "--out", first)
        carried = town.ok("bundle", "import", first)
        assert carried["imported"] == 0 and len(carried["carried"]) == 1
        assert carried["carried"][0]["for"] == "QZX"
        again = town.ok("bundle", "import", first)
        assert again["carried"][0]["known"]
        # Byte for byte what came, and nothing in it or beside it that the carrier could read.
        kept = files_on(town.data / "carried")
        assert [one.read_bytes() for one in kept] == [one.read_bytes() for one in files_on(first)]
        for path in town.data.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert secret.encode() not in content and b"19900001234" not in content
                assert b"CUN01" not in content, path
        assert town.ok("appeal", "list")["total"] == 1
        out = town.ok("bundle", "export", "--out", second)
        assert len(out["carried"]) == 1 and len(files_on(second)) == 2
        done = world.hub.ok("bundle", "import", second)
        assert done["refused"] == [] and world.hub.ok("status")["appeals"] == 2
        # The answer travels down the same way.
        third, fourth = stick(world, "down"), stick(world, "down2")
        world.hub.ok("bundle", "export", "--station", "CUN01", "--out", third)
        world.hub.ok("bundle", "export", "--station", "ZHN01", "--out", third)
        down = town.ok("bundle", "import", third)
        assert len(down["carried"]) == 1 and down["imported"] >= 1
        town.ok("bundle", "export", "--out", fourth)
        # The village meets its own bundle on that stick, and one of the town, and minds neither.
        back = village.ok("bundle", "import", fourth)
        assert back["refused"] == [] and back["imported"] >= 1
        assert village.ok("appeal", "show", made["id"])["delivered"]
        world.assert_equal(village)
        # The town's last export has a row in its audit log, which goes up with that very stick.
        world.hub.ok("bundle", "import", fourth)
        world.assert_equal(town)
        # What was delivered is dropped by whoever carried it.
        listed = town.ok("bundle", "carried")["carried"]
        assert {one["for"] for one in listed} >= {"QZX"}
        left = town.ok("bundle", "carried", "--drop", listed[0]["bundle"])["carried"]
        assert len(left) == len(listed) - 1
        assert town.run("bundle", "carried", "--drop", "00").error["code"] == "JY-0524"
        assert town.ok("bundle", "carried", "--drop", "all")["carried"] == []


def test_bundles_go_through_the_programs_that_run():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        server = world.serve_station(node)
        made = add(node, "运行中", "服务开着的时候")
        folder = stick(world, "up")
        node.ok("bundle", "export", "--out", folder)
        world.hub.ok("bundle", "import", folder)
        returned(world, node, "down")
        assert node.ok("status")["serving"] and node.ok("appeal", "show", made["id"])["delivered"]
        world.assert_equal(node)
        assert server.stop() == 0


def test_a_return_stick_brings_notices_and_rejections():
    with World() as world:
        node = world.station("SHG01")
        made = add(node, "地方不对", "内容")
        node.ok("appeal", "edit", made["id"], "--set", "region=349999999", codes=(0, 1, 2))
        add(node, "两次", "内容", channel="12345", ext_no="A1")
        other = world.station("SXZ01")
        add(other, "两次", "内容", channel="12345", ext_no="A1")
        brought(world, node, "up")
        brought(world, other, "up2")
        returned(world, other, "down2")
        assert other.ok("status")["notices"] == 1
        returned(world, node, "down")
        world.assert_equal(node)
        world.assert_equal(other)


def test_an_invitation_that_is_used_or_unknown_shows_by_stick_and_the_work_stays():
    with World() as world:
        path = world.invite("SHG01")
        from jy import STATION, Node
        nodes = [Node(world, STATION, f"SHG01-{i}") for i in range(2)]
        for i, node in enumerate(nodes):
            node.ok("init", "--invite", path, "--operator", "W1")
            add(node, f"件{i}", "内容")
            node.ok("bundle", "export", "--out", stick(world, f"s{i}"))
        world.hub.ok("bundle", "import", world.folder / "s0")
        refused = world.hub.run("bundle", "import", files_on(world.folder / "s1")[0])
        assert refused.error["code"] == "JY-0302" and refused.error["data_safe"]
        assert world.hub.ok("status")["appeals"] == 1
        # A new invitation, and nothing of the work is lost.
        nodes[1].ok("rejoin", "--invite", world.invite("SHG01"))
        nodes[1].ok("bundle", "export", "--out", stick(world, "s2"))
        world.hub.ok("bundle", "import", world.folder / "s2")
        assert world.hub.ok("status")["appeals"] == 2
        # Both machines of the station get their answers in one export.
        out = world.hub.ok("bundle", "export", "--station", "SHG01", "--out", stick(world, "both"))
        assert len(out["files"]) == 2
        for node in nodes:
            done = node.ok("bundle", "import", world.folder / "both", codes=(0, 3))
            assert node.ok("status")["unsent"] == 0 and done["missing"] == []


def test_a_station_that_has_not_joined_gets_no_bundle():
    with World() as world:
        world.station("SHG01")
        refused = world.hub.run("bundle", "export", "--station", "SHG01", "--out", world.folder)
        assert refused.error["code"] == "JY-0522" and refused.code == 10
        refused = world.hub.run("bundle", "export", "--station", "ABC99", "--out", world.folder)
        assert refused.error["code"] == "JY-0309"
        assert not files_on(world.folder)
