"""Tokenizers with the manners of transformers' fast ones."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from integrad import _core
from integrad.arrays import check_text, to_numpy
from integrad.encoding import BatchEncoding, Piece, pad, tensors
from integrad.paths import find_model

_ROLES = ("cls", "sep", "pad", "unk", "mask")
_STRATEGIES = ("longest_first", "only_first", "only_second")


class Tokenizer:
    """Turns texts into token ids as Hugging Face's fast tokenizers do, to the last code point.

    Attributes
    ----------
    model_max_length
        Longest encoding the model reads, in tokens; 10**30 where there is no limit.
    padding_side, truncation_side
        "right" or "left".
    """

    def __init__(self, directory: str | os.PathLike[str], name: str | None = None) -> None:
        self.core = _core.Tokenizer.load(directory)
        settings_file = Path(directory) / "tokenizer_config.json"
        settings: dict[str, Any] = {}
        if settings_file.is_file():
            settings = json.loads(settings_file.read_text(encoding="utf-8"))
        self.name_or_path = name or os.fspath(directory)
        self.padding_side: str = settings.get("padding_side", "right")
        self.truncation_side: str = settings.get("truncation_side", "right")
        self.model_max_length: int = self.core.model_max_length or 10**30
        self.model_input_names: list[str] = settings.get(
            "model_input_names", ["input_ids", "token_type_ids", "attention_mask"])
        self._special = self.core.special_ids

    def __call__(self, text: Any, text_pair: Any = None, add_special_tokens: bool = True,
                 padding: bool | str = False, truncation: bool | str | None = None,
                 max_length: int | None = None, stride: int = 0,
                 is_split_into_words: bool = False, pad_to_multiple_of: int | None = None,
                 padding_side: str | None = None, return_tensors: str | None = None,
                 return_token_type_ids: bool | None = None,
                 return_attention_mask: bool | None = None,
                 return_overflowing_tokens: bool = False,
                 return_special_tokens_mask: bool = False, return_offsets_mapping: bool = False,
                 return_length: bool = False, verbose: bool = True) -> BatchEncoding:
        """Encodes a text or a list of texts, each alone or with its pair.

        Parameters
        ----------
        padding
            False or "do_not_pad"; True or "longest"; "max_length".
        truncation
            False or "do_not_truncate"; True or "longest_first"; "only_first"; "only_second".
            None: as False, but True where max_length is given without padding="max_length".
        return_tensors
            None for lists, "np" for NumPy arrays, "pt" for torch tensors.

        Raises ValueError for what it does not know, TypeError for what is not text.
        NotImplementedError for overlapping windows (stride, return_overflowing_tokens) and texts
        that are split into words already.
        """
        if stride or return_overflowing_tokens or is_split_into_words:
            raise NotImplementedError("stride, return_overflowing_tokens and is_split_into_words "
                                      "are not built here")
        single = isinstance(text, str)
        texts, pairs = _as_lists(text, text_pair)
        limit, strategy = self._limit(padding, truncation, max_length)
        pieces = [self._encode(t, p, add_special_tokens, limit, strategy)
                  for t, p in zip(texts, pairs, strict=True)]
        length = self._padded_length(pieces, padding, max_length, pad_to_multiple_of)
        side = padding_side or self.padding_side
        rows = [pad(p, length, self.pad_token_id or 0, side) for p in pieces] if length else pieces
        wanted = {"input_ids": True,
                  "token_type_ids": _choose(return_token_type_ids,
                                            "token_type_ids" in self.model_input_names),
                  "attention_mask": _choose(return_attention_mask,
                                            "attention_mask" in self.model_input_names),
                  "special_tokens_mask": return_special_tokens_mask,
                  "offset_mapping": return_offsets_mapping, "length": return_length}
        data: dict[str, Any] = {name: [row.column(name) for row in rows]
                                for name, want in wanted.items() if want}
        if return_tensors is not None:
            data = {name: tensors(name, rows_, return_tensors) for name, rows_ in data.items()}
        elif single:
            data = {name: rows_[0] for name, rows_ in data.items()}
        return BatchEncoding(data, rows)

    def encode(self, text: str, text_pair: str | None = None, **options: Any) -> list[int]:
        """Token ids of one text or pair; options as for a call."""
        ids: list[int] = self(text, text_pair, **options)["input_ids"]
        return ids

    def tokenize(self, text: str, pair: str | None = None, add_special_tokens: bool = False
                 ) -> list[str]:
        """The pieces of a text."""
        return self._encode(text, pair, add_special_tokens, None, "longest_first").tokens

    def decode(self, token_ids: Any, skip_special_tokens: bool = False,
               clean_up_tokenization_spaces: bool | None = None) -> str:
        """The text of token ids (a number, list, array or tensor)."""
        ids = np.atleast_1d(to_numpy(token_ids)).astype(np.int64)
        return self.core.decode(ids.tolist(), skip_special_tokens, clean_up_tokenization_spaces)

    def batch_decode(self, sequences: Any, skip_special_tokens: bool = False,
                     clean_up_tokenization_spaces: bool | None = None) -> list[str]:
        return [self.decode(ids, skip_special_tokens, clean_up_tokenization_spaces)
                for ids in sequences]

    def convert_ids_to_tokens(self, ids: Any) -> Any:
        """The pieces of ids: a list for a list, a string for a number."""
        array = to_numpy(ids)
        if array.ndim == 0:
            return self.core.token(int(array))
        return [self.core.token(int(i)) for i in array]

    def convert_tokens_to_ids(self, tokens: str | Sequence[str]) -> Any:
        """The ids of pieces; unknown ones get the id of the unknown token."""
        if isinstance(tokens, str):
            found = self.core.id(tokens)
            return self.unk_token_id if found is None else found
        return [self.convert_tokens_to_ids(token) for token in tokens]

    @property
    def all_special_ids(self) -> list[int]:
        return list(self._special["all"])

    @property
    def all_special_tokens(self) -> list[str]:
        return [self.core.token(i) for i in self._special["all"]]

    @property
    def vocab_size(self) -> int:
        return self.core.vocabulary_size

    is_fast = True

    def __len__(self) -> int:
        return self.core.vocabulary_size

    def __repr__(self) -> str:
        return f"<integrad tokenizer {self.name_or_path}: {len(self)} tokens>"

    @property
    def cls_token_id(self) -> int | None:
        return self._special["cls"]

    @property
    def sep_token_id(self) -> int | None:
        return self._special["sep"]

    @property
    def pad_token_id(self) -> int | None:
        return self._special["pad"]

    @property
    def unk_token_id(self) -> int | None:
        return self._special["unk"]

    @property
    def mask_token_id(self) -> int | None:
        return self._special["mask"]

    @property
    def cls_token(self) -> str | None:
        return self._special_token("cls")

    @property
    def sep_token(self) -> str | None:
        return self._special_token("sep")

    @property
    def pad_token(self) -> str | None:
        return self._special_token("pad")

    @property
    def unk_token(self) -> str | None:
        return self._special_token("unk")

    @property
    def mask_token(self) -> str | None:
        return self._special_token("mask")

    def _special_token(self, role: str) -> str | None:
        ids = {"cls": self.cls_token_id, "sep": self.sep_token_id, "pad": self.pad_token_id,
               "unk": self.unk_token_id, "mask": self.mask_token_id}
        found = ids[role]
        return None if found is None else self.core.token(found)

    def _limit(self, padding: bool | str, truncation: bool | str | None,
               max_length: int | None) -> tuple[int | None, str]:
        """Longest encoding, and which text gives; None: nothing is cut."""
        if truncation is None:
            truncation = max_length is not None and padding != "max_length"
        if truncation is True:
            truncation = "longest_first"
        if truncation in (False, "do_not_truncate"):
            return None, "longest_first"
        if truncation not in _STRATEGIES:
            raise ValueError(f"truncation: expected a bool or one of {', '.join(_STRATEGIES)}, "
                             f"do_not_truncate; found {truncation!r}")
        limit = self.model_max_length if max_length is None else max_length
        return (None if limit >= 10**20 else limit), str(truncation)

    def _encode(self, text: str, pair: str | None, specials: bool, limit: int | None,
                strategy: str) -> Piece:
        for part in (text, pair):
            if part is not None and not isinstance(part, str):
                raise TypeError(f"a text is a str; found {type(part).__name__}")
        check_text(text, pair)
        if not specials and limit is not None:  # room for the special tokens that are dropped
            empty = self.core.encode("", None if pair is None else " ", None, strategy, None)
            limit += int(empty.special.sum())
        encoding = self.core.encode(text, pair, limit, strategy, self.truncation_side)
        piece = Piece.of(encoding, text, pair)
        return piece if specials else piece.without_specials()

    def _padded_length(self, pieces: list[Piece], padding: bool | str, max_length: int | None,
                       multiple: int | None) -> int:
        """The length of every row; 0: no padding."""
        if padding in (False, "do_not_pad"):
            return 0
        if padding not in (True, "longest", "max_length"):
            raise ValueError("padding: expected a bool, longest, max_length or do_not_pad; found "
                             f"{padding!r}")
        longest = max((len(piece.ids) for piece in pieces), default=0)
        if padding == "max_length":
            limit = self.model_max_length if max_length is None else max_length
            longest = longest if limit >= 10**20 else max(limit, longest)
        return longest if not multiple else -(-longest // multiple) * multiple


PreTrainedTokenizer = Tokenizer


class AutoTokenizer:
    """Loads tokenizers: `from_pretrained`."""

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: str | os.PathLike[str] | None = None, *,
                        revision: str | None = None, local_files_only: bool = False) -> Tokenizer:
        """The tokenizer of a folder or of a model id (`find_model`); None: that of the bundled
        classifier. Raises FileNotFoundError, HubError, TokenizerError, UnsupportedModel."""
        directory = find_model(pretrained_model_name_or_path, revision, local_files_only,
                               only_tokenizer=True)
        name = None if pretrained_model_name_or_path is None else os.fspath(
            pretrained_model_name_or_path)
        return Tokenizer(directory, name)


def _choose(asked: bool | None, default: bool) -> bool:
    return default if asked is None else asked


def _as_lists(text: Any, pair: Any) -> tuple[list[str], list[str | None]]:
    """Texts and their pairs. A list may hold (text, pair) tuples."""
    if isinstance(text, str):
        if pair is not None and not isinstance(pair, str):
            raise TypeError("text_pair: expected a str beside a single text")
        return [text], [pair]
    texts = list(text)
    if pair is not None:
        if isinstance(pair, str) or len(pair) != len(texts):
            raise ValueError(f"text_pair: expected a list of {len(texts)} texts")
        return texts, list(pair)
    if texts and all(isinstance(t, (tuple, list)) and len(t) == 2 for t in texts):
        return [t[0] for t in texts], [t[1] for t in texts]
    return texts, [None] * len(texts)
