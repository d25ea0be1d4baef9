"""The server, the program and a place for a cache, for tests in Python."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["PROGRAM"]
MODEL = Path(os.environ["MODEL"])
COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "owner/imdb"
TEXT = "a fine film"


class HubTestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.home = self.folder / "home"
        self.served = self.folder / "hub/models" / NAME
        shutil.copytree(MODEL, self.served)
        (self.served / ".commit").write_text(COMMIT)
        (self.served / ".revisions").write_text("main")
        (self.served / ".large").write_text("model.safetensors")
        self.start_server()

    def start_server(self, scheme="http"):
        server = subprocess.Popen(
            [sys.executable, "-B", Path(__file__).with_name("server.py"), self.folder / "hub"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate)
        self.endpoint = scheme + "://127.0.0.1:" + server.stdout.readline().split()[0]

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items()
                if "proxy" not in k.lower() and "CA_BUNDLE" not in k
                and not k.startswith(("HF_", "HUGGING", "TRANSFORMERS_", "SSL_CERT"))}
        return {**kept, "HF_HOME": str(self.home), "HF_ENDPOINT": self.endpoint, **more}

    def run_program(self, *arguments, **environment):
        return subprocess.run([PROGRAM, *arguments], env=self.environment(**environment), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def faults(self, *faults):
        (self.folder / "hub/faults.json").write_text(json.dumps(faults))

    def log(self):
        file = self.folder / "hub/log.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def snapshot(self):
        return self.home / "hub" / ("models--" + NAME.replace("/", "--")) / "snapshots" / COMMIT
