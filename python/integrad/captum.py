"""Integrated gradients with Captum's API (https://captum.ai): NumPy arrays or torch tensors in and
out."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrad import _core
from integrad.arrays import is_torch, like, to_ids, to_numpy
from integrad.layers import Layer
from integrad.model import Model
from integrad.wrapped import classifier_in, score_of

_METHODS = ("riemann_trapezoid", "riemann_left", "riemann_right", "riemann_middle", "gausslegendre")


class LayerIntegratedGradients:
    """Captum's layer attribution for a classifier.

    Parameters
    ----------
    model
        A `Model` (its logits are explained, unless `score` says otherwise), or an object around one
        that returns its logits or probabilities.
    layer
        `model.bert.embeddings`, `model.layer("layer.3")`, or a name.
    multiply_by_inputs
        True, Captum's default. NotImplementedError for False.
    score
        "logit", "probability" or "log_odds" of a plain `Model`.
    """

    def __init__(self, model: Any, layer: Layer | str, device_ids: Any = None,
                 multiply_by_inputs: bool = True, *, score: str | None = None) -> None:
        if not multiply_by_inputs:
            raise NotImplementedError("multiply_by_inputs=False is not built here")
        self.model = model
        self.classifier: Model = classifier_in(model)
        self.layer = self.classifier.layer(layer) if isinstance(layer, str) else layer
        if not isinstance(self.layer, Layer) or self.layer.name is None:
            raise TypeError(f"layer: expected one of {', '.join(self.classifier.layer_names)}; "
                            f"found {layer!r}")
        self.score = score

    @property
    def multiplies_by_inputs(self) -> bool:
        return True

    def has_convergence_delta(self) -> bool:
        return True

    def attribute(self, inputs: Any, baselines: Any = None, target: Any = None,
                  additional_forward_args: Any = None, n_steps: int = 50,
                  method: str = "gausslegendre", internal_batch_size: int | None = None,
                  return_convergence_delta: bool = False,
                  attribute_to_layer_input: bool = False) -> Any:
        """Attributions of token ids (N × L): (N × L × H) float32, and the convergence deltas (N,) if
        asked for.

        Parameters
        ----------
        baselines
            None (id 0), a number, or ids (N × L) or (1 × L).
        target
            Class: None (one output), a number, or one a text as list, array or tensor.
        additional_forward_args
            attention_mask, or a tuple (attention_mask, token_type_ids), in the order in which the
            models of transformers take them; entries may be None.

        Raises AssertionError and ValueError where Captum does.
        """
        if method not in _METHODS:
            raise AssertionError(f"method: expected one of {', '.join(_METHODS)}; found {method}")
        example = inputs[0] if isinstance(inputs, tuple) else inputs
        ids = to_ids("inputs", example)
        mask, types = _forward_args(additional_forward_args)
        options = _core.ExplainOptions()
        options.layer = self.layer.module
        options.layer_input = attribute_to_layer_input
        options.method = method
        options.n_steps = n_steps
        options.internal_batch_size = internal_batch_size or 0
        options.score = self._score(example, ids, mask, types)
        arrays = self.classifier.token_arrays(
            ids, mask, types, _baselines(baselines, ids.shape),
            _targets(target, len(ids), len(self.classifier.labels)))
        result = self.classifier.pool.attribute(arrays, options, None)
        attributions = like(example, result["attributions"])
        if isinstance(inputs, tuple):
            attributions = (attributions,)
        if not return_convergence_delta:
            return attributions
        return attributions, like(example, result["deltas"].astype(np.float32))

    def _score(self, example: Any, ids: Any, mask: Any, types: Any) -> str:
        if isinstance(self.model, Model):
            return self.score or "logit"
        extra = [] if mask is None and types is None else [mask] if types is None else [mask, types]
        outputs = to_numpy(self.model(example, *extra)).astype(np.float32)
        kwargs = {"attention_mask": mask, "token_type_ids": types}
        return score_of(self.model, self.classifier, outputs, ids, kwargs, self.score)


def _forward_args(given: Any) -> tuple[Any, Any]:
    if given is None:
        return None, None
    arguments = list(given) if isinstance(given, tuple) else [given]
    if len(arguments) > 2:
        raise ValueError("additional_forward_args: expected at most attention_mask and "
                         f"token_type_ids; found {len(arguments)}")
    arguments += [None] * (2 - len(arguments))
    return arguments[0], arguments[1]


def _baselines(given: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(given, tuple):
        given = given[0]
    if given is None:
        given = 0
    array = to_numpy(given)
    if array.ndim == 1:
        array = array[np.newaxis, :]
    if array.ndim > 0 and array.shape not in (shape, (1, *shape[1:])):
        raise AssertionError(f"baselines: expected a number or the shape {shape}, found "
                             f"{array.shape}")
    return np.broadcast_to(array, shape)


def _targets(target: Any, count: int, classes: int) -> list[int]:
    if target is None:
        if classes > 1:
            raise AssertionError("target not given: the model has several outputs, and a gradient "
                                 "is of one")
        return [0] * count
    if is_torch(target) or isinstance(target, (list, tuple, np.ndarray)):
        numbers = np.atleast_1d(to_numpy(target))
        if numbers.dtype.kind not in "iu" or numbers.ndim != 1:
            raise AssertionError("target: expected whole numbers, one a text")
        if len(numbers) == 1:
            numbers = np.repeat(numbers, count)
        if len(numbers) != count:
            raise AssertionError(f"target: expected {count}, found {len(numbers)}")
        return [int(t) for t in numbers]
    return [int(target)] * count
