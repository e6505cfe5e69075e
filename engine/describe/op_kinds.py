"""What kind of work an op is: what makes it fast or slow on a machine."""

from __future__ import annotations

from typing import Literal

from .._graph.op import Op
from .._ops.conv import Conv
from .._ops.conv_depthwise import DepthwiseConv
from .._ops.conv_fused import ConvMax
from .._ops.conv_transposed import ConvTransposed
from .._ops.gru import Gru
from .._ops.loop import Loop
from .._ops.lstm import Lstm
from .._ops.matmul import Linear, Matmul
from .._ops.rectified import RectifiedConv, RectifiedLinear
from .._ops.simple_rnn import SimpleRnn

OpKind = Literal["product", "convolution", "depthwise", "lstm", "gru", "simple_rnn", "loop", "simple"]

_KINDS: dict[type[Op], OpKind] = {
    Linear: "product",
    RectifiedLinear: "product",
    Matmul: "product",
    Conv: "convolution",
    RectifiedConv: "convolution",
    ConvMax: "convolution",
    ConvTransposed: "convolution",
    DepthwiseConv: "depthwise",
    Lstm: "lstm",
    Gru: "gru",
    SimpleRnn: "simple_rnn",
    Loop: "loop",
}


def kind_of(op: Op) -> OpKind:
    """The kind of an op; "simple" for all that mainly moves memory."""
    return _KINDS.get(type(op), "simple")
