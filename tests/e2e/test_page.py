"""The page from outside: who gets in, what is refused unseen, what the API answers."""

import gzip
import http.client
import json
import re
import time
from pathlib import Path

from jy import STATION, Skip, World, add, run
from page_desk import Person, invited, line_of, raw

ROOT = Path(__file__).parents[2]


def station(world):
    node = world.station("SHG01")
    return node, world.serve_station(node)


def test_first_person_comes_by_a_code_that_is_good_once():
    with World() as world:
        node, server = station(world)
        person = Person(server)
        facts = person.ok(person.get("/auth/session"))
        assert facts["needs_setup"] and not facts["signed_in"], facts
        assert person.set_up("0000-0000-0000-0000", "W01", "王芳").code == "JY-1106"
        code = person.set_up_first()
        assert not person.ok(person.get("/auth/session"))["needs_setup"]
        assert Person(server).set_up(code, "W02", "李").code == "JY-1106"
        assert person.ok(person.get("/api/me"))["roles"] == ["recorder", "handler"]
        # A restart signs everybody out and offers no code any more.
        server.stop()
        server = world.serve_station(node)
        again = Person(server)
        again.cookie = person.cookie
        assert again.get("/api/me").status == 401
        assert line_of(server, "setup", 0.5) is None
        again.ok(again.sign_in("W01"))
        assert again.cookie != person.cookie
        assert node.ok("audit", "list", "--action", "page.setup")["total"] == 1


def test_without_a_login_every_path_under_api_is_the_same():
    with World() as world:
        _, server = station(world)
        stranger = Person(server)
        bodies = set()
        for path in ("/api", "/api/", "/api/me", "/api/appeals", "/api/nothing", "/api/appeals/x",
                     "/api/%zz", "/api/../x", "/api/live"):
            for method in ("GET", "POST"):
                answer = stranger.ask(method, path)
                assert answer.status == 401, f"{method} {path}: {answer.status}"
                bodies.add(answer.body)
        assert len(bodies) == 1
        stranger.cookie = "sid-00000000=" + "0" * 64
        assert stranger.get("/api/me").status == 401


def test_foreign_hosts_and_foreign_pages_get_nothing():
    with World() as world:
        _, server = station(world)
        person = Person(server)
        person.set_up_first()
        port = person.netloc.rsplit(":", 1)[1]
        for host in ("evil.example", f"evil.example:{port}", f"localhost.:{port}", "127.0.0.1",
                     f"LOCALHOST:{port}", "user" + f"@127.0.0.1:{port}", f"0.0.0.0:{port}", ""):
            answer = person.get("/api/me", Host=host)
            assert answer.status in (400, 403), f"{host}: {answer.status}"
        person.ok(person.get("/api/me", Host=f"localhost:{port}"))
        body = {"text": "不该登记"}
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Content_Type": "text/plain"}, {"Sec_Fetch_Site": "cross-site"},
                        {"Content_Type": "application/x-www-form-urlencoded"},
                        {"X_JY_Token": None}, {"X_JY_Token": "0" * 64}):
            answer = person.post("/api/appeals", body, **headers)
            assert answer.status == 403 and answer.code == "JY-1105", f"{headers}: {answer.body}"
        assert person.ok(person.get("/api/appeals"))["total"] == 0
        answer = person.get("/")
        for name in ("content-security-policy", "x-content-type-options", "referrer-policy",
                     "cross-origin-opener-policy", "x-frame-options"):
            assert name in answer.headers, name
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


def test_malformed_and_slow_requests_end():
    with World() as world:
        _, server = station(world)
        person = Person(server)
        host = f"Host: {person.netloc}\r\n".encode()
        for data in (b"GET / HTTP/1.0\r\n" + host + b"\r\n",
                     b"GET / HTTP/1.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + host + host + b"\r\n",
                     b"GET http://evil.example/ HTTP/1.1\r\n" + host + b"\r\n",
                     b"BREW / HTTP/1.1\r\n" + host + b"\r\n",
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
                     b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 20000 + b"\r\n\r\n",
                     b"POST /auth/login HTTP/1.1\r\n" + host
                     + b"Content-Type: application/json\r\nContent-Length: 5\r\n"
                     + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"POST /auth/login HTTP/1.1\r\n" + host
                     + b"Content-Type: application/json\r\nContent-Length: 999999999\r\n\r\n"):
            got = raw(person.netloc, data)
            status = int(got.split()[1]) if got else 0
            assert status == 0 or 400 <= status < 500, f"{data[:60]}: {got[:100]}"
        # A head that does not come, and a body that stops: neither holds a connection for long.
        began = time.monotonic()
        raw(person.netloc, b"GET / HTTP/1.1\r\n" + host, patience=15)
        assert time.monotonic() - began < 12
        assert person.get("/auth/session").status == 200


def test_guesses_lock_an_account_and_the_owner_unlocks_it():
    with World() as world:
        node, server = station(world)
        person = Person(server)
        person.set_up_first()
        guesser = Person(server)
        for _ in range(5):
            assert guesser.sign_in("W01", "Wrong-pass1").code == "JY-1102"
        assert guesser.sign_in("W01").code == "JY-1103"
        assert guesser.sign_in("nobody", "Wrong-pass1").code == "JY-1102"
        # Who is signed in goes on working.
        person.ok(person.get("/api/me"))
        assert node.ok("user", "list")["users"][0]["locked"]
        node.ok("user", "unlock", "--user", "W01")
        guesser.ok(guesser.sign_in("W01"))
        # And all attempts together are bounded.
        codes = [guesser.sign_in("nobody", "x").code for _ in range(30)]
        assert "JY-1109" in codes, codes
        rows = node.ok("audit", "list", "--action", "page.login")["rows"]
        assert any(row["result"] == "refused" and row["detail"] == "locked" for row in rows), rows


def test_an_appeal_through_the_api_is_that_of_the_command_line():
    with World() as world:
        node, server = station(world)
        person = Person(server)
        person.set_up_first()
        fields = {"type": "complaint", "title": "路灯不亮", "text": "请打 13900005678 联系",
                  "contact": "王小二", "phone": "13900005678"}
        made = person.ok(person.post("/api/appeals", fields))
        assert node.ok("appeal", "show", made["id"])["appeal"]["phone"] == "13900005678"
        shown = person.ok(person.get("/api/appeals/" + made["id"]))
        assert shown["appeal"]["phone"] == "139****5678", shown["appeal"]
        assert made["query_code"].replace("-", "") not in json.dumps(shown)
        assert "13900005678" not in json.dumps(shown)
        history = node.ok("appeal", "show", made["id"])["history"]
        assert {row["actor"] for row in history} == {"W01"}
        assert person.ok(person.post("/api/appeals/search", {"search": "路灯"}))["total"] == 1
        edit = f"/api/appeals/{made['id']}/edit"
        person.ok(person.post(edit, {"set": {"title": "路灯不亮了"}, "seen": shown["seen"]}))
        # What somebody else changed since is not covered unseen; what he did not touch is.
        late = person.post(edit, {"set": {"title": "我的标题"}, "seen": shown["seen"]})
        assert late.status == 409 and late.code == "JY-1114", late.body
        assert person.post(edit, {"set": {"title": "x"}}).status == 400
        person.ok(person.post(edit, {"set": {"place": "三组"}, "seen": shown["seen"]}))
        person.ok(person.post(edit, {"set": {"phone": "13900005679"}, "seen": shown["seen"]}))
        assert node.ok("appeal", "show", made["id"])["appeal"]["title"] == "路灯不亮了"
        refused = person.post("/api/appeals", {"text": "x", "type": "nonsense"})
        assert refused.code == "JY-0407" and refused.json["error"]["data_safe"] is True
        assert refused.json["en"]["code"] == "JY-0407" and refused.json["error"]["data"]
        assert person.get("/api/appeals/none").code == "JY-0401"
        assert person.get("/api/nothing").code == "JY-1108"
        # To see it all takes a reason, and is on record before it is seen.
        assert person.post(f"/api/appeals/{made['id']}/reveal", {}).status == 400
        seen = person.ok(person.post(f"/api/appeals/{made['id']}/reveal", {"reason": "contact"}))
        assert seen["appeal"]["phone"] == "13900005679"
        rows = node.ok("audit", "list", "--action", "appeal.reveal")["rows"]
        assert [(row["actor"], row["target"], row["detail"]) for row in rows] == [
            ("W01", made["number"], "contact")]
        # A draft is mine, and outlives the program.
        person.ok(person.post("/api/drafts/one", {"text": "写了一半"}))
        server.kill()
        server = world.serve_station(node)
        person = Person(server)
        person.ok(person.sign_in("W01"))
        drafts = person.ok(person.get("/api/drafts"))["drafts"]
        assert drafts[0]["content"] == {"text": "写了一半"}, drafts


def test_roles_open_their_own_paths_only():
    with World() as world:
        server = world.serve()
        made = add(world.hub)
        people = {role: invited(world.hub, server, role.upper(), role)
                  for role in ("recorder", "dispatcher", "leader", "system_admin",
                               "security_admin", "audit_admin")}
        expected = {
            ("GET", "/api/appeals/" + made["id"]): {"dispatcher", "leader"},
            ("GET", "/api/reports/totals?by=state"): {"dispatcher", "leader"},
            ("GET", "/api/stations"): {"dispatcher", "leader", "system_admin"},
            ("GET", "/api/users"): {"security_admin"},
            ("GET", "/api/audit"): {"audit_admin"},
            ("GET", "/api/status"): set(people),
            ("POST", "/api/appeals"): {"recorder", "dispatcher", "leader"},
        }
        for (method, path), allowed in expected.items():
            for role, person in people.items():
                answer = person.ask(method, path, {"text": "内容", "type": "inquiry"})
                fits = answer.status == 200 if role in allowed else answer.status in (403, 404)
                assert fits, f"{role} {method} {path}: {answer.status} {answer.body[:200]}"
        act = f"/api/appeals/{made['id']}/act"
        assert people["leader"].post(act, {"kind": "dispatched", "unit": "X"}).code == "JY-1104"
        assert people["dispatcher"].post(act, {"kind": "arrived"}).code == "JY-1104"
        assert people["dispatcher"].post(act, {"kind": "nonsense"}).code == "JY-1104"
        # Who is removed is out at the next request.
        world.hub.ok("user", "remove", "--user", "LEADER")
        assert people["leader"].get("/api/me").status == 401


def test_every_role_on_every_path():
    """By the tables of the reference page: what they do not give is refused, whatever the path."""
    text = (Path(__file__).parents[2] / "docs/reference/api.md").read_text(encoding="utf-8")
    routes = re.findall(r"^\| `(GET|POST) (/api/\S+)` \|.*\| (\w+) \| `(\w+)` \|$", text, re.M)
    table = re.findall(r"^\| `(\w+)` .*?\|((?: yes \|| \|)+)$", text, re.M)
    roles = re.search(r"^\| Action \|(.*)\|$", text, re.M).group(1).replace(" ", "").split("|")
    allowed = {action: {role for role, cell in zip(roles, cells.split("|")) if "yes" in cell}
               for action, cells in table}
    assert len(routes) > 40 and len(allowed) == 18 and len(roles) == 9, (len(routes), allowed)
    with World() as world:
        server = world.serve()
        made = add(world.hub)
        asked = 0
        for role in roles:
            person = invited(world.hub, server, role.upper(), role)
            for method, path, where, action in routes:
                if path in ("/api/live", "/api/users/{id}/remove"):
                    continue
                answer = person.ask(method, path.replace("{id}", made["id"]),
                                    {"kind": "dispatched"} if path.endswith("/act") else {})
                asked += 1
                if role not in allowed[action]:
                    assert answer.status == 403 and answer.code == "JY-1104", (
                        f"{role} {method} {path}: {answer.status} {answer.body[:200]}")
                else:
                    # What was asked may lack something; it is not refused for the role.
                    own = role in ("handler", "recorder") or path.endswith("/act")
                    assert own or answer.status != 403, f"{role} {method} {path}: {answer.body}"
                    assert answer.status < 500, f"{role} {method} {path}: {answer.body[:200]}"
        print(f"      {asked} questions")


def test_open_pages_hear_of_changes():
    with World() as world:
        node, server = station(world)
        person = Person(server)
        person.set_up_first()
        host, port = person.netloc.rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        connection.request("GET", "/api/live", headers={"Cookie": person.cookie,
                                                        "Host": person.netloc})
        response = connection.getresponse()
        assert response.headers["Content-Type"] == "text/event-stream"

        def next_state():
            while True:
                line = response.readline().decode()
                if line.startswith("data: "):
                    return json.loads(line[6:])

        first = next_state()
        assert first["unsent"] >= 0 and first["receipt_time"] is None
        add(node)
        assert next_state()["unsent"] > first["unsent"]
        # A stop does not wait for who listens.
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 8
        connection.close()


def test_the_page_stays_on_this_pc():
    with World() as world:
        node = world.station("SHG01")
        for address in ("0.0.0.0:0", "192.0.2.1:80", "example.com:80", "nonsense"):
            done = node.run("serve", "--http", address, timeout=20)
            assert done.code != 0 and done.error["code"] == "JY-1115", done.out
        server = world.serve_station(node)
        assert line_of(server, "page")
        server.stop()
        server = type(server)(node, "--http", "off", "--hub", "127.0.0.1:9", listens=False)
        world.servers.append(server)
        assert line_of(server, "page", 0.5) is None


#: What browsers on Chromium 86 do not know.
TOO_NEW = (":has(", "color-mix", "@layer", ":where(", ":is(", "aspect-ratio", "inset:",
           "structuredClone", "Object.hasOwn(", ".at(-", "crypto.randomUUID", "new Function",
           "eval(")


def test_the_bundle_is_small_and_for_old_browsers():
    with World() as world:
        _, server = station(world)
        person = Person(server)
        first = person.get("/")
        if first.headers["content-type"].startswith("text/plain"):
            raise Skip("built without the page (-DJIUYING_WEB=OFF)")
        index = gzip.decompress(first.body).decode()
        assert "<style" not in index and "onload" not in index
        waiting = re.findall(r'(?:src|href)="(/[^"]+)"', index)
        seen, total = {}, len(first.body)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            answer = person.get(path)
            assert answer.status == 200, path
            total += len(answer.body)
            text = seen[path] = gzip.decompress(answer.body).decode()
            found = [word for word in TOO_NEW if word in text]
            assert not found, f"{path}: {found}"
            if path.startswith("/assets/"):
                assert "immutable" in answer.headers["cache-control"]
                waiting += ["/assets/" + name
                            for name in re.findall(r'[./]((?:[\w.-]+)\.(?:js|css))"', text)]
            again = person.get(path, If_None_Match=answer.headers["etag"])
            assert again.status == 304 and not again.body
        assert len(seen) > 20, sorted(seen)
        assert total <= 480_000, total
        assert person.get("/assets/none.js").status == 404
        assert person.get("/%2e%2e/etc/passwd").status == 404
        print(f"      bundle: {len(seen) + 1} files, {total} bytes compressed")


def test_the_page_has_words_for_every_action_of_the_audit_log():
    told = (ROOT / "docs/reference/audit-log.md").read_text(encoding="utf-8")
    told = told.split("## What is written down")[1].split("\n## ")[0]
    actions = set()
    for line in re.findall(r"^\| (`.*?) \|", told, re.M):
        subject = ""
        for action in re.findall(r"`([a-z_.]+)`", line):
            action = subject + action if action.startswith(".") else action
            subject = action.split(".")[0]
            actions.add(action)
    assert "keyring.rotate" in actions, actions
    words = (ROOT / "node/web/src/words/audit.ts").read_text(encoding="utf-8")
    assert actions == set(re.findall(r"^  '([a-z_.]+)': \['", words, re.M))


def test_the_reference_page_is_what_the_program_makes():
    made = run(STATION, "generate", "api").out
    kept = (Path(__file__).parents[2] / "docs/reference/api.md").read_text(encoding="utf-8")
    assert made == kept, "jiuying generate api > docs/reference/api.md"
