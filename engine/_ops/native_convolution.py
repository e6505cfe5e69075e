"""Which instructions of the library in C compute convolutions over up to three axes.

What windows look like is told to the library in `Settings`, in the order of the structures of windows.c and convolution.c.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .._graph.backward import BackwardCall
from .._graph.memory import Sizes
from .._graph.native_context import Context, Groups, native, native_gradient, worth_a_thread
from .._graph.native_few import FEWEST_SAMPLES
from .._graph.native_phases import Between, Instruction, Settings
from .._graph.op import ForwardCall
from .._graph.tensor import Tensor
from . import native_winograd
from .conv import Conv, remainders_along
from .native_winograd import Squares
from .normalised import NormalisedConv
from .rectified import RectifiedConv
from .shapes import count

worth_a_thread(Conv, RectifiedConv, NormalisedConv)

_WIDEST_PANEL = 32  # results that a panel of a packed kernel has at the highest level
_NARROWEST_PANEL = 4  # and at the lowest one, of float64
_PIXELS = 256  # windows of a block: with their results they stay in the second-level cache
_LONGEST_ROW = 384  # windows of a row above which it is cut
_PADDED = 64_000  # numbers of the padded copy of a block
_NUMBERS_OF_A_CHUNK = 24_576  # of a kernel's gradient, summed over the groups
_MOST_SUMS = 1 << 24  # numbers of such gradients, of all groups
FEWEST_UNITS = 16  # parts that threads share such images in

Triple = tuple[int, int, int]


@dataclass(frozen=True)
class _Windows:
    """Windows over an image of (length, height, width, channels); triples are (deep, down, across). `Windows` in windows.c."""

    image: tuple[int, int, int, int]
    outputs: Triple
    filters: int
    taps: Triple
    strides: Triple
    dilation: Triple
    before: Triple
    begin: int
    steps: tuple[int, int, int, int]
    packed: int = 0

    @property
    def depth(self) -> int:
        """Elements of a window."""
        return count(self.taps) * self.image[3]

    @property
    def run(self) -> int:
        """Elements of a window that lie side by side."""
        return self.image[3] * (self.taps[2] if self.dilation[2] == 1 else 1)

    @property
    def blocks(self) -> Triple:
        """Windows of a block along each axis."""
        planes, rows, columns = self.outputs
        across = _equal_part(columns, _LONGEST_ROW)
        down = max(1, min(_PIXELS // across, rows))
        deep = max(1, min(_PIXELS // (across * down), planes)) if down == rows else 1
        while deep > 1 and self._padded(deep, down, across) > _PADDED:
            deep -= 1
        while down > 1 and self._padded(deep, down, across) > _PADDED:
            down -= 1
        return _equal_part(planes, deep), _equal_part(rows, down), across

    @property
    def block_count(self) -> int:
        """How many blocks an image has."""
        return count([-(-n // b) for n, b in zip(self.outputs, self.blocks, strict=True)])

    def _padded(self, *windows: int) -> int:
        lengths = [
            (n - 1) * s + (k - 1) * d + 1
            for n, s, k, d in zip(windows, self.strides, self.taps, self.dilation, strict=True)
        ]
        return count(lengths) * self.image[3]

    def flat(self) -> _Windows:
        """The same with all pixels in one row, where windows are pixels."""
        *axes, channels = self.image
        pixels, ones = count(self.outputs), (1, 1, 1)
        single = self.taps == self.strides == ones and self.before == (0, 0, 0) and self.outputs == tuple(axes)
        _, plane, row, step = self.steps
        if not single or row != axes[2] * step or plane != axes[1] * row:
            return self
        return replace(self, image=(1, 1, pixels, channels), outputs=(1, 1, pixels))

    def settings(self, parts: int = 1) -> Sizes:
        """As the library reads them."""
        fields = (self.image, self.outputs, (self.filters,), self.taps, self.strides, self.dilation, self.before)
        return (*itertools.chain(*fields), *self.blocks, parts, self.begin, *self.steps, self.packed)


def _equal_part(whole: int, most: int) -> int:
    """The size of equal parts that are at most so large."""
    return -(-whole // -(-whole // most))


def three_axes(shape: Sizes) -> tuple[int, int, int, int]:
    """Length, height, width, channels of (N, *spatial, C); a picture is one plane, a sequence one row."""
    *axes, channels = shape[1:]
    length, height, width = triple(axes, 1)
    return length, height, width, channels


def triple(values: Sequence[int], missing: int) -> Triple:
    """The values for (deep, down, across), of which the first ones may be missing."""
    deep, down, across = (*[missing] * (3 - len(values)), *values)
    return deep, down, across


def images_of(context: Context, x: Tensor) -> tuple[int, bool]:
    """How many images there are, and whether they are the samples of the batch."""
    images = context.shapes[x][0]
    return images, images == context.batch


def _cut(context: Context, x: Tensor) -> tuple[int, bool]:
    """The same, but no unit at all where images are so few that threads are to share them."""
    images, by_samples = images_of(context, x)
    return (0, False) if images < FEWEST_SAMPLES else (images, by_samples)


def suits(op: Conv, context: Context, *tensors: Tensor) -> bool:
    """Whether there are instructions: up to three axes, channels last, nothing empty."""
    return len(op.strides) <= 3 and not op.channels_first and all(context.size(x) for x in tensors)


def _steps(axes: Triple, channels: int, strides: Triple) -> tuple[int, int, int, int]:
    """How far results lie from each other: from image to image, then along each axis, every `strides`-th one of it."""
    row = axes[2] * channels
    plane = axes[1] * row
    return axes[0] * plane, strides[0] * plane, strides[1] * row, strides[2] * channels


def forward_windows(op: Conv, context: Context, x: Tensor, kernel: Tensor, flat: bool = True) -> _Windows:
    """The windows that the kernel meets on x; `flat`: images are one row where windows are pixels."""
    windows = op.windows_over(context.shapes[x], context.shapes[kernel])
    outputs, filters = triple(windows.outputs, 1), context.shapes[kernel][-1]
    made = _Windows(
        three_axes(context.shapes[x]),
        outputs,
        filters,
        triple(windows.size, 1),
        triple(windows.strides, 1),
        triple(windows.dilation, 1),
        triple(windows.before, 0),
        0,
        _steps(outputs, filters, (1, 1, 1)),
    )
    return made.flat() if flat else made


def _squares(op: Conv, context: Context, x: Tensor, kernel: Tensor) -> Squares | None:
    """The same windows for Winograd's algorithm; None where it does not know them, or would lose digits that are wanted."""
    if context.dtype != "float32":
        return None
    kernel_shape, windows = context.shapes[kernel], op.windows_over(context.shapes[x], context.shapes[kernel])
    size, moves = triple(windows.size, 1), (*windows.strides, *windows.dilation)
    if len(windows.size) < 2 or size[1:] != (3, 3) or set(moves) != {1}:
        return None
    outputs, before = triple(windows.outputs, 1), triple(windows.before, 0)
    image = three_axes(context.shapes[x])
    return Squares(context.shapes[x][0], image, outputs, kernel_shape[-1], size[0], before)


def _squares_over(dy_shape: Sizes, squares: Squares) -> Squares:
    """The windows over dy that give the gradient of the image."""
    deep, down, across = squares.before
    before, (*axes, channels) = (squares.planes - 1 - deep, 2 - down, 2 - across), squares.image
    return Squares(squares.images, three_axes(dy_shape), triple(axes, 1), channels, squares.planes, before)


def _packed_size(depth: int, results: int) -> int:
    return depth * -(-results // _WIDEST_PANEL) * _WIDEST_PANEL


def _seen(results: int) -> Between:
    """What is known of the kernel that panels were made of, so that weights that do not change are packed once."""
    return Between((-(-results // _WIDEST_PANEL) * _WIDEST_PANEL,), lasting=True)


def _pack(
    kernel: Tensor, packings: Sequence[Sizes], results: int, seen: Between | None, packed: Between
) -> Instruction:
    settings = Settings(tuple(itertools.chain(*packings)))
    units = -(-results // _NARROWEST_PANEL)
    return Instruction(
        "pack_kernel", (kernel, settings, seen, packed), (len(packings),), units, False, 4 * packed.shape[0], grain=1
    )


@native(Conv, RectifiedConv)
def convolution(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """The kernel packed, the sums over the windows with bias and rectifier."""
    assert isinstance(call.op, Conv)
    return results_of(call.op, context, call.present_inputs, call.outputs[0])


@native(NormalisedConv)
def normalised_convolution(call: ForwardCall, context: Context) -> list[Instruction] | None:
    """What normalising needs, which takes the bias's place; then as `convolution`."""
    op, (x, kernel, *bias, gamma, beta, mean, variance) = call.op, call.inputs
    assert isinstance(op, NormalisedConv) and isinstance(op.conv, Conv) and x is not None and kernel is not None
    fold, folded = folded_normalisation(context, op.epsilon, (mean, variance, gamma, beta, bias[0] if bias else None))
    steps = results_of(op.conv, context, (x, kernel), call.outputs[0], folded, op.rectified, op.most)
    return steps and [fold, *steps]


def folded_normalisation(
    context: Context, epsilon: float, weights: tuple[Tensor | None, ...]
) -> tuple[Instruction, Between]:
    """The instruction that makes three rows of mean, variance, gamma, beta and bias, by which a sum is normalised; these rows."""
    mean = weights[0]
    assert mean is not None
    filters = context.shapes[mean][-1]
    folded = Between((3, filters))
    fold = Instruction("folded_normalisation", (*weights, folded), (filters,), 1, False, 4 * filters, (epsilon,))
    return fold, folded


def results_of(
    op: Conv,
    context: Context,
    operands: Sequence[Tensor],
    y: Tensor | Between,
    folded: Between | None = None,
    rectified: bool = False,
    most: float = 0.0,
) -> list[Instruction] | None:
    """The instructions for operands x, kernel and perhaps bias, in whose place may stand what a normalisation is `folded` to."""
    x, kernel, *rest = operands
    rectifies = op.rectifies or rectified
    bias = folded if folded is not None else rest[0] if rest else None
    if not suits(op, context, x, kernel):
        return None
    windows, kernel_shape = forward_windows(op, context, x, kernel), context.shapes[kernel]
    channels, filters = kernel_shape[-2:]
    deep, down, across = triple(kernel_shape[:-2], 1)
    seen = None if context.training else _seen(filters)
    squares = _squares(op, context, x, kernel)
    if squares is not None and squares.suits(not context.training):
        pack, packed = native_winograd.transformed(kernel, kernel_shape, False, seen)
        # Few squares of many weights are computed for all images at once, or each image would read the weights anew.
        cut = (0, False) if squares.shares_weights and not context.training else _cut(context, x)
        return [
            pack,
            native_winograd.results(squares, (x, packed, bias), y, cut, (float(rectifies), most), folded is not None),
        ]
    packed = Between((_packed_size(windows.depth, filters),), seen is not None)
    packing = (down, across, channels, filters, deep, 0, 1, down, 0, 1, across, 0, 1, 0, 0, windows.run)
    work = 2 * context.shapes[x][0] * count(windows.outputs) * filters * windows.depth
    settings, size, cut = _correlation(context, x, [windows], 0)
    everything, numbers = (x, packed, bias, None, settings, y), (float(rectifies), most)
    return [
        _pack(kernel, [packing], filters, seen, packed),
        Instruction(
            "correlate", everything, (*size, int(folded is not None)), *cut, work, numbers, grain=1, whole=(bias,)
        ),
    ]


def _correlation(
    context: Context, x: Tensor, windows: Sequence[_Windows], filled: int
) -> tuple[Settings, tuple[int, int, int], tuple[int, bool]]:
    """The settings of `correlate` for sets of windows, its sizes, its units with whether they are samples.

    filled: the numbers of an image of results that are set to 0 first, where not all belong to a window.
    """
    images, by_samples = images_of(context, x)
    if images >= FEWEST_SAMPLES or filled:
        settings = Settings(tuple(itertools.chain(*(part.settings() for part in windows))))
        return settings, (0, len(windows), filled), (images, by_samples)
    values: list[int] = []
    units = 0
    for part in windows:
        blocks = images * part.block_count
        parts = max(1, min(-(-part.filters // _WIDEST_PANEL), -(-FEWEST_UNITS // max(1, blocks))))
        values += part.settings(parts)
        units += blocks * parts
    return Settings(tuple(values)), (images, len(windows), 0), (units, False)


@native_gradient(Conv, RectifiedConv)
def convolution_gradient(call: BackwardCall, context: Context) -> list[Instruction] | None:
    """Gradients of image, kernel and bias; first the rectifier's."""
    op, (dy, x, kernel, *y) = call.op, call.present_inputs
    assert isinstance(op, Conv)
    if not suits(op, context, x, kernel, dy):
        return None
    steps: list[Instruction] = []
    gradient: Tensor | Between = dy
    if y:
        gradient = Between(context.shapes[dy])
        size = context.size(dy)
        units, by_samples = images_of(context, x)
        sizes = (size // units, 1, 1)
        steps.append(Instruction("rectify_gradient", (dy, y[0], gradient), sizes, units, by_samples, 4 * size))
    wanted = context.wanted(call)
    if 0 in wanted:
        steps += input_gradient(op, context, (gradient, kernel, None), wanted[0]) or ()
    if 1 in wanted:
        steps += kernel_gradient(op, context, (x, gradient), kernel, wanted)
    elif 2 in wanted:
        steps += bias_gradient(context, dy, gradient, wanted[2])
    return steps


def bias_gradient(context: Context, like: Tensor, dy: Tensor | Between, dbias: Tensor) -> list[Instruction]:
    """The sum of dy, which has the shape of `like`: over the positions of samples, or of rows of few, then of all."""
    images, by_samples = images_of(context, like)
    filters, size = context.shapes[like][-1], context.size(like)
    is_row = images >= FEWEST_SAMPLES or len(context.shapes[like]) < 4
    parts = images * (1 if is_row else context.shapes[like][1])
    sums, of_part = Between((parts, filters)), (size // (parts * filters), filters, 1)
    grain = max(1, parts // FEWEST_UNITS)
    return [
        Instruction(
            "middle_sum", (dy, sums), of_part, parts, by_samples and parts == images, size, (1.0,), grain=grain
        ),
        Instruction("bias_gradient", (sums, dbias), (parts, 1, filters), 1, False, parts * filters),
    ]


def _groups(context: Context, x: Tensor, size: int, parts: int) -> Groups:
    """The chunks of samples, or of the `parts` of each where samples are few.

    Two halves of all where sums of this size for each chunk would take too much memory.
    """
    images = context.shapes[x][0]
    few = images < FEWEST_SAMPLES
    groups = Groups(images * parts, -(-images * parts // FEWEST_SAMPLES), False) if few else context.groups(x)
    if groups.count * size <= _MOST_SUMS:
        return groups
    return Groups(groups.units, -(-groups.units // 2), False)


def kernel_gradient(
    op: Conv, context: Context, operands: tuple[Tensor, Tensor | Between], kernel: Tensor, wanted: dict[int, Tensor]
) -> list[Instruction]:
    """For operands x and dy: sums over the samples of each chunk, then over the chunks; wanted[2], the bias's, if any."""
    x = operands[0]
    windows, squares = forward_windows(op, context, x, kernel), _squares(op, context, x, kernel)
    size, filters = windows.depth * windows.filters, windows.filters
    groups = None if squares is None else _groups(context, x, 4 * size, squares.each)
    if squares is not None and groups is not None and squares.suits_groups(groups.count):
        steps, sums, size = native_winograd.kernel_gradient(squares, groups, operands, wanted[1])
    else:
        groups = _groups(context, x, size, windows.block_count)
        sums = Between((groups.count, size + filters))
        images = context.shapes[x][0]
        work, of_group = 2 * images * count(windows.outputs) * size, (groups.size, int(groups.units != images))
        read, cut = (*operands, Settings(windows.settings())), (groups.units, groups.by_samples)
        steps = [
            Instruction("kernel_gradient_sums", (*read, sums), of_group, *cut, work, grain=groups.size),
            sum_of_groups(sums, 0, wanted[1], size),
        ]
    if 2 in wanted:
        steps.append(sum_of_groups(sums, size, wanted[2], filters))
    return steps


def sum_of_groups(sums: Between, begin: int, total: Tensor, units: int) -> Instruction:
    """The sum over the groups of so many numbers of each, from one on."""
    groups, size = sums.shape
    work = groups * units
    sizes = (size, groups, begin)
    return Instruction("sum_of_groups", (sums, total), sizes, units, False, work, grain=_NUMBERS_OF_A_CHUNK)


Read = tuple["Tensor | Between", Tensor, "Tensor | None"]


def input_gradient(op: Conv, context: Context, operands: Read, dx: Tensor) -> list[Instruction] | None:
    """For operands dy, kernel and a bias that is added, if any; None where that would miss elements under no window."""
    dy, kernel, bias = operands
    squares = _squares(op, context, dx, kernel)
    if squares is not None:
        over_dy = _squares_over(dy.shape if isinstance(dy, Between) else context.shapes[dy], squares)
        if over_dy.suits(lasting=False):
            pack, packed = native_winograd.transformed(kernel, context.shapes[kernel], True, None)
            return [pack, native_winograd.results(over_dy, (dy, packed, bias), dx, _cut(context, dx), (0.0, 0.0))]
    return _direct_input_gradient(op, context, operands, dx)


def _direct_input_gradient(op: Conv, context: Context, operands: Read, dx: Tensor) -> list[Instruction] | None:
    """The windows over dy whose sums are dx: one set for each remainder of the strides, as `Conv` has them."""
    dy, kernel, bias = operands
    kernel_shape, dy_shape = context.shapes[kernel], dy.shape if isinstance(dy, Between) else context.shapes[dy]
    *axes, channels = three_axes(context.shapes[dx])
    filters, sizes, strides = kernel_shape[-1], triple(kernel_shape[:-2], 1), triple(op.strides, 1)
    before, dilation = triple(op.windows_over(context.shapes[dx], kernel_shape).before, 0), triple(op.dilation, 1)
    along = [remainders_along(*axis) for axis in zip(axes, sizes, strides, dilation, before, strict=True)]
    windows: list[_Windows] = []
    packings: list[Sizes] = []
    packed, pixels = 0, count(axes)
    steps = _steps((axes[0], axes[1], axes[2]), channels, strides)
    for part in itertools.product(*along):
        taken, places, of_axes = zip(*part, strict=True)
        taps, gaps, offsets, outputs = (triple(values, 1) for values in zip(*of_axes, strict=True))
        begin = 0
        for place, length in zip(places, axes, strict=True):
            begin = begin * length + place.start
        image = three_axes(dy_shape)
        windows_of_phase = _Windows(
            image, outputs, channels, taps, (1, 1, 1), gaps, offsets, begin * channels, steps, packed
        )
        windows.append(windows_of_phase.flat())
        order = itertools.chain(*((n, axis.start, axis.step) for n, axis in zip(taps, taken, strict=True)))
        packings.append((*sizes[1:], channels, filters, *order, 1, packed, windows_of_phase.run))
        packed += _packed_size(windows_of_phase.depth, channels)
    covered = sum(count(part.outputs) for part in windows) == pixels
    if bias is not None and not covered:
        return None
    between = Between((packed,))
    settings, size, cut = _correlation(context, dx, windows, 0 if covered else pixels * channels)
    work = 2 * count(dy_shape) * count(kernel_shape[:-1])
    everything = (dy, between, bias, None, settings, dx)
    return [
        _pack(kernel, packings, channels, None, between),
        Instruction("correlate", everything, size, *cut, work, (0.0,), grain=1),
    ]


__all__: list[str] = []
