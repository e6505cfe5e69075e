"""A dense layer along any axes, which an equation names by letters."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from ..errors import SettingError, ShapeError
from .base import Layer
from .node import InputSpec
from .products import merged, projected, resized
from .settings import activation_field, initializer_field, limit_field, penalty_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .settings import ActivationSetting, ConstraintSetting, InitializerSetting, RegularizerSetting

__all__ = ["EinsumDense"]

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]*)(\.\.\.)?")
_FORM = "'ab,bc->ac': letters of the input, the kernel and the output, '...' for further axes"


@dataclass(frozen=True)
class Equation:
    """An equation such as 'abc,cd->abd', with letters in place of '...'.

    Args:
        x: letters of the input.
        kernel: letters of the kernel.
        y: letters of the output.
        stated: the letters of y that `output_shape` gives the sizes of.
    """

    x: str
    kernel: str
    y: str
    stated: str

    @classmethod
    def read(cls, text: str, rank: int, where: str) -> Equation:
        """The equation for inputs of a rank. Raises SettingError for another form, ShapeError for another rank."""
        match = _EQUATION.fullmatch(text.replace(" ", ""))
        if match is None:
            raise SettingError(where=f"{where}, equation", expected=f"a text as {_FORM}", actual=repr(text))
        before, x, after, kernel, before_y, y, after_y = match.groups()
        further = rank - len(x)
        if further < 0 or (further and not (before or after)) or bool(before) != bool(before_y):
            raise ShapeError(where=where, expected=f"an input with the axes of {text!r}", actual=f"{rank} axes")
        if bool(after) != bool(after_y) or (before and after):
            raise SettingError(where=f"{where}, equation", expected=f"a text as {_FORM}", actual=repr(text))
        unused = [letter for letter in string.ascii_letters if letter not in x + kernel + y]
        rest = "".join(unused[:further])
        if before:
            return cls(rest + x, kernel, rest + y, y)
        return cls(x + rest, kernel, y + rest, y[1:])


@registry.register("layer")
class EinsumDense(Layer):
    """y = activation(einsum(equation, x, kernel) + bias): a dense layer along the axes that the equation names.

    Weights: kernel, of the sizes of its letters, and bias, of the sizes of bias_axes.

    Args:
        equation: letters of the input, the kernel and the output: "abc,cd->abd"; "..." for further axes of input and output.
        output_shape: sizes of the output without the batch, None where the input's size stays; one number for one size.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        bias_axes: letters of the output along which a bias is learnt; None, the default: no bias.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        As the equation says, with the batch first.

    Output shape:
        As the equation says.

    Raises:
        SettingError: the equation or the bias_axes are none.
        ShapeError: the input has other axes, or a size of the kernel is not known.

    Example:
        >>> EinsumDense("abc,cde->abde", output_shape=(None, 4, 8)).compute_output_shape((None, 10, 16))
        (None, 10, 4, 8)
    """

    group: ClassVar[str] = "core"
    _behind_properties: ClassVar[frozenset[str]] = frozenset({"output_shape"})

    equation: str = field(rules.text, default=REQUIRED, help="letters of input, kernel and output: 'abc,cd->abd'")
    output_shape: Setting[int | Sequence[int | None], tuple[int | None, ...]] = field(  # pyright: ignore[reportIncompatibleVariableOverride] - layers tell their shape by this name
        rules.shape, default=REQUIRED, help="sizes of the output, without the batch"
    )
    activation: ActivationSetting = activation_field(default=None)
    bias_axes: str | None = field(rules.optional(rules.text), default=None, help="letters that a bias is learnt along")
    kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernel")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="bias")
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="bias")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="bias")

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias."""
        equation = Equation.read(self.equation, len(input_shape), self.where)
        sizes = self._sizes(equation, input_shape)
        unknown = [letter for letter in equation.kernel if sizes.get(letter) is None]
        if unknown:
            raise ShapeError(
                where=self.where,
                expected=f"known sizes of {equation.kernel!r}, the kernel's axes",
                actual=f"none for {unknown}",
                hint="Give the Input its shape, or output_shape these sizes.",
            )
        self.kernel = add_by_settings(self, "kernel", tuple(sizes[letter] or 0 for letter in equation.kernel))
        self.bias = self._bias(equation, sizes)
        fixed = {axis: size for axis, letter in enumerate(equation.x) if (size := sizes[letter]) and axis}
        self.input_spec = InputSpec(
            ndim=len(input_shape), axes={a: n for a, n in fixed.items() if equation.x[a] in equation.kernel}
        )
        self.built = True

    def _sizes(self, equation: Equation, shape: Shape) -> dict[str, int | None]:
        """The size of each letter; None where it is not known."""
        sizes: dict[str, int | None] = dict(zip(equation.x, shape, strict=True))
        stated: tuple[int | None, ...] = self.setting("output_shape")
        if len(stated) != len(equation.stated):
            expected = f"{len(equation.stated)} sizes, of {equation.stated!r} in {self.equation!r}"
            raise SettingError(where=f"{self.where}, output_shape", expected=expected, actual=str(list(stated)))
        for letter, size in zip(equation.stated, stated, strict=True):
            known = sizes.get(letter)
            if known is not None and size is not None and known != size:
                expected = f"size {known} of {letter!r}, as the input has"
                raise ShapeError(where=f"{self.where}, output_shape", expected=expected, actual=str(size))
            sizes[letter] = size if known is None else known
        return sizes

    def _bias(self, equation: Equation, sizes: Mapping[str, int | None]) -> Any:
        if not self.bias_axes:
            return None
        unknown = [letter for letter in self.bias_axes if letter not in equation.stated or sizes[letter] is None]
        if unknown:
            expected = f"letters of {equation.stated!r} with known sizes"
            raise SettingError(where=f"{self.where}, bias_axes", expected=expected, actual=repr(self.bias_axes))
        first = min(equation.y.index(letter) for letter in self.bias_axes)
        along = [sizes[letter] or 0 if letter in self.bias_axes else 1 for letter in equation.y[first:]]
        return add_by_settings(self, "bias", tuple(along))

    def call(self, inputs: Tensor) -> Tensor:
        """activation(einsum(equation, x, kernel) + bias)."""
        y = _product(Equation.read(self.equation, inputs.ndim, self.where), inputs, self.kernel)
        y = y if self.bias is None else y + self.bias
        return y if self.activation is None else self.activation(y)


def _product(equation: Equation, x: Tensor, kernel: Tensor) -> Tensor:
    """The sum over the letters that the output lacks, for each combination of the others."""
    names, of_kernel = equation.x, equation.kernel
    alone = tuple(i for i, letter in enumerate(names) if letter not in of_kernel + equation.y)
    if alone:
        x = ops.sum(x, axis=alone)
        names = "".join(letter for i, letter in enumerate(names) if i not in alone)
    unused = tuple(i for i, letter in enumerate(of_kernel) if letter not in names + equation.y)
    if unused:
        kernel = ops.sum(kernel, axis=unused)
        of_kernel = "".join(letter for i, letter in enumerate(of_kernel) if i not in unused)
    both = [letter for letter in names if letter in of_kernel and letter in equation.y]
    summed = [letter for letter in names if letter in of_kernel and letter not in equation.y]
    rows = [letter for letter in names if letter not in of_kernel]
    columns = [letter for letter in of_kernel if letter not in names]
    if both or not summed:
        result = _one_by_one(_ordered(x, names, [*both, *rows, *summed]), kernel, of_kernel, both, summed, columns)
    else:
        factor = _ordered(kernel, of_kernel, [*summed, *columns])
        whole = _ordered(x, names, [*rows, *summed])
        result = projected(whole, factor if columns else ops.expand_dims(factor, -1), None, len(summed))
        result = result if columns else ops.squeeze(result, -1)
    return _ordered(result, "".join([*both, *rows, *columns]), list(equation.y))


def _one_by_one(
    x: Tensor, kernel: Tensor, of_kernel: str, both: list[str], summed: list[str], columns: list[str]
) -> Tensor:
    """(*both, *rows, *summed) times a kernel of its own for each of `both`: (*both, *rows, *columns)."""
    shape = x.shape[: x.ndim - len(summed)]
    x = merged(x, len(summed)) if summed else ops.expand_dims(x, -1)
    factor = _ordered(kernel, of_kernel, [*both, *summed, *columns])
    sizes = [size or 0 for size in factor.shape]
    n, end = len(both), len(both) + len(summed)
    factor = ops.reshape(factor, (*sizes[:n], x.shape[-1], -1))
    open_rows = x.ndim - 1 - n
    if open_rows == 0:
        x = ops.expand_dims(x, -2)
    for _ in range(open_rows - 1):
        factor = ops.expand_dims(factor, n)
    y = ops.matmul(x, factor)
    y = ops.squeeze(y, -2) if open_rows == 0 else y
    return resized(y, (*shape, *sizes[end:])) if len(columns) != 1 else y


def _ordered(x: Tensor, names: str, wanted: list[str]) -> Tensor:
    order = tuple(names.index(letter) for letter in wanted)
    return x if order == tuple(range(len(order))) else ops.transpose(x, order)
