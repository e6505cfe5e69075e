"""Which instructions of the library in C compute what ops compute: rules for plans (`_graph/native_plan.py`)."""

from __future__ import annotations

import math

from .._graph.backward import BackwardCall, SumOfGradients
from .._graph.native_context import Context, native, native_gradient
from .._graph.native_phases import Between, Instruction
from .._graph.op import ForwardCall, Op
from .._graph.tensor import Tensor
from .activation import Elu, HardSigmoid, LeakyRelu, LimitedRelu, Relu, Sigmoid, Softplus, Softsign, Tanh
from .arithmetic import Add, Divide, Maximum, Minimum, Multiply, Subtract
from .cross_entropy import BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy
from .elementwise import Absolute, Clip, Exp, Log, Negative, Sqrt, Square
from .embedding import Embedding
from .error_function import Erf
from .matmul import Linear
from .native_broadcasting import operation_of_shapes, sum_to_shape
from .native_moves import joined_along
from .rearrange import Concatenate
from .rectified import RectifiedLinear
from .rounding import Round
from .shapes import count

# Rows of which a product with a large kernel takes as long as reading that: threads share its rows, in parts of so many
# numbers.
_FEW_ROWS, _LARGE_KERNEL, _NUMBERS_OF_A_PART, _MOST_PARTS, _ROWS_AT_ONCE, _COLUMNS_OF_A_PART = (
    8,
    1 << 18,
    1 << 17,
    16,
    8,
    512,
)


def _rows_of_a_part(inputs: int, outputs: int) -> int:
    """Rows of the kernel, so that the cut does not depend on threads, as its sums do not."""
    parts = max(2, min(_MOST_PARTS, inputs * outputs // _NUMBERS_OF_A_PART))
    return -(-inputs // (parts * _ROWS_AT_ONCE)) * _ROWS_AT_ONCE


def _of_linear(context: Context, x: Tensor, kernel: Tensor) -> tuple[int, tuple[int, int, int], bool]:
    """Units, sizes of one (rows, columns of x, columns of y), and whether they are samples."""
    inputs, outputs = context.shapes[kernel]
    units = context.units(x) if len(context.shapes[x]) > 1 else 1
    rows = context.size(x) // max(1, inputs * units)
    return units, (rows, inputs, outputs), len(context.shapes[x]) > 1 and units == context.batch


@native(Linear, RectifiedLinear)
def linear(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The product, the bias, the rectifier."""
    x, kernel, *rest = call.present_inputs
    assert isinstance(call.op, Linear)
    return product_of_rows(context, (x, kernel, rest[0] if rest else None, call.outputs[0]), call.op.rectifies)


def product_of_rows(
    context: Context, operands: tuple[Tensor, Tensor, Tensor | None, Tensor], rectifies: bool = False
) -> list[Instruction]:
    """The instructions for operands x, kernel, bias and y = x @ kernel + bias."""
    x, kernel, bias, y = operands
    units, size, by_samples = _of_linear(context, x, kernel)
    work, numbers = 2 * context.size(x) * size[2], (float(rectifies),)
    rows, outputs = units * size[0], size[2]
    if rows <= _FEW_ROWS and context.size(kernel) >= _LARGE_KERNEL:
        part = _rows_of_a_part(size[1], outputs)
        parts = -(-size[1] // part)
        sums = Between((parts, rows, outputs))
        of_few, of_parts, grain = (rows, *size[1:], part), (rows, outputs, parts), _COLUMNS_OF_A_PART
        added = parts * rows * outputs
        return [
            Instruction("linear_of_few_rows", (x, kernel, sums), of_few, parts, False, work, grain=1),
            Instruction("linear_of_parts", (sums, bias, y), of_parts, outputs, False, added, numbers, grain=grain),
        ]
    return [Instruction("linear", operands, size, units, by_samples, work, numbers, whole=(kernel, bias))]


@native_gradient(Linear, RectifiedLinear)
def linear_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Gradients of input, kernel and bias; first the rectifier's."""
    dy, x, kernel, *y = call.present_inputs
    return gradients_of_product(context, (dy, x, kernel), context.wanted(call), y[0] if y else None)


def gradients_of_product(
    context: Context, operands: tuple[Tensor, Tensor, Tensor], wanted: dict[int, Tensor], y: Tensor | None = None
) -> list[Instruction]:
    """The gradients of x, kernel and bias that are wanted, for operands dy, x and kernel; y: what was rectified."""
    dy, x, kernel = operands
    units, size, by_samples = _of_linear(context, x, kernel)
    steps: list[Instruction] = []
    gradient: Tensor | Between = dy
    if y is not None:
        gradient = Between(context.shapes[dy])
        count = context.size(dy) // units
        steps.append(
            Instruction("rectify_gradient", (dy, y, gradient), (count, 1, 1), units, by_samples, 4 * units * count)
        )
    rows, inputs, outputs = units * size[0], size[1], size[2]
    work = 2 * rows * inputs * outputs
    if 0 in wanted:
        read = (gradient, kernel, None, wanted[0])
        steps.append(Instruction("linear_input_gradient", read, size, units, by_samples, work, whole=(kernel,)))
    if 1 in wanted:
        steps.append(
            Instruction("weight_gradient", (x, gradient, wanted[1]), (rows, inputs, outputs), inputs, False, work)
        )
    if 2 in wanted:
        steps.append(
            Instruction("bias_gradient", (gradient, wanted[2]), (rows, inputs, outputs), 1, False, rows * outputs)
        )
    return steps


UNARY: dict[type[Op], str] = {
    Relu: "rectify", Sigmoid: "sigmoid", Tanh: "tanh", Square: "square", Absolute: "absolute", Round: "round", Negative: "negative",
    Elu: "elu", LeakyRelu: "leaky", Softplus: "softplus", Softsign: "softsign", HardSigmoid: "hard_sigmoid", Exp: "exponent",
    Erf: "error_function_of", Log: "logarithm_of", Sqrt: "root_of", Clip: "clip", LimitedRelu: "limited_rectify",
}  # fmt: skip
_UNARY_GRADIENT: dict[type[Op], str] = {
    Relu: "rectify_gradient", Sigmoid: "sigmoid_gradient", Tanh: "tanh_gradient", Square: "square_gradient",
    Absolute: "absolute_gradient", Negative: "negative", Elu: "elu_gradient", LeakyRelu: "leaky_gradient",
    Softplus: "softplus_gradient", Softsign: "softsign_gradient", HardSigmoid: "hard_sigmoid_gradient", Exp: "multiply",
    Erf: "error_function_gradient", Log: "divide", Sqrt: "root_gradient", Clip: "clip_gradient",
    LimitedRelu: "limited_rectify_gradient",
}  # fmt: skip
BINARY: dict[type[Op], str] = {
    Add: "add", Subtract: "subtract", Multiply: "multiply", Divide: "divide", Maximum: "maximum", Minimum: "minimum",
    SumOfGradients: "add",
}  # fmt: skip


@native(*UNARY)
def unary(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """One operand, element by element."""
    operands, numbers = (*call.present_inputs, call.outputs[0]), _numbers(call.op)
    return None if numbers is None else _elementwise(UNARY[type(call.op)], context, *operands, numbers=numbers)


@native_gradient(*_UNARY_GRADIENT)
def unary_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy times the slope, which follows from what the op keeps."""
    operands, numbers = (*call.present_inputs, call.outputs[0]), _numbers(call.op)
    name = _UNARY_GRADIENT[type(call.op)]
    return None if numbers is None else _elementwise(name, context, *operands, numbers=numbers)


def _numbers(op: Op) -> tuple[float, ...] | None:
    """The settings of an op of one operand; None for those that the library has no instruction for."""
    if isinstance(op, (Elu, LeakyRelu)):
        return (op.alpha,)
    if isinstance(op, Clip):
        return op.low, op.high
    if isinstance(op, LimitedRelu):
        return (
            None if op.threshold < 0 else (op.alpha, op.threshold, math.inf if op.max_value is None else op.max_value)
        )
    return ()


@native(*BINARY)
def binary(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Operands element by element, more than two one after the other, or rows times one number each."""
    first, *others = call.present_inputs
    if len(others) != 1:
        return _one_after_the_other(BINARY[type(call.op)], context, first, others, call.outputs[0])
    if isinstance(call.op, Multiply) and _is_for_rows(context, *call.present_inputs):
        a, b = call.present_inputs
        return context.along_last_axis("multiply_rows", a, (a, b, call.outputs[0]))
    if isinstance(call.op, Add) and _is_row_of(context, others[0], first) and context.is_given(others[0]):
        return context.along_last_axis("add_row", first, (first, others[0], call.outputs[0]))
    name, operands = BINARY[type(call.op)], (first, others[0])
    if not context.are_floats(*operands):
        return None
    result = call.outputs[0]
    return _elementwise(name, context, *operands, result) or operation_of_shapes(name, context, operands, result)


def _one_after_the_other(
    operation: str, context: Context, first: Tensor, others: list[Tensor], result: Tensor
) -> list[Instruction] | None:
    """Each of several operands joined with what the ones before have given."""
    steps: list[Instruction] = []
    for other in others:
        step = _elementwise(operation, context, first, other, result)
        if step is None:
            return None
        steps += step
        first = result
    return steps or None


def _is_row_of(context: Context, row: Tensor, x: Tensor) -> bool:
    """Whether a tensor has one number for each column of x, which has several rows."""
    shape = context.shapes[x]
    return (
        len(shape) > 1 and context.size(row) == shape[-1] < context.size(x) and context.shapes[row][-1:] == shape[-1:]
    )


def _is_for_rows(context: Context, a: Tensor, b: Tensor) -> bool:
    """Whether b has one number for each row of a, which has several columns."""
    shape = context.shapes[a]
    return context.are_floats(a, b) and len(shape) > 1 and shape[-1] > 1 and context.shapes[b] == (*shape[:-1], 1)


def _elementwise(
    operation: str, context: Context, *operands: Tensor, numbers: tuple[float, ...] = ()
) -> list[Instruction] | None:
    if not context.are_floats(*operands):
        return None
    return context.element_by_element(operation, *operands, numbers=numbers)


@native_gradient(Add, Subtract)
def sum_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy for each input, summed where that was spread, with the sign that it has in the sum."""
    (dy,) = call.present_inputs
    steps: list[Instruction] = []
    for i, dx in context.wanted(call).items():
        is_less = i == 1 and isinstance(call.op, Subtract)
        if context.shapes[dx] == context.shapes[dy]:
            made = _elementwise("negative" if is_less else "copy", context, dy, dx)
        else:
            made = sum_to_shape(context, dy, dx)
            turned = _elementwise("negative", context, dx, dx) if is_less else []
            made = None if made is None or turned is None else [*made, *turned]
        if made is None:
            return None
        steps += made
    return steps


@native_gradient(Multiply)
def product_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy times the other factor, summed where an input was spread."""
    dy, a, b = call.inputs
    steps: list[Instruction] = []
    for i, dx in context.wanted(call).items():
        other = b if i == 0 else a
        if dy is None or other is None or not context.are_floats(dy, other):
            return None
        whole = context.shapes[dx] == context.shapes[dy]
        if whole and _is_for_rows(context, dy, other):
            steps += context.along_last_axis("multiply_rows", dy, (dy, other, dx))
            continue
        product = dx if whole else Between(context.shapes[dy])
        made = operation_of_shapes("multiply", context, (dy, other), product)
        summed = [] if whole else sum_to_shape(context, product, dx)
        if made is None or summed is None:
            return None
        steps += [*made, *summed]
    return steps or None


@native_gradient(Divide)
def quotient_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy / b, and -dy * y / b; summed where an input was spread."""
    dy, b, y = call.present_inputs
    shape = context.shapes[dy]
    steps: list[Instruction] = []
    for i, dx in context.wanted(call).items():
        whole = context.shapes[dx] == shape
        quotient = dx if whole else Between(shape)
        dividend: Tensor | Between = dy
        parts: list[list[Instruction] | None] = []
        if i == 1:
            dividend = Between(shape)
            parts.append(operation_of_shapes("multiply", context, (dy, y), dividend))
        parts.append(operation_of_shapes("divide", context, (dividend, b), quotient))
        parts.append([] if whole else sum_to_shape(context, quotient, dx))
        parts.append(_elementwise("negative", context, dx, dx) if i == 1 else [])
        for part in parts:
            if part is None:
                return None
            steps += part
    return steps or None


@native_gradient(Maximum, Minimum)
def gradient_of_choice(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """dy where the input is chosen, summed where it was spread."""
    dy, a, b = call.present_inputs
    if not context.are_floats(dy, a, b):
        return None
    name = "maximum_gradient" if isinstance(call.op, Maximum) else "minimum_gradient"
    steps: list[Instruction] = []
    for i, dx in context.wanted(call).items():
        whole = context.shapes[dx] == context.shapes[dy]
        chosen = dx if whole else Between(context.shapes[dy])
        made = operation_of_shapes(name, context, (dy, a, b), chosen, numbers=(float(i),))
        summed = [] if whole else sum_to_shape(context, chosen, dx)
        if made is None or summed is None:
            return None
        steps += [*made, *summed]
    return steps or None


def is_last_axis(call: ForwardCall | BackwardCall, shape: tuple[int, ...]) -> bool:
    """Whether an op works along the last of several axes."""
    axis = getattr(call.op, "axis", None)
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    return isinstance(axis, int) and axis % max(1, len(shape)) == len(shape) - 1 and len(shape) > 1 and shape[-1] > 0


def _limits(epsilon: float) -> tuple[float, float]:
    return epsilon, 1 - epsilon


@native(CategoricalCrossentropy)
def categorical(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Probabilities or logits along the last axis, one-hot targets or others of their shape."""
    op, (target, output) = call.op, call.present_inputs
    assert isinstance(op, CategoricalCrossentropy)
    if (
        context.shapes[target] != context.shapes[output]
        or not context.are_floats(target)
        or context.shapes[output][-1] == 0
    ):
        return None
    more, limits = (int(op.from_logits),), _limits(op.epsilon)
    return context.along_last_axis("categorical_crossentropy", output, (target, output, call.outputs[0]), more, limits)


@native_gradient(CategoricalCrossentropy)
def categorical_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Where nobody asks for the gradient of the targets."""
    op, (dy, target, output) = call.op, call.present_inputs
    assert isinstance(op, CategoricalCrossentropy)
    wanted = context.wanted(call)
    if set(wanted) != {1} or context.shapes[target] != context.shapes[output] or not context.are_floats(target):
        return None
    more, limits = (int(op.from_logits),), _limits(op.epsilon)
    name = "categorical_crossentropy_gradient"
    return context.along_last_axis(name, output, (dy, target, output, wanted[1]), more, limits)


@native(SparseCategoricalCrossentropy)
def sparse(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Labels as floats, which is how they are fed."""
    op, (target, output) = call.op, call.present_inputs
    assert isinstance(op, SparseCategoricalCrossentropy)
    if not context.are_floats(target) or context.shapes[output][-1] == 0:
        return None
    more, limits = (int(op.from_logits),), _limits(op.epsilon)
    return context.along_last_axis("sparse_crossentropy", output, (target, output, call.outputs[0]), more, limits)


@native_gradient(SparseCategoricalCrossentropy)
def sparse_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Labels as floats."""
    op, (dy, target, output) = call.op, call.present_inputs
    assert isinstance(op, SparseCategoricalCrossentropy)
    wanted = context.wanted(call)
    if set(wanted) != {1} or not context.are_floats(target):
        return None
    more, limits = (int(op.from_logits),), _limits(op.epsilon)
    return context.along_last_axis(
        "sparse_crossentropy_gradient", output, (dy, target, output, wanted[1]), more, limits
    )


@native(BinaryCrossentropy)
def binary_entropy(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Targets and outputs of one shape."""
    return _binary_entropy("binary_crossentropy", call, context, *call.present_inputs, call.outputs[0])


@native_gradient(BinaryCrossentropy)
def binary_entropy_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Where nobody asks for the gradient of the targets."""
    wanted = context.wanted(call)
    if set(wanted) != {1}:
        return None
    return _binary_entropy("binary_crossentropy_gradient", call, context, *call.present_inputs, wanted[1])


def _binary_entropy(
    operation: str, call: ForwardCall | BackwardCall, context: Context, *operands: Tensor
) -> list[Instruction] | None:
    op = call.op
    assert isinstance(op, BinaryCrossentropy)
    if len({context.shapes[x] for x in operands}) != 1 or not context.are_floats(*operands):
        return None
    units, size = context.units(*operands), context.size(operands[-1])
    sizes = (size // units, 1, 1, int(op.from_logits))
    by_samples = units == context.batch and bool(context.shapes[operands[-1]])
    return [Instruction(operation, operands, sizes, units, by_samples, 40 * size, _limits(op.epsilon))]


@native(Concatenate)
def concatenate(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Along the last axis."""
    (y,) = call.outputs
    return _joined(call, context, [(x, x, y) for x in call.present_inputs], y, "columns_into")


@native_gradient(Concatenate)
def concatenate_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Along the last axis, for the inputs that ask for a gradient."""
    (dy,), wanted = call.present_inputs, context.wanted(call)
    parts = [(x, dy, wanted.get(i)) for i, x in enumerate(call.forward.present_inputs)]
    return _joined(call, context, parts, dy, "columns_of")


def _joined(
    call: ForwardCall | BackwardCall,
    context: Context,
    parts: list[tuple[Tensor, Tensor, Tensor | None]],
    whole: Tensor,
    operation: str,
) -> list[Instruction] | None:
    """One instruction for each part: (a tensor of its shape, what is read, what is written)."""
    if not context.are_floats(whole):
        return None
    if not is_last_axis(call, context.shapes[whole]):
        op = call.op
        assert isinstance(op, Concatenate)
        return joined_along(context, op.axis, parts, whole, operation == "columns_into")
    begin, (*leading, columns) = 0, context.shapes[whole]
    units = context.units(whole)
    rows = count(leading) // units
    steps: list[Instruction] = []
    for like, read, written in parts:
        width = context.shapes[like][-1]
        if written is not None:
            size = (rows, width, columns, begin)
            by_samples = units == context.batch
            steps.append(Instruction(operation, (read, written), size, units, by_samples, rows * units * width))
        begin += width
    return steps


@native(Embedding, of_other_types=True)
def table_rows(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """Numbers of rows as whole numbers or floats."""
    indices, table = call.present_inputs
    size = _of_table(context, indices, table)
    if size is None or not context.is_given(table):
        return None
    units = context.units(indices)
    operands = (indices, table, call.outputs[0])
    by_samples = units == context.batch and bool(context.shapes[indices])
    return [Instruction("table_rows", operands, (size[0] // units, *size[1:]), units, by_samples, size[0] * size[1])]


@native_gradient(Embedding, of_other_types=True)
def table_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Rows of dy added to those of the table, in the order of the samples."""
    dy, indices, table = call.present_inputs
    size, wanted = _of_table(context, indices, table), context.wanted(call)
    if size is None or set(wanted) != {1}:
        return None
    return [Instruction("table_gradient", (dy, indices, wanted[1]), size, size[2], False, size[0] * size[1])]


_KINDS_OF_INDICES = ("int32", "int64", "float")


def _of_table(context: Context, indices: Tensor, table: Tensor) -> tuple[int, int, int, int] | None:
    """All indices, columns and rows of the table, the kind of the indices."""
    if context.kind(indices) not in _KINDS_OF_INDICES or not context.are_floats(table):
        return None
    if not context.size(indices) or not context.size(table):
        return None
    rows, *columns = context.shapes[table]
    return context.size(indices), count(columns), rows, _KINDS_OF_INDICES.index(context.kind(indices))


__all__: list[str] = []
