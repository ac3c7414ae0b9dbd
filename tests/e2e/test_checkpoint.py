"""Checkpoints: what the hub signed of its logs, and who notices when its history is another."""

from jy import World, add
from test_bundle import returned
from test_differing import damage


def test_t10_history_rewritten_in_the_hubs_database_contradicts_what_it_signed():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        add(node, "路灯不亮", "村口路灯坏了")
        world.sync(node)
        assert world.hub.ok("checkpoint", "make")["written"] == 1
        assert world.hub.ok("checkpoint", "make")["written"] == 0
        second = add(node, "井盖", "没了")["number"]
        world.sync(node)
        assert world.hub.ok("checkpoint", "make")["written"] == 1
        world.sync(node)
        # All stations have them: the hub can't take them back.
        for side in (world.hub, node):
            listed = side.ok("checkpoint", "list")["checkpoints"]
            assert [one["number"] for one in listed] == [1, 2], listed
            assert side.ok("verify")["ok"] is True

        # Somebody with all rights at the hub makes the second appeal, and that it came, go away.
        world.servers[-1].stop()
        appeal = world.hub.ok("appeal", "show", second)["id"]
        log = "(SELECT log FROM receipt LIMIT 1)"
        damage(world.hub, f"DELETE FROM segment WHERE place >> 48 = {log} AND last > 1")
        damage(world.hub, f"UPDATE log SET seq = 1 WHERE ix = {log}")
        damage(world.hub, "DELETE FROM appeal WHERE number = ?", (second,))
        found = world.hub.run("verify")
        assert found.code == 14, found.out
        problems = found.json["problems"]
        told = [one for one in problems if "checkpoint" in one]
        assert any("checkpoint 2" in one and "seq 2" in one for one in told), problems
        assert "路灯" not in str(problems) and appeal not in str(told)


def test_checkpoints_travel_by_stick_too():
    with World() as world:
        node = world.station("SHG01")
        add(node, "路灯不亮", "村口路灯坏了")
        folder = world.folder / "up"
        folder.mkdir()
        node.ok("bundle", "export", "--out", folder)
        world.hub.ok("bundle", "import", folder)
        assert world.hub.ok("checkpoint", "make")["written"] == 1
        returned(world, node, "down")
        assert [one["number"] for one in node.ok("checkpoint", "list")["checkpoints"]] == [1]
        assert node.ok("verify")["ok"] is True
