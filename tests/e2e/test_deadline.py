"""The calculator of time limits: anyone may use it, with no folder and no key."""

import json
import os
import tempfile
from pathlib import Path

from jy import HUB, STATION, data_file, run
from refusals import CJK, refusal, unhurt


def count(*words, program=STATION):
    done = unhurt(run(program, "deadline", *words, "--json"))
    assert done.code == 0, done.out + done.err
    assert done.err == "", done.err
    return done.json


def limit(start, amount, unit, *more, program=STATION):
    return count("--from", start, "--amount", amount, "--unit", unit, *more, program=program)


def notice(folder, year, *days, name="notice.json"):
    path = Path(folder) / name
    listed = [{"name": "国庆节", "date": date, "isOffDay": off} for date, off in days]
    path.write_text(json.dumps({"year": year, "papers": [], "days": listed}), encoding="utf-8")
    return path


def test_both_programs_count_alike_without_a_folder():
    env = {"JIUYING_DATA": ""}
    for program in (STATION, HUB):
        found = limit("2026-09-30", 5, "working_day", program=program)
        assert found["due"] == "2026-10-13"
        assert found["ends_at"] == "2026-10-14T00:00:00+08:00"
        assert found["warnings"] == []
        assert len(found["steps"]) > 2 and all(CJK.search(step) for step in found["steps"])
        assert found["calendar"].startswith("2024-2026."), found
        with tempfile.TemporaryDirectory() as folder:
            here = os.getcwd()
            os.chdir(folder)
            try:
                done = run(program, "deadline", "--from", "2026-09-30", "--amount", 1, "--unit",
                           "hour", env=env)
            finally:
                os.chdir(here)
            assert done.code == 0 and not list(Path(folder).iterdir()), done.err


def test_every_unit_and_both_ways_to_count_the_start():
    for unit, counted, due in (("calendar_day", False, "2026-10-03"),
                               ("calendar_roll", False, "2026-10-08"),
                               ("working_day", False, "2026-10-10"),
                               ("calendar_day", True, "2026-10-02"),
                               ("calendar_roll", True, "2026-10-08"),
                               ("working_day", True, "2026-10-09")):
        more = ["--start-counts"] if counted else []
        found = limit("2026-09-30", 3, unit, *more)
        assert found["due"] == due, (unit, counted, found)
        assert found["unit"] == unit and found["start_counts"] is counted
    assert limit("2026-09-30 22:15", 4, "hour")["ends_at"] == "2026-10-01T02:15:00+08:00"
    assert limit("2026-09-30T16:00:00Z", 0, "calendar_roll")["due"] == "2026-10-01"


def test_a_clerk_reads_in_chinese_how_it_was_counted():
    done = run(STATION, "deadline", "--from", "2026-09-30", "--amount", 5, "--unit", "working_day")
    assert done.code == 0 and done.err == "", done.err
    assert done.out.splitlines()[0] == "截止：2026-10-13（星期二）24:00", done.out
    for part in ("国庆节放假", "调休上班", "第 5 个工作日"):
        assert part in done.out, done.out
    english = run(STATION, "deadline", "--from", "2026-09-30", "--amount", 5, "--unit",
                  "working_day", "--lang", "en")
    assert english.out.startswith("Due: Tue 2026-10-13 24:00") and not CJK.search(english.out)


def test_a_year_without_a_notice_warns_and_a_notice_takes_the_warning_away():
    plain = limit("2027-09-30", 1, "working_day")
    assert plain["due"] == "2027-10-01" and "2027" in plain["warnings"][0], plain
    prose = run(STATION, "deadline", "--from", "2027-09-30", "--amount", 1, "--unit",
                "working_day")
    assert "注意：没有 2027 年放假安排" in prose.out, prose.out
    with tempfile.TemporaryDirectory() as folder:
        path = notice(folder, 2027, ("2027-10-01", True))
        loaded = limit("2027-09-30", 1, "working_day", "--calendar", path)
        assert loaded["due"] == "2027-10-04" and loaded["warnings"] == [], loaded
        assert loaded["calendar"].startswith("2024-2027."), loaded
        # Next year's notice may change this year's December; both may be given.
        later = notice(folder, 2028, ("2027-12-31", True), name="2028.json")
        both = limit("2027-12-30", 1, "calendar_roll", "--calendar", later, "--calendar", path)
        assert both["due"] == "2028-01-03" and both["warnings"] == [], both


def test_the_shipped_calendars_are_the_published_notices():
    plain = limit("2026-09-30", 1, "working_day")["calendar"]
    for year in (2024, 2025, 2026):
        path = data_file(f"holidays_{year}.json")
        assert limit("2026-09-30", 1, "working_day", "--calendar", path)["calendar"] == plain, year


def test_bad_input_is_refused_with_what_to_do():
    good = {"--from": "2026-09-30", "--amount": "5", "--unit": "working_day"}

    def refused(code, drop=None, **changed):
        options = {**good, **{"--" + key: value for key, value in changed.items()}}
        options.pop(drop, None)
        words = [word for pair in options.items() for word in pair]
        return refusal(lambda *manner: run(STATION, "deadline", *words, *manner), 2, code)

    for option in good:
        error = refused("JY-0103", drop=option)
        assert option in json.dumps(error), error
    for date in ("2026-02-30", "30.9.2026", "tomorrow", "", "2026-09-30 25:00", "2026-13-01"):
        refused("JY-0408", **{"from": date})
    for date in ("1969-12-31", "2200-01-01", "9999-12-31"):
        error = refused("JY-0416", **{"from": date})
        assert "1970-2199" in json.dumps(error), error
    for amount in ("-1", "five", "1.5", "", "99999999999999999999"):
        refused("JY-0104", amount=amount)
    refused("JY-0416", amount="3651")
    refused("JY-0416", amount="87601", unit="hour")
    for unit in ("day", "", "WORKING_DAY"):
        refused("JY-0104", unit=unit)
    refusal(lambda *manner: run(STATION, "deadline", "--form", "2026-09-30", *manner), 2, "JY-0102")


def test_a_file_that_is_no_notice_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        def refused(path, code):
            return refusal(lambda *manner: run(
                STATION, "deadline", "--from", "2026-09-30", "--amount", 1, "--unit",
                "working_day", "--calendar", path, *manner), 2, code)

        refused(Path(folder) / "nothing.json", "JY-0106")
        refused(folder, "JY-0106")
        for number, text in enumerate(("", "{", "[]", '{"year":2027}', "放假",
                                       '{"year":2027,"papers":[],"days":[]}',
                                       '{"year":2027,"days":[{"name":"x","date":"2027-02-30",'
                                       '"isOffDay":true}]}', "[" * 100_000, " " * 300_000)):
            path = Path(folder) / f"{number}.json"
            path.write_text(text, encoding="utf-8")
            error = refused(path, "JY-0808")
            assert str(path) in json.dumps(error, ensure_ascii=False), error
