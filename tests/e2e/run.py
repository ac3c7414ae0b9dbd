"""Runs the end-to-end tests; words on the command line choose those whose name has one, words with
a - before them leave out those that have it."""

import importlib
import inspect
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import jy  # noqa: E402


def collect():
    tests = []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(path.stem)
        for name, member in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and member.__module__ == path.stem:
                line = member.__code__.co_firstlineno
                tests.append((line, f"{path.stem[5:]}.{name[5:]}", member))
    tests.sort(key=lambda entry: (entry[1].split(".")[0], entry[0]))
    return [(name, member) for _, name, member in tests]


if __name__ == "__main__":
    sys.exit(jy.main(collect()))
