"""Row A02: regions and units that change in the middle of a month."""

import datetime

from firms_desk import ago, set_up
from jy import World, add
from test_orders import act
from test_rows_dispatch import REGIONS, classed
from test_rows_firms import failing

MORE = REGIONS + """340207101,沈巷镇,镇,340207
340207102,二坝镇,镇,340207
340207103,江北新镇,镇,340207
340207104,汤沟镇,镇,340207
"""


def by_region(hub, *words):
    report = hub.ok("report", "totals", "--by", "region", *words)
    return report["total"], {row["key"]: row["count"] for row in report["rows"]}


def day(days):
    """A date so many days from now."""
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


def test_a02_towns_are_merged_and_no_record_gets_lost():
    with World() as world:
        set_up(world, region=MORE)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        world.sync(station)
        for code in ("340207101", "340207101", "340207102", "340207104"):
            add(hub, region=code)
        # Taken down at the station, which does not hear of the merger.
        waiting = add(station, region="340207102")["number"]
        merged = hub.ok("region", "merge", "340207101,340207102", "--into", "340207103", "--date",
                        day(0), "--as", "PD1")
        assert merged["merged"] == 2
        add(hub, region="340207103")
        late = add(station, "撤并以后才登记", region="340207101", registered_at=ago(0))["number"]
        world.sync(station)
        world.sync(station)
        # Accepted: no notice, no hold; and it can be worked on.
        assert station.ok("status")["notices"] == 0 if "notices" in station.ok("status") else True
        for number in (waiting, late):
            assert hub.ok("appeal", "show", number)["state"] == "received"
        classed(world, late)
        act(hub, "dispatch", late, "PD1", "--unit", "JSJ")
        # An order keeps the code of its intake day.
        assert hub.ok("appeal", "show", late)["appeal"]["region"] == "340207101"
        plain = by_region(hub)
        before = by_region(hub, "--version", day(-1))
        after = by_region(hub, "--version", day(0))
        assert before == plain
        assert before == (7, {"340207101": 3, "340207102": 2, "340207103": 1, "340207104": 1})
        assert after == (7, {"340207103": 6, "340207104": 1})
        for node in (hub, station):
            regions = {one["code"]: one for one in node.ok("region", "list")["records"]}
            assert regions["340207101"]["successor"] == "340207103"
        # And once more: the chain is followed to its end, under each day's map.
        hub.ok("region", "merge", "340207103", "--into", "340207104", "--date", day(2))
        assert by_region(hub, "--version", day(0)) == after
        assert by_region(hub, "--version", day(2)) == (7, {"340207104": 7})


def test_a02_a_region_is_not_merged_twice_nor_into_itself():
    with World() as world:
        set_up(world, region=MORE)
        hub = world.hub
        failing(hub, "JY-0470", "region", "merge", "340207101", "--into", "340207101", "--date",
                day(0))
        failing(hub, "JY-0406", "region", "merge", "340207999", "--into", "340207103", "--date",
                day(0), exit_code=2)
        hub.ok("region", "merge", "340207101", "--into", "340207103", "--date", day(0))
        failing(hub, "JY-0470", "region", "merge", "340207101", "--into", "340207102", "--date",
                day(0))
        failing(hub, "JY-0470", "region", "merge", "340207102", "--into", "340207101", "--date",
                day(0))
        # Nothing of a refused merger stands.
        failing(hub, "JY-0470", "region", "merge", "340207102,340207101", "--into", "340207104",
                "--date", day(0))
        regions = {one["code"]: one for one in hub.ok("region", "list")["records"]}
        assert "successor" not in regions["340207102"]
        # A circle by the list is refused, too.
        path = world.folder / "circle.csv"
        path.write_text("code,name,successor\n340207103,江北新镇,340207101\n", encoding="utf-8")
        assert hub.run("region", "import", path).code == 3


def test_a02_villages_go_with_their_town_and_units_with_their_successor():
    with World() as world:
        set_up(world, region=MORE + "340207101001,升旗村,社区/村,340207101\n")
        hub = world.hub
        done = hub.ok("region", "merge", "340207101", "--into", "340207103", "--date", day(0))
        assert done["moved"] == 1
        regions = {one["code"]: one for one in hub.ok("region", "list")["records"]}
        assert regions["340207101001"]["parent"] == "340207103"
        number = add(hub, region="340207101001")["number"]
        assert by_region(hub)[1] == {"340207101001": 1}
        # A unit that is renamed: its successor's people go on with the order.
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "CGJ")
        path = world.folder / "units.csv"
        path.write_text("code,name,active,successor\nZFJ,区综合执法局,是,\nCGJ,区城管局,否,ZFJ\n",
                        encoding="utf-8")
        hub.ok("unit", "import", path)
        path.write_text("code,name,unit,posts\nZ1,执甲,ZFJ,\n", encoding="utf-8")
        hub.ok("staff", "import", path)
        act(hub, "sign", number, "Z1")
        assert hub.ok("appeal", "show", number)["state"] == "in_progress"
