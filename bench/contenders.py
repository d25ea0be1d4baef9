"""The tools that compare.py runs: one process a repeat, and what its output says."""
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ("integrad-f32", "integrad-bf16", "integrad-auto", "captum-f32", "captum-bf16",
         "captum-f32-padded", "captum-bf16-padded", "alibi")
# alibi's transformers example evaluates five points at once.
ALIBI_BATCH = 5


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    tool: str  # integrad, captum or alibi
    precision: str
    padded: bool

    @staticmethod
    def named(name):
        if name not in NAMES:
            sys.exit(f"compare.py: no contender {name!r}; there are {', '.join(NAMES)}")
        tool, *properties = name.split("-")
        return Contender(name, tool, next((p for p in properties if p != "padded"), "f32"),
                         tool == "alibi" or "padded" in properties)


@dataclasses.dataclass(frozen=True)
class Setup:
    """What is the same for every contender of a run."""
    model: str
    threads: int
    n_steps: int
    max_length: int
    passes: int
    integrad_bench: str
    integrad_program: str
    captum_python: str
    alibi_python: str

    def missing(self, contender):
        """Options whose program this machine lacks."""
        needed = {"integrad": {"--integrad-bench": self.integrad_bench,
                               "--integrad-program": self.integrad_program},
                  "captum": {"--captum-python": self.captum_python},
                  "alibi": {"--alibi-python": self.alibi_python}}[contender.tool]
        return [name for name, path in needed.items() if not (path and os.access(path, os.X_OK))]


def run(setup, command):
    """The output of a process; its last words end the comparison if it fails."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(setup.threads)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed ({done.returncode}):\n{done.stderr[-2000:]}")
    return done.stdout


def run_program(setup, contender, texts):
    """`integrad explain` from start to written file: (seconds, precision it used, token scores)."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "scores.json"
        command = [setup.integrad_program, "explain", "--model", setup.model, "--input", texts,
                   "--n-steps", str(setup.n_steps), "--max-length", str(setup.max_length),
                   "--threads", str(setup.threads), "--precision", contender.precision,
                   "--format", "json", "--output", str(output), "--quiet"]
        begin = time.perf_counter()
        run(setup, command)
        seconds = time.perf_counter() - begin
        result = json.loads(output.read_text(encoding="utf-8"))
    scores = [[token["attribution"] for token in e["tokens"]] for e in result["explanations"]]
    return seconds, result["settings"]["precision"], scores


def run_integrad(setup, contender, texts):
    command = [setup.integrad_bench, setup.model, texts, str(setup.passes), str(setup.n_steps),
               str(setup.max_length), str(setup.threads), contender.precision]
    report = json.loads(run(setup, command))
    seconds, precision, scores = run_program(setup, contender, texts)
    return {"seconds_per_text": report["seconds_per_text_best"],
            "startup_seconds": report["startup_seconds"], "whole_process_seconds": seconds,
            "peak_rss_mib": report["peak_rss_mib"], "precision": precision}, scores


def run_peer(setup, contender, texts, batch):
    python = setup.captum_python if contender.tool == "captum" else setup.alibi_python
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "scores.json"
        command = [python, str(HERE / f"{contender.tool}_peer.py"), setup.model, texts, str(output),
                   "--batch", str(batch), "--n-steps", str(setup.n_steps),
                   "--max-length", str(setup.max_length), "--threads", str(setup.threads),
                   "--passes", str(1 if contender.padded else setup.passes)]
        command += ["--padded"] if contender.padded else []
        command += ["--bf16"] if contender.precision == "bf16" else []
        stdout = run(setup, command + ["--started-at", repr(time.time())])
        scores = json.loads(output.read_text(encoding="utf-8"))
    return json.loads(stdout.strip().split("\n")[-1]), scores


def run_once(setup, contender, texts, batch):
    """One repeat: (report, token scores of every text)."""
    if contender.tool == "integrad":
        return run_integrad(setup, contender, texts)
    return run_peer(setup, contender, texts, batch)
