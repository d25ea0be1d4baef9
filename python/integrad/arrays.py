"""Arrays in and out: NumPy's own, and torch's tensors without importing torch."""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Array(np.ndarray[Any, np.dtype[Any]]):
    """A NumPy array that also answers to the tensor methods that code for transformers calls."""

    def numpy(self) -> NDArray[Any]:
        return self.view(np.ndarray)

    def detach(self) -> "Array":
        return self

    def cpu(self) -> "Array":
        return self


def is_torch(value: object) -> bool:
    """Whether a value is a torch tensor (nobody has one before importing torch)."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def to_numpy(value: Any) -> NDArray[Any]:
    """A value of the user's as an array: lists, arrays, tensors on any device."""
    if is_torch(value):
        return np.asarray(value.detach().cpu().numpy())
    if not isinstance(value, np.ndarray) and hasattr(value, "numpy"):
        return np.asarray(value.numpy())
    return np.asarray(value)


def like(example: object, array: NDArray[Any]) -> Any:
    """`array` as the kind of array that `example` is: torch's where that is torch's."""
    if is_torch(example):
        return sys.modules["torch"].from_numpy(np.ascontiguousarray(array))
    return array


def check_text(*texts: str | None) -> None:
    """Raises UnicodeEncodeError (a ValueError) for a text with half a surrogate pair, which no
    UTF-8 text has."""
    for text in texts:
        if text is not None and not text.isascii():
            text.encode()


def to_ids(name: str, value: Any, shape: tuple[int, ...] | None = None) -> NDArray[np.int32]:
    """Token ids, masks or types as a matrix (texts × tokens) of int32; one row may come as a
    vector. TypeError for numbers that are not whole, ValueError for another shape than `shape`."""
    array = to_numpy(value)
    if array.dtype == object:
        raise ValueError(f"{name}: rows of different lengths; pad them (padding=True)")
    if array.dtype.kind == "f" and np.array_equal(array, np.floor(array)):
        array = array.astype(np.int64)
    if array.size and array.dtype.kind not in "iub":
        raise TypeError(f"{name}: expected integers, found {array.dtype}")
    if array.ndim == 1:
        array = array[np.newaxis, :]
    if array.ndim != 2:
        raise ValueError(f"{name}: expected (texts × tokens), found an array of rank {array.ndim}")
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name}: expected the shape of input_ids {shape}, found {array.shape}")
    if array.size and (array.min() < -2**31 or array.max() >= 2**31):
        raise ValueError(f"{name}: a number does not fit 32 bits")
    return np.ascontiguousarray(array, dtype=np.int32)
