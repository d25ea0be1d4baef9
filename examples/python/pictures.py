#!/usr/bin/env python3
"""Draws the pictures of docs/python.md.

usage: pictures.py FOLDER
"""
import sys
from pathlib import Path

import integrad
from integrad import plot

SENTENCE = "I love you, I like you, but I also kind of dislike you"


def main() -> None:
    folder = Path(sys.argv[1])
    explainer = integrad.Explainer()
    explanation = explainer.explain(SENTENCE)
    for name, axes in (("waterfall", plot.waterfall(explanation)),
                       ("layers_by_tokens", plot.layers_by_tokens(SENTENCE, explainer)),
                       ("convergence", plot.convergence(SENTENCE, explainer))):
        axes.figure.savefig(folder / f"{name}.png", dpi=80, bbox_inches="tight")


if __name__ == "__main__":
    main()
