"""Links that die while something is under way: what arrived is not sent again."""

import random
import time

from chaos_proxy import ChaosProxy
from jy import QUICK, Database, Skip, World, add

#: What may be sent twice, as a share of the payload. Handshakes count as sent twice here.
TWICE = 0.20
#: The same 75,000 bytes pass in the life of a link of 20 kbit/s that dies every 30 seconds.
FAST = {"rate": 25_000, "cut_after": 3, "delay": 0.02}
SLOW = {"rate": 2_500, "cut_after": 30, "delay": 0.2}


def noise(dice, size):
    """Han characters that don't compress."""
    return "".join(chr(0x4E00 + dice.randrange(0x4000)) for _ in range(size))


def many_appeals(world, node, count, seed=1):
    dice = random.Random(seed)
    path = world.folder / f"{node.name}-{seed}.csv"
    with open(path, "w", encoding="utf-8") as out:
        out.write("no,title,text\n")
        for i in range(count):
            out.write(f"{seed}-{i},第{i}件,{noise(dice, 150)}\n")
    node.ok("appeal", "import", path, "--map", "ext_no=no,title=title,text=text", "--type",
            "complaint", "--channel", "file")


def segment_bytes(node, stream):
    """Of all segments of that stream that are held: 1 station, 2 inbox, 3 reference."""
    with Database(node) as db:
        return db.execute("SELECT coalesce(sum(length(bytes)), 0) FROM segment JOIN log ON "
                          "place >> 48 = log.ix WHERE stream = ?", (stream,)).fetchone()[0]


def sync_in_pieces(node, proxy, seconds):
    """Calls again and again until an exchange ends well."""
    end = time.monotonic() + seconds
    while True:
        done = node.run("sync", "now", "--hub", proxy.address, timeout=120)
        if done.code == 0:
            return
        assert done.code == 13 and done.error["data_safe"] is True, done.out
        assert time.monotonic() < end, f"not done after {proxy.connections} connections"


def push(world, node, link, count, seconds):
    world.sync(node)
    many_appeals(world, node, count)
    proxy = ChaosProxy(world.address, **link)
    begin = time.monotonic()
    sync_in_pieces(node, proxy, seconds)
    took = time.monotonic() - begin
    sent, payload = proxy.passed("up"), segment_bytes(node, 1)
    proxy.close()
    print(f"  {payload} bytes of segments in {proxy.connections} connections of {took:.0f} s: "
          f"{sent} bytes from the station, {100 * (sent / payload - 1):.1f} % more")
    assert proxy.connections >= 4 and payload > 200_000
    assert sent < payload * (1 + TWICE)
    assert node.ok("status")["unsent"] == 0
    world.assert_equal(node)


def test_a_link_that_dies_again_and_again_carries_everything_to_the_hub():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        push(world, node, dict(FAST, jitter=0.3, seed=7), 900, 60)


def test_a_link_of_20_kbit_s_that_dies_every_30_seconds():
    if QUICK:
        raise Skip("takes minutes; runs without JIUYING_E2E_QUICK")
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        push(world, node, SLOW, 900, 600)


def test_what_the_hub_sends_resumes_too():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.sync(node)
        dice = random.Random(3)
        path = world.folder / "units.csv"
        with open(path, "w", encoding="utf-8") as out:
            out.write("code,name\n")
            for i in range(3000):
                out.write(f"U{i:05},{noise(dice, 50)}\n")
        world.hub.ok("unit", "import", path)
        made = add(node, "站上的一件", "报上去")
        before = segment_bytes(node, 3)
        proxy = ChaosProxy(world.address, **FAST, jitter=0.3, seed=9)
        sync_in_pieces(node, proxy, 60)
        sent, payload = proxy.passed("down"), segment_bytes(node, 3) - before
        proxy.close()
        print(f"  {payload} bytes of segments in {proxy.connections} connections: {sent} bytes "
              f"from the hub, {100 * (sent / payload - 1):.1f} % more")
        assert proxy.connections >= 4 and payload > 200_000
        assert sent < payload * (1 + TWICE)
        assert node.ok("appeal", "show", made["id"])["delivered"] is True
        world.assert_equal(node)


def test_a_new_call_goes_on_where_a_link_went_dead_without_a_word():
    """The hub still waits on the old connection when the station, killed, calls again."""
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.sync(node)
        many_appeals(world, node, 600)
        proxy = ChaosProxy(world.address, rate=60_000, cut_bytes=120_000, silent=True, cuts=1)
        process = node.popen("sync", "now", "--hub", proxy.address)
        end = time.monotonic() + 60
        while proxy.died == 0:
            assert time.monotonic() < end
            time.sleep(0.02)
        process.kill()
        process.wait()
        world.hub.ok("status")  # The hub has taken what came; its session stands.
        node.ok("sync", "now", "--hub", proxy.address)
        sent, payload = proxy.passed("up"), segment_bytes(node, 1)
        proxy.close()
        assert proxy.connections == 2
        # A station that was killed knows of no cut and sends 64 KiB before it is told.
        assert sent < payload + (64 << 10) + 12_000, (sent, payload)
        world.assert_equal(node)


def test_a_station_killed_while_a_slow_link_brings_something_keeps_what_came():
    if QUICK:
        raise Skip("takes minutes; runs without JIUYING_E2E_QUICK")
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.sync(node)
        dice = random.Random(5)
        path = world.folder / "units.csv"
        with open(path, "w", encoding="utf-8") as out:
            out.write("code,name\n")
            for i in range(2000):
                out.write(f"U{i:05},{noise(dice, 50)}\n")
        world.hub.ok("unit", "import", path)
        proxy = ChaosProxy(world.address, rate=8_000)
        process = node.popen("sync", "now", "--hub", proxy.address)
        time.sleep(25)
        process.kill()
        process.wait()
        first = proxy.passed("down")
        assert first > 150_000
        proxy.rates = {"up": 0, "down": 0}
        node.ok("sync", "now", "--hub", proxy.address)
        sent, payload = proxy.passed("down"), segment_bytes(node, 3)
        proxy.close()
        assert sent < payload + 8_000 * 12, (sent, payload)
        world.assert_equal(node)


def test_serving_stations_come_through_a_dying_link_by_themselves():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.sync(node)
        many_appeals(world, node, 300)
        proxy = ChaosProxy(world.address, rate=60_000, cut_bytes=70_000, cuts=1)
        node.ok("sync", "now", "--hub", proxy.address, codes=(0, 13))
        server = world.serve_station(node)
        end = time.monotonic() + 60
        while node.ok("status")["unsent"]:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert server.stop() == 0
        proxy.close()
        world.assert_equal(node)
