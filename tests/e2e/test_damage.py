"""Damage on the disk: it is noticed, named, and never shown as if it were true."""

import random
import resource
import shutil
import subprocess

from contextlib import contextmanager

from jy import QUICK, STATION, Database, Node, Result, Skip, World, add
from refusals import error_of, intact, refused, unhurt

PERSON = {"contact": "欧阳测试", "phone": "13912345678"}
SECRETS = tuple(PERSON.values())


def filled(world, code="SHG01", appeals=12):
    node = world.station(code)
    for i in range(appeals):
        add(node, f"第{i}件", f"第{i}件的经过" * 20, **PERSON)
    return node


def by_sql(node, *statements):
    database = Database(node)
    with database:
        counts = [database.execute(*statement).rowcount for statement in statements]
    database.close()
    return counts


def test_a_database_that_is_none_any_more_ends_in_an_integrity_failure():
    with World() as world:
        node = filled(world)
        database = node.data / "node.db"
        good = database.read_bytes()
        for bad in (bytes(4096) + good[4096:], b"", good[:100], good[:len(good) // 2],
                    b"\x55" * len(good)):
            database.write_bytes(bad)
            # Where not one page opens it might as well be another node's.
            code = "JY-0220" if set(bad) == {0x55} else "JY-0701"
            error = refused(node, "verify", exit_code=14, code=code, safe=False,
                            secrets=SECRETS)
            assert "verify" in error["next"] or "区" in error["next"], error
            assert unhurt(node.run("appeal", "list")).code == 14
            assert not bad or database.read_bytes() == bad, "what is left of it is not touched"
        database.unlink()
        refused(node, "status", exit_code=14, code="JY-0701", safe=False)
        assert not database.exists(), "a new one would hide that the old one is gone"
        database.write_bytes(good)
        intact(node, 12)


def test_bytes_overwritten_anywhere_are_noticed_or_matter_to_nobody():
    with World() as world:
        node = filled(world, appeals=6)
        database = node.data / "node.db"
        node.ok("verify")
        good = database.read_bytes()
        truth = node.ok("appeal", "list", "--limit", 100)
        digest = node.ok("digest")
        shown = node.ok("appeal", "show", truth["appeals"][0]["id"])
        dice = random.Random(77)
        noticed = 0
        # Most pages of so small a database are nearly empty: every other time a byte in use is hit.
        in_use = [i for i in range(len(good) - 64) if good[i]]
        for turn in range(10 if QUICK else 60):
            at = dice.choice(in_use) if turn % 2 else dice.randrange(len(good) - 64)
            size = dice.choice((1, 4, 64))
            bad = bytearray(good)
            for i in range(size):
                bad[at + i] ^= dice.randrange(1, 256)
            database.write_bytes(bytes(bad))
            done = unhurt(node.run("verify"))
            if done.code != 0:
                assert done.code == 14, f"offset {at}: exit {done.code} {done.out}"
                noticed += 1
                document = done.json
                assert document.get("problems") or error_of(done)["message"], document
            else:
                assert node.ok("digest") == digest, f"offset {at}"
                assert node.ok("appeal", "list", "--limit", 100) == truth, f"offset {at}"
                assert node.ok("appeal", "show", truth["appeals"][0]["id"]) == shown
            unhurt(node.run("status"))
            for name in ("node.db-wal", "node.db-shm"):
                (node.data / name).unlink(missing_ok=True)
        print(f"  {noticed} of {10 if QUICK else 60} were in a place that counts", flush=True)
        assert noticed > 0
        database.write_bytes(good)
        intact(node, 6)


def test_verify_names_a_cell_that_was_changed_by_hand():
    with World() as world:
        node = filled(world)
        number = node.ok("appeal", "list", "--limit", 1)["appeals"][0]["number"]
        assert by_sql(node, ("UPDATE appeal SET phone = '13800000000' WHERE number = ?",
                             (number,))) == [1]
        done = unhurt(node.run("verify"))
        assert done.code == 14 and done.json["ok"] is False, done.out
        problems = done.json["problems"]
        assert len(problems) == 1 and "phone" in problems[0] and number in problems[0], problems
        for secret in SECRETS + ("13800000000",):
            assert secret not in done.out + done.err
        prose = unhurt(node.run("verify", json_out=False))
        assert prose.code == 14 and "phone" in prose.out and "问题" in prose.out, prose.out
        by_sql(node, ("UPDATE appeal SET phone = ? WHERE number = ?", (PERSON["phone"], number)))
        intact(node, 12)
        assert by_sql(node, ("DELETE FROM appeal WHERE number = ?", (number,))) == [1]
        done = unhurt(node.run("verify"))
        assert done.code == 14 and done.json["problems"], done.out


def rows(node, statement):
    database = Database(node)
    try:
        return database.execute(statement).fetchall()
    finally:
        database.close()


def test_verify_names_a_segment_of_the_log_that_was_altered():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        add(node, "路灯", **PERSON)
        world.sync(node)
        place, content = rows(node, "SELECT place, bytes FROM segment ORDER BY place")[0]
        for at in (10, len(content) // 2, len(content) - 5):
            bad = bytearray(content)
            bad[at] ^= 0x10
            by_sql(node, ("UPDATE segment SET bytes = ? WHERE place = ?", (bytes(bad), place)))
            done = unhurt(node.run("verify"))
            assert done.code == 14 and done.json["ok"] is False, done.out
            assert any("segment" in problem for problem in done.json["problems"]), done.out
            assert SECRETS[0] not in done.out
        by_sql(node, ("UPDATE segment SET bytes = ? WHERE place = ?", (content, place)))
        intact(node, 1)
        world.sync(node)


def test_what_the_hub_sends_damaged_is_refused_by_the_station():
    with World() as world:
        first = world.station("SHG01")
        world.serve()
        add(first)
        world.sync(first)
        world.servers[-1].stop()
        # The reference log goes to every station; the first segments of it are sealed by now.
        second = world.station("SXZ01")
        add(second, "第二个站", **PERSON)
        originals = rows(world.hub, "SELECT place, bytes FROM segment")
        for place, content in originals:
            bad = bytearray(content)
            bad[-70] ^= 0x01
            by_sql(world.hub, ("UPDATE segment SET bytes = ? WHERE place = ?", (bytes(bad), place)))
        server = world.serve()
        done = unhurt(second.run("sync", "now", "--hub", world.address))
        assert done.code != 0, done.out
        error = error_of(done)
        assert done.code in (1, 13, 14) and error["data_safe"] is True, error
        intact(second, 1)
        server.stop()
        for place, content in originals:
            by_sql(world.hub, ("UPDATE segment SET bytes = ? WHERE place = ?", (content, place)))
        world.serve()
        world.sync(second)
        world.assert_equal(second)
        intact(world.hub, 2)


def test_one_copy_of_the_keys_is_enough_and_none_is_told():
    with World() as world:
        node = filled(world, appeals=2)
        keys, copy = node.data / "keys", node.data / "keys.bak"
        good = keys.read_bytes()
        assert copy.read_bytes() == good
        for bad in (b"", good[:50], good.replace(b"a", b"b"), None):
            if bad is None:
                keys.unlink()
            else:
                keys.write_bytes(bad)
            intact(node, 2)
            assert keys.read_bytes() == good, "mended from the copy"
        for path in (keys, copy):
            path.write_bytes(good[:-40] + b"0" * 40)
        refused(node, "status", exit_code=14, code="JY-0204", safe=False)
        keys.unlink()
        copy.unlink()
        refused(node, "appeal", "list", exit_code=14, code="JY-0204", safe=False)
        keys.write_bytes(good)
        intact(node, 2)


@contextmanager
def small_disk(world, megabytes=4):
    """A file system of that size; to be root, or allowed to mount, is needed."""
    folder = world.folder / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "jiuying", folder],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise Skip("mounting a small disk is not permitted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def fill(folder, leave=0):
    """Takes all room but `leave` bytes."""
    ballast = folder / "ballast"
    with open(ballast, "ab", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            pass
    if leave:
        with open(ballast, "r+b") as out:
            out.truncate(max(0, ballast.stat().st_size - leave))
    return ballast


def on_disk(world, node, folder):
    """Moves a node's folder to the small disk."""
    moved = Node(world, node.program, node.name)
    moved.data = folder / node.name
    shutil.move(node.data, moved.data)
    return moved


def save_until_full(node, most=400):
    """Saves until one is refused; gives what was acknowledged and the refusal."""
    saved = []
    for i in range(most):
        done = unhurt(node.run("appeal", "add", "--type", "complaint", "--title", f"第{i}件",
                               "--text", "正文" * 2000))
        if done.code != 0:
            return saved, done
        saved.append(done.json["id"])
    raise AssertionError("the disk was never full")


def on_a_short_leash(node, room):
    """The node's program with files that may not grow beyond `room` bytes."""
    def run_it(*words):
        def leash():
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        done = subprocess.run([node.program, *map(str, words), "--data", node.data, "--key-file",
                               node.key, "--json"], capture_output=True, text=True, timeout=120,
                              preexec_fn=leash)
        return Result(done.returncode, done.stdout, done.stderr)
    leashed = Node(node.world, node.program, node.name)
    leashed.run = run_it
    return leashed


def test_files_that_may_not_grow_are_as_a_full_disk_on_any_machine():
    with World() as world:
        node = world.station("SHG01")
        before = add(node, "满之前")["id"]
        size = max(path.stat().st_size for path in node.data.iterdir() if path.is_file())
        leashed = on_a_short_leash(node, size + 300_000)
        saved, done = save_until_full(leashed)
        assert done.code == 1 and error_of(done)["code"] == "JY-0208", done.out
        assert saved and error_of(done)["data_safe"] is True, done.out
        assert {before, *saved} <= here(node)
        last = add(node, "有空间了")["id"]
        assert {before, *saved, last} == here(node)
        assert node.ok("verify")["ok"]


def here(node):
    return {row["id"] for row in node.ok("appeal", "list", "--limit", 10000)["appeals"]}


def test_a_full_disk_refuses_the_save_and_loses_no_acknowledged_one():
    with World() as world, small_disk(world) as folder:
        node = on_disk(world, world.station("SHG01"), folder)
        before = add(node, "满之前")["id"]
        ballast = fill(folder, leave=300_000)
        saved, done = save_until_full(node)
        assert done.code == 1 and error_of(done)["code"] == "JY-0208", done.out
        fill(folder)
        refused(node, "appeal", "add", "--type", "complaint", "--title", "欧阳测试", exit_code=1,
                code="JY-0208", secrets=("欧阳测试",))
        path = world.folder / "rows.csv"
        path.write_text("title,text\n" + "".join(f"行{i}," + "正文" * 500 + "\n"
                                                 for i in range(500)), encoding="utf-8")
        done = unhurt(node.run("appeal", "import", path, "--type", "complaint"))
        assert done.code == 1 and error_of(done)["code"] == "JY-0208", done.out
        for words in (("appeal", "list"), ("status",), ("appeal", "show", before)):
            done = unhurt(node.run(*words))  # Reading may need room for its lock, but says so.
            assert done.code == 0 or error_of(done)["code"] == "JY-0208", done.out
        ballast.unlink()
        durable = done_rows(node, path)
        assert {before, *saved} <= here(node)
        assert len(here(node)) == 1 + len(saved) + durable
        assert node.ok("verify")["ok"]


def done_rows(node, path):
    """Imports a few rows after the disk has room again; how many there are of the file."""
    few = path.with_name("few.csv")
    few.write_text("title,text\n好了,正文\n", encoding="utf-8")
    node.ok("appeal", "import", few, "--type", "complaint")
    titles = [row["title"] for row in node.ok("appeal", "list", "--limit", 10000)["appeals"]]
    assert titles.count("好了") == 1
    return sum(title.startswith("行") for title in titles) + 1


def test_the_last_room_of_a_disk_is_for_reading_and_exchanging():
    with World() as world, small_disk(world, megabytes=128) as folder:  # A sixteenth: 8 MiB.
        world.serve()
        node = on_disk(world, world.station("SHG01"), folder)
        before = add(node, "还有地方时")["id"]
        ballast = fill(folder, leave=7_000_000)
        # Millions of bytes are left, and a save would do; it is refused all the same.
        error = refused(node, "appeal", "add", "--type", "complaint", "--title", "欧阳测试",
                        exit_code=1, code="JY-0208", secrets=("欧阳测试",))
        assert error["data_safe"] is True, error
        refused(node, "appeal", "edit", before, "--set", "title=改", exit_code=1, code="JY-0208")
        assert node.ok("appeal", "show", before)["appeal"]["title"] == "还有地方时"
        assert node.ok("appeal", "list", "--search", "地方")["total"] == 1
        assert node.ok("verify")["ok"]
        world.sync(node)
        assert node.ok("status")["unsent"] == 0, "what is here leaves"
        ballast.unlink()
        fill(folder, leave=12_000_000)
        add(node, "又有地方了")
        world.sync(node)
        world.assert_equal(node)


def test_what_stations_send_stops_before_the_hubs_disk_is_full():
    with World() as world, small_disk(world, megabytes=128) as folder:
        node = world.station("SHG01")
        world.hub = on_disk(world, world.hub, folder)
        server = world.serve()
        add(node, "第一件")
        world.sync(node)
        ballast = fill(folder, leave=7_000_000)
        waits = add(node, "第二件")["id"]
        done = unhurt(node.run("sync", "now", "--hub", world.address))
        assert done.code in (1, 13) and error_of(done)["data_safe"] is True, done.out
        assert node.ok("status")["unsent"] > 0, "nothing is delivered that the hub has not taken"
        assert world.hub.ok("appeal", "list")["total"] == 1
        ballast.unlink()
        world.sync(node)
        assert world.hub.ok("appeal", "show", waits)["appeal"]["title"] == "第二件"
        assert server.process.poll() is None, "the hub goes on"
        world.assert_equal(node)


def test_a_full_disk_under_a_running_service_needs_no_restart():
    with World() as world, small_disk(world, 6) as folder:
        node = on_disk(world, world.station("SHG01"), folder)
        world.serve()
        server = world.serve_station(node)
        first = add(node, "满之前")["id"]
        ballast = fill(folder, leave=200_000)
        saved, done = save_until_full(node)
        assert done.code == 1 and error_of(done)["code"] == "JY-0208", done.out
        fill(folder)
        done = unhurt(node.run("sync", "now"))
        assert done.code == 0 or error_of(done)["data_safe"] is True, done.out
        assert server.process.poll() is None, "".join(server.lines)
        ballast.unlink()
        last = add(node, "有空间了")["id"]
        world.sync(node)
        assert {first, *saved, last} == here(node)
        assert here(world.hub) == here(node)
        assert server.stop() == 0
        assert node.ok("verify")["ok"]
        world.assert_equal(node)


def test_a_full_disk_at_the_hub_is_told_to_the_station_whose_records_wait():
    with World() as world, small_disk(world, 16) as folder:
        node = world.station("SHG01")
        world.hub = on_disk(world, world.hub, folder)
        server = world.serve()
        world.sync(node)
        ballast = fill(folder)
        path = world.folder / "rows.csv"
        path.write_text("title,text\n" + "".join(
            f"行{i}," + "".join(chr(0x4e00 + (i * 7919 + j * 104729) % 20000) for j in range(900))
            + "\n" for i in range(600)), encoding="utf-8")
        node.ok("appeal", "import", path, "--type", "complaint")
        done = unhurt(node.run("sync", "now", "--hub", world.address))
        assert done.code in (1, 13), done.out
        error = error_of(done)
        assert error["data_safe"] is True, error
        state = node.ok("status")
        assert state["unsent"] > 0 and state["appeals"] == 600, state
        delivered = [row for row in node.ok("appeal", "list", "--limit", 1000)["appeals"]
                     if row["delivered"]]
        assert len(delivered) == 600 - state["unsent"], "delivered is what has a receipt"
        ballast.unlink()
        if server.process.poll() is not None:
            raise AssertionError("the hub ended: " + "".join(server.lines))
        world.sync(node)
        world.assert_equal(node)
        intact(world.hub, 600)
