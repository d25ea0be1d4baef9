"""What a tokenizer returns: rows of numbers, and what each token stands for."""

from __future__ import annotations

import importlib
from collections import UserDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrad import _core


@dataclass(frozen=True)
class Piece:
    """One encoded text, one entry a token. Offsets are code points of the token's own text."""

    ids: list[int]
    type_ids: list[int]
    tokens: list[str]
    offsets: list[tuple[int, int]]
    words: list[int | None]
    segments: list[int | None]
    special: list[int]
    mask: list[int]

    @staticmethod
    def of(encoding: _core.Encoding, text: str, pair: str | None) -> "Piece":
        special = encoding.special.tolist()
        segments = zip(encoding.segments.tolist(), special, strict=True)
        return Piece(
            encoding.ids.tolist(), encoding.type_ids.tolist(), encoding.tokens,
            [(int(start), int(end)) for start, end in encoding.offsets(text, pair)],
            [None if word < 0 else word for word in encoding.words.tolist()],
            [None if s else segment for segment, s in segments], special, [1] * len(special))

    def select(self, kept: list[int]) -> "Piece":
        return Piece(*([values[i] for i in kept] for values in vars(self).values()))

    def without_specials(self) -> "Piece":
        return self.select([i for i, special in enumerate(self.special) if not special])

    def column(self, name: str) -> Any:
        """The numbers that `name` means in a BatchEncoding."""
        return {"input_ids": self.ids, "token_type_ids": self.type_ids,
                "attention_mask": self.mask, "special_tokens_mask": self.special,
                "offset_mapping": self.offsets, "length": len(self.ids)}[name]


def pad(piece: Piece, length: int, pad_id: int, side: str) -> Piece:
    """`piece` with padding up to `length`."""
    if side not in ("left", "right"):
        raise ValueError(f"padding_side: expected left or right; found {side!r}")
    missing = max(0, length - len(piece.ids))
    filler: list[list[Any]] = [[pad_id], [0], ["[PAD]"], [(0, 0)], [None], [None], [1], [0]]
    columns = zip(vars(piece).values(), filler, strict=True)
    return Piece(*((f * missing + v if side == "left" else v + f * missing) for v, f in columns))


def tensors(name: str, rows: list[Any], kind: str) -> Any:
    """Rows as one array; ValueError where their lengths differ."""
    if kind not in ("np", "pt"):
        raise ValueError(f"return_tensors: expected np or pt; found {kind!r}")
    if len({len(row) if isinstance(row, list) else 1 for row in rows}) > 1:
        raise ValueError(f"{name}: rows of different lengths make no tensor; use padding=True and "
                         "truncation=True")
    array = np.array(rows, dtype=np.int64)
    return array if kind == "np" else importlib.import_module("torch").from_numpy(array)


class BatchEncoding(UserDict[str, Any]):
    """Lists or arrays by name ("input_ids", "attention_mask", …), also as attributes, and the
    tokens behind them."""

    def __init__(self, data: dict[str, Any], pieces: list[Piece]) -> None:
        super().__init__(data)
        self._pieces = pieces

    def __getattr__(self, name: str) -> Any:
        data = self.__dict__.get("data", {})
        if name in data:
            return data[name]
        raise AttributeError(name)

    def tokens(self, batch_index: int = 0) -> list[str]:
        return self._pieces[batch_index].tokens

    def word_ids(self, batch_index: int = 0) -> list[int | None]:
        """The word that each token is of, counted in its own text; None for special tokens."""
        return self._pieces[batch_index].words

    def sequence_ids(self, batch_index: int = 0) -> list[int | None]:
        """0 for tokens of the first text, 1 for those of the second, None for special tokens."""
        return self._pieces[batch_index].segments

    def char_to_token(self, batch_index: int, char_index: int, sequence_index: int = 0
                      ) -> int | None:
        """The token that holds a character of a text; None where none does."""
        piece = self._pieces[batch_index]
        for i, (start, end) in enumerate(piece.offsets):
            if piece.segments[i] == sequence_index and start <= char_index < end:
                return i
        return None

    def to(self, device: object) -> "BatchEncoding":
        """Moves torch tensors; arrays and lists stay."""
        self.data = {name: value.to(device) if hasattr(value, "to") else value
                     for name, value in self.data.items()}
        return self
