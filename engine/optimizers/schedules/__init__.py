"""Learning rates that follow the number of updates, as tf.keras and Keras 3 name them: `Adam(learning_rate=CosineDecay(...))`."""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..._declared import registry, rules
from ..._declared.fields import REQUIRED, Declared, field
from ...errors import SettingError

if TYPE_CHECKING:
    from ..._declared.fields import Setting
    from ...types import Config, CustomObjects

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]


def _numbers(value: Any) -> tuple[float, ...]:
    return tuple(rules.number.check(number) for number in value)


_rising = rules.Rule(
    lambda v: all(a < b for a, b in zip(v, v[1:], strict=False)),
    "rising numbers",
    ("a", 3, [2, 1]),
    {"kind": "numbers"},
    _numbers,
    list,
)
_several = rules.Rule(lambda v: len(v) > 0, "numbers", ("a", 3, []), {"kind": "numbers"}, _numbers, list)
_name = rules.optional(rules.name)


class LearningRateSchedule(Declared):
    """Base of learning rates that follow the number of updates: a subclass writes `__call__(step)`.

    Example:
        >>> class Halved(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 * 0.5 ** (step // 1000)
        >>> from engine.optimizers import SGD
        >>> round(float(SGD(Halved()).learning_rate), 4)
        0.1
    """

    def __call__(self, step: int) -> float:
        """The rate of the update behind `step` others."""
        raise NotImplementedError(f"{type(self).__name__}.__call__")


@registry.register("schedule")
class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate * decay_rate^(step / decay_steps).

    Args:
        initial_learning_rate: the rate of the first update.
        decay_steps: after how many updates the rate is multiplied by decay_rate.
        decay_rate: the factor.
        staircase: whether the rate stays as it is in between, falling at once; False by default.
        name: accepted as in Keras.

    Example:
        >>> ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)(200)
        0.025
    """

    initial_learning_rate: float = field(rules.non_negative, default=REQUIRED, help="rate of the first update")
    decay_steps: float = field(rules.positive, default=REQUIRED, help="updates after which it is multiplied")
    decay_rate: float = field(rules.positive, default=REQUIRED, help="the factor")
    staircase: bool = field(rules.switch, default=False, help="fall at once")
    name: str | None = field(_name, default=None, config="if_set")

    def __call__(self, step: int) -> float:
        """initial_learning_rate * decay_rate^(step / decay_steps)."""
        return self.initial_learning_rate * self.decay_rate ** _parts(step / self.decay_steps, self.staircase)


def _parts(ratio: float, whole: bool) -> float:
    return math.floor(ratio) if whole else ratio


@registry.register("schedule")
class InverseTimeDecay(LearningRateSchedule):
    """initial_learning_rate / (1 + decay_rate * step / decay_steps), or that divisor to a power, as Caffe's policy "inv" has it.

    Args:
        initial_learning_rate: the rate of the first update.
        decay_steps: how many updates count as one.
        decay_rate: how fast the rate falls; 1 halves it after decay_steps.
        staircase: whether the rate stays as it is in between, falling at once; False by default.
        name: accepted as in Keras.
        power: what the divisor is raised to; None, the default, for 1. Keras has no such setting.

    Example:
        >>> InverseTimeDecay(0.1, decay_steps=100, decay_rate=1.0)(100)
        0.05
    """

    initial_learning_rate: float = field(rules.non_negative, default=REQUIRED, help="rate of the first update")
    decay_steps: float = field(rules.positive, default=REQUIRED, help="updates that count as one")
    decay_rate: float = field(rules.non_negative, default=REQUIRED, help="how fast it falls")
    staircase: bool = field(rules.switch, default=False, help="fall at once")
    name: str | None = field(_name, default=None, config="if_set")
    power: float | None = field(
        rules.optional(rules.non_negative), default=None, help="power of the divisor", kw_only=True, config="if_set"
    )

    def __call__(self, step: int) -> float:
        """initial_learning_rate / (1 + decay_rate * step / decay_steps)^power."""
        divisor = 1 + self.decay_rate * _parts(step / self.decay_steps, self.staircase)
        return self.initial_learning_rate / (divisor if self.power is None else divisor**self.power)


@registry.register("schedule")
class PiecewiseConstantDecay(LearningRateSchedule):
    """values[0] up to step boundaries[0], values[1] up to boundaries[1], and so on.

    Args:
        boundaries: the last updates of each value but the last, rising.
        values: one rate more than boundaries.
        name: accepted as in Keras.

    Raises:
        SettingError: there is not one value more than boundaries.

    Example:
        >>> rate = PiecewiseConstantDecay([100, 200], [0.1, 0.01, 0.001])
        >>> rate(100), rate(101), rate(1000)
        (0.1, 0.01, 0.001)
    """

    boundaries: Setting[Sequence[float], tuple[float, ...]] = field(
        _rising, default=REQUIRED, help="last update of each value"
    )
    values: Setting[Sequence[float], tuple[float, ...]] = field(_several, default=REQUIRED, help="the rates")
    name: str | None = field(_name, default=None, config="if_set")

    def prepare(self) -> None:
        """Refuse another number of values."""
        if len(self.values) != len(self.boundaries) + 1:
            expected, actual = f"{len(self.boundaries) + 1} values", str(len(self.values))
            raise SettingError(where="PiecewiseConstantDecay, values", expected=expected, actual=actual)

    def __call__(self, step: int) -> float:
        """The value of the part that the step lies in."""
        return self.values[bisect.bisect_left(self.boundaries, step)]


@registry.register("schedule")
class PolynomialDecay(LearningRateSchedule):
    """From the initial to the last rate: (initial - end) * (1 - step / decay_steps)^power + end.

    Args:
        initial_learning_rate: the rate of the first update.
        decay_steps: after how many updates it has its last value.
        end_learning_rate: the last value, 0.0001 by default.
        power: 1, the default, for a straight line.
        cycle: whether it begins anew over twice, three times ... as many updates when it has come to its end; False by default.
        name: accepted as in Keras.

    Example:
        >>> PolynomialDecay(0.1, decay_steps=100, end_learning_rate=0.0)(50)
        0.05
    """

    initial_learning_rate: float = field(rules.non_negative, default=REQUIRED, help="rate of the first update")
    decay_steps: float = field(rules.positive, default=REQUIRED, help="updates until it has its last value")
    end_learning_rate: float = field(rules.non_negative, default=1e-4, help="the last value")
    power: float = field(rules.positive, default=1.0, help="1: a straight line")
    cycle: bool = field(rules.switch, default=False, help="begin anew at the end")
    name: str | None = field(_name, default=None, config="if_set")

    def __call__(self, step: int) -> float:
        """(initial - end) * (1 - step / decay_steps)^power + end."""
        steps = self.decay_steps * (max(1, math.ceil(step / self.decay_steps)) if self.cycle else 1)
        left = 1 - min(step, steps) / steps
        return (self.initial_learning_rate - self.end_learning_rate) * left**self.power + self.end_learning_rate


@registry.register("schedule")
class CosineDecay(LearningRateSchedule):
    """Half a wave down from the initial rate, after a straight line up where there is one (Loshchilov & Hutter, 2017).

    Args:
        initial_learning_rate: the rate of the first update.
        decay_steps: how long the wave goes down.
        alpha: share of the highest rate that is left at the end; 0.0 by default.
        name: accepted as in Keras.
        warmup_target: the highest rate, reached after warmup_steps; None, the default: the initial one at once.
        warmup_steps: how long the rate rises; 0 by default.

    Example:
        >>> rate = CosineDecay(0.0, decay_steps=100, warmup_target=0.1, warmup_steps=10)
        >>> rate(5), rate(10), rate(60), rate(110)
        (0.05, 0.1, 0.05, 0.0)
    """

    initial_learning_rate: float = field(rules.non_negative, default=REQUIRED, help="rate of the first update")
    decay_steps: float = field(rules.positive, default=REQUIRED, help="how long the wave goes down")
    alpha: float = field(rules.non_negative, default=0.0, help="share that is left at the end")
    name: str | None = field(_name, default=None, config="if_set")
    warmup_target: float | None = field(rules.optional(rules.non_negative), default=None, help="the highest rate")
    warmup_steps: int = field(rules.non_negative_int, default=0, help="how long the rate rises")

    def __call__(self, step: int) -> float:
        """On the line up, or on the wave down."""
        first, highest = self.initial_learning_rate, self.warmup_target
        if highest is None:
            return first * self._wave(step)
        if step < self.warmup_steps:
            return first + (highest - first) * step / self.warmup_steps
        return highest * self._wave(step - self.warmup_steps)

    def _wave(self, step: int) -> float:
        wave = 0.5 * (1 + math.cos(math.pi * min(step, self.decay_steps) / self.decay_steps))
        return (1 - self.alpha) * wave + self.alpha


@registry.register("schedule")
class CosineDecayRestarts(LearningRateSchedule):
    """Half a wave down from the initial rate, then another one, longer and lower, and so on (Loshchilov & Hutter, 2017).

    Args:
        initial_learning_rate: the rate of the first update.
        first_decay_steps: how long the first wave is.
        t_mul: how many times longer each wave is than the one before; 2.0 by default.
        m_mul: how high each wave begins, as a share of the one before; 1.0 by default.
        alpha: share of the initial rate that is left at the end of a wave; 0.0 by default.
        name: accepted as in Keras.

    Example:
        >>> rate = CosineDecayRestarts(0.1, first_decay_steps=100)
        >>> rate(50), rate(100), rate(200)
        (0.05, 0.1, 0.05)
    """

    initial_learning_rate: float = field(rules.non_negative, default=REQUIRED, help="rate of the first update")
    first_decay_steps: float = field(rules.positive, default=REQUIRED, help="how long the first wave is")
    t_mul: float = field(rules.positive, default=2.0, help="how many times longer each next wave is")
    m_mul: float = field(rules.positive, default=1.0, help="how high each next wave begins")
    alpha: float = field(rules.non_negative, default=0.0, help="share that is left at the end of a wave")
    name: str | None = field(_name, default=None, config="if_set")

    def __call__(self, step: int) -> float:
        """Where the step lies on its wave."""
        done, length, cycle = 0.0, self.first_decay_steps, 0
        if self.t_mul == 1:
            cycle = int(step / length)
            done = cycle * length
        else:
            while step - done >= length and length > 1e-9:
                done, length, cycle = done + length, length * self.t_mul, cycle + 1
        wave = 0.5 * self.m_mul**cycle * (1 + math.cos(math.pi * (step - done) / length))
        return self.initial_learning_rate * ((1 - self.alpha) * wave + self.alpha)


def serialize(learning_rate_schedule: LearningRateSchedule) -> Config:
    """Plain data from which `deserialize` makes an equal schedule.

    Args:
        learning_rate_schedule: any schedule.

    Returns:
        A dict with the name of its class as "class_name" and its settings as "config".

    Example:
        >>> serialize(ExponentialDecay(0.1, 10, 0.5))["class_name"]
        'ExponentialDecay'
    """
    return {"class_name": type(learning_rate_schedule).__name__, "config": learning_rate_schedule.get_config()}


def deserialize(config: Mapping[str, object], custom_objects: CustomObjects | None = None) -> LearningRateSchedule:
    """The schedule that `serialize` described.

    Args:
        config: what `serialize` returned.
        custom_objects: further classes by name, for schedules of your own.

    Returns:
        A new schedule.

    Raises:
        UnknownName: there is no schedule of this name.

    Example:
        >>> deserialize({"class_name": "InverseTimeDecay", "config": {
        ...     "initial_learning_rate": 0.1, "decay_steps": 1, "decay_rate": 0.5}})(2)
        0.05
    """
    return registry.build("schedule", dict(config), custom_objects)
