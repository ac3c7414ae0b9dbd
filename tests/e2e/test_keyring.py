"""What opens a node, and how that changes: by the programs' commands alone."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

from jy import HUB, QUICK, STATION, Node, World, add, run
from refusals import intact, refused

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
