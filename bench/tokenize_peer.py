"""Measures integrad's tokenizers beside Hugging Face's `tokenizers`, one thread each, in turns.

usage: tokenize_peer.py TEXTS.txt MODEL_DIR... [--program FILE] [--repeats 5] [--output FILE]
  TEXTS      one text a line
  MODEL_DIR  a folder that transformers' AutoTokenizer and integrad can both read

Every repeat times one pass of each over all texts, loading not counted; the best pass counts. The
ids must agree. For `tokenizers` the better of encode() in a loop and one encode_batch() counts;
both make offsets and words, as integrad's encode does.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import tokenizers  # noqa: E402
import transformers  # noqa: E402

from machine import commit, default_program, machine, today  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--program", default=default_program("integrad_bench_tokenize"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", help="JSON file for the result")
    return parser.parse_args()


def checksum(encodings):
    value = 0
    for encoding in encodings:
        for token in encoding.ids:
            value = (value * 31 + token) % 1000000007
    return value


def timed(call):
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


def compare(given, model, texts):
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)._tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    own, loop, batch, loading = [], [], [], []
    for _ in range(given.repeats):
        run = subprocess.run([given.program, model, given.texts, "1"], check=True,
                             capture_output=True, text=True)
        report = json.loads(run.stdout)
        own.append(report["seconds"])
        loading.append(report["loading_seconds"])
        seconds, encodings = timed(lambda: [tokenizer.encode(text) for text in texts])
        loop.append(seconds)
        if checksum(encodings) != report["checksum"]:
            sys.exit(f"{model}: the ids differ")
        del encodings
        seconds, encodings = timed(lambda: tokenizer.encode_batch(texts))
        batch.append(seconds)
        del encodings
    best_peer = min(min(loop), min(batch))
    mebibytes = report["bytes"] / 2**20
    return {"model": pathlib.Path(model).name, "kind": json.loads(tokenizer.to_str())["model"]["type"],
            "texts": report["texts"], "bytes": report["bytes"], "tokens": report["tokens"],
            "integrad_seconds": min(own), "integrad_mib_per_second": mebibytes / min(own),
            "integrad_loading_seconds": min(loading), "tokenizers_loop_seconds": min(loop),
            "tokenizers_batch_seconds": min(batch),
            "tokenizers_mib_per_second": mebibytes / best_peer, "ratio": best_peer / min(own)}


def main():
    given = arguments()
    with open(given.texts, encoding="utf-8", newline="\n") as file:
        texts = file.read().split("\n")
    if texts[-1] == "":
        texts.pop()
    result = {"date": today(), "commit": commit(), "machine": machine(), "threads": 1,
              "repeats": given.repeats,
              "versions": {"tokenizers": tokenizers.__version__,
                           "transformers": transformers.__version__},
              "runs": [compare(given, model, texts) for model in given.models]}
    text = json.dumps(result, indent=1) + "\n"
    if given.output:
        pathlib.Path(given.output).write_text(text, encoding="utf-8")
    for run in result["runs"]:
        print(f"{run['model']:24s} {run['kind']:10s} integrad {run['integrad_mib_per_second']:7.2f} "
              f"MiB/s, tokenizers {run['tokenizers_mib_per_second']:7.2f} MiB/s: "
              f"{run['ratio']:.2f} times as fast")


main()
