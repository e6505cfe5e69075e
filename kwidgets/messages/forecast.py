"""What training will cost on this machine."""

from __future__ import annotations

from typing import Literal, TypedDict


class Forecast(TypedDict):
    """On this machine, before the start. seconds: of an epoch, None while unknown. memory: bytes at the peak.

    basis: "measured" (some batches were tried), "estimated" (from the work and this machine's speed).
    """

    seconds: float | None
    memory: int | None
    samples: int | None
    basis: Literal["measured", "estimated"] | None
