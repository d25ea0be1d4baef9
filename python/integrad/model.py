"""Classifiers with the manners of Hugging Face's: from_pretrained, call, config, logits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrad import _core
from integrad.arrays import Array, is_torch, like, to_ids
from integrad.layers import Layer, layer_tree
from integrad.paths import Progress, find_model

# What models are called with in training code; an engine without dropout has nothing to switch.
_IGNORED = {"training", "return_dict", "output_attentions", "output_hidden_states"}


class ModelOutput(dict[str, Any]):
    """What calling a model gives. `logits` (texts × classes) float32; also the first item and
    ["logits"], as in transformers."""

    @property
    def logits(self) -> Any:
        return self["logits"]

    def to_tuple(self) -> tuple[Any, ...]:
        return tuple(self.values())

    def __getitem__(self, key: str | int | slice) -> Any:
        if isinstance(key, (int, slice)):
            return self.to_tuple()[key]
        return super().__getitem__(key)


def read_config(directory: Path) -> SimpleNamespace:
    """config.json as attributes; id2label has whole numbers as keys, num_labels is always there."""
    fields = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    if "id2label" in fields:
        fields["id2label"] = {int(k): v for k, v in fields["id2label"].items()}
    return SimpleNamespace(**fields)


class Model:
    """A text classifier: weights, sizes and tokenizer. Const: any number of threads may share it.

    Attributes
    ----------
    config
        config.json as attributes, with id2label and num_labels.
    labels
        Names of the classes in order of their number.
    core
        The engine's object.
    """

    def __init__(self, directory: str | os.PathLike[str], backend: str = "cpu", threads: int = 0,
                 precision: str = "f32", name: str | None = None) -> None:
        self.core = _core.TextClassifier.load(directory, backend)
        self.labels = self.core.labels
        self.config = read_config(Path(directory))
        self.config.id2label = dict(enumerate(self.labels))
        self.config.label2id = {label: i for i, label in enumerate(self.labels)}
        self.config.num_labels = len(self.labels)
        self.name_or_path = name or os.fspath(directory)
        self.pool = _core.Explainer(self.core, threads, precision)
        self._root = layer_tree(self.core.layers)

    def __call__(self, input_ids: Any = None, attention_mask: Any = None,
                 token_type_ids: Any = None, **ignored: Any) -> ModelOutput:
        """Logits of token ids (texts × tokens), padded where attention_mask is 0. torch tensors
        come back as torch tensors, everything else as NumPy arrays."""
        if isinstance(input_ids, dict) or hasattr(input_ids, "input_ids"):
            given = dict(input_ids)
            input_ids = given["input_ids"]
            attention_mask = given.get("attention_mask", attention_mask)
            token_type_ids = given.get("token_type_ids", token_type_ids)
        if unknown := ignored.keys() - _IGNORED:
            raise TypeError(f"a model takes input_ids, attention_mask and token_type_ids; "
                            f"found {', '.join(sorted(unknown))}")
        if input_ids is None:
            raise TypeError("a model needs input_ids")
        logits = self.logits(input_ids, attention_mask, token_type_ids).astype(np.float32)
        if is_torch(input_ids):
            return ModelOutput(logits=like(input_ids, logits))
        return ModelOutput(logits=logits.view(Array))

    def logits(self, input_ids: Any, attention_mask: Any = None,
               token_type_ids: Any = None) -> NDArray[np.float64]:
        """(texts × classes), as the engine computes them."""
        return self.pool.logits(self.token_arrays(input_ids, attention_mask, token_type_ids))

    def probabilities(self, logits: NDArray[Any]) -> NDArray[np.float64]:
        """Softmax of logits (texts × classes); sigmoids for several labels at once or one logit; the
        values themselves of a regression."""
        return self.core.probabilities(np.asarray(logits, dtype=np.float64))

    def token_arrays(self, input_ids: Any, attention_mask: Any = None, token_type_ids: Any = None,
                     baseline_ids: Any = None, targets: list[int] | None = None
                     ) -> _core.TokenArrays:
        """Checked arrays for the engine; all of one shape (texts × tokens)."""
        ids = to_ids("input_ids", input_ids)
        mask, types, baselines = (
            None if value is None else to_ids(name, value, ids.shape) for name, value in
            (("attention_mask", attention_mask), ("token_type_ids", token_type_ids),
             ("baselines", baseline_ids)))
        return _core.TokenArrays(ids, mask, types, baselines, targets)

    def layer(self, name: str) -> Layer:
        """The layer called `name`: "embeddings", "word_embeddings", "layer.3", or the checkpoint's
        name of it. Raises ValueError listing the names."""
        module = self.core.find_layer(name)[1]
        node = self._root
        for part in module.split("."):
            node = getattr(node, part)
        return node

    @property
    def layers(self) -> list[Layer]:
        """The parts of the model, as keras lists them; the transformer comes first."""
        return self._root.layers

    @property
    def layer_names(self) -> list[str]:
        """What `layer` takes, in the order of the data."""
        return [name for name, _ in self.core.layers]

    def __getattr__(self, name: str) -> Layer:
        root = self.__dict__.get("_root")
        if root is None:
            raise AttributeError(name)
        found: Layer = getattr(root, name)
        return found

    def eval(self) -> "Model":
        """Nothing to do: there is no dropout here. Returns the model."""
        return self

    def __repr__(self) -> str:
        return (f"<integrad model {Path(self.name_or_path).name}: {self.core.card(False).family}, "
                f"labels {', '.join(self.labels)}>")


class AutoModelForSequenceClassification:
    """Loads classifiers: `from_pretrained`."""

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: str | os.PathLike[str] | None = None, *,
                        revision: str | None = None, local_files_only: bool = False,
                        progress: Progress | None = None, backend: str = "cpu", threads: int = 0,
                        precision: str = "f32") -> Model:
        """A model of a folder in the layout of save_pretrained, or of a model id, which is
        taken from the local Hugging Face cache or downloaded into it; None: the bundled classifier
        of film reviews.

        Parameters
        ----------
        revision, local_files_only
            A branch, tag or commit of a model id; True: nothing is downloaded.
        progress
            Called while downloading with the file, the bytes so far and those in all.
        backend
            "cpu" (float32) or "reference" (float64, slow).
        threads
            How many compute; 0: one a core.
        precision
            Of matrix products: "f32", "bf16" or "auto".

        Raises FileNotFoundError, HubError, CheckpointError, TokenizerError, UnsupportedModel.
        """
        directory = find_model(pretrained_model_name_or_path, revision, local_files_only,
                               progress=progress)
        name = None if pretrained_model_name_or_path is None else os.fspath(
            pretrained_model_name_or_path)
        return Model(directory, backend, threads, precision, name)


# transformers has one of these for each framework; here there is one engine.
TFAutoModelForSequenceClassification = AutoModelForSequenceClassification
