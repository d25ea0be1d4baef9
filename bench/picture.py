"""The look that all pictures share, and writing one as SVG and PNG."""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as pyplot

INK = "#1f2933"
MUTED = "#6b7785"
GRID = "#e4e8ed"
ACCENT = "#0b7a75"
ACCENT_LIGHT = "#5fb3ae"
OTHER = "#a9b4c0"
WARM = "#d1752a"

pyplot.rcParams.update({
    "font.family": "DejaVu Sans", "font.size": 11, "text.color": INK, "axes.edgecolor": MUTED,
    "axes.labelcolor": INK, "xtick.color": MUTED, "ytick.color": MUTED, "axes.titlesize": 12,
    "axes.titleweight": "bold", "axes.titlelocation": "left", "figure.facecolor": "white",
    "svg.hashsalt": "integrad",  # the same picture gives the same file
})


def quiet_axes(axes, grid_axis="both"):
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(True, axis=grid_axis, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


def save(figure, stem):
    """Writes stem.svg and stem.png."""
    stem = pathlib.Path(stem)
    figure.savefig(stem.with_name(stem.name + ".svg"), metadata={"Date": None}, bbox_inches="tight")
    figure.savefig(stem.with_name(stem.name + ".png"), dpi=160, bbox_inches="tight")
    pyplot.close(figure)


def machine_line(machine):
    """As "AMD EPYC with avx512_bf16, avx512f, avx2"."""
    sets = ", ".join(machine["instruction_sets"]) or "no vector extensions"
    return f"{machine['processor']} with {sets}"


def run(draw, usage):
    """The command line of a plot: RESULTS.json [STEM]."""
    if len(sys.argv) not in (2, 3):
        sys.exit(usage)
    source = pathlib.Path(sys.argv[1])
    result = json.loads(source.read_text(encoding="utf-8"))
    save(draw(result), sys.argv[2] if len(sys.argv) == 3 else source.with_suffix(""))
