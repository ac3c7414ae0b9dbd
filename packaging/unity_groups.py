#!/usr/bin/env python3
"""Which source files may be compiled together, for CMake's unity builds (UNITY_GROUP).

    unity_groups.py ROOT LINES FILE...

Most of a compilation is headers that every file reads anew, so several files in one compiler run
cost little more than one. They may go together only if none notices the others: what a file keeps
to itself (an anonymous namespace, an alias) must not be a word of the others or of a header that
only they read, and all must open the same namespaces. Words are compared, not meanings: too careful
is harmless.

Prints `group file` for each file; LINES is about how long a group may be.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

WORD = re.compile(r"[A-Za-z_]\w*")
OPENING = re.compile(r"\busing\s+(?:namespace|enum)\s+[\w:]+\s*;")
ALIAS = re.compile(r"\b(?:using\s+(\w+)\s*=[^;]*|using\s+[\w:]+::(\w+)\s*|"
                   r"namespace\s+(\w+)\s*=[^;]*);")
CALL = re.compile(r"(?<![\w.:>])([A-Za-z_]\w*)\s*[({<]")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
NOISE = re.compile(
    r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/', re.S)


def bare(text):
    """The text without comments and literals."""
    return NOISE.sub(" ", text)


def body(text, start):
    """From an opening brace to the one that closes it."""
    depth = 0
    for place in range(start, len(text)):
        if text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1:place]
    return text[start + 1:]


def flat(text):
    """The text with the insides of braces, brackets and template arguments left out."""
    out, depth = [], 0
    for char in text:
        if char in "{(":
            if depth == 0:
                out.append(char)
            depth += 1
        elif char in "})":
            depth -= 1
            if depth == 0:
                out.append(char + (" ; " if char == "}" else ""))
        elif depth == 0:
            out.append(char)
    return "".join(out)


def declared(text):
    """The names that statements at namespace scope declare: name -> whether it is a function."""
    names = {}
    for statement in flat(text).split(";"):
        head = re.split(r"[({=\[]", statement, maxsplit=1)
        words = WORD.findall(head[0])
        if words:
            function = statement[len(head[0]):].startswith("(")
            names[words[-1]] = function and names.get(words[-1], True)
    for listed in re.finditer(r"\benum\s+\w+\s*(?::[^{]*)?\{([^}]*)\}", text):
        names.update(dict.fromkeys(WORD.findall(listed[1]), False))
    return names


def private_names(text):
    """What a file declares for itself alone: name -> Private."""
    names = {}
    for found in re.finditer(r"\bnamespace\s*\{", text):
        for name, function in declared(body(text, found.end() - 1)).items():
            names[name] = Private(function, None)
    scopes = flat_scopes(text)
    for found in re.finditer(r"^(?:static|constexpr|const)\b([^;{(=]*)", text, re.M):
        words = WORD.findall(found[1])
        if words:
            names[words[-1]] = Private(False, None)
    for found in ALIAS.finditer(scopes):
        names[found[1] or found[2] or found[3]] = Private(False, " ".join(found[0].split()))
    return names


def flat_scopes(text):
    """The text at namespace scope only: insides of functions and classes left out."""
    out, kinds = [], []
    for piece in re.split(r"([{}])", text):
        if piece == "{":
            opened = out[-1] if out else ""
            tail = re.split(r"[;{}]", opened)[-1]
            kinds.append(bool(re.search(r"\bnamespace\b[\w\s:]*$", tail)) and all(kinds))
            out.append("{" if all(kinds) else "")
        elif piece == "}":
            if kinds:
                kinds.pop()
            out.append("}" if all(kinds) else "")
        else:
            out.append(piece if all(kinds) else "")
    return "".join(out)


class Private(NamedTuple):
    """What is known of a name: functions may be overloaded, and an alias may be said twice."""

    function: bool
    wording: str | None


class Source:
    headers = {}  # path -> (names declared at namespace scope, words, the headers that it reads)

    def __init__(self, root, path):
        raw = Path(path).read_text(encoding="utf-8")
        text = bare(raw)
        self.path = path
        self.lines = raw.count("\n")
        openings = OPENING.findall(flat_scopes(text))
        self.openings = tuple(sorted(" ".join(opening.split()) for opening in openings))
        self.private = private_names(text)
        self.words = set(WORD.findall(text))
        self.calls = set(CALL.findall(text))
        self.reads = set()
        waiting = INCLUDE.findall(raw)
        while waiting:
            name = waiting.pop()
            if name in self.reads:
                continue
            self.reads.add(name)
            waiting += self.header(root, name)[2]

    @classmethod
    def header(cls, root, name):
        if name not in cls.headers:
            file = Path(root) / name
            raw = file.read_text(encoding="utf-8") if file.is_file() else ""
            text = bare(raw)
            names = declared(re.sub(r"\bnamespace\s+[\w:]+\s*\{|\}\s*$", " ", text))
            cls.headers[name] = (names, set(WORD.findall(text)), INCLUDE.findall(raw))
        return cls.headers[name]

    def notices(self, other):
        """Whether something that `other` keeps to itself means something here."""
        for name, private in other.private.items():
            mine = self.private.get(name)
            if mine is not None and private.wording is not None and mine == private:
                continue
            if mine is not None or name in (self.calls if private.function else self.words):
                return True
            for header in self.reads:
                names, words, _ = self.headers[header]
                if name in names and (name in self.words or header not in other.reads):
                    return True
                if not private.function and name in words and header not in other.reads:
                    return True
        return False


def groups_of(sources, limit):
    groups = []
    for source in sources:
        for group in groups:
            if (sum(member.lines for member in group) + source.lines <= limit
                    and group[0].openings == source.openings
                    and not any(source.notices(m) or m.notices(source) for m in group)):
                group.append(source)
                break
        else:
            groups.append([source])
    return groups


def main():
    root, limit, *files = sys.argv[1:]
    sources = [Source(root, file) for file in files]
    for number, group in enumerate(groups_of(sources, int(limit))):
        for source in group:
            print(f"g{number} {source.path}")


if __name__ == "__main__":
    main()
