"""What the hub sends back, and what is noticed when tables change behind the program's back."""


from jy import Database, World, add


def damage(node, sql, words=()):
    """With another program than ours, as somebody with the file and a tool would."""
    with Database(node) as db:
        db.execute(sql, words)
    db.close()


def title(node, record):
    return node.ok("appeal", "show", record)["appeal"].get("title")


def prose(node, *words):
    done = node.run(*words, json_out=False)
    assert done.code == 0, done.err
    return done.out


def test_a_stations_damaged_row_is_found_at_the_next_exchange_and_mended():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        made = add(node, "路灯不亮", "村口路灯坏了", phone="13912345678")
        kept = add(node, "井盖", "没了")
        world.sync(node)
        damage(node, "UPDATE appeal SET title = '不是这样', phone = NULL WHERE number = ?",
               (made["number"],))
        assert title(node, made["id"]) == "不是这样"
        world.sync(node)
        assert title(node, made["id"]) == "路灯不亮"
        assert title(node, kept["id"]) == "井盖"
        shown = node.ok("appeal", "show", made["id"])["appeal"]
        assert shown["phone"] == "13912345678"
        found = node.ok("status")["differing"]
        assert [(one["number"], one["what"], one["with"]) for one in found] == [
            (made["number"], "mended_here", "QZX")], found
        there = world.hub.ok("status")["differing"]
        assert [(one["number"], one["what"], one["with"]) for one in there] == [
            (made["number"], "mended_there", "SHG01")], there
        for side in (node, world.hub):
            page = prose(side, "status")
            assert made["number"] in page and "13912345678" not in page, page
            assert side.ok("verify")["ok"] is True
        world.sync(node)
        assert node.ok("status")["diverged"] is False
        assert world.hub.ok("status")["diverged"] is False
        world.assert_equal(node)


def test_a_row_changed_at_the_hub_is_told_by_both_and_changed_by_nobody():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve()
        made = add(node, "路灯不亮", "村口路灯坏了")
        world.sync(node)
        server.stop()
        damage(world.hub, "UPDATE appeal SET title = '改了'")
        world.serve()
        world.sync(node)
        assert title(world.hub, made["id"]) == "改了"
        assert title(node, made["id"]) == "路灯不亮"
        assert [one["what"] for one in world.hub.ok("status")["differing"]] == ["wrong_here"]
        assert [one["what"] for one in node.ok("status")["differing"]] == ["wrong_there"]
        assert made["number"] in prose(world.hub, "status")
        assert world.hub.run("verify").code == 14
        # The station goes on.
        more = add(node, "井盖", "没了")
        world.sync(node)
        assert title(world.hub, more["id"]) == "井盖"


def test_a_content_fault_comes_back_with_number_and_reason_and_goes_when_it_is_mended():
    with World() as world:
        node = world.station("SHG01")
        other = world.station("SXZ01")
        world.serve()
        first = add(other, "路灯", "坏了", channel="12345", ext_no="WH-1")
        world.sync(other)
        made = add(node, "路灯", "又坏了", channel="12345", ext_no="WH-1")
        also = add(node, "井盖", "没了")
        world.sync(node)
        status = node.ok("status")
        assert status["notices"] == 1, status
        notice, = status["content_notices"]
        assert notice["number"] == made["number"] and notice["field"] == "ext_no", notice
        assert notice["reason"] == "duplicate_ext_no" and notice["station"] == "SHG01", notice
        there, = world.hub.ok("status")["content_notices"]
        assert there["number"] == made["number"], there
        page = prose(node, "status")
        assert made["number"] in page and "已经登记过" in page and "下一步" in page, page
        # Nothing behind it waits.
        assert node.ok("appeal", "show", also["id"])["delivered"] is True
        # A program that was started anew still knows; an ordinary edit ends it on both sides.
        server = world.serve_station(node)
        assert node.ok("status")["notices"] == 1
        assert server.stop() == 0
        node.ok("appeal", "edit", made["id"], "--set", "ext_no=WH-2")
        assert node.ok("status")["notices"] == 0
        assert "content_notices" not in node.ok("status")
        world.sync(node)
        assert world.hub.ok("status")["notices"] == 0
        assert "content_notices" not in world.hub.ok("status")
        assert first["number"] != made["number"]
        world.assert_equal(node)
