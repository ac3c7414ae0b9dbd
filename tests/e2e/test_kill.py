"""kill -9 at any moment: what was acknowledged is there."""

import random
import subprocess
import threading
import time

from jy import HUB, QUICK, STATION, World, add

KILLS = 6 if QUICK else 50


def rows_file(world, count):
    path = world.folder / "many.csv"
    with open(path, "w", encoding="utf-8") as out:
        out.write("no,title,text\n")
        for i in range(1, count + 1):
            story = "村民多次反映，希望尽快处理。" * (1 + i % 9)
            out.write(f"K{i},第{i}件事,第{i}件的经过：{story}\n")
    return path


def import_words(path):
    return ("appeal", "import", path, "--map", "ext_no=no,title=title,text=text", "--type",
            "complaint", "--channel", "file")


def collect(process, lines):
    """Another process's acknowledgements, as they come."""
    for line in process.stderr:
        lines.append((time.monotonic(), line))


def durable_rows(lines):
    rows = [int(line.rsplit(" ", 1)[1]) for _, line in lines if line.startswith("durable: row")]
    return max(rows, default=0)


def test_an_import_killed_anywhere_keeps_every_row_it_acknowledged():
    with World() as world:
        count = 600 if QUICK else 4000
        path = rows_file(world, count)
        probe = world.station("PRB01")
        begin = time.monotonic()
        probe.ok(*import_words(path))
        duration = time.monotonic() - begin
        between = 0
        chance = random.Random(20261123)
        for round_no in range(KILLS):
            node = world.station(f"K{round_no:03d}")
            process = node.popen(*import_words(path), stderr=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL, text=True)
            lines = []
            reader = threading.Thread(target=collect, args=(process, lines))
            reader.start()
            # A quarter of the moments are spread over the whole run; the others follow the first
            # acknowledgement, so that they fall between it and the last.
            share = (round_no + chance.random()) / KILLS
            if round_no % 4:
                while not durable_rows(lines) and process.poll() is None:
                    time.sleep(0.002)
                time.sleep(duration * 0.6 * share)
            else:
                time.sleep(duration * (0.05 + 0.9 * share))
            alive = process.poll() is None
            process.kill()
            process.wait()
            reader.join()
            acknowledged = durable_rows(lines)
            if alive and 0 < acknowledged < count:
                between += 1
            numbers = {row["title"] for row in
                       node.ok("appeal", "list", "--limit", count)["appeals"]}
            for i in range(1, acknowledged + 1):
                assert f"第{i}件事" in numbers, f"round {round_no}: row {i} was acknowledged and lost"
            again = node.ok(*import_words(path))
            assert again["imported"] + again["skipped"] == count
            listed = node.ok("appeal", "list", "--limit", count + 10)
            assert listed["total"] == count
            assert len({row["number"] for row in listed["appeals"]}) == count
            if round_no % 10 == 0:
                assert node.ok("verify")["ok"]
        print(f"  {KILLS} kills, {between} between the first and the last acknowledgement",
              flush=True)
        assert between >= KILLS // 2


def test_station_and_hub_killed_during_syncs_lose_no_acknowledged_save():
    """Saves are acknowledged one by one while both sides are killed and started again."""
    with World() as world:
        node = world.station("SHG01")
        saved, stop = [], threading.Event()

        def save():
            n = 0
            while not stop.is_set():
                n += 1
                done = node.run("appeal", "add", "--type", "complaint", "--title", f"连续{n}",
                                "--text", "正文" * 50)
                if done.code == 0:
                    saved.append(done.json["id"])
        hub = world.serve()
        station = world.serve_station(node)
        writer = threading.Thread(target=save)
        writer.start()
        chance = random.Random(7)
        kills = KILLS
        between = 0
        for _ in range(kills):
            before = len(saved)
            time.sleep(0.05 + chance.random() * 0.4)
            if chance.random() < 0.5:
                hub.kill()
                hub = world.serve()
            else:
                station.kill()
                station = world.serve_station(node)
            between += before > 0
        time.sleep(0.5)
        stop.set()
        writer.join()
        assert len(saved) > 0
        deadline = time.monotonic() + 60
        while node.run("sync", "now", "--hub", world.address).code != 0:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        here = {row["id"] for row in node.ok("appeal", "list", "--limit", 100000)["appeals"]}
        there = {row["id"] for row in world.hub.ok("appeal", "list", "--limit", 100000)["appeals"]}
        print(f"  {kills} kills, {between} after the first acknowledgement, {len(saved)} saves "
              "acknowledged", flush=True)
        assert set(saved) <= here and here == there
        world.assert_equal(node)
        for side in (node, world.hub):
            assert side.ok("verify")["ok"]
