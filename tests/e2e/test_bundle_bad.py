"""Sticks that are damaged, filled by somebody else, full, or pulled out."""

import os
import random
import resource
import shutil
import subprocess
import time

from jy import HUB, Skip, World, add, sanitized
from test_bundle import files_on, returned, sealed_in_pieces, stick

HEAD = 224


def layout(data):
    """Where the regions of a bundle begin and end: header, key, manifest, items, and back again."""
    manifest = int.from_bytes(data[72:76], "little")
    items = int.from_bytes(data[76:84], "little")
    front = HEAD + manifest
    assert len(data) == 2 * front + items
    return {"header": (0, 96), "key": (96, HEAD), "manifest": (HEAD, front),
            "items": (front, front + items),
            "manifest again": (front + items, front + items + manifest),
            "header again": (len(data) - HEAD, len(data) - HEAD + 96),
            "key again": (len(data) - HEAD + 96, len(data))}


def exported(world, node, name, pieces=4):
    sealed_in_pieces(node, pieces)
    folder = stick(world, name)
    node.ok("bundle", "export", "--out", folder)
    return files_on(folder)[0]


def peak_mb(node, *words):
    """The largest memory of the program in one command, and its answer's exit code."""
    process = node.popen(*words, "--json", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def test_a_file_cut_anywhere_gives_what_lies_before_the_cut():
    with World() as world:
        node = world.station("SHG01")
        path = exported(world, node, "up", 5)
        data = path.read_bytes()
        regions = layout(data)
        cut = world.folder / "cut.jyb"
        imported = 0
        begin, end = regions["items"]
        for size in [0, 1, 50, 96, 200, begin - 1]:
            cut.write_bytes(data[:size])
            refused = world.hub.run("bundle", "import", cut)
            assert refused.error["code"] in ("JY-0511", "JY-0510"), (size, refused.out)
            assert world.hub.ok("station", "list")["stations"][0]["status"] == "invited"
        for size in sorted(random.Random(1).sample(range(begin, end), 12)):
            cut.write_bytes(data[:size])
            done = world.hub.ok("bundle", "import", cut, codes=(0, 3))
            imported += done["imported"]
            assert imported + len(done["missing"]) > 0
            if imported < 6:  # Five appeals, and the export's row of the audit log.
                assert done["missing"] == [{**done["missing"][0], "log": "station", "last": 6}]
                assert done["missing"][0]["first"] == imported + 1
        for size in (end + 3, len(data) - 100, len(data)):
            cut.write_bytes(data[:size])
            imported += world.hub.ok("bundle", "import", cut)["imported"]
        assert imported == 6 and world.hub.ok("status")["appeals"] == 5
        returned(world, node, "down")
        world.assert_equal(node)


def test_a_flipped_byte_costs_at_most_the_segment_it_lies_in():
    with World() as world:
        chance = random.Random(2)
        for n, region in enumerate(("header", "key", "manifest", "items", "manifest again",
                                    "header again", "key again")):
            node = world.station(f"ST{n:02d}")
            path = exported(world, node, f"up{n}", 4)
            data = bytearray(path.read_bytes())
            for again in range(2):
                flipped = bytearray(data)
                flipped[chance.randrange(*layout(data)[region])] ^= 1 << chance.randrange(8)
                path.write_bytes(flipped)
                done = world.hub.ok("bundle", "import", path, codes=(0, 3))
                if region == "items" and again == 0:
                    # What follows the bad one waits for it.
                    assert done["damaged"] == 1 and len(done["missing"]) == 1
                    assert done["imported"] + done["waiting"] == 4
                elif region != "items":
                    assert done["imported"] + done["known"] == 5 and done["missing"] == []
            path.write_bytes(data)
            world.hub.ok("bundle", "import", path)
            returned(world, node, f"down{n}")
            world.assert_equal(node)


def test_both_ends_gone_is_told_and_changes_nothing():
    with World() as world:
        node = world.station("SHG01")
        path = exported(world, node, "up")
        data = bytearray(path.read_bytes())
        regions = layout(data)
        for first, second in (("header", "header again"), ("manifest", "manifest again"),
                              ("key", "key again")):
            broken = bytearray(data)
            broken[regions[first][0] + 20] ^= 1
            broken[regions[second][0] + 20] ^= 1
            path.write_bytes(broken)
            refused = world.hub.run("bundle", "import", path)
            assert refused.error["code"] == "JY-0511" and refused.code == 14
            assert refused.error["data_safe"]
            assert world.hub.ok("station", "list")["stations"][0]["status"] == "invited"
        assert world.hub.ok("status")["appeals"] == 0


def test_a_bundle_of_others_is_refused_in_one_sentence():
    with World() as world, World() as elsewhere:
        node = world.station("SHG01")
        path = exported(world, node, "up")
        foreign = exported(elsewhere, elsewhere.station("SHG01"), "up")
        refused = world.hub.run("bundle", "import", foreign)
        assert refused.error["code"] == "JY-0513"
        # Its own, not yet carried anywhere.
        assert node.run("bundle", "import", path).error["code"] == "JY-0525"
        # No bundle at all, and one that somebody put a name of his own into.
        junk = world.folder / "junk.jyb"
        junk.write_bytes(os.urandom(5000))
        assert world.hub.run("bundle", "import", junk).error["code"] == "JY-0510"
        assert not (world.hub.data / "carried").exists()
        assert world.hub.ok("status")["appeals"] == 0


def test_a_stick_full_of_strange_things_is_answered():
    with World() as world:
        node = world.station("SHG01")
        good = exported(world, node, "good")
        folder = stick(world, "strange")
        shutil.copy(good, folder / "good.JYB")
        os.mkfifo(folder / "fifo.jyb")
        (folder / "link.jyb").symlink_to(good)
        (folder / "loop.jyb").symlink_to(folder / "loop.jyb")
        (folder / "folder.jyb").mkdir()
        (folder / "empty.jyb").touch()
        with open(folder / "sparse.jyb", "wb") as sparse:
            sparse.truncate(4 << 30)
        with open(os.fsencode(folder) + b"/\xff\xfe\x80.jyb", "wb") as strange:
            strange.write(b"JYBUNDLE" + bytes(500))
        with open(os.fsencode(folder) + b"/line\nbreak.jyb", "wb") as strange:
            strange.write(b"nothing")
        try:
            os.mknod(folder / "null.jyb", 0o600 | 0o020000, os.makedev(1, 3))
        except PermissionError:
            pass
        begin = time.monotonic()
        done = world.hub.ok("bundle", "import", folder, codes=(3,))
        assert time.monotonic() - begin < 20
        assert done["imported"] == 5 and done["missing"] == []
        names = [os.path.basename(one["file"]) for one in done["refused"]]
        assert sorted(names) == sorted(["empty.jyb", "sparse.jyb", "\\xff\\xfe\\x80.jyb",
                                        "line\\x0abreak.jyb"])
        assert all(one["code"].startswith("JY-05") for one in done["refused"])
        for name in ("fifo.jyb", "link.jyb", "loop.jyb", "null.jyb"):
            if (folder / name).is_symlink() or (folder / name).exists():
                refused = world.hub.run("bundle", "import", folder / name, timeout=20)
                assert refused.error["code"] == "JY-0520", name
        assert world.hub.run("bundle", "import", world.folder / "none").error["code"] == "JY-0106"
        assert world.hub.run("bundle", "import", "/dev/null").error["code"] == "JY-0520"
        assert world.hub.run("bundle", "import", folder / "folder.jyb").error["code"] == "JY-0527"


def test_a_stick_with_more_files_than_anybody_needs_is_looked_at_in_part():
    with World() as world:
        node = world.station("SHG01")
        folder = stick(world, "many")
        for i in range(100_050):
            os.close(os.open(f"{folder}/{i}.txt", os.O_CREAT | os.O_WRONLY))
        begin = time.monotonic()
        refused = world.hub.run("bundle", "import", folder)
        assert refused.error["code"] == "JY-0527" and time.monotonic() - begin < 30
        few = stick(world, "few")
        good = exported(world, node, "up")
        shutil.copy(good, few)
        for i in range(5000):
            (few / f"x{i}.jyb").write_bytes(b"x")
        done = world.hub.ok("bundle", "import", few, codes=(3,))
        assert done["more"] and done["looked_at"] <= 5001 and len(done["refused"]) >= 4000


def test_hostile_files_cost_little_memory():
    with World() as world:
        node = world.station("SHG01")
        data = exported(world, node, "up").read_bytes()
        idle, _ = peak_mb(world.hub, "status")
        hostile = world.folder / "hostile.jyb"
        worst = 0
        for at, size in ((72, 4), (76, 8), (10, 2), (12, 2)):
            claimed = bytearray(data)
            claimed[at:at + size] = b"\xff" * size
            hostile.write_bytes(claimed)
            worst = max(worst, peak_mb(world.hub, "bundle", "import", hostile)[0])
        with open(hostile, "wb") as out:
            out.write(data[:HEAD])
            out.truncate(3 << 30)
        worst = max(worst, peak_mb(world.hub, "bundle", "import", hostile)[0])
        hostile.write_bytes(data)
        last, code = peak_mb(world.hub, "bundle", "import", hostile)
        assert code == 0 and max(worst, last) < idle + 64, (idle, worst, last)


def test_a_large_bundle_costs_little_memory():
    with World() as world:
        node = world.station("SHG01")
        rows = world.folder / "rows.csv"
        with open(rows, "w", encoding="utf-8") as out:
            out.write("no,title,text\n")
            for i in range(20_000):
                out.write(f"R{i},第{i}件事,第{i}件的经过：村民反映路灯不亮，希望尽快处理。\n")
        node.ok("appeal", "import", rows, "--map", "ext_no=no,title=title,text=text", "--type",
                "complaint", "--channel", "file")
        # What a sanitizer holds back of freed memory is more than what is looked for.
        allowed = 1024 if sanitized() else 64
        folder = stick(world, "up")
        idle, _ = peak_mb(node, "status")
        peak, code = peak_mb(node, "bundle", "export", "--out", folder)
        assert code == 0 and peak < idle + allowed, (idle, peak)
        idle, _ = peak_mb(world.hub, "status")
        peak, code = peak_mb(world.hub, "bundle", "import", folder)
        assert code == 0 and peak < idle + allowed, (idle, peak)
        assert world.hub.ok("status")["appeals"] == 20_000


def test_an_export_never_overwrites_and_leaves_no_half_file():
    with World() as world:
        node = world.station("SHG01")
        add(node, "一件", "内容")
        path = world.folder / "there.jyb"
        path.write_bytes(b"mine")
        refused = node.run("bundle", "export", "--out", path)
        assert refused.error["code"] == "JY-0519" and path.read_bytes() == b"mine"
        refused = node.run("bundle", "export", "--out", world.folder / "no" / "x.jyb")
        assert refused.error["code"] == "JY-0106"
        named = world.folder / "new.jyb"
        node.ok("bundle", "export", "--out", named)
        assert named.stat().st_size > 500
        refused = node.run("bundle", "export", "--out", named, "--split", 10)
        assert refused.code == 2
        # A target that is a trap.
        trap = stick(world, "trap")
        (trap / ".jiuying-SHG01.tmp").symlink_to(path)
        assert node.run("bundle", "export", "--out", trap).code != 0
        assert path.read_bytes() == b"mine" and not files_on(trap)


def test_a_full_stick_is_told_before_anything_is_written():
    with World() as world:
        node = world.station("SHG01")
        chance = random.Random(5)
        for i in range(40):
            add(node, f"长{i}", "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(1900)))
        small = stick(world, "small")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)],
                          capture_output=True).returncode != 0:
            raise Skip("no right to mount a small disk")
        try:
            refused = node.run("bundle", "export", "--out", small)
            assert refused.error["code"] == "JY-0518" and refused.error["data_safe"]
            assert not list(small.iterdir())
        finally:
            subprocess.run(["umount", str(small)], check=True)
        node.ok("bundle", "export", "--out", small)
        world.hub.ok("bundle", "import", small)
        assert world.hub.ok("status")["appeals"] == 40


def test_a_file_that_may_not_grow_ends_the_export_cleanly():
    with World() as world:
        node = world.station("SHG01")
        chance = random.Random(6)
        for i in range(3):
            add(node, f"长{i}", "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(1900)))
        folder = stick(world, "up")
        server = world.serve_station(node)  # Which has no such limit: only the stick's files do.
        limit = 8192
        process = node.popen("bundle", "export", "--out", str(folder), "--json",
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                   (limit, limit)))
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 1 and b"JY-0518" in out, out
        assert not list(folder.iterdir())
        assert server.stop() == 0
        node.ok("bundle", "export", "--out", folder)
        world.hub.ok("bundle", "import", folder)
        assert world.hub.ok("status")["appeals"] == 3 and node.ok("verify")["ok"]
