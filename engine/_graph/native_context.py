"""What a call is as instructions of the library in C: rules by the op's type (`@native`), and what a rule may ask."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .backward import BackwardCall, FilledLike
from .memory import Sizes
from .native_phases import Between, Instruction, Kept
from .op import Op
from .schedule import Schedule
from .tensor import Call, Tensor
from .work import Work


class Groups(NamedTuple):
    """Units of an instruction that are cut into groups of one size, each of which one thread does in their order."""

    units: int
    size: int
    by_samples: bool

    @property
    def count(self) -> int:
        """The number of groups; the last one may be smaller."""
        return -(-self.units // self.size)


class Context:
    """What a rule asks about the plan: shapes, the batch and its chunks, and which gradients the phase has.

    Attributes:
        shapes: of all tensors.
        batch: the number of samples.
        samples: those of a chunk; the last one may have fewer.
        dtype: of the numbers that the program computes with, "float32" or "float64".
        has_groups: whether results depend on the chunks of samples.
    """

    def __init__(
        self,
        shapes: Mapping[Tensor, Sizes],
        batch: int,
        samples: int,
        schedule: Schedule,
        read: Collection[Tensor],
        dtype: str = "float32",
    ) -> None:
        self.shapes = shapes
        self.batch = batch
        self.samples = samples
        self.dtype = dtype
        self.has_groups = False
        self._schedule = schedule
        self._read = read
        self._kept: dict[tuple[Call, str], Kept] = {}
        self._between: dict[tuple[Call, str], Between] = {}
        self._asked: set[tuple[Call, str]] = set()

    def kept(self, call: Call, name: str, shape: Sizes, fill: Callable[[Work], object]) -> Kept:
        """What the op of a call keeps under a name: one operand for the call and its gradient."""
        return self._kept.setdefault((call, name), Kept(call, name, shape, fill))

    def between(self, call: Call, name: str, shape: Sizes) -> Between:
        """What instructions of a call leave for those of its gradient, under a name."""
        return self._between.setdefault((call, name), Between(shape, for_gradient=True))

    def is_first(self, call: Call, name: str) -> bool:
        """Whether nothing has asked for this name of this call before."""
        asked = (call, name) in self._asked
        self._asked.add((call, name))
        return not asked

    def are_floats(self, *tensors: Tensor) -> bool:
        """Whether all are of the type that the program computes with."""
        return all(x.dtype == self.dtype for x in tensors)

    def kind(self, tensor: Tensor) -> str:
        """The type of a tensor: "float" where it is what the program computes with, else its name."""
        return "float" if self.are_floats(tensor) else str(tensor.dtype)

    @property
    def training(self) -> bool:
        """The phase."""
        return self._schedule.training

    def groups(self, x: Tensor) -> Groups:
        """How the first axis of a tensor is cut: by the chunks of samples, or into eight where it is not the batch."""
        units = self.shapes[x][0]
        by_samples = units == self.batch
        self.has_groups = self.has_groups or by_samples
        return Groups(units, self.samples if by_samples else -(-units // 8), by_samples)

    def is_read(self, tensor: Tensor) -> bool:
        """Whether anybody needs the value of a tensor."""
        return tensor in self._read

    def units(self, *tensors: Tensor) -> int:
        """The batch, where it is the first axis of all; else 1: the tensors as a whole are one unit."""
        return self.batch if all(self.shapes[t][:1] == (self.batch,) for t in tensors) else 1

    def size(self, tensor: Tensor) -> int:
        """Number of elements."""
        return math.prod(self.shapes[tensor])

    def wanted(self, call: BackwardCall) -> dict[int, Tensor]:
        """The gradients that a call gives, by the number of the input, without those that the phase lacks or nobody reads."""
        pairs = zip(call.wanted, call.outputs, strict=True)
        return {i: dx for i, dx in pairs if dx in self._read and dx not in self._schedule.absent}

    def is_given(self, tensor: Tensor) -> bool:
        """Whether a tensor is known as a whole before the plan runs: a variable, a constant, an input, a view of one."""
        while tensor in self._schedule.views:
            tensor = self._schedule.views[tensor]
        return tensor.call is None

    def element_by_element(
        self, operation: str, *operands: Tensor, numbers: tuple[float, ...] = ()
    ) -> list[Instruction] | None:
        """The instruction for operands of one shape, or of one element; the last is the result."""
        *read, written = operands
        shape, size = self.shapes[written], self.size(written)
        if not all(self.shapes[x] == shape or self.size(x) == 1 for x in read):
            return None
        spread = tuple(int(self.shapes[x] == shape) for x in read)
        whole = tuple(x for x, full in zip(read, spread, strict=True) if full)
        units = self.units(*whole, written)
        of_unit = (size // units, *spread)
        return [
            Instruction(operation, operands, of_unit, units, units == self.batch and bool(shape), 4 * size, numbers)
        ]

    def along_last_axis(
        self,
        operation: str,
        like: Tensor,
        operands: Sequence[Tensor],
        more: tuple[int, ...] = (),
        numbers: tuple[float, ...] = (),
    ) -> list[Instruction]:
        """The instruction for the rows of `like`, its elements along the last axis."""
        *leading, columns = self.shapes[like]
        units = self.units(like) if leading else 1
        rows = math.prod(leading) // units
        by_samples = units == self.batch and bool(leading)
        return [
            Instruction(
                operation,
                tuple(operands),
                (rows, columns, *more),
                units,
                by_samples,
                20 * rows * units * columns,
                numbers,
            )
        ]


Rule: TypeAlias = "Callable[[Any, Context], Sequence[Instruction] | None]"


class NativeRule(NamedTuple):
    """A rule, and whether it looks at the types of arrays itself."""

    instructions: Rule
    of_other_types: bool

    def suits(self, call: Call, context: Context) -> bool:
        """Whether the rule may be asked about a call: a program has floats of one type."""
        tensors = (*call.present_inputs, *call.outputs)
        return all(context.are_floats(x) or (self.of_other_types and x.dtype.kind not in "fc") for x in tensors)


FORWARD: dict[type[Op], NativeRule] = {}
BACKWARD: dict[type[Op], NativeRule] = {}
SHAPED: set[type[Op]] = {FilledLike}
FOLDABLE: set[type[Op]] = {FilledLike}
WORTH_A_THREAD: set[type[Op]] = set()


def native(*ops: type[Op], of_other_types: bool = False) -> Callable[[Rule], Rule]:
    """Decorator: the function gives the instructions for a forward call of one of these ops, or None where it has none.

    It is asked about calls whose arrays are all of the program's floats; of_other_types: also where some are of whole
    numbers or truth values, which it must look at itself, since the library reads bytes as what an instruction takes them for.
    """

    def decorate(rule: Rule) -> Rule:
        FORWARD.update(dict.fromkeys(ops, NativeRule(rule, of_other_types)))
        return rule

    return decorate


def native_gradient(*ops: type[Op], of_other_types: bool = False) -> Callable[[Rule], Rule]:
    """Decorator: the same for the gradient of these ops."""

    def decorate(rule: Rule) -> Rule:
        BACKWARD.update(dict.fromkeys(ops, NativeRule(rule, of_other_types)))
        return rule

    return decorate


def may_be_folded(*ops: type[Op]) -> None:
    """Say that these ops, and their gradients, depend on their inputs alone: of constants they are computed once."""
    FOLDABLE.update(ops)


def depends_on_shapes(*ops: type[Op]) -> None:
    """Say that these ops use of their inputs only the shapes: they are computed once, and nobody waits for their inputs."""
    SHAPED.update(ops)
    FOLDABLE.update(ops)


def worth_a_thread(*ops: type[Op]) -> None:
    """Say that a few samples of these ops are enough work for a thread, so that plans with one cut batches into small chunks."""
    WORTH_A_THREAD.update(ops)
