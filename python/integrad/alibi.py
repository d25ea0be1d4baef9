"""Integrated gradients with alibi's API (https://docs.seldon.io/projects/alibi): same names,
arguments, defaults and results. docs/alibi.md lists every difference.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrad import _core
from integrad.alibi_checks import check_input, make_baselines, make_target, shapes_of_targets
from integrad.alibi_explanation import Explanation as Explanation
from integrad.arrays import Array, to_ids, to_numpy
from integrad.layers import Layer
from integrad.model import Model
from integrad.wrapped import classifier_in, score_of

logger = logging.getLogger(__name__)

_METHODS = ("gausslegendre", "riemann_left", "riemann_right", "riemann_middle",
            "riemann_trapezoid", "trapezoid")

LayerChoice = Layer | str | Callable[[Any], Layer] | None


class IntegratedGradients:
    """alibi's explainer. Thread-safe except for `reset_predictor`.

    Parameters
    ----------
    model
        A `Model`, whose probabilities are explained, or an object around one (a subclass of
        `integrad.tf.Model` with a `call`, say) that returns its probabilities or its logits.
    layer
        Where paths run: `model.layer("embeddings")`, a name, or a function from the model to a
        layer. Token ids have no derivative, so that a layer is needed.
    target_fn
        From predictions (N × C) to targets (N,), for example ``lambda p: p.argmax(axis=1)``.
    method
        "gausslegendre", "riemann_left", "riemann_right", "riemann_middle", "riemann_trapezoid" as
        alibi has them; also "trapezoid", whose weights sum to 1.
    n_steps
        Nodes of the rule.
    internal_batch_size
        Most points evaluated at once.
    score
        "probability", "logit" or "log_odds" of a plain `Model`; None: "probability". A wrapper's
        own outputs decide.
    """

    def __init__(self, model: Any, layer: LayerChoice = None,
                 target_fn: Callable[[Any], Any] | None = None, method: str = "gausslegendre",
                 n_steps: int = 50, internal_batch_size: int | None = 100, *,
                 score: str | None = None) -> None:
        self.model = model
        self._classifier = classifier_in(model)
        self._choice = layer
        self._layer = self._find(layer)
        if target_fn is not None and not callable(target_fn):
            raise TypeError("target_fn: expected a function or None")
        self.target_fn = target_fn
        self.method = method
        self.n_steps = n_steps
        self.internal_batch_size = internal_batch_size
        self.score = score
        kept = {"target_fn": target_fn, "method": method, "n_steps": n_steps,
                "internal_batch_size": internal_batch_size, "layer": self._layer}
        self.meta: dict[str, Any] = {
            "name": "IntegratedGradients", "type": ["whitebox"], "explanations": ["local"],
            "params": kept, "version": _version()}

    @property
    def layer(self) -> Layer | None:
        """The layer that is explained."""
        return None if self._layer is None else self._classifier.layer(self._layer)

    def explain(self, X: Any, forward_kwargs: dict[str, Any] | None = None, baselines: Any = None,
                target: Any = None, attribute_to_layer_inputs: bool = False) -> Explanation:
        """Attributions of token ids.

        Parameters
        ----------
        X
            (N × L) token ids, padded or not; a list of one such array is taken, too.
        forward_kwargs
            attention_mask and token_type_ids, (N × L) each.
        baselines
            None (id 0 everywhere), a number (that id), or (N × L) ids.
        target
            Class of each text: None (of models with one output), a number, a list, an array.
        attribute_to_layer_inputs
            Paths run at the input of the layer instead of its output.

        Returns an `Explanation`; `attributions[0]` is (N × L × H) float32, padding gets 0, and
        `deltas` are Σ attributions − (F(x) − F(x')).

        Raises ValueError and TypeError where alibi does.
        """
        if self._layer is None:
            raise ValueError("token ids have no derivative: pass layer=, for example "
                             "layer=model.layer('embeddings')")
        self._check_rule()
        given, ids = check_input(X)
        kwargs = dict(forward_kwargs or {})
        baseline_ids = make_baselines(baselines, ids, isinstance(X, list))
        predictions = self._predict(given, kwargs)
        score = score_of(self.model, self._classifier, predictions, ids, kwargs, self.score)
        targets = self._targets(target, predictions)
        single = len(self._classifier.labels) == 1
        if targets is None and single:
            logger.warning("the model has a single output and no target was given: what is "
                           "explained is that output")
        shapes_of_targets(targets, predictions.shape)
        engine_targets = [0] * len(ids) if single else targets
        assert engine_targets is not None
        arrays = self._classifier.token_arrays(
            ids, kwargs.get("attention_mask"), kwargs.get("token_type_ids"), baseline_ids,
            [int(t) for t in engine_targets])
        result = self._classifier.pool.attribute(
            arrays, self._options(score, attribute_to_layer_inputs), None)
        attributions, deltas = result["attributions"], result["deltas"]
        if single and targets is not None and (targets == 0).any():
            # Class 0 of a single probability p is 1 - p; of a logit z it is -z.
            sign = np.where(targets == 0, -1.0, 1.0)
            attributions *= sign[:, None, None].astype(np.float32)
            deltas = deltas * sign
        data = {"attributions": [attributions], "X": X, "forward_kwargs": forward_kwargs or {},
                "baselines": baselines if isinstance(X, list) else _as_given(baseline_ids, given),
                "predictions": predictions, "deltas": deltas,
                "target": None if targets is None else np.asarray(targets)}
        return Explanation(meta={**self.meta, "params": dict(self.meta["params"])}, data=data)

    def reset_predictor(self, predictor: Any) -> None:
        """Goes on with another model; the layer is that of the same name there."""
        classifier = classifier_in(predictor)
        former = self._classifier, self.model
        self._classifier, self.model = classifier, predictor
        try:
            self._layer = self._find(self._choice if callable(self._choice) else self._layer)
        except Exception:
            self._classifier, self.model = former
            raise
        self.meta["params"]["layer"] = self._layer

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the settings to a folder, without the model (`alibi_saving`)."""
        from integrad.alibi_saving import save
        save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str], predictor: Any) -> "IntegratedGradients":
        """The explainer that `save` wrote, with a model."""
        from integrad.alibi_saving import load
        return load(path, predictor)

    def __repr__(self) -> str:
        return f"IntegratedGradients(meta={self.meta!r})"

    def _find(self, layer: Any) -> str | None:
        """The name of the layer that the user chose."""
        if layer is None:
            return None
        if isinstance(layer, str):
            return self._classifier.core.find_layer(layer)[0]
        if not isinstance(layer, Layer) and callable(layer):
            layer = layer(self.model)
        if not isinstance(layer, Layer):
            raise TypeError(f"layer: expected a layer of the model, its name, or a function that "
                            f"returns it; found {type(layer).__name__}")
        if layer.name is None:
            raise TypeError(f"layer: {layer!r} only holds other layers; the model's layers are "
                            f"{', '.join(self._classifier.layer_names)}")
        return self._classifier.core.find_layer(layer.module)[0]

    def _check_rule(self) -> None:
        if self.method not in _METHODS:
            raise ValueError(f"invalid integral approximation method name: {self.method}; there "
                             f"are {', '.join(_METHODS)}")

    def _options(self, score: str, layer_input: bool) -> _core.ExplainOptions:
        options = _core.ExplainOptions()
        assert self._layer is not None
        options.layer = self._layer
        options.layer_input = layer_input
        options.method = self.method
        options.n_steps = self.n_steps
        options.score = score
        options.internal_batch_size = self.internal_batch_size or 0
        return options

    def _predict(self, X: NDArray[Any], kwargs: dict[str, Any]) -> NDArray[np.float32]:
        """(N × C): the outputs that are explained."""
        if isinstance(self.model, Model):
            logits = self.model.logits(X, **kwargs)
            if self.score in ("logit", "log_odds"):
                return logits.astype(np.float32)
            return self.model.probabilities(logits).astype(np.float32)
        out = to_numpy(self.model(X, **kwargs))
        if out.ndim == 1:
            out = out[:, np.newaxis]
        return np.asarray(out, dtype=np.float32)

    def _targets(self, target: Any, predictions: NDArray[np.float32]) -> NDArray[np.int64] | None:
        if self.target_fn is not None:
            if target is not None:
                raise ValueError("both `target_fn` and `target` were given; only one of them can "
                                 "say what is explained")
            target = to_numpy(self.target_fn(predictions.view(Array)))
            if target.shape != (len(predictions),):
                raise ValueError(f"target_fn: expected it to return the shape "
                                 f"({len(predictions)},), found {target.shape}")
        return make_target(target, predictions.shape)


def _as_given(ids: NDArray[np.int32], X: NDArray[Any]) -> NDArray[Any]:
    return ids.astype(X.dtype)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version
    try:
        return version("integrad")
    except PackageNotFoundError:
        return "unknown"


__all__ = ["Explanation", "IntegratedGradients", "to_ids"]
