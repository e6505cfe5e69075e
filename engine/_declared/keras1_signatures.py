"""Keras 1's arguments of methods with their types, for signatures that type checkers read: `**old: Unpack[OldFit]`."""

from __future__ import annotations

from typing import TypedDict


class OldFit(TypedDict, total=False):
    """Keras 1's arguments of `fit`."""

    nb_epoch: int
    show_accuracy: bool


class OldAccuracy(TypedDict, total=False):
    """Keras 1's argument of `evaluate`."""

    show_accuracy: bool


class OldBatch(TypedDict, total=False):
    """Keras 1's argument of `train_on_batch` and `test_on_batch`."""

    accuracy: bool


class OldQueue(TypedDict, total=False):
    """Keras 1's arguments of `evaluate_generator` and `predict_generator`."""

    val_samples: int
    show_accuracy: bool
    max_q_size: int
    nb_worker: int
    pickle_safe: bool


class OldFitGenerator(TypedDict, total=False):
    """Keras 1's arguments of `fit_generator`."""

    samples_per_epoch: int
    nb_epoch: int
    nb_val_samples: int
    show_accuracy: bool
    max_q_size: int
    nb_worker: int
    pickle_safe: bool
