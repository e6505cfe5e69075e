"""Attributes that Keras 1's layers had, under today's names: `layer.W` is `layer.kernel`, `layer.nb_filter` is `layer.filters`."""

from __future__ import annotations

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
    raise AttributeError(name)
