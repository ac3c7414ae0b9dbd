"""Folders put back, copied and restored: nothing is lost or doubled, and staff are told."""

import shutil

from jy import STATION, Node, World, add


def keep(node, name):
    """A copy of the folder as it is now, like a backup program makes it."""
    copy = node.world.folder / name
    shutil.copytree(node.data, copy, ignore=shutil.ignore_patterns("*.sock"))
    return copy


def put_back(node, copy):
    shutil.rmtree(node.data)
    shutil.copytree(copy, node.data)


def titles(node):
    return sorted(row["title"] for row in node.ok("appeal", "list", "--limit", 1000)["appeals"])


def settled(world, node):
    """All is delivered and equal after one command."""
    done = world.sync(node)
    assert done["unsent"] == 0, done
    world.assert_equal(node)
    for each in (node, world.hub):
        assert each.ok("verify")["ok"], each.name


def test_a_stations_folder_copied_back_from_day_10_to_day_20_loses_nothing_and_says_so():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        expected = []
        for day in range(1, 21):
            slip = add(node, f"第{day}天", f"第{day}天的事")
            expected.append(f"第{day}天")
            if day % 2 == 0:
                world.sync(node)
            if day == 10:
                copy = keep(node, "day-10")
        lost = slip["number"]
        assert node.ok("status")["put_back"] is None
        put_back(node, copy)
        # Work goes on before anybody notices; the number of that slip is not given out twice.
        after = add(node, "恢复之后", "又来一件")
        expected.append("恢复之后")
        assert after["number"] != lost
        assert node.ok("status")["put_back"] is not None
        prose = node.run("status", json_out=False).out
        assert "旧的一份" in prose and "没有丢" in prose, prose
        settled(world, node)
        for each in (node, world.hub):
            assert titles(each) == sorted(expected)
            assert each.ok("appeal", "show", lost)["appeal"]["title"] == "第20天"
        rows = world.hub.ok("appeal", "list", "--limit", 1000)["appeals"]
        assert len({row["number"] for row in rows}) == len(rows)
        assert all(row["delivered"] for row in node.ok("appeal", "list", "--limit", 99)["appeals"])
        assert world.hub.ok("alarm", "list")["total"] == 0
        node.ok("appeal", "edit", lost, "--set", "place=桥头")
        settled(world, node)
        assert world.hub.ok("appeal", "show", lost)["appeal"]["place"] == "桥头"


def test_a_hubs_folder_copied_back_from_day_10_to_day_20_loses_nothing_that_a_station_has():
    with World() as world:
        server = world.serve()
        stations = [world.station(code) for code in ("SHG01", "SXZ01")]
        numbers = {}
        for day in range(1, 21):
            for node in stations:
                number = add(node, f"{node.name}第{day}天", "内容")["number"]
                world.sync(node)
                world.hub.ok("appeal", "edit", number, "--set", f"place=区里第{day}天")
                world.sync(node)
                numbers[number] = f"区里第{day}天"
            if day == 10:
                server.stop()
                copy = keep(world.hub, "day-10")
                server = world.serve()
        server.stop()
        put_back(world.hub, copy)
        world.serve()
        assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == 20
        for node in stations:
            settled(world, node)
        for number, place in numbers.items():
            assert world.hub.ok("appeal", "show", number)["appeal"]["place"] == place
        assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == 40
        assert world.hub.ok("alarm", "list")["total"] == 0
        assert world.hub.ok("status")["put_back"] is not None
        for node in stations:
            world.hub.ok("appeal", "edit", next(iter(numbers)) if node.name == "SHG01" else
                         list(numbers)[1], "--set", "place=继续")
            settled(world, node)


def test_a_second_machine_with_a_copied_folder_raises_an_alarm_that_a_person_settles():
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        add(node, "开始", "")
        world.sync(node)
        twin = Node(world, STATION, "SHG01-twin")
        shutil.copytree(node.data, twin.data)
        expected = ["开始"]
        for turn in range(3):
            for each, who in ((node, "甲"), (twin, "乙")):
                add(each, f"{who}{turn}", "")
                expected.append(f"{who}{turn}")
                world.sync(each)
        assert titles(world.hub) == sorted(expected)
        numbers = [row["number"] for row in
                   world.hub.ok("appeal", "list", "--limit", 99)["appeals"]]
        assert len(set(numbers)) == len(numbers)
        alarms = world.hub.ok("alarm", "list")["alarms"]
        assert [alarm["kind"] for alarm in alarms] == ["two_machines"]
        assert alarms[0]["station"] == "SHG01" and not alarms[0]["settled"]
        assert "两台机器" in world.hub.run("alarm", "list", json_out=False).out
        world.hub.ok("alarm", "settle", alarms[0]["id"], "--reason", "备用电脑已收回")
        world.sync(node)
        for each in (world.hub, node):
            assert each.ok("alarm", "list")["alarms"][0]["settled"]
            assert each.ok("status")["alarms"] == 0
        refused = world.hub.run("alarm", "settle", "00000000-0000-0000-0000-000000000000",
                                "--reason", "x")
        assert refused.code == 1 and refused.error["code"] == "JY-0401", refused.out
