"""Which instructions of the library in C compute what recurrent ops, and ops on time steps, do: steps of a sample are one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._graph.backward import BackwardCall
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_phases import Between, Instruction, Operand
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from .gru import Gru
from .lstm import Lstm
from .recurrence import Recurrence
from .simple_rnn import SimpleRnn

# In the order of recurrent.c.
_FUNCTIONS = ("linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "softsign")
_MASKS = ("bool", "float")
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
    def weights(self) -> tuple[Tensor | None, ...]:
        """What all samples read all of."""
        return self.kernel, self.recurrent_kernel, self.bias

    @property
    def columns(self) -> int:
        """Of both kernels: gates times units."""
        return len(self.op.order) * self.units

    def sizes(self, gate_function: str, state_function: str) -> tuple[int, ...]:
        """Those that recurrent.c names for operations that run steps."""
        kind = 0 if self.mask is None else 1 + (self.mask.dtype != "bool")
        functions = (_FUNCTIONS.index(gate_function), _FUNCTIONS.index(state_function))
        return (self.times, self.units, int(self.op.go_backwards), kind, *functions)

    def of_samples(
        self, operation: str, operands: tuple[Operand, ...], size: tuple[int, ...], work: int
    ) -> Instruction:
        """An instruction whose units are the samples."""
        return Instruction(
            operation, operands, size, self.samples, True, self.samples * self.times * work, whole=self.weights
        )

    @property
    def work_of_a_step(self) -> int:
        """Floating point operations of one step of one sample, about."""
        return 2 * self.units * self.columns + 20 * self.columns

    def steps_back(
        self, operation: str, operands: tuple[Operand, ...], size: tuple[int, ...], writes: int
    ) -> Instruction:
        """The steps from the last to the first, which write several results."""
        work = self.samples * self.times * self.work_of_a_step
        return Instruction(operation, operands, size, self.samples, True, work, writes=writes, whole=self.weights)

    def dropped_inputs(self, context: Context) -> Tensor | Between:
        """The inputs times their dropout mask."""
        if self.input_mask is None:
            return self.x
        return context.between(self.call, "inputs", (self.samples, self.times, self.channels))

    def products(self, context: Context) -> Between:
        """Where x W + b of all steps lies."""
        return context.between(self.call, "products", (self.samples, self.times, self.columns))

    def gradient_of_products(self, context: Context) -> Between:
        """Where their gradient lies: in their memory, as the steps forward are done; a second one for the call has its own."""
        shape = (self.samples, self.times, self.columns)
        return self.products(context) if context.is_first(self.call, "gradient of products") else Between(shape)

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

    def gradients(self, context: Context, wanted: dict[int, Tensor], dz: Between) -> list[Instruction]:
        """Those of x, kernel and bias, from that of the products."""
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
            operands, work = (self.dropped_inputs(context), dz, wanted[1]), 2 * rows * self.channels * self.columns
            size = (rows, self.channels, self.columns)
            steps.append(Instruction("weight_gradient", operands, size, self.channels, False, work))
        if 3 in wanted:
            steps.append(self.gradient_of_bias(dz, wanted[3], 0))
        return steps

    def gradient_of_bias(self, dz: Between, dbias: Tensor, row: int) -> Instruction:
        """The sum of dz over all samples and steps, as one row of the gradient of the bias."""
        rows = self.samples * self.times
        return Instruction("bias_gradient", (dz, dbias), (rows, 1, self.columns, row), 1, False, rows * self.columns)

    def recurrent_gradient(
        self, records: Between, record: tuple[int, int], dz: Between, dkernel: Tensor, gates: tuple[int, int]
    ) -> Instruction:
        """Columns of the gradient of the recurrent kernel: what was multiplied, times the gradient of the product.

        Args:
            records: what the steps keep.
            record: its width and where the multiplied states begin in it, in units.
            dz: the gradient of the products.
            dkernel: where the gradient goes.
            gates: the first gate and the one behind the last.
        """
        rows, columns = self.samples * self.times, (gates[1] - gates[0]) * self.units
        of_dz, of_record = (self.columns, gates[0] * self.units), (record[0] * self.units, record[1] * self.units)
        size, work = (rows, self.units, columns, *of_dz, *of_record), 2 * rows * self.units * columns
        return Instruction("columns_weight_gradient", (records, dz, dkernel), size, self.units, False, work)

    def of_first_states(self, wanted: dict[int, Tensor], dstates: Between) -> list[Instruction]:
        """The gradients of the states before the first step, which lie side by side, before what else is there."""
        whole = dstates.shape[1]
        return [
            self.of_samples("columns_of", (dstates, wanted[i]), (1, self.units, whole, nth * self.units), 1)
            for nth in range(len(self.first))
            if (i := _INPUTS_BEFORE_STATES + nth) in wanted
        ]


def _steps(call: ForwardCall, context: Context) -> _Steps | None:
    """The call, where its samples are those of the batch, and it has at least one step."""
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
    if mask is not None and context.kind(mask) not in _MASKS:
        return None
    if not context.are_floats(*(t for t in (*of_samples, *weights) if t is not mask)):
        return None
    if not times or not channels:
        return None
    units = context.shapes[recurrent_kernel][0]
    arrays = (x, kernel, recurrent_kernel, bias, mask, input_mask, state_mask)
    return _Steps(call, op, *arrays, tuple(first), samples, times, channels, units)


# What the records of recurrent.c hold: how many blocks of U, and where some of them begin.
_LSTM_RECORD, _LSTM_CELL, _LSTM_STATE, _LSTM_STATE_BEFORE = 9, 4, 6, 7
_SIMPLE_RECORD, _SIMPLE_STATE, _SIMPLE_STATE_BEFORE = 3, 1, 2
_GRU_RECORD, _GRU_STATE, _GRU_STATE_BEFORE, _GRU_RESET = 7, 3, 4, 5


def _records(s: _Steps, context: Context, width: int) -> Between:
    return context.between(s.call, "records", (s.samples, s.times, width * s.units))


def _run(
    name: str, s: _Steps, context: Context, width: int, results: tuple[int, ...], functions: tuple[str, str]
) -> list[Instruction]:
    """The products of the inputs, the steps, the results. functions: of the gates and of the state."""
    products, records = s.products(context), _records(s, context, width)
    operands = (products, s.recurrent_kernel, *s.first, s.mask, s.state_mask, records)
    return [
        *s.products_of_inputs(context, products),
        s.of_samples(name, operands, s.sizes(*functions), s.work_of_a_step),
        *s.results(records, width, results),
    ]


def _run_back(
    name: str, s: _Steps, context: Context, call: BackwardCall, record: tuple[int, int], functions: tuple[str, str]
) -> list[Instruction]:
    """The steps from the last to the first, then what follows from the gradients of their products.

    record: its width, and where the state before begins. functions: of the gates and of the state.
    """
    wanted, records = context.wanted(call), _records(s, context, record[0])
    dz, dstates = s.gradient_of_products(context), Between((s.samples, s.op.state_count * s.units))
    operands = (*call.dys, records, s.recurrent_kernel, s.mask, s.state_mask, dstates, dz)
    size = (*s.sizes(*functions), int(s.op.return_sequences))
    steps = [s.steps_back(name, operands, size, 2), *s.gradients(context, wanted, dz)]
    if 2 in wanted:
        steps.append(s.recurrent_gradient(records, record, dz, wanted[2], (0, len(s.op.order))))
    return steps + s.of_first_states(wanted, dstates)


@native(Lstm, of_other_types=True)
def lstm(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Four gates, two states."""
    s, op = _steps(call, context), call.op
    if s is None or not isinstance(op, Lstm):
        return None
    results, functions = (_LSTM_STATE, _LSTM_CELL), (op.recurrent_activation, op.activation)
    return _run("lstm", s, context, _LSTM_RECORD, results, functions)


@native_gradient(Lstm, of_other_types=True)
def lstm_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Back through the steps."""
    s, op = _steps(call.forward, context), call.op
    if s is None or not isinstance(op, Lstm):
        return None
    record, functions = (_LSTM_RECORD, _LSTM_STATE_BEFORE), (op.recurrent_activation, op.activation)
    return _run_back("lstm_gradient", s, context, call, record, functions)


@native(SimpleRnn, of_other_types=True)
def simple_rnn(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """No gate, one state."""
    s, op = _steps(call, context), call.op
    if s is None or not isinstance(op, SimpleRnn):
        return None
    return _run("simple_rnn", s, context, _SIMPLE_RECORD, (_SIMPLE_STATE,), (op.activation, op.activation))


@native_gradient(SimpleRnn, of_other_types=True)
def simple_rnn_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """As that of LSTM."""
    s, op = _steps(call.forward, context), call.op
    if s is None or not isinstance(op, SimpleRnn):
        return None
    record = (_SIMPLE_RECORD, _SIMPLE_STATE_BEFORE)
    return _run_back("simple_rnn_gradient", s, context, call, record, (op.activation, op.activation))


@native(Gru, of_other_types=True)
def gru(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The products of the inputs, the steps, the results."""
    s, op = _steps(call, context), call.op
    if s is None or not isinstance(op, Gru):
        return None
    products, records = s.products(context), _records(s, context, _GRU_RECORD)
    operands = (products, s.recurrent_kernel, s.bias, *s.first, s.mask, s.state_mask, records)
    size = (*s.sizes(op.recurrent_activation, op.activation), int(op.reset_after))
    return [
        *s.products_of_inputs(context, products),
        s.of_samples("gru", operands, size, s.work_of_a_step),
        *s.results(records, _GRU_RECORD, (_GRU_STATE,)),
    ]


@native_gradient(Gru, of_other_types=True)
def gru_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """As that of LSTM; where the reset gate comes after the product, the states' products have a gradient of their own."""
    s, op = _steps(call.forward, context), call.op
    if s is None or not isinstance(op, Gru):
        return None
    wanted, records = context.wanted(call), _records(s, context, _GRU_RECORD)
    dz, dstates = s.gradient_of_products(context), Between((s.samples, 2 * s.units))
    across = Between(dz.shape) if op.reset_after else None
    operands = (*call.dys, records, s.recurrent_kernel, s.mask, s.state_mask, across, dstates, dz)
    size = (*s.sizes(op.recurrent_activation, op.activation), int(op.reset_after), int(op.return_sequences))
    steps = [
        s.steps_back("gru_gradient", operands, size, 2 if across is None else 3),
        *s.gradients(context, wanted, dz),
    ]
    before = (_GRU_RECORD, _GRU_STATE_BEFORE)
    if across is not None:
        if 2 in wanted:
            steps.append(s.recurrent_gradient(records, before, across, wanted[2], (0, 3)))
        if 3 in wanted:
            steps.append(s.gradient_of_bias(across, wanted[3], 1))
    elif 2 in wanted:
        steps.append(s.recurrent_gradient(records, before, dz, wanted[2], (0, 2)))
        steps.append(s.recurrent_gradient(records, (_GRU_RECORD, _GRU_RESET), dz, wanted[2], (2, 3)))
    return steps + s.of_first_states(wanted, dstates)


__all__: list[str] = []
