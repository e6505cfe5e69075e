"""Momentum and the size of the gradient together: Adam and what derives from it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Variable
from .._machine.devices import current
from ..types import Array
from .base import Hyperparameter, Optimizer
from .in_place import descend, follow, follow_square

__all__ = ["Adam", "Adamax", "Nadam", "adam", "adamax", "nadam"]


@registry.register("optimizer", "Adam", "adam")
class Adam(Optimizer):
    """Momentum and running size together: w -= lr_t * m / (sqrt(v) + eps), lr_t = lr * sqrt(1 - b2^t) / (1 - b1^t).

    m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2. Kingma and Ba, arXiv 1412.6980v8.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.001 by default.
        beta_1: share of the running mean m that stays at each update, from 0 to below 1; 0.9 by default.
        beta_2: share of the running square v that stays at each update, from 0 to below 1; 0.999 by default.
        epsilon: added to the root, so that nothing is divided by 0; None, the default, stands for `K.epsilon()`, 1e-7.
        decay: the rate falls as lr / (1 + decay * updates); 0.0, the default, leaves it as it is.
        amsgrad: whether the step is divided by the largest v so far (Reddi, Kale and Kumar, ICLR 2018); False by
            default.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> adam = Adam(lr=1e-3, clipnorm=1.0)
        >>> adam.lr = 5e-4
        >>> adam.learning_rate == float(np.float32(5e-4))
        True
    """

    slots = ("m", "v")
    hyper = ("lr", "beta_1", "beta_2", "decay")

    lr: Hyperparameter = field(rules.rate, default=0.001, help="learning rate")
    beta_1: Hyperparameter = field(rules.fraction, default=0.9, help="share of the running mean that is kept")
    beta_2: Hyperparameter = field(rules.fraction, default=0.999, help="share of the running square that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    decay: Hyperparameter = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")
    amsgrad: bool = field(rules.switch, default=False, help="divide by the largest running square so far")

    def slot_names(self) -> tuple[str, ...]:
        """m and v, and vhat with `amsgrad`."""
        return ("m", "v", "vhat") if self.amsgrad else ("m", "v")

    @property
    def weights(self) -> list[Variable | Array]:
        """Step count, m, v and vhat; as in Keras a vhat that is not used is one zero for each weight."""
        values = super().weights
        updater = self.__dict__.get("_updater")
        if updater is not None and not self.amsgrad:
            values.extend(np.zeros(1, v.dtype) for v in updater.variables)
        return values

    def in_own_order(self, arrays: list[Array], current: list[Array]) -> list[Array]:
        """Keras before 2.1.3 and tf.keras keep no vhat that is not used."""
        unused = 0 if self.amsgrad else (len(current) - 1) // 3
        return [*arrays, *current[len(current) - unused :]] if len(arrays) == len(current) - unused else arrays

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """lr_t, both shares of each running mean, and epsilon."""
        b1, b2, t = self._value("beta_1"), self._value("beta_2"), self._step()
        rate = self._rate() * math.sqrt(1.0 - b2**t) / (1.0 - b1**t)
        return rate, b1, 1.0 - b1, b2, 1.0 - b2, self._fuzz()

    def update(self, w: Array, g: Array, m: Array, v: Array, *rest: Any) -> None:
        """m and v follow g and g^2; w = w - lr_t * m / (sqrt(v) + eps). `rest` is vhat, scratch, scratch, then the numbers."""
        xp = current().xp
        *vhat, t, u, lr, b1, rest_1, b2, rest_2, eps = rest
        follow(m, g, b1, rest_1, t)
        follow_square(v, g, b2, rest_2, t)
        if vhat:
            xp.maximum(vhat[0], v, out=vhat[0])
            v = vhat[0]
        xp.sqrt(v, out=t)
        xp.add(t, eps, out=t)
        descend(w, m, t, lr, u)


@registry.register("optimizer", "Adamax", "adamax")
class Adamax(Optimizer):
    """Adam with the largest gradient in place of the running square: w -= lr / (1 - b1^t) * m / (u + eps).

    m = b1 * m + (1 - b1) * g; u = max(b2 * u, abs(g)). Kingma and Ba, arXiv 1412.6980v8, section 7.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.002 by default.
        beta_1: share of the running mean m that stays at each update, from 0 to below 1; 0.9 by default.
        beta_2: share of the running maximum u that stays at each update, from 0 to below 1; 0.999 by default.
        epsilon: added to the maximum, so that nothing is divided by 0; None, the default, stands for `K.epsilon()`,
            1e-7.
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
        >>> Adamax().get_config()["lr"]
        0.002
    """

    slots = ("m", "u")
    hyper = ("lr", "beta_1", "beta_2", "decay")

    lr: Hyperparameter = field(rules.rate, default=0.002, help="learning rate")
    beta_1: Hyperparameter = field(rules.fraction, default=0.9, help="share of the running mean that is kept")
    beta_2: Hyperparameter = field(rules.fraction, default=0.999, help="share of the running maximum that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the maximum; 1e-7")
    decay: Hyperparameter = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """lr / (1 - b1^t), both shares of the running mean, that of the maximum, and epsilon."""
        b1 = self._value("beta_1")
        return self._rate() / (1.0 - b1 ** self._step()), b1, 1.0 - b1, self._value("beta_2"), self._fuzz()

    def update(
        self,
        w: Array,
        g: Array,
        m: Array,
        u: Array,
        t: Array,
        s: Array,
        lr: float,
        b1: float,
        rest: float,
        b2: float,
        eps: float,
    ) -> None:
        """m = b1 * m + (1 - b1) * g; u = max(b2 * u, abs(g)); w = w - lr * m / (u + eps)."""
        xp = current().xp
        follow(m, g, b1, rest, t)
        xp.multiply(u, b2, out=u)
        xp.absolute(g, out=t)
        xp.maximum(u, t, out=u)
        xp.add(u, eps, out=t)
        descend(w, m, t, lr, s)


@registry.register("optimizer", "Nadam", "nadam")
class Nadam(Optimizer):
    """Adam with Nesterov momentum: w -= lr * ((1 - mu_t) * g' + mu_(t+1) * m') / (sqrt(v') + eps).

    m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2; mu_t = b1 * (1 - 0.5 * 0.96^(t * schedule_decay));
    g' = g / (1 - mu_1...mu_t); m' = m / (1 - mu_1...mu_(t+1)); v' = v / (1 - b2^t).
    Sutskever et al., ICML 2013; Dozat, 2015.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.002 by default.
        beta_1: share of the running mean m that stays at each update, which the momentum mu grows towards, from 0 to
            below 1; 0.9 by default.
        beta_2: share of the running square v that stays at each update, from 0 to below 1; 0.999 by default.
        epsilon: added to the root, so that nothing is divided by 0; None, the default, stands for `K.epsilon()`, 1e-7.
        schedule_decay: how fast the momentum grows, 0 or above; 0.004 by default.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> Nadam(lr=0.01).get_config()["schedule_decay"]
        0.004
    """

    slots = ("m", "v")
    hyper = ("lr", "beta_1", "beta_2")

    lr: Hyperparameter = field(rules.rate, default=0.002, help="learning rate")
    beta_1: Hyperparameter = field(rules.fraction, default=0.9, help="share of the running mean that is kept")
    beta_2: Hyperparameter = field(rules.fraction, default=0.999, help="share of the running square that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    schedule_decay: float = field(rules.non_negative, default=0.004, help="how fast the momentum grows")

    def in_own_order(self, arrays: list[Array], current: list[Array]) -> list[Array]:
        """Keras 2.3 and tf.keras keep the product of all momenta behind the step count, which tells it."""
        has_product = len(arrays) == len(current) + 1 and np.shape(arrays[1]) == ()
        return [arrays[0], *arrays[2:]] if has_product else arrays

    def _momentum(self, t: int) -> float:
        return self._value("beta_1") * (1.0 - 0.5 * 0.96 ** (t * self.schedule_decay))

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Both shares of each running mean, the factors of g, m and v in the step, and epsilon."""
        t = self._step()
        if state.get("step") != t - 1:
            # The step count was set from outside, so the product of all momenta is computed anew.
            state["product"] = math.prod(self._momentum(i) for i in range(1, t))
        now, following = self._momentum(t), self._momentum(t + 1)
        product = state["product"] * now
        state["product"], state["step"] = product, t
        b1, b2 = self._value("beta_1"), self._value("beta_2")
        lr = self._rate()
        of_gradient = lr * (1.0 - now) / (1.0 - product)
        of_mean = lr * following / (1.0 - product * following)
        return b1, 1.0 - b1, b2, 1.0 - b2, of_gradient, of_mean, 1.0 / (1.0 - b2**t), self._fuzz()

    def update(
        self,
        w: Array,
        g: Array,
        m: Array,
        v: Array,
        t: Array,
        s: Array,
        b1: float,
        rest_1: float,
        b2: float,
        rest_2: float,
        of_gradient: float,
        of_mean: float,
        of_v: float,
        eps: float,
    ) -> None:
        """m and v follow g and g^2; w = w - (of_gradient * g + of_mean * m) / (sqrt(of_v * v) + eps)."""
        xp = current().xp
        follow(m, g, b1, rest_1, t)
        follow_square(v, g, b2, rest_2, t)
        xp.multiply(g, of_gradient, out=t)
        xp.multiply(m, of_mean, out=s)
        xp.add(t, s, out=t)
        xp.multiply(v, of_v, out=s)
        xp.sqrt(s, out=s)
        xp.add(s, eps, out=s)
        xp.divide(t, s, out=t)
        xp.subtract(w, t, out=w)


adam, adamax, nadam = Adam, Adamax, Nadam
