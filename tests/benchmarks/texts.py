"""`python -m tests.benchmarks texts`: a text of 100 layers, read while it is typed, and written after a change."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from statistics import median

from kwidgets.document import Document
from kwidgets.document.text_checks import check_text
from kwidgets.document.text_help import completions
from kwidgets.document.written import DocumentTexts


def add_arguments(parser: ArgumentParser) -> None:
    """How large and how often."""
    parser.add_argument("--layers", type=int, default=100)
    parser.add_argument("--times", type=int, default=7)


def _milliseconds(action: Callable[[int], object], times: int) -> float:
    taken: list[float] = []
    for number in range(times):
        begin = time.process_time()
        action(number)
        taken.append(1000 * (time.process_time() - begin))
    return median(taken)


def _model(layers: int) -> Document:
    made = Document()
    made.do({"do": "add", "class_name": "Input", "settings": {"shape": [16]}})
    for number in range(layers):
        made.do({"do": "add", "class_name": "Dense", "settings": {"units": 10 + number}})
    return made


def run(arguments: Namespace) -> None:
    """Print milliseconds of the processor for each language; reading 100 layers is to take less than 200."""
    for form in ("yaml", "json", "python"):
        print(_line(form, arguments.layers, arguments.times))


def _line(form: str, layers: int, times: int) -> str:
    made = _model(layers)
    text = str(made.text()[form])
    broken = text[: len(text) * 2 // 3]

    def other(number: int) -> str:
        """Another end each time, since what is read twice is remembered."""
        return " " * number + "\n" if form == "json" else f"# {number}\n"

    def changed(number: int) -> None:
        made.do({"do": "set", "layers": ["dense_50"], "field": "units", "value": 500 + number})
        DocumentTexts().all(made.draft, 0, None)

    read = _milliseconds(lambda number: check_text(text + other(number), form, made.draft), times)
    wrong = _milliseconds(lambda number: check_text(broken + other(number), form, made.draft), times)
    offered = _milliseconds(lambda number: completions(text, form, len(text) // 2 + number), times)
    made.do({"do": "paste", "format": form, "text": text + other(0), "typed": True})
    written = _milliseconds(changed, times)
    return (
        f"{form:<7} read {read:6.1f} ms, half typed {wrong:6.1f} ms, offers {offered:5.1f} ms, "
        f"a change on the canvas with all three texts {written:6.1f} ms"
    )
