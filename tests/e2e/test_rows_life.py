"""Rows of the life cycle that people tried to get round, each through the programs.

Named by the row of the feature table, or of the table of transitions (b2_row...).
"""

import datetime
import time

from jy import World, add
from test_orders import act, refused
from test_rows_dispatch import classed, district, handled, order


def edit(node, number, actor, *fields, reason=None):
    words = [word for field in fields for word in ("--set", field)]
    if reason:
        words += ["--reason", reason]
    return node.run("appeal", "edit", number, *words, "--as", actor)


def edit_refused(node, guard, number, actor, *fields, reason=None):
    before = node.ok("appeal", "show", number)
    done = edit(node, number, actor, *fields, reason=reason)
    assert done.code == 1 and done.error["code"] == "JY-0414", done.out
    assert done.error["details"]["guard"] == guard, done.error
    after = node.ok("appeal", "show", number)
    assert after == {**before, "deadlines": after["deadlines"]}


def reply(node, number, actor="S1"):
    act(node, "reply", number, actor, "--answer", "已办", "--solved", "yes")


def closed(world, number, unit="SWJ", actor="S1"):
    """Through to the closing: by another unit's visitor, satisfied."""
    handled(world, number, unit, actor)
    hub = world.hub
    reply(hub, number, actor)
    act(hub, "review", number, "HD1", "--pass")
    act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
        "satisfied", "--solved", "yes")
    act(hub, "close", number, "HF1", "--ground", "satisfied")


def accepted_kinds(node, number):
    events = node.ok("appeal", "show", number)["events"]
    assert all(event["verdict"] == "accepted" for event in events), events
    return [event["kind"] for event in events]


def notices(node, reason):
    return [one for one in node.ok("status").get("content_notices", []) if one["reason"] == reason]


def test_b2_row20_an_archived_order_is_read_only():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world)
        closed(world, number)
        act(hub, "archive", number, "DJ1")
        kinds = accepted_kinds(hub, number)
        for field in ("phone=13911111111", "leader_source=市长", "type=tip_off", "text=改写",
                      "requester_kind=enterprise", "subject_unit=SWJ", "anonymous=yes", "tags=+新"):
            for actor in ("PD1", "W1", "S1", "C1", "DJ1"):
                edit_refused(hub, "read_only", number, actor, field, reason="correction")
        done = hub.run("appeal", "note", number, "--text", "补一句", "--as", "PD1")
        assert done.code == 1 and done.error["details"]["guard"] == "read_only", done.out
        assert accepted_kinds(hub, number) == kinds
        assert hub.ok("appeal", "show", number)["state"] == "archived"


def test_b2_who_wins_edits_after_acceptance_undo_no_step():
    with World() as world:
        district(world)
        hub = world.hub
        number = add(hub, "路灯", "不亮")["number"]  # No phone: nobody to contact.
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        act(hub, "sign", number, "S1")
        reply(hub, number)
        act(hub, "review", number, "HD1", "--pass")
        kinds = accepted_kinds(hub, number)
        due = hub.ok("appeal", "deadline", number)["citizen_due"]
        edit_refused(hub, "no_reason", number, "PD1", "leader_source=市长信箱")
        for actor in ("S1", "C1", "J1"):
            edit_refused(hub, "not_home_station", number, actor, "text=改写", reason="correction")
            edit_refused(hub, "not_home_station", number, actor, "anonymous=yes",
                         reason="correction")
        # A handling unit may add how the person is reached: that changes no judgement.
        assert edit(hub, number, "S1", "phone=13911111111").code == 0
        done = edit(hub, number, "PD1", "leader_source=市长信箱", "subject_unit=水务局xx",
                    reason="correction")
        assert done.code == 2 and done.error["code"] == "JY-0413", done.out
        done = edit(hub, number, "PD1", "leader_source=市长信箱", "subject_unit=区水务局",
                    "type=tip_off", "requester_kind=enterprise", reason="correction")
        assert done.code == 0 and done.json["step"], done.out
        shown = hub.ok("appeal", "show", number)
        assert shown["appeal"]["subject_unit"] == "SWJ"
        step = shown["events"][-1]
        assert (step["kind"], step["actor"], step["facts"]["reason"]) == (
            "facts_corrected", "PD1", "correction")
        assert accepted_kinds(hub, number) == kinds + ["facts_corrected"]
        assert shown["state"] == "visit_pending"
        assert hub.ok("appeal", "deadline", number)["citizen_due"] == due


def test_b2_who_wins_an_offline_edit_that_meets_a_dispatch_is_told_to_both():
    with World() as world:
        district(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        number = order(world, station)
        archived = order(world, station, title="旧事")
        closed(world, archived)
        act(hub, "archive", archived, "DJ1")
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        # The station has heard of nothing of that.
        assert edit(station, number, "W1", "subject_unit=SWJ", "title=改过的标题").code == 0
        assert edit(station, archived, "W1", "title=后来改写").code == 0
        for _ in range(2):
            world.sync(station)
        for node in (hub, station):
            shown = node.ok("appeal", "show", number)
            assert shown["state"] == "dispatched" and shown["appeal"]["title"] == "改过的标题"
            assert accepted_kinds(node, number) == ["triaged", "dispatched"]
            told = notices(node, "after_dispatch")
            assert {one["field"] for one in told} == {"subject_unit", "title"}, told
            assert all(one["number"] == number for one in told)
            old = node.ok("appeal", "show", archived)
            assert old["appeal"]["title"] == "旧事" and old["state"] == "archived"
            assert "后来改写" in [line["value"] for line in old["history"]]
            assert [one["reason"] for one in node.ok("status")["rejections"]] == ["read_only"]
        # The desk takes one over and puts the other right; then nothing is left to do.
        assert edit(hub, number, "PD1", "title=改过的标题", "subject_unit=JSJ",
                    reason="checked").code == 0
        for _ in range(2):
            world.sync(station)
        for node in (hub, station):
            assert notices(node, "after_dispatch") == []
            assert node.ok("appeal", "show", number)["appeal"]["subject_unit"] == "JSJ"
        refused(hub, "unit_is_subject", "reassign", number, "PD1", "--unit", "JSJ", "--reason",
                "wrong_unit")
        # Now the station knows: its own correction is a step, made without a link.
        world.servers[-1].stop()
        edit_refused(station, "no_reason", number, "W1", "subject_unit=CGJ")
        assert edit(station, number, "W1", "subject_unit=CGJ", reason="misheard").json["step"]
        world.serve()
        for _ in range(2):
            world.sync(station)
        for node in (hub, station):
            assert accepted_kinds(node, number)[-2:] == ["facts_corrected", "facts_corrected"]
            assert notices(node, "after_dispatch") == []
        world.assert_equal(station)
        for node in (hub, station):
            assert node.ok("verify")["ok"]


def test_b2_row6_what_is_merged_into_what():
    with World() as world:
        district(world)
        hub = world.hub
        first, second, third = (order(world, title=f"路灯{i}") for i in range(3))
        other = order(world, title="路灯邻居", phone="13900000002")
        merge = ("--reason", "repeat")
        refused(hub, "master_younger", "merge", first, "PD1", "--into", second, *merge)
        act(hub, "merge", second, "PD1", "--into", first, *merge)
        refused(hub, "merge_circle", "merge", first, "PD1", "--into", second, *merge)
        refused(hub, "master_ended", "merge", third, "PD1", "--into", second, *merge)
        done = hub.run("appeal", "merge", other, "--into", first, *merge, "--as", "PD1")
        assert done.error["code"] == "JY-0436", done.out
        # Whom a person found to be one may have two phones.
        act_pair = hub.ok("repeat", "confirm", f"{first}/{other}", "--kind", "same_person", "--as",
                          "PD1")
        assert act_pair["decision"] == "confirmed"
        act(hub, "merge", other, "PD1", "--into", first, *merge)
        refused(hub, "has_merged", "withdraw", first, "PD1", "--reason", "by_person")
        refused(hub, "has_merged", "void", first, "PD1", "--propose", "--reason",
                "test_entry")
        act(hub, "unmerge", other, "PD1", "--reason", "two_persons")
        ended = order(world, title="撤回的")
        act(hub, "withdraw", ended, "PD1", "--reason", "by_person")
        later = order(world, title="后来的")
        refused(hub, "master_ended", "merge", later, "PD1", "--into", ended, *merge)
        # The merged one's person is owed an answer when the master is closed.
        closed(world, first)
        told = hub.ok("report", "ledger")
        row = {row["station"]: row for row in told["stations"]}["QZX"]
        assert row["merged_without_reply"] == 1 and not told["complete"], told
        act(hub, "reply", second, "HD1", "--answer", "与前一件一并办好")
        told = hub.ok("report", "ledger")
        assert told["complete"] and told["stations"][0]["merged_without_reply"] == 0, told


def test_a29_no_unit_beside_the_one_complained_about():
    units = """code,name,active,station,successor
SHG01,四褐山街道便民服务中心,是,SHG01,
EBZ01,二坝镇便民服务中心,是,EBZ01,
SWJ,区水务局,是,EBZ01,
JSJ,区住建局,是,,
CGJ,区城管局,是,,
SLZ,原水利站,否,,SWJ
"""
    word = "水务局拖延报装三个月"
    with World() as world:
        district(world, unit=units)
        hub = world.hub
        station, beside = world.station("SHG01"), world.station("EBZ01")
        world.serve()
        for node in (station, beside):
            world.sync(node)
        done = station.run("appeal", "add", "--title", "x", "--text", "y", "--subject-unit",
                           "SWJJ")
        assert done.code == 2 and done.error["code"] == "JY-0413", done.out
        rows = world.folder / "rows.csv"
        rows.write_text("title,text,subject_unit\n甲,内容,水务局写错\n乙,内容,区水务局\n", encoding="utf-8")
        done = hub.run("appeal", "import", rows, "--type", "complaint")
        assert done.code == 3 and done.json["imported"] == 1, done.out
        assert [(row["row"], row["code"]) for row in done.json["refused"]] == [(1, "JY-0413")]
        by_name = station.ok("appeal", "add", "--title", "名称", "--text", word + "甲", "--phone",
                             "13900000001", "--subject-unit", "区水务局")["number"]
        retired = station.ok("appeal", "add", "--title", "旧名", "--text", word + "乙",
                             "--subject-unit", "SLZ")["number"]
        world.sync(station)
        for number in (by_name, retired):
            classed(world, number)
            refused(hub, "unit_is_subject", "dispatch", number, "PD1", "--unit", "SWJ")
            refused(hub, "unit_beside_subject", "dispatch", number, "PD1", "--unit", "EBZ01")
            refused(hub, "unit_beside_subject", "dispatch", number, "PD1", "--unit", "JSJ",
                    "--co-units", "EBZ01")
        act(hub, "dispatch", by_name, "PD1", "--unit", "JSJ")
        refused(hub, "unit_beside_subject", "add-unit", by_name, "PD1", "--unit", "EBZ01")
        # Learnt only afterwards whom it is about: the copy is taken back.
        plain = add(station, "桥面破损", "桥面坑洼多处", phone="13900000001")["number"]
        world.sync(station)
        classed(world, plain)
        act(hub, "dispatch", plain, "PD1", "--unit", "EBZ01")
        world.sync(beside)
        assert beside.ok("appeal", "show", plain)["state"] == "dispatched"
        assert edit(hub, plain, "PD1", "subject_unit=SWJ", reason="misheard").code == 0
        for _ in range(3):
            world.sync(beside)
        assert beside.run("appeal", "show", plain).error["code"] == "JY-0401"
        files = [path.read_bytes() for path in beside.data.rglob("*") if path.is_file()]
        for text in (word, "桥面坑洼多处"):
            assert not any(text.encode() in content for content in files), text


def test_b4_a_registration_is_corrected_between_its_receipts_only():
    with World() as world:
        district(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        add(station, "先来的", "内容")
        world.sync(station)
        time.sleep(1.1)
        between = datetime.datetime.now().astimezone().isoformat()
        number = add(station, "后来的", "内容", phone="13900000001")["number"]
        world.sync(station)
        before = "2026-01-01 08:00"
        refused(hub, "outside_receipts", "correct-time", number, "DB1", "--to", before,
                "--reason", "clock")
        time.sleep(1.1)
        after = datetime.datetime.now().astimezone().isoformat()
        refused(hub, "outside_receipts", "correct-time", number, "DB1", "--to", after, "--reason",
                "clock")
        refused(hub, "no_reason", "correct-time", number, "DB1", "--to", between)
        act(hub, "correct-time", number, "DB1", "--to", between, "--reason", "clock")
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        refused(hub, "already_dispatched", "correct-time", number, "DB1", "--to", between,
                "--reason", "clock")


def test_b2_row12_an_approved_extension_outlives_a_change_of_hands():
    with World() as world:
        district(world)
        hub = world.hub
        number = order(world)
        handled(world, number)
        day = datetime.date.today() + datetime.timedelta(days=8)
        end = f"{day + datetime.timedelta(days=1)}T00:00:00+08:00"
        act(hub, "extend", number, "S1", "--due", f"{day}", "--reason", "spare_parts")
        act(hub, "grant-extension", number, "PD1", "--told")
        assert hub.ok("appeal", "deadline", number)["unit_due"] == end
        act(hub, "reassign", number, "PD1", "--unit", "JSJ", "--reason", "wrong_unit")
        told = hub.ok("appeal", "deadline", number)
        assert told["unit_due"] == end and told["citizen_due"] == end, told
        # One for the order, not one for each unit.
        act(hub, "sign", number, "J1")
        act(hub, "extend", number, "J1", "--due", f"{day + datetime.timedelta(days=1)}",
            "--reason", "spare_parts")
        refused(hub, "no_leader", "grant-extension", number, "PD1", "--told")
        # Beyond a superior's limit nothing leads.
        limit = datetime.date.today() + datetime.timedelta(days=5)
        handed = add(hub, "交办件", "上级交办", phone="13900000001", ext_due_at=f"{limit}")["number"]
        handled(world, handed)
        refused(hub, "past_external", "extend", handed, "S1", "--due", f"{day}", "--reason",
                "spare_parts")


def test_a11_who_touched_it_does_not_visit_nor_decide_for_himself():
    with World() as world:
        district(world, staff="""code,name,unit,posts
PD1,派甲,QZX,派单岗
PD9,派水,SWJ,派单岗
HD1,回甲,QZX,回复岗
HF1,访甲,QZX,回访岗
W1,站甲,SHG01,登记岗、回访岗
S1,水甲,SWJ,
S2,水乙,SWJ,回访岗
J1,建甲,JSJ,
""")
        hub = world.hub
        number = order(world)
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        act(hub, "sign", number, "S1")
        act(hub, "contact", number, "S1", "--method", "phone", "--reached", "yes")
        until = str(datetime.date.today() + datetime.timedelta(days=8))
        act(hub, "extend", number, "PD9", "--due", until, "--reason", "spare_parts")
        refused(hub, "same_person", "grant-extension", number, "PD9", "--told")
        refused(hub, "same_person", "refuse-extension", number, "PD9", "--reason",
                "no_need")
        act(hub, "refuse-extension", number, "PD1", "--reason", "no_need")
        act(hub, "send-back", number, "PD9", "--reason", "not_ours", "--basis", "职责清单")
        refused(hub, "same_person", "uphold", number, "PD9", "--reason", "wrong_unit")
        refused(hub, "same_person", "overrule", number, "PD9", "--reason", "is_ours")
        act(hub, "uphold", number, "PD1", "--reason", "wrong_unit")
        act(hub, "dispatch", number, "PD1", "--unit", "JSJ")
        act(hub, "sign", number, "J1")
        # The other unit's call is not this one's.
        refused(hub, "no_contact", "reply", number, "J1", "--answer", "已办", "--solved", "yes")
        act(hub, "contact", number, "J1", "--method", "phone", "--reached", "yes")
        reply(hub, number, "J1")
        act(hub, "review", number, "HD1", "--pass")
        visit = ("--method", "phone", "--reached", "yes", "--grade", "satisfied")
        refused(hub, "handler_visits", "visit", number, "S2", *visit)
        act(hub, "visit", number, "HF1", *visit)


def test_a14_a_drawn_closing_on_the_spot_is_in_the_visits_to_do():
    with World() as world:
        district(world)
        hub, station = world.hub, world.station("SHG01")
        path = world.folder / "delegation.csv"
        path.write_text("code,unit,category\nD1,SHG01,SZ01\n", encoding="utf-8")
        assert hub.ok("delegation", "import", path)["refused_total"] == 0
        hub.ok("setting", "set", "onsite_sample_percent", "100")
        world.serve()
        world.sync(station)
        number = add(station, "问路灯", "几点亮", phone="13900000001", type="inquiry")["number"]
        act(station, "close-onsite", number, "W1", "--category", "SZ01", "--answer", "六点",
            "--told")
        world.sync(station)
        assert hub.ok("appeal", "show", number)["order"]["sample_open"]

        def hits():
            soon = datetime.datetime.now().astimezone() + datetime.timedelta(minutes=1)
            buckets = hub.ok("scan", "--as-of", soon.isoformat(timespec="seconds"))["buckets"]
            return [hit for one in buckets if one["bucket"] == "visit_pending"
                    for hit in one["hits"]]

        [hit] = hits()
        assert hit["number"] == number and hit["owner"]["person"] == "HF1", hit
        assert hit["action"]["command"] == "appeal visit"
        refused(hub, "sample_open", "archive", number, "DJ1")
        act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "satisfied")
        assert hits() == [] and not hub.ok("appeal", "show", number)["order"]["sample_open"]
        act(hub, "archive", number, "DJ1")


def test_b2_row7_no_dispatch_without_a_type():
    with World() as world:
        district(world)
        hub = world.hub
        number = hub.ok("appeal", "add", "--title", "路灯", "--text", "不亮")["number"]
        refused(hub, "no_class", "dispatch", number, "PD1", "--unit", "SWJ", "--complexity",
                "simple")
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ", "--complexity", "simple", "--type",
            "complaint")


def test_delivered_is_said_only_when_all_of_it_is():
    with World() as world:
        district(world, unit="""code,name,active,station,successor
SHG01,四褐山街道便民服务中心,是,SHG01,
SWJ,区水务局,是,SHG01,
JSJ,区住建局,是,,
CGJ,区城管局,是,,
""")
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        number = order(world, station)
        classed(world, number)
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        world.sync(station)

        def delivered():
            [row] = station.ok("appeal", "list")["appeals"]
            shown = station.ok("appeal", "show", number)
            assert row["delivered"] == shown["delivered"]
            assert row["state"] == shown["state"]
            return row["delivered"]

        assert delivered()
        for words in (("note", number, "--text", "已上门"), ("sign", number, "--as", "S1"),
                      ("contact", number, "--as", "S1", "--method", "phone", "--reached", "yes")):
            world.servers[-1].stop()
            station.ok("appeal", *words)
            assert not delivered(), words
            page = station.run("appeal", "show", number, json_out=False).out
            assert "还没有全部送到区中枢" in page, page
            world.serve()
            world.sync(station)
            assert delivered(), words


def test_a13_every_step_of_the_policy_has_its_limit():
    with World() as world:
        district(world)
        hub = world.hub
        now = datetime.datetime.now().astimezone()
        number = order(world)
        act(hub, "need-info", number, "PD1", "--text", "缺地址")

        def late(days):
            at = (now + datetime.timedelta(days=days)).isoformat(timespec="seconds")
            return [(one["number"], one["step"])
                    for one in hub.ok("report", "first-action", "--as-of", at)["alerts"]]

        assert late(0.01) == [] and late(20) == [(number, "info_reminder")]
        act(hub, "add-info", number, "PD1", "--text", "地址是")
        handled(world, number)
        act(hub, "send-back", number, "S1", "--reason", "not_ours", "--basis", "职责清单")
        assert late(20) == [(number, "rule_on_return")]
        act(hub, "overrule", number, "PD1", "--reason", "is_ours")
        reply(hub, number)
        assert late(20) == [(number, "review")]
        act(hub, "review", number, "HD1", "--pass")
        assert late(20) == [(number, "return_visit")]
        act(hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "satisfied")
        assert late(20) == []
