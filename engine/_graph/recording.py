"""Work that a card does again and again: done as it is at first, then recorded, then launched as one."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from .._machine.device_base import CannotBeRecorded, Device


class Recording:
    """Some work on a device, which is recorded at its second run: the first one makes what later ones find.

    Args:
        device: where the work is done.

    Attributes:
        refused: why the work cannot be recorded, so that it is asked for call by call; None where it can.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._key: Hashable = None
        self._runs = 0
        self._launch: Callable[[], object] | None = None
        self.refused: str | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether a run is one launch."""
        return self._launch is not None

    def run(self, key: Hashable, work: Callable[[], object]) -> None:
        """Have work done that asks the device for the same as before; where the key is another one it is recorded anew."""
        if key != self._key:
            self._key, self._runs, self._launch, self.refused = key, 0, None, None
        if self._launch is None and self._runs and self.refused is None:
            try:
                self._launch = self._device.record(work)
            except CannotBeRecorded as error:
                self.refused = str(error)
        self._runs += 1
        if self._launch is not None:
            self._launch()
        else:
            work()
