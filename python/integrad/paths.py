"""Where a model's files are: a folder, a name on a hub or in its local cache, or the bundled one."""

import os
from collections.abc import Callable
from pathlib import Path

from integrad import _core

Progress = Callable[[str, int, int], None]


def find_model(name: str | os.PathLike[str] | None, revision: str | None = None,
               local_files_only: bool = False, only_tokenizer: bool = False,
               progress: Progress | None = None) -> Path:
    """The folder of a model: `name` itself where it is one, else the model of that name in the local
    Hugging Face cache, into which it is downloaded unless local_files_only (or HF_HUB_OFFLINE) is
    set. None means the bundled classifier of film reviews. `progress` gets the file at hand, the
    bytes so far and those in all.

    Raises FileNotFoundError where there is no such model, HubError (an OSError) where it cannot be
    fetched.
    """
    if name is None:
        return Path(__file__).parent / "models" / "imdb-minilm"
    text = os.fspath(name)
    path = Path(text)
    if path.is_file():
        raise NotADirectoryError(f"{path} is a file; a model is the folder that holds config.json")
    if revision is not None and not path.is_dir():
        text = f"{text}@{revision}"
    return _core.find_model(text, local_files_only, only_tokenizer, progress)
