"""Which instructions of the library in C compute what recurrent ops, and ops on time steps, do: steps of a sample are one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._graph.backward import BackwardCall
from .._graph.native_phases import Between, Instruction, Operand
from .._graph.native_plan import Context, native, native_gradient
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .lstm import Lstm
from .rearrange import Repeat, Reverse
from .recurrence import Recurrence
from .shapes import axes_of, axis_of

# In the order of recurrent.c.
_FUNCTIONS = ("linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "softsign")
_MASKS = ("bool", "float32")
_INPUTS_BEFORE_STATES = 7


@dataclass(frozen=True)
class _Steps:
    """A recurrent call as the rules see it: its inputs by name, and sizes N, T, C, U and G."""

    call: ForwardCall
    op: Recurrence[Any, Any]
    x: Tensor
    kernel: Tensor
    recurrent_kernel: Tensor
    bias: Tensor | None
    mask: Tensor | None
    input_mask: Tensor | None
    state_mask: Tensor | None
    first: tuple[Tensor | None, ...]
    samples: int
    times: int
    channels: int
    units: int

    @property
    def columns(self) -> int:
        """Of both kernels: gates times units."""
        return len(self.op.order) * self.units

    def sizes(self, gate_function: str, state_function: str) -> tuple[int, ...]:
        """Those that recurrent.c names for operations that run steps."""
        kind = 0 if self.mask is None else 1 + _MASKS.index(str(self.mask.dtype))
        functions = (_FUNCTIONS.index(gate_function), _FUNCTIONS.index(state_function))
        return (self.times, self.units, int(self.op.go_backwards), kind, *functions)

    def of_samples(
        self, operation: str, operands: tuple[Operand, ...], size: tuple[int, ...], work: int
    ) -> Instruction:
        """An instruction whose units are the samples."""
        return Instruction(operation, operands, size, self.samples, True, self.samples * self.times * work)

    def dropped_inputs(self, context: Context) -> Tensor | Between:
        """The inputs times their dropout mask."""
        if self.input_mask is None:
            return self.x
        return context.between(self.call, "inputs", (self.samples, self.times, self.channels))

    def products_of_inputs(self, context: Context, products: Between) -> list[Instruction]:
        """x W + b of all steps."""
        inputs, size = self.dropped_inputs(context), (self.times, self.channels, self.columns)
        steps: list[Instruction] = []
        if self.input_mask is not None:
            operands = (self.x, self.input_mask, inputs)
            steps.append(self.of_samples("multiply_steps", operands, size[:2], self.channels))
        operands = (inputs, self.kernel, self.bias, products)
        return [*steps, self.of_samples("linear", operands, size, 2 * self.channels * self.columns)]

    def results(self, records: Between, width: int, begins: tuple[int, ...]) -> list[Instruction]:
        """The output, then the last of each state, from the records, which are `width` times the units wide."""
        begins = (begins[0], *begins)
        whole = (not self.op.return_sequences, *(True for _ in begins[1:]))
        steps: list[Instruction] = []
        for y, begin, is_last in zip(self.call.outputs, begins, whole, strict=True):
            size = (
                self.times,
                width * self.units,
                begin * self.units,
                self.units,
                int(self.op.go_backwards),
                int(is_last),
            )
            steps.append(self.of_samples("steps_of_records", (records, y), size, self.units))
        return steps

    def gradients(
        self, context: Context, wanted: dict[int, Tensor], dz: Between, records: Between, width: int, before: int
    ) -> list[Instruction]:
        """Those of x, kernel, recurrent kernel and bias, from that of the products.

        before: where the state before a step, as it was multiplied, begins in a record.
        """
        rows, size = self.samples * self.times, (self.times, self.channels, self.columns)
        steps: list[Instruction] = []
        if 0 in wanted:
            dx = wanted[0] if self.input_mask is None else Between((self.samples, self.times, self.channels))
            operands = (dz, self.kernel, None, dx)
            steps.append(self.of_samples("linear_input_gradient", operands, size, 2 * self.channels * self.columns))
            if self.input_mask is not None:
                operands = (dx, self.input_mask, wanted[0])
                steps.append(self.of_samples("multiply_steps", operands, size[:2], self.channels))
        if 1 in wanted:
            steps.append(self._of_weight((self.dropped_inputs(context), dz, wanted[1]), rows, self.channels))
        if 2 in wanted:
            states = Between((self.samples, self.times, self.units))
            of_record = (self.times, self.units, width * self.units, before * self.units)
            steps.append(self.of_samples("columns_of", (records, states), of_record, self.units))
            steps.append(self._of_weight((states, dz, wanted[2]), rows, self.units))
        if 3 in wanted:
            size = (rows, self.channels, self.columns)
            steps.append(Instruction("bias_gradient", (dz, wanted[3]), size, 1, False, rows * self.columns))
        return steps

    def _of_weight(self, operands: tuple[Operand, ...], rows: int, inputs: int) -> Instruction:
        work = 2 * rows * inputs * self.columns
        return Instruction("weight_gradient", operands, (rows, inputs, self.columns), inputs, False, work)

    def of_first_states(self, wanted: dict[int, Tensor], dstates: Between) -> list[Instruction]:
        """The gradients of the states before the first step, which lie side by side."""
        whole = len(self.first) * self.units
        return [
            self.of_samples("columns_of", (dstates, wanted[i]), (1, self.units, whole, number * self.units), 1)
            for number in range(len(self.first))
            if (i := _INPUTS_BEFORE_STATES + number) in wanted
        ]


def _steps(call: ForwardCall, context: Context) -> _Steps | None:
    """The call, where its samples are those of the batch, its weights are known before, and it has at least one step."""
    op = call.op
    assert isinstance(op, Recurrence)
    missing = _INPUTS_BEFORE_STATES + op.state_count - len(call.inputs)
    x, kernel, recurrent_kernel, bias, mask, input_mask, state_mask, *first = (*call.inputs, *[None] * missing)
    if x is None or kernel is None or recurrent_kernel is None:
        return None
    of_samples = [t for t in (x, mask, input_mask, state_mask, *first) if t is not None]
    weights = [w for w in (kernel, recurrent_kernel, bias) if w is not None]
    samples, times, channels = context.shapes[x]
    if samples != context.batch or any(context.shapes[t][:1] != (samples,) for t in of_samples):
        return None
    if not all(map(context.is_given, weights)) or (mask is not None and str(mask.dtype) not in _MASKS):
        return None
    if not times or not channels:
        return None
    units = context.shapes[recurrent_kernel][0]
    arrays = (x, kernel, recurrent_kernel, bias, mask, input_mask, state_mask)
    return _Steps(call, op, *arrays, tuple(first), samples, times, channels, units)


_LSTM_RECORD, _LSTM_CELL, _LSTM_STATE, _LSTM_STATE_BEFORE = 9, 4, 6, 7


@native(Lstm)
def lstm(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The products of the inputs, the steps, the results."""
    s = _steps(call, context)
    if s is None:
        return None
    products, records = Between((s.samples, s.times, s.columns)), _records(s, context)
    operands = (products, s.recurrent_kernel, *s.first, s.mask, s.state_mask, records)
    return [
        *s.products_of_inputs(context, products),
        s.of_samples("lstm", operands, _sizes(s), 2 * s.units * s.columns + 100 * s.units),
        *s.results(records, _LSTM_RECORD, (_LSTM_STATE, _LSTM_CELL)),
    ]


@native_gradient(Lstm)
def lstm_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """The steps from the last to the first, then what follows from the gradients of their products."""
    s = _steps(call.forward, context)
    if s is None:
        return None
    wanted, records = context.wanted(call), _records(s, context)
    dz, dstates = Between((s.samples, s.times, s.columns)), Between((s.samples, 2 * s.units))
    operands = (*call.dys, records, s.recurrent_kernel, s.mask, s.state_mask, dstates, dz)
    size = (*_sizes(s), int(s.op.return_sequences))
    work = s.samples * s.times * (2 * s.units * s.columns + 60 * s.units)
    return [
        Instruction("lstm_gradient", operands, size, s.samples, True, work, writes=2),
        *s.gradients(context, wanted, dz, records, _LSTM_RECORD, _LSTM_STATE_BEFORE),
        *s.of_first_states(wanted, dstates),
    ]


def _records(s: _Steps, context: Context) -> Between:
    return context.between(s.call, "records", (s.samples, s.times, _LSTM_RECORD * s.units))


def _sizes(s: _Steps) -> tuple[int, ...]:
    assert isinstance(s.op, Lstm)
    return s.sizes(s.op.recurrent_activation, s.op.activation)


@native(Reverse)
def reverse(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of time steps."""
    (x,) = call.present_inputs
    return _reversed(call, context, x, call.outputs[0])


@native_gradient(Reverse)
def reverse_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """As forward."""
    (dy,) = call.present_inputs
    return _reversed(call.forward, context, dy, call.outputs[0])


def _reversed(call: ForwardCall, context: Context, x: Tensor, y: Tensor) -> list[Instruction] | None:
    shape = context.shapes[x]
    assert isinstance(call.op, Reverse)
    if not _has_steps(context, x) or axes_of(call.op.axes, 3) != (1,):
        return None
    samples, times, columns = shape
    size = (times, columns, 0, columns, 1, 0)
    return [Instruction("steps_of_records", (x, y), size, samples, True, samples * times * columns)]


@native(Repeat)
def repeat(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Of one time step."""
    (x,) = call.present_inputs
    return _repeated("middle_sum_gradient", call, context, x, call.outputs[0], x)


@native_gradient(Repeat)
def repeat_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """The sum over the steps."""
    (dy,), (dx,) = call.present_inputs, call.outputs
    return _repeated("middle_sum", call.forward, context, dy, dx, dx)


def _repeated(
    operation: str, call: ForwardCall, context: Context, read: Tensor, written: Tensor, one: Tensor
) -> list[Instruction] | None:
    assert isinstance(call.op, Repeat)
    if not _has_steps(context, one) or context.shapes[one][1] != 1 or axis_of(call.op.axis, 3) != 1:
        return None
    samples, _, columns = context.shapes[one]
    size, work = (call.op.times, columns), samples * call.op.times * columns
    return [Instruction(operation, (read, written), size, samples, True, work, (1.0,))]


def _has_steps(context: Context, x: Tensor) -> bool:
    """Whether a tensor is (samples, time steps, columns) of float32."""
    return len(context.shapes[x]) == 3 and context.shapes[x][0] == context.batch and x.dtype == "float32"


__all__: list[str] = []
