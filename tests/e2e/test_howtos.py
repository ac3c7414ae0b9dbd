"""The how-tos for bad days, each done as written: by the commands of its page alone."""

import os
import re
import shlex
import subprocess

from jy import BIN, STATION, Node, Result, World, add, run
from test_bundle import stick
from test_documents import ROOT, code_blocks

#: Options by which somebody would type a passphrase, and what stands in for the typing.
TYPED = {"roster new-root-key": "--new-passphrase-file", "roster sign": "--root-passphrase-file",
         "keyring passphrase": "--new-passphrase-file", "keyring recover": "--new-passphrase-file",
         "keyring new-recovery-key": "--new-passphrase-file"}
#: Of the district's recovery key, which is another one's passphrase.
RECOVERY = {"keyring recover": "--recovery-passphrase-file",
            "keyring recovery-drill": "--recovery-passphrase-file"}


class Page:
    """A page of docs/how-to, whose blocks are typed one after the other."""

    def __init__(self, world, name, **names):
        self.world = world
        self.blocks = code_blocks((ROOT / "docs/how-to" / name).read_text(encoding="utf-8"))
        self.names = names
        self.typed = 0

    def line(self, line):
        """One command as it is typed: names of folders and files are those of the test."""
        line = line.split("  #")[0]
        for name, value in self.names.items():
            line = re.sub(rf"(?<![\w/-]){re.escape(name)}(?![\w-])", str(value), line)
        words = shlex.split(line)
        assert words[0] in ("jiuying", "jiuying-hub"), line
        command = " ".join(words[1:3])
        for table, words_file in ((TYPED, self.world.folder / "words"),
                                  (RECOVERY, self.world.folder / "recovery-words")):
            option = table.get(command)
            if option and option not in words:
                if command == "keyring new-recovery-key":
                    words_file = self.world.folder / "recovery-words"
                words += [option, words_file]
        if "--data" in words and "--passphrase-file" not in words and not command.startswith(
                "keyring rec"):
            words += ["--key-file", self.world.key]
        done = subprocess.run([BIN / words[0], *map(str, words[1:])], cwd=self.world.folder,
                              capture_output=True, text=True, timeout=120, check=False)
        return Result(done.returncode, done.stdout, done.stderr)

    def do(self, block, codes=(0,)):
        """Types a block; what the commands answered."""
        answers = []
        for line in self.blocks[block].replace("\\\n", " ").splitlines():
            if not line.strip():
                continue
            done = self.line(line)
            assert done.code in codes, f"{line}\n{done.out}{done.err}"
            answers.append(done.out)
        self.typed += 1
        return answers


def page(world, name, **names):
    for file in ("words", "recovery-words"):
        path = world.folder / file
        path.write_text(f"{file} 四褐山 水库 七号\n", encoding="utf-8")
    return Page(world, name, **names)


def exported(node, folder):
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    node.ok("bundle", "export", "--out", folder)


def test_a_lost_laptop_and_a_leaving_employee():
    with World() as world:
        lost, left = world.station("SHG01"), world.station("SHG02")
        world.serve()
        world.sync(lost)
        world.sync(left)
        usb = stick(world, "usb")
        to = page(world, "withdraw-a-machine.md", HUB=world.hub.data, **{"/media/stick": usb})
        to.do(0)
        assert lost.run("sync", "now", "--hub", world.address).error["code"] == "JY-0310"
        late = add(lost, "丢失以前写的", "在路上")["number"]
        exported(lost, usb)
        told = to.do(1)
        assert "隔离" in told[0] and late in told[3] and "已采用" in told[4]
        assert world.hub.ok("appeal", "show", late)
        forged = add(lost, "小偷写的", "不是站里的")["number"]
        exported(lost, usb)
        world.hub.ok("bundle", "import", usb)
        to.blocks[2] = to.blocks[2].replace("leave 1", "leave 2")
        assert "不采用" in to.do(2)[0]
        assert world.hub.run("appeal", "show", forged).code != 0
        # The other one goes into retirement with something still on it.
        last = add(left, "最后一条", "没报上来")["number"]
        to.blocks[3] = to.blocks[3].replace("SHG01", "SHG02")
        to.do(3)
        exported(left, usb)
        to.do(4)
        assert world.hub.ok("appeal", "show", last)
        made = to.do(5)[0]
        to.do(6)
        assert world.hub.ok("roster", "show")["root"]["fingerprint"] in made
        assert to.typed == len(to.blocks)


def test_a_lost_stick():
    with World() as world:
        node = world.station("SHG01")
        number = add(node, "路灯不亮", "村口路灯坏了")["number"]
        words = world.folder / "words"
        to = page(world, "carry-a-stick.md", HUB=world.hub.data, DATA=node.data, P=words,
                  **{"/media/usb": stick(world, "usb")})
        node.ok("keyring", "passphrase", "--new-passphrase-file", words)
        world.hub.ok("keyring", "passphrase", "--new-passphrase-file", words)
        to.do(0)
        for file in (world.folder / "usb").iterdir():
            file.unlink()  # It is lost, and found by somebody.
        assert not node.ok("appeal", "show", number)["delivered"]
        for block in (0, 1, 2):
            to.do(block)
        assert node.ok("appeal", "show", number)["delivered"]
        assert to.typed == len(to.blocks) + 1


def test_a_new_pc():
    with World() as world:
        old = world.station("SHG01")
        server = world.serve()
        number = add(old, "旧电脑上的", "一条")["number"]
        world.sync(old)
        words = world.folder / "words"
        new = Node(world, STATION, "new")
        to = page(world, "replace-a-pc.md", HUB=world.hub.data, P=words,
                  **{"/var/lib/jiuying": new.data, "HOST:PORT": world.address,
                     "/mnt/second-disk": stick(world, "second"),
                     "shg01-new.invite": world.invite("SHG01")})
        to.do(0)
        assert run(STATION, "appeal", "show", number, "--data", new.data, "--passphrase-file",
                   words, "--json").json["appeal"]["title"] == "旧电脑上的"
        server.stop()
        world.hub.ok("keyring", "passphrase", "--new-passphrase-file", words)
        told = to.do(1)
        assert told and os.listdir(world.folder / "second")
        to.do(2)
        assert to.typed == len(to.blocks)


def test_a_forgotten_passphrase():
    with World() as world:
        to = page(world, "keep-the-keys.md")
        to.do(0)
        node = Node(world, STATION, "SHG01")
        forgotten = world.folder / "forgotten"
        forgotten.write_text("nobody knows it any more\n", encoding="utf-8")
        to.names = {"DATA": node.data, "FILE": world.invite("SHG01"), "P": forgotten}
        to.do(1)
        number = run(STATION, "appeal", "add", "--from", "-", "--data", node.data,
                     "--passphrase-file", forgotten, "--json",
                     stdin='{"type":"complaint","title":"路灯","text":"坏了"}').json["number"]
        forgotten.unlink()
        # The passphrase is chosen anew by the recovery key, with the block that says so.
        recover = next(i for i, block in enumerate(to.blocks) if "keyring recover " in block)
        to.do(recover)
        shown = run(STATION, "appeal", "show", number, "--data", node.data, "--passphrase-file",
                    world.folder / "words", "--json")
        assert shown.code == 0 and shown.json["appeal"]["title"] == "路灯"
