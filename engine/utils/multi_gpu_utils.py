"""Keras's entry to several GPUs."""

from __future__ import annotations

from typing import Any

from ..errors import SettingError, shorten


def multi_gpu_model(model: Any, gpus: Any = None, cpu_merge: bool = True, cpu_relocation: bool = False) -> Any:
    """Refuses: models run on one device here. `gpus` is checked as in Keras first.

    gpus: a number of 2 or more, or a list of that many. Raises SettingError (a ValueError), as Keras does where the
    devices are not there; the model itself trains without the call.
    """
    count = len(gpus) if isinstance(gpus, (list, tuple)) else gpus
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count <= 1):
        raise SettingError(
            where="multi_gpu_model, gpus", expected="2 or more, or a list of that many", found=shorten(gpus),
            hint="For one device use the model itself.",
        )  # fmt: skip
    raise SettingError(
        where="multi_gpu_model, gpus", expected=f"{count or 'several'} devices", found="1: models run on one device here",
        hint="Use the model itself.",
    )  # fmt: skip
