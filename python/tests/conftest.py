"""What the tests share: small models with random weights and their reference values, and the
bundled classifier."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import integrad

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
MODELS = FIXTURES / "models"
SENTENCES = ["I love you, I like you", "I love you, I like you, but I also kind of dislike you",
             "Everything is so nice about you"]


class AlibiRun:
    """Attributions that alibi itself computed with TensorFlow."""

    def __init__(self, name):
        folder = FIXTURES / "alibi" / name
        self.notes = json.loads((folder / "alibi.json").read_text(encoding="utf-8"))
        self.arrays = load_file(folder / "alibi.safetensors")
        self.model = integrad.AutoModelForSequenceClassification.from_pretrained(MODELS / name)
        self.tokenizer = integrad.AutoTokenizer.from_pretrained(MODELS / name)

    def __getitem__(self, name):
        return self.arrays[name]


@pytest.fixture(scope="session", params=["bert", "distilbert"])
def alibi_run(request):
    return AlibiRun(request.param)


@pytest.fixture(scope="session")
def bert():
    return integrad.AutoModelForSequenceClassification.from_pretrained(MODELS / "bert")


@pytest.fixture(scope="session")
def bert_tokenizer():
    return integrad.AutoTokenizer.from_pretrained(MODELS / "bert")


@pytest.fixture(scope="session")
def explainer():
    """Of the bundled classifier."""
    return integrad.Explainer()


@pytest.fixture(scope="session")
def batch(bert_tokenizer):
    """Three sentences, padded: input_ids, attention_mask, token_type_ids, baselines."""
    z = bert_tokenizer(SENTENCES, padding=True, return_tensors="np")
    ids = z["input_ids"]
    keep = np.isin(ids, bert_tokenizer.all_special_ids)
    z["baselines"] = np.where(keep, ids, bert_tokenizer.pad_token_id)
    return z
