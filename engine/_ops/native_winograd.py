"""Which convolutions the library in C computes by Winograd's algorithm, and the instructions for it: winograd.c."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .._graph.memory import Sizes
from .._graph.native_context import Groups
from .._graph.native_phases import Between, Instruction, Operand, Settings
from .._graph.tensor import Tensor
from .._machine.config import exact
from .._machine.device import threads

_SQUARE = 4  # results of a square, along both axes
_VECTOR = 16  # filters count as whole vectors
_FEWEST_CHANNELS = 12  # with fewer transforms work on vectors that are mostly empty
_FEWEST_FILTERS = 5  # with fewer sums lie along the windows (few.c); more take a whole vector in any way
_LEAST_GAIN = 1.6  # how many times fewer multiplications have to be left, or the transforms eat the gain
_FEWEST_SQUARES = 32  # with fewer, transforming the kernel takes longer than multiplying by it
_SQUARES_OF_A_GROUP = 16  # with fewer, adding up kernels' gradients does
_SQUARES_OF_A_PART = 60  # where threads share images
_SQUARES_OF_MANY = 100  # the same where weights are so many that to read them takes as long as to multiply by them
_PARTS_OF_A_THREAD = 2
_MANY_WEIGHTS, _VERY_MANY_WEIGHTS = 1 << 20, 1 << 22
_WIDEST_PANEL, _NARROWEST_PANEL = 32, 8  # filters


@dataclass(frozen=True)
class Squares:
    """Windows of 3 x 3 in each of some planes, over volumes of (length, height, width, channels); a picture is one plane.

    Triples are (deep, down, across): how many results, how far windows begin `before` the image. planes: of the kernel.
    """

    images: int
    image: tuple[int, int, int, int]
    outputs: tuple[int, int, int]
    filters: int
    planes: int
    before: tuple[int, int, int]

    @property
    def each(self) -> int:
        """Squares of an image."""
        planes, rows, columns = self.outputs
        return planes * -(-rows // _SQUARE) * -(-columns // _SQUARE)

    @property
    def depth(self) -> int:
        """Numbers that a product sums over."""
        return self.image[3] * self.planes

    @property
    def work(self) -> int:
        """Floating point operations of the products."""
        return 72 * self.images * self.each * self.depth * _whole_vectors(self.filters)

    @property
    def shares_weights(self) -> bool:
        """Whether an image has fewer squares than go through the weights at once, which are more than a cache holds."""
        return 2 * self.each <= self.of_a_part and 36 * self.depth * self.filters >= _MANY_WEIGHTS

    @property
    def of_a_part(self) -> int:
        """Squares that go through the weights at once where threads share images."""
        many = 36 * self.depth * self.filters >= _VERY_MANY_WEIGHTS
        return _SQUARES_OF_MANY if many else _SQUARES_OF_A_PART

    def suits(self, lasting: bool) -> bool:
        """Whether it pays. `lasting`: the kernel is transformed once, not for each batch."""
        if exact() or self.image[3] < _FEWEST_CHANNELS or self.filters < _FEWEST_FILTERS:
            return False
        gain = math.prod(self.outputs) / (_SQUARE * self.each)
        return gain >= _LEAST_GAIN and (lasting or self.images * self.each >= _FEWEST_SQUARES)

    def suits_groups(self, groups: int) -> bool:
        """Whether it pays for the kernel's gradient, summed by so many groups of images or squares."""
        return self.suits(False) and self.images * self.each >= _SQUARES_OF_A_GROUP * groups

    def settings(self, parts: int = 1) -> Settings:
        """As the library reads them."""
        length, *image = self.image
        planes, *outputs = self.outputs
        deep, *before = self.before
        return Settings((*image, *outputs, self.filters, *before, parts, length, planes, self.planes, deep))


def _whole_vectors(filters: int) -> int:
    return -(-filters // _VECTOR) * _VECTOR


def transformed(
    kernel: Tensor, kernel_shape: Sizes, swapped: bool, seen: Between | None
) -> tuple[Instruction, Between]:
    """The instruction that transforms a kernel, and what it gives; `seen`: what it knows of the kernel, if it should."""
    *sizes, channels, filters = kernel_shape
    planes = math.prod(sizes) // 9
    results, summed = (channels, filters) if swapped else (filters, channels)
    between = Between((36 * planes * summed * _whole_vectors(results),), seen is not None)
    units = -(-results // _NARROWEST_PANEL)
    size, work = (channels, filters, int(swapped), planes), 300 * planes * channels * filters
    return Instruction("transform_kernels", (kernel, seen, between), size, units, False, work, grain=1), between


def results(
    squares: Squares,
    operands: tuple[Operand, Operand, Operand],
    y: Operand,
    cut: tuple[int, bool],
    rectifies: tuple[float, float],
    normalises: bool = False,
) -> Instruction:
    """The instruction for operands x, kernel (transformed), bias; `cut`: units (0: parts of images), whether they are samples.

    rectifies: 1 where the results are, and what they are at most then, unless 0. normalises: the bias is that of
    `folded_normalisation`.
    """
    units, by_samples = cut
    size, parts = (0, 0), 1
    if not units:
        blocks = -(-squares.images * squares.each // squares.of_a_part)
        # Each part transforms the pixels anew, so there are no more than threads need.
        parts = max(1, min(squares.filters // _WIDEST_PANEL, -(-_PARTS_OF_A_THREAD * threads() // blocks)))
        at_once = -(-squares.images * squares.each // blocks)
        units, size = blocks * parts, (at_once, squares.images * squares.each)
    everything, numbers = (*operands, None, squares.settings(parts), y), rectifies
    size, whole = (*size, int(normalises)), operands[2:]
    return Instruction("winograd", everything, size, units, by_samples, squares.work, numbers, grain=1, whole=whole)


def kernel_gradient(
    squares: Squares, groups: Groups, operands: Sequence[Operand], dkernel: Tensor
) -> tuple[list[Instruction], Between, int]:
    """The instructions, the sums of each group with those of dy behind them, and where these begin."""
    channels, filters = squares.image[3], squares.filters
    size = 36 * squares.depth * _whole_vectors(filters)
    sums = Between((groups.count, size + filters))
    read = (*operands, squares.settings())
    cut = (groups.units, groups.by_samples)
    of_groups, work, rows = (channels, filters, groups.count, squares.planes), size * groups.count, squares.depth
    of_group = groups.size, int(groups.units != squares.images)
    grain = max(1, -(-rows // 8))
    return (
        [
            Instruction("winograd_gradient_sums", (*read, sums), of_group, *cut, squares.work, grain=groups.size),
            Instruction("winograd_gradient_of_groups", (sums, dkernel), of_groups, rows, False, work, grain=grain),
        ],
        sums,
        size,
    )
