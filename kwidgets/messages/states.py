"""What the page sees without asking: traits by name. What it may ask stands in gestures.py."""

from __future__ import annotations

from typing import Literal, TypedDict

from .data import Data
from .documents import Saving
from .forecast import Forecast
from .palette import BlockEntry, Catalogue
from .run import Run, RunRow
from .training import Training


class States(TypedDict):
    """still: the number of the newest still picture.

    before: the model that an earlier run of the same cell had built, in words; it can be brought back.
    """

    view: Literal["builder", "dashboard", "results"]
    still: int
    catalogue: Catalogue
    blocks: list[BlockEntry]
    data: Data
    training: Training
    run: Run
    runs: list[RunRow]
    forecast: Forecast
    saving: Saving
    before: str | None
    log: list[str]
