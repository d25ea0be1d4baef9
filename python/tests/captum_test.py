"""Captum's habits. Numbers: those that Captum gave in float64 (tests/fixtures/models), and Captum
itself where it is installed (captum_beside_test.py)."""

import json

import numpy as np
import pytest
from conftest import MODELS
from safetensors.numpy import load_file

import integrad
import integrad.tf as tf
from integrad.captum import LayerIntegratedGradients

TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=["bert", "distilbert", "bert-gelu-new"])
def case(request):
    folder = MODELS / request.param
    notes = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return (integrad.AutoModelForSequenceClassification.from_pretrained(folder), notes,
            load_file(folder / "expected.safetensors"))


class TestNumbersOfCaptum:
    @pytest.mark.parametrize("layer", ["embeddings", "word_embeddings", "layer.0"])
    @pytest.mark.parametrize("score", ["probability", "logit"])
    def test_attributions(self, case, layer, score):
        model, notes, expected = case
        tested = 0
        for text in notes["texts"]:
            name = f"t{text['index']}"
            kind = "prob" if score == "probability" else "logit"
            wanted = expected.get(f"{name}.ig.{layer}.{kind}.gausslegendre50.attr")
            if wanted is None:
                continue
            lig = LayerIntegratedGradients(model, layer, score=score)
            types = expected.get(f"{name}.token_type_ids")
            found, delta = lig.attribute(
                expected[f"{name}.input_ids"], expected[f"{name}.baseline_ids"],
                text["predicted"], (expected[f"{name}.attention_mask"], types),
                return_convergence_delta=True)
            assert found.dtype == np.float32
            assert np.abs(found[0] - wanted).max() < TOLERANCE
            assert delta.shape == (1,)
            assert abs(delta[0] - expected[
                f"{name}.ig.{layer}.{kind}.gausslegendre50.delta"][0]) < TOLERANCE
            tested += 1
        assert tested > 0 or (layer, score) in (("word_embeddings", "logit"), ("layer.0", "logit"))

    def test_rules(self, case):
        model, notes, expected = case
        text = notes["texts"][0]
        lig = LayerIntegratedGradients(model, model.layer("embeddings"), score="probability")
        for rule in ("riemann_left", "riemann_right", "riemann_middle", "riemann_trapezoid"):
            found = lig.attribute(expected["t0.input_ids"], expected["t0.baseline_ids"],
                                  text["predicted"], n_steps=7, method=rule)
            wanted = expected[f"t0.ig.embeddings.prob.{rule}7.sum"]
            assert np.abs(found[0].sum(axis=1) - wanted).max() < TOLERANCE


class TestArguments:
    def test_targets(self, bert, batch):
        lig = LayerIntegratedGradients(bert, bert.bert.embeddings)
        ids = batch["input_ids"]
        expected = lig.attribute(ids, target=1, n_steps=3)
        for target in ([1, 1, 1], np.array([1, 1, 1]), [1]):
            assert np.array_equal(lig.attribute(ids, target=target, n_steps=3), expected)
        for target in (None, [0, 1], [0.5, 1, 1]):
            with pytest.raises(AssertionError, match="target"):
                lig.attribute(ids, target=target)
        with pytest.raises(ValueError, match="class"):
            lig.attribute(ids, target=3)

    def test_baselines(self, bert, batch):
        lig = LayerIntegratedGradients(bert, "embeddings")
        ids = batch["input_ids"]
        zero = lig.attribute(ids, target=0, n_steps=3)
        for baselines in (0, np.zeros_like(ids), np.zeros_like(ids[:1])):
            assert np.array_equal(lig.attribute(ids, baselines, 0, n_steps=3), zero)
        with pytest.raises(AssertionError, match="shape"):
            lig.attribute(ids, ids[:2], 0)

    def test_tuples(self, bert, batch):
        lig = LayerIntegratedGradients(bert, "embeddings")
        ids = batch["input_ids"]
        found = lig.attribute((ids,), (ids * 0,), target=0, n_steps=3)
        assert isinstance(found, tuple)
        assert np.array_equal(found[0], lig.attribute(ids, target=0, n_steps=3))

    def test_input_of_a_layer(self, bert, batch):
        ids = batch["input_ids"]
        at_input = LayerIntegratedGradients(bert, "layer.1").attribute(
            ids, target=0, n_steps=3, attribute_to_layer_input=True)
        at_output = LayerIntegratedGradients(bert, "layer.0").attribute(ids, target=0, n_steps=3)
        assert np.array_equal(at_input, at_output)

    def test_wrapper_decides_what_is_explained(self, bert, batch):
        class Probabilities(tf.Model):
            def __init__(self):
                self.inner = bert

            def call(self, ids, mask=None):
                return tf.nn.softmax(self.inner(ids, mask).logits)

        found, plain = (
            LayerIntegratedGradients(m, "embeddings", score=s).attribute(
                batch["input_ids"], target=0, n_steps=3,
                additional_forward_args=batch["attention_mask"])
            for m, s in ((Probabilities(), None), (bert, "probability")))
        assert np.array_equal(found, plain)

    def test_refused(self, bert, batch):
        lig = LayerIntegratedGradients(bert, "embeddings")
        with pytest.raises(AssertionError, match="method"):
            lig.attribute(batch["input_ids"], target=0, method="simpson")
        with pytest.raises(ValueError, match="forward_args"):
            lig.attribute(batch["input_ids"], target=0, additional_forward_args=(None,) * 3)
        with pytest.raises(NotImplementedError):
            LayerIntegratedGradients(bert, "embeddings", multiply_by_inputs=False)
        with pytest.raises(TypeError, match="layer"):
            LayerIntegratedGradients(bert, bert.bert.encoder)
        with pytest.raises(ValueError, match="step"):
            lig.attribute(batch["input_ids"], target=0, n_steps=0)
