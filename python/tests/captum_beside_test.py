"""Beside Captum and PyTorch themselves, on models in memory; skipped where they are not installed."""

import pytest

captum = pytest.importorskip("captum.attr")
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from conftest import MODELS, SENTENCES  # noqa: E402

import integrad  # noqa: E402
from integrad.captum import LayerIntegratedGradients  # noqa: E402

TOLERANCE = 1e-4
pytestmark = pytest.mark.filterwarnings("default")


def embeddings_of(model):
    return model.base_model.embeddings


def block_of(model):
    """What gives a block's output: Captum cannot take the block, a tuple with None among it."""
    base = model.base_model
    if hasattr(base, "transformer"):
        return base.transformer.layer[1].output_layer_norm
    return base.encoder.layer[1].output


@pytest.fixture(scope="module", params=["bert", "distilbert", "bert-relu"])
def both(request):
    """The same model here and there, copied from memory."""
    folder = MODELS / request.param
    theirs = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return theirs, tokenizer, integrad.from_torch(theirs, tokenizer)


@pytest.fixture(scope="module")
def batch(both):
    _, tokenizer, _ = both
    z = tokenizer(SENTENCES, padding=True, return_tensors="pt")
    keep = torch.isin(z["input_ids"], torch.tensor(tokenizer.all_special_ids))
    baselines = torch.where(keep, z["input_ids"], tokenizer.pad_token_id)
    return z["input_ids"], z["attention_mask"], baselines


def test_logits(both, batch):
    theirs, _, ours = both
    ids, mask, _ = batch
    with torch.no_grad():
        expected = theirs(ids, attention_mask=mask).logits
    found = ours(ids, attention_mask=mask).logits
    assert isinstance(found, torch.Tensor)
    assert (found - expected).abs().max() < 2e-5


@pytest.mark.parametrize("method", ["gausslegendre", "riemann_trapezoid", "riemann_middle"])
@pytest.mark.parametrize(("there", "here"), [(embeddings_of, "embeddings"), (block_of, "layer.1")])
def test_attributions(both, batch, method, there, here):
    theirs, _, ours = both
    ids, mask, baselines = batch

    def forward(input_ids, attention_mask):
        return theirs(input_ids, attention_mask=attention_mask).logits
    target = torch.tensor([0, 1, theirs.config.num_labels - 1])
    expected, expected_delta = captum.LayerIntegratedGradients(forward, there(theirs)).attribute(
        ids, baselines, target, (mask,), n_steps=20, method=method, internal_batch_size=6,
        return_convergence_delta=True)
    found, delta = LayerIntegratedGradients(ours, here).attribute(
        ids, baselines, target, (mask,), n_steps=20, method=method, internal_batch_size=6,
        return_convergence_delta=True)
    real = mask.bool()
    assert isinstance(found, torch.Tensor)
    assert found.shape == expected.shape
    assert found.dtype == torch.float32
    assert (found - expected)[real].abs().max() < TOLERANCE
    assert expected[real].abs().max() > 10 * TOLERANCE
    assert (delta - expected_delta).abs().max() < 10 * TOLERANCE


def test_half_precision_weights(both):
    theirs, tokenizer, ours = both
    half = integrad.from_torch(theirs.to(torch.bfloat16), tokenizer)
    theirs.to(torch.float32)
    ids = tokenizer(SENTENCES[0], return_tensors="pt")["input_ids"]
    assert (half(ids).logits - ours(ids).logits).abs().max() < 0.1


def test_explains_text(both):
    _, _, ours = both
    e = integrad.Explainer(ours).explain(SENTENCES[0])
    assert abs(e.scores.sum() - (e.value - e.baseline_value) - e.delta) < 1e-9


def test_tokenizer_as_transformers():
    mine = integrad.AutoTokenizer.from_pretrained(MODELS / "bert")
    texts = [*SENTENCES, "ça ☃ <b>", ""]
    pairs = [*texts[-2::-1], "nice"]
    for options in ({}, {"padding": True}, {"padding": "max_length", "max_length": 30},
                    {"truncation": True, "max_length": 7}, {"add_special_tokens": False},
                    {"add_special_tokens": False, "truncation": True, "max_length": 5},
                    {"truncation": "only_first", "max_length": 24, "padding": "longest",
                     "pad_to_multiple_of": 8}, {"return_special_tokens_mask": True}):
        for second in (None, pairs):
            if second and options.get("truncation") == "only_first":
                continue
            reference = transformers.AutoTokenizer.from_pretrained(MODELS / "bert")
            expected = reference(texts, second, return_offsets_mapping=True, **options)
            found = mine(texts, second, return_offsets_mapping=True, **options)
            assert set(found) == set(expected)
            for name in expected:
                assert [list(r) for r in found[name]] == [list(r) for r in expected[name]], (
                    name, options)
            for i in range(len(texts)):
                assert found.word_ids(i) == expected.word_ids(i)
                assert found.sequence_ids(i) == expected.sequence_ids(i)
                assert found.tokens(i) == expected.tokens(i)
