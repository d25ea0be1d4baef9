"""Other algorithms than integrated gradients, beside Captum's; skipped where it is not installed."""

import numpy as np
import pytest

captum = pytest.importorskip("captum.attr")
metrics = pytest.importorskip("captum.metrics")
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from conftest import MODELS, SENTENCES  # noqa: E402

import integrad  # noqa: E402

TOLERANCE = 1e-4  # relative, of a text's scores
pytestmark = pytest.mark.filterwarnings("default")


class Both:
    """A text's word embeddings and the function of them that Captum attributes."""

    def __init__(self, folder):
        self.theirs = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.explainer = integrad.Explainer(folder)
        ids = tokenizer(SENTENCES[0], return_tensors="pt")["input_ids"]
        keep = torch.isin(ids, torch.tensor(tokenizer.all_special_ids))
        words = self.theirs.get_input_embeddings()
        self.input = words(ids).detach()
        self.baseline = words(torch.where(keep, ids, tokenizer.pad_token_id)).detach()
        self.target = int(self.forward(self.input).argmax())

    def forward(self, vectors):
        return self.theirs(inputs_embeds=vectors).logits

    def ours(self, algorithm, **options):
        return self.explainer.explain(SENTENCES[0], algorithm=algorithm, layer="word_embeddings",
                                      score="logit", **options).scores


@pytest.fixture(scope="module", params=["bert", "distilbert", "bert-relu"])
def both(request):
    return Both(MODELS / request.param)


def check(found, expected, tolerance=TOLERANCE):
    expected = expected.detach().numpy()[0].astype(np.float64)
    assert np.linalg.norm(found - expected) < tolerance * np.linalg.norm(expected)


def test_saliency(both):
    theirs = captum.Saliency(both.forward).attribute(both.input, both.target, abs=False)
    check(both.ours("saliency"), theirs.norm(dim=2))


def test_input_x_gradient(both):
    theirs = captum.InputXGradient(both.forward).attribute(both.input, both.target)
    check(both.ours("input_x_gradient"), theirs.sum(2))


def test_occlusion(both):
    tokens = torch.arange(both.input.shape[1])[None, :, None].expand_as(both.input)
    theirs = captum.FeatureAblation(both.forward).attribute(
        both.input, both.baseline, both.target, feature_mask=tokens)
    check(both.ours("occlusion"), theirs[:, :, 0])


def test_gradient_shap_in_the_mean(both):
    torch.manual_seed(1)
    theirs = captum.GradientShap(both.forward).attribute(
        both.input, baselines=both.baseline, target=both.target, n_samples=3000, stdevs=0.0)
    check(both.ours("gradient_shap", n_steps=3000), theirs.sum(2), 0.03)


def test_conductance(both):
    base = both.theirs.base_model
    distilbert = hasattr(base, "transformer")
    layer = base.transformer.layer[0].output_layer_norm if distilbert else base.encoder.layer[0].output

    def left_sum(start, end):
        return captum.LayerConductance(both.forward, layer).attribute(
            end, start, both.target, n_steps=50, method="riemann_trapezoid").sum(2)
    # The mean of Captum's left sums there and back is the sum of trapezoids.
    expected = (left_sum(both.baseline, both.input) - left_sum(both.input, both.baseline)) / 2
    found = both.explainer.conductance(SENTENCES[0], layer="word_embeddings", score="logit",
                                       n_steps=50)
    check(found["layer.0"].scores, expected)


@pytest.mark.parametrize(("algorithm", "theirs_type"),
                         [("smooth_grad", "smoothgrad"), ("var_grad", "vargrad")])
def test_noise_in_the_mean(both, algorithm, theirs_type):
    torch.manual_seed(1)
    share = 0.3
    theirs = captum.NoiseTunnel(captum.Saliency(both.forward)).attribute(
        both.input, nt_type=theirs_type, nt_samples=3000, nt_samples_batch_size=200,
        stdevs=share * float(both.input.std(unbiased=False)), target=both.target, abs=False)
    expected = theirs.norm(dim=2) if algorithm == "smooth_grad" else theirs.sum(2)
    check(both.ours(algorithm, n_steps=3000, noise=share), expected, 0.05)


def measured(both, measure, **options):
    found = integrad.evaluate_explanations(
        [SENTENCES[0]], both.explainer.model, measures=[measure], layer="word_embeddings", **options)
    return found["baselines"][0]["measures"][0]["scores"]["mean"]


def test_max_sensitivity_in_distribution(both):
    torch.manual_seed(1)

    def probability(given):
        return both.forward(given).softmax(1)

    def saliency(vectors):
        gradient = captum.Saliency(probability).attribute(vectors[0], both.target, abs=False)
        return (gradient.norm(dim=2),)
    theirs = metrics.sensitivity_max(saliency, (both.input,), perturb_radius=0.02,
                                     n_perturb_samples=60, max_examples_per_batch=1)
    found = measured(both, "max_sensitivity", algorithms=["saliency"], perturbations=60)
    assert found == pytest.approx(float(theirs), rel=0.25)


def test_infidelity_in_distribution(both):
    """Sets of every size alike, as documented: how many of eight, then which."""
    torch.manual_seed(1)
    scores = torch.zeros_like(both.input)
    found = both.explainer.explain(SENTENCES[0], layer="word_embeddings")
    scores[0, :, 0] = torch.from_numpy(found.scores)
    moving = (both.input != both.baseline).any(dim=2)[0]

    def perturb(inputs, baselines):
        share = torch.randint(1, 8, (len(inputs), 1)) / 8
        chosen = (torch.rand(len(inputs), inputs.shape[1]) < share) & moving
        difference = torch.zeros_like(inputs)
        difference[:, :, 0] = chosen.float()
        return difference, torch.where(chosen[:, :, None], baselines, inputs)

    def probability(given):
        return both.forward(given).softmax(1)
    theirs = metrics.infidelity(probability, perturb, both.input, scores, both.baseline,
                                target=both.target, n_perturb_samples=4000,
                                max_examples_per_batch=500, normalize=True)
    assert measured(both, "infidelity", subsets=4000) == pytest.approx(float(theirs), rel=0.25)
