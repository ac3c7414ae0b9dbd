"""Who may take part: machines that are retired, revoked, replaced; the district's root key."""

import hashlib
import json

from jy import HUB, STATION, Node, World, add, run
from test_bundle import files_on, stick


def exported(node, name):
    folder = stick(node.world, name)
    node.ok("bundle", "export", "--out", folder)
    return folder


def standing(node):
    return {row["station"]: row["standing"] for row in node.ok("roster", "show")["machines"]}


def test_t2_a_stolen_laptop_is_refused_on_every_path_and_its_later_words_wait_for_a_person():
    with World() as world:
        stolen, other = world.station("SHG01"), world.station("SHG02")
        world.serve()
        known = add(stolen, "停用以前", "报上来了")["number"]
        world.sync(stolen)
        world.sync(other)
        assert standing(world.hub) == {"SHG01": "active", "SHG02": "active"}
        done = world.hub.ok("roster", "revoke", "SHG01", "--reason", "电脑被偷", "--as", "A1")
        assert done["standing"] == "revoked" and done["cut"] >= 1
        late = add(stolen, "停用以后", "小偷还是职工写的")["number"]

        # By network.
        refused = stolen.run("sync", "now", "--hub", world.address)
        assert refused.error["code"] == "JY-0310" and refused.error["data_safe"]
        # By stick: put aside, in the same words whenever it comes, and not used.
        up = exported(stolen, "up")
        for again in (False, True):
            taken = world.hub.ok("bundle", "import", up)
            # The appeal, and the row of the audit log about its export.
            assert taken["put_aside"] == (0 if again else 2), taken
            assert taken["imported"] == 0 and taken["refused"] == []
        assert world.hub.run("appeal", "show", late).error["code"] == "JY-0401"
        assert world.hub.ok("appeal", "show", known)["delivered"]
        # By way of another: one who knows the roster does not carry it.
        world.sync(other)
        assert standing(other) == {"SHG01": "revoked", "SHG02": "active"}
        carried = other.run("bundle", "import", files_on(up)[0])
        assert carried.error["code"] == "JY-0324"
        # Nothing goes to it any more.
        down = world.hub.run("bundle", "export", "--station", "SHG01", "--out",
                             stick(world, "down"))
        assert down.code != 0 and not files_on(world.folder / "down")

        # Somebody looks, and it was the clerk.
        alarms = world.hub.ok("alarm", "list")["alarms"]
        assert [alarm["kind"] for alarm in alarms] == ["late_words"]
        aside, row = world.hub.ok("quarantine", "list")["segments"]
        assert aside["station"] == "SHG01" and aside["ruling"] == row["ruling"] == "open"
        records = world.hub.ok("quarantine", "show", aside["id"])["records"]
        assert [(r["entity"], r["number"], r["title"]) for r in records if r["created"]] == [
            ("appeal", late, "停用以后")]
        left = world.hub.ok("quarantine", "leave", aside["id"], "--reason", "先问问", "--as", "A1")
        assert left["ruling"] == "left"
        assert world.hub.run("appeal", "show", late).code != 0
        taken = world.hub.ok("quarantine", "take", aside["id"], "--reason", "本人核实", "--as",
                             "A1")
        assert taken["ruling"] == "taken" and taken["ruled_by"] == "A1"
        assert world.hub.ok("appeal", "show", late)["appeal"]["title"] == "停用以后"
        twice = world.hub.run("quarantine", "take", aside["id"], "--reason", "再来", "--as", "A1")
        assert twice.error["code"] == "JY-0322"
        assert world.hub.run("quarantine", "show", 99).error["code"] == "JY-0320"
        assert world.hub.ok("verify")["ok"]
        # What comes after that waits again.
        add(stolen, "更后来", "又一条")
        assert world.hub.ok("bundle", "import", exported(stolen, "up3"))["put_aside"] >= 1


def test_a_revocation_ends_the_invitations_that_nobody_used_yet():
    with World() as world:
        world.station("SHG01")
        world.serve()
        old, others = world.invite("SHG01"), world.invite("SHG02")
        world.sync(Node(world, STATION, "SHG01"))
        world.hub.ok("roster", "revoke", "SHG01", "--reason", "连邀请一起被偷", "--as", "A1")
        thief, other, new = (Node(world, STATION, name) for name in ("thief", "other", "new"))
        thief.ok("init", "--invite", old, "--operator", "X")
        add(thief, "小偷写的", "不该进来")
        refused = thief.run("sync", "now", "--hub", world.address)
        assert refused.error["code"] == "JY-0306", refused.error
        other.ok("init", "--invite", others, "--operator", "W2")
        new.ok("init", "--invite", world.invite("SHG01"), "--operator", "W1")
        for node in (other, new):
            world.sync(node)
        assert world.hub.ok("appeal", "list")["total"] == 0


def test_t2_what_a_revoked_machine_recorded_in_time_is_taken_whenever_it_comes():
    with World() as world:
        node, other = world.station("SHG01"), world.station("SHG02")
        first = add(node, "一", "第一条")["number"]
        up = exported(node, "up")
        world.hub.ok("bundle", "import", up)
        world.serve()
        world.sync(other)
        # A second stick that the hub has not seen: it lies beyond what the hub had.
        second = add(node, "二", "第二条")["number"]
        later = exported(node, "later")
        world.hub.ok("roster", "revoke", "SHG01", "--reason", "丢了", "--as", "A1")
        assert world.hub.ok("bundle", "import", up)["known"] >= 1
        assert world.hub.ok("bundle", "import", later)["put_aside"] >= 1
        # Whoever takes one takes what stands before it.
        last = world.hub.ok("quarantine", "list")["segments"][-1]
        world.hub.ok("quarantine", "take", last["id"], "--reason", "丢失以前写的", "--as", "A1")
        assert world.hub.ok("status")["appeals"] == 2
        for number in (first, second):
            assert world.hub.ok("appeal", "show", number)


def test_a_retired_machine_cannot_connect_and_its_last_stick_is_taken_by_a_persons_word():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.sync(node)
        late = add(node, "最后一条", "退役以前没报上来")["number"]
        world.hub.ok("roster", "retire", "SHG01", "--reason", "换新电脑", "--as", "A1")
        assert world.hub.ok("station", "list")["stations"][0]["status"] == "retired"
        assert node.run("sync", "now", "--hub", world.address).error["code"] == "JY-0310"
        up = exported(node, "up")
        refused = world.hub.run("bundle", "import", files_on(up)[0])
        assert refused.error["code"] == "JY-0311" and refused.error["data_safe"]
        assert world.hub.run("appeal", "show", late).code != 0
        taken = world.hub.ok("bundle", "import", files_on(up)[0], "--take-retired")
        assert taken["imported"] >= 1 and taken["put_aside"] == 0
        assert world.hub.ok("appeal", "show", late)
        # There is no way back; revoking is one step further.
        again = world.hub.run("roster", "retire", "SHG01", "--reason", "x", "--as", "A1")
        assert again.error["code"] == "JY-0319"
        assert world.hub.ok("roster", "revoke", "SHG01", "--reason", "又丢了", "--as",
                            "A1")["standing"] == "revoked"
        nobody = world.hub.run("roster", "revoke", "SHG77", "--reason", "x", "--as", "A1")
        assert nobody.error["code"] == "JY-0317"


def test_a_new_pc_takes_the_place_of_a_retired_one():
    with World() as world:
        old = world.station("SHG01")
        world.serve()
        number = add(old, "旧电脑上的", "一条")["number"]
        world.sync(old)
        fresh = Node(world, STATION, "SHG01-new")
        fresh.ok("init", "--invite", world.invite("SHG01"), "--operator", "SHG01-W1")
        world.sync(fresh)
        # Two machines take part: which is meant must be said.
        ambiguous = world.hub.run("roster", "retire", "SHG01", "--reason", "换了", "--as", "A1")
        assert ambiguous.error["code"] == "JY-0318"
        machines = world.hub.ok("roster", "show")["machines"]
        assert [row["station"] for row in machines] == ["SHG01", "SHG01"]
        world.hub.ok("roster", "retire", machines[0]["node"][:12], "--reason", "换了", "--as",
                     "A1")
        after = {row["node"]: row["standing"]
                 for row in world.hub.ok("roster", "show")["machines"]}
        assert after == {machines[0]["node"]: "retired", machines[1]["node"]: "active"}
        world.sync(fresh)
        assert fresh.ok("appeal", "show", number)["appeal"]["title"] == "旧电脑上的"
        assert old.run("sync", "now", "--hub", world.address).error["code"] == "JY-0310"
        # The station itself is not withdrawn as long as one of its machines takes part.
        assert {row["status"] for row in world.hub.ok("station", "list")["stations"]} == {
            "active", "retired"}


def with_certificate(invitation, certificate):
    """That invitation with another certificate of the hub in it, as if the hub had made it."""
    document = json.loads(invitation.read_text(encoding="utf-8"))
    document["hub"]["certificate"] = certificate
    del document["checksum"]
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    document["checksum"] = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    changed = invitation.with_name("changed.invite")
    changed.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return changed


def test_the_root_key_certifies_the_hub_and_stations_know_it():
    with World() as world:
        node = world.station("SHG01")
        world.serve()
        world.sync(node)
        assert node.ok("roster", "show")["root"] is None
        words = world.folder / "root-words"
        words.write_text("四褐山 水库 七号\n", encoding="utf-8")
        root, request, certificate = (world.folder / name for name in ("root", "ask", "cert"))
        made = run(HUB, "roster", "new-root-key", "--out", root, "--new-passphrase-file", words,
                   "--json").json
        assert root.stat().st_mode & 0o077 == 0
        world.hub.ok("roster", "request", "--out", request)

        def sign(*more):
            return run(HUB, "roster", "sign", "--root-key", root, "--request", request, *more,
                       "--json")

        wrong = world.folder / "wrong-words"
        wrong.write_text("别的口令 一二三四\n", encoding="utf-8")
        refused = sign("--root-passphrase-file", wrong, "--out", certificate)
        assert refused.error["code"] == "JY-0316" and not certificate.exists()
        assert sign("--root-passphrase-file", words, "--out", certificate).code == 0
        done = world.hub.ok("roster", "certify", certificate)
        assert done["root"]["fingerprint"] == made["fingerprint"]
        world.sync(node)
        assert node.ok("roster", "show")["root"]["fingerprint"] == made["fingerprint"]
        # Stations of later get it with their invitation.
        assert world.station("SHG02").ok("roster", "show")["root"]["fingerprint"] == made[
            "fingerprint"]

        # The same again is no newer; what another key signed, or for another hub, is refused.
        assert world.hub.run("roster", "certify", certificate).error["code"] == "JY-0314"
        other_root, other = world.folder / "root2", world.folder / "cert2"
        run(HUB, "roster", "new-root-key", "--out", other_root, "--new-passphrase-file", words,
            "--json")
        request.unlink()
        world.hub.ok("roster", "request", "--out", request)
        assert run(HUB, "roster", "sign", "--root-key", other_root, "--request", request,
                   "--root-passphrase-file", words, "--out", other, "--json").code == 0
        assert world.hub.run("roster", "certify", other).error["code"] == "JY-0313"
        # So it is in an invitation: one by another root is refused, and so is a damaged one; the
        # station keeps what it knows, and a sound one is taken.
        good = world.invite("SHG01")
        signed = json.loads(other.read_text(encoding="utf-8").splitlines()[0])["certificate"]
        asked = node.ok("roster", "show")
        by_other = with_certificate(good, signed)
        assert node.run("rejoin", "--invite", by_other).error["code"] == "JY-0313"
        for at in (0, 40, len(signed) - 2):
            flipped = signed[:at] + f"{int(signed[at], 16) ^ 1:x}" + signed[at + 1:]
            refused = node.run("rejoin", "--invite", with_certificate(good, flipped))
            assert refused.error["code"] == "JY-0305" and refused.error["data_safe"], refused.out
        for hexes in ("", "zz", signed[:-2], signed + "00"):
            refused = node.run("rejoin", "--invite", with_certificate(good, hexes))
            assert refused.error["code"] == "JY-0305", (hexes, refused.out)
        assert node.ok("roster", "show") == asked
        node.ok("rejoin", "--invite", good)
        assert node.ok("roster", "show")["root"]["fingerprint"] == made["fingerprint"]
        # A new machine takes what its invitation says: it knows no other root yet. A damaged one it
        # refuses like any damage.
        fresh = Node(world, STATION, "SHG03")
        torn = with_certificate(world.invite("SHG03"), signed[:-1] + "0" * (signed[-1] != "0") +
                                "1" * (signed[-1] == "0"))
        assert fresh.run("init", "--invite", torn).error["code"] == "JY-0305"
        assert not fresh.data.exists()
        damaged = bytearray(other.read_bytes())
        damaged[60] ^= 1
        other.write_bytes(damaged)
        assert world.hub.run("roster", "certify", other).error["code"] == "JY-0312"
        assert world.hub.run("roster", "certify", world.folder / "none").error["code"] == "JY-0106"
        assert world.hub.ok("roster", "show")["root"]["fingerprint"] == made["fingerprint"]
