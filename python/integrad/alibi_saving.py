"""An explainer's settings on disk: a folder with explainer.json. No pickles, so that loading runs
no code of the file's; functions are kept by their module and name, the model is not kept."""

import importlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from integrad.alibi import IntegratedGradients

_FILE = "explainer.json"
_SCHEMA = "integrad/explainer/1"


def save(explainer: IntegratedGradients, path: str | os.PathLike[str]) -> None:
    """Writes `path`/explainer.json. ValueError for a target_fn that cannot be found by its name (a
    lambda, a function inside another)."""
    settings = {
        "schema": _SCHEMA, "name": "IntegratedGradients", "version": explainer.meta["version"],
        "layer": explainer.meta["params"]["layer"], "target_fn": _name_of(explainer.target_fn),
        "method": explainer.method, "n_steps": explainer.n_steps,
        "internal_batch_size": explainer.internal_batch_size, "score": explainer.score}
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / (_FILE + ".part")
    unfinished.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(folder / _FILE)


def load(path: str | os.PathLike[str], predictor: Any) -> IntegratedGradients:
    """The explainer that `save` wrote, around `predictor`. FileNotFoundError, ValueError."""
    file = Path(path) / _FILE
    settings = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(settings, dict) or settings.get("schema") != _SCHEMA:
        raise ValueError(f"{file}: expected the schema {_SCHEMA}")
    return IntegratedGradients(
        predictor, layer=settings["layer"], target_fn=_function(settings["target_fn"]),
        method=settings["method"], n_steps=settings["n_steps"],
        internal_batch_size=settings["internal_batch_size"], score=settings["score"])


def _name_of(function: Callable[[Any], Any] | None) -> str | None:
    if function is None:
        return None
    name = f"{function.__module__}:{function.__qualname__}"
    try:
        found = _function(name)
    except (ImportError, AttributeError):
        found = None
    if found is not function:
        raise ValueError(f"target_fn {name} cannot be found by its name; save it as a function of "
                         "a module")
    return name


def _function(name: str | None) -> Callable[[Any], Any] | None:
    if name is None:
        return None
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise ValueError(f"{name} is no function")
    function: Callable[[Any], Any] = found
    return function
