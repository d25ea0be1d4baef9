"""Coloured words for notebooks: HTML that needs neither style sheet nor script."""

from html import escape
from typing import TYPE_CHECKING

from integrad import _core

if TYPE_CHECKING:
    from integrad.explanation import Explanation, Spans

_PALETTE = "piyg"


def _mark(text: str, score: float, scale: float) -> str:
    background, ink = _core.colours(_PALETTE, score / scale if scale > 0 else 0.0)
    return (f'<span title="{score:+.4f}" style="background:{background};color:{ink};'
            f'padding:1px 2px;border-radius:3px">{escape(text)}</span>')


def _segment(text: str, words: "Spans", segment: int, scale: float) -> str:
    """The user's own characters; what is between words stays as it is."""
    parts, at = [], 0
    for i, (start, end) in enumerate(words.offsets):
        if words.segments[i] != segment or words.special[i] or start < at:
            continue
        parts += [escape(text[at:start]), _mark(text[start:end], words.scores[i], scale)]
        at = end
    return "".join([*parts, escape(text[at:])])


def coloured(explanation: "Explanation") -> str:
    """One explanation as a block: prediction, words, completeness."""
    e = explanation
    words = e.words
    scale = max((abs(score) for score in words.scores), default=0.0)
    texts = [_segment(e.text, words, 0, scale)]
    if e.text_pair is not None:
        texts.append(_segment(e.text_pair, words, 1, scale))
    probability = e.probabilities[e.predicted_id] if len(e.probabilities) else 0.0
    body = "<br>".join(f'<span style="white-space:pre-wrap;line-height:1.9">{text}</span>'
                       for text in texts)
    gained = e.value - e.baseline_value
    return (f'<div style="margin:0.6em 0"><div style="font-size:85%">predicted '
            f'<b>{escape(e.predicted)}</b> {probability:.3f} · explained '
            f'<b>{escape(e.target)}</b></div><div>{body}</div>'
            f'<div style="font-size:75%;opacity:0.7">Σ {e.scores.sum():+.4f} = F(x) − F(x′) '
            f'{gained:+.4f}, gap {e.delta:+.0e}</div></div>')


def legend() -> str:
    """What the colours mean."""
    steps = "".join(
        f'<span style="background:{_core.colours(_PALETTE, s / 4)[0]}">&nbsp;&nbsp;</span>'
        for s in range(-4, 5))
    return f'<div style="font-size:75%">against {steps} for the explained class</div>'
