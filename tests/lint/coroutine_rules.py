"""Shapes of co_await that g++ 12.2 translates wrongly (crash or hang at every optimisation level):
inside a condition, and beside a capturing lambda or a braced temporary in one expression."""
import re

from source_text import code_only, line_of, matching

_CONDITION = re.compile(r"\b(if|while|switch|for)\s*(?:constexpr\s*)?(?=\()")
_AWAIT = re.compile(r"\bco_await\b")
_BEFORE_LAMBDA = "(,={;&|?:!+<>"


def _expression_end(code, start):
    """The position where the expression that begins at `start` ends: `;` or a closing bracket."""
    position = start
    while position < len(code):
        letter = code[position]
        if letter in "([{":
            position = matching(code, position)
            continue
        if letter in ";)]}":
            return position
        position += 1
    return position


def _lambda_body_end(code, introducer_end):
    """Skips parameters, trailing return type and body of a lambda."""
    body = code.find("{", introducer_end)
    return len(code) if body < 0 else matching(code, body)


def _judge_expression(code, start, end):
    position = start
    while position < end:
        letter = code[position]
        before = code[start:position].rstrip()
        if letter == "[" and (not before or before[-1] in _BEFORE_LAMBDA or
                              before.endswith("return")):
            close = matching(code, position)
            if code[position + 1:close - 1].strip():
                return "a capturing lambda inside a co_await expression: give it a name first"
            position = _lambda_body_end(code, close)
            continue
        if letter == "{":
            return "a braced temporary inside a co_await expression: give it a name first"
        position += 1
    return None


def check(_root, path, text):
    if path.suffix not in (".hpp", ".cpp") or "co_await" not in text:
        return
    code = code_only(text)
    for match in _CONDITION.finditer(code):
        condition = code[match.end():matching(code, match.end())]
        if _AWAIT.search(condition):
            yield (line_of(code, match.start()),
                   f"co_await inside the head of `{match[1]}`: await into a named variable first")
    for match in _AWAIT.finditer(code):
        complaint = _judge_expression(code, match.end(), _expression_end(code, match.end()))
        if complaint:
            yield line_of(code, match.start()), complaint
