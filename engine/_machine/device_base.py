"""What a device is: where arrays lie, and the module that computes with them there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from ..types import Array, DTypeLike


class DeviceArray(Protocol):
    """An array in a GPU's memory."""

    @property
    def device(self) -> Any:
        """The card that it lies on; `id` is its number."""
        ...


class CannotBeRecorded(Exception):
    """Work that waits for the card, or asks a library that cannot be recorded."""


class DeviceInfo(NamedTuple):
    """A device of this machine.

    Attributes:
        name: what `use` takes, as "gpu:0".
        title: what it is, in its maker's words.
        memory: bytes that it has.
        free: bytes that are free now.
    """

    name: str
    title: str
    memory: int
    free: int


class Device(ABC):
    """Where arrays lie and are computed with.

    Attributes:
        name: "cpu" or "gpu:0".
        number: of a graphics card.
        xp: the array module.
        on_host: whether its arrays are NumPy's.
        turn: what a step or a prediction holds while it asks a card for its work: what another thread asked for meanwhile would
            be recorded with it.
        kernels: kernels that were written for it, by their source; None where there are none.
    """

    on_host: ClassVar[bool]
    kernels: dict[Hashable, Any] | None = None
    turn: AbstractContextManager[object] = nullcontext()
    number: int = 0
    name: str
    xp: Any

    def __repr__(self) -> str:
        return f"<device {self.name}>"

    @abstractmethod
    def active(self) -> AbstractContextManager[None]:
        """The block computes on this device."""

    @abstractmethod
    def array(self, values: Array) -> Array:
        """The values in this device's memory: themselves where they lie there, else a copy."""

    @abstractmethod
    def put(self, target: Array, values: Array) -> None:
        """Copy values, from wherever they are, into one of its arrays of the same shape, converted to its type."""

    @abstractmethod
    def host(self, array: Array) -> Array:
        """One of its arrays in NumPy's memory: itself on the processor, else a copy."""

    @abstractmethod
    def holds(self, array: Array) -> bool:
        """Whether an array lies in this device's memory."""

    @abstractmethod
    def staging(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """NumPy's memory that batches go through on their way to the device and results on their way back."""

    @abstractmethod
    def info(self) -> DeviceInfo:
        """What it is, and how much memory it has."""

    def record(self, work: Callable[[], object]) -> Callable[[], object]:
        """What has some work done again: itself, or on a card all that it asks of it as one launch."""
        return work

    @abstractmethod
    def wait(self) -> None:
        """Return when all that was asked of it is done."""


chosen_inside: ContextVar[Device | None] = ContextVar("engine_device", default=None)
"""The device of the block that runs, where one chose another than the process has."""


def in_host_memory(array: object) -> bool:
    """Whether an array is NumPy's, and lies in the machine's memory; whatever its annotation says."""
    return isinstance(array, np.ndarray)


def on_card() -> bool:
    """Whether the block that runs computes on a graphics card."""
    inside = chosen_inside.get()
    return inside is not None and not inside.on_host
