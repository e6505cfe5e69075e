"""What a trainer asks of whoever runs its training in other processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..events import Reason
from .loop import Training
from .snapshot import Snapshots
from .sources import Source


class Elsewhere(Protocol):
    """What runs a training in other processes."""

    def __call__(
        self, held_out: Source | None, frequency: int | Sequence[int], snapshots: Snapshots, training: Training, /
    ) -> Reason:
        """Train there, and tell the listeners here; gives why it ended."""
        ...
