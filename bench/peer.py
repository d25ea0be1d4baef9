"""What the two peer processes share: arguments, the clock, the report. Standard library only.

A peer process explains the texts --passes times. After the first pass it writes the token scores
(that moment ends the whole process: start, imports, model, texts, file); the best pass counts as
seconds a text. One JSON object on the last line of the output is the report.
"""
import argparse
import json
import resource
import time


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("model", help="folder written by save_pretrained")
    parser.add_argument("texts", help="one text a line")
    parser.add_argument("output", help="JSON file for the token scores of every text")
    parser.add_argument("--started-at", type=float, required=True, help="time.time() of the start")
    parser.add_argument("--batch", type=int, default=5, help="points evaluated at once")
    parser.add_argument("--n-steps", type=int, default=50)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--padded", action="store_true", help="pad every text to --max-length")
    parser.add_argument("--bf16", action="store_true", help="autocast to bfloat16")
    return parser.parse_args()


def read_texts(path):
    with open(path, encoding="utf-8") as file:
        return [line for line in file.read().split("\n") if line]


def measure(given, texts, explain, versions):
    """explain(texts) returns a list of token scores (without padding) for every text."""
    startup = time.time() - given.started_at
    seconds = []
    for index in range(given.passes):
        begin = time.perf_counter()
        scores = explain(texts)
        seconds.append(time.perf_counter() - begin)
        if index == 0:
            with open(given.output, "w", encoding="utf-8") as file:
                json.dump(scores, file)
            whole = time.time() - given.started_at
    print(json.dumps({
        "seconds_per_text": min(seconds) / len(texts),
        "startup_seconds": startup,
        "whole_process_seconds": whole,
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": versions,
    }))
