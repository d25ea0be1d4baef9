"""The film reviews that classifiers of sentiment learn from. Nothing is downloaded."""

from __future__ import annotations

import os
from pathlib import Path

from integrad import _core

Reviews = tuple[list[str], list[int]]


def imdb(folder: str | os.PathLike[str], split: str = "train") -> Reviews:
    """Texts and labels (0 negative, 1 positive) of the Large Movie Review Dataset as its archive
    unpacks: {train,test}/{neg,pos}/*.txt. `<br />` is read as a space. Raises ValueError where a
    folder is missing."""
    return _core.read_imdb_folder(folder, split)


def keras_imdb(npz: str | os.PathLike[str], word_index: str | os.PathLike[str] | None = None, *,
               num_words: int | None = None, skip_top: int = 0, maxlen: int | None = None,
               split: str = "train") -> Reviews:
    """Texts and labels of Keras' imdb.npz, by the rules of keras.datasets.imdb.load_data, made words
    with imdb_word_index.json (None: the one beside it) as alibi's example does: without the start,
    [UNK] for what has no word. Nothing in the file is executed."""
    index = Path(npz).parent / "imdb_word_index.json" if word_index is None else Path(word_index)
    return _core.read_keras_imdb(npz, index, num_words, skip_top, maxlen, split)
