"""Notebooks for tf.keras, run here and by tf_keras over five seeds: equal curves within noise. --keras PYTHON, --table, --only.

The notebooks are examples/notebooks/a_tf_keras_*.ipynb; tf_keras runs each without its first line. Each epoch's mean of the
seeds must lie within three standard errors of the difference (and a hundredth of the first epoch's figure) of the other's.
`--table` writes the figures into docs/compat.md and tests/golden/tf_keras_notebooks.json.
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
from typing import NamedTuple, TypeAlias

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "notebooks"
FIGURES = ROOT / "tests" / "golden" / "tf_keras_notebooks.json"
DOCUMENT = ROOT / "docs" / "compat.md"
BEGIN, END = "<!-- figures of tests.long tf_keras_notebook -->", "<!-- end of figures -->"
SEEDS = range(5)

Curves: TypeAlias = dict[str, list[float]]


class Notebook(NamedTuple):
    """A notebook whose curves are compared.

    Args:
        name: its file.
        what: what it trains, for the table.
        shown: names of the figures that are compared.
        small: what is replaced in its text where it is only run, with few data.
    """

    name: str
    what: str
    shown: tuple[str, ...]
    small: dict[str, str]


NOTEBOOKS = [
    Notebook(
        "a_tf_keras_transformer",
        "custom layers, attention with a causal mask, `tf.data`, AdamW on a cosine schedule",
        ("loss", "val_loss"),
        {"texts(2000, 0)": "texts(96, 0)", "texts(500, 1)": "texts(32, 1)", "epochs=8": "epochs=2"},
    ),
    Notebook(
        "a_tf_keras_vae",
        "a variational autoencoder with a `train_step` and metrics of its own",
        ("loss", "reconstruction_loss", "kl_loss"),
        {"COUNT, EPOCHS = 0, 1024, 10": "COUNT, EPOCHS = 0, 128, 2"},
    ),
    Notebook(
        "a_tf_keras_gan",
        "a WGAN with a gradient penalty, two optimizers in one `train_step`",
        ("d_loss", "g_loss"),
        {"COUNT, EPOCHS = 0, 768, 10": "COUNT, EPOCHS = 0, 64, 2"},
    ),
    Notebook(
        "a_tf_keras_unet",
        "a U-Net with separable convolutions, fed by a `Sequence`",
        ("loss", "val_loss"),
        {"COUNT, EPOCHS = 0, 480, 8": "COUNT, EPOCHS = 0, 24, 2"},
    ),
    Notebook(
        "a_tf_keras_character_model",
        "a character model whose mask is computed by `tf` functions",
        ("loss",),
        {"COUNT, EPOCHS = 0, 1024, 8": "COUNT, EPOCHS = 0, 64, 2"},
    ),
]


def cells_of(notebook: Notebook) -> list[str]:
    """The code cells."""
    cells = json.loads((FOLDER / f"{notebook.name}.ipynb").read_text("utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert codes[0] == "import engine.compat", "the first cell is the line that was added"
    return codes


def program(notebook: Notebook, seed: int, *, here: bool) -> str:
    """The notebook's code with another seed; its first line only where it runs here."""
    text = "\n\n".join(cells_of(notebook)[0 if here else 1 :])
    known = next(one for one in ("SEED = 0", "SEED, COUNT, EPOCHS = 0,") if one in text)
    text = text.replace(known, known.replace("0", str(seed)))
    shown = f"{{name: [float(v) for v in history.history[name]] for name in {notebook.shown}}}"
    return f"{text}\n\nimport json\nprint(json.dumps({shown}))\n"


def curves(python: str, notebook: Notebook, seed: int, *, here: bool) -> Curves:
    """The history of one run."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT) if here else "", "TF_USE_LEGACY_KERAS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.py"
        path.write_text(program(notebook, seed, here=here), "utf-8")
        done = subprocess.run(
            [python, str(path)], env=environment, capture_output=True, text=True, check=False, cwd=folder
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def apart(ours: list[Curves], theirs: list[Curves]) -> list[str]:
    """Epochs whose means differ by more than noise."""
    found: list[str] = []
    for name in ours[0]:
        for epoch, values in enumerate(zip(*(one[name] for one in [*ours, *theirs]), strict=True)):
            a, b = values[: len(ours)], values[len(ours) :]
            noise = 3 * math.sqrt((stdev(a) ** 2 + stdev(b) ** 2) / len(ours))
            least = 0.01 * abs(mean(one[name][0] for one in theirs))
            if abs(mean(a) - mean(b)) > max(noise, least):
                found.append(f"{name}, epoch {epoch + 1}: {mean(a):.4f} and {mean(b):.4f}")
    return found


def table(notebook: Notebook, ours: list[Curves], theirs: list[Curves]) -> str:
    """Mean and deviation of each epoch's figures, as Markdown."""
    titles = [f"{name} {whose}" for name in notebook.shown for whose in ("here", "of tf_keras")]
    lines = [f"| epoch | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    for epoch in range(len(ours[0][notebook.shown[0]])):
        parts = [
            f"{mean(values):.4g} ± {stdev(values):.2g}"
            for name in notebook.shown
            for values in ([one[name][epoch] for one in runs] for runs in (ours, theirs))
        ]
        lines.append(f"| {epoch + 1} | {' | '.join(parts)} |")
    link = f"[{notebook.name}.ipynb](../examples/notebooks/{notebook.name}.ipynb)"
    return "\n".join([f"{link}: {notebook.what}.", "", *lines])


def main(arguments: list[str]) -> int:
    """Run, compare and, if asked, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.long tf_keras_notebook")
    parser.add_argument(
        "--keras", help="a Python that has tensorflow and tf_keras; without it the kept figures are taken"
    )
    parser.add_argument("--table", action="store_true", help="write the figures")
    parser.add_argument("--only", help="those whose names hold this")
    options = parser.parse_args(arguments)
    kept = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    found: list[str] = []
    for notebook in NOTEBOOKS:
        if options.only and options.only not in notebook.name:
            continue
        ours = [curves(sys.executable, notebook, seed, here=True) for seed in SEEDS]
        theirs = (
            [curves(options.keras, notebook, seed, here=False) for seed in SEEDS]
            if options.keras
            else kept[notebook.name]["tf_keras"]
        )
        kept[notebook.name] = {"engine": ours, "tf_keras": theirs}
        found += [f"{notebook.name}, {one}" for one in apart(ours, theirs)]
        print(table(notebook, ours, theirs), end="\n\n", flush=True)
    if options.table:
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        there = [notebook for notebook in NOTEBOOKS if notebook.name in kept]
        text = "\n\n".join(table(one, kept[one.name]["engine"], kept[one.name]["tf_keras"]) for one in there)
        before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    print(*found, f"{len(SEEDS)} seeds: {len(found)} figures of epochs differ by more than noise", sep="\n")
    return int(bool(found))
