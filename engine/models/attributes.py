"""Attributes of a model that live in its trainer, under the names that Keras's code reads and sets them by."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

import numpy as np

from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.config import floatx
from .._training import old_accuracy
from .._training.array_rows import ArrayData
from .._training.compiled import Compiled, Function
from .._training.output_specs import LossWeights, Metrics
from .._training.trainer import Trainer, trainer_of
from .._training.user_data import Arrays
from ..callbacks import History
from ..losses import LossFunction, LossLike
from ..optimizers import Optimizer
from ..types import ClassWeight, Data, PerOutput, SampleWeight, SampleWeightMode

Value = TypeVar("Value")


class OfTrainer(Generic[Value]):
    """An attribute of a model that its trainer holds; `path` leads there from the trainer."""

    def __init__(self, path: str, doc: str) -> None:
        self.__doc__ = doc
        owner, _, self._name = path.rpartition(".")
        self._owner: Callable[[Trainer], object] = attrgetter(owner) if owner else lambda trainer: trainer

    @overload
    def __get__(self, model: None, owner: type) -> OfTrainer[Value]: ...
    @overload
    def __get__(self, model: object, owner: type) -> Value: ...
    def __get__(self, model: object, owner: type) -> OfTrainer[Value] | Value:
        return self if model is None else getattr(self._owner(trainer_of(model)), self._name)

    def __set__(self, model: object, value: Value) -> None:
        setattr(self._owner(trainer_of(model)), self._name, value)


class OfCompiled(Generic[Value]):
    """An attribute that is read of a compiled model, as a list of the reader's own; `absent` gives its value before compile."""

    def __init__(self, read: Callable[[Compiled], Value], absent: Callable[[], Value], doc: str) -> None:
        self.__doc__ = doc
        self._read = read
        self._absent = absent

    @overload
    def __get__(self, model: None, owner: type) -> OfCompiled[Value]: ...
    @overload
    def __get__(self, model: object, owner: type) -> Value: ...
    def __get__(self, model: object, owner: type) -> OfCompiled[Value] | Value:
        if model is None:
            return self
        compiled = trainer_of(model).compiled
        return self._absent() if compiled is None else self._read(compiled)

    def __set__(self, model: object, value: Value) -> None:
        raise AttributeError("what compile made is read only: call compile with other arguments")


# What compile was passed, and what training left behind. For type checkers there has always been a training.

optimizer = OfTrainer[Optimizer | Any]("optimizer", "The optimizer that compile was passed or named; None before.")
loss = OfTrainer[PerOutput[LossLike] | None]("arguments.loss", "The loss that compile was passed.")
loss_weights = OfTrainer[LossWeights | None]("arguments.loss_weights", "The losses' weights that compile was passed.")
sample_weight_mode = OfTrainer[PerOutput[SampleWeightMode] | None](
    "arguments.sample_weight_mode", "None or 'temporal', or by output, as compile was passed it."
)
weighted_metrics = OfTrainer[Metrics | None](
    "arguments.weighted_metrics", "The weighted metrics that compile was passed."
)
history = OfTrainer[History | Any]("history", "History of the last training; None before.")
stop_training = OfTrainer[bool]("stop_training", "Set to True in a callback: training ends after the current batch.")
stopped = OfTrainer[bool]("stopped", "Whether the last training was ended by `control.stop()` or an interrupt.")

# What Keras's code reads of a compiled model.

metrics_names = OfCompiled[list[str]](
    lambda compiled: list(compiled.names),
    lambda: ["loss"],
    "What `evaluate` and `train_on_batch` give, 'loss' first.",
)
stateful_metric_names = OfCompiled[list[str]](
    lambda compiled: list(compiled.stateful_names), list, "Metrics that count on from batch to batch."
)
total_loss = OfCompiled[Tensor | None](
    attrgetter("total_loss"), lambda: None, "The tensor that training makes smaller; None before compile."
)
targets = OfCompiled[list[Tensor]](
    lambda compiled: list(compiled.targets), list, "The targets, one for each trained output."
)
sample_weights = OfCompiled[list[Placeholder]](
    lambda compiled: list(compiled.sample_weights),
    list,
    "Where sample weights are fed, one for each trained output.",
)
metrics_tensors = OfCompiled[list[Tensor]](
    lambda compiled: list(compiled.metrics_tensors), list, "Tensors in the order of `metrics_names[1:]`."
)
loss_functions = OfCompiled[list[LossFunction | None]](
    lambda compiled: list(compiled.loss_functions), list, "The loss of each output, None where it is not trained."
)
train_function = OfCompiled[Function | None](
    attrgetter("train_function"), lambda: None, "One update from a list of arrays; None until it is made."
)
test_function = OfCompiled[Function | None](
    attrgetter("test_function"), lambda: None, "Loss and metrics from a list of arrays; None until made."
)
collected_trainable_weights = OfCompiled[list[Variable]](
    lambda compiled: list(compiled.variables), list, "The weights that training changes since compile."
)
predict_function = OfTrainer[Function | None]("predict_function", "Outputs from a list of inputs; None until made.")


def _trained_output_names(model: Any) -> list[str]:
    compiled = trainer_of(model).compiled
    return list(compiled.trained_names) if compiled is not None else model.output_names


trained_output_names = property(_trained_output_names)


def measuring_accuracy(model: object) -> AbstractContextManager[None]:
    """A block in which the model measures accuracy too, for `fit(show_accuracy=True)` of Keras 0.x."""
    return old_accuracy.measuring_accuracy(trainer_of(model))


def standardize_user_data(
    model: object,
    x: Data,
    y: Data | None = None,
    sample_weight: SampleWeight | None = None,
    class_weight: ClassWeight | None = None,
    **_: object,
) -> tuple[list[ArrayData], list[ArrayData], list[ArrayData]]:
    """Inputs, targets and sample weights as lists of checked arrays, in the order of `train_function`'s arguments."""
    trainer = trainer_of(model)
    if y is None:
        return trainer.predictor().feed(x), [], []
    checked, compiled = trainer.feed(Arrays(x, y, sample_weight, class_weight)), trainer.ready()
    plain, targets = len(compiled.inputs), len(compiled.target_specs)
    weighted = dict(zip(checked.weighted, checked.arrays[plain + targets :], strict=True))
    ones = np.ones(checked.size, floatx())
    weights = [weighted.get(name, ones) for name in compiled.trained_names]
    return checked.arrays[:plain], checked.arrays[plain : plain + targets], weights
