"""Where a graph begins: `Input` and the layer behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from .._declared import registry, rules
from .._declared.fields import argument, field
from .._graph.tensor import Placeholder, Tensor
from .._machine.config import floatx
from ..errors import SettingTypeError
from .base import Layer
from .node import Node

__all__ = ["Input", "InputLayer"]

if TYPE_CHECKING:
    from typing_extensions import Unpack


@registry.register("layer")
class InputLayer(Layer):
    """The entry of a graph: holds the shape and number type of what is fed.

    >>> InputLayer(batch_input_shape=(None, 3)).output_shape
    (None, 3)
    """

    group: ClassVar[str] = "core"
    supports_masking: ClassVar[bool] = True

    input_shape: Any = field(  # pyright: ignore[reportIncompatibleMethodOverride] - Keras's name for both
        rules.optional(rules.shape), default=None, config="never", help="shape without the batch"
    )
    batch_size: int | None = field(
        rules.optional(rules.positive_int), default=None, config="never", help="number of samples in a batch"
    )
    batch_input_shape: Any = field(
        rules.optional(rules.shape), default=None, help="shape with the batch, None where it may vary"
    )
    dtype: str | None = field(rules.optional(rules.dtype), default=None, help="number type of what is fed")
    input_tensor: Any = field(rules.anything, default=None, config="never", help="a tensor to use as the input")
    sparse: bool = field(rules.switch, default=False, help="kept for Keras's configs; inputs are dense")
    name: Any = field(rules.optional(rules.name), default=None, help="name, unique in a model")
    if TYPE_CHECKING:  # settings of its own stand for these
        _says_input_shape: None = argument(alias="input_shape", kw_only=True, init=False)
        _says_batch_size: None = argument(alias="batch_size", kw_only=True, init=False)

    def prepare(self) -> None:
        """Make the placeholder and the node that has no inputs."""
        name = self.name
        super().prepare()
        if name is None:
            self.name = self.name.replace("input_layer", "input")
        tensor = self.input_tensor
        if self.batch_input_shape is None and self.input_shape is not None:
            self.batch_input_shape = (self.batch_size, *self.input_shape)
        if self.batch_input_shape is None:
            if tensor is None:
                raise SettingTypeError(
                    where=self.where, expected="shape or batch_shape", found="neither", hint="Write Input(shape=(...))."
                )
            self.batch_input_shape = tensor.shape
        self.input_shape = self.batch_input_shape
        self.dtype = self.dtype or (floatx() if tensor is None else tensor.dtype.name)
        self.built = True
        self.trainable = False
        x = tensor if tensor is not None else Placeholder(self.batch_input_shape, self.dtype, self.name)
        Node.connect(self, [x], [x], [None], [None])

    def get_config(self) -> dict[str, Any]:
        """As Keras writes it: batch_input_shape, dtype, sparse, name."""
        return {
            "batch_input_shape": list(self.batch_input_shape), "dtype": self.dtype, "sparse": self.sparse, "name": self.name
        }  # fmt: skip


class OldInput(TypedDict, total=False):
    """Keras 1's argument of `Input`."""

    input_dtype: str


def Input(
    shape: Any = None,
    batch_shape: Any = None,
    name: str | None = None,
    dtype: Any = None,
    sparse: bool = False,
    tensor: Tensor | None = None,
    **old: Unpack[OldInput],
) -> Tensor:
    """A tensor that is fed with data.

    Args: `shape` without the batch, or `batch_shape` with it; `dtype`, floatx() by default; `name`, "input_1" ... by
    default; `tensor`, to use as the input.

    >>> Input(shape=(8, 8, 1)).shape
    (None, 8, 8, 1)
    """
    if "input_dtype" in old:
        dtype = old["input_dtype"]
    unknown = next((name for name in old if name != "input_dtype"), None)
    if unknown is not None:
        raise SettingTypeError(where="Input", expected="a known setting", found=repr(unknown))
    if shape is not None:
        batch_shape = (None, *rules.shape.check(shape, "Input, shape"))
    layer = InputLayer(batch_input_shape=batch_shape, dtype=dtype, input_tensor=tensor, sparse=sparse, name=name)
    return layer.inbound_nodes[0].output_tensors[0]
