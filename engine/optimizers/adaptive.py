"""Steps divided by the size that each weight's gradient has had: RMSprop, Adagrad, Adadelta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._declared import registry, rules
from .._declared.fields import field
from .._machine.devices import current
from ..types import Array
from .base import Hyperparameter, Optimizer
from .in_place import descend_by_root, follow, follow_square

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

__all__ = ["Adadelta", "Adagrad", "RMSprop", "adadelta", "adagrad", "rmsprop"]


class _CountedOfLate(Optimizer):
    """An optimizer whose step count Keras keeps since 2.3 only."""

    def in_own_order(self, arrays: list[Array], current: list[Array]) -> list[Array]:
        """Without a step count the present one stays."""
        return [current[0], *arrays] if len(arrays) == len(current) - 1 else arrays


@registry.register("optimizer", "RMSprop", "rmsprop")
class RMSprop(_CountedOfLate):
    """Steps divided by a running size of the gradient: a = rho * a + (1 - rho) * g^2; w -= lr * g / (sqrt(a) + eps).

    With `epsilon_in_root` the step s is lr * g / sqrt(a + eps), as in Keras 3; with `centered` a - m^2 stands for a there, where
    m = rho * m + (1 - rho) * g; with `momentum` p = momentum * p + s is taken off. Tieleman and Hinton, Coursera lecture 6.5, 2012.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.001 by default.
        rho: share of the running mean of squares a that stays at each update; 0.9 by default.
        epsilon: added to the root, so that nothing is divided by 0; None, the default, stands for `K.epsilon()`, 1e-7.
        decay: the rate falls as lr / (1 + decay * updates); 0.0, the default, leaves it as it is.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.
        momentum: share of the last step that is added to the next one; 0.0 by default.
        centered: whether steps are divided by the spread of the gradients in place of their size; False by default.
        epsilon_in_root: whether epsilon is added below the root, as Keras 3 and tf.keras since 2.11 do; False by default.

    Example:
        >>> RMSprop(lr=0.01).get_config()["rho"]
        0.9
    """

    slots = ("squares",)
    hyper = ("lr", "rho", "decay")

    lr: Hyperparameter = field(rules.rate, default=0.001, help="learning rate")
    rho: Hyperparameter = field(rules.non_negative, default=0.9, help="share of the running mean that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    decay: Hyperparameter = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")
    _: KW_ONLY
    momentum: float = field(
        rules.non_negative, default=0.0, help="share of the last step that is kept", kw_only=True, config="if_set"
    )
    centered: bool = field(
        rules.switch, default=False, help="divide by the spread of the gradients", kw_only=True, config="if_set"
    )
    epsilon_in_root: bool = field(
        rules.switch, default=False, help="add epsilon below the root", kw_only=True, config="if_set"
    )

    @property
    def is_of_keras2(self) -> bool:
        """Whether its formula is that of Keras 2.2.4."""
        return not (self.momentum or self.centered or self.epsilon_in_root)

    def slot_names(self) -> tuple[str, ...]:
        """The squares, and with `centered` and `momentum` the gradients' mean and the last step."""
        return ("squares", *(("means_of_gradients",) if self.centered else ()), *(("steps",) if self.momentum else ()))

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Rate, both shares of the running mean, and epsilon; of later Keras that below and outside of the root, and momentum."""
        rho, eps = self._value("rho"), self._fuzz()
        if self.is_of_keras2:
            return self._rate(), rho, 1.0 - rho, eps
        below, outside = (eps, 0.0) if self.epsilon_in_root else (0.0, eps)
        return self._rate(), rho, 1.0 - rho, below, outside, self.momentum

    def update(self, w: Array, g: Array, a: Array, *others: Any) -> None:
        """a = rho * a + (1 - rho) * g^2; w = w - lr * g / (sqrt(a) + eps). `others`: slots, scratch, scratch, then the numbers."""
        if self.is_of_keras2:
            t, _, lr, rho, rest, eps = others
            follow_square(a, g, rho, rest, t)
            descend_by_root(w, g, a, lr, eps, t)
        else:
            self._update_of_later(w, g, a, *others)

    def _update_of_later(self, w: Array, g: Array, a: Array, *others: Any) -> None:
        *slots, t, u, lr, rho, rest, below, outside, momentum = others
        follow_square(a, g, rho, rest, t)
        xp, size = current().xp, a
        if self.centered:
            follow(slots[0], g, rho, rest, t)
            xp.multiply(slots[0], slots[0], out=t)
            size = xp.subtract(a, t, out=t)
        _divide_by_root(size, g, lr, (below, outside), t, u)
        if momentum:
            xp.multiply(slots[-1], momentum, out=slots[-1])
            xp.add(slots[-1], u, out=slots[-1])
            u = slots[-1]
        xp.subtract(w, u, out=w)


def _divide_by_root(size: Array, g: Array, lr: float, eps: tuple[float, float], t: Array, u: Array) -> None:
    """u = lr * g / (sqrt(size + eps[0]) + eps[1]); t is scratch, and may be `size`."""
    xp, (below, outside) = current().xp, eps
    xp.sqrt(xp.add(size, below, out=t), out=t)
    xp.add(t, outside, out=t)
    xp.divide(g, t, out=u)
    xp.multiply(u, lr, out=u)


@registry.register("optimizer", "Adagrad", "adagrad")
class Adagrad(_CountedOfLate):
    """Steps divided by the size of all gradients so far: a = a + g^2; w -= lr * g / (sqrt(a) + eps), or lr * g / sqrt(a + eps).

    Duchi, Hazan and Singer, JMLR 12, 2011.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.01 by default.
        epsilon: added to the root, so that nothing is divided by 0; None, the default, stands for `K.epsilon()`, 1e-7.
        decay: the rate falls as lr / (1 + decay * updates); 0.0, the default, leaves it as it is.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.
        initial_accumulator_value: first value of a, 0 or above; 0.0 by default (0.1 in tf.keras and Keras 3).
        epsilon_in_root: whether epsilon is added below the root, as Keras 3 and tf.keras since 2.11 do; False by default.

    Example:
        >>> Adagrad(0.05).get_config()["lr"]
        0.05
    """

    slots = ("squares",)

    lr: Hyperparameter = field(rules.rate, default=0.01, help="learning rate")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    decay: Hyperparameter = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")
    _: KW_ONLY
    initial_accumulator_value: float = field(
        rules.non_negative, default=0.0, help="first sum of squares", kw_only=True, config="if_set"
    )
    epsilon_in_root: bool = field(
        rules.switch, default=False, help="add epsilon below the root", kw_only=True, config="if_set"
    )

    @property
    def is_of_keras2(self) -> bool:
        """Whether its formula is that of Keras 2.2.4."""
        return not self.epsilon_in_root

    def first_value(self, slot: str) -> float:
        """initial_accumulator_value."""
        return self.initial_accumulator_value

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Rate and epsilon."""
        return self._rate(), self._fuzz()

    def update(self, w: Array, g: Array, a: Array, t: Array, u: Array, lr: float, eps: float) -> None:
        """a = a + g^2; w = w - lr * g / (sqrt(a) + eps)."""
        xp = current().xp
        xp.multiply(g, g, out=t)
        xp.add(a, t, out=a)
        if self.is_of_keras2:
            descend_by_root(w, g, a, lr, eps, t)
            return
        _divide_by_root(a, g, lr, (eps, 0.0), t, u)
        xp.subtract(w, u, out=w)


@registry.register("optimizer", "Adadelta", "adadelta")
class Adadelta(_CountedOfLate):
    """Steps as large as the steps before: w -= lr * u, u = g * sqrt(d + eps) / sqrt(a + eps).

    a = rho * a + (1 - rho) * g^2 before the step, d = rho * d + (1 - rho) * u^2 after it. Zeiler, arXiv 1212.5701.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 1.0 by default, as in the paper, which has none.
        rho: share of the running means a and d that stays at each update; 0.95 by default.
        epsilon: added under the roots; None, the default, stands for `K.epsilon()`, 1e-7.
        decay: the rate falls as lr / (1 + decay * updates); 0.0, the default, leaves it as it is.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> Adadelta(rho=0.9).get_config()["lr"]
        1.0
    """

    slots = ("squares", "delta_squares")

    lr: Hyperparameter = field(rules.rate, default=1.0, help="learning rate")
    rho: float = field(rules.non_negative, default=0.95, help="share of the running means that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added under the roots; 1e-7")
    decay: Hyperparameter = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Rate, both shares of the running means, and epsilon."""
        return self._rate(), self.rho, 1.0 - self.rho, self._fuzz()

    def update(
        self, w: Array, g: Array, a: Array, d: Array, t: Array, u: Array, lr: float, rho: float, rest: float, eps: float
    ) -> None:
        """a = rho * a + (1 - rho) * g^2; u = g * sqrt(d + eps) / sqrt(a + eps); w = w - lr * u; then d follows u^2."""
        xp = current().xp
        follow_square(a, g, rho, rest, t)
        xp.add(a, eps, out=t)
        xp.sqrt(t, out=t)
        xp.add(d, eps, out=u)
        xp.sqrt(u, out=u)
        xp.multiply(u, g, out=u)
        xp.divide(u, t, out=u)
        xp.multiply(u, lr, out=t)
        xp.subtract(w, t, out=w)
        follow_square(d, u, rho, rest, t)


rmsprop, adagrad, adadelta = RMSprop, Adagrad, Adadelta
