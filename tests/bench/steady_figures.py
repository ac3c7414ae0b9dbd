"""Fails when a figure of a small benchmark run that should not depend on the machine is missed.

    steady_figures.py BENCH.json
"""

import json
import sys

STEADY = ("bytes", "round trips", "wire bytes", "peak memory")


def main(path):
    with open(path, encoding="utf-8") as file:
        ratios = [r for r in json.load(file)["ratios"] if any(w in r["name"] for w in STEADY)]
    missed = [r for r in ratios if not r["met"]]
    for ratio in ratios:
        print(f"{ratio['name']}: {ratio['value']:g}, {ratio['wanted']} {ratio['target']:g}")
    print(f"{len(ratios) - len(missed)} passed, {len(missed)} failed")
    return 1 if missed or len(ratios) < 8 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
