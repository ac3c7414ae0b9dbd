"""kill -9 at any moment of an export or an import: it can be done again, and nothing is lost."""

import random
import subprocess
import time

from jy import QUICK, World, add
from test_bundle import files_on, returned, sealed_in_pieces, stick

KILLS = 8 if QUICK else 40


def killed(node, delay, *words):
    """Whether it was killed before its end."""
    process = node.popen(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.kill()
    return process.wait() != 0


def timed(node, *words):
    begin = time.monotonic()
    node.ok(*words)
    return time.monotonic() - begin


def test_an_export_killed_anywhere_leaves_no_file_that_is_not_whole():
    with World() as world:
        node = world.station("SHG01")
        sealed_in_pieces(node, 12)
        length = timed(node, "bundle", "export", "--out", stick(world, "probe"))
        chance = random.Random(11)
        folder = stick(world, "up")
        ended = 0
        for i in range(KILLS):
            add(node, f"又{i}", "内容")
            ended += killed(node, length * chance.random() * 1.1, "bundle", "export", "--out",
                            folder)
            for path in files_on(folder):
                done = world.hub.ok("bundle", "import", path)
                assert done["damaged"] == 0 and done["refused"] == done["missing"] == []
        assert ended >= KILLS // 3, "too few kills came in time"
        node.ok("bundle", "export", "--out", folder)
        assert not [one for one in folder.iterdir() if one.suffix != ".jyb"]
        world.hub.ok("bundle", "import", folder)
        assert world.hub.ok("status")["appeals"] == 12 + KILLS
        returned(world, node, "down")
        world.assert_equal(node)
        assert node.ok("verify")["ok"]


def test_an_import_killed_anywhere_goes_on_where_it_was():
    with World() as world:
        node = world.station("SHG01")
        chance = random.Random(12)
        total = 0
        for i in range(KILLS):
            made = sealed_in_pieces(node, 3, f"轮{i}-")
            total += len(made)
            folder = stick(world, f"s{i}")
            node.ok("bundle", "export", "--out", folder)
            killed(world.hub, 0.02 + chance.random() * 0.25, "bundle", "import", folder)
            if i % 4 == 3:
                down = stick(world, f"d{i}")
                world.hub.ok("bundle", "import", folder)
                world.hub.ok("bundle", "export", "--station", "SHG01", "--out", down)
                killed(node, 0.02 + chance.random() * 0.25, "bundle", "import", down)
        done = world.hub.ok("bundle", "import", world.folder / f"s{KILLS - 1}")
        assert done["missing"] == [] and done["refused"] == []
        assert world.hub.ok("status")["appeals"] == total
        returned(world, node, "down")
        assert node.ok("status")["unsent"] == 0
        world.assert_equal(node)
        assert world.hub.ok("verify")["ok"] and node.ok("verify")["ok"]
