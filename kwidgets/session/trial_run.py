"""A few training steps of a fresh copy of a model, on random numbers, to learn what an epoch will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine import experiment as experiments
from engine.describe.trial import (
    fill_weights,
    free_sizes,
    held_by,
    random_data,
    sample_bytes,
    seconds_of_update,
    weight_bytes,
)
from engine.experiment import Experiment, build_model, training_of
from engine.models import Model
from engine.types import Array, Config

from .machine_speed import Speed, estimated_memory
from .thread_warnings import warnings_to

# A trial: seconds of all timed steps, of a step below which a whole small epoch is run.
_TIMED = 0.12
_SHORT = 0.02
_REPEATED = 3
# With so many samples, a step of half of them shows how time grows with the batch.
_LINE = 4
_MOST_DATA = 32_000_000
# Evaluating a sample takes about one of the three passes of training on it.
_EVALUATION = 1 / 3
# What libraries hold for themselves (kernels made for a shape, weights in another order) and ops for a moment, beside
# what the model holds: about a tenth in the models of docs/forecast.md.
_ASIDE = 1.1

Lengths = Mapping[str, Sequence["int | None"]]
Batch = dict[str, Array]


@dataclass(frozen=True)
class Limits:
    """What is not tried: copies of weights above `most_weights` bytes, steps on one sample above `longest_step` seconds.

    step: seconds of one step at most; where a batch takes longer, part of it is tried.
    """

    most_weights: int = 200_000_000
    longest_step: float = 1.0
    step: float = 0.1


# Fewer samples than this are computed in another way, with more memory for each of them.
_AS_MANY = 16
LIMITS = Limits()


@dataclass(frozen=True)
class Figures:
    """What is known of a model's training. seconds: a sample, of training and validation together.

    lasting: bytes of weights, gradients, accumulators and buffers for a batch. a_sample: bytes of a sample's data.
    """

    seconds: float
    lasting: float
    a_sample: int
    basis: Literal["measured", "estimated"]


def figures_of(
    experiment: Experiment,
    lengths: Lengths | None,
    speed: Callable[[], Speed | None],
    cancelled: Callable[[], bool],
    publish: Callable[[Figures], None],
    *,
    limits: Limits = LIMITS,
    clock: Callable[[], float] = time.perf_counter,
    train: Callable[[Model, Batch, Batch], object] = Model.train_on_batch,
) -> None:
    """Estimate, then measure where the model is small enough; `publish` gets the one, then the other.

    clock: seconds. train: one step on a batch.

    Nothing is published for a model with sizes that stay free, or when cancelled. NumPy's and the notebook's random
    state stay untouched. Raises what building or training the model raises.
    """
    with experiments.seeded(0), np.errstate(all="ignore"), warnings_to(lambda line: None):
        settings = training_of(experiment)
        training = {**(experiment.get("training") or {}), "seed": 0}
        model: Model = build_model({**experiment, "training": training})
        if cancelled() or free_sizes(model, lengths):
            return
        known = speed()
        if known is None or cancelled():
            return
        trial = _Trial(model, settings, lengths, cancelled, limits, clock, train)
        estimate = trial.estimate(known)
        publish(estimate)
        at_once = trial.samples_at_once(known)
        if at_once is not None and not cancelled():
            measured = trial.measure(at_once, estimate)
            if measured is not None:
                publish(measured)


class _Trial:
    def __init__(
        self,
        model: Model,
        settings: Config,
        lengths: Lengths | None,
        cancelled: Callable[[], bool],
        limits: Limits,
        clock: Callable[[], float],
        train: Callable[[Model, Batch, Batch], object],
    ) -> None:
        self._limits, self._clock, self._train = limits, clock, train
        self._model = model
        self._lengths = lengths
        self._cancelled = cancelled
        self._batch = int(settings["batch_size"])
        self._held_out = float(settings["validation_split"])
        self._shuffle = bool(settings["shuffle"])
        self._fixed = any(x.shape[0] is not None for x in model.inputs)
        self._rng = np.random.default_rng(0)
        self._a_sample = sample_bytes(model, lengths)

    def estimate(self, speed: Speed) -> Figures:
        """From the work of the model's ops and this machine's speed."""
        memory = estimated_memory(self._model)
        seconds = self._with_validation(speed.seconds(self._model, self._batch) / self._batch)
        return Figures(seconds, _ASIDE * (memory.lasting + memory.a_sample * self._batch), self._a_sample, "estimated")

    def samples_at_once(self, speed: Speed) -> int | None:
        """How many samples to try at a time: the batch, fewer where that takes long; None: too large to be tried."""
        if weight_bytes(self._model) > self._limits.most_weights:
            return None
        one, whole = (speed.seconds(self._model, n) for n in (1, self._batch))
        if one > self._limits.longest_step or (self._fixed and whole > self._limits.longest_step):
            return None
        if whole <= self._limits.step or self._fixed:
            return self._batch
        a_sample = (whole - one) / max(1, self._batch - 1)
        fewest = _AS_MANY if speed.seconds(self._model, _AS_MANY) <= self._limits.longest_step else 1
        return int(min(self._batch, max(fewest, 1 + (self._limits.step - one) / a_sample)))

    def measure(self, samples: int, estimate: Figures) -> Figures | None:
        """Train on a few batches; None when cancelled."""
        fill_weights(self._model, self._rng)
        x, y = random_data(self._model, samples, self._rng, self._lengths)
        self._train(self._model, x, y)  # makes the plan and takes the memory
        if self._cancelled():
            return None
        step = self._quickest(lambda: self._train(self._model, x, y), _SHORT, 3, 1)
        if step is None:
            return None
        short = step < _SHORT and samples == self._batch
        seconds = self._small_epochs(step) if short else self._single_steps(x, y, samples)
        if seconds is None:
            return None
        if self._held_out:
            self._model.test_on_batch(x, y)  # validation has buffers of its own
        memory = held_by(self._model)
        lasting = _ASIDE * (memory.lasting + memory.buffers * self._batch / samples)
        return replace(estimate, seconds=seconds, lasting=lasting, basis="measured")

    def _small_epochs(self, step: float) -> float | None:
        """Seconds a sample of epochs as `fit` runs them: with reading batches, validation and metrics."""
        most = max(2, _MOST_DATA // max(1, self._a_sample * self._batch))
        samples = self._batch * int(min(most, max(4, _TIMED / _REPEATED / step), 500))
        x, y = random_data(self._model, samples, self._rng, self._lengths)

        def epoch() -> None:
            self._model.fit(
                x,
                y,
                batch_size=self._batch,
                epochs=1,
                verbose=0,
                shuffle=self._shuffle,
                validation_split=self._held_out,
            )

        return self._quickest(epoch, 0, _REPEATED, samples)

    def _single_steps(self, x: Batch, y: Batch, samples: int) -> float | None:
        """Seconds a sample of single steps; from part of a batch and half of that, by a straight line, to the whole."""
        step = self._quickest(lambda: self._train(self._model, x, y), _TIMED, 8, 1)
        if step is None or samples == self._batch:
            return None if step is None else self._with_validation(step / samples)
        if samples < _LINE:
            update = min(step, seconds_of_update(self._model))
            return self._with_validation((step - update) / samples + update / self._batch)
        half = samples // 2
        part_x, part_y = ({name: array[:half] for name, array in group.items()} for group in (x, y))
        self._train(self._model, part_x, part_y)
        less = self._quickest(lambda: self._train(self._model, part_x, part_y), _TIMED / 2, 4, 1)
        if less is None:
            return None
        slope = max(0.0, step - less) / (samples - half)
        return self._with_validation((step + slope * (self._batch - samples)) / self._batch)

    def _quickest(self, action: Callable[[], object], seconds: float, runs: int, samples: int) -> float | None:
        """Seconds a sample of the quickest run: whatever else goes on in the machine only ever slows one down.

        It runs up to `runs` times, no more once so many seconds are over (0: no limit); None when cancelled.
        """
        times: list[float] = []
        while len(times) < runs and (not seconds or sum(times) < seconds):
            if self._cancelled():
                return None
            began = self._clock()
            action()
            times.append(self._clock() - began)
        return min(times) / samples

    def _with_validation(self, seconds: float) -> float:
        """Seconds a sample where some are only evaluated."""
        return seconds * (1 - self._held_out + self._held_out * _EVALUATION)


__all__ = ["Figures", "Lengths", "Limits", "figures_of"]
