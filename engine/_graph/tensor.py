"""Symbols: what a layer is called on while a model is built.

A `Tensor` has a shape (None = not known yet, usually the batch) and a dtype, and remembers the `Call` that makes it.
`Placeholder` is fed, `Constant` holds an array, `Variable` is a weight that takes no memory until first used.
Tensors and calls are the two kinds of nodes of the recorded graph.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, TypeAlias, TypeVar, cast

import numpy as np

from .._machine import devices
from .._machine.arrays import as_array, refuse_masked
from .._machine.config import float_dtype
from .._machine.device_base import in_host_memory
from .._machine.room import check_addressable, check_free
from ..errors import GraphError, ShapeError
from ..types import Array, ArrayLike, DType, DTypeLike, Shape
from .memory import Sizes
from .op_base import Op
from .static_shape import StaticShape
from .work import Work

if TYPE_CHECKING:
    from types import EllipsisType
    from typing import SupportsIndex

Operand: TypeAlias = "Tensor | ArrayLike"
"""What stands beside a tensor in arithmetic: another one, an array, or what NumPy makes one of (numbers, lists)."""


class Operation(NamedTuple):
    """What computes a tensor, as code for TensorFlow asks for it: `layer.output.op.name`."""

    name: str
    type: str
    inputs: Sequence[Tensor]
    outputs: Sequence[Tensor]


class Tensor:
    """A symbolic array: a shape, a type and the call that computes it.

    Python's operators are installed by the ops (`install_operators`), so `x * 2 + y` records calls.

    Args:
        shape: its sizes, the batch first; None where one may vary.
        dtype: the type of its elements.
        name: for messages; None (the default): it has none.
        call: what computes it; None (the default): it is fed, fixed, or a variable.
        index: which of the call's results it is, 0 by default.
    """

    __array_ufunc__ = None  # NumPy arrays on the left give way: `array * tensor` reaches Tensor.__rmul__

    def __init__(
        self, shape: Shape, dtype: DTypeLike, name: str | None = None, call: Call | None = None, index: int = 0
    ) -> None:
        self.shape = cast("Shape", StaticShape(shape))
        self.dtype = np.dtype(dtype)
        self.name = name
        self.call = call
        self.index = index
        self._keras_shape = shape

    @property
    def ndim(self) -> int:
        """Number of axes, the batch included."""
        return len(self.shape)

    def get_shape(self) -> StaticShape:
        """The shape, under the name of TensorFlow's method.

        >>> Placeholder((None, 3)).get_shape().as_list()
        [None, 3]
        """
        return StaticShape(self.shape)

    def set_shape(self, shape: Sequence[int | None]) -> None:
        """Say sizes that the shape does not know yet, under the name of TensorFlow's method. Raises ShapeError.

        >>> x = Placeholder((None, None, 3))
        >>> x.set_shape([None, 4, None])
        >>> x.shape
        (None, 4, 3)
        """
        sizes = tuple(shape)
        pairs = list(zip(self.shape, sizes, strict=False))
        if len(sizes) != len(self.shape) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            raise ShapeError(where="set_shape", expected=f"a shape that agrees with {self.shape}", actual=str(sizes))
        self.shape = cast("Shape", StaticShape(size if known is None else known for known, size in pairs))
        self._keras_shape = self.shape

    @property
    def op(self) -> Operation:
        """What computes it, by TensorFlow's name: its `name` is the tensor's without ":0"; inputs have none.

        >>> Placeholder((None, 3), name="x:0").op.name
        'x'
        """
        call = self.call
        made, kind = ([self], "Placeholder") if call is None else (list(call.outputs), type(call.op).__name__)
        name = self.name or (call.where if call is not None else None) or kind
        return Operation(name.partition(":")[0], kind, [] if call is None else call.present_inputs, made)

    @property
    def _uses_learning_phase(self) -> bool:
        """Whether the value differs between training and test (Keras's name)."""
        return self.call is not None and self.call.phased

    @classmethod
    def install_operators(cls, **operators: Callable[..., object] | staticmethod[..., object]) -> None:
        """Set `stacked`, `eval` and special methods such as `__add__` on all tensors; called once by the ops that have them.

        Args:
            **operators: the methods by name.
        """
        for name, function in operators.items():
            setattr(cls, name, function)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name or ''} shape={self.shape} dtype={self.dtype}>"

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            raise TypeError(f"the length of {self!r} is not known before it is fed; its shape is in .shape")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    if TYPE_CHECKING:  # what `install_operators` sets

        @staticmethod
        def stacked(xs: Sequence[Tensor]) -> Tensor: ...
        def eval(self, feed_dict: Mapping[Tensor, ArrayLike] | None = None, session: object = None) -> Array: ...
        def numpy(self) -> Array: ...
        def __float__(self) -> float: ...
        def __int__(self) -> int: ...
        def __bool__(self) -> bool: ...
        def __add__(self, other: Operand) -> Tensor: ...
        def __radd__(self, other: Operand) -> Tensor: ...
        def __sub__(self, other: Operand) -> Tensor: ...
        def __rsub__(self, other: Operand) -> Tensor: ...
        def __mul__(self, other: Operand) -> Tensor: ...
        def __rmul__(self, other: Operand) -> Tensor: ...
        def __truediv__(self, other: Operand) -> Tensor: ...
        def __rtruediv__(self, other: Operand) -> Tensor: ...
        def __floordiv__(self, other: Operand) -> Tensor: ...
        def __rfloordiv__(self, other: Operand) -> Tensor: ...
        def __mod__(self, other: Operand) -> Tensor: ...
        def __rmod__(self, other: Operand) -> Tensor: ...
        def __pow__(self, other: Operand) -> Tensor: ...
        def __rpow__(self, other: Operand) -> Tensor: ...
        def __matmul__(self, other: Operand) -> Tensor: ...
        def __rmatmul__(self, other: Operand) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __lt__(self, other: Operand) -> Tensor: ...
        def __le__(self, other: Operand) -> Tensor: ...
        def __gt__(self, other: Operand) -> Tensor: ...
        def __ge__(self, other: Operand) -> Tensor: ...
        def __getitem__(self, key: Key | tuple[Key, ...]) -> Tensor: ...


Value = TypeVar("Value", Tensor, Array)
"""A tensor or an array: what an op gives is of the kind of what it is computed from."""

Key: TypeAlias = "SupportsIndex | slice | EllipsisType | None"
"""One part of what stands between the brackets of `x[...]`."""


def is_tensor(value: object) -> bool:
    """Whether a value that a user passed is a tensor, whatever its annotation says."""
    return isinstance(value, Tensor)


class Placeholder(Tensor):
    """A tensor that is fed with an array at each run.

    Args:
        shape: with None for axes that may vary.
        dtype: of the arrays that are fed (default `floatx()`).
        name: shown in messages.
    """

    any_axes = False  # whether arrays with any number of axes are fed

    def __init__(self, shape: Shape, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        super().__init__(tuple(shape), float_dtype() if dtype is None else dtype, name)
        check_addressable(self.shape, self.dtype)


class Constant(Tensor):
    """A tensor that holds a fixed array."""

    def __init__(self, array: ArrayLike, name: str | None = None) -> None:
        self.array = as_array(array, "a constant")
        super().__init__(self.array.shape, self.array.dtype, name)


FirstValues: TypeAlias = "Callable[[Sizes, DType], ArrayLike]"
"""The first values of a weight, for its shape and dtype."""


class Variable(Tensor):
    """A weight: shape and initializer until `array` is first asked for, then an array that changes in place.

    `moves` counts how often any variable's values moved to other memory. `bound`: whether they are part of a training's
    flat memory, and so of its device; others go where they are used.

    Args:
        shape: whole numbers.
        dtype: of the values (default `floatx()`).
        name: shown in messages and summaries.
        initializer: the first values, as an array or a function (shape, dtype) -> array; zeros by default.
        trainable: whether training changes it.
    """

    moves: ClassVar[int] = 0

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: DTypeLike | None = None,
        name: str | None = None,
        initializer: ArrayLike | FirstValues | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(tuple(int(n) for n in shape), float_dtype() if dtype is None else dtype, name)
        self.shape: tuple[int, ...]
        check_addressable(self.shape, self.dtype, f"weight '{name}'" if name else "")
        self.trainable = trainable
        self.regularizer: Any = None
        self.constraint: Any = None
        self._initializer = initializer
        self._array: Array | None = None
        self.bound = False

    @property
    def materialised(self) -> bool:
        """Whether the variable has an array yet."""
        return self._array is not None

    @property
    def size(self) -> int:
        """Number of elements, known without allocating."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all elements, known without allocating."""
        return self.size * self.dtype.itemsize

    @property
    def array(self) -> Array:
        """The values, on the device where they lie; made by the initializer at first use. Writing into it changes the weight."""
        if self._array is None:
            self._array = self.first_values()
        return self._array

    def host(self) -> Array:
        """The values in NumPy's memory: `array` itself on the processor, a copy of what lies on a graphics card."""
        array = self._array
        return array if type(array) is np.ndarray else devices.on_host(self.array)

    def on(self, device: devices.Device) -> Array:
        """The values on a device, where they go if they are elsewhere and no training has bound them.

        Raises:
            GraphError: a training keeps them elsewhere.
        """
        array = self.array
        if device.holds(array):
            return array
        if self.bound:
            raise GraphError(
                where=f"weight '{self.name}'",
                expected=f"weights that all lie on {device.name}",
                actual=f"one that a training keeps on {devices.of(array).name}",
                hint="Models that share weights train on one device: choose it before the first of them is trained.",
            )
        self._array = device.array(array)
        Variable.moves += 1
        return self._array

    def assign(self, value: ArrayLike) -> Variable:
        """Copy `value` into the weight, which is given back. Raises ShapeError for one of another shape."""
        where = f"weight '{self.name}'"
        value = as_array(value.numpy() if isinstance(value, Tensor) else value, where)
        if value.shape != self.shape:
            raise ShapeError(where=where, expected=f"an array of shape {self.shape}", actual=f"shape {value.shape}")
        if self._array is None:
            self._array = np.array(value, dtype=self.dtype, order="C")
        elif in_host_memory(self._array):
            np.copyto(self._array, value, casting="unsafe")
        else:
            devices.of(self._array).put(self._array, value)
        return self

    def assign_add(self, value: ArrayLike) -> Variable:
        """Add to the values, as TensorFlow's variables do.

        Args:
            value: what is added, in their shape.

        Returns:
            The weight itself.
        """
        return self.assign(self.host() + np.asarray(value))

    def assign_sub(self, value: ArrayLike) -> Variable:
        """Subtract from the values, as TensorFlow's variables do.

        Args:
            value: what is subtracted, in their shape.

        Returns:
            The weight itself.
        """
        return self.assign(self.host() - np.asarray(value))

    def get_value(self, borrow: bool = False) -> Array:
        """A copy of the values, by the name of the method of Theano's shared variables; a number where it has no axes.

        Args:
            borrow: has no effect; accepted as Theano does.
        """
        return np.array(self.host())[()]

    def set_value(self, new_value: ArrayLike, borrow: bool = False) -> None:
        """`assign`, by the name of the method of Theano's shared variables. Raises ShapeError."""
        self.assign(new_value)

    def value(self) -> Variable:
        """The variable itself, which TensorFlow reads by this method."""
        return self

    def read_value(self) -> Variable:
        """The variable itself, which TensorFlow reads by this method."""
        return self

    @property
    def initializer(self) -> Initialisation:
        """What gives the variable its first values when a session runs it."""
        return Initialisation(self)

    def bind(self, view: Array) -> None:
        """Move the values into `view` (same shape and dtype), part of a larger buffer; they live there from now on."""
        devices.of(view).put(view, self.array)
        self._array, self.bound = view, True
        Variable.moves += 1

    def first_values(self) -> Array:
        """What its initializer gives."""
        check_free(self.nbytes, f"weight '{self.name}'", f"room for shape {self.shape}")
        if self._initializer is None:
            return np.zeros(self.shape, self.dtype)
        value = self._initializer(self.shape, self.dtype) if callable(self._initializer) else self._initializer
        where = f"initializer of weight '{self.name}'"
        refuse_masked(value, where)
        value = np.array(value, dtype=self.dtype, order="C")
        if value.shape != self.shape:
            raise ShapeError(where=where, expected=f"an array of shape {self.shape}", actual=f"shape {value.shape}")
        return value


class Initialisation(NamedTuple):
    """Gives a variable its first values again: `layer.kernel.initializer.run(session=K.get_session())`.

    >>> weight = Variable((2,))
    >>> _ = weight.assign([1.0, 2.0])
    >>> weight.initializer.run()
    >>> weight.array.tolist()
    [0.0, 0.0]
    """

    variable: Variable

    def run(self, feed_dict: object = None, session: object = None) -> None:
        """Assign the first values; the arguments are TensorFlow's and have no effect."""
        self.variable.assign(self.variable.first_values())


class Arrays(Protocol):
    """What a call asks for when it is bound to memory: the arrays of tensors, and what its op works with."""

    def array(self, tensor: Tensor) -> Array:
        """The array of a tensor; zeros for a gradient that the phase does not have."""
        ...

    def present(self, tensor: Tensor | None) -> Array | None:
        """The array of a tensor; None for none, and for a gradient that the phase does not have."""
        ...

    def work(self, call: Call) -> Work:
        """The workspace of a call, which its gradient shares."""
        ...


class Call(ABC):
    """One computation in the recorded graph: `outputs` from `inputs`, by an op or its gradient.

    `where`: the layer that recorded it. `phased`: whether training and test give other results, here or in what the
    inputs are computed from. A phase is `training`, True or False; `absent` are the gradients that are zero in it.
    """

    __slots__ = ("inputs", "op", "outputs", "phased", "where")

    is_backward: ClassVar[bool] = False

    def __init__(self, op: Op, inputs: tuple[Tensor | None, ...], where: str | None, phased: bool) -> None:
        self.op = op
        self.inputs = inputs
        self.outputs: tuple[Tensor, ...] = ()
        self.where = where
        for x in inputs:
            if x is not None and x.call is not None and x.call.phased:
                phased = True
        self.phased = phased

    @abstractmethod
    def needs(self, training: bool | None) -> list[Tensor]:
        """The tensors that must be known before it runs; with a phase, only those that count in it.

        A call that only passes on one of its inputs depends on that one alone, so the branch that the phase does not
        take is never run.
        """

    def reads(self, training: bool | None) -> list[Tensor]:
        """Those of `needs` whose values it reads: the others may lie where something else lies by then."""
        return self.needs(training)

    @abstractmethod
    def view_of(self, training: bool, absent: Collection[Tensor]) -> Tensor | None:
        """The input that its result only reshapes in this phase, if so: then nothing is computed or copied."""

    def absences(self, training: bool, absent: Collection[Tensor]) -> Sequence[Tensor]:
        """Its outputs that are zero in this phase, because they are gradients along a branch that is not taken."""
        return ()

    @property
    def present_inputs(self) -> list[Tensor]:
        """The inputs that are not left out."""
        return [x for x in self.inputs if x is not None]

    @property
    def operands(self) -> tuple[Tensor | None, ...]:
        """What the values of its outputs depend on."""
        return self.inputs

    @property
    def kept(self) -> tuple[Tensor | None, ...]:
        """What its gradient needs of its inputs and outputs."""
        return ()

    @abstractmethod
    def copy(self, inputs: tuple[Tensor | None, ...], copies: Mapping[Call, Call]) -> Call:
        """The same computation recorded on other inputs; `copies` holds those of the calls before it."""

    @abstractmethod
    def shapes(self, known: Mapping[Tensor, Sizes]) -> Sequence[Sizes]:
        """The shapes of the outputs, for the concrete ones of all tensors before. Raises ShapeError."""

    @abstractmethod
    def flops(self, known: Mapping[Tensor, Shape]) -> int:
        """Floating point operations for concrete shapes."""

    @abstractmethod
    def bind(self, arrays: Arrays) -> Callable[[], None]:
        """The function that runs it on the arrays of its tensors."""
