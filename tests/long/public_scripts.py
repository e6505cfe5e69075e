"""Scripts of public repositories (2015-2019) run statement by statement. --mirror DIR [--table] [--only TEXT].

As `public_notebooks`: `tests/long/public_scripts.txt` names them, and each statement at a script's top is a cell, so that what
lacks data or a package ends that statement alone.
"""

from __future__ import annotations

import ast
from typing import Any

from .notebook_cells import translated
from .public_notebooks import Kind, run_all


def cells_of(script: str) -> dict[str, Any]:
    """A script as a notebook: each statement at its top is a cell."""
    statements = ast.parse(translated(script)).body
    return {"cells": [{"cell_type": "code", "source": ast.unparse(statement)} for statement in statements]}


SCRIPTS = Kind("public_scripts", "Scripts", ".py", cells_of)


def main(arguments: list[str]) -> int:
    """Run all scripts; 1 where our code fails."""
    return run_all(SCRIPTS, arguments, __doc__)
