"""Gradient descent with momentum."""

from __future__ import annotations

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from .._machine.devices import current
from ..types import Array
from .base import Hyperparameter, Optimizer

__all__ = ["SGD", "sgd"]


@registry.register("optimizer", "SGD", "sgd")
class SGD(Optimizer):
    """Gradient descent with momentum: v = momentum * v - lr * g; w = w + v.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.01 by default.
        momentum: share of the last step v that is added to the next one; 0.0 by default.
        decay: the rate falls as lr / (1 + decay * updates); 0.0, the default, leaves it as it is.
        nesterov: whether the step looks ahead along the momentum, w = w + momentum * v - lr * g; False by default.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> SGD(lr=0.1, momentum=0.9, clipnorm=1.0).get_config()["momentum"]
        0.9
    """

    slots = ("moments",)
    hyper = ("lr", "momentum", "decay")

    lr: Hyperparameter = field(rules.rate, default=0.01, help="learning rate")
    momentum: Hyperparameter = field(rules.non_negative, default=0.0, help="share of the last step that is kept")
    decay: Hyperparameter = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")
    nesterov: bool = field(rules.switch, default=False, help="look ahead along the momentum")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Rate and momentum of the coming step."""
        return self._rate(), self._value("momentum")

    def in_own_order(self, arrays: list[Array], current: list[Array]) -> list[Array]:
        """tf.keras keeps the step count alone where there is no momentum."""
        counted_only = len(arrays) == 1 and np.shape(arrays[0]) == () and self._value("momentum") == 0
        return [*arrays, *current[1:]] if counted_only else arrays

    def update(self, w: Array, g: Array, v: Array, t: Array, _: Array, lr: float, momentum: float) -> None:
        """v = momentum * v - lr * g; w = w + v, or with `nesterov` w = w + momentum * v - lr * g."""
        xp = current().xp
        if self._value("momentum") == 0.0:
            xp.multiply(g, -lr, out=v)
            xp.add(w, v, out=w)
            return
        xp.multiply(g, lr, out=t)
        xp.multiply(v, momentum, out=v)
        xp.subtract(v, t, out=v)
        if self.nesterov:
            xp.subtract(w, t, out=w)
            xp.multiply(v, momentum, out=t)
            xp.add(w, t, out=w)
        else:
            xp.add(w, v, out=w)


sgd = SGD
