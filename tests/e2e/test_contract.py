"""The command line contract: shapes of the JSON, exit codes, times, who acts, who may read."""

import json
import os
import re
import socket
import stat
import subprocess
import time

from jy import HUB, QUICK, STATION, Node, World, add, run
from refusals import CJK, error_of, intact, refused, told_nothing_of, unhurt

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
NUMBER = r"[A-Z0-9]{2,12}-\d{8}-\d{4,}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?\+08:00"
PERSON = {"contact": "欧阳测试", "phone": "13912345678", "address": "白茆镇某村九十九号"}
FIRMS = ["安徽示例机床有限公司", "芜湖示例电缆有限公司", "鸠江示例餐饮店", "江北示例物流有限公司",
         "示例汽车零部件有限公司", "示例新材料有限公司", "裕溪口示例船舶修理厂", "示例食品有限公司"]


class Text(str):
    """A text that must match this pattern as a whole."""


def fits(value, shape, where="answer"):
    """Whether a value has a shape: a type, a Text, a list of one shape, a tuple of alternatives,
    or an object of shapes. More keys may be there."""
    if isinstance(shape, Text):
        assert isinstance(value, str) and re.fullmatch(shape, value), f"{where}: {value!r}"
    elif isinstance(shape, dict):
        assert isinstance(value, dict), f"{where}: {value!r}"
        for key, inner in shape.items():
            assert key in value, f"{where}: no {key} in {sorted(value)}"
            fits(value[key], inner, f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{where}: {value!r}"
        for i, item in enumerate(value):
            fits(item, shape[0], f"{where}[{i}]")
    elif isinstance(shape, tuple):
        for one in shape:
            try:
                return fits(value, one, where)
            except AssertionError:
                continue
        raise AssertionError(f"{where}: {value!r}")
    elif shape is None:
        assert value is None, f"{where}: {value!r}"
    else:
        assert type(value) is shape, f"{where}: {value!r} is no {shape.__name__}"
    return value


SAVED = {"id": Text(UUID), "number": Text(NUMBER)}
IMPORTED = {"imported": int, "skipped": int, "refused": [{"row": int, "reason": str}]}
LISTED = {"total": int, "appeals": [{"id": Text(UUID), "number": Text(NUMBER), "title": str,
                                     "state": str, "delivered": bool}]}
VERSION = {"field": str, "station": str, "actor": str, "time": Text(TIME), "current": bool}
SHOWN = {"appeal": dict, "delivered": bool, "history": [VERSION], "events": list}
MOVED = {"segments": int, "transactions": int, "bytes": int}
SYNCED = {"ok": bool, "sent": MOVED, "received": MOVED, "round_trips": int,
          "seconds": (float, int), "unsent": int}
STATUS = {"role": str, "station": str, "appeals": int, "unsent": int, "conflicts": int,
          "rejected": int, "last_receipt": ({"seq": int, "time": Text(TIME)}, None),
          "clock_offset_ms": (int, None)}
CONFLICTS = {"conflicts": [{"id": Text("[0-9a-f]{32}"), "record": Text(UUID), "number": str,
                            "field": str, "values": [{"value": str, "station": str, "actor": str,
                                                      "time": Text(TIME)}]}]}
DIGEST = {"scope": str, "digest": Text("[0-9a-f]{64}"), "heads": dict, "records": int}
VERIFIED = {"ok": bool, "checked": {"segments": int, "transactions": int, "records": int,
                                    "cells": int}, "problems": [str]}


def contested(world):
    """A station and its hub that both changed one phone while apart, then met."""
    node = world.station("SHG01")
    world.serve()
    made = add(node, "路灯不亮", "村口路灯坏了", occurred_at="2026-11-23T09:30:00", **PERSON)
    world.sync(node)
    node.ok("appeal", "edit", made["number"], "--set", "phone=13900000002")
    world.hub.ok("appeal", "edit", made["id"], "--set", "phone=13900000003")
    world.sync(node)
    return node, made


def test_every_answer_has_the_shape_that_scripts_read():
    with World() as world:
        node, made = contested(world)
        fits(made, SAVED)
        assert made["number"].startswith("SHG01-")
        path = world.folder / "rows.csv"
        path.write_text("title,text\n甲,一\n,\n", encoding="utf-8")
        done = node.run("appeal", "import", path, "--type", "complaint")
        assert done.code == 3
        fits(done.json, IMPORTED)
        synced = fits(world.sync(node), SYNCED)
        assert synced["ok"] is True and synced["unsent"] == 0 and synced["round_trips"] == 2, synced
        hub_saved = fits(add(world.hub, "区里登记", "正文"), SAVED)
        assert hub_saved["number"].startswith("QZX-"), hub_saved
        for side, role, station in ((node, "station", "SHG01"), (world.hub, "hub", "QZX")):
            status = fits(side.ok("status"), STATUS)
            assert status["role"] == role and status["station"] == station
            assert status["conflicts"] == 1 and status["rejected"] == 0
            listed = fits(side.ok("appeal", "list"), LISTED)
            assert listed["total"] == len(listed["appeals"])
            assert {row["state"] for row in listed["appeals"]} <= {"registered", "received"}
            shown = fits(side.ok("appeal", "show", made["number"]), SHOWN)
            assert shown["appeal"]["title"] == "路灯不亮" and shown["appeal"]["type"] == "complaint"
            assert shown["appeal"]["occurred_at"] == "2026-11-23T09:30:00+08:00"
            assert re.fullmatch(TIME, shown["appeal"]["registered_at"])
            phones = [v["value"] for v in shown["history"] if v["field"] == "phone"]
            assert sorted(phones) == ["13900000002", "13900000003", "13912345678"]
            fits(side.ok("verify"), VERIFIED)
            digest = fits(side.ok("digest"), DIGEST)
            assert all(type(seq) is int for seq in digest["heads"].values())
            conflicts = fits(side.ok("conflict", "list"), CONFLICTS)["conflicts"]
            assert len(conflicts) == 1 and conflicts[0]["field"] == "phone"
            one = side.ok("conflict", "show", conflicts[0]["id"])
            assert one["conflict"] == conflicts[0]
            fits(side.ok("meeting", "list"), {"total": int, "meetings": list})
        fits(node.ok("status"), {"last_receipt": {"seq": int, "time": Text(TIME)}})
        fits(node.ok("sync", "status"), {"hub": str, "unsent": int, "enrolled": bool})
        edited = node.ok("appeal", "edit", made["id"], "--set", "title=改过")
        fits(edited, SAVED)
        assert run(STATION, "--version", "--json").json["program"] == "jiuying"
        resolved = node.ok("conflict", "resolve", conflicts[0]["id"], "--value", "13900000009")
        fits(resolved, {"id": str, "record": Text(UUID), "field": str, "value": str})
        world.sync(node)
        world.assert_equal(node)


def test_status_check_alone_tells_by_its_exit_code_that_conflicts_wait():
    with World() as world:
        node, _ = contested(world)
        for side in (node, world.hub):
            for words in (("status",), ("verify",), ("conflict", "list"), ("digest",)):
                assert side.run(*words).code == 0, words
            checked = side.run("status", "--check")
            assert checked.code == 15 and checked.json["conflicts"] == 1, checked.out
        assert node.run("sync", "now").code == 0
        conflict = node.ok("conflict", "list")["conflicts"][0]
        node.ok("conflict", "resolve", conflict["id"], "--take", "2")
        assert node.run("status", "--check").code == 0
        world.sync(node)
        assert world.hub.run("status", "--check").code == 0


def test_resolving_an_id_that_is_no_longer_current_answers_with_the_new_one():
    with World() as world:
        node, made = contested(world)
        old = node.ok("conflict", "list")["conflicts"][0]
        # The hub writes once more, so that the heads are others.
        world.hub.ok("appeal", "edit", made["id"], "--set", "phone=13900000004")
        settled = world.hub.ok("conflict", "list")["conflicts"]
        if settled:
            assert settled[0]["id"] != old["id"]
        node.ok("conflict", "resolve", old["id"], "--take", "1")
        world.sync(node)
        current = node.ok("conflict", "list")["conflicts"]
        assert len(current) == 1 and current == world.hub.ok("conflict", "list")["conflicts"]
        assert current[0]["id"] != old["id"]
        for words in (("resolve", old["id"], "--take", "1"), ("show", old["id"])):
            done = unhurt(node.run("conflict", *words))
            assert done.code == 1, done.out
            assert error_of(done)["code"] == "JY-0501", done.out
            told = done.json["conflict"]
            assert told["id"] == current[0]["id"] and told["values"] == current[0]["values"]
        assert node.ok("conflict", "list")["conflicts"] == current, "nothing was changed"
        refused(node, "conflict", "resolve", current[0]["id"], "--take", "3", exit_code=2,
                code="JY-0503")
        refused(node, "conflict", "resolve", current[0]["id"], "--take", "0", exit_code=2,
                code="JY-0503")
        refused(node, "conflict", "resolve", current[0]["id"], exit_code=2, code="JY-0103")
        refused(node, "conflict", "resolve", current[0]["id"], "--take", "1", "--value", "1",
                exit_code=2, code="JY-0107")
        node.ok("conflict", "resolve", current[0]["id"], "--take", "2")
        world.sync(node)
        assert world.hub.ok("conflict", "list")["conflicts"] == []
        for side in (node, world.hub):
            refused(side, "conflict", "resolve", "f" * 32, "--take", "1", exit_code=1,
                    code="JY-0502")
        world.assert_equal(node)


def test_whoever_acts_is_named_in_the_history():
    with World() as world:
        node = world.station("SHG01")
        made = add(node, "标题")
        node.ok("appeal", "edit", made["id"], "--set", "title=改过", "--as", "ZHANG-2")
        history = node.ok("appeal", "show", made["id"])["history"]
        titles = {v["value"]: (v["station"], v["actor"], v["current"]) for v in history
                  if v["field"] == "title"}
        assert titles == {"标题": ("SHG01", "SHG01-W1", False), "改过": ("SHG01", "ZHANG-2", True)}
        for bad in ("", "有 空格", "x" * 33, "a\tb"):
            refused(node, "appeal", "edit", made["id"], "--set", "title=不会", "--as", bad,
                    exit_code=2, code="JY-0104")
        staff = world.folder / "staff.csv"
        staff.write_text("code,name\nSHG01-W1,欧阳测试\n", encoding="utf-8")
        world.hub.ok("staff", "import", staff)
        world.serve()
        world.sync(node)
        refused(node, "appeal", "edit", made["id"], "--set", "title=不会", "--as", "NOBODY",
                exit_code=2, code="JY-0411")
        node.ok("appeal", "edit", made["id"], "--set", "title=再改", "--as", "SHG01-W1")
        world.sync(node)
        shown = world.hub.ok("appeal", "show", made["number"])
        assert shown["appeal"]["title"] == "再改"
        assert any(v["actor"] == "ZHANG-2" for v in shown["history"])


def test_twenty_requests_of_eight_firms_at_a_salon():
    with World() as world:
        node = world.station("SLONG")
        meeting = node.ok("meeting", "add", "--kind", "salon", "--title", "十一月企业家沙龙",
                          "--place", "开发区会议室", "--date", "2026-11-23")["id"]
        items = [{"type": "suggestion", "title": f"第{i + 1}条建议", "text": "希望增开一班公交",
                  "meeting": meeting, "enterprise": FIRMS[i % 8]} for i in range(19)]
        done = node.ok("appeal", "add", "--from", "-", stdin=json.dumps(items))
        assert done["added"] == 19 and len(done["appeals"]) == 19
        last = node.ok("appeal", "add", "--type", "suggestion", "--title", "第20条建议", "--text",
                       "用工难", "--meeting", meeting, "--enterprise", FIRMS[3])
        world.serve()
        world.sync(node)
        for side in (node, world.hub):
            firms = side.ok("enterprise", "list")
            assert firms["total"] == 8, firms
            assert {firm["name"] for firm in firms["enterprises"]} == set(FIRMS)
            held = side.ok("meeting", "list")["meetings"]
            assert len(held) == 1 and held[0]["appeals"] == 20 and held[0]["kind"] == "salon"
            assert held[0]["date"] == "2026-11-23T00:00:00+08:00"
            assert side.ok("appeal", "list", "--meeting", meeting)["total"] == 20
            links = side.ok("appeal", "show", last["id"])["links"]
            assert links["meeting"]["title"] == "十一月企业家沙龙"
            assert links["enterprise"]["title"] == FIRMS[3]
        refused(node, "appeal", "add", "--type", "suggestion", "--title", "x", "--meeting",
                "018f0000-0000-7000-8000-000000000000", exit_code=1, code="JY-0471")
        refused(node, "meeting", "add", "--kind", "party", "--title", "x", exit_code=2,
                code="JY-0416")
        # One bad item of many: none of them is saved, and its place is told.
        items[5]["type"] = "复仇"
        error = refused(node, "appeal", "add", "--from", "-", stdin=json.dumps(items), exit_code=2,
                        code="JY-0407", secrets=("复仇",))
        assert error["details"]["row"] == "6", error
        intact(node, 20)
        world.assert_equal(node)


def test_explain_knows_every_code():
    with World(init=False):
        found = 0
        for number in range(100, 1000):
            if number % 100 > 25 or (QUICK and number % 4):
                continue
            code = f"JY-{number:04d}"
            zh = run(STATION, "explain", code, "--json")
            if zh.code == 2:
                assert error_of(zh)["code"] == "JY-0109"
                continue
            found += 1
            page = zh.json
            assert zh.code == 0 and page["code"] == code and type(page["data_safe"]) is bool
            assert page["exit_code"] in (1, 2, 3, 10, 11, 12, 13, 14, 15, 130)
            for part in ("what", "data", "next"):
                assert CJK.search(page[part]), page
            if found % 6 == 0:
                en = run(HUB, "explain", code.lower(), "--json", "--lang", "en").json
                for part in ("what", "data", "next"):
                    assert en[part] and not CJK.search(en[part]), en
                prose = run(HUB, "explain", code)
                assert code in prose.out and page["what"] in prose.out and prose.code == 0
        assert found >= (15 if QUICK else 70), found


def test_files_and_sockets_belong_to_their_owner_alone():
    with World() as world:
        os.umask(0o022)
        invitation = world.invite("SHG01")
        node = Node(world, STATION, "SHG01")
        node.data.mkdir(mode=0o755)
        node.ok("init", "--invite", invitation)
        world.serve()
        world.serve_station(node)
        add(node)

        def mode(path):
            return stat.S_IMODE(os.stat(path).st_mode)

        assert mode(invitation) == 0o600, oct(mode(invitation))
        for side in (node, world.hub):
            assert mode(side.data) == 0o700, oct(mode(side.data))
            names = {path.name for path in side.data.iterdir()}
            assert {"keys", "node.db", "control.sock"} <= names, names
            for path in side.data.iterdir():
                assert mode(path) & 0o077 == 0, f"{path.name}: {oct(mode(path))}"
            assert mode(side.data / "control.sock") == 0o600
        key = world.key.read_bytes()
        for path in node.data.iterdir():
            if path.name != "control.sock":
                assert key not in path.read_bytes() and key.hex().encode() not in path.read_bytes()
        for server in world.servers:
            assert server.stop() == 0
        assert not (node.data / "control.sock").exists()


def test_what_comes_by_standard_input_is_in_no_argument_and_no_environment():
    with World() as world:
        node = world.station("SHG01")
        process = node.popen("appeal", "add", "--from", "-", "--json", stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        seen = b""
        for part in ("cmdline", "environ"):
            try:
                with open(f"/proc/{process.pid}/{part}", "rb") as file:
                    seen += file.read()
            except PermissionError:  # The programs shut themselves to all but root.
                assert part == "environ"
        body = json.dumps({"type": "complaint", "title": "标题", **PERSON}, ensure_ascii=False)
        out, err = process.communicate(body.encode(), timeout=30)
        assert process.returncode == 0, err
        for secret in PERSON.values():
            assert secret.encode() not in seen + out + err
        prose = node.run("appeal", "show", json.loads(out)["number"], json_out=False)
        told_nothing_of(tuple(PERSON.values()), prose)  # Masked unless --reveal.
        open_page = node.run("appeal", "show", json.loads(out)["number"], "--reveal",
                             json_out=False)
        assert PERSON["phone"] in open_page.out and PERSON["contact"] in open_page.out


#: English that may stand in Chinese prose: names of programs, commands, options, identifiers.
ALLOWED = re.compile(
    r"--[a-z-]+|jiuying(-hub)?|[A-Z0-9_-]+|JY-\d+|UTF-8|UUID|"
    r"conflict (show|list|resolve)|appeal (add|list|show|edit|import|note)|sync (now|status)|"
    r"[0-9a-f-]{6,}|/\S+|127\.0\.0\.1:\d+|field|table|segment")


def english_in(prose):
    rest = ALLOWED.sub(" ", prose)
    return [word for word in re.findall(r"[A-Za-z]{3,}", rest)]


def test_the_prose_is_chinese_and_tells_what_to_do():
    with World() as world:
        node, made = contested(world)
        words = [("status",), ("appeal", "list"), ("appeal", "show", made["number"]),
                 ("conflict", "list"), ("meeting", "list"), ("enterprise", "list"), ("digest",),
                 ("verify",), ("appeal", "edit", made["id"], "--set", "title=又改"),
                 ("appeal", "add", "--type", "complaint", "--title", "新的一件")]
        for command in words:
            for side in (node, world.hub):
                done = side.run(*command, json_out=False)
                assert done.code == 0, (command, done.err)
                assert CJK.search(done.out) and done.err == "", (command, done.out, done.err)
                assert english_in(done.out) == [], (command, english_in(done.out), done.out)
                english = side.run(*command, "--lang", "en", json_out=False)
                assert english.code == 0 and english.out
        for command in (("sync", "status"), ("sync", "now")):
            done = node.run(*command, json_out=False)
            assert done.code == 0 and CJK.search(done.out), done.out
        listed = node.run("conflict", "list", json_out=False).out
        assert "conflict resolve" in listed and "--take" in listed
        told_nothing_of(("13900000002", "13900000003"), node.run("conflict", "list",
                                                                 json_out=False))
        # A text that would steer the terminal stays a text.
        nasty = add(node, "清屏\u001b[2J\u202e反向", "正文\u0007响铃")
        for command in (("appeal", "show", nasty["id"]), ("appeal", "list")):
            out = node.run(*command, json_out=False).out
            assert "\u001b" not in out and "\u202e" not in out and "\u0007" not in out
        assert node.ok("appeal", "show", nasty["id"])["appeal"]["text"] == "正文\u0007响铃"


def test_everything_works_through_a_running_service_as_it_does_without():
    with World() as world:
        node, made = contested(world)
        alone = {words: node.ok(*words) for words in
                 (("appeal", "list"), ("appeal", "show", made["id"]), ("conflict", "list"),
                  ("digest",), ("meeting", "list"))}
        world.serve_station(node)
        for words, answer in alone.items():
            assert node.ok(*words) == answer, words
        for words, exit_code, code in (
                (("appeal", "show", "x"), 1, "JY-0401"),
                (("appeal", "edit", made["id"], "--set", "title=", "--set", "text="), 2, "JY-0404"),
                (("conflict", "resolve", "f" * 32, "--take", "1"), 1, "JY-0502")):
            refused(node, *words, exit_code=exit_code, code=code)
        other = world.folder / "otherkey"
        other.write_bytes(os.urandom(32))
        done = run(STATION, "appeal", "list", "--data", node.data, "--key-file", other, "--json")
        assert done.code == 12 and done.error["code"] == "JY-0203", done.out
        with socket.socket(socket.AF_UNIX) as idle:  # One that says nothing keeps nobody waiting.
            idle.connect(str(node.data / "control.sock"))
            begin = time.monotonic()
            node.ok("status")
            assert time.monotonic() - begin < 20
        assert node.ok("verify")["ok"]
