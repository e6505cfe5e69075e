"""LossScaleOptimizer: another optimizer, whose updates wait while gradients are too large for the scale of the loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Variable
from .._machine.devices import current
from ..errors import SettingError, shorten
from ..types import Array, Config
from .base import Accumulators, LearningRate, Optimizer

__all__ = ["LossScaleOptimizer"]

Scaled = TypeVar("Scaled")


@registry.register_later("optimizer", "LossScaleOptimizerV3")
@registry.register("optimizer", "LossScaleOptimizer")
class LossScaleOptimizer(Optimizer):
    """Another optimizer, whose update is left out while a gradient times the loss's scale is no finite number.

    The scale halves then; behind dynamic_growth_steps updates in a row it doubles. That keeps small gradients of half
    precision above 0 (Micikevicius et al., ICLR 2018). Where layers compute in float32 or float64 a scale, a power of two,
    changes no digit: nothing is multiplied, gradients are held against the largest number divided by the scale. A card that
    trains in mixed precision (`engine.config.set_mixed_precision`) multiplies the loss.

    Args:
        inner_optimizer: the optimizer that is followed: an object, a name or a config; "Adam" by default (Keras asks for one).
            Rate, clipping, weight decay and all else are set there.
        initial_scale: the scale to begin with, above 0; 32768.0 by default.
        dynamic_growth_steps: updates in a row behind which the scale doubles; 2000 by default.

    Raises:
        SettingError: inner_optimizer is none of this library's, or scales losses itself.

    Example:
        >>> LossScaleOptimizer("sgd", initial_scale=1024).inner_optimizer.get_config()["lr"]
        0.01
    """

    hyper = ()
    checks_gradients = True
    _lacks = frozenset(
        (
            "clipnorm",
            "clipvalue",
            "ema_momentum",
            "ema_overwrite_frequency",
            "global_clipnorm",
            "gradient_accumulation_steps",
            "use_ema",
            "weight_decay",
        )
    )

    inner_optimizer: Optimizer = field(
        rules.registered("optimizer", "an optimizer"), default="Adam", help="the optimizer that is followed"
    )
    initial_scale: float = field(rules.positive, default=2.0**15, help="scale of the loss to begin with")
    dynamic_growth_steps: int = field(rules.positive_int, default=2000, help="updates behind which the scale doubles")

    def accept(self, kwargs: Config) -> Config:
        """Take out what Keras's files say of it without a meaning: settings of the inner optimizer at their defaults, `dynamic`."""
        fields = Optimizer.declared_fields()
        for name in self._lacks & kwargs.keys():
            value = kwargs.pop(name)
            if value is not None and value != fields[name].default:
                hint = f"Write LossScaleOptimizer(Adam({name}=...))."
                where, expected = f"LossScaleOptimizer, {name}", "it at the optimizer within"
                raise SettingError(where=where, expected=expected, actual=shorten(value), hint=hint)
        if kwargs.pop("dynamic", True) is not True:
            hint = "A scale that stays as it is changes no update: compile with the optimizer within."
            raise SettingError(where="LossScaleOptimizer, dynamic", expected="True", actual="False", hint=hint)
        return kwargs

    def prepare(self) -> None:
        """Make the scale and the count of updates since it changed."""
        inner = cast("object", self.inner_optimizer)
        if not isinstance(inner, Optimizer) or inner.checks_gradients or inner.records_updates:
            expected = "an optimizer of this library that scales no losses"
            where = "LossScaleOptimizer, inner_optimizer"
            raise SettingError(where=where, expected=expected, actual=shorten(inner))
        self._multiplies = False
        self.step_counter = Variable((), "int64", name="step_counter", trainable=False)
        self.dynamic_scale = Variable(
            (), "float32", name="dynamic_scale", initializer=np.asarray(self.initial_scale), trainable=False
        )

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("lr", "learning_rate", "iterations"):
            setattr(self.inner_optimizer, name, value)
        else:
            super().__setattr__(name, value)

    def admits(self, gradients: Iterable[Array]) -> bool:
        """Whether the update follows, all gradients times the scale being finite; the scale changes with the answer."""
        xp, scale, counter = current().xp, self.dynamic_scale.array, self.step_counter.array
        finite = all(
            max(float(xp.max(g)), -float(xp.min(g))) <= float(np.finfo(g.dtype).max) / float(scale)
            for g in gradients
            if g.size
        )
        if not finite:
            scale[...] *= 0.5
            counter[...] = 0
        elif int(counter) == self.dynamic_growth_steps - 1:
            scale[...] *= 2.0
            counter[...] = 0
        else:
            counter[...] += 1
        return finite

    @property
    def scale_in_graph(self) -> Variable | None:
        """The scale, where losses are multiplied by it before gradients are taken."""
        return self.dynamic_scale if self._multiplies else None

    def multiply_losses(self, multiplies: bool) -> None:
        """Whether losses are multiplied by the scale, and gradients divided by it, for layers that compute in half precision."""
        self._multiplies = multiplies

    def admits_on_card(self, gradients: Iterable[Array]) -> Array:
        """As `admits`, of gradients that were divided by the scale; the answer is a truth value on the card, not waited for."""
        card = current()
        xp, scale, counter = card.xp, self.dynamic_scale.on(card), self.step_counter.on(card)
        finite = xp.ones((), bool)
        for gradient in gradients:
            xp.logical_and(finite, xp.all(xp.isfinite(gradient)), out=finite)
        grows = xp.logical_and(finite, counter == self.dynamic_growth_steps - 1)
        factor = xp.where(finite, xp.where(grows, 2.0, 1.0), 0.5).astype(scale.dtype)
        xp.multiply(scale, factor, out=scale)
        goes_on = xp.logical_and(finite, xp.logical_not(grows))
        xp.copyto(counter, xp.where(goes_on, counter + 1, 0).astype(counter.dtype))
        return finite

    def scale_loss(self, loss: Scaled) -> Scaled:
        """The loss as it is, for steps of one's own, whose gradients are held against the scale when they are applied."""
        return loss

    get_scaled_loss = scale_loss

    def get_unscaled_gradients(self, grads: Scaled) -> Scaled:
        """The gradients as they are, which `scale_loss` did not scale."""
        return grads

    @property
    def formula(self) -> Optimizer:
        """The inner optimizer."""
        return self.inner_optimizer

    @property
    def loss_scale(self) -> float:
        """The scale now."""
        return float(self.dynamic_scale.host())

    @property
    def lr(self) -> Variable:
        """The inner optimizer's learning rate."""
        return self.inner_optimizer.lr

    @property
    def learning_rate(self) -> LearningRate:
        """The inner optimizer's learning rate, as a number that can be assigned to."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.inner_optimizer.learning_rate = value

    @property
    def iterations(self) -> Variable:
        """The inner optimizer's updates."""
        return self.inner_optimizer.iterations

    @property
    def longest_gradient(self) -> float | None:
        """The inner optimizer's."""
        return self.inner_optimizer.longest_gradient

    @property
    def rate_now(self) -> float:
        """The inner optimizer's."""
        return self.inner_optimizer.rate_now

    def decays(self, variable: Variable) -> bool:
        """Whether the inner optimizer's weight_decay is for this weight."""
        return self.inner_optimizer.decays(variable)

    def slot_names(self) -> tuple[str, ...]:
        """The inner optimizer's slots."""
        return self.inner_optimizer.slot_names()

    def kept_beside(self) -> tuple[str, ...]:
        """The inner optimizer's."""
        return self.inner_optimizer.kept_beside()

    def first_value(self, slot: str) -> float:
        """The inner optimizer's."""
        return self.inner_optimizer.first_value(slot)

    def count_step(self) -> int:
        """Count an update of the inner optimizer."""
        return self.inner_optimizer.count_step()

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """The inner optimizer's."""
        return self.inner_optimizer.numbers(state)

    def update(self, *arguments: Any) -> None:
        """The inner optimizer's."""
        self.inner_optimizer.update(*arguments)

    def attach(self, updater: Accumulators) -> None:
        """Let the inner optimizer use an updater's slots."""
        self.inner_optimizer.attach(updater)
        super().attach(updater)

    @property
    def weights(self) -> list[Variable | Array]:
        """The count of updates since the scale changed, the scale, and the inner optimizer's weights."""
        return [self.step_counter, self.dynamic_scale, *self.inner_optimizer.weights]

    def in_own_order(self, arrays: list[Array], current: list[Array]) -> list[Array]:
        """The inner optimizer's order behind the two numbers, which tf.keras does not keep."""
        leading = 2 if len(arrays) > 2 and not any(np.shape(array) for array in arrays[:3]) else 0
        return [*(arrays[:leading] or current[:2]), *self.inner_optimizer.in_own_order(arrays[leading:], current[2:])]

    def exclude_from_weight_decay(self, var_list: object = None, var_names: Sequence[str] | None = None) -> None:
        """Leave weights out of the inner optimizer's `weight_decay`, before the first update.

        Args:
            var_list: variables, such as layer.weights.
            var_names: parts of names.
        """
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)
