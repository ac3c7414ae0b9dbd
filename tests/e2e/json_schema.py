"""As much of JSON Schema as the schemas of docs/reference use; a keyword beyond that is an error.

Only the standard library, so that a fresh machine needs nothing but python3.
"""

import re

TYPES = {"array": list, "object": dict, "string": str, "boolean": bool, "null": type(None)}
SAID_ONLY = {"$schema", "$id", "title", "description", "$defs"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def problems(value, schema, root=None, where="$"):
    """Where and why `value` is not of `schema`; nothing if it is."""
    root = root or schema
    found = []
    for keyword, rule in schema.items():
        if keyword in SAID_ONLY:
            continue
        found += CHECKS[keyword](value, rule, schema, root, where)
    return found


def _type(value, rule, _schema, _root, where):
    names = rule if isinstance(rule, list) else [rule]
    ok = any(is_type(value, name) for name in names)
    return [] if ok else [f"{where}: not {rule}"]


def _properties(value, rule, _schema, root, where):
    if not isinstance(value, dict):
        return []
    return [problem for name, part in rule.items() if name in value
            for problem in problems(value[name], part, root, f"{where}.{name}")]


def _additional(value, rule, schema, _root, where):
    assert rule is False
    known = schema["properties"]
    return [f"{where}: {name}" for name in value if name not in known]


def _items(value, rule, _schema, root, where):
    if not isinstance(value, list):
        return []
    return [problem for i, item in enumerate(value)
            for problem in problems(item, rule, root, f"{where}[{i}]")]


def _ref(value, rule, _schema, root, where):
    part = root
    for name in rule.removeprefix("#/").split("/"):
        part = part[name]
    return problems(value, part, root, where)


def _any_of(value, rule, _schema, root, where):
    ok = any(not problems(value, part, root, where) for part in rule)
    return [] if ok else [f"{where}: none of anyOf"]


def _plain(judge, kind):
    def check(value, rule, _schema, _root, where):
        ok = not isinstance(value, kind) or judge(value, rule)
        return [] if ok else [f"{where}: {judge.__name__} {rule}"]
    return check


def required(value, rule):
    return all(name in value for name in rule)


def pattern(value, rule):
    return re.search(rule, value) is not None


def at_least(value, rule):
    return len(value) >= rule


def at_most(value, rule):
    return len(value) <= rule


def one_of_words(value, rule):
    return value in rule


def the_same(value, rule):
    return value == rule and type(value) is type(rule)


def not_below(value, rule):
    return value >= rule


CHECKS = {
    "type": _type, "properties": _properties, "items": _items, "$ref": _ref, "anyOf": _any_of,
    "additionalProperties": _additional,
    "required": _plain(required, dict), "pattern": _plain(pattern, str),
    "minLength": _plain(at_least, str), "maxLength": _plain(at_most, str),
    "minItems": _plain(at_least, list), "enum": _plain(one_of_words, object),
    "const": _plain(the_same, object), "minimum": _plain(not_below, int),
}
