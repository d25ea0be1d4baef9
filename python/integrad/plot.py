"""Pictures of explanations. Needs matplotlib (`pip install integrad[plot]`); every function draws on
`ax` if given and returns the Axes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from integrad.explainer import Explainer
from integrad.explanation import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_AGAINST, _FOR, _NEUTRAL = "#c51b7d", "#4d9221", "#888888"


def _axes(ax: "Axes | None", width: float, height: float) -> "Axes":
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as error:
        raise ImportError("integrad.plot needs matplotlib: pip install integrad[plot]") from error
    return pyplot.subplots(figsize=(width, height), layout="constrained")[1]


def _words(explanation: Explanation) -> tuple[list[str], NDArray[np.float64]]:
    """Words with their sums, special tokens by their piece."""
    words = explanation.words
    labels = [explanation.tokens[words.first_token[i]] if words.special[i] else text
              for i, text in enumerate(words.text)]
    return [_plain(label) for label in labels], words.scores


def _plain(label: str) -> str:
    """A label that matplotlib does not take for mathematics."""
    return label.replace("$", r"\$")


def _table(ax: "Axes", values: NDArray[np.float64], rows: Sequence[str],
           columns: Sequence[str]) -> None:
    """A grid of signed numbers with a colour bar; white is 0."""
    bound = float(np.nanmax(np.abs(values))) if values.size else 0.0
    bound = bound if bound > 0 else 1.0
    image = ax.imshow(values, cmap="PiYG", vmin=-bound, vmax=bound, aspect="auto")
    ax.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(rows)), rows)
    ax.figure.colorbar(image, ax=ax, label="attribution", shrink=0.9)


def heatmap(explanations: Explanation | Sequence[Explanation], *, ax: "Axes | None" = None
            ) -> "Axes":
    """Words coloured by their attribution, one row an explanation, each word in its cell."""
    rows = [explanations] if isinstance(explanations, Explanation) else list(explanations)
    if not rows:
        raise ValueError("heatmap: no explanations")
    texts = [_words(e) for e in rows]
    columns = max(len(labels) for labels, _ in texts)
    values = np.full((len(rows), columns), np.nan)
    for r, (_, scores) in enumerate(texts):
        values[r, : len(scores)] = scores
    ax = _axes(ax, 1.5 + 0.75 * columns, 0.9 + 0.5 * len(rows))
    _table(ax, values, [_plain(e.target) for e in rows], [""] * columns)
    bound = np.nanmax(np.abs(values))
    for r, (labels, scores) in enumerate(texts):
        for c, label in enumerate(labels):
            dark = bound > 0 and abs(scores[c]) > 0.7 * bound
            ax.text(c, r, label, ha="center", va="center", fontsize=9,
                    color="white" if dark else "black")
    ax.set_xticks([])
    return ax


def waterfall(explanation: Explanation, *, strongest: int = 12, ax: "Axes | None" = None) -> "Axes":
    """From F(x') to F(x), one bar a word, in the order of the text. Words beyond the `strongest`
    are drawn together as one bar, so that the bars always add up."""
    labels, scores = _words(explanation)
    kept = sorted(np.argsort(-np.abs(scores), kind="stable")[:strongest])
    bars = [(labels[i], float(scores[i])) for i in kept]
    if len(kept) < len(labels):
        rest = float(scores.sum() - sum(value for _, value in bars))
        bars.append((f"{len(labels) - len(kept)} others", rest))
    ax = _axes(ax, 6.4, 1.2 + 0.3 * len(bars))
    at = explanation.baseline_value
    for row, (_, value) in enumerate(bars):
        ax.barh(row, value, left=at, color=_FOR if value >= 0 else _AGAINST, height=0.7)
        ax.plot([at + value] * 2, [row - 0.35, row + 1.35], color=_NEUTRAL, linewidth=0.8)
        ax.annotate(f"{value:+.3f}", (max(at, at + value), row), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=8)
        at += value
    ax.axvline(explanation.baseline_value, color=_NEUTRAL, linestyle=":", linewidth=1)
    ax.axvline(explanation.value, color=_NEUTRAL, linestyle="--", linewidth=1)
    ax.set_yticks(range(len(bars)), [label for label, _ in bars])
    ax.invert_yaxis()
    ax.use_sticky_edges = False  # bars else forbid a margin where they begin
    ax.margins(x=0.15)
    ax.set_xlabel(f"{explanation.settings.score} of {_plain(explanation.target)}: baseline "
                  f"{explanation.baseline_value:.3f} (dotted) → text {explanation.value:.3f} (dashed)")
    return ax


def layers_by_tokens(text: str, explainer: Explainer, *, ax: "Axes | None" = None,
                     **options: Any) -> "Axes":
    """Attributions of every layer's rows: one row a layer from the words up, one column a token.
    Options are those of `Explainer.explain` but `layer`. At deeper layers a column is what the
    row of that token carries, which is not that token alone."""
    if "layer" in options:
        raise TypeError("layers_by_tokens: all layers are drawn, none can be chosen")
    names = explainer.model.layer_names
    maps = [explainer.explain(text, layer=name, **options) for name in names]
    ax = _axes(ax, 2.5 + 0.45 * len(maps[0].tokens), 1.8 + 0.35 * len(names))
    _table(ax, np.array([e.scores for e in maps]), names, [_plain(t) for t in maps[0].tokens])
    ax.set_title(f"{maps[0].settings.score} of {_plain(maps[0].target)}", fontsize=10)
    return ax


def convergence(text: str, explainer: Explainer, *, steps: Sequence[int] = (2, 4, 8, 16, 32, 64),
                methods: Sequence[str] = ("gausslegendre", "trapezoid", "riemann_middle",
                                          "riemann_left"),
                ax: "Axes | None" = None, **options: Any) -> "Axes":
    """|completeness gap| against the number of nodes, one line a rule."""
    ax = _axes(ax, 6.4, 4.0)
    for method in methods:
        gaps = [abs(explainer.explain(text, method=method, n_steps=n, **options).delta)
                for n in steps]
        ax.plot(steps, np.maximum(gaps, 1e-17), marker="o", markersize=4, label=method)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(steps, [str(n) for n in steps])
    ax.set_xlabel("nodes")
    ax.set_ylabel("|Σ attributions − (F(x) − F(x′))|")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


__all__ = ["convergence", "heatmap", "layers_by_tokens", "waterfall"]
