"""C++ text with comments and literals blanked, so that rules look at code only."""
import re
from pathlib import Path

_TOKEN = re.compile(
    r'R"(?P<tag>[^()\\\s]{0,16})\((?:.|\n)*?\)(?P=tag)"'                 # raw string
    r'|"(?:\\.|[^"\\\n])*"'                                              # string
    r"|(?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:\\.|[^'\\\n])+'"                # character, not 1'000
    r"|//(?:[^\n\\]|\\(?:.|\n))*"                                        # line comment
    r"|/\*(?:.|\n)*?\*/")                                                # block comment


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith("/") else m[0], text)


def code_only(text):
    """Comments become spaces, literals become empty literals; line numbers stay."""
    def blank(match):
        found = match[0]
        if found.startswith("/"):
            return _blank(found)
        quote = found[-1]
        return quote + _blank(found[1:-1]) + quote
    return _TOKEN.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def matching(text, start):
    """The position after the bracket that closes the one at `start`, or the end of the text."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    waiting = []
    for position in range(start, len(text)):
        letter = text[position]
        if letter in pairs:
            waiting.append(pairs[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
            if not waiting:
                return position + 1
    return len(text)


_SKIPPED = {"build", ".git", "__pycache__", ".cache", "node_modules", ".vscode", ".idea"}


def files_of(root):
    """Every file of the tree under `root` that is not built or hidden by tools, sorted."""
    found = []
    waiting = [Path(root)]
    while waiting:
        for entry in waiting.pop().iterdir():
            if entry.name in _SKIPPED or entry.is_symlink():
                continue
            if entry.is_dir():
                waiting.append(entry)
            else:
                found.append(entry)
    return sorted(found)
