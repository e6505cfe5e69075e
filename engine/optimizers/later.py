"""Optimizers that tf.keras and Keras 3 added: AdamW, Lion, Ftrl."""

from __future__ import annotations

from .._declared import registry, rules
from .._declared.fields import field
from .._machine.devices import current
from ..types import Array
from .base import Hyperparameter, Optimizer
from .in_place import follow
from .moments import Adam

__all__ = ["AdamW", "Ftrl", "Lion", "adamw", "ftrl", "lion"]


@registry.register("optimizer", "AdamW", "adamw")
class AdamW(Adam):
    """Adam whose weights lose a share of themselves before each update, apart from the gradient: w = w - lr * weight_decay * w.

    Loshchilov and Hutter, ICLR 2019.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.001 by default.
        weight_decay: share of each weight, times the learning rate, that is taken off at each update; 0.004 by default.
        beta_1: share of the running mean m that stays at each update, from 0 to below 1; 0.9 by default.
        beta_2: share of the running square v that stays at each update, from 0 to below 1; 0.999 by default.
        epsilon: added to the root, so that nothing is divided by 0; None, the default, stands for `K.epsilon()`, 1e-7.
        decay: the rate falls as lr / (1 + decay * updates); 0.0, the default, leaves it as it is.
        amsgrad: whether steps are divided by the largest v so far; False by default.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> AdamW(0.01).get_config()["weight_decay"]
        0.004
    """

    lr: Hyperparameter = field(rules.rate, default=0.001, help="learning rate")
    weight_decay: float | None = field(
        rules.optional(rules.non_negative),
        default=0.004,
        help="share of each weight, times the rate, taken off at each update",
        after="lr",
    )


@registry.register("optimizer", "Lion", "lion")
class Lion(Optimizer):
    """Steps of one size, by the sign of a running mean of gradients: w -= lr * sign(b1 * m + (1 - b1) * g).

    m = b2 * m + (1 - b2) * g behind the step. Chen et al., arXiv 2302.06675.

    Args:
        lr: learning rate, 0 or above, or a schedule of `optimizers.schedules`; 0.001 by default, as in Keras 3.
        beta_1: share of the running mean in the step, from 0 to below 1; 0.9 by default.
        beta_2: share of the running mean that stays at each update, from 0 to below 1; 0.99 by default.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> Lion().get_config()["beta_2"]
        0.99
    """

    slots = ("m",)
    hyper = ("lr", "beta_1", "beta_2")

    lr: Hyperparameter = field(rules.rate, default=0.001, help="learning rate")
    beta_1: Hyperparameter = field(rules.fraction, default=0.9, help="share of the running mean in the step")
    beta_2: Hyperparameter = field(rules.fraction, default=0.99, help="share of the running mean that is kept")

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Rate and both shares."""
        return self._rate(), self._value("beta_1"), self._value("beta_2")

    def update(self, w: Array, g: Array, m: Array, t: Array, u: Array, lr: float, b1: float, b2: float) -> None:
        """w = w - lr * sign(b1 * m + (1 - b1) * g); then m = b2 * m + (1 - b2) * g."""
        xp = current().xp
        xp.multiply(m, b1, out=t)
        xp.multiply(g, 1.0 - b1, out=u)
        xp.add(t, u, out=t)
        xp.sign(t, out=t)
        xp.multiply(t, lr, out=t)
        xp.subtract(w, t, out=w)
        follow(m, g, b2, 1.0 - b2, t)


@registry.register("optimizer", "Ftrl", "ftrl")
class Ftrl(Optimizer):
    """Follow the regularised leader: weights that a sum of gradients and two penalties choose; l1 makes many of them 0.

    a' = a + g^2; z = z + g + 2 * shrinkage * w - (a'^-p - a^-p) / lr * w; w = (clip(z, -l1, l1) - z) / (a'^-p / lr + 2 * l2'),
    l2' = l2 + beta / (2 * lr), p the learning_rate_power. McMahan et al., KDD 2013.

    Args:
        lr: learning rate, above 0, or a schedule of `optimizers.schedules`; 0.001 by default.
        learning_rate_power: how steps shrink with the sum of squares a, 0 or below; -0.5 by default.
        initial_accumulator_value: first value of a, 0 or above; 0.1 by default.
        l1_regularization_strength: strength of the penalty on absolute values; 0.0 by default.
        l2_regularization_strength: strength of the penalty on squares; 0.0 by default.
        l2_shrinkage_regularization_strength: strength of a penalty on the size of each step; 0.0 by default.
        beta: added to the root of a; 0.0 by default.
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it; None by default.
        weight_decay: share of each weight, times the rate, taken off at each update; None, the default: none.
        use_ema: whether running means of the weights are kept, which replace them when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: updates after which weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: batches whose mean gradient makes one update; None, the default: one.

    Example:
        >>> Ftrl(l1_regularization_strength=0.1).get_config()["learning_rate_power"]
        -0.5
    """

    slots = ("squares", "linear")
    hyper = ("lr",)

    lr: Hyperparameter = field(rules.rate, default=0.001, help="learning rate")
    learning_rate_power: float = field(rules.number, default=-0.5, help="how steps shrink; 0 or below")
    initial_accumulator_value: float = field(rules.non_negative, default=0.1, help="first sum of squares")
    l1_regularization_strength: float = field(rules.non_negative, default=0.0, help="makes many weights 0")
    l2_regularization_strength: float = field(rules.non_negative, default=0.0, help="keeps weights small")
    l2_shrinkage_regularization_strength: float = field(rules.non_negative, default=0.0, help="keeps steps small")
    beta: float = field(rules.non_negative, default=0.0, help="added to the root of the squares")

    def first_value(self, slot: str) -> float:
        """initial_accumulator_value for the squares."""
        return self.initial_accumulator_value if slot == "squares" else 0.0

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """Rate, power and penalties."""
        rate = self._rate()
        l2 = self.l2_regularization_strength + self.beta / (2.0 * rate)
        shrinkage = self.l2_shrinkage_regularization_strength
        return rate, -self.learning_rate_power, self.l1_regularization_strength, l2, shrinkage

    def update(
        self,
        w: Array,
        g: Array,
        a: Array,
        z: Array,
        t: Array,
        u: Array,
        lr: float,
        power: float,
        l1: float,
        l2: float,
        shrinkage: float,
    ) -> None:
        """z = z + g - (a'^p - a^p) / lr * w; w = (clip(z, -l1, l1) - z) / (a'^p / lr + 2 * l2)."""
        xp = current().xp
        xp.power(a, power, out=t)
        xp.multiply(g, g, out=u)
        xp.add(a, u, out=a)
        xp.power(a, power, out=u)
        xp.subtract(u, t, out=t)
        xp.multiply(t, 1.0 / lr, out=t)
        xp.subtract(t, 2.0 * shrinkage, out=t)
        xp.multiply(t, w, out=t)
        xp.add(z, g, out=z)
        xp.subtract(z, t, out=z)
        xp.multiply(u, 1.0 / lr, out=u)
        xp.add(u, 2.0 * l2, out=u)
        xp.clip(z, -l1, l1, out=t)
        xp.subtract(t, z, out=t)
        xp.divide(t, u, out=w)


adamw, lion, ftrl = AdamW, Lion, Ftrl
