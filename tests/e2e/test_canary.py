"""Unique words go the whole way of an appeal; then no byte that the programs left shows one."""

import base64
import json
import os
import re
import subprocess
import time

from canary import Canaries, strays
from jy import STATION, Database, Node, Result, World
from test_orders import act, people

#: What no other test or program says. Each is long enough to be found by no chance.
TITLE = "桐雨里弄口的路灯又灭了"
TEXT = "老槐树旁第三盏灯自白露那夜起再没亮过"
NAME = "欧阳麒麟甫"
PHONE = "13900006158"
ADDRESS = "清水街道桐雨里弄乙七号"
USCC = "91340207MA8QX7K52L"
ID_NUMBER = "340207199002307719"
RARE = "\U00030edd\U00030ede麒麟\U0002a6d6"
SEARCHED = "老槐树旁第三盏"
NOTE = "麒麟甫说夜里摔了一跤"
EDITED = "桐雨里弄口的路灯修好又灭"
ANSWER = "已请路灯所换了镇流器并告知麒麟甫"
IMPORTED = "桃李巷口积水没过脚踝"
IMPORTED_NAME = "司马梧桐栖"
IMPORTED_PHONE = "13900008362"
MEETING = "麒麟甫等五户恳谈会"
LATER = "断网那夜补录的白露事"
WORDS = [TITLE, TEXT, NAME, PHONE, ADDRESS, USCC, ID_NUMBER, RARE, SEARCHED, NOTE, EDITED, ANSWER,
         IMPORTED, IMPORTED_NAME, IMPORTED_PHONE, MEETING, LATER]


class Watched(World):
    """A district whose programs write all they say, and all that has no place, under `folder`.
    What people put in stands in `given`, what they asked to see in clear in `shown`."""

    def __init__(self):
        self.since = time.time() - 1
        super().__init__(init=False)
        self.given, self.shown = self.folder / "given", self.folder / "shown"
        self.logs, self.temp = self.folder / "logs", self.folder / "temp"
        for path in (self.given, self.shown, self.logs, self.temp):
            path.mkdir()
        self.env = {**os.environ, "TMPDIR": str(self.temp), "HOME": str(self.temp),
                    "SQLITE_TMPDIR": str(self.temp)}
        self.count = 0
        self.running = []
        self.hub = Heard(self, self.hub.program, "hub")
        self.hub.ok("init", "--district", "340207", "--name", "鸠江区", "--operator", "ADM01")

    def station(self, code):
        node = Heard(self, STATION, code)
        node.ok("init", "--invite", self.invite(code), "--operator", code + "-W1")
        return node

    def serve(self, node, *words):
        """`serve` of a node, with stdout and stderr in files."""
        self.count += 1
        out, err = (self.logs / f"{self.count:03d}-serve.{kind}" for kind in ("out", "err"))
        process = subprocess.Popen(
            [node.program, "serve", *words, "--data", str(node.data), "--key-file", str(node.key)],
            stdout=open(out, "wb"), stderr=open(err, "wb"), env=self.env, cwd=self.temp)
        self.running.append(process)
        deadline = time.monotonic() + 20
        while not (heard := re.search(r"listening (\S+)", err.read_text())):
            if process.poll() is not None or "--listen" not in words:
                break
            assert time.monotonic() < deadline, err.read_text()
            time.sleep(0.02)
        if "--listen" in words:
            self.address = heard.group(1)
        else:
            while not (node.data / "control.sock").exists():
                assert time.monotonic() < deadline and process.poll() is None, err.read_text()
                time.sleep(0.02)
        return process

    def __exit__(self, *what):
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
        super().__exit__(*what)

    def hits(self, canaries):
        alive = [process.pid for process in self.running if process.poll() is None]
        found, size = canaries.hits(self.folder, *strays(self.since),
                                    leave_out=(self.given, self.shown))
        return found + canaries.hits_in_processes(alive), size


class Heard(Node):
    """A node all of whose answers are kept: in `shown` those that were asked for in clear."""

    def run(self, *words, stdin=None, timeout=120, json_out=True, clear=False):
        world = self.world
        world.count += 1
        extra = ["--data", self.data, "--key-file", self.key] + (["--json"] if json_out else [])
        command = [self.program, *map(str, words), *map(str, extra)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=world.env, cwd=world.temp)
        out, err = process.communicate((stdin or "").encode(), timeout=timeout)
        name = f"{world.count:03d}-{'-'.join(map(str, words[:2]))}".replace("/", "_")
        (world.logs / f"{name}.err").write_bytes(err)
        ((world.shown if clear else world.logs) / f"{name}.out").write_bytes(out)
        return Result(process.returncode, out.decode(), err.decode())

    def see(self, *words):
        """A page that a person asked for."""
        done = self.run(*words, clear=True, json_out=False)
        assert done.code == 0, done.err
        return done.out

    def add(self, **fields):
        return self.ok("appeal", "add", "--from", "-",
                       stdin=json.dumps({"type": "complaint", **fields}, ensure_ascii=False))


def record_and_carry(world):
    """The whole way; gives the two stations."""
    people(world)
    for name in ("unit.csv", "staff.csv"):
        (world.folder / name).rename(world.given / name)
    first, second = world.station("SHG01"), world.station("SHG02")
    hub = world.serve(world.hub, "--listen", "127.0.0.1:0")
    station = world.serve(first, "--hub", world.address)
    number = first.add(title=TITLE, text=TEXT + "，身份证" + ID_NUMBER, contact=NAME, phone=PHONE,
                       address=ADDRESS, uscc=USCC, place=RARE, region="340207001")["number"]
    first.ok("appeal", "note", number, "--text", NOTE)
    first.ok("appeal", "edit", number, "--set", "title=" + EDITED)
    rows = world.given / "rows.csv"
    rows.write_text("no,title,text,who,phone\n" + "".join(
        f"C{i},{IMPORTED}{i},{TEXT}{i},{IMPORTED_NAME},{IMPORTED_PHONE}\n" for i in range(60)),
        encoding="utf-8")
    first.ok("appeal", "import", rows, "--map",
             "ext_no=no,title=title,text=text,contact=who,phone=phone", "--type", "complaint",
             "--channel", "file")
    first.ok("meeting", "add", "--kind", "salon", "--title", MEETING)
    first.ok("sync", "now")
    act(world.hub, "triage", number, "PD1", "--type", "投诉", "--complexity", "复杂")
    act(world.hub, "dispatch", number, "PD1", "--unit", "JSJ")
    act(world.hub, "sign", number, "J1")
    act(world.hub, "contact", number, "J1", "--method", "phone", "--reached", "yes")
    act(world.hub, "reply", number, "J1", facts={"answer": ANSWER, "solved": True})
    first.ok("sync", "now")
    # What people ask to see, they see: the words are in there.
    assert EDITED in first.see("appeal", "list", "--search", SEARCHED, "--limit", 100)
    page = first.see("appeal", "show", number, "--reveal")
    assert PHONE in page and NAME in page and ANSWER in page
    assert IMPORTED in first.see("appeal", "list", "--search", "积水没过")
    # A stick both ways, a second station, a snapshot.
    stick, back = world.folder / "stick", world.folder / "back"
    for folder in (stick, back):
        folder.mkdir()
    second.add(title=LATER, text=TEXT, contact=NAME, phone=PHONE)
    second.ok("bundle", "export", "--out", stick)
    world.hub.ok("bundle", "import", stick, codes=(0, 3))
    world.hub.ok("bundle", "export", "--station", "SHG02", "--out", back)
    second.ok("bundle", "import", back, codes=(0, 3))
    world.hub.ok("snapshot", "write", "--station", "SHG01", "--to", world.folder / "other-disk")
    for node in (first, second, world.hub):
        node.ok("verify")
        node.ok("status")
    assert hub.poll() is None and station.poll() is None
    return first, second, station


def test_no_byte_that_the_programs_left_shows_who_said_what():
    with Watched() as world:
        canaries = Canaries(WORDS)
        first, second, station = record_and_carry(world)
        hits, size = world.hits(canaries)  # While both run, their logs and shared memory there.
        assert hits == [], "\n".join(hits)
        assert size > 2_000_000, size
        # A kill in the middle of work leaves a log behind; an error tells nothing either.
        import_ = first.popen("appeal", "import", world.given / "rows.csv", "--type", "complaint",
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        station.kill()
        station.wait()
        import_.kill()
        import_.wait()
        first.add(title=LATER, text=TEXT, phone=PHONE)
        for words in (("appeal", "edit", "无此单", "--set", "title=" + TITLE),
                      ("appeal", "show", NAME), ("appeal", "list", "--search", TEXT + '"*(')):
            first.run(*words, clear=words[1] == "list")
        assert second.run("keyring", "rotate").code == 0
        hits, _ = world.hits(canaries)
        assert hits == [], "\n".join(hits)
        # The scan finds them where they are: what people were shown, and what they put in.
        seen, _ = canaries.hits(world.shown)
        assert any(PHONE in hit for hit in seen) and any(NAME in hit for hit in seen)
        # And in every form that it looks for, in the midst of anything.
        planted = 0
        for path, word, form in canaries.planted(first.data):
            found, _ = canaries.hits(path)
            assert any(word in hit and f" as {form} " in hit for hit in found), (word, form)
            planted += 1
        hits, _ = world.hits(canaries)
        assert len({hit.split(":")[0] for hit in hits}) == planted > 200, len(hits)


def test_what_was_erased_stands_in_no_page_of_any_database_for_whoever_has_the_key():
    # Words of the one appeal alone; what others said stays.
    canaries = Canaries([TITLE, ID_NUMBER, ADDRESS, USCC, RARE, NOTE, EDITED, ANSWER])
    with Watched() as world:
        first, second, _ = record_and_carry(world)
        found = first.run("appeal", "list", "--search", ID_NUMBER, clear=True).json["appeals"]
        number = found[0]["number"]
        act(world.hub, "review", number, "HD1", "--pass")
        act(world.hub, "visit", number, "HF1", "--method", "phone", "--reached", "yes", "--grade",
            "satisfied", "--solved", "yes")
        act(world.hub, "close", number, "HF1", "--ground", "satisfied")
        first.ok("sync", "now")

        def hits_in_pages():
            return [hit for node in (world.hub, first, second)
                    for hit in canaries.in_bytes(Database(node).pages(), node.data.name)]
        before = hits_in_pages()
        for node in ("hub", "SHG01"):
            assert any(hit.startswith(node) and ADDRESS in hit for hit in before), before
        world.hub.ok("erasure", "request", number, "--reason", "本人申请", "--as", "PD1")
        for _ in range(2):
            first.ok("sync", "now")
            second.ok("sync", "now", "--hub", world.address)
        assert world.hub.ok("erasure", "list")["erasures"][0]["waits"] == []
        assert hits_in_pages() == []
        hits, _ = world.hits(Canaries(WORDS))
        assert hits == [], "\n".join(hits)
        for node in (world.hub, first, second):
            assert node.ok("verify")["ok"]


def test_the_scan_finds_a_word_in_base64_wherever_it_begins():
    canaries = Canaries(["平安是福气"])
    for before in range(7):
        for behind in range(4):
            text = base64.b64encode(os.urandom(before) + "平安是福气".encode() + os.urandom(behind))
            assert canaries.in_bytes(text, "text"), (before, behind)
    assert not canaries.in_bytes(base64.b64encode("平安是服气。平安是".encode()), "text")
