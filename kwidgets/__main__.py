"""The command `kwidgets`: open JupyterLab on a copy of the quickstart notebook, or export a model (`kwidgets export`)."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

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
        notebook = copy_to((known.folder or HOME).expanduser())
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
