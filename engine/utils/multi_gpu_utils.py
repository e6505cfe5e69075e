"""Several graphics cards of one machine for one model."""

from __future__ import annotations

from collections.abc import Sequence

from .._machine.gpu import Gpu, cards
from ..errors import SettingError, shorten
from ..layers.core import Activation
from ..layers.input import Input
from ..models.model import Model
from ..models.network import Network

_WHERE = "multi_gpu_model, gpus"


def multi_gpu_model(
    model: Network, gpus: int | Sequence[int] | None = None, cpu_merge: bool = True, cpu_relocation: bool = False
) -> Model:
    """A model whose batches are shared by several graphics cards; compile and fit it, and save the one it was made of.

    Each card computes outputs and gradients of a part of the batch; the first one adds the gradients up by the samples of the
    parts and updates the weights, of which there is one set, that of `model`. Weights of samples divide by what counts in each
    part. Layers that watch the batch, as BatchNormalization, see their part of it and keep what the first card saw.

    Args:
        model: the model.
        gpus: how many cards, 2 or more, or a list of their numbers; None, the default: all that there are.
        cpu_merge: taken for Keras's sake: outputs are always joined in the machine's memory.
        cpu_relocation: taken for Keras's sake: first values of weights are always made there.

    Returns:
        The model to train.

    Raises:
        SettingError: a ValueError, as Keras raises it: fewer cards were asked for than 2, or there are not so many.

    Example:
        >>> from engine.models import Sequential
        >>> multi_gpu_model(Sequential(), gpus=[0])
        Traceback (most recent call last):
        engine.errors.SettingError: multi_gpu_model, gpus: expected 2 or more, or a list of that many, found [0]. ...
    """
    devices = _devices(gpus)
    fed = zip(model.inputs, model.input_names, strict=True)
    inputs = [Input(batch_shape=x.shape, dtype=x.dtype.name, name=name) for x, name in fed]
    outputs = model(inputs if len(inputs) > 1 else inputs[0])
    listed = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    named = [Activation("linear", name=name)(one) for name, one in zip(model.output_names, listed, strict=True)]
    parallel = Model(inputs, named)
    parallel.shared_by = tuple(devices)
    return parallel


def _devices(gpus: object) -> list[Gpu]:
    """The cards that are meant. Raises SettingError."""
    devices = cards()
    if gpus is None:
        numbers = list(range(len(devices)))
    elif isinstance(gpus, (list, tuple)):
        numbers = list(gpus)
    else:
        numbers = list(range(gpus)) if isinstance(gpus, int) and not isinstance(gpus, bool) else []
    wrong = (
        len(numbers) < 2 or len(set(numbers)) < len(numbers) or any(not isinstance(n, int) or n < 0 for n in numbers)
    )
    if wrong and gpus is not None:
        hint = "For one device use the model itself."
        raise SettingError(where=_WHERE, expected="2 or more, or a list of that many", actual=shorten(gpus), hint=hint)
    missing = [n for n in numbers if n >= len(devices)]
    if wrong or missing:
        hint = "Use the model itself; engine.devices() lists what there is."
        count = f"{len(devices)} graphics card{'' if len(devices) == 1 else 's'}"
        named = ", ".join(f"gpu:{n}" for n in numbers) or "several graphics cards"
        raise SettingError(where=_WHERE, expected=named, actual=count, hint=hint)
    return [devices[n] for n in numbers]
