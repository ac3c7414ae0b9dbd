"""The hub's page for other PCs: TLS or nothing, names, two units, slow clients, guesses."""

import json
import socket
import ssl
import subprocess
import threading
import time

from jy import QUICK, Server, World, add
from page_desk import PASSWORD, FarPerson, invited, line_of, raw
from test_orders import act, people

NAME = "hub.example"


def certificate(folder, *names, word="hub", days="2"):
    """A certificate for these names that vouches for itself, and its key."""
    made, key = folder / f"{word}.pem", folder / f"{word}.key"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-keyout", str(key), "-out", str(made), "-days", days, "-subj", "/CN=page"]
    if names:
        words += ["-addext", "subjectAltName=" + ",".join(names)]
    subprocess.run(words, check=True, capture_output=True)
    return made, key


def open_hub(world, *words, http="127.0.0.1:0"):
    server = Server(world.hub, "--listen", "127.0.0.1:0", "--http", http, *words, listens=True)
    assert server.address, "".join(server.lines)
    world.servers.append(server)
    return server


def far(certificate_file, **how):
    return lambda server: FarPerson(server, certificate_file, **how)


def test_other_pcs_get_in_by_tls_or_not_at_all():
    with World() as world:
        made, key = certificate(world.folder, "DNS:" + NAME)
        other, _ = certificate(world.folder, "DNS:" + NAME, word="other")
        nameless, nameless_key = certificate(world.folder, word="nameless")
        stars, stars_key = certificate(world.folder, "DNS:*.example", word="stars")
        locked = world.folder / "locked.key"
        subprocess.run(["openssl", "pkey", "-in", str(key), "-aes256", "-passout", "pass:secret1",
                        "-out", str(locked)], check=True, capture_output=True)
        nonsense = world.folder / "nonsense.pem"
        nonsense.write_text("not a certificate")
        pair = ("--tls-cert", made, "--tls-key", key)
        for code, http, words in (
                ("JY-1116", "0.0.0.0:0", ()),
                ("JY-1116", "[::]:0", ()),
                ("JY-1116", "localhost:0", ()),
                ("JY-0103", "0.0.0.0:0", pair[:2]),
                ("JY-0103", "0.0.0.0:0", pair[2:]),
                ("JY-0103", "127.0.0.1:0", ("--public-name", NAME)),
                ("JY-0104", "0.0.0.0:0", (*pair, "--public-name", "https://hub.example")),
                ("JY-0106", "0.0.0.0:0", ("--tls-cert", world.folder / "none", "--tls-key", key)),
                ("JY-1117", "0.0.0.0:0", ("--tls-cert", nonsense, "--tls-key", key)),
                ("JY-1117", "0.0.0.0:0", ("--tls-cert", other, "--tls-key", key)),
                ("JY-1117", "0.0.0.0:0", ("--tls-cert", made, "--tls-key", locked)),
                ("JY-1117", "0.0.0.0:0", ("--tls-cert", made, "--tls-key", nonsense)),
                ("JY-1118", "0.0.0.0:0", ("--tls-cert", nameless, "--tls-key", nameless_key)),
                ("JY-1118", "0.0.0.0:0", ("--tls-cert", stars, "--tls-key", stars_key)),
                ("JY-0609", "nonsense", pair)):
            done = world.hub.run("serve", "--listen", "127.0.0.1:0", "--http", http, *words,
                                 timeout=20)
            assert done.code != 0 and done.error["code"] == code, f"{http} {words}: {done.out}"
            assert done.error["data_safe"] and "secret1" not in done.out + done.err
        # A station's page is for its own PC, with a certificate or without.
        node = world.station("SHG01")
        done = node.run("serve", "--http", "0.0.0.0:0", timeout=20)
        assert done.error["code"] == "JY-1115", done.out


def test_names_origins_and_cookies_under_tls():
    with World() as world:
        made, key = certificate(world.folder, "DNS:" + NAME, "IP:127.0.0.1", "DNS:*.wild.example")
        server = open_hub(world, "--tls-cert", made, "--tls-key", key,
                          "--public-name", "Front.Example", http="0.0.0.0:0")
        link = line_of(server, "page")
        assert link.startswith("https://front.example:") and link.endswith("/"), link
        assert line_of(server, "setup").startswith(link + "#/setup?code="), server.lines
        person = FarPerson(server, made)
        port = person.netloc.rsplit(":", 1)[1]
        person.netloc = f"{NAME}:{port}"
        person.set_up_first("ADM01", "管理")
        answer = person.sign_in("ADM01")
        kept = answer.headers["set-cookie"]
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(kept.split("; ")), kept
        # Other services may stand at other ports of that name, in clear.
        assert "strict-transport-security" not in answer.headers
        for name in (NAME, "front.example", "127.0.0.1"):
            person.ok(person.get("/api/me", Host=f"{name}:{port}"))
        hostile = ["", NAME, f"{NAME}:443", f"{NAME}.:{port}", f"HUB.EXAMPLE:{port}",
                   f"www.{NAME}:{port}", f"{NAME}.evil.example:{port}", f"evil.example:{port}",
                   "user" + f"@{NAME}:{port}", f"{NAME}:{port}" + "@evil.example",
                   f"localhost:{port}", f"[::1]:{port}", f"a.wild.example:{port}",
                   f"*.wild.example:{port}", f"127.1:{port}", f"2130706433:{port}",
                   f"0.0.0.0:{port}", f"192.0.2.7:{port}", f"{NAME}:{port},evil.example",
                   f"{NAME}:0{port}", f"{NAME}:{port}/", "evil.example"]
        for host in hostile:
            answer = person.get("/api/me", Host=host)
            assert answer.status in (400, 403), f"{host}: {answer.status}"
        assert len(hostile) >= 20
        body = {"type": "complaint", "text": "不该登记"}
        for headers in ({"Origin": f"http://{NAME}:{port}"}, {"Origin": "https://evil.example"},
                        {"Origin": f"https://{NAME}"}, {"Origin": "null"},
                        {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": "cross-site"},
                        {"Content_Type": "application/x-www-form-urlencoded"},
                        {"Content_Type": "multipart/form-data; boundary=x"},
                        {"Content_Type": "text/plain"}, {"X_JY_Token": None}):
            answer = person.post("/api/appeals", body, **headers)
            assert answer.status == 403 and answer.code == "JY-1105", f"{headers}: {answer.body}"
        assert person.ok(person.get("/api/appeals"))["total"] == 0
        # In clear there is nothing, not even a refusal, and no older TLS.
        assert b"HTTP/" not in raw("127.0.0.1:" + port, f"GET / HTTP/1.1\r\nHost: {NAME}:{port}"
                                   "\r\n\r\n".encode())
        old = ssl.create_default_context(cafile=str(made))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as link:
            try:
                old.wrap_socket(link, server_hostname=NAME)
                raise AssertionError("TLS 1.2 was accepted")
            except ssl.SSLError:
                pass
        with person.connect().sock as link:
            assert link.version() == "TLSv1.3", link.version()
        assert server.stop() == 0


def test_two_units_work_at_the_hub_from_their_own_pcs():
    """Each sees its own orders and does its own steps; the other's are not there for it."""
    with World() as world:
        people(world)
        made, key = certificate(world.folder, "DNS:" + NAME)
        water = add(world.hub, title="水管爆裂", region="340207001", phone="13900000001")
        lamp = add(world.hub, title="路灯不亮", region="340207001", phone="13900000002")
        idle = add(world.hub, title="还没有派出", region="340207001")
        for order, unit in ((water, "SWJ"), (lamp, "JSJ")):
            act(world.hub, "dispatch", order["number"], "PD1", "--unit", unit, "--type",
                "complaint", "--complexity", "simple")
        server = open_hub(world, "--tls-cert", made, "--tls-key", key, http="0.0.0.0:0")
        units = {"S1": (water, lamp), "J1": (lamp, water)}
        persons = {code: invited(world.hub, server, code, "handler", at=far(made))
                   for code in units}
        for code, (own, other) in units.items():
            person = persons[code]
            listed = person.ok(person.get("/api/appeals"))
            assert [row["number"] for row in listed["appeals"]] == [own["number"]], listed
            # Whatever it asks for, it is its own unit's.
            for query in ("?unit=SWJ", "?unit=JSJ", "?limit=100&state=dispatched", "?queue=all"):
                answer = person.get("/api/appeals" + query)
                rows = answer.json.get("appeals", []) if answer.status == 200 else []
                assert {row["number"] for row in rows} <= {own["number"]}, query
            found = person.ok(person.post("/api/appeals/search", {"search": other["title"]
                                          if "title" in other else "灯"}))
            assert other["number"] not in json.dumps(found)
            for hidden in (other, idle):
                for which in (hidden["id"], hidden["number"]):
                    for method, end, body in (
                            ("GET", "", None), ("GET", "/deadline", None), ("GET", "/acts", None),
                            ("POST", "/reveal", {"reason": "contact"}),
                            ("POST", "/notes", {"text": "补记"}),
                            ("POST", "/edit", {"set": {"title": "x"}, "seen": {"": ""}}),
                            ("POST", "/act", {"kind": "signed"})):
                        answer = person.ask(method, f"/api/appeals/{which}{end}", body)
                        assert answer.status == 404 and answer.code == "JY-0401", (
                            f"{code} {method} {end}: {answer.status} {answer.body[:300]}")
            for path in ("/api/today", "/api/conflicts", "/api/gate", "/api/backlog",
                         "/api/reports/totals?by=state", "/api/repeats", "/api/stations",
                         "/api/users", "/api/audit"):
                assert person.get(path).status == 403, path
            person.ok(person.post(f"/api/appeals/{own['id']}/act", {"kind": "signed"}))
        for order, code in ((water, "S1"), (lamp, "J1")):
            events = world.hub.ok("appeal", "show", order["id"])["events"]
            assert [(one["kind"], one["actor"]) for one in events] == [
                ("dispatched", "PD1"), ("signed", code)], events
        assert len(world.hub.ok("appeal", "show", idle["id"])["events"]) == 0


def test_slow_and_greedy_clients_keep_nobody_out():
    with World() as world:
        made, key = certificate(world.folder, "DNS:" + NAME)
        server = open_hub(world, "--tls-cert", made, "--tls-key", key, http="0.0.0.0:0")
        person = FarPerson(server, made)
        port = int(person.netloc.rsplit(":", 1)[1])
        person.set_up_first("ADM01", "管理")
        # A handshake that does not come ends, as does one that comes byte by byte.
        for drip in (b"", b"\x16\x03\x01\x02\x00\x01"):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
                began = time.monotonic()
                if drip:
                    threading.Thread(target=trickle, args=(link, drip), daemon=True).start()
                try:
                    while link.recv(100):
                        pass
                except OSError:
                    pass
                assert 3 < time.monotonic() - began < 12, time.monotonic() - began
        # Under TLS the head and the body have their times, too.
        for head in (f"GET / HTTP/1.1\r\nHost: {person.netloc}\r\n",
                     f"POST /auth/login HTTP/1.1\r\nHost: {person.netloc}\r\n"
                     "Content-Type: application/json\r\nContent-Length: 40\r\n\r\n{"):
            if QUICK and head.startswith("POST"):
                continue  # Its time is half a minute.
            with person.connect().sock as link:
                began = time.monotonic()
                link.settimeout(60)
                link.sendall(head.encode())
                try:
                    while link.recv(100):
                        pass
                except OSError:
                    pass
                assert time.monotonic() - began < 40, head
        # One PC takes all the connections that it gets; others come in as before.
        greedy = []
        for _ in range(300):
            try:
                greedy.append(socket.create_connection(("127.0.0.1", port), timeout=5,
                                                       source_address=("127.0.0.2", 0)))
            except OSError:
                break
        began = time.monotonic()
        person.ok(person.get("/api/me"))
        assert time.monotonic() - began < 3, time.monotonic() - began
        for link in greedy:
            link.close()
        # Whoever reads nothing of a long answer is no reason not to stop.
        link = person.connect().sock
        for _ in range(40):
            link.sendall(f"GET /api/words HTTP/1.1\r\nHost: {person.netloc}\r\n"
                         f"Cookie: {person.cookie}\r\n\r\n".encode())
        began = time.monotonic()
        code = server.stop()
        assert code == 0, (code, server.lines[-5:])
        assert time.monotonic() - began < 15


def trickle(link, data):
    try:
        for at in range(len(data)):
            link.sendall(data[at:at + 1])
            time.sleep(0.5)
        while True:
            time.sleep(0.5)
            link.sendall(b"\0")
    except OSError:
        pass


def test_ten_thousand_guesses_open_nothing_and_shut_nobody_out():
    """Half of them at one account, half at names that are not there, from one PC."""
    count = 400 if QUICK else 10_000
    with World() as world:
        made, key = certificate(world.folder, "DNS:" + NAME)
        server = open_hub(world, "--tls-cert", made, "--tls-key", key, http="0.0.0.0:0")
        owner = FarPerson(server, made)
        owner.set_up_first("ADM01", "管理")
        clerk = invited(world.hub, server, "PD1", "dispatcher", at=far(made))
        guesser = FarPerson(server, made, source="127.0.0.3")
        codes = {}
        began = time.monotonic()
        connection = guesser.connect()
        for at in range(count):
            user = "ADM01" if at % 2 else f"U{at}"
            headers = {"Host": guesser.netloc, "Content-Type": "application/json",
                       "Origin": "https://" + guesser.netloc}
            connection.request("POST", "/auth/login", headers=headers, body=json.dumps(
                {"user": user, "password": f"Wrong-pass{at}"}))
            answer = connection.getresponse()
            code = json.loads(answer.read())["error"]["code"]
            codes[code] = codes.get(code, 0) + 1
            if answer.headers.get("Connection") == "close":
                connection.close()
                connection = guesser.connect()
        spent = time.monotonic() - began
        assert set(codes) <= {"JY-1102", "JY-1103", "JY-1109"}, codes
        # Twenty at once and one in three seconds reach a password; all others are turned away.
        reached = codes.get("JY-1102", 0) + codes.get("JY-1103", 0)
        assert reached <= 21 + spent / 3, (codes, spent)
        # Who is in goes on, and whoever signs in at another PC gets in: not he whose name it was.
        clerk.ok(clerk.get("/api/me"))
        again = FarPerson(server, made)
        again.ok(again.sign_in("PD1"))
        assert again.sign_in("ADM01", PASSWORD).code == "JY-1103"
        world.hub.ok("user", "unlock", "--user", "ADM01")
        again.ok(again.sign_in("ADM01"))
        rows = world.hub.ok("audit", "list", "--action", "page.login", "--limit", "1000")
        assert 1 <= rows["total"] <= 120, rows["total"]
        print(f"      {count} guesses in {spent:.0f} s: {codes}, {rows['total']} rows of audit")
