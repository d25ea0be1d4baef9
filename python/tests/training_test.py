"""Fine-tuning and evaluation from Python."""

import integrad
import numpy as np
import pytest
from conftest import FIXTURES, MODELS

GOOD, BAD = "the movie is nice and i love it", "terrible acting and a bad film"
TEXTS, LABELS = [GOOD, BAD] * 12, ["good", "bad"] * 12


def train(output, **options):
    settings = {"batch_size": 8, "dropout": False, "learning_rate": 1e-3, "threads": 1}
    return integrad.train(TEXTS, LABELS, MODELS / "bert", output, **{**settings, **options})


def test_learns_and_explains(tmp_path):
    seen = []
    result = train(tmp_path / "new", epochs=20, clip=1, validation=(TEXTS, LABELS),
                   progress=seen.append)
    assert result.model.labels == ["bad", "good"]
    assert [step["step"] for step in result.history] == list(range(1, 61))
    assert seen == result.history
    assert result.history[-1]["loss"] < 0.3 < result.history[0]["loss"]
    assert result.evaluations[-1]["accuracy"] == 1
    assert "classifier.weight" in result.fresh
    metrics = integrad.evaluate(TEXTS, LABELS, tmp_path / "new")
    assert metrics["accuracy"] == 1 and metrics["confusion"] == [[12, 0], [0, 12]]
    assert metrics == integrad.evaluate(TEXTS, LABELS, result.model)
    assert integrad.explain(GOOD, model=result.model).predicted == "good"


def test_the_command_reads_what_python_wrote(tmp_path):
    train(tmp_path / "new", steps=3)
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= names
    assert not any("state" in name for name in names)


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_interrupted_and_resumed_the_weights_are_the_same(tmp_path):
    train(tmp_path / "whole", steps=10)

    def stop(step):
        if step["step"] == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", steps=10, progress=stop)
    with pytest.raises(FileExistsError, match="resume=True"):
        train(tmp_path / "parts", steps=10)
    rest = train(tmp_path / "parts", steps=10, resume=True)
    assert [step["step"] for step in rest.history] == list(range(5, 11))
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")


def test_several_labels_and_values(tmp_path):
    several = integrad.train(TEXTS[:2], [["a", "b"], []], MODELS / "bert", tmp_path / "several",
                             problem="multi_label", steps=2)
    assert several.model.labels == ["a", "b"]
    assert integrad.evaluate(TEXTS[:2], [["a"], [1]], several.model)["texts"] == 2
    values = integrad.train(TEXTS[:2], [0.5, -1.0], MODELS / "bert", tmp_path / "values",
                            problem="regression", steps=2)
    assert values.model.config.num_labels == 1
    assert "spearman" in integrad.evaluate(TEXTS[:2], [0.5, -1.0], values.model)


def test_frozen_parameters_stay(tmp_path):
    result = train(tmp_path / "new", steps=2, freeze=["bert."])
    before = integrad.AutoModelForSequenceClassification.from_pretrained(MODELS / "bert")
    ids = np.array([[2, 5, 6, 3]])
    layer = integrad.IntegratedGradients(result.model, layer=result.model.layer("embeddings"))
    assert layer is not None
    assert not np.array_equal(before(ids).logits, result.model(ids).logits)


def test_what_cannot_be(tmp_path):
    with pytest.raises(ValueError, match="adamw"):
        train(tmp_path / "new", optimizer="sgd")
    with pytest.raises(ValueError, match="cosine"):
        train(tmp_path / "new", schedule="cosine")
    with pytest.raises(ValueError, match="no parameter"):
        train(tmp_path / "new", freeze=["nothing.like.it"])
    with pytest.raises(FileNotFoundError, match="nothing to resume"):
        train(tmp_path / "new", resume=True)
    with pytest.raises(ValueError, match="2 texts, but 1 labels"):
        integrad.train(TEXTS[:2], LABELS[:1], MODELS / "bert", tmp_path / "new")
    with pytest.raises(ValueError, match="none of NEGATIVE, POSITIVE"):
        integrad.evaluate(TEXTS, LABELS)
    with pytest.raises(TypeError, match="list of texts"):
        integrad.evaluate(GOOD, LABELS)
    assert not (tmp_path / "new").exists()


def test_reviews():
    texts, labels = integrad.datasets.keras_imdb(FIXTURES / "keras_imdb" / "imdb.npz",
                                                 num_words=500, split="test")
    assert len(texts) == len(labels) and set(labels) == {0, 1}
    with pytest.raises(ValueError, match="train/neg"):
        integrad.datasets.imdb(FIXTURES)
