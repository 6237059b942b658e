#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves one device of documents.py on a free port of 127.0.0.1: web.py NAME [--auth basic|digest] [--algorithm MD5|SHA-256].

User "admin", password "secret" (cloud: "user@example.org"). One JSON line when it serves, then one for each request; one JSON
object a line on standard input, see README.md. Python's own library only.
"""
import argparse
import base64
import hashlib
import json
import re
import secrets
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer

from documents import DEVICES, UNKNOWN

USER, PASSWORD, CLOUD_USER = "admin", "secret", "user@example.org"


class State:
    def __init__(self, options):
        self.device = DEVICES[options.name]
        self.auth = options.auth or self.device.auth
        self.algorithm = options.algorithm
        self.statuses = {}  # path -> HTTP status to answer with
        self.nonce = secrets.token_hex(16)
        self.tokens = set()
        self.lines = set()  # P1 clients
        self.lock = threading.Lock()

    def say(self, **what):
        with self.lock:
            print(json.dumps(what), flush=True)


def digest_is_right(state, method, header):
    given = {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}
    make = hashlib.sha256 if state.algorithm == "SHA-256" else hashlib.md5

    def hashed(words):
        return make(words.encode()).hexdigest()

    realm = f"{USER}:device:{PASSWORD}"
    wanted = hashed(":".join((hashed(realm), state.nonce, given.get("nc", ""), given.get("cnonce", ""), "auth",
                              hashed(f"{method}:{given.get('uri', '')}"))))
    return given.get("username") == USER and given.get("nonce") == state.nonce and given.get("response") == wanted


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state = None

    def log_message(self, *_arguments):  # pylint: disable=arguments-differ
        """Quiet: every request is a JSON line."""

    def answer(self, status, document, **headers):
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def is_allowed(self):
        """Answers 401 itself."""
        state, header = self.state, self.headers.get("Authorization", "")
        if state.auth == "basic":
            held = header == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            ask = 'Basic realm="device"'
        elif state.auth == "digest":
            held = header.startswith("Digest ") and digest_is_right(state, self.command, header)
            ask = f'Digest qop="auth", realm="device", nonce="{state.nonce}", algorithm={state.algorithm}'
        elif state.auth == "bearer":
            held = header.startswith("Bearer ") and header[7:] in state.tokens
            ask = "Bearer"
        else:
            return True
        if not held:
            self.answer(401, {"code": 401}, WWW_Authenticate=ask)
        return held

    def take(self, body):
        path, state = self.path, self.state
        told = "<not recorded>" if path == "/oauth/token" else body
        state.say(event="request", method=self.command, path=path, body=told)
        if path in state.statuses:
            self.answer(state.statuses[path], {"code": state.statuses[path]})
        elif state.device.connection == "cloud" and path == "/oauth/token" and self.command == "POST":
            self.login(body)
        elif not self.is_allowed():
            return
        elif self.command == "POST":
            self.change(path, body)
        elif path in state.device.documents:
            self.answer(200, state.device.documents[path])
        else:
            self.answer(404, UNKNOWN)

    def login(self, body):
        given = dict(urllib.parse.parse_qsl(body))
        if (given.get("grant_type"), given.get("username"), given.get("password")) != ("password", CLOUD_USER, PASSWORD):
            self.answer(400, {"error": "invalid_grant"})
            return
        token = secrets.token_urlsafe(24)
        self.state.tokens.add(token)
        self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def change(self, path, body):
        """The cloud's writes: what is set is told from then on."""
        charger = f"/api/chargers/{self.state.device.charger}/"
        if path == charger + "update":
            try:
                wanted = json.loads(body)
            except ValueError:
                self.answer(400, {"Code": 400})
                return
            told = self.state.device.documents[charger + "state"]
            shown = {"maxChargeCurrent": (510, 708), "minChargeCurrent": (511,), "offlineChargeCurrent": (523,)}
            for key, value in wanted.items():
                for entry in told:
                    if entry["StateId"] in shown.get(key, ()):
                        entry["ValueAsString"] = str(value)
            self.answer(200, {})
        elif path in (charger + "sendCommand/506", charger + "sendCommand/507"):
            self.answer(200, {})
        else:
            self.answer(404, UNKNOWN)

    def do_GET(self):  # pylint: disable=invalid-name
        self.take(None)

    def do_POST(self):  # pylint: disable=invalid-name
        self.take(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())


class Telegrams(StreamRequestHandler):
    """P1: one telegram at once, then one whenever it is told to send."""

    state = None

    def handle(self):
        with self.state.lock:
            self.state.lines.add(self.wfile)
        self.state.say(event="connected")
        self.wfile.write(self.state.device.telegram.encode())
        while self.rfile.read(1):
            pass
        with self.state.lock:
            self.state.lines.discard(self.wfile)


def obey(state, command):
    documents = state.device.documents
    for path, keys in command.get("set", {}).items():
        if isinstance(documents.get(path), dict) and isinstance(keys, dict):
            documents[path].update(keys)
        elif isinstance(documents.get(path), list) and isinstance(keys, dict):  # a cloud's states
            for entry in documents[path]:
                entry["ValueAsString"] = keys.get(str(entry["StateId"]), entry["ValueAsString"])
        else:
            documents[path] = keys
    for path in command.get("unset", []):
        documents.pop(path, None)
    for path, status in command.get("status", {}).items():
        state.statuses.pop(path, None)
        if status:
            state.statuses[path] = int(status)
    if command.get("expire"):
        state.tokens.clear()
    for octets in [command["raw"]] if "raw" in command else [state.device.telegram] if command.get("send") else []:
        for line in list(state.lines):
            line.write(octets.encode("latin-1"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(DEVICES), metavar="NAME")
    parser.add_argument("--auth", choices=("basic", "digest"))
    parser.add_argument("--algorithm", choices=("MD5", "SHA-256"), default="SHA-256")
    state = State(parser.parse_args())
    handler, kind = (Telegrams, ThreadingTCPServer) if state.device.telegram else (Answers, ThreadingHTTPServer)
    handler.state = state
    kind.daemon_threads = True
    server = kind(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.say(event="serving", port=server.server_address[1], name=parser.parse_args().name, auth=state.auth)
    for line in sys.stdin:
        try:
            command = json.loads(line)
            if command.get("quit"):
                break
            obey(state, command)
            state.say(event="done")
        except (ValueError, KeyError, TypeError, AttributeError) as why:
            state.say(event="error", message=str(why))
    server.shutdown()


if __name__ == "__main__":
    main()
