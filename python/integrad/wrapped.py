"""Objects around a classifier, as alibi's users write them to turn logits into probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrad.model import Model

_TOLERANCE = 1e-5


def classifier_in(model: Any) -> Model:
    """The classifier itself, or the one that an object keeps in an attribute (at any depth of
    such objects). TypeError where there is none, or more than one."""
    if isinstance(model, Model):
        return model
    found: list[Model] = []
    seen: set[int] = set()
    waiting = [model]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, (str, bytes, int, float, np.ndarray)):
            continue
        seen.add(id(thing))
        if isinstance(thing, Model):
            found.append(thing)
        elif hasattr(thing, "__dict__") and not isinstance(thing, type):
            waiting += vars(thing).values()
    if len(found) != 1:
        raise TypeError(f"model: expected an integrad model or an object around one; "
                        f"{type(model).__name__} holds {len(found)}")
    return found[0]


def score_of(model: Any, classifier: Model, predictions: NDArray[np.float32],
             ids: NDArray[np.int32], kwargs: dict[str, Any], chosen: str | None) -> str:
    """Which score of the classifier a model's predictions (N × C) are. The engine differentiates
    its own outputs only: ValueError where a wrapper computes something else from them."""
    if isinstance(model, Model):
        return chosen or "probability"
    logits = classifier.logits(ids, kwargs.get("attention_mask"), kwargs.get("token_type_ids"))
    known = {"probability": classifier.probabilities(logits), "logit": logits}
    for score, values in known.items():
        if values.shape == predictions.shape and np.allclose(
                values, predictions, rtol=_TOLERANCE, atol=_TOLERANCE):
            if chosen not in (None, score):
                raise ValueError(f"score: the model's outputs are of the kind {score}, not "
                                 f"{chosen}")
            return score
    raise ValueError("model: its outputs are neither the probabilities nor the logits of the "
                     f"classifier inside ({classifier!r}), which are what can be explained")
