"""alibi's contract with models of the user's own: wrappers, one output, saved explainers."""

import json
import logging

import numpy as np
import pytest
from conftest import MODELS

import integrad
import integrad.tf as tf
from integrad import IntegratedGradients


@pytest.fixture(scope="module")
def one_logit(tmp_path_factory):
    """A classifier with one logit: the regression fixture, called a classifier."""
    folder = tmp_path_factory.mktemp("one_logit")
    source = MODELS / "bert-regression"
    for file in source.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    config["problem_type"] = "single_label_classification"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return integrad.AutoModelForSequenceClassification.from_pretrained(folder)


class TestSingleOutput:
    def test_signs_and_deltas(self, one_logit, batch, caplog):
        ids = batch["input_ids"] % 200
        ig = IntegratedGradients(one_logit, layer="embeddings", n_steps=80)
        one, zero = (ig.explain(ids, target=t) for t in (1, 0))
        assert np.array_equal(one.attributions[0], -zero.attributions[0])
        p, p0 = (one_logit.probabilities(one_logit.logits(x))[:, 0] for x in (ids, np.zeros_like(ids)))
        sums = one.attributions[0].sum(axis=(1, 2))
        assert np.allclose(one.deltas, sums - (p - p0), atol=1e-6)
        assert np.allclose(zero.deltas, -sums - ((1 - p) - (1 - p0)), atol=1e-6)
        assert np.abs(one.deltas).max() < 1e-4
        with caplog.at_level(logging.WARNING):
            none = ig.explain(ids)
        assert "single output" in caplog.text
        assert none.target is None
        assert np.array_equal(none.attributions[0], one.attributions[0])
        with pytest.raises(ValueError, match="out of range"):
            ig.explain(ids, target=2)


class Wrapper(tf.Model):
    """As in alibi's example on transformers."""

    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer

    def call(self, input_ids, attention_mask=None, training=False):
        out = self.transformer(input_ids=input_ids, attention_mask=attention_mask,
                               training=training)
        return self.outputs(out.logits)

    def outputs(self, logits):
        return tf.nn.softmax(logits, axis=-1)


class LogitWrapper(Wrapper):
    def outputs(self, logits):
        return logits


class SquareWrapper(Wrapper):
    def outputs(self, logits):
        return logits**2


class TestWrappers:
    def explain(self, model, batch, **options):
        ig = IntegratedGradients(model, layer=lambda m: m.layers[0].layers[0].embeddings,
                                 n_steps=5, **options)
        mask = tf.constant(batch["attention_mask"])
        return ig.explain(batch["input_ids"], {"attention_mask": mask}, target=1)

    def test_probabilities(self, bert, batch):
        found = self.explain(Wrapper(bert), batch)
        plain = IntegratedGradients(bert, layer="embeddings", n_steps=5).explain(
            batch["input_ids"], {"attention_mask": batch["attention_mask"]}, target=1)
        assert np.array_equal(found.attributions[0], plain.attributions[0])
        assert json.loads(found.to_json())["data"]["forward_kwargs"]

    def test_logits(self, bert, batch):
        found = self.explain(LogitWrapper(bert), batch)
        plain = IntegratedGradients(bert, layer="embeddings", n_steps=5, score="logit").explain(
            batch["input_ids"], {"attention_mask": batch["attention_mask"]}, target=1)
        assert np.array_equal(found.attributions[0], plain.attributions[0])
        assert np.abs(found.attributions[0]).max() > 0

    def test_something_else(self, bert, batch):
        with pytest.raises(ValueError, match="neither"):
            self.explain(SquareWrapper(bert), batch)

    def test_nothing_inside(self):
        with pytest.raises(TypeError, match="holds 0"):
            IntegratedGradients(object(), layer="embeddings")


class TestKeeping:
    def test_save_and_load(self, bert, batch, tmp_path):
        ig = IntegratedGradients(bert, layer=bert.layer("layer.0"), method="riemann_middle",
                                 n_steps=6, internal_batch_size=3)
        ig.save(tmp_path / "kept")
        again = IntegratedGradients.load(tmp_path / "kept", bert)
        assert again.meta == ig.meta
        first, second = (e.explain(batch["input_ids"], target=0) for e in (ig, again))
        assert np.array_equal(first.attributions[0], second.attributions[0])

    def test_functions(self, bert, tmp_path):
        with pytest.raises(ValueError, match="name"):
            IntegratedGradients(bert, layer="embeddings", target_fn=lambda p: p).save(tmp_path)
        ig = IntegratedGradients(bert, layer="embeddings", target_fn=np.ravel)
        ig.save(tmp_path)
        assert IntegratedGradients.load(tmp_path, bert).target_fn is np.ravel

    def test_load_of_something_else(self, bert, tmp_path):
        with pytest.raises(FileNotFoundError):
            IntegratedGradients.load(tmp_path / "none", bert)
        (tmp_path / "explainer.json").write_text("{}", encoding="utf-8")
        with pytest.raises(ValueError, match="schema"):
            IntegratedGradients.load(tmp_path, bert)

    def test_reset_predictor_moves_the_layer(self, bert, batch):
        other = integrad.AutoModelForSequenceClassification.from_pretrained(MODELS / "bert-relu")
        ids = batch["input_ids"] % 100
        ig = IntegratedGradients(bert, layer=bert.layer("layer.0"), n_steps=3)
        ig.reset_predictor(other)
        fresh = IntegratedGradients(other, layer="layer.0", n_steps=3)
        assert ig.layer is other.layer("layer.0")
        assert np.array_equal(ig.explain(ids, target=0).attributions[0],
                              fresh.explain(ids, target=0).attributions[0])

    def test_reset_predictor_to_nothing_keeps_the_former(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", n_steps=2)
        with pytest.raises(TypeError):
            ig.reset_predictor(None)
        assert ig.explain(batch["input_ids"], target=0).attributions[0].any()
