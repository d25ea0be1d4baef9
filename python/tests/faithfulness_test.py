"""evaluate_explanations: what comes back, and what is refused."""

import pytest
from conftest import MODELS, SENTENCES

import integrad


class TestEvaluateExplanations:
    def test_two_baselines(self):
        seen = []
        found = integrad.evaluate_explanations(
            SENTENCES, baselines=["pad", "mask"], method="auto",
            progress=lambda share, texts: seen.append((share, texts)))
        assert found["texts"] == 3 and found["method"] == "auto"
        assert [entry["baseline"] for entry in found["baselines"]] == ["pad", "mask"]
        for entry in found["baselines"]:
            assert len(entry["measures"]) == 9
            for measure in entry["measures"]:
                assert measure["scores"]["low"] <= measure["scores"]["mean"] <= measure["scores"]["high"]
        assert seen == sorted(seen)
        assert seen[-1][0] == pytest.approx(1)

    def test_against_the_model_itself(self):
        model = integrad.AutoModelForSequenceClassification.from_pretrained(None)
        found = integrad.evaluate_explanations(SENTENCES[1:2], model, measures=["deletion"])
        [deletion] = found["baselines"][0]["measures"]
        explanation = integrad.Explainer().explain(SENTENCES[1])
        assert deletion["curve"][0] == pytest.approx(explanation.value, abs=1e-5)
        z = integrad.AutoTokenizer.from_pretrained(None)(SENTENCES[1], return_tensors="np")
        masked = z["input_ids"].copy()
        masked[0, 1:-1] = integrad.AutoTokenizer.from_pretrained(None).mask_token_id
        p = model.probabilities(model.logits(masked))[0, explanation.target_id]
        assert deletion["curve"][-1] == pytest.approx(p, abs=1e-5)

    @pytest.mark.parametrize(("arguments", "error", "message"), [
        ({"texts": "a text"}, TypeError, "list of texts"),
        ({"measures": ["comp"]}, ValueError, "comprehensiveness"),
        ({"measures": []}, ValueError, "no measure"),
        ({"baseline": "pad"}, TypeError, "baselines"),
        ({"baselines": ["pad", "pad"]}, ValueError, "twice"),
        ({"target": "all"}, ValueError, "one target"),
        ({"top": 2}, ValueError, "between 0 and 1"),
        ({"nonsense": 1}, TypeError, "nonsense"),
        ({"model": MODELS / "bert-regression"}, ValueError, "regression")])
    def test_refused(self, arguments, error, message):
        with pytest.raises(error, match=message):
            integrad.evaluate_explanations(**{"texts": SENTENCES, **arguments})
