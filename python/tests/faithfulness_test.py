"""evaluate_explanations: what comes back, and what is refused."""

import itertools

import numpy as np
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

    def test_beside_what_people_marked(self):
        text = "The plot is thin, but I love the film."
        explanation = integrad.Explainer().explain(text)
        for rationale in ([(24, 28)], [0, 0, 0, 0, 0, 0, 1, 0, 0], ["love"]):
            found = integrad.evaluate_explanations([text, "A film"], rationales=[rationale, None])
            assert found["rationale_share"] == pytest.approx(1 / 9)
            measures = {m["measure"]: m["scores"] for m in found["baselines"][0]["measures"]}
            assert len(measures) == 12
            assert measures["auprc"]["texts"] == 1
            # One token is marked: recall jumps from 0 to 1 where it comes in the order of the scores.
            ordinary = [t for t, special in zip(explanation.tokens, explanation.special) if not special]
            scores = [s for s, special in zip(explanation.scores, explanation.special) if not special]
            rank = 1 + sum(s > scores[ordinary.index("love")] for s in scores)
            expected = 1.0 if rank == 1 else 0.5 / rank
            assert measures["auprc"]["mean"] == pytest.approx(expected)
            assert measures["token_f1"]["mean"] == pytest.approx(float(rank == 1))

    @pytest.mark.parametrize(("arguments", "error", "message"), [
        ({"measures": ["auprc"]}, ValueError, "rationales"),
        ({"rationales": [None]}, ValueError, "a rationale a text"),
        ({"rationales": [None, None, None]}, ValueError, "no text has a rationale"),
        ({"rationales": [["nowhere"], None, None]}, ValueError, "text 1: .*nowhere"),
        ({"rationales": [[(0, 900)], None, None]}, ValueError, "no range"),
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


class ByHand:
    """The measures once more, from scores and a model's answers alone, one text at a time."""

    def __init__(self, text):
        self.model = integrad.AutoModelForSequenceClassification.from_pretrained(None)
        self.tokenizer = integrad.AutoTokenizer.from_pretrained(None)
        self.explanation = integrad.Explainer().explain(text)
        self.ids = np.array(self.explanation.ids)
        self.scores = np.array(self.explanation.scores)
        self.words = [i for i, special in enumerate(self.explanation.special) if not special]
        self.whole = self.p(self.ids)

    def p(self, ids):
        logits = self.model.logits(np.array([ids]))
        return self.model.probabilities(logits)[0, self.explanation.target_id]

    def without(self, places):
        return self.whole - self.p(np.delete(self.ids, list(places)))

    def with_token(self, places, token):
        ids = self.ids.copy()
        ids[list(places)] = token
        return self.p(ids)

    def best(self, places):
        return sorted(places, key=lambda i: -self.scores[i])

    def top(self):
        everywhere = range(len(self.ids))
        top = self.best(everywhere)[:int(0.2 * len(self.ids))]
        rest = set(everywhere) - set(top)
        padded = self.with_token(top, self.tokenizer.pad_token_id)
        return {"comprehensiveness": self.without(top), "sufficiency": self.without(rest),
                "log_odds": np.log(padded) - np.log(self.whole)}

    def aopc(self):
        order, sets = self.best(self.words), []
        for tenth in range(1, 11):
            top = [i for i in order[:int(len(order) * tenth / 10 + 0.5)] if self.scores[i] > 0]
            if top and top not in sets:
                sets.append(top)
        return {"aopc_comprehensiveness": np.mean([self.without(top) for top in sets]),
                "aopc_sufficiency": np.mean([self.without(set(self.words) - set(top))
                                             for top in sets])}

    def areas(self):
        order, mask = self.best(self.words), self.tokenizer.mask_token_id
        counts = [int(len(order) * step / 20 + 0.5) for step in range(21)]
        curves = {"deletion": [self.with_token(order[:n], mask) for n in counts],
                  "insertion": [self.with_token(order[n:], mask) for n in counts]}
        return {name: np.mean((np.array(curve[1:]) + curve[:-1]) / 2)
                for name, curve in curves.items()}

    def correlation(self):
        drops = [self.without([i]) for i in self.words]
        signs = [(np.sign(self.scores[a] - self.scores[b]), np.sign(drops[m] - drops[n]))
                 for (m, a), (n, b) in itertools.combinations(enumerate(self.words), 2)]
        of_scores, of_drops = np.array(signs).T
        return {"loo_correlation": (of_scores @ of_drops)
                / np.sqrt((of_scores @ of_scores) * (of_drops @ of_drops))}


@pytest.mark.parametrize("text", SENTENCES)
def test_every_measure_by_hand(text):
    by_hand = ByHand(text)
    expected = by_hand.top() | by_hand.aopc() | by_hand.areas() | by_hand.correlation()
    found = integrad.evaluate_explanations([text])["baselines"][0]["measures"]
    for measure in found:
        if measure["measure"] != "infidelity":  # of random sets
            assert measure["scores"]["mean"] == pytest.approx(expected[measure["measure"]], abs=1e-5)
