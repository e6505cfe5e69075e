"""Adafactor: the running squares of a matrix kept as one number for each row and one for each column."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from .._machine.devices import current
from ..types import Array, Shape
from .base import Hyperparameter, Optimizer
from .in_place import follow

__all__ = ["Adafactor", "adafactor"]


@registry.register("optimizer", "Adafactor", "adafactor")
class Adafactor(Optimizer):
    """Steps divided by a running size of the gradient, kept as one number for each row and column; of the weight's own size.

    v = b * v + (1 - b) * (g^2 + epsilon_1), b = 1 - t^beta_2_decay; of weights with two axes or more the means r of v along the
    last axis and c along the one before are kept, and v = r * c / mean(r). u = g / sqrt(v), shortened so that its root mean
    square is at most clip_threshold; w -= max(epsilon_2, rms(w)) * min(lr, 1 / sqrt(t)) * u. Shazeer and Stern, arXiv 1804.04235;
    the numbers are those of Keras 3.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.001 by default.
        beta_2_decay: how fast the share of the running squares grows, 0 or below; -0.8 by default.
        epsilon_1: added to squares, so that nothing is divided by 0; 1e-30 by default.
        epsilon_2: size below which a weight's own size does not shorten its steps; 0.001 by default.
        clip_threshold: root mean square that a step, before the rate, is shortened to; 1.0 by default.
        relative_step: whether the rate is at most 1 / sqrt(t); True by default. Keras 3 takes the smaller of the two in any case,
            and so does this.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> Adafactor(0.01).get_config()["beta_2_decay"]
        -0.8
    """

    slots = ("factors",)
    hyper = ("lr",)
    whole_weights = True

    lr: Hyperparameter = field(rules.rate, default=0.001, help="learning rate")
    beta_2_decay: float = field(rules.number, default=-0.8, help="how fast squares are kept longer; 0 or below")
    epsilon_1: float = field(rules.non_negative, default=1e-30, help="added to squares")
    epsilon_2: float = field(rules.non_negative, default=1e-3, help="least size of a weight that steps go by")
    clip_threshold: float = field(rules.positive, default=1.0, help="longest step, as a root mean square")
    relative_step: bool = field(rules.switch, default=True, help="a rate of at most 1 / sqrt(updates)")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """The rate of the coming update and the share of the running squares that stays."""
        step = self._step()
        return min(self._rate(), 1.0 / math.sqrt(step)), 1.0 - step**self.beta_2_decay

    def update(self, w: Array, g: Array, factors: Array, t: Array, u: Array, rate: float, share: float) -> None:
        """u = g / sqrt(v), shortened; w = w - max(epsilon_2, rms(w)) * rate * u. All arrays have the weight's own shape."""
        xp = current().xp
        xp.multiply(g, g, out=t)
        xp.add(t, self.epsilon_1, out=t)
        if is_factored(w.shape):
            rows, columns = row_and_column_parts(factors)
            _follow_means(rows, t, -1, share)
            _follow_means(columns, t, -2, share)
            relative = rows / xp.mean(rows, axis=-1, keepdims=True)
            xp.matmul(relative[..., None], columns[..., None, :], out=t)
            xp.sqrt(t, out=t)
        else:
            follow(factors, t, share, 1.0 - share, u)
            xp.sqrt(factors, out=t)
        xp.divide(g, t, out=u)
        size = max(self.epsilon_2, _root_mean_square(w))
        xp.multiply(u, size * rate / max(1.0, _root_mean_square(u) / self.clip_threshold), out=u)
        xp.subtract(w, u, out=w)

    @staticmethod
    def stored(factors: Array, placeholders: bool) -> list[Array]:
        """What Keras keeps of a weight: means along its last two axes and their product, or the squares alone of a vector.

        Args:
            factors: the slot, in the weight's shape.
            placeholders: whether two zeros stand before the squares of a vector, as in Keras 3.

        Returns:
            Arrays (..., n), (..., m) and (..., n, m); the last one alone, or behind zeros, where it has fewer than two axes.
        """
        if factors.ndim < 2:
            return [*([np.zeros((), "float32")] * 2 if placeholders else []), np.array(factors)]
        if not is_factored(factors.shape):
            # With one row or one column their product is what is kept.
            return [factors.mean(axis=-1), factors.mean(axis=-2), np.array(factors)]
        rows, columns = row_and_column_parts(factors)
        mean = rows.mean(axis=-1, keepdims=True)
        relative = np.divide(rows, mean, out=np.zeros_like(rows), where=mean != 0)
        return [np.array(rows), np.array(columns), relative[..., None] * columns[..., None, :]]

    @staticmethod
    def restored(arrays: Sequence[Array], shape: Shape) -> Array | None:
        """The slot of a weight by what Keras keeps of it; None where that is of another shape.

        Args:
            arrays: as `stored` gives them.
            shape: the weight's.

        Returns:
            An array of the weight's shape.
        """
        shapes = [np.shape(array) for array in arrays]
        if shapes not in (stored_shapes(shape, True), stored_shapes(shape, False)):
            return None
        factors = np.array(arrays[-1])
        if is_factored(shape):
            factors.fill(0)
            for part, array in zip(row_and_column_parts(factors), arrays, strict=False):
                part[...] = array
        return factors


def is_factored(shape: Shape) -> bool:
    """Whether a weight has rows and columns, several of each.

    >>> is_factored((3, 4)), is_factored((3, 1)), is_factored((4,))
    (True, False, False)
    """
    return len(shape) >= 2 and all(size is not None and size >= 2 for size in shape[-2:])


def stored_shapes(shape: Shape, placeholders: bool) -> list[Shape]:
    """The shapes of what Keras keeps of a weight, see `Adafactor.stored`.

    >>> stored_shapes((5, 3, 4), True), stored_shapes((4,), True)
    ([(5, 3), (5, 4), (5, 3, 4)], [(), (), (4,)])
    """
    if len(shape) >= 2:
        return [shape[:-1], (*shape[:-2], shape[-1]), shape]
    return [(), (), shape] if placeholders else [shape]


def row_and_column_parts(factors: Array) -> tuple[Array, Array]:
    """Views of a slot: means along the last axis (..., n) and along the one before (..., m), at its beginning.

    Args:
        factors: the slot (..., n, m), n and m above 1, so that n + m numbers find room in n * m.
    """
    *others, n, m = factors.shape
    flat, lines = factors.reshape(-1), math.prod(others)
    rows = flat[: lines * n].reshape(*others, n)
    return rows, flat[lines * n : lines * (n + m)].reshape(*others, m)


def _follow_means(average: Array, squares: Array, axis: int, share: float) -> None:
    """average = share * average + (1 - share) * mean of the squares along an axis."""
    xp = current().xp
    mean = xp.mean(squares, axis=axis)
    xp.multiply(mean, 1.0 - share, out=mean)
    xp.multiply(average, share, out=average)
    xp.add(average, mean, out=average)


def _root_mean_square(array: Array) -> float:
    return math.sqrt(float(current().xp.vdot(array, array)) / max(array.size, 1))


adafactor = Adafactor
