"""What a notebook has saved of a cell's printing and value, compared with what the cell printed here.

Only what does not hang on chance can be compared: `is_certain` says so of the texts of two runs with other random numbers.
A text is compared as words and numbers, without what depends on the machine, the year or the clock: addresses, counters in
names, progress bars, warnings, the spaces of NumPy's printing, modules of classes.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from .reasons import Missing

Token: TypeAlias = str | float

# Lines that tell of the machine, of time, or of how a training goes on.
_NOISE = re.compile(
    r"Using \w+ backend|\[=*>?\.*\]|ETA:|^Epoch\b|^Train on \d+|^Fitting|Wall time|CPU times|Downloading|Extracting|[Ww]arning|"
    r"^Found \d+ (?:validated )?images|WARNING|^\s*$|\b\d+(?:\.\d+)?\s*(?:ms|us|µs)/(?:step|sample|epoch)|"
    r"seconds?\b|\bsec\b|\bloss: \d|\bval_loss\b|^Populating the interactive|Couldn't import dot_parser|^[\d.]+[kMG]?B?/[\d.]+",
)
_REPLACED = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"^.*\r(?!\n)", re.MULTILINE), ""),
    (re.compile(r"\bat 0x[0-9a-fA-F]+|\b0x[0-9a-fA-F]{6,}"), "at ADDRESS"),
    (re.compile(r"\b[ub](?=['\"])"), ""),
    (re.compile(r"(?<=\d)L\b"), ""),
    (re.compile(r"\b\d+\.\d+\.\d+(?:[-.]?\w+)*"), "VERSION"),
    # Tensors: what backend, name and counter they have, is not what they are.
    (re.compile(r"<tf\.(?:Tensor|Variable) '[^']*' shape=([^)]*\)) dtype=(\w+)\w*>"), r"TENSOR \1 \2"),
    (re.compile(r"Tensor\(\"[^\"]*\", shape=([^)]*\)), dtype=(\w+)\)"), r"TENSOR \1 \2"),
    (
        re.compile(r"<(?:Tensor|Placeholder|Variable|Constant|Parameter)[^<>]*? shape=([^)]*\)) dtype=(\w+)>"),
        r"TENSOR \1 \2",
    ),
    (re.compile(r"\b(float|int|uint|string|bool)(\d*)_ref\b"), r"\1\2"),
    # Classes and objects: by their last names; names that end in counters without them.
    (re.compile(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Z]\w*\b)"), ""),
    (re.compile(r"\b([a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*)_\d+\b"), r"\1_N"),
    (re.compile(r"\bobject (?=at ADDRESS)"), ""),
    (re.compile(r"np\.(?:float|int|uint|bool)\w*\(([^()]*)\)|np\.str_\(([^()]*)\)"), r"\1\2"),
    (re.compile(r"(?<=[(, ])\?(?=[,)])"), "OPEN"),
)
_TOKEN = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?![\w.])|\w+|[^\w\s,\[\]();]")
_SUMMARY = "params:"


def saved_output(cell: dict[str, Any]) -> str:
    """What a notebook has saved of a cell's standard output and of its value; no pictures, nothing of its errors."""
    texts: list[str] = []
    for output in cell.get("outputs", []):
        kind = output.get("output_type")
        if kind == "stream" and output.get("name", output.get("stream", "stdout")) == "stdout":
            texts.append("".join(output.get("text", "")))
        elif kind in ("execute_result", "pyout"):
            texts.append("".join(output.get("data", output).get("text/plain", output.get("text", ""))))
    return "\n".join(texts)


def tokens_of(text: str) -> list[Token]:
    """The words and numbers of a text that do not depend on machine, year and clock; none where it is a model's summary."""
    if _SUMMARY in text:
        return []
    for pattern, new in _REPLACED:
        text = pattern.sub(new, text)
    lines = [line for line in text.replace("...", " ").split("\n") if not _NOISE.search(line)]
    return [_number(token) for token in _TOKEN.findall("\n".join(lines))]


def _number(token: str) -> Token:
    try:
        return float(token)
    except ValueError:
        return token.strip("'\"")


def agree(ours: list[Token], saved: list[Token]) -> bool:
    """Whether two texts say the same: numbers to the figures that are printed, entries of dicts and sets in any order."""
    if len(ours) != len(saved):
        return False
    if all(map(_alike, ours, saved)):
        return True
    return "{" in saved and sorted(map(str, ours)) == sorted(map(str, saved))


def _alike(one: Token, other: Token) -> bool:
    """Whether a token of ours is a saved one; TensorFlow leaves sizes open that we know."""
    if other == "OPEN":
        return one in ("None", "OPEN") or isinstance(one, float)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-6) or (math.isnan(one) and math.isnan(other))
    return one == other


def is_certain(text: str, other_text: str) -> bool:
    """Whether a cell printed the same in two runs with other random numbers."""
    return tokens_of(text) == tokens_of(other_text)


def first_difference(ours: list[Token], saved: list[Token]) -> str:
    """The first words or numbers that differ, with what stands around them."""
    at = next(
        (i for i, pair in enumerate(zip(ours, saved, strict=False)) if not _alike(*pair)), min(len(ours), len(saved))
    )
    parts = [" ".join(map(_written, tokens[max(at - 3, 0) : at + 6])) or "nothing" for tokens in (saved, ours)]
    return f"output: saved {parts[0]}, ours {parts[1]}"


def _written(token: Token) -> str:
    return f"{token:g}" if isinstance(token, float) else token


class Changed:
    """The names of a notebook that hang on trainings and data sets: those are cut short here, and these made up."""

    def __init__(self) -> None:
        self._names = Missing()

    def reads(self, statements: Sequence[ast.stmt]) -> bool:
        """Whether one of the statements works on such a name."""
        return any(self._names.reads(statement) for statement in statements)

    def went(self, statements: Sequence[ast.stmt]) -> None:
        """These statements ran."""
        for statement in statements:
            self._names.went([statement])
            if trains([statement]):
                self._names.failed([statement])


def trains(statements: Sequence[ast.stmt]) -> bool:
    """Whether statements train, or fetch a data set."""
    names = {node.attr for one in statements for node in ast.walk(one) if isinstance(node, ast.Attribute)}
    return not names.isdisjoint(("fit", "fit_generator", "train_on_batch", "load_data"))


def known_differences() -> dict[tuple[str, str, int], str]:
    """Outputs that differ for a reason that a person has found: repository, path and cell, and the reason."""
    lines = (Path(__file__).parent / "public_outputs.txt").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(repository, path, int(cell)): reason for repository, path, cell, reason in rows}
