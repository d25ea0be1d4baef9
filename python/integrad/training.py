"""Fine-tuning and evaluation: texts and labels in, a model's folder out."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from integrad import _core
from integrad.arrays import check_text
from integrad.model import AutoModelForSequenceClassification, Model
from integrad.paths import find_model

Text = str | tuple[str, str]
Label = str | int | float | Sequence[str | int | float]
Folder = str | os.PathLike[str]
Step = dict[str, Any]


@dataclass
class Training:
    """What `train` gives: `model`, loaded from `folder`; `history`, a dict a step (step, loss,
    accuracy, learning_rate, gradient_norm, texts, tokens); `evaluations`, metrics of the validation
    texts with their step; `fresh`, names of parameters that the checkpoint had not."""

    folder: Path
    model: Model
    history: list[Step]
    evaluations: list[Step] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        last = self.history[-1] if self.history else {"step": 0}
        return f"<trained {last['step']} steps: {self.folder}>"


def train(texts: Sequence[Text], labels: Sequence[Label], model: Folder | None, output: Folder, *,
          validation: tuple[Sequence[Text], Sequence[Label]] | None = None,
          label_names: Sequence[str] | None = None, problem: str | None = None,
          epochs: float = 1, steps: int = 0, batch_size: int = 16, micro_batch_size: int = 0,
          max_length: int = 256, learning_rate: float = 5e-5, schedule: str = "linear",
          power: float = 1, end_learning_rate: float = 0, warmup_steps: int = 0,
          optimizer: str = "adamw", weight_decay: float | None = None, clip: float = 0,
          seed: int = 0, dropout: bool = True, freeze: Sequence[str] = (), threads: int = 0,
          precision: str = "auto", save_minutes: float = 5, resume: bool = False,
          progress: Callable[[Step], None] | None = None) -> Training:
    """Fine-tunes the classifier in `model` (a folder or a model id; None: the bundled one; a base
    model gets a new head) and writes it to the folder `output` as save_pretrained would.

    Parameters
    ----------
    texts, labels
        Texts or (text, text_pair) tuples. Labels are names, in any case, or numbers of classes; with
        problem="multi_label" lists of them; with problem="regression" values.
    validation
        (texts, labels) that are evaluated after every epoch.
    label_names
        Names of classes 0, 1, …; None: the model's if the labels fit them, else those of `labels`.
    problem
        "single_label", "multi_label", "regression"; None: as the model's config.json says.
    epochs, steps
        How often the texts are read, or how many steps are made.
    batch_size, micro_batch_size
        Texts a step, and texts at once, which bounds memory (0: the whole batch).
    learning_rate, schedule, power, end_learning_rate, warmup_steps
        From 0 up in `warmup_steps`, then "constant", "linear" or "polynomial".
    optimizer, weight_decay
        "adamw" (decay 0.01 unless given) or "adam" (0).
    clip
        The longest gradient; 0: any.
    freeze
        Parameters whose names contain one of these stay as they are.
    precision
        Of matrix products: "f32", "bf16", "auto" (the faster one).
    resume, save_minutes
        KeyboardInterrupt, and every so many minutes, leaves training_state.safetensors in `output`;
        resume=True goes on from there and makes the weights of a run that never stopped.
    progress
        Called after every step with its entry of the history.

    Raises ValueError, FileNotFoundError, FileExistsError for an `output` that holds something,
    CheckpointError, UnsupportedModel, NumericalError when the loss is no number.
    """
    if optimizer not in ("adam", "adamw"):
        raise ValueError(f"optimizer: expected 'adam' or 'adamw', found {optimizer!r}")
    folder = Path(output)
    state = folder / "training_state.safetensors"
    if resume and not state.exists():
        raise FileNotFoundError(f"nothing to resume: there is no {state}")
    if not resume and folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"folder {folder} is not empty; resume=True goes on with a run")
    source = find_model(model)
    problem = problem or _core.problem_of(source)
    names = _names(label_names, labels, _core.labels_of(source), problem)
    run = _core.TrainingRun(
        source, _pairs(texts), _numbers(labels, names, problem), names, problem, list(freeze),
        max_length, threads, precision, epochs=epochs, steps=steps, batch_size=batch_size,
        micro_batch_size=micro_batch_size, learning_rate=learning_rate, schedule=schedule,
        power=power, end_learning_rate=end_learning_rate, warmup_steps=warmup_steps,
        decoupled=optimizer == "adamw", clip=clip, seed=seed, dropout=dropout,
        weight_decay=weight_decay if weight_decay is not None else 0.01 * (optimizer == "adamw"))
    if resume:
        run.load_state(state)
    folder.mkdir(parents=True, exist_ok=True)
    history: list[Step] = []
    evaluations: list[Step] = []
    saved = time.monotonic()
    try:
        while run.done < run.steps:
            history.append(run.advance())
            if progress is not None:
                progress(history[-1])
            if validation is not None and (run.done % run.steps_per_epoch == 0
                                           or run.done == run.steps):
                run.save(folder)
                found = evaluate(*validation, folder, max_length=max_length, threads=threads)
                evaluations.append({"step": run.done, **found})
            if time.monotonic() - saved >= 60 * save_minutes:
                run.save_state(state)
                saved = time.monotonic()
    except KeyboardInterrupt:
        run.save_state(state)
        raise
    run.save(folder)
    state.unlink(missing_ok=True)
    return Training(folder, AutoModelForSequenceClassification.from_pretrained(folder, threads=threads),
                    history, evaluations, run.fresh)


def evaluate(texts: Sequence[Text], labels: Sequence[Label], model: Folder | Model | None = None, *,
             max_length: int | None = None, threads: int = 0, precision: str = "f32"
             ) -> dict[str, Any]:
    """How well a model does on labelled texts, as a dict: texts, loss, accuracy, macro_f1, micro_f1,
    calibration_error, classes, confusion, calibration; for values mean_absolute_error, spearman.

    `model` is a folder, a model id, a `Model`, or None for the bundled classifier; texts are cut at
    `max_length` tokens (None: what the model reads). Raises ValueError for labels that the model does
    not know.
    """
    if not isinstance(model, Model):
        model = AutoModelForSequenceClassification.from_pretrained(model, threads=threads,
                                                                   precision=precision)
    options = _core.ExplainOptions()
    options.max_length = max_length
    pairs = _pairs(texts)
    problem = model.core.problem
    truth = _numbers(labels, model.labels, problem)
    if len(pairs) != len(truth):
        raise ValueError(f"{len(pairs)} texts, but {len(truth)} labels")
    found = model.pool.predict(pairs, options, None)
    logits = np.array([prediction.logits for prediction in found]).reshape(len(found), -1)
    metrics: dict[str, Any] = json.loads(_core.metrics(problem, model.labels, logits, truth))
    del metrics["model"], metrics["data"]
    return metrics


def _pairs(texts: Sequence[Text]) -> list[tuple[str, str | None]]:
    if isinstance(texts, str):
        raise TypeError("texts: expected a list of texts, found a str")
    pairs: list[tuple[str, str | None]] = []
    for text in texts:
        first, second = (text, None) if isinstance(text, str) else text
        check_text(first)
        if second is not None:
            check_text(second)
        pairs.append((first, second))
    return pairs


def _as_list(label: Label) -> list[str | int | float]:
    if isinstance(label, (str, int, float, np.number)):
        return [label]
    return list(label)


def _names(given: Sequence[str] | None, labels: Sequence[Label], of_model: list[str],
           problem: str) -> list[str]:
    """Names of classes 0, 1, …"""
    if given is not None:
        return list(given)
    if problem == "regression":
        width = len(_as_list(labels[0])) if len(labels) else 1
        return of_model if len(of_model) == width else [f"LABEL_{i}" for i in range(width)]
    written = {entry for label in labels for entry in _as_list(label)}
    words = {entry for entry in written if isinstance(entry, str)}
    known = {name.casefold() for name in of_model}
    if words:
        return of_model if all(w.casefold() in known for w in words) else sorted(words)
    classes = int(max(written, default=0)) + 1
    if problem == "multi_label":
        return of_model
    return of_model if classes <= len(of_model) else [f"LABEL_{i}" for i in range(classes)]


def _numbers(labels: Sequence[Label], names: Sequence[str], problem: str) -> list[list[float]]:
    """Labels as the engine takes them: a class, 0 or 1 a class, or values."""
    place = {name.casefold(): number for number, name in enumerate(names)}

    def number(entry: str | int | float) -> float:
        if not isinstance(entry, str):
            return float(entry)
        if entry.casefold() not in place:
            raise ValueError(f"label {entry!r} is none of {', '.join(names)}")
        return float(place[entry.casefold()])

    numbers = []
    for label in labels:
        row = [number(entry) for entry in _as_list(label)]
        if problem == "multi_label":
            chosen = {int(entry) for entry in row}
            row = [float(i in chosen) for i in range(len(names))]
        numbers.append(row)
    return numbers
