"""A bad link between a station and its hub: delays, throttles and cuts what passes, and counts it.

By hand:

    python3 tests/e2e/chaos_proxy.py --to HOST:PORT --listen 127.0.0.1:7341 \
        --rate 2500 --delay 0.3 --cut-after 30

then `jiuying sync now --hub 127.0.0.1:7341`. A line on stdout tells of each connection that ended.

The link is a pipe of `rate` bytes a second in each direction with `delay` seconds on the way. It
holds hardly anything beside what is on its way: what a sender's system keeps waiting is not sent.
What was on its way when the link died is lost, and counts as sent.
"""

import argparse
import collections
import random
import socket
import sys
import threading
import time

PIECE = 512  # Bytes that travel together: the grain of rate and cut.
BUFFER = 4096  # Of each socket: a link has no memory.


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy, client, lifetime, bytes_max):
        self.proxy, self.client = proxy, client
        self.lifetime, self.bytes_max = lifetime, bytes_max
        self.sent = {"up": 0, "down": 0}
        self.dead = threading.Event()
        self.began = time.monotonic()
        self.upstream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.upstream.connect(proxy.target)
        self.threads = []
        for way, source, sink in (("up", client, self.upstream), ("down", self.upstream, client)):
            queue = collections.deque()
            more = threading.Semaphore(0)
            for work, words in ((self._take, (way, source, queue, more)),
                                (self._give, (sink, queue, more))):
                thread = threading.Thread(target=work, args=words, daemon=True)
                thread.start()
                self.threads.append(thread)
        threading.Thread(target=self._watch, daemon=True).start()

    def _take(self, way, source, queue, more):
        """Reads as fast as the link carries, no faster."""
        rate = self.proxy.rates[way]
        free_at = time.monotonic()
        try:
            while not self.dead.is_set():
                piece = source.recv(PIECE)
                if self.dead.is_set():
                    break
                if rate and piece:
                    free_at = max(free_at, time.monotonic()) + len(piece) / rate
                    if self.dead.wait(max(0.0, free_at - time.monotonic())):
                        break
                self.sent[way] += len(piece)
                queue.append((time.monotonic() + self.proxy.delay, piece))
                more.release()
                if not piece:
                    return
                if self.bytes_max is not None and sum(self.sent.values()) >= self.bytes_max:
                    break
        except OSError:
            pass
        self.die()

    def _give(self, sink, queue, more):
        try:
            while True:
                more.acquire()
                if self.dead.is_set() or not queue:
                    return
                due, piece = queue.popleft()
                if self.dead.wait(max(0.0, due - time.monotonic())):
                    return
                if not piece:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(piece)
        except OSError:
            self.die()

    def _watch(self):
        """Ends the link when its time is over, or when both sides have ended it."""
        end = None if self.lifetime is None else self.began + self.lifetime
        while not self.dead.is_set():
            if not any(thread.is_alive() for thread in self.threads):
                break
            left = 0.1 if end is None else min(0.1, end - time.monotonic())
            if left <= 0:
                break
            time.sleep(left)
        self.die()

    def die(self):
        if self.dead.is_set():
            return
        self.dead.set()
        self.proxy.ended(self)
        if self.proxy.silent:
            return  # Nobody is told: both sides find out by waiting.
        self.close()

    def close(self):
        for end in (self.client, self.upstream):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


class ChaosProxy:
    """Listens at `address` and passes bytes to `target` as the link lets them.

    `rate` or `rates` {"up", "down"}: bytes a second, 0 for no limit; `delay` seconds one way;
    `cut_after` seconds or `cut_bytes` of both directions, after which a connection dies, each time
    up to `jitter` (a share) earlier or later, by chance from `seed`; `silent`: it dies without a
    word. `cuts`: only so many connections die.
    """

    def __init__(self, target, rate=0, rates=None, delay=0.0, cut_after=None, cut_bytes=None,
                 jitter=0.0, silent=False, cuts=None, seed=1, listen="127.0.0.1:0", told=None):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.rates = rates or {"up": rate, "down": rate}
        self.delay, self.silent, self.jitter, self.told = delay, silent, jitter, told
        self.cut_after, self.cut_bytes, self.cuts = cut_after, cut_bytes, cuts
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.links = []
        self.died = 0
        host, port = listen.rsplit(":", 1)
        self.server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.server.bind((host, int(port)))
        self.server.listen(64)
        self.address = "%s:%d" % self.server.getsockname()[:2]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            spread = 1 + self.jitter * self.dice.uniform(-1, 1)
            dies = self.cuts is None or len(self.links) < self.cuts
            lifetime = self.cut_after * spread if dies and self.cut_after else None
            bytes_max = int(self.cut_bytes * spread) if dies and self.cut_bytes else None
            try:
                link = Link(self, client, lifetime, bytes_max)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.links.append(link)

    def ended(self, link):
        with self.lock:
            self.died += 1
        if self.told:
            self.told(link)

    def passed(self, way):
        """Bytes that the link carried that way, in all connections."""
        with self.lock:
            return sum(link.sent[way] for link in self.links)

    @property
    def connections(self):
        with self.lock:
            return len(self.links)

    def close(self):
        self.server.close()
        with self.lock:
            links = list(self.links)
        for link in links:
            link.dead.set()
            link.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="where the hub listens")
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--rate", type=float, default=0, help="bytes a second, each way")
    parser.add_argument("--rate-up", type=float, help="from the station, instead of --rate")
    parser.add_argument("--rate-down", type=float, help="to the station, instead of --rate")
    parser.add_argument("--delay", type=float, default=0, help="seconds, one way")
    parser.add_argument("--cut-after", type=float, help="seconds that a connection lives")
    parser.add_argument("--cut-bytes", type=int, help="bytes that a connection carries")
    parser.add_argument("--jitter", type=float, default=0, help="share by which both vary")
    parser.add_argument("--silent", action="store_true", help="connections die without a word")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    def tell(link):
        print("connection of %.1f s: %d bytes up, %d bytes down"
              % (time.monotonic() - link.began, link.sent["up"], link.sent["down"]), flush=True)

    rates = {"up": given.rate if given.rate_up is None else given.rate_up,
             "down": given.rate if given.rate_down is None else given.rate_down}
    proxy = ChaosProxy(given.to, rates=rates, delay=given.delay, cut_after=given.cut_after,
                       cut_bytes=given.cut_bytes, jitter=given.jitter, silent=given.silent,
                       seed=given.seed, listen=given.listen, told=tell)
    print(f"listening {proxy.address}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print("%d connections: %d bytes up, %d bytes down"
              % (proxy.connections, proxy.passed("up"), proxy.passed("down")))
    proxy.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
