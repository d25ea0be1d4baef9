"""Pictures: what is drawn adds up to what was computed."""

import numpy as np
import pytest
from conftest import SENTENCES

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402

from integrad import plot  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def test_heatmap(explainer):
    explanations = explainer.explain([*SENTENCES, "costs $5 and $6"])
    ax = plot.heatmap(explanations)
    values = ax.images[0].get_array()
    assert values.shape == (4, max(len(e.words) for e in explanations))
    for row, e in zip(values, explanations, strict=True):
        assert np.allclose(row[: len(e.words)], e.words.scores)
    drawn = [text.get_text() for text in ax.texts]
    assert "nice" in drawn
    assert "[CLS]" in drawn
    ax.figure.canvas.draw()
    assert plot.heatmap(explanations[0]).images
    with pytest.raises(ValueError, match="no explanations"):
        plot.heatmap([])


@pytest.mark.parametrize("strongest", [3, 100])
def test_waterfall_goes_from_baseline_to_value(explainer, strongest):
    e = explainer.explain(SENTENCES[1])
    ax = plot.waterfall(e, strongest=strongest)
    lengths = [bar.get_width() for bar in ax.patches]
    assert len(lengths) == min(strongest + 1, len(e.words))
    assert sum(lengths) == pytest.approx(e.words.scores.sum())
    assert ax.patches[0].get_x() == pytest.approx(e.baseline_value)
    end = ax.patches[-1].get_x() + ax.patches[-1].get_width()
    assert end == pytest.approx(e.value, abs=2 * abs(e.delta) + 1e-9)


def test_layers_by_tokens(explainer):
    ax = plot.layers_by_tokens(SENTENCES[2], explainer, n_steps=5)
    values = ax.images[0].get_array()
    assert values.shape == (len(explainer.model.layer_names), 8)
    embeddings = explainer.explain(SENTENCES[2], layer="embeddings", n_steps=5)
    assert np.allclose(values[explainer.model.layer_names.index("embeddings")], embeddings.scores)
    with pytest.raises(TypeError, match="layer"):
        plot.layers_by_tokens(SENTENCES[2], explainer, layer="embeddings")


def test_convergence(explainer):
    ax = plot.convergence(SENTENCES[0], explainer, steps=(2, 8, 32),
                          methods=("gausslegendre", "riemann_left"))
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert set(lines) == {"gausslegendre", "riemann_left"}
    assert lines["gausslegendre"][-1] < lines["riemann_left"][-1]
    assert lines["riemann_left"][-1] < lines["riemann_left"][0]


def test_given_axes(explainer):
    _, ax = pyplot.subplots()
    assert plot.waterfall(explainer.explain(SENTENCES[0]), ax=ax) is ax
