"""Every example runs: scripts in a folder of their own, notebooks cell by cell, experiments from the command line."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SCRIPTS = sorted((EXAMPLES / "scripts").glob("*.py"))
# A week of work kills its kernel on Tuesday: it runs in one in tests/kwidgets/test_week_of_work.py.
NOTEBOOKS = sorted(set((EXAMPLES / "notebooks").glob("*.ipynb")) - {EXAMPLES / "notebooks" / "a_week_of_work.ipynb"})
EXPERIMENTS = sorted((EXAMPLES / "experiments").glob("*.yaml"))
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "OPENBLAS_NUM_THREADS": "1",
    "ENGINE_OVERSUBSCRIBE": "1",  # the machine may have a single core
}


def run(folder, *command):
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with digits.npz in it, beside the data of the examples."""
    made = tmp_path_factory.mktemp("examples") / "notebooks"
    shutil.copytree(EXAMPLES / "data", made.parent / "data")
    made.mkdir()
    run(made, EXAMPLES / "scripts" / "make_digits.py", "digits.npz")
    return made


def number_after(words, text):
    return float(text.split(words)[-1].split()[0])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_and_learns(script, folder):
    printed = run(folder, script)
    if script.stem == "linear_regression":
        assert number_after("test cost:", printed) < 0.1
    if script.stem == "classify_digits":
        assert number_after("test accuracy:", printed) > 0.93
    if script.stem == "wgan_gp":
        assert number_after("mean distance from the ring:", printed) < 0.4
    if script.stem == "news_model":
        assert number_after("main_output_acc:", printed) > 0.8


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebooks_cells_run_in_order(notebook, folder):
    cells = [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    program = folder / f"{notebook.stem}.py"
    program.write_text("\n\n".join("".join(cell["source"]) for cell in cells), "utf-8")
    run(folder, program)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda path: path.stem)
def test_an_experiment_trains_from_the_command_line_and_repeats(experiment, folder):
    histories = []
    for number in range(2):
        out = folder / f"{experiment.stem}_{number}"
        run(
            folder,
            "-m",
            "engine",
            "train",
            experiment,
            "--data",
            "digits.npz",
            "--out",
            out,
            "--epochs",
            "2",
            "--quiet",
        )
        histories.append((out / "history.json").read_text())
    assert histories[0] == histories[1]


def python_blocks(page):
    """The blocks of Python, also those within lists."""
    blocks = [textwrap.dedent(block.split("```")[0]) for block in page.read_text("utf-8").split("```python\n")[1:]]
    assert blocks
    return blocks


def test_the_readmes_code_runs(folder):
    program = folder / "readme.py"
    blocks = python_blocks(ROOT / "README.md")
    program.write_text("\n".join(block for block in blocks if "Builder()" not in block), "utf-8")
    run(folder, program)


def test_the_code_of_the_page_on_tables_runs(folder):
    program = folder.parent / "data" / "page.py"
    program.write_text("\n".join(python_blocks(ROOT / "docs" / "data.md")), "utf-8")
    run(program.parent, program)


def test_the_ten_answers_on_looking_inside_run(folder):
    program = folder / "inspect_page.py"
    program.write_text("\n".join(python_blocks(ROOT / "docs" / "inspect.md")), "utf-8")
    assert "sample 5 of the batch" in run(folder, program)
