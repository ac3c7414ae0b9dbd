"""A station's process while people use its page: an hour of it, or as long as is asked for.

    JIUYING_PAGE_MINUTES=60 python3 tests/e2e/run.py page_hour

Five minutes without it, half a minute of them with JIUYING_E2E_QUICK=1. What a clerk and a
note-taker do is done as the page does it, an act every two seconds, and prints what the process
holds each minute.
"""

import http.client
import os
import threading
import time
from pathlib import Path

from jy import QUICK, Skip, World, sanitized
from page_desk import invited
from page_speed import rows
from test_page_work import ended, upload

MINUTES = float(os.environ.get("JIUYING_PAGE_MINUTES", "0.5" if QUICK else "5"))
LIMIT_MIB = 128
BEFORE = 5_000
PACE = 2.0
WORDS = ("路灯", "井盖松动", "小区门口电梯", "停", "下水道 堵塞", "第77次", "油烟异味")


def resident(process, name="VmRSS"):
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) / 1024


class Listener:
    """A page that stays open and hears of changes."""

    def __init__(self, person):
        host, port = person.netloc.rsplit(":", 1)
        self.connection = http.client.HTTPConnection(host, int(port), timeout=600)
        self.connection.request("GET", "/api/live", headers={"Cookie": person.cookie,
                                                             "Host": person.netloc})
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        try:
            response = self.connection.getresponse()
            while response.readline():
                self.heard += 1
        except (OSError, http.client.HTTPException, ValueError):
            pass


class Use:
    """What people do in turn; each act is asked for as the page asks."""

    def __init__(self, node, server, folder):
        self.clerk = invited(node, server, "W01", "recorder,handler", "王芳")
        self.taker = invited(node, server, "W02", "recorder,handler", "李强")
        self.folder = folder
        self.meeting = self.taker.ok(self.taker.post("/api/meetings", {
            "kind": "salon", "title": "沙龙"}))["id"]
        self.last = None
        self.acts = [self.record, self.scroll, self.search, self.today, self.note, self.look,
                     self.edit, self.try_a_file, self.stick]

    def act(self, at):
        self.acts[at % len(self.acts)](at)

    def record(self, at):
        for size in (10, 40, 80):  # As it is typed.
            self.clerk.ok(self.clerk.post("/api/drafts/d1", {"text": "字" * size}))
        self.last = self.clerk.ok(self.clerk.post("/api/appeals", {
            "type": "complaint", "text": f"第{at}件：三组村口的路灯坏了半个月。" * 4,
            "phone": f"139{at:08d}"}))["id"]
        self.clerk.ok(self.clerk.post("/api/drafts/d1/drop"))

    def scroll(self, at):
        for page in range(6):
            self.clerk.ok(self.clerk.post("/api/appeals/search", {
                "limit": 100, "offset": (at * 7 + page) % 50 * 100}))

    def search(self, at):
        for _ in range(3):
            self.clerk.ok(self.clerk.post("/api/appeals/search", {
                "search": WORDS[at % len(WORDS)], "limit": 100}))

    def today(self, _):
        self.clerk.ok(self.clerk.get("/api/today?limit=20"))

    def note(self, at):
        values = {"text": f"第{at}条", "title": f"第{at}条", "enterprise": f"企业{at % 8}"}
        self.taker.ok(self.taker.post(f"/api/meetings/{self.meeting}/notes", {
            "rows": [{"row": row, "values": values} for row in range(1, 6)]}))
        self.taker.ok(self.taker.get(f"/api/meetings/{self.meeting}?limit=1000"))

    def look(self, _):
        if self.last:
            for path in ("", "/acts", "/deadline"):
                self.clerk.ok(self.clerk.get(f"/api/appeals/{self.last}{path}"))

    def edit(self, at):
        if self.last:
            path = f"/api/appeals/{self.last}"
            seen = self.taker.ok(self.taker.get(path))["seen"]
            self.taker.ok(self.taker.post(path + "/edit", {"set": {"place": f"村口{at}"},
                                                           "seen": seen}))

    def try_a_file(self, _):
        made = upload(self.clerk, "a.csv", "".join(rows(2_000)).encode())
        path = f"/api/imports/{made}"
        ended(self.clerk, self.clerk.post(path + "/run", {"dry_run": True}))
        self.clerk.ok(self.clerk.post(path + "/drop"))

    def stick(self, _):
        done, _ = ended(self.taker, self.taker.post("/api/sticks/export", {
            "path": str(self.folder)}))
        assert done["exit"] == 0, done


def test_a_station_that_is_used_keeps_within_its_memory():
    if sanitized():
        raise Skip("a sanitizer's memory is not the program's")
    with World() as world:
        hub = world.serve()
        node = world.station("SHG01")
        path = world.folder / "rows.csv"
        path.write_text("".join(rows(BEFORE)), encoding="utf-8")
        assert node.run("appeal", "import", path, timeout=600).json["imported"] == BEFORE
        world.sync(node)
        server = world.serve_station(node)
        stick = world.folder / "stick"
        stick.mkdir()
        use = Use(node, server, stick)
        listeners = [Listener(person) for person in (use.clerk, use.clerk, use.taker)]
        began = time.monotonic()
        peak, at, told = 0, 0, 0
        while time.monotonic() - began < MINUTES * 60:
            use.act(at)
            at += 1
            now = resident(server.process)
            peak = max(peak, now)
            minute = int((time.monotonic() - began) / 60)
            if minute > told:
                told = minute
                print(f"      minute {minute}: {now:.0f} MiB, {at} acts, "
                      f"{node.ok('status')['appeals']} appeals", flush=True)
            time.sleep(max(0, began + at * PACE - time.monotonic()))
        highest = resident(server.process, "VmHWM")
        last, theirs = resident(server.process), resident(hub.process, "VmHWM")
        print(f"      {MINUTES:g} minutes, {at} acts: {last:.0f} MiB at the end, {highest:.0f} MiB "
              f"at most; the hub {theirs:.0f} MiB at most")
        assert all(one.heard for one in listeners)
        assert highest <= LIMIT_MIB, highest
