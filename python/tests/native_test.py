"""The native door: explainers, explanations, errors, threads, interrupts."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import FIXTURES, MODELS, ROOT, SENTENCES

import integrad


class TestExplain:
    def test_one_text(self, explainer):
        e = explainer.explain(SENTENCES[2])
        assert (e.text, e.predicted, e.target) == (SENTENCES[2], "POSITIVE", "POSITIVE")
        assert e.words.text[int(np.argmax(e.words.scores))] == "nice"
        assert e.scores.dtype == np.float64
        assert len(e.tokens) == len(e.scores) == len(e.ids) == len(e.word_ids)
        assert abs(e.scores.sum() - (e.value - e.baseline_value) - e.delta) < 1e-12
        assert abs(e.delta) < 1e-4
        assert e.probabilities.shape == e.logits.shape == (2,)
        assert e.value == pytest.approx(e.probabilities[1])
        assert abs(e.probabilities[1] - 0.975) < 5e-4  # PyTorch's

    def test_real_reviews_as_pytorch(self, explainer):
        reference = json.loads((FIXTURES / "real/imdb-minilm.json").read_text(encoding="utf-8"))
        with_text = [review for review in reference["reviews"] if "text" in review]
        review = min(with_text, key=lambda r: len(r["text"]))
        e = explainer.explain(review["text"], max_length=reference["max_length"])
        assert np.abs(e.probabilities - review["probabilities"]).max() < 1e-4
        assert e.predicted_id == review["predicted"]

    def test_many_texts(self, explainer):
        many = explainer.explain(SENTENCES)
        assert isinstance(many, integrad.Explanations)
        assert [e.text for e in many] == SENTENCES
        assert many[1] == explainer.explain(SENTENCES[1])
        assert isinstance(many[1:], integrad.Explanations)
        assert len(many[1:]) == 2
        assert len(explainer.explain([])) == 0

    def test_pairs_and_all_classes(self, explainer):
        classes = explainer.explain([("I love you", "you hate me")], target="all")
        assert [e.target for e in classes] == ["NEGATIVE", "POSITIVE"]
        assert classes[0].text_pair == "you hate me"
        assert np.allclose(classes[0].scores, -classes[1].scores, atol=1e-5)
        assert set(classes[0].segments) == {0, 1}

    def test_options(self, explainer):
        e = explainer.explain(SENTENCES[0], layer="layer.2", baseline="mask", target=0,
                              score="logit", method="trapezoid", n_steps=9, full_attributions=True)
        assert (e.settings.layer, e.settings.baseline, e.settings.score) == ("layer.2", "mask",
                                                                             "logit")
        assert (e.settings.method, e.settings.n_steps, e.target) == ("trapezoid", 9, "NEGATIVE")
        assert e.value == pytest.approx(e.logits[0])
        assert e.full_attributions.dtype == np.float32
        assert np.allclose(e.full_attributions.sum(axis=1), e.scores, atol=1e-4)
        assert explainer.explain(SENTENCES[0]).full_attributions is None

    def test_characters_not_bytes(self, explainer):
        text = "Ça va très bien ☃ 🙂 nice film"
        e = explainer.explain(text)
        for i, (start, end) in enumerate(e.words.offsets):
            assert text[start:end] == e.words.text[i]
        start, end = e.offsets[e.tokens.index("nice")]
        assert text[start:end] == "nice"

    def test_short_way(self):
        e = integrad.explain(SENTENCES[0], model=MODELS / "distilbert")
        assert e.model.family == "distilbert"
        assert integrad.explain([SENTENCES[0]])[0].predicted == "POSITIVE"

    def test_predict(self, explainer):
        p = explainer.predict(SENTENCES)
        assert [x.predicted for x in p] == [e.predicted for e in explainer.explain(SENTENCES)]
        assert p[0].probabilities.sum() == pytest.approx(1)

    def test_progress(self, explainer):
        counted = []
        explainer.explain(SENTENCES[0], n_steps=40, progress=counted.append)
        assert sum(counted) >= 40

    def test_an_error_in_progress_stops(self, explainer):
        def stop(_):
            raise RuntimeError("enough")
        with pytest.raises(RuntimeError, match="enough"):
            explainer.explain(SENTENCES[0], progress=stop)
        assert explainer.explain(SENTENCES[0]).predicted == "POSITIVE"


@pytest.fixture(scope="module")
def many(explainer):
    return explainer.explain([*SENTENCES, "<script>alert(1)</script> & nice"])


class TestViews:
    def test_json(self, many):
        document = json.loads(many.to_json())
        assert document["schema"] == "integrad/explanations/1"
        again = integrad.Explanations.from_json(many.to_json())
        assert all(a == b for a, b in zip(again, many, strict=True))
        assert json.loads(many[0].to_json())["explanations"] == document["explanations"][:1]

    def test_json_of_something_else(self):
        with pytest.raises(ValueError, match="schema|JSON|key"):
            integrad.Explanations.from_json("{}")

    def test_html(self, many):
        page = many.to_html(title="Why?")
        assert "<title>Why?" in page
        assert "<script" not in page
        assert "nice" in many[2].to_html(granularity="token", palette="orange_blue")
        with pytest.raises(ValueError, match="granularity|letter|token"):
            many.to_html(granularity="letter")

    def test_notebook(self, many):
        shown = many._repr_html_()
        assert "<script" not in shown
        assert shown.count("predicted") == 4
        assert many[0].words.text[1] in shown
        assert shown.count("<span") == shown.count("</span>")
        assert shown.count("<div") == shown.count("</div>")

    def test_notebook_keeps_every_character(self, explainer):
        import html
        import re
        text = "Ça  va,\n très   bien ☃ & <b>"
        shown = explainer.explain(text)._repr_html_()
        block = re.search(r"pre-wrap[^>]*>(.*?)</span></div>", shown, re.DOTALL)[1]
        assert html.unescape(re.sub(r"<[^>]+>", "", block)) == text

    def test_pandas(self, many):
        pandas = pytest.importorskip("pandas")
        table = many[1].to_pandas()
        assert isinstance(table, pandas.DataFrame)
        assert table["attribution"].tolist() == many[1].scores.tolist()
        assert table["token"].tolist() == many[1].tokens
        everything = many.to_pandas()
        assert len(everything) == sum(len(e.tokens) for e in many)
        assert everything["explanation"].max() == 3

    def test_others(self, many):
        assert many.to_csv().count("\n") == 1 + sum(len(e.tokens) for e in many)
        assert "POSITIVE" in many[0].to_terminal("none")
        assert "POSITIVE" in repr(many[0])
        assert "4" in repr(many)
        with pytest.raises(TypeError):
            hash(many[0])


class TestErrors:
    def test_no_such_model(self):
        with pytest.raises(FileNotFoundError, match="no folder"):
            integrad.Explainer("no/such/model")
        with pytest.raises(NotADirectoryError):
            integrad.Explainer(MODELS / "bert" / "config.json")

    @pytest.mark.parametrize("name", ["cfg_truncated", "st_wrong_shape", "st_short_file"])
    def test_malformed_checkpoint(self, name):
        with pytest.raises(integrad.CheckpointError) as error:
            integrad.Explainer(FIXTURES / "hostile" / name)
        assert isinstance(error.value, (ValueError, integrad.Error))

    def test_malformed_tokenizer(self):
        with pytest.raises(integrad.TokenizerError):
            integrad.AutoTokenizer.from_pretrained(FIXTURES / "hostile" / "tok_truncated")

    def test_unsupported(self):
        with pytest.raises(integrad.UnsupportedModel):
            integrad.Explainer(FIXTURES / "hostile" / "cfg_unknown_model")

    @pytest.mark.parametrize("options", [
        {"layer": "no"}, {"baseline": "no"}, {"target": "no"}, {"score": "no"}, {"method": "no"},
        {"n_steps": 0}, {"target": 2}, {"max_length": 1}, {"memory_limit": 10}])
    def test_values(self, explainer, options):
        with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
            explainer.explain(SENTENCES[0], **options)

    @pytest.mark.parametrize("options", [{"steps": 3}, {"n_steps": "3"}, {"layer": 1}])
    def test_types(self, explainer, options):
        with pytest.raises(TypeError):
            explainer.explain(SENTENCES[0], **options)

    @pytest.mark.parametrize("texts", [3, [3], [("a", 3)], None, b"bytes"])
    def test_no_text(self, explainer, texts):
        with pytest.raises(TypeError):
            explainer.explain(texts)

    def test_compute_options(self):
        with pytest.raises(ValueError, match="backend"):
            integrad.Explainer(backend="gpu")
        with pytest.raises(ValueError, match="precision"):
            integrad.Explainer(precision="f8")

    def test_broken_text(self, explainer):
        with pytest.raises((ValueError, UnicodeError)):
            explainer.explain("half a pair \ud83d")


class TestModel:
    def test_call(self, bert, bert_tokenizer):
        z = bert_tokenizer(SENTENCES, padding=True, return_tensors="np")
        out = bert(**z)
        assert out.logits.shape == (3, 3)
        assert out.logits.dtype == np.float32
        assert out["logits"] is out.logits
        assert out[0] is out.logits
        assert type(out.logits.numpy()) is np.ndarray
        assert np.array_equal(bert(z).logits, out.logits)
        assert np.array_equal(bert(z["input_ids"].tolist(), z["attention_mask"]).logits, out.logits)
        with pytest.raises(TypeError, match="labels"):
            bert(**z, labels=1)
        with pytest.raises(TypeError, match="input_ids"):
            bert()

    def test_config(self, bert):
        assert bert.config.num_labels == 3
        assert bert.config.id2label[0] == bert.labels[0]
        assert bert.config.hidden_size == 32
        assert bert.eval() is bert
        assert "bert" in repr(bert)

    def test_exact_backend(self, bert):
        exact = integrad.AutoModelForSequenceClassification.from_pretrained(
            MODELS / "bert", backend="reference")
        ids = np.array([[2, 51, 318, 95, 3]])
        assert np.allclose(exact.logits(ids), bert.logits(ids), atol=2e-5)

    def test_hugging_face_cache(self, tmp_path, monkeypatch):
        folder = tmp_path / "models--someone--tiny"
        commit = 40 * "a"
        snapshot = folder / "snapshots" / commit
        snapshot.parent.mkdir(parents=True)
        snapshot.symlink_to(MODELS / "bert")
        (folder / "refs").mkdir()
        (folder / "refs" / "main").write_text(commit)
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        model = integrad.AutoModelForSequenceClassification.from_pretrained("someone/tiny")
        assert model.name_or_path == "someone/tiny"
        assert integrad.AutoTokenizer.from_pretrained("someone/tiny").vocab_size > 0
        with pytest.raises(FileNotFoundError):
            integrad.AutoTokenizer.from_pretrained("someone/tiny", revision="other")


class TestThreads:
    def test_sharing_one_explainer(self, explainer):
        expected = [explainer.explain(s) for s in SENTENCES]
        wrong = []

        def work(i):
            for _ in range(5):
                if explainer.explain(SENTENCES[i]) != expected[i]:
                    wrong.append(i)
        threads = [threading.Thread(target=work, args=(i,)) for i in (0, 1, 2, 0)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong

    def test_the_lock_is_released(self, explainer):
        counted, done = [0], threading.Event()

        def count():
            while not done.is_set():
                counted[0] += 1
                time.sleep(0.001)
        thread = threading.Thread(target=count)
        thread.start()
        explainer.explain(" ".join(SENTENCES * 8), n_steps=200)
        done.set()
        thread.join()
        assert counted[0] > 20


class TestAutomatic:
    def test_errors(self, explainer):
        text = "I love you, I like you, but I also kind of dislike you"
        exact = explainer.explain(text, n_steps=200)
        assert exact.errors is None and exact.relative_error is None and exact.converged
        found = explainer.explain(text, method="auto", tolerance=1e-3)
        assert found.converged and found.relative_error <= 2e-3
        assert np.linalg.norm(found.scores - exact.scores) <= 1e-3 * np.linalg.norm(exact.scores)
        assert found.errors.shape == found.scores.shape
        assert found.words.errors.sum() == pytest.approx(found.errors.sum())
        rough = explainer.explain(text, method="auto", tolerance=1e-6, max_steps=10)
        assert not rough.converged and rough.evaluations == 10
        assert "not converged" in rough.to_html()

    def test_a_head_that_jumps(self):
        explainer = integrad.Explainer(MODELS / "distilbert")
        many = explainer.explain(SENTENCES[0], n_steps=4000, method="riemann_middle").scores
        found = explainer.explain(SENTENCES[0], method="trapezoid", n_steps=33, head="exact")
        assert np.linalg.norm(found.scores - many) <= 2e-3 * np.linalg.norm(many)
        assert json.loads(found.to_json())["settings"]["head"] == "exact"
        with pytest.raises(ValueError, match="not gausslegendre"):
            explainer.explain("a", head="exact", method="gausslegendre")

    def test_is_what_is_made_unless_a_rule_is_asked_for(self, explainer):
        def settings(**options):
            return json.loads(explainer.explain("so good", **options).to_json())["settings"]
        assert settings()["method"] == "auto"
        for ruled in ({"n_steps": 7}, {"full_attributions": True}):
            assert settings(**ruled)["method"] == "gausslegendre"
        with pytest.raises(ValueError, match="n_steps is for rules"):
            explainer.explain("a", method="auto", n_steps=7)

    def test_full_attributions_need_a_rule(self, explainer):
        with pytest.raises(ValueError, match="gausslegendre"):
            explainer.explain("a", method="auto", full_attributions=True)


def test_algorithms(explainer):
    usual = explainer.explain(SENTENCES[0])
    assert usual.algorithm == "integrated_gradients"
    for algorithm in ("gradient_shap", "input_x_gradient", "saliency", "smooth_grad", "var_grad",
                      "occlusion"):
        found = explainer.explain(SENTENCES[0], algorithm=algorithm, n_steps=4, seed=2)
        assert found.algorithm == algorithm
        assert np.abs(found.scores).max() > 0
        assert algorithm in found.to_json()
        if algorithm in ("saliency", "smooth_grad", "var_grad"):
            assert found.scores.min() >= 0
    with pytest.raises(ValueError, match="choose one of integrated_gradients"):
        explainer.explain(SENTENCES[0], algorithm="lime")


def test_conductance(explainer):
    layers = explainer.conductance(SENTENCES[0], n_steps=100)
    names = list(layers)
    assert names[0] == "embeddings"
    assert names[1] == "layer.0"
    integral = explainer.explain(SENTENCES[0])
    moved = abs(integral.value - integral.baseline_value)
    assert np.abs(layers["embeddings"].scores - integral.scores).max() < 1e-2 * moved
    for e in layers.values():
        assert e.scores.sum() == pytest.approx(e.value - e.baseline_value + e.delta, abs=1e-9)
        assert abs(e.delta) < 1e-2 * moved
    with pytest.raises(ValueError, match="one path"):
        explainer.conductance(SENTENCES[0], method="auto")


def test_several_baselines(explainer):
    text = SENTENCES[1]
    found = explainer.explain(text, baseline="pad,mask")
    alone = [explainer.explain(text, baseline=name) for name in ("pad", "mask")]
    assert [scores["baseline"] for scores in found.baselines] == ["pad", "mask"]
    for scores, one in zip(found.baselines, alone, strict=True):
        assert np.allclose(scores["scores"], one.scores, atol=1e-6)
        assert not one.baselines
    assert np.allclose(found.scores, (alone[0].scores + alone[1].scores) / 2, atol=1e-6)
    assert found.scores.sum() - (found.value - found.baseline_value) == pytest.approx(
        found.delta, abs=1e-12)
    assert "mean of 2 baselines" in found.to_html()


INTERRUPTED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
import integrad
explainer = integrad.Explainer({model!r})
text = "nice " * 400
print("ready", flush=True)
explainer.explain([text] * 50, n_steps=300)
"""


class TestInterrupt:
    def test_within_a_second(self):
        program = INTERRUPTED.format(model=str(ROOT / "models" / "imdb-minilm"))
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=os.environ)
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.5)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        took = time.monotonic() - begin
        assert "KeyboardInterrupt" in errors
        assert took < 1
