#!/usr/bin/env python3
"""Compares quadrature rules on sentences and reviews of the film review test set.

usage: quadrature.py MODEL_DIR ACLIMDB --out RESULTS.json [--parts sentences-pad,reviews-mask]
       [--rules auto@0.01,gausslegendre-50] [--sentences 800] [--reviews 200] [--seed 8]
       [--lines bench/results/quadrature]

Needs integrad_bench_quadrature (cmake --preset release -DINTEGRAD_BENCH=ON). Texts are drawn with a
seed, one a review; the truth is 257 uniform nodes with Gregory's corrections. Each part (texts and a
baseline) is measured by itself and put into RESULTS.json beside those already there, with numbers of
every text. Prints a Markdown table. plot_quadrature.py draws the file. A part takes up to an hour:
with --lines what is measured is kept text by text in FOLDER/PART.jsonl, and a run that was stopped
goes on from there.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import tempfile

import numpy

from machine import commit, default_program, machine, today

DEFAULT_RULES = "auto@0.01,auto@0.001"
PARTS = "sentences-pad,sentences-mask,reviews-pad,reviews-mask"
SHORTEST, LONGEST = 4, 60  # words of a sentence


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="folder written by save_pretrained")
    parser.add_argument("aclimdb", help="folder that the Large Movie Review Dataset unpacks to")
    parser.add_argument("--out", required=True, help="JSON file")
    parser.add_argument("--parts", default=PARTS, help=f"of {PARTS}; default all")
    parser.add_argument("--rules", default=DEFAULT_RULES, help=f"default {DEFAULT_RULES}")
    parser.add_argument("--sentences", type=int, default=800)
    parser.add_argument("--reviews", type=int, default=200)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--lines", help="folder to keep measurements in, to go on from")
    parser.add_argument("--program", default=default_program("integrad_bench_quadrature"))
    return parser.parse_args()


def read_reviews(folder):
    for path in folder:
        yield " ".join(path.read_text(encoding="utf-8").replace("<br />", " ").split())


def draw_texts(aclimdb, sentences, reviews, seed):
    """Different reviews for sentences and for whole reviews, both classes."""
    files = sorted(pathlib.Path(aclimdb, "test").glob("*/*.txt"))
    files = [path for path in files if path.parent.name in ("pos", "neg")]
    random.Random(seed).shuffle(files)
    drawn = {"reviews": list(read_reviews(files[:reviews])), "sentences": []}
    choose = random.Random(seed + 1)
    for review in read_reviews(files[reviews:]):
        fitting = [sentence for sentence in re.split(r"(?<=[.!?])\s+", review)
                   if SHORTEST <= len(sentence.split()) <= LONGEST]
        if len(drawn["sentences"]) == sentences:
            break
        if fitting:
            drawn["sentences"].append(choose.choice(fitting))
    return drawn


def measured(path):
    """The whole lines of a file; a last one cut short is dropped."""
    whole = path.read_text(encoding="utf-8").rpartition("\n")[0] if path.exists() else ""
    return whole.splitlines()


def measure(given, texts, baseline, path):
    """Goes on behind the texts that PATH already has; all its lines, parsed."""
    before = measured(path)
    rest = texts[len(before):]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file, \
            path.open("w", encoding="utf-8") as lines:
        lines.writelines(line + "\n" for line in before)
        lines.flush()
        file.writelines(text + "\n" for text in rest)
        file.flush()
        subprocess.run(
            [given.program, given.model, file.name, baseline, str(given.max_length), given.rules],
            check=True, stdout=lines)
    return [json.loads(line) for line in measured(path)]


def rounded(values):
    return [float(f"{value:.3g}") for value in values]


def by_rule(lines):
    """Numbers of every text, rule by rule."""
    rules = {}
    for name in lines[0]["rules"]:
        entries = [line["rules"][name] for line in lines]
        rule = {"evaluations": [entry["evaluations"] for entry in entries],
                "error": rounded(entry["error"] for entry in entries)}
        if "reported" in entries[0]:
            rule["reported"] = rounded(entry["reported"] for entry in entries)
            rule["converged"] = sum(entry["converged"] for entry in entries)
        rules[name] = rule
    return rules


def row(part, name, rule):
    error = numpy.array(rule["error"])
    cells = [part, name, f"{numpy.mean(rule['evaluations']):.1f}"]
    cells += [f"{value:.1e}" for value in numpy.quantile(error, [0.5, 0.95, 0.99, 1])]
    if "reported" in rule:
        reported = numpy.array(rule["reported"])
        tolerance = float(name.split("@")[1])
        cells += [f"{100 * numpy.mean(error <= tolerance):.1f} %",
                  f"{100 * numpy.mean(error <= reported):.1f} %",
                  f"{numpy.median(reported / error):.1f}"]
    else:
        cells += ["", "", ""]
    return "| " + " | ".join(cells) + " |"


def table(result):
    lines = ["| texts | rule | evaluations | median error | 95 % | 99 % | worst | within | covered "
             "| reported / true |", "|" + "---|" * 10]
    for part, content in result["parts"].items():
        lines += [row(part, name, rule) for name, rule in content["rules"].items()]
    return "\n".join(lines)


def main():
    given = parse_arguments()
    out = pathlib.Path(given.out)
    result = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {"parts": {}}
    texts = draw_texts(given.aclimdb, given.sentences, given.reviews, given.seed)
    passing = tempfile.TemporaryDirectory()
    folder = pathlib.Path(given.lines or passing.name)
    folder.mkdir(parents=True, exist_ok=True)
    for part in given.parts.split(","):
        kind, baseline = part.split("-")
        lines = measure(given, texts[kind], baseline, folder / f"{part}.jsonl")
        content = result["parts"].setdefault(part, {"rules": {}})
        content |= {"texts": len(lines), "seed": given.seed, "max_length": given.max_length,
                    "model": pathlib.Path(given.model).name, "machine": machine(),
                    "date": today(), "commit": commit(),
                    "tokens": [line["tokens"] for line in lines]}
        content["rules"] |= by_rule(lines)
        out.write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(table(result))


if __name__ == "__main__":
    main()
