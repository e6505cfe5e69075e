"""The tables of docs/files.md: what was equal, by format and direction, and each layer with its largest difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "files.md"
_WORDS = {
    "ours loaded there": "ours, read there: predictions",
    "ours trained there": "ours, read there: one more training step",
    "theirs loaded here": "theirs, read here: predictions",
    "theirs trained here": "theirs, read here: one more training step",
}


@dataclass
class Results:
    """Distances by what was compared, for each model; infinite where it failed. refused: models that the format cannot say."""

    form: str
    distances: dict[str, dict[str, float]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    tolerance: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, name: str, distance: float, fine: bool) -> None:
        """Note a comparison."""
        self.distances.setdefault(what, {})[name] = distance if fine else float("inf")


def rows(results: Sequence[Results]) -> str:
    """A row for each format and direction."""
    lines = ["| format | what | equal | largest difference |", "|---|---|---|---|"]
    for one in results:
        for what, distances in one.distances.items():
            direction, ending = next((w, what.removeprefix(w).strip()) for w in _WORDS if what.startswith(w))
            fine = [distance for distance in distances.values() if distance < float("inf")]
            file = f" (`{ending}`)" if ending else ""
            lines.append(
                f"| {one.form} | {_WORDS[direction]}{file} | {len(fine)} of {len(distances)} | {max(fine, default=0.0):.1e} |"
            )
    return "\n".join(lines)


def of_layers(results: Sequence[Results]) -> str:
    """A row for each layer: the largest difference in each format and direction, or why not."""
    names = sorted({name for one in results for name in (*one.refused, *_by_layer(one))})
    heads = [f"{one.form}, {direction}" for one in results for direction in ("written", "read")]
    lines = [f"| layer | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for name in names:
        cells = [cell for one in results for cell in _cells(one, name)]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _by_layer(one: Results) -> Mapping[str, float]:
    return {name: d for distances in one.distances.values() for name, d in distances.items()}


def _cells(one: Results, name: str) -> tuple[str, str]:
    if name in one.refused:
        return "not there", ""
    found: list[str] = []
    for direction in ("ours", "theirs"):
        distances = [d[name] for what, d in one.distances.items() if what.startswith(direction) and name in d]
        found.append("" if not distances else "differs" if max(distances) == float("inf") else f"{max(distances):.0e}")
    return found[0], found[1]


def write(heading: str, text: str) -> None:
    """Put a table between its marks in docs/files.md."""
    page = PAGE.read_text("utf-8")
    begin, end = f"<!-- {heading} -->", f"<!-- end of {heading} -->"
    before, _, rest = page.partition(begin)
    after = rest.partition(end)[2]
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", "utf-8")
