"""Every error code that people can look up is one that some command gives."""
import re

CATALOGUE = "node/cli/errors.hpp"
# What names a code without giving it.
TEXTS = re.compile(r"node/cli/(errors|error_\w+)\.\w+$")
# Codes whose wording stands before the code that gives them does.
AWAITED = {
    "unknown_unit": "work orders",
    "event_not_allowed": "work orders",
    "fork_found": "the comparison of positions at the start of a session",
    "hub_rolled_back": "the comparison of positions at the start of a session",
}


def given(root):
    names = set()
    for path in (root / "node").rglob("*.[ch]pp"):
        if TEXTS.search(path.relative_to(root).as_posix()):
            continue
        names |= set(re.findall(r"\bError::(\w+)", path.read_text(encoding="utf-8")))
    return names


def check(root, path, text):
    if path.as_posix() != CATALOGUE:
        return
    body = re.search(r"enum class Error\b.*?\{(.*?)^\};", text, re.S | re.M)
    if body is None:
        yield 1, "the error codes are not where the lint looks for them"
        return
    known = given(root)
    for match in re.finditer(r"^\s*(\w+) = \d+,", body[1], re.M):
        if match[1] not in known and match[1] not in AWAITED:
            line = text.count("\n", 0, body.start(1) + match.start(1)) + 1
            yield line, f"no command gives the error {match[1]}"
