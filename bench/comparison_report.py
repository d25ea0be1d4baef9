"""What compare.py found out, as JSON and as a Markdown table."""
import pathlib
import subprocess

from machine import commit, machine, today
from series import MEASURES

YARDSTICKS = ("integrad-f32", "integrad-auto")


def rounded(value):
    """Numbers with five significant digits: more would be noise."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def series_json(series, yardsticks):
    result = {"texts": series.count, "padded": series.contender.padded,
              "precision": series.contender.precision,
              "best": {measure: series.best(measure) for measure in MEASURES},
              "whole_process_seconds_by_texts": series.whole_process,
              "ratios": {y.contender.name: series.ratios(y) for y in yardsticks},
              "score_difference": {y.contender.name: series.difference(y) for y in yardsticks},
              "repeats": series.reports}
    if series.batch:
        result["batch"] = series.batch
        result["batch_trials"] = series.batch_trials
    return result


def integrad_version(setup):
    run = subprocess.run([setup.integrad_program, "--version"], capture_output=True, text=True)
    return {"version": run.stdout.strip().split()[-1], "commit": commit()}


def result_json(given, setup, all_series):
    yardsticks = [s for s in all_series if s.contender.name in YARDSTICKS]
    lengths = [len(scores) for scores in yardsticks[0].scores]
    return rounded({
        "date": today(),
        "machine": machine(),
        "settings": {"model": pathlib.Path(given.model).name, "texts": pathlib.Path(given.texts).name,
                     "tokens": {"shortest": min(lengths), "longest": max(lengths)},
                     "threads": given.threads, "n_steps": given.n_steps,
                     "method": "gausslegendre", "max_length": given.max_length,
                     "repeats": given.repeats, "passes": given.passes},
        "versions": {"integrad": integrad_version(setup),
                     **{s.contender.tool: s.versions for s in all_series if s.versions}},
        "contenders": {s.contender.name: series_json(s, yardsticks) for s in all_series},
    })


def table(result):
    """Markdown; "×" columns say how many times more than integrad a contender needs."""
    contenders = result["contenders"]
    yardsticks = [name for name in YARDSTICKS if name in contenders]
    heads = ["contender", "texts", "points at once", "s a text", *[f"× {y}" for y in yardsticks],
             "whole process s", *[f"× {y}" for y in yardsticks], "start-up s", "peak MiB",
             "scores differ by"]
    lines = [heads, ["---"] * len(heads)]
    for name, c in contenders.items():
        best = c["best"]
        lines.append([
            name, str(c["texts"]), str(c.get("batch", "–")), f"{best['seconds_per_text']:.3f}",
            *[f"{c['ratios'][y]['seconds_per_text']:.2f}" for y in yardsticks],
            f"{best['whole_process_seconds']:.2f}",
            *[f"{c['ratios'][y]['whole_process_seconds']:.2f}" for y in yardsticks],
            f"{best['startup_seconds']:.2f}", f"{best['peak_rss_mib']:.0f}",
            f"{c['score_difference'][yardsticks[0]]:.0e}"])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
