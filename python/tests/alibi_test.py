"""alibi's contract: its own results, what it accepts and refuses, metadata and JSON."""

import json

import numpy as np
import pytest
from conftest import SENTENCES

from integrad import IntegratedGradients
from integrad.alibi import Explanation

TOLERANCE = 1e-4
RUNS = {  # name of a run -> constructor's arguments, explain's arguments
    "gausslegendre50": ({}, {}),
    "riemann_left50": ({"method": "riemann_left"}, {}),
    "riemann_right50": ({"method": "riemann_right"}, {}),
    "riemann_middle50": ({"method": "riemann_middle"}, {}),
    "riemann_trapezoid50": ({"method": "riemann_trapezoid"}, {}),
    "gausslegendre10": ({"n_steps": 10}, {}),
    "target_int0": ({"n_steps": 10}, {"target": 0}),
    "baselines_none": ({"n_steps": 10}, {"baselines": None}),
    "layer0_output": ({"n_steps": 10, "layer": "layer.0"}, {}),
}


def mask_of(run):
    return {"attention_mask": run["attention_mask"]}


def explain(run, constructor, call):
    ig = IntegratedGradients(run.model, **{"layer": "embeddings", "internal_batch_size": 5,
                                           **constructor})
    return ig.explain(run["X"], **{"forward_kwargs": mask_of(run), "baselines": run["baselines"],
                                   "target": run["target"], **call})


class TestNumbersOfAlibi:
    @pytest.mark.parametrize("name", RUNS)
    def test_attributions(self, alibi_run, name):
        found = explain(alibi_run, *RUNS[name])
        expected = alibi_run[f"{name}.attributions"]
        assert len(found.attributions) == 1
        assert found.attributions[0].dtype == np.float32
        assert found.attributions[0].shape == expected.shape
        assert np.abs(found.attributions[0] - expected).max() < TOLERANCE
        assert np.abs(found.deltas - alibi_run[f"{name}.deltas"]).max() < TOLERANCE

    def test_one_target_a_text(self, alibi_run):
        target = [int(1 - t) if t < 2 else 0 for t in alibi_run["target"]]
        found = explain(alibi_run, {"n_steps": 10}, {"target": target})
        difference = found.attributions[0] - alibi_run["target_list.attributions"]
        assert np.abs(difference).max() < TOLERANCE
        assert found.target.tolist() == target

    def test_predictions(self, alibi_run):
        found = explain(alibi_run, {"n_steps": 2}, {})
        assert np.abs(found.predictions - alibi_run["predictions"]).max() < TOLERANCE
        assert np.array_equal(found.predictions.argmax(axis=1), alibi_run["target"])
        baseline = alibi_run.model.probabilities(
            alibi_run.model.logits(alibi_run["baselines"], **mask_of(alibi_run)))
        assert np.abs(baseline - alibi_run["baseline_predictions"]).max() < TOLERANCE

    def test_the_tokenizer_gives_the_same_input(self, alibi_run):
        z = alibi_run.tokenizer(alibi_run.notes["texts"], padding="max_length", truncation=True,
                                max_length=alibi_run.notes["max_len"], return_tensors="np")
        assert np.array_equal(z["input_ids"], alibi_run["X"])
        assert np.array_equal(z["attention_mask"], alibi_run["attention_mask"])

    def test_input_of_a_layer_is_the_output_of_the_one_before(self, alibi_run):
        # alibi loses part of the gradient here; its documented meaning is what is tested.
        found = explain(alibi_run, {"n_steps": 10, "layer": "layer.1"},
                        {"attribute_to_layer_inputs": True})
        difference = found.attributions[0] - alibi_run["layer0_output.attributions"]
        assert np.abs(difference).max() < TOLERANCE

    def test_padding_gets_exactly_zero(self, alibi_run):
        found = explain(alibi_run, {}, {})
        assert not found.attributions[0][alibi_run["attention_mask"] == 0].any()


class TestMetadata:
    def test_fields(self, alibi_run):
        found = explain(alibi_run, {}, {})
        assert set(found.data) == set(alibi_run.notes["runs"]["gausslegendre50"]["keys"])
        assert set(found.meta) == {"name", "type", "explanations", "params", "version"}
        assert found.meta["name"] == "IntegratedGradients"
        assert found.meta["type"] == ["whitebox"]
        assert found.meta["explanations"] == ["local"]
        assert set(found.meta["params"]) == {"target_fn", "method", "n_steps",
                                             "internal_batch_size", "layer"}
        assert found.data["X"] is found.X
        assert found["X"] is found.X

    def test_json_both_ways(self, alibi_run):
        found = explain(alibi_run, {}, {})
        again = Explanation.from_json(found.to_json())
        assert again.meta == found.meta
        assert set(again.data) == set(found.data)
        for name in ("X", "baselines", "predictions", "deltas", "target"):
            assert np.array_equal(again.data[name], np.asarray(found.data[name])), name
        assert np.array_equal(again.attributions[0], found.attributions[0])
        assert np.array_equal(again.forward_kwargs["attention_mask"],
                              alibi_run["attention_mask"])

    def test_json_of_a_function(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", target_fn=largest, n_steps=2)
        found = ig.explain(batch["input_ids"])
        assert json.loads(found.to_json())["meta"]["params"]["target_fn"].endswith(":largest")

    @pytest.mark.parametrize("text", ["[]", "{}", '{"meta": 1, "data": {}}'])
    def test_json_of_something_else(self, text):
        with pytest.raises(ValueError, match="meta and data"):
            Explanation.from_json(text)

    def test_unknown_attribute(self):
        with pytest.raises(AttributeError, match="scores"):
            Explanation({}, {"X": 1}).scores  # noqa: B018


def largest(predictions):
    return predictions.argmax(axis=1)


class TestLayers:
    def test_every_way_to_name_one(self, bert, batch):
        results = [IntegratedGradients(bert, layer=layer, n_steps=2).explain(
                       batch["input_ids"], target=0).attributions[0]
                   for layer in (bert.layer("embeddings"), "embeddings", "bert.embeddings",
                                 lambda model: model.bert.embeddings,
                                 bert.layers[0].embeddings)]
        for result in results[1:]:
            assert np.array_equal(result, results[0])

    def test_tree(self, bert):
        assert bert.bert.encoder.layer[0].name == "layer.0"
        assert bert.layers[0].encoder.layer[1] is bert.layer("layer.1")
        assert bert.bert.embeddings.word_embeddings.name == "word_embeddings"

    def test_layer_of_the_explainer(self, bert):
        ig = IntegratedGradients(bert, layer=bert.layer("layer.1"))
        assert ig.layer is bert.layer("layer.1")
        assert ig.meta["params"]["layer"] == "layer.1"

    @pytest.mark.parametrize("layer", [3, ["embeddings"]])
    def test_wrong_type(self, bert, layer):
        with pytest.raises(TypeError, match="layer"):
            IntegratedGradients(bert, layer=layer)

    def test_not_a_layer(self, bert):
        with pytest.raises(TypeError, match="only holds"):
            IntegratedGradients(bert, layer=bert.bert.encoder)
        with pytest.raises(ValueError, match="layer"):
            IntegratedGradients(bert, layer="no such layer")

    def test_none(self, bert, batch):
        with pytest.raises(ValueError, match="derivative"):
            IntegratedGradients(bert).explain(batch["input_ids"], target=0)

    def test_inputs_of_the_first_layers_are_ids(self, bert, batch):
        with pytest.raises(ValueError, match="ids"):
            IntegratedGradients(bert, layer="embeddings").explain(
                batch["input_ids"], target=0, attribute_to_layer_inputs=True)


class TestInputs:
    def test_batch_is_single(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", n_steps=7)
        mask = batch["attention_mask"]
        together = ig.explain(batch["input_ids"], {"attention_mask": mask}, batch["baselines"], 1)
        for i in range(len(SENTENCES)):
            n = int(mask[i].sum())
            alone = ig.explain(batch["input_ids"][i : i + 1, :n], None,
                               batch["baselines"][i : i + 1, :n], 1)
            assert np.array_equal(alone.attributions[0][0], together.attributions[0][i, :n])

    @pytest.mark.parametrize("size", [1, 5, 1000, None])
    def test_internal_batch_size_changes_nothing(self, bert, batch, size):
        results = [IntegratedGradients(bert, layer="layer.0", internal_batch_size=s, n_steps=9)
                   .explain(batch["input_ids"], target=2).attributions[0] for s in (size, 100)]
        assert np.array_equal(*results)

    def test_number_and_array_baselines(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", n_steps=3)
        ids = batch["input_ids"]
        expected = ig.explain(ids, baselines=np.full_like(ids, 4), target=0).attributions[0]
        for baseline in (4, 4.0, np.int64(4), np.float32(4)):
            found = ig.explain(ids, baselines=baseline, target=0)
            assert np.array_equal(found.attributions[0], expected)
        zero = ig.explain(ids, baselines=0, target=0).attributions[0]
        assert np.array_equal(ig.explain(ids, target=0).attributions[0], zero)

    def test_baseline_equal_to_the_input(self, bert, batch):
        ids = batch["input_ids"]
        found = IntegratedGradients(bert, layer="embeddings").explain(ids, baselines=ids, target=0)
        assert not found.attributions[0].any()

    def test_list_of_one(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", n_steps=3)
        ids = batch["input_ids"]
        given = [batch["baselines"]]
        found = ig.explain([ids], baselines=given, target=0)
        plain = ig.explain(ids, baselines=batch["baselines"], target=0)
        assert np.array_equal(found.attributions[0], plain.attributions[0])
        assert given[0] is batch["baselines"]

    def test_token_types_matter(self, bert, batch):
        ig = IntegratedGradients(bert, layer="word_embeddings", n_steps=3)
        ids = batch["input_ids"]
        types = np.ones_like(ids)
        plain = ig.explain(ids, target=0)
        typed = ig.explain(ids, {"token_type_ids": types}, target=0)
        assert not np.array_equal(plain.attributions[0], typed.attributions[0])
        assert np.allclose(typed.predictions,
                           bert.probabilities(bert(ids, token_type_ids=types).logits))

    @pytest.mark.parametrize("X", ["text", [[1, 2]], (np.ones((1, 2), int),)])
    def test_no_array(self, bert, X):
        with pytest.raises(ValueError, match="X"):
            IntegratedGradients(bert, layer="embeddings").explain(X, target=0)

    def test_wrong_arrays(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings")
        ids = batch["input_ids"]
        with pytest.raises(TypeError, match="integers"):
            ig.explain(ids + 0.5, target=0)
        with pytest.raises(ValueError, match="tokens"):
            ig.explain(ids[0], target=0)
        with pytest.raises(ValueError, match="list of 2"):
            ig.explain([ids, ids], target=0)
        with pytest.raises(ValueError, match="shape"):
            ig.explain(ids, {"attention_mask": ids[:, 1:]}, target=0)
        with pytest.raises(TypeError, match="position_ids"):
            ig.explain(ids, {"position_ids": ids}, target=0)
        with pytest.raises(ValueError, match=r"id|table"):
            ig.explain(ids + 10**6, target=0)

    @pytest.mark.parametrize("baselines", ["pad", [0], 0.5])
    def test_wrong_baselines(self, bert, batch, baselines):
        with pytest.raises(ValueError, match="baselines"):
            IntegratedGradients(bert, layer="embeddings").explain(
                batch["input_ids"], baselines=baselines, target=0)

    def test_baselines_of_another_shape(self, bert, batch):
        with pytest.raises(ValueError, match="shape of X"):
            IntegratedGradients(bert, layer="embeddings").explain(
                batch["input_ids"], baselines=batch["baselines"][:1], target=0)
        with pytest.raises(ValueError, match="list"):
            IntegratedGradients(bert, layer="embeddings").explain(
                [batch["input_ids"]], baselines=batch["baselines"], target=0)


class TestTargets:
    def test_function(self, bert, batch):
        ids = batch["input_ids"]
        by_function = IntegratedGradients(bert, layer="embeddings", n_steps=3, target_fn=largest)
        found = by_function.explain(ids)
        assert np.array_equal(found.target, found.predictions.argmax(axis=1))
        plain = IntegratedGradients(bert, layer="embeddings", n_steps=3).explain(
            ids, target=found.target)
        assert np.array_equal(found.attributions[0], plain.attributions[0])

    def test_function_of_another_shape(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", target_fn=lambda p: p)
        with pytest.raises(ValueError, match="target_fn"):
            ig.explain(batch["input_ids"])

    def test_both(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", target_fn=largest)
        with pytest.raises(ValueError, match="only one"):
            ig.explain(batch["input_ids"], target=0)

    @pytest.mark.parametrize("target", [1, np.int64(1), [1, 1, 1], np.ones(3, np.int32),
                                        np.ones((3, 1), int)])
    def test_forms(self, bert, batch, target):
        found = IntegratedGradients(bert, layer="embeddings", n_steps=2).explain(
            batch["input_ids"], target=target)
        assert found.target.tolist() == [1, 1, 1]

    @pytest.mark.parametrize(("target", "error"), [
        (None, ValueError), (-1, ValueError), (3, ValueError), ([0, 1], ValueError),
        ([0.5, 0, 0], ValueError), (np.zeros((3, 2), int), ValueError), ("a", NotImplementedError),
        (1.0, NotImplementedError)])
    def test_refused(self, bert, batch, target, error):
        with pytest.raises(error, match="target"):
            IntegratedGradients(bert, layer="embeddings").explain(batch["input_ids"], target=target)

    def test_method(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", method="simpson")
        with pytest.raises(ValueError, match="approximation method"):
            ig.explain(batch["input_ids"], target=0)

    @pytest.mark.parametrize(("method", "n"), [("gausslegendre", 0), ("riemann_left", 1)])
    def test_too_few_steps(self, bert, batch, method, n):
        ig = IntegratedGradients(bert, layer="embeddings", method=method, n_steps=n)
        with pytest.raises(ValueError, match="step"):
            ig.explain(batch["input_ids"], target=0)

    def test_deltas_are_what_they_say(self, bert, batch):
        ig = IntegratedGradients(bert, layer="embeddings", method="riemann_left", n_steps=4)
        ids, mask = batch["input_ids"], {"attention_mask": batch["attention_mask"]}
        found = ig.explain(ids, mask, batch["baselines"], target=2)
        end = bert.probabilities(bert.logits(batch["baselines"], **mask))[:, 2]
        gained = found.predictions[:, 2] - end
        assert np.allclose(found.attributions[0].sum(axis=(1, 2)) - gained, found.deltas, atol=1e-6)
        assert np.abs(found.deltas).max() > 1e-5  # four nodes are not exact
