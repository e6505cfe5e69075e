"""One definition of an operation: settings, shape rule, forward, gradient and cost side by side.

`op.apply` records an op on tensors or computes it on arrays; `Work` is what a running op gets.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar

import numpy as np

from .._machine.random import Stream
from ..types import Array, DType, Shape
from .work import Work

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: bool) -> Callable[[type], type]:
        return lambda cls: cls


T = TypeVar("T")

Outs: TypeAlias = "tuple[Array | None, ...]"
"""Where `backward` writes the gradient of each input; None for one that nobody asks for."""


@dataclass_transform(eq_default=False)
class Op:
    """An operation. A subclass declares its settings as fields of a dataclass and writes shape, forward and backward.

    For gradients of gradients it writes `tangent` or `simpler` too, unless it is linear: `gradient.HasTangent`.

    Attributes:
        keeps: names of forward's parameters, or "y" for the result, that backward gets, in this order.
        overwrites: whether forward may write over its first input, and backward over dy (elementwise ops).
        outputs: number of results, of the class or of one op; above 1 `shape`, `dtype`, `out` and `dy` are tuples.
        differentiable: False ends gradients here.
        constants: positions of inputs that have no gradient: masks, indices, labels.
        linear: whether the result is linear in all other float inputs together, at least in pieces: then the gradient changes
            with dy alone. Without a `tangent` of its own the op is its own tangent.
        result_dtype: dtype of the result, where it does not depend on the inputs'.
        checked: position of the input whose values `check_values` looks at; None where any will do.
        precision: in mixed precision: "half" for products, "follows" for what takes the precision of the values that it gets,
            "full" for all that sums or has steep slopes.
    """

    keeps: ClassVar[tuple[str, ...]] = ()
    overwrites: ClassVar[bool] = False
    outputs: int = 1
    differentiable: ClassVar[bool] = True
    constants: ClassVar[Sequence[int]] = ()
    linear: ClassVar[bool] = False
    result_dtype: ClassVar[str | None] = None
    checked: ClassVar[int | None] = None
    precision: ClassVar[Literal["half", "follows", "full"]] = "full"
    _settings: ClassVar[tuple[str, ...]] = ()
    _required: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # Without a constructor of its own, since compiling one for each of a hundred classes would take five times as long.
        declared: Any = dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False)(cls)
        fields = dataclasses.fields(declared)
        cls._settings = tuple(f.name for f in fields)
        cls._required = tuple(f.name for f in fields if f.default is dataclasses.MISSING)

    def __init__(self, *args: object, **kwargs: object) -> None:
        name, settings = type(self).__name__, self._settings
        if not settings and not args and not kwargs:
            return
        if len(args) > len(settings):
            raise TypeError(f"{name} has {len(settings)} settings, got {len(args)} values")
        values = dict(zip(settings, args, strict=False))
        for setting, value in kwargs.items():
            if setting not in settings:
                raise TypeError(f"{name} has no setting {setting!r}; it has {', '.join(settings)}")
            if setting in values:
                raise TypeError(f"{name}: got two values for {setting!r}")
            values[setting] = value
        for setting in self._required:
            if setting not in values:
                raise TypeError(f"{name} needs a value for {setting!r}")
        for setting, value in values.items():
            setattr(self, setting, value)
        self.__post_init__()

    def __post_init__(self) -> None:
        """What an op makes of its settings, once they are set; not called where it has none."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in self._settings)})"

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The inputs as this op takes them, asked when it is applied; tensors and arrays of whole numbers may become floats."""
        return inputs

    def shape(self, *shapes: Shape | None) -> Any:
        """Shape of the result from the shapes of the inputs, which may hold None; raises ShapeError.

        An input that is left out has the shape None. For several results: a tuple of shapes.
        """
        raise NotImplementedError(f"{type(self).__name__}.shape")

    def dtype(self, *dtypes: DType | None) -> Any:
        """Dtype of the result: `result_dtype`, or the common type of the inputs. For several results: of all, or a tuple."""
        if self.result_dtype is not None:
            return self.result_dtype
        return np.result_type(*[d for d in dtypes if d is not None])

    def forward(self, work: Work, *xs: Array, out: Any) -> None:
        """Compute the result into `out`."""
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, work: Work, dy: Any, *saved: Array, outs: Outs) -> None:
        """Write the gradient of each wanted input into `outs`."""
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def check_values(self, values: Array, *shapes: Shape) -> None:
        """Raise DataError for values of input number `checked` that the op does not take; shapes are those of its inputs.

        On the processor `forward` looks itself; a card would have to be waited for, so there a plan looks at the batches
        before they are copied.
        """

    def check_gradient(self, wanted: tuple[int, ...]) -> None:
        """Raise GraphError where the op has no gradient with respect to one of its inputs number `wanted`."""

    def sizes(self, *values: Array) -> Array | None:
        """The result for inputs that are sizes of shapes to come; None where this op cannot compute sizes.

        Such inputs are arrays of whole numbers and of expressions, which know +, -, * and //.
        """
        return None

    def view_of(self, training: bool) -> int | None:
        """Index of the input that the result only reshapes, if so: then nothing is computed or copied."""
        return None

    def flops(self, *shapes: Shape | None) -> int:
        """Floating point operations of one forward call on concrete shapes."""
        return 0

    @property
    def phased(self) -> bool:
        """Whether training and test give other results."""
        return self.view_of(True) != self.view_of(False)

    @property
    def own_stream(self) -> Stream | None:
        """The random stream that belongs to this op alone, if it has one."""
        return None

    @property
    def draws(self) -> bool:
        """Whether forward draws random numbers, so that its place among those that do matters."""
        return False

    def kept_inputs(self, inputs: tuple[T | None, ...], outputs: tuple[T, ...]) -> tuple[T | None, ...]:
        """What `keeps` names, picked from a call's inputs and results; "xs" stands for all inputs of a variadic op."""
        picked: list[T | None] = []
        parameters = input_names(type(self))
        for name in self.keeps:
            if name == "y":
                picked.extend(outputs)
            elif name in parameters:
                position = parameters.index(name)
                picked.append(inputs[position] if position < len(inputs) else None)
            else:
                picked.extend(inputs[len(parameters) :])
        return tuple(picked)


@cache
def input_names(op: type[Op]) -> tuple[str, ...]:
    """Names of the inputs that the op's `forward` tells apart; any number may follow where it takes `*xs`."""
    parameters = list(inspect.signature(op.forward).parameters.values())[2:]
    return tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
