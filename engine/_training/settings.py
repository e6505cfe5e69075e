"""How an experiment trains: the settings of its `training`, each declared once with rule, default and help.

`engine.experiment` checks and completes them, the builder shows them as a form, and docs/experiment.md lists them.
"""

from __future__ import annotations

from collections.abc import Mapping

from .._declared import rules
from .._declared.fields import Declared, field
from .._machine.config import PRECISIONS
from .._machine.devices import devices, is_name
from ..types import Config

MOST = 10**9
SEEDS = 2**32


def _is_name(value: object) -> bool:
    """Whether it can be a name; which names there are is known only when the model is compiled."""
    return isinstance(value, str) and value != ""


def _is_function(value: object) -> bool:
    return _is_name(value) or callable(value)


def _is_optimizer(value: object) -> bool:
    if isinstance(value, dict):
        config = value.get("config")
        return _is_name(value.get("class_name")) and (config is None or isinstance(config, Mapping))
    return _is_name(value) or hasattr(value, "get_config")


def _is_loss(value: object) -> bool:
    if isinstance(value, dict) and not _has_settings(value):
        return all(isinstance(name, str) and _is_loss_of_one(one) for name, one in value.items())
    if isinstance(value, list):
        return all(_is_loss_of_one(one) for one in value)
    return _is_loss_of_one(value)


def _is_loss_of_one(value: object) -> bool:
    return value is None or _is_function(value) or _has_settings(value)


def _has_settings(value: object) -> bool:
    """Whether it is a table of a class and its settings."""
    return isinstance(value, dict) and set(value) == {"class_name", "config"} and _is_name(value["class_name"])


def _are_metrics(value: object) -> bool:
    return isinstance(value, list) and all(_is_function(one) or _has_settings(one) for one in value)


def _copied(value: object) -> object:
    """A copy, so that two experiments never share a default; tuples become lists, as in texts."""
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, (list, tuple)) else value


class _DeviceRule(rules.Rule):
    """A device's name, or None; the form offers those that there are when it is shown."""

    def __init__(self) -> None:
        sentence = "'cpu', 'auto' or a graphics card as 'gpu:0', or None"
        super().__init__(lambda v: v is None or is_name(v), sentence, ("tpu", 3, "", "gpu:x"))

    @property
    def control(self) -> Config:
        """A choice among the names of the devices of this machine."""
        return {"kind": "choice", "options": ["auto", *(one.name for one in devices())], "optional": True}


_optimizer = rules.Rule(
    _is_optimizer,
    "the name of an optimizer, or a table with its class_name and config",
    ("", 3, None, ["Adam"], {}, {"config": {}}, {"class_name": "Adam", "config": 3}),
    {"kind": "choice", "options_of": "optimizer"},
    _copied,
)
_loss = rules.Rule(
    _is_loss,
    "the name of a loss, or a table with one for each output",
    ("", 3, True, {"output": 3}),
    {"kind": "choice", "options_of": "loss"},
    _copied,
)
_metrics = rules.Rule(
    _are_metrics,
    "a list of names",
    ("accuracy", 3, None, [3], [None], [""], {"output": 3}),
    {"kind": "text"},
    _copied,
)


class TrainingSettings(Declared):
    """The settings of an experiment's `training`, in the order of its text."""

    optimizer: str | Config = field(
        _optimizer, default={"class_name": "Adam", "config": {}}, help="how the weights are updated"
    )
    loss: str | list[str | None] | dict[str, str | None] = field(
        _loss,
        default="mean_squared_error",
        help="what is made small, as huber or Huber(delta=2.0); one for each output where they differ",
    )
    metrics: list[str] = field(
        _metrics, default=[], help="names of what else is measured, such as accuracy, mae, AUC(curve='PR')"
    )
    epochs: int = field(rules.whole(1, MOST), default=10, help="how often all data are seen")
    batch_size: int = field(rules.whole(1, MOST), default=32, help="samples in one update of the weights")
    validation_split: float = field(
        rules.fraction, default=0.0, help="share of the data, from its end, that is measured and not trained on"
    )
    shuffle: bool = field(rules.switch, default=True, help="another order of the samples in each epoch")
    seed: int | None = field(
        rules.optional(rules.whole(0, SEEDS - 1)),
        default=None,
        help="the same seed gives the same numbers; without one they differ from run to run",
    )
    device: str | None = field(
        _DeviceRule(),
        default=None,
        help="what computes: cpu, a graphics card as gpu:0, or auto for a card where one works; without one as the program says",
    )
    precision: str | None = field(
        rules.optional(rules.choice(*PRECISIONS)),
        default=None,
        help="how a graphics card multiplies: float32, tf32 (rounded factors) or mixed_float16; the processor keeps to float32",
    )
    processes: int = field(
        rules.whole(1, 4096),
        default=1,
        help="so many processes share each batch, each with its part of the samples; more than 1 need the extra distributed",
    )
    terminate_on_nan: bool = field(
        rules.switch, default=True, help="end the training after the first batch whose loss is NaN or infinite"
    )
