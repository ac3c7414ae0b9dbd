"""Threats of docs/reference/threat-model.md that no other file of tests is about."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
import zlib
from pathlib import Path

from canary import Canaries
from jy import STATION, Database, Node, Proxy, Skip, World, add, run, sanitized
from refusals import intact, unhurt
from test_bundle import files_on, stick
from test_bundle_time import moved_clock

SECRETS = ("独特标题甲乙丙丁", "赵钱孙李周吴", "13900007788", "独特正文子丑寅卯", "站点SHG77号")
PERSON = {"title": SECRETS[0], "text": SECRETS[3] + "的经过", "contact": SECRETS[1],
          "phone": SECRETS[2]}


def test_t04_who_carries_a_stick_or_a_line_reads_the_header_and_sizes_and_nothing_else():
    with World() as world:
        canaries = Canaries(SECRETS)
        first, second = world.station("SHG77"), world.station("SHG78")
        world.serve()
        for node in (first, second):
            add(node, **PERSON)
        sticks = []
        for node in (first, second):
            folder = stick(world, node.name + "-stick")
            node.ok("bundle", "export", "--out", folder)
            sticks.append(files_on(folder)[0].read_bytes())
        for content in sticks:
            assert not canaries.in_bytes(content, "a stick") and b"SHG7" not in content
            # The header's fields, all of them; the rest is as random as can be.
            assert content[:10] == b"JYBUNDLE\x01\x01" and content[10:16] == b"\1\0\1\0\0\0"
            assert content[-224:] == content[:224]
            body = content[96:]
            assert len(zlib.compress(body, 9)) > len(body) // 2  # It is there twice, no more.
            assert len(zlib.compress(content[96:len(content) // 2], 9)) > (len(content) // 2 - 96)
        # Of the same words two stations make files with nothing in common but whom they are for.
        one, two = sticks
        assert one[32:48] == two[32:48] and one[64:72] == two[64:72]  # Recipient, district.
        assert one[16:32] != two[16:32] and one[48:64] != two[48:64]  # Bundle, sender.
        theirs = {two[i:i + 8] for i in range(96, len(two) - 224)}
        assert not any(one[i:i + 8] in theirs for i in range(96, len(one) - 224))
        proxy = Proxy(world.address)
        first.ok("sync", "now", "--hub", proxy.address)
        proxy.close()
        assert len(proxy.captured) > 500
        assert not canaries.in_bytes(bytes(proxy.captured), "the line")
        assert len(zlib.compress(bytes(proxy.captured), 9)) > len(proxy.captured) * 0.97


def as_user(name, work):
    """What `work` returns, a short text, when another user does it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            user = pwd.getpwnam(name)
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            os.write(writing, work().encode()[:60_000])
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def reached(paths, pid):
    """What of a node's files and of its process may be read, one a line."""
    def work():
        found = []
        for path in paths:
            try:
                if path.is_dir():
                    os.listdir(path)
                elif path.is_socket():
                    with socket.socket(socket.AF_UNIX) as line:
                        line.connect(str(path))
                else:
                    path.open("rb").read(1)
                found.append(path.name)
            except OSError:
                pass
        for part in ("environ", "mem", "maps", "auxv", "stack", "fd"):
            path = Path(f"/proc/{pid}/{part}")
            try:
                if part == "fd":
                    os.listdir(path)
                else:
                    path.open("rb").read(0 if part == "mem" else 1)
                found.append(part)
            except OSError:
                pass
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, pid, None, None) == 0:  # PTRACE_ATTACH
            libc.ptrace(17, pid, None, None)
            found.append("ptrace")
        return "\n".join(found)
    return work


def test_t09_another_user_and_another_program_of_the_same_user_reach_no_key():
    if os.geteuid() != 0:
        raise Skip("only root can be other users")
    if sanitized():
        raise Skip("a sanitizer has to look into the program's memory itself")
    with World() as world:
        node = world.station("SHG01")
        add(node, **PERSON)
        world.folder.chmod(0o755)
        owner = pwd.getpwnam("daemon")
        for path in (world.key, node.data, *node.data.iterdir()):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        programs = world.folder / "bin"  # Where those users may run it.
        programs.mkdir(mode=0o755)
        program = shutil.copy(STATION, programs)
        os.chmod(program, 0o755)
        serving = subprocess.Popen(
            [program, "serve", "--hub", "127.0.0.1:9", "--data", str(node.data), "--key-file",
             str(world.key)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user="daemon", group="daemon", extra_groups=[])
        other = subprocess.Popen(["sleep", "60"], user="daemon", group="daemon", extra_groups=[])
        try:
            control = node.data / "control.sock"
            deadline = time.monotonic() + 20
            while not control.exists():
                assert serving.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)
            paths = [world.key, node.data, *node.data.iterdir(), control]
            names = {path.name for path in paths}
            assert {"keys", "keys.bak", "node.db", "node.db-wal", "control.sock"} <= names, names
            assert as_user("nobody", reached(paths, serving.pid)) == ""
            # A program of the same user gets at the files, which are encrypted, and at the socket,
            # which asks for a proof; not at the memory where the keys are. It does at any other's.
            got = as_user("daemon", reached(paths, serving.pid)).splitlines()
            assert not {"environ", "mem", "maps", "auxv", "stack", "fd", "ptrace"} & set(got), got
            assert {"environ", "mem", "maps"} <= set(
                as_user("daemon", reached([], other.pid)).splitlines())

            def talk():
                with socket.socket(socket.AF_UNIX) as line:
                    line.settimeout(2)
                    line.connect(str(control))
                    line.sendall(b'{"command":"appeal.list"}' + os.urandom(64))
                    try:
                        return line.recv(4096).hex()
                    except OSError:
                        return ""
            said = bytes.fromhex(as_user("daemon", talk))
            assert not Canaries(SECRETS).in_bytes(said, "the socket")
        finally:
            for process in (serving, other):
                process.send_signal(signal.SIGKILL)
                process.wait()


def gone(node, title):
    """Somebody with the key and a tool of his own takes a slip out of every table that shows it."""
    database = Database(node)
    rid, ident = database.execute("SELECT rid, id FROM appeal WHERE title = ?", (title,)).fetchone()
    for table in ("appeal", "order_state"):
        database.execute(f"DELETE FROM {table} WHERE rid = ?", (rid,))
    return ident


def test_t11_what_the_operator_of_a_station_takes_out_or_alters_leaves_a_trace():
    with World() as world:
        node = world.station("SHG01")
        slips = [add(node, f"第{i}件", f"第{i}件的经过") for i in range(1, 5)]
        before = node.world.folder / "before"
        shutil.copytree(node.data, before)

        def as_before():
            shutil.rmtree(node.data)
            shutil.copytree(before, node.data)

        def found():
            done = unhurt(node.run("verify"))
            return done.code == 14 and not done.json["ok"]

        assert node.ok("verify")["ok"]
        # Before the hub has seen any of it: the own log is a chain, and numbers have no gaps.
        Database(node).execute("UPDATE appeal SET text = 'other' WHERE title = '第2件'")
        assert found(), "altered in the table"
        as_before()
        gone(node, "第2件")
        assert found(), "taken out of the table"
        as_before()
        places = [row[0] for row in Database(node).execute("SELECT place FROM tail ORDER BY place")]
        gone(node, "第2件")
        Database(node).execute("DELETE FROM tail WHERE place = ?", (places[1],))
        assert found(), "taken out of table and log"
        as_before()
        gone(node, "第4件")
        Database(node).execute("DELETE FROM tail WHERE place = ?", (places[-1],))
        assert found(), "the end of the log cut off"
        as_before()
        # Afterwards the hub has it, whatever the station says.
        world.serve()
        world.sync(node)
        gone(node, "第2件")
        Database(node).execute("DELETE FROM segment")
        assert found()
        add(node, "第6件", "第6件的经过")
        unhurt(node.run("sync", "now", "--hub", world.address))
        shown = world.hub.ok("appeal", "show", slips[1]["number"])
        assert shown["appeal"]["title"] == "第2件" and world.hub.ok("verify")["ok"]


YEAR = 365 * 86_400
#: How wrong the clock of a station's PC is, in seconds, as a function of the present time.
CLOCKS = {
    "1970": lambda now: -now, "of the battery's first day": lambda now: 946_684_800 - now,
    "a day before the programs were built": lambda now: 1_793_404_800 - now,
    "10 years back": lambda now: -10 * YEAR, "a year back": lambda now: -YEAR,
    "an hour back": lambda now: -3600, "7 minutes ahead": lambda now: 420,
    "a day ahead": lambda now: 86_400, "a year ahead": lambda now: YEAR,
    "10 years ahead": lambda now: 10 * YEAR, "in 2101": lambda now: 4_133_980_800 - now,
}


def test_t16_no_wrong_clock_loses_a_record_locks_anybody_out_or_ends_an_invitation_for_ever():
    with World() as world:
        moved_clock(world)
        words = world.folder / "words"
        words.write_text("the first passphrase\n")
        fresh = world.folder / "fresh"
        fresh.write_text("the second passphrase\n")

        def clock(seconds):
            os.environ["JIUYING_CLOCK_OFFSET"] = str(int(seconds))

        try:
            clock(0)
            world.serve()
            for number, (name, wrong) in enumerate(CLOCKS.items()):
                invitation = world.invite(f"UHR{number:02d}")
                node = Node(world, STATION, f"UHR{number:02d}")
                clock(wrong(time.time()))
                node.ok("init", "--invite", invitation, "--operator", "W1")
                first = add(node, f"{name}：第一件")
                # Keys know no time: what opens the node opens it, and can be changed.
                node.ok("keyring", "passphrase", "--new-passphrase-file", words)
                done = run(STATION, "keyring", "passphrase", "--data", node.data,
                           "--passphrase-file", words, "--new-passphrase-file", fresh, "--json")
                assert done.code == 0, (name, done.out)
                done = run(STATION, "keyring", "rotate", "--data", node.data, "--key-file",
                           node.key, "--passphrase-file", fresh, "--json")
                assert done.code == 0, (name, done.out)
                # It jumps to the right time, back, and to the right time again.
                clock(0)
                second = add(node, f"{name}：第二件")
                clock(wrong(time.time()))
                third = add(node, f"{name}：第三件")
                numbers = {slip["number"] for slip in (first, second, third)}
                assert len(numbers) == 3, (name, numbers)
                world.sync(node)
                clock(0)
                fourth = add(node, f"{name}：第四件")
                world.sync(node)
                world.assert_equal(node)
                for slip in (first, second, third, fourth):
                    assert node.ok("appeal", "show", slip["number"])["delivered"], name
                intact(node, 4)
                # No age or due is negative, none is longer than the record is old.
                told = node.ok("appeal", "deadline", fourth["number"])
                assert told["citizen_due"] is None or told["citizen_due"][:4] >= "2026", told
            assert world.hub.ok("verify")["ok"]
        finally:
            os.environ.pop("LD_PRELOAD", None)
            os.environ.pop("JIUYING_CLOCK_OFFSET", None)
