"""A model of transformers that is in memory already."""

import json
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from integrad.model import Model


def _weights(model: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The parameters as float32 arrays."""
    import torch
    return {name: tensor.detach().to(dtype=torch.float32, device="cpu").contiguous().numpy()
            for name, tensor in model.state_dict().items() if tensor.is_floating_point()}


def write_safetensors(path: Path, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    """float32 arrays in the safetensors format (https://github.com/huggingface/safetensors)."""
    header, at = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.astype("<f4", copy=False).tobytes())


def from_torch(model: Any, tokenizer: Any, *, backend: str = "cpu", threads: int = 0,
               precision: str = "f32") -> Model:
    """The engine's copy of a PyTorch classifier and its tokenizer, both objects of transformers.
    Later changes of the model do not reach the copy. Needs torch; dropout never applies.

    Raises UnsupportedModel for a family that is not built here, CheckpointError for a model without
    a classification head.
    """
    if not hasattr(model, "state_dict") or not hasattr(model, "config"):
        raise TypeError(f"model: expected a model of transformers; found {type(model).__name__}")
    with tempfile.TemporaryDirectory(prefix="integrad-") as name:
        folder = Path(name)
        tokenizer.save_pretrained(folder)
        config = model.config.to_dict()
        config.setdefault("architectures", None)
        config["architectures"] = config["architectures"] or [type(model).__name__]
        (folder / "config.json").write_text(json.dumps(config, default=str), encoding="utf-8")
        write_safetensors(folder / "model.safetensors", _weights(model))
        return Model(folder, backend, threads, precision,
                     getattr(model.config, "_name_or_path", "") or type(model).__name__)
