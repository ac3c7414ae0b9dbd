"""House rules that hold for every file: size, width, unfinished marks, machine paths, people."""
import re

from source_text import code_only, line_of, matching

CODE = (".cpp", ".hpp")
SCRIPTS = (".sh", ".py")
TEXT = CODE + SCRIPTS + (".md", ".txt", ".json", ".cmake", ".service", ".csv", ".yml")
TOP_FOLDERS = {"node", "sync", "schema", "packaging", "tests", "docs", ".ci"}

LONGEST_FILE = 500
LONG_FILE = 400
LONG_FUNCTION = 70
WIDEST_LINE = 100

# Spelt in pieces, or this file would be its own first finding.
_UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"]) + r")\b")
_MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:work|farm|root|Users|home/\w+)/")
_PHONE = re.compile(r"(?<![\w.])1[3-9]\d{9}(?!\w|\.\d)")
# Visibly invented numbers: four equal digits in a row, or a run such as 1234 or 2345.
_INVENTED = re.compile(r"(\d)\1\1\1|0123|1234|2345|3456|4567|5678|6789")
_CITIZEN_ID = re.compile(r"(?<!\w)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
                         r"\d{3}[\dXx](?!\w)")
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+\.[\w.-]*\w)")


def _valid_citizen_id(number):
    """ISO 7064 MOD 11-2, as GB 11643 uses it: what fails the check names nobody."""
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(number, weights))
    return "10X98765432"[total % 11] == number[-1].upper()


def _personal(text):
    for match in _PHONE.finditer(text):
        if not _INVENTED.search(match[0]):
            yield match, "a mobile number that is not visibly invented (use 1390000xxxx)"
    for match in _CITIZEN_ID.finditer(text):
        if _valid_citizen_id(match[0]):
            yield match, "a citizen id number with a valid check digit"
    for match in _EMAIL.finditer(text):
        if not re.search(r"(?:^|\.)(?:example(?:\.\w+)?|invalid|test|localhost)$", match[1]):
            yield match, "a mail address outside example.org"


def check(_root, path, text):
    if path.parts[0] not in TOP_FOLDERS and len(path.parts) > 1:
        yield 1, f"{path.parts[0]}/ is not a folder of the house"
    if path.suffix not in TEXT and path.name not in ("run", "CMakeLists.txt"):
        return
    if path.name == "LICENSE":
        return
    lines = text.splitlines()
    if path.suffix in CODE + SCRIPTS:
        if len(lines) > LONGEST_FILE:
            yield 1, f"{len(lines)} lines, the limit is {LONGEST_FILE}: split by idea"
        for number, line in enumerate(lines, 1):
            if len(line) > WIDEST_LINE and "://" not in line:
                yield number, f"{len(line)} columns, the limit is {WIDEST_LINE}"
            if line != line.rstrip():
                yield number, "trailing blanks"
            if "\t" in line:
                yield number, "a tab"
        for match in _UNFINISHED.finditer(text):
            yield line_of(text, match.start()), "unfinished work without an issue number"
    if path.suffix == ".hpp":
        if not text.startswith("//"):
            yield 1, "a header opens with a comment: what it is and why it exists"
        if "#pragma once" not in text:
            yield 1, "no #pragma once"
        if re.search(r"^using namespace", code_only(text), re.M):
            yield 1, "`using namespace` at the top of a header"
    for match in _MACHINE_PATH.finditer(text):
        yield line_of(text, match.start()), "a path of one machine"
    for match, what in _personal(text):
        yield line_of(text, match.start()), what


_NOT_A_FUNCTION = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b[^()]*$")


def advice(path, text):
    """Yields (line, message) for what should be better, but does not fail the build."""
    if path.suffix not in CODE:
        return
    count = len(text.splitlines())
    if LONG_FILE < count <= LONGEST_FILE:
        yield 1, f"{count} lines, files should seldom pass {LONG_FILE}"
    code = re.sub(r"^[ \t]*#.*$", "", code_only(text), flags=re.M)
    position = start = 0
    while (position := min((p for p in (code.find(c, position) for c in ";{}") if p >= 0),
                           default=-1)) >= 0:
        if code[position] == "{":
            head = code[start:position]
            if ")" in head and not _NOT_A_FUNCTION.search(head):
                end = matching(code, position)
                length = line_of(code, end) - line_of(code, position)
                if length > LONG_FUNCTION:
                    yield (line_of(code, position),
                           f"a function of {length} lines, the limit is {LONG_FUNCTION}")
                position = end - 1
            elif "=" in head:
                position = matching(code, position) - 1
        position += 1
        start = position
