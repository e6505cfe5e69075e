"""Keras's entry to several GPUs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from ..errors import SettingError, shorten
from ..models.network import Network


def multi_gpu_model(
    model: Network, gpus: int | Sequence[int] | None = None, cpu_merge: bool = True, cpu_relocation: bool = False
) -> NoReturn:
    """Refuses: models run on one device here. The model itself trains without the call.

    Args:
        model: the model.
        gpus: a number of 2 or more, or a list of that many, which is checked as in Keras.
        cpu_merge: taken for Keras's sake.
        cpu_relocation: taken for Keras's sake.

    Raises:
        SettingError: always, a ValueError, as Keras raises it where the devices are not there.

    Example:
        >>> from engine.models import Sequential
        >>> multi_gpu_model(Sequential(), gpus=2)
        Traceback (most recent call last):
        engine.errors.SettingError: multi_gpu_model, gpus: expected 2 devices, found 1: models run on one device here. ...
    """
    count: object = len(gpus) if isinstance(gpus, (list, tuple)) else gpus
    where = "multi_gpu_model, gpus"
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count <= 1):
        expected, hint = "2 or more, or a list of that many", "For one device use the model itself."
        raise SettingError(where=where, expected=expected, actual=shorten(gpus), hint=hint)
    actual, hint = "1: models run on one device here", "Use the model itself."
    raise SettingError(where=where, expected=f"{count or 'several'} devices", actual=actual, hint=hint)
