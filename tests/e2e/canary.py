"""Looks for given words in every byte that programs left, in every form in which words are stored.

`Canaries(words)` knows the forms; `hits(paths)` scans files and folders, `hits_in_processes(pids)`
what anybody sees of running programs. Each hit names the place, the word and its form. The scan
finds what stands in the clear or merely encoded, not what was encrypted, compressed or cut in
pieces.
"""

import base64
import json
import os
import stat
from pathlib import Path
from urllib.parse import quote

#: A form shorter than this would be found by chance.
SHORTEST = 8


def base64_forms(word):
    """The characters that stand for the word whatever comes before and behind it."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + word + b"\0\0\0")
        first = -(-shift * 8 // 6)
        last = (shift + len(word)) * 8 // 6
        yield f"base64+{shift}", text[first:last]
        yield f"base64url+{shift}", text[first:last].replace(b"+", b"-").replace(b"/", b"_")


def forms(word):
    """(name of the form, bytes) for each way in which a text may be stored."""
    utf8 = word.encode()
    yield "utf-8", utf8
    for encoding in ("utf-16-le", "utf-16-be", "gb18030"):
        yield encoding, word.encode(encoding)
    yield "hex", utf8.hex().encode()
    yield "HEX", utf8.hex().upper().encode()
    for encoding in ("utf-16-le", "gb18030"):
        yield f"hex of {encoding}", word.encode(encoding).hex().encode()
    yield from base64_forms(utf8)
    yield "json", json.dumps(word)[1:-1].encode()
    yield "JSON", json.dumps(word)[1:-1].upper().replace("\\U", "\\u").encode()
    yield "percent", quote(word).encode()


class Canaries:
    def __init__(self, words):
        self.words = list(words)
        self.patterns = {}  # By bytes, so that a form that is like another is looked for once.
        for word in self.words:
            for name, pattern in forms(word):
                assert len(pattern) >= SHORTEST, f"{word} as {name} is too short to be looked for"
                self.patterns.setdefault(pattern, (word, name))

    def in_bytes(self, content, place):
        return [f"{place}: {word} as {name} at {content.find(pattern)}"
                for pattern, (word, name) in self.patterns.items() if pattern in content]

    def hits(self, *paths, leave_out=()):
        """Of all files at and under `paths`, their names included. Returns (hits, bytes read)."""
        found, size = [], 0
        left_out = {Path(path) for path in leave_out}
        for path in walk(paths, left_out):
            found += self.in_bytes(os.fsencode(path.name), f"the name of {path}")
            if not stat.S_ISREG(path.lstat().st_mode):
                continue
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # A program that runs has just removed it.
                continue
            size += len(content)
            found += self.in_bytes(content, path)
        return found, size

    def hits_in_processes(self, pids):
        """In what other users may read of a process: how it was called, and how it calls itself."""
        found = []
        for pid in pids:
            for part in ("cmdline", "environ", "comm", "status"):
                try:
                    content = Path(f"/proc/{pid}/{part}").read_bytes()
                except (FileNotFoundError, PermissionError, ProcessLookupError):
                    continue
                found += self.in_bytes(content, f"{part} of process {pid}")
        return found

    def planted(self, folder):
        """Files, one for each form of each word, that a scan must find; the caller removes them."""
        for number, (pattern, (word, name)) in enumerate(self.patterns.items()):
            path = Path(folder) / f"planted-{number}"
            path.write_bytes(os.urandom(1000 + number) + pattern + os.urandom(500))
            yield path, word, name


def walk(paths, left_out=frozenset()):
    """Everything there is, links not followed."""
    for path in map(Path, paths):
        if path in left_out:
            continue
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue
        yield path
        if stat.S_ISDIR(mode):
            yield from walk(sorted(path.iterdir()), left_out)


def strays(since):
    """Files that came up since then where programs put what they have no place for."""
    for folder in ("/tmp", "/var/tmp", "/dev/shm"):
        for path in Path(folder).glob("*"):
            try:
                facts = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(facts.st_mode) and facts.st_mtime >= since:
                yield path
