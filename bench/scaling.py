#!/usr/bin/env python3
"""Measures how integrad's time grows with the length of a text, the number of texts and of points.

usage: scaling.py [MODEL_DIR] [--precision f32|bf16|auto] [--out bench/results/scaling.json]

Lengths and points are measured with MODEL_DIR (default: the bundled model), numbers of texts with the
bundled model. Writes JSON with the seconds and the fitted growth; plot_scaling.py draws it. integrad
is built with cmake --preset release -DINTEGRAD_BENCH=ON.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import numpy

from comparison_report import rounded
from machine import PROJECT, commit, cores, default_program, machine, today

LENGTHS = (16, 32, 64, 128, 256, 512)
TEXT_COUNTS = (1, 3, 10, 30, 100, 300, 1000)
STEPS = (10, 20, 50, 100, 200)
STEPS_LENGTH = 64  # tokens of the text on which the number of points varies
DEFAULT_STEPS = 50
BUNDLED_MODEL = PROJECT / "models" / "imdb-minilm"
WORDS = "the film was good and the end was bad".split()
SHORT_TEXTS = ("a fine film", "the actors were good but the story was not", "i would see it again",
               "one of the worst films that i have seen", "what a waste of time", "great fun",
               "not bad at all", "the music is lovely and the end made me cry")


def text_of_length(tokens):
    """[CLS] and [SEP] count; every word is one token."""
    return " ".join(WORDS[i % len(WORDS)] for i in range(tokens - 2))


def short_texts(count):
    return [SHORT_TEXTS[i % len(SHORT_TEXTS)] for i in range(count)]


class Bench:
    """Runs integrad on texts in a temporary file."""

    def __init__(self, given, folder):
        self.given = given
        self.texts = pathlib.Path(folder) / "texts.txt"

    def output(self, command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def model_sizes(self):
        """{"hidden_size": …, "intermediate_size": …} as `integrad inspect` reads them."""
        return json.loads(self.output([self.given.integrad_program, "inspect", "--model",
                                       self.given.model, "--format", "json"]))

    def write(self, texts):
        self.texts.write_text("\n".join(texts) + "\n", encoding="utf-8")

    def check_length(self, tokens):
        line = self.output([self.given.integrad_program, "tokenize", "--model", self.given.model,
                            "--input", str(self.texts), "--format", "jsonl"])
        found = len(json.loads(line)["ids"])
        if found != tokens:
            raise SystemExit(f"scaling.py: {tokens} tokens wanted, {self.given.model} made {found}")

    def seconds(self, model, texts, n_steps=DEFAULT_STEPS):
        """Of all texts together, without loading: the best repeat."""
        report = json.loads(self.output([
            self.given.integrad_bench, str(model), str(self.texts), str(self.given.repeats),
            str(n_steps), str(max(LENGTHS)), str(self.given.threads), self.given.precision]))
        return report["seconds_per_text_best"] * len(texts)


def measure_lengths(bench):
    seconds = []
    for length in LENGTHS:
        texts = [text_of_length(length)]
        bench.write(texts)
        bench.check_length(length)
        seconds.append(bench.seconds(bench.given.model, texts))
    return seconds


def measure_text_counts(bench):
    seconds = []
    for count in TEXT_COUNTS:
        texts = short_texts(count)
        bench.write(texts)
        seconds.append(bench.seconds(BUNDLED_MODEL, texts))
    return seconds


def measure_steps(bench):
    texts = [text_of_length(STEPS_LENGTH)]
    bench.write(texts)
    return [bench.seconds(bench.given.model, texts, n_steps) for n_steps in STEPS]


def growth_exponent(counts, seconds):
    """Slope in log-log coordinates: 1 is proportional."""
    return float(numpy.polyfit(numpy.log(counts), numpy.log(seconds), 1)[0])


def fit_length(lengths, seconds):
    """(a, b) of a·L + b·L², least squares of the relative errors."""
    lengths, seconds = numpy.asarray(lengths, float), numpy.asarray(seconds, float)
    columns = numpy.stack([lengths, lengths**2], axis=1) / seconds[:, None]
    linear, quadratic = numpy.linalg.lstsq(columns, numpy.ones(len(lengths)), rcond=None)[0]
    return float(linear), float(quadratic)


def expected_ratio(hidden, inner):
    """b/a if every operation took equal time: attention's share grows with the length.

    A token and a layer need 8·d² + 4·d·inner operations for the products with weights (24·d² when
    inner = 4·d), forward and the same backward; 4·L·d for attention forward and 10·L·d backward.
    """
    products = 2 * (8 * hidden**2 + 4 * hidden * inner)
    attention = (4 + 10) * hidden
    return attention / products


def length_report(seconds, sizes):
    linear, quadratic = fit_length(LENGTHS, seconds)
    return {"tokens": list(LENGTHS), "seconds": seconds, "fit": "a*L + b*L^2",
            "a": linear, "b": quadratic, "ratio": quadratic / linear,
            "ratio_of_operations": expected_ratio(sizes["hidden_size"], sizes["intermediate_size"])}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=str(BUNDLED_MODEL))
    parser.add_argument("--integrad-bench", default=default_program("integrad_bench_explain"))
    parser.add_argument("--integrad-program", default=default_program("integrad"))
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--out", default=str(PROJECT / "bench" / "results" / "scaling.json"))
    return parser.parse_args()


def main():
    given = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given, folder)
        lengths = length_report(measure_lengths(bench), bench.model_sizes())
        steps = measure_steps(bench)
        texts = measure_text_counts(bench)
    result = rounded({
        "date": today(), "commit": commit(), "machine": machine(),
        "settings": {"model": os.path.basename(os.path.normpath(given.model)),
                     "model_of_texts": BUNDLED_MODEL.name, "precision": given.precision,
                     "threads": given.threads, "repeats": given.repeats,
                     "n_steps": DEFAULT_STEPS},
        "length": lengths,
        "texts": {"texts": list(TEXT_COUNTS), "seconds": texts,
                  "exponent": growth_exponent(TEXT_COUNTS, texts)},
        "steps": {"n_steps": list(STEPS), "tokens": STEPS_LENGTH, "seconds": steps,
                  "exponent": growth_exponent(STEPS, steps)}})
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print(f"texts: time ~ count^{result['texts']['exponent']:.3f}; "
          f"points: time ~ count^{result['steps']['exponent']:.3f}; "
          f"length: b/a = {result['length']['ratio']:.2e} "
          f"({result['length']['ratio_of_operations']:.2e} by counting operations)")


if __name__ == "__main__":
    main()
