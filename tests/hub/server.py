"""A hub for tests: models in folders, answered as huggingface.co answers, and faults on demand.

usage: server.py FOLDER. Listens on three ports of 127.0.0.1 and prints them on one line: the hub,
the store that it sends large files to, and a port that tells nothing about models (a proxy). Ends
when standard input does.

FOLDER/models/NAME/…  the files of the model NAME; "owner/name" is a folder in a folder. The commit
                      is in the file .commit, and names for it, a line each, in .revisions. Files
                      named in .large are stored behind the store, with their SHA-256 as etag.
FOLDER/faults.json    a list, read anew for each request. The first that fits is followed:
                      {"path": regular expression, "method": "GET", "port": "hub", "times": 2,
                       "do": {…}}; "times" is counted by the server.
FOLDER/certificate.pem  certificate and key, where the hub is to speak https.
FOLDER/log.jsonl      what was asked: port, method, path, authorization, range.

What a fault can do: "status" and "headers" and "body" (an answer), "drop" (close after so many
bytes of the file, "linger" seconds later), "silent" (seconds without a byte), "wrong" (other bytes
of the same length), "length" (added to the Content-Length), "size" (the X-Linked-Size), "etag",
"commit", "no_range" (the whole file, whatever was asked for), "extra" (bytes behind the file),
"redirect".
"""

import hashlib
import json
import re
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(sys.argv[1])
LOCK = threading.Lock()
PORTS = {}
COUNTS = {}


def git_blob(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Model:
    def __init__(self, name):
        self.folder = ROOT / "models" / name
        self.commit = (self.folder / ".commit").read_text()
        lines = lambda file: file.read_text().split() if file.is_file() else []
        self.revisions = lines(self.folder / ".revisions")
        self.large = lines(self.folder / ".large")

    def knows(self, revision):
        short = len(revision) >= 7 and self.commit.startswith(revision)
        return short or revision in self.revisions

    def files(self):
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*")
                      if p.is_file() and p.name not in (".commit", ".revisions", ".large"))


def model_at(name):
    return Model(name) if (ROOT / "models" / name / ".commit").is_file() else None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.serve()

    def do_HEAD(self):
        self.serve()

    def log_message(self, *_):
        pass

    def fault(self):
        try:
            faults = json.loads((ROOT / "faults.json").read_text())
        except FileNotFoundError:
            return {}
        for number, fault in enumerate(faults):
            key = json.dumps([number, fault])
            if not re.search(fault.get("path", ""), unquote(self.path)):
                continue
            if fault.get("method", self.command) != self.command:
                continue
            if fault.get("port", self.server.role) != self.server.role:
                continue
            if COUNTS.get(key, 0) >= fault.get("times", 1_000_000):
                continue
            COUNTS[key] = COUNTS.get(key, 0) + 1
            return fault["do"]
        return {}

    def serve(self):
        with LOCK:
            with (ROOT / "log.jsonl").open("a") as log:
                log.write(json.dumps({"port": self.server.role, "method": self.command,
                                      "path": unquote(self.path),
                                      "authorization": self.headers.get("Authorization", ""),
                                      "range": self.headers.get("Range", "")}) + "\n")
            fault = self.fault()
        if "silent" in fault:
            time.sleep(fault["silent"])
        if "redirect" in fault:
            return self.answer(302, {"Location": fault["redirect"].format(**PORTS)})
        if "status" in fault:
            return self.answer(fault["status"], fault.get("headers", {}),
                               fault.get("body", "").encode("latin-1"))
        path = unquote(urlsplit(self.path).path)
        if self.server.role == "store":
            data = (ROOT / "models" / path[1:]).read_bytes()
            return self.send_bytes(data, {"ETag": '"of-store"'}, fault)
        if found := re.fullmatch(r"/api/models/(.+?)/revision/(.+)", path):
            return self.listing(*found.groups(), fault)
        if found := re.fullmatch(r"/(.+?)/resolve/([^/]+)/(.+)", path):
            return self.resolve(*found.groups(), fault)
        return self.answer(404, {"X-Error-Code": "RepoNotFound"})

    def model(self, name, revision):
        model = model_at(name)
        if model is None:
            self.answer(401, {"X-Error-Code": "RepoNotFound",
                              "X-Error-Message": "Repository not found"})
        elif not model.knows(revision):
            self.answer(404, {"X-Error-Code": "RevisionNotFound",
                              "X-Error-Message": "Invalid rev id: " + revision})
            model = None
        return model

    def listing(self, name, revision, fault):
        model = self.model(name, revision)
        if model:
            body = {"id": name, "sha": fault.get("commit", model.commit),
                    "siblings": [{"rfilename": file} for file in model.files()]}
            self.answer(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def resolve(self, name, revision, file, fault):
        model = self.model(name, revision)
        if model is None:
            return
        commit = {"X-Repo-Commit": fault.get("commit", model.commit)}
        if file not in model.files():
            return self.answer(404, {**commit, "X-Error-Code": "EntryNotFound"})
        data = (model.folder / file).read_bytes()
        if file in model.large:
            etag = fault.get("etag", hashlib.sha256(data).hexdigest())
            location = "http://127.0.0.1:{store}/{name}/{file}?signature=1".format(
                name=name, file=file, **PORTS)
            return self.answer(302, {**commit, "X-Linked-Etag": f'"{etag}"', "Location": location,
                                     "X-Linked-Size": str(fault.get("size", len(data)))})
        self.send_bytes(data, {**commit, "ETag": '"' + fault.get("etag", git_blob(data)) + '"'},
                        fault)

    def send_bytes(self, data, headers, fault):
        size = len(data)
        if "wrong" in fault:
            data = bytes(byte ^ 1 for byte in data)
        status, begin = 200, 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and "no_range" not in fault:
            begin = int(asked[1])
            if begin >= size:
                return self.answer(416, {"Content-Range": f"bytes */{size}"})
            status = 206
            headers["Content-Range"] = f"bytes {begin}-{size - 1}/{size}"
        part = data[begin:] + b"x" * fault.get("extra", 0)
        length = fault.get("size", len(part) + fault.get("length", 0))
        self.answer(status, {"Accept-Ranges": "bytes", **headers, **fault.get("headers", {})}, part,
                    length, fault.get("drop"), fault.get("linger", 0))

    def answer(self, status, headers, body=b"", length=None, drop=None, linger=0):
        try:
            self.send_response(status)
            headers = {"Content-Length": str(len(body) if length is None else length), **headers}
            for name, value in headers.items():
                if value is not None:
                    self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body if drop is None else body[:drop])
            if drop is not None or headers.get("Content-Length") != str(len(body)):
                self.wfile.flush()
                time.sleep(linger)
                self.close_connection = True
        except OSError:  # the other side has heard enough
            self.close_connection = True


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):  # a client that hangs up is no news
        pass


def main():
    certificate = ROOT / "certificate.pem"
    for role in ("hub", "store", "other"):
        server = Server(("127.0.0.1", 0), Handler)
        server.role = role
        if role == "hub" and certificate.exists():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        PORTS[role] = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(PORTS["hub"], PORTS["store"], PORTS["other"], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
