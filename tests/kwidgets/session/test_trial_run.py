"""Trials of a fresh copy of a model: what is tried, on how many samples, and what is drawn from it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.layers import Dense
from engine.models import Model
from kwidgets.session.machine_speed import Speed
from kwidgets.session.trial_run import Figures, Limits, figures_of

from .experiments import experiment

# Operations and bytes a second of a machine on which all that is tried here is quick.
QUICK = Speed(products=1e12, convolutions=1e12, depthwise=1e12, recurrent=1e12, moving=1e12)


def tried(asked: dict[str, Any], speed: Speed = QUICK, **settings: Any) -> list[Figures]:
    """What is published of a model, in order."""
    published: list[Figures] = []
    figures_of(asked, None, lambda: speed, lambda: False, published.append, **settings)
    return published


def test_a_model_is_estimated_and_then_measured() -> None:
    assert [figures.basis for figures in tried(experiment())] == ["estimated", "measured"]


def test_large_models_are_only_estimated() -> None:
    assert [figures.basis for figures in tried(experiment(), limits=Limits(most_weights=100))] == ["estimated"]


def test_a_trial_that_is_dropped_publishes_no_more() -> None:
    published: list[Figures] = []
    figures_of(experiment(), None, lambda: QUICK, lambda: bool(published), published.append)
    assert [figures.basis for figures in published] == ["estimated"]


@pytest.mark.parametrize("step", [1e-4, 1e-9])
def test_long_steps_are_tried_on_part_of_a_batch(step: float) -> None:
    wide = experiment(Dense(600, input_shape=(600,)), batch_size=512)
    slow = Speed(products=1e10, convolutions=1, depthwise=1, recurrent=1, moving=1e10)
    sizes: list[int] = []

    def train(model: Model, x: Any, y: Any) -> None:
        sizes.append(len(next(iter(x.values()))))
        model.train_on_batch(x, y)

    (_, whole), (_, part) = tried(wide), tried(wide, slow, limits=Limits(step=step), train=train)
    assert max(sizes) < 512
    assert part.lasting == pytest.approx(whole.lasting, rel=0.3)
    assert part.seconds > 0


@pytest.mark.parametrize(("held_out", "share"), [(0.0, 1.0), (0.3, 0.8)])
def test_part_of_a_batch_is_drawn_out_along_a_straight_line(held_out: float, share: float) -> None:
    now = [0.0]

    def train(model: Model, x: Any, y: Any) -> None:
        now[0] += 0.05 + 0.001 * len(next(iter(x.values())))

    # So slow that by estimate only part of a batch of 128 takes less than a tenth of a second.
    slow = Speed(products=4e4, convolutions=1, depthwise=1, recurrent=1, moving=1e9)
    asked = experiment(Dense(1, input_shape=(10,)), batch_size=128, validation_split=held_out)
    estimate, measured = tried(asked, slow, clock=lambda: now[0], train=train)
    assert (estimate.basis, measured.basis) == ("estimated", "measured")
    assert measured.seconds == pytest.approx(share * (0.05 + 0.128) / 128)
