"""Optimizers: how weights follow their gradients. Formulas, names and defaults are those of Keras 2.2.4.

Weights, gradients and accumulators of a model lie in flat arrays. An update walks over them in blocks that fit the
processor's cache, with a few in-place array functions a block and no allocation, whatever the number of layers.
An `Updater` (in training) holds the accumulators for one set of weights: an optimizer shared by two models has one
learning rate and one step count, but accumulators of its own for each.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Variable
from .._machine import device
from ..errors import SettingError
from .base import Optimizer

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "Adamax",
    "Nadam",
    "RMSprop",
    "TFOptimizer",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "deserialize",
    "get",
    "nadam",
    "rmsprop",
    "serialize",
    "sgd",
]

Array = Any


def _follow(mean: Array, value: Array, share: float, rest: float, t: Array) -> None:
    """mean = share * mean + rest * value; t is scratch."""
    xp = device.xp
    xp.multiply(value, rest, out=t)
    xp.multiply(mean, share, out=mean)
    xp.add(mean, t, out=mean)


def _follow_square(mean: Array, value: Array, share: float, rest: float, t: Array) -> None:
    """mean = share * mean + rest * value^2; t is scratch."""
    device.xp.multiply(value, value, out=t)
    _follow(mean, t, share, rest, t)


def _descend(w: Array, along: Array, over: Array, lr: float, t: Array) -> None:
    """w = w - lr * along / over; t is scratch, and `over` is written over."""
    xp = device.xp
    xp.multiply(along, lr, out=t)
    xp.divide(t, over, out=over)
    xp.subtract(w, over, out=w)


def _descend_by_root(w: Array, g: Array, squares: Array, lr: float, eps: float, t: Array) -> None:
    """w = w - lr * g / (sqrt(squares) + eps); t is scratch."""
    xp = device.xp
    xp.sqrt(squares, out=t)
    xp.add(t, eps, out=t)
    xp.divide(g, t, out=t)
    xp.multiply(t, lr, out=t)
    xp.subtract(w, t, out=w)


@registry.register("optimizer", "SGD", "sgd")
class SGD(Optimizer):
    """Gradient descent with momentum: v = momentum * v - lr * g; w = w + v.

    With `nesterov`: w = w + momentum * v - lr * g. The rate falls as lr / (1 + decay * updates).
    """

    slots = ("moments",)
    hyper = ("lr", "momentum", "decay")

    lr: float = field(rules.non_negative, default=0.01, help="learning rate")
    momentum: float = field(rules.non_negative, default=0.0, help="share of the last step that is kept")
    decay: float = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")
    nesterov: bool = field(rules.switch, default=False, help="look ahead along the momentum")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        return self._rate(), self._value("momentum")

    def update(self, w: Array, g: Array, v: Array, t: Array, _: Array, lr: float, momentum: float) -> None:
        xp = device.xp
        if momentum == 0.0:
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


@registry.register("optimizer", "RMSprop", "rmsprop")
class RMSprop(Optimizer):
    """Steps divided by a running size of the gradient: a = rho * a + (1 - rho) * g^2; w -= lr * g / (sqrt(a) + eps).

    Tieleman and Hinton, Coursera lecture 6.5, 2012.
    """

    slots = ("squares",)
    hyper = ("lr", "rho", "decay")
    counts_iterations_in_weights = False

    lr: float = field(rules.non_negative, default=0.001, help="learning rate")
    rho: float = field(rules.non_negative, default=0.9, help="share of the running mean that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    decay: float = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        rho = self._value("rho")
        return self._rate(), rho, 1.0 - rho, self._fuzz()

    def update(
        self, w: Array, g: Array, a: Array, t: Array, _: Array, lr: float, rho: float, rest: float, eps: float
    ) -> None:
        _follow_square(a, g, rho, rest, t)
        _descend_by_root(w, g, a, lr, eps, t)


@registry.register("optimizer", "Adagrad", "adagrad")
class Adagrad(Optimizer):
    """Steps divided by the size of all gradients so far: a = a + g^2; w -= lr * g / (sqrt(a) + eps).

    Duchi, Hazan and Singer, JMLR 12, 2011.
    """

    slots = ("squares",)
    counts_iterations_in_weights = False

    lr: float = field(rules.non_negative, default=0.01, help="learning rate")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    decay: float = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        return self._rate(), self._fuzz()

    def update(self, w: Array, g: Array, a: Array, t: Array, _: Array, lr: float, eps: float) -> None:
        xp = device.xp
        xp.multiply(g, g, out=t)
        xp.add(a, t, out=a)
        _descend_by_root(w, g, a, lr, eps, t)


@registry.register("optimizer", "Adadelta", "adadelta")
class Adadelta(Optimizer):
    """Steps as large as the steps before: a = rho * a + (1 - rho) * g^2; u = g * sqrt(d + eps) / sqrt(a + eps);
    w -= lr * u; d = rho * d + (1 - rho) * u^2. Zeiler, arXiv 1212.5701.
    """

    slots = ("squares", "delta_squares")
    counts_iterations_in_weights = False

    lr: float = field(rules.non_negative, default=1.0, help="learning rate")
    rho: float = field(rules.non_negative, default=0.95, help="share of the running means that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added under the roots; 1e-7")
    decay: float = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        return self._rate(), self.rho, 1.0 - self.rho, self._fuzz()

    def update(
        self, w: Array, g: Array, a: Array, d: Array, t: Array, u: Array, lr: float, rho: float, rest: float, eps: float
    ) -> None:
        xp = device.xp
        _follow_square(a, g, rho, rest, t)
        xp.add(a, eps, out=t)
        xp.sqrt(t, out=t)
        xp.add(d, eps, out=u)
        xp.sqrt(u, out=u)
        xp.multiply(u, g, out=u)
        xp.divide(u, t, out=u)
        xp.multiply(u, lr, out=t)
        xp.subtract(w, t, out=w)
        _follow_square(d, u, rho, rest, t)


@registry.register("optimizer", "Adam", "adam")
class Adam(Optimizer):
    """Momentum and running size together: m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2;
    w -= lr_t * m / (sqrt(v) + eps), lr_t = lr * sqrt(1 - b2^t) / (1 - b1^t). Kingma and Ba, arXiv 1412.6980v8.

    With `amsgrad` the largest v so far takes v's place (Reddi, Kale and Kumar, ICLR 2018).
    """

    slots = ("m", "v")
    hyper = ("lr", "beta_1", "beta_2", "decay")

    lr: float = field(rules.non_negative, default=0.001, help="learning rate")
    beta_1: float = field(rules.fraction, default=0.9, help="share of the running mean that is kept")
    beta_2: float = field(rules.fraction, default=0.999, help="share of the running square that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    decay: float = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")
    amsgrad: bool = field(rules.switch, default=False, help="divide by the largest running square so far")

    def slot_names(self) -> tuple[str, ...]:
        return ("m", "v", "vhat") if self.amsgrad else ("m", "v")

    @property
    def weights(self) -> list[Variable | Array]:
        """Step count, m, v and vhat; as in Keras a vhat that is not used is one zero for each weight."""
        found = super().weights
        updater = self.__dict__.get("_updater")
        if updater is not None and not self.amsgrad:
            found.extend(np.zeros(1, v.dtype) for v in updater.variables)
        return found

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        b1, b2, t = self._value("beta_1"), self._value("beta_2"), self._step()
        rate = self._rate() * math.sqrt(1.0 - b2**t) / (1.0 - b1**t)
        return rate, b1, 1.0 - b1, b2, 1.0 - b2, self._fuzz()

    def update(self, w: Array, g: Array, m: Array, v: Array, *rest: Any) -> None:
        xp = device.xp
        *vhat, t, u, lr, b1, rest_1, b2, rest_2, eps = rest
        _follow(m, g, b1, rest_1, t)
        _follow_square(v, g, b2, rest_2, t)
        if vhat:
            xp.maximum(vhat[0], v, out=vhat[0])
            v = vhat[0]
        xp.sqrt(v, out=t)
        xp.add(t, eps, out=t)
        _descend(w, m, t, lr, u)


@registry.register("optimizer", "Adamax", "adamax")
class Adamax(Optimizer):
    """Adam with the largest gradient in place of the running square: m = b1 * m + (1 - b1) * g;
    u = max(b2 * u, |g|); w -= lr / (1 - b1^t) * m / (u + eps). Kingma and Ba, section 7.
    """

    slots = ("m", "u")
    hyper = ("lr", "beta_1", "beta_2", "decay")

    lr: float = field(rules.non_negative, default=0.002, help="learning rate")
    beta_1: float = field(rules.fraction, default=0.9, help="share of the running mean that is kept")
    beta_2: float = field(rules.fraction, default=0.999, help="share of the running maximum that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the maximum; 1e-7")
    decay: float = field(rules.non_negative, default=0.0, help="fall of the learning rate for each update")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        b1 = self._value("beta_1")
        return self._rate() / (1.0 - b1 ** self._step()), b1, 1.0 - b1, self._value("beta_2"), self._fuzz()

    def update(
        self, w: Array, g: Array, m: Array, u: Array, t: Array, s: Array,
        lr: float, b1: float, rest: float, b2: float, eps: float,
    ) -> None:  # fmt: skip
        xp = device.xp
        _follow(m, g, b1, rest, t)
        xp.multiply(u, b2, out=u)
        xp.absolute(g, out=t)
        xp.maximum(u, t, out=u)
        xp.add(u, eps, out=t)
        _descend(w, m, t, lr, s)


@registry.register("optimizer", "Nadam", "nadam")
class Nadam(Optimizer):
    """Adam with Nesterov momentum: mu_t = b1 * (1 - 0.5 * 0.96^(t * schedule_decay)), g' = g / (1 - mu_1...mu_t),
    m' = m / (1 - mu_1...mu_(t+1)), v' = v / (1 - b2^t); w -= lr * ((1 - mu_t) * g' + mu_(t+1) * m') / (sqrt(v') + eps).

    Sutskever et al., ICML 2013; Dozat, 2015.
    """

    slots = ("m", "v")
    hyper = ("lr", "beta_1", "beta_2")

    lr: float = field(rules.non_negative, default=0.002, help="learning rate")
    beta_1: float = field(rules.fraction, default=0.9, help="share of the running mean that is kept")
    beta_2: float = field(rules.fraction, default=0.999, help="share of the running square that is kept")
    epsilon: float | None = field(rules.optional(rules.non_negative), default=None, help="added to the root; 1e-7")
    schedule_decay: float = field(rules.non_negative, default=0.004, help="how fast the momentum grows")

    def _momentum(self, t: int) -> float:
        return self._value("beta_1") * (1.0 - 0.5 * 0.96 ** (t * self.schedule_decay))

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        t = self._step()
        if state.get("step") != t - 1:
            # Weights were loaded: the product of all momenta so far follows from the step count alone.
            state["product"] = math.prod(self._momentum(i) for i in range(1, t))
        now, following = self._momentum(t), self._momentum(t + 1)
        product = state["product"] * now
        state["product"], state["step"] = product, t
        b1, b2 = self._value("beta_1"), self._value("beta_2")
        lr = self._value("lr")
        of_gradient = lr * (1.0 - now) / (1.0 - product)
        of_mean = lr * following / (1.0 - product * following)
        return b1, 1.0 - b1, b2, 1.0 - b2, of_gradient, of_mean, 1.0 / (1.0 - b2**t), self._fuzz()

    def update(
        self, w: Array, g: Array, m: Array, v: Array, t: Array, s: Array,
        b1: float, rest_1: float, b2: float, rest_2: float, of_gradient: float, of_mean: float, of_v: float, eps: float,
    ) -> None:  # fmt: skip
        xp = device.xp
        _follow(m, g, b1, rest_1, t)
        _follow_square(v, g, b2, rest_2, t)
        xp.multiply(g, of_gradient, out=t)
        xp.multiply(m, of_mean, out=s)
        xp.add(t, s, out=t)
        xp.multiply(v, of_v, out=s)
        xp.sqrt(s, out=s)
        xp.add(s, eps, out=s)
        xp.divide(t, s, out=t)
        xp.subtract(w, t, out=w)


sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam = SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam


class TFOptimizer(Optimizer):
    """Refused: there is no TensorFlow below. Raises ValueError saying what to use instead."""

    def __init__(self, optimizer: Any) -> None:
        raise SettingError(
            where="TFOptimizer", expected="an optimizer of this library", found=type(optimizer).__name__,
            hint="SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax and Nadam have TensorFlow's formulas.",
        )  # fmt: skip


def get(identifier: Any) -> Optimizer:
    """The optimizer for a name (any case), a config or an instance.

    >>> type(get("sgd")).__name__
    'SGD'
    """
    return registry.build("optimizer", identifier, where="optimizer")


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """{"class_name", "config"} from which `deserialize` makes an equal optimizer."""
    return registry.serialize("optimizer", optimizer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
    """The optimizer that `serialize` described; class names in any case."""
    return registry.build("optimizer", config, custom_objects)
