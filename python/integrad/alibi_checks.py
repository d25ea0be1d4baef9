"""What alibi's IntegratedGradients accepts as inputs, baselines and targets, and what it refuses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrad.arrays import is_torch, to_ids, to_numpy


def check_input(X: Any) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The array as given, and as the engine takes it (texts × tokens)."""
    if isinstance(X, list):
        if len(X) != 1:
            raise ValueError(f"X: a text classifier has one input of token ids; found a list of "
                             f"{len(X)}")
        X = X[0]
    if not isinstance(X, np.ndarray) and not is_torch(X):
        raise ValueError("X: expected a np.ndarray of token ids, or a list of one; found "
                         f"{type(X).__name__}")
    array = to_numpy(X)
    if array.ndim != 2:
        raise ValueError(f"X: expected (texts × tokens), found the shape {array.shape}")
    return array, to_ids("X", array)


def make_baselines(baselines: Any, ids: NDArray[np.int32], list_input: bool) -> NDArray[np.int32]:
    """Baseline ids of the shape of the input."""
    if list_input and baselines is not None:
        if not isinstance(baselines, list):
            raise ValueError("baselines: X is a list, so that they can only be None or a list of "
                             f"the same length; found {type(baselines).__name__}")
        if len(baselines) != 1:
            raise ValueError(f"baselines: expected as many as inputs, 1; found {len(baselines)}")
        baselines = baselines[0]
    if baselines is None:
        return np.zeros_like(ids)
    if isinstance(baselines, (int, float, np.integer, np.floating)) and not isinstance(
            baselines, bool):
        if baselines != int(baselines):
            raise ValueError(f"baselines: {baselines} is no token id")
        return np.full_like(ids, int(baselines))
    if not isinstance(baselines, np.ndarray) and not is_torch(baselines):
        raise ValueError("baselines: expected an int, a float, a np.ndarray or None; found "
                         f"{type(baselines).__name__}")
    array = to_numpy(baselines)
    if array.shape != ids.shape:
        raise ValueError(f"baselines: expected the shape of X {ids.shape}, found {array.shape}")
    return to_ids("baselines", array, ids.shape)


def make_target(target: Any, shape: tuple[int, ...]) -> NDArray[np.int64] | None:
    """One class a text (N,), checked against outputs of `shape` (N × C)."""
    count, classes = shape[0], shape[1]
    if target is None:
        if classes > 1:
            raise ValueError(f"target: the model has {classes} outputs, so that it must be told "
                             "which one to explain: pass target or target_fn")
        return None
    if isinstance(target, (int, np.integer)) and not isinstance(target, bool):
        target = np.full(count, int(target))
    elif not isinstance(target, (list, np.ndarray)) and not is_torch(target):
        raise NotImplementedError(f"target: expected None, an int, a list or a np.ndarray; found "
                                  f"{type(target).__name__}")
    array = to_numpy(target)
    if array.dtype.kind not in "iu":
        raise ValueError(f"target: expected integers, found {array.dtype}")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"target: expected one number a text ({count},), found {array.shape}")
    if len(array) != count:
        raise ValueError(f"target: expected one a text, {count}; found {len(array)}")
    return array.astype(np.int64)


def shapes_of_targets(target: NDArray[np.int64] | None, shape: tuple[int, ...]) -> None:
    """Refuses classes that are not there. One output has the classes 0 and 1."""
    if target is None or not target.size:
        return
    if target.min() < 0:
        raise ValueError(f"target: {target.min()} is negative")
    limit = 2 if shape[1] == 1 else shape[1]
    if target.max() >= limit:
        raise ValueError(f"target: {target.max()} is out of range for outputs of shape {shape}")
