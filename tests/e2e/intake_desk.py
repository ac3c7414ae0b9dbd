"""What the tests about intake do at a desk: files, imports, queries."""

import json

from refusals import unhurt


def write(world, name, content):
    path = world.folder / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def show(node, order):
    return node.ok("appeal", "show", order)


def took(node, path, *words, code=0):
    done = unhurt(node.run("appeal", "import", path, *words))
    assert done.code == code, done.out + done.err
    return done.json


def asked(node, code, digits, *words):
    return node.run("query", "--from", "-", *words,
                    stdin=json.dumps({"code": code, "last4": digits}))
