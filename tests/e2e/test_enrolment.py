"""Joining a hub: an invitation works once, for its own hub and district, and is whole or void."""

import hashlib
import json
import os
import random
import re
import shutil

from jy import HUB, STATION, Database, Node, World, add
from refusals import intact, refused, unhurt


def second_hub(world, name, district):
    hub = Node(world, HUB, name)
    hub.ok("init", "--district", district, "--name", name, "--operator", "ADM02")
    return hub


def invite_from(world, hub, code, region):
    path = world.folder / f"{hub.name}-{code}.invite"
    hub.ok("invite", "--station", code, "--name", "站点" + code, "--region", region, "--out", path)
    return path


def rewritten(path, out, change):
    """The invitation with something changed and its checksum right again."""
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["checksum"]
    change(document)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    document["checksum"] = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    out.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return out


def test_an_invitation_used_by_another_machine_is_refused_and_its_records_stay():
    with World() as world:
        invitation = world.invite("SHG01")
        first, second = Node(world, STATION, "SHG01"), Node(world, STATION, "copy")
        for node in (first, second):
            node.ok("init", "--invite", invitation, "--operator", "W1")
        kept = add(second, "第二台机器登记", "正文", phone="13912345678")
        world.serve()
        add(first, "第一台机器登记")
        world.sync(first)
        error = refused(second, "sync", "now", "--hub", world.address, exit_code=10,
                        code="JY-0302", secrets=("13912345678",))
        assert "录" in error["message"] and "rejoin" in error["next"], error
        intact(second, 1)
        assert second.ok("status")["unsent"] == 1
        assert second.ok("status")["enrolled"] is False
        world.sync(first)
        assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == 1
        second.ok("rejoin", "--invite", world.invite("SHG01"))
        world.sync(second)
        assert second.ok("appeal", "show", kept["id"])["delivered"] is True
        assert world.hub.ok("appeal", "show", kept["id"])["appeal"]["title"] == "第二台机器登记"
        intact(world.hub, 2)


def test_an_invitation_of_another_hub_or_district():
    with World() as world:
        node = world.station("SHG01")
        add(node)
        twin = second_hub(world, "twin", "340207")
        other = second_hub(world, "other", "340208")
        refused(node, "rejoin", "--invite", invite_from(world, other, "SHG01", "340208"),
                exit_code=10, code="JY-0304")
        done = unhurt(node.run("rejoin", "--invite", invite_from(world, twin, "SHG01",
                                                                 "340207001")))
        assert done.code == 10 and done.error["code"] in ("JY-0303", "JY-0304"), done.out
        refused(node, "rejoin", "--invite", world.invite("SXZ01"), exit_code=2, code="JY-0309")
        fresh = Node(world, STATION, "fresh")
        refused(fresh, "init", "--district", "340207", "--invite",
                invite_from(world, other, "SHG02", "340208"), exit_code=10, code="JY-0304")
        assert not fresh.data.exists()
        world.serve()
        world.sync(node)
        intact(world.hub, 1)


def test_the_hub_lists_what_a_station_said_of_its_machine():
    with World() as world:
        node = world.station("SHG01")
        keys = ("version", "disk_free", "disk_total", "backlog")
        told = world.hub.ok("station", "list")["stations"][0]
        assert [told[key] for key in keys] == [None] * 4, told
        add(node)
        world.serve()
        world.sync(node)
        told = world.hub.ok("station", "list")["stations"][0]
        disk = shutil.disk_usage(node.data)
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)*", told["version"]), told
        assert told["disk_total"] == disk.total >> 20 << 20 and told["backlog"] == 0, told
        assert 0 <= told["disk_free"] <= told["disk_total"]
        page = world.hub.run("station", "list", json_out=False).out
        assert told["version"] in page and "GiB" in page, page
        # An idle contact says it too, and stays within its bytes.
        world.sync(node)
        done = node.ok("sync", "now", "--hub", world.address)
        moved = done["sent"]["bytes"] + done["received"]["bytes"]
        assert moved <= 480 and done["round_trips"] == 2, done


def test_a_damaged_invitation_makes_no_folder():
    with World() as world:
        good = world.invite("SHG01")
        text = good.read_bytes()
        bad = world.folder / "bad.invite"
        node = Node(world, STATION, "SHG01")
        dice = random.Random(3)
        damaged = [b"", b"{}", b"[]", b"null", b"\xff\xfe\x00", text[:-3], text[:40], text * 2,
                   b"x" * 100_000, text.replace(b"340207", b"340208"),
                   text.replace(b"jiuying-invitation", b"jiuying-invitations")]
        for _ in range(12):
            at = dice.randrange(len(text) - 2)
            damaged.append(text[:at] + bytes([text[at] ^ (1 << dice.randrange(7))]) + text[at + 1:])
        for content in damaged:
            bad.write_bytes(content)
            done = unhurt(node.run("init", "--invite", bad))
            assert done.code == 1, (content[:80], done.out)
            assert done.error["code"] in ("JY-0305", "JY-0211"), done.out
            assert not node.data.exists()
        refused(node, "init", "--invite", bad, exit_code=1, code="JY-0305")
        refused(node, "init", "--invite", world.folder / "gone", exit_code=2, code="JY-0106")
        node.ok("init", "--invite", good)
        refused(node, "rejoin", "--invite", bad, exit_code=1, code="JY-0305")
        intact(node, 0)


def test_an_expired_invitation_records_as_usual_and_a_new_one_brings_it_all_in():
    with World() as world:
        invitation = world.invite("SHG01")
        with Database(world.hub) as database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(invitation)")]
            expiry = next(name for name in columns if name.startswith("expire"))
            assert database.execute(f"UPDATE invitation SET {expiry} = 1000").rowcount == 1
        database.close()
        node = Node(world, STATION, "SHG01")
        node.ok("init", "--invite", invitation)
        kept = add(node, "过期之前登记")
        world.serve()
        refused(node, "sync", "now", "--hub", world.address, exit_code=10, code="JY-0306")
        add(node, "过期之后登记")
        intact(node, 2)
        node.ok("rejoin", "--invite", world.invite("SHG01"))
        world.sync(node)
        assert node.ok("appeal", "show", kept["number"])["delivered"] is True
        intact(world.hub, 2)


def test_a_forged_invitation_is_unknown_to_the_hub():
    with World() as world:
        world.serve()
        good = world.invite("SHG01")
        for name, change in (("secret", {"secret": os.urandom(32).hex()}),
                             ("id", {"invitation": os.urandom(16).hex()})):
            forged = rewritten(good, world.folder / f"{name}.invite",
                               lambda document, c=change: document.update(c))
            node = Node(world, STATION, name)
            node.ok("init", "--invite", forged)
            add(node)
            done = unhurt(node.run("sync", "now", "--hub", world.address))
            assert done.code == 10 and done.error["code"] == "JY-0308", done.out
            intact(node, 1)
        node = Node(world, STATION, "SHG01")
        node.ok("init", "--invite", good)
        world.sync(node)
        assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == 0


def test_an_invitation_for_nobody_is_not_made():
    with World() as world:
        words = {"--station": "SHG01", "--name": "站点", "--region": "340207001",
                 "--out": str(world.folder / "new.invite")}
        cases = (("--station", "shg01", "JY-0104"), ("--station", "X" * 13, "JY-0104"),
                 ("--station", "四褐山", "JY-0104"), ("--station", "QZX", "JY-0104"),
                 ("--region", "999999999", "JY-0406"), ("--name", " ", "JY-0103"),
                 ("--name", "名" * 101, "JY-0403"), ("--hub", "nonsense", "JY-0609"),
                 ("--expires-days", "0", "JY-0104"), ("--expires-days", "9999", "JY-0104"))
        for option, value, code in cases:
            pairs = {**words, option: value}
            refused(world.hub, "invite", *(word for pair in pairs.items() for word in pair),
                    exit_code=2, code=code)
            assert not (world.folder / "new.invite").exists()
        node = world.station("SHG01")
        refused(node, "sync", "now", exit_code=2, code="JY-0610")
        refused(node, "sync", "now", "--hub", "nonsense", exit_code=2, code="JY-0609")
        assert node.ok("status")["enrolled"] is False
        done = unhurt(Node(world, STATION, "SHG01").run("invite"))
        assert done.code == 2
