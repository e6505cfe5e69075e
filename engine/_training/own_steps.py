"""Steps that a subclass of Model writes itself, as in tf.keras: `train_step(data)`, `test_step(data)`, `predict_step(data)`.

`fit`, `evaluate` and `predict` call them with each batch: (x, y, sample_weight), (x, y), or x alone where there is nothing else, as
arrays with `numpy()`. The values of the dict that a step returns are shown as they are, since metrics count on from batch to batch;
`reset_metrics` is called before each pass.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Protocol, TypeVar, cast

import numpy as np

from .. import _ops as ops
from .._graph.sparse import dense
from .._graph.taping import shown, stepping
from .._graph.tensor import Tensor, Variable
from .._machine.arrays import as_array
from .._machine.config import float_dtype
from .._machine.random import Stream
from ..errors import DataError, SettingTypeError
from ..optimizers import Optimizer
from ..types import Array, ClassWeight
from . import weights
from .counts import share
from .data import Batch, CheckedArrays
from .handed_over import as_arrays, is_loader, is_sample_set, length_of, rows_of
from .loop import run_evaluation, run_prediction
from .prefetch import GeneratorBatches
from .progress import Progbar
from .sources import Source, make_batches
from .user_data import Arrays, Generated, Validation, count_steps, is_source, labelled

Function = TypeVar("Function", bound=Callable[..., Any])


def of_engine(function: Function) -> Function:
    """Decorator: a step of the engine's own, which a subclass may write in another way."""
    vars(function)["of_engine"] = True
    return function


def has_own(network: object, *names: str) -> bool:
    """Whether the class of a model writes one of these steps itself.

    Args:
        network: the model.
        *names: "train_step", "test_step", "predict_step".
    """
    # Steps of the engine's ask a model for its loss where its class computes that itself (Keras 3).
    asked = [*names, *(["compute_loss", "compute_metrics"] if {"train_step", "test_step"} & set(names) else [])]
    methods = [getattr(type(network), name, None) for name in asked]
    return any(callable(method) and not getattr(method, "of_engine", False) for method in methods)


class Stepping(Protocol):
    """What is asked of a model with steps of its own."""

    def reset_metrics(self) -> None:
        """Let all metrics begin anew."""
        ...


class OwnSteps:
    """What the loop asks of a compiled model, of one that writes its step itself.

    Args:
        network: the model.
        step: name of the method that is called with each batch.
        optimizer: that of `compile`; None where the program keeps others.

    `names` are those of the values, known after the first batch; `shown` the names for the progress bar, with the validation's.
    """

    state_variables: Sequence[Variable] = ()
    own_streams: Sequence[Stream] = ()
    loss_scale: list[float] | None = None

    def __init__(self, network: Stepping, step: str, optimizer: Optimizer | None) -> None:
        self._network, self._method, self.optimizer = network, step, optimizer
        self.names: list[str] = []
        self.stateful_names = self.names  # none of them is a mean over batches
        self.lock = threading.RLock()

    @property
    def learning_rate(self) -> float:
        """The optimizer's rate; 0 where the program keeps optimizers of its own."""
        return 0.0 if self.optimizer is None else float(self.optimizer.learning_rate)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if self.optimizer is not None:
            self.optimizer.learning_rate = value

    def reset_metrics(self) -> None:
        """Let all metrics begin anew."""
        self._network.reset_metrics()

    def end_fit(self) -> None:
        """Nothing: updates are the program's."""

    def logs(self, data: object) -> dict[str, float]:
        """What the step says of a batch, "loss" first.

        Raises:
            SettingTypeError: it returns something else than a dict of numbers.
        """
        with stepping():
            made = getattr(self._network, self._method)(data)
        if not isinstance(made, Mapping):
            where, hint = f"{type(self._network).__name__}.{self._method}", "Write: return {'loss': loss}."
            raise SettingTypeError(where=where, expected="a dict of numbers", actual=type(made).__name__, hint=hint)
        return numbers(cast("Mapping[str, object]", made))

    def run(self, batch: Batch) -> list[float]:
        """The values of a batch, in the order of `names`."""
        with self.lock:
            logs = self.logs(batch.arrays[0])
        self.names += [name for name in logs if name not in self.names]
        return [logs.get(name, 0.0) for name in self.names]


def numbers(logs: Mapping[str, object]) -> dict[str, float]:
    """Values by name as numbers, "loss" first; of several numbers their mean, of a dict each."""
    flat: dict[str, object] = {}
    for name, value in logs.items():
        flat.update(cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {name: value})
    ordered = sorted(flat, key=lambda name: name != "loss")
    return {name: float(np.mean(_value(flat[name]))) for name in ordered}


def _value(value: object) -> Any:
    return ops.known_value(value) if isinstance(value, Tensor) else np.asarray(value)


# Data -> batches


class _Packed:
    """Inputs, targets and weights as a step gets them, around the arrays that they hold.

    Args:
        data: nested tuples, lists and dicts of arrays.
    """

    def __init__(self, data: object) -> None:
        self.arrays: list[Array] = []
        self._form = self._taken(data)

    def _taken(self, data: object) -> object:
        if isinstance(data, Mapping):
            return {name: self._taken(one) for name, one in data.items()}
        if isinstance(data, tuple) or (isinstance(data, list) and any(np.ndim(one) for one in data)):
            return [type(data), *(self._taken(one) for one in cast("Sequence[object]", data))]
        if data is None:
            return None
        array = np.asarray(as_array(dense(cast("Any", data)), "x"))
        if array.dtype.kind == "f":
            array = array.astype(float_dtype(), copy=False)
        self.arrays.append(array)
        return len(self.arrays) - 1

    def filled(self, arrays: Sequence[object]) -> Any:
        """The same form around other arrays."""
        return _filled(self._form, arrays)


def _filled(form: Any, arrays: Sequence[object]) -> Any:
    if isinstance(form, dict):
        return {name: _filled(one, arrays) for name, one in form.items()}
    if isinstance(form, list):
        return form[0](_filled(one, arrays) for one in form[1:])
    return None if form is None else shown([np.asarray(arrays[form])])[0]


def packed(x: object, y: object = None, sample_weight: object = None) -> object:
    """What a step gets as `data`: as many parts as there are, x alone as itself."""
    if y is None and sample_weight is None:
        return x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


class _Batches:
    """Batches of another source, each as the one thing that a step gets.

    Args:
        source: gives batches of arrays.
        data: the form of these arrays.
    """

    def __init__(self, source: Source, data: _Packed) -> None:
        self._source, self._data = source, data
        self.steps, self.samples, self.batch_size = source.steps, source.samples, source.batch_size
        self.checked: CheckedArrays | None = None
        self.seed: int | None = source.seed

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of an epoch."""
        self._source.seed = self.seed
        return (Batch([self._data.filled(b.arrays)], b.size) for b in self._source.epoch(epoch, first))

    def close(self) -> None:
        """End what reads ahead."""
        self._source.close()


class LoaderBatches:
    """Batches of what can be gone through anew and does not say how many it gives: each epoch is one pass.

    Args:
        loader: gives batches.
        convert: makes a Batch of one.
    """

    def __init__(self, loader: Any, convert: Callable[[Any], Batch]) -> None:
        self._loader, self._convert = loader, convert
        self.steps: int | None = None
        self.samples: int | None = None
        self.batch_size: int | None = None
        self.seed: int | None = None
        self.checked: CheckedArrays | None = None

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """One pass."""
        return (self._convert(as_arrays(item)) for i, item in enumerate(self._loader) if i >= first)

    def close(self) -> None:
        """Nothing reads ahead."""


def passes_through(data: Generated) -> bool:
    """Whether data end by themselves at a place that is not known before: a loader without a length that says it has an end."""
    if data.steps is not None or not is_loader(data.generator):
        return False
    return length_of(data.generator) is None and getattr(data.generator, "is_endless", None) is False


def source_of(data: Arrays | Generated) -> Source:
    """The batches of data for steps of one's own."""
    if isinstance(data, Generated):
        if passes_through(data):
            return LoaderBatches(data.generator, _one)
        generator = _endless(data.generator) if is_loader(data.generator) else data.generator
        steps = count_steps(data.generator, data.steps, data.steps_name)
        workers = data.workers if not is_loader(data.generator) else 0
        return GeneratorBatches(generator, steps, _one, workers=workers, shuffle=data.shuffle)
    made = _Packed(packed(data.x, data.y, _weights(data.y, data.sample_weight, data.class_weight)))
    _check_lengths(made.arrays)
    whole = make_batches(CheckedArrays(list(made.arrays)), data.batch_size or 32, data.shuffle, data.steps)
    return _Batches(whole, made)


def _endless(loader: Any) -> Iterator[Any]:
    while True:
        yield from loader


def _one(item: Any) -> Batch:
    data = _Packed(item)
    return Batch([data.filled(data.arrays)], len(data.arrays[0]) if data.arrays[0].ndim else 1)


def _check_lengths(arrays: Sequence[Array]) -> None:
    """Raise DataError where arrays differ in their number of samples."""
    counts = sorted({len(array) for array in arrays})
    if len(counts) != 1:
        raise DataError(where="x, y", expected="arrays of one number of samples", actual=f"{counts} samples")


def _weights(y: object, sample_weight: object, class_weight: ClassWeight | None) -> object:
    if class_weight is None or y is None:
        return sample_weight
    made = weights.sample_weights(
        np.asarray(y), cast("Any", sample_weight), cast("Any", class_weight), name="y", temporal=False
    )
    return sample_weight if made is None else made


def divided(data: Arrays | Generated, validation: Validation) -> tuple[Arrays | Generated, Arrays | Generated | None]:
    """What is trained on, and what is measured after each epoch."""
    if validation.data is not None:
        return data, _validation(data, validation)
    if not validation.share or not isinstance(data, Arrays):
        return data, None
    held_out = share(validation.share, "fit, validation_split")
    made = _Packed((data.x, data.y, data.sample_weight))
    cut = len(made.arrays[0]) - int(len(made.arrays[0]) * held_out)
    first, rest = (made.filled([array[part] for array in made.arrays]) for part in (slice(0, cut), slice(cut, None)))
    return data._replace(x=first[0], y=first[1], sample_weight=first[2]), Arrays(*rest, batch_size=data.batch_size)


def _validation(data: Arrays | Generated, validation: Validation) -> Arrays | Generated:
    size = data.batch_size if isinstance(data, Arrays) else None
    held_out: Any = validation.data
    if is_sample_set(held_out):
        return Arrays(*rows_of(held_out), batch_size=size)
    if is_source(held_out):
        return Generated(held_out, validation.steps, steps_name="validation_steps")
    arrays = labelled(held_out, "validation_data") if isinstance(held_out, (tuple, list)) else Arrays(held_out)
    return arrays._replace(batch_size=validation.batch_size or size, steps=validation.steps)


# Measuring and asking


def measure(network: Stepping, data: Arrays | Generated, verbose: int = 0) -> dict[str, float]:
    """What `test_step` says at the end of a pass."""
    source, steps = source_of(data), OwnSteps(network, "test_step", None)
    bar = Progbar(source.samples or source.steps, verbose=verbose)

    def show(index: int, samples: int) -> None:
        bar.update(index + 1 if source.samples is None else samples)

    steps.reset_metrics()
    try:
        logs = run_evaluation(steps.run, source, steps.names, None, show if verbose else None, steps.names)
    finally:
        source.close()
    assert logs is not None
    return dict(logs)


def predict(network: object, data: Arrays | Generated, verbose: int = 0) -> list[Array]:
    """What `predict_step` gives for all samples, one array an output."""
    source = source_of(data)
    bar = Progbar(source.samples or source.steps, verbose=verbose)
    step = cast("Any", network).predict_step

    def run(arrays: Sequence[Any]) -> list[Array]:
        with stepping():
            made = step(arrays[0])
        return [np.asarray(_value(y)) for y in (made if isinstance(made, (list, tuple)) else [made])]

    try:
        return run_prediction(run, source, source.samples, bar.update if verbose else None, nullcontext())
    finally:
        source.close()
