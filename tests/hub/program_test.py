"""--model with the name of a model: the program downloads it, once, and says what is wrong."""

import os
import pty
import shutil
import signal
import subprocess
import time
import unittest

from support import MODEL, NAME, PROGRAM, TEXT, HubTestCase


class ProgramTest(HubTestCase):
    def test_a_name_gives_what_the_folder_gives(self):
        expected = self.run_program("predict", "--model", MODEL, TEXT)
        found = self.run_program("predict", "--model", NAME, TEXT)
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(found.stdout.replace(str(self.snapshot()), str(MODEL)), expected.stdout)
        requests = len(self.log())
        for command in (["explain", TEXT, "--n-steps", "2"], ["inspect"], ["tokenize", TEXT]):
            done = self.run_program(*command, "--model", NAME, HF_HUB_OFFLINE="1")
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        self.assertEqual(len(self.log()), requests)

    def test_tokenize_needs_no_weights(self):
        done = self.run_program("tokenize", "--model", NAME, TEXT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse([r for r in self.log() if "safetensors" in r["path"]])

    def test_errors_are_one_line(self):
        for arguments, environment, words in (
                (["--model", "owner/none"], {}, ["owner/none", "no such model"]),
                (["--model", NAME + "@v9"], {}, ["v9", "no such revision"]),
                (["--model", NAME], {"HF_HUB_OFFLINE": "1"}, [str(self.home), "HF_HUB_OFFLINE"]),
                (["--model", NAME], {"HF_ENDPOINT": "http://127.0.0.1:9"}, ["127.0.0.1:9"]),
                (["--model", "/nowhere/x"], {}, ["/nowhere/x"])):
            done = self.run_program("inspect", *arguments, **environment)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)

    def start_and_interrupt(self, *command):
        """The program's exit code after Ctrl-C in the middle of the weights, and its standard
        error, which is a terminal."""
        self.faults({"path": "safetensors", "port": "store", "times": 1,
                     "do": {"drop": 20_000_000, "linger": 30}})
        terminal, end = pty.openpty()
        with subprocess.Popen([PROGRAM, *command], env=self.environment(), stderr=end) as program:
            os.close(end)
            partial = self.snapshot().parents[1] / "blobs"
            until = time.monotonic() + 60
            while time.monotonic() < until:
                if any(f.stat().st_size == 20_000_000 for f in partial.glob("*.incomplete")):
                    break
                time.sleep(0.05)
            time.sleep(1.5)  # for the bar, which comes after a second
            program.send_signal(signal.SIGINT)
            text = b""
            try:
                while piece := os.read(terminal, 4096):
                    text += piece
            except OSError:
                pass
            return program.wait(60), text.decode()

    def test_ctrl_c_and_again(self):
        code, screen = self.start_and_interrupt("inspect", "--model", NAME)
        self.assertIn(code, (128 + signal.SIGINT, -signal.SIGINT))
        self.assertIn("model.safetensors", screen)
        self.assertIn(" MB", screen)
        self.assertFalse((self.snapshot() / "model.safetensors").exists())
        self.assertEqual(self.run_program("inspect", "--model", NAME).returncode, 0)
        self.assertEqual(self.log()[-1]["range"], "bytes=20000000-")

    def test_https(self):
        if not shutil.which("openssl"):
            self.skipTest("no openssl to make a certificate")
        file = self.folder / "hub/certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", file, "-out", self.folder / "certificate"],
                       check=True, stderr=subprocess.DEVNULL)
        with file.open("a") as both:
            both.write((self.folder / "certificate").read_text())
        self.start_server("https")
        certificates = {"SSL_CERT_FILE": str(self.folder / "certificate")}
        done = self.run_program("tokenize", "--model", NAME, TEXT)
        self.assertEqual(done.returncode, 1)
        self.assertIn("certificate", done.stderr)
        self.assertEqual(self.log(), [])
        done = self.run_program("tokenize", "--model", NAME, TEXT, **certificates)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        # The large file store of the server speaks http only.
        done = self.run_program("inspect", "--model", NAME, **certificates)
        self.assertEqual(done.returncode, 1)
        self.assertIn("from https to http", done.stderr)
        self.assertFalse([r for r in self.log() if r["port"] == "store"])


if __name__ == "__main__":
    unittest.main()
