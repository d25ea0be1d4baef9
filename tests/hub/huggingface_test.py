"""The cache is the one of huggingface_hub: each finds what the other has written. Skipped where the
interpreter has no huggingface_hub; with transformers, models are loaded as well."""

import json
import subprocess
import sys
import textwrap
import unittest

try:
    import huggingface_hub
except ImportError:
    print("no huggingface_hub")
    sys.exit(77)

from support import COMMIT, NAME, TEXT, HubTestCase


class HuggingFaceTest(HubTestCase):
    def python(self, code, **environment):
        """What a Python program prints; huggingface_hub reads the environment at its start."""
        head = f"import huggingface_hub as hub\nNAME, COMMIT = {NAME!r}, {COMMIT!r}\n"
        done = subprocess.run([sys.executable, "-c", head + textwrap.dedent(code)], text=True,
                              env=self.environment(**environment), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_it_finds_what_we_wrote(self):
        done = self.run_program("inspect", "--model", NAME)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        out = self.python("""
            info = hub.scan_cache_dir()
            assert not info.warnings, info.warnings
            repo, = info.repos
            revision, = repo.revisions
            print(repo.repo_id, revision.commit_hash, sorted(revision.refs))
            print(sorted(f.file_name for f in revision.files))
            print(hub.try_to_load_from_cache(NAME, "config.json"))
            print(hub.try_to_load_from_cache(NAME, "added_tokens.json") is hub._CACHED_NO_EXIST)
            print(hub.try_to_load_from_cache(NAME, "README.md"))
            print(hub.hf_hub_download(NAME, "model.safetensors"))
            print(hub.snapshot_download(NAME))
        """, HF_HUB_OFFLINE="1").splitlines()
        snapshot = str(self.snapshot())
        self.assertEqual(out, [
            f"{NAME} {COMMIT} ['main']",
            "['config.json', 'model.safetensors', 'special_tokens_map.json', 'tokenizer.json', "
            "'tokenizer_config.json', 'vocab.txt']",
            snapshot + "/config.json", "True", "None", snapshot + "/model.safetensors", snapshot])

    def test_it_downloads_nothing_again(self):
        self.run_program("inspect", "--model", NAME)
        gets = sum(r["method"] == "GET" and "/resolve/" in r["path"] for r in self.log())
        self.python("hub.snapshot_download(NAME)")
        self.assertEqual(
            sum(r["method"] == "GET" and "/resolve/" in r["path"] for r in self.log()), gets)

    def test_we_find_what_it_wrote(self):
        self.python("hub.snapshot_download(NAME)")
        for arguments in ([NAME], [NAME + "@" + COMMIT], [NAME + "@" + COMMIT[:7]]):
            done = self.run_program("inspect", "--model", *arguments, HF_HUB_OFFLINE="1")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(str(self.snapshot()), done.stdout)

    def test_each_resumes_the_other(self):
        weights = (self.served / "model.safetensors").read_bytes()
        self.python("hub.hf_hub_download(NAME, 'model.safetensors')")
        blob = (self.snapshot() / "model.safetensors").resolve()
        for resume in (lambda: self.run_program("inspect", "--model", NAME),
                       lambda: self.python("hub.hf_hub_download(NAME, 'model.safetensors')")):
            (self.snapshot() / "model.safetensors").unlink()
            blob.unlink()
            blob.with_name(blob.name + ".incomplete").write_bytes(weights[:1_000_000])
            resume()
            self.assertEqual(self.log()[-1]["range"], "bytes=1000000-")
            self.assertEqual((self.snapshot() / "model.safetensors").read_bytes(), weights)

    def test_we_wait_for_its_lock(self):
        self.run_program("inspect", "--model", NAME)
        link = self.snapshot() / "model.safetensors"
        blob = link.resolve()
        link.unlink()
        out = self.python(f"""
            import os, subprocess, time
            from huggingface_hub.utils import WeakFileLock
            locks = {str(self.home)!r} + "/hub/.locks/models--owner--imdb/"
            with WeakFileLock(locks + "{blob.name}.lock"):
                program = subprocess.Popen([os.environ["PROGRAM"], "inspect", "--model", NAME],
                                           stdout=subprocess.DEVNULL)
                time.sleep(2)
                print(program.poll())
            print(program.wait(60))
        """)
        self.assertEqual(out.split(), ["None", "0"])

    def test_transformers_loads_what_we_wrote(self):
        try:
            import transformers  # noqa: F401
        except ImportError:
            self.skipTest("no transformers")
        done = self.run_program("predict", "--model", NAME, "--format", "json", TEXT)
        self.assertEqual(done.returncode, 0, done.stderr)
        out = self.python(f"""
            import torch, transformers as t
            tokenizer = t.AutoTokenizer.from_pretrained(NAME)
            model = t.AutoModelForSequenceClassification.from_pretrained(NAME)
            with torch.no_grad():
                logits = model(**tokenizer({TEXT!r}, return_tensors="pt")).logits
            print(logits.softmax(-1)[0].tolist())
        """, HF_HUB_OFFLINE="1")
        ours = json.loads(done.stdout)["predictions"][0]["probabilities"]
        theirs = json.loads(out)
        self.assertEqual(len(ours), len(theirs))
        for a, b in zip(ours, theirs):
            self.assertAlmostEqual(a, b, delta=1e-4)


if __name__ == "__main__":
    unittest.main()
