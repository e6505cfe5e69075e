"""How the model trains."""

from __future__ import annotations

from typing import TypedDict

from .common import Json
from .forms import Field


class Optimizer(TypedDict):
    class_name: str
    config: dict[str, Json]


class LossSettings(TypedDict):
    """Of a loss: config, those of its settings that were chosen; fields, all of them."""

    config: dict[str, Json]
    fields: list[Field]


class MetricSettings(LossSettings):
    """Of a metric, with its name."""

    name: str


class Training(TypedDict):
    """How it trains. fields: all settings that an experiment's `training` has, and the learning rate if there is one.

    of_optimizer: the optimizer's other settings. loss: its name for each output, None for one without; of_loss: its settings.
    of_metrics: the settings of each metric, in the order of the list. The rest are values that the page needs as such.
    """

    fields: list[Field]
    optimizer: Optimizer
    of_optimizer: list[Field]
    loss: dict[str, str | None]
    of_loss: dict[str, LossSettings]
    of_metrics: list[MetricSettings]
    learning_rate: float | None
    epochs: int
    batch_size: int
