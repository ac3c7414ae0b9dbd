"""How soon the page can be used on a slow PC; prints one line for each question.

    python3 tests/e2e/page_throttled.py [APPEALS]

Chromium's CPU is throttled to a quarter, its window is 1366x768. The station has that many invented
appeals (20,000 without it). Of seven rounds the median counts, the slowest is shown beside it.
"""

import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from jy import World  # noqa: E402
from page_desk import PASSWORD, invited, line_of  # noqa: E402
from page_speed import rows  # noqa: E402
from test_page_browser import Story  # noqa: E402

ROUNDS = 7


def told(name, times, limit=None):
    within = "" if limit is None else f"   limit {limit} ms"
    print(f"{name:52} {statistics.median(times):7.0f} ms   slowest {max(times):7.0f} ms{within}",
          flush=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with World() as world:
        node = world.station("SHG01")
        path = world.folder / "rows.csv"
        path.write_text("".join(rows(count)), encoding="utf-8")
        assert node.run("appeal", "import", path, timeout=3600).json["imported"] == count
        server = world.serve_station(node)
        invited(node, server, "W01", "recorder,handler", "王芳")
        opening = Story("opening.mjs", {"link": line_of(server, "page"), "user": "W01",
                                        "password": PASSWORD, "rounds": ROUNDS}).facts(600)
        told("intake usable, nothing in the browser's store", opening["cold"], 2000)
        told("intake usable, opened again", opening["warm"], 2000)
        told("the same two without throttling", opening["cold_at_full"])
        told("", opening["warm_at_full"])
        facts = Story("throttled.mjs", {"link": line_of(server, "page"), "user": "W01",
                                        "password": PASSWORD, "rounds": ROUNDS}).facts(600)
        told("F2 from another page until one can type", facts["key"])
        told("a character until it is drawn, while typing", facts["typed"])
        told("Ctrl+Enter until it is saved and the form empty", facts["saved"])
        told(f"list of {count} appeals, first rows", facts["list"])
        told("scrolling it fast: between two frames", facts["frames"])
        blank = facts["blank"]
        print(f"{'rows not there yet after the last turn of the wheel':52} {blank:7.0f} ms")
        print(json.dumps({"bytes": facts["bytes"], "late_frames": facts["late"],
                          "frames": len(facts["frames"])}))


if __name__ == "__main__":
    main()
