"""What tf.keras gives a subclass of `Model` that writes `train_step`: the steps that it would do by itself, loss and metrics.

Each function here is a method of `Model`. `compute_loss` and `compiled_metrics` take what `compile` was passed, on tensors of a
tape or on arrays; loss and metrics count on from batch to batch and are set back before each epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from .. import _ops as ops
from .. import metrics as metrics_
from .._graph.taping import new_tape, stepping
from .._graph.tensor import Constant, Tensor
from .._training.objective import OutputSpec, reduced, resolve_metric
from .._training.output_specs import make_output_specs
from .._training.own_steps import has_own, numbers, of_engine, packed
from .._training.user_data import Arrays
from ..errors import DataError, GraphError
from ..layers.node import single, takes_argument
from ..metrics import Metric
from .attributes import OfTrainer, trainer_of
from .network import Network

if TYPE_CHECKING:
    from .._training.trainer import Trainer
    from ..types import Logs


class _WithSteps(Protocol):
    """The methods below as a model has them, which its class may write in another way."""

    @property
    def metrics(self) -> Sequence[Any]: ...

    compute_loss: Callable[..., Any]
    compute_metrics: Callable[..., dict[str, Any]]
    get_metrics_result: Callable[[], dict[str, Any]]
    reset_metrics: Callable[[], None]


def _methods_of(model: Network) -> _WithSteps:
    return cast(_WithSteps, model)


def unpacked(data: Any) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of a batch; None for what is not there.

    Raises:
        DataError: there are more than three parts.
    """
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise DataError(
            where="train_step", expected="(x,), (x, y) or (x, y, sample_weight)", actual=f"{len(data)} parts"
        )
    return (*data, *[None] * (3 - len(data)))  # type: ignore[return-value]


class CompiledMetrics:
    """The metrics that `compile` was passed, as objects; `model.compiled_metrics` of tf.keras.

    Args:
        model: the model.
    """

    name = "compile_metrics"

    def __init__(self, model: Network) -> None:
        self._model = model
        self._of_outputs: list[list[tuple[Metric, bool]]] | None = None

    @property
    def metrics(self) -> list[Metric]:
        """The objects; none before the first batch."""
        return [metric for metrics in self._of_outputs or [] for metric, _ in metrics]

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch into account.

        Args:
            y_true: targets, one array or as many as outputs.
            y_pred: outputs.
            sample_weight: a factor for each sample, which counts for `weighted_metrics`.
        """
        names, outputs, targets = aligned(self._model, y_true, y_pred)
        for metrics, y, output in zip(self._made(outputs, names), targets, outputs, strict=True):
            for metric, weighted in metrics:
                if weighted and sample_weight is not None:
                    metric.update_state(y, output, sample_weight=sample_weight)
                else:
                    metric.update_state(y, output)

    def _made(self, outputs: list[Tensor], names: list[str]) -> list[list[tuple[Metric, bool]]]:
        if self._of_outputs is None:
            specs = make_output_specs(outputs, names, trainer_of(self._model).arguments)
            self._of_outputs = [_metrics_of(spec, len(specs) > 1) for spec in specs]
        return self._of_outputs

    def listed(self) -> list[Any]:
        """The objects; of several outputs, or of outputs that are not known yet, this one, which stands for all."""
        arguments, model = trainer_of(self._model).arguments, self._model
        if self._of_outputs is None and model.outputs and (arguments.metrics or arguments.weighted_metrics):
            self._made(model.outputs, model.output_names)
        if self._of_outputs is None:
            return [self] if arguments.metrics or arguments.weighted_metrics else []
        return [self] if len(self._of_outputs) > 1 else self.metrics

    def result(self) -> dict[str, Any]:
        """The values by name."""
        return {metric.name: metric.result() for metric in self.metrics}

    def reset_state(self) -> None:
        """Begin anew."""
        for metric in self.metrics:
            metric.reset_states()

    reset_states = reset_state


def _metrics_of(spec: OutputSpec, several: bool) -> list[tuple[Metric, bool]]:
    made: list[tuple[Metric, bool]] = []
    for listed, weighted in ((spec.metrics, False), (spec.weighted_metrics, True)):
        for metric in listed:
            function, name = resolve_metric(metric, spec)
            shown = f"{spec.name}_{metric if isinstance(metric, str) else name}" if several else metric
            is_object = isinstance(function, Metric)
            known = (
                function
                if is_object
                else metrics_.MeanMetricWrapper(function, shown if isinstance(shown, str) else name)
            )
            made.append((known, weighted))
    return made


def aligned(model: Network, y: Any, y_pred: Any) -> tuple[list[str], list[Tensor], list[Any]]:
    """Names, outputs and targets side by side, of what a program's `call` returned."""
    if isinstance(y_pred, Mapping):
        names = list(y_pred)
        by_name = y if isinstance(y, Mapping) else dict(zip(names, y if len(names) > 1 else [y], strict=False))
        return names, [_tensor(y_pred[name]) for name in names], [by_name.get(name) for name in names]
    outputs = list(y_pred) if isinstance(y_pred, (list, tuple)) else [y_pred]
    known = model.output_names if len(model.outputs) == len(outputs) else []
    names = known or [f"output_{i}" for i in range(1, len(outputs) + 1)]
    if isinstance(y, Mapping):
        return names, [_tensor(one) for one in outputs], [y.get(name) for name in names]
    targets = list(y) if isinstance(y, (list, tuple)) and len(outputs) > 1 else [y]
    return names, [_tensor(one) for one in outputs], targets


def _tensor(x: object) -> Tensor:
    return x if isinstance(x, Tensor) else Constant(np.asarray(x))


@of_engine
def compute_loss(
    self: Network,
    x: Any = None,
    y: Any = None,
    y_pred: Any = None,
    sample_weight: Any = None,
    training: bool = True,
) -> Any:
    """The loss that `compile` was passed, with penalties and what layers added in their last call; `self.loss` measures its mean.

    Args:
        self: the model.
        x: the inputs, for subclasses that ask for them.
        y: targets, (N, ...), an array or as many as outputs.
        y_pred: outputs, as the model gave them.
        sample_weight: (N,), a factor for each sample; None (the default) counts all alike.
        training: accepted as in Keras 3.

    Returns:
        A scalar tensor.

    Raises:
        DataError: there is neither a loss nor a penalty.
    """
    return _total(self, y, y_pred, sample_weight, list(self.losses))


def _total(model: Network, y: Any, y_pred: Any, sample_weight: Any, penalties: Sequence[Any]) -> Tensor:
    parts: list[Any] = []
    if y_pred is not None and trainer_of(model).arguments.loss:
        names, outputs, targets = aligned(model, y, y_pred)
        weights = None if sample_weight is None else _tensor(np.asarray(sample_weight, "float32"))
        for spec, target in zip(make_output_specs(outputs, names, trainer_of(model).arguments), targets, strict=True):
            if spec.loss is not None and target is not None:
                loss = reduced(spec.loss, _fitting(target, spec), spec.output, weights, spec.mask)
                parts.append(loss if spec.loss_weight == 1 else ops.multiply(loss, spec.loss_weight))
    parts += [ops.mean(one) if isinstance(one, Tensor) and one.ndim else one for one in penalties]
    if not parts:
        raise DataError(
            where="compute_loss", expected="a loss (compile(loss=...) and y), or add_loss", actual="neither"
        )
    total = parts[0]
    for part in parts[1:]:
        total = ops.add(total, part)
    return total if isinstance(total, Tensor) else Constant(np.asarray(total, "float32"))


def _fitting(target: object, spec: OutputSpec) -> Tensor:
    """A target as the loss takes it: in the output's type, a column where it has an axis less than what is expected."""
    tensor = target if isinstance(target, Tensor) else Constant(np.asarray(target))
    if tensor.dtype.kind not in "f" and not spec.is_of_classes:
        tensor = ops.cast(tensor, spec.output.dtype.name)
    expected = spec.target_shape
    return ops.expand_dims(tensor, -1) if expected is not None and len(expected) == tensor.ndim + 1 else tensor


class CompiledLoss:
    """The loss that `compile` was passed, counted as it is asked for; `model.compiled_loss` of tf.keras.

    Args:
        model: the model.
    """

    def __init__(self, model: Network) -> None:
        self._model = model

    def __call__(
        self, y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Sequence[Any] | None = None
    ) -> Tensor:
        """The loss of a batch, with the penalties that are given.

        Args:
            y_true: targets.
            y_pred: outputs.
            sample_weight: a factor for each sample.
            regularization_losses: penalties, such as `self.losses`.
        """
        total = _total(self._model, y_true, y_pred, sample_weight, list(regularization_losses or ()))
        own_of(self._model).waiting.append((total, _size(y_pred)))
        return total


def _size(y_pred: object) -> int:
    """Number of samples of what a model gave."""
    first = (
        next(iter(y_pred.values() if isinstance(y_pred, Mapping) else y_pred), None)
        if isinstance(y_pred, (Mapping, list, tuple))
        else y_pred
    )
    shape = getattr(first, "shape", ())
    return int(shape[0]) if shape and shape[0] is not None else 1


class Counted:
    """The mean loss and the compiled metrics of a model with a step of its own.

    Args:
        model: the model.
    """

    def __init__(self, model: Network) -> None:
        self.loss = metrics_.Mean(name="loss")
        self.metrics, self.compiled_loss = CompiledMetrics(model), CompiledLoss(model)
        self.waiting: list[
            tuple[Tensor, int]
        ] = []  # losses whose values are known once the gradients are, with their samples
        self.means: dict[str, Metric] = {}  # of what the engine's own step gives

    def settle(self) -> None:
        """Take the losses that were computed into their mean."""
        waiting, self.waiting = self.waiting, []
        for loss, samples in waiting:
            self.loss.update_state(ops.known_value(loss), sample_weight=samples)

    def so_far(self, trainer: Trainer, values: Sequence[float], samples: int) -> dict[str, Any]:
        """Means of a step's values over all batches since metrics began anew; of those that count on themselves the last."""
        compiled = trainer.ready()
        for name, value in zip(compiled.names, values, strict=True):
            if name not in compiled.stateful_names:
                self.means.setdefault(name, metrics_.Mean(name=name)).update_state(value, sample_weight=samples)
        return {
            name: self.means[name].result() if name in self.means else value
            for name, value in zip(compiled.names, values, strict=True)
        }


def own_of(model: Network) -> Counted:
    """What a model counts; made when it is first asked for, and anew after a compile."""
    arguments = trainer_of(model).arguments
    known: tuple[object, Counted] | None = vars(model).get("_counted")
    if known is None or known[0] is not arguments:
        known = vars(model)["_counted"] = (arguments, Counted(model))
    return known[1]


def counted_metrics(model: Network) -> list[Any]:
    """The metrics of a model with a step of its own (the mean loss, those of compile, those in attributes of it and its layers)."""
    counted = own_of(model)
    counted.settle()
    of_compile = [*([counted.loss] if trainer_of(model).arguments.loss else []), *counted.metrics.listed()]
    inside = [model, *model.layers]
    attributes = [one for layer in inside for value in vars(layer).values() for one in _metrics_in(value)]
    return list(dict.fromkeys([*of_compile, *attributes]))


def _metrics_in(value: object) -> list[Metric]:
    if isinstance(value, Metric):
        return [value]
    listed = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [one for one in listed if isinstance(one, Metric)]


class _OfMetrics(OfTrainer[Any]):
    """The metrics, which are objects where the model's class writes its step, as such steps go through them."""

    if not TYPE_CHECKING:  # as its base to checkers

        def __get__(self, model, owner):
            """The attribute, or its value."""
            if model is None or not has_own(model, "train_step", "test_step"):
                return super().__get__(model, owner)
            return counted_metrics(model)


metrics = _OfMetrics(
    "arguments.metrics", "The metrics that compile was passed; of a model with a step of its own its objects."
)


@property
def compiled_loss(self: Network) -> CompiledLoss:
    """The loss that compile was passed, as a function (y_true, y_pred, sample_weight, regularization_losses)."""
    return own_of(self).compiled_loss


@property
def compiled_metrics(self: Network) -> CompiledMetrics:
    """The metrics that compile was passed, as one that has `update_state` and `metrics`."""
    return own_of(self).metrics


@of_engine
def compute_metrics(self: Network, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
    """Take a batch into the metrics that `compile` was passed, and give all values so far.

    Args:
        self: the model.
        x: the inputs, for subclasses that ask for them.
        y: targets.
        y_pred: outputs, as the model gave them.
        sample_weight: a factor for each sample.

    Returns:
        Values by name.
    """
    if y is not None:
        own_of(self).metrics.update_state(y, y_pred, sample_weight)
    return _methods_of(self).get_metrics_result()


def get_metrics_result(self: Network) -> dict[str, Any]:
    """The values of all metrics so far.

    Returns:
        Values by name.
    """
    values = {metric.name: metric.result() for metric in _methods_of(self).metrics}
    return {
        name: one
        for key, value in values.items()
        for name, one in (value.items() if isinstance(value, dict) else [(key, value)])
    }


def reset_metrics(self: Network) -> None:
    """Let metrics that count on from batch to batch begin anew (Keras 2.3); nothing before compile."""
    if has_own(self, "train_step", "test_step"):
        own_of(self).waiting.clear()
        own_of(self).means.clear()
        for metric in dict.fromkeys([own_of(self).loss, *_methods_of(self).metrics, *counted_metrics(self)]):
            metric.reset_states()
    compiled = trainer_of(self).compiled
    if compiled is not None:
        compiled.reset_metrics()


def _asks_the_model(model: Network) -> bool:
    """Whether the class computes its loss or metrics itself."""
    methods = (getattr(type(model), name) for name in ("compute_loss", "compute_metrics"))
    return not all(vars(method).get("of_engine") for method in methods)


def _by_the_models_loss(model: Network, x: Any, y: Any, sample_weight: Any, *, training: bool) -> dict[str, Any]:
    """A step as Keras 3 has it: `call`, `compute_loss`, one update, `compute_metrics`.

    Raises:
        GraphError: there are no tapes.
    """
    tape = new_tape()
    if tape is None:
        hint = "Write `import engine.compat` at the top."
        raise GraphError(
            where="compute_loss", expected="tapes, for a loss of the model's own", actual="none", hint=hint
        )
    weights = model.trainable_weights
    with tape:
        y_pred = model(x, training=training)
        arguments = {"x": x, "y": y, "y_pred": y_pred, "sample_weight": sample_weight, "training": training}
        function = _methods_of(model).compute_loss
        loss = function(**{name: value for name, value in arguments.items() if takes_argument(function, name)})
    weights = model.trainable_weights or weights
    if training:
        trainer_of(model).ready_optimizer().apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    own_of(model).loss.update_state(ops.known_value(loss), sample_weight=_size(x))
    logs = _methods_of(model).compute_metrics(x, y, y_pred, sample_weight)
    return {"loss": own_of(model).loss.result(), **logs}


def _by_the_engine(model: Network, data: Any, *, training: bool) -> dict[str, Any]:
    """A step as the trainer makes it, by the model's own loss where its class computes that itself."""
    trainer, (x, y, sample_weight) = trainer_of(model), unpacked(data)
    if _asks_the_model(model):
        return _by_the_models_loss(model, x, y, sample_weight, training=training)
    on_one_batch = trainer.train_on_batch if training else trainer.test_on_batch
    return own_of(model).so_far(trainer, on_one_batch(Arrays(x, y, sample_weight), anew=False), _size(x))


@of_engine
def train_step(self: Network, data: Any) -> dict[str, Any]:
    """One update as `fit` makes it, for `super().train_step(data)` in a subclass.

    Args:
        self: the model.
        data: (x, y, sample_weight), (x, y) or x.

    Returns:
        Loss and metrics by name.
    """
    return _by_the_engine(self, data, training=True)


@of_engine
def test_step(self: Network, data: Any) -> dict[str, Any]:
    """Loss and metrics of a batch as `evaluate` measures it, for `super().test_step(data)` in a subclass.

    Args:
        self: the model.
        data: (x, y, sample_weight), (x, y) or x.

    Returns:
        Loss and metrics by name.
    """
    return _by_the_engine(self, data, training=False)


@of_engine
def predict_step(self: Network, data: Any) -> Any:
    """The outputs for a batch, for `super().predict_step(data)` in a subclass.

    Args:
        self: the model.
        data: x, or (x, y, sample_weight), of which x is used.

    Returns:
        One array, or a list of them.
    """
    return self(unpacked(data)[0], training=False)


def on_batch(model: Network, step: str, data: Arrays, anew: bool, as_dict: bool) -> Any:
    """What one batch says: by the model's own step where its class writes it, else by the trainer's.

    Args:
        model: the model.
        step: "train" or "test".
        data: the batch.
        anew: whether metrics begin anew before it.
        as_dict: whether values are given by name, else as a number or a list.
    """
    trainer = trainer_of(model)
    if has_own(model, f"{step}_step"):
        if anew:
            _methods_of(model).reset_metrics()
        with stepping():
            logs = numbers(getattr(model, f"{step}_step")(packed(data.x, data.y, data.sample_weight)))
        return logs if as_dict else single(list(logs.values()))
    run: Callable[[Arrays, bool], list[float]] = trainer.train_on_batch if step == "train" else trainer.test_on_batch
    values = run(data, anew)
    return dict(zip(trainer.ready().names, values, strict=True)) if as_dict else single(values)


def as_asked(logs: Logs, as_dict: bool) -> Any:
    """What `evaluate` returns: a number or a list, for which its type stands; by name where that is asked for."""
    return dict(logs) if as_dict else single(list(logs.values()))
