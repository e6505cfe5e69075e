"""Where a graph begins: `Input` and the layer behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypedDict

from .._declared import registry, rules
from .._declared.fields import argument, field
from .._graph.derived import TEXT, name_of_dtype
from .._graph.tensor import Placeholder, Tensor
from .._machine.config import floatx
from ..errors import SettingTypeError
from .base import Layer
from .naming import input_name
from .node import Node

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._declared.fields import Setting
    from ..types import Config, DType
    from .settings import ShapeSetting

__all__ = ["Input", "InputLayer"]

if TYPE_CHECKING:
    from typing_extensions import Unpack


@registry.register("layer")
class InputLayer(Layer):
    """The entry of a graph: holds the shape and number type of what is fed.

    `Input` makes one and returns its tensor.

    Args:
        input_shape: sizes of a sample, without the batch; None where a size may vary.
        batch_size: number of samples in each batch, where it is fixed.
        batch_input_shape: the same as both in one: sizes of a batch, None where a size may vary.
        dtype: number type of what is fed, floatx() by default; "string" for texts, which a layer such as TextVectorization takes.
        input_tensor: a tensor that stands for the input instead of data, none by default.
        sparse: has no effect; accepted since Keras's configs name it.
        name: name, unique in a model; "input_1" and so on by default.

    Input shape:
        (batch_size, input_shape), or that of `input_tensor`.

    Output shape:
        That of the input.

    Raises:
        SettingTypeError: neither a shape nor a tensor says what goes in.

    Example:
        >>> InputLayer(batch_input_shape=(None, 3)).output_shape
        (None, 3)
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    input_shape: ShapeSetting = field(
        rules.optional(rules.shape), default=None, config="never", help="shape without the batch"
    )
    batch_size: int | None = field(
        rules.optional(rules.positive_int), default=None, config="never", help="number of samples in a batch"
    )
    _: KW_ONLY
    batch_input_shape: ShapeSetting = field(
        rules.optional(rules.shape), default=None, help="shape with the batch, None where it may vary"
    )
    dtype: Setting[str | type | DType | None, str | None] = field(
        rules.optional(rules.input_dtype), default=None, help="number type of what is fed, or string"
    )
    input_tensor: Tensor | None = field(
        rules.anything, default=None, config="never", help="a tensor to use as the input"
    )
    sparse: bool = field(rules.switch, default=False, help="kept for Keras's configs; inputs are dense")
    if not TYPE_CHECKING:
        name = field(rules.optional(rules.name), default=None, help="name, unique in a model")
    if TYPE_CHECKING:  # for type checkers: here these are settings
        _input_shape: int | Sequence[int | None] | None = argument(default=None, init=False)
        _batch_size: int | None = argument(default=None, init=False)

    def prepare(self) -> None:
        """Make the placeholder and the node that has no inputs."""
        named = vars(self).get("name") is not None
        super().prepare()
        if not named:
            self.name = self.name.replace("input_layer", "input")
        tensor = self.input_tensor
        if self.batch_input_shape is None and self.input_shape is not None:
            self.batch_input_shape = (self.batch_size, *self.input_shape)
        if self.batch_input_shape is None:
            if tensor is None:
                raise SettingTypeError(
                    sentence=f"'{self.name}' has no shape yet.",
                    where=self.where,
                    expected="shape or batch_shape",
                    actual="neither",
                    hint="Write Input(shape=(...)).",
                )
            self.batch_input_shape = tensor.shape
        self.input_shape = self.batch_input_shape
        self.dtype = self.dtype or (floatx() if tensor is None else name_of_dtype(tensor.dtype))
        self.built = True
        self.trainable = False
        kind = TEXT if self.dtype == "string" else self.dtype
        x = tensor if tensor is not None else Placeholder(self.batch_input_shape, kind, self.name)
        Node.connect(self, [x], [x], [None], [None])

    def get_config(self) -> Config:
        """As Keras writes it: batch_input_shape, dtype, sparse, name."""
        shape = list(self.batch_input_shape or ())
        return {"batch_input_shape": shape, "dtype": self.dtype, "sparse": self.sparse, "name": self.name}


class OldInput(TypedDict, total=False):
    """The argument of `Input` that Keras 1 called by another name."""

    input_dtype: str


def Input(
    shape: int | Sequence[int | None] | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    dtype: str | type | DType | None = None,
    sparse: bool = False,
    tensor: Tensor | None = None,
    **old: Unpack[OldInput],
) -> Tensor:
    """A tensor that is fed with data: where a model begins.

    Args:
        shape: sizes of a sample, without the batch; None where a size may vary.
        batch_shape: the same with the batch, instead of `shape`.
        name: name of the input layer, "input_1" and so on by default.
        dtype: number type of the data, floatx() by default; "string" for texts, which a layer such as TextVectorization takes.
        sparse: has no effect; accepted since Keras's configs name it.
        tensor: an existing tensor that stands for the input, none by default.
        **old: `input_dtype`, as Keras 1 called the dtype.

    Returns:
        The tensor, of shape (N, shape) or batch_shape.

    Raises:
        SettingTypeError: neither shape nor batch_shape nor tensor, or an unknown argument.

    Example:
        >>> Input(shape=(8, 8, 1)).shape
        (None, 8, 8, 1)
    """
    if "input_dtype" in old:
        dtype = old["input_dtype"]
    unknown = next((name for name in old if name != "input_dtype"), None)
    if unknown is not None:
        raise SettingTypeError(where="Input", expected="a known setting", actual=repr(unknown))
    if shape is not None:
        batch_shape = (None, *rules.shape.check(shape, "Input, shape"))
    layer = InputLayer(batch_input_shape=batch_shape, dtype=dtype, input_tensor=tensor, sparse=sparse, name=name)
    return layer.inbound_nodes[0].output_tensors[0]


def entry_of(layer: Layer) -> Tensor | None:
    """A tensor to feed a stack's first layer with, made from its batch_input_shape; None when that is not known."""
    shape = layer.batch_input_shape
    if shape is None:
        return None
    entry = InputLayer(batch_input_shape=shape, dtype=layer.fed_dtype, name=input_name(layer.name))
    return entry.inbound_nodes[0].output_tensors[0]
