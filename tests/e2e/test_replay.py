"""Real requests of real cities, played through the programs as if staff had worked on them.

Everything is told with its time (`registered_at`, `at`), from several stations, in an order that
the link decides: it is cut at random, and a station may be away for rounds. What the scan counts at
any instant must be what a few lines of SQL count in the file alone.
"""

import csv
import gzip
import json
import random
import sqlite3

from jy import QUICK, Proxy, World, data_file

UNITS = """code,name,active,station
SHG01,一站,是,SHG01
SHG02,二站,是,SHG02
SHG03,三站,是,SHG03
SWJ,区水务局,是,
"""
STAFF = """code,name,unit,posts
PD1,派甲,QZX,派单岗
HD1,回甲,QZX,回复岗
HF1,访甲,QZX,回访岗
DJ1,登甲,QZX,登记岗
S1,水甲,SWJ,
SHG01-W1,站甲,SHG01,登记岗
SHG02-W1,站乙,SHG02,登记岗
SHG03-W1,站丙,SHG03,登记岗
"""
DELEGATION = "code,unit,category\n" + "".join(
    f"SHG0{n}:ZX01,SHG0{n},ZX01\n" for n in (1, 2, 3))
TYPES = ("inquiry", "help_request", "complaint", "tip_off", "suggestion", "praise")


def policy(days):
    """One limit for everything, in days of the calendar: what the SQL can say too."""
    rule = {"amount": days, "unit": "calendar_day", "start_counts": False}
    return {"rows": [{"type": kind, "complexity": how, "citizen": rule}
                     for kind in TYPES for how in ("simple", "complex")]}


def rows_of(name):
    with gzip.open(data_file(name), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_of(rows):
    """The file as a table of texts."""
    db = sqlite3.connect(":memory:")
    columns = list(rows[0])
    db.execute(f"CREATE TABLE t({', '.join(columns)})")
    db.executemany(f"INSERT INTO t VALUES({', '.join('?' * len(columns))})",
                   [[row[c] for c in columns] for row in rows])
    return db


class Town:
    """A hub, three stations, and what each of them has yet to do."""

    def __init__(self, world, seed, days):
        self.world, self.dice, self.acts = world, random.Random(seed), 0
        for noun, text in (("unit", UNITS), ("staff", STAFF), ("delegation", DELEGATION)):
            path = world.folder / f"{noun}.csv"
            path.write_text(text, encoding="utf-8")
            world.hub.ok(noun, "import", path)
        path = world.folder / "policy.json"
        path.write_text(json.dumps({"code": "replay@1", "name": "重放", "rules": policy(days),
                                    "valid_from": "2000-01-01"}), encoding="utf-8")
        world.hub.ok("policy", "load", path)
        self.stations = [world.station(f"SHG0{n}") for n in (1, 2, 3)]
        world.serve()
        for station in self.stations:
            world.sync(station)
        self.cuts = 0

    def sync(self, station, cut=True):
        """One exchange; with a cut line nothing is lost and the next one goes on."""
        if not cut:
            self.world.sync(station)
            return True
        proxy = Proxy(self.world.address, cut_after=2 ** self.dice.randrange(8, 18))
        done = station.run("sync", "now", "--hub", proxy.address)
        proxy.close()
        assert done.code in (0, 13), done.out + done.err
        self.cuts += done.code == 13
        return done.code == 0

    def register(self, node, appeals):
        numbers = []
        for begin in range(0, len(appeals), 1000):
            body = json.dumps(appeals[begin:begin + 1000], ensure_ascii=False)
            done = node.ok("appeal", "add", "--from", "-", stdin=body)
            numbers += [one["number"] for one in done["appeals"]]
        return numbers

    def act(self, node, acts):
        if not acts:
            return
        self.acts += len(acts)
        lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in acts)
        done = node.ok("appeal", "act", "--from", "-", stdin=lines, timeout=900)
        assert done["done"] == len(acts), done["refused"][:3]


def handling(unit, staff, number, begin, end):
    """The steps of one order in turns: hub, unit, hub. `end` is empty where it is still open."""
    def step(verb, actor, at, **facts):
        return {"id": number, "verb": verb, "as": actor, "at": at, **facts}

    first = [step("triage", "PD1", begin, type="help_request", complexity="simple"),
             step("dispatch", "PD1", begin, unit=unit)]
    work = [step("sign", staff, begin)]
    if not end:
        return [first, work, []]
    work.append(step("reply", staff, end, answer="已处理", solved=True))
    last = [{"id": number, "kind": "review_passed", "as": "HD1", "at": end},
            step("close", "HF1", end, ground="waived")]
    return [first, work, last]


def play(town, rows, appeal_of, begin_of, end_of, steps_of=None):
    """Registers and handles all rows; a row belongs to a station, every fourth to the hub. With
    `steps_of` all are dispatched and that tells the steps of a row, in turns as `handling` does.
    """
    hub, stations = town.world.hub, town.stations
    homes = [stations[i % 4] if i % 4 < 3 else hub for i in range(len(rows))]
    waiting = {station.name: [] for station in stations}  # Handled at the station itself.
    step = max(len(rows) // 5, 1)
    to_dispatch, to_review = [], []
    for begin in range(0, len(rows), step):
        part = range(begin, min(begin + step, len(rows)))
        for node in [*stations, hub]:
            mine = [i for i in part if homes[i] is node]
            numbers = town.register(node, [appeal_of(rows[i]) for i in mine])
            onsite = []
            for i, number in zip(mine, numbers):
                start, end = begin_of(rows[i]), end_of(rows[i])
                if steps_of is None and node is not hub and end and i % 5 == 0:
                    onsite.append({"id": number, "verb": "close-onsite", "as": node.name + "-W1",
                                   "at": end, "answer": "当场办好", "told": True,
                                   "category": "ZX01"})
                    continue
                at_station = node is not hub and i % 3 == 0
                unit, staff = (node.name, node.name + "-W1") if at_station else ("SWJ", "S1")
                steps = (handling(unit, staff, number, start, end) if steps_of is None
                         else steps_of(rows[i], unit, staff, number))
                to_dispatch.append((node, at_station, steps))
            town.act(node, onsite)
        away = set() if begin + step >= len(rows) else {town.dice.choice(stations).name}
        last_round = begin + step >= len(rows)
        here = {s.name for s in stations if s.name not in away and
                town.sync(s, cut=not last_round)}
        ready = [one for one in to_dispatch if one[0] is hub or one[0].name in here]
        to_dispatch = [one for one in to_dispatch if one not in ready]
        acts = []
        for node, at_station, (first, work, last) in ready:
            acts += first
            if at_station:
                waiting[node.name].append((work, last))
            else:
                acts += work + last
        town.act(hub, acts)
        for station in stations:
            if station.name in away or not town.sync(station, cut=not last_round):
                continue
            town.act(station, [s for work, _ in waiting[station.name] for s in work])
            to_review += [(station, last) for _, last in waiting[station.name]]
            waiting[station.name] = []
        for station in stations:
            if station.name in away or not town.sync(station, cut=not last_round):
                continue
            ready = [last for node, last in to_review if node is station]
            to_review = [one for one in to_review if one[0] is not station]
            town.act(hub, [s for last in ready for s in last])
    assert not to_dispatch and not to_review and not any(waiting.values())
    for station in stations:
        town.sync(station, cut=False)
        town.world.assert_equal(station)
    return homes


def counted(node, as_of):
    return node.ok("scan", "--as-of", as_of, "--limit", "0")["counts"]


def test_the_requests_of_baltimore_are_open_overdue_and_on_time_as_their_file_says():
    rows = rows_of("baltimore311_10k.csv.gz")
    if QUICK:
        rows = rows[::50]
    with World() as world:
        town = Town(world, seed=1, days=3650)  # The city's own limit is the only one that counts.

        def appeal_of(row):
            appeal = {"type": "help_request", "title": row["type"], "text": row["agency"],
                      "channel": "12345", "ext_no": row["request_id"], "anonymous": True,
                      "registered_at": row["created_at"]}
            if row["due_at"]:
                appeal["ext_due_at"] = row["due_at"]
            return appeal

        homes = play(town, rows, appeal_of, lambda row: row["created_at"],
                     lambda row: row["closed_at"])
        assert QUICK or town.cuts > 0
        for node in [world.hub, town.stations[0]]:
            known = [r for r, home in zip(rows, homes) if node is world.hub or home is node]
            db = table_of(known)
            for as_of in ("2015-06-01 00:00:00", "2016-09-15 12:00:00", "2018-03-01 08:30:00",
                          "2019-09-01 00:00:00"):
                told = counted(node, as_of)
                for count, condition in {
                        "orders": "1",
                        "open": "closed_at = '' OR closed_at > :at",
                        "overdue": "(closed_at = '' OR closed_at > :at) AND "
                                   "due_at <> '' AND due_at < :at",
                        "on_time": "closed_at <> '' AND closed_at <= :at AND "
                                   "(due_at = '' OR closed_at <= due_at)",
                        "late": "closed_at <> '' AND closed_at <= :at AND "
                                "due_at <> '' AND closed_at > due_at"}.items():
                    sql = f"SELECT count(*) FROM t WHERE created_at <= :at AND ({condition})"
                    expected = db.execute(sql, {"at": as_of}).fetchone()[0]
                    assert told[count] == expected, (node.name, as_of, count, told, expected)
        print(f"  {len(rows)} requests, {town.acts} steps, {town.cuts} cuts", flush=True)


def test_letters_are_answered_within_thirty_days_or_not_as_their_file_says():
    rows = rows_of("teddy2020_replies.csv.gz")[::20 if QUICK else 1]
    with World() as world:
        town = Town(world, seed=2, days=30)
        full = [dict(row, replied_at=row["replied_at"] if ":" in row["replied_at"]
                     else row["replied_at"] + " 23:59:59") for row in rows]
        play(town, full,
             lambda row: {"type": "help_request", "title": row["title"][:100], "text": "信件",
                          "channel": "letter", "ext_no": row["msg_id"], "anonymous": True,
                          "registered_at": row["created_at"]},
             lambda row: row["created_at"], lambda row: row["replied_at"])
        db = table_of(full)
        for as_of in ("2017-01-01 00:00:00", "2018-06-30 12:00:00", "2019-06-01 09:00:00",
                      "2020-02-01 00:00:00"):
            told = counted(world.hub, as_of)
            # The thirtieth day ends at 24:00.
            for count, condition in {
                    "open": "replied_at > :at",
                    "overdue": "replied_at > :at AND date(created_at, '+31 days') < :at",
                    "on_time": "replied_at <= :at AND "
                               "replied_at <= date(created_at, '+31 days')"}.items():
                sql = f"SELECT count(*) FROM t WHERE created_at <= :at AND {condition}"
                expected = db.execute(sql, {"at": as_of}).fetchone()[0]
                assert told[count] == expected, (as_of, count, told, expected)


def test_the_states_and_ratings_of_a_message_board_are_found_again():
    rows = rows_of("liuyan_zhejiang_2026.csv.gz")[::20 if QUICK else 1]
    grades = {1: "very_dissatisfied", 2: "dissatisfied", 3: "fairly_satisfied", 4: "satisfied",
              5: "very_satisfied"}
    with World() as world:
        town = Town(world, seed=3, days=30)
        hub = world.hub

        def steps_of(row, unit, staff, number):
            at = row["created_date"]
            if row["status"] == "待回复":
                return [[], [], []]
            first, work, last = handling(unit, staff, number, at,
                                         at if row["status"] == "已办理" else "")
            rated = [int(row[key]) for key in ("rating_manner", "rating_speed") if row[key]]
            if row["status"] == "已办理" and rated:
                grade = grades[min(rated)]
                visit = {"id": number, "verb": "visit", "as": "HF1", "at": at, "method":
                         "self_service", "reached": True, "grade": grade, "reason": "rated"}
                closing = [] if min(rated) <= 2 else [dict(last[1], ground="satisfied")]
                last = [last[0], visit, *closing]
            return [first, work, last]

        play(town, rows,
             lambda row: {"type": "help_request",
                          "title": row["title"].replace("\0", "")[:100] or "留言", "text": "留言",
                          "channel": "leader_board", "ext_no": row["thread_id"],
                          "anonymous": True, "registered_at": row["created_date"]},
             lambda row: row["created_date"], lambda row: "", steps_of)
        assert QUICK or town.cuts > 0
        db = table_of(rows)
        worst = "min(CAST(coalesce(nullif(rating_manner, ''), rating_speed) AS INTEGER), " \
                "CAST(coalesce(nullif(rating_speed, ''), rating_manner) AS INTEGER))"
        unhappy = f"status = '已办理' AND rating_manner || rating_speed <> '' AND {worst} <= 2"
        for as_of in ("2024-06-01", "2025-06-01", "2026-01-01", "2026-07-01"):
            scan = hub.ok("scan", "--as-of", as_of, "--limit", "0")
            buckets = {b["bucket"]: b["total"] for b in scan["buckets"]}
            told = {"overdue": scan["counts"]["overdue"], "on_time": scan["counts"]["on_time"],
                    "undispatched": buckets["undispatched"],
                    "dissatisfied": buckets["dissatisfied"], "open": scan["counts"]["open"],
                    "closed": scan["counts"]["closed"]}
            # Answered on the very day, whatever the asker says of it; the others have thirty days,
            # the last of them to its end.
            for count, condition in {
                    "overdue": "status <> '已办理' AND date(created_date, '+31 days') < :at",
                    "on_time": "status = '已办理'",
                    "undispatched": "status = '待回复'",
                    "dissatisfied": unhappy,
                    "open": f"status <> '已办理' OR ({unhappy})",
                    "closed": f"status = '已办理' AND NOT ({unhappy})"}.items():
                sql = f"SELECT count(*) FROM t WHERE created_date <= :at AND ({condition})"
                expected = db.execute(sql, {"at": as_of}).fetchone()[0]
                assert told[count] == expected, (as_of, count, told, expected)
