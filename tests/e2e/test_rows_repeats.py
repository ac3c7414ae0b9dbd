"""Repeats (domain B8), through the programs: resend, same person, same matter."""

from intake_desk import asked, show, took, write
from jy import World, add
from refusals import intact, refused
from test_orders import act, people
from test_orders import refused as guarded
from test_rows_life import closed


def pairs(node, *words):
    return {pair["pair"]: pair for pair in node.ok("repeat", "list", *words)["pairs"]}


TEXT = "村口新民路路灯三天不亮，老人晚上出行不便，请尽快修好。"


def test_b8_resend_same_person_and_same_matter_are_three_things():
    with World() as world:
        hub = world.hub
        people(world)
        hub.ok("category", "load")
        place = {"place": "二坝镇新民路", "region": "340207102"}
        first = add(hub, text=TEXT, phone="13900000001", **place)["number"]
        resent = add(hub, text=TEXT, phone="139-0000-0001")["number"]
        again = add(hub, text="新民路路灯还是不亮，老人晚上出行不便，催一下。",
                    phone="13900000001")["number"]
        other = add(hub, text="新民路的路灯坏了，请修。", phone="13900000002", **place)["number"]
        add(hub, text="自来水发黄", phone="13900000001", region="340207101")
        # Another region, another matter; longer ago than the window, another one as well.
        elsewhere = add(hub, text="新民路路灯还是不亮，老人晚上出行不便，催一下。",
                        phone="13900000001", region="340207101")["number"]
        old = add(hub, text=TEXT, phone="13900000001", registered_at="2025-03-05 09:00",
                  **place)["number"]
        for order in (first, other):
            act(hub, "triage", order, "PD1", "--type", "投诉", "--complexity", "simple",
                "--category", "050201")
        found = pairs(hub)
        assert found[f"{first}/{resent}"]["kind"] == "resend", found
        assert found[f"{first}/{again}"]["kind"] == "same_person", found
        assert found[f"{first}/{other}"]["kind"] == "same_matter", found
        assert f"{first}/{elsewhere}" not in found
        assert not [pair for pair in found if old in pair], found
        assert {"same_phone", "same_text", "within_a_day"} <= set(
            found[f"{first}/{resent}"]["reasons"])
        assert {"same_place", "same_category"} <= set(found[f"{first}/{other}"]["reasons"])
        assert set(pairs(hub, "--kind", "same_matter")) == {f"{first}/{other}"}
        page = hub.run("repeat", "list", json_out=False)
        assert "不同的人反映同一事项" in page.out and "地点相同" in page.out, page.out
        assert "13900000001" not in page.out
        # Refused: not suggested any more. Taken back: it is.
        hub.ok("repeat", "refuse", f"{first}/{again}")
        assert f"{first}/{again}" not in pairs(hub)
        hub.ok("repeat", "undo", f"{first}/{again}")
        assert f"{first}/{again}" in pairs(hub)
        # Persons are never merged; each keeps the own order.
        hub.ok("repeat", "confirm", f"{first}/{other}")
        shown = show(hub, other)["repeats"]
        assert shown[0]["kind"] == "same_matter" and shown[0]["earlier"]["number"] == first, shown
        refused(hub, "appeal", "merge", other, "--as", "PD1", "--into", first, "--reason",
                "repeat", exit_code=1, code="JY-0436")
        refused(hub, "repeat", "confirm", f"{first}/{other}", "--merge", "--as", "PD1",
                exit_code=1, code="JY-0436")
        assert show(hub, other)["state"] == "triage"
        for pair in ("nonsense", f"{first}/{first}", f"{first}/gone"):
            refused(hub, "repeat", "confirm", pair, exit_code=2, code="JY-0438")
        refused(hub, "repeat", "undo", f"{again}/{other}", exit_code=2, code="JY-0438")


def test_b8_a_confirmed_repeat_is_merged_into_the_earlier_and_comes_back_whole():
    with World() as world:
        hub = world.hub
        people(world)
        station = world.station("SHG01")
        first = add(station, text=TEXT, phone="13900000001", channel="12345", ext_no="H1")["number"]
        later = add(station, text=TEXT, phone="13900000001")
        world.serve()
        world.sync(station)
        # Named the other way round, the earlier is the master all the same.
        done = hub.ok("repeat", "confirm", f"{later['number']}/{first}", "--merge", "--as", "PD1")
        assert done["merged"] and done["kind"] == "resend" and done["pair"].startswith(first)
        assert show(hub, later["number"])["state"] == "merged"
        assert show(hub, first)["state"] == "received"
        assert pairs(hub) == {}
        # The person keeps a reply of the own.
        act(hub, "reply", later["number"], "HD1", "--answer", "与先前一件一并办理")
        told = asked(hub, later["query_code"], "0001").json
        assert told["reply"] == "与先前一件一并办理" and told["state"] == "received", told
        world.sync(station)
        world.assert_equal(station)
        assert show(station, later["number"])["repeats"][0]["kind"] == "resend"
        act(hub, "unmerge", later["number"], "PD1", "--reason", "other_matter")
        hub.ok("repeat", "undo", f"{first}/{later['number']}")
        shown = show(hub, later["number"])
        assert shown["state"] == "received" and shown["repeats"] == [], shown["state"]
        world.sync(station)
        world.assert_equal(station)
        decided = pairs(hub, "--decided")
        assert [pair["decision"] for pair in decided.values()] == ["undone"]


def test_b8_what_comes_after_leads_to_the_master_not_to_what_was_merged():
    with World() as world:
        hub = world.hub
        people(world)
        first, later, third, fourth = (add(hub, text=TEXT, phone="13900000001")["number"]
                                       for _ in range(4))
        hub.ok("repeat", "confirm", f"{first}/{later}", "--merge", "--as", "PD1")
        hub.ok("repeat", "confirm", f"{later}/{third}", "--merge", "--as", "PD1")
        assert show(hub, third)["order"]["merged_into"] == show(hub, first)["id"]
        # Merged without a word on the pair, it is suggested no more either.
        assert f"{first}/{fourth}" in pairs(hub)
        act(hub, "merge", fourth, "PD1", "--into", first, "--reason", "repeat")
        assert pairs(hub) == {}


def test_b8_a_repeat_of_what_was_handled_is_closed_by_explanation_and_a_second_person():
    with World() as world:
        people(world)
        hub = world.hub
        station = world.station("SHG01")
        world.serve()
        first, again, other, waiting = (
            add(station, text=TEXT, phone=phone)
            for phone in ("13900000001", "13900000001", "13900000002", "13900000001"))
        world.sync(station)
        closed(world, first["number"])
        number = again["number"]
        facts = {"--repeat-of": first["number"], "--ground": "unreasonable",
                 "--basis": "信访工作条例第十八条", "--answer": "已于上次依法办结，无新的事实",
                 "--person": "DB1"}

        def words(told=True, **other_facts):
            given = facts | {"--" + key.replace("_", "-"): value
                             for key, value in other_facts.items()}
            return [word for pair in given.items() if pair[1] for word in pair] + \
                ["--told"] * told

        for guard, given in {
                "wrong_state": {"repeat_of": None}, "no_basis": {"basis": None},
                "no_answer": {"answer": None}, "no_ground": {"ground": "satisfied"},
                "no_second_person": {"person": "S1"}, "same_person": {"person": "PD1"},
                "not_told": {"told": False}, "own_order": {"repeat_of": number},
                "no_target": {"repeat_of": waiting["number"]}}.items():
            guarded(hub, guard, "close", number, "PD1", *words(**given))
        guarded(hub, "no_post", "close", number, "HF1", *words())
        younger = add(hub, text=TEXT, phone="13900000001")["number"]
        closed(world, younger)
        guarded(hub, "master_younger", "close", number, "PD1", *words(repeat_of=younger))
        # Another person's matter is not this one's.
        refused(hub, "appeal", "close", other["number"], "--as", "PD1", *words(), exit_code=1,
                code="JY-0436")
        act(hub, "close", number, "PD1", *words())
        world.sync(station)
        for node in (hub, station):
            shown = show(node, number)
            assert shown["state"] == "closed" and shown["order"]["ground"] == "unreasonable"
            event = shown["events"][-1]
            assert event["facts"]["target"] == first["id"] and event["facts"]["person"] == "DB1"
            assert shown["deadlines"]["citizen_verdict"] == "on_time"
            assert node.ok("report", "ledger")["complete"]
        world.assert_equal(station)
        told = asked(hub, again["query_code"], "0001").json
        assert told["state"] == "closed" and told["reply"] == facts["--answer"], told
        # Somebody else may ask the person, and a supervisor opens it again.
        guarded(hub, "wrong_state", "close", number, "PD1", *words())
        act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "dissatisfied", "--reason", "slow")
        act(hub, "reopen", number, "DB1", "--reason", "same_matter")
        assert show(hub, number)["state"] == "triage"


def test_b8_what_is_sent_or_imported_again_is_no_second_appeal():
    with World() as world:
        hub = world.hub
        station = world.station("SHG01")
        add(station, text=TEXT, phone="13900000001", channel="12345", ext_no="H1")
        world.serve()
        for _ in range(3):
            world.sync(station)
        bundle = write(world, "again.csv", f"no,text,phone\nH1,{TEXT},13900000001\n")
        for _ in range(3):
            done = took(hub, bundle, "--map", "ext_no=no,text=text,phone=phone", "--type",
                        "complaint", "--channel", "12345")
            assert done["imported"] == 0 and done["skipped"] == 1
        assert pairs(hub) == {}
        intact(hub, 1)


def test_b8_how_much_alike_two_texts_must_be_is_a_setting_of_the_district():
    with World() as world:
        hub = world.hub
        first = add(hub, text=TEXT, phone="13900000001")["number"]
        again = add(hub, text="新民路路灯还是不亮，老人晚上出行不便，催一下。",
                    phone="13900000001")["number"]
        pair = f"{first}/{again}"
        assert pairs(hub)[pair]["kind"] == "same_person"
        assert "similar_text" in pairs(hub)[pair]["reasons"]
        assert hub.ok("setting", "set", "repeat.similar_percent", 100)["before"] == 40
        listed = {one["name"]: one["value"] for one in hub.ok("setting", "list")["settings"]}
        assert listed["repeat.similar_percent"] == 100
        assert "similar_text" not in pairs(hub).get(pair, {"reasons": []})["reasons"]
        refused(hub, "setting", "set", "repeat.similar_percent", "101", exit_code=2,
                code="JY-0416")
