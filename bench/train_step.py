#!/usr/bin/env python3
"""Measures training steps beside PyTorch: same machine, same batches, in turns.

usage: train_step.py MODEL_DIR TEXTS.txt --torch-python VENV/bin/python [--out FILE.json]

Two tasks: batches of full length (random ids), and the texts, which integrad packs without padding
and PyTorch pads to the length as the example does. Each repeat is a process of its own; the best
repeat counts. Prints a Markdown table.
"""
import argparse
import json
import os
import subprocess
import sys

from machine import cores, default_program


def measure(command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("texts")
    parser.add_argument("--torch-python", required=True)
    parser.add_argument("--program", default=default_program("integrad_bench_train"))
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--out")
    given = parser.parse_args()
    peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "train_peer.py")
    results = {}
    for _ in range(given.repeats):
        for task in ("random", given.texts):
            for precision in ("f32", "bf16"):
                rest = [given.model, task, str(given.batch_size), str(given.max_length),
                        str(given.steps), precision, str(given.threads)]
                for name, command in (("integrad", [given.program]),
                                      ("PyTorch", [given.torch_python, peer])):
                    found = measure(command + rest)
                    key = ("full length" if task == "random" else "texts", precision, name)
                    results.setdefault(key, []).append(found)
                    print(key, found, file=sys.stderr)
    print("| batches | products | integrad, s a step | PyTorch | ratio | peak, MiB | PyTorch |")
    print("|---|---|---|---|---|---|---|")
    summary = []
    for task in ("full length", "texts"):
        for precision in ("f32", "bf16"):
            best = {name: min(results[task, precision, name], key=lambda r: r["seconds"])
                    for name in ("integrad", "PyTorch")}
            ours, theirs = (best[name]["seconds"] / given.steps for name in ("integrad", "PyTorch"))
            print(f"| {task} | {precision} | {ours:.2f} | {theirs:.2f} | {theirs / ours:.2f} | "
                  f"{best['integrad']['peak_mib']:.0f} | {best['PyTorch']['peak_mib']:.0f} |")
            summary.append({"task": task, "precision": precision, "integrad": ours,
                            "pytorch": theirs, "ratio": theirs / ours,
                            "integrad_peak_mib": best["integrad"]["peak_mib"],
                            "pytorch_peak_mib": best["PyTorch"]["peak_mib"]})
    if given.out:
        with open(given.out, "w", encoding="utf-8") as file:
            json.dump({"batch_size": given.batch_size, "max_length": given.max_length,
                       "threads": given.threads, "results": summary}, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
