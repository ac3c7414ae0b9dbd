"""Rows of the feature table about intake, through the programs: A01, A03, A04."""

import datetime
import json
import os

from intake_desk import show, write
from jy import QUICK, STATION, Node, Skip, World, add
from refusals import refused
from test_bundle_time import moved_clock, set_day
from test_orders import act, people

# --- A01: the district has town and country; a station lives without a link -----------------------

VILLAGES = """code,name,level,parent,rural
340207102001,二坝社区,村,340207102,否
340207102201,大兴村,village,340207102,是
"""


def test_a01_each_appeal_has_one_valid_leaf_region():
    with World() as world:
        hub = world.hub
        assert hub.ok("region", "import", write(world, "villages.csv", VILLAGES))["imported"] == 2
        refused(hub, "appeal", "add", "--type", "complaint", "--title", "t", "--region",
                "340207999", exit_code=2, code="JY-0406")
        # A town with villages below it, and the district itself, are no places to put an appeal.
        for parent in ("340207102", "340207"):
            refused(hub, "appeal", "add", "--type", "complaint", "--title", "t", "--region",
                    parent, exit_code=2, code="JY-0434")
        number = add(hub, region="340207102201")["number"]
        refused(hub, "appeal", "edit", number, "--set", "region=340207102", exit_code=2,
                code="JY-0434")
        refused(hub, "appeal", "edit", number, "--set", "region=", exit_code=2, code="JY-0103")
        region = show(hub, number)["links"]["region"]
        assert region["title"] == "大兴村" and region["rural"] is True, region
        assert region["path"].split() == ["鸠江区", "二坝镇", "大兴村"], region
        page = hub.run("appeal", "show", number, json_out=False)
        assert "大兴村（农村）" in page.out, page.out
        town = add(hub, region="340207102001")["number"]
        assert "（城镇）" in hub.run("appeal", "show", town, json_out=False).out
        rows = "title,region\n好的,340207102201\n上级,340207102\n没有,999999999\n"
        done = hub.run("appeal", "import", write(world, "rows.csv", rows), "--type", "inquiry")
        assert done.code == 3 and done.json["imported"] == 1, done.out
        assert [(row["row"], row["code"]) for row in done.json["refused"]] == [
            (2, "JY-0434"), (3, "JY-0406")], done.out


def test_a01_thirty_days_without_a_link_then_everything_is_merged():
    days = 6 if QUICK else 30
    with World() as world:
        try:
            moved_clock(world)
            live_without_a_link(world, days)
        finally:
            os.environ.pop("LD_PRELOAD", None)
            os.environ.pop("JIUYING_CLOCK_OFFSET", None)


def live_without_a_link(world, days):
    """Two stations, each day by its own clock; then a link again."""
    world.serve()
    places = {"SHG01": "340207001", "EBZ01": "340207102"}
    stations = {}
    for code, region in places.items():
        invite = world.invite(code, region=region)
        stations[code] = Node(world, STATION, code)
        stations[code].ok("init", "--invite", invite, "--operator", code + "-W1")
        world.sync(stations[code])
    world.servers[-1].stop()
    made = {code: [] for code in places}
    stamps = set()
    for day in range(1, days + 1):
        set_day(day)
        date = (datetime.date.today() + datetime.timedelta(days=day - 1)).isoformat()
        for code, node in stations.items():
            # Each command is a start of the program: every day is a restart of the station.
            number = add(node, title=f"{code} 第{day}天", occurred_at=date,
                         phone=f"1390000{day:04d}")["number"]
            node.ok("appeal", "note", number, "--text", "当天电话核实")
            if day % 5 == 4:
                node.ok("appeal", "edit", made[code][-1], "--set", "title=改过的标题")
            made[code].append(number)
            stamps.add(number.split("-")[1])
    if len(stamps) == 1:
        raise Skip("these programs do not see a clock that is moved")
    assert len(stamps) == days, "each day has numbers of its own"
    assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == 0
    for code, node in stations.items():
        assert node.ok("status")["unsent"] >= 2 * days
    world.serve(listen=world.address)
    for node in stations.values():
        world.sync(node)
    for node in stations.values():
        world.sync(node)
        world.assert_equal(node)
        assert node.ok("status")["unsent"] == 0
    hub = world.hub
    listed = hub.ok("appeal", "list", "--limit", 1000)
    assert listed["total"] == days * len(places)
    assert {row["number"] for row in listed["appeals"]} == {
        number for numbers in made.values() for number in numbers}
    known = {region["code"]: region for region in hub.ok("region", "list")["records"]}
    parents = {region.get("parent") for region in known.values()}
    for code, numbers in made.items():
        for number in numbers:
            shown = show(hub, number)
            region = shown["appeal"]["region"]
            assert region == places[code] and region in known and region not in parents
            assert shown["links"]["region"]["rural"] is (code == "EBZ01")
            assert len(shown["notes"]) == 1
    assert hub.ok("verify")["ok"]


# --- A03: categories and firms --------------------------------------------------------------------


def test_a03_the_category_pack_has_the_seeds_classes_with_filters_and_rows():
    with World() as world:
        hub = world.hub
        people(world)
        assert hub.ok("category", "load")["imported"] > 200
        assert hub.ok("category", "load")["imported"] == 0
        codes = {row["name"]: row["code"] for row in hub.ok("category", "list")["records"]
                 if not row.get("parent")}
        for index, name in enumerate(("征地拆迁", "江岸水利", "园区企业", "三农")):
            numbers = []
            for part in ("", "01", "0101"):
                number = add(hub, title=name + part)["number"]
                numbers.append(number)
                # Classified at the triage, or with the entry.
                if part == "":
                    hub.ok("appeal", "edit", number, "--set", "category=" + codes[name])
                else:
                    act(hub, "triage", number, "PD1", "--type", "投诉", "--complexity", "simple",
                        "--category", codes[name] + part)
                category = show(hub, number)["order"]["category"] or show(hub, number)["appeal"][
                    "category"]
                assert category == codes[name] + part + "@2026.1", category
            for part, expected in (("", 3), ("01", 2), ("0101", 1), ("02", 0)):
                listed = hub.ok("appeal", "list", "--category", codes[name] + part)
                assert listed["total"] == expected, (name, part, listed)
            rows = {row["code"]: row for row in hub.ok("category", "count")["rows"]}
            assert rows[codes[name]]["appeals"] == 3, rows[codes[name]]
            assert rows[codes[name] + "0101"]["appeals"] == 1
            assert hub.ok("category", "count")["total"] == 3 * (index + 1)
        add(hub, title="没有分类")
        counted = hub.ok("category", "count", "--level", 1)
        assert counted["unclassified"] == 1 and counted["total"] == 13, counted
        assert all(row["level"] == 1 for row in counted["rows"])
        refused(hub, "appeal", "list", "--category", "999999", exit_code=2, code="JY-0437")
        rows = write(world, "rows.csv", "title,category\n写错的,010109\n好的,0101\n")
        done = hub.run("appeal", "import", rows, "--type", "complaint")
        assert [(row["row"], row["code"]) for row in done.json["refused"]] == [(1, "JY-0437")]
        number = add(hub, title="分类写错")["number"]
        refused(hub, "appeal", "triage", number, "--as", "PD1", "--type", "投诉", "--complexity",
                "simple", "--category", "010109", exit_code=2, code="JY-0437")


def test_a03_firms_have_an_industry_and_a_park():
    with World() as world:
        hub = world.hub
        add(hub, title="用工难", enterprise="鸠江示例机械有限公司", industry="C3484",
            park="340207402", enterprise_class="small_medium")
        firm = hub.ok("enterprise", "list")["enterprises"][0]
        assert firm["industry"] == "C3484" and firm["park"] == "340207402", firm
        # Told later, it is added; the firm stays one.
        add(hub, title="又来", enterprise="另一家有限公司")
        add(hub, title="再来", enterprise="另一家有限公司", industry="A01")
        firms = {firm["name"]: firm for firm in hub.ok("enterprise", "list")["enterprises"]}
        assert len(firms) == 2 and firms["另一家有限公司"]["industry"] == "A01", firms
        for industry in ("机械", "C05", "c34", "C34849"):
            refused(hub, "appeal", "add", "--type", "complaint", "--title", "t", "--enterprise",
                    "第三家", "--industry", industry, exit_code=2, code="JY-0435")
        refused(hub, "appeal", "add", "--type", "complaint", "--title", "t", "--enterprise",
                "第三家", "--park", "999999", exit_code=2, code="JY-0406")


# --- A04: one master order per matter -------------------------------------------------------------


def test_a04_the_same_number_twice_is_one_order():
    with World() as world:
        hub = world.hub
        people(world)
        first = add(hub, title="噪音扰民", channel="12345", ext_no="W2026112300001")
        again = add(hub, title="噪音扰民，又报", channel="12345热线", ext_no="W2026112300001")
        assert again["known"] is True and again["number"] == first["number"], again
        # The same number of another channel is another one.
        other = add(hub, title="别的", channel="petition", ext_no="W2026112300001")
        assert other["number"] != first["number"]
        shown = show(hub, "12345:W2026112300001")
        assert shown["number"] == first["number"]
        assert shown["appeal"]["ext_level"] == "city", shown["appeal"]
        # A further channel's number of the same matter.
        done = hub.ok("appeal", "refer", first["number"], "--channel", "leader_board", "--ext-no",
                      "L-77", "--received-at", "2026-11-22 10:00")
        assert done["changed"] is True
        assert hub.ok("appeal", "refer", first["number"], "--channel", "人民领导留言板", "--ext-no",
                      "L-77")["changed"] is False
        assert show(hub, "leader_board:L-77")["number"] == first["number"]
        assert add(hub, channel="leader_board", ext_no="L-77")["number"] == first["number"]
        error = refused(hub, "appeal", "refer", other["number"], "--channel", "leader_board",
                        "--ext-no", "L-77", exit_code=1, code="JY-0431")
        assert first["number"] in json.dumps(error), error
        refused(hub, "appeal", "edit", other["number"], "--set", "channel=leader_board",
                "ext_no=L-77", exit_code=1, code="JY-0431")
        rows = "no,title\nW2026112300001,热线再报\nL-78,新的\n"
        done = hub.ok("appeal", "import", write(world, "a.csv", rows), "--map",
                      "ext_no=no,title=title", "--type", "complaint", "--channel", "12345")
        assert (done["imported"], done["skipped"]) == (1, 1)
        assert done["known"] == [{"row": 1, "id": show(hub, first["number"])["id"],
                                  "number": first["number"]}], done
        references = show(hub, first["number"])["references"]
        assert [(r["channel"], r["ext_no"], r["level"]) for r in references] == [
            ("12345", "W2026112300001", "city"), ("leader_board", "L-77", "city")], references
        page = hub.run("appeal", "show", first["number"], json_out=False)
        assert "人民领导留言板 L-77" in page.out, page.out


def test_a04_references_of_merged_orders_lead_to_the_master_and_back():
    with World() as world:
        hub = world.hub
        people(world)
        master = add(hub, title="先到的", channel="12345", ext_no="H1")["number"]
        later = add(hub, title="后到的", channel="wanshitong", ext_no="S1")["number"]
        hub.ok("appeal", "refer", later, "--channel", "petition", "--ext-no", "X1")
        act(hub, "merge", later, "PD1", "--into", master, "--reason", "repeat")
        for reference in ("12345:H1", "wanshitong:S1", "petition:X1"):
            assert show(hub, reference)["number"] == master, reference
        assert show(hub, later)["state"] == "merged"
        references = show(hub, master)["references"]
        assert {(r["channel"], r["number"]) for r in references} == {
            ("12345", master), ("wanshitong", later), ("petition", later)}, references
        assert add(hub, channel="petition", ext_no="X1")["number"] == master
        act(hub, "unmerge", later, "PD1", "--reason", "other_matter")
        assert show(hub, "petition:X1")["number"] == later
        assert show(hub, "wanshitong:S1")["number"] == later
        assert len(show(hub, master)["references"]) == 1


def test_a04_a_number_taken_at_two_stations_is_noticed_until_they_are_one_order():
    with World() as world:
        people(world)
        one, two = world.station("SHG01"), world.station("EBZ01")
        first = add(one, title="井盖缺失", channel="12345", ext_no="H9")["number"]
        second = add(two, title="井盖没有了", place="路口")["number"]
        two.ok("appeal", "refer", second, "--channel", "12345", "--ext-no", "H9")
        # With the entry itself it is the same.
        third = add(one, title="路灯不亮", channel="12345", ext_no="H8")["number"]
        fourth = add(two, title="路灯坏了", channel="12345", ext_no="H8")["number"]
        world.serve()
        world.sync(one)
        world.sync(two)
        hub = world.hub
        assert hub.ok("status")["notices"] == 2
        act(hub, "merge", fourth, "PD1", "--into", third, "--reason", "repeat")
        assert hub.ok("status")["notices"] == 1
        # The elder order has the number; the hub makes them one.
        assert show(hub, "12345:H9")["number"] == first
        act(hub, "merge", second, "PD1", "--into", first, "--reason", "repeat")
        assert hub.ok("status")["notices"] == 0
        world.sync(two)
        assert two.ok("status")["notices"] == 0
        for node in (one, two):
            world.sync(node)
            world.assert_equal(node)
