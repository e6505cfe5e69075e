"""Tables for tests: one sound table with all kinds of columns, and files of it."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np

TOWNS = ("Bonn", "Köln", "Ulm")


def houses(rows: int = 200, seed: int = 0) -> dict[str, list[object]]:
    """Size, town, date of an advertisement, a balcony and the rent; the size is missing in some rows."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(20, 200, rows).round(1)
    town = rng.choice(TOWNS, rows)
    rent = size * 9 + 200 * (town == "Köln") + rng.normal(0, 20, rows)
    day = datetime.date(2020, 1, 1)
    return {
        "size": [None if i % 23 == 5 else float(one) for i, one in enumerate(size)],
        "town": [str(one) for one in town],
        "seen": [day + datetime.timedelta(days=int(one)) for one in rng.integers(0, 900, rows)],
        "balcony": [bool(one) for one in rng.integers(0, 2, rows)],
        "rent": [float(one) for one in rent.round(2)],
    }


def write_csv(
    path: Path, table: dict[str, list[object]], separator: str = ",", comma: bool = False, **how: str
) -> Path:
    """Write a table as CSV; a missing value is empty."""

    def shown(value: object) -> str:
        text = "" if value is None else str(value)
        return text.replace(".", ",") if comma and isinstance(value, float) else text

    lines = [separator.join(table), *(separator.join(map(shown, row)) for row in zip(*table.values(), strict=True))]
    path.write_text("\n".join(lines), how.get("encoding", "utf-8"))
    return path
