"""Which convolutions the library in C computes by Winograd's algorithm, and the instructions for it: winograd.c."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._graph.memory import Sizes
from .._graph.native_context import Groups
from .._graph.native_phases import Between, Instruction, Operand, Settings
from .._graph.tensor import Tensor
from .._machine.config import exact
from .._machine.device import threads

_SQUARE = 4  # results of a square, along both axes
_VECTOR = 16  # channels and filters come in whole vectors
_LEAST_GAIN = 1.6  # how many times fewer multiplications have to be left, or the transforms eat the gain
_FEWEST_SQUARES = 32  # with fewer, transforming the kernel takes longer than multiplying by it
_SQUARES_OF_A_PART = 60  # where threads share images
_PARTS_OF_A_THREAD = 2
_WIDEST_PANEL, _NARROWEST_PANEL = 32, 8  # filters


@dataclass(frozen=True)
class Squares:
    """Windows of 3 x 3 over images of (height, width, channels), which begin `before` the image; pairs are (down, across)."""

    images: int
    image: tuple[int, int, int]
    outputs: tuple[int, int]
    filters: int
    before: tuple[int, int]

    @property
    def each(self) -> int:
        """Squares of an image."""
        return -(-self.outputs[0] // _SQUARE) * -(-self.outputs[1] // _SQUARE)

    @property
    def work(self) -> int:
        """Floating point operations of the products."""
        return 72 * self.images * self.each * self.image[2] * self.filters

    def suits(self, lasting: bool) -> bool:
        """Whether it pays. `lasting`: the kernel is transformed once, not for each batch."""
        if exact() or self.image[2] % _VECTOR or self.filters % _VECTOR:
            return False
        gain = self.outputs[0] * self.outputs[1] / (_SQUARE * self.each)
        return gain >= _LEAST_GAIN and (lasting or self.images * self.each >= _FEWEST_SQUARES)

    def settings(self, parts: int = 1) -> Settings:
        """As the library reads them."""
        return Settings((*self.image, *self.outputs, self.filters, *self.before, parts))


def transformed(
    kernel: Tensor, kernel_shape: Sizes, swapped: bool, seen: Between | None
) -> tuple[Instruction, Between]:
    """The instruction that transforms a kernel, and what it gives; `seen`: what it knows of the kernel, if it should."""
    channels, filters = kernel_shape[-2:]
    results = channels if swapped else filters
    between = Between((36 * channels * filters,), seen is not None)
    units = results // _NARROWEST_PANEL
    size, work = (channels, filters, int(swapped)), 300 * channels * filters
    return Instruction("transform_kernels", (kernel, seen, between), size, units, False, work, grain=1), between


def results(
    squares: Squares,
    operands: tuple[Operand, Operand, Operand],
    y: Operand,
    cut: tuple[int, bool],
    rectifies: bool,
    normalises: bool = False,
) -> Instruction:
    """The instruction for operands x, kernel (transformed), bias; `cut`: units (0: parts of images), whether they are samples.

    normalises: the bias is that of `folded_normalisation`.
    """
    units, by_samples = cut
    size, parts = (0, 0), 1
    if not units:
        blocks = -(-squares.images * squares.each // _SQUARES_OF_A_PART)
        # Each part transforms the pixels anew, so there are no more than threads need.
        parts = max(1, min(squares.filters // _WIDEST_PANEL, -(-_PARTS_OF_A_THREAD * threads() // blocks)))
        at_once = -(-squares.images * squares.each // blocks)
        units, size = blocks * parts, (at_once, squares.images * squares.each)
    everything, numbers = (*operands, None, squares.settings(parts), y), (float(rectifies),)
    size, whole = (*size, int(normalises)), operands[2:]
    return Instruction("winograd", everything, size, units, by_samples, squares.work, numbers, grain=1, whole=whole)


def kernel_gradient(
    squares: Squares, groups: Groups, operands: Sequence[Operand], dkernel: Tensor
) -> tuple[list[Instruction], Between, int]:
    """The instructions, the sums of each group with those of dy behind them, and where these begin."""
    channels, filters = squares.image[2], squares.filters
    size = 36 * channels * filters
    sums = Between((groups.count, size + filters))
    read = (*operands, squares.settings())
    cut = (groups.units, groups.by_samples)
    of_groups, work = (channels, filters, groups.count), size * groups.count
    of_group = groups.size, int(groups.units != squares.images)
    grain = max(1, -(-channels // 8))
    return (
        [
            Instruction("winograd_gradient_sums", (*read, sums), of_group, *cut, squares.work, grain=groups.size),
            Instruction("winograd_gradient_of_groups", (sums, dkernel), of_groups, channels, False, work, grain=grain),
        ],
        sums,
        size,
    )
