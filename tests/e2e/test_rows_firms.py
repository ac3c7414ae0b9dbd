"""Rows A18, A24, A31, A33, A34, A35: enterprises, hard cases, leaders answering, lists, salons."""

import json

from firms_desk import GOOD, ago, classed_at, firm_order, set_up, to_visit, uscc
from jy import World, add
from test_orders import act


def failing(node, code, *words, stdin=None, exit_code=1):
    """The command is refused with that code, and says that the data is safe."""
    done = node.run(*words, stdin=stdin)
    assert done.code == exit_code, done.out + done.err
    assert done.error["code"] == code and done.error["data_safe"], done.error
    return done.error


def close_order(hub, number):
    to_visit(hub, number)
    act(hub, "visit", number, "HF1", *GOOD)
    act(hub, "close", number, "HF1", "--ground", "satisfied")


def test_a18_all_about_one_firm_on_one_timeline():
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        world.sync(station)
        made = station.ok("enterprise", "add", "--name", "安徽江北机械厂", "--uscc", uscc(1), "--class",
                          "small_medium", "--industry", "C3360", "--park", "340207001001")
        assert made["known"] is False
        # The same code again is the same firm, under whatever name.
        assert station.ok("enterprise", "add", "--name", "江北机械", "--uscc", uscc(1)) == \
            {"id": made["id"], "known": True}
        failing(station, "JY-0412", "enterprise", "add", "--name", "错码厂", "--uscc",
                uscc(1)[:-1] + ("0" if uscc(1)[-1] != "0" else "1"), exit_code=2)
        failing(station, "JY-0435", "enterprise", "add", "--name", "厂", "--industry", "XX",
                exit_code=2)
        failing(station, "JY-0406", "enterprise", "add", "--name", "厂", "--park",
                "340207999999", exit_code=2)
        failing(station, "JY-0416", "enterprise", "contact", uscc(1), "--from", "-", exit_code=2,
                stdin=json.dumps({"text": "还没到的走访", "happened_at": ago(-2)}))
        station.ok("enterprise", "contact", uscc(1), "--from", "-", stdin=json.dumps(
            {"text": "上门走访，反映用电", "method": "door", "contact": "王厂长",
             "happened_at": ago(5)}, ensure_ascii=False))
        number = firm_order(station, "江北机械", uscc(1))
        world.sync(station)
        close_order(hub, number)
        # Wherever it is written, a contact is beside its firm.
        hub.ok("enterprise", "contact", uscc(1), "--text", "中枢去过电话")
        world.sync(station)
        for node in (hub, station):
            assert "中枢去过电话" in json.dumps(node.ok("enterprise", "show", uscc(1)),
                                          ensure_ascii=False)
            shown = node.ok("enterprise", "show", uscc(1))
            assert shown["appeals"] == [number]
            assert shown["enterprise"]["aliases"] == ["江北机械"]  # As it was called once.
            kinds = [moment["kind"] for moment in shown["timeline"]]
            for kind in ("contact", "registered", "dispatched", "replied", "visited", "closed"):
                assert kind in kinds, kinds
            times = [moment["time"] for moment in shown["timeline"]]
            assert times == sorted(times)
            assert kinds[0] == "contact"
        # What came before anybody knew the firm is found by its code.
        early = add(hub, uscc=uscc(3))["number"]
        hub.ok("enterprise", "add", "--name", "后来才知道的厂", "--uscc", uscc(3))
        assert hub.ok("enterprise", "show", uscc(3))["appeals"] == [early]
        page = hub.run("enterprise", "show", uscc(1), json_out=False)
        assert page.code == 0 and number in page.out
        failing(hub, "JY-0460", "enterprise", "show", "没有这家")


def test_a18_two_records_of_one_firm_are_merged_and_nothing_is_lost():
    with World() as world:
        set_up(world)
        hub, station = world.hub, world.station("SHG01")
        world.serve()
        mine = firm_order(station, "江北机械厂", enterprise_class="small_medium")
        station.ok("enterprise", "contact", "江北机械厂", "--text", "站点联系")
        world.sync(station)
        theirs = firm_order(hub, "安徽江北机械厂", uscc(1))
        hub.ok("enterprise", "contact", uscc(1), "--text", "中枢联系")
        twice = firm_order(hub, "江北机械厂")
        groups = hub.ok("enterprise", "duplicates")["groups"]
        assert any({firm["name"] for firm in group["firms"]} == {"江北机械厂"} for group in groups)
        failing(hub, "JY-0461", "enterprise", "show", "江北机械厂")  # It exists twice.
        before = {}
        for shown in hub.ok("enterprise", "list")["enterprises"]:
            before[shown["id"]] = hub.ok("enterprise", "show", shown["id"])
        master = next(one["enterprise"]["id"] for one in before.values()
                      if one["enterprise"]["name"] == "安徽江北机械厂")
        for other in [one for one in before if one != master]:
            hub.ok("enterprise", "merge", other, "--into", master, "--as", "PD1")
        failing(hub, "JY-0462", "enterprise", "merge", master, "--into", master)
        after = hub.ok("enterprise", "show", "江北机械厂")
        assert after["enterprise"]["id"] == master
        assert after["enterprise"]["class"] == "small_medium"  # Known of the other record.
        assert "江北机械厂" in after["enterprise"]["aliases"]
        assert set(after["appeals"]) == {mine, theirs, twice}
        key = lambda moment: json.dumps(moment, sort_keys=True)  # noqa: E731
        kept = {key(moment) for moment in after["timeline"]}
        for one in before.values():
            assert {key(moment) for moment in one["timeline"]} <= kept
        assert {one["id"] for one in after["records"]} == set(before)
        assert hub.ok("enterprise", "list")["total"] == 1
        # Two codes are two firms, whatever they are called.
        for serial in (5, 6):
            hub.ok("enterprise", "add", "--name", "同名厂", "--uscc", uscc(serial))
        assert hub.ok("enterprise", "duplicates")["total"] == 0
        firm_order(hub, "别家", uscc(2))
        failing(hub, "JY-0462", "enterprise", "merge", uscc(2), "--into", master)
        hub.ok("enterprise", "merge", next(one for one in before if one != master), "--undo")
        assert hub.ok("enterprise", "list")["total"] == 5


def salon(node, **more):
    words = [word for key, value in more.items() for word in ("--" + key.replace("_", "-"), value)]
    return node.ok("meeting", "add", "--kind", "salon", "--title", "鸠地聚第三期", "--place",
                   "沈巷镇为民服务中心", "--date", ago(0.1), *words)["id"]


def lines(count, start=1):
    return "\n".join(json.dumps({"title": f"诉求{i}", "text": f"第{i}件", "enterprise": f"企业{i % 8}",
                                 "uscc": uscc(i % 8), "type": "help_request"}, ensure_ascii=False)
                     for i in range(start, start + count)) + "\n"


def test_a34_a_salon_without_a_link_closes_when_all_of_its_orders_are_visited():
    with World() as world:
        set_up(world)
        hub, laptop = world.hub, world.station("JDJ01")
        world.serve()
        world.sync(laptop)
        meeting = salon(laptop, host="区发改委", attendees="甲厂王总，乙厂李总")
        # Thirty matters, with no link: JSON lines, a paste of a spreadsheet, CSV.
        done = laptop.ok("meeting", "note", meeting, "--from", "-", stdin=lines(10))
        assert done["saved"] == 10 and len({one["number"] for one in done["appeals"]}) == 10
        noted = laptop.ok("appeal", "show", done["appeals"][0]["number"])["appeal"]
        assert noted["place"] == "沈巷镇为民服务中心"
        failing(laptop, "JY-0416", "meeting", "add", "--kind", "salon", "--title", "x", "--date",
                ago(1), "--ends-at", ago(2), exit_code=2)
        tsv = "企业名称\t标题\t内容\t电话\n" + "".join(
            f"企业{i}\t粘贴{i}\t从表格来的，含逗号\t1390000{i:04d}\n" for i in range(10))
        assert laptop.ok("meeting", "note", meeting[:8], "--from", "-", stdin=tsv)["saved"] == 10
        csv = "enterprise,title,text\n" + "".join(f"企业{i},表{i},内容\n" for i in range(10))
        assert laptop.ok("meeting", "note", meeting, "--from", "-", stdin=csv)["saved"] == 10
        # A bad row hinders no other, and is named.
        bad = lines(1, 40) + json.dumps({"title": "", "text": ""}) + "\n" + json.dumps(
            {"title": "错码", "uscc": "91340207MA0000000X", "enterprise": "x"}) + "\n" + lines(1, 41)
        done = laptop.run("meeting", "note", meeting, "--from", "-", stdin=bad)
        assert done.code == 3 and done.json["saved"] == 2, done.out
        assert [(row["row"], row["code"]) for row in done.json["refused"]] == \
            [(2, "JY-0404"), (3, "JY-0412")]
        shown = laptop.ok("meeting", "show", meeting)
        assert shown["meeting"]["appeals"] == 32 and shown["meeting"]["standing"] == "following"
        laptop.ok("meeting", "edit", meeting, "--from", "-",
                  stdin=json.dumps({"minutes": "企业反映用电、招工两类问题"}, ensure_ascii=False))
        failing(laptop, "JY-0463", "meeting", "close", meeting)
        world.sync(laptop)
        assert hub.ok("meeting", "show", meeting)["meeting"]["appeals"] == 32
        page = hub.run("meeting", "show", meeting, json_out=False)
        assert "企业反映用电" in page.out and "甲厂王总" in page.out
        # All but three are withdrawn, which is an end, too.
        numbers = [one["number"] for one in hub.ok("meeting", "show", meeting)["orders"]]
        for number in numbers[3:]:
            act(hub, "withdraw", number, "PD1", "--reason", "by_person")
        for number in numbers[:2]:
            close_order(hub, number)
        to_visit(hub, numbers[2])
        error = failing(hub, "JY-0463", "meeting", "close", meeting)
        assert numbers[2] in json.dumps(error), error
        act(hub, "visit", numbers[2], "HF1", *GOOD)
        hub.ok("meeting", "close", meeting, "--as", "PD1")
        assert hub.ok("meeting", "show", meeting)["meeting"]["standing"] == "closed"
        # Taken down where nobody had heard of the closing: it is seen to be open again.
        assert laptop.ok("meeting", "note", meeting, "--from", "-",
                         stdin=lines(1, 77))["saved"] == 1
        world.sync(laptop)
        assert hub.ok("meeting", "show", meeting)["meeting"]["standing"] == "reopened"
        failing(laptop, "JY-0464", "meeting", "note", meeting, "--from", "-", stdin=lines(1))
        laptop.ok("meeting", "close", meeting, "--undo")
        assert laptop.ok("meeting", "note", meeting, "--from", "-",
                         stdin=lines(1, 99))["saved"] == 1
        world.sync(laptop)
        world.assert_equal(laptop)


def test_a31_orders_of_a_leaders_slot_are_taken_down_under_the_leaders_name():
    with World() as world:
        set_up(world)
        hub = world.hub
        failing(hub, "JY-0103", "meeting", "add", "--kind", "leader_answering", "--title", "x",
                exit_code=2)
        failing(hub, "JY-0467", "meeting", "add", "--kind", "leader_answering", "--title", "x",
                "--leader", "ZZ9")
        slot = hub.ok("meeting", "add", "--kind", "leader_answering", "--title", "区长接听",
                      "--leader", "LD1", "--date", ago(0.1), "--ends-at", ago(0.05), "--units",
                      "SWJ,JSJ", "--notice", "九点到十点接听")["id"]
        failing(hub, "JY-0416", "meeting", "edit", slot, "--ends-at", ago(3), exit_code=2)
        done = hub.ok("meeting", "note", slot, "--from", "-", stdin=lines(2))
        numbers = [one["number"] for one in done["appeals"]]
        for number in numbers:
            assert hub.ok("appeal", "show", number)["appeal"]["leader_source"] == "LD1"
        # A key order: its reply needs a leader's sign.
        to_visit(hub, numbers[0], person="LD2")
        act(hub, "visit", numbers[0], "HF1", *GOOD)
        failing(hub, "JY-0463", "meeting", "close", slot)
        to_visit(hub, numbers[1], person="LD2")
        act(hub, "visit", numbers[1], "HF1", *GOOD)
        hub.ok("meeting", "close", slot)
        shown = hub.ok("meeting", "show", slot)["meeting"]
        assert (shown["appeals"], shown["visited"], shown["standing"]) == (2, 2, "closed")
        assert shown["units"] == "SWJ,JSJ" and shown["notice"] == "九点到十点接听"


def test_a33_a_list_has_an_owner_and_cannot_close_with_open_items():
    with World() as world:
        set_up(world)
        hub = world.hub
        first, second = add(hub)["number"], add(hub)["number"]
        failing(hub, "JY-0467", "worklist", "add", "--title", "清单", "--owner", "ZZ9")
        made = hub.ok("worklist", "add", "--title", "用电清单", "--owner", "DB1", "--due", ago(-5),
                      "--items", f"{first}，{second}")["id"]
        shown = hub.ok("worklist", "show", made)["list"]
        assert shown["open"] == 2 and shown["state"] == "open" and not shown["overdue"]
        error = failing(hub, "JY-0465", "worklist", "close", made)
        assert first in json.dumps(error)
        act(hub, "withdraw", first, "PD1", "--reason", "by_person")
        failing(hub, "JY-0465", "worklist", "close", made)
        hub.ok("worklist", "item", made, "--remove", second)
        failing(hub, "JY-0467", "worklist", "owner", made, "--owner", "ZZ9")
        hub.ok("worklist", "owner", made, "--owner", "DB2")
        hub.ok("worklist", "close", made)
        failing(hub, "JY-0466", "worklist", "item", made, "--add", second)
        late = hub.ok("worklist", "add", "--title", "过期清单", "--owner", "DB2", "--due", ago(1),
                      "--items", second)["id"]
        shown = hub.ok("worklist", "show", late)["list"]
        assert shown["overdue"] is True and shown["owner_left"] is False
        path = world.folder / "left.csv"
        path.write_text("code,active\nDB2,否\n", encoding="utf-8")
        hub.ok("staff", "import", path)
        assert hub.ok("worklist", "show", late)["list"]["owner_left"] is True
        failing(hub, "JY-0469", "worklist", "show", "0123456789")


def test_a24_a_hard_case_is_struck_off_with_evidence_by_two_persons():
    with World() as world:
        set_up(world)
        hub = world.hub
        number = firm_order(hub, code=uscc(1))
        words = ("case", "add", "--title", "园区土地证办理", "--cause", "历史遗留", "--target",
                 ago(-30), "--orders", number, "--enterprise", uscc(1), "--as", "PD1")
        failing(hub, "JY-0413", *words, "--lead", "LYJ", exit_code=2)  # No longer in use.
        case = hub.ok(*words, "--lead", "JSJ")["id"]
        assert hub.ok("case", "show", case)["case"]["overdue"] is False
        old = ("case", "add", "--title", "过期的难办点", "--cause", "历史遗留", "--target", ago(3),
               "--lead", "JSJ")
        assert hub.ok("case", "show", hub.ok(*old)["id"])["case"]["overdue"] is True
        hub.ok("case", "progress", case, "--text", "已协调两次", "--as", "J1")
        failing(hub, "JY-0103", "case", "propose", case, "--evidence", " ", exit_code=2)
        failing(hub, "JY-0468", "case", "strike", case, "--as", "LD1")  # Nobody proposed it.
        hub.ok("case", "propose", case, "--evidence", "土地证已发", "--as", "LD1")
        failing(hub, "JY-0468", "case", "strike", case, "--as", "LD1")  # Who proposed it.
        failing(hub, "JY-0468", "case", "strike", case, "--as", "DB1")  # No leader.
        shown = hub.ok("case", "show", case)
        assert shown["case"]["state"] == "proposed" and len(shown["progress"]) == 1
        assert shown["case"]["orders"][0]["number"] == number
        hub.ok("case", "strike", case, "--as", "LD2")
        failing(hub, "JY-0468", "case", "progress", case, "--text", "x")
        listed = hub.ok("case", "list")
        assert (listed["total"], listed["open"]) == (2, 1)
        kinds = [one["kind"] for one in hub.ok("enterprise", "show", uscc(1))["timeline"]]
        assert "hard_case" in kinds


def test_a_target_date_is_the_whole_of_that_day_and_a_meeting_without_a_date_has_none():
    with World() as world:
        set_up(world)
        hub = world.hub
        meeting = hub.ok("meeting", "add", "--kind", "salon", "--title", "还没有定日子的会")["id"]
        number = firm_order(hub, code=uscc(1), meeting=meeting)
        case = hub.ok("case", "add", "--title", "供热管道", "--cause", "历史遗留", "--target",
                      "2027-03-30", "--lead", "JSJ", "--orders", number, "--enterprise", uscc(1),
                      "--as", "PD1")["id"]
        shown = hub.ok("case", "show", case)["case"]
        assert shown["target_date"] == "2027-03-31T00:00:00+08:00", shown
        for words in (("show", case), ("list",)):
            assert "2027-03-30 24:00" in hub.run("case", *words, json_out=False).out
        moments = hub.ok("enterprise", "show", uscc(1))["timeline"]
        assert [one["time"] for one in moments if one["kind"] == "meeting"] == [None], moments
        page = hub.run("enterprise", "show", uscc(1), json_out=False).out
        assert "1970" not in page and "还没有定日子的会" in page, page


def test_firms_are_found_by_any_of_their_names_and_counted_beyond_the_limit():
    with World() as world:
        set_up(world)
        hub = world.hub
        ids = [hub.ok("enterprise", "add", "--name", name)["id"]
               for name in ("芜湖 长江船厂", "长江渔业公司", "青弋江食品厂", "江城长江商行")]
        hub.ok("enterprise", "edit", ids[2], "--aliases", "+长江食品")
        found = hub.ok("enterprise", "list", "--search", "长江", "--limit", 2)
        assert found["total"] == 4 and [one["id"] for one in found["enterprises"]] == ids[:2]
        assert hub.ok("enterprise", "list", "--search", "芜湖长江")["total"] == 1
        assert hub.ok("enterprise", "list", "--search", "湖 长")["total"] == 1
        assert hub.ok("enterprise", "list", "--search", "公司'%_")["total"] == 0
        assert hub.ok("enterprise", "list")["total"] == 4
        hub.ok("enterprise", "merge", ids[3], "--into", ids[0], "--as", "PD1")
        assert hub.ok("enterprise", "list", "--search", "长江")["total"] == 3


def test_a35_three_transfers_leave_the_citizens_due_as_it_is():
    with World() as world:
        set_up(world)
        hub = world.hub
        number = firm_order(hub, code=uscc(1))
        classed_at(hub, number)
        due = hub.ok("appeal", "deadline", number)["citizen_due"]
        act(hub, "dispatch", number, "PD1", "--unit", "JSJ")
        units = set()
        for unit in ("CGJ", "SWJ", "JSJ"):
            act(hub, "reassign", number, "PD1", "--unit", unit, "--reason", "wrong_unit")
            told = hub.ok("appeal", "deadline", number)
            assert told["citizen_due"] == due, unit
            units.add(told["unit_due"])
        assert hub.ok("appeal", "show", number)["order"]["past_leads"] == ["JSJ", "CGJ", "SWJ"]
        # Three without a fixed lead: one level up.
        assert hub.ok("appeal", "show", number)["order"]["escalation"] == 1
