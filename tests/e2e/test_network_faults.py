"""The link at its worst: no hub, a wrong hub, altered bytes, floods, replays."""

import json
import os
import random
import socket
import threading
import time

from jy import HUB, QUICK, Node, Proxy, World, add
from refusals import error_of, intact, refused, unhurt

#: What a sync may end with when bytes were altered on the way.
ALTERED = {"JY-0307", "JY-0601", "JY-0602", "JY-0605", "JY-0606", "JY-0607",
           "JY-0308", "JY-0611"}
PERSON = {"contact": "欧阳测试", "phone": "13912345678"}
SECRETS = tuple(PERSON.values())


def target(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


class CutBack(Proxy):
    """Ends both connections after so many bytes from the hub."""

    def __init__(self, address, room):
        self.room = room
        super().__init__(address)

    def _pump(self, source, sink, up):
        if up:
            return super()._pump(source, sink, up)
        try:
            while self.room > 0 and (chunk := source.recv(65536)):
                part = chunk[:self.room]
                self.room -= len(part)
                sink.sendall(part)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return None


class Listener:
    """Something at an address that is no hub of ours: `speak(socket)` serves each caller."""

    def __init__(self, speak):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        self.speak = speak
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                caller, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller):
        try:
            with caller:
                self.speak(caller)
        except OSError:
            pass

    def close(self):
        self.server.close()


def syncs_soon(world, node, seconds=20):
    """An honest station is served while others misbehave."""
    add(node, "诚实的站点")
    begin = time.monotonic()
    world.sync(node)
    took = time.monotonic() - begin
    assert took < seconds * (4 if QUICK else 1), f"took {took:.1f} s"
    assert node.ok("status")["unsent"] == 0


def test_a_hub_that_is_down_is_no_disaster():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve()
        world.sync(node)
        server.stop()
        kept = add(node, "没有网络时登记", **PERSON)
        for words in (("sync", "now"), ("sync", "now", "--hub", world.address)):
            error = refused(node, *words, exit_code=13, code="JY-0601", secrets=SECRETS)
            assert "数据安全" in error["message"] and "都在本机" in error["message"], error
        refused(node, "sync", "now", "--hub", "no-such-host.invalid:7340", exit_code=13,
                code="JY-0601")
        assert node.ok("status")["unsent"] == 1
        assert node.ok("appeal", "show", kept["id"])["delivered"] is False
        state = node.ok("sync", "status")
        assert state["last_try"] is not None and state["unsent"] == 1, state
        intact(node, 1)
        world.serve()
        world.sync(node)
        assert node.ok("appeal", "show", kept["id"])["delivered"] is True
        world.assert_equal(node)


def test_another_hub_gets_nothing():
    with World() as world:
        node = world.station("SHG01")
        add(node, **PERSON)
        other = World.__new__(World)
        other.__dict__.update(world.__dict__, hub=Node(world, HUB, "other"), servers=[],
                              address=None)
        for district in ("340208",):
            other.hub.ok("init", "--district", district, "--name", "弋江区")
            other.serve()
            world.servers += other.servers
            error = refused(node, "sync", "now", "--hub", other.address, exit_code=1,
                            code="JY-0307", secrets=SECRETS)
            assert "什么也没有发出" in error["message"], error
        assert other.hub.ok("appeal", "list", "--limit", 0)["total"] == 0
        assert other.hub.ok("status")["stations"] == []
        world.serve()
        world.sync(node)
        intact(world.hub, 1)


def test_what_answers_at_the_address_may_be_anything():
    with World() as world:
        node = world.station("SHG01")
        add(node, **PERSON)
        speakers = {
            "closes at once": lambda s: None,
            "says HTTP": lambda s: (s.recv(100), s.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
            "says garbage": lambda s: (s.recv(100), s.sendall(os.urandom(3000)), s.recv(1)),
            "says our preamble": lambda s: (s.recv(100), s.sendall(b"JYSY\x01\x01"), s.recv(1)),
            "another version": lambda s: (s.recv(100), s.sendall(b"JYSY\x09\x01"), s.recv(1)),
            "a long frame": lambda s: (s.recv(100), s.sendall(b"\xff\xff" + b"x" * 70000),
                                       s.recv(1)),
            "resets": lambda s: (s.recv(100), s.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")),
            "echoes": lambda s: [s.sendall(s.recv(100)) for _ in range(3)],
        }
        for name, speak in speakers.items():
            listener = Listener(speak)
            done = unhurt(node.run("sync", "now", "--hub", listener.address))
            listener.close()
            assert done.code in (1, 13, 14), f"{name}: {done.out}"
            error = error_of(done)
            assert error["code"] in ALTERED and error["data_safe"] is True, f"{name}: {error}"
        silent = Listener(lambda s: time.sleep(120))
        begin = time.monotonic()
        done = unhurt(node.run("sync", "now", "--hub", silent.address, timeout=110))
        silent.close()
        assert done.code == 13 and done.error["code"] == "JY-0607", done.out
        assert 5 < time.monotonic() - begin < 100
        world.serve()
        world.sync(node)
        intact(world.hub, 1)


def test_altered_bytes_change_nothing_but_the_exit_code():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        expected = {add(node, "最早的一件")["id"]: "最早的一件"}
        world.sync(node)
        dice = random.Random(20261123)
        hurt = 0
        for round_no in range(8 if QUICK else 40):
            title = f"第{round_no}件" + "路灯" * dice.randrange(1, 60)
            expected[add(node, title, title * 3)["id"]] = title
            world.hub.ok("appeal", "edit", next(iter(expected)), "--set", f"place=第{round_no}处")
            up = bool(round_no % 2)
            at = dice.randrange(900 if up else 500)
            bits = [(at, 1 << dice.randrange(8))]
            if round_no % 5 == 0:
                bits.append((dice.randrange(1500), dice.randrange(1, 256)))
            seen = {True: 0, False: 0}
            touched = []

            def change(chunk, upward):
                altered = bytearray(chunk)
                for place, mask in bits:
                    index = place - seen[upward]
                    if upward == up and 0 <= index < len(chunk):
                        altered[index] ^= mask
                        touched.append(place)
                seen[upward] += len(chunk)
                return bytes(altered)

            proxy = Proxy(world.address, change=change)
            done = unhurt(node.run("sync", "now", "--hub", proxy.address, timeout=60))
            proxy.close()
            if touched:
                hurt += done.code != 0
                if done.code != 0:
                    error = error_of(done)
                    assert done.code in (1, 10, 13, 14), error
                    assert error["code"] in ALTERED and error["data_safe"] is True, error
            else:
                assert done.code == 0, done.out
            if round_no % 4 == 3:
                world.sync(node)
                world.assert_equal(node)
        assert hurt >= (3 if QUICK else 20), f"only {hurt} syncs were hurt"
        world.sync(node)
        world.assert_equal(node)
        there = {row["id"]: row["title"] for row in
                 world.hub.ok("appeal", "list", "--limit", 1000)["appeals"]}
        assert there == expected
        for side in (node, world.hub):
            intact(side, len(expected))
            assert side.ok("conflict", "list")["conflicts"] == []


def test_a_link_cut_on_the_way_back_is_told_and_mended():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        made = [add(node, f"第{i}件", "正文" * 200)["id"] for i in range(4)]
        world.sync(node)
        for i, cut in enumerate((0, 1, 30, 52, 80, 200, 400)):
            world.hub.ok("appeal", "edit", made[0], "--set", f"place=第{i}处")
            proxy = CutBack(world.address, cut)
            done = unhurt(node.run("sync", "now", "--hub", proxy.address, timeout=60))
            proxy.close()
            assert done.code in (0, 13), done.out
            if done.code == 13:
                assert error_of(done)["data_safe"] is True
        world.sync(node)
        world.assert_equal(node)
        assert node.ok("appeal", "show", made[0])["appeal"]["place"] == "第6处"
        intact(world.hub, 4)


def test_garbage_huge_lengths_and_half_open_connections_do_not_keep_others_out():
    with World() as world:
        node = world.station("SHG01")
        server = world.serve()
        world.sync(node)
        dice = random.Random(9)
        head = b"JYSY\x01\x01"
        openings = [b"", b"\x00", os.urandom(5000), b"GET / HTTP/1.1\r\n\r\n", head[:3],
                    head, head + b"\xff\xff" + b"x" * 65535, head + b"\x00\x00",
                    head + b"\x00\x30" + b"x" * 48, head + b"\x00\x30" + bytes(48),
                    head + b"\x00\x30" + b"x" * 20, b"JYSY\x02\x01" + bytes(50),
                    b"JYSY\x01\x07" + bytes(50), head + b"\x00\x31" + b"x" * 49]
        for opening in openings:
            with socket.create_connection(target(world.address)) as caller:
                caller.settimeout(2)
                try:
                    caller.sendall(opening)
                    caller.shutdown(socket.SHUT_WR)
                    said = b""
                    while len(said) < 1000:
                        more = caller.recv(1000)
                        if not more:
                            break
                        said += more
                except OSError:
                    said = b""
            assert len(said) <= 6 + 50, f"{len(said)} bytes for a stranger"
        syncs_soon(world, node)
        half_open = []
        for i in range(70):
            caller = socket.create_connection(target(world.address))
            caller.settimeout(5)
            try:
                caller.sendall((b"", head[:2], head, head + b"\x00\x30" + b"x" * 10)[i % 4])
            except OSError:
                pass
            half_open.append(caller)
        syncs_soon(world, node)
        # A byte now and then keeps nobody's place for ever.
        begin = time.monotonic()
        slow = socket.create_connection(target(world.address))
        slow.settimeout(0.3)
        slow.sendall(head + b"\x00\x30")
        ended = False
        while time.monotonic() - begin < 80 and not ended:
            try:
                slow.sendall(b"x")
                ended = slow.recv(100) == b""
            except socket.timeout:
                continue
            except OSError:
                ended = True
        assert ended, "a slow stranger was never sent away"
        assert time.monotonic() - begin > 5, "a station on a slow link needs some seconds"
        for caller in half_open:
            caller.close()
        for _ in range(5 if QUICK else 25):  # Strangers that come and go at once.
            caller = socket.create_connection(target(world.address))
            caller.sendall(os.urandom(dice.randrange(1, 200)))
            caller.close()
        syncs_soon(world, node)
        assert server.process.poll() is None
        intact(world.hub, 3)


def test_a_recorded_session_played_again_adds_nothing():
    with World() as world:
        node = world.station("SHG01")
        world.serve()

        sessions = []
        for i in range(3):
            sent = bytearray()

            def record(chunk, upward):
                if upward:
                    sent.extend(chunk)
                return chunk

            proxy = Proxy(world.address, change=record)
            add(node, f"第{i}件", "会被录下来的一次同步", **PERSON)
            node.ok("sync", "now", "--hub", proxy.address)
            proxy.close()
            sessions.append(bytes(sent))

        def facts():
            hub = world.hub
            station = hub.ok("status")["stations"][0]
            return (hub.ok("digest", "--station", "SHG01"), hub.ok("status")["appeals"],
                    station["seq"], station["last_contact"],
                    hub.ok("verify")["checked"]["transactions"])

        before = facts()
        time.sleep(1.1)
        for sent in sessions + [sessions[0] * 2, sessions[0][:56] + sessions[1][56:]]:
            with socket.create_connection(target(world.address)) as caller:
                caller.settimeout(3)
                heard = b""
                try:
                    caller.sendall(sent)
                    while more := caller.recv(4096):
                        heard += more
                except OSError:
                    pass
            assert len(heard) <= 6 + 50 + 50, f"{len(heard)} bytes for a replay"
        assert facts() == before
        world.sync(node)
        world.assert_equal(node)
        intact(world.hub, 3)


def test_serve_tells_its_log_no_person_and_survives_all_of_this():
    with World() as world:
        node = world.station("SHG01")
        hub = world.serve()
        station = world.serve_station(node)
        add(node, "标题甲乙丙", "正文子丑寅", **PERSON)
        deadline = time.monotonic() + 20
        while node.ok("status")["unsent"] and time.monotonic() < deadline:
            time.sleep(0.1)
        with socket.create_connection(target(world.address)) as caller:
            caller.sendall("欧阳测试13912345678".encode())
        # The local socket is asked by strangers, too.
        for content in (b"", b"\x00" * 100, b"{}\n", os.urandom(1000), b"\xff\xff\xff\xff" * 10):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(str(node.data / "control.sock"))
                caller.settimeout(1)
                try:
                    caller.sendall(content)
                    caller.shutdown(socket.SHUT_WR)
                    said = caller.recv(4096)
                except OSError:
                    said = b""
                assert SECRETS[0].encode() not in said
        add(node, "还在服务")
        world.sync(node)
        assert hub.stop() == 0 and station.stop() == 0
        log = "".join(hub.lines + station.lines)
        for secret in SECRETS + ("标题甲乙丙", "正文子丑寅", "还在服务"):
            assert secret not in log and json.dumps(secret) not in log, log
        intact(world.hub, 2)
