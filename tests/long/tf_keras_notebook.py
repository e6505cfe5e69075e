"""A notebook for tf.keras, run here and by tf_keras over five seeds: equal curves within noise. --keras PYTHON, --table.

The notebook is examples/notebooks/a_tf_keras_transformer.ipynb; tf_keras runs it without its first line. Each epoch's mean loss of
the seeds must lie within three standard errors of the difference (and 0.01) of the other's. `--table` writes the figures into
docs/compat.md and tests/golden/tf_keras_transformer.json.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, stdev

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "notebooks" / "a_tf_keras_transformer.ipynb"
FIGURES = ROOT / "tests" / "golden" / "tf_keras_transformer.json"
DOCUMENT = ROOT / "docs" / "compat.md"
BEGIN, END = "<!-- figures of tests.long tf_keras_notebook -->", "<!-- end of figures -->"
SEEDS, NAMES = range(5), ("loss", "val_loss", "val_accuracy")
SHOWN = f"\nimport json\nprint(json.dumps({{name: [float(v) for v in history.history[name]] for name in {NAMES}}}))\n"
LEAST = 0.01


def program(seed: int, *, here: bool) -> str:
    """The notebook's code with another seed, up to the end of fit; its first line only where it runs here."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert codes[0] == "import engine.compat", "the first cell is the line that was added"
    text = "\n\n".join(codes[(0 if here else 1) : -1])
    assert text.count("SEED = 0") == 1, "the seed stands in one place"
    return text.replace("SEED = 0", f"SEED = {seed}") + SHOWN


def curves(python: str, seed: int, *, here: bool) -> dict[str, list[float]]:
    """The history of one run."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT) if here else "", "TF_USE_LEGACY_KERAS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.py"
        path.write_text(program(seed, here=here), "utf-8")
        done = subprocess.run([python, str(path)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def apart(ours: list[dict[str, list[float]]], theirs: list[dict[str, list[float]]]) -> list[str]:
    """Epochs whose means differ by more than noise."""
    found = []
    for name in ("loss", "val_loss"):
        for epoch, values in enumerate(zip(*(one[name] for one in [*ours, *theirs]), strict=True)):
            a, b = values[: len(ours)], values[len(ours) :]
            noise = 3 * math.sqrt((stdev(a) ** 2 + stdev(b) ** 2) / len(ours))
            if abs(mean(a) - mean(b)) > max(noise, LEAST):
                found.append(f"{name}, epoch {epoch + 1}: {mean(a):.4f} and {mean(b):.4f}")
    return found


def table(ours: list[dict[str, list[float]]], theirs: list[dict[str, list[float]]]) -> str:
    """Mean and deviation of each epoch's figures, as Markdown."""
    lines = ["| epoch | loss here | loss of tf_keras | val_loss here | val_loss of tf_keras |", "|---|---|---|---|---|"]
    for epoch in range(len(ours[0]["loss"])):
        parts = [
            f"{mean(values):.4f} ± {stdev(values):.4f}"
            for name in ("loss", "val_loss")
            for values in ([one[name][epoch] for one in runs] for runs in (ours, theirs))
        ]
        lines.append(f"| {epoch + 1} | {' | '.join(parts)} |")
    accuracy = [mean(one["val_accuracy"][-1] for one in runs) for runs in (ours, theirs)]
    return "\n".join([*lines, "", f"Accuracy at the end: {accuracy[0]:.4f} here, {accuracy[1]:.4f} by tf_keras."])


def main(arguments: list[str]) -> int:
    """Run, compare and, if asked, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.long tf_keras_notebook")
    parser.add_argument("--keras", required=True, help="a Python that has tensorflow and tf_keras")
    parser.add_argument("--table", action="store_true", help="write the figures")
    options = parser.parse_args(arguments)
    ours = [curves(sys.executable, seed, here=True) for seed in SEEDS]
    theirs = [curves(options.keras, seed, here=False) for seed in SEEDS]
    found = apart(ours, theirs)
    text = table(ours, theirs)
    print(text)
    if options.table:
        FIGURES.write_text(json.dumps({"engine": ours, "tf_keras": theirs}, indent=1) + "\n", "utf-8")
        before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    print(*found, f"{len(SEEDS)} seeds: {len(found)} epochs differ by more than noise", sep="\n")
    return int(bool(found))
