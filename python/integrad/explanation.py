"""Explanations: which words carried a prediction. Values; nothing points back to the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from integrad import _core
from integrad.coloured import coloured, legend

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Spans:
    """Words or sentences of the user's text and the sums of their tokens' scores; special tokens
    stand alone with an empty text. One entry a span in every field."""

    text: list[str]
    offsets: NDArray[np.int64]  # (spans × 2) code points of the text of the segment
    segments: NDArray[np.int64]  # 0: text, 1: text_pair
    special: NDArray[np.bool_]
    first_token: NDArray[np.int64]
    last_token: NDArray[np.int64]  # one past the last
    scores: NDArray[np.float64]
    errors: NDArray[np.float64] | None = None  # estimated, with method="auto"

    def __len__(self) -> int:
        return len(self.text)


class Explanation:
    """Integrated gradients of one text for one class. Arrays have one entry a token unless said
    otherwise; everything is read-only.

    Attributes
    ----------
    text, text_pair
        What was explained.
    tokens
        The vocabulary's pieces.
    scores
        Attribution of each token, float64; they add up to value − baseline_value + delta.
    ids, offsets, word_ids, segments, special
        Token ids; (tokens × 2) code points of the text; number of the word or None; 0 or 1; bool.
    words, sentences
        `Spans` that cover every token once.
    predicted, predicted_id, predicted_ids, probabilities, logits
        What the model said; arrays have one entry a class. predicted_ids are all labels that hold,
        where several can at once.
    target, target_id
        The class that is explained.
    algorithm, evaluations
        "integrated_gradients" or another; gradients (of "occlusion", values) that were evaluated.
    value, baseline_value, delta
        F(x), F(x′) and the completeness gap Σ scores − (F(x) − F(x′)).
    errors, relative_error, converged
        With method="auto": estimated error of each score, and of all together in L2, relative; False
        where it could not be kept within the tolerance. Else None, None, True.
    baselines
        Of several baselines ("pad,mask") what each gives: a list of baseline, baseline_value, delta
        and scores; then scores are their means. Else empty.
    full_attributions
        (tokens × hidden) float32 where asked for, else None.
    text_index
        Number of the text in the call.
    """

    def __init__(self, core: _core.Explanation, model: _core.ModelCard,
                 settings: _core.ExplanationSettings, text_index: int = 0,
                 full_attributions: NDArray[np.float32] | None = None) -> None:
        self.core = core
        self.model = model
        self.settings = settings
        self.text_index = text_index
        self.full_attributions = full_attributions
        self.text = core.text
        self.text_pair = core.text_pair
        self.predicted = core.predicted
        self.predicted_id = core.predicted_id
        self.predicted_ids = core.predicted_ids
        self.target = core.target
        self.target_id = core.target_id
        self.value = core.value
        self.baseline_value = core.baseline_value
        self.delta = core.delta
        self.algorithm = core.algorithm
        self.evaluations = core.evaluations
        self.relative_error = core.relative_error
        self.converged = core.converged
        self.truncated_tokens = core.truncated_tokens

    @cached_property
    def _columns(self) -> _core.TokenColumns:
        return self.core.tokens

    @property
    def tokens(self) -> list[str]:
        return self._columns["text"]

    @property
    def scores(self) -> NDArray[np.float64]:
        return self._columns["scores"]

    @property
    def errors(self) -> NDArray[np.float64] | None:
        """Estimated errors of the scores with method="auto", else None."""
        return self._columns["errors"]

    @property
    def ids(self) -> NDArray[np.int64]:
        return self._columns["ids"]

    @property
    def offsets(self) -> NDArray[np.int64]:
        return self._columns["offsets"]

    @property
    def word_ids(self) -> list[int | None]:
        return self._columns["words"]

    @property
    def segments(self) -> NDArray[np.int64]:
        return self._columns["segments"]

    @property
    def special(self) -> NDArray[np.bool_]:
        return self._columns["special"]

    @cached_property
    def words(self) -> Spans:
        return Spans(**self.core.words)

    @cached_property
    def sentences(self) -> Spans:
        return Spans(**self.core.sentences)

    @cached_property
    def windows(self) -> list[_core.Window]:
        """The parts of a long text that the model read at once; empty where it read all of it."""
        return self.core.windows

    @property
    def baselines(self) -> list[_core.BaselineScores]:
        return self.core.baselines

    @cached_property
    def probabilities(self) -> NDArray[np.float64]:
        return self.core.probabilities

    @cached_property
    def logits(self) -> NDArray[np.float64]:
        return self.core.logits

    def to_html(self, title: str = "", granularity: str = "word",
                palette: str = "piyg") -> str:
        """A page of its own: no script, no request. granularity "token", "word" or "sentence";
        palette "piyg" or "orange_blue"."""
        return Explanations([self]).to_html(title, granularity, palette)

    def to_json(self) -> str:
        """Schema integrad/explanations/1; `Explanations.from_json` reads it back."""
        return Explanations([self]).to_json()

    def to_csv(self) -> str:
        """One line a token."""
        return Explanations([self]).to_csv()

    def to_terminal(self, colours: str = "truecolor", granularity: str = "word",
                    palette: str = "piyg") -> str:
        """Lines with coloured backgrounds; colours "none", "ansi256" or "truecolor"."""
        return _core.render_terminal(self.core, colours, granularity, palette)

    def to_pandas(self) -> "pandas.DataFrame":
        """A table of the tokens. Needs pandas."""
        import pandas
        columns: dict[str, Any] = {
            "token": self.tokens, "id": self.ids, "start": self.offsets[:, 0],
            "end": self.offsets[:, 1], "word": pandas.array(self.word_ids, dtype="Int64"),
            "segment": self.segments, "special": self.special, "attribution": self.scores}
        return pandas.DataFrame(columns)

    def _repr_html_(self) -> str:
        return coloured(self) + legend()

    def __repr__(self) -> str:
        strongest = sorted(zip(self.words.scores, self.words.text, strict=True),
                           key=lambda word: -abs(word[0]))[:3]
        words = ", ".join(f"{text!r} {score:+.3f}" for score, text in strongest if text)
        return f"<explanation of {self.target} ({self.value:.3f}): {words}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Explanation):
            return NotImplemented
        return self.core == other.core and self.model == other.model and (
            self.settings == other.settings)

    __hash__ = None  # type: ignore[assignment]


class Explanations(Sequence[Explanation]):
    """The explanations of one call, in order; a notebook shows them as coloured words."""

    def __init__(self, explanations: Iterable[Explanation]) -> None:
        self._items = list(explanations)

    @overload
    def __getitem__(self, index: int) -> Explanation: ...
    @overload
    def __getitem__(self, index: slice) -> "Explanations": ...
    def __getitem__(self, index: int | slice) -> "Explanation | Explanations":
        found = self._items[index]
        return found if isinstance(found, Explanation) else Explanations(found)

    def __len__(self) -> int:
        return len(self._items)

    def to_html(self, title: str = "", granularity: str = "word",
                palette: str = "piyg") -> str:
        """One page with a card an explanation; options as for an explanation."""
        return _core.render_html(*self._document(), title, granularity, palette)

    def to_json(self) -> str:
        """Schema integrad/explanations/1."""
        return _core.render_json(*self._document())

    @staticmethod
    def from_json(text: str) -> "Explanations":
        """Reads what `to_json` or the command wrote; ValueError where it is something else."""
        model, settings, items = _core.parse_json(text)
        return Explanations(Explanation(item, model, settings, i) for i, item in enumerate(items))

    def to_csv(self) -> str:
        """One line a token, with a header."""
        return _core.render_csv(*self._document())

    def to_pandas(self) -> "pandas.DataFrame":
        """A table of all tokens; the first column numbers the explanations. Needs pandas."""
        import pandas
        if not self._items:
            return pandas.DataFrame()
        tables = []
        for i, item in enumerate(self._items):
            table = item.to_pandas()
            table.insert(0, "explanation", i)
            table.insert(1, "target", item.target)
            tables.append(table)
        return pandas.concat(tables, ignore_index=True)

    def _document(self) -> tuple[_core.ModelCard, _core.ExplanationSettings,
                                 list[_core.Explanation]]:
        model = self._items[0].model if self._items else _core.ModelCard()
        settings = self._items[0].settings if self._items else _core.ExplanationSettings()
        return model, settings, [item.core for item in self._items]

    def _repr_html_(self) -> str:
        return "".join(coloured(item) for item in self._items) + (legend() if self._items else "")

    def __repr__(self) -> str:
        return f"<{len(self)} explanations>"
