"""Attributes that Keras 1's layers had, under today's names: `layer.W` is `layer.kernel`, `layer.nb_filter` is `layer.filters`.

And the parts of weights that recurrent cells have names for: `cell.kernel_i` are the columns of the input gate.
"""

from __future__ import annotations

from typing import Any

from .keras1 import ARGUMENTS, KERNEL_PARTS, VALUES

# Settings of one axis, which were numbers and are tuples of one.
_SINGLE = ("filter_length", "subsample_length", "pool_length", "stride", "atrous_rate", "length")
# Weights as attributes of layers: class or one that it derives from -> {name in Keras 1: name now}.
_KERNEL = {"W": "kernel", "b": "bias"}
_KERNEL_SIZE = "kernel_size"
_ATTRIBUTES: dict[str, dict[str, str]] = {
    **dict.fromkeys(("Dense", "Convolution", "LocallyConnected1D", "LocallyConnected2D", "ConvLSTM2D"), _KERNEL),
    **{key: {**_KERNEL, "U": "recurrent_kernel"} for key in ("LSTM", "GRU", "SimpleRNN")},
    "Embedding": {"W": "embeddings"},
    "BatchNormalization": {"running_mean": "moving_mean", "running_std": "moving_variance"},
    "PReLU": {"alphas": "alpha"},
}
# The gates of recurrent cells in the order in which weights hold them, and the weights that hold them, with Keras 1's names.
_GATES = {
    **dict.fromkeys(("LSTM", "LSTMCell", "ConvLSTM2D", "ConvLSTM2DCell", "CuDNNLSTM"), "ifco"),
    **dict.fromkeys(("GRU", "GRUCell", "CuDNNGRU"), "zrh"),
}
_GATED = {
    **{name: name for name in ("kernel", "recurrent_kernel", "bias", "input_bias", "recurrent_bias")},
    "W": "kernel",
    "U": "recurrent_kernel",
    "b": "bias",
}


def attribute(owner: object, name: str) -> object:
    """What a layer's attribute of Keras 1 is: `layer.W` is `layer.kernel`, `layer.nb_filter` is `layer.filters`.

    Args:
        owner: the layer.
        name: the attribute's name in Keras 1.

    Returns:
        The value as Keras 1 had it: one number for one size, "tf" for channels_last.

    Raises:
        AttributeError: it had no such attribute.
    """
    names = [cls.__name__ for cls in type(owner).__mro__]
    for table in (_ATTRIBUTES, ARGUMENTS):
        new = next((table[cls][name] for cls in names if name in table.get(cls, ())), "")
        if new and " " not in new:
            value = getattr(owner, new)
            if name in _SINGLE and isinstance(value, tuple) and len(value) == 1:
                return value[0]
            return next((old for old, present in VALUES.get(new, {}).items() if present == value), value)
    parts = next((KERNEL_PARTS[cls] for cls in names if name in KERNEL_PARTS.get(cls, ())), ())
    if parts:
        return getattr(owner, _KERNEL_SIZE)[parts.index(name)]
    weight, _, gate = name.rpartition("_")
    gates = next((_GATES[cls] for cls in names if cls in _GATES), "")
    if gate and gate in gates and weight in _GATED:
        return _of_gate(owner, _GATED[weight], gates.index(gate), len(gates))
    raise AttributeError(name)


def _of_gate(owner: object, weight: str, gate: int, count: int) -> object:
    """The columns of one gate in a weight; None where the layer has no bias."""
    array: Any = getattr(
        owner, weight.removeprefix("input_").removeprefix("recurrent_") if "_bias" in weight else weight
    )
    if array is None:
        return None
    if "_bias" in weight and len(array.shape) == 2:  # reset_after: a row for the inputs, one for the state
        array = array[int(weight == "recurrent_bias")]
    elif weight == "recurrent_bias":
        return None
    size = array.shape[-1] // count
    if weight == "bias" and size == 2 * getattr(
        owner, "units", size
    ):  # CuDNN's: those of the inputs, then of the state
        size, gate = size // 2, gate + count
    return array[..., size * gate : size * (gate + 1)]
