"""A month without any link, with the clocks of the real programs moved."""

import os
import shutil
import subprocess
from pathlib import Path

from jy import Skip, World, add
from test_bundle import brought, returned
from test_rows_dispatch import policy_file
from test_share import dispatch, district, on_the_way, record

DAY = 86_400


def moved_clock(world):
    """Builds what moves a program's clock; sets it on a probe to see that it works."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise Skip("no C compiler to build what moves the clock")
    library = world.folder / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library,
                    Path(__file__).with_name("clock_shim.c")], check=True)
    os.environ["LD_PRELOAD"] = str(library)
    # A sanitizer wants to be loaded first; what moves the clock needs nothing of it.
    options = os.environ.get("ASAN_OPTIONS", "")
    os.environ["ASAN_OPTIONS"] = options + ":verify_asan_link_order=0"


def set_day(day):
    os.environ["JIUYING_CLOCK_OFFSET"] = str(day * DAY)


def test_thirty_days_without_a_link_merge_whole_by_stick():
    with World() as world:
        node = world.station("SHG01")
        brought(world, node, "start")
        returned(world, node, "start-down")
        try:
            moved_clock(world)
            made = []
            for day in range(1, 31):
                set_day(day)
                one = add(node, f"第{day}天", f"第{day}天来人说的事", phone="19900000001")
                made.append(one)
                if day == 1:
                    month = one["number"].split("-")[1]
                if day == 30:
                    if one["number"].split("-")[1] == month:
                        raise Skip("these programs do not see a clock that is moved")
                node.ok("appeal", "note", one["id"], "--text", "已告知办理时限")
                if day % 3 == 0:
                    node.ok("appeal", "edit", made[day // 2]["id"], "--set", f"title=改于第{day}天")
                world.hub.ok("appeal", "add", "--from", "-",
                             stdin='{"type":"complaint","title":"热线","text":"区里接的"}')
            assert node.ok("status")["unsent"] > 60
            done = brought(world, node, "day30")
            assert done["missing"] == done["refused"] == [] and done["imported"] >= 1
            for i, one in enumerate(made[:6]):
                world.hub.ok("appeal", "edit", one["id"], "--set", f"title=区里核对{i}")
            set_day(31)
            back = returned(world, node, "day31")
            assert back["missing"] == back["refused"] == []
            status = node.ok("status")
            assert status["unsent"] == 0 and status["rejected"] == 0 and not status["diverged"]
            assert all(node.ok("appeal", "show", one["id"])["delivered"] for one in made)
            world.assert_equal(node)
            assert node.ok("appeal", "show", made[0]["id"])["appeal"]["title"] == "区里核对0"
            # Nobody took the days that a stick was on its way for a clock that is wrong.
            shown = world.hub.ok("appeal", "show", made[3]["id"])
            assert not any(one.get("suspect") for one in shown["history"])
            assert world.hub.ok("station", "list")["stations"][0]["clock_offset_ms"] is None
            assert node.ok("verify")["ok"] and world.hub.ok("verify")["ok"]
        finally:
            os.environ.pop("LD_PRELOAD", None)
            os.environ.pop("JIUYING_CLOCK_OFFSET", None)


def test_three_days_on_a_stick_are_the_links_and_not_the_units():
    with World() as world:
        node, = district(world, "SXZ01")
        hub = world.hub
        brought(world, node, "start")
        returned(world, node, "start-down")
        plain = record(hub)
        try:
            moved_clock(world)
            set_day(1)
            dispatch(hub, plain, "SXZ01")
            hub.ok("policy", "load",
                   policy_file(world, "1235@2", unit_clock_starts_at_arrival=True))
            waits = record(hub)
            dispatch(hub, waits, "SXZ01")
            world.folder.joinpath("down").mkdir()
            hub.ok("bundle", "export", "--station", "SXZ01", "--out", world.folder / "down")
            set_day(4)
            node.ok("bundle", "import", world.folder / "down")
            here = {number: node.ok("appeal", "deadline", number) for number in (plain, waits)}
            for told in here.values():
                if told["transit_to_unit_seconds"] < 3600:
                    raise Skip("these programs do not see a clock that is moved")
            # The same stick again, and a restart of the machine between: noted is noted.
            set_day(6)
            node.ok("bundle", "import", world.folder / "down")
            brought(world, node, "up")
            returned(world, node, "down2")
            for number, told in here.items():
                as_of = told["as_of"]
                there = hub.ok("appeal", "deadline", number, "--as-of", as_of)
                assert on_the_way(told) == on_the_way(there), (told, there)
                assert 3 * DAY <= told["transit_to_unit_seconds"] < 3 * DAY + 600
                kinds = [e["kind"] for e in hub.ok("appeal", "show", number)["events"]]
                assert kinds.count("arrived") == 1, kinds
            assert here[waits]["unit_due"] > here[plain]["unit_due"]
            assert here[waits]["rounds"][0]["unit"]["starts_at"] == here[waits]["arrived_at"]
            assert node.ok("status")["unsent"] == 0
            world.assert_equal(node)
            assert node.ok("verify")["ok"] and hub.ok("verify")["ok"]
        finally:
            os.environ.pop("LD_PRELOAD", None)
            os.environ.pop("JIUYING_CLOCK_OFFSET", None)
