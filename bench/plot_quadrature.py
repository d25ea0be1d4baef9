#!/usr/bin/env python3
"""Draws errors of quadrature rules over their points: plot_quadrature.py RESULTS.json [STEM]

RESULTS.json is written by quadrature.py; STEM.svg and STEM.png (default: beside it) are the picture:
a panel for each part, with the median and the 95th percentile of the texts' errors.
"""
import numpy

import picture

FAMILIES = (("auto@", "auto, by tolerance", picture.ACCENT),
            ("uniform-", "uniform, Gregory's ends", picture.WARM),
            ("gausslegendre-", "Gauss-Legendre", picture.INK),
            ("riemann_trapezoid-", "trapezoid as in alibi and Captum", picture.OTHER))
TITLES = {"sentences": "Sentences", "reviews": "Reviews"}


def points_of(rules, prefix):
    """(evaluations, median, 95th percentile) of the rules of a family, fewest evaluations first."""
    points = [(numpy.mean(rule["evaluations"]), *numpy.quantile(rule["error"], [0.5, 0.95]))
              for name, rule in rules.items() if name.startswith(prefix)]
    return numpy.array(sorted(points))


def draw_part(axes, name, part):
    kind, baseline = name.split("-")
    for prefix, label, colour in FAMILIES:
        points = points_of(part["rules"], prefix)
        if len(points) == 0:
            continue
        evaluations, median, most = points.T
        axes.plot(evaluations, median, "o-", color=colour, label=label, linewidth=2, markersize=5)
        axes.fill_between(evaluations, median, most, color=colour, alpha=0.15, linewidth=0)
    axes.set_yscale("log")
    axes.set_xlabel("points of a path, mean")
    axes.set_title(f"{TITLES[kind]}, [{baseline.upper()}]  ({part['texts']} texts)")
    picture.quiet_axes(axes)


def draw(result):
    parts = result["parts"]
    figure, axes = picture.pyplot.subplots(1, len(parts), figsize=(5.4 * len(parts), 4.4),
                                           sharey=True, squeeze=False)
    for place, (name, part) in zip(axes[0], parts.items(), strict=True):
        draw_part(place, name, part)
    axes[0][0].set_ylabel("relative error of the token scores")
    axes[0][0].legend(frameon=False, fontsize=9)
    models = " and ".join(sorted({part["model"] for part in parts.values()}))
    figure.text(0.01, -0.03, f"{models}; line: median of the texts, shade: up to the 95th percentile; "
                "truth: 257 uniform points", color=picture.MUTED, fontsize=9)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    picture.run(draw, __doc__.splitlines()[0])
