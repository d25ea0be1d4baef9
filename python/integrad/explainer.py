"""The main door: text in, attributions out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from integrad import _core
from integrad.arrays import check_text
from integrad.explanation import Explanation, Explanations
from integrad.model import AutoModelForSequenceClassification, Model

Text = str | tuple[str, str]
Path = str | os.PathLike[str]


class Explainer:
    """Explains the predictions of one model. Any number of threads may share it: while computing,
    the interpreter's lock is released, and each call has memory of its own.

    Parameters
    ----------
    model
        A folder, a model id of Hugging Face, a `Model`, or None for the bundled
        classifier of film reviews.
    backend, threads, precision
        As for `AutoModelForSequenceClassification.from_pretrained`; a `Model` keeps its backend.
    """

    def __init__(self, model: Path | Model | None = None, *, backend: str = "cpu", threads: int = 0,
                 precision: str = "f32") -> None:
        if isinstance(model, Model):
            self.model = model
            self._pool = (model.pool if threads == 0 and precision == "f32" else
                          _core.Explainer(model.core, threads, precision))
        else:
            self.model = AutoModelForSequenceClassification.from_pretrained(
                model, backend=backend, threads=threads, precision=precision)
            self._pool = self.model.pool
        self._card = self.model.core.card(False)
        self._card.path = self.model.name_or_path

    @overload
    def explain(self, texts: str, **options: Any) -> Explanation: ...
    @overload
    def explain(self, texts: Sequence[Text], **options: Any) -> Explanations: ...
    def explain(self, texts: str | Sequence[Text], *,
                progress: Callable[[int], None] | None = None,
                **options: Any) -> Explanation | Explanations:
        """Integrated gradients of a text, or of a list of texts and (text, text_pair) tuples.

        A str gives one `Explanation` (for target="all" that of the first class), a list gives
        `Explanations` in order, for target="all" class after class.

        Parameters
        ----------
        progress
            Called with the number of points evaluated since the last call.
        layer, layer_input
            Where paths start: "embeddings" (default), "word_embeddings", "layer.K"; True: at the
            layer's input instead of its output.
        baseline
            "pad" (default), "mask", "unk", "zero", "text:WORDS", "ids:1,2,3".
        target, threshold
            "predicted" (default), "all", a label, or a class number; from which probability on a
            label is predicted where several can hold at once.
        score
            "probability" (default), "logit", "log_odds".
        algorithm
            "integrated_gradients" (default), "gradient_shap", "input_x_gradient", "saliency",
            "smooth_grad", "var_grad", "occlusion".
        noise, seed
            Of "smooth_grad" and "var_grad": deviation, as a share of that of the hidden states (0.15);
            of random points (1).
        method, n_steps
            "auto" (default) takes as many points as a text needs; "gausslegendre" (where n_steps or
            full_attributions is given), "riemann_left", "riemann_right", "riemann_middle",
            "riemann_trapezoid", "trapezoid" take 50 or n_steps; random algorithms so many points.
        tolerance, max_steps
            Of "auto": relative error of the token scores (0.01), most points (257).
        head
            "auto" (default), "sampled"; "exact" averages a ReLU head's derivative along the path.
        max_length, long_texts, window, stride
            Longest text in tokens; None: what the model reads. "truncate" (default) or "windows":
            a longer text is read in windows of `window` tokens that share `stride`.
        baseline_positions
            "ids" (default) or "input", for families that count positions by ids.
        full_attributions
            True keeps (tokens × hidden) attributions.
        memory_limit, internal_batch_size
            Bytes above the weights (1 GiB); most points at once (0: as memory allows).
        replace_invalid
            Accepted for the sameness of names: a str has no invalid bytes.

        Raises ValueError (options), NumericalError; KeyboardInterrupt stops at once.
        """
        single = isinstance(texts, str)
        chosen = make_options(options)
        results = self._pool.explain(_pairs(texts), chosen, progress)
        settings = self._pool.settings(chosen)
        items = [Explanation(core, self._card, settings, index, full)
                 for core, index, full in results]
        return items[0] if single else Explanations(items)

    def conductance(self, text: str, text_pair: str | None = None, **options: Any
                    ) -> dict[str, Explanation]:
        """What flows through each layer: layer conductance, all layers in one sweep of `n_steps` (50)
        trapezoids. By name of the layer, the first is where the path begins (`layer`): integrated
        gradients. Each adds up to value − baseline_value. Options as in `explain`, but method and
        algorithm.

        Raises ValueError (options), NumericalError; KeyboardInterrupt stops at once.
        """
        chosen = make_options(options)
        settings = self._pool.settings(chosen)
        settings.method = "trapezoid"
        return {name: Explanation(core, self._card, settings) for name, core in
                self._pool.conductance(text, text_pair, chosen)}

    def predict(self, texts: str | Sequence[Text], *, max_length: int | None = None
                ) -> list[_core.Prediction]:
        """Labels, probabilities and logits, without an explanation; one a text."""
        return self._pool.predict(_pairs(texts), make_options({"max_length": max_length}), None)

    def logits(self, input_ids: Any, attention_mask: Any = None, token_type_ids: Any = None
               ) -> NDArray[np.float64]:
        """(texts × classes) of token ids (texts × tokens)."""
        return self.model.logits(input_ids, attention_mask, token_type_ids)

    def __repr__(self) -> str:
        return f"<explainer of {self.model!r}>"


_OPTIONS = frozenset(name for name in vars(_core.ExplainOptions) if not name.startswith("_"))


def make_options(options: dict[str, Any]) -> _core.ExplainOptions:
    """The engine's options; TypeError for a name it does not know, ValueError for a value."""
    chosen = _core.ExplainOptions()
    for name, value in options.items():
        if name not in _OPTIONS:
            raise TypeError(f"unknown option {name!r}; there are {', '.join(sorted(_OPTIONS))}")
        if name == "target" and isinstance(value, (int, np.integer)):
            value = str(int(value))
        if name == "layer" and hasattr(value, "module"):
            value = value.module
        setattr(chosen, name, value)
    return chosen


def _pairs(texts: str | Sequence[Text]) -> list[tuple[str, str | None]]:
    if isinstance(texts, str):
        texts = [texts]
    pairs: list[tuple[str, str | None]] = []
    for item in texts:
        text, pair = item if isinstance(item, tuple) else (item, None)
        if not isinstance(text, str) or not (pair is None or isinstance(pair, str)):
            raise TypeError("a text is a str or a tuple of two; found "
                            f"{type(item).__name__}")
        check_text(text, pair)
        pairs.append((text, pair))
    return pairs


_last: tuple[str, Explainer] | None = None


@overload
def explain(texts: str, model: Path | Model | None = None, **options: Any) -> Explanation: ...
@overload
def explain(texts: Sequence[Text], model: Path | Model | None = None,
            **options: Any) -> Explanations: ...
def explain(texts: str | Sequence[Text], model: Path | Model | None = None,
            **options: Any) -> Explanation | Explanations:
    """The short way: `Explainer(model).explain(texts, **options)`. The model of the last call is
    kept, so that calling again does not load it again."""
    global _last
    if isinstance(model, Model):
        return Explainer(model).explain(texts, **options)
    key = "" if model is None else os.path.abspath(model)
    if _last is None or _last[0] != key:
        _last = (key, Explainer(model))
    return _last[1].explain(texts, **options)
