"""What the papers say is so: commands, options, codes, links, files, and the two scripts."""

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile

from pathlib import Path

from jy import BIN, HUB, QUICK, STATION, Skip, World, run
from refusals import CJK, error_of, unhurt

ROOT = Path(__file__).parents[2]
PROGRAMS = {"jiuying": STATION, "jiuying-hub": HUB}


def pages():
    found = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in found}


def code_blocks(text):
    """The fenced blocks, with lines continued by a backslash joined."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    return [re.sub(r"\\\n\s*", " ", block) for block in blocks]


def commands_of(program):
    """Every command of a program, from its own help, with its options."""
    overview = run(program, "help").out
    listed = re.findall(r"^  ([a-z]+(?: [a-z-]+)?) {2,}", overview, re.M)
    assert len(listed) > 15, overview
    found = {}
    for command in listed:
        page = run(program, *command.split(), "--help")
        assert page.code == 0 and CJK.search(page.out), command
        found[command] = set(re.findall(r"--[a-z][a-z-]*", page.out))
    return found


def test_every_link_of_the_papers_leads_somewhere():
    for path, text in pages().items():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target:
                assert (ROOT / path.parent / target).exists(), f"{path}: {target}"
    for kind in ("tutorial", "how-to", "reference", "explanation", "decisions"):
        assert list((ROOT / "docs" / kind).glob("*.md")), f"docs/{kind} is empty"
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("0*.md"))]
    assert numbers == list(range(1, len(numbers) + 1)), numbers


def test_every_command_of_the_papers_exists_with_its_options():
    known = {name: commands_of(program) for name, program in PROGRAMS.items()}
    seen = 0
    for path, text in pages().items():
        for block in code_blocks(text):
            for line in re.split(r"[\n|&;]", block):
                words = line.split("#")[0].split()
                if not words or words[0] not in PROGRAMS:
                    continue
                commands = known[words[0]]
                plain = [word for word in words[1:3] if re.fullmatch("[a-z][a-z-]*", word)]
                command = next((" ".join(plain[:n]) for n in (2, 1) if " ".join(plain[:n])
                                in commands), None)
                if command is None and words[1:] and words[1].startswith("-"):
                    continue
                assert command, f"{path}: {line.strip()}"
                for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", line):
                    assert option in commands[command] | {"--help"}, f"{path}: {line.strip()}"
                seen += 1
    assert seen > 20, seen


def test_the_reference_of_commands_is_what_the_programs_generate():
    kept = (ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
    parts = [run(program, "generate", "commands", "--lang", "en").out
             for program in (STATION, HUB)]
    assert kept.split("\n\n", 2)[2] == "\n".join(parts), (
        "docs/reference/command-line.md is old: behind its first two paragraphs stands what "
        "`generate commands --lang en` of both programs prints")


def test_every_code_of_the_papers_is_known_to_explain():
    for path, text in pages().items():
        for code in set(re.findall(r"JY-\d{4}", text)):
            assert run(STATION, "explain", code).code == 0, f"{path}: {code}"


def test_the_readme_says_what_a_newcomer_needs_and_names_tests_that_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(CJK.findall("\n".join(text.splitlines()[:6]))) > 50, "a summary in Chinese, on top"
    for word in ("packaging/quickstart.sh", "tests/run.sh", "LICENSE", "docs/dependencies.md"):
        assert word in text, word
    rows = re.findall(r"^\| (\d)\. \*\*.*\|$", text, re.M)
    assert rows == list("123456"), "the six promises"
    for row in re.findall(r"^\| \d\. .*$", text, re.M):
        named = re.findall(r"`([\w/]+(?:_\*)?[\w]*(?:\.\w+)?)`", row)
        named = [name for name in named if "test" in name]
        assert named, row
        for name in named:
            found = list(ROOT.glob(name)) or list((ROOT / "tests").rglob(Path(name).name))
            assert found, f"{name} is no test"
    assert "DEMO_OUTPUT" not in text


def test_the_threat_model_has_a_row_for_each_threat_and_names_tests_that_exist():
    text = (ROOT / "docs/reference/threat-model.md").read_text(encoding="utf-8")
    parts = re.split(r"^## T(\d+)\. .*$", text.split("## What is out of scope")[0], flags=re.M)[1:]
    threats = dict(zip(map(int, parts[::2]), parts[1::2]))
    assert list(threats) == list(range(1, 18))
    cases = {kind: set(re.findall(r'TEST_CASE\(\s*"(.*?)"[,)]', re.sub(
        r'"\s*\n\s*"', "", "".join(path.read_text(encoding="utf-8") for path in
                                (ROOT / "tests" / kind).glob("*.cpp"))), re.S))
             for kind in ("unit", "sim")}
    e2e = {f"{path.stem[5:]}.{name}" for path in (ROOT / "tests/e2e").glob("test_*.py")
           for name in re.findall(r"^def test_(\w+)", path.read_text(encoding="utf-8"), re.M)}
    for number, words in threats.items():
        named = re.findall(r'`(?:e2e ([\w.]+)|(unit|sim) "(.*?)")`', words)
        for script, kind, case in named:
            assert script in e2e or case in cases.get(kind, ()), (number, script or case)
        assert named or "*Not yet*" in words, number


def test_the_reference_of_fields_is_what_the_program_generates():
    page = run(STATION, "generate", "registry").out
    kept = (ROOT / "docs/reference/registry.md").read_text(encoding="utf-8")
    assert page == kept, "docs/reference/registry.md is old: jiuying generate registry"


def test_the_reference_of_the_life_cycle_is_what_the_program_generates():
    page = run(STATION, "generate", "workflow").out
    kept = (ROOT / "docs/reference/domain.md").read_text(encoding="utf-8")
    assert page == kept, "docs/reference/domain.md is old: jiuying generate workflow"


def test_licence_and_dependencies():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence and "Version 2.0" in licence
    debian = Path("/usr/share/common-licenses/Apache-2.0")
    if debian.exists():
        assert licence.split() == debian.read_text(encoding="utf-8").split()
    script = (ROOT / "packaging/packages.sh").read_text(encoding="utf-8")
    named = re.search(r"^packages=\((.*?)\)", script, re.M | re.S).group(1).split()
    dependencies = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    for package in named:
        if package.startswith("lib") or package in ("catch2", "python3"):
            assert package in dependencies, f"docs/dependencies.md lacks {package}"


def test_the_scripts_refuse_what_they_do_not_know():
    for script in sorted(ROOT.glob("packaging/*.sh")) + [ROOT / "tests/run.sh", ROOT / ".ci/run"]:
        assert subprocess.run(["bash", "-n", script]).returncode == 0, script
        assert os.access(script, os.X_OK), f"{script} can't be run"
    for words in (["--nonsense"], ["--appeals"], ["--appeals", "0"], ["--appeals", "many"]):
        done = run("bash", ROOT / "packaging/quickstart.sh", *words)
        assert done.code == 2 and CJK.search(done.err) and "error" in done.err, done.err
    done = run("bash", ROOT / "tests/run.sh", "--nonsense")
    assert done.code == 2 and "--nonsense" in done.err


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def play(script, folder):
    """Runs what a page tells to type; everything it started ends with it."""
    lines = ["set -e", "trap 'kill $(jobs -p) 2> /dev/null; wait' EXIT",
             f"export PATH={shlex.quote(str(BIN))}:$PATH", script]
    return run("bash", "-c", "\n".join(lines).replace("7340", free_port()),
               env={"HOME": str(folder), "PWD": str(folder)})


#: Until the hub listens at the port that `play` chooses; 30 s at most.
LISTENS = ("for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/7340) 2> /dev/null && break; "
           "sleep 0.1; done")


def test_the_readme_by_hand_works_as_typed():
    if not (BIN / "jiuying-hub").exists():
        raise Skip("no programs to try")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(block for block in code_blocks(text) if "jiuying-hub init" in block)
    with World(init=False) as world:
        waits = block.replace("&\n", f"&\n{LISTENS}\n", 1)
        done = play(f"cd {world.folder}; rm key\n{waits}", world.folder)
        assert done.code == 0, done.out + done.err
        assert "SHG01-" in done.out and "13900000001" not in done.out
        assert "未送达" not in done.out.splitlines()[-1]


def test_the_tutorial_works_as_typed():
    text = (ROOT / "docs/tutorial/first-station.md").read_text(encoding="utf-8")
    blocks = code_blocks(text)
    script = "\n".join(blocks[1:] if "PATH=" not in blocks[0] else
                       [line for line in blocks[0].splitlines() if "PATH=" not in line]
                       + blocks[1:])
    starts = script.count("--listen")
    assert starts == 2, "the page has changed: teach this test"
    serving = re.compile(r"^(jiuying-hub serve .*&)$", re.M)
    script = serving.sub(lambda line: f"{line[1]}\n{LISTENS}", script)
    script = script.replace("jiuying appeal edit", "kill %1; wait\njiuying appeal edit", 1)
    number = "$(jiuying appeal list --data st --key-file key | grep -o 'SHG01-[0-9-]*' | head -1)"
    conflict = ("$(jiuying conflict list --data st --key-file key | grep -o '[0-9a-f]\\{32\\}'"
                " | head -1)")
    script = script.replace(" NUMBER ", f" {number} ").replace(" ID ", f" {conflict} ")
    with World(init=False) as world:
        done = play(f"set -m\ncd {world.folder}; rm key\n{script}", world.folder)
        assert done.code == 0, done.out + done.err
        assert "13900000001" not in done.out and "已送达" in done.out
        digests = re.findall(r"[0-9a-f]{64}", done.out)
        assert len(digests) == 2 and digests[0] == digests[1], digests
        assert "全部正确" in done.out and "没有冲突" in done.out, done.out


def follow(lines, folder):
    """Types the commands that the demo ends with, each as it stands. Gives what they answered."""
    answers, serving = {}, []
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    try:
        for line in lines:
            words = shlex.split(line)
            if "serve" in words:
                serving.append(subprocess.Popen(
                    line, shell=True, executable="/bin/bash", cwd=folder, env=env,
                    stderr=subprocess.PIPE, text=True, start_new_session=True))
                said = serving[-1].stderr.readline()
                assert said.startswith(("listening ", "serving")), line
                assert serving[-1].stderr.readline().startswith("page http://127.0.0.1:"), line
                continue
            done = subprocess.run(line, shell=True, executable="/bin/bash", cwd=folder, env=env,
                                  capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            answers[" ".join(words[1:3])] = done.stdout
    finally:
        for program in serving:
            os.killpg(program.pid, signal.SIGINT)
            program.wait(30)
    return answers


def test_the_demo_tells_its_story_and_where_to_look():
    with tempfile.TemporaryDirectory() as folder:
        env = {"TMPDIR": folder, "PATH": f"{BIN}:{os.environ['PATH']}"}
        count = "15" if QUICK else "30"
        done = unhurt(run("jiuying", "demo", "--appeals", count, env=env))
        assert done.code == 0, done.out + done.err
        assert len(CJK.findall(done.out)) > 300 and done.err == "", done.err
        for word in (count, "冲突", "JDJ01", "沙龙", "回执", "区中"):
            assert word in done.out, word
        kept = list(Path(folder).iterdir())
        assert len(kept) == 1 and str(kept[0]) in done.out, "it says where its data is"
        typed = [line.strip() for line in done.out.splitlines() if line.startswith("     ")
                 and line.split()[0] in ("jiuying", "jiuying-hub", "rm")]
        verbs = {" ".join(line.split()[1:3]) for line in typed}
        assert {"appeal list", "appeal show", "conflict list", "conflict resolve",
                "sync now"} <= verbs
        answers = follow(typed, folder)
        assert "SHG01-" in answers["appeal show"] and "未采用" in answers["appeal show"]
        assert "SHG01-" in answers["conflict list"], "one conflict waits for the reader"
        assert list(Path(folder).iterdir()) == [], "the last line removes everything"


def test_the_demo_opens_both_pages_where_asked_to():
    with World(init=False) as world:
        demo = subprocess.Popen([STATION, "demo", "--appeals", "12", "--pages", "--clean", "--data",
                                 world.folder / "story", "--lang", "en"], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        links = []
        for line in demo.stdout:
            found = re.match(r"\s+http://(127\.0\.0\.1:\d+)/#/setup\?code=[A-Z0-9-]+", line)
            links += found.groups() if found else ()
            if "Enter ends them" in line:
                break
        assert len(set(links)) == 2, links
        roles = set()
        for link in links:
            host, port = link.split(":")
            asked = http.client.HTTPConnection(host, int(port), timeout=20)
            asked.request("GET", "/auth/session")
            facts = json.loads(asked.getresponse().read())
            assert facts["needs_setup"], facts
            roles.add(facts["node"]["role"])
        assert roles == {"hub", "station"}
        demo.communicate("\n", timeout=60)
        assert demo.returncode == 0 and not (world.folder / "story").exists()


def test_the_demo_cleans_up_where_asked_to():
    with tempfile.TemporaryDirectory() as folder:
        done = run(STATION, "demo", "--appeals", "6", "--clean", "--lang", "en",
                   env={"TMPDIR": folder})
        assert done.code == 0 and "conflict" in done.out, done.out + done.err
        assert list(Path(folder).iterdir()) == [], "the demo cleans up"
    for bad in ("0", "5", "many", "99999999"):
        done = run(STATION, "demo", "--appeals", bad, "--json")
        assert done.code == 2 and error_of(done)["code"] == "JY-0104", done.out


def test_the_demo_never_touches_a_folder_that_was_there():
    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder) / "letters.txt"
        mine.write_text("我的信", encoding="utf-8")
        done = unhurt(run(STATION, "demo", "--appeals", "12", "--data", folder))
        assert mine.read_text(encoding="utf-8") == "我的信", "the demo removed a person's file"
        assert done.code != 0 and CJK.search(done.err), done.out
