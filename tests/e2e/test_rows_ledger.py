"""Row A05 of the feature table, through the programs: of what a station took in, nothing is lost.

What arrives is received; what is on its way is in transit; what the hub refuses is counted with its
reason; a number that nobody has is a gap, and the count says so.
"""

import random
import shutil

from jy import Database, World, add
from test_bundle import returned, sealed_in_pieces, stick
from test_orders import people

URGENCY, COMPLEXITY = b"\x1a\x00", b"\x1c\x00"  # A field of the station's, one of the hub's.


def row_of(node, station="SHG01"):
    ledger = node.ok("report", "ledger")
    row, = [one for one in ledger["stations"] if one["station"] == station]
    assert row["balanced"] is (row["intake"] == row["received"] + row["in_transit"]
                               + row["refused"])
    assert sum(row["reasons"].values()) == row["refused"]
    return ledger["complete"], row


def add_foreign(station):
    """Registers an appeal as a program without our rules would: with a field that is the hub's."""
    number = add(station, "路灯不亮", "村口路灯坏了", urgency="urgent")["number"]
    with Database(station) as db:
        place, public = db.execute(
            "SELECT place, public FROM tail ORDER BY place DESC LIMIT 1").fetchone()
        assert public.endswith(URGENCY), "the urgency is the last field of the registration"
        db.execute("UPDATE tail SET public = ? WHERE place = ?",
                   (public[:-len(URGENCY)] + COMPLEXITY, place))
    return number


def test_a05_what_the_hub_refuses_is_counted_with_its_reason_and_is_no_gap():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        world.serve()
        first, _, last = add(station)["number"], add_foreign(station), add(station)["number"]
        complete, row = row_of(station)
        assert complete and (row["intake"], row["in_transit"], row["refused"]) == (3, 3, 0)
        world.sync(station)
        for node in (world.hub, station):
            complete, row = row_of(node)
            assert (row["intake"], row["received"], row["in_transit"]) == (3, 2, 0), row
            assert row["balanced"] and row["reasons"] == {"field_of_other_side": 1}, row
            assert complete and row["missing"] == [] and row["missing_total"] == 0, row
            page = node.run("report", "ledger", json_out=False).out
            assert "退回 1：改了应由另一方填写的内容" in page, page
            told, = node.ok("status")["rejections"]
            assert told["reason"] == "field_of_other_side" and told["station"] == "SHG01", told
        # The work goes on, and the refused one is nobody's order.
        assert {one["number"] for one in world.hub.ok("appeal", "list")["appeals"]} == {first, last}
        # The last number of a day may be the refused one.
        add_foreign(station)
        world.sync(station)
        for node in (world.hub, station):
            complete, row = row_of(node)
            assert complete and row["refused"] == 2 and row["missing"] == [], row


def test_a05_a_number_that_is_gone_is_a_gap_also_beside_a_refused_one():
    with World() as world:
        people(world)
        station = world.station("SHG01")
        server = world.serve()
        numbers = [add(station)["number"] for _ in range(4)]
        add_foreign(station)
        world.sync(station)
        server.stop()
        assert row_of(world.hub)[0]
        with Database(world.hub) as db:
            assert db.execute("DELETE FROM appeal WHERE number = ?", (numbers[1],)).rowcount == 1
        complete, row = row_of(world.hub)
        assert not complete and row["missing"] == [numbers[1]] and row["missing_total"] == 1, row
        assert row["refused"] == 1 and row["balanced"], row
        page = world.hub.run("report", "ledger", json_out=False).out
        assert "缺号 1" in page and numbers[1] in page and "件件有着落" not in page, page
        assert row_of(station)[0], "the station has it still"


def test_a05_sticks_lost_doubled_and_shuffled_lose_and_double_no_call():
    with World() as world:
        station = world.station("SHG01")
        dice = random.Random(20261127)
        taken, sticks = 0, []
        for day in range(4):
            taken += len(sealed_in_pieces(station, 2, f"第{day}天-"))
            sticks.append(stick(world, f"s{day}"))
            station.ok("bundle", "export", "--out", sticks[-1])
        shutil.rmtree(sticks.pop(1))  # Lost on the way.
        carried = sticks * 2
        dice.shuffle(carried)
        received = 0
        for one in carried:
            world.hub.ok("bundle", "import", one, codes=(0, 3))
            complete, row = row_of(world.hub)
            assert complete and received <= row["intake"] == row["received"] <= taken, row
            assert row["missing"] == []
            received = row["received"]
        complete, row = row_of(station)
        assert complete and row["in_transit"] == row["intake"] == taken, row
        returned(world, station, "down")
        station.ok("bundle", "export", "--out", stick(world, "rest"))
        world.hub.ok("bundle", "import", world.folder / "rest")
        returned(world, station, "down2")
        for node in (world.hub, station):
            complete, row = row_of(node)
            assert complete and (row["intake"], row["received"], row["in_transit"]) == (
                taken, taken, 0), row
        world.assert_equal(station)
