"""Pictures for tests: light discs and squares on black, in a folder for each kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

KINDS = ("disc", "square")


def picture(kind: str, number: int, size: int = 12) -> np.ndarray:
    """One picture, another one for each number."""
    random = np.random.default_rng([number, KINDS.index(kind)])
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    radius = random.uniform(size / 4, size / 2.5)
    inside = rows**2 + columns**2 < radius**2 if kind == "disc" else np.maximum(abs(rows), abs(columns)) < radius
    return (inside[..., None] * random.integers(100, 256, 3)).astype(np.uint8)


def make_folder(folder: Path, each: int = 15, size: int = 12) -> Path:
    """A folder of both kinds."""
    for kind in KINDS:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            Image.fromarray(picture(kind, number, size)).save(folder / kind / f"{number:02}.png")
    return folder
