"""Row A08 of the feature table, through the programs: the mini-program and the query code."""

import copy
import json
from pathlib import Path

from intake_desk import asked, show, took, write
from jy import World, add
from json_schema import problems
from refusals import intact, told_nothing_of
from test_orders import act, people

CONTRACT = Path(__file__).parents[2] / "docs/reference/mini-program"


def contract(name):
    return json.loads((CONTRACT / name).read_text(encoding="utf-8"))


def test_a08_the_samples_are_of_the_schemas_and_wrong_ones_are_not():
    for name in ("intake", "answer", "progress"):
        schema = contract(name + ".schema.json")
        assert problems(contract(name + ".sample.json"), schema) == []
    schema, sample = contract("intake.schema.json"), contract("intake.sample.json")
    for spoil in (lambda one: one.pop("request_no"), lambda one: one.update(type="吵架"),
                  lambda one: one.update(person={"name": "无电话"}),
                  lambda one: one.update(text=""), lambda one: one.update(submitted_at="昨天"),
                  lambda one: one.update(enterprise={"uscc": "1"}),
                  lambda one: one.update(place={"region": "二坝"})):
        wrong = copy.deepcopy(sample)
        spoil(wrong[0])
        assert problems(wrong, schema), wrong[0]
    answer = contract("answer.sample.json")
    answer["accepted"][0]["query_code"] = "ILOU-9QXA-4TZ0-HB6W"
    assert problems(answer, contract("answer.schema.json"))


def test_a08_a_file_of_the_mini_program_is_registered_and_answered():
    with World() as world:
        hub = world.hub
        path = write(world, "in.json", contract("intake.sample.json"))
        out = world.folder / "out.json"
        done = hub.ok("intake", path, "--out", out)
        assert json.loads(out.read_text()) == done and out.stat().st_mode & 0o777 == 0o600
        assert problems(done, contract("answer.schema.json")) == []
        assert [row["request_no"][-1] for row in done["accepted"]] == ["1", "2", "3"]
        codes = [row.get("query_code") for row in done["accepted"]]
        assert codes[0] and codes[1] and codes[0] != codes[1] and codes[2] is None, codes
        fields = show(hub, "mini_program:MP20261123000001")["appeal"]
        assert fields["channel"] == "mini_program" and fields["region"] == "340207102"
        assert fields["phone"] == "13900000001" and fields["point"] == "31.334500,118.276200"
        assert fields["ext_received_at"] == "2026-11-23T03:12:40+08:00"
        assert show(hub, "mini_program:MP20261123000002")["links"]["enterprise"]
        assert show(hub, "mini_program:MP20261123000003")["appeal"]["anonymous"] is True
        # Handed over again after a lost answer: nothing new, the same numbers and codes.
        again = hub.ok("intake", path, "--out", out)
        assert again["accepted"] == [] and again["known"] == done["accepted"], again
        spoiled = contract("intake.sample.json")
        spoiled[0].update(request_no="MP9", place={"region": "999999999"})
        answer = hub.run("intake", write(world, "bad.json", spoiled[:1]), "--out", out)
        assert answer.code == 3 and problems(answer.json, contract("answer.schema.json")) == []
        assert answer.json["refused"][0]["request_no"] == "MP9"
        assert answer.json["refused"][0]["code"] == "JY-0406"
        # By the same contract through the common command.
        more = contract("intake.sample.json")
        more[0]["request_no"] = "MP10"
        assert took(hub, write(world, "more.json", more), "--mapping", "mini_program") | {
            "known": []} == {"imported": 1, "skipped": 2, "refused": [], "refused_total": 0,
                             "known": []}
        intact(hub, 4)


def test_a08_a_person_learns_by_code_and_digits_how_it_stands_and_nobody_else_anything():
    with World() as world:
        hub = world.hub
        people(world)
        made = add(hub, title="水管爆裂", text="门口积水", phone="13900001234", contact="王某")
        number, code = made["number"], made["query_code"]
        told = asked(hub, code, "1234")
        assert told.code == 0 and problems(told.json, contract("progress.schema.json")) == []
        assert told.json["state"] == "received" and told.json["reply"] is None
        assert asked(hub, code.lower().replace("-", " "), "1234").json == told.json
        act(hub, "triage", number, "PD1", "--type", "投诉", "--complexity", "simple")
        act(hub, "dispatch", number, "PD1", "--unit", "SWJ")
        act(hub, "sign", number, "S1", "--text", "内部说明不给本人看")
        act(hub, "contact", number, "S1", "--method", "phone", "--reached", "yes")
        hub.ok("appeal", "note", number, "--text", "内部备注")
        act(hub, "reply", number, "S1", "--answer", "已换水管", "--solved", "yes")
        # What review did not let pass yet is not told.
        told = asked(hub, code, "1234")
        assert told.json["state"] == "in_progress" and told.json["reply"] is None, told.out
        act(hub, "review", number, "HD1", "--pass")
        told = asked(hub, code, "1234")
        assert told.json["state"] == "replied" and told.json["reply"] == "已换水管", told.out
        assert problems(told.json, contract("progress.schema.json")) == []
        told_nothing_of(("内部", "SWJ", "S1", "PD1", "王某", "13900001234", "水管爆裂"), told)
        # The code is told once: the pages of the staff mask it.
        page = hub.run("appeal", "show", number, json_out=False)
        assert code.replace("-", "") not in page.out and code not in page.out
        other = add(hub, title="另一件", text="另一件", phone="13900005678")
        plain = add(hub, title="没有电话", text="没有电话")
        assert "query_code" not in plain
        wrong = [asked(hub, code, "5678"), asked(hub, other["query_code"], "1234"),
                 asked(hub, "ZZZZ-ZZZZ-ZZZZ-ZZZZ", "1234"), asked(hub, "X", "0000")]
        for done in wrong:
            assert done.code == 1 and done.error["code"] == "JY-0432", done.out
            assert (done.out, done.err) == (wrong[0].out, wrong[0].err)
        for bad in ("", "12345", "12a4"):
            assert asked(hub, code, bad).error["code"] == "JY-0104"
        # In English, and in prose.
        prose = hub.run("query", "--code", code, "--last4", "1234", json_out=False)
        assert "已换水管" in prose.out and number in prose.out
        intact(hub, 3)


def test_a08_guessing_is_slowed_down_while_serving():
    with World() as world:
        hub = world.hub
        made = add(hub, phone="13900001234")
        other = add(hub, phone="13900005678")
        world.serve()
        unknown = "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
        for code in (made["query_code"], unknown):
            for digits in ("0000", "0001", "0002", "0003", "0004"):
                assert asked(hub, code, digits).error["code"] == "JY-0432"
            # Neither the right digits nor a code that never was makes a difference now.
            done = asked(hub, code, "1234")
            assert done.code == 1 and done.error["code"] == "JY-0433", done.out
        assert asked(hub, other["query_code"], "5678").code == 0
