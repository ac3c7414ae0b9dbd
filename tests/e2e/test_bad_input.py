"""Bad input at the keyboard: the command line, the folder, the key, the fields."""

import json
import signal
import socket
import subprocess
import time

from jy import HUB, STATION, QUICK, Node, World, add, run
from refusals import error_of, intact, refusal, refused, stops, told_nothing_of, unhurt

PERSON = {"contact": "欧阳测试", "phone": "13912345678", "address": "白茆镇某村九十九号"}
SECRETS = tuple(PERSON.values())


def test_an_unknown_command_is_told_with_the_one_that_was_meant():
    for program, typed, meant in ((STATION, ("stauts",), "status"),
                                  (STATION, ("appeal", "lsit"), "list"),
                                  (HUB, ("appael", "add"), "appeal"),
                                  (HUB, ("invtie",), "invite"),
                                  (STATION, ("conflict", "resovle"), "resolve")):
        error = refusal(lambda *manner: run(program, *typed, *manner), 2, "JY-0101")
        assert meant in json.dumps(error, ensure_ascii=False), error
    for typed in (("zzzzzzzz",), ("appeal", "zzzzzzzz")):
        refusal(lambda *manner: run(STATION, *typed, *manner), 2, "JY-0101")


def test_an_unknown_option_is_told_without_its_value():
    with World() as world:
        for words, meant in ((("appeal", "list", "--serch", SECRETS[0]), "--search"),
                             (("appeal", "add", "--phnoe=" + SECRETS[1]), "--phone"),
                             (("appeal", "add", "--titel", "标题"), "--title"),
                             (("status", "--chekc"), "--check")):
            error = refused(world.hub, *words, exit_code=2, code="JY-0102", secrets=SECRETS)
            assert meant in json.dumps(error, ensure_ascii=False), error
        # A word too many may be anything, a phone number too.
        for words in (("appeal", "list", SECRETS[1]), ("status", SECRETS[0]),
                      ("appeal", SECRETS[1]), (SECRETS[2],),
                      ("appeal", "add", "--type", "complaint", "--title", "路灯", SECRETS[0])):
            done = unhurt(world.hub.run(*words))
            assert done.code == 2, done.out
            error_of(done)
            told_nothing_of(SECRETS, done)
        intact(world.hub, 0)


def test_a_missing_or_wrong_value_of_an_option_names_the_option():
    with World() as world:
        hub = world.hub
        cases = ((("invite", "--station", "SHG01"), "JY-0103", "--name"),
                 (("appeal", "show"), "JY-0103", "ID"),
                 (("appeal", "list", "--limit", "many"), "JY-0104", "--limit"),
                 (("appeal", "list", "--limit", "-5"), "JY-0104", "--limit"),
                 (("appeal", "list", "--limit", "9" * 30), "JY-0104", "--limit"),
                 (("appeal", "list", "--state", "gone"), "JY-0104", "--state"),
                 (("meeting", "add", "--kind", "salon"), "JY-0103", "--title"))
        for words, code, option in cases:
            error = refused(hub, *words, exit_code=2, code=code)
            assert option in json.dumps(error), error
        for words in (("appeal",), ("conflict",)):
            done = unhurt(hub.run(*words))
            assert done.code == 2 and "list" in done.out, done.out
        done = run(HUB, "status", "--data", hub.data, "--key-file", hub.key, "--json",
                   "--lang", "fr")
        assert done.code == 2 and error_of(done)["code"] == "JY-0104"
        done = run(STATION, "status", "--json", env={"JIUYING_DATA": ""})
        assert done.code == 2 and error_of(done)["code"] == "JY-0103"
        refusal(lambda *manner: run(STATION, "explain", "JY-9999", *manner), 2, "JY-0109")


def test_a_missing_folder_or_one_that_is_none_of_ours():
    with World() as world:
        gone = Node(world, STATION, "gone")
        refused(gone, "status", exit_code=2, code="JY-0201")
        assert not gone.data.exists()
        empty = Node(world, STATION, "empty")
        empty.data.mkdir()
        refused(empty, "appeal", "list", exit_code=2, code="JY-0212")
        assert list(empty.data.iterdir()) == []
        file = Node(world, STATION, "file")
        file.data.write_text("不是目录", encoding="utf-8")
        refused(file, "status", exit_code=2, code="JY-0212")
        assert file.data.read_text(encoding="utf-8") == "不是目录"
        refused(Node(world, STATION, "hub"), "status", exit_code=2, code="JY-0213")
        node = world.station("SHG01")
        refused(Node(world, HUB, "SHG01"), "status", exit_code=2, code="JY-0213")
        refused(node, "init", "--invite", world.invite("SHG01"), exit_code=2, code="JY-0202")
        refused(world.hub, "init", "--district", "340207", "--name", "鸠江区", exit_code=2,
                code="JY-0202")
        intact(node, 0)


def test_a_wrong_passphrase_or_key_leaves_the_data_locked_and_whole():
    with World() as world:
        right, wrong = "清水街道的第一把锁", "清水街道的第二把锁"
        words = world.folder / "words"
        words.write_text(right + "\n", encoding="utf-8")
        words.chmod(0o600)
        data = world.folder / "locked"
        made = run(STATION, "init", "--data", data, "--invite", world.invite("SHG01"),
                   "--passphrase-file", words, "--json")
        assert made.code == 0, made.out + made.err
        begin = ("--data", data)
        other = world.folder / "other"
        other.write_text(wrong, encoding="utf-8")
        error = refusal(lambda *manner: run(STATION, "appeal", "list", *begin, "--passphrase-file",
                                            other, *manner),
                        12, "JY-0203", secrets=(right, wrong))
        assert "数据安全" in error["message"]
        key = world.folder / "otherkey"
        for content, code in ((b"x" * 32, "JY-0203"), (b"x" * 31, "JY-0206"), (b"", "JY-0206"),
                              (b"x" * 33, "JY-0206")):
            key.write_bytes(content)
            key.chmod(0o600)
            done = unhurt(run(STATION, "status", *begin, "--key-file", key, "--json"))
            assert done.code == 12 and error_of(done)["code"] == code, done.out
        missing = world.folder / "nowhere"
        refusal(lambda *manner: run(STATION, "status", *begin, "--passphrase-file", missing,
                                    *manner), 2, "JY-0106")
        refusal(lambda *manner: run(STATION, "status", *begin, *manner, stdin=""), 2, "JY-0110")
        opened = run(STATION, "status", *begin, "--passphrase-file", words, "--json")
        assert opened.code == 0 and opened.json["appeals"] == 0


def test_a_weak_passphrase_makes_no_folder_and_spends_no_invitation():
    with World() as world:
        invitation = world.invite("SHG01")
        words = world.folder / "words"
        data = world.folder / "weak"
        for weak in ("", "1234567", "短口令", "aaaaaaaaaaaa" if not QUICK else "x"):
            words.write_text(weak + "\n", encoding="utf-8")
            call = (STATION, "init", "--data", data, "--invite", invitation, "--passphrase-file",
                    words)
            if weak == "aaaaaaaaaaaa":
                unhurt(run(*call, "--json"))  # Long enough is enough, or not: no promise here.
                break
            done = unhurt(run(*call, "--json"))
            assert done.code in (2, 12), done.out
            assert error_of(done)["data_safe"] is True
            assert not data.exists()
        words.write_text("1234567\n", encoding="utf-8")
        data = world.folder / "weak2"
        refusal(lambda *manner: run(STATION, "init", "--data", data, "--invite", invitation,
                                    "--passphrase-file", words, *manner),
                2, "JY-0205", secrets=("1234567",))
        assert not data.exists()
        node = Node(world, STATION, "SHG01")
        node.ok("init", "--invite", invitation)
        world.serve()
        world.sync(node)


def test_a_field_that_cannot_be_saved_is_named_and_nothing_of_it_is_repeated():
    with World() as world:
        node = world.hub  # It knows the district's regions; a station learns them at contact.
        add(node, **PERSON)
        long_text = "这段太长" * 5001
        cases = (({"title": "长" * 201}, "JY-0403", "title"),
                 ({"text": long_text}, "JY-0403", "text"),
                 ({"text": "字" * 1_000_000}, "JY-0403", "text"),
                 ({"phone": "1" * 41}, "JY-0403", "phone"),
                 ({"type": "复仇"}, "JY-0407", "type"),
                 ({"region": "999999999"}, "JY-0406", "region"),
                 ({"occurred_at": "2026-02-30"}, "JY-0408", "occurred_at"),
                 ({"occurred_at": "去年夏天"}, "JY-0408", "occurred_at"),
                 ({"uscc": "91340207MA2TEST0X0"}, "JY-0412", "uscc"),
                 ({"title": "空\0字符"}, "JY-0405", "title"),
                 ({"people_affected": "很多"}, "JY-0416", "people_affected"),
                 ({"people_affected": -1}, "JY-0416", "people_affected"),
                 ({"telephone": "13912345678"}, "JY-0105", "telephone"),
                 ({"title": "", "text": " \u3000\n"}, "JY-0404", "title"),
                 ({"title": {"a": 1}}, "JY-0104", "title"),
                 ({"number": "QZX-20260101-0001"}, "JY-0409", "number"))
        for fields, code, field in cases:
            body = {"type": "complaint", "title": "标题", "text": "正文", **PERSON, **fields}
            exit_code = 1 if code == "JY-0409" else 2
            error = refused(node, "appeal", "add", "--from", "-", exit_code=exit_code, code=code,
                            stdin=json.dumps(body), secrets=SECRETS + ("复仇", "去年夏天"))
            assert field in json.dumps(error), error
        intact(node, 1)


def test_what_is_no_json_is_refused_and_the_bounds_themselves_fit():
    with World() as world:
        node = world.station("SHG01")
        call = ("appeal", "add", "--from", "-")
        for text in ("", "null", "17", '"文字"', "{", '{"title":"欧阳测试"', "{'title':'x'}",
                     '{"title":"x"} 更多', "[" * 5000, '{"a":' * 5000):
            refused(node, *call, exit_code=2, code="JY-0108", stdin=text, secrets=SECRETS)
        for raw in (b'{"type":"complaint","title":"\xff\xfe"}',
                    '{"type":"complaint","title":"乱码"}'.encode("gb18030"),
                    b'{"type":"complaint","title":"\\ud800"}'):
            done = unhurt(node.run(*call, stdin=raw))
            assert done.code == 2 and error_of(done)["code"] in ("JY-0108", "JY-0405"), done.out
        intact(node, 0)
        title, text = "\U00020bb7" * 200, "\U0002b820野" * 10_000  # Rare Han: four bytes each.
        made = add(node, title, text, contact="\u9fff" * 60)
        shown = node.ok("appeal", "show", made["number"])["appeal"]
        assert shown["title"] == title and shown["text"] == text
        odd = "“引号”\"\\/\t制表\r\n换行\u200b\ufeff e\u0301 é \ud83d\ude00".encode(
            "utf-16", "surrogatepass").decode("utf-16")
        made = add(node, odd[:100], odd)
        shown = node.ok("appeal", "show", made["id"])["appeal"]
        assert shown["text"] == odd, "a text is never normalised"
        intact(node, 2)


def test_what_is_searched_for_is_words_and_never_a_query():
    with World() as world:
        add(world.hub, "路灯不亮", "村口路灯坏了 100% _x_ a\"b")
        add(world.hub, "第二件", "别的")
        for words, found in (("路灯", 1), ("路", 1), ("路灯 村口", 1), ("路灯 没有", 0), ("", 2),
                             ("100%", 1), ("_x_", 1), ("%", None), ("_", None), ('"', None),
                             ("*", None), ("'", None), ("NEAR(路灯)", None), ("a OR b", None),
                             ("title:路灯", None), ("路灯'; DROP TABLE appeal; --", 0),
                             ("(", None), ("灯" * 5000, 0), ("\U00020bb7", 0), ("\x01", 0)):
            done = unhurt(world.hub.run("appeal", "list", "--search", words))
            assert done.code == 0, (words[:40], done.out)
            assert found is None or done.json["total"] == found, (words[:40], done.out)
        intact(world.hub, 2)


def test_records_and_conflicts_that_do_not_exist():
    with World() as world:
        node = world.station("SHG01")
        number = add(node)["number"]
        for unknown in ("SHG01-20261123-9999", "018f0000-0000-7000-8000-000000000000", "x", "%"):
            refused(node, "appeal", "show", unknown, exit_code=1, code="JY-0401")
            refused(node, "appeal", "edit", unknown, "--set", "phone=" + SECRETS[1], exit_code=1,
                    code="JY-0401", secrets=SECRETS)
        for secret in SECRETS:  # Typed where a number belongs.
            refused(node, "appeal", "show", secret, exit_code=1, code="JY-0401", secrets=SECRETS)
        for unknown in ("0" * 32, "abcdef", "x"):
            refused(node, "conflict", "show", unknown, exit_code=1, code="JY-0502")
            refused(node, "conflict", "resolve", unknown, "--take", "1", exit_code=1,
                    code="JY-0502")
        refused(node, "appeal", "edit", number, "--set", "telephone=" + SECRETS[1], exit_code=2,
                code="JY-0105", secrets=SECRETS)
        refused(node, "appeal", "edit", number, "--set", SECRETS[1], exit_code=2, code="JY-0104",
                secrets=SECRETS)
        refused(node, "appeal", "edit", number, "--set", "title=", "--set", "text=", exit_code=2,
                code="JY-0404")
        refused(node, "appeal", "edit", number, "--set", "category=1", exit_code=1, code="JY-0409")
        intact(node, 1)


def test_a_port_in_use_and_a_second_serve_end_at_once_with_a_reason():
    with World() as world:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            error = stops(lambda *m, **k: world.hub.popen("serve", "--listen", address, *m, **k),
                          1, "JY-0608")
            assert error["data_safe"] is True
        for bad in ("nonsense", "127.0.0.1", "127.0.0.1:", ":", "127.0.0.1:99999", "a b:1"):
            error = stops(lambda *m, **k: world.hub.popen("serve", "--listen", bad, *m, **k),
                          2, "JY-0609", tries=({},))
        node = world.station("SHG01")
        world.serve()
        world.serve_station(node)
        error = stops(lambda *m, **k: node.popen("serve", *m, **k), 11, "JY-0207")
        assert error["data_safe"] is True
        error = stops(lambda *m, **k: world.hub.popen("serve", "--listen", "127.0.0.1:0", *m, **k),
                      11, "JY-0207")
        add(node)
        world.sync(node)
        intact(world.hub, 1)


def test_an_import_that_is_interrupted_keeps_its_durable_rows():
    with World() as world:
        node = world.station("SHG01")
        path = world.folder / "many.csv"
        rows = 2000 if QUICK else 20000
        with open(path, "w", encoding="utf-8") as out:
            out.write("no,title,text\n")
            for i in range(1, rows + 1):
                out.write(f"N{i},第{i}件,经过{i}\n")
        process = node.popen("appeal", "import", path, "--map", "ext_no=no,title=title,text=text",
                             "--type", "complaint", "--json", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
        first = process.stderr.readline()
        assert first.startswith("durable: row"), first
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        durable = [int(line.rsplit(" ", 1)[1]) for line in (first + err).splitlines()
                   if line.startswith("durable: row")]
        assert process.returncode == 130, (process.returncode, out, err)
        if out:
            assert json.loads(out)["error"]["code"] == "JY-0902"
        total = node.ok("appeal", "list", "--limit", 0)["total"]
        assert durable[-1] <= total < rows, (durable, total)
        intact(node, total)


def test_an_answer_that_cannot_be_written_is_no_success():
    with World() as world:
        add(world.hub, "标题", "正文")
        out = world.folder / "taken"
        out.write_text("原有内容", encoding="utf-8")
        refused(world.hub, "invite", "--station", "SHG01", "--name", "站点", "--region",
                "340207001", "--out", out, exit_code=1, code="JY-0111")
        assert out.read_text(encoding="utf-8") == "原有内容"
        refused(world.hub, "invite", "--station", "SHG01", "--name", "站点", "--region",
                "340207001", "--out", world.folder / "no" / "such" / "folder", exit_code=1,
                code="JY-0111")
        assert world.hub.ok("station", "list")["total"] == 0, "nothing was changed"
        with open("/dev/full", "w", encoding="utf-8") as full:
            process = world.hub.popen("appeal", "list", "--json", stdout=full,
                                      stderr=subprocess.PIPE, text=True)
            _, err = process.communicate(timeout=30)
        assert process.returncode == 1 and "JY-0111" in err, (process.returncode, err)
        begin = time.monotonic()
        process = world.hub.popen("appeal", "list", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()  # As `| head -0` does.
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0 and err == b"", (process.returncode, err)
        assert time.monotonic() - begin < 80
