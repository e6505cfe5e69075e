"""Values of any tensors of a network for some data, batch by batch, while weights, states and random numbers stay as they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple, TypeVar, cast

import numpy as np

from .._graph.graph import concrete_shapes, order
from .._graph.plan import Plan
from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.devices import on_host
from .._machine.random import Stream
from .._machine.room import SMALL, bytes_in_words, memory_limit
from .._training.array_rows import ArrayData
from .._training.compiled import check_batch_size
from .._training.data import sample_count
from .._training.step import Step
from .._training.trainer import trainer_of
from ..errors import DataError, TooLarge
from ..types import Array, Data, SampleWeight
from .places import Looked, Place, places_of
from .row_numbers import row_numbers

Item = TypeVar("Item")
_MOST_STEPS = 8


class Fed(NamedTuple):
    """inputs: what the arrays are fed into. arrays: checked data. samples: how many. batch: how many at a time."""

    inputs: Sequence[Placeholder]
    arrays: list[ArrayData]
    samples: int
    batch: int


class Reader:
    """Looks into one model, from any thread; keeps the last plans, so that looking again at the same tensors is quick.

    Args:
        model: a model.
    """

    def __init__(self, model: Looked) -> None:
        self.model = model
        self.trainer = trainer_of(model)
        self._outputs: list[Tensor] = []
        self._places: dict[str, Place] = {}
        self._steps: dict[tuple[object, ...], Step] = {}
        self._made: dict[tuple[object, ...], object] = {}
        self._random = Stream(0)
        self._lock = threading.RLock()

    @property
    def places(self) -> dict[str, Place]:
        """The calls of layers by name, of the model as it is."""
        with self._lock:
            if self._outputs != self.model.outputs or not self._places:
                self._outputs, self._places = list(self.model.outputs), places_of(self.model)
                self._steps.clear()
                self._made.clear()
            return self._places

    @property
    def row_numbers(self) -> set[Tensor]:
        """The tensors that hold numbers of rows, such as words on their way to an embedding: how large they are says nothing."""
        return self.kept(("row numbers",), lambda: row_numbers(self.model.outputs))

    def feed(self, x: Data | None) -> Fed:
        """Inputs, checked; a model without input shape is built for them. Raises DataError."""
        predictor = self.trainer.predictor(x)
        return _fed(predictor.step.inputs, predictor.feed(x))

    def feed_labelled(self, x: Data | None, y: Data | None, sample_weight: SampleWeight | None) -> tuple[Fed, Tensor]:
        """Inputs and targets, checked, and the loss that they give. Raises NotCompiled and DataError."""
        compiled = self.trainer.ready(x)
        checked = compiled.feed(x, y, sample_weight)
        objective = compiled.objective(checked.weighted)
        return _fed([*compiled.inputs, *objective.inputs], checked.arrays), objective.total

    def batches(
        self,
        fed: Fed,
        tensors: Sequence[Tensor],
        batch_size: int | None = None,
        training: bool = False,
    ) -> Iterator[list[Array]]:
        """The tensors' values, batch by batch, 32 samples at a time by default."""
        step = self._step(fed.inputs, tensors, training)
        size = batch_size or fed.batch
        for start in range(0, fed.samples, size):
            rows = [_rows(array, start, start + size) for array in fed.arrays]
            with self._untouched(step.plan([array.shape for array in rows])), step.lock:
                values = [np.array(on_host(value)) for value in step.run(rows)]
            yield values

    def values(
        self, fed: Fed, tensors: Sequence[Tensor], batch_size: int | None = None, training: bool = False
    ) -> list[Array]:
        """The tensors' values for all samples. Raises TooLarge where they would take more memory than there is to spare."""
        self.check_room(fed, tensors)
        computed = [tensor for tensor in tensors if not isinstance(tensor, Variable)]
        whole: list[list[Array]] = [[] for _ in computed]
        for values in self.batches(fed, computed, batch_size, training) if computed else ():
            for parts, value in zip(whole, values, strict=True):
                parts.append(value)
        arrays = {y: parts[0] if len(parts) == 1 else joined(parts) for y, parts in zip(computed, whole, strict=True)}
        return [np.array(on_host(y.array)) if isinstance(y, Variable) else arrays[y] for y in tensors]

    def kept(self, key: tuple[object, ...], make: Callable[[], Item]) -> Item:
        """What was made for a key before, of the model as it is; made now where there is none."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            return cast("Item", self._made[key])

    def check_room(self, fed: Fed, tensors: Sequence[Tensor]) -> None:
        """Raise TooLarge where the values of the tensors have no room."""
        shapes = dict(zip(fed.inputs, [array.shape for array in fed.arrays], strict=True))
        known = concrete_shapes(tensors, order(tensors), fed.inputs, shapes)
        sizes = {tensor: int(np.prod(known[tensor], dtype=object)) * tensor.dtype.itemsize for tensor in tensors}
        total = sum(sizes.values())
        limit = memory_limit() if total > SMALL else None
        if limit is not None and total > limit:
            largest = max(sizes, key=lambda tensor: sizes[tensor])
            raise TooLarge(
                where=f"looking into model '{self.model.name}'",
                expected=f"values of at most {bytes_in_words(limit)} (half of the free memory)",
                actual=f"{bytes_in_words(total)}, of which one layer gives {bytes_in_words(sizes[largest])}",
                hint="Give fewer samples, or name the layers: model.inspect(x[:8], layers=['dense_1']).",
            )

    def _step(self, inputs: Sequence[Placeholder], tensors: Sequence[Tensor], training: bool) -> Step:
        key = (*inputs, None, *tensors, training, self.trainer.random)
        with self._lock:
            step = self._steps.pop(key, None) or Step(inputs, tensors, training=training, random=self._stream)
            self._steps[key] = step
            while len(self._steps) > _MOST_STEPS:
                del self._steps[next(iter(self._steps))]
            return step

    def _stream(self) -> Stream:
        """The model's own stream, so that dropout draws what a step would; another one where it has none yet."""
        return self.trainer.random or self._random

    @contextmanager
    def _untouched(self, plan: Plan) -> Generator[None]:
        """Inside the block no other thread trains; random streams go on behind it as if nothing had been drawn."""
        with ExitStack() as stack:
            stack.enter_context(self.trainer.still())
            drawn = dict.fromkeys((*plan.streams, self._stream()))
            streams = [(stream, stream.get_state()) for stream in drawn]
            try:
                yield
            finally:
                for stream, state in streams:
                    stream.set_state(state)


def joined(parts: Sequence[Array]) -> Array:
    """Values of several batches as one array: rows one behind the other; what has no rows is given of the last batch."""
    return np.concatenate(parts) if parts[0].ndim else parts[-1]


def _fed(inputs: Sequence[Placeholder], arrays: list[ArrayData]) -> Fed:
    samples = sample_count(arrays)
    samples = 1 if samples is None else samples  # nothing is fed
    if samples == 0:
        raise DataError(where="looking into a model", expected="at least one sample", actual="none")
    return Fed(inputs, arrays, samples, check_batch_size(None, samples, False, inputs))


def _rows(array: ArrayData, start: int, stop: int) -> Array:
    return np.asarray(array[start:stop])
