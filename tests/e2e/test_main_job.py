"""The main job: recorded apart, synced, edited apart, equal everywhere, conflicts visible."""

import collections
import csv
import gzip
import io
import time

from jy import QUICK, World, add, data_file

FILES = {
    "SHG01": ("teddy2020_replies.csv.gz",
              "title=title,text=detail,occurred_at=created_at,ext_no=msg_id", 2753),
    "SXZ01": ("teddy2020_classify_train.csv.gz",
              "title=title,text=detail,occurred_at=created_at", 7395),
    "JDJ01": ("liuyan_zhejiang_2026.csv.gz",
              "title=title,text=content,occurred_at=created_date,ext_no=thread_id", 1898),
}


def test_real_appeals_of_three_stations_are_all_at_the_hub():
    files = {code: (data_file(name), *rest) for code, (name, *rest) in FILES.items()}
    with World() as world:
        stations, refused = {}, {}
        for code, (path, mapping, rows) in files.items():
            node = stations[code] = world.station(code)
            done = node.run("appeal", "import", path, "--map", mapping, "--type", "help_request",
                            timeout=600)
            assert done.code in (0, 3), done.out + done.err
            counted = done.json
            assert counted["imported"] + counted["skipped"] + len(counted["refused"]) == rows
            refused[code] = {row["row"] for row in counted["refused"]}
            assert node.ok("status")["unsent"] == counted["imported"]
            assert "durable: row" in done.err
            print(f"  {code}: {counted['imported']} imported, {counted['skipped']} skipped, "
                  f"{len(counted['refused'])} refused", flush=True)
        world.serve()
        total = 0
        for node in stations.values():
            done = world.sync(node)
            assert done["unsent"] == 0
            world.assert_equal(node)
            total += node.ok("appeal", "list", "--limit", 0)["total"]
        assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == total
        for code, (path, mapping, _) in files.items():
            check_found(world, stations[code], held_rows(path, mapping, refused[code]))


def held_rows(path, mapping, refused):
    """What the file holds without refused rows and repeated references: [title and text]."""
    columns = dict(pair.split("=") for pair in mapping.split(","))
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    held, known = [], set()
    for number, row in enumerate(rows, start=1):  # The heading does not count.
        reference = row[columns["ext_no"]] if "ext_no" in columns else ""
        if number in refused or reference in known:
            continue
        if reference:
            known.add(reference)
        held.append(row[columns["title"]] + "\n" + row[columns["text"]])
    return held


def covering_words(held):
    """Two-character Chinese words, few of them, so that every text with such a word has one."""
    words_of = [{text[i:i + 2] for i in range(len(text) - 1)
                 if all("\u4e00" <= c <= "\u9fff" for c in text[i:i + 2])} for text in held]
    often = collections.Counter(word for words in words_of for word in words)
    chosen, covered = set(), 0
    for words in sorted(words_of, key=len):
        if words and not words & chosen:
            chosen.add(max(words, key=lambda word: (often[word], word)))
        covered += bool(words)
    return chosen, covered


def check_found(world, node, held):
    """Every appeal is found at the hub by its number, and by a two-character word of its text."""
    listed = node.ok("appeal", "list", "--limit", 100000)["appeals"]
    assert len(listed) == len(held)
    at_hub = {row["number"]: row for row in
              world.hub.ok("appeal", "list", "--limit", 100000)["appeals"]}
    assert all(row["number"] in at_hub and at_hub[row["number"]]["id"] == row["id"]
               for row in listed)
    for row in listed[::max(1, len(listed) // 10)]:
        assert world.hub.ok("appeal", "show", row["number"])["appeal"]["number"] == row["number"]
    words, covered = covering_words(held)
    if QUICK:
        words = sorted(words)[:5]
    own = {row["id"] for row in listed}
    found = set()
    for word in words:
        expected = sum(word in text for text in held)
        rows = world.hub.ok("appeal", "list", "--search", word, "--limit", 10000)["appeals"]
        ids = {row["id"] for row in rows} & own
        assert len(ids) == expected, f"{word}: {len(ids)} found, {expected} are there"
        found |= ids
    assert QUICK or len(found) == covered
    print(f"  {node.name}: {len(found)} appeals found by {len(words)} words", flush=True)


def test_the_same_file_twice_adds_nothing():
    path = data_file("liuyan_zhejiang_2026.csv.gz")
    with World() as world:
        node = world.station("SHG01")
        words = ("appeal", "import", path, "--map", FILES["JDJ01"][1], "--type", "complaint",
                 "--channel", "leader_board")
        first = node.ok(*words, codes=(0, 3))
        again = node.ok(*words, codes=(0, 3))
        assert again["imported"] == 0
        assert again["skipped"] == first["imported"] + first["skipped"]
        assert node.ok("appeal", "list", "--limit", 0)["total"] == first["imported"]


def test_a_phone_edited_apart_is_one_conflict_on_both_sides_and_one_decision_settles_it():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        appeal = add(node, "路灯不亮", "村口路灯坏了", phone="13900000001", contact="王某")
        world.sync(node)
        world.servers[-1].stop()
        node.ok("appeal", "edit", appeal["number"], "--set", "phone=13900000002")
        world.hub.ok("appeal", "edit", appeal["id"], "--set", "phone=13900000003")
        node.ok("appeal", "edit", appeal["id"], "--set", "title=站点的标题")
        time.sleep(0.01)
        world.hub.ok("appeal", "edit", appeal["id"], "--set", "title=区里的标题")
        world.serve()
        world.sync(node)
        here = node.ok("conflict", "list")["conflicts"]
        there = world.hub.ok("conflict", "list")["conflicts"]
        assert len(here) == 1 and here == there
        assert here[0]["number"] == appeal["number"] and here[0]["field"] == "phone"
        assert {v["value"] for v in here[0]["values"]} == {"13900000002", "13900000003"}
        assert {v["station"] for v in here[0]["values"]} == {"SHG01", "QZX"}
        assert all(v["actor"] and v["time"].endswith("+08:00") for v in here[0]["values"])
        assert node.run("status", "--check").code == 15
        for side in (node, world.hub):
            shown = side.ok("appeal", "show", appeal["number"])
            assert shown["appeal"]["title"] == "区里的标题"
            lost = [v for v in shown["history"] if v["field"] == "title" and not v["current"]]
            assert "站点的标题" in [v["value"] for v in lost]
        taken = here[0]["values"][0]["value"]
        node.ok("conflict", "resolve", here[0]["id"], "--take", 1)
        world.sync(node)
        for side in (node, world.hub):
            assert side.ok("conflict", "list")["conflicts"] == []
            assert side.ok("appeal", "show", appeal["id"])["appeal"]["phone"] == taken
            assert side.ok("verify")["ok"]
        world.assert_equal(node)


def test_a_capture_of_a_sync_shows_no_title_name_phone_or_station_code():
    from jy import Proxy
    with World() as world:
        node = world.station("SHG77")
        world.serve()
        proxy = Proxy(world.address)
        secrets = ["独特标题甲乙丙", "赵钱孙李", "13900007788", "SHG77", "独特正文子丑寅卯"]
        appeal = add(node, secrets[0], secrets[4], contact=secrets[1], phone=secrets[2])
        node.ok("sync", "now", "--hub", proxy.address)
        world.hub.ok("appeal", "edit", appeal["id"], "--set", "title=独特标题改后")
        node.ok("sync", "now", "--hub", proxy.address)
        proxy.close()
        assert len(proxy.captured) > 500
        for secret in secrets + ["独特标题改后", "站点SHG77", "鸠江区"]:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                assert secret.encode(encoding) not in proxy.captured, secret
            assert secret.encode().hex().encode() not in proxy.captured
        assert node.ok("status")["unsent"] == 0


def test_a_cut_at_any_moment_loses_nothing_and_the_next_sync_goes_on():
    from jy import Proxy
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        text = io.StringIO()
        for i in range(120):
            add_line = f"第{i}号诉求,正文{i}" + "，附近居民反映多次" * (i % 17)
            text.write(add_line + "\n")
        path = world.folder / "rows.csv"
        path.write_text("title,text\n" + text.getvalue(), encoding="utf-8")
        node.ok("appeal", "import", path, "--map", "title=title,text=text", "--type", "complaint")
        for cut in (0, 1, 40, 90, 150, 300, 900, 2500, 6000):
            proxy = Proxy(world.address, cut_after=cut)
            done = node.run("sync", "now", "--hub", proxy.address)
            proxy.close()
            assert done.code in (0, 13), done.out
            if done.code == 13:
                assert done.error["data_safe"] is True
        world.sync(node)
        world.assert_equal(node)
        assert world.hub.ok("appeal", "list", "--limit", 0)["total"] == 120


def test_commands_work_through_a_running_serve_and_local_writes_are_sent_soon():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.serve_station(node)
        appeal = add(node, "通过服务登记", "正文")
        deadline = time.monotonic() + 30
        while node.ok("status")["unsent"] and time.monotonic() < deadline:
            time.sleep(0.2)
        assert node.ok("status")["unsent"] == 0
        assert node.ok("appeal", "show", appeal["id"])["delivered"] is True
        assert world.hub.ok("appeal", "show", appeal["id"])["appeal"]["title"] == "通过服务登记"
        assert node.run("serve").code == 11
        assert world.hub.run("serve", "--listen", "127.0.0.1:0").code == 11
        for server in world.servers:
            assert server.stop() == 0
