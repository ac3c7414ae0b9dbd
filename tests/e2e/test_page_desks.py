"""Meetings, enterprises, supervision and visits: the page's API, and all of it in a browser."""

import json

from firms_desk import BAD, ago, firm_order, set_up, to_visit, uscc
from jy import World
from page_desk import PASSWORD, invited, line_of
from test_orders import act
from test_page_browser import Cable, Story, packages


def test_a_meeting_is_taken_down_row_by_row_through_the_api():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve_station(node)
        person = invited(node, server, "W01", "recorder,handler", "王芳")
        made = person.ok(person.post("/api/meetings", {"kind": "salon", "title": "沙龙",
                                                       "attendees": ["王总", "李总"]}))
        path = "/api/meetings/" + made["id"]
        rows = [{"row": 1, "values": {"enterprise": "一厂", "text": "路不通", "title": "路不通"}},
                {"row": 2, "values": {"text": "水不通", "phone": "1" * 70}},
                {"row": 3, "values": {"text": "  "}}]
        done = person.ok(person.post(path + "/notes", {"rows": rows}))
        assert [one["row"] for one in done["saved"]] == [1], done
        assert [(one["row"], one["field"]) for one in done["refused"]][0] == (2, "phone"), done
        assert all(one["zh"] and one["en"] and one["code"] for one in done["refused"]), done
        shown = person.ok(person.get(path))
        assert shown["meeting"]["appeals"] == 1 and shown["orders"][0]["enterprise"] == "一厂"
        assert node.ok("meeting", "show", made["id"])["orders"][0]["number"] == (
            done["saved"][0]["number"])
        # What another wrote meanwhile is not covered unseen; who was there is added to.
        edit = path + "/edit"
        seen = shown["seen"]
        person.ok(person.post(edit, {"set": {"minutes": "第一稿"}, "seen": seen}))
        late = person.post(edit, {"set": {"minutes": "第二稿"}, "seen": seen})
        assert late.status == 409 and late.code == "JY-1114", late.body
        person.ok(person.post(edit, {"set": {"attendees": ["赵总"]}, "seen": seen}))
        meeting = node.ok("meeting", "show", made["id"])["meeting"]
        assert meeting["minutes"] == "第一稿" and len(meeting["attendees"]) == 3, meeting
        closing = person.post(path + "/close")
        assert closing.code == "JY-0463" and done["saved"][0]["number"] in closing.body.decode()
        # Who does not take down sees no whole names of those who were there.
        visitor = invited(node, server, "W02", "visitor")
        names = visitor.ok(visitor.get(path))["meeting"]["attendees"]
        assert sorted(names) == ["李**", "王**", "赵**"], names
        assert visitor.post(path + "/notes", {"rows": []}).code == "JY-1104"


def test_firms_through_the_api_and_what_a_unit_does_not_see():
    with World() as world:
        set_up(world)
        hub = world.hub
        server = world.serve()
        person = invited(hub, server, "PD1", "dispatcher,visitor", "派甲")
        firm_order(hub, "江北机械厂")
        firm_order(hub, "安徽江北机械有限公司", uscc(1))
        found = person.ok(person.post("/api/enterprises/search", {"search": "江北"}))
        by_name = {one["name"]: one for one in found["enterprises"]}
        assert found["total"] == 2 and uscc(1) not in json.dumps(found), found
        old, new = by_name["江北机械厂"]["id"], by_name["安徽江北机械有限公司"]["id"]
        person.ok(person.post(f"/api/enterprises/{old}/contacts", {
            "method": "phone", "contact": "王经理", "text": "请打 13900005678"}))
        shown = person.ok(person.get("/api/enterprises/" + old))
        line = json.dumps(shown, ensure_ascii=False)
        assert "王**" in line and "王经理" not in line and "13900005678" not in line, line
        whole = person.ok(person.post(f"/api/enterprises/{old}/reveal", {"reason": "contact"}))
        assert "王经理" in json.dumps(whole, ensure_ascii=False)
        rows = hub.ok("audit", "list", "--action", "enterprise.reveal")["rows"]
        assert [(row["actor"], row["target"], row["detail"]) for row in rows] == [
            ("PD1", old, "contact")]
        # What would become of what is told, and nothing is written.
        merge = f"/api/enterprises/{old}/merge"
        preview = person.ok(person.post(merge, {"into": new, "dry_run": True}))
        assert (preview["appeals"], preview["contacts"]) == (1, 1), preview
        assert preview["aliases"] == ["江北机械厂"] and preview["gains"] == {}, preview
        other = person.ok(person.post(f"/api/enterprises/{new}/merge",
                                      {"into": old, "dry_run": True}))
        assert "uscc" in other["gains"], other
        assert hub.ok("enterprise", "list")["total"] == 2
        cli = hub.ok("enterprise", "merge", old, "--into", new, "--dry-run")
        assert cli["dry_run"] and hub.ok("enterprise", "list")["total"] == 2
        person.ok(person.post(merge, {"into": new}))
        assert hub.ok("enterprise", "list")["total"] == 1
        assert len(hub.ok("enterprise", "show", new)["appeals"]) == 2
        person.ok(person.post(merge, {"undo": True}))
        assert hub.ok("enterprise", "list")["total"] == 2
        # A unit's account: names to choose from, no firm's whole story, no desk of all units.
        unit = invited(hub, server, "J1", "handler,recorder", "建甲")
        unit.ok(unit.post("/api/enterprises/search", {"search": "江北"}))
        for path in ("/api/enterprises/" + old, "/api/enterprises/duplicates", "/api/watch",
                     "/api/visits", "/api/supervision", "/api/cases", "/api/worklists"):
            assert unit.get(path).code == "JY-1104", path
        meeting = unit.ok(unit.post("/api/meetings", {"kind": "salon", "title": "会"}))["id"]
        firm_order(hub, "别家", meeting=meeting)
        seen = unit.ok(unit.get("/api/meetings/" + meeting))
        assert seen["orders"] == [] and seen["hidden"] == 1, seen
        assert len(person.ok(person.get("/api/meetings/" + meeting))["orders"]) == 1
        # What it took down itself it can open again and mend, until somebody dispatches it.
        own = unit.ok(unit.post("/api/appeals", {"type": "complaint", "text": "厂门口路灯不亮",
                                                 "meeting": meeting}))
        seen = unit.ok(unit.get("/api/meetings/" + meeting))
        assert [one["number"] for one in seen["orders"]] == [own["number"]], seen
        assert seen["hidden"] == 1, seen
        row = "/api/appeals/" + own["id"]
        opened = unit.ok(unit.get(row))
        unit.ok(unit.post(row + "/edit", {"set": {"text": "厂门口两盏路灯不亮"},
                                          "seen": opened["seen"]}))
        assert hub.ok("appeal", "show", own["id"])["appeal"]["text"] == "厂门口两盏路灯不亮"
        other = invited(hub, server, "S1", "handler,recorder", "水甲")
        assert other.get(row).code == "JY-0401"
        act(hub, "dispatch", own["number"], "PD1", "--unit", "SWJ", "--type", "complaint",
            "--complexity", "simple")
        assert unit.get(row).code == "JY-0401"
        assert unit.ok(unit.get("/api/meetings/" + meeting))["orders"] == []
        other.ok(other.get(row))


def test_watch_supervision_and_visits_tell_causes_and_who_may():
    with World() as world:
        set_up(world)
        hub = world.hub
        server = world.serve()
        bad = firm_order(hub, "一厂", uscc(1), "供水没有接")
        again = firm_order(hub, "一厂", uscc(1), "供水还没接")
        waits = firm_order(hub, "二厂", uscc(2), "路灯不亮")
        for number in (bad, waits):
            to_visit(hub, number)
        visitor = invited(hub, server, "HF1", "visitor", "访甲")
        handler = invited(hub, server, "J1", "visitor", "建甲")
        rows = visitor.ok(visitor.get("/api/visits"))
        assert rows["total"] == 2 and rows["mine"] == 2, rows
        assert {row["number"] for row in rows["orders"]} == {bad, waits}
        assert all(row["may"] and row["human"] and "****" in row["phone"]
                   for row in rows["orders"]), rows
        # Who handled it never asks, whatever the role at the page.
        theirs = handler.ok(handler.get("/api/visits"))
        assert theirs["mine"] == 0 and all(row["why"] for row in theirs["orders"]), theirs
        act(hub, "visit", bad, "HF1", *BAD)
        hub.ok("repeat", "confirm", f"{bad}/{again}", "--kind", "same_person", "--as", "PD1")
        entry = visitor.ok(visitor.get("/api/watch"))["entries"][0]
        causes = {one["trigger"]: one for one in entry["triggers"]}
        assert entry["number"] == bad and entry["enterprise"] == "一厂", entry
        assert causes["T1"]["visit"]["visitor"] == "HF1" and causes["T1"]["order"] is None, causes
        assert causes["T2"]["order"]["number"] == again and causes["T2"]["visit"] is None, causes
        act(hub, "rework", bad, "HF1", "--reason", "unsolved")
        act(hub, "instruct", bad, "LD1", "--due", ago(-3), "--text", "请打 13900005678 办妥")
        act(hub, "supervise", bad, "DB1", "--level", "2", "--text", "督办")
        row = visitor.ok(visitor.get("/api/supervision"))["orders"][0]
        assert row["number"] == bad and row["supervision"] == 2 and row["round"] == 2, row
        task = row["instructions"][0]
        assert task["detail"] == "请打 139****5678 办妥" and task["feedback"] is None, task
        act(hub, "instruct-done", bad, "DB1", "--event", task["event"], "--text", "已办妥")
        task = visitor.ok(visitor.get("/api/supervision"))["orders"][0]["instructions"][0]
        assert task["feedback"] == {"detail": "已办妥", "actor": "DB1"}, task
        # Reading is for all who work here, keeping is not.
        assert visitor.post("/api/cases", {"title": "x"}).code == "JY-1104"
        boss = invited(hub, server, "DB1", "supervisor", "督甲")
        case = boss.ok(boss.post("/api/cases", {"title": "管网", "cause": "legacy", "lead": "JSJ",
                                                "target": "2027-03-31", "orders": bad}))["id"]
        boss.ok(boss.post(f"/api/cases/{case}/propose", {"evidence": "协议"}))
        assert boss.post(f"/api/cases/{case}/strike").status == 422
        assert hub.ok("case", "show", case)["case"]["state"] == "proposed"


def test_a_salon_by_the_page_alone():
    packages()
    with World() as world:
        set_up(world)
        world.serve()
        node = world.station("JDJ01")
        world.sync(node)
        server = world.serve_station(node)
        invited(node, server, "W3", "recorder,handler", "会甲")
        facts = Story("meeting_story.mjs", {"link": line_of(server, "page"),
                                            "password": PASSWORD}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert facts["seconds"] < 120 and facts["like"] and facts["new_told"], facts
        assert "电话" in facts["refused"] and "JY-" in facts["refused"], facts
        assert facts["still_there"] == facts["kept"] == "粘贴来的一件", facts
        assert facts["open_listed"] == 23 and facts["cannot_close"] and facts["closed"], facts
        assert not facts["composing"] and facts["mine_kept"] == "我写的纪要", facts
        # What the browser did is what the node says: each request once, of eight firms.
        shown = node.ok("meeting", "show", facts["meeting"])
        assert facts["unsure_kept"] == "答复丢了的一件", facts
        assert shown["meeting"]["appeals"] == 23 and shown["meeting"]["minutes"] == "别人写的纪要"
        assert len({order["title"] for order in shown["orders"]}) == 23
        assert node.ok("enterprise", "list")["total"] == 8, node.ok("enterprise", "list")
        assert sorted(shown["meeting"]["attendees"]) == ["李总", "王总"]
        first = node.ok("appeal", "show", shown["orders"][0]["id"])
        assert first["appeal"]["channel"] == "meeting" and first["history"][0]["actor"] == "W3"
        print(f"      20 requests of 8 firms in {facts['seconds']:.1f} s")


def test_a_salon_to_the_end_of_its_hardest_request_by_the_page_alone():
    packages()
    with World() as world:
        set_up(world)
        hub_page = world.serve()
        node = world.station("JDJ01")
        cable = Cable(world.address)
        world.address, real = cable.address, world.address
        station_page = world.serve_station(node)
        world.address = real
        invited(node, station_page, "W3", "recorder,handler", "会甲")
        for user, role in (("PD1", "dispatcher"), ("HD1", "dispatcher"), ("QY1", "dispatcher"),
                           ("J1", "handler"), ("HF1", "visitor"), ("DB1", "supervisor")):
            invited(world.hub, hub_page, user, role, user)
        marks = {name: world.folder / name for name in ("cut", "mend")}
        story = Story("salon_story.mjs", {
            "station": line_of(station_page, "page"), "hub": line_of(hub_page, "page"),
            "password": PASSWORD, "today": ago(0)[:10],
            **{name: str(path) for name, path in marks.items()}})
        story.wait_for("CUT")
        cable.cut()
        marks["cut"].touch()
        story.wait_for("MEND")
        cable.mend()
        marks["mend"].touch()
        facts = story.facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert not facts["green_without_link"] and facts["nothing_to_object"] == 0, facts
        assert facts["asks_why_not"] == 0, facts
        # A39: a named owner, and no way off the list but one of the two.
        assert "T1" in facts["trigger"] and "QY1" in facts["trigger"], facts["trigger"]
        assert facts["others_take_it_off"] == 0 and facts["close_while_watched"] == 0, facts
        assert facts["grounds"] == ["", "satisfied", "unreasonable", "lawfully_unsolvable"], facts
        assert facts["asks_leader"] == 2 and facts["asks_leader_when_satisfied"] == 0, facts
        assert "JY-0414" in facts["too_early"], facts["too_early"]
        # What the browsers did is what both nodes say.
        world.assert_equal(node)
        shown = world.hub.ok("appeal", "show", facts["hard"])
        steps = [(event["kind"], event["actor"]) for event in shown["events"]
                 if event["kind"] != "arrived"]
        assert steps == [
            ("dispatched", "PD1"), ("signed", "J1"), ("first_contact", "J1"), ("replied", "J1"),
            ("review_passed", "HD1"), ("visited", "HF1"), ("watch_opened", steps[6][1]),
            ("rework", "HF1"), ("replied", "J1"), ("review_passed", "HD1"), ("visited", "HF1"),
            ("watch_ended", "QY1"), ("closed", "HF1")], steps
        assert not shown["order"]["watch"]["open"] and shown["state"] == "closed"
        for one in (node, world.hub):
            meeting = one.ok("meeting", "show", facts["meeting"])["meeting"]
            assert meeting["closed_by"] == "W3" and meeting["appeals"] == 3, meeting
        assert all(one["delivered"] for one in node.ok("appeal", "list")["appeals"])


def test_two_records_of_a_firm_become_one_by_clicks():
    packages()
    with World() as world:
        set_up(world)
        hub = world.hub
        server = world.serve()
        numbers = {firm_order(hub, "江北机械厂"), firm_order(hub, "安徽江北机械有限公司", uscc(1))}
        invited(hub, server, "PD1", "dispatcher", "派甲")
        facts = Story("firm_story.mjs", {"link": line_of(server, "page"),
                                         "password": PASSWORD}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert facts["masked"] and facts["preselected"] == 0 and facts["asks"], facts
        assert facts["along"] and "江北机械厂" in facts["preview"], facts
        assert set(facts["both"]) == numbers, facts
        assert hub.ok("enterprise", "list")["total"] == 2


def test_supervision_and_visits_by_clicks():
    packages()
    with World() as world:
        set_up(world)
        hub = world.hub
        server = world.serve()
        bad = firm_order(hub, "一厂", uscc(1), "供水没有接")
        good = firm_order(hub, "二厂", uscc(2), "路灯不亮")
        for number in (bad, good):
            to_visit(hub, number)
        for user, roles in (("HF1", "visitor"), ("DB1", "supervisor"), ("LD1", "leader")):
            invited(hub, server, user, roles, user)
        facts = Story("hub_desks_story.mjs", {
            "link": line_of(server, "page"), "password": PASSWORD, "bad": bad, "good": good,
            "badId": hub.ok("appeal", "show", bad)["id"], "due": ago(-3)[:16]}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert bad in facts["first"] and facts["phone_masked"] and facts["asks"], facts
        assert facts["rework_offered"] == 1 and facts["list_waits"], facts
        assert "T1" in facts["cause"] and "访甲" not in facts["cause"], facts["cause"]
        assert "督办通知书" in facts["slip"] and "批示" in facts["slip"], facts
        assert facts["target"].startswith("批示"), facts
        assert "回访台" not in " ".join(facts["menus"]), facts["menus"]
        assert hub.ok("appeal", "show", good)["state"] == "closed"
        shown = hub.ok("appeal", "show", bad)
        kinds = [(event["kind"], event["actor"]) for event in shown["events"]]
        for one in (("visited", "HF1"), ("supervised", "DB1"), ("instruction", "LD1"),
                    ("instruction_done", "DB1")):
            assert one in kinds, kinds
        assert shown["order"]["watch"]["open"]
        assert shown["order"]["instructions"][0]["done_at"] is not None
        rows = hub.ok("audit", "list", "--action", "appeal.reveal")["rows"]
        assert [(row["actor"], row["detail"]) for row in rows] == [("HF1", "visit")]
