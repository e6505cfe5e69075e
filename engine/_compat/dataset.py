"""`tf.data.Dataset` over arrays and generators: the steps that pipelines of notebooks have, each gone through when it is read."""

from __future__ import annotations

import glob
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._machine.random import draw_seed
from ..errors import DataError
from .tensorflow_ragged import RaggedTensor, SparseTensor
from .values import eager, value_of

AUTOTUNE = -1
INFINITE_CARDINALITY, UNKNOWN_CARDINALITY = -1, -2


class TensorSpec(NamedTuple):
    """`tf.TensorSpec`: shape and number type of a tensor, accepted where TensorFlow asks for them."""

    shape: tuple[int | None, ...] = ()
    dtype: Any = "float32"
    name: str | None = None


class Dataset:
    """Elements that are gone through again and again; each step makes a new one. `fit`, `evaluate` and `predict` take it.

    Args:
        elements: gives the elements anew each time that it is called.
        length: how many there are; None where that is not known.
        is_endless: whether they have no end, as after `repeat()`.
    """

    def __init__(
        self, elements: Callable[[], Iterator[Any]], length: int | None = None, is_endless: bool = False
    ) -> None:
        self._elements, self._length, self.is_endless = elements, length, is_endless

    @staticmethod
    def from_tensor_slices(tensors: object, name: str | None = None) -> Dataset:
        """The rows of an array, or of arrays in a tuple or dict of one length.

        Args:
            tensors: the arrays.
            name: accepted as in TensorFlow.

        Raises:
            DataError: their lengths differ.
        """
        arrays = _map(lambda x: np.asarray(_as_array(x)) if not isinstance(x, RaggedTensor) else x, tensors)
        lengths = {len(x) for x in _leaves(arrays)}
        if len(lengths) != 1:
            expected, actual = "arrays of one length", f"lengths {sorted(lengths)}"
            raise DataError(where="Dataset.from_tensor_slices", expected=expected, actual=actual)
        (n,) = lengths
        return Dataset(lambda: (_map(lambda x, i=i: eager(x[i]), arrays) for i in range(n)), n)

    @staticmethod
    def from_tensors(tensors: object) -> Dataset:
        """One element."""
        return Dataset(lambda: iter([_map(lambda x: eager(np.asarray(value_of(x))), tensors)]), 1)

    @staticmethod
    def from_generator(
        generator: Callable[..., Iterable[Any]], *_: object, args: Sequence[Any] = (), **kinds: object
    ) -> Dataset:
        """What a function with yield gives; called anew for each pass.

        Args:
            generator: the function.
            *_: accepted as in TensorFlow: types and shapes.
            args: arguments of the function.
            **kinds: accepted as in TensorFlow: output_signature and the like.
        """
        return Dataset(lambda: (_map(_as_array, element) for element in generator(*args)))

    @staticmethod
    def range(*bounds: int) -> Dataset:
        """Whole numbers, as Python's range."""
        return Dataset(lambda: (eager(np.int64(i)) for i in range(*bounds)), len(range(*bounds)))

    @staticmethod
    def zip(*datasets: Any) -> Dataset:
        """Elements of several data sets together, until one ends."""
        members = tuple(datasets[0]) if len(datasets) == 1 and isinstance(datasets[0], (tuple, list)) else datasets
        lengths = [one._length for one in members]
        known = None if None in lengths else min(n for n in lengths if n is not None)
        return Dataset(lambda: zip(*members, strict=False), known, all(one.is_endless for one in members))

    @staticmethod
    def sample_from_datasets(datasets: Any, weights: Any = None, seed: int | None = None, **_: object) -> Dataset:
        """Elements of several data sets, each drawn from one of them by chance, until one ends.

        Args:
            datasets: a list of data sets.
            weights: how often each is drawn from, all alike by default.
            seed: fixes the order; the engine's random numbers by default.
            **_: accepted as in TensorFlow.
        """
        members = list(datasets)
        shares = (
            np.full(len(members), 1 / len(members)) if weights is None else np.asarray(value_of(weights), "float64")
        )
        fixed = int(draw_seed() if seed is None else seed)

        def elements() -> Iterator[Any]:
            rng, sources = np.random.default_rng(fixed), [iter(one) for one in members]
            for i in iter(lambda: int(rng.choice(len(members), p=shares / shares.sum())), -1):
                element = next(sources[i], None)
                if element is None:
                    return
                yield element

        return Dataset(elements, None, all(one.is_endless for one in members))

    @staticmethod
    def list_files(file_pattern: object, shuffle: bool | None = None, seed: int | None = None) -> Dataset:
        """The names of files that fit a pattern, as bytes.

        Args:
            file_pattern: such as "folder/*.png", or a list of them.
            shuffle: whether they come in another order each pass, True by default.
            seed: fixes the order.

        Raises:
            FileNotFoundError: no file fits.
        """
        patterns = [str(p) for p in np.ravel(np.asarray(value_of(file_pattern), object))]
        names = sorted(name for pattern in patterns for name in glob.glob(pattern))
        if not names:
            raise FileNotFoundError(f"Dataset.list_files: expected files that fit {patterns}, found none.")
        made = Dataset(lambda: (eager(np.asarray(name.encode(), object)) for name in names), len(names))
        return made.shuffle(len(names), seed) if shuffle is not False else made

    def interleave(self, map_func: Callable[..., Dataset], cycle_length: int = 1, *_: object, **__: object) -> Dataset:
        """Elements of the data sets that a function makes of each element, one after the other."""
        return self.flat_map(map_func)

    def __iter__(self) -> Iterator[Any]:
        return self._elements()

    def window(self, size: int, shift: int | None = None, stride: int = 1, drop_remainder: bool = False) -> Dataset:
        """Data sets of so many elements each.

        Args:
            size: how many.
            shift: elements between two beginnings, `size` by default.
            stride: elements between two of a window, 1 by default.
            drop_remainder: whether shorter ones at the end are left out, False by default.
        """
        step = size if shift is None else shift

        def elements() -> Iterator[Any]:
            buffer: list[Any] = []
            skip = 0
            for element in self:
                buffer.append(element)
                if skip:
                    skip -= 1
                    buffer.pop(0)
                    continue
                if len(buffer) == (size - 1) * stride + 1:
                    yield _held(buffer[::stride])
                    skip = max(step - len(buffer), 0)
                    del buffer[:step]
            while buffer and not drop_remainder:
                yield _held(buffer[::stride][:size])
                del buffer[:step]

        return Dataset(elements)

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError("The length of this data set is not known.")
        return self._length

    def cardinality(self) -> Any:
        """How many elements there are; -1 where they have no end, -2 where that is not known."""
        unknown = INFINITE_CARDINALITY if self.is_endless else UNKNOWN_CARDINALITY
        return eager(np.int64(unknown if self._length is None else self._length))

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements as plain arrays."""
        return (_map(lambda x: np.asarray(value_of(x)), element) for element in self)

    def batch(self, batch_size: int, drop_remainder: bool = False, **_: object) -> Dataset:
        """So many elements at a time, stacked.

        Args:
            batch_size: how many.
            drop_remainder: whether a shorter last batch is left out, False by default.
            **_: accepted as in TensorFlow.
        """
        size = int(batch_size)

        def elements() -> Iterator[Any]:
            source = iter(self)
            while group := list(itertools.islice(source, size)):
                if len(group) == size or not drop_remainder:
                    yield _stacked(group)

        n = self._length
        return Dataset(elements, None if n is None else n // size if drop_remainder else -(-n // size), self.is_endless)

    def unbatch(self) -> Dataset:
        """The rows of the elements."""

        def elements() -> Iterator[Any]:
            for element in self:
                for i in range(len(next(iter(_leaves(element))))):
                    yield _map(lambda x, i=i: eager(x[i]), element)

        return Dataset(elements, None, self.is_endless)

    def shuffle(
        self, buffer_size: int, seed: int | None = None, reshuffle_each_iteration: bool | None = None
    ) -> Dataset:
        """Elements in another order in each pass, drawn from a buffer of so many.

        Args:
            buffer_size: how many elements wait to be drawn; as many as there are for a whole shuffle.
            seed: fixes the order; the engine's random numbers by default.
            reshuffle_each_iteration: whether each pass has another order, True by default.
        """
        fixed = int(seed if seed is not None else draw_seed())
        passes = itertools.count()

        def elements() -> Iterator[Any]:
            pass_number = next(passes) if reshuffle_each_iteration is not False else 0
            rng = np.random.default_rng([fixed, pass_number])
            waiting: list[Any] = []
            for element in self:
                waiting.append(element)
                if len(waiting) > max(int(buffer_size), 1):
                    yield waiting.pop(int(rng.integers(len(waiting) - 1)))
            for i in rng.permutation(len(waiting)):
                yield waiting[i]

        return Dataset(elements, self._length, self.is_endless)

    def map(self, map_func: Callable[..., Any], *_: object, **__: object) -> Dataset:
        """What a function makes of each element; of a tuple it gets the parts one by one.

        Args:
            map_func: the function, called with arrays.
            *_: accepted as in TensorFlow: num_parallel_calls.
            **__: likewise.
        """
        return Dataset(
            lambda: (_map(_as_array, _call(map_func, element)) for element in self), self._length, self.is_endless
        )

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which a function gives True."""
        return Dataset(
            lambda: (element for element in self if bool(value_of(_call(predicate, element)))), None, self.is_endless
        )

    def flat_map(self, map_func: Callable[..., Dataset]) -> Dataset:
        """The elements of the data sets that a function makes of each element."""
        return Dataset(lambda: (inner for element in self for inner in _call(map_func, element)), None, self.is_endless)

    def repeat(self, count: int | None = None) -> Dataset:
        """The elements so many times; None or -1, the default: without end."""
        if count is None or count < 0:
            return Dataset(lambda: (element for _ in itertools.count() for element in self), None, True)
        n = None if self._length is None else self._length * count
        return Dataset(lambda: (element for _ in range(count) for element in self), n, self.is_endless)

    def take(self, count: int) -> Dataset:
        """The first elements."""
        least = count if self.is_endless else None
        n = self._length if count < 0 else least if self._length is None else min(count, self._length)
        return Dataset(
            lambda: itertools.islice(iter(self), None if count < 0 else count), n, self.is_endless and count < 0
        )

    def skip(self, count: int) -> Dataset:
        """The elements behind the first ones."""
        n = None if self._length is None else max(self._length - count, 0)
        return Dataset(lambda: itertools.islice(iter(self), count, None), n, self.is_endless)

    def concatenate(self, dataset: Dataset) -> Dataset:
        """These elements, then others."""
        lengths = (self._length, dataset._length)
        n = None if lengths[0] is None or lengths[1] is None else lengths[0] + lengths[1]
        return Dataset(lambda: itertools.chain(self, dataset), n, self.is_endless or dataset.is_endless)

    def enumerate(self, start: int = 0) -> Dataset:
        """(number, element)."""
        return Dataset(
            lambda: ((eager(np.int64(i)), x) for i, x in enumerate(self, start)), self._length, self.is_endless
        )

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element. Raises DataError where there is none, or another."""
        first_two = list(itertools.islice(iter(self), 2))
        if len(first_two) != 1:
            actual = "none" if not first_two else "more"
            raise DataError(where="Dataset.get_single_element", expected="one element", actual=actual)
        return first_two[0]

    def reduce(self, initial_state: Any, reduce_func: Callable[[Any, Any], Any], name: str | None = None) -> Any:
        """A state after a function has been applied to it with each element."""
        state = initial_state
        for element in self:
            state = reduce_func(state, element)
        return _map(_as_array, state)

    @property
    def element_spec(self) -> Any:
        """Shape and number type of each part of an element, as the first one has them."""
        first = next(iter(self), None)
        return _map(lambda x: TensorSpec(tuple(np.shape(x)), np.asarray(x).dtype), first)

    def padded_batch(
        self,
        batch_size: int,
        padded_shapes: object = None,
        padding_values: object = None,
        drop_remainder: bool = False,
        **_: object,
    ) -> Dataset:
        """So many elements at a time, filled up to the longest of each axis, or to shapes, with 0 or other values.

        Args:
            batch_size: how many.
            padded_shapes: the shape of each part; None or -1 for the longest of the batch.
            padding_values: what fills each part, 0 by default.
            drop_remainder: whether a shorter last batch is left out, False by default.
            **_: accepted as in TensorFlow.
        """

        def elements() -> Iterator[Any]:
            source = iter(self)
            while group := list(itertools.islice(source, int(batch_size))):
                if len(group) == batch_size or not drop_remainder:
                    yield _padded(group, padded_shapes, padding_values)

        n, size = self._length, int(batch_size)
        return Dataset(elements, None if n is None else n // size if drop_remainder else -(-n // size), self.is_endless)

    def cache(self, filename: str = "") -> Dataset:
        """The elements, kept in memory after the first pass; a file name is accepted and not used."""
        cached: list[Any] = []

        def elements() -> Iterator[Any]:
            if cached:
                yield from cached
                return
            seen = []
            for element in self:
                seen.append(element)
                yield element
            cached[:] = seen

        return Dataset(elements, self._length, self.is_endless)

    def prefetch(self, buffer_size: int = AUTOTUNE) -> Dataset:
        """The same elements: `fit` reads ahead of the network anyway."""
        return self

    def with_options(self, options: object) -> Dataset:
        """The same elements."""
        return self


def _held(elements: list[Any]) -> Dataset:
    return Dataset(lambda: iter(elements), len(elements))


def _call(function: Callable[..., Any], element: Any) -> Any:
    return function(*element) if isinstance(element, tuple) else function(element)


def _as_array(x: Any) -> Any:
    if isinstance(x, (RaggedTensor, SparseTensor)):
        return x
    return eager(np.asarray(value_of(x)))


def _map(function: Callable[[Any], Any], element: Any) -> Any:
    """A function on each array of nested tuples and dicts; lists are arrays, as in TensorFlow."""
    if isinstance(element, tuple):
        return tuple(_map(function, x) for x in element)
    if isinstance(element, Mapping):
        return {key: _map(function, x) for key, x in element.items()}
    return function(element)


def _leaves(element: Any) -> Iterator[Any]:
    if isinstance(element, tuple):
        for x in element:
            yield from _leaves(x)
    elif isinstance(element, Mapping):
        for x in element.values():
            yield from _leaves(x)
    else:
        yield element


def _padded(group: list[Any], shapes: Any, values: Any) -> Any:
    first = group[0]
    if isinstance(first, tuple):
        parts = range(len(first))
        wanted: Any = [None for _ in parts] if shapes is None else list(shapes)
        fillings: Any = list(values) if isinstance(values, (tuple, list)) else [values for _ in parts]
        return tuple(_padded([element[i] for element in group], wanted[i], fillings[i]) for i in parts)
    arrays = [np.asarray(x) for x in group]
    longest = [max(sizes) for sizes in zip(*(x.shape for x in arrays), strict=True)]
    asked = longest if shapes is None else list(np.ravel(np.asarray(shapes, object)))
    sizes = [m if n is None or n == -1 else int(n) for n, m in zip(asked, longest, strict=True)]
    fill = 0 if values is None else np.asarray(value_of(values))[()]
    made = np.full((len(arrays), *sizes), fill, arrays[0].dtype)
    for i, x in enumerate(arrays):
        if any(n > m for n, m in zip(x.shape, sizes, strict=True)):
            raise DataError(where="Dataset.padded_batch", expected=f"at most {tuple(sizes)}", actual=str(x.shape))
        made[(i, *(slice(n) for n in x.shape))] = x
    return eager(made)


def _stacked(group: list[Any]) -> Any:
    first = group[0]
    if isinstance(first, tuple):
        return tuple(_stacked([element[i] for element in group]) for i in range(len(first)))
    if isinstance(first, Mapping):
        return {key: _stacked([element[key] for element in group]) for key in first}
    return eager(np.stack(group))
