#!/usr/bin/env python3
"""Measures what the Python package adds to the engine: importing it, and a call.

usage: python_package.py [--repeats 60]      (the package must be installed)

Importing is timed in processes of its own, NumPy included. The call explains a text of one word with
one node, in turns with the engine's own function, so that hardly anything but Python is left.
Prints milliseconds, the best of all repeats.
"""
import argparse
import subprocess
import sys
import time

import integrad
from integrad.explainer import make_options

IMPORT = ("import time; begin = time.perf_counter(); import integrad; integrad.explain; "
          "print(time.perf_counter() - begin)")


def import_seconds():
    return float(subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True,
                                check=True).stdout)


def timed(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=60)
    repeats = parser.parse_args().repeats
    explainer = integrad.Explainer()
    options = make_options({"n_steps": 1})
    around, engine = [], []
    for _ in range(repeats):
        around.append(timed(lambda: explainer.explain("nice", n_steps=1)))
        engine.append(timed(lambda: explainer._pool.explain([("nice", None)], options, None)))
    print(f"import {1e3 * min(import_seconds() for _ in range(10)):.0f} ms, "
          f"a call {1e3 * min(around):.2f} ms, its engine {1e3 * min(engine):.2f} ms")


main()
