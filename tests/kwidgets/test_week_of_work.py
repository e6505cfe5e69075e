"""The notebook of a week of work in kernels: one that dies, and the one after it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient.exceptions import DeadKernelError

from .kernels import client_of, environment

NOTEBOOKS = Path(__file__).parents[2] / "examples" / "notebooks"
LONG = 300
KILLS = "kills-the-kernel"


def run_from(made: nbformat.NotebookNode, first: int, folder: Path) -> int:
    """Run cells in a new kernel until the end, or until one kills it; the number of the cell behind the last that ran."""
    client = client_of(made, folder, LONG)
    with client.setup_kernel(env=environment(KWIDGETS_HOME=str(folder / "home"))):
        for index in range(first, len(made.cells)):
            try:
                client.execute_cell(made.cells[index], index)
            except DeadKernelError:
                assert KILLS in made.cells[index].metadata.get("tags", [])
                return index + 1
    return len(made.cells)


def text_of(made: nbformat.NotebookNode, start: str) -> str:
    """What the cell that begins so has put out as text."""
    cell = next(cell for cell in made.cells if cell.source.startswith(start))
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(parts)


def test_a_week_of_work_goes_on_behind_the_kernel_that_died(tmp_path: Path) -> None:
    made = nbformat.read(NOTEBOOKS / "a_week_of_work.ipynb", 4)
    died = run_from(made, 0, tmp_path)
    assert died < len(made.cells)
    assert run_from(made, died, tmp_path) == len(made.cells)
    cut_off = text_of(made, "cut_off = runs()[0]")
    assert "interrupted" in cut_off and "of 200" in cut_off
    assert text_of(made, "b.resume(cut_off)") == "('finished', 200)"
    assert "on digits it has never seen" in text_of(made, "best = ")
    assert "digits of the week" in text_of(made, "from kwidgets import documents")
