"""Do explanations tell the truth about the model? Perturbed texts, beside a random order."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from integrad import _core
from integrad.explainer import make_options
from integrad.model import AutoModelForSequenceClassification, Model
from integrad.training import Folder, Text, _pairs

#: Ranges of characters, marks of words, or phrases.
Rationale = Sequence[tuple[int, int]] | Sequence[int] | Sequence[str]


def evaluate_explanations(texts: Sequence[Text], model: Folder | Model | None = None, *,
                          baselines: Sequence[str] = ("pad",),
                          algorithms: Sequence[str] = ("integrated_gradients",),
                          measures: Sequence[str] | None = None, top: float = 0.2,
                          replacement: str = "mask", subsets: int = 32, radius: float = 0.02,
                          perturbations: int = 10, seed: int = 1, threads: int = 0,
                          precision: str = "f32",
                          rationales: Sequence[Rationale | None] | None = None,
                          rationale_share: float | None = None,
                          progress: Callable[[float, int], None] | None = None,
                          **options: Any) -> dict[str, Any]:
    """Explains texts and tests the explanations: comprehensiveness, sufficiency, deletion and others.

    Returns what `integrad evaluate-explanations --format json` writes, as a dict: texts, the settings,
    and in "baselines" an entry for each of the `algorithms` and `baselines`: evaluations and seconds a
    text, and a list of measures, each with means and 95 % intervals of the scores, of the same scores
    in random order, and of the difference.

    Parameters
    ----------
    model
        A folder, a model id, a `Model`, or None for the bundled classifier.
    baselines
        Names as in `Explainer.explain`; later ones are compared with the first on the same texts.
    algorithms
        Names as in `Explainer.explain`; saliency and others without a baseline come once.
    measures
        Some of "comprehensiveness", "sufficiency", "log_odds", "aopc_comprehensiveness",
        "aopc_sufficiency", "deletion", "insertion", "loo_correlation", "infidelity"; None: these. Also
        "max_sensitivity", which explains each text ten times more, and with `rationales` "auprc",
        "token_f1" and "token_iou", which are then among those of None.
    top
        Share of all tokens, for the first three.
    replacement
        Token of deletion and insertion: "mask", "pad", "unk", "ids:N".
    subsets
        Sets of tokens for infidelity.
    radius, perturbations
        Of max_sensitivity: largest noise of an entry of the hidden states, and how often.
    seed
        Of random orders, sets and intervals.
    rationales
        What people marked, one a text (None: nothing): a list of (start, end) in characters, of 0 and
        1 a word between white space, or of phrases of the text.
    rationale_share
        Share of the tokens that token_f1 and token_iou choose; None: that of the words that people
        marked, in the mean.
    progress
        Called with the share of the work that is done, and the number of texts.
    options
        Those of `Explainer.explain`, such as method="auto".

    Raises ValueError for options, and for models and texts that cannot be tested; KeyboardInterrupt
    stops at once.
    """
    if "baseline" in options:
        raise TypeError("evaluate_explanations takes baselines, a list, not baseline")
    if not isinstance(model, Model):
        model = AutoModelForSequenceClassification.from_pretrained(model, threads=threads,
                                                                   precision=precision)
    chosen = make_options({**options, "baseline": ",".join(baselines)})
    if "algorithm" in options:
        raise TypeError("evaluate_explanations takes algorithms, a list, not algorithm")
    names = list(measures) if measures is not None else _core.measure_names(rationales is not None)
    found: dict[str, Any] = json.loads(_core.test_texts(
        model.pool, _pairs(texts), chosen, list(algorithms), names, top, replacement, subsets, radius,
        perturbations, seed, rationales, rationale_share, progress))
    del found["data"]
    return found
