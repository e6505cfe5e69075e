"""The folder in which everything that outlives a kernel is kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """`$KWIDGETS_HOME`; without it the user's folder for data of programs. It need not exist yet.

    `~/.kwidgets`, where earlier releases kept blocks, stays in use where there is one.
    """
    named = os.environ.get("KWIDGETS_HOME")
    if named:
        return Path(named).expanduser()
    earlier = Path.home() / ".kwidgets"
    return earlier if earlier.is_dir() else platformdirs.user_data_path("kwidgets", appauthor=False)
