#!/usr/bin/env python3
"""Draws how time grows with length, texts and points: plot_scaling.py RESULTS.json [STEM]

RESULTS.json is written by scaling.py; STEM.svg and STEM.png (default: beside it) are the picture.
"""
import numpy
from matplotlib.ticker import LogLocator

import picture


def draw_measurements(axes, counts, seconds, fitted, fit_label):
    """Measured points and the fitted curve, both axes logarithmic."""
    fine = numpy.geomspace(counts[0], counts[-1], 100)
    axes.plot(fine, fitted(fine), color=picture.ACCENT_LIGHT, linewidth=2, label=fit_label, zorder=2)
    axes.plot(counts, seconds, "o", color=picture.ACCENT, markersize=6, label="measured", zorder=3)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    decades = numpy.log10(max(seconds) / min(seconds))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < 2.2 else (1,)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    picture.quiet_axes(axes)


def power_law(counts, seconds, exponent):
    """The line of this exponent through the middle of the measurements."""
    factor = numpy.exp(numpy.mean(numpy.log(seconds) - exponent * numpy.log(counts)))
    return lambda x: factor * x**exponent


def draw_length(axes, length):
    a, b = length["a"], length["b"]
    draw_measurements(axes, length["tokens"], length["seconds"], lambda x: a * x + b * x**2,
                      "$a\\,L + b\\,L^2$")
    axes.set_title("Length of a text")
    axes.set_xlabel("tokens L")
    axes.text(0.97, 0.05, f"b/a = {length['ratio'] * 1e4:.1f} · 10⁻⁴\n"
              f"{length['ratio_of_operations'] * 1e4:.1f} · 10⁻⁴ by counting operations",
              transform=axes.transAxes, ha="right", fontsize=8.5, color=picture.MUTED, linespacing=1.5,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})


def draw_counts(axes, counts, growth, title, label):
    exponent = growth["exponent"]
    draw_measurements(axes, counts, growth["seconds"], power_law(counts, growth["seconds"], exponent),
                      f"exponent {exponent:.2f}")
    axes.set_title(title)
    axes.set_xlabel(label)


def models(settings):
    if settings["model"] == settings["model_of_texts"]:
        return settings["model"]
    return f"{settings['model']} (number of texts: {settings['model_of_texts']})"


def draw(result):
    figure, (length, texts, steps) = picture.pyplot.subplots(1, 3, figsize=(13, 4.1))
    draw_length(length, result["length"])
    draw_counts(texts, result["texts"]["texts"], result["texts"], "Number of short texts", "texts")
    draw_counts(steps, result["steps"]["n_steps"], result["steps"],
                f"Points on the path ({result['steps']['tokens']} tokens)", "points")
    length.set_ylabel("seconds")
    for axes in (length, texts, steps):
        axes.legend(frameon=False, loc="upper left", fontsize=9.5)
    settings = result["settings"]
    figure.suptitle(f"{models(settings)}, {settings['precision']}, {settings['threads']} threads; "
                    f"{picture.machine_line(result['machine'])}; {result['date']}", x=0.008,
                    ha="left", fontsize=9, color=picture.MUTED)
    figure.tight_layout(w_pad=2.5)
    return figure


if __name__ == "__main__":
    picture.run(draw, usage=__doc__.splitlines()[0])
