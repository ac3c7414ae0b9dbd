"""Driving the real programs: nodes in a temporary folder, commands with --json, a hub that serves.

Only the standard library, so that a fresh machine needs nothing but python3.
"""

import functools
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

BIN = Path(os.environ.get("JIUYING_BIN_DIR") or
           Path(__file__).parents[2] / "build/release/bin").resolve()
STATION = str(BIN / "jiuying")
HUB = str(BIN / "jiuying-hub")
QUICK = os.environ.get("JIUYING_E2E_QUICK") == "1"
DATA = os.environ.get("JIUYING_TEST_DATA")


@functools.cache
def sanitized():
    """Whether the programs are watched by a sanitizer, which takes memory of its own."""
    return b"__asan_init" in Path(STATION).read_bytes()


class Skip(Exception):
    """A test that can't run here; the reason is listed at the end of the whole run."""


def data_file(name):
    """A file of the real appeals. Named and missing fails, unnamed skips."""
    if not DATA:
        raise Skip("JIUYING_TEST_DATA is not set")
    path = Path(DATA) / name
    assert path.exists(), f"JIUYING_TEST_DATA names a folder without {name}"
    return str(path)


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return self.json["error"]


def run(program, *words, stdin=None, timeout=120, env=None):
    done = subprocess.run([program, *map(str, words)], input=stdin, capture_output=True,
                          text=isinstance(stdin, (str, type(None))), timeout=timeout,
                          env={**os.environ, **(env or {})})
    if isinstance(done.stdout, bytes):
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
    return Result(done.returncode, done.stdout, done.stderr)


class Node:
    """A node's folder with a key file; `ok` runs a command that must end well."""

    def __init__(self, world, program, name):
        self.world, self.program, self.name = world, program, name
        self.data = world.folder / name
        self.key = world.key

    def run(self, *words, stdin=None, timeout=120, json_out=True):
        extra = ["--data", self.data, "--key-file", self.key]
        if json_out:
            extra.append("--json")
        return run(self.program, *words, *extra, stdin=stdin, timeout=timeout)

    def ok(self, *words, stdin=None, codes=(0,), timeout=300):
        done = self.run(*words, stdin=stdin, timeout=timeout)
        assert done.code in codes, f"{words}: exit {done.code}\n{done.out}\n{done.err}"
        return done.json

    def popen(self, *words, **kwargs):
        return subprocess.Popen([self.program, *map(str, words), "--data", str(self.data),
                                 "--key-file", str(self.key)], **kwargs)


class Database:
    """A node's encrypted database in the hands of somebody who has its key and a tool of his own.
    As much of sqlite3's interface as the tests use; each statement commits by itself."""

    def __init__(self, node):
        self.node = node

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def close(self):
        pass

    def pages(self):
        """All pages of the database and its log, decrypted: free space and old frames included."""
        done = subprocess.run([str(BIN / "database_tool"), str(self.node.data),
                               str(self.node.key), "--pages"], capture_output=True, check=True)
        return done.stdout

    @staticmethod
    def _out(value):
        return {"hex": value.hex()} if isinstance(value, (bytes, bytearray)) else value

    @staticmethod
    def _in(value):
        return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value

    def execute(self, sql, words=()):
        asked = json.dumps([[sql, [self._out(word) for word in words]]])
        done = run(str(BIN / "database_tool"), self.node.data, self.node.key, stdin=asked)
        assert done.code == 0, f"{sql}: {done.err}"
        return Answer(done.json[0])


class Answer:
    """What a statement gave."""

    def __init__(self, document):
        self.rowcount = document["changes"]
        self.rows = [tuple(Database._in(value) for value in row) for row in document["rows"]]

    def __iter__(self):
        return iter(self.rows)

    def fetchone(self):
        return self.rows[0] if self.rows else None

    def fetchall(self):
        return self.rows


class Server:
    """A running `serve`; `address` is where it listens (hub only)."""

    def __init__(self, node, *words, listens):
        self.process = node.popen("serve", *words, stderr=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, text=True)
        self.lines = []
        self.heard = threading.Event()
        self.address = None
        self.listens = listens
        threading.Thread(target=self._read, daemon=True).start()
        if listens:
            assert self.heard.wait(20), "serve did not start:\n" + "".join(self.lines)
        else:
            deadline = time.monotonic() + 20
            while not self._answers(node.data / "control.sock"):
                assert time.monotonic() < deadline, "serve did not start:\n" + "".join(self.lines)
                time.sleep(0.002)

    @staticmethod
    def _answers(path):
        """Whether somebody listens there; a killed server leaves its socket behind."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
                return True
            except OSError:
                return False

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            found = re.match(r"listening (\S+)", line)
            if found and not self.address:
                self.address = found.group(1)
                self.heard.set()
        self.heard.set()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self):
        self.process.kill()
        self.process.wait()


class World:
    """A hub and stations of one test; everything is gone when it ends."""

    def __init__(self, init=True):
        self.folder = Path(tempfile.mkdtemp(prefix="jiuying-e2e-"))
        self.key = self.folder / "key"
        self.key.write_bytes(os.urandom(32))
        self.key.chmod(0o600)
        self.hub = Node(self, HUB, "hub")
        self.servers = []
        self.address = None
        if init:
            self.hub.ok("init", "--district", "340207", "--name", "鸠江区", "--operator", "ADM01")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            if server.process.poll() is None:
                server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def invite(self, code, **kwargs):
        path = self.folder / f"{code}-{random.randrange(1 << 30)}.invite"
        self.hub.ok("invite", "--station", code, "--name", "站点" + code, "--region",
                    kwargs.get("region", "340207001"), "--out", path)
        return path

    def station(self, code):
        node = Node(self, STATION, code)
        node.ok("init", "--invite", self.invite(code), "--operator", code + "-W1")
        return node

    def serve(self, listen=None):
        server = Server(self.hub, "--listen", listen or self.address or "127.0.0.1:0", listens=True)
        assert server.address, "serve ended:\n" + "".join(server.lines)
        self.address = server.address
        self.servers.append(server)
        return server

    def serve_station(self, node):
        server = Server(node, "--hub", self.address or "127.0.0.1:9", listens=False)
        self.servers.append(server)
        return server

    def sync(self, node, codes=(0,)):
        return node.ok("sync", "now", "--hub", self.address, codes=codes)

    def assert_equal(self, node):
        """Digest, heads and conflicts of a station are the hub's."""
        here = node.ok("digest")
        there = self.hub.ok("digest", "--station", node.name)
        for key in ("scope", "digest", "heads", "records"):
            assert here[key] == there[key], f"{key}: {here} / {there}"


def add(node, title="标题", text="内容", **fields):
    """Registers an appeal through standard input, as people do."""
    body = {"type": "complaint", "title": title, "text": text, **fields}
    return node.ok("appeal", "add", "--from", "-", stdin=json.dumps(body, ensure_ascii=False))


class Proxy:
    """Passes bytes between a station and the hub and keeps a copy of all of them.

    `cut_after` ends both connections after that many bytes from the station; `change` may alter a
    chunk on its way.
    """

    def __init__(self, target, cut_after=None, change=None):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.cut_after, self.change = cut_after, change
        self.captured = bytearray()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
                upstream = socket.create_connection(self.target)
            except OSError:
                return
            self.passed = 0
            for source, sink, up in ((client, upstream, True), (upstream, client, False)):
                threading.Thread(target=self._pump, args=(source, sink, up), daemon=True).start()

    def _pump(self, source, sink, up):
        try:
            while chunk := source.recv(65536):
                self.captured += chunk
                if up and self.cut_after is not None:
                    room = self.cut_after - self.passed
                    if room <= 0:
                        break
                    chunk = chunk[:room]
                self.passed += len(chunk) if up else 0
                if self.change:
                    chunk = self.change(chunk, up)
                sink.sendall(chunk)
                if up and self.cut_after is not None and self.passed >= self.cut_after:
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.server.close()


def attempt(test):
    """Runs one test: "ok", "skipped" or "failed", its seconds, and why it did not end well."""
    begin = time.monotonic()
    try:
        test()
        result, why = "ok", ""
    except Skip as reason:
        result, why = "skipped", str(reason)
    except Exception:  # noqa: BLE001 - every failure is shown and counted
        result, why = "failed", traceback.format_exc()
    return result, time.monotonic() - begin, why


def main(tests):
    """Runs the tests given, prints one line each, and counts. Used by run.py.

    $JIUYING_E2E_JOBS of them run at the same time, each in a process of its own.
    """
    only = [word for word in sys.argv[1:] if not word.startswith("-")]
    without = [word[1:] for word in sys.argv[1:] if word.startswith("-")]
    chosen = [(name, test) for name, test in tests
              if (not only or any(word in name for word in only))
              and not any(word in name for word in without)]
    done = {"ok": [], "skipped": [], "failed": []}
    with ProcessPoolExecutor(int(os.environ.get("JIUYING_E2E_JOBS", "1")),
                             mp_context=multiprocessing.get_context("fork")) as pool:
        runs = {pool.submit(attempt, test): name for name, test in chosen}
        for run_ in as_completed(runs):
            result, seconds, why = run_.result()
            done[result].append((runs[run_], why))
            if result == "failed":
                print(why, file=sys.stderr)
            shown = {"ok": "ok", "skipped": f"skipped: {why}", "failed": "FAILED"}[result]
            print(f"{runs[run_]}: {shown} ({seconds:.1f} s)", flush=True)
    listing = os.environ.get("JIUYING_SKIPS_FILE")
    if listing and done["skipped"]:
        with open(listing, "a", encoding="utf-8") as out:
            for name, reason in sorted(done["skipped"]):
                out.write(f"e2e {name}: {reason}\n")
    for name, trace in sorted(done["failed"]):  # Once more at the end, where it is found.
        print(f"--- {name}\n{trace}")
    more = f", {len(done['skipped'])} skipped" if done["skipped"] else ""
    print(f"{len(done['ok'])} passed, {len(done['failed'])} failed{more}")
    return 1 if done["failed"] else 0
