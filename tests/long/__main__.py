"""`python -m tests.long COMMAND ...`: checks that take too long, or need too much from elsewhere, for the ordinary tests.

A command is a module of this folder with a one-line docstring and `main(arguments) -> int`.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Run a command, or name them all."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        print(f"python -m tests.long COMMAND, one of: {', '.join(names)}", file=sys.stderr)
        return 2
    return importlib.import_module(f"tests.long.{arguments[0]}").main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
