"""Few but large samples, as a picture or two of a net that segments: their instructions are cut within the samples.

Chunks of samples would leave most threads without work where there are fewer samples than threads, or a few more.
"""

from __future__ import annotations

from dataclasses import replace

from .native_phases import Instruction

# With more samples each thread has some; `native_convolution` shares pictures below the same number.
FEWEST_SAMPLES = 8
# Parts of all samples together, and the work of an instruction below which it stays whole.
_PARTS = 16
_LEAST_WORK = 400_000
# What goes element by element, or row by row: size[0] is how many of these a unit has, and all arrays but single rows
# advance with them.
_DIVISIBLE = frozenset(
    [
        "rectify", "sigmoid", "tanh", "square", "absolute", "round", "negative", "copy", "add", "subtract", "multiply", "divide",
        "maximum", "minimum", "elu", "leaky", "softplus", "softsign", "hard_sigmoid", "exponent", "error_function_of",
        "logarithm_of", "root_of", "clip", "limited_rectify", "elu_gradient", "leaky_gradient", "softplus_gradient",
        "clip_gradient", "limited_rectify_gradient", "root_gradient", "error_function_gradient", "softsign_gradient",
        "hard_sigmoid_gradient", "rectify_gradient", "sigmoid_gradient", "tanh_gradient", "square_gradient",
        "absolute_gradient", "maximum_gradient", "minimum_gradient", "add_row", "multiply_rows", "columns_into", "columns_of",
        "normalise", "normalise_input_gradient", "softmax", "softmax_gradient",
    ]
)  # fmt: skip


def parts_of_sample(batch: int, rows: int, work: int) -> int:
    """Equal parts that the `rows` of a sample are cut into, for so much work of all samples; 1: it stays whole."""
    if batch >= FEWEST_SAMPLES or work < _LEAST_WORK:
        return 1
    return next((k for k in range(-(-_PARTS // batch), 1, -1) if rows % k == 0), 1)


def shared_out(step: Instruction, batch: int) -> Instruction:
    """The instruction over parts of its samples, where these are few and each is much work; else as it is."""
    if not step.by_samples or step.units != batch or step.operation not in _DIVISIBLE:
        return step
    parts = parts_of_sample(batch, step.size[0], step.work)
    if parts == 1:
        return step
    return replace(step, units=batch * parts, size=(step.size[0] // parts, *step.size[1:]), by_samples=False, grain=1)
