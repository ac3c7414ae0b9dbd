"""What a system administrator keeps at the hub's page, in a browser and through the API."""

import shutil

from jy import STATION, Node, World, add
from page_desk import PASSWORD, invited, line_of
from test_orders import people
from test_page_browser import Story, packages


def test_reasons_channels_and_an_alarm_by_clicks():
    packages()
    with World() as world:
        people(world)
        page = world.serve()
        node = world.station("SHG01")
        add(node, "开始", "")
        world.sync(node)
        twin = Node(world, STATION, "SHG01-twin")
        shutil.copytree(node.data, twin.data)
        for turn in range(3):
            for each in (node, twin):
                add(each, f"{each.name}{turn}", "")
                world.sync(each)
        made = add(world.hub, title="水管爆裂", region="340207001")
        invited(world.hub, page, "DJ1", "system_admin", "周系")
        invited(world.hub, page, "PD1", "dispatcher", "派甲")
        facts = Story("keeping_story.mjs", {"hub": line_of(page, "page"), "password": PASSWORD,
                                            "id": made["id"]}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert facts["code_fixed"] and facts["bad_code_kept_out"], facts
        assert not facts["free"] or facts["warned"], facts
        assert "SHG01" in facts["alarm"] and "两台机器" in facts["alarm"], facts["alarm"]
        assert "备用电脑已收回" in facts["settled"] and "DJ1" in facts["settled"], facts["settled"]
        assert "诉求人搬离本区" in facts["offered"], facts["offered"]
        assert "问题已消失" in facts["offered"] and "诉求人撤回" not in facts["offered"], facts
        # What the browser did is what the node says, and a station hears of it.
        reasons = {one["code"]: one for one in
                   world.hub.ok("reason", "list", "--use", "withdrawn")["reasons"]}
        assert reasons["moved_away"]["zh"] == "诉求人搬离本区" and reasons["moved_away"]["valid"]
        assert not reasons["by_person"]["valid"] and reasons["solved_itself"]["valid"]
        world.sync(node)
        for each in (world.hub, node):
            channels = {one["code"]: one for one in each.ok("channel", "list")["channels"]}
            assert channels["park_line"]["zh"] == "园区服务热线" and channels["park_line"]["level"]
            assert each.ok("alarm", "list")["alarms"][0]["settled"]
        rows = world.hub.ok("audit", "list", "--action", "alarm.settle")["rows"]
        assert [row["actor"] for row in rows] == ["DJ1"], rows


def test_only_a_system_administrator_settles_alarms_and_only_with_a_reason():
    with World() as world:
        server = world.serve()
        path = "/api/alarms/00000000-0000-0000-0000-000000000000/settle"
        desk = invited(world.hub, server, "PD1", "dispatcher,supervisor")
        assert desk.post(path, {"reason": "x"}).code == "JY-1104"
        chief = invited(world.hub, server, "DJ1", "system_admin")
        assert chief.post(path, {"reason": "x"}).code == "JY-0401"
        assert chief.post(path, {}).code == "JY-0103"
