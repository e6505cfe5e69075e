"""The command `kwidgets`: open JupyterLab on the quickstart or on a file with a model, or export one (`kwidgets export`)."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.experiment import MODELS, kind_of

from . import exporting
from .words import command_line as say

NAME = "quickstart.ipynb"
HERE = Path(__file__).resolve().parent
# In a wheel the notebook lies in the package; in a source folder among the examples.
PLACES = (HERE / "examples" / NAME, HERE.parent / "examples" / "notebooks" / NAME)
HOME = Path("~/kwidgets-notebooks")


def quickstart() -> Path:
    """The notebook that comes with the package. Raises FileNotFoundError naming the places looked at."""
    for place in PLACES:
        if place.is_file():
            return place
    raise FileNotFoundError(say.quickstart_is_missing(", ".join(map(str, PLACES))))


def copy_to(folder: Path) -> Path:
    """The whole path of a copy of the quickstart in `folder`, which is made if need be; one that is there is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder.resolve() / NAME
    try:
        with open(copy, "xb") as file:
            file.write(quickstart().read_bytes())
    except FileExistsError:
        pass
    return copy


def notebook_of(model: Path, folder: Path) -> Path:
    """The whole path of a notebook in `folder` whose cell opens a file with a model; one that is there already serves again."""
    folder.mkdir(parents=True, exist_ok=True)
    cell = say.cell_that_opens(str(model.resolve()))
    content = {
        "cells": [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}],
        "metadata": {"kernelspec": {"display_name": say.PYTHON_KERNEL, "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    suffix = 1
    while True:
        name = model.stem if suffix == 1 else f"{model.stem}-{suffix}"
        notebook = folder.resolve() / f"{name}.ipynb"
        try:
            with open(notebook, "x", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
            return notebook
        except FileExistsError:
            if json.dumps(cell)[1:-1] in notebook.read_text("utf-8"):
                return notebook
            suffix += 1


def _is_model(path: Path | None) -> bool:
    """Whether it is a file, or the folder of a SavedModel."""
    return path is not None and (path.is_file() or (path.is_dir() and kind_of(path).name in MODELS))


def command(notebook: Path, further: Sequence[str]) -> list[str]:
    """What starts JupyterLab on a notebook."""
    line = [sys.executable, "-m", "jupyterlab", str(notebook), *further]
    # JupyterLab refuses to run as root unless told; containers often know no other user.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")
    return line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit status."""
    written = sys.argv[1:] if arguments is None else list(arguments)
    if written[:1] == ["export"]:
        return exporting.main(written[1:])
    parser = argparse.ArgumentParser(prog="kwidgets", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help=say.where_notebooks_go(HOME))
    parser.epilog = f"{say.FURTHER_ARGUMENTS} {say.THE_COMMAND_EXPORT}"
    known, further = parser.parse_known_args(written)
    if importlib.util.find_spec("jupyterlab") is None:
        print(say.JUPYTERLAB_IS_NOT_INSTALLED, file=sys.stderr)
        return 1
    try:
        begins_with_model = _is_model(known.folder)
        home = HOME.expanduser()
        notebook = (
            notebook_of(known.folder, home) if begins_with_model else copy_to((known.folder or home).expanduser())
        )
    except OSError as error:
        print(say.failed(str(error)), file=sys.stderr)
        return 1
    print(say.opening(notebook))
    try:
        return subprocess.call(command(notebook, further), cwd=notebook.parent)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
