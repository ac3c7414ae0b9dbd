"""The page in Debian's Chromium against the real programs: all is typed and clicked."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from jy import QUICK, Skip, World, add
from page_desk import PASSWORD, Person, invited, line_of
from test_orders import people

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def packages():
    """The browser's driver and axe, as node/web's lockfile pins them; installed once."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise Skip("no npm: the page's tests in a browser are left out")
    if not Path(os.environ.get("JIUYING_CHROMIUM", "/usr/bin/chromium")).exists():
        raise Skip("no chromium (apt-get install chromium)")
    folder = ROOT / "build/web-tests"
    wanted = (ROOT / "node/web/package-lock.json").read_text()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / "node/web" / name, folder / name)
        done = subprocess.run(["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund"],
                              cwd=folder, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Skip("npm ci failed: " + done.stderr[-300:])
        stamp.write_text(wanted)
    return folder / "node_modules"


class Story:
    """A script in the browser. It says on stderr when it waits for the world to change."""

    def __init__(self, script, members):
        modules = packages()
        self.process = subprocess.Popen(
            ["node", str(HERE / "page" / script), json.dumps(members)], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "JIUYING_WEB_PACKAGES": str(modules.parent)})
        self.said = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said.append(line.strip())

    def wait_for(self, word, patience=120):
        deadline = time.monotonic() + patience
        while word not in self.said:
            over = self.process.poll() is not None or time.monotonic() > deadline
            assert not over, f"{word} was not said: {self.said[-5:]} {self.process.stdout.read()}"
            time.sleep(0.05)

    def facts(self, patience=300):
        out = self.process.stdout.read()
        self.process.wait(patience)
        assert out.strip(), "\n".join(self.said[-20:])
        facts = json.loads(out.strip().splitlines()[-1])
        assert "failed" not in facts, json.dumps(facts, ensure_ascii=False, indent=1)
        assert not facts["noise"], facts["noise"]
        return facts


class Cable:
    """Between a station and its hub; may be pulled out and put back."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        self.whole = True
        self.ends = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            near, _ = self.server.accept()
            if not self.whole:
                near.close()
                continue
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()
                continue
            self.ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.whole = False
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.ends = []

    def mend(self):
        self.whole = True


def test_a_newcomer_records_sees_it_delivered_and_settles_a_conflict():
    packages()
    with World() as world:
        hub = world.serve()
        node = world.station("SHG01")
        cable = Cable(world.address)
        world.address, real = cable.address, world.address
        station = world.serve_station(node)
        world.address = real
        text = "三组村口的路灯坏了半个月，晚上老人孩子走路看不见，摔了两个人，问过村里说要等上面批，请帮忙催一催，最好这个月能修好，谢谢你们了，辛苦。"
        marks = {name: world.folder / name for name in ("cut", "mend")}
        story = Story("station_story.mjs", {
            "setup": line_of(station, "setup"), "hub_setup": line_of(hub, "setup"),
            "password": PASSWORD, "text": text, **{k: str(v) for k, v in marks.items()}})
        story.wait_for("CUT")
        cable.cut()
        marks["cut"].touch()
        story.wait_for("MEND")
        cable.mend()
        marks["mend"].touch()
        facts = story.facts()
        assert facts["keys"] <= 10 and facts["form_empty"], facts
        assert facts["masked"] and not facts["leaked"], facts
        assert not facts["setup_left_in_url"] and not facts["green_while_waiting"], facts
        assert facts["preselected"] == 0 and facts["asks_to_choose"], facts
        assert facts["seconds"] < 180, facts
        assert not facts["axe"], "\n".join(facts["axe"])
        # What the browser did is what the node says.
        world.sync(node)
        world.assert_equal(node)
        shown = node.ok("appeal", "show", facts["number"])
        assert shown["appeal"]["phone"] == "13900000002" and shown["delivered"]
        lost = [row["value"] for row in shown["history"] if row["lost"]]
        assert "13900000001" in lost, shown["history"]
        print(f"      keys {facts['keys']}, delivered after {facts['seconds_to_delivered']:.1f} s, "
              f"all in {facts['seconds']:.1f} s")


def walk(name, server, user, paths):
    facts = Story("walk.mjs", {"name": name, "link": line_of(server, "page"), "user": user,
                               "password": PASSWORD, "paths": paths}).facts()
    assert not facts["axe"], "\n".join(facts["axe"])
    assert not facts["tab"], "\n".join(facts["tab"])
    assert not facts["navigation"], "\n".join(facts["navigation"])
    return facts


def test_every_page_is_walked_by_tab_and_passes_axe():
    packages()
    with World() as world:
        hub = world.serve()
        node = world.station("SHG01")
        made = add(node, title="路灯不亮", phone="13900005678", contact="王小二")
        for count in range(8):
            add(node, title=f"第{count}件", text="井盖松动，请来看看", type="help_request")
        meeting = node.ok("meeting", "add", "--kind", "salon", "--title", "企业家沙龙", "--place",
                          "二坝镇会议室", "--attendees", "王总,李总")["id"]
        for count in range(4):
            add(node, title=f"会上第{count}件", text="厂门口的路坏了", type="help_request",
                enterprise=f"江北{'甲乙'[count % 2]}机械厂", meeting=meeting)
        firm = node.ok("enterprise", "list")["enterprises"][0]["id"]
        node.ok("enterprise", "contact", firm, "--text", "说月底前搬完", "--contact", "王经理")
        world.sync(node)
        station = world.serve_station(node)
        invited(node, station, "W01", "recorder,handler", "王芳")
        desks = ["/meetings/" + meeting, "/enterprises", "/enterprises/" + firm]
        walk("station", station, "W01", ["/intake", "/today", "/appeals", "/appeals/" + made["id"],
                                         "/print/" + made["id"], "/conflicts", "/meetings",
                                         "/import", "/sticks", "/sync", "/settings", *desks])
        invited(world.hub, hub, "H01", "dispatcher,supervisor,visitor,recorder", "赵敏")
        paths = ["/board", "/dispatch", "/today", "/appeals", "/appeals/" + made["id"],
                 "/conflicts", "/import", "/sticks", "/stations"]
        hub_desks = ["/visits"] + ["/supervision/" + tab
                                   for tab in ("orders", "watch", "cases", "lists")]
        walk("hub", hub, "H01", paths[:3] + paths[-1:] + hub_desks if QUICK
             else paths + desks + hub_desks)
        invited(world.hub, hub, "S01", "security_admin", "钱安")
        walk("users", hub, "S01", ["/users"])
        invited(world.hub, hub, "A01", "audit_admin", "孙审")
        walk("audit", hub, "A01", ["/audit", "/settings"])
        invited(world.hub, hub, "Y01", "system_admin", "周系")
        walk("system", hub, "Y01", ["/stations", "/lists", "/rules"])


def test_what_a_person_sets_for_a_browser_stays_there():
    packages()
    with World() as world:
        node = world.station("SHG01")
        made = add(node, title="路灯不亮")
        station = world.serve_station(node)
        invited(node, station, "W01", "recorder,handler", "王芳")
        facts = Story("settings_story.mjs", {
            "link": line_of(station, "page"), "user": "W01", "password": PASSWORD,
            "id": made["id"]}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        for word in ("王芳", "W01", "录入员、办理员", "SHG01", "投诉", "站点"):
            assert word in facts["told"], facts["told"]
        after = facts["after"]
        assert after["font"] == "font-150" and after["sheet"] == "80mm", after
        assert "Nothing yet" in after["filled"] and facts["printed_on"] == "80mm", facts
        assert facts["type"] == "help_request", "what was filled in is forgotten"


def test_papers_have_their_size_and_nothing_of_the_page():
    packages()
    with World() as world:
        node = world.station("SHG01")
        made = add(node, title="路灯不亮", phone="13900005678", contact="王小二", place="三组村口",
                   text="三组村口的路灯坏了半个月，晚上老人孩子走路看不见。" * 6)
        station = world.serve_station(node)
        invited(node, station, "W01", "recorder,handler", "王芳")
        facts = Story("print.mjs", {"link": line_of(station, "page"), "user": "W01",
                                    "password": PASSWORD, "id": made["id"]}).facts()
        points = 72 / 25.4
        for paper, (width, height) in {"A4": (210, 297), "A5": (148, 210),
                                       "80mm": (80, 200)}.items():
            got = facts["papers"][paper]
            assert abs(got["width"] - width * points) < 2, f"{paper}: {got}"
            assert abs(got["height"] - height * points) < 2, f"{paper}: {got}"
            assert got["sheets"] == 1 and got["wide"] == 0, f"{paper}: {got}"
            assert made["number"] in got["text"] and "139****5678" in got["text"], got["text"]
            assert "13900005678" not in got["text"]
            for word in ("全部诉求", "退出", "字号", "离线"):
                assert word not in got["text"], f"{paper}: {word} is printed"


def test_a_file_a_stick_a_list_and_an_invitation_by_clicks():
    packages()
    with World() as world:
        people(world)
        hub = world.serve()
        node = world.station("SHG01")
        world.sync(node)
        world.address, real = None, world.address  # No link: what is written is not delivered.
        station = world.serve_station(node)
        world.address = real
        invited(node, station, "W1", "recorder,handler", "王芳")
        invited(world.hub, hub, "DJ1", "system_admin", "周系")
        invited(world.hub, hub, "PD1", "dispatcher", "派甲")
        rows = world.folder / "rows.csv"
        rows.write_bytes("标题,内容,诉求类型\n路灯不亮,三组路灯坏了,投诉\n没有这种,内容,乱写\n井盖,井盖松动,投诉\n"
                         .encode("gb18030"))
        stick = world.folder / "stick"
        stick.mkdir()
        facts = Story("work_story.mjs", {
            "station": line_of(station, "page"), "hub": line_of(hub, "page"),
            "password": PASSWORD, "file": str(rows), "stick": str(stick)}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert facts["refused_rows"] == ["2"] and facts["rewritten"], facts
        assert facts["nothing_before"] and node.ok("appeal", "list")["total"] == 2, facts
        assert len(list(stick.iterdir())) >= 1 and facts["not_delivered_yet"], facts
        assert facts["qr"] and facts["gone"], facts
        units = {row["code"]: row for row in world.hub.ok("unit", "list")["records"]}
        assert units["CGJ"]["name"] == "区城管局" and units["CGJ"]["active"] is False, units
        stations = {one["code"]: one["status"]
                    for one in world.hub.ok("station", "list")["stations"]}
        assert stations == {"SHG01": "revoked", "SHG02": "invited"}, stations


PAYLOADS = ("<script>window.__ran=1</script>", "<img src=x onerror=window.__ran=1>",
            "<svg onload=window.__ran=1>", "javascript:window.__ran=1",
            "\"><script>__ran=1</script>",
            "'-window.__ran-'", "{{constructor.constructor('window.__ran=1')()}}", "${__ran=1}",
            "<iframe srcdoc='<script>parent.__ran=1</script>'>", "</title><script>__ran=1</script>",
            "<a href=javascript:__ran=1>x</a>", "<style>*{display:none}</style>",
            "<form action=//evil.example><input>", "<base href=//evil.example/>",
            "\u202egnp.exe", "&lt;script&gt;", "<!--", "]]>", "<math><mtext></form><script>__ran=1",
            "<details open ontoggle=__ran=1>")


def test_two_hundred_payloads_are_shown_as_text():
    packages()
    fields = ("title", "text", "contact", "place", "address", "phone", "ext_no", "tags",
              "contact_wish", "contact")
    with World() as world:
        node = world.station("SHG01")
        station = world.serve_station(node)
        person = invited(node, station, "W01", "recorder,handler",
                         "<script>window.__ran=1</script>")
        ids, sent = [], 0
        for payload in PAYLOADS:
            values = {"type": "complaint", "title": "t", "text": "t"}
            for field in fields[:6]:
                values[field] = f"«{payload}»" if field != "phone" else payload[:40]
            answer = person.post("/api/appeals", values)
            if answer.status == 200:
                ids.append(answer.json["id"])
                sent += 6
                for _ in range(4):
                    note = person.post(f"/api/appeals/{ids[-1]}/notes", {"text": f"«{payload}»"})
                    sent += note.status == 200
        assert sent >= 190, sent
        facts = Story("payloads.mjs", {"link": person.link, "user": "W01", "password": PASSWORD,
                                       "ids": ids[:6] if QUICK else ids}).facts()
        assert facts["dialogs"] == 0 and not facts["ran"] and "strange" not in facts, facts
        assert facts["shown"] == (6 if QUICK else len(ids)), facts


def test_the_page_has_its_types_right_and_its_logic_tested():
    folder = packages().parent
    for name in ("src", "public"):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(ROOT / "node/web" / name, folder / name)
    for name in ("tsconfig.json", "vite.config.ts", "vitest.config.ts"):
        shutil.copy(ROOT / "node/web" / name, folder / name)
    for words in (["node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit"],
                  ["node_modules/vitest/vitest.mjs", "run"]):
        done = subprocess.run(["node", *words], cwd=folder, capture_output=True, text=True,
                              timeout=300)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_a_killed_browser_and_node_take_no_more_than_a_second_of_typing():
    packages()
    with World() as world:
        node = world.station("SHG01")
        station = world.serve_station(node)
        person = invited(node, station, "W01", "recorder", "王芳")
        for wait in (1.7,) if QUICK else (1.7, 2.6, 4.1):
            story = Story("typing.mjs", {"link": line_of(station, "page"), "user": "W01",
                                         "password": PASSWORD})
            story.wait_for("TYPING")
            time.sleep(wait)
            killed_at = time.time()
            station.kill()
            story.process.kill()
            story.process.wait()
            typed = [line.split() for line in list(story.said) if line.startswith("AT ")]
            before = max((int(count) for _, at, count in typed
                          if int(at) / 1000 <= killed_at - 1.0), default=0)
            assert before > 0, typed[-3:]
            station = world.serve_station(node)
            person = Person(station)
            person.ok(person.sign_in("W01"))
            drafts = person.ok(person.get("/api/drafts"))["drafts"]
            kept = max((len(draft["content"]["text"]) for draft in drafts), default=0)
            assert kept >= before, f"{kept} of {before} typed a second before the end"
            for draft in drafts:
                person.ok(person.post(f"/api/drafts/{draft['id']}/drop"))


def test_two_people_on_one_appeal_and_an_input_method():
    packages()
    with World() as world:
        world.serve()
        node = world.station("SHG01")
        made = add(node, title="路灯不亮")
        world.sync(node)
        station = world.serve_station(node)
        invited(node, station, "W01", "recorder,handler", "王芳")
        invited(node, station, "W02", "recorder,handler", "李强")
        facts = Story("editors.mjs", {"link": line_of(station, "page"), "password": PASSWORD,
                                      "id": made["id"]}).facts()
        assert facts["told"] and facts["kept"] and facts["other_page_follows"], facts
        assert not facts["saved_while_composing"] and facts["text"] == "路灯不亮", facts
        assert "官陡" in facts["region"], facts
        history = node.ok("appeal", "show", made["id"])["history"]
        titles = [(row["value"], row["actor"]) for row in history if row["field"] == "title"]
        assert ("第一个人的标题", "W01") in titles and ("第二个人的标题", "W02") in titles, titles


def test_an_order_goes_its_way_by_clicks_and_a_unit_sees_its_own_alone():
    packages()
    with World() as world:
        people(world)
        hub = world.serve()
        made = add(world.hub, title="水管爆裂", text="门口水管爆裂，路面积水", phone="13900000001",
                   region="340207001")
        other = add(world.hub, title="路灯不亮", region="340207001")
        invited(world.hub, hub, "PD1", "dispatcher", "派甲")
        invited(world.hub, hub, "S1", "handler", "水甲")
        facts = Story("dispatch_story.mjs", {
            "link": line_of(hub, "page"), "password": PASSWORD, "number": made["number"],
            "other": other["id"]}).facts()
        assert not facts["axe"], "\n".join(facts["axe"])
        assert "派单" in facts["offered"] and "督办" not in facts["offered"], facts
        assert facts["unit_sees"] == [made["number"]] and facts["other_refused"], facts
        assert not any("看板" in name or "冲突" in name for name in facts["unit_menu"]), facts
        assert len(facts["helpers"]) == 2 and facts["helpers_left"] == 0, facts
        events = world.hub.ok("appeal", "show", made["id"])["events"]
        assert "JSJ" not in json.dumps(events[0]), events[0]
        assert [(event["kind"], event["actor"]) for event in events] == [
            ("dispatched", "PD1"), ("signed", "S1"), ("first_contact", "S1"), ("replied", "S1")]
