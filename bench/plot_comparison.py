#!/usr/bin/env python3
"""Draws seconds a text of every contender: plot_comparison.py RESULTS.json [STEM]

RESULTS.json is written by compare.py; STEM.svg and STEM.png (default: beside it) are the picture.
"""
import picture

WORDS = {"captum": "Captum", "alibi": "alibi"}


def label(name, contender, versions):
    """As ("Captum 0.9.0, bf16", "unpadded, 50 points at once")."""
    tool = name.split("-")[0]
    version = versions[tool]["version" if tool == "integrad" else tool]
    asked = contender["precision"]
    if tool == "integrad":
        used = contender["repeats"][0]["precision"]
        return f"integrad {version}, {asked}", f"unpadded, {used}" if asked == "auto" else "unpadded"
    padding = "padded" if contender["padded"] else "unpadded"
    return f"{WORDS[tool]} {version}, {asked}", f"{padding}, {contender['batch']} points at once"


def seconds_text(seconds):
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s"


def bar_note(contender, yardstick):
    """As "0.61 s   2.3×": seconds, and how many times the yardstick's."""
    seconds = seconds_text(contender["best"]["seconds_per_text"])
    ratio = contender["ratios"][yardstick]["seconds_per_text"]
    return f"{seconds}   {ratio:.0f}×" if ratio >= 10 else f"{seconds}   {ratio:.1f}×"


def subtitle(result, yardstick):
    settings = result["settings"]
    tokens = settings["tokens"]
    lengths = f"{tokens['shortest']} to {tokens['longest']} tokens"
    return (f"{settings['model']}, {settings['texts']} ({lengths}), {settings['n_steps']} points, "
            f"{settings['threads']} threads;  × = multiples of {yardstick}\n"
            f"{picture.machine_line(result['machine'])}; best of {settings['repeats']}, {result['date']}")


def draw(result):
    contenders = sorted(result["contenders"].items(),
                        key=lambda item: item[1]["best"]["seconds_per_text"], reverse=True)
    yardstick = next(iter(contenders[0][1]["ratios"]))
    figure, axes = picture.pyplot.subplots(figsize=(9, 1.3 + 0.62 * len(contenders)))
    longest = contenders[0][1]["best"]["seconds_per_text"]
    for row, (name, contender) in enumerate(contenders):
        seconds = contender["best"]["seconds_per_text"]
        ours = name.startswith("integrad")
        axes.barh(row, seconds, height=0.56, color=picture.ACCENT if ours else picture.OTHER)
        axes.text(seconds + longest * 0.012, row, bar_note(contender, yardstick), va="center",
                  fontweight="bold" if ours else "normal", fontsize=10.5)
        head, detail = label(name, contender, result["versions"])
        position = {"transform": axes.get_yaxis_transform(), "ha": "right"}
        axes.text(-0.015, row + 0.03, head, va="bottom", fontweight="bold" if ours else "normal",
                  **position)
        axes.text(-0.015, row - 0.03, detail, va="top", fontsize=8.5, color=picture.MUTED, **position)
    axes.set_yticks([])
    axes.set_xlim(0, longest * 1.17)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= longest])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("seconds a text (shorter is better)")
    picture.quiet_axes(axes, "x")
    axes.spines["bottom"].set_visible(False)
    axes.set_title("Integrated gradients of a text", pad=42, fontsize=14)
    axes.text(0, 1.02, subtitle(result, yardstick), transform=axes.transAxes, va="bottom",
              fontsize=8.5, color=picture.MUTED, linespacing=1.5)
    return figure


if __name__ == "__main__":
    picture.run(draw, usage=__doc__.splitlines()[0])
