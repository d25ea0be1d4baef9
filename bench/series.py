"""All repeats of one contender, and how they compare with another's."""
import math
import sys

from contenders import ALIBI_BATCH, run_once, run_program
from peer import read_texts

MEASURES = ("seconds_per_text", "startup_seconds", "whole_process_seconds", "peak_rss_mib")


def choose_batch(setup, contender, texts, sizes):
    """(points at once, seconds a text of every size tried)."""
    if contender.tool == "integrad":
        return None, {}
    if contender.tool == "alibi":
        return ALIBI_BATCH, {}
    if len(sizes) == 1:
        return sizes[0], {}
    trials = {size: run_once(setup, contender, texts, size)[0]["seconds_per_text"] for size in sizes}
    return min(trials, key=trials.get), trials


class Series:
    def __init__(self, setup, contender, texts, batches):
        self.contender = contender
        self.texts = texts
        self.count = len(read_texts(texts))
        self.batch, self.batch_trials = choose_batch(setup, contender, texts, batches)
        self.reports = []
        self.scores = []
        self.versions = {}
        # Whole process seconds by number of texts: integrad's also for the texts of padded peers.
        self.whole_process = {}

    def repeat(self, setup, padded_texts):
        report, self.scores = run_once(setup, self.contender, self.texts, self.batch)
        self.versions = report.pop("versions", {})
        self.reports.append(report)
        self.note_whole_process(self.count, report["whole_process_seconds"])
        padded_count = len(read_texts(padded_texts))
        if self.contender.tool == "integrad" and padded_count != self.count:
            self.note_whole_process(padded_count, run_program(setup, self.contender, padded_texts)[0])
        print(f"{self.contender.name}: {report['seconds_per_text']:.3f} s a text", file=sys.stderr)

    def note_whole_process(self, count, seconds):
        self.whole_process.setdefault(count, []).append(seconds)

    def best(self, measure):
        return min(report[measure] for report in self.reports)

    def best_whole_process(self, count):
        return min(self.whole_process.get(count, [math.nan]))

    def ratios(self, yardstick):
        ratios = {m: self.best(m) / yardstick.best(m) for m in MEASURES}
        ratios["whole_process_seconds"] = (self.best_whole_process(self.count) /
                                           yardstick.best_whole_process(self.count))
        return ratios

    def difference(self, yardstick):
        """Largest relative L2 difference of a text's token scores: do both answer one question?"""
        return max(math.dist(a, b) / math.hypot(*b) for a, b in zip(self.scores, yardstick.scores))
