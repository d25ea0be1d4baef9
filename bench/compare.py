#!/usr/bin/env python3
"""Measures integrad beside Captum and alibi: same machine, same texts, same number of threads.

usage: compare.py MODEL_DIR TEXTS.txt [--captum-python VENV/bin/python]
       [--alibi-python VENV/bin/python] [--out bench/results/NAME.json]

Each repeat of each contender is a process of its own, in turns; the best repeat counts. integrad is
built with cmake --preset release -DINTEGRAD_BENCH=ON. Captum's environment needs captum, torch and
transformers, alibi's alibi 0.9.6, tensorflow-cpu 2.14.1 and transformers 4.39.3; a contender without
its environment is left out. Padded contenders take the same time for every text, so they explain the
first --padded-texts only; whole processes are compared on equal texts. Prints a Markdown table.
"""
import argparse
import json
import os
import sys
import tempfile

from comparison_report import YARDSTICKS, result_json, table
from contenders import Contender, NAMES, Setup
from machine import cores, default_program
from peer import read_texts
from series import Series

DEFAULT_CONTENDERS = "integrad-f32,integrad-auto,captum-f32,captum-bf16,alibi"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="folder written by save_pretrained")
    parser.add_argument("texts", help="one text a line")
    parser.add_argument("--contenders", default=DEFAULT_CONTENDERS,
                        help=f"default {DEFAULT_CONTENDERS}; there are {', '.join(NAMES)}")
    parser.add_argument("--integrad-bench", default=default_program("integrad_bench_explain"))
    parser.add_argument("--integrad-program", default=default_program("integrad"))
    parser.add_argument("--captum-python")
    parser.add_argument("--alibi-python")
    parser.add_argument("--captum-batches", default="5,16,50",
                        help="points at once; of several each is tried once, the fastest is measured")
    parser.add_argument("--repeats", type=int, default=5, help="processes a contender")
    parser.add_argument("--passes", type=int, default=2,
                        help="times an unpadded process explains the texts; the best counts")
    parser.add_argument("--padded-texts", type=int, default=3, help="texts for padded contenders")
    parser.add_argument("--n-steps", type=int, default=50)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--out", help="JSON file")
    return parser.parse_args()


def present_contenders(given, setup):
    present = []
    for contender in (Contender.named(name) for name in given.contenders.split(",")):
        missing = setup.missing(contender)
        if missing:
            print(f"{contender.name} is left out: no program at {', '.join(missing)}",
                  file=sys.stderr)
        else:
            present.append(contender)
    if not any(c.name in YARDSTICKS for c in present):
        sys.exit(f"compare.py: needs {' or '.join(YARDSTICKS)} to compare with")
    return present


def main():
    given = parse_arguments()
    setup = Setup(given.model, given.threads, given.n_steps, given.max_length, given.passes,
                  given.integrad_bench, given.integrad_program, given.captum_python,
                  given.alibi_python)
    contenders = present_contenders(given, setup)
    load_before = os.getloadavg()[0]
    batches = [int(size) for size in given.captum_batches.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        padded_texts = os.path.join(folder, "first_texts.txt")
        with open(padded_texts, "w", encoding="utf-8") as file:
            file.write("\n".join(read_texts(given.texts)[:given.padded_texts]) + "\n")
        all_series = [Series(setup, c, padded_texts if c.padded else given.texts, batches)
                      for c in contenders]
        for _ in range(given.repeats):
            for series in all_series:
                series.repeat(setup, padded_texts)
    result = {**result_json(given, setup, all_series), "load_average_before": load_before}
    print(table(result))
    if given.out:
        with open(given.out, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
