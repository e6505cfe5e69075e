"""What layers of texts have in common: arrays of texts, and calls that are computed before a plan runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from .._declared import registry, rules
from .._graph.derived import derive, is_text
from .._graph.taping import shown
from .._graph.tensor import Constant, Tensor
from .._machine import config
from ..errors import DataError, ShapeError, UnknownName, mend_of
from ..types import Array, Shape
from .base import Layer
from .input import InputLayer
from .node import list_of_shapes
from .spreading import NOT_GIVEN

MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


def _word(x: object) -> object:
    """A text of a vocabulary; what is none is left to the rule."""
    return x.decode("utf-8") if isinstance(x, bytes) else x


words = rules.Rule(
    lambda v: isinstance(v, tuple) and bool(v) and all(isinstance(word, str) for word in v),
    "a list of texts, each once",
    (1, "a file", [1], []),
    {"kind": "texts"},
    lambda v: tuple(map(_word, np.asarray(v, object).tolist())) if np.ndim(v) == 1 else v,
    list,
)
numbers = rules.Rule(
    lambda v: isinstance(v, tuple),
    "a list of numbers",
    ("a", ["a"]),
    {"kind": "text"},
    lambda v: tuple(float(x) for x in np.ravel(np.asarray(v, float))),
    list,
)


def choice_or_function(*options: str) -> rules.Rule:
    """One of the given names, None, or a function; a config names the function.

    >>> choice_or_function("lower").check("lower")
    'lower'
    """

    def known(value: object) -> object:
        if value is None or value in options:
            return value
        try:
            return registry.function_of(value)
        except UnknownName:
            return value  # which the test refuses, with the names that there are

    return rules.Rule(
        lambda v: v is None or callable(v) or v in options,
        f"{', '.join(map(repr, options))}, None or a function (a config's is looked up in custom_objects)",
        (1, "no such"),
        {"kind": "choice", "options": list(options), "optional": True},
        known,
        lambda v: registry.own_name_for(v) if callable(v) else v,
    )


def text_of(x: object) -> str:
    """A text; bytes are read as UTF-8."""
    return x.decode("utf-8") if isinstance(x, bytes) else str(x)


def texts_of(value: object, where: str) -> Array:
    """Texts as an array of str objects; bytes are read as UTF-8, whole numbers are written out.

    Raises:
        DataError: they are numbers with fractions.
    """
    array = np.asarray(value)
    if array.dtype.kind == "f":
        raise DataError(where=where, expected="texts", actual=f"numbers (dtype {array.dtype})")
    made = np.empty(array.shape, object)
    made.reshape(-1)[:] = [text_of(x) for x in array.reshape(-1).tolist()]
    return made


def batches_of_texts(data: object, where: str, steps: int | None = None) -> Iterator[Array]:
    """Texts as one batch, or the batches that an iterable gives; of pairs the inputs.

    Raises:
        DataError: there are none.
    """
    if isinstance(data, (np.ndarray, list, tuple)) or hasattr(data, "__array__"):
        yield texts_of(data, where)
        return
    count = 0
    batches: Any = data
    for batch in batches:
        if steps is not None and count >= steps:
            break
        count += 1
        yield texts_of(batch[0] if isinstance(batch, tuple) else batch, where)
    if not count:
        raise DataError(where=where, expected="batches of texts", actual="none")


class TextLayer(Layer):
    """A layer of texts: what it gives is computed from an input's array before a plan runs."""

    group: ClassVar[str] = "preparation"
    takes_texts: ClassVar[bool] = True
    takes_numbers: ClassVar[bool] = False

    @property
    def fed_dtype(self) -> str | None:
        """Texts, where it begins a model."""
        return "string"

    def compute_output_shape(self, input_shape: Sequence[int | None] | list[Shape]) -> Shape:
        """Shape of the outputs for inputs of this shape, None where it depends on the texts."""
        return self.made_shape(list_of_shapes(input_shape)[0])

    def __call__(self, inputs: Any = NOT_GIVEN, *args: Any, **kwargs: Any) -> Any:
        """Apply it to an input of a model (recorded), or to texts (computed at once).

        Args:
            inputs: a tensor, an array, a list of texts, or one text.
            *args: none.
            **kwargs: accepted as of any layer, such as `training`.
        """
        if isinstance(inputs, Tensor):
            return super().__call__(inputs, *args, **kwargs)
        return shown([self.made(np.asarray(inputs))])[0]

    def call(self, inputs: Tensor) -> Tensor:
        """What `made` gives for the input's array."""
        if not self.takes_numbers and not is_text(inputs.dtype):
            source = getattr(inputs, "_keras_history", (None,))[0]
            change = {"set": {"layer": getattr(source, "name", None), "field": "dtype", "value": "string"}}
            raise ShapeError(
                where=self.where,
                expected="an input of texts",
                actual=f"one of numbers ({inputs.dtype.name})",
                hint="Begin the model with Input(shape=(1,), dtype='string').",
                mends=[mend_of(change)] if isinstance(source, InputLayer) else [],
            )
        if isinstance(inputs, Constant):
            return Constant(np.asarray(self.made(inputs.array)))
        shape = self.made_shape(inputs.shape)
        kind = config.floatx() if self.gives_floats else "int64"
        return derive([inputs], self.made, shape, kind, self.where)

    @property
    def gives_floats(self) -> bool:
        """Whether it gives ones or counts, in floatx, and no whole numbers."""
        return getattr(self, "output_mode", "int") != "int"

    def made(self, inputs: Array) -> Array:
        """What it gives for an array."""
        raise NotImplementedError

    def made_shape(self, shape: Shape) -> Shape:
        """The shape of what it gives, None where that depends on the texts."""
        raise NotImplementedError
