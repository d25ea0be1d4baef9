"""The programs in examples/python: the same with alibi and here, but for their imports."""

import difflib
import subprocess
import sys

import numpy as np
from conftest import FIXTURES, MODELS, ROOT

EXAMPLES = ROOT / "examples" / "python"


def lines(name):
    return (EXAMPLES / name).read_text(encoding="utf-8").splitlines()


def table(text):
    """Tokens and scores of each line."""
    words = [line.split() for line in text.splitlines()]
    return [row[0::2] for row in words], [np.array(row[1::2], float) for row in words]


def test_what_changes():
    changed = [line for line in difflib.ndiff(lines("with_alibi.py"), lines("with_integrad.py"))
               if line.startswith("+ ")]
    assert len(changed) <= 12, changed


def test_the_same_result():
    done = subprocess.run([sys.executable, EXAMPLES / "with_integrad.py", MODELS / "bert"],
                          capture_output=True, text=True, check=True)
    tokens, scores = table(done.stdout)
    expected_tokens, expected = table((FIXTURES / "alibi/bert/example.txt").read_text("utf-8"))
    assert tokens == expected_tokens
    for found, known in zip(scores, expected, strict=True):
        assert np.abs(found - known).max() <= 2e-4  # both printed with four digits
