"""Side by side: a command that takes its time, in or outside `serve`, keeps nobody waiting."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

from jy import World, add
from refusals import intact, refused


class SilentHub:
    """Takes connections and says nothing, until it is told to hang up."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        self.callers = []
        self.called = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.callers.append(self.server.accept()[0])
            except OSError:
                return
            self.called.set()

    def hang_up(self):
        self.server.close()
        for caller in self.callers:
            caller.close()


class Pipe:
    """A CSV file that comes row by row."""

    def __init__(self, world, node):
        self.path = world.folder / "rows.fifo"
        os.mkfifo(self.path)
        self.process = node.popen("appeal", "import", self.path, "--map", "title=title,text=text",
                                  "--type", "complaint", "--json", stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        self.pen = open(self.path, "w", encoding="utf-8")
        self.pen.write("title,text\n")
        self.rows = 0

    def write(self, rows):
        for _ in range(rows):
            self.rows += 1
            self.pen.write(f"第{self.rows}行,{'经过' * 200}\n")
        self.pen.flush()

    def durable(self):
        """The next row that is said to be durable."""
        line = self.process.stderr.readline()
        assert line.startswith("durable: row"), line + self.process.stderr.read()
        return int(line.rsplit(" ", 1)[1])

    def end(self):
        self.pen.close()
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, out + err
        return json.loads(out)


def start_sync(node, hub):
    process = node.popen("sync", "now", "--json", "--hub", hub.address, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    assert hub.called.wait(20), "the station never called"
    return process


def test_while_a_sync_waits_for_the_hub_others_record_and_read():
    with World() as world:
        node = world.station("SHG01")
        silent = SilentHub()
        sync = start_sync(node, silent)
        mine = add(node, "同步时登记的")
        assert node.ok("appeal", "show", mine["number"])["appeal"]["title"] == "同步时登记的"
        assert node.ok("status")["serving"] is False
        assert sync.poll() is None, "the sync was still waiting"
        silent.hang_up()
        out, _ = sync.communicate(timeout=60)
        assert sync.returncode == 13, out
        intact(node, 1)
        world.serve()
        world.sync(node)
        world.assert_equal(node)


def test_a_sync_that_is_killed_leaves_the_folder_free():
    with World() as world:
        node = world.station("SHG01")
        silent = SilentHub()
        sync = start_sync(node, silent)
        sync.kill()
        sync.wait()
        add(node, "之后登记的")
        intact(node, 1)


def test_two_syncs_at_once_both_end_well():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        add(node)
        both = [node.popen("sync", "now", "--json", "--hub", world.address,
                           stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for process in both:
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0 and json.loads(out)["unsent"] == 0, out
        world.assert_equal(node)


def test_an_import_that_waits_for_its_file_keeps_nobody_waiting():
    with World() as world:
        node = world.station("SHG01")
        pipe = Pipe(world, node)
        pipe.write(2000)
        assert pipe.durable() > 0
        number = add(node, "插队的")["number"]
        assert pipe.process.poll() is None, "the import was still waiting"
        pipe.write(10)
        assert pipe.end()["imported"] == 2010
        assert node.ok("appeal", "show", number)["appeal"]["title"] == "插队的"
        intact(node, 2011)


def test_an_import_goes_on_when_the_sync_that_had_the_folder_ends():
    with World() as world:
        node = world.station("SHG01")
        silent = SilentHub()
        sync = start_sync(node, silent)
        pipe = Pipe(world, node)
        pipe.write(2000)
        assert pipe.durable() > 0
        assert sync.poll() is None, "the sync was still waiting"
        silent.hang_up()
        sync.communicate(timeout=60)
        pipe.write(2000)
        assert pipe.end()["imported"] == 4000
        intact(node, 4000)


def cpu_ticks(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        return sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))


def stop_in_the_middle(world, node):
    """SIGTERM to `serve` while it saves a thousand appeals; whether that was in the middle."""
    server = world.serve_station(node)
    with open(world.folder / "many.json", encoding="utf-8") as many:
        before = cpu_ticks(server.process)
        adding = node.popen("appeal", "add", "--from", "-", "--json", stdin=many,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while cpu_ticks(server.process) < before + 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    server.process.send_signal(signal.SIGTERM)
    in_the_middle = adding.poll() is None
    out, err = adding.communicate(timeout=120)
    assert adding.returncode == 0, out + err
    assert len(json.loads(out)["appeals"]) == 1000
    code = server.process.wait(60)
    assert code == 0, (code, "".join(server.lines))
    return in_the_middle


def test_a_serve_that_is_told_to_stop_ends_the_command_under_way():
    with World() as world:
        node = world.station("SHG01")
        world.address = "127.0.0.1:9"  # Nobody is there.
        many = [{"type": "complaint", "title": f"第{i}件", "text": "经过" * 1000}
                for i in range(1000)]
        path = world.folder / "many.json"
        path.write_text(json.dumps(many, ensure_ascii=False), encoding="utf-8")
        caught = [stop_in_the_middle(world, node) for _ in range(3)]
        assert any(caught), "the signal never came in the middle"
        assert node.ok("appeal", "list", "--limit", 0)["total"] == 3000
        intact(node, 3000)


def test_a_serve_may_be_told_to_stop_as_soon_as_it_can_be_found():
    with World() as world:
        node = world.station("SHG01")
        world.address = "127.0.0.1:9"  # Nobody is there.
        for _ in range(10):
            server = world.serve_station(node)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(60) == 0, "".join(server.lines)


def test_an_import_through_a_serve_that_stops_goes_on_by_itself():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        server = world.serve_station(node)
        pipe = Pipe(world, node)
        pipe.write(2000)
        assert pipe.durable() > 0
        assert server.stop() == 0
        pipe.write(2000)
        assert pipe.end()["imported"] == 4000
        intact(node, 4000)


def test_a_check_of_everything_through_serve_holds_up_no_save():
    with World() as world:
        node = world.station("SHG01")
        path = world.folder / "rows.csv"
        path.write_text("title,text\n" + "".join(f"第{i}行,{'经过' * 50}{i}\n" for i in range(6000)),
                        encoding="utf-8")
        node.ok("appeal", "import", path, "--type", "complaint")
        world.address = "127.0.0.1:9"  # Nobody is there.
        world.serve_station(node)
        check = node.popen("verify", "--json", stdout=subprocess.PIPE, text=True)
        while not (node.data / "verify.db").exists():
            assert check.poll() is None, check.stdout.read()
            time.sleep(0.001)
        saved = add(node, "检查时登记的")
        assert check.poll() is None, "the save waited for the check"
        out, _ = check.communicate(timeout=120)
        assert check.returncode == 0 and json.loads(out)["ok"], out
        assert node.ok("appeal", "show", saved["number"])["appeal"]["title"] == "检查时登记的"
        intact(node, 6001)


def test_a_second_serve_is_refused():
    with World() as world:
        node = world.station("SHG01")
        world.serve_station(node)
        refused(node, "serve", exit_code=11, code="JY-0207")
