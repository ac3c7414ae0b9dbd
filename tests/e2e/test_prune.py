"""A station gives up old parts of its log, with the real programs."""

import os
import random
import time

from jy import QUICK, World, add
from test_snapshot import fill

ROWS = 400 if QUICK else 2500


def make_safe(world, node, folder):
    written = world.hub.ok("snapshot", "write", "--station", node.name, "--to", folder)
    assert os.path.getsize(written["file"]) > written["bytes"]
    add(node, "带回执的一件")
    world.sync(node)


def test_prune_takes_only_what_the_hub_holds_twice():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        first = add(node, "路灯不亮", place="三山路")
        node.ok("appeal", "edit", first["id"], "--set", "place=三山路东口")
        fill(world, node, 200)
        world.sync(node)
        assert node.ok("prune")["segments"] == 0
        make_safe(world, node, world.folder / "other-disk")
        told = node.ok("prune", "--dry-run")
        assert told["segments"] > 0 and node.ok("status")["pruned"] == 0
        before = node.ok("appeal", "show", first["id"])
        done = node.ok("prune")
        assert done["segments"] == told["segments"] and done["up_to"] == done["safe"]
        after = node.ok("appeal", "show", first["id"])
        assert after["appeal"] == before["appeal"] and after["history_elsewhere"] > 0
        assert node.ok("verify")["ok"]
        page = node.run("appeal", "show", first["id"], json_out=False).out
        assert "区中枢" in page
        # It goes on as before.
        node.ok("appeal", "edit", first["id"], "--set", "address=清理以后")
        world.sync(node)
        world.assert_equal(node)
        assert world.hub.ok("verify")["ok"] and node.ok("verify")["ok"]


def test_a_copy_inside_the_data_folder_is_refused():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        add(node, "路灯不亮")
        world.sync(node)
        for folder in (world.hub.data / "copy", world.hub.data):
            refused = world.hub.run("snapshot", "write", "--station", "SHG01", "--to", folder)
            assert refused.error["code"] == "JY-0531", refused.out


def test_killed_while_it_prunes():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        fill(world, node, ROWS)
        world.sync(node)
        make_safe(world, node, world.folder / "other-disk")
        shown = node.ok("appeal", "list", "--limit", ROWS)
        chance = random.Random(20261126)
        for _ in range(4 if QUICK else 12):
            process = node.popen("prune")
            time.sleep(chance.uniform(0.01, 0.25))
            process.kill()
            process.wait()
            assert node.ok("verify")["ok"]
            assert node.ok("appeal", "list", "--limit", ROWS) == shown
            assert node.ok("audit", "verify")["ok"]
        node.ok("prune")
        assert node.ok("prune")["segments"] == 0
        assert node.ok("verify")["ok"]
        add(node, "清理以后")
        world.sync(node)
        world.assert_equal(node)
