"""Reading refusals: what the tests about bad input ask of every single one of them.

A refusal has the exit code of the table, and a document with code, message, whether the data is
safe, and the next step; it is Chinese unless English was asked for; it repeats nothing personal.
"""

import json
import re
import subprocess

from jy import Result

CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
#: Codes of programs that ended by themselves, by the table of the contract.
TABLE = {0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 130}


def unhurt(done):
    """Whatever the answer is, the program gave it: no signal, no sanitizer, no assertion."""
    assert done.code in TABLE, f"exit {done.code}\n{done.out}\n{done.err}"
    for word in ("Sanitizer", "runtime error", "terminate called", "JY_ASSERT", "assertion"):
        assert word not in done.err, done.err
    return done


def told_nothing_of(secrets, *results):
    for done in results:
        for secret in secrets:
            assert secret not in done.out, f"stdout repeats {secret}: {done.out}"
            assert secret not in done.err, f"stderr repeats {secret}: {done.err}"


def error_of(done, english=False):
    """The error of one document on stdout, all of its parts there."""
    document = json.loads(done.out)
    assert isinstance(document, dict), done.out
    error = document["error"]
    assert re.fullmatch(r"JY-\d{4}", error["code"]), error
    assert isinstance(error["data_safe"], bool), error
    for part in ("message", "next"):
        assert isinstance(error[part], str) and error[part].strip(), error
        assert bool(CJK.search(error[part])) != english, error
    return error


def refusal(call, exit_code, code, safe=True, secrets=()):
    """`call(*manner)` is a command that must fail alike in JSON, in English and in prose.

    Returns the Chinese error of the document; a refused command changes nothing, so that it may be
    asked three times.
    """
    zh, en, prose = call("--json"), call("--json", "--lang", "en"), call()
    for done in (zh, en, prose):
        unhurt(done)
        assert done.code == exit_code, f"exit {done.code}, not {exit_code}\n{done.out}\n{done.err}"
    told_nothing_of(secrets, zh, en, prose)
    errors = [error_of(zh), error_of(en, english=True)]
    for error in errors:
        assert error["code"] == code, f"{error['code']}, not {code}: {error}"
        assert error["data_safe"] is safe, error
    assert prose.out == "", prose.out
    lines = prose.err.splitlines()
    assert any(code in line for line in lines), prose.err
    assert any(line.startswith("数据：") for line in lines), prose.err
    assert any(line.startswith("下一步：") for line in lines), prose.err
    return errors[0]


def refused(node, *words, exit_code, code, stdin=None, safe=True, secrets=()):
    """The same for a command of a node that has its folder and key."""
    def call(*manner):
        return node.run(*words, *manner, stdin=stdin, json_out=False)
    return refusal(call, exit_code, code, safe=safe, secrets=secrets)


def stops(popen, exit_code, code, tries=({}, {"lang": "en"})):
    """A program that would stay, and must end at once with a refusal on stdout."""
    errors = []
    for manner in tries:
        words = ["--json"] + (["--lang", "en"] if manner else [])
        process = popen(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                        stdin=subprocess.DEVNULL)
        try:
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
        done = unhurt(Result(process.returncode, out, err))
        assert done.code == exit_code, f"exit {done.code}\n{out}\n{err}"
        errors.append(error_of(done, english=bool(manner)))
        assert errors[-1]["code"] == code, errors[-1]
    return errors[0]


def intact(node, appeals):
    """Nothing lost: the number of appeals, and the tables are what the log says."""
    assert node.ok("appeal", "list", "--limit", 0)["total"] == appeals
    report = node.ok("verify")
    assert report["ok"] is True and report["problems"] == [], report
