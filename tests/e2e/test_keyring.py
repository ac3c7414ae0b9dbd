"""What opens a node, and how that changes: by the programs' commands alone."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from jy import HUB, QUICK, STATION, Node, World, add, run
from refusals import error_of, intact, refused
from test_damage import fill, on_a_short_leash, on_disk, small_disk

TITLE = "路灯不亮"
PERSON = {"contact": "欧阳测试", "phone": "13912345678"}


def secret(world, name, words):
    path = world.folder / name
    path.write_text(words + "\n", encoding="utf-8")
    return path


def opened_by(node, *words):
    """`status` with other keys than the test's."""
    return run(node.program, "status", "--data", node.data, "--json", *words)


def files_of(node):
    return {path.name: path.read_bytes() for path in node.data.iterdir() if path.is_file()}


def test_no_file_of_a_node_shows_what_was_recorded_and_sqlite_reads_no_database():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        add(node, TITLE, "村口的路灯坏了三天", **PERSON)
        world.sync(node)
        node.ok("appeal", "list", "--search", "路灯")
        words = [TITLE, "欧阳测试", "13912345678", "村口的路灯"]
        forms = [form for word in words
                 for form in (word.encode(), word.encode("utf-16-le"), word.encode("gb18030"),
                              word.encode().hex().encode())]
        for owner in (node, world.hub):
            for name, content in files_of(owner).items():
                assert not content.startswith(b"SQLite format 3"), name
                for form in forms:
                    assert form not in content, f"{name} shows {form}"
        assert (node.data / "node.db").stat().st_size > 100_000


def test_a_passphrase_is_changed_and_the_former_one_opens_nothing():
    with World() as world:
        first = secret(world, "first", "the first passphrase")
        second = secret(world, "second", "the second passphrase")
        node = Node(world, STATION, "SHG01")
        done = run(STATION, "init", "--data", node.data, "--invite", world.invite("SHG01"),
                   "--passphrase-file", first, "--json")
        assert done.code == 0, done.err
        assert opened_by(node, "--passphrase-file", first).code == 0
        done = run(STATION, "keyring", "passphrase", "--data", node.data, "--passphrase-file",
                   first, "--new-passphrase-file", second, "--json")
        assert done.code == 0 and [s["kind"] for s in done.json["slots"]] == ["passphrase"]
        assert done.json["recovery"] is False
        wrong = opened_by(node, "--passphrase-file", first)
        assert wrong.code == 12 and wrong.error["code"] == "JY-0203", wrong.out
        assert opened_by(node, "--passphrase-file", second).code == 0
        short = secret(world, "short", "short")
        weak = run(STATION, "keyring", "passphrase", "--data", node.data, "--passphrase-file",
                   second, "--new-passphrase-file", short, "--json")
        assert weak.error["code"] == "JY-0205", weak.out
        assert opened_by(node, "--passphrase-file", second).code == 0


def test_a_service_starts_by_the_key_that_systemd_hands_over():
    with World() as world:
        node = world.station("SHG01")
        listed = node.ok("keyring", "add-key-file", "--new-key-file", world.folder / "machine.key")
        assert [slot["kind"] for slot in listed["slots"]] == ["key_file", "key_file"]
        assert oct((world.folder / "machine.key").stat().st_mode & 0o777) == "0o600"
        credentials = world.folder / "credentials"
        credentials.mkdir()
        shutil.copy(world.folder / "machine.key", credentials / "jiuying-key")
        done = run(STATION, "status", "--data", node.data, "--json",
                   env={"CREDENTIALS_DIRECTORY": str(credentials)})
        assert done.code == 0, done.out
        # The first is removed; the handed over one is the last and stays.
        node.key = world.folder / "machine.key"
        node.ok("keyring", "remove-slot", 1)
        refused(node, "keyring", "remove-slot", 1, exit_code=2, code="JY-0224")
        refused(node, "keyring", "remove-slot", 5, exit_code=2, code="JY-0225")
        assert opened_by(node, "--key-file", world.key).code == 12
        intact(node, 0)


def test_a_forgotten_passphrase_is_mended_by_the_recovery_key():
    with World() as world:
        words = secret(world, "safe", "kept in the safe")
        made = run(HUB, "keyring", "new-recovery-key", "--out", world.folder / "recovery.key",
                   "--public-out", world.folder / "recovery.pub", "--new-passphrase-file", words,
                   "--json")
        assert made.code == 0, made.out + made.err
        node = world.station("SHG01")
        add(node, TITLE, "经过", **PERSON)
        half = ("--recovery-key", world.folder / "recovery.key",
                "--recovery-passphrase-file", words)
        without = run(STATION, "keyring", "recovery-drill", "--data", node.data, *half, "--json")
        assert without.code == 1 and without.error["code"] == "JY-0229", without.out
        listed = node.ok("keyring", "add-recovery", "--recovery-key",
                         world.folder / "recovery.pub")
        assert listed["recovery"] and listed["slots"][1]["fingerprint"] == made.json["fingerprint"]
        before = files_of(node)
        drill = run(STATION, "keyring", "recovery-drill", "--data", node.data, *half, "--json")
        assert drill.code == 0 and drill.json == {"ok": True}, drill.out
        assert files_of(node) == before, "a drill changes nothing"
        wrong = secret(world, "wrong", "not these words")
        refusal = run(STATION, "keyring", "recovery-drill", "--data", node.data, half[0], half[1],
                      half[2], wrong, "--json")
        assert refusal.code == 12 and refusal.error["code"] == "JY-0228", refusal.out
        public = run(STATION, "keyring", "recovery-drill", "--data", node.data, half[0],
                     world.folder / "recovery.pub", half[2], words, "--json")
        assert public.error["code"] == "JY-0227", public.out
        fresh = secret(world, "fresh", "a fresh passphrase")
        done = run(STATION, "keyring", "recover", "--data", node.data, *half,
                   "--new-passphrase-file", fresh, "--json")
        assert done.code == 0, done.out
        assert opened_by(node, "--passphrase-file", fresh).json["appeals"] == 1


def test_t15_of_three_custodians_one_may_be_lost_and_one_dishonest():
    with World() as world:
        words = secret(world, "safe", "kept in the safe")
        whole, shares = world.folder / "recovery.key", world.folder / "shares"
        made = run(HUB, "keyring", "new-recovery-key", "--out", whole, "--public-out",
                   world.folder / "recovery.pub", "--new-passphrase-file", words, "--json")
        split = ("keyring", "split-recovery", "--recovery-key", whole,
                 "--recovery-passphrase-file", words, "--out-dir", shares, "--json")
        for bad in (("--shares", 9), ("--shares", 2, "--need", 3), ("--need", 1)):
            assert run(HUB, *split, *bad).error["code"] == "JY-0104", bad
        done = run(HUB, *split)
        assert done.code == 0 and len(done.json["files"]) == 3 and done.json["need"] == 2, done.out
        again = run(HUB, *split)
        assert again.error["code"] == "JY-0519", "an older splitting is kept"
        files = [Path(name) for name in done.json["files"]]
        assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
        whole.unlink()  # The custodians have it now.
        node = world.station("SHG01")
        add(node, TITLE, "经过", **PERSON)
        listed = node.ok("keyring", "add-recovery", "--recovery-key",
                         world.folder / "recovery.pub")
        assert listed["slots"][1]["fingerprint"] == made.json["fingerprint"]

        def drill(*chosen, act="recovery-drill", more=()):
            given = [word for file in chosen for word in ("--recovery-share", file)]
            return run(STATION, "keyring", act, "--data", node.data, *given, *more, "--json")
        alone = drill(files[0])
        assert alone.code == 2 and alone.error["code"] == "JY-0230", alone.out
        assert drill(files[1], files[1]).error["code"] == "JY-0230"
        assert drill(files[2], files[0]).json == {"ok": True, "shares": [1, 3], "wrong_shares": []}
        assert run(STATION, "keyring", "recovery-drill", "--data", node.data,
                   "--json").error["code"] == "JY-0103"
        # The second alters what he has, and makes its checksum right.
        document = json.loads(files[1].read_text().splitlines()[0])
        digit = document["share"][0]
        document["share"] = ("1" if digit == "0" else "0") + document["share"][1:]
        line = json.dumps(document, separators=(",", ":")) + "\n"
        forged = world.folder / "forged.key"
        forged.write_text(line + "checksum " +
                          hashlib.blake2b(line.encode(), digest_size=16).hexdigest() + "\n")
        refusal = drill(files[0], forged)
        assert refusal.code == 12 and refusal.error["code"] == "JY-0231", refusal.out
        assert refusal.error["data_safe"] is True
        told = drill(files[0], forged, files[2])
        assert told.json == {"ok": True, "shares": [1, 3], "wrong_shares": [2]}, told.out
        torn = world.folder / "torn.key"
        torn.write_text(files[1].read_text()[:-9])
        assert drill(files[0], torn).error["code"] == "JY-0227"
        # The first is lost, the third and the second, who gives the right one after all, recover.
        fresh = secret(world, "fresh", "a fresh passphrase")
        done = drill(files[1], files[2], act="recover", more=("--new-passphrase-file", fresh))
        assert done.code == 0 and done.json["shares"] == [2, 3], done.out
        opened = opened_by(node, "--passphrase-file", fresh)
        assert opened.json["appeals"] == 1
        rows = run(STATION, "audit", "list", "--data", node.data, "--passphrase-file", fresh,
                   "--json").json["rows"]
        assert rows[0]["action"] == "keyring.recover" and rows[0]["target"] == "shares 2, 3", rows


def test_the_data_key_is_rotated_and_a_keyring_copied_before_opens_nothing():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve()
        add(node, TITLE, "经过", **PERSON)
        world.sync(node)
        old = {name: (node.data / name).read_bytes() for name in ("keys", "keys.bak")}
        records = node.ok("digest")["records"]
        assert node.ok("keyring", "rotate") == {"ok": True}
        assert node.ok("audit", "list")["rows"][0]["action"] == "keyring.rotate"
        assert node.ok("digest")["records"] == records + 1  # That row, and nothing else.
        add(node, "第二件", "经过", **PERSON)
        world.sync(node)
        assert server is not None
        now = {name: (node.data / name).read_bytes() for name in old}
        for name, content in old.items():
            (node.data / name).write_bytes(content)
        refused(node, "status", exit_code=14, code="JY-0220", safe=False)
        for name, content in now.items():
            (node.data / name).write_bytes(content)
        intact(node, 2)
        # Everything that opens it has to be given, for the master key is new as well.
        words = secret(world, "words", "a passphrase beside it")
        node.ok("keyring", "passphrase", "--new-passphrase-file", words)
        refused(node, "keyring", "rotate", exit_code=2, code="JY-0103")
        assert node.ok("keyring", "rotate", "--passphrase-file", words) == {"ok": True}
        wrapped = [slot["wrapped"] for slot in json.loads(now["keys"].split(b"\n")[0])["slots"]]
        assert not any(form.encode() in (node.data / "keys").read_bytes() for form in wrapped)
        assert opened_by(node, "--passphrase-file", words).json["appeals"] == 2
        intact(node, 2)
        # The hub is serving: its database can't be moved under it, its keyring can be changed.
        refused(world.hub, "keyring", "rotate", exit_code=11, code="JY-0223")
        world.hub.ok("keyring", "add-key-file", "--new-key-file", world.folder / "second.key")
        assert world.hub.ok("status")["appeals"] == 2


def test_a_rotation_killed_at_any_moment_leaves_a_node_that_goes_on():
    with World() as world:
        node = world.station("SHG01")
        for i in range(20):
            add(node, f"第{i}件", "经过" * 50, **PERSON)
        began = time.monotonic()
        node.ok("keyring", "rotate")
        whole = time.monotonic() - began
        dice = random.Random(5)
        for turn in range(8 if QUICK else 40):
            process = node.popen("keyring", "rotate", stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, whole * 1.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert node.ok("status")["appeals"] == 20, f"turn {turn}"
            left = {path.name for path in node.data.iterdir()}
            assert "node.db.new" not in left and "node.db.new-wal" not in left, left
        intact(node, 20)
        node.ok("keyring", "rotate")
        intact(node, 20)


def test_an_init_killed_at_any_moment_is_done_again():
    with World() as world:
        began = time.monotonic()
        world.station("SHG01")
        whole = time.monotonic() - began
        dice = random.Random(6)
        halfway = 0
        for turn in range(8 if QUICK else 40):
            node = Node(world, STATION, f"K{turn:03d}")
            words = ("init", "--invite", world.invite(f"K{turn:03d}"), "--operator", "W1")
            process = node.popen(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, whole))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if node.data.exists() and "init.unfinished" in os.listdir(node.data):
                halfway += 1
                refused(node, "status", exit_code=2, code="JY-0212")
            if run(STATION, "status", "--data", node.data, "--key-file", world.key).code != 0:
                node.ok(*words)
            add(node, TITLE, "经过", **PERSON)
            intact(node, 1)
            assert "init.unfinished" not in os.listdir(node.data)
        assert halfway or QUICK, "no kill came in the middle"


def test_a_foreign_keyring_and_a_damaged_one_are_named():
    with World() as world:
        node, other = world.station("SHG01"), world.station("SHG02")
        add(node, TITLE, "经过", **PERSON)
        good = {name: (node.data / name).read_bytes() for name in ("keys", "keys.bak")}
        for name in good:
            shutil.copy(other.data / name, node.data / name)
        refused(node, "status", exit_code=14, code="JY-0220", safe=False)
        for name in good:
            (node.data / name).write_bytes(b"junk")
        refused(node, "status", exit_code=14, code="JY-0204", safe=False)
        (node.data / "keys.bak").write_bytes(good["keys.bak"])
        intact(node, 1)
        assert (node.data / "keys").read_bytes() == good["keys"], "the good copy mends the other"


def test_no_key_comes_from_an_argument_or_the_environment():
    with World() as world:
        node = world.station("SHG01")
        for name in ("PASSPHRASE", "JIUYING_PASSPHRASE", "JIUYING_KEY"):
            done = run(STATION, "status", "--data", node.data, "--json",
                       env={name: "k" * 32})
            assert done.code == 2 and done.error["code"] == "JY-0110", done.out
        done = run(STATION, "status", "--data", node.data, "--passphrase", "x", "--json")
        assert done.code == 2, done.out
        assert "jiuying" in os.path.basename(STATION)


def test_an_old_keyring_put_back_after_a_rotation_is_mended_from_its_copy():
    with World() as world:
        node = world.station("SHG01")
        number = add(node, TITLE, "村口的路灯坏了三天")["number"]
        old = (node.data / "keys").read_bytes()
        node.ok("keyring", "rotate")
        (node.data / "keys").write_bytes(old)
        assert node.ok("appeal", "show", number)["state"] == "registered"
        assert (node.data / "keys").read_bytes() == (node.data / "keys.bak").read_bytes() != old
        assert node.ok("verify")["ok"]


def test_a_key_file_that_was_removed_does_not_come_back_by_a_rotation():
    with World() as world:
        words = secret(world, "words", "the words that stay")
        node = Node(world, STATION, "SHG01")
        done = run(STATION, "init", "--data", node.data, "--invite", world.invite("SHG01"),
                   "--passphrase-file", words, "--json")
        assert done.code == 0, done.err
        lost = world.folder / "lost.key"
        run(STATION, "keyring", "add-key-file", "--data", node.data, "--passphrase-file", words,
            "--new-key-file", lost, "--json")
        run(STATION, "keyring", "remove-slot", "2", "--data", node.data, "--passphrase-file",
            words, "--json")
        assert opened_by(node, "--key-file", lost).code == 12
        done = run(STATION, "keyring", "rotate", "--data", node.data, "--passphrase-file", words,
                   "--key-file", lost, "--json")
        assert done.error["code"] == "JY-0203", done.out
        assert opened_by(node, "--key-file", lost).code == 12
        assert opened_by(node, "--passphrase-file", words).code == 0


def effort_of(node, words):
    """CPU seconds of one attempt to open a node by a passphrase, and its answer."""
    process = subprocess.Popen([node.program, "status", "--data", node.data, "--passphrase-file",
                                words, "--json"], stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, process.returncode, json.loads(out)


def test_a_wrong_passphrase_costs_as_much_as_the_right_one_and_is_told_nothing_by_it():
    with World() as world:
        right = secret(world, "right", "the passphrase of this node")
        node = Node(world, STATION, "SHG01")
        done = run(STATION, "init", "--data", node.data, "--invite", world.invite("SHG01"),
                   "--passphrase-file", right, "--json")
        assert done.code == 0, done.out
        nearly = secret(world, "nearly", "the passphrase of this nodf")
        short = secret(world, "short", "t")
        long = secret(world, "long", "t" * 1000)
        effort = {right: [], nearly: [], short: [], long: []}
        errors = set()
        for _ in range(3 if QUICK else 7):
            for words, costs in effort.items():
                cost, code, answer = effort_of(node, words)
                costs.append(cost)
                assert code == (0 if words == right else 12), answer
                if words != right:
                    errors.add(json.dumps(answer, sort_keys=True))
        assert len(errors) == 1, "nothing tells how wrong it is"
        assert json.loads(errors.pop())["error"]["code"] == "JY-0203"
        # Slow enough that guessing is: a guess costs a tenth of a second, whatever is guessed.
        least = {words: min(costs) for words, costs in effort.items()}
        wrong = [least[words] for words in (nearly, short, long)]
        assert min(wrong) > 0.08, least
        assert max(wrong) < 1.25 * min(wrong), least
        assert max(wrong) < 1.25 * least[right], least


def test_the_database_of_another_node_is_named_and_not_touched():
    with World() as world:
        node, other = world.station("SHG01"), world.station("SHG02")
        add(node, TITLE, "经过", **PERSON)
        add(other, "别的站点的", "经过")
        mine = files_of(node)
        for name in ("node.db", "node.db-wal"):
            if (other.data / name).exists():
                shutil.copy(other.data / name, node.data / name)
        theirs = files_of(node)
        refused(node, "status", exit_code=14, code="JY-0220", safe=False)
        refused(node, "keyring", "rotate", exit_code=14, code="JY-0220", safe=False)
        assert files_of(node) == theirs, "it was changed"
        for name, content in mine.items():
            (node.data / name).write_bytes(content)
        intact(node, 1)


def test_what_a_killed_check_leaves_opens_by_no_key_of_the_node():
    with World() as world:
        node = world.station("SHG01")
        path = world.folder / "rows.csv"
        path.write_text("title,text\n" + "".join(f"第{i}件,{'正文' * 400}\n" for i in range(1500)),
                        encoding="utf-8")
        node.ok("appeal", "import", path, "--type", "complaint")
        scratch = node.data / "verify.db"
        for _ in range(20):
            checking = node.popen("verify", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while checking.poll() is None:
                if scratch.exists() and scratch.stat().st_size > 100_000:
                    checking.kill()
                    break
                time.sleep(0.002)
            checking.wait()
            if scratch.exists():
                break
        assert scratch.stat().st_size > 100_000, "no kill came while it was there"
        # With the node's own keys, as whoever has them could try.
        stolen = Node(world, STATION, "SHG01")
        stolen.data = world.folder / "stolen"
        shutil.copytree(node.data, stolen.data, ignore=shutil.ignore_patterns("node.db*", "*.sock"))
        (stolen.data / "verify.db").rename(stolen.data / "node.db")
        refused(stolen, "status", exit_code=14, code="JY-0220", safe=False)
        intact(node, 1500)
        assert not scratch.exists()


def unrotated(node, before, done):
    """A rotation that was refused for want of room has changed nothing."""
    assert done.code == 1 and error_of(done)["code"] == "JY-0208", done.out
    assert error_of(done)["data_safe"] is True
    # The row of the audit log that stands before it may lie in the database's log still.
    left = {"keys.lock", "node.db-wal", "node.db-shm"}
    assert files_of(node).keys() <= before.keys() | left, files_of(node).keys()


def test_a_full_disk_while_the_data_key_is_rotated_leaves_the_node_as_it_was():
    with World() as world:
        node = world.station("SHG01")
        for i in range(10):
            add(node, f"第{i}件", "经过" * 300, **PERSON)
        before = files_of(node)
        size = len(before["node.db"])
        # Files that may not grow: the keys can't be written, the copy only in part, its log.
        for room in (100, 1000, size // 3, size - 4096, size + 1000):
            done = on_a_short_leash(node, room).run("keyring", "rotate")
            unrotated(node, before, done)
            intact(node, 10)
        with small_disk(world, 64) as folder:
            moved = on_disk(world, node, folder)
            for leave in (0, 8192, size, 2 * size):
                ballast = fill(folder, leave=leave)
                done = moved.run("keyring", "rotate")
                unrotated(moved, before, done)
                ballast.unlink()
                intact(moved, 10)
            assert moved.ok("keyring", "rotate") == {"ok": True}
            intact(moved, 10)
