"""How fast the page's API answers over many appeals; prints one line for each question.

    python3 tests/e2e/page_speed.py [APPEALS]

A hub with that many invented appeals (100,000 without it), all recorded by `appeal import`, asked
as the page asks: first rows of the list, a search as somebody types, what is due today. Of nine
rounds the median counts, the slowest is shown beside it.
"""

import random
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from jy import World  # noqa: E402
from page_desk import invited  # noqa: E402

THINGS = ("路灯", "井盖", "下水道", "自来水", "垃圾", "噪音", "公交", "树枝", "围墙", "电梯", "停车",
          "油烟")
WHAT = ("坏了", "堵塞", "停了三天", "没人管", "影响休息", "松动", "漏水", "占道", "倒伏",
        "异味")
WHERE = ("一组", "二组", "三组", "村口", "小区门口", "学校旁边", "菜市场", "老街", "河堤",
         "广场")
ROUNDS = 9


def rows(count):
    dice = random.Random(7)
    yield "title,text,type,place,occurred_at,ext_no\n"
    for at in range(count):
        thing, what, where = dice.choice(THINGS), dice.choice(WHAT), dice.choice(WHERE)
        days, kind = dice.randrange(1, 60), dice.choice(("complaint", "inquiry", "help_request"))
        text = f"{where}的{thing}{what}已经{days}天了请帮忙看看第{at}次反映"
        yield f"{where}{thing}{what},{text},{kind},{where},2026-11-2{at % 5},P{at}\n"


def timed(name, ask):
    spent = []
    for at in range(ROUNDS):
        began = time.perf_counter()
        answer = ask(at)
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, answer.body[:300]
    print(f"{name:34} {statistics.median(spent):8.1f} ms   slowest {max(spent):8.1f} ms   "
          f"{len(answer.body):8} bytes", flush=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with World() as world:
        path = world.folder / "rows.csv"
        path.write_text("".join(rows(count)), encoding="utf-8")
        began = time.perf_counter()
        done = world.hub.run("appeal", "import", path, timeout=3600)
        assert done.json["imported"] == count, done.out + done.err
        print(f"{count} appeals imported in {time.perf_counter() - began:.0f} s")
        server = world.serve()
        person = invited(world.hub, server, "H01", "dispatcher,supervisor,recorder")
        person.ok(person.get("/api/appeals?limit=1"))
        timed("list: first 100 rows", lambda _: person.get("/api/appeals?limit=100"))
        timed("list: 100 rows from the middle",
              lambda _: person.get(f"/api/appeals?limit=100&offset={count // 2}"))
        words = ("路灯", "井盖松动", "小区门口电梯", "停", "下水道 堵塞", "第77次", "学校旁边",
                 "油烟异味", "自来水")

        def search(word, **more):
            return person.post("/api/appeals/search", {"search": word, "limit": 100, **more})

        # What all have, what none has, and what only ends a run of characters here and there.
        for word in (*words[:5], "反映", "佟", "味", "停 味"):
            timed(f"search: {word}", lambda _, w=word: search(w, quick=True))
            said = search(word, quick=True).json
            print(f"{'':34} {'at least ' * said.get('at_least', False)}{said['total']}"
                  f"{' looked at ' + str(said['looked_at']) if 'looked_at' in said else ''}")
        timed("search: nine words in turn", lambda at: search(words[at], quick=True))
        timed("search for all: 路灯", lambda _: search("路灯"))
        timed("search for all: 停", lambda _: search("停"))
        timed("today", lambda _: person.get("/api/today?limit=20"))
        saves = []
        over = threading.Event()

        def save():
            at = 0
            while not over.is_set():
                began = time.perf_counter()
                other.ok(other.post("/api/appeals", {"type": "complaint", "text": f"同时登记{at}"}))
                saves.append((time.perf_counter() - began) * 1000)
                at += 1
                time.sleep(0.05)

        other = invited(world.hub, server, "H02", "recorder")
        thread = threading.Thread(target=save)
        thread.start()
        timed("today, while somebody records", lambda _: person.get("/api/today?limit=20"))
        over.set()
        thread.join()
        print(f"{'a save meanwhile':34} {statistics.median(saves):8.1f} ms   "
              f"slowest {max(saves):8.1f} ms")
        timed("totals by state", lambda _: person.get("/api/reports/totals?by=state"))
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        print(f"peak memory of the hub: {int(peak.split()[1]) // 1024} MB")


if __name__ == "__main__":
    main()
