#!/usr/bin/env python3
"""Checks the tree against the house rules. Prints `path:line: message`; exits 1 if any is broken.

    tests/lint/lint.py [--root FOLDER] [--advice]
"""
import argparse
import sys
from pathlib import Path

import catalogue_rules
import coroutine_rules
import include_rules
import tree_rules
from source_text import files_of

RULES = (include_rules.check, coroutine_rules.check, tree_rules.check, catalogue_rules.check)


def read(path):
    """The text of a file, or None for one that is not text (golden files, corpora)."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def findings(root):
    for path in files_of(root):
        relative = path.relative_to(root)
        if "corpus" in relative.parts:
            continue
        text = read(path)
        if text is None:
            continue
        for rule in RULES:
            for line, message in rule(root, relative, text):
                yield f"{relative}:{line}: {message}"


def advices(root):
    for path in files_of(root):
        text = read(path) if path.suffix in tree_rules.CODE else None
        if text is not None:
            for line, message in tree_rules.advice(path.relative_to(root), text):
                yield f"{path.relative_to(root)}:{line}: {message}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--advice", action="store_true", help="also what should be better")
    options = parser.parse_args()
    if options.advice:
        for line in advices(options.root):
            print(f"advice: {line}")
    broken = list(findings(options.root))
    print("\n".join(broken) if broken else "lint: no finding")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
