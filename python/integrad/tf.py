"""The few names of TensorFlow and Keras that a wrapper around a classifier is written with, on
NumPy arrays: with `import integrad.tf as tf` (and `from integrad.tf import keras`), a wrapper of
alibi's users stays as it is."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrad.arrays import Array, to_numpy
from integrad.layers import Layer
from integrad.model import Model as Classifier

Tensor = Array


def constant(value: Any, dtype: Any = None) -> Array:
    """An array of any value."""
    return np.asarray(to_numpy(value), dtype=dtype).view(Array)


convert_to_tensor = constant


class Model:
    """Subclass it with a `call` around a classifier that is kept in an attribute; calling the object
    calls `call`."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.call(*inputs, **kwargs)

    def call(self, *inputs: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no call")

    @property
    def layers(self) -> list[Any]:
        """The classifiers and layers among the attributes."""
        return [part for part in vars(self).values()
                if isinstance(part, (Classifier, Layer, Model))]


def _softmax(logits: Any, axis: int = -1) -> Array:
    z = to_numpy(logits).astype(np.float64)
    exponentials = np.exp(z - z.max(axis=axis, keepdims=True))
    return _single(exponentials / exponentials.sum(axis=axis, keepdims=True))


def _sigmoid(logits: Any) -> Array:
    return _single(1 / (1 + np.exp(-to_numpy(logits).astype(np.float64))))


def _single(values: NDArray[Any]) -> Array:
    return values.astype(np.float32).view(Array)


nn = SimpleNamespace(softmax=_softmax, sigmoid=_sigmoid)
keras = SimpleNamespace(Model=Model)
