"""`python -m tests.mistakes` writes the tables of docs/mistakes.md: what is said of each broken graph, and what is offered."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .broken import Told, graphs, kinds, told

TARGET = Path(__file__).resolve().parents[2] / "docs" / "mistakes.md"
MARK = "<!-- From here on written by `python -m tests.mistakes` from tests/mistakes/graphs.yaml. -->\n"
COUNTS = "| kind | graphs | with a mend on the canvas | with a mend on the canvas or in code | mends |\n|---|---|---|---|---|\n"
HEAD = "| what is wrong | the sentence | mends on the canvas | in code (`engine.check`) |\n|---|---|---|---|\n"


@cache
def all_told() -> tuple[Told, ...]:
    """What is told of each graph, in their order."""
    return tuple(map(told, graphs()))


def counts() -> str:
    """How many graphs of each kind have a mend."""
    lines: list[str] = []
    total = [0, 0, 0, 0]
    for kind in kinds():
        those = [one for broken, one in zip(graphs(), all_told(), strict=True) if broken.kind == kind]
        figures = [
            len(those),
            sum(bool(one.offers) for one in those),
            sum(bool(one.offers or one.in_code) for one in those),
            sum(len(one.offers) + len(one.in_code) for one in those),
        ]
        total = [a + b for a, b in zip(total, figures, strict=True)]
        lines.append(f"| {kind} | {' | '.join(map(str, figures))} |\n")
    return COUNTS + "".join(lines) + f"| all | {' | '.join(map(str, total))} |\n"


def table(kind: str) -> str:
    """The graphs of a kind, one a line."""
    rows: list[str] = []
    for broken, one in zip(graphs(), all_told(), strict=True):
        if broken.kind == kind:
            asked = "" if broken.asked is None else f" ({_link(broken.asked)})"
            labels = "<br>".join(offer.label for offer in one.offers) or "–"
            code = "<br>".join(_code(text) for text in one.in_code) or "–"
            rows.append(f"| {broken.what}{asked} | {one.sentence} | {labels} | {code} |\n")
    return HEAD + "".join(rows)


def _link(asked: str) -> str:
    repository, _, number = asked.partition("#")
    return f"[{asked}](https://github.com/{repository}/issues/{number})"


def _code(text: str) -> str:
    return "<br>".join(f"`{line}`" for line in text.splitlines())


def text() -> str:
    """The whole page: what stands before the mark, the counts, and a table for each kind."""
    before, mark, _ = TARGET.read_text(encoding="utf-8").partition(MARK)
    tables = "".join(f"\n### {kind[0].upper()}{kind[1:]}\n\n{table(kind)}" for kind in kinds())
    return f"{before}{mark}\n{counts()}{tables}"
