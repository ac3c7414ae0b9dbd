"""The page's HTTP from outside: somebody who signs in, and raw sockets for who should not."""

import http.client
import json
import re
import socket
import ssl
import time
from urllib.parse import parse_qs, urlsplit

PASSWORD = "Xiang-lake7"


def line_of(server, word, patience=20):
    """What a running `serve` printed behind \\p word; None where it does not come."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for line in list(server.lines):
            found = re.match(word + r" (\S+)", line)
            if found:
                return found.group(1)
        time.sleep(0.02)
    return None


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Person:
    """Somebody in front of a page. Not signed in until `sign_in` or `set_up`."""

    def __init__(self, server):
        self.link = line_of(server, "page")
        assert self.link, "no page:\n" + "".join(server.lines)
        self.server = server
        self.netloc = urlsplit(self.link).netloc
        self.cookie = ""
        self.token = ""

    scheme = "http"

    def connect(self):
        host, port = self.netloc.rsplit(":", 1)
        return http.client.HTTPConnection(host, int(port), timeout=60)

    def ask(self, method, path, body=None, **headers):
        """Headers are given with _ for -; None leaves one out."""
        all_headers = {"Host": self.netloc}
        if self.cookie:
            all_headers["Cookie"] = self.cookie
        payload = None
        if method == "POST":
            payload = json.dumps(body if body is not None else {}, ensure_ascii=False).encode()
            all_headers |= {"Content-Type": "application/json", "X-JY-Token": self.token,
                            "Origin": f"{self.scheme}://{self.netloc}"}
        for name, value in headers.items():
            name = name.replace("_", "-")
            all_headers = {key: old for key, old in all_headers.items()
                           if key.lower() != name.lower()}
            if value is not None:
                all_headers[name] = value
        connection = self.connect()
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in all_headers.items():
                connection.putheader(name, value)
            if payload is not None and "Content-Length" not in all_headers:
                connection.putheader("Content-Length", str(len(payload)))
            connection.endheaders(payload)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        cookie = answer.headers.get("set-cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
            if self.cookie.endswith("="):
                self.cookie = ""
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, **headers)

    def ok(self, answer):
        assert answer.status == 200, f"{answer.status} {answer.body.decode()[:500]}"
        return answer.json

    def sign_in(self, user, password=PASSWORD):
        answer = self.post("/auth/login", {"user": user, "password": password})
        if answer.status == 200:
            self.token = answer.json["token"]
        return answer

    def set_up(self, code, user="", name="", password=PASSWORD):
        answer = self.post("/auth/setup", {"setup_code": code, "user": user, "name": name,
                                           "password": password})
        if answer.status == 200:
            self.token = answer.json["token"]
        return answer

    def set_up_first(self, user="W01", name="王芳"):
        link = line_of(self.server, "setup")
        code = parse_qs(urlsplit(link).fragment.split("?", 1)[1])["code"][0]
        self.ok(self.set_up(code, user, name))
        return code


class FarPerson(Person):
    """Somebody at another PC: asks under TLS, by a name, and trusts one certificate."""

    scheme = "https"

    def __init__(self, server, certificate, at="127.0.0.1", source=None):
        super().__init__(server)
        self.context = ssl.create_default_context(cafile=str(certificate))
        self.at, self.source = at, source

    def connect(self):
        """To where the name would lead, were it in the DNS."""
        name, port = self.netloc.rsplit(":", 1)
        connection = http.client.HTTPSConnection(name, int(port), timeout=60, context=self.context)
        link = socket.create_connection((self.at, int(port)), timeout=60,
                                        source_address=self.source and (self.source, 0))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = self.context.wrap_socket(link, server_hostname=name.strip("[]"))
        return connection


def invited(node, server, user, roles, name="某人", at=Person):
    """A person with an account of these roles."""
    code = node.ok("user", "invite", "--user", user, "--roles", roles, "--name", name)
    person = at(server)
    person.ok(person.set_up(code["setup_code"]))
    return person


def raw(netloc, data, patience=20):
    """Sends bytes and reads until the other side closes or is silent for \\p patience seconds."""
    host, port = netloc.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=patience) as link:
        link.sendall(data)
        got = b""
        try:
            while piece := link.recv(65536):
                got += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return got
