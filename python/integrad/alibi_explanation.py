"""The result of alibi's explainers: metadata and data, also as attributes, and JSON."""

import json
from typing import Any

import numpy as np

from integrad.arrays import to_numpy

# What from_json gives back as arrays.
_TYPES = {"X": np.int64, "baselines": np.int64, "predictions": np.float32, "deltas": np.float64,
          "target": np.int64}


class Explanation:
    """`meta` (who explained, and how) and `data` (attributions, X, forward_kwargs, baselines,
    predictions, deltas, target). What they hold can be read as attributes, too."""

    def __init__(self, meta: dict[str, Any], data: dict[str, Any]) -> None:
        self.meta = meta
        self.data = data

    def __getattr__(self, name: str) -> Any:
        for fields in (self.__dict__.get("data", {}), self.__dict__.get("meta", {})):
            if name in fields:
                return fields[name]
        raise AttributeError(f"the explanation has no {name!r}; it has "
                             f"{', '.join(self.__dict__.get('data', {}))}")

    def __getitem__(self, name: str) -> Any:
        if name in self.data:
            return self.data[name]
        return self.meta[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.data, *self.meta]

    def to_json(self) -> str:
        """{"meta": …, "data": …}; arrays and tensors as nested lists, functions by their name."""
        return json.dumps({"meta": self.meta, "data": self.data}, default=_plain,
                          allow_nan=False)

    @classmethod
    def from_json(cls, jsonrepr: str) -> "Explanation":
        """Reads what `to_json` wrote (alibi's, too); arrays come back as arrays. Raises ValueError
        where it is something else."""
        document = json.loads(jsonrepr)
        if not isinstance(document, dict) or not (
                isinstance(document.get("meta"), dict) and isinstance(document.get("data"), dict)):
            raise ValueError("not an explanation: expected an object with meta and data")
        data = dict(document["data"])
        if isinstance(data.get("attributions"), list):
            data["attributions"] = [np.asarray(a, dtype=np.float32) for a in data["attributions"]]
        for name, kind in _TYPES.items():
            if data.get(name) is not None:
                data[name] = np.asarray(data[name], dtype=kind)
        if isinstance(data.get("forward_kwargs"), dict):
            data["forward_kwargs"] = {key: np.asarray(value) if isinstance(value, list) else value
                                      for key, value in data["forward_kwargs"].items()}
        return cls(document["meta"], data)

    def __repr__(self) -> str:
        return f"Explanation(meta={self.meta!r}, data with {', '.join(self.data)})"


def _plain(value: Any) -> Any:
    """What json does not know."""
    if isinstance(value, np.generic):
        return value.item()
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}:{value.__qualname__}"
    array = to_numpy(value)
    if array.dtype == object:
        raise TypeError(f"{type(value).__name__} cannot be written as JSON")
    return array.tolist()
