"""What every optimizer is: its settings as variables, its step count, slots, and updates as tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

import numpy as np

from .._declared import keras1, rules
from .._declared.fields import Declared, declared_fields, field
from .._graph.tensor import Tensor, Variable
from .._machine import config
from .._machine.devices import current, of, on_host
from ..errors import ShapeError
from ..types import Array, ArrayLike, Config
from .applied import apply_gradients, gradients_of
from .recorded_updates import Update, clipped_gradients, recorded_updates

__all__ = ["Optimizer", "OptimizerLike"]


class Hyperparameter(Protocol):
    """A number setting such as `lr`: it is set to a number and read as the variable that holds it."""

    def __get__(self, optimizer: Optimizer, owner: type[Optimizer]) -> Variable: ...

    def __set__(self, optimizer: Optimizer, value: float) -> None: ...


class Accumulators(Protocol):
    """What an optimizer knows of the updater that holds its slots (`_training.updater.Updater`)."""

    slots: dict[str, list[Array]]
    variables: tuple[Variable, ...]

    def slot_views(self, name: str) -> list[Array]:
        """The slot's part for each variable."""
        ...


class LearningRate(float):
    """A learning rate as a number, which can be set as tf.keras's variable can: `optimizer.learning_rate.assign(0.1)`."""

    variable: Variable

    def __new__(cls, value: float, variable: Variable) -> LearningRate:
        """The number, and the variable that holds it."""
        made = super().__new__(cls, value)
        made.variable = variable
        return made

    def assign(self, value: ArrayLike) -> None:
        """Set the optimizer's learning rate.

        Args:
            value: the new rate.
        """
        self.variable.assign(np.asarray(value))

    def numpy(self) -> float:
        """The number."""
        return float(self)


OptimizerLike: TypeAlias = "str | Config | Optimizer | type[Optimizer]"
"""What `optimizers.get` makes an optimizer of: its name in any case, a config, an instance or a class."""


class Optimizer(Declared):
    """Base of all optimizers. A subclass names its slots and writes `numbers` and `update`.

    Number settings such as `lr` are variables: `K.get_value(optimizer.lr)` reads them, `optimizer.lr = 0.1` or
    `K.set_value` sets them, and the next update uses them.

    Args:
        clipnorm: length of all gradients together above which they are scaled down to it; None, the default: never.
        clipvalue: size above which an element of a gradient is cut to it; None, the default: never.
        global_clipnorm: as clipnorm, by the name that tf.keras has for it.
        weight_decay: share of each weight, times the learning rate, that is taken off before each update (Loshchilov and
            Hutter, 2019); None, the default: none.
        use_ema: whether running means of the weights are kept, which take the weights' place when a fit ends; False by default.
        ema_momentum: share of a running mean that stays at each update; 0.99 by default.
        ema_overwrite_frequency: after how many updates the weights become their means; None, the default: when a fit ends.
        gradient_accumulation_steps: how many batches make one update, by the mean of their gradients; None, the default: one.

    Example:
        >>> class Descent(Optimizer):
        ...     hyper = ("lr",)
        ...     lr = field(rules.positive, default=0.1)
        ...     def numbers(self, state):
        ...         return (self.learning_rate,)
        ...     def update(self, w, g, scratch, more_scratch, lr):
        ...         w -= lr * g
        >>> Descent(clipnorm=1.0).get_config() == {"lr": 0.1, "clipnorm": 1.0}
        True
    """

    slots: ClassVar[tuple[str, ...]] = ()
    hyper: ClassVar[tuple[str, ...]] = ("lr", "decay")
    # Whether `update` sees one weight at a time in its own shape, as a formula that tells rows and columns apart has to.
    whole_weights: ClassVar[bool] = False
    # Whether `admits` has to be asked about the gradients before each update.
    checks_gradients: ClassVar[bool] = False
    # update(weights, gradients, *slots, scratch, scratch, *numbers): works on one block, in place.
    update: ClassVar[Callable[..., None]]

    clipnorm: float | None = field(
        rules.optional(rules.non_negative),
        default=None,
        help="longest gradient of all",
        kw_only=True,
        config="if_set",
    )
    clipvalue: float | None = field(
        rules.optional(rules.non_negative),
        default=None,
        help="largest size of a gradient",
        kw_only=True,
        config="if_set",
    )

    global_clipnorm: float | None = field(
        rules.optional(rules.non_negative), default=None, help="as clipnorm", kw_only=True, config="if_set"
    )
    weight_decay: float | None = field(
        rules.optional(rules.non_negative),
        default=None,
        help="share of each weight, times the rate, taken off at each update",
        kw_only=True,
        config="if_set",
    )
    use_ema: bool = field(
        rules.switch, default=False, help="keep running means of the weights", kw_only=True, config="if_set"
    )
    ema_momentum: float = field(
        rules.fraction, default=0.99, help="share of a running mean that is kept", kw_only=True, config="if_set"
    )
    ema_overwrite_frequency: int | None = field(
        rules.optional(rules.positive_int),
        default=None,
        help="updates after which weights become their means; None: at the end of a fit",
        kw_only=True,
        config="if_set",
    )
    gradient_accumulation_steps: int | None = field(
        rules.optional(rules.positive_int),
        default=None,
        help="batches whose mean gradient is one update",
        kw_only=True,
        config="if_set",
    )

    if TYPE_CHECKING:  # each optimizer declares it as a setting, at its position in Keras's order

        @property
        def lr(self) -> Variable:
            """The learning rate."""
            ...

        @lr.setter
        def lr(self, value: float | Variable) -> None: ...

    def prepare(self) -> None:
        """Turn the number settings into variables, once they are checked."""
        for name in (*self.hyper, "epsilon"):
            if name in declared_fields(type(self)):
                setattr(self, name, self.__dict__.pop(name))

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.hyper and not isinstance(value, Variable):
            if name == "lr":  # a number takes the place of a schedule
                self.__dict__["schedule"] = value if callable(value) else None
                value = value(0) if callable(value) else value
            variable = self.__dict__.get(name)
            if isinstance(variable, Variable):
                variable.assign(np.asarray(value))
                return
            value = Variable((), config.floatx(), name=name, initializer=np.asarray(value), trainable=False)
        if name == "epsilon" and value is None:
            value = config.epsilon()
        super().__setattr__(name, value)

    @property
    def formula(self) -> Optimizer:
        """The optimizer whose formula is followed: this one, or the one that it is wrapped around."""
        return self

    @property
    def scale_in_graph(self) -> Variable | None:
        """What the loss is multiplied by before gradients are taken, and these are divided by; None for nothing."""
        return None

    def admits_on_card(self, gradients: Iterable[Array]) -> Array:
        """As `admits`, for work that waits for no answer: a truth value on the card."""
        return current().xp.ones((), bool)

    def admits(self, gradients: Iterable[Array]) -> bool:
        """Whether an update by these gradients follows; asked where the class says `checks_gradients`."""
        return True

    def slot_names(self) -> tuple[str, ...]:
        """Names of the slots that the present settings need, as `update` takes them."""
        return self.slots

    def kept_beside(self) -> tuple[str, ...]:
        """Names of further arrays beside each weight, which `update` does not see: running means, gradients that wait."""
        waiting = ("waiting_gradients",) if self.gradient_accumulation_steps else ()
        return (*(("means",) if self.use_ema else ()), *waiting)

    def first_value(self, slot: str) -> float:
        """What all elements of a slot begin with, 0 unless a subclass says otherwise."""
        return 0.0

    def exclude_from_weight_decay(self, var_list: object = None, var_names: Sequence[str] | None = None) -> None:
        """Leave weights out of `weight_decay`, before the first update.

        Args:
            var_list: variables, such as layer.weights.
            var_names: parts of names: ["bias"] leaves out all weights whose names contain it.
        """
        left_out = list(var_list) if isinstance(var_list, (list, tuple)) else []
        self.__dict__.setdefault("_undecayed", []).extend([*left_out, *(var_names or ())])

    def decays(self, variable: Variable) -> bool:
        """Whether `weight_decay` is for this weight."""
        left_out = self.__dict__.get("_undecayed", [])
        return bool(self.weight_decay) and not any(
            one in str(variable.name) if isinstance(one, str) else one is variable for one in left_out
        )

    @property
    def longest_gradient(self) -> float | None:
        """The length that all gradients together are scaled down to: the smaller of clipnorm and global_clipnorm."""
        limits = [limit for limit in (self.clipnorm, self.global_clipnorm) if limit]
        return min(limits) if limits else None

    @cached_property  # which subclasses may set
    def initial_decay(self) -> float:
        """The setting `decay` as a number, which subclasses of Keras's optimizers ask for; 0 without one."""
        return self._value("decay") if "decay" in declared_fields(type(self)) else 0.0

    @property
    def iterations(self) -> Variable:
        """Number of updates done, a whole-number variable."""
        counter = self.__dict__.get("_iterations")
        if counter is None:
            counter = Variable((), "int64", name=f"{type(self).__name__}/iterations", trainable=False)
            self.__dict__["_iterations"] = counter
        return counter

    @iterations.setter
    def iterations(self, value: Variable) -> None:
        self.__dict__["_iterations"] = value

    @property
    def learning_rate(self) -> LearningRate:
        """The learning rate now, before decay, as a number that can be assigned to; that of a schedule for the coming update."""
        self._scheduled()
        return LearningRate(self._value("lr"), self.__dict__["lr"])

    @learning_rate.setter
    def learning_rate(self, value: float | Callable[[int], float]) -> None:
        self.__setattr__("lr", value)

    def _value(self, name: str) -> float:
        return float(self.__dict__[name].host())

    def _fuzz(self) -> float:
        return float(self.__dict__["epsilon"])

    def _rate(self) -> float:
        """lr / (1 + decay * iterations): the rate of the coming update."""
        self._scheduled()
        rate, decay = self._value("lr"), self._value("decay") if "decay" in self.__dict__ else 0.0
        return rate / (1.0 + decay * (self._step() - 1)) if decay > 0 else rate

    @property
    def rate_now(self) -> float:
        """The learning rate that the last `numbers` took from the schedule, as `weight_decay` uses it."""
        return self._value("lr")

    def _scheduled(self) -> None:
        """Take the rate of the coming update from the schedule, where there is one."""
        schedule = self.__dict__.get("schedule")
        if schedule is not None:
            self.__dict__["lr"].assign(np.asarray(schedule(self._step() - 1)))

    def _step(self) -> int:
        """Number of the coming update, from 1; of several batches that make one update the same."""
        return int(self.iterations.host()) // (self.gradient_accumulation_steps or 1) + 1

    def count_step(self) -> int:
        """Count an update; gives the number of updates done."""
        iterations = self.iterations
        array = iterations.array
        if type(array) is np.ndarray:
            done = int(array) + 1
            array[...] = done
        else:
            done = int(iterations.host()) + 1
            iterations.assign(np.asarray(done))
        return done

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """The numbers that `update` needs for the coming step.

        Args:
            state: a dict of the updater's that the optimizer may keep numbers in from step to step.
        """
        raise NotImplementedError(f"{type(self).__name__}.numbers")

    def attach(self, updater: Accumulators) -> None:
        """Use an updater's slots as `weights`; values that `set_weights` was given before go into them."""
        self.__dict__["_updater"] = updater
        self._set_waiting()

    def _set_waiting(self) -> None:
        waiting = self.__dict__.pop("_waiting", None)
        if waiting is not None:
            self.set_weights(waiting)

    @property
    def started(self) -> bool:
        """Whether there are slots, or values for them that `set_weights` was given."""
        return self._holds_weights or bool(self.__dict__.get("_waiting"))

    @property
    def _holds_weights(self) -> bool:
        return self.__dict__.get("_updater") is not None or "_own_weights" in self.__dict__

    @property
    def weights(self) -> list[Variable | Array]:
        """The step count and slots in Keras's order (the order of its HDF5 files)."""
        if "_own_weights" in self.__dict__:
            return list(self.__dict__["_own_weights"])
        values: list[Variable | Array] = [self.iterations]
        updater = self.__dict__.get("_updater")
        if updater is not None:
            for name in updater.slots:
                values.extend(updater.slot_views(name))
        return values

    @weights.setter
    def weights(self, variables: Sequence[Variable]) -> None:
        # An optimizer of a user's, written with K, sets its variables here.
        self.__dict__["_own_weights"] = list(variables)
        self._set_waiting()

    @property
    def records_updates(self) -> bool:
        """Whether a subclass writes `get_updates`, with K, in place of `update`."""
        return type(self).get_updates is not Optimizer.get_updates

    def get_gradients(self, loss: Tensor, params: Sequence[Variable]) -> list[Tensor]:
        """Gradients of a loss, clipped by `clipnorm` and `clipvalue`.

        Args:
            loss: the scalar that is made smaller.
            params: the weights.

        Returns:
            A tensor for each weight.

        Raises:
            GraphError: the loss does not depend on one of the params.
        """
        return clipped_gradients(self, loss, params)

    @keras1.accepts_old_updates
    def get_updates(self, loss: Tensor, params: Sequence[Variable]) -> Sequence[Update | None]:
        """One update as pairs (variable, new value), for K.function(inputs, outputs, updates=...).

        A subclass may write it with K instead of `update`: fit then trains by these updates.

        Args:
            loss: the scalar that is made smaller.
            params: the weights that are changed; Keras 1's (params, constraints, loss) is understood too.

        Returns:
            A list of pairs.

        Raises:
            GraphError: the loss does not depend on one of the params.
        """
        self.__dict__["updates"] = recorded_updates(self, loss, params)
        return self.__dict__["updates"]

    def apply_gradients(self, grads_and_vars: Iterable[tuple[ArrayLike | None, Variable]]) -> Variable:
        """One update by given gradients, as in loops of one's own over `tf.GradientTape`.

        Args:
            grads_and_vars: pairs (gradient, weight); a weight without gradient (None) stays as it is.

        Returns:
            The step count.

        Raises:
            ShapeError: a gradient has another shape than its weight.

        Example:
            >>> from engine import backend as K
            >>> from engine.optimizers import SGD
            >>> w = K.variable([1.0, 2.0])
            >>> _ = SGD(0.5).apply_gradients([(np.ones(2), w)])
            >>> K.get_value(w).tolist()
            [0.5, 1.5]
        """
        apply_gradients(self, grads_and_vars)
        return self.iterations

    def apply(self, grads: Sequence[ArrayLike | None], trainable_variables: Sequence[Variable] | None = None) -> None:
        """As `apply_gradients`, with gradients and weights apart (Keras 3).

        Args:
            grads: a gradient for each weight, or None.
            trainable_variables: the weights; None: those that the optimizer was built for.
        """
        known = self.__dict__.get("_built_for", []) if trainable_variables is None else trainable_variables
        apply_gradients(self, zip(grads, known, strict=True))

    def build(self, var_list: Sequence[Variable]) -> None:
        """Say which weights `apply` is for; slots are made at the first update.

        Args:
            var_list: the weights.
        """
        self.__dict__["_built_for"] = list(var_list)

    def minimize(
        self, loss: object, var_list: Sequence[Variable] | Callable[[], Sequence[Variable]], tape: object = None
    ) -> Variable:
        """One update of weights along the gradients of a loss.

        Args:
            loss: a function without arguments that computes it, or what a tape has recorded.
            var_list: the weights, or a function that gives them.
            tape: the tape that recorded it; None, the default, for a function.

        Returns:
            The step count.
        """
        variables = list(var_list() if callable(var_list) else var_list)
        apply_gradients(self, zip(gradients_of(loss, variables, tape), variables, strict=True))
        return self.iterations

    def weight_names(self) -> list[str]:
        """A name for each of `weights`."""
        kind = type(self).__name__
        return [f"{kind}/iterations:0", *(f"training/{kind}/Variable_{i}:0" for i in range(len(self.weights) - 1))]

    def get_weights(self) -> list[Array]:
        """Copies of `weights`."""
        return [np.array(on_host(w.array if isinstance(w, Variable) else w)) for w in self.weights]

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Set `weights`; before the first training the arrays wait until the slots exist.

        Args:
            weights: arrays in the order of `weights`; that of another version of Keras is taken too, see `in_own_order`.

        Raises:
            ShapeError: there are more or fewer arrays than weights, or one has another shape.
        """
        if not self._holds_weights:
            self.__dict__["_waiting"] = [np.array(w) for w in weights]
            return
        current = [w.array if isinstance(w, Variable) else w for w in self.weights]
        weights = self.in_own_order([np.asarray(w) for w in weights], current)
        where = f"weights of optimizer {type(self).__name__}"
        if len(current) != len(weights):
            raise ShapeError(where=where, expected=f"{len(current)} arrays", actual=f"{len(weights)}")
        for index, (weight, value) in enumerate(zip(current, weights, strict=True)):
            if weight.shape != np.shape(value):
                raise ShapeError(
                    where=f"{where}, array {index}", expected=f"shape {weight.shape}", actual=f"shape {np.shape(value)}"
                )
        for weight, value in zip(current, weights, strict=True):
            of(weight).put(weight, value)

    def in_own_order(self, arrays: list[Array], current: list[Array]) -> list[Array]:
        """Arrays that another version of Keras keeps, in the order of `current`; what fits no version stays as it is."""
        return arrays

    def get_config(self) -> Config:
        """The settings as plain numbers, so that `from_config` gives an equal optimizer."""
        settings: Config = {}
        for name, declared in declared_fields(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, Variable):
                # The shortest number that is the same in the variable's precision: 0.01, not 0.009999999776.
                value = float(str(value.host()[()]))
            else:
                value = declared.rule.serialize(value)
            if name == "lr" and self.__dict__.get("schedule") is not None:
                value = declared.rule.serialize(self.__dict__["schedule"])
            if declared.config == "always" or (value is not None and value != declared.default):
                settings[name] = value
        return settings
