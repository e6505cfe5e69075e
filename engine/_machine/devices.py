"""Devices: where arrays lie, and the module that computes with them there.

What computes asks `current().xp` for its arrays, so that the same lines run on the processor (NumPy) and on a graphics
card (CuPy). `gpu.py` is the one file that names CuPy, which is loaded when a graphics card is first asked for.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..errors import SettingError
from ..types import Array, DTypeLike
from .context import bound
from .device_base import Device, DeviceArray, DeviceInfo, chosen_inside, in_host_memory
from .gpu import card, cards, first_or_none, number_of, numbered
from .room import bytes_in_words, free_memory

_NAME = re.compile(r"(?:/?device:|/)?(?P<kind>cpu|gpu|cuda)(?::(?P<number>\d+))?", re.IGNORECASE)


class _Cpu(Device):
    on_host = True
    name = "cpu"
    xp = np

    def active(self) -> AbstractContextManager[None]:
        return bound(chosen_inside, self)

    def array(self, values: Array) -> Array:
        return values if in_host_memory(values) else of(values).host(values)

    def put(self, target: Array, values: Array) -> None:
        np.copyto(target, self.array(values), casting="unsafe")

    def host(self, array: Array) -> Array:
        return array

    def holds(self, array: Array) -> bool:
        return in_host_memory(array)

    def staging(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        return np.empty(shape, dtype)

    def info(self) -> DeviceInfo:
        free = free_memory()
        return DeviceInfo(self.name, "this machine's processor", free, free)

    def wait(self) -> None:
        """What it was asked for is done already."""


CPU: Device = _Cpu()


class _Choice:
    default: Device = CPU


_choice = _Choice()


def current() -> Device:
    """The device that what is made now computes on."""
    return chosen_inside.get() or _choice.default


def of(array: Array | DeviceArray) -> Device:
    """The device that an array lies on."""
    if in_host_memory(array):
        return CPU
    return numbered(number_of(array))


def of_any(values: tuple[Any, ...]) -> Device:
    """The device of the first array among values that lies on a graphics card; the processor where none does."""
    for value in values:
        if hasattr(value, "__cuda_array_interface__"):
            return of(value)
    return CPU


def on_host(array: Array) -> Array:
    """An array in NumPy's memory: itself, or a copy of what lies on a graphics card."""
    return array if in_host_memory(array) else of(array).host(array)


def named(name: object, where: str = "device") -> Device:
    """The device of a name.

    Args:
        name: "cpu", "gpu" (the first graphics card), "gpu:1", or "auto": the first graphics card where there is one that
            works, else the processor. TensorFlow's "/gpu:0" and "/device:GPU:0" mean the same.
        where: what messages begin with.

    Raises:
        SettingError: there is no such device; the message says why, and what to do.
    """
    if isinstance(name, Device):
        return name
    text = name.strip() if isinstance(name, str) else ""
    match = _NAME.fullmatch(text)
    if text.lower() != "auto" and match is None:
        raise SettingError(where=where, expected="'cpu', 'gpu:0' or 'auto'", actual=repr(name))
    if match is not None and match["kind"].lower() == "cpu":
        return CPU
    if match is None:
        return first_or_none() or CPU
    return card(int(match["number"] or 0), where)


def is_name(name: object) -> bool:
    """Whether a text can be the name of a device, of this machine or another one.

    >>> is_name("gpu:1"), is_name("tpu")
    (True, False)
    """
    return isinstance(name, str) and (name == "auto" or _NAME.fullmatch(name) is not None)


def devices() -> list[DeviceInfo]:
    """The devices of this machine: the processor, then each graphics card that works, with their memory.

    Graphics cards need CuPy (`pip install 'kwidgets[gpu]'`); CUDA_VISIBLE_DEVICES chooses among them, as for all programs
    that use CUDA.

    Returns:
        Name, title, bytes of memory and free bytes of each.

    Example:
        >>> devices()[0].name
        'cpu'
    """
    return [CPU.info(), *(one.info() for one in cards())]


def use(name: str) -> None:
    """Choose where models compute that are trained or asked from now on.

    A model whose weights a training has already gathered stays where they are.

    Args:
        name: "cpu" (at the start), "gpu:0" and so on, "gpu" for the first, or "auto": a graphics card where one works.

    Raises:
        SettingError: there is no such device; the message says why, and what to do.

    Example:
        >>> use("cpu")
    """
    _choice.default = named(name, "use")


def device(name: str) -> AbstractContextManager[None]:
    """Choose where models compute that are trained or asked inside a block, in its thread.

    Args:
        name: as `use` takes it.

    Returns:
        A context for a `with` block.

    Raises:
        SettingError: there is no such device.

    Example:
        >>> with device("cpu"):
        ...     current().name
        'cpu'
    """
    return named(name, "device").active()


def in_words(info: DeviceInfo) -> str:
    """A device as a line.

    Args:
        info: the device.

    Returns:
        The line.

    Example:
        >>> in_words(DeviceInfo("gpu:0", "NVIDIA H200", 150_000_000_000, 140_000_000_000))
        'gpu:0: NVIDIA H200, 140.0 GB of 150.0 GB free'
    """
    return f"{info.name}: {info.title}, {bytes_in_words(info.free)} of {bytes_in_words(info.memory)} free"
